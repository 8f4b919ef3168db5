"""What the notebook on years says: who reported, what changed, which years are odd.

Frames in, Markdown out; wording is in prose.csv. Changes of few cases are told as counts.
"""

from collections.abc import Iterable
from math import isnan
from typing import Any, Final

import polars as pl

from analysis.figures.captions import p_value
from analysis.funnels import ALARM
from analysis.wording import quantity_label
from analysis.words.markdown import Markdown, table
from analysis.words.prose import agency, joined, level, paragraphs, ratio, say, sentence
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
    return Markdown(f"# {say('years.title', language, name=quantity_label(of, language))}")


def lead(reports: pl.DataFrame, language: Language) -> Markdown:
    """On how many reports of how many agencies and which years all rests."""
    if reports.is_empty():
        return say("years.none", language)
    return say(
        "years.lead",
        language,
        agencies=reports["agency"].n_unique(),
        reports=reports.height,
        years=span(reports["year"], language),
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
        say("years.lost", language, n=lost) if lost else "",
    )


def changes(ratios: pl.DataFrame, language: Language, *, min_n: int) -> Markdown:
    """Change of each year against the one before, and whether it can be told from none."""
    if ratios.is_empty():
        return say("changes.nothing", language)
    bullets = "\n".join(f"- {_change(row, language, min_n)}" for row in ratios.to_dicts())
    return paragraphs(bullets, say("changes.caution", language))


def _change(row: dict[str, Any], language: Language, min_n: int) -> Markdown:
    values: dict[str, object] = {"year": str(row["year"])}
    values |= {name: row[name] for name in ("before", "count")}
    if not row["n_units"]:
        return say("changes.none", language, **values)
    said = say("changes.few", language, agencies=row["n_units"], **values)
    if row["ratio"] is not None and row["before"] >= min_n:
        kind = "robust_" if row["robust_low"] is not None else ""
        low, high = row[f"{kind}low"], row[f"{kind}high"]
        values |= {"change": _percent(row["ratio"]), "low": _percent(low), "high": _percent(high)}
        values |= {"agencies": row["n_units"], "level": level(row["confidence"])}
        said = sentence(
            language,
            say(f"changes.{kind or 'chance_'}row", language, **values),
            say(f"changes.{_side(low, high)}", language),
        )
    changed = row["n_edition_change"]
    return sentence(language, said, say("changes.edition", language, n=changed) if changed else "")


def trend(rates: pl.DataFrame, language: Language) -> Markdown:
    """Ratio of each year to the first, how much counts vary, and what the model cannot tell."""
    later = rates.filter(pl.col("low").is_not_null())
    if later.is_empty():
        return say("trend.nothing", language)
    last, base = later.row(-1, named=True), str(rates["base_year"][0])
    limits = {name: ratio(last[name]) for name in ("rate_ratio", "low", "high")}
    values = {"base": base, "year": str(last["year"]), "level": level(last["confidence"])}
    others = joined((_ratio(row, language) for row in later[:-1].to_dicts()), language)
    units = int(rates["n_units"].max())  # type: ignore[arg-type]
    changed = rates.filter(pl.col("n_edition_change") > 0)["year"]
    return paragraphs(
        sentence(
            language,
            say("trend.last", language, **values, **limits),
            say(f"trend.{_side(last['low'], last['high'])}", language, base=base),
            say("trend.others", language, list=others) if others else "",
        ),
        sentence(
            language,
            _dispersion(last, language),
            say("trend.few", language, n=units) if units < FEW_UNITS else "",
            say("trend.edition", language, years=_years(changed, language)) if len(changed) else "",
        ),
    )


def _ratio(row: dict[str, Any], language: Language) -> Markdown:
    values = {name: ratio(row[name]) for name in ("rate_ratio", "low", "high")}
    return say("trend.year", language, year=str(row["year"]), **values)


def _dispersion(row: dict[str, Any], language: Language) -> Markdown:
    p = row["p_overdispersion"]
    if p is None or isnan(p):  # no degree of freedom is left
        return Markdown()
    values = {"value": Markdown(f"{row['dispersion']:.1f}"), "p": p_value(p)}
    return say("trend.wide" if p < SURE else "trend.narrow", language, **values)


def apart(frames: Iterable[pl.DataFrame], language: Language) -> Markdown:
    """Say which of the quantities that one edition lacks have numbers in which years."""
    names, said = [], []
    for rows in frames:
        quantity = quantity_label(rows["quantity"][0], language) if rows.height else ""
        used = rows.filter(status="used")
        if used.height:
            names.append(quantity)
            values = {"name": quantity, "years": span(used["year"], language), "n": used.height}
            said.append(say("apart.used", language, **values))
    key = {0: "none", 1: "one"}.get(len(names), "both")
    return sentence(language, say(f"apart.{key}", language), *said)


def outliers(history: pl.DataFrame, language: Language) -> Markdown:
    """Years of agencies beyond the limits of their other years, the most extreme first."""
    if history.is_empty():
        return say("outliers.nothing", language)
    odd = history.filter(pl.col("position") != "inside").sort("p_bh", "p")
    expected = Markdown(f"{(1 - ALARM) * history.height:.1f}")
    values = {"n": history.height, "odd": odd.height, "expected": expected}
    top = odd.head(MOST)
    shown = top.select(
        pl.Series("agency", [agency(name, language) for name in top["agency"]], dtype=pl.Object),
        pl.col("year").cast(pl.String),
        pl.col("count").alias("value"),
        pl.col("expected").round(1).cast(pl.String),
        pl.Series("p", [p_value(p).removeprefix("= ") for p in top["p_bh"]]),
    )
    heads = {name: say(f"head.{name}", language) for name in shown.columns}
    rest = odd.height - MOST
    return paragraphs(
        say("outliers.lead", language, level=level(ALARM), **values),
        table(shown, heads) if odd.height else "",
        say("state.more", language, n=rest) if rest > 0 else "",
        say("outliers.caution", language) if odd.height else "",
    )


def method(language: Language, *, confidence: float, min_n: int, strict: bool) -> Markdown:
    """How the numbers were made, and what the intervals cover."""
    return paragraphs(
        say("method.cells", language),
        sentence(
            language,
            say("method.years", language, level=level(confidence), min_n=min_n),
            say("method.strict", language) if strict else "",
        ),
    )


def span(years: pl.Series, language: Language) -> Markdown:
    """First and last of some years, or that none is known."""
    ends = dict.fromkeys(str(year) for year in (years.min(), years.max()) if year is not None)
    known = Markdown("–".join(ends))
    return say("span.years", language, years=known) if ends else say("span.unknown", language)


def _side(low: float, high: float) -> str:
    """Whether an interval of a ratio is above 1, below, or holds it."""
    return "up" if low > 1 else "down" if high < 1 else "same"


def _percent(value: float) -> Markdown:
    return Markdown(f"{value - 1:+.1%}".replace("-", "\N{MINUS SIGN}"))


def _years(years: pl.Series, language: Language) -> Markdown:
    return joined((str(year) for year in years), language)


__all__ = [
    "apart", "changes", "lead", "method", "outliers", "panel", "span", "title", "trend",
]  # fmt: skip
