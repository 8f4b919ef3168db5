"""Read CSV files: a sheet without merged cells or formats."""

import csv
import io
from itertools import groupby

from toolkit.errors import DocumentError
from toolkit.read.document import Document
from toolkit.read.encoding import decode
from toolkit.read.letters import marked_end
from toolkit.read.sheet import Sheet, Style, document


def read(data: bytes) -> Document:
    """Read a CSV file, whether commas or semicolons part its cells."""
    text = marked_end(decode(data)[0])
    # An unclosed quotation mark would swallow the rest of the file: strict refuses it.
    mark = ";" if text.count(";") > text.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
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
                sheets[-1].put((at, column), [(cell, style.look)], style)
    return document(sheets, "csv")
