"""Worksheets, whatever file they came from -> paragraphs and grids.

Readers of workbooks fill a :class:`Sheet` with what each cell shows; here it is cut into
tables and lines of text, with merged cells once and hidden rows and columns left out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Final, NamedTuple

from toolkit.errors import DocumentError
from toolkit.read.document import Block, Document, Grid, Paragraph, Slot
from toolkit.read.letters import PLAIN, Look, has_digit, seen, tidy
from toolkit.read.numfmt import GENERAL, printed

# A sheet with all four tables of a report spans some 1,500; beyond this it is no such sheet.
_MAX_CELLS: Final = 200_000
_LETTERS: Final = 26

Range = tuple[int, int, int, int]
"""A block of cells: its first and last row, its first and last column, counted from 0."""


class Style(NamedTuple):
    """How a cell shows its number, how its letters look, and whether it is ruled.

    It is ``pale`` if its letters are white and nothing colours its ground.
    """

    code: str = GENERAL
    look: Look = PLAIN
    ruled: bool = False
    pale: bool = False


class Cell(NamedTuple):
    """What a cell shows: its text, whether that is in doubt, whether it is ruled, its columns."""

    text: str = ""
    doubtful: bool = False
    ruled: bool = False
    width: int = 1


@dataclass(slots=True)
class Sheet:
    """One worksheet as its reader found it; rows and columns count from 0.

    ``shows_zeros`` is false where a cell that holds 0 looks empty; in the ranges of
    ``zeros_in_doubt`` it may. ``notes`` gets what had to be decided.
    """

    name: str
    is_hidden: bool = False
    notes: dict[str, None] = field(default_factory=dict)
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    shows_zeros: bool = True
    zeros_in_doubt: list[Range] = field(default_factory=list)

    def place(self, row: int, column: int) -> str:
        """Return where a cell stands, such as ``sheet 'report', cell C5``."""
        letters = ""
        while column >= 0:
            letters = chr(ord("A") + column % _LETTERS) + letters
            column = column // _LETTERS - 1
        return f"sheet '{self.name}', cell {letters}{row + 1}"

    def note(self, at: tuple[int, int], sentence: str) -> None:
        """Keep what had to be decided about a cell."""
        self.notes[f"{self.place(*at)}: {sentence}"] = None

    def put(
        self,
        at: tuple[int, int],
        pieces: Iterable[tuple[str, Look]],
        style: Style,
        *,
        doubtful: bool = False,
    ) -> None:
        """Keep a cell if there is anything to be seen of it; a pale figure may not be."""
        text = seen(pieces, partial(self.note, at))
        doubtful = doubtful or (style.pale and has_digit(text))
        if text or doubtful or style.ruled:
            self.cells[at] = Cell(tidy(text), doubtful, style.ruled)
            if len(self.cells) > _MAX_CELLS:
                raise _too_large(self)

    def uncomputed(self, at: tuple[int, int]) -> tuple[str, bool]:
        """Return what a formula shows whose result the file does not tell."""
        self.note(at, "a formula that was not computed")
        return "", True

    def figure(self, at: tuple[int, int], value: float, code: str) -> tuple[str, bool]:
        """Return a number as its format shows it, and whether that is in doubt."""
        if value == 0 and not self.shows_zeros:
            return "", False
        text, doubtful = printed(value, code)
        if doubtful:
            self.note(at, "the number format shows another figure than is stored")
        row, column = at
        may_be_hidden = value == 0 and any(
            top <= row <= bottom and left <= column <= right
            for top, bottom, left, right in self.zeros_in_doubt
        )
        return text, doubtful or may_be_hidden


def document(sheets: Iterable[Sheet], kind: str) -> Document:
    """Make a document of a file's sheets; hidden ones are left out."""
    found: list[Block] = []
    notes: dict[str, None] = {}
    for sheet in sheets:
        if sheet.is_hidden:
            notes[f"sheet '{sheet.name}' is hidden and was left out"] = None
            continue
        found += _blocks(sheet)
        notes |= sheet.notes
    return Document(tuple(found), kind, "grid", tuple(notes))


def _blocks(sheet: Sheet) -> Iterator[Block]:
    """Cut a sheet into tables and lines of text; hidden rows and columns are left out.

    If anything is ruled, a table begins at a row with ruled cells and goes on in those with ruled
    cells, or with several. In a sheet without rules it is a run of rows with several cells or
    merged ones, while a row of a single cell is a line of text.
    """
    page = _Page(sheet)
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
    """A sheet as it is seen: ``rows`` of visible cells by column, None where one is covered."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._tall: set[int] = set()  # rows that a merged cell reaches into
        self._merged: set[tuple[int, int]] = set()
        seen: dict[tuple[int, int], Cell | None] = {
            at: cell for at, cell in sheet.cells.items() if self._is_seen(*at)
        }
        if any(cell.text for at, cell in sheet.cells.items() if at not in seen):
            sheet.notes[f"sheet '{sheet.name}': hidden rows or columns were left out"] = None
        left = _MAX_CELLS
        for top, bottom, first, last in sheet.merges:
            left -= (bottom - top + 1) * (last - first + 1)
            if left < 0:
                raise _too_large(sheet)
            block = product(range(top, bottom + 1), range(first, last + 1))
            self._merge(seen, [at for at in block if self._is_seen(*at)], (top, first))
        self.rows: dict[int, dict[int, Cell | None]] = {}
        for row, column in sorted(seen):
            self.rows.setdefault(row, {})[column] = seen[row, column]
        self._ruled = {row for (row, _), cell in seen.items() if cell and cell.ruled}

    def _is_seen(self, row: int, column: int) -> bool:
        return row not in self._sheet.hidden_rows and column not in self._sheet.hidden_columns

    def _merge(
        self,
        seen: dict[tuple[int, int], Cell | None],
        places: list[tuple[int, int]],
        corner: tuple[int, int],
    ) -> None:
        """Move a merged cell to its first visible place; the others are covered by it."""
        if not places:
            return
        shown = self._sheet.cells.get(corner, Cell())
        under = [cell for at in places if (cell := seen.get(at))]
        if any(cell.text and cell is not shown for cell in under):
            self._sheet.note(places[0], "text in a merged-away cell was left out")
        ruled = shown.ruled or any(cell.ruled for cell in under)
        seen.update(dict.fromkeys(places))
        width = places[-1][1] - places[0][1] + 1
        # No spreadsheet merges a cell twice: which of the two it belongs to is anybody's guess.
        doubtful = shown.doubtful or not self._merged.isdisjoint(places)
        self._merged.update(places)
        seen[places[0]] = shown._replace(ruled=ruled, width=width, doubtful=doubtful)
        if places[-1][0] > places[0][0]:
            self._tall.update(row for row, _ in places)

    def kind(self, row: int, *, in_table: bool) -> str:
        """Return what a row is: ``table``, ``text`` or ``blank``."""
        cells = [cell for cell in self.rows[row].values() if cell]
        filled = sum(bool(cell.text or cell.doubtful) for cell in cells)
        if not filled and row not in self._tall:
            return "blank"
        if self._ruled:
            is_table = row in self._ruled or (in_table and filled > 1)
        else:
            is_table = filled > 1 or (in_table and any(cell.width > 1 for cell in cells))
        return "table" if is_table or row in self._tall else "text"

    def follows_gap(self, row: int) -> bool:
        """Whether there is a visible row above that has nothing in it, not even a rule."""
        above = row - 1
        while above in self._sheet.hidden_rows:
            above -= 1
        return above not in self.rows

    def lines(self, row: int) -> Iterator[Paragraph]:
        """Yield a row's cells as lines of text."""
        for column, cell in self.rows[row].items():
            for line in cell.text.split("\n") if cell and cell.text else ():
                yield Paragraph(line, self._sheet.place(row, column))

    def grid(self, rows: list[int]) -> Grid:
        """Return rows as a table; in a sheet without rules, blanks fill it to its edges."""
        ends = [(min(self.rows[row]), max(self.rows[row])) for row in rows]
        left, right = min(first for first, _ in ends), max(last for _, last in ends)
        if len(rows) * (right - left + 1) > _MAX_CELLS:
            raise _too_large(self._sheet)
        table = []
        for row, (first, last) in zip(rows, ends, strict=True):
            slots = []
            for column in range(*((first, last + 1) if self._ruled else (left, right + 1))):
                cell = self.rows[row].get(column, Cell())
                if cell and self._is_seen(row, column):
                    place = self._sheet.place(row, column)
                    slots.append(Slot(cell.text, column - left, cell.width, place, cell.doubtful))
            table.append(tuple(slots))
        return Grid(tuple(table), place=f"sheet '{self._sheet.name}'")


def _too_large(sheet: Sheet) -> DocumentError:
    return DocumentError(f"sheet '{sheet.name}' spreads over more than {_MAX_CELLS} cells")
