"""Table 2, proactive disclosure: rows under heads that tell the edition."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import Final

from toolkit.extract.cell import ABSENT, Cell, agreed, read_row, unplaced
from toolkit.extract.disclosure_head import (
    COLUMNS,
    MOST_COLUMNS,
    NO_HEAD,
    TABLE,
    UNTOLD,
    head_of,
    ways_of,
)
from toolkit.extract.disclosure_places import HeadedRow, place_rows
from toolkit.extract.gaps import doubt_empty
from toolkit.extract.labels import is_label, item_ending, nearest
from toolkit.extract.lines import Line
from toolkit.extract.values import noted_scale
from toolkit.form import CellKey, forms

_ALL: Final = {edition: {*chain(*columns.values())} for edition, columns in COLUMNS.items()}
_OWN: Final = {
    edition: own.difference(*(other for e, other in _ALL.items() if e != edition))
    for edition, own in _ALL.items()
}
_UNITS: Final = {c.code: c.unit for made in forms() for c in made.columns if c.table == TABLE}


def read_disclosure(lines: Sequence[Line], notes: list[str]) -> tuple[dict[CellKey, Cell], str]:
    """Read table 2: its cells, and the edition that the heads tell (empty: none)."""
    found = _rows(lines)
    edition = _edition(found)
    if not edition:
        return {}, ""
    columns = COLUMNS[edition]
    _name_the_rest(found, tuple(columns), notes)
    while found[-1].item is None:  # the last that may be the table's
        found.pop()
    place_rows(found, columns, lines, notes)
    doubt_empty(found, lines)
    cells: dict[CellKey, Cell] = {}
    for code, own in columns.items():
        if readings := [_read(row, code, own, notes) for row in found if row.item == code]:
            cells |= agreed(readings, f"table 2, {code}", notes)
    if strange := sorted({row.item for row in found if row.item} - set(columns)):
        notes.append(f"table 2 has rows that edition {edition} does not: {', '.join(strange)}")
    return cells, edition


def _rows(lines: Sequence[Line]) -> list[HeadedRow]:
    """Lines from the first that names an item of table 2 under a head to the last.

    A row above every head counts only if it leads up to a row with one: the head of the
    first block may be lost, but prose is no table. One that no row with a name follows counts
    if its head stands right above it: its own name may be misprinted.
    """
    found: list[HeadedRow] = []
    waiting: list[HeadedRow] = []
    unnamed: list[HeadedRow] = []
    head = NO_HEAD
    last_row = 0
    for line, following in zip(lines, [*lines[1:], Line()], strict=True):
        last, head = head, head_of(line, head)
        if head is not last and line.labels[0].row == last_row:
            head = UNTOLD  # a value stands among its texts: it is jumbled
        last_row = line.labels[-1].row if line.slots and line.labels else 0
        item = item_ending(TABLE, *line.texts[-2:]) if line.slots else None
        if item is None and (not head.columns or line.count > MOST_COLUMNS):
            waiting.clear()
            continue
        row = _once(HeadedRow(line, item, following.texts[:1], head=head))
        waiting.append(row)
        if item is not None and head.columns:
            found += waiting
            waiting.clear()
            unnamed.clear()
        elif item is None and head is not last and not is_label(line.texts[-1]):
            unnamed.append(row)
    if found:
        found += unnamed
    return [row for row in found if row.line.slots and row.line.labels]


def _once(row: HeadedRow) -> HeadedRow:
    """Row without what a tool makes of the columns that a head and its value span.

    It repeats both, or leaves blanks beside them: then no head of the row's may be missing.
    """
    columns, texts = row.head.columns, [slot.text for slot in row.line.slots]
    again = {at for at, pair in enumerate(pairwise(columns), 1) if pair[0] == pair[1] is not None}
    beside = {at for at, column in enumerate(columns) if column is None}
    spare = set[int]()
    if len(texts) >= len(columns) and all(texts[at] == texts[at - 1] for at in again):
        spare = again
    if len(texts) == len(columns) and not any(texts[at] for at in beside):
        spare = beside if tuple(filter(None, columns)) in ways_of(row.item) else spare
    if not spare:
        return row
    once = tuple(column for at, column in enumerate(columns) if at not in spare)
    line = replace(
        row.line, slots=[slot for at, slot in enumerate(row.line.slots) if at not in spare]
    )
    return replace(row, head=row.head._replace(columns=once), line=line)


def _name_the_rest(found: Sequence[HeadedRow], known: Sequence[str], notes: list[str]) -> None:
    """Name the rows between named ones whose label can only be one of those left out."""
    for row in found:
        if row.item is None:
            left = [code for code in known if code not in {r.item for r in found}]
            row.item = nearest(row.line.texts, TABLE, left, spaced=row.line.sparse)
            if row.item is None:
                text = row.line.texts[-1]
                notes.append(f"table 2: a row that the form does not have: {text!r}")


def _edition(found: Sequence[HeadedRow]) -> str:
    """The edition whose own columns the heads name; the newer one if it is a tie.

    A column that no other edition has tells more than rows whose heads are whole.
    """
    named = {column for row in found for column in row.head.columns}
    votes = {}
    for edition, columns in COLUMNS.items():
        pairs = (
            ({*columns[r.item]}, {*r.head.columns} - {None}) for r in found if r.item in columns
        )
        common = [(own, heads, len(own & heads)) for own, heads in pairs]
        rows = sum(len(own) * (own == heads) + n * (n > 1) for own, heads, n in common)
        votes[edition] = len(named & _OWN[edition]), rows
    best = max(votes, key=lambda edition: votes[edition])
    return best if votes[best][1] else ""


def _read(
    row: HeadedRow, item: str, columns: tuple[str, ...], notes: list[str]
) -> dict[CellKey, Cell]:
    """Read one row; where the values cannot be told apart every cell is unreadable."""
    order = row.order
    if order is not None and not {*order} & {*columns}:
        notes.append(f"table 2, {item}: its columns are another edition's")
        order = None
    elif order is not None and order != tuple(filter(None, row.head.columns)):
        notes.append(f"table 2, {item}: head not found, columns taken in the form's order")
    keys = {column: (TABLE, item, column) for column in columns}
    if order is None or row.slots is None:
        return dict.fromkeys(keys.values(), unplaced(row.line.slots))
    units = [_UNITS[column] for column in order]
    own = any(column in row.head.columns for column in columns)
    scale = row.head.scale if own else None  # a unit in another block's head is not this one's
    if (noted := noted_scale(row.line.texts[-1])) not in (None, scale):
        scale = noted if scale is None else None
    cells = dict(zip(order, read_row(row.slots, units, scale), strict=True))
    return {key: cells.get(column, ABSENT) for column, key in keys.items()}
