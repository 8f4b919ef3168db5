"""One figure for each statistic: its frame in, Axes out, with n, denominator and source.

Every function takes the frame that the statistic of the same name returned and

- ``language``: ``zh`` or ``en``;
- ``source``: words to add to the source line, such as where the reports were collected;
- ``ax``: Axes to draw on. Without it the function makes a figure of fitting size in the house
  style; on your own axes call :func:`analysis.style.use_style` first, for the Chinese font.
"""

from collections.abc import Sequence
from math import ceil
from typing import Any, Final

import matplotlib.pyplot as plt
import polars as pl
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from analysis import style
from analysis.captions import caption, count, group_columns, group_name, split
from analysis.shares import OUTCOMES as DENOMINATORS
from analysis.wording import columns, label, say, wrap
from toolkit.errors import ParameterError
from toolkit.form import Language

WIDTH: Final = 8.0
TITLE: Final = 15
LEGEND: Final = 116
"""Columns of text that a figure has room for in a line of its legend."""

LABEL: Final = 38
"""Columns of a row's name before it is wrapped; a Chinese character has two."""

LEGIBLE: Final = 0.055
"""Narrower segments of a bar have no room for their percentage."""


def denial_reasons(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each ground with its two intervals; groups (at most six) side by side."""
    return _dots(shares, "ground", language=language, source=source, ax=ax)


def requester_mix(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each kind of requester with its two intervals; groups (at most six) side by side."""
    return _dots(shares, "requester", language=language, source=source, ax=ax)


def outcomes(
    shares: pl.DataFrame,
    *,
    language: Language = "zh",
    source: str = "",
    denominator: str = "resolved",
    ax: Axes | None = None,
) -> Axes:
    """Outcomes as bars of 100 %: a bar for each denominator, or for each group of one."""
    if denominator not in DENOMINATORS:
        raise ParameterError(f"denominator: {denominator!r} is none of {', '.join(DENOMINATORS)}")
    groups = group_columns(shares)
    if groups:
        shares = shares.filter(denominator=denominator)
    bars = split(shares, "denominator")
    names = [
        group_name(bar, language) if groups else say(f"bar.{bar['denominator'][0]}", language)
        for bar in bars
    ]
    ax, own = _canvas(ax, rows=len(bars), extra=1.0)
    for code in bars[0]["outcome"]:
        ax.barh(0, 0, color=style.OUTCOMES[code], label=label(code, language))
    for y, bar in enumerate(bars):
        _stack(ax, y, bar, language)
    _names(ax, names)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1))
    _head(ax, say("head.count", language))
    if groups:
        ax.set_xlabel(say(f"of.{denominator}", language))
    text = caption(shares, language, source=source, notes=["thin"])
    return _finish(ax, say("title.resolved", language), text, own=own)


def enforcement_to_licensing(
    ratios: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Ratio of each group with its interval, in the frame's order; where there is none, why."""
    groups = split(ratios)
    limit = 1.1 * max(ratios["high"].drop_nulls().to_list(), default=1)
    ax, own = _canvas(ax, rows=len(groups))
    for y, row in enumerate(ratios.iter_rows(named=True)):
        if row["ratio"] is None:
            reason = say(f"none.{row['reason']}", language)
            ax.text(0, y, f" {reason}", va="center", color=style.GREY, fontsize="small")
        else:
            _whisker(ax, y, row["low"], row["high"], style.BLUE)
            _dot(ax, row["ratio"], y, style.BLUE, hollow=row["small"])
            said = f"{row['ratio']:.3g} ({row['low']:.3g}–{row['high']:.3g})"
            side = "right" if row["ratio"] > limit / 2 else "left"
            place: dict[str, Any] = {"xytext": (0, 8), "textcoords": "offset points", "ha": side}
            ax.annotate(said, (row["ratio"], y), **place, fontsize="small")
        _right(ax, y, f"{count(row['count'])} ÷ {count(row['n'])}")
    _names(ax, [group_name(group, language) for group in groups])
    ax.set_xlim(0, limit)
    _head(ax, wrap(say("head.ratio", language), 14))
    ax.set_xlabel(say("of.licensing", language))
    text = caption(ratios, language, source=source, notes=["ratio", "hollow"])
    return _finish(ax, say("title.enforcement", language), text, own=own)


def _dots(
    shares: pl.DataFrame, category: str, *, language: Language, source: str, ax: Axes | None
) -> Axes:
    groups = split(shares)
    if len(groups) > len(style.GROUPS):
        raise ParameterError(
            f"a figure holds {len(style.GROUPS)} groups, the frame has {len(groups)}; filter it"
        )
    codes = groups[0][category].to_list()
    ax, own = _canvas(ax, rows=len(codes) * (1 + len(groups)) / 2)
    for place, (group, color) in enumerate(zip(groups, style.GROUPS, strict=False)):
        shift = (place - (len(groups) - 1) / 2) * 0.75 / len(groups)
        _series(ax, group, color, shift)
        if len(groups) > 1:
            n = group["n"][0]
            name = f"{group_name(group, language)} (n = {count(n)})"
            ax.plot([], [], "o", color=color, label=name)
    _names(ax, [label(code, language) for code in codes])
    ax.set_xlim(0, min(1, 1.05 * max(shares["high_all"].drop_nulls().to_list(), default=1)))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    denominator = shares["denominator"][0]
    ax.set_xlabel(say(f"of.{denominator}", language))
    _head(ax, say("head.count", language))
    text = caption(shares, language, source=source, notes=["shares", "hollow"])
    return _finish(ax, say(f"title.{denominator}", language), text, own=own)


def _series(ax: Axes, group: pl.DataFrame, color: str, shift: float) -> None:
    """Dots, lines and counts of one group; a group without cases has only its counts."""
    for place, row in enumerate(group.iter_rows(named=True)):
        y = place + shift
        if row["share"] is not None:
            _whisker(ax, y, row["low_all"], row["high_all"], color, pale=True)
            _whisker(ax, y, row["low"], row["high"], color)
            _dot(ax, row["share"], y, color, hollow=row["small"])
        _right(ax, y, count(row["count"]), color)


def _stack(ax: Axes, y: int, bar: pl.DataFrame, language: Language) -> None:
    left = 0.0
    for row in bar.iter_rows(named=True):
        share, color = row["share"] or 0.0, style.OUTCOMES[row["outcome"]]
        height = 0.3 if row["small"] else 0.62
        ax.barh(y, share, left=left, height=height, color=color, edgecolor="white")
        if share >= LEGIBLE:
            ink = "white" if color in style.DARK else "black"
            middle = (left + share / 2, y)
            ax.text(*middle, f"{share:.0%}", ha="center", va="center", color=ink, fontsize="small")
        left += share
    n = bar["n"][0]
    if not n:
        reason = say("none.n" if n == 0 else "none.not_reported", language)
        ax.text(0, y, f" {reason}", va="center", color=style.GREY, fontsize="small")
    _right(ax, y, count(n))


def _whisker(
    ax: Axes, y: float, low: float, high: float, color: str, *, pale: bool = False
) -> None:
    width, alpha = (5, 0.28) if pale else (2, 1)
    ax.hlines(y, low, high, color=color, linewidth=width, alpha=alpha, clip_on=False)


def _dot(ax: Axes, x: float, y: float, color: str, *, hollow: bool) -> None:
    face = "white" if hollow else color
    sns.scatterplot(
        x=[x],
        y=[y],
        s=50,
        facecolor=face,
        edgecolor=color,
        linewidth=1.6,
        zorder=3,
        clip_on=False,
        legend=False,
        ax=ax,
    )


def _canvas(ax: Axes | None, *, rows: float, extra: float = 0.0) -> tuple[Axes, bool]:
    if ax is not None:
        return ax, False
    style.use_style()
    size = (WIDTH, 1.9 + extra + 0.42 * rows)
    return plt.subplots(figsize=size, layout="constrained")[1], True


def _names(ax: Axes, names: Sequence[str]) -> None:
    """Rows from the top, their names wrapped, with faint lines to follow across."""
    ax.set_yticks(range(len(names)), [wrap(name, LABEL) for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_ylabel("")
    ax.tick_params(axis="y", length=0, pad=9, labelsize=10)
    ax.tick_params(axis="x", labelsize=9.5)
    ax.xaxis.label.set_fontsize(10)
    ax.grid(axis="x", color="#E5E5E5")
    ax.set_axisbelow(True)


def _right(ax: Axes, y: float, text: str, color: str = "black") -> None:
    """Text beyond the right edge, in line with a row."""
    at: dict[str, Any] = {"xycoords": ax.get_yaxis_transform(), "annotation_clip": False}
    ax.annotate(text, (1.02, y), **at, va="center", fontsize="small", color=color)


def _head(ax: Axes, text: str) -> None:
    """Head of the text beyond the right edge."""
    at: dict[str, Any] = {"xycoords": "axes fraction", "annotation_clip": False}
    ax.annotate(text, (1.02, 1.0), **at, va="bottom", fontsize="small", color=style.GREY)


def _finish(ax: Axes, title: str, text: str, *, own: bool) -> Axes:
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
