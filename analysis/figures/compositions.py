"""Bars and dots of a composition: grounds of denial, requesters, outcomes."""

from typing import Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.figures import style
from analysis.figures.captions import (
    aligned,
    caption,
    each_group,
    group_columns,
    group_names,
    largest,
    split,
)
from analysis.figures.marks import Sheet, figure_of, side_by_side
from analysis.shares import OUTCOMES as DENOMINATORS
from analysis.wording import count, label
from toolkit.errors import one_of
from toolkit.form import Language

LEGIBLE: Final = 0.055
"""Narrower segments of a bar have no room for their percentage."""


@figure_of("denial_reasons")
def denial_reasons(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each ground with its two intervals; groups (at most six) side by side."""
    return _dots(shares, "ground", language=language, source=source, ax=ax)


@figure_of("requester_mix")
def requester_mix(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each kind of requester with its two intervals; groups (at most six) side by side."""
    return _dots(shares, "requester", language=language, source=source, ax=ax)


@figure_of("outcomes")
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
    sheet = Sheet(ax, language, source, rows=bars.height, extra=1.0)
    y, left = range(bars.height), np.zeros(bars.height)
    high = np.where(bars["small"].fill_null(value=False), 0.3, 0.62)  # bars of few cases are thin
    for code in drawn["outcome"].unique(maintain_order=True):
        part = aligned(drawn.filter(outcome=code), bars, [*groups, "denominator"])
        width = part["share"].fill_null(0).to_numpy()
        color, name = style.OUTCOMES[code], label(code, language)
        segments = sheet.ax.barh(
            y, width, high, left=left, color=color, edgecolor="white", label=name
        )
        said = [f"{share:.0%}" if share >= LEGIBLE else "" for share in width]
        ink = "white" if color in style.DARK else "black"
        sheet.ax.bar_label(segments, said, label_type="center", fontsize="small", color=ink)
        left += width
    whole = [sheet.say(f"bar.{bar}") for bar in bars["denominator"]]
    names = group_names(bars, language) if groups else whole
    sheet.rows(names, [count(n) for n in bars["n"]], sheet.say("beside.count"))
    sheet.instead(bars, "share")
    sheet.percent_axis(sheet.say(f"of.{of}") if groups else "")
    hidden = len(split(shares, "denominator")) - bars.height
    text = caption(shares, language, notes=["thin"], hidden=hidden)
    return sheet.finish(sheet.say("title.resolved"), *text)


def _dots(
    shares: pl.DataFrame, category: str, *, language: Language, source: str, ax: Axes | None
) -> Axes:
    several = len(split(shares)) > 1
    parts = each_group(shares)
    looks = side_by_side(len(parts))
    codes = shares.select(category).unique(maintain_order=True)
    sheet = Sheet(ax, language, source, rows=len(codes) * (2 + len(parts)) / 3)
    for place, (part, (color, shift)) in enumerate(zip(parts, looks, strict=True)):
        group = aligned(part, codes, [category])
        name = f"{group_names(part, language)[0]} (n = {count(part['n'][0])})" if several else ""
        sheet.intervals(group, color, name, shift=shift)
        head = "" if place else sheet.say("beside.count")
        sheet.beside([count(n) for n in group["count"]], head, shift=shift, color=color)
    if not several:
        sheet.instead(shares, "share")
    sheet.rows([label(code, language) for code in codes[category]])
    denominator = shares["denominator"][0]
    most = min(1, 1.05 * max(shares["high_all"].drop_nulls(), default=1))
    sheet.percent_axis(sheet.say(f"of.{denominator}"), most)
    said = caption(shares, language, notes=["shares", "hollow"])
    return sheet.finish(sheet.say(f"title.{denominator}"), *said)
