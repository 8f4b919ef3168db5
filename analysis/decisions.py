"""Enforcement beside licensing: as one ratio, apart by kind on a log scale, and by agency."""

from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from analysis.observations import ACCOUNT, By, Frames, grouping, observe, part, total
from analysis.results import MIN_N, Measure, ending, measured, quotient
from toolkit.errors import one_of

ENFORCEMENT: Final = ("penalties", "compulsory_measures")
MEASURES: Final = {
    name: Measure(name, "ratio", kinds, "licensing", ("licensing",))
    for name, kinds in (*((kind, (kind,)) for kind in ENFORCEMENT), ("enforcement", ENFORCEMENT))
}

ITEMS: Final = {item: part("proactive", item, "decisions") for item in (*ENFORCEMENT, "licensing")}
"""Cells of the decisions that are compared."""

COUNTED: Final = ("count", "denominator", "n", "ratio", "low", "high")


def enforcement_to_licensing(
    corpus: Frames,
    *,
    by: By = (),
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Penalties and compulsory measures per licensing decision: one row per group.

    Parameters
    ----------
    corpus, by, confidence, min_n, strict
        As in all statistics, see :mod:`analysis`. None of the form's identities constrains
        these numbers, so that today ``strict`` changes nothing.

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
        same); the account of the reports.
    """
    by = grouping(by)
    frame = _ratios(corpus, ("enforcement",), by, by, confidence, strict=strict)
    *small, account = ending(min_n, confidence)
    return frame.select(*by, *ENFORCEMENT, *COUNTED, "reason", *small, "n_no_licensing", account)


def enforcement(
    corpus: Frames,
    *,
    by: By = (),
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Penalties, compulsory measures and both per licensing decision: one row per group and kind.

    Parameters
    ----------
    corpus, by, confidence, min_n, strict
        As in :func:`enforcement_to_licensing`.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``measure`` (``penalties``, ``compulsory_measures``,
        ``enforcement``); ``count``; ``denominator`` (``licensing``) and ``n``; ``ratio`` with
        ``low`` and ``high`` (exact conditional); ``log_ratio`` with ``log_low`` and
        ``log_high``, their natural logarithms, null for 0; ``reason`` as in
        :func:`enforcement_to_licensing`; ``confidence``, ``small``, ``min_n``; the account of
        the reports. All three rest on the reports that have all three numbers.
    """
    by = grouping(by)
    values = pl.col("ratio", "low", "high")
    logs = pl.when(values > 0).then(values.log()).name.prefix("log_")
    return _ratios(corpus, MEASURES, by, by, confidence, strict=strict).select(
        *by, "measure", *COUNTED, logs, "reason", *ending(min_n, confidence)
    )


def contributions(
    corpus: Frames,
    *,
    by: By = "agency",
    within: By = (),
    measure: str = "enforcement",
    confidence: float = 0.95,
    strict: bool = False,
) -> pl.DataFrame:
    """Take a pooled ratio apart, to what each agency adds: one row per group, in decisions.

    Parameters
    ----------
    corpus, confidence, strict
        As in :func:`enforcement`.
    by
        Columns of ``reports`` whose groups make up the pooled ratio.
    within
        Columns of ``reports``; a pooled ratio of its own for each of their values, such as
        every ``scope``.
    measure
        ``penalties``, ``compulsory_measures`` or ``enforcement``, both.

    Returns
    -------
    polars.DataFrame
        The columns of ``within`` and ``by``; ``measure``; ``count``, ``denominator``, ``n``,
        ``ratio`` with ``low`` and ``high``; ``pooled``, the ratio of all; ``weight``, the
        group's part of all licensing decisions; ``contribution`` = count / licensing decisions
        of all, which add up to ``pooled``; ``excess`` = weight (ratio - pooled), which add up
        to 0; ``pooled_without`` the group; ``confidence``; the account of the reports. Null for
        a group without a usable report.
    """
    one_of("measure", measure, MEASURES)
    within, groups = grouping(within), grouping(within, by)
    frame = _ratios(corpus, (measure,), groups, within, confidence, strict=strict)
    count, n = pl.col("count"), pl.col("n")
    whole, licensing = (one.sum().over(within) if within else one.sum() for one in (count, n))
    pooled = pl.when(pl.col("n_reports") > 0).then(quotient(whole, licensing))
    return frame.select(
        *(*groups, "measure", *COUNTED),
        pooled.alias("pooled"),
        quotient(n, licensing).alias("weight"),
        quotient(count, licensing).alias("contribution"),
        quotient(count - n * pooled, licensing).alias("excess"),
        quotient(whole - count, licensing - n).alias("pooled_without"),
        pl.lit(confidence).alias("confidence"),
        *ACCOUNT,
    )


def _ratios(
    corpus: Frames,
    measures: Iterable[str],
    by: Sequence[str],
    within: Sequence[str],
    confidence: float,
    *,
    strict: bool,
) -> pl.DataFrame:
    """Ratios of each group, and how many of its reports have no decision of licensing."""
    observed = observe(corpus, ITEMS, by=by, strict=strict).with_columns(
        n_no_licensing=(pl.col("licensing") == 0).cast(pl.Int64)
    )
    sums = total(observed, (*ITEMS, "n_no_licensing"), by, within)
    found = measured([([MEASURES[name] for name in measures], sums)], confidence)
    return found.rename({"value": "ratio"}).with_columns(
        pl.col("reason").replace("zero", "no_licensing")
    )
