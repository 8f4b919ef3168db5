"""Ratios of one count to another, with intervals."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analysis.intervals import poisson_ratio
from analysis.observations import ACCOUNT, Frames, grouping, observe, part, total
from analysis.shares import MIN_N

ENFORCEMENT: Final = ("penalties", "compulsory_measures")


def enforcement_to_licensing(
    corpus: Frames,
    *,
    by: str | Sequence[str] = (),
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Penalties and compulsory measures per licensing decision: one row per group.

    Parameters
    ----------
    corpus
        Anything with the frames ``reports``, ``cells`` and ``checks``.
    by
        Columns of ``reports`` to group by; none pools all reports.
    confidence
        Nominal coverage of the interval.
    min_n
        Ratios to fewer licensing decisions are marked ``small``.
    strict
        Use only reports whose identities hold. None of the form's identities constrains these
        numbers, so that today it changes nothing.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``penalties``, ``compulsory_measures`` and their sum ``count``;
        ``denominator`` (``licensing``) and ``n``, the licensing decisions; ``ratio`` =
        count / n with ``low`` and ``high`` (exact conditional interval of a ratio of Poisson
        means); ``reason``, why there is no ratio: ``no_licensing`` (n is 0) or
        ``not_reported`` (no report has all three numbers), null where there is one;
        ``confidence``, ``small``, ``min_n``; ``n_no_licensing``, how many of the reports used
        have no licensing decision (their enforcement counts in the group's ratio all the
        same); the account of the reports, see :func:`analysis.observations.total`.

    Raises
    ------
    ParameterError
        If an option has a value that it cannot have.
    """
    by = grouping(by)
    items = (*ENFORCEMENT, "licensing")
    parts = {item: part("proactive", item, "decisions") for item in items}
    none = pl.when(pl.col("licensing").is_not_null()).then(
        (pl.col("licensing") == 0).cast(pl.Int64)
    )
    observed = observe(corpus, parts, by=by, strict=strict).with_columns(
        none.alias("n_no_licensing")
    )
    sums = total(observed, (*items, "n_no_licensing"), by).with_columns(
        count=pl.sum_horizontal(ENFORCEMENT, ignore_nulls=False), n=pl.col("licensing")
    )
    low, high = poisson_ratio(sums["count"], sums["n"], confidence=confidence)
    reason = pl.when(pl.col("n_reports") == 0).then(pl.lit("not_reported"))
    return sums.select(
        *by,
        *ENFORCEMENT,
        "count",
        pl.lit("licensing").alias("denominator"),
        "n",
        pl.when(pl.col("n") > 0).then(pl.col("count") / pl.col("n")).alias("ratio"),
        pl.Series("low", low, nan_to_null=True),
        pl.Series("high", high, nan_to_null=True),
        reason.when(pl.col("n") == 0).then(pl.lit("no_licensing")).alias("reason"),
        pl.lit(confidence).alias("confidence"),
        (pl.col("n") < min_n).alias("small"),
        pl.lit(min_n, pl.Int64).alias("min_n"),
        "n_no_licensing",
        *ACCOUNT,
    )
