"""Glyphs and ruling lines of a page -> its cells and its lines of text.

What one may read otherwise on the page is doubtful: digits that an edge or a stroke runs
through, that go on in the next cell, or that stand under other digits.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from heapq import nlargest
from itertools import chain, pairwise
from operator import attrgetter
from statistics import median
from typing import Final

from toolkit.read.drawing import THIN, Segment
from toolkit.read.glyph import Glyph, apart, box_of, goes_on, join, lines
from toolkit.read.letters import LOST, has_digit
from toolkit.read.page import Cell, Line, Page, is_full
from toolkit.read.pdfium import Marks
from toolkit.read.ruling import Box, Lattice, Ruling, around, lattices

MAX_LINES: Final = 5_000  # that may strike something out; of more, the dots of dotted ones go
_PARTED: Final = re.compile(r"\d {2,}\d")  # two numbers level in one cell: a border is missing
_MIDDLE: Final = attrgetter("middle")
# In parts of a glyph's size:
_INSET: Final = 0.2  # how far into a glyph an edge may reach before it runs through it
_CLEAR: Final = 2.5  # points from a line that is no border to the borders, at least
_SMALL: Final = 0.7  # smaller than that part of the others are marks of notes


def page_of(found: Marks, number: int) -> Page:
    """Put a page's glyphs into the cells of its tables; what stands outside becomes lines."""
    upright = [line for line in found.lines if line[0] == line[2]]
    others = [line for line in found.lines if line[0] != line[2]]
    tables = lattices(
        [Ruling(y, *sorted((x, to_x))) for x, y, to_x, to_y in others if y == to_y],
        [Ruling(x, *sorted((y, to_y))) for x, y, _, to_y in upright],
    )
    strokes = others if tables else found.lines
    strokes = nlargest(MAX_LINES, strokes, key=lambda line: abs(line[2] - line[0]))
    cells, outside = _sorted_out(_strike(found.glyphs, strokes), tables)
    _doubt_drawn(tables, found)
    _doubt_small(tables, cells)
    page = Page(number)
    for table, contents in zip(tables, cells, strict=True):
        page.tables.append([_cell(table, index, contents) for index in range(len(table.boxes))])
    if outside:
        written = lines(outside)
        _doubt_marks(written)
        for glyph in chain(*written):
            if glyph.doubtful:
                glyph.text = LOST
        unit = median(glyph.size for glyph in outside for _ in glyph.text) / 2
        margin = min(glyph.left for glyph in outside)
        for line in written:
            page.lines.append(Line(box_of(line), join(line, unit, margin)))
    return page


def _doubt_drawn(tables: list[Lattice], found: Marks) -> None:
    """Doubt the cells that something is drawn or pasted into: it may be a digit, or strike one out.

    A level line in a cell underlines.
    """
    drawn = [*found.pictures, *found.figures]
    for x, y, to_x, to_y in found.lines:
        if abs(to_y - y) > THIN:
            left, right = sorted((x, to_x))
            top, bottom = sorted((y, to_y))
            drawn.append(Box(left - _CLEAR, top - _CLEAR, right + _CLEAR, bottom + _CLEAR))
    for box in drawn:
        for table in tables:
            cell = table.cell_at((box.left + box.right) / 2, (box.top + box.bottom) / 2)
            if cell is not None:
                if around([box, table.boxes[cell]]) == table.boxes[cell]:
                    table.odd.add(cell)
                break


def _doubt_small(tables: list[Lattice], cells: list[dict[int, list[Glyph]]]) -> None:
    """Doubt digits far smaller than most of their table, in a cell that has room for larger ones.

    They are a note's mark in a cell that is blank, or nobody sees them.
    """
    for table, contents in zip(tables, cells, strict=True):
        sizes = {glyph.size for glyphs in contents.values() for glyph in glyphs} or {0.0}
        if min(sizes) >= _SMALL * max(sizes):
            continue
        for glyphs in contents.values():
            glyphs[:] = apart(glyphs)
        digits = {at: [g for g in glyphs if g.text.isdigit()] for at, glyphs in contents.items()}
        most = median([g.size for some in digits.values() for g in some] or [0.0])
        for at, some in digits.items():
            largest = max((g.size for g in some), default=most)
            taken = sum(g.right - g.left for g in some)
            if largest < _SMALL * most and taken * most < table.boxes[at].width * largest:
                for glyph in some:
                    glyph.doubtful = True


def _doubt_marks(written: list[list[Glyph]]) -> None:
    """Doubt digits far smaller than most, and than what else stands in their line.

    They are marks of notes: those of a number a little lower may fall into the line above it.
    """
    glyphs = [*chain(*written)]
    most = median([one.size for one in glyphs for sign in one.text if sign.isdigit()] or [0.0])
    for line in written:
        sizes = [glyph.size for glyph in line]
        least = _SMALL * min(most, max(sizes))
        if min(sizes) < least:
            line[:] = apart(line)
        for glyph in line:
            if glyph.text.isdigit() and glyph.size < least:
                glyph.doubtful = True


def _cell(table: Lattice, index: int, contents: dict[int, list[Glyph]]) -> Cell:
    """Put a cell's lines together; what its lines or its borders leave open is doubtful."""
    box, glyphs = table.boxes[index], contents.get(index)
    if not glyphs:
        return Cell(box, "", doubtful=index in table.odd)
    if len(glyphs) == 1:  # as in most cells
        glyph = glyphs[0]
        width = glyph.right - glyph.left if glyph.text.isdigit() else 0.0
        return Cell(box, glyph.text, glyph.doubtful or index in table.odd, width)
    written = _lines_in(box, table.xs, glyphs)
    text = [join(line) for line in written]
    figures = [
        marks[-1].right - marks[0].left if line.isdigit() else 0.0
        for line, marks in zip(text, written, strict=True)
    ]
    doubtful = (
        index in table.odd
        or any(glyph.doubtful for glyph in chain(glyphs, *written))
        or any(map(_PARTED.search, text))
        or _is_stacked(text, figures, box)
    )
    whole = not doubtful and all(figures) and _is_one_number(table, index, written, contents)
    return Cell(box, ("" if whole else "\n").join(text), doubtful, figures[-1])


def _lines_in(box: Box, edges: list[float], glyphs: list[Glyph]) -> list[list[Glyph]]:
    """Part a cell's glyphs into lines, apart beside an edge that none crosses: a border's place."""
    written = lines(glyphs)
    if len(written) == 1:
        return written
    inside = [x for x in edges if box.left < x < box.right]
    if not inside:
        return written
    glyphs = apart(glyphs)
    open_ = [x for x in inside if not any(glyph.left < x < glyph.right for glyph in glyphs)]
    sides: defaultdict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        sides[bisect_left(open_, glyph.left)].append(glyph)
    return [line for side in sorted(sides) for line in lines(sides[side])] if open_ else written


def _is_stacked(text: list[str], figures: list[float], box: Box) -> bool:
    """Whether digits go on in the next line though there was room: a border is missing."""
    return any(
        above[-1].isdigit()
        and below[0].isdigit()
        and not (figure and is_full(box, figure, len(above)))
        for (above, below), figure in zip(pairwise(text), figures, strict=False)
    )


def _is_one_number(
    table: Lattice, index: int, written: list[list[Glyph]], contents: dict[int, list[Glyph]]
) -> bool:
    """Whether two full lines of digits are one number, and not those of two rows.

    A number of its row tells, that stands level with neither: two rows have none there.
    """
    box = table.boxes[index]
    if (
        len(written) != 2  # noqa: PLR2004
        or box.bottom == table.box.bottom  # the page may cut it
        or any(box.top < y < box.bottom for y in table.ys)  # it covers two rows
    ):
        return False
    upper, lower = (line[0].middle for line in written)
    middle, reach = (upper + lower) / 2, (lower - upper) / 4
    return any(
        all(glyph.text.isdigit() and abs(glyph.middle - middle) < reach for glyph in contents[at])
        for at, mate in enumerate(table.boxes)
        if at in contents and (mate.top, mate.bottom) == (box.top, box.bottom)
    )


def _sorted_out(
    glyphs: list[Glyph], tables: list[Lattice]
) -> tuple[list[dict[int, list[Glyph]]], list[Glyph]]:
    """Give each glyph to the cell that its middle lies in; the innermost table comes first.

    A digit that an edge runs through, and a number that goes on in the next cell, are
    doubtful: text that is too wide for its cell must not be cut into two numbers.
    """
    if not tables:
        return [], glyphs
    cells: list[dict[int, list[Glyph]]] = [defaultdict(list) for _ in tables]
    contents = [*zip(tables, cells, strict=True)]
    outside: list[Glyph] = []
    homes: list[list[Glyph]] = []  # of each glyph: the cell that it is put into
    glyphs = [*chain(*(_parted(glyph, tables) if glyph.places else [glyph] for glyph in glyphs))]
    for glyph in glyphs:
        home, x, y = outside, (glyph.left + glyph.right) / 2, glyph.middle
        for table, cells_of in contents:
            if (cell := table.cell_at(x, y)) is not None:
                home = cells_of[cell]
                if not _fits(glyph, table.boxes[cell]) and has_digit(glyph.text):
                    glyph.doubtful = True
                break
        home.append(glyph)
        homes.append(home)
    for at, (one, other) in enumerate(pairwise(glyphs)):
        if homes[at] is homes[at + 1] or not (one.text[-1].isdigit() and other.text[0].isdigit()):
            continue
        if any(goes_on(one, other, gap) for gap in _gaps(glyphs, homes, at)):
            if one.places or other.places:  # which of their characters are
                return _sorted_out(apart(glyphs), tables)
            one.doubtful = other.doubtful = True
    return cells, outside


def _gaps(glyphs: list[Glyph], homes: list[list[Glyph]], at: int) -> Iterator[float]:
    """Yield how far digits of one number may be apart that stand in two cells.

    They touch, or, of a number that is set apart, stand as those beside them within the cells.
    """
    one, other = glyphs[at], glyphs[at + 1]
    yield 0.0
    if one.places:
        yield one.places[-1][0] - one.places[-2][1]
    elif at and homes[at - 1] is homes[at]:
        yield one.left - glyphs[at - 1].right
    if other.places:
        yield other.places[1][0] - other.places[0][1]
    elif at + 2 < len(homes) and homes[at + 1] is homes[at + 2]:
        yield glyphs[at + 2].left - other.right


def _parted(glyph: Glyph, tables: list[Lattice]) -> list[Glyph]:
    """Take a glyph apart if an edge may run between its characters."""
    left, right, y = glyph.left, glyph.right, glyph.middle
    parted = any(table.parts(left, right, y) for table in tables)
    return apart([glyph]) if parted else [glyph]


def _fits(glyph: Glyph, box: Box) -> bool:
    left, top, right, bottom = box
    middle, x, y = glyph.middle, _INSET * (glyph.right - glyph.left), _INSET * glyph.size
    return (
        left <= glyph.left + x
        and glyph.right - x <= right
        and top <= middle - y
        and middle + y <= bottom
    )


def _strike(glyphs: list[Glyph], lines: list[Segment]) -> list[Glyph]:
    """Doubt what a line runs through; no border runs through the middle of a line of text."""
    if any(_run_through(glyphs, lines)):
        glyphs = apart(glyphs)
        for glyph in _run_through(glyphs, lines):
            glyph.doubtful = True
    return glyphs


def _run_through(glyphs: list[Glyph], lines: list[Segment]) -> Iterator[Glyph]:
    glyphs = sorted(glyphs, key=_MIDDLE)
    most = _INSET * max((glyph.size for glyph in glyphs), default=0.0)
    for line in lines:
        (x, y), (to_x, to_y) = sorted((line[:2], line[2:]))
        top, bottom = sorted((y, to_y))
        for glyph in glyphs[bisect_left(glyphs, top - most, key=_MIDDLE) :]:
            if glyph.middle > bottom + most:
                break
            reach = _INSET * glyph.size
            left, right = max(x, glyph.left), min(to_x, glyph.right)
            if left <= right:
                slope = (to_y - y) / (to_x - x) if x < to_x else 0.0
                heights = [y + (at - x) * slope for at in (left, right)] if slope else [y, to_y]
                if min(heights) < glyph.middle + reach and max(heights) > glyph.middle - reach:
                    yield glyph
