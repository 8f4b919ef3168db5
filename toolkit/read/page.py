"""Pages of cells and lines -> a document in reading order, tables joined over page breaks."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise, permutations, product, takewhile
from operator import eq
from typing import Final, NamedTuple

from toolkit.errors import DocumentError
from toolkit.read.document import SCAN, Block, Document, Grid, Paragraph, Slot
from toolkit.read.letters import has_digit
from toolkit.read.ruling import EDGE, Box, around, spans
from toolkit.read.text import from_text

# What may stand between the halves of a table: a page number, with few words around it.
_LETTER: Final = re.compile(r"[^\W\d_]")
_FEW: Final = 6
_PADDING: Final = 6  # points between text and a border, at most


class Line(NamedTuple):
    """A line of text outside any table."""

    box: Box
    text: str


class Cell(NamedTuple):
    """A printed cell.

    ``doubtful`` if its text is not certain; ``figure`` is the width of its last line if that
    is a number.
    """

    box: Box
    text: str
    doubtful: bool = False
    figure: float = 0.0


@dataclass(slots=True)
class Page:
    """What stands on a page.

    All in points; ``scale`` is how many units a point has where places are told, as pixels of
    a picture. ``recognised`` is whether it was read from one.
    """

    number: int
    tables: list[list[Cell]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    scale: float = 1.0
    recognised: bool = False


class _Piece(NamedTuple):
    """The part of a table that stands on one page."""

    page: Page
    box: Box
    cells: list[Cell]


def is_full(box: Box, figure: float, digits: int) -> bool:
    """Whether a number as wide as this leaves no room in its cell for another digit."""
    return box.width - figure <= figure / digits + 2 * _PADDING


def document(pages: list[Page], kind: str, notes: Iterable[str]) -> Document:
    """Make a document of pages.

    Pages without any ruled table are read as the text that PDF tools make of them; figures
    that stand in no cell were not held against the ink, and are doubtful in a scan.
    """
    found, layout = _blocks(pages), "grid"
    if not found:
        raise DocumentError("nothing readable stands on any page")
    recognised = {f"page {page.number}" for page in pages if page.recognised}
    if not any(isinstance(block, Grid) for block in found):
        found, layout = _unruled(found, recognised)
    if any(page.recognised for page in [page for page in pages if page.tables] or pages):
        layout = SCAN
    return Document(found, kind, layout, tuple(notes))


def _unruled(found: tuple[Block, ...], recognised: set[str]) -> tuple[tuple[Block, ...], str]:
    lines = [block for block in found if isinstance(block, Paragraph)]
    laid = from_text("\n".join(line.text for line in lines))

    def place(line: str) -> str:
        number = re.search(r"\d+", line)
        return lines[int(number[0]) - 1].place if number else ""

    def placed(slot: Slot) -> Slot:
        there = place(slot.place)
        return slot._replace(place=there, doubtful=there.partition(",")[0] in recognised)

    blocks: list[Block] = []
    for block in laid.blocks:
        if isinstance(block, Grid):
            rows = tuple(tuple(map(placed, row)) for row in block.rows)
            blocks.append(replace(block, rows=rows, place=place(block.place)))
        else:
            blocks.append(Paragraph(block.text, place(block.place)))
    return tuple(blocks), laid.layout


def _blocks(pages: list[Page]) -> tuple[Block, ...]:
    """Put what stands on consecutive pages in reading order.

    Tables as wide as each other on consecutive pages become one grid, if nothing but page
    numbers and lines repeated on other pages stands between. A repeated head stays in the
    grid, and a row cut by the page's edge stays two rows.
    """
    repeated = Counter(text for page in pages for text in {_shape(line) for line in page.lines})
    ordered: list[Block] = []
    pieces: list[_Piece] = []  # of the table that may go on
    between: list[Paragraph] = []  # behind it
    ruled = any(page.tables for page in pages)

    def close() -> None:
        ordered.extend([_grid(pieces), *between] if pieces else between)
        pieces.clear()
        between.clear()

    sheets = [
        [_Piece(page, around(cell.box for cell in cells), cells) for cells in page.tables]
        for page in pages
    ]
    _doubt_sheets(sheets)
    for page, tables in zip(pages, sheets, strict=True):
        items: list[_Piece | Line] = [*page.lines, *tables]
        for item in sorted(items, key=lambda one: (one.box.top, one.box.left)):
            if isinstance(item, _Piece):
                before = pieces[-1] if pieces else item
                goes_on = page.number == before.page.number + 1
                if not goes_on or abs(before.box.width - item.box.width) > EDGE:
                    close()
                pieces.append(item)
                continue
            numbered = has_digit(item.text) and len(_LETTER.findall(item.text)) <= _FEW
            if not (pieces and (numbered or repeated[_shape(item)] > 1)):
                close()
            text = item.text.strip() if ruled else item.text
            (between if pieces else ordered).append(Paragraph(text, _place(page, item.box)))
    close()
    return tuple(ordered)


def _shape(line: Line) -> str:
    """Return a line's text without its numbers: a header's is the same on each page."""
    return re.sub(r"\d+", "0", line.text)


def _grid(pieces: list[_Piece]) -> Grid:
    """Make one grid of a table's pieces; the edges of their columns count as one set."""
    origin = pieces[0].box.left
    sides: list[tuple[float, float]] = []
    for piece in pieces:
        shift = origin - piece.box.left  # the margins of left and right pages may differ
        sides += [(cell.box.left + shift, cell.box.right + shift) for cell in piece.cells]
    columns = iter(spans(sides))
    parts = [_rows(piece, columns) for piece in pieces]
    widest: dict[tuple[int, int], float] = {}
    for slot, cell in (pair for part in parts for row in part for pair in row):
        span = slot.column, slot.width
        widest[span] = max(widest.get(span, 0.0), cell.figure)
    first = _texts(parts[0])
    for above, below in pairwise(parts):
        same = map(eq, first, _texts(below))  # the table's head, repeated
        _doubt_cut_numbers(above, below[sum(takewhile(bool, same)) :], widest)
    rows = tuple(tuple(slot for slot, _ in row) for part in parts for row in part)
    return Grid(rows, place=_place(pieces[0].page, pieces[0].box))


_Row = list[tuple[Slot, Cell]]


def _texts(rows: list[_Row]) -> list[list[str]]:
    return [[slot.text for slot, _ in row] for row in rows]


def _rows(piece: _Piece, columns: Iterator[tuple[int, int]]) -> list[_Row]:
    heights = spans([(cell.box.top, cell.box.bottom) for cell in piece.cells])
    rows: dict[int, _Row] = {}
    for cell, (first, last), (top, bottom) in zip(piece.cells, columns, heights, strict=False):
        place = _place(piece.page, cell.box)
        slot = Slot(cell.text, first, max(1, last - first), place, cell.doubtful, bottom - top)
        rows.setdefault(top, []).append((slot, cell))
    return [sorted(rows[top], key=lambda pair: pair[0].column) for top in sorted(rows)]


def _doubt_cut_numbers(
    above: list[_Row], below: list[_Row], widest: dict[tuple[int, int], float]
) -> None:
    """Doubt digits that fill a page's last row, and those under them on the next page.

    A row that is cut by the page's edge may have cut a number in two; not where a wider
    number of the same column stands in one line.
    """
    if not below:
        return
    bottom = max(cell.box.bottom for row in above for _, cell in row)
    for row in above:
        for upper, (slot, cell) in enumerate(row):
            if not cell.figure or cell.box.bottom < bottom or slot.text == "0":
                continue  # no number goes on behind a 0
            digits = len(slot.text.rpartition("\n")[2])
            wider = widest[slot.column, slot.width] > cell.figure * (1 + 0.5 / digits)
            if wider or not is_full(cell.box, cell.figure, digits):
                continue
            for lower, (under, rest) in enumerate(below[0]):
                if under.column == slot.column and under.text[:1].isdigit():
                    row[upper] = slot._replace(doubtful=True), cell
                    below[0][lower] = under._replace(doubtful=True), rest


def _doubt_sheets(sheets: list[list[_Piece]]) -> None:
    """Doubt numbers that may be cut between pages of which two are printed on each sheet.

    A table as wide goes on to the right of one, or further to the left on the next sheet.
    """
    for tables, after in pairwise([*sheets, []]):
        beside = [pair for pair in permutations(tables, 2) if pair[0].box.right <= pair[1].box.left]
        over = [pair for pair in product(tables, after) if pair[1].box.right <= pair[0].box.left]
        for one, other in beside + over:
            if abs(one.box.width - other.box.width) <= EDGE:
                _doubt_ends(one, other)


def _doubt_ends(one: _Piece, other: _Piece) -> None:
    """Doubt digits that fill the last row of one table, and the first below them in another."""
    for upper, cell in enumerate(one.cells):
        digits = len(cell.text.rpartition("\n")[2])
        whole = not cell.figure or cell.text == "0" or cell.box.bottom < one.box.bottom
        if whole or not is_full(cell.box, cell.figure, digits):
            continue
        column = cell.box.left - one.box.left + other.box.left
        below = [
            (under.box.top, lower)
            for lower, under in enumerate(other.cells)
            if abs(under.box.left - column) <= EDGE and under.text[:1].isdigit()
        ]
        if below:
            _, lower = min(below)
            one.cells[upper] = cell._replace(doubtful=True)
            other.cells[lower] = other.cells[lower]._replace(doubtful=True)


def _place(page: Page, box: Box) -> str:
    edges = ",".join(map(str, map(round, map(page.scale.__mul__, box))))
    return f"page {page.number}, box {edges}"
