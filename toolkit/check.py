"""Cells + Form -> checks: the form's identities and the prose's claims, with verdicts.

An identity is a sum of cells on each side. A missing term makes its side and the verdict
unknown: Polars sums null as 0, so terms are counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from hashlib import sha256
from itertools import starmap
from operator import or_
from typing import Final, NamedTuple

import polars as pl

from toolkit.form import CellKey, Form, forms, rows
from toolkit.schema import CELL, CHECKS, VERDICT, VERDICTS, Frame

PROSE: Final = "prose_"
"""What the code of an identity between prose and tables begins with."""
STATE_SUFFIX: Final = ":state"
"""What follows a cell's name in the name of its state's wide column."""
_SINGLE: Final = ("applications", "otherwise")
_POWERS: Final = 10


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
def cell_names() -> dict[str, CellKey]:
    """Name of every cell of any edition, ``applications.granted.total``, and its key."""
    return {cell_name(*key): key for made in forms() for key in made.cells()}


@cache
def instances(made: Form) -> tuple[Instance, ...]:
    """Every identity of an edition for every subject it holds for."""
    return tuple(_instances(made))


def _instances(made: Form) -> Iterator[Instance]:
    for identity in made.identities:
        items = made.rows(identity.table)
        by_column = identity.subject == "column"
        for subject in items[0].columns if by_column else [item.code for item in items]:
            sides = ([*starmap(cell_name, side)] for side in made.sides(identity, subject))
            yield Instance(identity.code, subject, *map(tuple, sides))


def contradicted(numbers: Mapping[CellKey, int], made: Form) -> set[CellKey]:
    """Cells that some identity within the report fails for, and none holds for."""
    of: dict[bool, set[CellKey]] = {True: set(), False: set()}
    for one in instances(made):
        lhs, rhs = ([cell_names()[name] for name in side] for side in (one.lhs, one.rhs))
        if numbers.keys() >= {*lhs, *rhs}:
            left, right = (sum(numbers[key] for key in side) for side in (lhs, rhs))
            of[left == right].update(lhs, rhs)
    return of[False] - of[True]


@cache
def verdict_bits() -> dict[tuple[str, str], int]:
    """Bit of each (identity, subject) of any edition; a store has them in this order."""
    every = ((one.identity, one.subject) for made in forms() for one in instances(made))
    return {key: 1 << place for place, key in enumerate(dict.fromkeys(every))}


@cache
def verdict_columns() -> tuple[str, ...]:
    """Names of the columns of sets of verdicts, as ``VERDICTS`` has them.

    They tell in which order the bits are: in what another codebook's identities were written to
    there is no such column, and a verdict is not known.
    """
    order = "\n".join(map(".".join, verdict_bits())).encode()
    return tuple(f"{verdict}:{sha256(order).hexdigest()[:8]}" for verdict in VERDICTS)


def verdict_mask(cells: Iterable[str]) -> int:
    """Bits of all that one of these cells, named as in a wide frame, is a term of."""
    wanted = set(cells)
    bits = (
        verdict_bits()[one.identity, one.subject]
        for made in forms()
        for one in instances(made)
        if wanted.intersection(one.lhs + one.rhs)
    )
    return reduce(or_, bits, 0)


def verdict_sets(checks: Frame) -> pl.LazyFrame:
    """One row a report, one column a verdict: the bits of all that has it within the report."""
    bits = [(*key, bit) for key, bit in verdict_bits().items()]
    on = {"identity": pl.String(), "subject": pl.String()}
    sets = (
        pl.col("bit").filter(verdict=verdict).bitwise_or().fill_null(0).alias(name)
        for verdict, name in zip(VERDICTS, verdict_columns(), strict=True)
    )
    return (
        checks.lazy()
        .join(pl.LazyFrame(bits, on | {"bit": pl.UInt64()}, orient="row"), on=list(on))
        .group_by("report_id")
        .agg(sets)
    )


def widen(cells: Frame, names: Sequence[str]) -> pl.LazyFrame:
    """One row a report, two columns for each of these cells: its number, and its ``:state``.

    A state is its place among :data:`toolkit.schema.STATES`, for numbers are fast. Both are null
    if the report has no such cell; one whose number a correction gives is ``reported``.
    """
    state = pl.when(pl.col("value").is_null()).then(pl.col("state").to_physical()).otherwise(0)
    keys = [(*name.split("."), name) for name in names]
    numbers = {f"value:{name}": name for name in names}
    states = {f"state:{name}": f"{name}{STATE_SUFFIX}" for name in names}
    return (
        cells.lazy()
        .with_columns(state=state)
        .join(pl.LazyFrame(keys, [*CELL, "name"], orient="row"), on=CELL)
        .pivot(
            "name", on_columns=names, index="report_id", values=["value", "state"], separator=":"
        )
        .rename(numbers | states)
    )


def editions(cells: pl.DataFrame) -> pl.DataFrame:
    """Reports in their order, and whether the table 3 of each is of the ``old`` edition.

    It is of the edition of its rows under (6), whatever its table 2 is.
    """
    single = (pl.col("table") == _SINGLE[0]) & (pl.col("item") == _SINGLE[1])
    found = cells.group_by("report_id", maintain_order=True).agg(old=single.any())
    return found.with_row_index("order")


@cache
def report_terms() -> pl.DataFrame:
    """Cells of every identity within a report, by the edition of its table 3: one row each.

    ``instance`` numbers an edition's identities and subjects in the form's order; ``sign`` is
    -1 for a cell on the right-hand side.
    """
    found = [
        (made.item(*_SINGLE).role == "row", number, *instance[:2], sign, *cell.split("."))
        for made in forms()
        for number, instance in enumerate(instances(made))
        for sign, side in ((1, instance.lhs), (-1, instance.rhs))
        for cell in side
    ]
    names = ["old", "instance", "identity", "subject", "sign", *CELL]
    return pl.DataFrame(found, schema=names, orient="row")


def check(cells: pl.DataFrame) -> pl.DataFrame:
    """Verdicts on every identity instance of every report, in the order of these and the form.

    A frame of :data:`toolkit.schema.CHECKS`, from one of :data:`toolkit.schema.CELLS`, each report
    with every cell of its edition; null sides are unknown terms.
    """
    lhs, rhs = (total(pl.col("value").filter(pl.col("sign") == sign)) for sign in (1, -1))
    printed = cells.lazy().select("report_id", *CELL, "value")
    return (
        editions(cells)
        .lazy()
        .join(report_terms().lazy(), on="old")
        .join(printed, on=("report_id", *CELL), how="left")
        .group_by("order", "instance", "report_id", "identity", "subject")
        .agg(lhs=lhs, rhs=rhs)
        .sort("order", "instance")
        .with_columns(
            delta=pl.col("lhs") - pl.col("rhs"), verdict=verdict(pl.col("lhs") == pl.col("rhs"))
        )
        .select(CHECKS.names())
        .collect()
        .cast(CHECKS)
    )


def total(values: pl.Expr) -> pl.Expr:
    """Sum of values; null if one is."""
    return pl.when(values.null_count() == 0).then(values.sum())


def verdict(holds: pl.Expr) -> pl.Expr:
    """``holds``, ``fails``, or ``unknown`` where it is null whether it does."""
    told = {True: "holds", False: "fails"}
    return holds.replace_strict(told, default="unknown", return_dtype=VERDICT)


def prose_checks(claimed: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Verdicts on what the prose claims against the totals of tables 3 and 4.

    One row per report and claim that has a counterpart in the tables: ``lhs`` is the prose's
    figure, ``rhs`` the table's, null where a term of it is not reported; ``subject`` names the
    rows it was compared with. An approximate figure holds up to the next step of its last
    digit and is unknown beyond. Received may be said with or without what was carried in;
    either agreeing counts. Where the prose states several figures for the same thing, one
    agreeing counts, and none agreeing is unknown, for they may be of different things.
    """
    ids = claimed.select("report_id").unique(maintain_order=True).with_row_index("order")
    totals = (
        cells.join(prose_terms(), on=CELL)
        .group_by("report_id", "identity", "subject")
        .agg(rhs=total(pl.col("value")))
    )
    judged = (
        claimed.select("report_id", "approximate", identity=PROSE + pl.col("claim"), lhs="value")
        .unique()
        .join(totals, on=["report_id", "identity"])
        .with_columns(_agreement())
        .sort(pl.col("verdict").to_physical(), pl.col("subject").str.len_chars(), "lhs")
    )
    alike = (pl.struct("lhs", "approximate").n_unique() == 1) & (
        pl.col("verdict") != "unknown"
    ).all()
    best = judged.group_by("report_id", "identity").agg(pl.all().first(), alike=alike)
    sure = pl.col("alike") | (pl.col("verdict") == "holds")
    known = prose_terms()["identity"].unique(maintain_order=True)
    return (
        best.join(ids, on="report_id")
        .sort("order", pl.col("identity").cast(pl.Enum(known)))
        .with_columns(
            delta=pl.col("lhs") - pl.col("rhs"),
            verdict=pl.when(sure).then("verdict").otherwise(pl.lit("unknown", VERDICT)),
        )
        .select(CHECKS.names())
    )


def _agreement() -> pl.Expr:
    """Verdict on the prose's ``lhs`` against the table's ``rhs``."""
    lhs, rhs = pl.col("lhs"), pl.col("rhs")
    steps = (pl.when(lhs % 10**n == 0).then(10**n).otherwise(1) for n in range(_POWERS))
    beyond = pl.col("approximate") & (rhs >= lhs + pl.max_horizontal(*steps))
    within = pl.col("approximate") & (rhs > lhs) & ~beyond
    return (
        pl.when(within)
        .then(pl.lit("holds", VERDICT))
        .when(~beyond)
        .then(verdict(lhs == rhs))
        .otherwise(pl.lit("unknown", VERDICT))
        .alias("verdict")
    )


@cache
def prose_terms() -> pl.DataFrame:
    """Cells whose sum a claim is compared with, as :func:`report_terms`: totals of rows."""
    compared = [(r["claim"], r["table"], r["items"].split()) for r in rows("claims") if r["table"]]
    # Applications received may be said with or without those carried in.
    table = {claim: table for claim, table, _ in compared}
    compared.insert(1, ("received", table["received"], ["received", "carried_in"]))
    found = dict.fromkeys(
        (PROSE + claim, "+".join(items), -1, table, row, "total")
        for claim, table, items in compared
        for item in items
        for made in forms()
        for row in made.children(table, item)
    )
    return pl.DataFrame(list(found), schema=["identity", "subject", "sign", *CELL], orient="row")
