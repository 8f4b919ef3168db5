"""Tables drawn with bars and rules of characters -> rows of cells, with all their spans.

So terminal browsers, pandoc, reStructuredText and ``tabulate`` print them. What stands between
two rules is one row, of however many lines; a rule that stops short goes around a merged cell.
"""

import re
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from toolkit.read.document import Slot
from toolkit.read.letters import display_width

Row = tuple[Slot, ...]

_RULE: Final = re.compile(r"\+(?:[-=:]+\+)+")
_BORDER: Final = re.compile(rf"{_RULE.pattern}|\|")
_CORNER: Final = re.compile(r"\+")
_EDGES: Final = ("|", "+")
_FEW: Final = 3  # rules: where there are no more, they part the head from lines that are rows
_BARS: Final = "│┃║┆┇┊┋╎╏"
_DASHES: Final = "─━═┄┅┈┉╌╍"
_ASCII: Final = (
    dict.fromkeys(range(0x2500, 0x2580), "+")
    | dict.fromkeys(map(ord, _BARS), "|")
    | dict.fromkeys(map(ord, _DASHES), "-")
)


def in_ascii(text: str) -> str:
    """Text whose lines are drawn with bars, rules and pluses, if they were drawn at all."""
    return text.translate(_ASCII) if any(bar in text for bar in _BARS[:3]) else text


class _Piece(NamedTuple):
    """A part of a printed line, from where to where it reaches; a rule has no text."""

    start: int
    end: int
    text: str | None


class _Cell(NamedTuple):
    row: int
    start: int
    end: int
    line: int
    texts: list[str]


def boxes(lines: list[str]) -> dict[int, tuple[int, list[Row]]]:
    """Tables that are drawn whole: their first line -> the line behind them, and their rows."""
    found: dict[int, tuple[int, list[Row]]] = {}
    end = 0
    for at in (at for at, line in enumerate(lines) if "+" in line and _RULE.match(line.lstrip())):
        if at < end:
            continue
        end = at
        while end < len(lines) and lines[end].lstrip().startswith(_EDGES):
            end += 1
        table = lines[at:end]
        while not _RULE.search(table[-1]):  # the end of what is cut off is no whole row
            table.pop()
        if sum(_RULE.search(line) is not None for line in table) > _FEW:
            for measure in (display_width, len):
                if rows := _rows(table, at + 1, measure):
                    found[at] = end, rows
                    break
    return found


def _rows(lines: list[str], number: int, measure: Callable[[str], int]) -> list[Row]:
    """Rows of a table that begins on line ``number``; none if bars do not stand under rules."""
    printed = [list(_pieces(line, measure)) for line in lines]
    corners = {x for line in printed for p in line if p.text is None for x in (p.start - 1, p.end)}
    cells: list[_Cell] = []
    open_: dict[tuple[int, int], _Cell] = {}
    row = 0
    for at, pieces in enumerate(printed, number):
        row += any(piece.text is None for piece in pieces)
        for start, end, text in pieces:
            if text is None:
                open_ = {span: c for span, c in open_.items() if span[1] <= start or end <= span[0]}
                continue
            if not {start - 1, end} <= corners:
                return []
            if (start, end) not in open_:
                open_[start, end] = _Cell(row, start, end, at, [])
                cells.append(open_[start, end])
            if text:
                open_[start, end].texts.append(text)
    columns = {start: column for column, start in enumerate(sorted({c.start for c in cells}))}
    rows: dict[int, list[Slot]] = {}
    for cell in cells:
        width = sum(cell.start <= start < cell.end for start in columns)
        place = f"line {cell.line}, column {cell.start + 1}"
        slot = Slot("\n".join(cell.texts), columns[cell.start], width, place)
        rows.setdefault(cell.row, []).append(slot)
    return [tuple(slots) for slots in rows.values()]


def _pieces(line: str, measure: Callable[[str], int]) -> Iterator[_Piece]:
    """Texts between the bars of a line, and the pieces of rules between its corners."""
    place = [0, *accumulate(map(measure, line))]
    end = -1
    for border in _BORDER.finditer(line):
        if end >= 0:
            text = line[end : border.start()].strip()
            yield _Piece(place[end], place[border.start()], text)
        corners = (border.start() + match.start() for match in _CORNER.finditer(border[0]))
        for left, right in pairwise(corners):
            yield _Piece(place[left + 1], place[right], None)
        end = border.end()
