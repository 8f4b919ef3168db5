"""Turn what was collected of a page, tables within cells within tables, into blocks.

Columns are told apart as the HTML standard lays out a table.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from toolkit.errors import DocumentError
from toolkit.read.document import Block, Grid, Paragraph, Slot

MAX_AREA: Final = 200_000
"""Rows times columns of all the tables of a page; a report of this form has under 1,000."""

MAX_COLUMNS: Final = 1000
MAX_ROWS: Final = 65_534
"""What the HTML standard caps a cell's spans at."""


class Cell:
    """A cell as found: its lines and the tables in it; ``rows`` 0 is to the section's end."""

    __slots__ = ("columns", "lines", "picture", "rows")

    def __init__(self, columns: int = 1, rows: int = 1) -> None:
        self.lines: Content = []
        self.columns = min(columns, MAX_COLUMNS)
        self.rows = rows or MAX_ROWS
        self.picture = False

    def text(self) -> str:
        """Return its lines, without the tables that stand empty in it."""
        return "\n".join([part for part in self.lines if isinstance(part, str)])


class Table:
    """A table as found, by sections: no cell spans out of its own, and feet stand last."""

    __slots__ = ("bodies", "caption", "feet")

    def __init__(self) -> None:
        self.caption: Content = []
        self.bodies: list[Rows] = []
        self.feet: list[Rows] = []

    def cells(self) -> Iterator[Cell]:
        """Yield the cells in reading order."""
        return chain.from_iterable(chain.from_iterable(self.bodies + self.feet))

    def is_printed(self) -> bool:
        """Tell whether any text stands in it."""
        return bool(self.caption) or any(
            isinstance(part, str) or part.is_printed()
            for cell in self.cells()
            for part in cell.lines
        )

    def is_layout(self) -> bool:
        """Tell whether it only arranges the page: tables in it, or no row of two cells."""
        if all(len(row) <= 1 for row in chain.from_iterable(self.bodies + self.feet)):
            return True
        return any(
            isinstance(part, Table) and part.is_printed()
            for cell in self.cells()
            for part in cell.lines
        )


Content = list[str | Table]
Rows = list[list[Cell]]


def blocks(content: Content) -> Iterator[Block]:
    """Yield a page's paragraphs and grids in reading order, with their places.

    Raises
    ------
    DocumentError
        If the tables cover more than ``MAX_AREA`` rows times columns.
    """
    paragraphs = tables = area = 0
    for part in _flatten(content):
        if isinstance(part, str):
            paragraphs += 1
            yield Paragraph(part, f"paragraph {paragraphs}")
            continue
        tables += 1
        place = f"table {tables}"
        rows = []
        for slots, width in _rows(part, place):
            area += width
            if area > MAX_AREA:
                raise DocumentError(
                    f"{place}: the tables up to here cover more than {MAX_AREA:,} cells",
                    stage="parse",
                )
            if slots:
                rows.append(slots)
        yield Grid(tuple(rows), aligned=True, place=place)


def _rows(table: Table, place: str) -> Iterator[tuple[tuple[Slot, ...], int]]:
    """Yield each row's cells and how many columns it covers, spans from above included."""
    count = 0
    for section in table.bodies + table.feet:
        taken: dict[int, int] = {}  # column -> first row of the section that is free in it
        for index, row in enumerate(section):
            count += 1
            column = 0
            slots = []
            for cell in row:
                while taken.get(column, 0) > index:
                    column += 1
                text = cell.text()
                spot = f"{place}, row {count}, column {column + 1}"
                slots.append(Slot(text, column, cell.columns, spot, cell.picture and not text))
                if cell.rows > 1:
                    below = range(column, column + cell.columns)
                    taken.update(dict.fromkeys(below, index + cell.rows))
                column += cell.columns
            yield tuple(slots), column


def _flatten(content: Content) -> Iterator[str | Table]:
    """Yield text and real tables, and the content of layout tables in place of these."""
    for part in content:
        if isinstance(part, str):
            yield part
        elif part.is_printed():
            yield from _flatten(part.caption)
            if part.is_layout():
                for cell in part.cells():
                    yield from _flatten(cell.lines)
            else:
                yield part
