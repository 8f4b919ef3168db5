"""What becomes of the year's work: backlog, disputes, documents issued, fees."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analysis.intervals import wilson
from analysis.measures import Measure, measure
from analysis.observations import By, Frames, Part, grouping, observe, part, total
from analysis.results import MIN_N, ending, floats, quotient
from analysis.shares import OUTCOMES, composition
from toolkit.form import form

RESOLVED: Final = OUTCOMES["resolved"]

FLOW: Final = {
    "carry_over": Measure("share", ("carried_forward",), "at_hand", ("received", "carried_in")),
    "clearance": Measure("ratio", RESOLVED, "received", ("received",)),
    "backlog": Measure("ratio", ("carried_forward",), "carried_in", ("carried_in",)),
    "disposition_days": Measure("ratio", ("carried_forward",), "resolved", RESOLVED, 365.0),
}
"""Measures of :func:`flow`."""

BLOCKS: Final = tuple(item.code for item in form().rows("challenges"))
RECONSIDERATION, *LITIGATION = BLOCKS
DECIDED: Final = ("upheld", "corrected", "other")
TURNOVER: Final = ("issued", "repealed")


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
        what is carried forward takes at the year's pace. Columns as
        :func:`analysis.measures.measure` says.
    """
    rows = ("received", "carried_in", "carried_forward")
    parts = {row: part("applications", row, column) for row in rows}
    parts |= composition("resolved", column=column)
    return measure(corpus, FLOW, parts, by=by, confidence=confidence, min_n=min_n, strict=strict)


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
        :func:`analysis.measures.measure` says.
    """
    results = (*DECIDED, "pending")
    parts: dict[str, Part] = composition("resolved")
    parts |= {f"{b}.{c}": part("challenges", b, c) for b in BLOCKS for c in results}
    subjects = {"reconsideration": [RECONSIDERATION], "litigation": LITIGATION}
    measures = {
        name: Measure("ratio", _cells(blocks, results), "resolved", RESOLVED, 100.0)
        for name, blocks in subjects.items()
    }
    for name, blocks in (subjects | {"challenges": list(BLOCKS)}).items():
        corrected = _cells(blocks, ("corrected",))
        for prefix, below, columns in (
            ("corrected", "decided", DECIDED),
            ("corrected_of_all", "challenges", results),
        ):
            measures[f"{prefix}.{name}"] = Measure(
                "share", corrected, below, _cells(blocks, columns)
            )
    return measure(
        corpus, measures, parts, by=by, confidence=confidence, min_n=min_n, strict=strict
    )


def documents(
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
        ``absent``. Columns as :func:`analysis.measures.measure` says.
    """
    names = (*TURNOVER, "in_force")
    parts = {name: part("proactive", "normative_documents", name) for name in names}
    measures = {name: Measure("ratio", (name,), "in_force", ("in_force",)) for name in TURNOVER}
    return measure(
        corpus, measures, parts, by=by, confidence=confidence, min_n=min_n, strict=strict
    )


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
        As in :func:`documents`; ``min_n`` counts reports.

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
    observed = observe(
        corpus, {"amount": part("proactive", "fees", "amount")}, by=by, strict=strict
    ).with_columns(count=(amount > 0).cast(pl.Int64))
    used = observed.filter(pl.col("left_out").is_null())
    spread = (amount.median().alias("median"), amount.max().alias("largest"))
    middle = (used.group_by(by).agg(*spread) if by else used.select(*spread)).collect()
    sums = total(observed, ("amount", "count"), by)
    sums = (
        sums.join(middle, on=by, how="left", nulls_equal=True, maintain_order="left")
        if by
        else sums.hstack(middle)
    ).with_columns(n=pl.when(pl.col("n_reports") > 0).then("n_reports"))
    limits = wilson(sums["count"], sums["n"], confidence=confidence)
    return sums.with_columns(floats(("low", "high"), limits)).select(
        *(*by, "amount", "median", "largest", "count"),
        pl.lit("reports").alias("denominator"),
        "n",
        quotient().alias("share"),
        *("low", "high"),
        pl.lit(confidence).alias("confidence"),
        *ending(min_n),
    )


def _cells(blocks: Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{block}.{column}" for block in blocks for column in columns)
