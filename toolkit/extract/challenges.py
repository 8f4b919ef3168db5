"""Table 4, reconsideration and litigation: one row of three blocks of five counts."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain, islice, pairwise
from typing import Final

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from toolkit.extract.cell import Cell, agreed, as_printed, read_mended, read_row, unplaced
from toolkit.extract.head import (
    are_under,
    codes_above,
    codes_in,
    drawn_heads,
    from_opening,
    keeps_order,
    names_others,
    printed_rows,
)
from toolkit.extract.labels import expects_values, is_prose, item_of, result_columns
from toolkit.extract.lines import Label, Line, Placed, Row
from toolkit.extract.place import place
from toolkit.extract.spelt import Names, spells
from toolkit.extract.sums import adds_up, ends_in_total, may_be_shifted, mended
from toolkit.extract.values import REMEMBERED
from toolkit.form import CellKey, form
from toolkit.read.document import Layout

TABLE: Final = "challenges"
ITEMS: Final = tuple(item.code for item in form().rows(TABLE))
COLUMNS: Final = form().rows(TABLE)[0].columns
_LABELS: Final = tuple((item, form().label(item)) for item in ITEMS)
_LITIGATION: Final = _LABELS[1:]
KEYS: Final = tuple(form().cells(TABLE))
_HEADS: Final = COLUMNS * len(ITEMS)
_BLOCKS: Final = tuple(item for item in ITEMS for _ in COLUMNS)
_codes: Final = partial(codes_in, codes=result_columns)
_OF_BLOCK: Final = Names(TABLE, COLUMNS)
_NAMES: Final = (*_OF_BLOCK.names.values(),) * len(ITEMS)
_LETTERS: Final = Counter("".join(_NAMES))
_APART: Final = re.compile(r"(?<=\b\w) (?=\w\b)")
_LEAST: Final = 8  # columns that a head must name to be table 4's
_FEW: Final = 3
_LIKE: Final = 70  # of 100: the likeness of a misprinted name

Order = tuple[CellKey, ...]


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
    named = len(_codes(labels)) >= _LEAST or (not line.structured and _are_letters(labels))
    return labels if named else []


def _is_headless(line: Line) -> bool:
    """Whether a row of values is a second one under its head: then the first may be last year's."""
    return len(line.slots) == len(KEYS) and len(_codes(line.labels)) < _LEAST


def _by_block(lines: Sequence[Line]) -> Iterator[dict[CellKey, Cell]]:
    """Read a table of which each block is a row of its own, under a head of its own or of all."""
    named = [_block(*row.texts) if len(row.slots) >= len(COLUMNS) else "" for row in lines]
    if not {*ITEMS} <= {*named}:
        return
    for at in range(len(lines) - len(ITEMS) + 1):
        rows, items = lines[at : at + len(ITEMS)], named[at : at + len(ITEMS)]
        if sorted(items) != sorted(ITEMS):
            continue
        heads = [row.labels if _codes(row.labels) else rows[0].labels for row in rows]
        if {*map(_codes, heads)} == {COLUMNS}:
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
    others = (x for x in texts[::-1] if not (result_columns(x) or _OF_BLOCK.may_spell(x)))
    text = next(others, "")
    named = _blocks(text)
    return named[0] if len(named) == 1 else ""


def _are_letters(labels: Sequence[Label]) -> bool:
    """Whether all letters of the form's head are there, though its words may be torn."""
    return Counter("".join(_lines(labels)).replace(" ", "")) == _LETTERS


def _lines(labels: Sequence[Label]) -> list[str]:
    """What each printed line of a head has of columns' names, word by word; letters apart join."""
    rows = (_OF_BLOCK.words(texts) for texts in printed_rows(labels))
    return [_APART.sub("", " ".join(row)) for row in rows]


def _rejoined(lines: Sequence[Line]) -> list[Line]:
    """Join the two halves in which a PDF tool may print the table, each with its head.

    Each half must have a value for every column that it names, and both all columns.
    """
    joined: list[Line] = []
    for half in lines:
        line, last = half, joined[-1] if joined else Line()
        if last.stream and line.stream and 0 < len(line.slots) < len(KEYS):
            codes = [_codes(_head_labels(one)) for one in (last, half)]
            whole = codes[0] + codes[1] == _HEADS
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
    drawn = _drawn(labels) if line.layout is Layout.DRAWN else []
    row = Row(line)
    if line.slots:
        place([row], len(KEYS), heads=[at for _, at in drawn])
    slots = row.slots
    if not slots and _is_under_heads(line, labels):
        slots = line.slots
    under = slots is not None and len(drawn) > 0 and are_under(slots, drawn)
    order = _order(labels, line, slots, drawn if under else []) if slots else None
    strange = _codes(labels) != _HEADS and names_others(labels)
    if not slots or not order or strange:
        return dict.fromkeys(KEYS, unplaced(line.slots))
    blocks = (slots[at : at + len(COLUMNS)] for at in range(0, len(KEYS), len(COLUMNS)))
    whole = [slot for block in blocks for slot in mended(block)]
    cells = dict(zip(order, as_printed(read_row(whole), slots), strict=True))
    found = [[cells[TABLE, item, c] for c in COLUMNS] for item in ITEMS]
    unread = any(cell.value is None for cell in cells.values())
    sums = [ends_in_total([cell.term for cell in block]) for block in found]
    known = line.structured or under or _is_in_order(labels)
    taken = (under or order == KEYS) and _codes(labels) != _HEADS
    in_doubt = (
        (_are_aside(labels, slots, line, order) and not all(sums))
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


def _is_under_heads(line: Line, labels: Sequence[Label]) -> bool:
    """Whether a row of a file's own table has a cell of its own under each of the form's heads.

    What shows a row that lacks a cell shows it moved up, with one value less.
    """
    whole = line.layout is Layout.OWN and len(line.slots) == len(KEYS) != line.count + 1
    return whole and _by_place(labels, line.slots, line) is not None


def _drawn(labels: Sequence[Label]) -> list[tuple[str, float]]:
    """Heads below the labels of a drawn table's blocks; none if one of them is missing."""
    drawn = drawn_heads(labels, lambda text: not _OF_BLOCK.may_spell(text), TABLE)
    return drawn if len(drawn) == len(KEYS) else []


def _order(
    labels: Sequence[Label], line: Line, slots: Placed, drawn: Sequence[tuple[str, float]]
) -> Order | None:
    """Cells in printed order, as the heads right above them say; None if none tells it."""
    if drawn and not _are_exchanged(line.labels):
        return _complete(_BLOCKS, [code for code, _ in drawn])
    if not line.structured and _spells_another(labels):
        return None
    placed = _by_place(labels, slots, line) if line.aligned and line.structured else None
    if placed or line.beside(slots):
        return placed
    if line.structured and sorted(told := tuple(_as_tree(labels))) == sorted(KEYS):
        return told
    if _are_exchanged(line.labels):
        return None
    in_pieces = not line.structured and _is_in_pieces(labels)
    named = len(_codes(labels)) >= _LEAST
    return KEYS if in_pieces or (named and _is_in_order(labels)) else None


def _spells_another(labels: Sequence[Label]) -> bool:
    """Whether all names are there, in pieces that do not fit the form's order.

    Pieces that have a line each tell nothing.
    """
    lines = _lines(labels)
    torn = _are_letters(labels) and "".join(lines).replace(" ", "") != "".join(_NAMES)
    alone = all(any(line in name for name in _NAMES) for line in lines)
    return torn and not alone and not spells(lines, _NAMES)


def _are_exchanged(labels: Sequence[Label]) -> bool:
    """Whether the blocks of litigation are not named in the form's order."""
    return _litigation(labels) == ITEMS[:0:-1]


def _litigation(labels: Sequence[Label]) -> tuple[str, ...]:
    """The blocks of litigation in the order they are last named, one maybe misprinted."""
    words = " ".join(label.text for label in labels).split()
    text = "".join(words)
    ends = sorted((text.rfind(label), item) for item, label in _LITIGATION)
    if ends[0][0] >= 0:
        return tuple(item for _, item in ends)
    likely = (
        extractOne(word, dict(_LITIGATION), scorer=ratio, score_cutoff=_LIKE) for word in words
    )
    return tuple(found[2] for found in likely if found)[-2:]


def _is_in_order(labels: Sequence[Label]) -> bool:
    """Whether the columns are named in the form's order, though not all of them."""
    return keeps_order(_codes(labels), _HEADS)


def _is_in_pieces(labels: Sequence[Label]) -> bool:
    """Whether every printed line of a head broken over several names them in the form's order.

    A line may hold several blocks' heads: then it begins anew as often as it names a column.
    """
    rows = [_OF_BLOCK.by_letter([line]) for line in _lines(labels)]
    for row in filter(None, rows):
        ranks = [COLUMNS.index(code) for code in row]
        if ranks[0] == len(COLUMNS) - 1:
            ranks = ranks[1:]  # the block before ends on this line; the sums show which it is
        runs = sum(after <= before for before, after in pairwise([len(COLUMNS), *ranks]))
        if runs > max(map(ranks.count, ranks), default=0):
            return False
    # Else cells came one by one, in their order.
    return max((len({*row}) for row in rows), default=0) >= _FEW


def _by_place(labels: Sequence[Label], slots: Placed, line: Line) -> Order | None:
    """Cells by what stands above each value: its column's head, and its block's."""
    columns = codes_above(labels, slots, result_columns)
    if _codes(labels) == _HEADS != tuple(columns):
        return None  # a span is wrong, so that heads stand aside
    items = [item or "" for item in codes_above(labels, slots, _blocks)]
    # Some tools cut a text at the edges of the columns that it spans.
    in_pieces = tuple(columns) == _HEADS and _litigation(line.labels) == ITEMS[1:]
    return _complete(items, columns) or (KEYS if in_pieces else None)


def _are_aside(labels: Sequence[Label], slots: Placed, line: Line, order: Order) -> bool:
    """Whether another head than its own stands above a value in a file's own table."""
    above = codes_above(labels, slots, result_columns)
    named = zip(above, (column for _, _, column in order), strict=True)
    return line.layout is Layout.OWN and any(code not in (None, own) for code, own in named)


def _complete(items: Sequence[str], columns: Sequence[str | None]) -> Order | None:
    keys = tuple((TABLE, item, code or "") for item, code in zip(items, columns, strict=True))
    return keys if set(keys) == set(KEYS) else None


def _blocks(text: str) -> tuple[str, ...]:
    """Codes of the blocks that a text names."""
    tight = "".join(text.split())
    return tuple(item for item, label in _LABELS if label in tight)


def _as_tree(labels: Sequence[Label]) -> Iterator[CellKey]:
    """Cells of a head given cell by cell: a block's label stands for five of the row below."""
    with_leaves = [row for row in printed_rows(labels) if any(map(result_columns, row))]
    top, *rest = with_leaves or [[]]
    # Some tools repeat a cell in each column, and each row, that it spans.
    pairs = zip(top, ["", *top], strict=False)
    top = [text for text, last in pairs if text != last or not item_of(text, TABLE)]
    own = [code for text in top for code in result_columns(text)]
    codes = [code for row in rest for text in row for code in result_columns(text)]
    if len(codes) == len(KEYS) and codes[: len(own)] == own:
        del codes[: len(own)]
    below = iter(codes)
    for text in top:
        if item := item_of(text, TABLE):
            yield from ((TABLE, item, code) for code in islice(below, len(COLUMNS)))
        else:
            yield from ((TABLE, ITEMS[0], code) for code in result_columns(text))
