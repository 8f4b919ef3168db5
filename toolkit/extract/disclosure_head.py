"""Heads of table 2: which columns a line's texts name, in which order, and the unit beside them.

Every block of the table has a head of its own, and an edition is told by what they name.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Final, NamedTuple

from toolkit.extract.head import keeps_order, middle, words
from toolkit.extract.labels import (
    begun_columns,
    disclosure_columns,
    heads_labels,
    hinted_columns,
    item_of,
    opens_column,
)
from toolkit.extract.lines import Label, Line
from toolkit.extract.values import REMEMBERED, has_strange_unit, header_scale
from toolkit.form import forms
from toolkit.read.document import Layout

TABLE: Final = "proactive"
MOST_COLUMNS: Final = 4
_PIECES: Final = 9  # texts of a head broken over lines, and the label behind it
Columns = dict[str, tuple[str, ...]]
"""The columns of every row of an edition."""
COLUMNS: Final[dict[str, Columns]] = {
    made.edition: {item.code: item.columns for item in made.rows(TABLE)} for made in forms()
}
WAYS: Final = {way for columns in COLUMNS.values() for way in columns.values()}


class Head(NamedTuple):
    """The columns last named, how many yuan the unit named beside them is, and all the texts.

    ``cut`` says that the last is named by a piece of its name, and no other is.
    """

    columns: tuple[str | None, ...] = ()
    scale: int | None = None
    labels: Sequence[Label] = ()
    cut: bool = False


NO_HEAD: Final = Head()
UNTOLD: Final = Head((None,) * MOST_COLUMNS)
"""The head of columns of which nothing tells which is which."""


def ways_of(item: str | None) -> list[tuple[str, ...] | None]:
    """The columns of a row in each edition that has it."""
    return [own.get(item or "") for own in COLUMNS.values()]


def head_of(line: Line, before: Head) -> Head:
    """The head in front of a line's values, or the one before if it brings none."""
    if not any(map(opens_column, line.texts)):
        return UNTOLD if _is_in_another_order(*line.texts) else before
    if any(map(has_strange_unit, line.texts)):
        return UNTOLD
    columns: tuple[str | None, ...] = ()
    scale, open_, head, cut = None, False, "", False
    whole = line.stream or line.layout is not Layout.SPACED
    for texts in _printed_rows(line):
        named = _named(*texts, whole=whole)
        if named and not open_:
            columns, scale, head = (), None, ""
        columns += named
        text = "".join(texts)
        head += text
        if columns and scale is None and (named or header_scale(text, alone=True)):
            scale = header_scale(head)  # a line or a page may end between the unit's characters
        open_ = bool(named)
        if named:
            *others, last = map(_is_piece, filter(None, texts))
            cut = last and not any(others)
    if line.layout is Layout.SPACED and columns not in WAYS:
        broken = disclosure_columns("".join(line.texts[-_PIECES:-1]))
        columns = broken if broken in WAYS else columns
        cut = cut and columns not in WAYS
    if cut and not line.structured:
        return UNTOLD  # the page's edge may have cut the last head, and the values below it
    told = [*filter(None, columns)]
    if line.stream and not any(keeps_order(told, way) for way in WAYS):
        return UNTOLD  # heads of one line may come before those of several
    return Head(columns, scale, line.labels, cut) if columns else before


@lru_cache(maxsize=REMEMBERED)
def _is_in_another_order(*texts: str) -> bool:
    """Whether what is left of misprinted heads contradicts the form's order of a row's columns."""
    hinted = dict.fromkeys(chain(*map(hinted_columns, texts)))
    return len(hinted) > 1 and any(
        not keeps_order([code for code in hinted if code in own], own)
        for columns in COLUMNS.values()
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
        before = rows[-1][-1] if rows else ""
        if row == last:
            if column > end and line.keeps_blanks and any(map(opens_column, (before, text))):
                rows[-1].append("")  # a blank cell beside a head is one whose text was lost
            rows[-1].append(text)
        elif line.stream and begun_columns(before) and begun_columns(before + text):
            rows[-1][-1] += text
        elif line.stream and begun_columns(before) and begun_columns(text):
            rows[-1].append(text)
        else:
            rows.append([text])
        last, end = row, column + width
        if line.keeps_blanks and opens_column(text) and line.spare and line.spare[0].column == end:
            rows[-1].append("")
    return rows


def _stacked(labels: Sequence[Label]) -> list[list[str]]:
    """Heads of a drawn table from left to right, a row of them for each block.

    Where their last pieces come in another order than their first a line of them was shifted:
    then a head that names nothing stands behind them.
    """
    blocks: list[list[tuple[str, float, float]]] = [[]]
    for word in chain(*map(words, labels)):
        heads, at = blocks[-1], middle(word)
        above = [head for head in heads if begun_columns(head[0] + word.text)]
        if above:
            head = min(above, key=lambda head: abs(head[1] - at))
            heads[heads.index(head)] = (head[0] + word.text, head[1], at)
        elif begun_columns(word.text):
            heads.append((word.text, at, at))
        elif item_of(word.text, TABLE):
            blocks.append([])
    rows = []
    for heads in blocks:
        heads.sort(key=itemgetter(1))
        shifted = heads != sorted(heads, key=itemgetter(2))
        rows.append([*map(itemgetter(0), heads), *[""] * shifted])
    return rows


def _is_piece(text: str) -> bool:
    """Whether a text is the beginning of a head, and no more."""
    return bool(begun_columns(text)) and not disclosure_columns(text)


@lru_cache(maxsize=REMEMBERED)
def _named(*texts: str, whole: bool) -> tuple[str | None, ...]:
    """Columns that a printed row of texts names; none if it is no head at all.

    As many texts as there are columns whose names begin with these words are those columns,
    if heads come ``whole``. A text between or behind heads that names no column is a misprinted
    head, None; but for the head over the labels, which is the first if none says that it is.
    """
    if not any(map(opens_column, texts)):
        return ()
    # Where all stands on one line, the label of the row does too.
    texts = tuple(text for text in texts if not item_of(text, TABLE))
    codes: list[tuple[str | None, ...]] = []
    for at, text in enumerate(texts):
        begun, before = begun_columns(text), texts[:at].count(text)
        stump = begun[before : before + 1] if len(begun) == texts.count(text) else ()
        codes.append(disclosure_columns(text) or (stump if whole else begun and (None,)))
    if not any(codes):
        return ()
    behind = [at for at, text in enumerate(texts, 1) if heads_labels(text)]
    rest = codes[behind[-1] if behind else not codes[0] :]
    return tuple(code for found in rest for code in found or (None,))
