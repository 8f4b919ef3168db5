"""What the brief says of change since last year, and of agencies that stand out."""

from typing import Final

import polars as pl

from analysis.panel import changes
from analysis.selection import Selection
from analysis.wording import Count, Value, quantity_label, value_label
from analysis.words.evidence import CHANGES
from analysis.words.markdown import Markdown, Row, cited
from analysis.words.prose import MOST, Words, limits, paragraphs, with_evidence
from toolkit.form import Language

FEWEST: Final = 10
"""Agencies from which on their ordinary differences can be told from chance: tenths of them."""

FALSE: Final = 0.05
"""Expected share of false alarms among the agencies that are said to stand out."""


def since_last_year(both: Selection, year: int, *, confidence: float, strict: bool) -> pl.DataFrame:
    """:func:`analysis.changes` to a year: one row per quantity of :data:`CHANGES`, by ``name``."""
    if both.reports.is_empty():
        return both.reports
    frames = [
        changes(both, of=of, confidence=confidence, strict=strict)
        .filter(year=year)
        .with_columns(name=pl.lit(name))
        for name, of in CHANGES.items()
    ]
    return pl.concat(frames).filter(pl.col("n_units") > 0)


def change(found: pl.DataFrame, language: Language, *, year: int, min_n: int) -> Markdown:
    """Tell what changed :func:`since_last_year`, to ``year``, or that nothing can be compared.

    Changes from fewer than ``min_n`` cases, or to fewer, are not given as percentages.
    """
    words = Words(language)
    years = {"last": str(year - 1), "year": str(year)}
    if found.is_empty():
        return words.say("change.none", **years)
    least = max(min_n, 1)  # of none there is no percentage
    lines = [_change(row, words, least) for row in found.iter_rows(named=True)]
    heads = {name: words.say(f"head.{name}", **years) for name in ("before", "now")}
    told = [line for line in lines if line["interval"]]
    doubts = found.select(editions="n_edition_change", fails="n_fails").max().to_dicts()[0]
    most = found.sort("n_units", descending=True, maintain_order=True).row(0, named=True)
    most = with_evidence(most, f"change-{most['name']}", "now")
    return paragraphs(
        words.say("change.lead", n=most["n_units"], **years),
        words.listing(lines, heads=heads),
        words.sentence(
            words.say("change.interval", confidence=most["confidence"]) if told else "",
            words.say("change.few", min_n=least) if len(told) < len(lines) else "",
            words.mention("change.edition", n=doubts["editions"]),
            words.mention("change.fails", n=doubts["fails"]),
        ),
        words.say("change.caution"),
    )


def _change(row: Row, words: Words, min_n: int) -> Row:
    told = with_evidence(row | limits(row), f"change-{row['name']}", "now", before="before")
    few = min(told["before"], told["count"]) < min_n
    difference = cited(float(told["count"] - told["before"]), f"change-{row['name']}", "now")
    return {
        "quantity": quantity_label(str(row["quantity"]), words.language),
        "before": told["before"],
        "now": told["count"],
        "difference": Markdown(f"{difference:+,.0f}" if difference else "0"),
        "change": Markdown("" if few else f"{told['ratio']:change}"),
        "interval": Markdown("" if few else words.say("change.limits", **told)),
        "agencies": told["n_units"],
    }


def outliers(placed: pl.DataFrame) -> pl.DataFrame:
    """Agencies of :func:`analysis.funnel` that stand out even among so many, the surest first."""
    found = comparable(placed).filter(pl.col("position") != "inside", pl.col("p_bh") < FALSE)
    return found.sort("p", "n", "agency", descending=[False, True, False]).head(MOST)


def comparable(placed: pl.DataFrame) -> pl.DataFrame:
    """Agencies of a scope that has enough of them to be compared, and those left out of it."""
    return placed.filter(pl.col("n_groups").max().over("scope") >= FEWEST)


def standing_out(placed: pl.DataFrame, language: Language) -> Markdown:
    """Which agencies grant more or less than chance and ordinary differences explain.

    ``placed`` is a strict :func:`analysis.funnel` within ``scope``, of what was held: nobody is to
    be named for a report that contradicts itself.
    """
    words = Words(language)
    known = placed.filter(pl.col("n") > 0)
    compared, cases = comparable(known), known.height
    left_out, others = int(placed["n_left_out"].sum()), cases - compared.height
    reports = words.sentence(
        words.say("unusual.strict"), words.mention("unusual.left_out", n=_tested(left_out))
    )
    if compared.is_empty():
        few = words.say("unusual.few", n=_tested(cases), least=FEWEST)
        return words.sentence(reports, few)
    lines = [_outlier(row, placed, words) for row in outliers(placed).iter_rows(named=True)]
    lead = [
        words.say(
            f"unusual.{'alike' if family['icc'][0] == 0 else 'differ'}",
            scope=value_label("scope", family["scope"][0], language),
            n=_tested(family.height),
            target=_tested(family["target"][0]),
            icc=_tested(family["icc"][0]),
            outside=_tested(family.filter(pl.col("position") != "inside").height),
        )
        for family in compared.partition_by("scope", maintain_order=True)
    ]
    adjusted = {"tested": _tested(compared.height), "confidence": FALSE, "n": _tested(len(lines))}
    return paragraphs(
        words.sentence(
            reports, *lead, words.mention("unusual.others", n=_tested(others), least=FEWEST)
        ),
        words.say("unusual.adjusted" if lines else "unusual.none", **adjusted),
        words.listing(lines),
        words.say("unusual.caution"),
    )


def _tested(n: float) -> Count | Value | None:
    """Number that follows from comparing the agencies; its evidence is that of the test."""
    return cited(n, "unusual", "reports")


def _outlier(row: Row, placed: pl.DataFrame, words: Words) -> Row:
    name = row["agency"]
    single = placed["agency"].eq_missing(name).sum() == 1  # else its evidence is of two scopes
    own: Row = with_evidence(row, "unusual", "granted", name, n="held") if single else row
    test = with_evidence(row, "unusual", "reports")
    return {
        "agency": words.agency(name),
        "granted": own["count"],
        "held": own["n"],
        "share": Markdown("" if row["small"] else f"{own['share']:%}"),
        "limits": Markdown(f"{test['alarm_low']:%}–{test['alarm_high']:%}"),
        "p_bh": Markdown(f"{test['p_bh']:p_value}"),
    }
