"""What reports are known by, in memory or on disk: frames, and what follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

import polars as pl

from toolkit.check import widen
from toolkit.review.boilerplate import boilerplate
from toolkit.review.coverage import coverage
from toolkit.review.suggest import suggest
from toolkit.review.unread import unread
from toolkit.schema import Frame
from toolkit.standing import placed
from toolkit.years import between_names, regions

AnyFrame_co = TypeVar("AnyFrame_co", bound=Frame, covariant=True)


@dataclass(frozen=True, eq=False, repr=False)
class Corpus(Generic[AnyFrame_co]):
    """Reports as frames, with an account of every document that was looked at.

    What :func:`toolkit.load` returns, and what every statistic, notebook and review takes. The
    frames are in memory, as DataFrames; those of a :class:`toolkit.Store`, which is a corpus
    too, are on disk, as LazyFrames. Editors and type checkers take those of ``load`` for
    DataFrames; of a store :func:`toolkit.open_store` tells them better.

    Attributes
    ----------
    reports
        One row per report (:data:`toolkit.schema.REPORTS`), in the order of ``source``.
    cells
        One row per cell of each report (:data:`toolkit.schema.CELLS`), as printed and with its
        place.
    checks
        One row per identity instance, within reports, on their prose and between them
        (:data:`toolkit.schema.CHECKS`).
    claims
        One row per figure that a report's prose states (:data:`toolkit.schema.CLAIMS`).
    texts
        One row per report and part of its prose (:data:`toolkit.schema.TEXTS`).
    failures
        One row per document that gave no report (:data:`toolkit.schema.FAILURES`).
    duplicates
        One row per document whose bytes were already read (:data:`toolkit.schema.DUPLICATES`).
        Documents in are reports, failures and duplicates together, always.
    """

    reports: AnyFrame_co
    cells: AnyFrame_co
    checks: AnyFrame_co
    claims: AnyFrame_co
    texts: AnyFrame_co
    failures: AnyFrame_co
    duplicates: AnyFrame_co

    @property
    def account(self) -> Mapping[str, Any]:
        """How many documents were ``seen``: ``reports``, ``failures`` and ``duplicates``."""
        frames = {name: getattr(self, name) for name in ("reports", "failures", "duplicates")}
        counts = {name: _height(frame) for name, frame in frames.items()}
        return {"seen": sum(counts.values()), **counts}

    @cached_property
    def regions(self) -> pl.DataFrame:
        """Regions' figures against their organs' sums (:data:`toolkit.years.REGIONS`)."""
        wide = widen(self.cells, between_names())
        return regions(placed(self.reports, self.cells), wide)

    @cached_property
    def coverage(self) -> pl.DataFrame:
        """Agency by year: which reports are there (:data:`toolkit.review.coverage.COVERAGE`)."""
        return coverage(self.reports, self.cells, self.duplicates)

    @cached_property
    def unread(self) -> pl.DataFrame:
        """What was not read, with what is printed there (:data:`toolkit.schema.UNREAD`)."""
        return unread(self.cells, self.reports)

    @cached_property
    def suggestions(self) -> pl.DataFrame:
        """Single cells that would mend what fails (:data:`toolkit.schema.SUGGESTIONS`)."""
        return suggest(self.checks, self.cells, self.reports)

    @cached_property
    def boilerplate(self) -> pl.DataFrame:
        """Likeness of parts five and six (:data:`toolkit.review.boilerplate.LIKENESS`)."""
        return boilerplate(self.texts, self.reports)

    def __len__(self) -> int:
        return _height(self.reports)

    def __repr__(self) -> str:
        return "Corpus({reports} reports, {failures} failures, {duplicates} duplicates)".format_map(
            self.account
        )

    def _repr_html_(self) -> str:
        shown = [self.reports.select("agency", "year", "edition", "^n_.*$", "source")]
        if self.account["failures"]:
            shown.append(self.failures.select("source", "message"))
        with pl.Config(fmt_str_lengths=300, tbl_rows=20):  # a path's name and a reason stand last
            frames = [frame.lazy().collect()._repr_html_() for frame in shown]
        return f"<p>{self!r}</p>{''.join(frames)}"


def values_of(reports: Frame, column: str) -> list[Any]:
    """Values of a column of reports, sorted; those of unknown value (null) have none."""
    values = pl.col(column).drop_nulls().unique().sort()
    return reports.lazy().select(values).collect()[column].to_list()


def _height(frame: Frame) -> int:
    return int(frame.lazy().select(pl.len()).collect().item())
