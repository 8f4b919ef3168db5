"""What the brief says of the year as a whole and of its data: paragraphs and tables.

The other half of :mod:`analysis.prose`, which words the statistics.
"""

from typing import Any, Final, Protocol

import polars as pl

from analysis import state
from analysis.markdown import Markdown, table
from analysis.observations import Frames
from analysis.prose import (
    FLOW,
    agency,
    code_label,
    joined,
    level,
    paragraphs,
    percent,
    say,
    sentence,
    title,
)
from analysis.shares import OUTCOMES
from toolkit.form import Language, rows

MOST: Final = 12
"""Rows of a table of agencies; a brief is to be read."""

BEHIND: Final = (
    *(("applications", item, "total") for item in ("received", "resolved")),
    *(("proactive", item, "decisions") for item in ("penalties", "compulsory_measures")),
    ("proactive", "licensing", "decisions"),
)
"""Cells whose sums the brief is about."""


class Documents(Frames, Protocol):
    """A corpus with its account of every document that was looked at."""

    failures: pl.DataFrame
    duplicates: pl.DataFrame


def subtitle(reports: pl.DataFrame, language: Language) -> Markdown:
    """On how many reports of how many agencies the brief rests."""
    agencies = reports["agency"].n_unique()
    return say("subtitle", language, agencies=agencies, reports=reports.height)


def year(
    corpus: state.Selection,
    requesters: pl.DataFrame,
    outcomes: pl.DataFrame,
    language: Language,
    *,
    year: int,
) -> Markdown:
    """The year in a paragraph, and another on what does not follow from it."""
    if corpus.reports.is_empty():
        return say("nothing", language, year=str(year))
    flow = state.counts(corpus, "applications", FLOW).filter(column="total")
    return paragraphs(
        sentence(
            language,
            _flow(corpus.reports, flow, language, year),
            _requester(requesters.row(0, named=True), language),
            _outcome(outcomes.filter(denominator="resolved"), language),
        ),
        sentence(
            language,
            _missing(flow, language),
            _largest(corpus, language),
            _scope(corpus.reports, language),
            say("year.no_sample", language),
        ),
    )


def _flow(reports: pl.DataFrame, flow: pl.DataFrame, language: Language, year: int) -> Markdown:
    totals = dict(flow.select("item", "count").iter_rows())
    known = None not in totals.values() and len(totals) == len(FLOW)
    values = {item: _or_dash(totals.get(item)) for item in FLOW}
    key = "year.flow" if known else "year.flow_partial"
    agencies = reports["agency"].n_unique()
    return say(key, language, agencies=agencies, year=str(year), **values)


def _or_dash(value: int | None) -> object:
    return Markdown("—") if value is None else value


def _requester(top: dict[str, Any], language: Language) -> Markdown:
    if not top["n"]:
        return Markdown()
    if top["small"]:
        return say("year.requester_few", language, n=top["n"], count=top["count"])
    return say("year.requester", language, share=percent(top, language))


def _outcome(shares: pl.DataFrame, language: Language) -> Markdown:
    rows_of = {row["outcome"]: row for row in shares.to_dicts()}
    granted = rows_of["granted"]
    if not granted["n"]:
        return Markdown()
    values: dict[str, object] = {name: rows_of[name]["count"] for name in ("denied", "unable")}
    if granted["small"]:
        values |= {"n": granted["n"], "count": granted["count"]}
        return say("year.outcome_few", language, **values)
    return say("year.outcome", language, share=percent(granted, language), **values)


def _missing(flow: pl.DataFrame, language: Language) -> Markdown:
    lacking = flow.filter(pl.col("n_left_out") > 0)
    if lacking.is_empty():
        return Markdown()
    items = (
        say("year.left_out.item", language, name=code_label(item, language), n=n)
        for item, n in lacking.select("item", "n_left_out").iter_rows()
    )
    return say("year.left_out", language, items=joined(items, language))


def _largest(corpus: state.Selection, language: Language) -> Markdown:
    """Say if one report makes up most of what was received."""
    received = state.counts(corpus, "applications", ["received"], by="report_id")
    each = received.filter(column="total").drop_nulls("count").sort("count", descending=True)
    n = each["count"].sum()
    if each.height <= 1 or 2 * each["count"][0] <= n:
        return Markdown()
    name = corpus.reports.filter(report_id=each["report_id"][0])["agency"][0]
    share = Markdown(f"{each['count'][0] / n:.1%}")
    who, count = agency(name, language), each["count"][0]
    return say("year.largest", language, agency=who, count=count, n=n, share=share)


def _scope(reports: pl.DataFrame, language: Language) -> Markdown:
    region = reports.filter(scope="region")["agency"]
    names = joined((agency(name, language) for name in region.head(MOST)), language)
    unknown = reports["scope"].null_count()
    return sentence(
        language,
        say("year.region", language, agencies=names) if len(region) else "",
        say("year.scope_unknown", language, n=unknown) if unknown else "",
    )


def agencies(corpus: Frames, outcomes: pl.DataFrame, language: Language) -> Markdown:
    """Table of what each agency received and what became of it, the busiest first.

    Parameters
    ----------
    corpus
        The reports of the brief.
    outcomes
        :func:`analysis.outcomes` of these reports by agency.
    language
        Language of the table.
    """
    kinds = OUTCOMES["resolved"]
    wide = outcomes.filter(denominator="resolved").pivot("outcome", index="agency", values="count")
    flow = state.counts(corpus, "applications", ["received", "resolved"], by="agency")
    totals = flow.filter(column="total").pivot("item", index="agency", values="count")
    if wide.is_empty() or totals.is_empty():
        return Markdown()
    shown = totals.join(wide, on="agency", how="left", nulls_equal=True).sort(
        "received", "agency", descending=[True, False], nulls_last=True
    )
    names = [agency(name, language) for name in shown["agency"].head(MOST)]
    body = shown.head(MOST).with_columns(pl.Series("agency", names, dtype=pl.Object))
    heads = {name: say(f"head.{name}", language) for name in ("agency", "received", "resolved")}
    heads |= {kind: Markdown(code_label(kind, language)) for kind in kinds}
    cut = shown.height > MOST
    return paragraphs(
        table(body, heads),
        sentence(
            language,
            say("outcomes.table", language),
            say("outcomes.most", language, shown=MOST, all=shown.height) if cut else "",
        ),
    )


def documents(corpus: Documents, reports: pl.DataFrame, language: Language, year: int) -> Markdown:
    """What was looked at and what of it is in the brief; documents that failed."""
    every = corpus.reports.lazy().select("year").collect()["year"]
    unknown = every.null_count()
    twice = reports.filter(pl.col("agency").is_not_null() & pl.col("agency").is_duplicated())
    names = (agency(name, language) for name in twice["agency"].unique(maintain_order=True))
    account = {
        "reports": len(every),
        "failures": corpus.failures.height,
        "duplicates": corpus.duplicates.height,
    }
    years = {
        "here": reports.height,
        "unknown": unknown,
        "other": len(every) - unknown - reports.height,
    }
    repeated = say("state.repeated", language, agencies=joined(names, language), year=str(year))
    failures = corpus.failures
    if failures.height:
        failures = failures.with_columns(*state.short_sources(failures["source"]))
    return paragraphs(
        sentence(
            language,
            say("state.documents", language, documents=sum(account.values()), **account),
            say("state.years", language, year=str(year), **years),
            repeated if twice.height else "",
        ),
        _listing("state.failures", failures, ("source", "message"), language),
    )


def cells(corpus: Frames, language: Language) -> Markdown:
    """States of the cells, and every row of the tables that lacks a number."""
    found = state.states(corpus)
    if found.is_empty():
        return Markdown()
    each = joined(
        (
            say("label.cells", language, name=_code("states", name, language), count=n)
            for name, n in found.iter_rows()
        ),
        language,
    )
    missing = state.without_number(corpus).select(
        pl.col("agency"),
        pl.struct("table", "item")
        .map_elements(
            lambda at: code_label(at["item"], language, at["table"]), return_dtype=pl.String
        )
        .alias("item"),
        pl.struct("table", "columns", "n", "of")
        .map_elements(lambda at: _columns(at, language), return_dtype=pl.String)
        .alias("columns"),
        _translate("state", "states", language),
        pl.col("n"),
    )
    return paragraphs(
        say("state.cells", language, n=found["n"].sum(), list=each),
        _listing("state.missing", missing, missing.columns, language)
        if missing.height
        else say("state.cells_none", language),
    )


def identities(corpus: Frames, language: Language) -> Markdown:
    """How many identities hold, and each that fails."""
    found = state.identities(corpus)
    if found.is_empty():
        return Markdown()
    by = {v: found.filter(verdict=v)["n"].sum() for v in ("holds", "fails", "unknown")}
    fails = state.not_holding(corpus).with_columns(
        _translate("identity", "identities", language),
        pl.col("subject").map_elements(
            lambda code: _subject(code, language), return_dtype=pl.String
        ),
    )
    return paragraphs(
        say("state.identities", language, n=sum(by.values()), **by),
        _listing("state.fails", fails, fails.columns, language),
    )


def notes(reports: pl.DataFrame, language: Language) -> Markdown:
    """What the readers of the documents noticed, and that prose was not compared."""
    noticed = reports.select("agency", pl.col("notes").alias("note")).explode("note").drop_nulls()
    return paragraphs(
        say("state.prose", language) if reports.height else "",
        _listing("state.notes", noticed, noticed.columns, language),
    )


def evidence(corpus: Frames, language: Language) -> Markdown:
    """Cells behind the brief's sums, as printed and with their place."""
    found = state.evidence(corpus, BEHIND)
    if found.is_empty():
        return say("evidence.none", language)
    shown = found.with_columns(
        *state.short_sources(found["source"]),
        pl.struct("table", "item")
        .map_elements(
            lambda at: code_label(at["item"], language, at["table"]), return_dtype=pl.String
        )
        .alias("item"),
    )
    columns = ("item", "agency", "value", "raw", "locator", "source")
    return _listing("evidence.text", shown, columns, language, most=MOST * len(BEHIND))


def method(
    language: Language, *, confidence: float, min_n: int, strict: bool
) -> Markdown:
    """How the numbers were made, and what the intervals cover."""
    return paragraphs(
        say("method.cells", language),
        say("method.shares", language, level=level(confidence), min_n=min_n),
        sentence(
            language,
            say("method.chance", language),
            say("method.strict", language) if strict else "",
        ),
    )


def cite(reports: pl.DataFrame, language: Language, *, year: int) -> Markdown:
    """How to cite the brief, with a fingerprint of the documents."""
    from importlib.metadata import version

    return say(
        "cite.text",
        language,
        title=Markdown(title(year, language).removeprefix("# ")),
        reports=reports.height,
        fingerprint=state.fingerprint(reports),
        version=version("ogi-toolkit"),
    )


def _listing(
    key: str, frame: pl.DataFrame, columns: Any, language: Language, *, most: int = 4 * MOST
) -> Markdown:
    """Lead and table, cut to a length that people read; empty without rows."""
    if frame.is_empty():
        return Markdown()
    heads = {name: say(f"head.{name}", language) for name in columns}
    rest = frame.height - most
    return paragraphs(
        say(key, language),
        table(frame.head(most), heads),
        say("state.more", language, n=rest) if rest > 0 else "",
    )


def _code(file: str, code: str, language: Language) -> str:
    """Label of a code in a file of the codebook whose first column holds the codes."""
    for row in rows(file):
        if next(iter(row.values())) == code:
            return row[f"label_{language}"]
    return code


def _translate(column: str, file: str, language: Language) -> pl.Expr:
    return (
        pl.col(column)
        .cast(pl.String)
        .map_elements(lambda code: _code(file, code, language), return_dtype=pl.String)
    )


def _subject(code: str, language: Language) -> str:
    for name in ("applications", "challenges"):
        label = code_label(code, language, name)
        if label != code:
            return label
    return code


def _columns(at: dict[str, Any], language: Language) -> str:
    """Columns that lack a number, or that it is the whole row."""
    if at["n"] == at["of"]:
        return str(say("all_columns", language))
    return str(joined((code_label(c, language, at["table"]) for c in at["columns"]), language))


__all__ = [
    "agencies",
    "cells",
    "cite",
    "documents",
    "evidence",
    "identities",
    "method",
    "notes",
    "subtitle",
    "year",
]
