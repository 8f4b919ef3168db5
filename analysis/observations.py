"""From the toolkit's frames to one row a report: what a statistic may use, and what it may not.

A report enters a statistic whole or not at all: if one of the cells that the statistic needs
has no number, the report is left out and counted under its reason. Nothing here turns a
blank into a zero.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import polars as pl

from toolkit.check import cell_name, instances, verdict_names
from toolkit.errors import ParameterError
from toolkit.form import Form, forms
from toolkit.schema import STATE, STATES, VERDICT, VERDICTS, Frame

Part = tuple[tuple[str, ...], ...]
"""Names of the cells whose sum is one quantity; more than one set where the editions differ."""

NO_NUMBER: Final = tuple(state for state in STATES if state != "reported")
NOT_HOLDING: Final = tuple(verdict for verdict in VERDICTS if verdict != "holds")
REASONS: Final = pl.Enum((*NO_NUMBER, *NOT_HOLDING))

ACCOUNT: Final = (
    "first_year",
    "last_year",
    "n_reports",
    *(f"n_{verdict}" for verdict in NOT_HOLDING),
    "n_left_out",
    *(f"left_out_{reason}" for reason in REASONS.categories),
)
"""Columns by which every result says what it rests on; see :func:`total`."""


class Frames(Protocol):
    """What a statistic needs of a corpus: three frames as declared in ``toolkit.schema``.

    If it also has ``wide``, one row per report with a column and a ``:state`` for each cell as
    :class:`toolkit.storage.store.Store` has it, that is read instead of the three, which is faster.
    """

    @property
    def reports(self) -> Frame:
        """One row per report; a report that is not here is not in the statistic."""

    @property
    def cells(self) -> Frame:
        """One row per (report_id, table, item, column)."""

    @property
    def checks(self) -> Frame:
        """One row per identity instance."""


def part(table: str, item: str, column: str) -> Part:
    """Cells that make up an item in one column: its own, or its rows' if it is a heading.

    Where an edition prints one row and another splits it, both sets are given; an edition that
    has no such cells has no set.

    Raises
    ------
    ParameterError
        If no edition has such cells.
    """
    sets = []
    for made in forms():
        inside = made.children(table, item) if _has(made, table, item) else ()
        if inside and all(column in made.item(table, row).columns for row in inside):
            sets.append(tuple(cell_name(table, row, column) for row in inside))
    if not sets:
        raise ParameterError(f"column: {item!r} of table {table!r} has no {column!r}")
    return tuple(dict.fromkeys(sets))


def _has(made: Form, table: str, item: str) -> bool:
    return any((one.table, one.code) == (table, item) for one in made.items)


def grouping(by: str | Sequence[str]) -> tuple[str, ...]:
    """Columns to group by as a tuple: one name, several, or none for all reports together."""
    return (by,) if isinstance(by, str) else tuple(by)


def observe(
    corpus: Frames, parts: Mapping[str, Part], *, by: Sequence[str] = (), strict: bool = False
) -> pl.LazyFrame:
    """One row per report: its groups, one count per part, and why it is left out if it is.

    Parameters
    ----------
    corpus
        Anything with ``reports``, ``cells`` and ``checks``.
    parts
        Name of each quantity and the cells that add up to it.
    by
        Columns of ``reports`` to keep.
    strict
        Leave out a report if an identity that one of these cells enters fails or is unknown.

    Returns
    -------
    polars.LazyFrame
        ``report_id``, ``year``, ``by``, the parts (null if a cell of theirs has no number),
        ``verdict`` and ``left_out`` (null if the report is used).

    Raises
    ------
    ParameterError
        If ``reports`` has no column of a name in ``by``.
    """
    cells = tuple(dict.fromkeys(c for sets in parts.values() for names in sets for c in names))
    groups = tuple(dict.fromkeys(("report_id", "year", *by)))
    # States and verdicts are told by their place in STATES and REASONS: numbers are fast.
    reason = pl.max_horizontal(_state(sets) for sets in parts.values())
    # A number that is said to be reported and is not there was lost: never count it as one.
    lost = pl.any_horizontal(_count(sets).is_null() for sets in parts.values()) & (reason == 0)
    reason = pl.when(lost).then(STATES.index("unreadable")).otherwise(reason)
    if strict:
        doubt = pl.col("verdict").to_physical() + len(NO_NUMBER)
        failing = pl.when(pl.col("verdict") != "holds").then(doubt)
        reason = pl.when(reason == 0).then(failing).otherwise(reason)
    return printed(corpus, groups, cells).select(
        *groups,
        *(_count(sets).alias(name) for name, sets in parts.items()),
        "verdict",
        pl.when(reason > 0).then(reason - 1).cat.to(REASONS).alias("left_out"),
    )


def total(observations: pl.LazyFrame, parts: Sequence[str], by: Sequence[str]) -> pl.DataFrame:
    """One row per group: the sum of each part over the reports used, and the account of them.

    A sum over no report is null, not 0. The columns in :data:`ACCOUNT` say on how many
    reports of which years the sums rest, in how many of these an identity fails or is unknown,
    and how many reports were left out for which reason (the gravest, if it has several).
    """
    keys = tuple(dict.fromkeys((*by, "left_out", "verdict")))
    year = pl.col("year")
    # First the reports that are alike in this, of which there are few kinds.
    alike = (
        observations.group_by(keys)
        .agg(
            pl.col(parts).sum(),
            pl.len().cast(pl.Int64),
            first_year=year.min(),
            last_year=year.max(),
        )
        .collect(engine="streaming")
    )
    used, n = pl.col("left_out").is_null(), pl.col("len")
    sums = (pl.when(used.any()).then(pl.col(p).filter(used).sum()).alias(p) for p in parts)
    account = (
        pl.col("first_year").filter(used).min(),
        pl.col("last_year").filter(used).max(),
        n.filter(used).sum().alias("n_reports"),
        *(n.filter(used & (pl.col("verdict") == v)).sum().alias(f"n_{v}") for v in NOT_HOLDING),
        n.filter(~used).sum().alias("n_left_out"),
        *(
            n.filter(pl.col("left_out") == r).sum().alias(f"left_out_{r}")
            for r in REASONS.categories
        ),
    )
    if by:
        return alike.group_by(by).agg(*sums, *account).sort(by, nulls_last=True)
    return alike.select(*sums, *account)


def together(groups: pl.DataFrame) -> dict[str, Any]:
    """Account of several groups of :func:`total` as one."""
    years = {"first_year": pl.col("first_year").min(), "last_year": pl.col("last_year").max()}
    sums = (pl.col(name).sum() for name in ACCOUNT if name not in years)
    return groups.select(*sums, **years).row(0, named=True)


def printed(corpus: Frames, groups: Sequence[str], cells: Sequence[str]) -> pl.LazyFrame:
    """One row per report: ``groups``, ``value:`` and ``state:`` of each cell, and ``verdict``."""
    subjects = _subjects(cells)
    reports = corpus.reports.lazy()
    known = reports.collect_schema().names()
    if lost := [name for name in groups if name not in known]:
        raise ParameterError(
            f"by: reports have no column {lost[0]!r}; they have {', '.join(known)}"
        )
    wide: Frame | None = getattr(corpus, "wide", None)
    if wide is not None:
        values = (pl.col(cell).alias(f"value:{cell}") for cell in cells)
        states = (pl.col(f"{cell}:state").alias(f"state:{cell}") for cell in cells)
        return wide.lazy().select(*groups, *values, *states, verdict=_verdict(subjects))
    return (
        reports.select(groups)
        .join(_wide(corpus, cells), on="report_id", how="left", validate="1:1")
        .join(_verdicts(corpus, subjects), on="report_id", how="left", validate="1:1")
        .with_columns(pl.col("verdict").fill_null(_worst(subjects)))
    )


def _wide(corpus: Frames, cells: Sequence[str]) -> pl.LazyFrame:
    """One row per report with a ``value:`` and a ``state:`` column for each cell.

    A cell that a report does not have, for its edition has no such row, is null in both.
    """
    reported = pl.lit("reported", STATE).alias("state")
    wanted = pl.LazyFrame(
        [(*cell.split("."), cell) for cell in cells],
        schema=["table", "item", "column", "cell"],
        orient="row",
    )
    return (
        corpus.cells.lazy()
        # Where a correction gives the number of a cell that was not read, it has one.
        .with_columns(pl.when(pl.col("value").is_null()).then("state").otherwise(reported))
        .join(wanted, on=("table", "item", "column"))
        .pivot(
            "cell",
            on_columns=cells,
            index="report_id",
            values=["value", "state"],
            separator=":",
        )
    )


def _count(sets: Part) -> pl.Expr:
    """Sum of the first set of cells that all have numbers; null if none has."""
    return pl.coalesce(
        pl.sum_horizontal((pl.col(f"value:{cell}") for cell in cells), ignore_nulls=False)
        for cells in sets
    )


def _state(sets: Part) -> pl.Expr:
    """State of a part, by its place in STATES: the worst of its cells.

    Of sets of cells that of the report's own edition is meant; the others are null. A part of
    which nothing is known is ``absent``.
    """
    worst = (
        pl.max_horizontal(pl.col(f"state:{cell}").to_physical() for cell in cells) for cells in sets
    )
    return pl.min_horizontal(worst).fill_null(STATES.index("absent"))


def _subjects(cells: Sequence[str]) -> list[tuple[str, str]]:
    """List each (identity, subject) of which one of these cells is a term."""
    wanted = set(cells)
    found = (
        (instance.identity, instance.subject)
        for made in forms()
        for instance in instances(made)
        if wanted.intersection(instance.lhs + instance.rhs)
    )
    return list(dict.fromkeys(found))


def _worst(subjects: Sequence[tuple[str, str]]) -> pl.Expr:
    """Verdict on a report of which none of these subjects is known."""
    return pl.lit("unknown" if subjects else "holds", VERDICT)


def _verdict(subjects: Sequence[tuple[str, str]]) -> pl.Expr:
    """Whether a report of a wide frame holds for all these subjects; see :func:`_verdicts`."""
    names = [verdict_names()[subject] for subject in subjects]
    if not names:
        return _worst(subjects)
    holds, fails, _ = (pl.lit(v, VERDICT) for v in VERDICTS)
    return (
        pl.when(pl.any_horizontal(pl.col(names) == fails))
        .then(fails)
        .when(pl.max_horizontal(pl.col(names).to_physical()) == 0)
        .then(holds)
        .otherwise(pl.lit("unknown", VERDICT))
    )


def _verdicts(corpus: Frames, subjects: Sequence[tuple[str, str]]) -> pl.LazyFrame:
    """One row per report: whether it holds for all these subjects, fails for one, or neither."""
    schema = {"identity": pl.String, "subject": pl.String}
    verdict = pl.col("verdict")
    return (
        corpus.checks.lazy()
        .join(pl.LazyFrame(subjects, schema, orient="row"), on=list(schema), how="semi")
        .group_by("report_id")
        .agg(
            pl.when((verdict == "fails").any())
            .then(pl.lit("fails"))
            .when((verdict == "holds").all())
            .then(pl.lit("holds"))
            .otherwise(pl.lit("unknown"))
            .cast(VERDICT)
            .alias("verdict")
        )
    )
