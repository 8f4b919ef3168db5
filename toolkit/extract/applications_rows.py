"""Rows of table 3: which lines they are, and which item each of them is."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Final

from toolkit.extract.head import middle
from toolkit.extract.labels import (
    expects_values,
    item_ending,
    item_of,
    nearest,
    number_of,
    requester_columns,
    result_columns,
)
from toolkit.extract.lines import Line, Row
from toolkit.extract.sums import adds_up, has_total
from toolkit.form import form, forms, rows
from toolkit.read.document import Layout, Slot

TABLE: Final = "applications"
COLUMNS: Final = tuple(c.code for c in form().columns if c.table == TABLE)
ORDER: Final = tuple(dict.fromkeys(r["item"] for r in rows("items") if r["table"] == TABLE))
RANK: Final = {code: rank for rank, code in enumerate(ORDER)}
WITH_VALUES: Final = {made.edition: [i.code for i in made.rows(TABLE)] for made in forms()}
HEADINGS: Final = {*ORDER}.difference(*WITH_VALUES.values())
OTHERWISE: Final = form().children(TABLE, "otherwise")
_RESULTS: Final = range(RANK["results"], RANK["carried_forward"])
_PAIR: Final = 2
_DISPUTES: Final = frozenset({"upheld", "corrected", "pending"})  # no head of this table
_PIECES: Final = 24  # texts that one label may be broken into, in a column of two characters
_NEAR: Final = 8  # texts in front of the values that may be their heads


def rejoined(lines: Sequence[Line]) -> list[Line]:
    """Lines with the values of each row in one, where a tool printed some of them on lines below.

    They are taken only if there are as many as a row has, no text stands between and they add up.
    If none of them is on a line with the label it must follow such a row: some tools go by height,
    and print a row's values before its label.
    """
    joined: list[Line] = []
    clean = False
    at = 0
    while at < len(lines):
        line, at = lines[at], at + 1
        end = at
        while end < len(lines) and not lines[end].labels:
            end += 1
        item = item_ending(TABLE, *line.texts[-_PIECES:]) if line.slots else None
        if end > at and item and not line.structured and (clean or not line.apart):
            pieces = lines[at:end]
            slots = [slot for piece in (line, *pieces) for slot in piece.slots]
            drawn = line.layout is Layout.DRAWN
            if drawn and {piece.grid for piece in pieces} == {line.grid}:
                slots.sort(key=middle)
            # Outside a drawn table stand the numbers of pages.
            outside = drawn and any(piece.layout is None for piece in pieces)
            if len(slots) == len(COLUMNS) and not outside and adds_up(slots):
                line, at = replace(line, slots=slots, spilled=lines[end - 1].spilled), end
        if line.slots:
            clean = item is not None and len(line.slots) == len(COLUMNS)
        joined.append(line)
    return joined


def find_rows(lines: Sequence[Line]) -> tuple[int, list[Row]]:
    """Rows from the first that is named to the letter to the last, and where the first is.

    A row of the right length that touches them belongs to them: its label may be misprinted.
    """
    named: dict[int, str] = {}
    rank = -1
    for index, line in enumerate(lines):
        item = _named(line, rank) if line.slots and line.labels else None
        if item and not _is_of_disputes(line):
            named[index] = item
            rank = RANK[item]
    if not named:
        return 0, []
    first, last = min(named), max(named)
    while first > 0 and _has_its_length(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and _has_its_length(lines[last + 1]):
        last += 1
    pairs = zip(lines[first : last + 1], [*lines[first + 1 :], Line()], strict=False)
    return first, [
        Row(line, named.get(index), following.texts[:2])
        for index, (line, following) in enumerate(pairs, first)
        if line.slots and line.labels
    ]


def _has_its_length(line: Line) -> bool:
    one = abs(line.count - len(COLUMNS)) <= 1
    several = bool(_chunks(line)) and len(items_in(line)) > 1
    return bool(line.labels) and (one or several) and not _is_of_disputes(line)


def _is_of_disputes(line: Line) -> bool:
    """Whether the heads right in front of the values are table 4's."""
    heads = result_columns("\n".join(line.texts[-_NEAR:]))
    return not _DISPUTES.isdisjoint(heads)


def _named(line: Line, rank: int) -> str | None:
    """Item that a line's label names to the letter, given the row before it."""
    item = item_ending(TABLE, *line.texts[-_PIECES:])
    if item is None or item in HEADINGS or (item == "resolved" and rank not in _RESULTS):
        return None
    if _is_shared(line) or _ends_in_head(line):
        return None
    if item == "otherwise_other" and rank < RANK["otherwise"]:
        return item if any(item_of(text, TABLE) == "otherwise" for text in line.texts) else None
    return item


def _ends_in_head(line: Line) -> bool:
    """Whether the last text is "other", the head, as where heads come behind a row's label."""
    last = line.texts[-1]
    if {*requester_columns(last)} != {COLUMNS[-2]} or number_of(last):
        return False
    return {COLUMNS[-2]} < {*requester_columns("\n".join(line.texts))}


def items_in(line: Line) -> list[str | None]:
    """Rows of the form that are named in front of a line's values, in order."""
    return [item_of(text, TABLE) for text in line.texts if expects_values(text)]


def _is_shared(line: Line) -> bool:
    """Whether the values may be either of two rows', for the other's are elsewhere."""
    return line.apart and len(items_in(line)) > 1


def unfolded(table: Sequence[Row]) -> list[Row]:
    """Give rows back the values that a converter put behind the row before them.

    A PDF tool may print the values of some rows first and their labels later, or the labels
    of some rows and then their values. They are taken only if they are as many rows as are
    missing there, each adds up, and each comes a value a line; then a label whose values were
    found elsewhere no longer disputes another's.
    """
    unfolded: list[Row] = []
    for row, following in zip(table, [*table[1:], None], strict=True):
        chunks = _chunks(row.line)
        items = _items_of(row, following, len(chunks))
        if items and all(map(adds_up, chunks)):
            lines = [replace(row.line, slots=chunk) for chunk in chunks]
            unfolded += [Row(line, item) for line, item in zip(lines, items, strict=True)]
        else:
            unfolded.append(row)
    found = {row.item for row in unfolded}
    for row in unfolded:
        if row.item is None and row.line.stream:
            named = {*items_in(row.line)} - found
            last = item_of(row.line.texts[-1], TABLE)
            # "Other" may be half of the heading's label, which ends behind the values.
            row.item = last if named == {last} != {OTHERWISE[-1]} else None
    return unfolded


def _items_of(row: Row, following: Row | None, count: int) -> Sequence[str]:
    """Items of the rows whose values stand together behind a row's label, if they are so many.

    They are those named in front of them one by one in the form's order, or else this row and
    all up to the next one that has values.
    """
    if count < _PAIR:
        return ()
    named = items_in(row.line)
    first = RANK.get(named[0] or "", 0) if named else 0
    if len(named) == count and [*ORDER[first : first + count]] == named:
        return ORDER[first : first + count]
    if row.item is None or (following is not None and following.item is None):
        return ()
    end = RANK[following.item] if following and following.item else len(ORDER)
    between = ORDER[RANK[row.item] : end]
    found = ([item for item in items if item in between] for items in WITH_VALUES.values())
    return next((items for items in found if len(items) == count), ())


def _chunks(line: Line) -> list[list[Slot]]:
    """The values of a line, seven by seven; none if they are not so many."""
    width = len(COLUMNS)
    if not line.stream or len(line.slots) % width:
        return []
    return [line.slots[at : at + width] for at in range(0, len(line.slots), width)]


def name_the_rest(table: Sequence[Row], notes: list[str]) -> None:
    """Name the rows between named ones whose label can only be one of those left out."""
    half: Row | None = None
    for index, row in enumerate(table):
        if row.item is not None or row is half:
            continue
        before, following = table[max(0, index - 1)], table[index + 1 : index + 2]
        left = _left_out(table, index)
        if item := _joined(row, left):
            row.item = item
            if [item_of(row.line.texts[-1] + x.line.texts[-1], TABLE) for x in following] == [item]:
                row.slots = None  # values stand beside both halves of the label: whose are they?
                half = following[0]
        elif item := _like(row, before, left):
            row.item = item
            # A page's end cuts a row's label and its last number together.
            cut = row.line.layout is not Layout.OWN and row.slots and has_total(row.slots) is False
            row.slots = None if cut else row.slots
        else:
            notes.append(f"table 3: a row that the form does not have: {row.line.texts[-1]!r}")


def _left_out(table: Sequence[Row], index: int) -> list[str]:
    """Rows of the form that may stand between the named ones around a row."""
    named = {row.item for row in table}
    before = max((RANK[row.item] for row in table[:index] if row.item), default=-1)
    after = min((RANK[row.item] for row in table[index:] if row.item), default=len(ORDER))
    left = [i for i in ORDER[before + 1 : after] if i not in named and i not in HEADINGS]
    if "otherwise_other" in left and not number_of(table[index].line.texts[-1]):
        left.remove("otherwise_other")  # its label may be half of the heading's
    return left


def _like(row: Row, before: Row, left: Sequence[str]) -> str | None:
    """Item whose label a row's is like, if its values are its own."""
    line = row.line
    torn = line.sparse and before.item is None and before.slots is None
    if row.slots is None or torn or _is_shared(line) or _ends_in_head(line):
        return None
    return nearest(line.texts, TABLE, left, spaced=line.sparse)


def _joined(row: Row, left: Sequence[str]) -> str | None:
    """Item whose label was cut by a page's end: the other half stands behind the values."""
    halves = takewhile(lambda text: not number_of(text), row.following)  # or it begins a label
    items = (item_of(row.line.texts[-1] + half, TABLE) for half in halves)
    return next((item for item in items if item in left), None)
