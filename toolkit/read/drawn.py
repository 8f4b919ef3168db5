"""Tables that a text draws: with spaces, or with bars and rules of characters -> cells.

PDF tools and terminals set cells out with spaces. Terminal browsers, pandoc, reStructuredText
and ``tabulate`` print borders: what stands between two rules is one row, of however many lines,
and a rule that stops short goes around a merged cell.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final

from toolkit.read.document import Paragraph, Slot
from toolkit.read.letters import edges

Row = tuple[Slot, ...]

Printed = tuple[str, Row | Paragraph]
"""A printed line: its kind (none for a blank one), and a row of cells or a paragraph."""

_SPACE: Final = re.compile(r"[ \u3000\xa0]")
_GAP: Final = re.compile(r"[ \u3000\xa0]{2,}")
_NUMBER: Final = r"[+-]?[\d０-９]+(?:[,，.][\d０-９]+)*"
TOKEN: Final = rf"(?:{_NUMBER}|[/—－-]+)"
_WITH_UNIT: Final = rf"{_NUMBER}[ ]?[^\W\d_]{{1,2}}"  # behind other numbers only, not in prose
_NUMBERS_BEHIND: Final = re.compile(rf"[ ]+({TOKEN}(?:[ ]+{TOKEN})*(?:[ ]+{_WITH_UNIT})?)$")
_FLAT_VALUES: Final = re.compile(rf"(?: {TOKEN}){{5,}}(?= |$)")
_FLAT: Final = 11  # spaces of the shortest line that can hold two rows of so many values
_END: Final = 400  # characters of a line that may hold the numbers behind a label
NUMBER_WITHIN: Final = re.compile(rf"(?:^| ){TOKEN}(?= )")
_ONLY_NUMBERS: Final = re.compile(rf"{TOKEN}(?:[ ]+{TOKEN})+")
_PAGE_NUMBER: Final = re.compile(r"[-—–－·]+\s*\d{1,4}\s*[-—–－·]+|[1-9]\d{0,3}\s*/\s*[1-9]\d{0,3}")
_PIECE: Final = re.compile(r"\S+(?:[ \u3000\xa0]\S+)*")
_WORD: Final = re.compile(rf"{_WITH_UNIT}$|[^ ]+")
_DRAWN: Final = 8  # lines with gaps that it takes to make a drawing
_SHORT: Final = 20
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


def split(line: str) -> list[list[str]]:
    """Rows of cells of a line: parted at gaps, and numbers behind a label at each space."""
    if not _SPACE.search(line):
        return [[line]]
    rows, rest = _flat_rows(line) if line.count(" ") >= _FLAT else ([], line)
    if len(rows) <= 1:
        rows, rest = [], line
    return [*rows, [text for _, text in _pieces(rest)]] if rest else rows


def _flat_rows(line: str) -> tuple[list[list[str]], str]:
    """Rows that follow each other on one line, and what stands behind the last of them."""
    rows, start = [], 0
    while values := _FLAT_VALUES.search(line, start + 1):
        rows.append([line[start : values.start()].strip(), *values.group().split(" ")[1:]])
        start = values.end()
        while line[start : start + 1].isspace():
            start += 1
    return rows, line[start:]


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    """Texts of a line that gaps part, with where each begins; numbers each for itself."""
    is_page_number = _PAGE_NUMBER.fullmatch(line.strip())
    for piece in _PIECE.finditer(line):
        text, begin = piece.group(), piece.start()
        label = len(text) if is_page_number else _label_end(text)
        if label:
            yield begin, text[:label].rstrip()
        for word in _WORD.finditer(text, label):
            yield begin + word.start(), word.group()


def _label_end(text: str) -> int:
    """Return where a piece's numbers begin; what stands between numbers is no label."""
    if _ONLY_NUMBERS.fullmatch(text):
        return 0
    behind = _NUMBERS_BEHIND.search(text, max(0, len(text) - _END))
    if not behind:
        return len(text)
    first = NUMBER_WITHIN.search(text, 0, behind.start())
    return first.start() if first else behind.start()


def is_drawn(text: str) -> bool:
    """Whether a text draws its tables with spaces, so that places on a line are columns."""
    if "\t" in text or "|" in text:
        return False
    return sum(_GAP.search(line.strip()) is not None for line in text.splitlines()) >= _DRAWN


def in_columns(pages: list[list[str]]) -> Iterator[Printed]:
    """Yield the lines of pages that are drawn: a cell's column is where it begins on its line.

    A short text alone on a line belongs to the rows right above or below it: it may be a
    part of a cell, and its place says of which.
    """
    lines = [line for page in pages for line in page]
    begin_page = set(accumulate(map(len, pages)))
    narrow = [[(at, len(text), text) for at, text in _pieces(line)] for line in lines]
    wide = [
        [(place[at], place[at + width] - place[at], text) for at, width, text in row]
        for place, row in zip(map(edges, lines), narrow, strict=True)
    ]
    # Some tools give a wide character two columns, some give it one: it is the way in which the
    # numbers of like rows stand below each other.
    pieces = min((narrow, wide), key=_unevenness)
    for at, (line, cells) in enumerate(zip(lines, pieces, strict=True)):
        if at in begin_page:
            yield "page", ()
        if not cells:
            yield "", ()
        elif len(cells) > 1 or (
            len(cells[0][-1]) <= _SHORT
            and not _PAGE_NUMBER.fullmatch(cells[0][-1])
            and any(len(near) > 1 for near in (*pieces[at - 1 : at], *pieces[at + 1 : at + 2]))
        ):
            place = f"line {at + 1}, column "
            made = (Slot(text, start, width, f"{place}{start + 1}") for start, width, text in cells)
            yield "columns", tuple(made)
        else:
            yield "text", Paragraph(line.strip(), f"line {at + 1}")


def _unevenness(pieces: list[list[tuple[int, int, str]]]) -> float:
    """How far apart, in all, the columns of numbers in rows of one length begin."""
    starts: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for row in pieces:
        numbers = [begin for begin, _, text in row if text.isdigit()]
        for at, begin in enumerate(numbers):
            starts[len(numbers), at].add(begin)
    return sum(max(begins) - min(begins) for begins in starts.values())


def in_ascii(text: str) -> str:
    """Text whose lines are drawn with bars, rules and pluses, if they were drawn at all."""
    return text.translate(_ASCII) if any(bar in text for bar in _BARS[:3]) else text


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
            for measure in (edges, lambda line: range(len(line) + 1)):
                if rows := _rows(table, at + 1, measure):
                    found[at] = end, rows
                    break
    return found


def _rows(lines: list[str], number: int, measure: Callable[[str], Sequence[int]]) -> list[Row]:
    """Rows of a table that begins on line ``number``; none if bars do not stand under rules."""
    printed = [list(_stretches(line, measure(line))) for line in lines]
    ruled = [(start, end) for line in printed for start, end, text in line if text is None]
    corners = {corner for start, end in ruled for corner in (start - 1, end)}
    rows: dict[int, list[tuple[int, int, int, list[str]]]] = {}  # line, start, end and texts
    open_: dict[tuple[int, int], list[str]] = {}
    row = 0
    for at, stretches in enumerate(printed, number):
        row += any(text is None for _, _, text in stretches)
        for start, end, text in stretches:
            if text is None:
                open_ = {span: t for span, t in open_.items() if span[1] <= start or end <= span[0]}
                continue
            if not {start - 1, end} <= corners:
                return []
            if (start, end) not in open_:
                open_[start, end] = []
                rows.setdefault(row, []).append((at, start, end, open_[start, end]))
            open_[start, end] += [text] if text else []
    edges = sorted({start for cells in rows.values() for _, start, _, _ in cells})
    return [
        tuple(
            Slot(
                "\n".join(texts),
                bisect_left(edges, start),
                bisect_left(edges, end) - bisect_left(edges, start),
                f"line {line}, column {start + 1}",
            )
            for line, start, end, texts in cells
        )
        for cells in rows.values()
    ]


def _stretches(line: str, place: Sequence[int]) -> Iterator[tuple[int, int, str | None]]:
    """From where to where each part of a line reaches: a text between bars, or a piece of rule.

    ``place`` has the columns at which the line's characters begin.
    """
    end = -1
    for border in _BORDER.finditer(line):
        if end >= 0:
            yield place[end], place[border.start()], line[end : border.start()].strip()
        corners = (border.start() + match.start() for match in _CORNER.finditer(border[0]))
        for left, right in pairwise(corners):
            yield place[left + 1], place[right], None
        end = border.end()
