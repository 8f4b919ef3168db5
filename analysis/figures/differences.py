"""Figures that compare groups: requesters' rates and odds, shares shrunken towards the others'.

They are called like those of :mod:`analysis.figures`, where they belong.
"""

from typing import Any, Final

import polars as pl
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from analysis.figures import style
from analysis.figures.captions import MOST, caption, count, group_name, split
from analysis.figures.marks import (
    canvas,
    dot,
    finish,
    head,
    instead,
    log_ticks,
    name_rows,
    right,
    whisker,
)
from analysis.wording import label, say, wrap
from toolkit.errors import ParameterError
from toolkit.form import Language

ODDS: Final = (("odds", "odds_ratio", style.ORANGE), ("mh", "mh_odds_ratio", style.BLUE))
"""Odds ratios of all cases together and within agencies."""


def grant_rates(
    rates: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Rate of each kind of requester, and on the right its difference to the reference.

    Of one group; filter the frame if it has several.

    Parameters
    ----------
    rates
        What :func:`analysis.grant_rates` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    reference = _reference(rates)
    ax, own = canvas(ax, rows=rates.height)
    for y, row in enumerate(rates.iter_rows(named=True)):
        if row["share"] is None:
            instead(ax, y, say("none.n" if row["n"] == 0 else "none.not_reported", language))
        else:
            whisker(ax, y, row["low"], row["high"], style.BLUE)
            dot(ax, row["share"], y, style.BLUE, hollow=row["small"])
        right(ax, y, f"{count(row['count'])} / {count(row['n'])}\n{_difference(row, language)}")
    if reference["share"] is not None:
        ax.axvline(reference["share"], color=style.GREY, linewidth=0.8, linestyle="--")
    name_rows(ax, [label(code, language) for code in rates["requester"]])
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    head(ax, wrap(say("head.difference", language), 24))
    ax.set_xlabel(say(f"rate.of.{rates['rate'][0]}", language) + say("rate.base", language))
    text = _caption(rates, language, source, ["rates", "hollow"])
    return finish(ax, say("title.rates", language), text, own=own)


def grant_odds(
    rates: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Odds of each kind of requester to those of the reference, crude and within agencies.

    Of one group; filter the frame if it has several. The rates themselves stand on the right.

    Parameters
    ----------
    rates
        What :func:`analysis.grant_rates` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    reference = _reference(rates)
    shown = rates.filter(pl.col("requester") != pl.col("reference"))
    ax, own = canvas(ax, rows=1.6 * rates.height, extra=0.6)
    for shift, (name, value, color) in zip((-0.14, 0.14), ODDS, strict=True):
        ax.plot([], [], "o", color=color, label=say(f"odds.{name}", language))
        for y, row in enumerate(shown.iter_rows(named=True)):
            if row[value] is not None:
                whisker(ax, y + shift, row[f"{name}_low"], row[f"{name}_high"], color)
                dot(ax, row[value], y + shift, color, hollow=row["small"])
    for y, row in enumerate(shown.iter_rows(named=True)):
        if row["odds_ratio"] is None and row["mh_odds_ratio"] is None:
            instead(ax, y, say("none.odds" if row["n"] else "none.n", language))
        right(ax, y, _rate(row))
    ax.axvline(1, color=style.GREY, linewidth=1)
    ends = shown.select("^(odds|mh)_(low|high)$").unpivot()["value"].drop_nulls()
    log_ticks(ax, ends.to_list(), least=0.5, most=2)
    name_rows(ax, [label(code, language) for code in shown["requester"]])
    head(ax, wrap(say(f"rate.{rates['rate'][0]}", language), 14))
    base = f"{label(reference['requester'], language)}: {_rate(reference)}"
    ax.set_xlabel(say("of.odds", language, reference=base))
    text = _caption(rates, language, source, ["odds", "hollow"])
    return finish(ax, say("title.odds", language), text, own=own)


def shrunken_shares(
    shares: pl.DataFrame, *, language: Language = "zh", source: str = "", ax: Axes | None = None
) -> Axes:
    """Share of each group by itself and drawn towards the others', those with most cases first.

    Of one category and one family; filter the frame if it has several.

    Parameters
    ----------
    shares
        What :func:`analysis.shrunken_shares` returned.
    language, source, ax
        As in :mod:`analysis.figures`.

    Returns
    -------
    matplotlib.axes.Axes
        What was drawn on.
    """
    if shares["category"].n_unique() > 1:
        raise ParameterError("a figure holds one category; filter the frame")
    groups = split(shares.sort("n", descending=True, nulls_last=True, maintain_order=True))
    drawn = groups[:MOST]
    ax, own = canvas(ax, rows=1.15 * len(drawn), extra=0.4)
    kinds = (("raw", "", "share", style.ORANGE), ("shrunken", "shrunken_", "shrunken", style.BLUE))
    for shift, (name, prefix, value, color) in zip((-0.15, 0.15), kinds, strict=True):
        ax.plot([], [], "o", color=color, label=say(f"shrunken.{name}", language))
        for y, group in enumerate(drawn):
            row = group.row(0, named=True)
            if row[value] is not None:
                whisker(ax, y + shift, row[f"{prefix}low"], row[f"{prefix}high"], color)
                dot(ax, row[value], y + shift, color, hollow=row["small"])
    for y, group in enumerate(drawn):
        row = group.row(0, named=True)
        if row["shrunken"] is None:
            instead(ax, y, say("none.not_reported", language))
        right(ax, y, f"{count(row['count'])} / {count(row['n'])}")
    name_rows(ax, [group_name(group, language) for group in drawn])
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    category = label(shares["category"][0], language)
    head(ax, say("head.count", language))
    ax.set_xlabel(say(f"of.{shares['denominator'][0]}", language))
    text = caption(
        shares,
        language,
        source=source,
        notes=["shrunken", "hollow"],
        hidden=len(groups) - len(drawn),
    )
    return finish(ax, say("title.funnel", language, name=category), text, own=own)


def _reference(rates: pl.DataFrame) -> dict[str, Any]:
    """Row of the reference in a frame that has one group."""
    if len(split(rates)) > 1:
        raise ParameterError(f"a figure holds one group, not {len(split(rates))}; filter it")
    return rates.filter(pl.col("requester") == pl.col("reference")).row(0, named=True)


def _rate(row: dict[str, Any]) -> str:
    return f"{row['share']:.0%} / {count(row['n'])}" if row["n"] else count(row["n"])


def _difference(row: dict[str, Any], language: Language) -> str:
    if row["requester"] == row["reference"]:
        return say("rate.reference", language)
    if row["difference"] is None:
        return "—"
    low, high = row["difference_low"], row["difference_high"]
    return f"{100 * row['difference']:+.1f} ({100 * low:+.1f}, {100 * high:+.1f})"


def _caption(rates: pl.DataFrame, language: Language, source: str, notes: list[str]) -> str:
    """Caption whose n is that of all kinds together: its first row stands for the group."""
    known = pl.col("n").is_not_null().any()
    cases = rates.with_columns(pl.when(known).then(pl.col("n").sum()))
    return caption(cases, language, source=source, notes=notes)


__all__ = ["grant_odds", "grant_rates", "shrunken_shares"]
