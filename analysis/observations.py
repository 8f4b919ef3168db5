"""From the toolkit's frames to one row a report: what a statistic may use, and what it may not.

A report enters a statistic whole or not at all: if one of the cells that the statistic needs
has no number, the report is left out and counted under its reason. So is a report that another
document repeats, or contradicts (``standing``), and one whose cases are in the report of its
region, which is added up with it. Nothing here turns a blank into a zero.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import chain
from operator import add
from typing import Final, Protocol

import polars as pl

from analysis.regions import included
from toolkit.check import cell_name, verdict_columns, verdict_mask, verdict_sets, widen
from toolkit.errors import ParameterError
from toolkit.form import forms
from toolkit.schema import STANDINGS, STATE, STATES, VERDICTS, Frame
from toolkit.years import PLACE, located

Part = tuple[tuple[str, ...], ...]
"""Names of the cells whose sum is one quantity; more than one set where the editions differ."""

By = str | Sequence[str]
"""Columns of ``reports`` to group by: one name, several, or none for all reports together."""

NO_NUMBER: Final = tuple(state for state in STATES if state != "reported")
NOT_HOLDING: Final = tuple(verdict for verdict in VERDICTS if verdict != "holds")
NOT_COUNTING: Final = tuple(standing for standing in STANDINGS if standing != "counts")
REASONS: Final = (*NO_NUMBER, *NOT_HOLDING, *NOT_COUNTING, "included")
LEFT_OUT: Final = tuple(f"left_out_{reason}" for reason in REASONS)
FATE: Final = pl.Enum((*VERDICTS, *LEFT_OUT))
"""What becomes of a report: it is used, with this verdict on its identities, or left out."""
USED: Final = pl.col("fate") <= pl.lit(VERDICTS[-1], FATE)

# Inside, states and verdicts are told by their places in these lists: numbers are fast.
UNREADABLE, ABSENT = (pl.lit(STATES.index(state), pl.UInt8) for state in ("unreadable", "absent"))
HOLDS, FAILS, UNKNOWN = (pl.lit(code, pl.UInt8) for code in range(len(VERDICTS)))

ACCOUNT: Final = (
    *("first_year", "last_year", "n_reports"),
    *(f"n_{verdict}" for verdict in NOT_HOLDING),
    *("n_left_out", *LEFT_OUT),
)
"""Columns by which every result says what it rests on; see :func:`total`."""


class Frames(Protocol):
    """What a statistic needs of a corpus: three frames as declared in ``toolkit.schema``.

    Every :class:`toolkit.Corpus` is one. ``coded``, one row per report as :class:`toolkit.Store`
    has it, is read instead of the three if it is there, which is faster.
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
    """
    sets = []
    for made in forms():
        known = any((one.table, one.code) == (table, item) for one in made.items)
        inside = made.children(table, item) if known else ()
        if inside and all(column in made.item(table, row).columns for row in inside):
            sets.append(tuple(cell_name(table, row, column) for row in inside))
    if not sets:
        raise ParameterError(f"column: {item!r} of table {table!r} has no {column!r}")
    return tuple(dict.fromkeys(sets))


def grouping(*by: By) -> tuple[str, ...]:
    """Columns to group by, each once: of one name, of several, or of none."""
    return tuple(dict.fromkeys(chain(*((one,) if isinstance(one, str) else one for one in by))))


def observe(
    corpus: Frames,
    parts: Mapping[str, Part],
    *,
    by: Sequence[str] = (),
    strict: bool = False,
    bases: Mapping[str, Sequence[str]] | None = None,
) -> pl.LazyFrame:
    """One row per report: its groups, one count per part, and whether it is used.

    Parameters
    ----------
    corpus, by
        As in every statistic.
    parts
        Name of each quantity and the cells that add up to it.
    strict
        Leave out a report if an identity that one of these cells enters fails or is unknown.
    bases
        Columns of fates and the parts that each rests on; by default ``fate``, all parts.

    Returns
    -------
    polars.LazyFrame
        ``report_id``, ``year``, ``by``, the parts (null if a cell of theirs has no number) and
        each ``fate`` (:data:`FATE`), as far as each report tells; ``reports``, 1; ``area`` and
        ``reach``, by which :func:`total` leaves out what a region's report has.
    """
    bases = {"fate": tuple(parts)} if bases is None else bases
    groups = grouping("report_id", "year", by)
    cells = {name: tuple(chain(*sets)) for name, sets in parts.items()}
    rows = _coded(corpus, groups, tuple(dict.fromkeys(chain(*cells.values()))))
    told: list[pl.Expr] = []
    for basis, used in bases.items():
        told.append(pl.max_horizontal(_state(parts[one]) for one in used).alias(f"{basis}:state"))
        told.append(_verdict(chain(*(cells[one] for one in used))).alias(f"{basis}:verdict"))
    counts = (_count(sets).alias(name) for name, sets in parts.items())
    standing = pl.col("standing").to_physical().alias("fate:standing")
    # What a branch of `when` reads it first copies: the many columns are read before.
    rows = rows.select(*groups, *counts, *PLACE, standing, *told)
    fates = {basis: _fate(basis, used, strict=strict) for basis, used in bases.items()}
    return rows.select(*groups, *parts, *PLACE, reports=pl.lit(1, pl.Int64), **fates)


def _fate(basis: str, parts: Sequence[str], *, strict: bool) -> pl.Expr:
    """Whether a report is used for these parts, and if it is not, the gravest reason."""
    state, fate = pl.col(f"{basis}:state"), pl.col(f"{basis}:verdict")
    # A number that is said to be reported and is not there was lost: never count it as one.
    lost = pl.any_horizontal(pl.col(part).is_null() for part in parts) & (state == 0)
    state = pl.when(lost).then(UNREADABLE).otherwise(state)
    reasons = [(state, NO_NUMBER), (pl.col("fate:standing"), NOT_COUNTING)]
    if strict:
        reasons.insert(0, (fate, NOT_HOLDING))
    for place, names in reasons:
        first = FATE.categories.to_list().index(f"left_out_{names[0]}")
        fate = pl.when(place > 0).then(place - 1 + first).otherwise(fate)
    return fate.cat.to(FATE)


def total(
    observations: pl.LazyFrame,
    parts: Sequence[str],
    by: Sequence[str],
    within: Sequence[str] | None = None,
) -> pl.DataFrame:
    """One row per group: the sum of each part over the reports used, and the account of them.

    A sum over no report is null, not 0. The columns in :data:`ACCOUNT` say on how many
    reports of which years the sums rest, in how many of these an identity fails or is unknown,
    and how many reports were left out for which reason (the gravest, if it has several). One is
    that the report of its region has its cases and is ``within`` the same groups, by default
    ``by``: those over which the sums will be added up.
    """
    within = by if within is None else within
    rows = _alike(observations, parts, (*by, *within, "fate", *PLACE))
    return _total(leave_out(rows, within), parts, by)


def _alike(rows: pl.LazyFrame, parts: Iterable[str], keys: Sequence[str]) -> pl.DataFrame:
    """Add up reports that are alike in all that decides on them, so that few rows are left."""
    keys = grouping(keys, "year")
    return rows.group_by(keys).agg(pl.col("reports", *parts).sum()).collect(engine="streaming")


def _total(rows: pl.DataFrame, parts: Sequence[str], by: Sequence[str]) -> pl.DataFrame:
    """:func:`total` of reports that are alike, those left out that a region's report has."""
    n, year = pl.col("reports"), pl.col("year")
    ends = year.min().alias("first_year"), year.max().alias("last_year")
    rows = rows.group_by(*by, "fate").agg(pl.col("reports", *parts).sum(), *ends)
    sums = (pl.when(USED.any()).then(pl.col(p).filter(USED).sum()).alias(p) for p in parts)
    account = (
        pl.col("first_year").filter(USED).min(),
        pl.col("last_year").filter(USED).max(),
        n.filter(USED).sum().alias("n_reports"),
        *(n.filter(fate=verdict).sum().alias(f"n_{verdict}") for verdict in NOT_HOLDING),
        n.filter(~USED).sum().alias("n_left_out"),
        *(n.filter(fate=reason).sum().alias(reason) for reason in LEFT_OUT),
    )
    return rows.group_by(by).agg(*sums, *account).sort(by, nulls_last=True)


def leave_out(
    rows: pl.DataFrame, within: Sequence[str], fates: Iterable[str] = ("fate",)
) -> pl.DataFrame:
    """Leave out reports whose cases the report of their region has, used in the same group."""
    used = (pl.col(fate) <= pl.lit(VERDICTS[-1], FATE) for fate in fates)
    inside = included(rows, within, used)
    out = pl.lit(LEFT_OUT[-1], FATE)
    return rows.with_columns(
        pl.when(each).then(out).otherwise(each.name).alias(each.name) for each in inside
    )


def gather(corpus: Frames, parts: Mapping[str, Part], by: By, *, strict: bool) -> pl.DataFrame:
    """:func:`total` of what :func:`observe` makes."""
    by = grouping(by)
    return total(observe(corpus, parts, by=by, strict=strict), tuple(parts), by)


def gather_each(
    corpus: Frames,
    parts: Mapping[str, Part],
    bases: Iterable[Sequence[str]],
    by: By,
    *,
    strict: bool,
) -> Iterator[pl.DataFrame]:
    """:func:`gather` for each of several bases, the parts that it rests on, in one reading."""
    by = grouping(by)
    fates = {f"fate:{k}": basis for k, basis in enumerate(bases)}
    keys = (*by, *fates)
    rows = _alike(observe(corpus, parts, by=by, strict=strict, bases=fates), parts, (*keys, *PLACE))
    # By now it is told whose cases are in which report: places part no reports any more.
    rows = _alike(leave_out(rows, by, fates).lazy(), parts, keys)
    for fate, used in fates.items():
        yield _total(rows.with_columns(fate=fate), used, by)


def reports_with(corpus: Frames, names: Sequence[str]) -> pl.LazyFrame:
    """Reports of a corpus; refuse what is none, and names that are no columns of its reports."""
    if not hasattr(corpus, "reports"):  # the commonest slip is to hand over a frame, or a path
        found = type(corpus).__name__
        raise ParameterError(f"expected a corpus, as toolkit.load returns it, found a {found}")
    reports = corpus.reports.lazy()
    known = reports.collect_schema().names()
    if lost := [name for name in names if name not in known]:
        raise ParameterError(f"reports have no column {lost[0]!r}; they have {', '.join(known)}")
    return reports


def printed(corpus: Frames, groups: Sequence[str], cells: Sequence[str]) -> pl.LazyFrame:
    """One row per report: ``groups``, and ``value:`` and ``state:`` of each cell."""
    values = (pl.col(cell).alias(f"value:{cell}") for cell in cells)
    states = (pl.col(f"{cell}:state").cat.to(STATE).alias(f"state:{cell}") for cell in cells)
    return _coded(corpus, groups, cells).select(*groups, *values, *states)


def _coded(corpus: Frames, groups: Sequence[str], cells: Sequence[str]) -> pl.LazyFrame:
    """One row per report: ``groups``, place, each cell, its ``:state``, and sets of verdicts.

    A cell that a report does not have, for its edition has no such row, is null in both.
    """
    reports = reports_with(corpus, groups)
    coded: Frame | None = getattr(corpus, "coded", None)
    if coded is not None:
        return coded.lazy()
    for part in widen(corpus.cells, cells), verdict_sets(corpus.checks):
        # Without a word on their order, rows come out in another one each time.
        reports = reports.join(
            part, on="report_id", how="left", validate="1:1", maintain_order="left"
        )
    return located(reports)


def _count(sets: Part) -> pl.Expr:
    """Sum of the first set of cells that all have numbers; null if none has."""
    return pl.coalesce(reduce(add, map(pl.col, cells)) for cells in sets)  # + keeps nulls


def _state(sets: Part) -> pl.Expr:
    """State of a part: the worst of its cells.

    Of sets of cells that of the report's own edition is meant; the others are null. A part of
    which nothing is known is ``absent``.
    """
    worst = (pl.max_horizontal(f"{cell}:state" for cell in cells) for cells in sets)
    return pl.min_horizontal(worst).fill_null(ABSENT)


def _verdict(cells: Iterable[str]) -> pl.Expr:
    """Gravest verdict on the identities of which one of these cells is a term."""
    if not (among := verdict_mask(cells)):
        return HOLDS
    asked = pl.lit(among, pl.UInt64)
    holds, fails, unknown = ((pl.col(bits) & asked) != 0 for bits in verdict_columns())
    return pl.when(fails).then(FAILS).when(holds & ~unknown).then(HOLDS).otherwise(UNKNOWN)
