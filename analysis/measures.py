"""Quotients of two sums of cells: what flow, disputes and documents have in common."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

import numpy as np
import polars as pl

from analysis.intervals import poisson_ratio, wilson
from analysis.observations import ACCOUNT, Frames, Part, grouping, observe, total
from analysis.shares import MIN_N

COLUMNS: Final = (
    "measure",
    "quotient",
    "count",
    "denominator",
    "n",
    "per",
    "value",
    "low",
    "high",
    "reason",
    "confidence",
    "small",
    "min_n",
)


class Measure(NamedTuple):
    """A quotient: the parts that are added up above and below the line.

    A ``share`` counts some of the cases below the line; a ``ratio`` counts others. ``per`` is
    what the quotient is multiplied by: cases per 100, days of a year.
    """

    kind: Literal["share", "ratio"]
    above: tuple[str, ...]
    denominator: str
    below: tuple[str, ...]
    per: float = 1.0


def measure(
    corpus: Frames,
    measures: Mapping[str, Measure],
    parts: Mapping[str, Part],
    *,
    by: str | Sequence[str] = (),
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """One row per group and measure, each on the reports that have all its cells.

    Parameters
    ----------
    corpus
        Anything with the frames ``reports``, ``cells`` and ``checks``.
    measures
        Name and definition of each.
    parts
        The quantities that the measures name, and their cells.
    by
        Columns of ``reports`` to group by; none pools all reports.
    confidence
        Nominal coverage of the intervals.
    min_n
        Quotients with fewer cases below the line are marked ``small``.
    strict
        Use only reports whose identities hold.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``measure`` and which ``quotient``, ``share`` or ``ratio``; ``count``
        above the line; ``denominator`` and ``n`` below it; ``value`` = ``per`` times count / n,
        with ``low`` and ``high`` (Wilson for a share, exact conditional for a ratio);
        ``reason`` why there is no value:
        ``not_reported`` (no report has all cells), ``zero`` (n is 0), ``exceeds`` (a share
        whose count is above its n, which the print contradicts), null where there is one;
        ``confidence``, ``small``, ``min_n``; the account of the reports.
    """
    by = grouping(by)
    frames = []
    for name, one in measures.items():
        names = tuple(dict.fromkeys((*one.above, *one.below)))
        observed = observe(corpus, {part: parts[part] for part in names}, by=by, strict=strict)
        sums = total(observed, names, by)
        frames.append(_quotient(sums, name, one, confidence).select(*by, *COLUMNS[:10], *ACCOUNT))
    return (
        pl.concat(group.with_row_index("group") for group in frames)
        .sort("group", maintain_order=True)
        .with_columns(
            confidence=pl.lit(confidence),
            small=pl.col("n") < min_n,
            min_n=pl.lit(min_n, pl.Int64),
        )
        .select(*by, *COLUMNS, *ACCOUNT)
    )


def _quotient(sums: pl.DataFrame, name: str, one: Measure, confidence: float) -> pl.DataFrame:
    count, n = (pl.sum_horizontal(side, ignore_nulls=False) for side in (one.above, one.below))
    sums = sums.with_columns(count=count, n=n)
    reason = (
        pl.when(pl.col("n_reports") == 0)
        .then(pl.lit("not_reported"))
        .when(pl.col("n") <= 0)
        .then(pl.lit("zero"))
        .when((one.kind == "share") & (pl.col("count") > pl.col("n")))
        .then(pl.lit("exceeds"))
    )
    sums = sums.with_columns(reason.alias("reason"))
    known = sums["reason"].is_null().to_numpy()
    pair = (
        np.where(known, sums[side].fill_null(0).to_numpy().astype(float), np.nan)
        for side in ("count", "n")
    )
    interval = wilson if one.kind == "share" else poisson_ratio
    low, high = interval(*pair, confidence=confidence)
    value = pl.when(pl.col("reason").is_null()).then(one.per * pl.col("count") / pl.col("n"))
    return sums.with_columns(
        pl.lit(name).alias("measure"),
        pl.lit(one.kind).alias("quotient"),
        pl.lit(one.denominator).alias("denominator"),
        pl.lit(one.per).alias("per"),
        value.alias("value"),
        pl.Series("low", one.per * low, nan_to_null=True),
        pl.Series("high", one.per * high, nan_to_null=True),
    )
