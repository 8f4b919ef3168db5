"""Figures that compare groups: requesters' rates and odds, shares shrunken towards the others'."""

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from analysis.figures import style
from analysis.figures.captions import MOST, caption, counted, group_names, split
from analysis.figures.marks import Sheet, figure_of, shifts
from analysis.wording import count, label, say, wrap
from toolkit.errors import ParameterError
from toolkit.form import Language

ODDS: Final = (("odds", "odds_ratio", style.ORANGE), ("mh", "mh_odds_ratio", style.BLUE))
"""Odds ratios of all cases together and within agencies."""

SHRUNKEN: Final = (
    ("raw", "share", "", style.ORANGE),
    ("shrunken", "shrunken", "shrunken_", style.BLUE),
)
"""Shares of each group by itself and drawn towards the others'."""


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
    drawn = groups[:MOST]
    sheet = Sheet(ax, language, source, rows=1.15 * drawn.height, extra=0.4)
    for shift, (name, value, limits, color) in zip(shifts(len(SHRUNKEN)), SHRUNKEN, strict=True):
        sheet.intervals(drawn, color, sheet.say(f"shrunken.{name}"), value, limits, shift=shift)
    sheet.instead(drawn, "shrunken")
    sheet.rows(group_names(drawn, language), counted(drawn), sheet.say("beside.count"))
    sheet.percent_axis(sheet.say(f"of.{shares['denominator'][0]}"))
    hidden = groups.height - drawn.height
    said = caption(shares, language, notes=["shrunken", "hollow"], hidden=hidden)
    name = label(shares["category"][0], language)
    return sheet.finish(sheet.say("title.funnel", name=name), *said)


def _reference(rates: pl.DataFrame) -> dict[str, Any]:
    """Row of the reference in a frame that has one group."""
    if (groups := len(split(rates))) > 1:
        raise ParameterError(f"a figure holds one group, not {groups}; filter it")
    return rates.filter(pl.col("requester") == pl.col("reference")).row(0, named=True)


def _rate(row: dict[str, Any]) -> str:
    return f"{row['share']:.0%} / {count(row['n'])}" if row["n"] else count(row["n"])


def _difference(row: dict[str, Any], language: Language) -> str:
    if row["requester"] == row["reference"]:
        return say("rate.reference", language)
    if row["difference"] is None:
        return "—"
    low, high = row["difference_low"], row["difference_high"]
    points = f"{100 * row['difference']:+.1f} ({100 * low:+.1f}, {100 * high:+.1f})"
    return points.replace("-", "\N{MINUS SIGN}")


def _caption(rates: pl.DataFrame, language: Language, note: str) -> tuple[str, ...]:
    """Caption whose n is that of all kinds together: its first row stands for the group."""
    known = pl.col("n").is_not_null().any()
    cases = rates.with_columns(pl.when(known).then(pl.col("n").sum()))
    return caption(cases, language, notes=[note, "hollow"])
