"""Bars and dots of a composition: grounds of denial, requesters, outcomes."""

from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from numpy.typing import NDArray

from analysis.figures import marks, style
from analysis.figures.captions import (
    aligned,
    caption,
    each_group,
    group_columns,
    group_names,
    largest,
    split,
)
from analysis.shares import OUTCOMES as DENOMINATORS
from analysis.wording import count, label, say
from toolkit.errors import one_of
from toolkit.form import Language

LEGIBLE: Final = 0.055
"""Narrower segments of a bar have no room for their percentage."""


@marks.figure_of("denial_reasons")
def denial_reasons(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each ground with its two intervals; groups (at most six) side by side."""
    return _dots(shares, "ground", language=language, source=source, ax=ax)


@marks.figure_of("requester_mix")
def requester_mix(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each kind of requester with its two intervals; groups (at most six) side by side."""
    return _dots(shares, "requester", language=language, source=source, ax=ax)


@marks.figure_of("outcomes")
def outcomes(
    shares: pl.DataFrame,
    *,
    language: Language = "zh",
    source: str = "",
    of: str = "resolved",
    ax: Axes | None = None,
) -> Axes:
    """Outcomes as bars of 100 %: a bar for each denominator, or for each group of one."""
    one_of("of", of, DENOMINATORS)
    groups = group_columns(shares)
    if groups:
        shares = shares.filter(denominator=of)
    drawn = largest(shares) if groups else shares
    bars = split(drawn, "denominator")
    ax, own = marks.canvas(ax, rows=bars.height, extra=1.0)
    left = np.zeros(bars.height)
    for code in drawn["outcome"].unique(maintain_order=True):
        part = aligned(drawn.filter(outcome=code), bars, [*groups, "denominator"])
        width = part["share"].fill_null(0).to_numpy()
        _segments(ax, bars, left, width, style.OUTCOMES[code], label(code, language))
        left += width
    whole = [say(f"bar.{bar}", language) for bar in bars["denominator"]]
    marks.name_rows(ax, group_names(bars, language) if groups else whole)
    marks.instead(ax, bars, "share", language)
    marks.beside(ax, [count(n) for n in bars["n"]], say("beside.count", language))
    marks.percent_axis(ax)
    if groups:
        ax.set_xlabel(say(f"of.{of}", language))
    hidden = len(split(shares, "denominator")) - bars.height
    text = caption(shares, language, source=source, notes=["thin"], hidden=hidden)
    return marks.finish(ax, say("title.resolved", language), text, own=own)


def _segments(
    ax: Axes,
    bars: pl.DataFrame,
    left: NDArray[np.float64],
    width: NDArray[np.float64],
    color: str,
    name: str,
) -> None:
    """One outcome of each bar, with its share where there is room; bars of few cases are thin."""
    high = np.where(bars["small"].fill_null(value=False), 0.3, 0.62)
    ax.barh(range(len(width)), width, high, left=left, color=color, edgecolor="white", label=name)
    ink = "white" if color in style.DARK else "black"
    look: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": "small", "color": ink}
    for y, (start, share) in enumerate(zip(left, width, strict=True)):
        if share >= LEGIBLE:
            ax.text(start + share / 2, y, f"{share:.0%}", **look)


def _dots(
    shares: pl.DataFrame, category: str, *, language: Language, source: str, ax: Axes | None
) -> Axes:
    several = len(split(shares)) > 1
    parts = each_group(shares)
    looks = marks.side_by_side(len(parts))
    codes = shares.select(category).unique(maintain_order=True)
    ax, own = marks.canvas(ax, rows=len(codes) * (2 + len(parts)) / 3)
    for place, (part, (color, shift)) in enumerate(zip(parts, looks, strict=True)):
        group = aligned(part, codes, [category])
        name = f"{group_names(part, language)[0]} (n = {count(part['n'][0])})" if several else ""
        marks.intervals(ax, group, color, name, shift=shift)
        head = "" if place else say("beside.count", language)
        marks.beside(ax, [count(n) for n in group["count"]], head, shift=shift, color=color)
    if not several:
        marks.instead(ax, shares, "share", language)
    marks.name_rows(ax, [label(code, language) for code in codes[category]])
    marks.percent_axis(ax, min(1, 1.05 * max(shares["high_all"].drop_nulls(), default=1)))
    denominator = shares["denominator"][0]
    ax.set_xlabel(say(f"of.{denominator}", language))
    text = caption(shares, language, source=source, notes=["shares", "hollow"])
    return marks.finish(ax, say(f"title.{denominator}", language), text, own=own)
