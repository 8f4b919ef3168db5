"""What figures are drawn with: a sheet with dots, whiskers, names of rows, title and caption."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from math import ceil, log10
from typing import Any, Final, TypeVar, cast

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import PercentFormatter
from numpy.typing import NDArray
from polars.exceptions import ColumnNotFoundError

from analysis.figures import style
from analysis.figures.captions import checked
from analysis.wording import say, wrap
from toolkit.errors import ParameterError
from toolkit.form import Language
from toolkit.read.letters import display_width

Draw = TypeVar("Draw", bound=Callable[..., Axes])

TOLD: Final = {
    "shares": "The composition that was tested, by the same groups, such as "
    '``denial_reasons(corpus, by="agency")``.',
    "measure": "One of the measures in ``measures``.",
    "of": "Denominator to draw if the groups are several.",
    "unit": "Column that tells agencies apart, as it was given to the statistic.",
    "language": "``zh`` or ``en``.",
    "source": "Words to add to the source line, such as where the reports were collected.",
    "ax": "Axes to draw on, after :func:`analysis.figures.style.use_style`; without it, those of "
    "a new figure of fitting size.",
}
"""What the parameters of figures are."""

WIDTH: Final = 8.0
TITLE: Final = 15
HEADLINE: Final = 68
"""Columns of text in a line of a title."""

CAPTION: Final = 116
"""Columns of text in a line of a caption; a Chinese character has two."""

LEGEND: Final = 104
"""Columns of text that a figure has room for in a line of its legend."""

TICKS: Final = 8
"""Ticks that a logarithmic axis has room for."""

POWERS: Final = 5
"""Powers of ten that it has room for: their names may be long."""

LABEL: Final = 38
"""Columns of a row's name before it is wrapped."""

WIDE: Final = {"linewidth": 5, "alpha": 0.28}
WHISKERS: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("low_all", "high_all"): WIDE,
    ("robust_low", "robust_high"): WIDE,
    ("low", "high"): {"linewidth": 2},
}
"""Columns of limits, and how a line between them looks."""

HALO: Final = [withStroke(linewidth=3, foreground="white")]
"""Keeps text legible on lines."""

GROUND: Final = {"facecolor": "white", "edgecolor": "none", "pad": 1}
"""Ground of words that stand instead of marks: a line through them may be read as a sign."""


def figure_of(statistic: str) -> Callable[[Draw], Draw]:
    """Describe the parameters of a figure, so that `help` tells of each what all have in common.

    The figure refuses what another statistic returned.
    """

    def described(draw: Draw) -> Draw:
        @wraps(draw)
        def drawn(frame: pl.DataFrame, *others: Any, **options: Any) -> Axes:  # noqa: ANN401
            checked(frame)
            try:
                return draw(frame, *others, **options)
            except ColumnNotFoundError as error:
                lacks = str(error).partition(";")[0]
                raise ParameterError(f"not what analysis.{statistic} returned: {lacks}") from error

        first, *others = inspect.signature(draw).parameters
        told = [f"{first}\n    What :func:`analysis.{statistic}` returned."]
        told += [f"{name}\n    {TOLD[name]}" for name in others]
        returned = "matplotlib.axes.Axes\n    What was drawn on."
        parts = (("Parameters", "\n".join(told)), ("Returns", returned))
        sections = [f"{head}\n{'-' * len(head)}\n{text}" for head, text in parts]
        drawn.__doc__ = "\n\n".join([inspect.cleandoc(draw.__doc__ or ""), *sections])
        return cast("Draw", drawn)

    return described


class Sheet:
    """What a figure is drawn on: axes, the language of its words, and its source line.

    Without the caller's axes a figure is made, high enough for its rows and some inches extra.
    """

    def __init__(
        self, ax: Axes | None, language: Language, source: str, *, rows: float, extra: float = 0.0
    ) -> None:
        self.own = ax is None
        if ax is None:
            style.use_style()
            size = (WIDTH, 1.9 + extra + 0.42 * rows)
            ax = plt.subplots(figsize=size, layout="constrained")[1]
        self.ax, self.language, self.source = ax, language, source

    def say(self, key: str, **values: object) -> str:
        """Message in the figure's language."""
        return say(key, self.language, **values)

    def intervals(
        self,
        frame: pl.DataFrame,
        color: str,
        name: str = "",
        value: str = "share",
        limits: str = "",
        *,
        shift: float = 0.0,
    ) -> None:
        """Value of each row with its interval, hollow where it rests on few cases.

        A frame has a row for each of the figure's; nothing is drawn where it has no value. Its
        limits are ``low`` and ``high`` with ``limits`` before them. A ``name`` is put in the
        legend.
        """
        if name:
            self.ax.plot([], [], "o", color=color, label=name)
        y = np.arange(frame.height) + shift
        whiskers(self.ax.hlines, y, frame, color, limits)
        known = frame[value].is_not_null().to_numpy()
        self.ax.scatter(
            frame[value].drop_nulls().to_numpy(),
            y[known],
            s=50,
            facecolor=["white" if small else color for small in frame.filter(known)["small"]],
            edgecolor=color,
            linewidth=1.6,
            zorder=3,
            clip_on=False,
        )

    def rows(self, names: Sequence[str], texts: Sequence[str] = (), head: str = "") -> None:
        """Rows from the top, their names wrapped, with faint lines to follow across.

        Beyond the right edge stand texts, one a row, and a head above them.
        """
        ax = self.ax
        self.beside(texts, head)
        ax.set_yticks(range(len(names)), [wrap(name, LABEL) for name in names])
        ax.set_ylim(len(names) - 0.5, -0.5)
        ax.set_ylabel("")
        ax.tick_params(axis="y", length=0, pad=9, labelsize=10)
        ax.tick_params(axis="x", labelsize=9.5)
        ax.xaxis.label.set_fontsize(10)
        ax.grid(axis="x", color="#E5E5E5")
        ax.set_axisbelow(True)

    def beside(self, texts: Sequence[str], head: str = "", *, shift: float = 0.0) -> None:
        """Text beyond the right edge, in line with each row, and what stands above all."""
        place = self.ax.get_yaxis_transform()
        look: dict[str, Any] = {"annotation_clip": False, "fontsize": "small"}
        for y, text in enumerate(texts):
            at = (1.02, y + shift)
            self.ax.annotate(text, at, xycoords=place, va="center", color="black", **look)
        look |= {"xycoords": "axes fraction", "va": "bottom", "color": style.GREY}
        self.ax.annotate(head, (1.02, 1.0), **look)

    def instead(self, frame: pl.DataFrame, value: str, *, shift: float = 0.0) -> None:
        """Why a row has no value, where the value would stand: its reason, or what its n tells."""
        look: dict[str, Any] = {"va": "center", "fontsize": "small", "color": style.GREY}
        look |= {"transform": self.ax.get_yaxis_transform(), "bbox": GROUND}
        for y, row in enumerate(frame.iter_rows(named=True)):
            if row[value] is None:
                reason = row.get("reason") or ("n" if row["n"] == 0 else "not_reported")
                text = self.say(f"none.{reason}")
                self.ax.text(0.015, y + shift, text, **look)

    def percent_axis(self, of: str, most: float = 1.0) -> None:
        """Horizontal axis of shares from 0, and what they are shares of."""
        self.ax.set_xlim(0, most)
        self.ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        self.ax.set_xlabel(of)

    def log_axis(self, ends: Sequence[float], *, least: float = 1.0, most: float = 1.0) -> float:
        """Logarithmic axis of plain numbers, a little wider than all ends; returns its left."""
        low, high = min(*ends, least, most) / 1.2, max(*ends, least, most) * 1.2
        self.ax.set_xscale("log")
        self.ax.set_xlim(low, high)
        steps = [x * 10.0**k for k in range(-9, 10) for x in (1, 2, 5)]
        inside = [x for x in steps if low <= x <= high]
        if len(inside) > TICKS:
            powers = [round(log10(x)) for x in inside if f"{x:e}".startswith("1")]
            every = ceil(len(powers) / POWERS)
            inside = [10.0**power for power in powers if power % every == 0]
        self.ax.set_xticks(inside, [f"{x:,.9f}".rstrip("0").rstrip(".") for x in inside])
        self.ax.minorticks_off()
        return low

    def finish(self, title: str, *lines: str) -> Axes:
        """Title and caption at the figure's left edge, or with the axes if they are the caller's.

        Lines of the caption that are empty are left out; the source stands below them.
        """
        ax, source = self.ax, self.source
        lines += (self.say("caption.source", source=source and f" · {source}"),)
        text = "\n".join(wrap(line, CAPTION, even=False) for line in lines if line)
        look: dict[str, Any] = {"frameon": False, "fontsize": 9, "handlelength": 1.4}
        handles, names = ax.get_legend_handles_labels()
        ncols = _legend_columns(names, LEGEND)
        if self.own and (figure := ax.get_figure(root=True)):
            figure.supxlabel(text, x=0.01, ha="left", fontsize=8.5, color=style.GREY)
            # The legend bears the title, even without a line: a layout keeps room for one of them.
            look |= {"title": wrap(title, HEADLINE), "title_fontsize": TITLE, "alignment": "left"}
            look |= {"ncols": ncols, "loc": "outside upper left"}
            figure.legend(_across(handles, ncols), _across(names, ncols), **look)
            return ax
        ax.set_xlabel(f"{ax.get_xlabel()}\n{text}".strip(), loc="left", fontsize="small")
        height = 0
        if names:  # above the axes and what stands beside them, where it lies over nothing
            inches = ax.get_window_extent().transformed(ax.figure.dpi_scale_trans.inverted()).width
            ncols = _legend_columns(names, int(LEGEND * inches / WIDTH))
            height = 13 + 15 * ceil(len(names) / ncols)
            look |= {"bbox_to_anchor": (0, 1), "borderaxespad": 1.5, "ncols": ncols}
            ax.legend(_across(handles, ncols), _across(names, ncols), loc="lower left", **look)
        ax.set_title(title, pad=6 + height)
        return ax


def near(
    ax: Axes, place: tuple[float, float], text: str, shift: tuple[float, float], **look: object
) -> None:
    """Text near a place, so many points to its right and above it."""
    told: dict[str, Any] = {"fontsize": "small", "xytext": shift} | look
    ax.annotate(text, place, textcoords="offset points", **told)


def whiskers(
    draw: Callable[..., object],
    at: NDArray[np.floating[Any]],
    frame: pl.DataFrame,
    color: str,
    limits: str = "",
) -> None:
    """Intervals at these places, drawn by ``ax.hlines`` or ``ax.vlines``; the wider ones pale."""
    for (low, high), look in WHISKERS.items():
        ends = (f"{limits}{low}", f"{limits}{high}")
        if set(ends) <= set(frame.columns):
            lines = frame.select(ends).cast(pl.Float64).with_columns(at=at).drop_nulls()
            left, right, place = lines.to_numpy().T
            draw(place, left, right, color=color, clip_on=False, **look)


def side_by_side(series: int) -> list[tuple[str, float]]:
    """Colour of each of several series, and how far from its row's middle it is drawn."""
    return list(zip(style.GROUPS, shifts(series), strict=False))


def shifts(series: int) -> list[float]:
    """How far from the middle of a row each of several series is drawn."""
    return [0.75 * (place - (series - 1) / 2) / series for place in range(series)]


def _across(entries: Sequence[Any], columns: int) -> list[Any]:
    """Entries in such an order that a legend, which fills column by column, reads by lines."""
    return [one for column in range(columns) for one in entries[column::columns]]


def _legend_columns(names: Sequence[str], room: int) -> int:
    """Columns of a legend: one line if all fit in the room, or lines of about equal length."""
    widths = [display_width(name) + 6 for name in names] or [0]
    if sum(widths) <= room:
        return len(widths)
    lines = ceil(len(widths) / max(1, room // max(widths)))
    return ceil(len(widths) / lines)
