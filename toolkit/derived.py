"""What follows from a corpus' frames, be they in memory or in a store."""

from functools import cached_property
from typing import Protocol

import polars as pl

from toolkit.review.boilerplate import boilerplate
from toolkit.review.coverage import coverage
from toolkit.review.suggest import suggest
from toolkit.schema import Frame
from toolkit.years import regions


class Whole(Protocol):
    """A corpus: its frames as declared in :mod:`toolkit.schema`."""

    @property
    def reports(self) -> Frame:
        """One row per report."""

    @property
    def cells(self) -> Frame:
        """One row per cell of each report."""

    @property
    def checks(self) -> Frame:
        """One row per identity instance."""

    @property
    def duplicates(self) -> Frame:
        """One row per document already read elsewhere."""

    @property
    def texts(self) -> Frame:
        """One row per report and part of its prose."""


class Derived:
    """Frames that are made when they are asked for, and kept."""

    @cached_property
    def coverage(self: Whole) -> pl.DataFrame:
        """Agency by year: which reports are there (:data:`toolkit.review.coverage.COVERAGE`)."""
        return coverage(self.reports, self.cells, self.duplicates)

    @cached_property
    def suggestions(self: Whole) -> pl.DataFrame:
        """Single cells that would mend what fails (:data:`toolkit.schema.SUGGESTIONS`)."""
        return suggest(self.checks, self.cells, self.reports)

    @cached_property
    def boilerplate(self: Whole) -> pl.DataFrame:
        """Likeness of parts five and six (:data:`toolkit.review.boilerplate.LIKENESS`)."""
        return boilerplate(self.texts, self.reports)

    @cached_property
    def regions(self: Whole) -> pl.DataFrame:
        """Regions' figures against their organs' sums (:data:`toolkit.years.REGIONS`)."""
        return regions(self.cells, self.reports)
