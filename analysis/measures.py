"""Quotients of two sums of cells: what flow, disputes and documents have in common."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

import numpy as np
import polars as pl

from analysis.intervals import poisson_ratio, wilson
from analysis.observations import By, Frames, Part, gather, grouping
from analysis.results import MIN_N, ending, floats

COLUMNS: Final = (
    *("measure", "quotient", "count", "denominator", "n"),
    *("per", "value", "low", "high", "reason", "confidence"),
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
    by: By = (),
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """One row per group and measure, each on the reports that have all its cells.

    Parameters
    ----------
    corpus, by, confidence, min_n, strict
        As in all statistics, see :mod:`analysis`.
    measures
        Name and definition of each.
    parts
        The quantities that the measures name, and their cells.

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
        used = {part: parts[part] for part in (*one.above, *one.below)}
        sums = gather(corpus, used, by, strict=strict).with_row_index("group")
        value = _quotient(sums, name, one, confidence)
        frames.append(value.select("group", *by, *COLUMNS, *ending(min_n)))
    return pl.concat(frames).sort("group", maintain_order=True).drop("group")


def _quotient(sums: pl.DataFrame, name: str, one: Measure, confidence: float) -> pl.DataFrame:
    count, n = (pl.sum_horizontal(side, ignore_nulls=False) for side in (one.above, one.below))
    reason = (
        pl.when(pl.col("n_reports") == 0)
        .then(pl.lit("not_reported"))
        .when(n <= 0)
        .then(pl.lit("zero"))
        .when((one.kind == "share") & (count > n))
        .then(pl.lit("exceeds"))
    )
    sums = sums.with_columns(
        measure=pl.lit(name),
        quotient=pl.lit(one.kind),
        count=count,
        denominator=pl.lit(one.denominator),
        n=n,
        per=pl.lit(one.per),
        value=pl.when(reason.is_null()).then(one.per * count / n),
        reason=reason,
        confidence=pl.lit(confidence),
    )
    interval = wilson if one.kind == "share" else poisson_ratio
    known = sums.select(pl.when(pl.col("reason").is_null()).then(pl.col("count", "n")))
    limits = interval(known["count"], known["n"], confidence=confidence)
    return sums.with_columns(floats(("low", "high"), one.per * np.array(limits)))
