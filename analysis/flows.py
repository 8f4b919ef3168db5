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

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from analysis.observations import USED, By, Frames, grouping, leave_out, observe, part, total
from analysis.results import MIN_N, Measure, ending, measured, quotients
from analysis.shares import OUTCOMES, composition
from toolkit.form import form

RESOLVED: Final = OUTCOMES["resolved"]
FLOW: Final = (
    Measure("carry_over", "share", ("carried_forward",), "at_hand", ("received", "carried_in")),
    Measure("clearance", "ratio", RESOLVED, "received", ("received",)),
    Measure("backlog", "ratio", ("carried_forward",), "carried_in", ("carried_in",)),
    Measure("disposition_days", "ratio", ("carried_forward",), "resolved", RESOLVED, 365.0),
)
"""Measures of :func:`flow`."""

BLOCKS: Final = tuple(item.code for item in form().rows("challenges"))
DECIDED: Final = ("upheld", "corrected", "other")
RESULTS: Final = (*DECIDED, "pending")
TURNOVER: Final = tuple(
    Measure(name, "ratio", (name,), "in_force", ("in_force",)) for name in ("issued", "repealed")
)
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
    return quotients(corpus, FLOW, parts, by, confidence, min_n, strict=strict)


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
    return quotients(corpus, tuple(_disputes()), parts, by, confidence, min_n, strict=strict)


def _disputes() -> Iterator[Measure]:
    """Measures of :func:`disputes`."""
    subjects = {"reconsideration": BLOCKS[:1], "litigation": BLOCKS[1:]}

    def cells(blocks: Iterable[str], columns: Iterable[str]) -> list[str]:
        return [f"{block}.{column}" for block in blocks for column in columns]

    for name, blocks in subjects.items():
        yield Measure(name, "ratio", cells(blocks, RESULTS), "resolved", RESOLVED, 100.0)
    for name, blocks in (subjects | {"challenges": BLOCKS}).items():
        above, decided = cells(blocks, ("corrected",)), cells(blocks, DECIDED)
        yield Measure(f"corrected.{name}", "share", above, "decided", decided)
        every = cells(blocks, RESULTS)
        yield Measure(f"corrected_of_all.{name}", "share", above, "challenges", every)


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
    names = ("issued", "repealed", "in_force")
    parts = {name: part("proactive", "normative_documents", name) for name in names}
    return quotients(corpus, TURNOVER, parts, by, confidence, min_n, strict=strict)


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
    above = {"above": (amount > 0).cast(pl.Int64)}
    rows = observe(corpus, parts, by=by, strict=strict).with_columns(**above).collect()
    rows = leave_out(rows, by)
    used = pl.when(USED).then(amount)
    spread = (used.median().alias("median"), used.max().alias("largest"))
    middle = rows.group_by(by).agg(spread).sort(by, nulls_last=True)
    sums = total(rows.lazy(), ("amount", "above"), by).with_columns(
        middle.select("median", "largest")
    )
    sums = sums.with_columns(used=pl.when(pl.col("n_reports") > 0).then("n_reports"))
    charging = Measure("fees", "share", ("above",), "reports", ("used",))
    return measured([((charging,), sums)], confidence).select(
        *(*by, "amount", "median", "largest", "count", "denominator", "n"),
        pl.col("value").alias("share"),
        *("low", "high"),
        *ending(min_n, confidence),
    )
