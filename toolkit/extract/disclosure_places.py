"""Places of table 2's values: which columns a row has, which slots are theirs, what is in doubt.

Each block has a head of its own, and few rows: what puts one in doubt is seldom seen in it alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from toolkit.extract.disclosure_head import NO_HEAD, TABLE, Columns, Head, ways_of
from toolkit.extract.gaps import before_gaps
from toolkit.extract.head import are_under, codes_above, drawn_heads, fits, keeps_order, middle
from toolkit.extract.labels import disclosure_columns, item_of, opens_column
from toolkit.extract.lines import WIDE, Line, Placed, Row, give_up
from toolkit.extract.place import place
from toolkit.extract.values import is_minus, narrow
from toolkit.read.document import Layout

_CHANGE: Final = "items_change"


@dataclass(slots=True)
class HeadedRow(Row):
    """A row, the head above it, and its columns in printed order if the head tells that."""

    head: Head = NO_HEAD
    order: tuple[str, ...] | None = None

    def own(self, columns: Columns) -> tuple[str, ...]:
        """Columns that the form has for it (none: it is not the form's)."""
        return columns.get(self.item or "", ())


def place_rows(
    found: Sequence[HeadedRow], columns: Columns, lines: Sequence[Line], notes: list[str]
) -> None:
    """Tell the order of every row's columns, and place its values, but for those in doubt."""
    _tell_orders(found, columns)
    for count in {len(row.order) for row in found if row.order}:
        _place_alike([row for row in found if len(row.order or ()) == count], count)
    give_up(_in_doubt(found, columns, lines, notes))


def _tell_orders(found: Sequence[HeadedRow], columns: Columns) -> None:
    # The edge of a page cuts the last heads of all blocks, and the values below them.
    cut = len({id(row.head.labels) for row in found if row.head.cut}) > 1
    for row in found:
        row.order = None if cut and row.head.cut else _order(row, row.own(columns))
    # Where a block has its columns in another order, so may one of which the form's was taken.
    known = [(row, own) for row in found if row.order and (own := row.own(columns))]
    if not all(keeps_order(row.order or (), own) for row, own in known):
        for row, own in known:
            taken = row.order == own and not {*own} <= {*row.head.columns}
            row.order = None if taken else row.order


def _place_alike(alike: Sequence[HeadedRow], count: int) -> None:
    place(alike, count)
    placed = [row.slots for row in alike]
    for row, slots in zip(alike, placed, strict=True):
        if slots and row.line.layout is Layout.DRAWN and not _stands(slots, row, placed):
            row.slots = None  # beside a blank, pieces of a number are as many as the columns
        if slots and row.line.beside(slots):  # is there a column that the form does not have?
            told = codes_above(row.head.labels, slots, disclosure_columns)
            row.slots = slots if told == [*(row.order or ())] else None


def _stands(slots: Placed, row: HeadedRow, others: Iterable[Placed | None]) -> bool:
    """Whether a drawn row's values stand under its heads, or nearest to those of another row."""
    heads = drawn_heads(row.head.labels, _is_no_head, TABLE)
    full = (other for other in others if other and None not in other and other is not slots)
    places = ([("", middle(slot)) for slot in other if slot] for other in full)
    beside = any(are_under(slots, each) for each in places)
    return beside or len(heads) != len(slots) or are_under(slots, heads)


def _is_no_head(text: str) -> bool:
    return not opens_column(text)


def _in_doubt(
    found: Sequence[HeadedRow], columns: Columns, lines: Sequence[Line], notes: list[str]
) -> Iterator[HeadedRow]:
    """Rows whose values may be others', or pieces of them."""
    if jumbled := _is_jumbled(found, columns):
        notes.append("table 2: its texts are jumbled, so that a row's values may have moved")
    if in_front := _values_come_first(found, lines):
        notes.append("table 2: values may stand in front of their row's label, or behind it")
    # Behind a label that has too many values may stand a piece of another number of its block.
    crowded = {id(row.head) for row in found if _is_crowded(row, row.own(columns))}
    torn = before_gaps(found, tuple(columns), TABLE, lines)
    torn |= {row.item or "" for row in found if _is_torn(row)}
    astray = _between_uneven(found)
    if any(map(_has_spare_sign, found)):
        astray |= {id(row) for row in found if row.line.stream and _CHANGE in (row.order or ())}
    # Where most numbers are broken, two pieces of one may be a row's worth.
    sparse = [row.slots is not None for row in found if row.line.sparse]
    broken = 2 * sum(sparse) < len(sparse)
    for row in found:
        loose = in_front or (broken and row.line.sparse)
        if (
            id(row) in astray
            or (jumbled and row.line.stream and len(row.line.slots) > 1)
            or (loose and row.line.apart)
            or id(row.head) in crowded
            or row.item in torn
        ):
            yield row


def _order(row: HeadedRow, columns: tuple[str, ...]) -> tuple[str, ...] | None:
    """Columns of a row in printed order; None if the head does not tell it.

    One misprinted head is that of the column left over, if the others stand where the form has
    them. Where the head says nothing of this row's columns
    it was lost, and they are in the form's order. A column may have been left out, if a head that
    went astray would have left its place; and a block may have another edition's columns.
    """
    head, line = row.head.columns, row.line
    told = tuple(column for column in head if column is not None)
    lost = [column for column in columns if column not in head]
    if columns and line.structured and told in ways_of(row.item) and head[: len(told)] == told:
        return told
    if len({*head}) == len(head) and (line.keeps_blanks or None not in head):
        left_out = line.keeps_blanks and head and {*head} < {*columns}
        # A row that has a cell for each column, one of them blank, may have lost a head instead.
        left_out = left_out and not len(line.slots) >= len(columns) > line.count
        crowded = None in head[1:-1] and len(line.slots) > len(columns)  # by a column too many
        if left_out or not (lost or crowded):
            return told
    if len(lost) == 1 and fits(head, columns):
        return columns
    return columns if len(lost) == len(columns) and None not in head else None


def _between_uneven(found: Sequence[HeadedRow]) -> set[int]:
    """Rows, a value a line, from one that lacks a value to one that has too many, by identity.

    What the one lacks may be the next one's first, and so on.
    """
    loose = [row for row in found if row.line.stream and row.order]
    more = [len(row.line.slots) - len(row.order or ()) for row in loose]
    uneven = [at for at, n in enumerate(more) if n] if min([0, *more]) < 0 < max([0, *more]) else []
    return {id(row) for row in loose[min(uneven) : max(uneven) + 1]} if uneven else set()


def _is_crowded(row: HeadedRow, columns: Sequence[str]) -> bool:
    """Whether a row has more values than columns, in text or where the head names too few."""
    order, line = row.order or (), row.line
    if line.structured:
        return len(line.filled) > len(order) > 0 and len(order) < len(columns)
    return len(line.slots) > len(order) > 0 or 1 < line.spilled < WIDE


def _is_torn(row: HeadedRow) -> bool:
    """Whether a piece of a row's label, or of a number of its, stands elsewhere."""
    return _is_half(row) or _has_sign_apart(row) or _ends_in_point(row)


def _is_half(row: HeadedRow) -> bool:
    """Whether a page's end cut a row's label: a page number may stand between the halves."""
    half = row.line.texts[-1]
    return not item_of(half, TABLE) and row.item == item_of("".join([half, *row.following]), TABLE)


def _has_sign_apart(row: HeadedRow) -> bool:
    """Whether a minus stands alone before a number, in a text where it may be the number's."""
    if row.line.structured or _CHANGE not in (row.order or ()):
        return False
    pairs = pairwise(slot.text for slot in row.line.slots)
    return any(is_minus(sign) and number[:1].isdigit() for sign, number in pairs)


def _has_spare_sign(row: HeadedRow) -> bool:
    """Whether a minus is one of too many values, in a text where it may be any number's above."""
    crowded = row.line.stream and len(row.line.slots) > len(row.order or ()) > 0
    return crowded and any(is_minus(slot.text) for slot in row.line.slots)


def _ends_in_point(row: HeadedRow) -> bool:
    """Whether a tool printed the point of a number, or its comma, behind the label."""
    return row.line.apart and narrow(row.line.texts[-1]).rstrip().endswith((".", ","))


def _values_come_first(found: Sequence[HeadedRow], lines: Sequence[Line]) -> bool:
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


def _is_jumbled(found: Sequence[HeadedRow], columns: Columns) -> bool:
    """Whether values came a line each and a head or row is torn apart: then others may be, too."""
    known = [row for row in found if row.own(columns)]
    apart = [row for row in known if row.line.stream]
    torn = (row for row in known if row.line.in_paragraphs and not row.line.stream)
    return any({*row.head.columns} != {*row.own(columns)} for row in apart) or (
        bool(apart) and any(len(row.line.slots) < len(row.head.columns) for row in torn)
    )
