"""What the frames of all statistics have in common: quotients, limits and how a row ends."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.intervals import poisson_ratio, wilson
from analysis.observations import ACCOUNT

MIN_N: Final = 30
"""Below this a share is marked ``small`` (the rule of the U.S. NCHS; see docs/methods.md)."""


class Measure(NamedTuple):
    """A quotient: the parts that are added up above and below the line.

    A ``share`` counts some of the cases below the line; a ``ratio`` counts others. ``per`` is
    what the quotient is multiplied by: cases per 100, days of a year.
    """

    name: str
    kind: Literal["share", "ratio"]
    above: Sequence[str]
    denominator: str
    below: Sequence[str]
    per: float = 1.0


def measured(found: Iterable[tuple[Measure, pl.DataFrame]], confidence: float) -> pl.DataFrame:
    """Quotients of sums of each group: one row per group and measure.

    Beside the columns of the sums: ``group``, its place; ``measure``; ``quotient``, its kind;
    ``count`` above the line, ``denominator`` and ``n`` below it; ``value`` = ``per`` times
    count / n, with ``low`` and ``high`` (Wilson for a share, exact conditional for a ratio);
    ``reason`` why there is none, else null: ``not_reported``, ``zero`` (n is 0) or ``exceeds``.
    """
    frames = (
        sums.with_row_index("group").with_columns(
            measure=pl.lit(one.name),
            quotient=pl.lit(one.kind),
            count=pl.sum_horizontal(one.above, ignore_nulls=False),
            denominator=pl.lit(one.denominator),
            n=pl.sum_horizontal(one.below, ignore_nulls=False),
            per=pl.lit(one.per),
        )
        for one, sums in found
    )
    count, n = pl.col("count"), pl.col("n")
    reason = (
        pl.when(pl.col("n_reports") == 0)
        .then(pl.lit("not_reported"))
        .when(n <= 0)
        .then(pl.lit("zero"))
        .when((pl.col("quotient") == "share") & (count > n))
        .then(pl.lit("exceeds"))
    )
    rows = pl.concat(frames, how="diagonal").sort("group", maintain_order=True)
    rows = rows.with_columns(reason=reason)
    known = rows.select("per", pl.when(pl.col("reason").is_null()).then(pl.col("count", "n")))
    per, x, m = known.cast(pl.Float64).to_numpy().T
    share = (rows["quotient"] == "share").to_numpy()
    alone = wilson(np.where(share, x, np.nan), m, confidence=confidence)
    apart = poisson_ratio(np.where(share, np.nan, x), m, confidence=confidence)
    # Either has limits where the other is NaN.
    values = (per * x / m, *(per * np.fmax(alone, apart)))
    return rows.with_columns(floats(("value", "low", "high"), values))


def quotient(count: str | pl.Expr = "count", n: str | pl.Expr = "n") -> pl.Expr:
    """One column by another; null where there is nothing to divide by."""
    above, below = (pl.col(each) if isinstance(each, str) else each for each in (count, n))
    return pl.when(below > 0).then(above / below)


def floats(names: Iterable[str], values: Iterable[NDArray[Any]]) -> list[pl.Series]:
    """Columns of numbers; what is NaN is null."""
    named = zip(names, values, strict=True)
    return [pl.Series(name, each, pl.Float64, nan_to_null=True) for name, each in named]


def scattered(known: pl.Series, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of the rows that are known in their places; NaN in the others."""
    every = np.full(len(known), np.nan)
    every[known.to_numpy()] = values
    return every


def apart(rows: pl.DataFrame, by: Sequence[str]) -> list[pl.DataFrame]:
    """Rows of each group by themselves, in order; without rows one frame, for its columns."""
    return rows.partition_by(by, maintain_order=True) if by and rows.height else [rows]


def ending(min_n: int, confidence: float | None = None) -> list[pl.Expr]:
    """How a row ends: ``confidence``, whether its ``n`` is ``small``, the account of reports."""
    told = [] if confidence is None else [pl.lit(confidence).alias("confidence")]
    small = (pl.col("n") < min_n).alias("small")
    return [*told, small, pl.lit(min_n, pl.Int64).alias("min_n"), pl.col(ACCOUNT)]
