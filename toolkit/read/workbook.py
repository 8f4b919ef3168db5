"""A worksheet, whatever file it came from -> paragraphs and grids.

Readers of workbooks fill a :class:`Sheet` with what each cell shows; here it is cut into
tables and lines of text, with merged cells once and hidden rows and columns left out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from toolkit.errors import DocumentError
from toolkit.read.document import Block, Grid, Paragraph, Slot

# A sheet with all four tables of a report spans some 1,500; beyond this it is no such sheet.
_MAX_SLOTS: Final = 200_000
_LETTERS: Final = 26
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")

Place = tuple[int, int]


class Cell(NamedTuple):
    """What a cell shows: its text, whether that is in doubt, and whether it is ruled."""

    text: str
    doubtful: bool = False
    ruled: bool = False


class Merge(NamedTuple):
    """A block of merged cells: first and last row, first and last column, from 0."""

    top: int
    bottom: int
    left: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One worksheet as its reader found it; rows and columns count from 0."""

    name: str
    cells: dict[Place, Cell] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def place(self, row: int, column: int) -> str:
        """Return where a cell stands, such as ``sheet 'report', cell C5``."""
        return f"sheet '{self.name}', cell {address(row, column)}"


def tidy(text: str) -> str:
    """Return text as a cell shows it: line by line, without blank lines and control characters."""
    lines = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line for raw in lines if (line := raw.strip()))


def address(row: int, column: int) -> str:
    """Return a cell's name in the sheet, such as ``C5``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def blocks(sheet: Sheet, notes: dict[str, None]) -> Iterator[Block]:
    """Cut a sheet into tables and lines of text; hidden rows and columns are left out.

    If anything is ruled, a table is a run of rows with ruled cells, as the page shows it. In a
    sheet without rules it is a run of rows with several cells or merged ones, while a row of a
    single cell is a line of text.
    """
    page = _Page(sheet, notes)
    table: list[int] = []
    for row in page.rows:
        kind = page.kind(row, in_table=bool(table))
        if table and (kind == "text" or page.follows_gap(row)):
            yield page.grid(table)
            table = []
            kind = page.kind(row, in_table=False)
        if kind == "table":
            table.append(row)
        elif kind == "text":
            yield from page.lines(row)
    if table:
        yield page.grid(table)


class _Page:
    """A sheet as it is seen: visible cells, each merged one at its first visible place."""

    def __init__(self, sheet: Sheet, notes: dict[str, None]) -> None:
        self._sheet = sheet
        self._cells = {place: cell for place, cell in sheet.cells.items() if self._is_seen(*place)}
        if any(cell.text for place, cell in sheet.cells.items() if place not in self._cells):
            notes[f"sheet '{sheet.name}': hidden rows or columns were left out"] = None
        self._widths: dict[Place, int] = {}
        self._covered: set[Place] = set()
        self._tall: set[int] = set()
        for merge in sheet.merges:
            self._merge(merge, notes)
        self.rows: dict[int, list[int]] = {}
        for row, column in sorted({*self._cells, *self._covered}):
            self.rows.setdefault(row, []).append(column)
        self._ruled = {row for (row, _), cell in self._cells.items() if cell.ruled}

    def _is_seen(self, row: int, column: int) -> bool:
        return row not in self._sheet.hidden_rows and column not in self._sheet.hidden_columns

    def _merge(self, merge: Merge, notes: dict[str, None]) -> None:
        """Move a merged cell to its first visible place; the others are covered by it."""
        size = (merge.bottom - merge.top + 1) * (merge.right - merge.left + 1)
        if size + len(self._covered) > _MAX_SLOTS:
            raise _too_large(self._sheet)
        places = [
            (row, column)
            for row in range(merge.top, merge.bottom + 1)
            for column in range(merge.left, merge.right + 1)
            if self._is_seen(row, column)
        ]
        if not places:
            return
        under = [self._cells.pop(place) for place in places if place in self._cells]
        top_left = self._sheet.cells.get((merge.top, merge.left), Cell(""))
        if any(cell.text and cell is not top_left for cell in under):
            notes[f"{self._sheet.place(*places[0])}: text in a merged-away cell was left out"] = (
                None
            )
        ruled = top_left.ruled or any(cell.ruled for cell in under)
        self._cells[places[0]] = top_left._replace(ruled=ruled)
        self._widths[places[0]] = places[-1][1] - places[0][1] + 1
        self._covered.update(places[1:])
        if places[-1][0] > places[0][0]:
            self._tall.update(row for row, _ in places)

    def kind(self, row: int, *, in_table: bool) -> str:
        """Return what a row is: ``table``, ``text`` or ``blank``."""
        columns = self.rows[row]
        cells = [self._cells[row, c] for c in columns if (row, c) in self._cells]
        filled = sum(bool(cell.text or cell.doubtful) for cell in cells)
        if not filled and row not in self._tall:
            return "blank"
        if self._ruled:
            is_table = row in self._ruled or row in self._tall
        else:
            merged = any((row, column) in self._widths for column in columns)
            is_table = filled > 1 or row in self._tall or (in_table and merged)
        return "table" if is_table else "text"

    def follows_gap(self, row: int) -> bool:
        """Whether there is a visible row above that has nothing in it, not even a rule."""
        above = row - 1
        while above in self._sheet.hidden_rows:
            above -= 1
        return above not in self.rows

    def lines(self, row: int) -> Iterator[Paragraph]:
        """Yield a row's cells as lines of text."""
        for column in self.rows[row]:
            cell = self._cells.get((row, column))
            for line in cell.text.split("\n") if cell else ():
                if line.strip():
                    yield Paragraph(line.strip(), self._sheet.place(row, column))

    def grid(self, rows: list[int]) -> Grid:
        """Return rows as a table; in a sheet without rules, blanks fill it to its edges."""
        left = min(self.rows[row][0] for row in rows)
        right = max(self.rows[row][-1] for row in rows)
        if len(rows) * (right - left + 1) > _MAX_SLOTS:
            raise _too_large(self._sheet)
        table = []
        for row in rows:
            first, last = (self.rows[row][0], self.rows[row][-1]) if self._ruled else (left, right)
            table.append(
                tuple(
                    self._slot(row, column, left)
                    for column in range(first, last + 1)
                    if (row, column) not in self._covered and self._is_seen(row, column)
                )
            )
        return Grid(tuple(table), aligned=True, place=f"sheet '{self._sheet.name}'")

    def _slot(self, row: int, column: int, left: int) -> Slot:
        cell = self._cells.get((row, column), Cell(""))
        width = self._widths.get((row, column), 1)
        return Slot(cell.text, column - left, width, self._sheet.place(row, column), cell.doubtful)


def _too_large(sheet: Sheet) -> DocumentError:
    return DocumentError(f"sheet '{sheet.name}' spreads over more than {_MAX_SLOTS} cells")
