"""What the frames of all statistics have in common: quotients, limits and how a row ends."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.observations import ACCOUNT

MIN_N: Final = 30
"""Below this a share is marked ``small`` (the rule of the U.S. NCHS; see docs/methods.md)."""


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
