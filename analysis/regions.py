"""Reports whose cases are in the report of their region: they are not added to it."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from toolkit.agency import REGIONAL
from toolkit.schema import Frame
from toolkit.years import reports_elsewhere

AREAS: Final = (100, 10_000)
"""Places of an administrative division's code that are 0 in its prefecture's, its province's."""


def located(reports: Frame) -> pl.LazyFrame:
    """Add to reports ``area`` and ``reach``: whose report may have their cases, and whose it has.

    ``area`` is the code of the agency's division, null if its cases are in no region's report;
    ``reach`` is the kind's place in :data:`REGIONAL` (1 or 2) if the report is on all of its
    division, else 0.
    """
    area = pl.when(~reports_elsewhere()).then(pl.col("adcode").cast(pl.Int32, strict=False))
    ranks = [pl.col("area") % n != 0 for n in AREAS]
    levels = [pl.col("level") == level for level in ("county", "province")]
    fits = (ranks[0] == levels[0]) & (ranks[1] != levels[1])
    # Not with `replace`, for which the streaming engine would first hold all rows.
    whose = pl.sum_horizontal((pl.col("kind") == kind) * n for n, kind in enumerate(REGIONAL, 1))
    reach = pl.when(pl.col("scope") == "region", fits).then(whose).otherwise(0)
    return reports.lazy().with_columns(area=area).with_columns(reach=reach)


def included(rows: pl.DataFrame, within: Sequence[str], used: pl.Expr) -> pl.Series:
    """Whether each used report's cases are in that of its region, used in the same group."""
    on, code, own = dict.fromkeys((*within, "year")), pl.col("area"), pl.col("reach")
    # Of its own division a region's report has the cases of those of a lesser reach.
    regions = rows.filter(used, own > 0).drop_nulls(("year", "area"))
    lesser = pl.int_ranges(own, dtype=pl.Int32)
    held = regions.select(*on, "area", lesser.alias("reach")).explode("reach").to_struct()
    # An agency is in its region or in none, that in the next one, whoever reports on it.
    above = [(code, own)]
    above += [(pl.when(code % n != 0).then(code // n * n), pl.lit(0, pl.Int32)) for n in AREAS]
    places = (pl.struct(*on, one.alias("area"), least.alias("reach")) for one, least in above)
    inside = pl.any_horizontal(place.is_in(held.implode()) for place in places)
    return rows.select(used & inside).to_series()
