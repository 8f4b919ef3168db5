"""What figures are drawn with: canvas, dots and whiskers, names of rows, title and caption."""

from collections.abc import Sequence
from math import ceil
from typing import Any, Final

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from analysis.figures import style
from analysis.wording import columns, wrap

WIDTH: Final = 8.0
TITLE: Final = 15
LEGEND: Final = 116
"""Columns of text that a figure has room for in a line of its legend."""

TICKS: Final = 10
"""Ticks that a logarithmic axis has room for."""

LABEL: Final = 38
"""Columns of a row's name before it is wrapped; a Chinese character has two."""


def whisker(ax: Axes, y: float, low: float, high: float, color: str, *, pale: bool = False) -> None:
    """Interval of a row; pale ones are wide."""
    width, alpha = (5, 0.28) if pale else (2, 1)
    ax.hlines(y, low, high, color=color, linewidth=width, alpha=alpha, clip_on=False)


def dot(ax: Axes, x: float, y: float, color: str, *, hollow: bool) -> None:
    """Value of a row, hollow where it rests on few cases."""
    face = "white" if hollow else color
    # Not seaborn's scatterplot, which takes 25 ms for a dot; the picture is the same.
    ax.scatter(
        [x], [y], s=50, facecolor=face, edgecolor=color, linewidth=1.6, zorder=3, clip_on=False
    )


def canvas(ax: Axes | None, *, rows: float, extra: float = 0.0) -> tuple[Axes, bool]:
    """Axes to draw on, and whether they are our own; high enough for so many rows."""
    if ax is not None:
        return ax, False
    style.use_style()
    size = (WIDTH, 1.9 + extra + 0.42 * rows)
    return plt.subplots(figsize=size, layout="constrained")[1], True


def name_rows(ax: Axes, names: Sequence[str]) -> None:
    """Rows from the top, their names wrapped, with faint lines to follow across."""
    ax.set_yticks(range(len(names)), [wrap(name, LABEL) for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_ylabel("")
    ax.tick_params(axis="y", length=0, pad=9, labelsize=10)
    ax.tick_params(axis="x", labelsize=9.5)
    ax.xaxis.label.set_fontsize(10)
    ax.grid(axis="x", color="#E5E5E5")
    ax.set_axisbelow(True)


def right(ax: Axes, y: float, text: str, color: str = "black") -> None:
    """Text beyond the right edge, in line with a row."""
    at: dict[str, Any] = {"xycoords": ax.get_yaxis_transform(), "annotation_clip": False}
    ax.annotate(text, (1.02, y), **at, va="center", fontsize="small", color=color)


def instead(ax: Axes, y: float, text: str) -> None:
    """Why a row has no value, where the value would stand."""
    at: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "va": "center"}
    ax.text(0.015, y, text, **at, color=style.GREY, fontsize="small")


def log_ticks(ax: Axes, ends: Sequence[float], *, least: float = 1.0, most: float = 1.0) -> float:
    """Logarithmic axis with plain numbers, a little wider than all ends; returns its left end."""
    low, high = min(*ends, least, most) / 1.2, max(*ends, least, most) * 1.2
    ax.set_xscale("log")
    ax.set_xlim(low, high)
    steps = [x * 10.0**k for k in range(-9, 10) for x in (1, 2, 5)]
    inside = [x for x in steps if low <= x <= high]
    if len(inside) > TICKS:
        inside = [x for x in inside if f"{x:e}".startswith("1")]
    ax.set_xticks(inside, [f"{x:,.9g}" for x in inside])
    ax.minorticks_off()
    return low


def head(ax: Axes, text: str) -> None:
    """Head of the text beyond the right edge."""
    at: dict[str, Any] = {"xycoords": "axes fraction", "annotation_clip": False}
    ax.annotate(text, (1.02, 1.0), **at, va="bottom", fontsize="small", color=style.GREY)


def finish(ax: Axes, title: str, text: str, *, own: bool) -> Axes:
    """Title and caption at the figure's left edge, or with the axes if they are the caller's."""
    legend: dict[str, Any] = {"frameon": False, "fontsize": 9, "handlelength": 1}
    handles, names = ax.get_legend_handles_labels()
    if own and (figure := ax.get_figure(root=True)):
        figure.supxlabel(text, x=0.01, ha="left", fontsize=8.5, color=style.GREY)
        if handles:  # The legend bears the title: a layout keeps no room for both.
            legend |= {"title": title, "title_fontsize": TITLE, "alignment": "left"}
            ncols = _fitting([columns(name) + 6 for name in names])
            figure.legend(handles, names, loc="outside upper left", ncols=ncols, **legend)
        else:
            figure.suptitle(title, x=0.01, ha="left", fontsize=TITLE)
    else:
        ax.set_title(title)
        ax.set_xlabel(f"{ax.get_xlabel()}\n{text}".strip(), loc="left", fontsize="small")
        if handles:
            ax.legend(**legend)
    return ax


def _fitting(widths: Sequence[int]) -> int:
    """Columns of a legend: one line if all fit, or lines of about equal length."""
    if sum(widths) <= LEGEND:
        return len(widths)
    lines = ceil(len(widths) / max(1, LEGEND // max(widths)))
    return ceil(len(widths) / lines)
