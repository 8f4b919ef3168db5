"""A report on its way to paper: paragraphs and tables of merged cells, of no format yet.

Every cell that holds a figure knows which one it is, so that after any damage the draft itself
can say what is printed where: it is the oracle that readers are judged by.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from tests.render.values import Values
from toolkit.form import CellKey


class Cell(NamedTuple):
    """One merged cell; ``role`` is head, note, section, group, label or value.

    A head's or a value's ``key`` names the figure; ``value`` is the number printed, if any.
    ``lost`` marks a cell that is gone, so that its row is one cell short; if it has a value,
    that is printed in its neighbour.
    """

    text: str
    role: str
    key: CellKey | None = None
    value: int | None = None
    cols: int = 1
    rows: int = 1
    lost: bool = False


class Row(NamedTuple):
    """Cells that start in one row; ``doubt`` where a reader may rightly give up on it."""

    cells: tuple[Cell, ...]
    kind: str = "body"
    item: str = ""
    doubt: bool = False


class Table(NamedTuple):
    """One of the three tables, or a part of one after a page break."""

    name: str
    rows: tuple[Row, ...]

    @property
    def width(self) -> int:
        """Columns with all spans expanded."""
        return sum(cell.cols for cell in self.rows[0].cells) if self.rows else 0


class Paragraph(NamedTuple):
    """A line of text; ``role`` is title, heading or prose."""

    text: str
    role: str = "prose"


class PageBreak(NamedTuple):
    """The end of a page, with the page number as printed there."""

    text: str


Block = Paragraph | Table | PageBreak


class Printed(NamedTuple):
    """What stands in a cell's place: a number, or none; ``doubt`` as in Row."""

    value: int | None
    text: str | None
    doubt: bool = False


@dataclass(frozen=True)
class Style:
    """Ways in which undamaged reports differ from each other."""

    half_width: bool = False
    spaced: bool = False
    wrapped: bool = False
    dot: str = "."
    title: int = 0
    procurement_unit: str = "万元"
    decimals: int = 0


@dataclass(frozen=True)
class Draft:
    """A report before it has a format."""

    values: Values
    blocks: tuple[Block, ...]
    style: Style = Style()

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables, in order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    def printed(self) -> dict[CellKey, Printed]:
        """What is printed in the place of every cell of the report's form."""
        found = dict.fromkeys(self.values.cells, Printed(None, None))
        for table in self.tables:
            for row in table.rows:
                for cell in row.cells:
                    gone = cell.lost and cell.value is None
                    if cell.role == "value" and cell.key and not gone:
                        found[cell.key] = Printed(cell.value, cell.text, row.doubt)
        return found

    def edit(self, change: Callable[[Table], Iterable[Block]], name: str = "") -> "Draft":
        """Replace every table (of one name) by what it is changed to."""
        blocks: list[Block] = []
        for block in self.blocks:
            if isinstance(block, Table) and name in ("", block.name):
                blocks.extend(change(block))
            else:
                blocks.append(block)
        return replace(self, blocks=tuple(blocks))

    def edit_cells(self, change: Callable[[Cell], Cell]) -> "Draft":
        """Replace every cell by what it is changed to."""

        def changed(table: Table) -> Iterable[Block]:
            made = (row._replace(cells=tuple(map(change, row.cells))) for row in table.rows)
            return (table._replace(rows=tuple(made)),)

        return self.edit(changed)


def spread(table: Table) -> list[list[tuple[Cell, str]]]:
    """Lay the merged cells out on the table's columns.

    Each row is a list of (cell, kind), one for every column: kind is ``own`` where the cell
    starts, ``right`` and ``below`` where it is continued. A lost cell takes no column.
    """
    hanging: dict[int, tuple[Cell, int]] = {}
    laid: list[list[tuple[Cell, str]]] = []
    for row in table.rows:
        line: list[tuple[Cell, str]] = []
        waiting = [cell for cell in row.cells if not cell.lost]
        while waiting or len(line) in hanging:
            at = len(line)
            if at in hanging:
                cell, left = hanging.pop(at)
                line += [(cell, "below")] + [(cell, "right below")] * (cell.cols - 1)
            else:
                cell = waiting.pop(0)
                left = cell.rows
                line += [(cell, "own")] + [(cell, "right")] * (cell.cols - 1)
            if left > 1:
                hanging[at] = (cell, left - 1)
        laid.append(line)
    return laid
