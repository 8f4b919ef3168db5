"""What the brief says of its data: what failed, what is missing, what does not add up.

Wording is in prose.csv.
"""

from collections.abc import Sequence
from typing import Final, Protocol

import polars as pl

from analysis.observations import Frames
from analysis.words import state
from analysis.words.account import MOST
from analysis.words.markdown import Markdown, safe, table
from analysis.words.prose import Row, agencies, code_label, joined, paragraphs, say, sentence
from toolkit.claims import PROSE
from toolkit.form import Language, rows
from toolkit.schema import Frame

LISTED: Final = 4 * MOST
"""Rows of a list of what is amiss."""


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
        _listing("state.failures", failures.select("source", "message").to_dicts(), language),
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
    missing = state.without_number(corpus, lacking.head(MOST))
    lines = [
        {
            "agency": row["agency"],
            "item": code_label(row["item"] or row["table"], language, row["table"]),
            "columns": _columns(row, language),
            "state": _code("states", row["state"], language),
            "n": row["n"],
        }
        for row in missing.iter_rows(named=True)
    ]
    return paragraphs(
        say("state.cells", language, n=found["n"].sum(), list=each),
        _listing("state.missing", lines, language) if lines else say("state.cells_none", language),
        say("state.lacking", language, n=lacking.height - MOST) if lacking.height > MOST else "",
    )


def identities(corpus: Frames, language: Language) -> Markdown:
    """How many identities hold, and each that fails."""
    found = state.identities(corpus)
    if found.is_empty():
        return Markdown()
    by = {v: found.filter(verdict=v)["n"].sum() for v in ("holds", "fails", "unknown")}
    fails = [
        {
            "agency": row["agency"],
            "identity": _identity(row["identity"], language),
            "subject": _subject(row["subject"], language),
            **{side: row[side] for side in ("lhs", "rhs", "delta")},
        }
        for row in state.not_holding(corpus).iter_rows(named=True)
    ]
    return paragraphs(
        say("state.identities", language, n=sum(by.values()), **by),
        _listing("state.fails", fails, language),
    )


def notes(reports: pl.DataFrame, language: Language) -> Markdown:
    """List what the readers of the documents noticed."""
    noticed = reports.select("agency", pl.col("notes").alias("note")).explode("note").drop_nulls()
    return _listing("state.notes", noticed.to_dicts(), language)


def _listing(key: str, lines: Sequence[Row], language: Language) -> Markdown:
    """Lead and table, cut to a length that people read; empty without rows."""
    if not lines:
        return Markdown()
    rest = len(lines) - LISTED
    return paragraphs(
        say(key, language),
        table(lines[:LISTED], {name: say(f"head.{name}", language) for name in lines[0]}),
        say("state.more", language, n=rest) if rest > 0 else "",
    )


def _identity(code: str, language: Language) -> Markdown:
    """Wording of an identity, or that the prose is held against the tables, and which figure."""
    if not code.startswith(PROSE):
        return safe(_code("identities", code, language))
    claim = _code("claims", code.removeprefix(PROSE), language)
    return say("state.prose", language, claim=claim)


def _code(file: str, code: str, language: Language) -> str:
    """Label of a code in a file of the codebook whose first column holds the codes."""
    for row in rows(file):
        if next(iter(row.values())) == code:
            return row[f"label_{language}"]
    return code


def _subject(code: str, language: Language) -> str:
    for name in ("applications", "challenges"):
        label = code_label(code, language, name)
        if label != code:
            return label
    return code


def _columns(row: Row, language: Language) -> Markdown:
    """Columns that lack a number, or that it is the whole row or the whole table."""
    if row["columns"] is None:
        return say("all_columns" if row["item"] else "all_rows", language)
    return joined((code_label(c, language, row["table"]) for c in row["columns"]), language)


__all__ = ["cells", "documents", "identities", "notes"]
