"""Enforcement beside licensing: apart by kind, on a log scale, and taken to its agencies.

A region's report holds what its own organs report as well: both statistics keep ``scope`` apart,
one group for each of its values, unless they are asked to put them together.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analysis.intervals import poisson_ratio
from analysis.observations import ACCOUNT, Frames, grouping, observe, part, total
from analysis.ratios import ENFORCEMENT
from analysis.shares import MIN_N
from toolkit.errors import ParameterError

MEASURES: Final = {
    "penalties": ("penalties",),
    "compulsory_measures": ("compulsory_measures",),
    "enforcement": ENFORCEMENT,
}


def enforcement(
    corpus: Frames,
    *,
    by: str | Sequence[str] = (),
    scopes_together: bool = False,
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Penalties, compulsory measures and both per licensing decision: one row per group and kind.

    Parameters
    ----------
    corpus
        Anything with the frames ``reports``, ``cells`` and ``checks``.
    by
        Columns of ``reports`` to group by; none pools all reports of a scope.
    scopes_together
        Add up reports of every ``scope``. A region is then added to its own organs.
    confidence
        Nominal coverage of the intervals.
    min_n
        Ratios to fewer licensing decisions are marked ``small``.
    strict
        Use only reports whose identities hold; none constrains these numbers.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``, and ``scope`` unless together; ``measure`` (``penalties``,
        ``compulsory_measures``, ``enforcement``); ``count``; ``denominator`` (``licensing``) and
        ``n``; ``ratio`` with ``low`` and ``high`` (exact conditional); ``log_ratio`` with
        ``log_low`` and ``log_high``, their natural logarithms, null for 0; ``reason`` as in
        :func:`analysis.enforcement_to_licensing`; ``confidence``, ``small``, ``min_n``; the
        account of the reports. All three rest on the reports that have all three numbers.

    Raises
    ------
    ParameterError
        If an option has a value that it cannot have.
    """
    by = _scoped(by, together=scopes_together)
    sums = _sums(corpus, by, strict=strict).with_row_index("group")
    frames = [
        sums.with_columns(
            pl.lit(name).alias("measure"),
            pl.sum_horizontal(members, ignore_nulls=False).alias("count"),
        )
        for name, members in MEASURES.items()
    ]
    frame = _ratio(pl.concat(frames).sort("group", maintain_order=True), confidence)
    reason = pl.when(pl.col("n_reports") == 0).then(pl.lit("not_reported"))
    return frame.select(
        *by,
        "measure",
        "count",
        pl.lit("licensing").alias("denominator"),
        "n",
        "ratio",
        "low",
        "high",
        *(
            pl.when(pl.col(value) > 0).then(pl.col(value).log()).alias(f"log_{value}")
            for value in ("ratio", "low", "high")
        ),
        reason.when(pl.col("n") == 0).then(pl.lit("no_licensing")).alias("reason"),
        pl.lit(confidence).alias("confidence"),
        (pl.col("n") < min_n).alias("small"),
        pl.lit(min_n, pl.Int64).alias("min_n"),
        *ACCOUNT,
    )


def contributions(
    corpus: Frames,
    *,
    by: str | Sequence[str] = "agency",
    within: str | Sequence[str] = (),
    measure: str = "enforcement",
    scopes_together: bool = False,
    confidence: float = 0.95,
    strict: bool = False,
) -> pl.DataFrame:
    """Take a pooled ratio apart, to what each agency adds: one row per group, in decisions.

    Parameters
    ----------
    corpus, scopes_together, confidence, strict
        As in :func:`enforcement`.
    by
        Columns of ``reports`` whose groups make up the pooled ratio.
    within
        Columns of ``reports``; a pooled ratio of its own for each of their values.
    measure
        ``penalties``, ``compulsory_measures`` or ``enforcement``, both.

    Returns
    -------
    polars.DataFrame
        The columns of ``within`` and ``by``, and ``scope`` unless together; ``measure``;
        ``count``, ``denominator``, ``n``, ``ratio`` with ``low`` and ``high``; ``pooled``, the
        ratio of all; ``weight``, the group's part of all licensing decisions;
        ``contribution`` = count / licensing decisions of all, which add up to ``pooled``;
        ``excess`` = weight (ratio - pooled), which add up to 0; ``pooled_without`` the group;
        ``confidence``; the account of the reports. Null for a group without a usable report.

    Raises
    ------
    ParameterError
        If an option has a value that it cannot have.
    """
    if measure not in MEASURES:
        raise ParameterError(f"measure must be one of {', '.join(MEASURES)}, not {measure!r}")
    within = _scoped(within, together=scopes_together)
    groups = tuple(dict.fromkeys((*within, *grouping(by))))
    sums = _sums(corpus, groups, strict=strict).with_columns(
        pl.sum_horizontal(MEASURES[measure], ignore_nulls=False).alias("count")
    )
    whole = {"all": pl.col("count").sum(), "all_n": pl.col("n").sum()}
    if within:
        whole = {name: one.over(within) for name, one in whole.items()}
    used, rest = pl.col("n_reports") > 0, pl.col("all_n") - pl.col("n")
    pooled = pl.when(used & (pl.col("all_n") > 0)).then(pl.col("all") / pl.col("all_n"))
    frame = _ratio(sums, confidence).with_columns(**whole).with_columns(pooled=pooled)
    return frame.select(
        *groups,
        pl.lit(measure).alias("measure"),
        "count",
        pl.lit("licensing").alias("denominator"),
        "n",
        "ratio",
        "low",
        "high",
        "pooled",
        pl.when(pl.col("all_n") > 0).then(pl.col("n") / pl.col("all_n")).alias("weight"),
        pl.when(pl.col("all_n") > 0).then(pl.col("count") / pl.col("all_n")).alias("contribution"),
        pl.when(pl.col("all_n") > 0)
        .then((pl.col("count") - pl.col("n") * pl.col("pooled")) / pl.col("all_n"))
        .alias("excess"),
        pl.when(rest > 0).then((pl.col("all") - pl.col("count")) / rest).alias("pooled_without"),
        pl.lit(confidence).alias("confidence"),
        *ACCOUNT,
    )


def _scoped(by: str | Sequence[str], *, together: bool) -> tuple[str, ...]:
    return grouping(by) if together else tuple(dict.fromkeys((*grouping(by), "scope")))


def _sums(corpus: Frames, by: Sequence[str], *, strict: bool) -> pl.DataFrame:
    items = (*ENFORCEMENT, "licensing")
    parts = {item: part("proactive", item, "decisions") for item in items}
    sums = total(observe(corpus, parts, by=by, strict=strict), items, by)
    return sums.with_columns(n=pl.col("licensing"))


def _ratio(sums: pl.DataFrame, confidence: float) -> pl.DataFrame:
    low, high = poisson_ratio(sums["count"], sums["n"], confidence=confidence)
    return sums.with_columns(
        pl.when(pl.col("n") > 0).then(pl.col("count") / pl.col("n")).alias("ratio"),
        pl.Series("low", low, nan_to_null=True),
        pl.Series("high", high, nan_to_null=True),
    )
