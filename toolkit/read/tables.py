"""Lay out the tables of a page, as the HTML standard does, and clean the text in them."""

import re
from typing import Final

from toolkit.errors import DocumentError
from toolkit.read.document import Grid, Slot

LINE: Final = "\u2028"
TABLE: Final = "\ufdd0"
PICTURE: Final = "\ufdd1"
"""Marks in a page's text: a line ends; a table, or a picture, stands here."""

MAX_AREA: Final = 200_000
"""Rows times columns of a table; those of a report of this form have under 1,000."""

MAX_COLUMNS: Final = 1000
MAX_ROWS: Final = 65_534
"""What the HTML standard caps a cell's spans at."""

_SOFT_BREAK: Final = re.compile("\n(?<=[\u2e80-\u9fff]\n)\\s*(?=[\u2e80-\u9fff])")
_INVISIBLE: Final = dict.fromkeys(
    map(ord, f"{TABLE}{PICTURE}\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\ufeff")
) | dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")


Cell = tuple[str, int, int]
"""A cell's text, and the columns and rows that it spans; no rows: to the end of its section."""

Table = list[list[list[Cell]]]
"""Sections, rows and cells of a table as found: no cell spans out of its section."""


def laid_out(table: Table, place: str) -> Grid:
    """Return a table with every cell in its column; rows without cells are left out.

    Raises
    ------
    DocumentError
        If it covers more than ``MAX_AREA`` rows times columns.
    """
    rows = []
    area = number = 0
    for section in table:
        taken: dict[int, int] = {}  # column -> first row of the section that is free in it
        for index, cells in enumerate(section):
            number += 1
            slots, width = _row(cells, index, taken, f"{place}, row {number}")
            area += width
            if area > MAX_AREA:
                raise DocumentError(
                    f"{place} covers more than {MAX_AREA:,} cells by its row {number}",
                    stage="parse",
                )
            if slots:
                rows.append(tuple(slots))
    return Grid(tuple(rows), place=place)


def _row(
    cells: list[Cell], index: int, taken: dict[int, int], place: str
) -> tuple[list[Slot], int]:
    """Put a row's cells into the columns that no cell above reaches into; tell the width."""
    column = 0
    slots = []
    for found, columns, rows in cells:
        while taken and taken.get(column, 0) > index:
            column += 1
        text = found.strip()
        if text and not text.isalnum():  # most are a figure, or a word
            text = "\n".join(filter(None, map(clean, text.split(LINE))))
        width = min(columns, MAX_COLUMNS) if columns > 1 else 1
        doubtful = not text and PICTURE in found
        slots.append(Slot(text, column, width, f"{place}, column {column + 1}", doubtful))
        if rows != 1:
            end = index + (rows or MAX_ROWS)
            taken.update(dict.fromkeys(range(column, column + width), end))
        column += width
    return slots, column


def clean(text: str) -> str:
    """Return a line as it is printed: white space collapsed, nothing invisible in it."""
    text = text.strip()
    if "\n" in text:
        text = _SOFT_BREAK.sub("", text)
    text = " ".join(text.split())
    return text if text.isprintable() else text.translate(_INVISIBLE).strip()
