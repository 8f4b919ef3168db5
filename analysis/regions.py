"""Reports whose cases are in the report of their region: they are not added to it."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from toolkit.years import REPORT_ELSEWHERE

INCLUDED: Final = "included"
GOVERNMENTS: Final = ("government", "general_office")
AREAS: Final = (100, 10_000)
"""Places of an administrative division's code that are 0 in its prefecture's, its province's."""


def area() -> pl.Expr:
    """Code of the division in whose report an agency's cases are, if a region's report is there."""
    elsewhere = pl.col("field").is_in(REPORT_ELSEWHERE).fill_null(value=False)
    return pl.when(~elsewhere).then(pl.col("adcode").cast(pl.Int32, strict=False))


def is_region() -> pl.Expr:
    """Whether a report is that of a government, on all of its division."""
    ranks = [area() % n != 0 for n in AREAS]
    levels = [pl.col("level") == level for level in ("county", "province")]
    fits = (ranks[0] == levels[0]) & (ranks[1] != levels[1])
    told = (pl.col("scope") == "region") & pl.col("kind").is_in(GOVERNMENTS) & fits
    return told.fill_null(value=False)


def leave_out(rows: pl.LazyFrame, regions: pl.LazyFrame, within: Sequence[str]) -> pl.LazyFrame:
    """Leave out reports whose cases the report of their region has, used in the same group."""
    on, used = (*dict.fromkeys((*within, "year")), "area"), pl.col("left_out").is_null()
    told = regions.filter("region", used).select(on).drop_nulls(("year", "area"))
    found = told.unique().collect()
    code, region = pl.col("area"), pl.col("region")
    if not found.is_empty():
        regions = found.lazy().with_columns(inside=True)
        above = [pl.when(~region).then(code)]  # an organ is in its region, a region in the next
        above += [pl.when(code != code // n * n).then(code // n * n) for n in AREAS]
        for one in above:
            rows = (
                rows.with_columns(area=one, kept=code)
                .join(regions, on=on, how="left", nulls_equal=True, maintain_order="left")
                .with_columns(
                    area="kept",
                    left_out=pl.when("inside", used).then(pl.lit(INCLUDED)).otherwise("left_out"),
                )
                .drop("inside", "kept")
            )
    return rows.drop("area", "region")


def once(reports: pl.DataFrame, within: Sequence[str]) -> pl.DataFrame:
    """Leave out reports whose cases their region's report has, if it is in the same group."""
    told = {"area": area(), "region": is_region(), "left_out": pl.lit(None, pl.Enum([INCLUDED]))}
    keys = dict.fromkeys((*within, "year", "report_id"))
    rows = reports.lazy().select(*keys, **told)
    rows = leave_out(rows, rows, within)
    kept = rows.filter(pl.col("left_out").is_null()).collect()
    return reports.join(kept, on="report_id", how="semi", maintain_order="left")
