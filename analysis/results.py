"""What the frames of all statistics have in common: quotients, limits and how a row ends."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.intervals import poisson_ratio, wilson
from analysis.observations import ACCOUNT, By, Frames, Part, gather_each, grouping
from toolkit.errors import ParameterError

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


def quotients(
    corpus: Frames,
    measures: Iterable[Measure],
    parts: Mapping[str, Part],
    by: By,
    confidence: float,
    min_n: int,
    *,
    strict: bool,
) -> pl.DataFrame:
    """One row per group and measure, each on the reports that have all its cells."""
    resting: dict[tuple[str, ...], list[Measure]] = {}
    for one in measures:
        resting.setdefault(tuple(sorted({*one.above, *one.below})), []).append(one)
    sums = gather_each(corpus, parts, resting, by, strict=strict)
    return measured(zip(resting.values(), sums, strict=True), confidence).select(
        *(*grouping(by), "measure", "quotient", "count", "denominator", "n"),
        *("per", "value", "low", "high", "reason"),
        *ending(min_n, confidence),
    )


def measured(
    found: Iterable[tuple[Sequence[Measure], pl.DataFrame]], confidence: float
) -> pl.DataFrame:
    """Quotients of sums of each group: one row per group and measure.

    Beside the columns of the sums: ``group``, its place; ``measure``; ``quotient``, its kind;
    ``count`` above the line, ``denominator`` and ``n`` below it; ``value`` = ``per`` times
    count / n, with ``low`` and ``high`` (Wilson for a share, exact conditional for a ratio);
    ``reason`` why there is none, else null: ``not_reported``, ``zero`` (n is 0) or ``exceeds``.
    """
    frames = (_spread(measures, sums.with_row_index("group")) for measures, sums in found)
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


def _spread(measures: Sequence[Measure], sums: pl.DataFrame) -> pl.DataFrame:
    """Give each group a row for each measure, with the sums above and below the line."""
    names, kinds, above, denominators, below, per = zip(*measures, strict=True)
    sides = {"count": above, "n": below}
    told = {"measure": names, "quotient": kinds, "denominator": denominators, "per": per}
    return sums.with_columns(
        *(pl.lit(list(each)).alias(name) for name, each in told.items()),
        *(
            pl.concat_list(pl.sum_horizontal(parts, ignore_nulls=False) for parts in side).alias(
                name
            )
            for name, side in sides.items()
        ),
    ).explode(*told, *sides)


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
    small = (pl.col("n") < cases(min_n)).alias("small")
    return [*told, small, pl.lit(min_n, pl.Int64).alias("min_n"), pl.col(ACCOUNT)]


def cases(min_n: int) -> int:
    """Return the least number of cases if it is 0 or more; else raise ParameterError."""
    if min_n >= 0:
        return min_n
    raise ParameterError(f"min_n: expected a number of cases, 0 or more, found {min_n!r}")
