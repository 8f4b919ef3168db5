"""Table 4, reconsideration and litigation: one row of three blocks of five counts."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain

from toolkit.extract.cell import Cell, agreed, as_printed, read_mended, read_row, unplaced
from toolkit.extract.challenges_head import (
    COLUMNS,
    HEADS,
    ITEMS,
    KEYS,
    LEAST,
    OF_BLOCK,
    TABLE,
    are_aside,
    are_letters,
    blocks_in,
    codes_of,
    drawn_codes,
    is_in_order,
    is_under_heads,
    order_of,
)
from toolkit.extract.head import are_under, codes_above, from_opening, names_others
from toolkit.extract.labels import expects_values, is_prose, item_of, result_columns
from toolkit.extract.lines import Label, Line, Row
from toolkit.extract.place import place
from toolkit.extract.sums import adds_up, ends_in_total, may_be_shifted, mended
from toolkit.extract.values import REMEMBERED
from toolkit.form import CellKey
from toolkit.read.document import Layout


def read_challenges(
    lines: Sequence[Line], notes: list[str], *, broken: bool
) -> dict[CellKey, Cell]:
    """Read table 4 (empty: not in the document).

    ``broken`` says that no number of table 3 was to be read: then each block must add up.
    """
    readings = []
    lines = [*_rejoined(lines), Line(), Line()]
    for line, following, third in zip(lines, lines[1:], lines[2:], strict=False):
        if labels := _head(line):
            behind = len(line.slots) <= 1 and len(following.slots) == len(KEYS)
            values, after = line, following
            if behind and not following.labels:
                values, after = following, third
            if _is_headless(after):
                readings.append(dict.fromkeys(KEYS, unplaced(values.slots)))
            else:
                readings.append(_read(values, labels, broken=broken))
    readings += _by_block(lines)
    # No other table has so many values in a row: its head was lost.
    readings = readings or [
        dict.fromkeys(KEYS, unplaced(line.slots)) for line in lines if line.count == len(KEYS)
    ]
    return agreed(readings, "table 4", notes) if readings else {}


def _head(line: Line) -> Sequence[Label]:
    """The texts in front of a line's values that are table 4's head; none if they are not."""
    if not (labels := _head_labels(line)):
        return []
    named = len(codes_of(labels)) >= LEAST or (not line.structured and are_letters(labels))
    return labels if named else []


def _is_headless(line: Line) -> bool:
    """Whether a row of values is a second one under its head: then the first may be last year's."""
    return len(line.slots) == len(KEYS) and len(codes_of(line.labels)) < LEAST


def _by_block(lines: Sequence[Line]) -> Iterator[dict[CellKey, Cell]]:
    """Read a table of which each block is a row of its own, under a head of its own or of all."""
    named = [_block(*row.texts) if len(row.slots) >= len(COLUMNS) else "" for row in lines]
    if not {*ITEMS} <= {*named}:
        return
    for at in range(len(lines) - len(ITEMS) + 1):
        rows, items = lines[at : at + len(ITEMS)], named[at : at + len(ITEMS)]
        if sorted(items) != sorted(ITEMS):
            continue
        heads = [row.labels if codes_of(row.labels) else rows[0].labels for row in rows]
        if {*map(codes_of, heads)} == {COLUMNS}:
            keys = [(TABLE, item, column) for item in items for column in COLUMNS]
            blocks = [*map(Row, rows)]
            place(blocks, len(COLUMNS))
            cells = map(_read_block, blocks, heads)
            yield dict(zip(keys, chain.from_iterable(cells), strict=True))


def _read_block(block: Row, head: Sequence[Label]) -> list[Cell]:
    line, slots = block.line, block.slots
    told = slots and (line.structured or adds_up(slots))
    own = line.layout is Layout.OWN
    width = line.row_end - line.slots[0].column if own else len(line.slots)
    if told and slots and width > len(COLUMNS):
        told = line.aligned and codes_above(head, slots, result_columns) == [*COLUMNS]
    if not (slots and told):
        return [unplaced(line.slots)] * len(COLUMNS)
    return read_mended(slots)


@lru_cache(maxsize=REMEMBERED)
def _block(*texts: str) -> str:
    """The block that the last text names but for heads, and pieces; none if both of litigation."""
    others = (x for x in texts[::-1] if not (result_columns(x) or OF_BLOCK.may_spell(x)))
    text = next(others, "")
    named = blocks_in(text)
    return named[0] if len(named) == 1 else ""


def _rejoined(lines: Sequence[Line]) -> list[Line]:
    """Join the two halves in which a PDF tool may print the table, each with its head.

    Each half must have a value for every column that it names, and both all columns.
    """
    joined: list[Line] = []
    for half in lines:
        line, last = half, joined[-1] if joined else Line()
        if last.stream and line.stream and 0 < len(line.slots) < len(KEYS):
            codes = [codes_of(_head_labels(one)) for one in (last, half)]
            whole = codes[0] + codes[1] == HEADS
            if whole and [*map(len, codes)] == [len(last.slots), len(line.slots)]:
                labels, slots = [*last.labels, *line.labels], [*last.slots, *line.slots]
                line = replace(joined.pop(), labels=labels, slots=slots, spilled=half.spilled)
        joined.append(line)
    return joined


def _head_labels(line: Line) -> Sequence[Label]:
    """The texts of a line from the one that opens table 4's head.

    There are none if prose, or the label of another table's row, stands in front of the values.
    """
    strange = line.texts and (expects_values(line.texts[-1]) or is_prose(line.texts[-1]))
    return from_opening(line.labels, _opens, 0 if strange else 5 * len(KEYS))


def _opens(text: str) -> bool:
    return item_of(text, TABLE) == ITEMS[0]


def _read(line: Line, labels: Sequence[Label], *, broken: bool) -> dict[CellKey, Cell]:
    if not line.slots and len(line.spare) >= len(KEYS):  # left empty, whichever is which
        return dict(zip(KEYS, read_row(line.spare), strict=False))
    drawn = drawn_codes(labels) if line.layout is Layout.DRAWN else []
    row = Row(line)
    if line.slots:
        place([row], len(KEYS), heads=[at for _, at in drawn])
    slots = row.slots
    if not slots and is_under_heads(line, labels):
        slots = line.slots
    under = slots is not None and len(drawn) > 0 and are_under(slots, drawn)
    order = order_of(labels, line, slots, drawn if under else []) if slots else None
    strange = codes_of(labels) != HEADS and names_others(labels)
    if not slots or not order or strange:
        return dict.fromkeys(KEYS, unplaced(line.slots))
    blocks = (slots[at : at + len(COLUMNS)] for at in range(0, len(KEYS), len(COLUMNS)))
    whole = [slot for block in blocks for slot in mended(block)]
    cells = dict(zip(order, as_printed(read_row(whole), slots), strict=True))
    found = [[cells[TABLE, item, c] for c in COLUMNS] for item in ITEMS]
    unread = any(cell.value is None for cell in cells.values())
    sums = [ends_in_total([cell.term for cell in block]) for block in found]
    known = line.structured or under or is_in_order(labels)
    taken = (under or order == KEYS) and codes_of(labels) != HEADS
    in_doubt = (
        (are_aside(labels, slots, line, order) and not all(sums))
        or (False in sums and (broken or taken or _are_pieces(line, sums)))
        or (unread and not known)
        # A word that stands in front of the values may be the first of them, broken over lines.
        or (line.stream and not result_columns("".join(line.texts[-2:])))
        or (line.layout is not Layout.OWN and may_be_shifted(whole[-len(COLUMNS) :], certain=True))
    )
    return dict.fromkeys(KEYS, unplaced(line.slots)) if in_doubt else {k: cells[k] for k in KEYS}


def _are_pieces(line: Line, sums: Sequence[bool | None]) -> bool:
    """Whether values may be pieces of numbers, so that blocks do not add up, or lack theirs."""
    loose = line.sparse or (line.stream and line.in_paragraphs)
    return loose and (line.spilled > 0 or sums.count(False) > sums.count(True))
