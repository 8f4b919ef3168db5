"""Figures of shares: of a composition, of what each requester is granted, of small agencies."""

from typing import Any, Final

import numpy as np
import polars as pl
from matplotlib.axes import Axes

from analysis.figures import style
from analysis.figures.captions import (
    MOST,
    aligned,
    caption,
    counted,
    each_group,
    group_columns,
    group_names,
    largest,
    of_cases,
    split,
)
from analysis.figures.marks import Sheet, figure_of, shifts, side_by_side
from analysis.shares import OUTCOMES as DENOMINATORS
from analysis.wording import DASH, Value, count, label, percent, say, wrap
from toolkit.errors import ParameterError, one_of
from toolkit.form import Language

LEGIBLE: Final = 0.055
"""Narrower segments of a bar have no room for their percentage."""

ODDS: Final = (("odds", "odds_ratio", style.ORANGE), ("mh", "mh_odds_ratio", style.BLUE))
"""Odds ratios of all cases together and within agencies."""

SHRUNKEN: Final = (
    ("raw", "share", "", style.ORANGE),
    ("shrunken", "shrunken", "shrunken_", style.BLUE),
)
"""Shares of each group by itself and drawn towards the others'."""


@figure_of("denial_reasons")
def denial_reasons(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each ground with its two intervals; the six largest groups side by side."""
    return _dots(shares, "ground", language=language, source=source, ax=ax)


@figure_of("requester_mix")
def requester_mix(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each kind of requester with two intervals; the six largest groups side by side."""
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
        said = [_inside(row) for row in part.iter_rows(named=True)]
        ink = "white" if color in style.DARK else "black"
        sheet.ax.bar_label(segments, said, label_type="center", fontsize="small", color=ink)
        left += width
    whole = [sheet.say(f"bar.{bar}") for bar in bars["denominator"]]
    names = group_names(bars, language) if groups else whole
    sheet.rows(names, [count(n) for n in bars["n"]], sheet.say("beside.count"))
    sheet.instead(bars, "share")
    sheet.percent_axis(sheet.say(f"of.{of}") if groups else "")
    text = caption(shares, language, "thin", drawn=drawn)
    return sheet.finish(sheet.say("title.resolved"), *text)


@figure_of("grant_rates")
def grant_rates(
    rates: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Rate of each kind of requester, and on the right its difference to the reference.

    Of one group; filter the frame if it has several.
    """
    reference = _reference(rates)
    sheet = Sheet(ax, language, source, rows=1.2 * rates.height)
    sheet.intervals(rates, style.BLUE)
    sheet.instead(rates, "share")
    said = [
        f"{count(row['count'])} / {count(row['n'])}\n{_difference(row, language)}"
        for row in rates.iter_rows(named=True)
    ]
    kinds = [label(code, language) for code in rates["requester"]]
    sheet.rows(kinds, said, wrap(sheet.say("beside.difference"), 24))
    if reference["share"] is not None:
        sheet.ax.axvline(reference["share"], color=style.GREY, linewidth=0.8, linestyle="--")
    sheet.percent_axis(sheet.say(f"rate.of.{rates['rate'][0]}") + sheet.say("rate.base"))
    return sheet.finish(sheet.say("title.rates"), *_caption(rates, language, "rates"))


@figure_of("grant_rates")
def grant_odds(
    rates: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Odds of each kind of requester to those of the reference, crude and within agencies.

    Of one group; filter the frame if it has several. The rates themselves stand on the right.
    """
    reference = _reference(rates)
    odds = pl.coalesce("odds_ratio", "mh_odds_ratio")
    shown = rates.filter(pl.col("requester") != pl.col("reference")).with_columns(
        odds=odds, reason=pl.when(pl.col("n") > 0).then(pl.lit("odds"))
    )
    sheet = Sheet(ax, language, source, rows=1.2 * rates.height, extra=0.6)
    for shift, (name, value, color) in zip(shifts(len(ODDS)), ODDS, strict=True):
        sheet.intervals(shown, color, sheet.say(f"odds.{name}"), value, f"{name}_", shift=shift)
    sheet.instead(shown, "odds")
    sheet.ax.axvline(1, color=style.GREY, linewidth=1)
    ends = shown.select("^(odds|mh)_(low|high)$").unpivot()["value"].drop_nulls()
    sheet.log_axis(ends.to_list(), least=0.5, most=2)
    kinds = [label(code, language) for code in shown["requester"]]
    said = [_rate(row) for row in shown.iter_rows(named=True)]
    sheet.rows(kinds, said, wrap(sheet.say(f"rate.{rates['rate'][0]}"), 14))
    base = f"{label(reference['requester'], language)}: {_rate(reference)}"
    sheet.ax.set_xlabel(sheet.say("of.odds", reference=base))
    return sheet.finish(sheet.say("title.odds"), *_caption(rates, language, "odds"))


@figure_of("shrunken_shares")
def shrunken_shares(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each group by itself and drawn towards the others', those with most cases first.

    Of one category and one family; filter the frame if it has several.
    """
    if shares["category"].n_unique() > 1:
        raise ParameterError("a figure holds one category; filter the frame")
    groups = split(shares.sort("n", descending=True, nulls_last=True, maintain_order=True))
    drawn = of_cases(groups[:MOST])
    sheet = Sheet(ax, language, source, rows=1.15 * drawn.height, extra=0.4)
    for shift, (name, value, limits, color) in zip(shifts(len(SHRUNKEN)), SHRUNKEN, strict=True):
        sheet.intervals(drawn, color, sheet.say(f"shrunken.{name}"), value, limits, shift=shift)
    sheet.instead(drawn, "shrunken")
    sheet.rows(group_names(drawn, language), counted(drawn), sheet.say("beside.count"))
    sheet.percent_axis(sheet.say(f"of.{shares['denominator'][0]}"))
    said = caption(shares, language, "shrunken", "hollow", drawn=drawn)
    name = label(shares["category"][0], language)
    return sheet.finish(sheet.say("funnel.share", name=name), *said)


def _inside(row: dict[str, Any]) -> str:
    """What is told within a segment that has room for it: its share, or its cases if few."""
    if (row["share"] or 0) < LEGIBLE:
        return ""
    return count(row["count"]) if row["small"] else percent(row["share"])


def _dots(
    shares: pl.DataFrame, category: str, *, language: Language, source: str, ax: Axes | None
) -> Axes:
    grouped = bool(group_columns(shares))
    drawn = largest(shares, len(style.GROUPS))
    parts = each_group(drawn)
    looks = side_by_side(len(parts))
    codes = shares.select(category).unique(maintain_order=True)
    sheet = Sheet(ax, language, source, rows=len(codes) * (2 + len(parts)) / 3)
    for place, (part, (color, shift)) in enumerate(zip(parts, looks, strict=True)):
        group = aligned(part, codes, [category])
        name = f"{group_names(part, language)[0]} (n = {count(part['n'][0])})" if grouped else ""
        sheet.intervals(group, color, name, shift=shift)
        head = "" if place else sheet.say("beside.count")
        sheet.beside([count(n) for n in group["count"]], head, shift=shift)
        sheet.instead(group, "share", shift=shift)
    sheet.rows([label(code, language) for code in codes[category]])
    denominator = shares["denominator"][0]
    most = min(1, 1.05 * max(drawn["high_all"].drop_nulls(), default=1))
    sheet.percent_axis(sheet.say(f"of.{denominator}"), most)
    said = caption(shares, language, "shares", "hollow", drawn=drawn)
    return sheet.finish(sheet.say(f"title.{denominator}"), *said)


def _reference(rates: pl.DataFrame) -> dict[str, Any]:
    """Row of the reference in a frame that has one group."""
    if (groups := len(split(rates))) > 1:
        raise ParameterError(f"a figure holds one group, not {groups}; filter it")
    return rates.filter(pl.col("requester") == pl.col("reference")).row(0, named=True)


def _rate(row: dict[str, Any]) -> str:
    return f"{percent(row['share'])} / {count(row['n'])}" if row["n"] else count(row["n"])


def _difference(row: dict[str, Any], language: Language) -> str:
    if row["requester"] == row["reference"]:
        return say("rate.reference", language)
    if row["difference"] is None:
        return DASH
    points, low, high = (
        f"{Value(row[f'difference{end}']):points}" for end in ("", "_low", "_high")
    )
    return f"{points} ({low}, {high})"


def _caption(rates: pl.DataFrame, language: Language, note: str) -> tuple[str, ...]:
    """Caption whose n is that of all kinds together: its first row stands for the group."""
    known = pl.col("n").is_not_null().any()
    cases = rates.with_columns(pl.when(known).then(pl.col("n").sum()))
    return caption(cases, language, note, "hollow")
