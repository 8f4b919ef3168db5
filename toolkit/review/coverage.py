"""Which reports are there, by agency and year: what is missing, what is twice."""

from typing import Final

import polars as pl

from toolkit.schema import Frame
from toolkit.standing import placed

STATUSES: Final = ("there", "missing", "duplicate", "revised")
COVERAGE: Final = pl.Schema(
    {
        "agency_id": pl.String(),
        "year": pl.Int32(),
        "status": pl.Enum(STATUSES),
        "n_reports": pl.Int64(),
        "preferred": pl.String(),
        "published": pl.Date(),
        "doubtful": pl.Boolean(),
    }
)
"""One row per agency and year.

``duplicate``: several documents with the same figures; ``revised``: with different ones.
``preferred`` is the report to use: the only one, the fullest of duplicates, or the one published
last; null if that cannot be told, or if one report is on the agency and one on its region.
``published`` is its date; ``doubtful`` says that only the names join the agency's reports.
"""


def coverage(reports: Frame, cells: Frame, duplicates: Frame) -> pl.DataFrame:
    """Agency by year: which reports are there; a frame of :data:`COVERAGE`.

    Duplicates count as reports too. Reports of no known agency or year are not in the result.
    """
    known = placed(reports, cells)
    if known.is_empty():
        return COVERAGE.to_frame()
    copied = duplicates.lazy().group_by("report_id").agg(copies=pl.len().cast(pl.Int64)).collect()
    known = known.join(copied, on="report_id", how="left", maintain_order="left")
    copies = pl.col("copies").sum()
    usable = pl.col("preferred")
    one = usable.sum() == 1
    apart = (pl.col("scope").null_count() == 0) & (pl.col("scope").n_unique() == pl.len())
    there = known.group_by("agency_id", "year").agg(
        n_reports=pl.len().cast(pl.Int64) + copies,
        status=pl.when(((pl.len() == 1) | apart) & (copies == 0))
        .then(pl.lit("there"))
        .when(pl.col("alike").fill_null(value=True).all() | apart)
        .then(pl.lit("duplicate"))
        .otherwise(pl.lit("revised")),
        preferred=pl.when(one).then(pl.col("report_id").filter(usable).first()),
        published=pl.when(one).then(pl.col("published").filter(usable).first()),
        doubtful=pl.col("doubtful").any(),
    )
    span = pl.int_range(pl.col("year").min(), pl.col("year").max() + 1, dtype=pl.Int32)
    years = known.select(span.alias("year"))
    agencies = known.select("agency_id").unique(maintain_order=True)
    return (
        agencies.join(years, how="cross")
        .join(there, on=("agency_id", "year"), how="left", maintain_order="left")
        .with_columns(
            pl.col("status").fill_null("missing"),
            pl.col("n_reports").fill_null(0),
            pl.col("doubtful").fill_null(value=False),
        )
        .select(COVERAGE.names())
        .cast(COVERAGE)
    )
