"""State of the data: which reports there are, what they lack, what does not add up.

Frames in, tidy frame out; nothing here is a statistic and nothing is repaired.
"""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from analysis.observations import Frames, grouping, reports_with
from analysis.regions import once
from toolkit.schema import Frame


@dataclass(frozen=True)
class Selection:
    """Some of a corpus' reports, with their cells and checks."""

    reports: pl.DataFrame
    cells: Frame
    checks: Frame
    coded: Frame | None = None


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
    reports_with(corpus, tuple(equal))
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
    return _kept(corpus, corpus.reports.lazy().filter(*conditions).collect())


def _kept(corpus: Frames, reports: pl.DataFrame) -> Selection:
    """Reports with what the corpus has of them."""
    ids = reports.select("report_id")
    coded: Frame | None = getattr(corpus, "coded", None)
    return Selection(
        reports,
        _among(corpus.cells, ids),
        _among(corpus.checks, ids),
        None if coded is None else _among(coded, ids),
    )


def disjoint(chosen: Selection, by: str | Sequence[str] = ()) -> Selection:
    """Reports without those whose cases are in their region's, of the same group of ``by``."""
    return _kept(chosen, once(chosen.reports, grouping(by)))


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
    return _kept(corpus, reports)


def _among(frame: Frame, ids: pl.DataFrame) -> Frame:
    """Rows of these reports; lazy if the frame was."""
    if isinstance(frame, pl.LazyFrame):
        return frame.join(ids.lazy(), on="report_id", how="semi", maintain_order="left")
    return frame.join(ids, on="report_id", how="semi", maintain_order="left")


def lacking(corpus: Frames) -> pl.DataFrame:
    """Reports of which some cell has no number: their rows, in order."""
    cells = corpus.cells.lazy().filter(pl.col("value").is_null())
    found = _reports(corpus).join(cells, on="report_id", how="semi", maintain_order="left")
    return found.collect()


def without_number(corpus: Frames, reports: pl.DataFrame | None = None) -> pl.DataFrame:
    """Cells of all or some reports without a number: one row per report, item and state.

    ``n`` counts them; ``columns`` lists the codes of the columns, null if it is the whole row.
    Where a whole table is in one state it is one row, whose item is null too.
    """
    cells = corpus.cells
    if reports is not None:
        cells = _among(cells, reports.select("report_id"))
    row, table = ["report_id", "table", "item"], ["report_id", "table"]
    whole = pl.len().over(*table) == pl.len().over(*table, "state")
    keys = ("agency", "report_id", "table", "item", "state", "whole_row")
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


def identities(corpus: Frames) -> pl.DataFrame:
    """Verdicts on the identities: one row per identity and verdict, with ``n``."""
    found = corpus.checks.lazy().group_by("identity", "verdict", maintain_order=True)
    return found.agg(n=pl.len().cast(pl.Int64)).collect()


def failing(corpus: Frames) -> pl.DataFrame:
    """Identity instances that fail: one row each, with the agency and both sides."""
    found = _named(corpus, corpus.checks).filter(pl.col("verdict") == "fails")
    columns = ("report_id", "agency", "identity", "subject", "lhs", "rhs", "delta")
    return found.select(columns).collect()


def short_sources(paths: pl.Series) -> pl.Series:
    """Paths of documents from the folder that all have in common, so that no home is told."""
    folders = [Path(path).resolve().parent for path in paths]
    root = os.path.commonpath(folders or [Path()])
    return paths.map_elements(lambda path: os.path.relpath(path, root), return_dtype=pl.String)


def fingerprint(reports: pl.DataFrame) -> str:
    """Twelve hexadecimal digits that change if any of the documents does; empty without any."""
    hashes = "\n".join(sorted(reports["sha256"]))
    return hashlib.sha256(hashes.encode()).hexdigest()[:12] if hashes else ""


def _reports(corpus: Frames) -> pl.LazyFrame:
    return corpus.reports.lazy().select("report_id", "agency", "source").with_row_index("order")


def _named(corpus: Frames, frame: Frame) -> pl.LazyFrame:
    """Rows with the agency and the source of their report, in the reports' order."""
    joined = frame.lazy().join(_reports(corpus), on="report_id", maintain_order="left")
    return joined.sort("order", maintain_order=True).drop("order")
