"""Columns of table 4: which printed column is which, as far as the head tells."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice, pairwise
from typing import Final

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

from toolkit.extract.head import codes_above, codes_in, drawn_heads, keeps_order, printed_rows
from toolkit.extract.labels import item_of, result_columns
from toolkit.extract.lines import Label, Line, Placed
from toolkit.extract.spelt import Names, spells
from toolkit.form import CellKey, form
from toolkit.read.document import Layout

TABLE: Final = "challenges"
ITEMS: Final = tuple(item.code for item in form().rows(TABLE))
COLUMNS: Final = form().rows(TABLE)[0].columns
KEYS: Final = tuple(form().cells(TABLE))
HEADS: Final = COLUMNS * len(ITEMS)
LEAST: Final = 8  # columns that a head must name to be table 4's
OF_BLOCK: Final = Names(TABLE, COLUMNS)
codes_of: Final = partial(codes_in, codes=result_columns)
_BLOCKS: Final = tuple(item for item in ITEMS for _ in COLUMNS)
_LABELS: Final = tuple((item, form().label(item)) for item in ITEMS)
_LITIGATION: Final = _LABELS[1:]
_NAMES: Final = (*OF_BLOCK.names.values(),) * len(ITEMS)
_LETTERS: Final = Counter("".join(_NAMES))
_APART: Final = re.compile(r"(?<=\b\w) (?=\w\b)")
_FEW: Final = 3
_LIKE: Final = 70  # of 100: the likeness of a misprinted name

Order = tuple[CellKey, ...]


def order_of(
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
    named = len(codes_of(labels)) >= LEAST
    return KEYS if in_pieces or (named and is_in_order(labels)) else None


def drawn_codes(labels: Sequence[Label]) -> list[tuple[str, float]]:
    """Heads below the labels of a drawn table's blocks; none if one of them is missing."""
    drawn = drawn_heads(labels, lambda text: not OF_BLOCK.may_spell(text), TABLE)
    return drawn if len(drawn) == len(KEYS) else []


def is_under_heads(line: Line, labels: Sequence[Label]) -> bool:
    """Whether a row of a file's own table has a cell of its own under each of the form's heads.

    What shows a row that lacks a cell shows it moved up, with one value less.
    """
    whole = line.layout is Layout.OWN and len(line.slots) == len(KEYS) != line.count + 1
    return whole and _by_place(labels, line.slots, line) is not None


def are_aside(labels: Sequence[Label], slots: Placed, line: Line, order: Order) -> bool:
    """Whether another head than its own stands above a value in a file's own table."""
    above = codes_above(labels, slots, result_columns)
    named = zip(above, (column for _, _, column in order), strict=True)
    return line.layout is Layout.OWN and any(code not in (None, own) for code, own in named)


def is_in_order(labels: Sequence[Label]) -> bool:
    """Whether the columns are named in the form's order, though not all of them."""
    return keeps_order(codes_of(labels), HEADS)


def are_letters(labels: Sequence[Label]) -> bool:
    """Whether all letters of the form's head are there, though its words may be torn."""
    return Counter("".join(_lines(labels)).replace(" ", "")) == _LETTERS


def blocks_in(text: str) -> tuple[str, ...]:
    """Codes of the blocks that a text names."""
    tight = "".join(text.split())
    return tuple(item for item, label in _LABELS if label in tight)


def _by_place(labels: Sequence[Label], slots: Placed, line: Line) -> Order | None:
    """Cells by what stands above each value: its column's head, and its block's."""
    columns = codes_above(labels, slots, result_columns)
    if codes_of(labels) == HEADS != tuple(columns):
        return None  # a span is wrong, so that heads stand aside
    items = [item or "" for item in codes_above(labels, slots, blocks_in)]
    # Some tools cut a text at the edges of the columns that it spans.
    in_pieces = tuple(columns) == HEADS and _litigation(line.labels) == ITEMS[1:]
    return _complete(items, columns) or (KEYS if in_pieces else None)


def _complete(items: Sequence[str], columns: Sequence[str | None]) -> Order | None:
    keys = tuple((TABLE, item, code or "") for item, code in zip(items, columns, strict=True))
    return keys if set(keys) == set(KEYS) else None


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


def _spells_another(labels: Sequence[Label]) -> bool:
    """Whether all names are there, in pieces that do not fit the form's order.

    Pieces that have a line each tell nothing.
    """
    lines = _lines(labels)
    torn = are_letters(labels) and "".join(lines).replace(" ", "") != "".join(_NAMES)
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


def _is_in_pieces(labels: Sequence[Label]) -> bool:
    """Whether every printed line of a head broken over several names them in the form's order.

    A line may hold several blocks' heads: then it begins anew as often as it names a column.
    """
    rows = [OF_BLOCK.by_letter([line]) for line in _lines(labels)]
    for row in filter(None, rows):
        ranks = [COLUMNS.index(code) for code in row]
        if ranks[0] == len(COLUMNS) - 1:
            ranks = ranks[1:]  # the block before ends on this line; the sums show which it is
        runs = sum(after <= before for before, after in pairwise([len(COLUMNS), *ranks]))
        if runs > max(map(ranks.count, ranks), default=0):
            return False
    # Else cells came one by one, in their order.
    return max((len({*row}) for row in rows), default=0) >= _FEW


def _lines(labels: Sequence[Label]) -> list[str]:
    """What each printed line of a head has of columns' names, word by word; letters apart join."""
    rows = (OF_BLOCK.words(texts) for texts in printed_rows(labels))
    return [_APART.sub("", " ".join(row)) for row in rows]
