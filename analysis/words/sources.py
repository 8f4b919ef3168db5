"""What the brief says of its data: what failed, what is missing, what does not add up.

Wording is in prose.csv.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import polars as pl

from analysis.observations import NOT_COUNTING, Frames
from analysis.words import state
from analysis.words.account import of_all
from analysis.words.markdown import Markdown, Row, cited, safe
from analysis.words.prose import (
    MOST,
    agency_names,
    code_label,
    joined,
    listing,
    paragraphs,
    say,
    sentence,
)
from toolkit.check import PROSE
from toolkit.form import Language, rows
from toolkit.schema import VERDICTS, Frame


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
    columns = ("report_id", "year", "agency", "standing")
    everything = corpus.reports.lazy().select(columns).collect()
    every = everything["year"]
    unknown = every.null_count()
    of_year = everything.filter(year=year)
    uncounted = of_year.filter(pl.col("standing") != "counts")
    inside = (
        of_year.join(uncounted, on="report_id", how="anti")
        .join(reports, on="report_id", how="anti")
        .join(reports, on="agency", how="semi")
    )
    failures = corpus.failures.lazy().collect()
    account = {
        "reports": len(every),
        "failures": failures.height,
        "duplicates": corpus.duplicates.lazy().select(pl.len()).collect().item(),
    }
    here = int((every == year).sum())
    years = {"here": of_all(here), "unknown": unknown, "other": len(every) - unknown - here}
    if failures.height:
        failures = failures.with_columns(state.short_sources(failures["source"]))
    return paragraphs(
        sentence(
            language,
            say("state.documents", language, documents=sum(account.values()), **account),
            say("state.years", language, year=str(year), **years),
            *(_uncounted(why, uncounted.filter(standing=why), language) for why in NOT_COUNTING),
            _uncounted("inside", inside, language),
            say("state.group", language, n=of_all(reports.height))
            if reports.height < here - uncounted.height - inside.height
            else "",
        ),
        _amiss("state.failures", failures.select("source", "message").to_dicts(), language),
    )


def _uncounted(why: str, reports: pl.DataFrame, language: Language) -> Markdown:
    """Say whose reports are not counted, for another is there."""
    names = agency_names(reports["agency"].unique(maintain_order=True), language)
    said = say(f"state.{why}", language, n=reports.height, agencies=names)
    return said if reports.height else Markdown()


def cells(corpus: Frames, language: Language) -> Markdown:
    """States of the cells, and every row of the tables that lacks a number."""
    counts = dict(state.states(corpus).iter_rows())
    if not counts:
        return Markdown()
    names = {name: code_of("states", name, language) for name in counts}
    each = joined(
        (say("label.cells", language, name=names[s], count=of_all(n)) for s, n in counts.items()),
        language,
    )
    lacking = state.lacking(corpus)
    missing = state.without_number(corpus, lacking.head(MOST))
    lines = [
        {
            "agency": row["agency"],
            "item": code_label(row["item"] or row["table"], language, row["table"]),
            "columns": _columns(row, language),
            "state": code_of("states", row["state"], language),
            "n": cited(row["n"], "report", row["report_id"]),
        }
        for row in missing.iter_rows(named=True)
    ]
    return paragraphs(
        say("state.cells", language, n=of_all(sum(counts.values())), list=each),
        _amiss("state.missing", lines, language) or say("state.cells_none", language),
        say("state.lacking", language, n=lacking.height - MOST) if lacking.height > MOST else "",
    )


def identities(corpus: Frames, language: Language) -> Markdown:
    """How many identities hold, and each that fails."""
    found = state.identities(corpus)
    if found.is_empty():
        return Markdown()
    counts = {verdict: int(found.filter(verdict=verdict)["n"].sum()) for verdict in VERDICTS}
    by = {verdict: of_all(n) for verdict, n in counts.items()}
    fails = [_failing(row, language) for row in state.failing(corpus).iter_rows(named=True)]
    return paragraphs(
        say("state.identities", language, n=of_all(sum(counts.values())), **by),
        _amiss("state.fails", fails, language),
    )


def _failing(row: dict[str, Any], language: Language) -> Row:
    """Line on an identity that fails; its numbers lead to the cells on either side."""
    check = ("check", row["identity"], f"{row['report_id']} {row['subject']}")
    return {
        "agency": row["agency"],
        "identity": identity(row["identity"], language),
        "subject": subject(row["subject"], language),
        **{side: cited(row[side], *check) for side in ("lhs", "rhs", "delta")},
    }


def notes(reports: pl.DataFrame, language: Language) -> Markdown:
    """List what the readers of the documents noticed."""
    noticed = reports.select("agency", pl.col("notes").alias("note")).explode("note").drop_nulls()
    return _amiss("state.notes", noticed.to_dicts(), language)


def _amiss(key: str, lines: Sequence[Row], language: Language) -> Markdown:
    return listing(lines, language, lead=say(key, language))


def identity(code: str, language: Language) -> Markdown:
    """Wording of an identity, or that the prose is held against the tables, and which figure."""
    if not code.startswith(PROSE):
        return safe(code_of("identities", code, language))
    claim = code_of("claims", code.removeprefix(PROSE), language)
    return say("state.prose", language, claim=claim)


def code_of(file: str, code: str, language: Language) -> str:
    """Label of a code in a file of the codebook whose first column holds the codes."""
    for row in rows(file):
        if next(iter(row.values())) == code:
            return row[f"label_{language}"]
    return code


def subject(codes: str, language: Language) -> Markdown:
    """Wording of the row, column or block that a check is about, or of several with a plus."""
    tables = ("applications", "challenges", "proactive")
    named = [
        next((label for of in tables if (label := code_label(code, language, of)) != code), code)
        for code in codes.split("+")
    ]
    return Markdown(" + ".join(map(safe, named)))


def _columns(row: dict[str, Any], language: Language) -> Markdown:
    """Columns that lack a number, or that it is the whole row or the whole table."""
    if row["columns"] is None:
        return say("all_columns" if row["item"] else "all_rows", language)
    return joined((code_label(c, language, row["table"]) for c in row["columns"]), language)
