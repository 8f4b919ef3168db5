"""Rows of tables 2 and 3 beside which something is lost: which are in doubt, and what is named.

A row keeps its values unless a label or values that are missing beside it may make them another's.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from toolkit.extract.cell import ABSENT, Cell, unplaced
from toolkit.extract.labels import heads_column, item_ending, item_of
from toolkit.extract.lines import Line, Row
from toolkit.form import CellKey
from toolkit.read.document import Layout

_PIECES: Final = 4  # lines of a label


def before_gaps(
    rows: Sequence[Row], order: Sequence[str], table: str, lines: Sequence[Line]
) -> set[str]:
    """Items behind which others of the table's ``order`` are missing, and so may be their values.

    Where a piece of the text is lost, a label may stand before another row's values. That can
    only be if it is not on one line with its own, and the other row's label is lost. Behind the
    last line of all that has values nothing is missing that could have come between.
    """
    last = next((line for line in reversed(lines) if line.slots), None)
    rank = {item: number for number, item in enumerate(order)}
    end = None if rows[-1].line is last else len(order)
    behind = [*(rank.get(row.item or "") for row in rows[1:]), end]
    return {
        row.item
        for row, after in zip(rows, behind, strict=True)
        if row.item in rank and after is not None
        if after > rank[row.item] + 1 and _is_loose(row, table)
    }


def doubt_empty(rows: Sequence[Row], lines: Sequence[Line]) -> None:
    """Give up rows left empty beside values that are no named row's: they may be its own.

    A page's end cuts a row in two, and its values stand beside the other half of its label.
    """
    empty = {row.line.value_row: row for row in rows if not row.line.count}
    named = {row.line.value_row for row in rows if row.item}
    ends = rows[0].line.value_row, rows[-1].line.value_row
    inside = [x for x in lines if x.slots and ends[0] <= x.value_row <= ends[1]]
    for line, beside in (*pairwise(inside), *pairwise(reversed(inside))):
        if line.value_row in empty and beside.count and beside.value_row not in named:
            empty[line.value_row].slots = None


def named_alone(lost: Sequence[CellKey], lines: Sequence[Line]) -> dict[CellKey, Cell]:
    """Lost cells of rows that the document names, though none was found among its values."""
    rows: dict[tuple[str, str], Cell] = {}
    tables = {table for table, _, _ in lost}
    for line in (line for line in lines if tables and line.slots):
        for at, label in enumerate(line.labels, 1):
            if heads_column(label.text):
                continue
            values = unplaced(line.slots) if at == len(line.labels) else ABSENT
            cell = Cell("unreadable", None, values.raw, label.place)
            for table in tables:
                item = item_ending(table, *line.texts[max(at - _PIECES, 0) : at])
                rows.setdefault((table, item or ""), cell)
    return {key: rows[key[:2]] for key in lost if key[:2] in rows}


def _is_loose(row: Row, table: str) -> bool:
    """Whether a row's label and values are printed over several lines of text."""
    line = row.line
    in_one_line = not line.apart and item_of(line.texts[-1], table) == row.item
    return line.layout is Layout.STACKED or (line.in_paragraphs and not in_one_line)
