"""Labels of table 3 that a tool printed on several lines, with the values among them.

A PDF tool that goes by height prints a row's values beside the lines of its label, on one of
them or between two, and among these lines those of the groups' labels. Where all of a label is
there, to the letter, the values within its height are its row's.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import Final, NamedTuple

from toolkit.extract.applications_rows import COLUMNS, OTHERWISE, TABLE
from toolkit.extract.head import words
from toolkit.extract.labels import expects_values, wording
from toolkit.extract.lines import Label, Line, Row, give_up
from toolkit.extract.sums import adds_up
from toolkit.extract.values import narrow
from toolkit.form import aliases, forms
from toolkit.read.document import Layout, Slot

_MEANINGLESS: Final = re.compile(r"[\W_]+")
_HEAD: Final = 2  # texts that may be a head, and no rest of a label
_OPENING: Final = re.compile(r"\d{1,2}(?:[.、)]|$)")  # the number that begins a row of a group


class _Piece(NamedTuple):
    """A word, the text that it is of, and the number of the line which that belongs to."""

    line: int
    of: Label
    word: Label
    letters: str


class _Found(NamedTuple):
    """A label in pieces, the lines with values within its height, and these as its row's."""

    label: list[_Piece]
    height: list[int]
    row: list[Slot]


def put_together(lines: Sequence[Line]) -> tuple[list[Line], int]:
    """Lines in which each label stands in one piece in front of the values within its height.

    Also of how many a part stands behind the values.
    """
    made = [*lines]
    if not any(line.sparse for line in lines):
        return made, 0
    pieces = [
        _Piece(at, label, word, _letters(word.text))
        for at, line in enumerate(lines)
        for label in line.labels
        for word in words(label)
    ]
    found = _found(lines, pieces)
    for at, labels in _left(lines, pieces, {piece for one in found for piece in one.label}):
        made[at] = replace(made[at], labels=labels)
    for label, (first, *others), row in found:
        text = "".join(piece.word.text for piece in label)
        whole = label[0].word._replace(text=text, row=lines[first].value_row)
        made[first] = replace(made[first], labels=[*made[first].labels, whole], slots=row)
        for at in others:
            made[at] = replace(made[at], slots=[])
    behind = (lines[one.height[-1]].value_row < one.label[-1].word.row for one in found)
    return made, sum(behind)


def _found(lines: Sequence[Line], pieces: Sequence[_Piece]) -> list[_Found]:
    """Labels that are all there, with values of theirs in their height and in no other's."""
    # Of several beginnings of a label the last is its own; one label heads rows in one edition.
    named = {label[-1]: (item, label) for item, label in _labels(pieces)}
    heads = {item for item, _ in named.values()} & {*OTHERWISE}
    found = []
    for item, label in named.values():
        height = _within(lines, label[0].word.row, label[-1].word.row)
        row = _row_of([lines[at] for at in height])
        if row and not (heads and item == "otherwise"):
            found.append(_Found(label, height, row))
    claims = Counter(at for one in found for at in one.height)
    return [one for one in found if max(claims[at] for at in one.height) == 1]


def _left(
    lines: Sequence[Line], pieces: Sequence[_Piece], used: AbstractSet[_Piece]
) -> Iterator[tuple[int, list[Label]]]:
    """Yield lines of which pieces were used, and what is left in them: other texts and words."""
    left: dict[tuple[int, Label], list[Label]] = {(p.line, p.of): [] for p in used}
    for piece in pieces:
        if piece not in used and (piece.line, piece.of) in left:
            left[piece.line, piece.of].append(piece.word)
    for at in {line for line, _ in left}:
        yield at, [x for label in lines[at].labels for x in left.get((at, label), [label])]


def _within(lines: Sequence[Line], top: int, end: int) -> list[int]:
    """Lines whose values stand in the height of two printed rows; none if these are one."""
    if top == end:
        return []
    return [at for at, line in enumerate(lines) if line.slots and top <= line.value_row <= end]


def _row_of(lines: Sequence[Line]) -> list[Slot]:
    """The values of a row within the height of its label; none if they may not be all of it.

    On one line they are as many as a row has, or drawn in their columns. Of several lines those
    below each other are pieces of one number, and the row must add up.
    """
    drawn = {line.layout for line in lines} == {Layout.DRAWN}
    if len(lines) == 1:
        line = lines[0]
        return line.slots if drawn or (line.sparse and line.count == len(COLUMNS)) else []
    row = _stacked(lines)
    return row if drawn and len(row) == len(COLUMNS) and adds_up(row) else []


def _stacked(lines: Sequence[Line]) -> list[Slot]:
    """Values of several lines, those below each other in one; none if nothing tells which are."""
    columns: list[list[Slot]] = []
    if {line.count for line in lines} == {len(COLUMNS)}:
        columns = [[*column] for column in zip(*(line.filled for line in lines), strict=True)]
    elif {line.layout for line in lines} == {Layout.DRAWN}:
        end = -1
        slots = (slot for line in lines for slot in line.slots)
        for slot in sorted(slots, key=attrgetter("column")):
            columns += [] if slot.column < end else [[]]
            columns[-1].append(slot)
            end = max(end, slot.column + slot.width)
    return [column[0]._replace(text="".join(slot.text for slot in column)) for column in columns]


def doubt_pieces(lines: Sequence[Line], table: Sequence[Row], *, around: int) -> None:
    """Give up rows beside which values without a label stand that may be pieces of theirs.

    ``around`` labels have a part behind their values, for a tool went by height: where they are
    more than have their values behind all of it, these may have but some of them.
    """
    rows = {id(row.line): row for row in table if row.item}
    last = max((at for at, line in enumerate(lines) if id(line) in rows), default=0)
    behind = [line for line in lines[last + 1 : last + 2] if len(line.texts) < _HEAD]
    valued = [line for line in [*lines[: last + 1], *behind] if line.slots]
    for side in (valued, valued[::-1]):
        pieces: list[Line] = []
        for line in side:
            row = rows.get(id(line))
            if row and pieces and not _is_whole_beside(line, pieces):
                row.slots = None
            pieces = [*pieces, line] if not row and _may_be_pieces(line) else []
    apart = [row for row in rows.values() if row.line.apart]
    if around > len(apart):
        give_up(apart)


def _may_be_pieces(line: Line) -> bool:
    """Whether values without a row's label may be pieces of another row's numbers."""
    if line.count > len(COLUMNS) or any(map(expects_values, line.texts)):
        return False
    loose = line.apart and not line.stream and line.layout is not Layout.OWN
    return line.sparse or (loose and not any(map(wording, line.texts)))


def _is_whole_beside(line: Line, pieces: Sequence[Line]) -> bool:
    """Whether a row's numbers are whole though lines beside it have some without a label.

    They add up, and would not with those of the nearest such lines below or above each of them.
    """
    if not (line.count and adds_up(line.filled)):
        return False
    for count in range(1, len(pieces) + 1):
        near = pieces[-count:]
        together = _stacked(sorted((line, *near), key=attrgetter("value_row")))
        alone = sum(piece.count for piece in near) == 1
        if not alone and (len(together) != len(COLUMNS) or adds_up(together)):
            return False
    return True


def _labels(pieces: Sequence[_Piece]) -> Iterator[tuple[str, list[_Piece]]]:
    """Item, and the pieces that are together its label, from wherever they may begin."""
    known = _any_wording()
    # Without those of prose.
    pieces = [x for x in pieces if x.letters in known or _opens(x)]
    begun = defaultdict[str, list[int]](list)
    for at, piece in enumerate(pieces):
        begun[piece.letters[:1]].append(at)
    for item, wordings in _wordings().items():
        for start in begun[wordings[0][0]]:
            spelled = (_spelled(pieces[start:], wording) for wording in wordings)
            if label := next(filter(None, spelled), None):
                yield item, label


def _spelled(pieces: Sequence[_Piece], wording: str) -> list[_Piece]:
    """The pieces that spell a wording; none if another row's label begins between them."""
    label: list[_Piece] = []
    length = 0
    for piece in pieces:
        if label and wording[0].isdigit() and _opens(piece):
            break
        if piece.letters and wording.startswith(piece.letters, length):
            label.append(piece)
            length += len(piece.letters)
            if length == len(wording):
                return label
        elif not label:
            break
    return []


def _opens(piece: _Piece) -> bool:
    return piece.letters[:1].isdigit() and bool(_OPENING.match(narrow(piece.word.text)))


def _letters(text: str) -> str:
    return _MEANINGLESS.sub("", narrow(text))


@cache
def _wordings() -> dict[str, list[str]]:
    """Item -> its number and wordings as they are printed, letters alone, the longest first."""
    numbers = {item.code: item.number for made in forms() for item in made.rows(TABLE)}
    found = defaultdict[str, list[str]](list)
    for alias in aliases():
        if alias.table == TABLE and alias.role == "item" and alias.code in numbers:
            found[alias.code].append(_letters(numbers[alias.code] + alias.wording))
    return {code: sorted(wordings, key=len, reverse=True) for code, wordings in found.items()}


@cache
def _any_wording() -> str:
    """All wordings, so that one search tells whether letters are of any."""
    return "\n".join(chain(*_wordings().values()))
