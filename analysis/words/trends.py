"""What the notebook on years says: who reported, what changed, which years are odd.

Frames in, Markdown out. Changes of few cases are told as counts.
"""

from collections.abc import Iterable
from math import isnan
from typing import Final

import polars as pl

from analysis.funnels import ALARM
from analysis.panel import quantity
from analysis.wording import Value, quantity_label
from analysis.words.markdown import Markdown, Row
from analysis.words.prose import Words, bullets, limits, n_known, paragraphs, side
from toolkit.form import Language

APART: Final = ("proactive.normative_documents.made", "proactive.normative_documents.issued")
"""Two quantities of the same row, each in one edition of the form only."""

GAPS: Final = ("no_report", "left_out", "several")
MOST: Final = 20
FEW_UNITS: Final = 20
"""Agencies below which errors clustered by agency are rough; see docs/methods.md."""

SURE: Final = 0.05


def title(of: str, language: Language) -> Markdown:
    """Title of the page, with the quantity that is followed."""
    words = Words(language)
    quantity(of)  # what the form does not have is refused where the page begins
    return Markdown(f"# {words.say('years.title', name=quantity_label(of, language))}")


def lead(reports: pl.DataFrame, language: Language) -> Markdown:
    """On how many reports of how many agencies and which years all rests."""
    words = Words(language)
    if reports.is_empty():
        return words.say("none.reports")
    return words.sentence(
        words.say(
            "years.lead",
            agencies=n_known(reports["agency"]),
            reports=reports.height,
            years=words.span(reports["year"]),
        ),
        words.other_scopes(reports),
    )


def panel(rows: pl.DataFrame, language: Language) -> Markdown:
    """Say for how many agencies and years there is a number, and why there is none."""
    words = Words(language)
    placed = rows.drop_nulls((rows.columns[0], "year"))
    lost = rows.height - placed.height
    by_status = dict(placed["status"].value_counts().iter_rows())
    numbers = {name: by_status.get(name, 0) for name in ("used", *GAPS)}
    units, years = (placed[name].n_unique() for name in (rows.columns[0], "year"))
    said = words.say("years.panel", agencies=units, years=years, n=placed.height, **numbers)
    return words.sentence(said if placed.height else "", words.mention("years.lost", n=lost))


def changes(ratios: pl.DataFrame, language: Language, *, min_n: int) -> Markdown:
    """Change of each year against the one before, and whether it can be told from none."""
    words = Words(language)
    if ratios.is_empty():
        return words.say("changes.nothing")
    least = max(min_n, 1)  # of none there is no percentage
    lines = (_change(row, words, least) for row in ratios.iter_rows(named=True))
    return paragraphs(bullets(lines), words.say("changes.caution"))


def _change(row: Row, words: Words, min_n: int) -> Markdown:
    if not row["n_units"]:
        return words.say("changes.no_pair", **row)
    said = [words.say("changes.few", **row, min_n=min_n)]
    if min(row["before"], row["count"]) >= min_n:
        row |= limits(row)
        key = "changes.chance_row" if row["robust_low"] is None else "changes.robust_row"
        turn = side(row["low"], row["high"], 1)
        said = [words.say(key, **row), words.say(f"changes.{turn}")]
    return words.sentence(*said, words.mention("changes.edition", n=row["n_edition_change"]))


def trend(rates: pl.DataFrame, language: Language) -> Markdown:
    """Ratio of each year to the first, how much counts vary, and what the model cannot tell."""
    words = Words(language)
    later = rates.filter(pl.col("low").is_not_null())
    if later.is_empty():
        return words.say("trend.nothing")
    *between, last = later.to_dicts()
    others = words.joined(words.say("trend.year", **row) for row in between)
    units = int(rates["n_units"].max())  # type: ignore[arg-type]
    changed = [str(year) for year in rates.filter(pl.col("n_edition_change") > 0)["year"]]
    return paragraphs(
        words.sentence(
            words.say("trend.last", **last),
            words.say(f"trend.{side(last['low'], last['high'], 1)}", **last),
            words.mention("trend.others", list=others),
        ),
        words.sentence(
            _dispersion(last, words),
            words.say("trend.few", n=units) if units < FEW_UNITS else "",
            words.mention("trend.changed", years=words.joined(changed)),
        ),
    )


def _dispersion(row: Row, words: Words) -> Markdown:
    p = row["p_overdispersion"]
    if p is None or isnan(p):  # no degree of freedom is left
        return Markdown()
    return words.say("trend.wide" if p < SURE else "trend.narrow", **row)


def apart(frames: Iterable[pl.DataFrame], language: Language) -> Markdown:
    """Say which of the quantities that one edition lacks have numbers in which years."""
    words = Words(language)
    used = [rows for every in frames if len(rows := every.filter(status="used"))]
    said = (
        words.say(
            "apart.used",
            name=quantity_label(rows["quantity"][0], language),
            years=words.span(rows["year"]),
            n=rows.height,
        )
        for rows in used
    )
    key = ("none.number", "apart.one", "apart.both")[len(used)]
    return words.sentence(words.say(key), *said)


def outliers(history: pl.DataFrame, language: Language) -> Markdown:
    """Years of agencies beyond the limits of their other years, the most extreme first."""
    words = Words(language)
    if history.is_empty():
        return words.say("outliers.nothing")
    odd = history.filter(pl.col("position") != "inside").sort("p_bh", "p")
    lines = [
        {
            "agency": words.agency(row["agency"]),
            "year": str(row["year"]),
            "value": row["count"],
            "expected": Markdown(f"{Value(row['expected']):.1f}"),
            "p": Markdown(f"{Value(row['p_bh']):p_value}"),
        }
        for row in odd.head(MOST).iter_rows(named=True)
    ]
    expected = (1 - ALARM) * history.height
    values = {"n": history.height, "odd": odd.height, "expected": expected, "alarm": ALARM}
    return paragraphs(
        words.say("outliers.lead", **values),
        words.listing(lines, more=odd.height - MOST),
        words.say("outliers.caution") if lines else "",
    )
