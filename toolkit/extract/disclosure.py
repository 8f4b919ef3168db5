"""Table 2, proactive disclosure: rows under heads that tell the edition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Final

from toolkit.extract.cell import ABSENT, Cell, agreed, read_row, unplaced
from toolkit.extract.disclosure_head import (
    COLUMNS,
    MOST_COLUMNS,
    NO_HEAD,
    TABLE,
    UNTOLD,
    Columns,
    Head,
    head_of,
)
from toolkit.extract.head import codes_above, keeps_order
from toolkit.extract.labels import (
    disclosure_columns,
    item_ending,
    item_of,
    nearest,
    opens_column,
)
from toolkit.extract.lines import Line
from toolkit.extract.place import place
from toolkit.extract.rows import Row, before_gaps
from toolkit.extract.values import is_minus, narrow
from toolkit.form import CellKey, forms

_ALL: Final = {edition: {*chain(*columns.values())} for edition, columns in COLUMNS.items()}
_OWN: Final = {
    edition: own.difference(*(other for e, other in _ALL.items() if e != edition))
    for edition, own in _ALL.items()
}
_UNITS: Final = {c.code: c.unit for made in forms() for c in made.columns if c.table == TABLE}


@dataclass(slots=True)
class _Row(Row):
    """A row, the head above it, and its columns in printed order if the head tells that."""

    head: Head = NO_HEAD
    order: tuple[str, ...] | None = None


def read_disclosure(lines: Sequence[Line], notes: list[str]) -> tuple[dict[CellKey, Cell], str]:
    """Read table 2: its cells, and the edition that the heads tell (empty: none)."""
    found = _rows(lines)
    edition = _edition(found)
    if not edition:
        return {}, ""
    columns = COLUMNS[edition]
    _name_the_rest(found, tuple(columns), notes)
    _place_values(found, columns, lines, notes)
    cells: dict[CellKey, Cell] = {}
    for code, own in columns.items():
        if readings := [_read(row, code, own, notes) for row in found if row.item == code]:
            cells |= agreed(readings, f"table 2, {code}", notes)
    if strange := sorted({row.item for row in found if row.item} - set(columns)):
        notes.append(f"table 2 has rows that edition {edition} does not: {', '.join(strange)}")
    return cells, edition


def _place_values(
    found: Sequence[_Row], columns: Columns, lines: Sequence[Line], notes: list[str]
) -> None:
    """Tell the order of every row's columns, and place its values."""
    # The edge of a page cuts the last heads of all blocks, and the values below them.
    cut = len({id(row.head.labels) for row in found if row.head.cut}) > 1
    for row in found:
        row.order = None if cut and row.head.cut else _order(row, columns.get(row.item or "", ()))
    # Where a block has its columns in another order, so may one of which the form's was taken.
    known = [(row, columns[row.item]) for row in found if row.order and row.item in columns]
    if not all(keeps_order(row.order or (), own) for row, own in known):
        for row, own in known:
            taken = row.order == own and not {*own} <= {*row.head.columns}
            row.order = None if taken else row.order
    for count in {len(row.order) for row in found if row.order}:
        alike = [row for row in found if len(row.order or ()) == count]
        placed = place([row.line for row in alike], count)
        for row, slots in zip(alike, placed, strict=True):
            row.slots = slots
            if slots and row.line.beside(slots):  # is there a column that the form does not have?
                told = codes_above(row.head.labels, slots, disclosure_columns)
                row.slots = slots if told == [*(row.order or ())] else None
    if jumbled := _is_jumbled(found, columns):
        notes.append("table 2: its texts are jumbled, so that a row's values may have moved")
    if in_front := _values_come_first(found, lines):
        notes.append("table 2: values may stand in front of their row's label, or behind it")
    # Behind a label that has too many values may stand a piece of another number of its block.
    crowded = {id(row.head) for row in found if _is_crowded(row, columns.get(row.item or "", ()))}
    torn = before_gaps(found, tuple(columns), TABLE, lines)
    doubts = _is_half, _has_sign_apart, _ends_in_point
    torn |= {row.item or "" for row in found if any(doubt(row) for doubt in doubts)}
    # Where most numbers are broken, two pieces of one may be a row's worth.
    sparse = [row.slots is not None for row in found if row.line.sparse]
    broken = 2 * sum(sparse) < len(sparse)
    for row in found:
        scattered = jumbled and row.line.stream and len(row.line.slots) > 1
        astray = in_front or (broken and row.line.sparse)
        scattered = scattered or (astray and row.line.apart)
        if scattered or id(row.head) in crowded or row.item in torn:
            row.slots = None


def _rows(lines: Sequence[Line]) -> list[_Row]:
    """Lines from the first that names an item of table 2 under a head to the last.

    A row above every head counts only if it leads up to a row with one: the head of the
    first block may be lost, but prose is no table.
    """
    found: list[_Row] = []
    waiting: list[_Row] = []
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
        waiting.append(_once(_Row(line, item, following.texts[:1], head=head)))
        if item is not None and head.columns:
            found += waiting
            waiting.clear()
    return [row for row in found if row.line.slots and row.line.labels]


def _once(row: _Row) -> _Row:
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
        spare = beside if tuple(filter(None, columns)) in _ways(row.item) else spare
    if not spare:
        return row
    once = tuple(column for at, column in enumerate(columns) if at not in spare)
    line = replace(
        row.line, slots=[slot for at, slot in enumerate(row.line.slots) if at not in spare]
    )
    return replace(row, head=row.head._replace(columns=once), line=line)


def _ways(item: str | None) -> list[tuple[str, ...] | None]:
    """The columns of a row in each edition that has it."""
    return [own.get(item or "") for own in COLUMNS.values()]


def _name_the_rest(found: Sequence[_Row], known: Sequence[str], notes: list[str]) -> None:
    """Name the rows between named ones whose label can only be one of those left out."""
    for row in found:
        if row.item is None:
            left = [code for code in known if code not in {r.item for r in found}]
            row.item = nearest(row.line.texts, TABLE, left, spaced=row.line.sparse)
            if row.item is None:
                text = row.line.texts[-1]
                notes.append(f"table 2: a row that the form does not have: {text!r}")


def _is_crowded(row: _Row, columns: Sequence[str]) -> bool:
    """Whether a row has more values than columns, in text or where the head names too few."""
    order, line = row.order or (), row.line
    if line.structured:
        return len(line.filled) > len(order) > 0 and len(order) < len(columns)
    return len(line.slots) > len(order) > 0


def _is_half(row: _Row) -> bool:
    """Whether a page's end cut a row's label: a page number may stand between the halves."""
    half = row.line.texts[-1]
    return not item_of(half, TABLE) and row.item == item_of("".join([half, *row.following]), TABLE)


def _has_sign_apart(row: _Row) -> bool:
    """Whether a minus stands alone before a number, in a text where it may be the number's."""
    if row.line.structured or "items_change" not in (row.order or ()):
        return False
    pairs = pairwise(slot.text for slot in row.line.slots)
    return any(is_minus(sign) and number[:1].isdigit() for sign, number in pairs)


def _ends_in_point(row: _Row) -> bool:
    """Whether a tool printed the point of a number, or its comma, behind the label."""
    return row.line.apart and narrow(row.line.texts[-1]).rstrip().endswith((".", ","))


def _values_come_first(found: Sequence[_Row], lines: Sequence[Line]) -> bool:
    """Whether values may stand in front of their row's label: some tools go by their height.

    So it is if values stand right behind a head: some, a line each, or a row's worth of them, and
    that is either the head of the form's first row, whose label follows them, or some row's label
    has no values.
    """
    items = [row.item for row in found]
    loose = [
        at
        for at, row in enumerate(found)
        if row.item is None and row.line.apart
        if opens_column(row.line.texts[-1])
        or (row.line.stream and row.head.labels is row.line.labels)
    ]
    if any(found[at].line.stream for at in loose):
        return True
    behind_head = [at for at in loose if found[at].line.count == len(found[at].head.columns)]
    first = any(items[at + 1 : at + 2] == ["rules"] for at in behind_head)
    if first or not behind_head:
        return first
    return not {item_of(t, TABLE) for line in lines for t in line.texts} <= {None, *items}


def _is_jumbled(found: Sequence[_Row], columns: Columns) -> bool:
    """Whether values came a line each and a head or row is torn apart: then others may be, too."""
    known = [row for row in found if row.item in columns]
    apart = [row for row in known if row.line.stream]
    torn = (row for row in known if row.line.in_paragraphs and not row.line.stream)
    return any(set(row.head.columns) != set(columns[row.item or ""]) for row in apart) or (
        bool(apart) and any(len(row.line.slots) < len(row.head.columns) for row in torn)
    )


def _edition(found: Sequence[_Row]) -> str:
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


def _read(row: _Row, item: str, columns: tuple[str, ...], notes: list[str]) -> dict[CellKey, Cell]:
    """Read one row; where the values cannot be told apart every cell is unreadable."""
    order = row.order
    if order is not None and not {*order} & {*columns}:
        notes.append(f"table 2, {item}: its columns are another edition's")
    elif order is not None and order != tuple(filter(None, row.head.columns)):
        notes.append(f"table 2, {item}: head not found, columns taken in the form's order")
    keys = {column: (TABLE, item, column) for column in columns}
    if order is None or row.slots is None:
        return dict.fromkeys(keys.values(), unplaced(row.line.slots))
    units = [_UNITS[column] for column in order]
    own = any(column in row.head.columns for column in columns)
    scale = row.head.scale if own else None  # a unit in another block's head is not this one's
    cells = dict(zip(order, read_row(row.slots, units, scale), strict=True))
    return {key: cells.get(column, ABSENT) for column, key in keys.items()}


def _order(row: _Row, columns: tuple[str, ...]) -> tuple[str, ...] | None:
    """Columns of a row in printed order; None if the head does not tell it.

    One misprinted head among the others is that of the column left over, unless the others come
    in the form's order and it is out of place. Where the head says nothing of this row's columns
    it was lost, and they are in the form's order. A column may have been left out, if a head that
    went astray would have left its place; and a block may have another edition's columns.
    """
    head, line = row.head.columns, row.line
    told = tuple(column for column in head if column is not None)
    lost = [column for column in columns if column not in head]
    if columns and line.structured and told in _ways(row.item) and head[: len(told)] == told:
        return told
    if len({*head}) == len(head) and (line.keeps_blanks or None not in head):
        left_out = line.keeps_blanks and head and {*head} < {*columns}
        # A row that has a cell for each column, one of them blank, may have lost a head instead.
        left_out = left_out and not len(line.slots) >= len(columns) > line.count
        crowded = None in head[1:-1] and len(line.slots) > len(columns)  # by a column too many
        if left_out or not (lost or crowded):
            return told
    if len(lost) == 1 and head.count(None) == 1 and len(head) == len(columns):
        filled = tuple(column or lost[0] for column in head)
        # Or a head is gone with its place, and those behind it have moved up.
        moved = head[-1] is None or keeps_order(told, columns)
        return None if moved and filled != columns else filled
    return columns if len(lost) == len(columns) and None not in head else None
