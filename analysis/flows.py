"""What becomes of the year's work: backlog, disputes, normative documents, fees.

:func:`flow`, :func:`disputes` and :func:`normative_turnover` return one row per group and measure,
each resting on the reports that have all its cells, with

- the columns of ``by``; ``measure`` and which ``quotient``, ``share`` or ``ratio``;
- ``count`` above the line; ``denominator`` and ``n`` below it;
- ``value`` = ``per`` times count / n, with ``low`` and ``high`` (Wilson for a share, exact
  conditional for a ratio);
- ``reason`` why there is no value, null where there is one: ``not_reported`` (no report has all
  cells), ``zero`` (n is 0), ``exceeds`` (a share whose count is above its n, which the print
  contradicts);
- ``confidence``, ``small``, ``min_n``; the account of the reports.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

import numpy as np
import polars as pl

from analysis.intervals import poisson_ratio, wilson
from analysis.observations import (
    USED,
    By,
    Frames,
    Part,
    gather_each,
    grouping,
    leave_out,
    observe,
    part,
    total,
)
from analysis.results import MIN_N, ending, floats, quotient
from analysis.shares import OUTCOMES, composition
from toolkit.form import form


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


RESOLVED: Final = OUTCOMES["resolved"]
FLOW: Final = {
    "carry_over": Measure("share", ("carried_forward",), "at_hand", ("received", "carried_in")),
    "clearance": Measure("ratio", RESOLVED, "received", ("received",)),
    "backlog": Measure("ratio", ("carried_forward",), "carried_in", ("carried_in",)),
    "disposition_days": Measure("ratio", ("carried_forward",), "resolved", RESOLVED, 365.0),
}
"""Measures of :func:`flow`."""

BLOCKS: Final = tuple(item.code for item in form().rows("challenges"))
DECIDED: Final = ("upheld", "corrected", "other")
RESULTS: Final = (*DECIDED, "pending")
TURNOVER: Final = {
    name: Measure("ratio", (name,), "in_force", ("in_force",)) for name in ("issued", "repealed")
}
"""Measures of :func:`normative_turnover`."""


def flow(
    corpus: Frames,
    *,
    by: By = (),
    column: str = "total",
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """How the year's applications were worked off: one row per group and measure, in cases.

    Parameters
    ----------
    corpus, by, column, confidence, min_n, strict
        As in all statistics, see :mod:`analysis`.

    Returns
    -------
    polars.DataFrame
        ``carry_over``: carried forward, of all that was at hand (received and carried in);
        ``clearance``: resolved per application received (above 1 the backlog falls);
        ``backlog``: carried forward per application carried in; ``disposition_days``: days that
        what is carried forward takes at the year's pace. Columns as :mod:`analysis.flows` says.
    """
    rows = ("received", "carried_in", "carried_forward")
    parts = {row: part("applications", row, column) for row in rows}
    parts |= composition("resolved", column=column)
    return _measured(corpus, FLOW, parts, by, confidence, min_n, strict=strict)


def disputes(
    corpus: Frames,
    *,
    by: By = (),
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Reconsideration and litigation: one row per group and measure, in cases.

    Parameters
    ----------
    corpus, by, confidence, min_n, strict
        As in all statistics, see :mod:`analysis`.

    Returns
    -------
    polars.DataFrame
        ``reconsideration`` and ``litigation`` per 100 applications resolved; for each and for
        ``challenges``, both together, the share corrected: ``corrected.…`` of those decided,
        ``corrected_of_all.…`` with the pending ones below the line. Columns as
        :mod:`analysis.flows` says.
    """
    parts = composition("resolved")
    parts |= {f"{b}.{c}": part("challenges", b, c) for b in BLOCKS for c in RESULTS}
    return _measured(corpus, _disputes(), parts, by, confidence, min_n, strict=strict)


def _disputes() -> dict[str, Measure]:
    """Measures of :func:`disputes`."""
    subjects = {"reconsideration": BLOCKS[:1], "litigation": BLOCKS[1:]}

    def cells(blocks: tuple[str, ...], columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"{block}.{column}" for block in blocks for column in columns)

    made = {
        name: Measure("ratio", cells(blocks, RESULTS), "resolved", RESOLVED, 100.0)
        for name, blocks in subjects.items()
    }
    for name, blocks in (subjects | {"challenges": BLOCKS}).items():
        above = cells(blocks, ("corrected",))
        made[f"corrected.{name}"] = Measure("share", above, "decided", cells(blocks, DECIDED))
        every = cells(blocks, RESULTS)
        made[f"corrected_of_all.{name}"] = Measure("share", above, "challenges", every)
    return made


def normative_turnover(
    corpus: Frames,
    *,
    by: By = (),
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Turnover of normative documents: one row per group and measure, in documents.

    Parameters
    ----------
    corpus, by, confidence, min_n, strict
        As in all statistics, see :mod:`analysis`. None of the form's identities constrains
        these numbers within a year, so that ``strict`` changes nothing.

    Returns
    -------
    polars.DataFrame
        ``issued`` and ``repealed`` per document in force at the end of the year. Only table 2
        of the 2021 edition has these numbers; reports on the older one are left out as
        ``absent``. Columns as :mod:`analysis.flows` says.
    """
    names = (*TURNOVER, "in_force")
    parts = {name: part("proactive", "normative_documents", name) for name in names}
    return _measured(corpus, TURNOVER, parts, by, confidence, min_n, strict=strict)


def fees(
    corpus: Frames,
    *,
    by: By = (),
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Administrative fees charged: one row per group, in yuan.

    Parameters
    ----------
    corpus, by, confidence, min_n, strict
        As in :func:`normative_turnover`; ``min_n`` counts reports.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``amount``, the sum; ``median`` and ``largest`` of a report;
        ``count`` reports with an amount above 0, ``denominator`` (``reports``), ``n`` and
        ``share`` with ``low`` and ``high`` (Wilson); ``confidence``, ``small``, ``min_n``; the
        account of the reports. Only the 2021 edition has an amount; these are all fees that the
        agency charges, not those for information.
    """
    by, amount = grouping(by), pl.col("amount")
    parts = {"amount": part("proactive", "fees", "amount")}
    above = {"count": (amount > 0).cast(pl.Int64)}
    rows = observe(corpus, parts, by=by, strict=strict).with_columns(**above).collect()
    rows = leave_out(rows, by)
    used = pl.when(USED).then(amount)
    spread = (used.median().alias("median"), used.max().alias("largest"))
    middle = rows.group_by(by).agg(spread) if by else rows.select(spread)
    sums = total(rows.lazy(), ("amount", "count"), by).with_columns(
        n=pl.when(pl.col("n_reports") > 0).then("n_reports"), denominator=pl.lit("reports")
    )
    how: Literal["left", "cross"] = "left" if by else "cross"
    sums = sums.join(middle, on=by or None, how=how, nulls_equal=True, maintain_order="left")
    limits = wilson(sums["count"], sums["n"], confidence=confidence)
    return sums.with_columns(floats(("low", "high"), limits)).select(
        *(*by, "amount", "median", "largest", "count", "denominator", "n"),
        quotient().alias("share"),
        *("low", "high"),
        *ending(min_n, confidence),
    )


def _measured(
    corpus: Frames,
    measures: Mapping[str, Measure],
    parts: Mapping[str, Part],
    by: By,
    confidence: float,
    min_n: int,
    *,
    strict: bool,
) -> pl.DataFrame:
    """One row per group and measure, each on the reports that have all its cells."""
    by = grouping(by)
    bases = {
        f"{name}:fate": tuple(dict.fromkeys((*one.above, *one.below)))
        for name, one in measures.items()
    }
    sums = gather_each(corpus, parts, bases, by, strict=strict)
    frames = (
        divided(sums[f"{name}:fate"].with_row_index("group"), one, confidence).with_columns(
            measure=pl.lit(name)
        )
        for name, one in measures.items()
    )
    every = pl.concat(frames, how="diagonal").sort("group", maintain_order=True)
    return every.select(
        *(*by, "measure", "quotient", "count", "denominator", "n"),
        *("per", "value", "low", "high", "reason"),
        *ending(min_n, confidence),
    )


def divided(sums: pl.DataFrame, one: Measure, confidence: float) -> pl.DataFrame:
    """Value of a measure with its limits, and why there is none."""
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
        quotient=pl.lit(one.kind),
        count=count,
        denominator=pl.lit(one.denominator),
        n=n,
        per=pl.lit(one.per),
        value=pl.when(reason.is_null()).then(one.per * count / n),
        reason=reason,
    )
    interval = wilson if one.kind == "share" else poisson_ratio
    known = sums.select(pl.when(pl.col("reason").is_null()).then(pl.col("count", "n")))
    limits = interval(known["count"], known["n"], confidence=confidence)
    return sums.with_columns(floats(("low", "high"), one.per * np.array(limits)))
