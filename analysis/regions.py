"""Reports whose cases are in the report of their region: they are not added to it."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from toolkit.schema import Frame
from toolkit.years import REPORT_ELSEWHERE

INCLUDED: Final = "included"
GOVERNMENTS: Final = ("government", "general_office")
AREAS: Final = (100, 10_000)
"""Places of an administrative division's code that are 0 in its prefecture's, its province's."""


def located(reports: Frame) -> pl.LazyFrame:
    """Add to reports ``area`` and ``region``: whose report may have their cases, and if it is one.

    ``area`` is the code of the agency's division, null if its cases are in no region's report;
    ``region`` is whether the report is that of a government, on all of its division.
    """
    elsewhere = pl.col("field").is_in(REPORT_ELSEWHERE).fill_null(value=False)
    area = pl.when(~elsewhere).then(pl.col("adcode").cast(pl.Int32, strict=False))
    ranks = [pl.col("area") % n != 0 for n in AREAS]
    levels = [pl.col("level") == level for level in ("county", "province")]
    fits = (ranks[0] == levels[0]) & (ranks[1] != levels[1])
    region = (pl.col("scope") == "region") & pl.col("kind").is_in(GOVERNMENTS) & fits
    told = reports.lazy().with_columns(area=area)
    return told.with_columns(region=region.fill_null(value=False))


def leave_out(rows: pl.DataFrame, within: Sequence[str]) -> pl.DataFrame:
    """Leave out reports whose cases the report of their region has, used in the same group."""
    on, used = (*dict.fromkeys((*within, "year")), "area"), pl.col("left_out").is_null()
    regions = rows.filter("region", used).select(on).drop_nulls(("year", "area")).unique()
    regions = regions.with_columns(inside=True)
    code = pl.col("area")
    above = [pl.when(~pl.col("region")).then(code)]  # an organ is in its region, that in the next
    above += [pl.when(code != code // n * n).then(code // n * n) for n in AREAS]
    for one in above:
        found = rows.select(*on[:-1], area=one)
        found = found.join(regions, on=on, how="left", nulls_equal=True, maintain_order="left")
        inside = pl.when(used, found["inside"]).then(pl.lit(INCLUDED))
        rows = rows.with_columns(left_out=inside.otherwise("left_out"))
    return rows


def once(reports: pl.DataFrame, within: Sequence[str]) -> pl.DataFrame:
    """Leave out reports whose cases their region's report has, if it is in the same group."""
    left_out = pl.lit(None, pl.Enum([INCLUDED]))
    rows = leave_out(located(reports).with_columns(left_out=left_out).collect(), within)
    return reports.filter(rows["left_out"].is_null())
