"""Figures that compare groups: requesters' rates and odds, shares shrunken towards the others'."""

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes

from analysis.figures import marks, style
from analysis.figures.captions import MOST, caption, counted, group_names, split
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


@marks.figure_of("grant_rates")
def grant_rates(
    rates: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Rate of each kind of requester, and on the right its difference to the reference.

    Of one group; filter the frame if it has several.
    """
    reference = _reference(rates)
    ax, own = marks.canvas(ax, rows=1.2 * rates.height)
    marks.intervals(ax, rates, style.BLUE)
    marks.instead(ax, rates, "share", language)
    said = [
        f"{count(row['count'])} / {count(row['n'])}\n{_difference(row, language)}"
        for row in rates.iter_rows(named=True)
    ]
    marks.beside(ax, said, wrap(say("beside.difference", language), 24))
    if reference["share"] is not None:
        ax.axvline(reference["share"], color=style.GREY, linewidth=0.8, linestyle="--")
    marks.name_rows(ax, [label(code, language) for code in rates["requester"]])
    marks.percent_axis(ax)
    ax.set_xlabel(say(f"rate.of.{rates['rate'][0]}", language) + say("rate.base", language))
    text = _caption(rates, language, source, ["rates", "hollow"])
    return marks.finish(ax, say("title.rates", language), text, own=own)


@marks.figure_of("grant_rates")
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
    ax, own = marks.canvas(ax, rows=1.2 * rates.height, extra=0.6)
    for shift, (name, value, color) in zip(marks.shifts(len(ODDS)), ODDS, strict=True):
        said = say(f"odds.{name}", language)
        marks.intervals(ax, shown, color, said, value, f"{name}_", shift=shift)
    marks.instead(ax, shown, "odds", language)
    ax.axvline(1, color=style.GREY, linewidth=1)
    ends = shown.select("^(odds|mh)_(low|high)$").unpivot()["value"].drop_nulls()
    marks.log_ticks(ax, ends.to_list(), least=0.5, most=2)
    marks.name_rows(ax, [label(code, language) for code in shown["requester"]])
    head = wrap(say(f"rate.{rates['rate'][0]}", language), 14)
    marks.beside(ax, [_rate(row) for row in shown.iter_rows(named=True)], head)
    base = f"{label(reference['requester'], language)}: {_rate(reference)}"
    ax.set_xlabel(say("of.odds", language, reference=base))
    text = _caption(rates, language, source, ["odds", "hollow"])
    return marks.finish(ax, say("title.odds", language), text, own=own)


@marks.figure_of("shrunken_shares")
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
    ax, own = marks.canvas(ax, rows=1.15 * drawn.height, extra=0.4)
    for shift, (name, value, limits, color) in zip(
        marks.shifts(len(SHRUNKEN)), SHRUNKEN, strict=True
    ):
        said = say(f"shrunken.{name}", language)
        marks.intervals(ax, drawn, color, said, value, limits, shift=shift)
    marks.instead(ax, drawn, "shrunken", language)
    marks.beside(ax, counted(drawn), say("beside.count", language))
    marks.name_rows(ax, group_names(drawn, language))
    marks.percent_axis(ax)
    ax.set_xlabel(say(f"of.{shares['denominator'][0]}", language))
    hidden, notes = groups.height - drawn.height, ["shrunken", "hollow"]
    text = caption(shares, language, source=source, notes=notes, hidden=hidden)
    title = say("title.funnel", language, name=label(shares["category"][0], language))
    return marks.finish(ax, title, text, own=own)


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


def _caption(rates: pl.DataFrame, language: Language, source: str, notes: list[str]) -> str:
    """Caption whose n is that of all kinds together: its first row stands for the group."""
    known = pl.col("n").is_not_null().any()
    cases = rates.with_columns(pl.when(known).then(pl.col("n").sum()))
    return caption(cases, language, source=source, notes=notes)
