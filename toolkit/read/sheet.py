"""Workbooks and CSV files -> paragraphs and grids.

A worksheet is cut into its tables and the lines of text between them. A CSV file is one such
sheet, without merged cells or formats.
"""

import csv
import io

from toolkit.errors import DocumentError
from toolkit.read import xls, xlsx
from toolkit.read.document import Document
from toolkit.read.encoding import decode, marked_end
from toolkit.read.workbook import Sheet, blocks


def read(data: bytes) -> Document:
    """Read a workbook (XLSX, XLS) or a CSV file: every visible sheet, in order.

    The text of a cell is what the sheet shows; where that is another figure than the stored
    one, the slot has the stored one and is doubtful.
    """
    notes: dict[str, None] = {}
    if data.startswith(b"PK\x03\x04"):
        kind, sheets = "xlsx", xlsx.sheets(data, notes)
    elif data.startswith(b"\xd0\xcf\x11\xe0"):
        kind, sheets = "xls", xls.sheets(data, notes)
    else:
        kind, sheets = "csv", iter([_csv(data)])
    found = tuple(block for sheet in sheets for block in blocks(sheet))
    return Document(found, kind, "grid", tuple(notes))


def _csv(data: bytes) -> Sheet:
    """Return a CSV file as a sheet."""
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
    sheet = Sheet("1", {})
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.put((at, column), cell, doubtful=False, ruled=len(row) > 1 and not filled_up)
    return sheet
