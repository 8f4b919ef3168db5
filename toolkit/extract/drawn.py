"""Rows of tables that are drawn with spaces: a value belongs to the column that it stands in."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, pairwise
from math import inf
from statistics import fmean
from typing import Final

from toolkit.extract.head import middle
from toolkit.extract.lines import WIDE, Label, Line, Row
from toolkit.extract.sums import adds_up
from toolkit.read.document import Layout, Slot

_FEW: Final = 3  # full rows
_PAIR: Final = 2
_NEAR: Final = 0.4  # of the distance between two columns: how far a value may stand off its own


def by_position(rows: Sequence[Row], count: int, *, broken: bool, heads: Sequence[float]) -> None:
    """Place drawn rows with blanks where the full rows of their table have their values.

    Where the first row stands they are placed nearest to the middles of its ``heads``. If cells may
    be ``broken`` over lines, a piece of text above or below a row's values puts in doubt what
    stands in its column.
    """
    drawn: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.line.layout is Layout.DRAWN:
            drawn[row.line.grid.number].append(row)
    columns = {grid: _of_full(own, count) for grid, own in drawn.items()}
    if heads and (first := rows[0].line.grid.number) in drawn:
        columns[first] = _under_heads(drawn[first], heads) or columns[first]
    for one, two in chain(pairwise(drawn), pairwise(reversed(drawn))):
        if not columns[two] and _stand_in(drawn[two], columns[one]):
            columns[two] = columns[one]  # a page may be in several grids
    lines = [Line(), *(row.line for row in rows), Line()]
    for row, last, line, following in zip(rows, lines, lines[1:], lines[2:], strict=False):
        pieces = _fragments(line, last, following) if broken and drawn else []
        row.slots = None if pieces else row.slots
        if (centres := columns.get(line.grid.number)) and row.slots is None and not line.spilled:
            row.slots = _in_columns(line, centres, pieces)


def _stand_in(rows: Sequence[Row], centres: Sequence[float]) -> bool:
    """Whether all values stand right in these columns, and in nearly all of them."""
    middles = [middle(slot) for row in rows for slot in row.line.filled]
    hit = {at for at in centres for x in middles if abs(at - x) <= 1}
    exact = all(any(abs(at - x) <= 1 for at in hit) for x in middles)
    return exact and len(hit) >= len(centres) - _PAIR


def _under_heads(rows: Sequence[Row], heads: Sequence[float]) -> list[float]:
    """Where the columns stand that have values, each nearest to its head by far.

    They are nearly all: a few values may stand so by chance, where a page parts them from the head.
    """
    columns: list[list[float]] = [[] for _ in heads]
    for at in (middle(slot) for row in rows for slot in row.line.filled):
        (near, nearest), (far, _), *_ = sorted((abs(at - x), n) for n, x in enumerate(heads))
        if 2 * near > far:
            return []
        columns[nearest].append(at)
    return [] if sum(map(bool, columns)) < len(heads) - _PAIR else _centres(columns)


def _of_full(rows: Sequence[Row], count: int) -> list[float]:
    """Where the columns stand in full rows; of a few none is full by chance if it adds up."""
    full = [row.slots for row in rows if row.slots and not is_tight(row.line)]
    if len(full) < _FEW and not (count < WIDE or any(map(adds_up, full))):
        return []  # with a number in pieces
    return _centres([[*map(middle, filter(None, column))] for column in zip(*full, strict=True)])


def _centres(columns: Sequence[Sequence[float]]) -> list[float]:
    """The middles of columns in which values stand; nothing if these do not agree on them."""
    centres = [fmean(column) if column else inf for column in columns]
    reach = _reach(centres)
    agree = all(max(column) - min(column) <= 2 * reach for column in columns if column)
    return centres if agree else []


def _reach(centres: Sequence[float]) -> float:
    known = [at for at in centres if at < inf]
    return _NEAR * min((b - a for a, b in pairwise(known)), default=0)


def _fragments(line: Line, last: Line, following: Line) -> list[Label]:
    """Pieces of broken cells that stand above or below a row's values, or in front of one.

    Above the first row of a grid stand heads, which a page may repeat.
    """
    own, edge = line.label_column, line.slots[0].column
    found = [label for label in line.labels[:-1] if label.row == line.value_row]
    for beside, before in ((line, last), (following, line)):
        if beside.grid == before.grid:
            found += [label for label in beside.labels if label.row != beside.value_row]
    return [label for label in found if own < label.column > edge - label.width]


def _in_columns(
    line: Line, centres: Sequence[float], pieces: Sequence[Label]
) -> list[Slot | None] | None:
    """Each value in the column whose values stand where it stands on the line.

    Where ``pieces`` of broken cells stand it is not known.
    """
    reach = _reach(centres)
    if line.label_column > centres[0] - reach:
        return None  # its label stands where a value should, and so the values stand elsewhere
    placed: list[Slot | None] = [None] * len(centres)
    unread = [Slot(x.text, x.column, x.width, x.place, doubtful=True) for x in pieces]
    for slot in (*line.filled, *unread):
        near = [i for i, at in enumerate(centres) if abs(at - middle(slot)) <= reach]
        if len(near) != 1 or (placed[near[0]] is not None and not slot.doubtful):
            return None
        placed[near[0]] = slot
    return None if _is_pushed(line) and placed[0] is None else placed


def _is_pushed(line: Line) -> bool:
    """Whether the first value stands right behind a long label, which may have moved it there."""
    if line.apart or not line.filled:
        return False
    label = line.labels[-1]
    return line.filled[0].column <= label.column + label.width + 2


def is_tight(line: Line) -> bool:
    """Whether one space alone parts values of a drawn row: they may be pieces of one."""
    return line.layout is Layout.DRAWN and any(
        b.column - a.column - a.width <= 1 for a, b in pairwise(line.slots)
    )
