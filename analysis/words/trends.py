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
from analysis.words.prose import (
    agency,
    bullets,
    joined,
    known,
    limits,
    listing,
    mention,
    other_scopes,
    paragraphs,
    say,
    sentence,
    side,
    span,
)
from toolkit.form import Language

APART: Final = (
    "proactive.normative_documents.made",
    "proactive.normative_documents.issued",
)
"""Two quantities of the same row, each in one edition of the form only."""

GAPS: Final = ("no_report", "left_out", "several")
MOST: Final = 20
FEW_UNITS: Final = 20
"""Agencies below which errors clustered by agency are rough; see docs/methods.md."""

SURE: Final = 0.05


def title(of: str, language: Language) -> Markdown:
    """Title of the page, with the quantity that is followed."""
    quantity(of)  # what the form does not have is refused where the page begins
    return Markdown(f"# {say('years.title', language, name=quantity_label(of, language))}")


def lead(reports: pl.DataFrame, language: Language) -> Markdown:
    """On how many reports of how many agencies and which years all rests."""
    if reports.is_empty():
        return say("none.reports", language)
    return sentence(
        language,
        say(
            "years.lead",
            language,
            agencies=known(reports["agency"]),
            reports=reports.height,
            years=span(reports["year"], language),
        ),
        other_scopes(reports, language),
    )


def panel(rows: pl.DataFrame, language: Language) -> Markdown:
    """Say for how many agencies and years there is a number, and why there is none."""
    placed = rows.drop_nulls((rows.columns[0], "year"))
    lost = rows.height - placed.height
    by_status = dict(placed["status"].value_counts().iter_rows())
    numbers = {name: by_status.get(name, 0) for name in ("used", *GAPS)}
    units, years = (placed[name].n_unique() for name in (rows.columns[0], "year"))
    said = say("years.panel", language, agencies=units, years=years, n=placed.height, **numbers)
    return sentence(
        language,
        said if placed.height else "",
        mention("years.lost", language, n=lost),
    )


def changes(ratios: pl.DataFrame, language: Language, *, min_n: int) -> Markdown:
    """Change of each year against the one before, and whether it can be told from none."""
    if ratios.is_empty():
        return say("changes.nothing", language)
    lines = (_change(row, language, min_n) for row in ratios.iter_rows(named=True))
    return paragraphs(bullets(lines), say("changes.caution", language))


def _change(row: Row, language: Language, min_n: int) -> Markdown:
    if not row["n_units"]:
        return say("changes.no_pair", language, **row)
    said = [say("changes.few", language, **row, min_n=min_n)]
    if min(row["before"], row["count"]) >= min_n:
        row |= limits(row)
        key = "changes.chance_row" if row["robust_low"] is None else "changes.robust_row"
        turn = side(row["low"], row["high"], 1)
        said = [say(key, language, **row), say(f"changes.{turn}", language)]
    return sentence(
        language, *said, mention("changes.edition", language, n=row["n_edition_change"])
    )


def trend(rates: pl.DataFrame, language: Language) -> Markdown:
    """Ratio of each year to the first, how much counts vary, and what the model cannot tell."""
    later = rates.filter(pl.col("low").is_not_null())
    if later.is_empty():
        return say("trend.nothing", language)
    *between, last = later.to_dicts()
    others = joined((say("trend.year", language, **row) for row in between), language)
    units = int(rates["n_units"].max())  # type: ignore[arg-type]
    changed = [str(year) for year in rates.filter(pl.col("n_edition_change") > 0)["year"]]
    return paragraphs(
        sentence(
            language,
            say("trend.last", language, **last),
            say(f"trend.{side(last['low'], last['high'], 1)}", language, **last),
            mention("trend.others", language, list=others),
        ),
        sentence(
            language,
            _dispersion(last, language),
            say("trend.few", language, n=units) if units < FEW_UNITS else "",
            mention("trend.changed", language, years=joined(changed, language)),
        ),
    )


def _dispersion(row: Row, language: Language) -> Markdown:
    p = row["p_overdispersion"]
    if p is None or isnan(p):  # no degree of freedom is left
        return Markdown()
    return say("trend.wide" if p < SURE else "trend.narrow", language, **row)


def apart(frames: Iterable[pl.DataFrame], language: Language) -> Markdown:
    """Say which of the quantities that one edition lacks have numbers in which years."""
    used = [rows for every in frames if len(rows := every.filter(status="used"))]
    said = (
        say(
            "apart.used",
            language,
            name=quantity_label(rows["quantity"][0], language),
            years=span(rows["year"], language),
            n=rows.height,
        )
        for rows in used
    )
    key = ("none.number", "apart.one", "apart.both")[len(used)]
    return sentence(language, say(key, language), *said)


def outliers(history: pl.DataFrame, language: Language) -> Markdown:
    """Years of agencies beyond the limits of their other years, the most extreme first."""
    if history.is_empty():
        return say("outliers.nothing", language)
    odd = history.filter(pl.col("position") != "inside").sort("p_bh", "p")
    lines = [
        {
            "agency": agency(row["agency"], language),
            "year": str(row["year"]),
            "value": row["count"],
            "expected": Markdown(f"{Value(row['expected']):.1f}"),
            "p": Markdown(f"{Value(row['p_bh']):p_value}"),
        }
        for row in odd.iter_rows(named=True)
    ]
    expected = (1 - ALARM) * history.height
    values = {"n": history.height, "odd": odd.height, "expected": expected, "alarm": ALARM}
    return paragraphs(
        say("outliers.lead", language, **values),
        listing(lines, language, most=MOST),
        say("outliers.caution", language) if lines else "",
    )
