"""Reports whose cases are in the report of their region: they are not added to it."""

from collections.abc import Sequence

import polars as pl

from toolkit.years import AREAS


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
