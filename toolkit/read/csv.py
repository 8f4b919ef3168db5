"""Read CSV files: a sheet without merged cells or formats."""

import csv
import io
import re
from itertools import groupby
from typing import Final

from toolkit.errors import DocumentError
from toolkit.read.document import Document
from toolkit.read.encoding import decode
from toolkit.read.letters import marked_end
from toolkit.read.sheet import Sheet, Style, document

# What keeps a spreadsheet from changing a figure that it opens.
_AS_TEXT: Final = re.compile(r"""\A(?:="([^"]*)"|'([^']*))\Z""")
_MARKS: Final = {mark: re.compile(rf'(?<=[\d",;\t]){mark}') for mark in (",", ";", "\t")}
_NO_MARK: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))|\t(?=,)|(?<=,)\t")


def read(data: bytes) -> Document:
    """Read a CSV file, whether commas, semicolons or tabs part its cells."""
    text = marked_end(decode(data)[0])
    # An unclosed quotation mark would swallow the rest of the file: strict refuses it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_mark(text), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise DocumentError(
            f"the CSV file's quotation marks do not match (line {reader.line_num}: {error})"
        ) from error
    # Where rows have as many cells as they need, those with several are tables; where all are
    # filled up to one width, nothing tells a line of text from a row of blanks.
    filled_up = len({len(row) for row in rows if row}) == 1
    sheets: list[Sheet] = []
    for width, run in groupby(enumerate(rows), lambda row: len(row[1])):
        style = Style(ruled=width > 1 and not filled_up)
        sheets.append(Sheet("1"))  # of another width is another table, as of another page
        for at, row in run:
            for column, cell in enumerate(row):
                is_marked = cell.startswith(("=", "'"))
                shown = _AS_TEXT.sub(r"\1\2", cell) if is_marked else cell
                sheets[-1].put((at, column), [(shown, style.look)], style)
    return document(sheets, "csv")


def _mark(text: str) -> str:
    """Return what parts the cells; in sentences it does not stand behind figures and blanks."""
    if ";" not in text and "\t" not in text:
        return ","
    marked = _NO_MARK.sub("", text)
    return max(_MARKS, key=lambda mark: len(_MARKS[mark].findall(marked)))
