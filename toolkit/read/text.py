"""Plain text -> paragraphs and ragged grids, in whichever way a converter laid its tables out.

Cells are told apart by what separates them: tabs, pipes, line breaks behind a leading tab,
or (in the output of PDF tools) runs of spaces and single spaces between numbers. Of a page that was
poured into one line every piece between spaces counts as a line.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate, chain, count, groupby, islice, repeat, takewhile
from math import gcd
from typing import Final

from toolkit.read.document import Block, Document, Grid, Layout, Paragraph, Slot
from toolkit.read.drawn import (
    NUMBER_WITHIN,
    TOKEN,
    Printed,
    Row,
    boxes,
    in_ascii,
    in_columns,
    is_drawn,
    split,
)
from toolkit.read.encoding import decode
from toolkit.read.letters import LOST, ends_in_total, has_digit, marked_end

_CLOSED_CELL: Final = re.compile(r"[^|\t]*\|[|\s]*")  # a cell, or none, and bars behind it
_LABEL: Final = re.compile(r"[(（]?[^\W\d].{3}")  # how a row's label begins: no value does
_RULE: Final = re.compile(r"[\s|:+=-]*-[\s|:+=-]*")  # the line under a Markdown head
_BREAK: Final = re.compile("<br ?/?>")  # how Markdown breaks the lines of a cell
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_ODD_TABS: Final = re.compile(r"(?<!\t)\t(?:\t\t)*(?=[^\t])")
_OPENS_WITH_BAR: Final = re.compile(rf"\s*\|(?:\s*(?:{TOKEN})?\s*\|)*\s*(?:{TOKEN})?\s*")
_FUSED: Final = re.compile(rf"\| *{TOKEN}(?: +{TOKEN})+ *\|")
_LONE_NUMBER: Final = re.compile(r"\s*[1-9]\d{0,3}\s*")
_STOP: Final = "\u3002"  # a full stop: what has one is prose, and a tab in front only indents it
_STRAY_NUMBER: Final = re.compile(r"(?<=^\|\n\n)[1-9]\d{0,3}(?=\n\n)", re.MULTILINE)
_FEW_ROWS: Final = 8
_HABIT: Final = 3  # lines that end with a number and no bar: then bars part cells and end none
_FILLING: Final = re.compile(r"\|\|\s*$", re.MULTILINE)  # bars with nothing between them
_MARKDOWN: Final = re.compile(r"^\|?(?: *:?-{3,}:? *\|)+", re.MULTILINE)  # its cells are all there
_CELLS: Final = [f", cell {n}" for n in range(1, 33)]  # ready for those of nearly every row
_USUAL: Final = 200  # characters of a row of the form with its figures
_NARROWEST: Final = 3  # columns of a table whose rows are told by how many bars they have
_WIDEST: Final = 16  # columns of the form's widest table
_LAYOUTS: Final = {
    "boxes": Layout.TABLE,
    "tabs": Layout.ROWS,
    "lines": Layout.STACKED,
    "columns": Layout.DRAWN,
    "spaced": Layout.SPACED,
}


def read(data: bytes) -> Document:
    """Read a text file of unknown encoding and layout; places are lines, counted from 1."""
    text, _ = decode(data)
    is_page_number = _LONE_NUMBER.fullmatch(text, text.rfind("\n") + 1)
    return from_text(text if is_page_number else marked_end(text))


def from_text(text: str) -> Document:
    """Lay text that is already decoded out as paragraphs and grids."""
    text = _CONTROL.sub(LOST, text.replace("\r\n", "\n").replace("\r", "\n"))
    if "\t\t" in text and not _ODD_TABS.search(text):
        text = text.replace("\t\t", "\t")  # some tools part cells with two
    # Where blank lines part no cells, a number between two of them is its page's.
    if _HABIT * text.count("\n|\n\n") < text.count("\n|\n"):
        text = _STRAY_NUMBER.sub("", text)
    text = _without_bars(in_ascii(text))
    filled = _FILLING.search(text) is not None and not _MARKDOWN.search(text)
    pages = [*_without_numbers(text.split("\f"))]
    layouts: Counter[str] = Counter()
    blocks: list[Block] = []
    rows: list[Row] = []
    open_ = ""
    for kind, found in in_columns(pages) if is_drawn(text) else _lines(chain(*pages)):
        if kind != open_ and not (kind == "" and open_ in ("lines", "columns")):
            _close(rows, blocks, open_, filled=filled)
            open_ = kind
        if isinstance(found, Paragraph):
            blocks.append(found)
        elif found:
            layouts[kind] += 1
            rows.append(found)
    _close(rows, blocks, open_, filled=filled)
    layout = layouts.most_common(1)[0][0] if layouts else "plain"
    return Document(tuple(blocks), "text", layout)


def _without_bars(text: str) -> str:
    """Text whose bars part no cells, for most rows have several numbers between two of them.

    So some tools take a page to pieces, between what they hold for columns: what spaces part then
    is all that can be told.
    """
    if "|" not in text:
        return text
    lines = text.split("\n")
    rows = [line for line in lines if "|" in line and has_digit(line)]
    if len(rows) < _FEW_ROWS or 2 * sum(map(bool, map(_FUSED.search, rows))) <= len(rows):
        return text
    for at, line in enumerate(lines):
        if "|" in line:
            cells = [] if _RULE.fullmatch(line) else map(str.strip, line.split("|"))
            lines[at] = " ".join(filter(None, cells))
    return "\n".join(lines)


def _without_numbers(pages: list[str]) -> Iterator[list[str]]:
    """Yield the lines of each page; a number alone on the last of them is its own, and left out.

    Most pages must end in theirs: another may be a piece of a number that a narrow cell broke.
    """
    ends = [page.rstrip().rpartition("\n")[2] for page in pages]
    ahead = {n: int(end) - n for n, end in enumerate(ends) if _LONE_NUMBER.fullmatch(end)}
    count = Counter(ahead.values())
    for n, page in enumerate(pages):
        most = n in ahead and 2 * count[ahead[n]] > len(ends) - ends.count("")
        lines = page.split("\n")
        if most and not ends_in_total(page):
            lines[page.rstrip().count("\n")] = ""
        yield lines


_Table = tuple[int, str, list[Row]]  # the line behind it, its kind, its rows


def _lines(printed: Iterable[str]) -> Iterator[Printed]:
    """Yield each line with its kind, as a row of cells or as a paragraph.

    A blank line has no kind: it ends a grid, but for one whose rows it separates.
    """
    lines = list(printed)
    tables = {at: (end, "boxes", rows) for at, (end, rows) in boxes(lines).items()}
    lines = [line.replace("**", "").replace("__", "") for line in lines]  # Markdown's bold marks
    tables |= _cell_by_cell(lines) if "|" in "".join(lines) else {}
    lines = [line.lstrip("\t") if _STOP in line and _opens_cell(line) else line for line in lines]
    closed = sum("|" in line and line.rstrip()[-1:].isdigit() for line in lines[:-1]) < _HABIT
    at = 0
    while at < len(lines):
        if table := tables.get(at) or (_opens_cell(lines[at]) and _cells_on_lines(lines, at)):
            at, kind, rows = table
            yield from ((kind, row) for row in rows)
            continue
        line, at = lines[at], at + 1
        if "|" in line:
            if not _RULE.fullmatch(line):
                cells, taken = _between_bars(line, islice(lines, at, None), closed=closed)
                cells = [_BREAK.sub("\n", cell) for cell in cells] if "<br" in line else cells
                yield "pipes", _row(cells, at)
                at += taken
        elif "\t" in line.rstrip():
            parted = _tabbed if len(line) <= _USUAL else _tabbed.__wrapped__
            yield "tabs", parted(line, at)
        else:
            yield from _spaced(line.strip(), at)


def _cell_by_cell(lines: list[str]) -> dict[int, _Table]:
    """Tables whose cells stand each on a line of its own, with the bar that ends it.

    Bars alone fill a row up, so that it ends there. Where all of them stand whole rows apart
    every row has as many bars, and no cell is lost: then blank ones, a bar each, have their place.
    Those that fill up the last row before other text may be left out.
    """
    found = {}
    at = 0
    for is_closed, run in groupby(lines, _is_closed_cell):
        start, at = at, at + len(printed := [*run])
        if not is_closed:
            continue
        bars = [line.count("|") for line in printed]
        ends = [end for end, count in zip(accumulate(bars), bars, strict=True) if count > 1]
        if not ends[1:]:
            continue
        cells = [
            (line.strip(" |") if first else "", number)
            for number, (line, count) in enumerate(zip(printed, bars, strict=True), start + 1)
            for first in [True, *[False] * (count - 1)]
        ]
        width = gcd(*ends)
        is_cut_off = not any(lines[at + 1 :])  # what cut the text off cut its last row, too
        short = 0 if is_cut_off else len(cells) % width
        behind = next(filter(str.strip, lines[at:]), "")
        if short and _LABEL.match(cells[-short][0]) and not _is_closed_cell(behind):
            cells += [("", cells[-1][1])] * (width - short)
        else:
            width = gcd(width, short)
        if width >= _NARROWEST:
            rows = [*_rows_of(cells, width)]
            unfilled = [*map(_unfilled, rows)]
            told = any(blanks != sorted(blanks) for blanks in map(_blanks, unfilled))
            found[start] = at, "pipes", unfilled if told and width <= _WIDEST else rows
    return found


def _unfilled(row: Row) -> Row:
    """A row without the bars that fill it up, in one line each: its last cell spans them."""
    places = Counter(slot.place for slot in row)
    *cells, last = [s for s in row if s.text or places[s.place] == 1] or row[:1]
    return (*cells, last._replace(width=len(row) - len(cells)))


def _blanks(row: Row) -> list[bool]:
    return [slot.text == "" for slot in row]


def _is_closed_cell(line: str) -> bool:
    return "|" in line and bool(_CLOSED_CELL.fullmatch(line))


def _rows_of(cells: list[tuple[str, int]], width: int) -> Iterator[Row]:
    """Rows of as many cells, each given with the number of its line."""
    for start in range(0, len(cells), width):
        row = enumerate(cells[start : start + width])
        yield tuple(Slot(text, i, 1, f"line {line}") for i, (text, line) in row)


def _opens_cell(line: str) -> bool:
    return line.startswith("\t") and "\t" not in line[1:]


def _is_of_row(line: str) -> bool:
    return bool(line) and _STOP not in line


def _cells_on_lines(lines: list[str], start: int) -> _Table | None:
    """A row printed one cell a line: each cell opens with a tab, a blank line ends the row."""
    cells: list[tuple[str, int]] = []
    for number, line in enumerate(takewhile(_is_of_row, islice(lines, start, None)), start + 1):
        if _opens_cell(line):
            cells.append((line[1:].strip(), number))
        elif "\t" in line:
            return None
        else:
            text, first = cells.pop()
            cells.append((f"{text}\n{line.strip()}", first))
    return number, "lines", [*_rows_of(cells, len(cells))]


def _between_bars(line: str, behind: Iterable[str], *, closed: bool) -> tuple[list[str], int]:
    """Cells of a line with bars, and how many lines behind it go on with it.

    ``closed`` says that a bar at its end ends a cell and begins none. Where blank cells hold a line
    break, the next lines open with the bar that closes such a cell, and have no text; one of them
    has a value.
    """
    opened = line.lstrip().startswith("|")
    going_on = [] if opened else list(takewhile(_OPENS_WITH_BAR.fullmatch, behind))
    if not any(map(str.isalnum, "".join(going_on))):
        going_on = []
    cells = "".join([line, *going_on]).strip().split("|")
    if closed and len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return cells[1:] if opened else cells, len(going_on)


@lru_cache(maxsize=4096)  # heads of tables and rows of noughts stand alike in many reports
def _tabbed(line: str, number: int) -> Row:
    return _row(line.split("\t"), number)


def _row(cells: list[str], number: int) -> Row:
    # There are hundreds in each document: made past their constructor, they take a third of it.
    names = chain(_CELLS, map(", cell {}".format, count(len(_CELLS) + 1)))
    places = map(f"line {number}".__add__, names)
    one = repeat(1)
    slots = zip(map(str.strip, cells), count(), one, places, repeat(object=False), one)
    return tuple(map(tuple.__new__, repeat(Slot), slots))


def _spaced(line: str, number: int) -> Iterator[Printed]:
    """Rows and paragraphs of a line whose cells, if it has several, are parted by spaces."""
    if not line:
        yield "", ()
        return
    rows = split(line)
    if len(rows) > 1 and NUMBER_WITHIN.search(rows[0][0]):  # rows, and rows of fewer numbers before
        for at, text in enumerate(line.split(), 1):
            yield "text", Paragraph(text, f"line {number}, cell {at}")
        return
    for cells in rows:
        if len(cells) > 1:
            yield "spaced", _row(cells, number)
        else:
            yield "text", Paragraph(cells[0].strip(), f"line {number}")


def _close(rows: list[Row], blocks: list[Block], kind: str, *, filled: bool) -> None:
    """Make a grid of the rows that are open."""
    if not rows:
        return
    layout = _LAYOUTS.get(kind, Layout.ROWS)
    if kind == "pipes":
        blanks = [*map(_blanks, rows)]
        if any(row[-1].width > 1 for row in rows):
            layout = Layout.PADDED
        elif all(row.count(False) <= 1 for row in blanks):
            layout = Layout.STACKED
            # Bars behind the last cell of a row are no cells of their own.
            rows[:] = [row[:1] if row[0].text else row for row in rows]
        elif filled and all(row == sorted(row) for row in blanks):  # all behind the texts
            layout = Layout.FILLED
        elif len({*map(len, rows)}) == 1 < len(rows):  # a Markdown table
            layout = Layout.TABLE
    blocks.append(Grid(tuple(rows), layout, rows[0][0].place))
    rows.clear()
