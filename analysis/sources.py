"""What the brief says of its data: what failed, what is missing, what does not add up.

Wording is in prose.csv.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import polars as pl

from analysis import state
from analysis.account import MOST
from analysis.markdown import Markdown, table
from analysis.observations import Frames
from analysis.prose import agencies, code_label, joined, paragraphs, say, sentence
from toolkit.form import Language, rows
from toolkit.schema import Frame


class Documents(Frames, Protocol):
    """A corpus with its account of every document that was looked at."""

    @property
    def failures(self) -> Frame:
        """One row per document that gave no report."""

    @property
    def duplicates(self) -> Frame:
        """One row per document whose bytes were already read."""


def documents(corpus: Documents, reports: pl.DataFrame, language: Language, year: int) -> Markdown:
    """Say what was looked at and what of it is in the brief; documents that failed."""
    every = corpus.reports.lazy().select("year").collect()["year"]
    unknown = every.null_count()
    twice = reports.filter(pl.col("agency").is_not_null() & pl.col("agency").is_duplicated())
    names = agencies(twice["agency"].unique(maintain_order=True), language)
    failures = corpus.failures.lazy().collect()
    account = {
        "reports": len(every),
        "failures": failures.height,
        "duplicates": corpus.duplicates.lazy().select(pl.len()).collect().item(),
    }
    here = int((every == year).sum())
    years = {"here": here, "unknown": unknown, "other": len(every) - unknown - here}
    repeated = say("state.repeated", language, agencies=names, year=str(year))
    if failures.height:
        failures = failures.with_columns(*state.short_sources(failures["source"]))
    return paragraphs(
        sentence(
            language,
            say("state.documents", language, documents=sum(account.values()), **account),
            say("state.years", language, year=str(year), **years),
            say("state.group", language, n=reports.height) if reports.height < here else "",
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
    lacking = state.lacking(corpus)
    missing = state.without_number(corpus, lacking.head(MOST)).select(
        "agency",
        pl.struct("table", "item")
        .map_elements(lambda at: _row(at, language), return_dtype=pl.String)
        .alias("item"),
        pl.struct("table", "item", "columns")
        .map_elements(lambda at: _columns(at, language), return_dtype=pl.String)
        .alias("columns"),
        _translate("state", "states", language),
        "n",
    )
    return paragraphs(
        say("state.cells", language, n=found["n"].sum(), list=each),
        _listing("state.missing", missing, missing.columns, language)
        if missing.height
        else say("state.cells_none", language),
        say("state.lacking", language, n=lacking.height - MOST) if lacking.height > MOST else "",
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
    """List what the readers of the documents noticed."""
    noticed = reports.select("agency", pl.col("notes").alias("note")).explode("note").drop_nulls()
    return paragraphs(_listing("state.notes", noticed, noticed.columns, language))


def _listing(
    key: str,
    frame: pl.DataFrame,
    columns: Sequence[str],
    language: Language,
    *,
    most: int = 4 * MOST,
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


def _row(at: dict[str, Any], language: Language) -> str:
    """Wording of a row, or of the table where it is the whole table."""
    return code_label(at["item"] or at["table"], language, at["table"])


def _columns(at: dict[str, Any], language: Language) -> str:
    """Columns that lack a number, or that it is the whole row or the whole table."""
    if at["columns"] is None:
        return str(say("all_columns" if at["item"] else "all_rows", language))
    return str(joined((code_label(c, language, at["table"]) for c in at["columns"]), language))


__all__ = ["cells", "documents", "identities", "notes"]
