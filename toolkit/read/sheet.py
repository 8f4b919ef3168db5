"""Worksheets, whatever file they came from -> paragraphs and grids.

Readers of workbooks fill a :class:`Sheet` with what each cell shows; here it is cut into
tables and lines of text, with merged cells once and hidden rows and columns left out.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain, groupby, product
from typing import Final, NamedTuple

from toolkit.errors import DocumentError
from toolkit.read.document import Block, Document, Grid, Paragraph, Slot
from toolkit.read.letters import LOST, PLAIN, Look, has_digit, seen, tidy
from toolkit.read.numfmt import GENERAL, printed, shows_text

# A sheet with all four tables of a report spans some 1,500; beyond this it is no such sheet.
_MAX_CELLS: Final = 200_000
_MANY: Final = 100  # ranges to look a nought up in; beyond this it is looked up in one around them
_LETTERS: Final = 26
_DIGIT: Final = re.compile(r"\d")
_HEADS: Final = 3  # cells that a head without rules has, at least

At = tuple[int, int]
"""Where a cell stands: its row and its column, counted from 0."""

Range = tuple[int, int, int, int]
"""A block of cells: its first and last row, its first and last column, counted from 0."""


class Style(NamedTuple):
    """How a cell shows its number, how its letters look, and whether it is ruled.

    ``coloured`` says that something colours its ground.
    """

    code: str = GENERAL
    look: Look = PLAIN
    ruled: bool = False
    coloured: bool = False


class Cell(NamedTuple):
    """What a cell shows: its text, whether that is in doubt, and whether it is ruled.

    It has several columns if it is merged, and none where another covers it; both then know how
    many rows they are merged over.
    """

    text: str = ""
    doubtful: bool = False
    ruled: bool = False
    width: int = 1
    height: int = 0

    @property
    def certain(self) -> str:
        """Its text as a line of its own, where nothing else says that figures are in doubt."""
        return (_DIGIT.sub(LOST, self.text) or LOST) if self.doubtful else self.text


_EMPTY: Final = Cell()


@dataclass(slots=True)
class Sheet:
    """One worksheet as its reader found it; rows and columns count from 0.

    ``shows_zeros`` is false where a cell that holds 0 looks empty; a range of ``in_doubt`` may show
    its figures otherwise, or noughts alone. ``notes`` gets what had to be decided.
    """

    name: str
    is_hidden: bool = False
    notes: dict[str, None] = field(default_factory=dict)
    cells: dict[At, Cell] = field(default_factory=dict)
    merges: list[Range] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    shows_zeros: bool = True
    in_doubt: list[tuple[Range, bool]] = field(default_factory=list)

    def place(self, row: int, column: int) -> str:
        """Return where a cell stands, such as ``sheet 'report', cell C5``."""
        return f"sheet '{self.name}', cell {_letters(column)}{row + 1}"

    def note(self, at: At, sentence: str) -> None:
        """Keep what had to be decided about a cell."""
        self.notes[f"{self.place(*at)}: {sentence}"] = None

    def put(
        self,
        at: At,
        pieces: Iterable[tuple[str, Look]],
        style: Style,
        *,
        doubtful: bool = False,
        is_text: bool = False,
    ) -> None:
        """Keep a cell if there is anything to be seen of it; a white or tiny figure may not be."""
        pieces = list(pieces)
        text = seen(pieces, partial(self.note, at))
        doubtful = doubtful or (is_text and not shows_text(style.code) and has_digit(text))
        for piece, look in pieces:
            if look and (look.get("tiny") or (look.get("white") and not style.coloured)):
                doubtful = doubtful or has_digit(piece)
        if text or doubtful or style.ruled:
            self.cells[at] = Cell(tidy(text), doubtful, style.ruled)
            if len(self.cells) > _MAX_CELLS:
                raise self._too_large()

    def doubt(self, ranges: list[tuple[Range, bool]]) -> None:
        """Keep ranges whose figures, or noughts alone, may be shown otherwise."""
        if len(ranges) > _MANY:
            tops, bottoms, lefts, rights = zip(*(one for one, _ in ranges), strict=True)
            around = min(tops), max(bottoms), min(lefts), max(rights)
            ranges = [(around, all(noughts_alone for _, noughts_alone in ranges))]
        self.in_doubt += ranges

    def uncomputed(self, at: At) -> tuple[str, bool]:
        """Return what a formula shows whose result the file does not tell."""
        self.note(at, "a formula that was not computed")
        return "", True

    def figure(self, at: At, value: float, code: str) -> tuple[str, bool]:
        """Return a number as its format shows it, and whether that is in doubt."""
        if value == 0 and not self.shows_zeros:
            return "", False
        text, doubtful = printed(value, code)
        if doubtful:
            self.note(at, "the number format shows another figure than is stored")
        row, column = at
        may_be_hidden = any(
            top <= row <= bottom and left <= column <= right and not (value and noughts_alone)
            for (top, bottom, left, right), noughts_alone in self.in_doubt
        )
        return text, doubtful or may_be_hidden

    def blocks(self) -> Iterator[Block]:
        """Cut the sheet into tables and lines of text; hidden rows and columns are left out.

        If anything is ruled, a table begins at a row with ruled cells, with three, or with a figure
        beside another cell, and goes on in those with ruled cells, or with several. In a sheet
        without rules it is a run of rows with several cells or merged ones, while a row of a single
        cell is a line of text.
        """
        rows: dict[int, dict[int, Cell]] = {}
        for place, cell in sorted(self._shown().items()):
            rows.setdefault(place[0], {})[place[1]] = cell
        ruled = {at for at, row in rows.items() if any(cell.ruled for cell in row.values())}
        edge = min((min(row) for row in rows.values() if len(row) > 1), default=0)
        below = -1  # the column of the last line: no figure that stands aside is its value
        table: dict[int, dict[int, Cell]] = {}
        for at, row in rows.items():
            above = at - 1
            while above in self.hidden_rows:
                above -= 1
            if above not in rows:  # it has nothing in it, not even a rule
                yield from self._closed(table, edge)
            filled = sum(bool(cell.text or cell.doubtful) for cell in row.values())
            goes_on = filled > 1 if ruled else any(cell.width > 1 for cell in row.values())
            words = at not in ruled and not any(map(_is_figure, row.values()))
            least = _HEADS if ruled and words else 2
            is_table = at in ruled or filled >= least or (table and goes_on)
            if any(cell.height > 1 for cell in row.values()) or (filled and is_table):
                table[at] = row
            elif filled:
                yield from self._closed(table, edge)
                for column, cell in row.items():
                    aside = _is_figure(cell) and below not in (column, -1)
                    text = cell._replace(doubtful=True).certain if aside else cell.certain
                    below = column if cell.text and not aside else below
                    for line in filter(None, text.split("\n")):
                        yield Paragraph(line, self.place(at, column))
        yield from self._closed(table, edge)

    def _is_seen(self, row: int, column: int) -> bool:
        return row not in self.hidden_rows and column not in self.hidden_columns

    def _shown(self) -> dict[At, Cell]:
        """Return the visible cells; a merged one stands at its first visible place."""
        shown = {at: cell for at, cell in self.cells.items() if self._is_seen(*at)}
        if any(cell.text for at, cell in self.cells.items() if at not in shown):
            self.notes[f"sheet '{self.name}': hidden rows or columns were left out"] = None
        left = _MAX_CELLS
        for top, bottom, first, last in self.merges:
            left -= (bottom - top + 1) * (last - first + 1)
            if left < 0:
                raise self._too_large()
            block = product(range(top, bottom + 1), range(first, last + 1))
            places = [at for at in block if self._is_seen(*at)]
            if not places:
                continue
            corner = self.cells.get((top, first), _EMPTY)
            under = [shown[at] for at in places if at in shown]
            if any(cell.text and cell is not corner for cell in under):
                self.note(places[0], "text in a merged-away cell was left out")
            rows, columns = map(set, zip(*places, strict=True))
            shown |= dict.fromkeys(places, Cell(width=0, height=len(rows)))
            shown[places[0]] = Cell(
                corner.text,
                # No spreadsheet merges a cell twice: whose it is is anybody's guess.
                corner.doubtful or any(cell.height for cell in under),
                corner.ruled or any(cell.ruled for cell in under),
                len(columns),
                len(rows),
            )
        return shown

    def _closed(self, table: dict[int, dict[int, Cell]], edge: int) -> Iterator[Grid]:
        """Yield the table that is open, if any, filled up with blanks to its edges.

        Columns count from the edge of all tables: a blank row may part a head from its values. A
        program that rules the cells it writes leaves blank ones without rules; a column without
        even a rule parts two tables that stand side by side, of which any is ruled. Figures that no
        words open are a remark's, or those of labels in another part: they are in doubt.
        """
        if not table:
            return
        left, right = min(map(min, table.values())), max(map(max, table.values()))
        if len(table) * (right - left + 1) > _MAX_CELLS:
            raise self._too_large()
        columns = (at for at in range(min(left, edge), right + 1) if at not in self.hidden_columns)
        ruled = any(cell.ruled for row in table.values() for cell in row.values())
        taken = {*chain(*table.values())} if ruled else {*range(left, right + 1)}
        runs = groupby(enumerate(columns), lambda column: column[1] in taken)
        parts = [[*run] for is_taken, run in runs if is_taken]
        for part in parts:
            doubtful = len(parts) > 1 and not _is_opened(table, part[0][1])
            rows = (
                tuple(self._slots(at, row, part, doubtful=doubtful))
                for at, row in table.items()
                if any(column in row for _, column in part)
            )
            yield Grid(tuple(rows), place=f"sheet '{self.name}'")
        table.clear()

    def _slots(
        self, at: int, row: dict[int, Cell], columns: list[tuple[int, int]], *, doubtful: bool
    ) -> Iterator[Slot]:
        """Yield what one of the table's rows shows in its columns, merged cells once."""
        for number, column in columns:
            text, in_doubt, _, width, height = row.get(column, _EMPTY)
            if width:
                place = self.place(at, column)
                yield Slot(text, number, width, place, in_doubt or doubtful, height or 1)

    def _too_large(self) -> DocumentError:
        return DocumentError(f"sheet '{self.name}' spreads over more than {_MAX_CELLS} cells")


@lru_cache(maxsize=1024)
def _letters(column: int) -> str:
    """What a column is called: A to Z, AA and so on."""
    before, last = divmod(column, _LETTERS)
    return (_letters(before - 1) if before else "") + chr(ord("A") + last)


def _is_figure(cell: Cell) -> bool:
    return cell.doubtful or (has_digit(cell.text) and not any(map(str.isalpha, cell.text)))


def _is_opened(table: dict[int, dict[int, Cell]], column: int) -> bool:
    """Whether the first text in a column has words."""
    texts = (row[column].text for row in table.values() if column in row)
    return any(letter.isalpha() for letter in next(filter(None, texts), ""))


def document(sheets: Iterable[Sheet], kind: str) -> Document:
    """Make a document of a file's sheets; hidden ones are left out."""
    found: list[Block] = []
    notes: dict[str, None] = {}
    for sheet in sheets:
        if sheet.is_hidden:
            notes[f"sheet '{sheet.name}' is hidden and was left out"] = None
            continue
        found += sheet.blocks()
        notes |= sheet.notes
    return Document(tuple(found), kind, "grid", tuple(notes))
