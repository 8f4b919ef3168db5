"""Table 2, proactive disclosure: rows under heads that tell the edition."""

from collections.abc import Sequence
from typing import NamedTuple

from toolkit.extract.cell import Cell, read_slot, unplaced
from toolkit.extract.labels import disclosure_columns, item_of
from toolkit.extract.lines import Line
from toolkit.extract.values import header_scale
from toolkit.extract.window import window
from toolkit.form import CellKey, form, forms

TABLE = "proactive"


class _Head(NamedTuple):
    """The columns last named, and how many yuan the unit named beside them is."""

    columns: tuple[str, ...] = ()
    scale: int | None = None


class _Row(NamedTuple):
    item: str
    line: Line
    head: _Head


def read_disclosure(lines: Sequence[Line], notes: list[str]) -> tuple[dict[CellKey, Cell], str]:
    """Read table 2.

    Returns
    -------
    tuple
        Cells found, and the edition that the heads tell (empty if they tell none).
    """
    found = _rows(lines)
    edition = _edition(found)
    if not edition:
        return {}, ""
    columns = {item.code: item.columns for item in form(edition).rows(TABLE)}
    cells: dict[CellKey, Cell] = {}
    for code in dict.fromkeys(row.item for row in found):
        if code not in columns:
            notes.append(f"table 2 has a row that edition {edition} does not have: {code}")
            continue
        readings = [_read(row, columns[code], edition, notes) for row in found if row.item == code]
        for column, cell in _agreed(readings, code, notes).items():
            cells[TABLE, code, column] = cell
    return cells, edition


def _rows(lines: Sequence[Line]) -> list[_Row]:
    """Lines that name an item of table 2 to the letter, with the head above them.

    A row above every head counts only if it leads up to a row with one: the head of the
    first block may be lost, but prose is no table.
    """
    found: list[_Row] = []
    waiting: list[_Row] = []
    head = _Head()
    for line in lines:
        head = _head(line, head)
        item = _item(line) if line.slots else None
        if item is None:
            waiting.clear()
        elif not head.columns:
            waiting.append(_Row(item, line, head))
        else:
            found += [*waiting, _Row(item, line, head)]
            waiting.clear()
    return found


def _item(line: Line) -> str | None:
    texts = [slot.text for slot in line.labels]
    for count in (1, 2):
        if len(texts) >= count and (item := item_of("".join(texts[-count:]), TABLE)):
            return item
    return None


def _head(line: Line, before: _Head) -> _Head:
    """The head in front of a line's values, or the one before if it brings none."""
    columns: tuple[str, ...] = ()
    scale, open_ = None, False
    for slot in line.labels:
        named = disclosure_columns(slot.text)
        if named and not open_:
            columns, scale = (), None
        columns += named
        if columns:
            scale = header_scale(slot.text) or scale
        open_ = bool(named)
    return _Head(columns, scale) if columns else before


def _edition(found: Sequence[_Row]) -> str:
    """The edition whose own columns most of the heads name; the newer one if it is a tie."""
    votes = {
        made.edition: sum(
            set(row.head.columns) == set(item.columns)
            for row in found
            for item in made.rows(TABLE)
            if item.code == row.item
        )
        for made in forms()
    }
    best = max(votes, key=lambda edition: votes[edition])
    return best if votes[best] else ""


def _read(
    row: _Row, columns: tuple[str, ...], edition: str, notes: list[str]
) -> dict[str, Cell]:
    """Read one row; where the values cannot be told apart every cell is unreadable."""
    order = _order(row.head.columns, columns)
    if order is not None and order != row.head.columns:
        notes.append(f"table 2, {row.item}: head not found, columns taken in the form's order")
    slots = None if order is None else window(row.line, len(order))
    if order is None or slots is None:
        return dict.fromkeys(columns, unplaced(row.line.slots))
    made = form(edition)
    return {
        column: read_slot(slot, made.unit(TABLE, column), row.head.scale)
        for column, slot in zip(order, slots, strict=True)
        if column in columns
    }


def _order(head: tuple[str, ...], columns: tuple[str, ...]) -> tuple[str, ...] | None:
    """Columns of a row in printed order; None if the head contradicts the form."""
    named = [column for column in columns if column in head]
    if len(named) == len(columns) and len(set(head)) == len(head):
        return head
    if [column for column in head if column in columns] == named:
        return columns
    return None


def _agreed(readings: list[dict[str, Cell]], code: str, notes: list[str]) -> dict[str, Cell]:
    """One reading of a row that may be printed more than once; contradiction is unreadable."""
    filled = [r for r in readings if any(cell.value is not None for cell in r.values())]
    first = (filled or readings)[0]
    for other in filled[1:]:
        if any(first[c].value != cell.value for c, cell in other.items()):
            notes.append(f"table 2, {code}: printed more than once with different values")
            return {c: Cell("unreadable", None, cell.raw, cell.locator) for c, cell in first.items()}
    return first
