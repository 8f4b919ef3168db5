"""Places of table 3's values: which slots are a row's, and what puts that in doubt.

A row is doubted for what stands beside it, and for the habits of the whole table: where rows
were torn apart, one that looks whole may be so by chance.
"""

from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Final, NamedTuple

from toolkit.extract.applications_rows import COLUMNS
from toolkit.extract.drawn import is_tight
from toolkit.extract.lines import Line, Row, give_up
from toolkit.extract.place import place, whole
from toolkit.extract.sums import (
    adds_up,
    ends_in_total,
    has_total,
    may_be_cut,
    may_be_shifted,
    numbers_of,
)
from toolkit.extract.values import is_broken
from toolkit.read.document import Layout

_PROOF: Final = 3  # rows of full length that it takes to believe one that does not add up


class _Habits(NamedTuple):
    """What the rows of a table do; most of it is of those rows whose blanks leave no trace."""

    width: int
    """How many columns they have."""
    proven: bool
    """Whether enough are whole, and add up, to believe one that does not."""
    seldom: bool
    """Whether less than half are whole."""
    moved: bool
    """Whether more whole rows have their total elsewhere than behind the others."""
    strange: bool
    """Whether one alone is whole where totals are left blank: it has its own from elsewhere, unless
    it is the form's own total."""
    broken: frozenset[int]
    """Grids in which some row has more values than columns."""
    cut: bool
    """Whether more whole rows of any kind lack their total than have it: a page's edge cut it."""


def place_rows(
    table: Sequence[Row], count: int, *, anchored: bool, by_example: bool, heads: Sequence[float]
) -> None:
    """Place every row's values, but for those that may as well be other columns'.

    Places are certain if all rows are ``anchored``, or an aligned one is placed ``by_example``.
    """
    lines = [row.line for row in table]
    habits = _habits_of(lines, count)
    place(table, count, broken=True, heads=heads)
    for row in filter(attrgetter("slots"), table):
        certain = anchored or (row.line.aligned and by_example)
        shown = certain and _keeps_columns(row.line, count)
        shifted = not shown and may_be_shifted(row.slots or (), certain=certain)
        if habits.cut or _is_whole_by_chance(row, habits) or shifted:
            row.slots = None
    give_up(row for before, row in pairwise(table) if _may_lack(row, before))
    # Where lines break numbers the end of a page may have kept a piece.
    if any(is_broken(slot.text) for line in lines for slot in line.slots):
        give_up(row for row in table if row.slots and may_be_cut(row.slots))


def _habits_of(lines: Sequence[Line], count: int) -> _Habits:
    traceless = [line for line in lines if line.sparse or line.stream]
    full = [values for line in traceless if (values := whole(line, count))]
    seldom = 2 * len(full) < len(traceless)
    last = [adds_up(row) for row in full if any(numbers_of(row)) and has_total(row)]
    texts = (
        lines if count == len(COLUMNS) else [x for x in traceless if not x.aligned]
    )  # else a kind may have been left out
    sums = [has_total(values) for line in texts if (values := whole(line, count))]
    lacking, having = sums.count(False), sums.count(True)
    return _Habits(
        width=count,
        proven=len(full) >= _PROOF and (not seldom or 2 * sum(map(adds_up, full)) >= len(full)),
        seldom=seldom,
        moved=last.count(False) > last.count(True),
        strange=len(full) == 1
        and 2 * sum(line.stream and line.count == count - 1 for line in traceless) > len(traceless),
        broken=frozenset(x.grid.number for x in lines if x.sparse and x.count > count),
        cut=lacking > having and (lines[0].layout is not Layout.OWN or lacking >= _PROOF),
    )


def _is_whole_by_chance(row: Row, habits: _Habits) -> bool:
    """Whether nothing but their sum could tell that all values are the row's, and it does not.

    So it is where they have a line each, or where spaces break numbers or may have. That of
    noughts tells little.
    """
    line = row.line
    if not (
        (line.sparse and line.count == habits.width and not habits.proven)
        or line.grid.number in habits.broken
        or is_tight(line)
        or (line.stream and line.in_paragraphs)
    ):
        return False
    numbers = numbers_of(line.slots)
    may_mislead = habits.moved if any(numbers) else habits.seldom
    strange = habits.strange and row.item != "resolved"
    return may_mislead or strange or ends_in_total(numbers) is not True


def _may_lack(row: Row, before: Row) -> bool:
    """Whether what stands in front of a row's label in a text may be a piece of the row.

    So it is behind a row that has values too many, or that neither has a name nor a place.
    """
    behind = before.line.spilled > 0 or (before.item is None and before.slots is None)
    return behind and not row.line.structured and not adds_up(row.line.slots)


def _keeps_columns(line: Line, count: int) -> bool:
    """Whether a blank is where the document shows it: in a file's own table.

    What shows a row that lacks a cell shows it moved up, its total under the last kind.
    """
    return line.layout is Layout.OWN and line.count != count - 1
