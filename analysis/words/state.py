"""State of the data, as frames and in words: what failed, is missing, does not add up.

Nothing here is a statistic and nothing is repaired.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from analysis import wording
from analysis.observations import NOT_COUNTING, Frames
from analysis.selection import among
from analysis.words.markdown import Markdown, Row, cited, safe
from analysis.words.prose import MOST, ROWS, Words, of_all, paragraphs
from toolkit.form import Language
from toolkit.schema import VERDICTS, Frame
from toolkit.telling import told

if TYPE_CHECKING:
    from toolkit.corpus import Corpus

_AT_LENGTH: Final = 300
"""Characters that are shown of what a reader says of a document."""


def documents(
    corpus: "Corpus[Any]", reports: pl.DataFrame, language: Language, year: int
) -> Markdown:
    """Say what was looked at and what of it is in the brief; documents that failed."""
    words = Words(language)
    columns = ("report_id", "year", "agency", "standing")
    every = corpus.reports.lazy().select(columns).collect()
    of_year, unknown = every.filter(year=year), every["year"].null_count()
    uncounted = of_year.filter(pl.col("standing") != "counts")
    listed = pl.concat([uncounted, reports.select(columns)])
    inside = of_year.join(listed, on="report_id", how="anti").join(reports, on="agency", how="semi")
    failures = corpus.failures.lazy().select("source", "message").collect()
    failures = failures.with_columns(short_sources(failures["source"]))
    here = of_year.height
    years = {"here": of_all(here), "unknown": unknown, "other": every.height - unknown - here}
    return paragraphs(
        words.sentence(
            words.say("state.documents", **corpus.account),
            words.say("state.years", year=year, **years),
            *(_uncounted(why, uncounted.filter(standing=why), words) for why in NOT_COUNTING),
            _uncounted("inside", inside, words),
            words.say("state.group", n=of_all(reports.height))
            if reports.height < here - uncounted.height - inside.height
            else "",
        ),
        _amiss("state.failures", failures, ("source",), _told, words),
    )


def failed(corpus: "Corpus[Any]", language: Language) -> str:
    """Say on a line how many documents gave no report; nothing if all did."""
    account = corpus.account
    return wording.say("state.failed", language, **account) if account["failures"] else ""


def _uncounted(why: str, reports: pl.DataFrame, words: Words) -> Markdown:
    """Say whose reports are not counted, for another is there."""
    names = words.agency_names(reports["agency"].unique(maintain_order=True))
    return words.mention(f"state.{why}", n=reports.height, agencies=names)


def cells(corpus: Frames, language: Language) -> Markdown:
    """States of the cells, and every row of the tables that lacks a number."""
    words = Words(language)
    counts = dict(states(corpus).iter_rows())
    if not counts:
        return Markdown()
    names = {name: words.code("states", name) for name in counts}
    each = words.joined(
        (words.say("label.cells", name=names[s], count=of_all(n)) for s, n in counts.items())
    )
    every = lacking(corpus)
    missing = without_number(corpus, every.head(MOST))
    return paragraphs(
        words.say("state.cells", n=of_all(sum(counts.values())), list=each),
        _amiss("state.missing", missing, _whose(corpus.reports), _missing, words)
        or words.say("state.cells_none"),
        words.mention("state.lacking", n=every.height - MOST),
    )


def identities(corpus: Frames, language: Language) -> Markdown:
    """How many identities hold, and each that fails."""
    words = Words(language)
    counts = tally(corpus)
    if not (n := sum(counts.values())):
        return Markdown()
    by = {verdict: of_all(count) for verdict, count in counts.items()}
    return paragraphs(
        words.say("state.identities", n=of_all(n), **by),
        _amiss("state.fails", failing(corpus), _whose(corpus.reports), _failing, words),
    )


def _missing(row: Row, words: Words) -> Row:
    """Line on cells without a number, of one row or of a whole table."""
    return {
        "item": words.code_label(row["item"] or row["table"], row["table"]),
        "columns": _columns(row, words),
        "state": words.code("states", row["state"]),
        "n": cited(row["n"], "report", row["report_id"]),
    }


def _failing(row: Row, words: Words) -> Row:
    """Line on an identity that fails; its numbers lead to the cells on either side."""
    check = ("check", row["identity"], f"{row['report_id']} {row['subject']}")
    return {
        "identity": words.identity(row["identity"]),
        "subject": words.subject(row["subject"]),
        **{side: cited(row[side], *check) for side in ("lhs", "rhs", "delta")},
    }


def notes(reports: pl.DataFrame, language: Language) -> Markdown:
    """List what the readers of the documents noticed."""
    words = Words(language)
    noticed = reports.select("agency", "year", pl.col("notes").alias("note")).explode("note")
    return _amiss("state.notes", noticed.drop_nulls("note"), _whose(reports), _told, words)


def _told(row: Row, words: Words) -> Row:
    """Line that ends in what a reader of documents said, in a language and at length."""
    *_, said = row
    return {said: safe(told(row[said], words.language), _AT_LENGTH)}


def _amiss(
    key: str,
    frame: pl.DataFrame,
    whose: Sequence[str],
    line: Callable[[Row, Words], Row],
    words: Words,
) -> Markdown:
    """Table of a frame's first rows: columns that say whose each is, and a line on it."""
    lines = [
        {name: f"{row[name] or ''}" for name in whose} | line(row, words)
        for row in frame.head(ROWS).iter_rows(named=True)
    ]
    listed = words.listing(lines, more=frame.height - ROWS)
    return paragraphs(words.say(key), listed) if lines else Markdown()


def _whose(reports: Frame) -> tuple[str, ...]:
    """Columns that tell reports apart: the agency, and the year if there are several."""
    years = reports.lazy().select(pl.col("year").n_unique()).collect().item()
    return ("agency", "year") if years > 1 else ("agency",)


def _columns(row: Row, words: Words) -> Markdown:
    """Columns that lack a number, or that it is the whole row or the whole table."""
    if row["columns"] is None:
        return words.say("all_columns" if row["item"] else "all_rows")
    return words.joined(words.code_label(c, row["table"]) for c in row["columns"])


def lacking(corpus: Frames) -> pl.DataFrame:
    """Reports of which some cell has no number: their rows, in order."""
    cells = corpus.cells.lazy().filter(pl.col("value").is_null())
    found = _reports(corpus).join(cells, on="report_id", how="semi", maintain_order="left")
    return found.collect()


def without_number(corpus: Frames, reports: pl.DataFrame) -> pl.DataFrame:
    """Cells of some reports without a number: one row per report, item and state.

    ``n`` counts them; ``columns`` lists the codes of the columns, null if it is the whole row.
    Where a whole table is in one state it is one row, whose item is null too.
    """
    cells = among(corpus.cells, reports.select("report_id"))
    row, table = ["report_id", "table", "item"], ["report_id", "table"]
    whole = pl.len().over(*table) == pl.len().over(*table, "state")
    keys = ("agency", "year", "report_id", "table", "item", "state", "whole_row")
    return (
        _named(corpus, cells)
        .with_columns(
            pl.when(whole.not_()).then("item").alias("item"),
            (whole | (pl.len().over(*row) == pl.len().over(*row, "state"))).alias("whole_row"),
        )
        .filter(pl.col("value").is_null())
        .group_by(keys, maintain_order=True)
        .agg(columns=pl.col("column"), n=pl.len().cast(pl.Int64))
        .select(*keys[:-1], pl.when(pl.col("whole_row").not_()).then("columns"), "n")
        .collect()
    )


def states(corpus: Frames) -> pl.DataFrame:
    """Cells by state: one row per state that occurs, ``reported`` first, with ``n``."""
    found = corpus.cells.lazy().group_by("state").agg(n=pl.len().cast(pl.Int64)).sort("state")
    return found.collect()


def verdicts(corpus: Frames) -> pl.DataFrame:
    """Verdicts on the identities: one row per identity and verdict, with ``n``."""
    found = corpus.checks.lazy().group_by("identity", "verdict", maintain_order=True)
    return found.agg(n=pl.len().cast(pl.Int64)).collect()


def tally(corpus: Frames) -> dict[str, int]:
    """How many identities hold, fail and are unknown."""
    found = verdicts(corpus)
    return {verdict: int(found.filter(verdict=verdict)["n"].sum()) for verdict in VERDICTS}


def failing(corpus: Frames) -> pl.DataFrame:
    """Identity instances that fail: one row each, with the agency and both sides."""
    found = _named(corpus, corpus.checks).filter(pl.col("verdict") == "fails")
    columns = ("report_id", "agency", "year", "identity", "subject", "lhs", "rhs", "delta")
    return found.select(columns).collect()


def short_sources(paths: pl.Series) -> pl.Series:
    """Paths of documents from the folder that all have in common, so that no home is told."""
    folders = [Path(path).absolute().parent for path in paths]
    root = os.path.commonpath(folders or [Path()])
    return paths.map_elements(lambda path: os.path.relpath(path, root), return_dtype=pl.String)


def _reports(corpus: Frames) -> pl.LazyFrame:
    columns = ("report_id", "agency", "year", "source")
    return corpus.reports.lazy().select(columns).with_row_index("order")


def _named(corpus: Frames, frame: Frame) -> pl.LazyFrame:
    """Rows with the agency, year and source of their report, in the reports' order."""
    joined = frame.lazy().join(_reports(corpus), on="report_id", maintain_order="left")
    return joined.sort("order", maintain_order=True).drop("order")
