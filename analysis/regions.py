"""Reports whose cases are in the report of their region: they are not added to it."""

from collections.abc import Iterable, Sequence

import polars as pl

from toolkit.years import AREAS


def included(rows: pl.DataFrame, within: Sequence[str], used: Iterable[pl.Expr]) -> pl.DataFrame:
    """Whether each used report's cases are in that of its region, used in the same group.

    ``used`` says which reports are used, perhaps for several purposes: a column each, as comes
    back.
    """
    uses, code, own = rows.select(used), pl.col("area"), pl.col("reach")
    group = pl.col("group:").first().over(*within, "year").cast(pl.Int64)
    rows = rows.with_row_index("group:").select("year", code, own, group, *uses)
    # Of its own division a region's report has the cases of those of a lesser reach.
    regions = rows.filter(own > 0).drop_nulls(("year", "area"))
    held = regions.with_columns(reach=pl.int_ranges(own)).explode("reach")
    held = held.select(*uses.columns, place=_place(code, own))
    # An agency is in its region or in none, that in the next one, whoever reports on it.
    above = [(pl.when(code % n != 0).then(code // n * n), pl.lit(0)) for n in AREAS]
    places = [f"place:{k}" for k in range(len(above) + 1)]
    named = zip(places, ((code, own), *above), strict=True)
    rows = rows.select(*uses.columns, *(_place(*each).alias(place) for place, each in named))
    found = {use: held.filter(use)["place"].implode() for use in uses.columns}
    return rows.select(
        pl.col(use) & pl.any_horizontal(pl.col(places).is_in(those)).fill_null(value=False)
        for use, those in found.items()
    )


def _place(code: pl.Expr, reach: pl.Expr) -> pl.Expr:
    """Group, division and reach in one number, which is found faster than three."""
    return (pl.col("group:") * 2**31 + code) * 4 + reach
