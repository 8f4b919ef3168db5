"""What tests ask of a document that was read; ZIP archives made by hand."""

import io
import zipfile
from collections.abc import Mapping

from toolkit.read.document import Document, Grid, Paragraph


def lines(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def only_grid(document: Document) -> Grid:
    (grid,) = grids(document)
    return grid


def texts(grid: Grid) -> list[list[str]]:
    return [[slot.text for slot in row] for row in grid.rows]


def shape(grid: Grid) -> list[list[tuple[str, int, int]]]:
    """Rows of (text, column, width)."""
    return [[(slot.text, slot.column, slot.width) for slot in row] for row in grid.rows]


def zipped(files: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()
