"""Cells + Form -> checks: the identities of the form, with three-valued verdicts.

Every identity is a bare expression over a wide frame (one row a report, one column a cell),
so that a country's reports are checked as fast as a single one. A null term makes both its
side and the verdict unknown: Polars' ``+`` keeps nulls, unlike its sums.
"""

from collections.abc import Iterator
from functools import cache, reduce
from operator import add
from typing import Final, NamedTuple

import polars as pl

from toolkit.form import Form, Identity, forms
from toolkit.schema import CHECKS, VERDICT

SINGLE: Final = ("applications", "otherwise")
STATE_SUFFIX: Final = ":state"
"""What follows a cell's name in the name of its state's wide column."""


class Instance(NamedTuple):
    """An identity for one subject: names of wide columns on either side."""

    identity: str
    subject: str
    lhs: tuple[str, ...]
    rhs: tuple[str, ...]


def cell_name(table: str, item: str, column: str) -> str:
    """Name of a cell's column in a wide frame."""
    return f"{table}.{item}.{column}"


@cache
def instances(made: Form) -> tuple[Instance, ...]:
    """Every identity of an edition for every subject it holds for."""
    return tuple(_instances(made))


def _instances(made: Form) -> Iterator[Instance]:
    for identity in made.identities:
        items = made.rows(identity.table)
        by_column = identity.subject == "column"
        for subject in items[0].columns if by_column else [item.code for item in items]:
            sides = (_cells(made, identity, side, subject) for side in (identity.lhs, identity.rhs))
            yield Instance(identity.code, subject, *sides)


def _cells(made: Form, identity: Identity, side: tuple[str, ...], subject: str) -> tuple[str, ...]:
    table = identity.table
    if identity.subject == "column":
        rows = (row for term in side for row in made.children(table, term))
        return tuple(cell_name(table, row, subject) for row in rows)
    return tuple(cell_name(table, subject, column) for column in side)


@cache
def verdict_names() -> dict[tuple[str, str], str]:
    """Name of the wide column of each (identity, subject) of any edition."""
    every = ((one.identity, one.subject) for made in forms() for one in instances(made))
    return {key: f"{'.'.join(key)}:verdict" for key in every}


def widen_verdicts(checks: pl.DataFrame) -> pl.DataFrame:
    """One row a report, one column an identity instance within it; null: not in its edition."""
    name = pl.concat_str("identity", "subject", separator=".") + ":verdict"
    keyed = checks.select("report_id", "verdict", name=name)
    return keyed.pivot(
        "name", on_columns=list(verdict_names().values()), index="report_id", values="verdict"
    )


def widen(cells: pl.DataFrame) -> pl.DataFrame:
    """One row a report, one Int64 column a cell; null is "no number", whatever the state."""
    keyed = cells.select(
        "report_id",
        pl.concat_str("table", "item", "column", separator=".").alias("cell"),
        "value",
    )
    return keyed.pivot(on="cell", index="report_id", values="value", aggregate_function=None)


def check(cells: pl.DataFrame) -> pl.DataFrame:
    """Verdicts on every identity instance of every report; null sides are unknown terms.

    Parameters
    ----------
    cells
        Frame of :data:`toolkit.schema.CELLS`; each report with every cell of its edition.

    Returns
    -------
    polars.DataFrame
        Frame of :data:`toolkit.schema.CHECKS`, in the order of the reports and the form.
    """
    if cells.is_empty():
        return CHECKS.to_frame()
    # A report's table 3 is of the edition of its rows under (6), whatever its table 2 is.
    single = (pl.col("table") == SINGLE[0]) & (pl.col("item") == SINGLE[1])
    old = cells.filter(single)["report_id"].unique().implode()
    is_old = pl.col("report_id").is_in(old)
    ids = cells.select("report_id").unique(maintain_order=True).with_row_index("order")
    frames = []
    for made in forms():
        has_single = made.item(*SINGLE).role == "row"
        part = cells.filter(is_old if has_single else ~is_old)
        if not part.is_empty():
            frames.append(_verdicts(widen(part), made))
    found = pl.concat(frames).join(ids, on="report_id", how="left")
    return found.sort("order", "instance").select(CHECKS.names()).cast(CHECKS)


def _verdicts(wide: pl.DataFrame, made: Form) -> pl.DataFrame:
    have = set(wide.columns)
    frames = []
    for number, instance in enumerate(instances(made)):
        lhs, rhs = (_sum(side, have) for side in (instance.lhs, instance.rhs))
        frames.append(
            wide.lazy().select(
                "report_id",
                pl.lit(instance.identity).alias("identity"),
                pl.lit(instance.subject).alias("subject"),
                lhs.alias("lhs"),
                rhs.alias("rhs"),
                (lhs - rhs).alias("delta"),
                verdict(lhs, rhs).alias("verdict"),
                pl.lit(number).alias("instance"),
            )
        )
    return pl.concat(pl.collect_all(frames))


def _sum(names: tuple[str, ...], have: set[str]) -> pl.Expr:
    terms = (pl.col(name) if name in have else pl.lit(None, dtype=pl.Int64) for name in names)
    return reduce(add, terms)


def verdict(lhs: pl.Expr, rhs: pl.Expr) -> pl.Expr:
    """``holds``, ``fails``, or ``unknown`` where a side is null."""
    equal = lhs == rhs
    return (
        pl.when(equal.is_null())
        .then(pl.lit("unknown"))
        .when(equal)
        .then(pl.lit("holds"))
        .otherwise(pl.lit("fails"))
        .cast(VERDICT)
    )
