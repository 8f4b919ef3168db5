"""Rows of tables that are drawn with spaces: a value belongs to the column that it stands in."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final

from toolkit.extract.head import middle
from toolkit.extract.lines import Line
from toolkit.read.document import Layout, Slot

_NEAR: Final = 0.4  # of the distance between two columns: how far a value may stand off its own


def by_position(
    lines: Sequence[Line], placed: Sequence[Sequence[Slot | None] | None], *, broken: bool
) -> list[Sequence[Slot | None] | None]:
    """Place drawn rows with blanks where the full rows of their table have their values.

    If cells may be ``broken`` over lines, a row is given up where a piece of text stands above
    or below its values.
    """
    full: defaultdict[int, list[list[float]]] = defaultdict(list)
    for line, slots in zip(lines, placed, strict=True):
        if slots is not None and line.layout is Layout.DRAWN and not is_tight(line):
            full[line.grid.number].append([middle(slot) for slot in slots if slot])
    columns = {grid: _centres(rows) for grid, rows in full.items()}
    found = [*placed]
    none = Line()
    for at, (last, line, following) in enumerate(
        zip([none, *lines], lines, [*lines[1:], none], strict=False)
    ):
        if broken and _has_fragments(line, last, following):
            found[at] = None
        elif (centres := columns.get(line.grid.number)) and placed[at] is None and not line.spilled:
            found[at] = _in_columns(line, centres)
    return found


def _centres(rows: Sequence[Sequence[float]]) -> list[float]:
    """Where the columns stand in a drawn table; nothing if its full rows do not agree on it."""
    columns = list(zip(*rows, strict=True))
    centres = [fmean(column) for column in columns]
    reach = _reach(centres)
    return centres if all(max(c) - min(c) <= 2 * reach for c in columns) else []


def _reach(centres: Sequence[float]) -> float:
    return _NEAR * min((b - a for a, b in pairwise(centres)), default=0)


def _has_fragments(line: Line, last: Line, following: Line) -> bool:
    """Whether a piece of a broken cell stands above or below a row's values.

    Above the first row of a grid stand heads, which a page may repeat.
    """
    own, edge = line.label_column, line.slots[0].column
    return any(
        own < label.column > edge - label.width and label.row != beside.value_row
        for beside, before in ((line, last), (following, line))
        if beside.grid == before.grid
        for label in beside.labels
    )


def _in_columns(line: Line, centres: Sequence[float]) -> list[Slot | None] | None:
    """Each value in the column whose values stand where it stands on the line."""
    reach = _reach(centres)
    if line.label_column > centres[0] - reach:
        return None  # its label stands where a value should, and so the values stand elsewhere
    placed: list[Slot | None] = [None] * len(centres)
    for slot in line.filled:
        near = [i for i, at in enumerate(centres) if abs(at - middle(slot)) <= reach]
        if len(near) != 1 or placed[near[0]] is not None:
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
