"""Table 2, proactive disclosure: rows under heads that tell the edition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final, NamedTuple

from toolkit.extract.cell import ABSENT, Cell, agreed, read_row, unplaced
from toolkit.extract.head import above, codes_of, middle, words
from toolkit.extract.labels import (
    begun_columns,
    disclosure_columns,
    hinted_columns,
    item_of,
    nearest,
    opens_column,
)
from toolkit.extract.lines import Label, Line, before_gaps
from toolkit.extract.place import Placed, place
from toolkit.extract.values import REMEMBERED, header_scale, unit_alone
from toolkit.form import CellKey, forms
from toolkit.read.document import Layout

TABLE: Final = "proactive"
_MOST_COLUMNS: Final = 4
_Columns = dict[str, tuple[str, ...]]
"""The columns of every row of an edition."""
_COLUMNS: Final[dict[str, _Columns]] = {
    made.edition: {item.code: item.columns for item in made.rows(TABLE)} for made in forms()
}
_ALL: Final = {edition: {*chain(*columns.values())} for edition, columns in _COLUMNS.items()}
_OWN: Final = {
    edition: own.difference(*(other for e, other in _ALL.items() if e != edition))
    for edition, own in _ALL.items()
}
_UNITS: Final = {c.code: c.unit for made in forms() for c in made.columns if c.table == TABLE}


class _Head(NamedTuple):
    """The columns last named, how many yuan the unit named beside them is, and all the texts."""

    columns: tuple[str | None, ...] = ()
    scale: int | None = None
    labels: Sequence[Label] = ()


@dataclass(slots=True)
class _Row:
    line: Line
    head: _Head
    item: str | None
    order: tuple[str, ...] | None = None
    slots: Placed | None = None


def read_disclosure(lines: Sequence[Line], notes: list[str]) -> tuple[dict[CellKey, Cell], str]:
    """Read table 2: its cells, and the edition that the heads tell (empty: none)."""
    found = _rows(lines)
    edition = _edition(found)
    if not edition:
        return {}, ""
    columns = _COLUMNS[edition]
    _name_the_rest(found, tuple(columns), notes)
    _place_values(found, columns, lines, notes)
    cells: dict[CellKey, Cell] = {}
    for code, own in columns.items():
        if readings := [_read(row, code, own, notes) for row in found if row.item == code]:
            cells |= agreed(readings, f"table 2, {code}", notes)
    if strange := {row.item for row in found if row.item} - set(columns):
        notes.append(f"table 2 has rows that edition {edition} does not: {', '.join(strange)}")
    return cells, edition


def _place_values(
    found: Sequence[_Row], columns: _Columns, lines: Sequence[Line], notes: list[str]
) -> None:
    """Tell the order of every row's columns, and place its values."""
    for row in found:
        row.order = _order(row, columns.get(row.item or "", ()))
    for count in {len(row.order) for row in found if row.order}:
        alike = [row for row in found if len(row.order or ()) == count]
        placed = place([row.line for row in alike], count)
        for row, slots in zip(alike, placed, strict=True):
            row.slots = slots
            if slots and row.line.beside(slots):  # is there a column that the form does not have?
                told = codes_of(above(row.head.labels, slots), disclosure_columns)
                row.slots = slots if told == [*(row.order or ())] else None
    if _is_jumbled(found, columns):
        notes.append("table 2: its texts are jumbled, so that a row's values may have moved")
        for row in found:
            row.slots = None if row.line.stream and len(row.line.slots) > 1 else row.slots
    # Behind a label that has too many values may stand a piece of another number of its block.
    crowded = [row.head for row in found if _is_crowded(row)]
    for row in found:
        row.slots = None if any(row.head is head for head in crowded) else row.slots
    in_order = [(row.line, row.item) for row in found]
    torn = before_gaps(in_order, tuple(columns), TABLE, lines)
    torn |= {row.item or "" for row, following in pairwise(found) if _is_half(row, following)}
    for row in found:
        row.slots = None if row.item in torn else row.slots


def _rows(lines: Sequence[Line]) -> list[_Row]:
    """Lines from the first that names an item of table 2 under a head to the last.

    A row above every head counts only if it leads up to a row with one: the head of the
    first block may be lost, but prose is no table.
    """
    found: list[_Row] = []
    waiting: list[_Row] = []
    head = _Head()
    last_row = 0
    for line in lines:
        last, head = head, _head(line, head)
        if head is not last and line.labels[0].row == last_row:
            head = _Head((None,) * _MOST_COLUMNS)  # a value stands among its texts: it is jumbled
        last_row = line.labels[-1].row if line.slots and line.labels else 0
        item = _item(*line.texts[-2:]) if line.slots else None
        if item is None and (not head.columns or line.count > _MOST_COLUMNS):
            waiting.clear()
            continue
        waiting.append(_once(_Row(line, head, item)))
        if item is not None and head.columns:
            found += [row for row in waiting if found or row.item or row.head.columns]
            waiting.clear()
    return [row for row in found if row.line.slots and row.line.labels]


def _once(row: _Row) -> _Row:
    """Row without what a tool repeats in each column that a head and its value span."""
    columns, slots = row.head.columns, row.line.slots
    if len({*columns}) == len(columns):
        return row
    again = {at for at, pair in enumerate(pairwise(columns), 1) if pair[0] == pair[1] is not None}
    if len(slots) < len(columns) or any(slots[at].text != slots[at - 1].text for at in again):
        return row
    once = tuple(column for at, column in enumerate(columns) if at not in again)
    line = replace(row.line, slots=[slot for at, slot in enumerate(slots) if at not in again])
    return replace(row, head=row.head._replace(columns=once), line=line)


def _name_the_rest(found: Sequence[_Row], known: Sequence[str], notes: list[str]) -> None:
    """Name the rows between named ones whose label can only be one of those left out."""
    for row in found:
        if row.item is None:
            left = [code for code in known if code not in {r.item for r in found}]
            row.item = nearest(row.line.texts, TABLE, left)
            if row.item is None:
                text = row.line.texts[-1]
                notes.append(f"table 2: a row that the form does not have: {text!r}")


def _is_crowded(row: _Row) -> bool:
    in_text = row.line.stream or row.line.sparse
    return in_text and row.order is not None and len(row.line.slots) > len(row.order)


def _is_half(row: _Row, following: _Row) -> bool:
    """Whether a page's end cut a row's label: a page number may stand between the halves."""
    half = row.line.texts[-1]
    return not item_of(half, TABLE) and row.item == item_of(half + following.line.texts[0], TABLE)


def _is_jumbled(found: Sequence[_Row], columns: _Columns) -> bool:
    """Whether values came a line each and some head is torn apart: then values may be, too."""
    return any(
        row.line.stream and row.item in columns and set(row.head.columns) != set(columns[row.item])
        for row in found
    )


@lru_cache(maxsize=REMEMBERED)
def _item(*texts: str) -> str | None:
    """Item that the last of some texts names, or all of them together."""
    return item_of(texts[-1], TABLE) or item_of("".join(texts), TABLE) if texts else None


def _head(line: Line, before: _Head) -> _Head:
    """The head in front of a line's values, or the one before if it brings none."""
    if not any(map(opens_column, line.texts)):
        return _Head((None,) * _MOST_COLUMNS) if _is_in_another_order(*line.texts) else before
    columns: tuple[str | None, ...] = ()
    scale, open_, head = None, False, ""
    whole = line.stream or line.layout is Layout.DRAWN or not line.sparse
    for texts in _printed_rows(line):
        named = _named(texts, whole=whole)
        if named and not open_:
            columns, scale, head = (), None, ""
        columns += named
        text = "".join(texts)
        head += text
        if columns and scale is None and (named or unit_alone(text)):
            scale = header_scale(head)  # a line or a page may end between the unit's characters
        open_ = bool(named)
    return _Head(columns, scale, line.labels) if columns else before


@lru_cache(maxsize=REMEMBERED)
def _is_in_another_order(*texts: str) -> bool:
    """Whether what is left of misprinted heads contradicts the form's order of a row's columns."""
    hinted = dict.fromkeys(chain(*map(hinted_columns, texts)))
    return len(hinted) > 1 and any(
        [code for code in hinted if code in own] != [code for code in own if code in hinted]
        for columns in _COLUMNS.values()
        for own in columns.values()
    )


def _printed_rows(line: Line) -> list[list[str]]:
    """Texts in front of a line's values, by printed row; the pieces of one head together.

    Where each text has a row of its own the pieces follow each other, and so do the heads of
    one row. In a drawn table they stand below each other.
    """
    if line.layout is Layout.DRAWN and any(map(_is_piece, line.texts)):
        return _stacked(line.labels)
    rows: list[list[str]] = []
    last, end = -1, 0
    for text, column, width, _, row in line.labels:
        if row == last and column > end and _is_grid(line) and opens_column(rows[-1][-1]):
            rows[-1].append("")  # a blank cell between two heads is one whose text was lost
        end = column + width
        begun = line.stream and bool(rows) and begun_columns(rows[-1][-1])
        if row == last:
            rows[-1].append(text)
        elif begun and begun_columns(rows[-1][-1] + text):
            rows[-1][-1] += text
        elif begun and begun_columns(text):
            rows[-1].append(text)
        else:
            rows.append([text])
        last = row
    return rows


def _stacked(labels: Sequence[Label]) -> list[list[str]]:
    """Heads of a drawn table from left to right, a row of them for each block."""
    blocks: list[list[tuple[float, str]]] = [[]]
    for word in chain(*map(words, labels)):
        heads, at = blocks[-1], middle(word)
        above = [head for head in heads if begun_columns(head[1] + word.text)]
        if above:
            place, begun = min(above, key=lambda head: abs(head[0] - at))
            heads[heads.index((place, begun))] = (place, begun + word.text)
        elif begun_columns(word.text):
            heads.append((at, word.text))
        elif item_of(word.text, TABLE):
            blocks.append([])
    return [[text for _, text in sorted(heads)] for heads in blocks]


def _is_piece(text: str) -> bool:
    """Whether a text is the beginning of a head, and no more."""
    return bool(begun_columns(text)) and not disclosure_columns(text)


def _named(texts: Sequence[str], *, whole: bool) -> tuple[str | None, ...]:
    """Columns that a printed row of texts names; none if it is no head at all.

    As many texts as there are columns whose names begin with these words are those columns,
    if heads come ``whole``. A text between or behind heads that names no column is a misprinted
    head, None; but for the first, which is the head over the labels.
    """
    if not any(map(opens_column, texts)):
        return ()
    # Where all stands on one line, the label of the row does too.
    texts = [text for text in texts if not item_of(text, TABLE)]
    codes: list[tuple[str | None, ...]] = []
    for at, text in enumerate(texts):
        begun, before = begun_columns(text), texts[:at].count(text)
        stump = begun[before : before + 1] if len(begun) == texts.count(text) else ()
        codes.append(disclosure_columns(text) or (stump if whole else begun and (None,)))
    if not any(codes):
        return ()
    rest = codes if codes[0] else codes[1:]
    return tuple(code for found in rest for code in found or (None,))


def _edition(found: Sequence[_Row]) -> str:
    """The edition whose own columns the heads name; the newer one if it is a tie.

    A column that no other edition has tells more than rows whose heads are whole.
    """
    named = {column for row in found for column in row.head.columns}
    votes = {
        edition: (
            len(named & _OWN[edition]),
            sum(
                _vote({*columns[row.item]}, {*row.head.columns})
                for row in found
                if row.item in columns
            ),
        )
        for edition, columns in _COLUMNS.items()
    }
    best = max(votes, key=lambda edition: votes[edition])
    return best if votes[best][1] else ""


def _vote(own: set[str], named: set[str | None]) -> int:
    common = len(own & named)
    return len(own) * (own == named) + common * (common > 1)


def _read(row: _Row, item: str, columns: tuple[str, ...], notes: list[str]) -> dict[CellKey, Cell]:
    """Read one row; where the values cannot be told apart every cell is unreadable."""
    order = row.order
    if order is not None and not {*order} & {*columns}:
        notes.append(f"table 2, {item}: its columns are another edition's")
    elif order is not None and order != row.head.columns:
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

    One misprinted head among the others is that of the column left over. Where the head says
    nothing of this row's columns it was lost, and they are in the form's order. A column may
    have been left out, if a head that went astray would have left its place; and a block may
    have another edition's columns.
    """
    head, line = row.head.columns, row.line
    if columns and not (line.stream or line.sparse) and head in _ways(row.item):
        return tuple(column for column in head if column is not None)
    if head and len(set(head)) == len(head) and {*head} < {*columns} and _is_grid(line):
        return tuple(column for column in head if column is not None)
    lost = [column for column in columns if column not in head]
    if not lost and len(set(head)) == len(head) and (None not in head or _is_grid(line)):
        return tuple(column for column in head if column is not None)
    if len(lost) == 1 and head.count(None) == 1 and len(head) == len(columns):
        return tuple(lost[0] if column is None else column for column in head)
    return columns if len(lost) == len(columns) and None not in head else None


def _ways(item: str | None) -> list[tuple[str, ...] | None]:
    """The columns that editions have for an item."""
    return [columns.get(item or "") for columns in _COLUMNS.values()]


def _is_grid(line: Line) -> bool:
    """Whether heads and values stand in printed rows of cells, where a blank leaves its place."""
    return not (line.stream or line.sparse or line.layout in (Layout.STACKED, Layout.FILLED))
