"""State of the data: which reports there are, what they lack, what does not add up.

Frames in, tidy frame out; nothing here is a statistic and nothing is repaired.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import polars as pl

from analysis.observations import NO_NUMBER, Frames, grouping
from toolkit.errors import ParameterError
from toolkit.schema import Frame


@dataclass(frozen=True)
class Selection:
    """Some of a corpus' reports, with their cells and checks."""

    reports: pl.DataFrame
    cells: Frame
    checks: Frame
    wide: pl.LazyFrame | None = None


def only(corpus: Frames, **equal: str | int) -> Selection:
    """Keep reports whose columns have these values, with their cells and checks.

    A report in which the value is not known (null) is not among them.

    Parameters
    ----------
    corpus
        Anything with the frames ``reports``, ``cells`` and ``checks``.
    equal
        Columns of ``reports`` and the value that each must have; without any, all are kept.

    Raises
    ------
    ParameterError
        If ``reports`` has no such column.
    """
    reports = corpus.reports.lazy()
    known = reports.collect_schema().names()
    if lost := [name for name in equal if name not in known]:
        raise ParameterError(f"reports have no column {lost[0]!r}; they have {', '.join(known)}")
    return _selected(corpus, *(pl.col(name) == value for name, value in equal.items()))


def between(corpus: Frames, first: int = 0, last: int = 0) -> Selection:
    """Keep reports on the years from first to last, with their cells and checks.

    Parameters
    ----------
    corpus
        Anything with the frames ``reports``, ``cells`` and ``checks``.
    first, last
        Years; 0 is no bound. With any bound, reports of unknown year are not kept.
    """
    year = pl.col("year")
    bounds = ([year >= first] if first else []) + ([year <= last] if last else [])
    return _selected(corpus, *bounds)


def _selected(corpus: Frames, *conditions: pl.Expr) -> Selection:
    where = pl.all_horizontal(pl.lit(value=True), *conditions)
    kept = corpus.reports.lazy().filter(where).collect()
    ids = kept.select("report_id")
    wide = getattr(corpus, "wide", None)
    return Selection(
        kept,
        _among(corpus.cells, ids),
        _among(corpus.checks, ids),
        None if wide is None else wide.lazy().filter(where),
    )


def followed(corpus: Frames, year: int, **equal: str | int) -> Selection:
    """Reports on a year and the one before, of agencies that have both, on the same scope.

    Parameters
    ----------
    corpus, equal
        As in :func:`only`.
    year
        The later year.
    """
    before, now = (only(corpus, year=one, **equal) for one in (year - 1, year))
    reports = pl.concat([before.reports, now.reports]).filter(
        pl.col("agency").is_not_null(),
        pl.col("year").n_unique().over("agency") == 2,  # noqa: PLR2004
        pl.col("scope").n_unique().over("agency") == 1,
    )
    ids = reports.select("report_id")
    return Selection(reports, _among(corpus.cells, ids), _among(corpus.checks, ids))


def _among(frame: Frame, ids: pl.DataFrame) -> Frame:
    """Rows of these reports; lazy if the frame was."""
    found = frame.lazy().join(ids.lazy(), on="report_id", how="semi", maintain_order="left")
    return found if isinstance(frame, pl.LazyFrame) else found.collect()


def counts(
    corpus: Frames, table: str, items: Sequence[str], *, by: str | Sequence[str] = ()
) -> pl.DataFrame:
    """Sum printed numbers: one row per group, item and column; null if none is printed.

    Unlike the statistics, each number stands for itself: a report that lacks one of them is
    left out of that one alone.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``, ``item``, ``column``, ``count``; ``n_reports`` added up and
        ``n_left_out``, those of the group that print no such number.
    """
    by = grouping(by)
    value = pl.col("value")
    keys = (*by, "item", "column")
    place = pl.col("item").replace_strict({item: n for n, item in enumerate(items)})
    return (
        corpus.reports.lazy()
        .select({"report_id", *by})
        .join(
            corpus.cells.lazy().filter(pl.col("table") == table, pl.col("item").is_in(items)),
            on="report_id",
            maintain_order="right",
        )
        .group_by(keys, maintain_order=True)
        .agg(
            pl.when(value.is_not_null().any()).then(value.sum()).alias("count"),
            value.is_not_null().sum().cast(pl.Int64).alias("n_reports"),
            value.is_null().sum().cast(pl.Int64).alias("n_left_out"),
        )
        .sort(*by, place, maintain_order=True, nulls_last=True)
        .collect()
    )


def without_number(corpus: Frames) -> pl.DataFrame:
    """Cells without a number: one row per report, item and state, with ``columns`` and ``n``.

    ``columns`` lists the codes of the columns, null if it is the whole row. Where a whole table
    is in one state it is one row, whose item is null too.
    """
    row, table = ["report_id", "table", "item"], ["report_id", "table"]
    whole = pl.len().over(*table) == pl.len().over(*table, "state")
    keys = ("agency", "report_id", "table", "item", "state", "whole_row")
    return (
        _named(corpus, corpus.cells)
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


def identities(corpus: Frames) -> pl.DataFrame:
    """Verdicts on the identities: one row per identity and verdict, with ``n``."""
    found = corpus.checks.lazy().group_by("identity", "verdict", maintain_order=True)
    return found.agg(n=pl.len().cast(pl.Int64)).collect()


def not_holding(corpus: Frames, verdict: Literal["fails", "unknown"] = "fails") -> pl.DataFrame:
    """Identity instances with this verdict: one row each, with the agency and both sides."""
    found = _named(corpus, corpus.checks).filter(pl.col("verdict") == verdict)
    return found.select("agency", "identity", "subject", "lhs", "rhs", "delta").collect()


def short_sources(*columns: pl.Series) -> list[pl.Series]:
    """Paths of documents from the folder that all have in common, so that no home is told."""
    folders = [Path(path).resolve().parent for column in columns for path in column]
    root = os.path.commonpath(folders or [Path()])
    return [
        column.map_elements(lambda path: os.path.relpath(path, root), return_dtype=pl.String)
        for column in columns
    ]


def fingerprint(reports: pl.DataFrame) -> str:
    """Twelve hexadecimal digits that change if any of the documents does; empty without any."""
    hashes = "\n".join(sorted(reports["sha256"]))
    return hashlib.sha256(hashes.encode()).hexdigest()[:12] if hashes else ""


def _named(corpus: Frames, frame: Frame) -> pl.LazyFrame:
    """Rows with the agency and the source of their report, in the reports' order."""
    who = corpus.reports.lazy().select("report_id", "agency", "source").with_row_index("order")
    joined = frame.lazy().join(who, on="report_id", maintain_order="left")
    return joined.sort("order", maintain_order=True).drop("order")


__all__ = [
    "NO_NUMBER",
    "Selection",
    "between",
    "counts",
    "fingerprint",
    "followed",
    "identities",
    "not_holding",
    "only",
    "short_sources",
    "states",
    "without_number",
]
