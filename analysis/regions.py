"""Reports whose cases are in the report of their region: they are not added to it."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
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
    on = (*dict.fromkeys((*within, "year")), "area")
    told = rows.filter(used, pl.col("reach") > 0).drop_nulls(("year", "area"))
    regions = told.group_by(on).agg(other=pl.col("reach").max())
    code, own = pl.col("area"), pl.col("reach")
    # An agency is in its region or in none, that in the next one, whoever reports on it.
    above = [(code, own)]
    above += [(pl.when(code % n != 0).then(code // n * n), pl.lit(0)) for n in AREAS]
    asked = (rows.select(*on[:-1], area=one, least=least) for one, least in above)
    found = (
        rows.join(regions, on=on, how="left", nulls_equal=True, maintain_order="left")
        for rows in asked
    )
    inside = reduce(or_, (rows["other"] > rows["least"] for rows in found))
    return rows.select(used & inside.fill_null(value=False)).to_series()
