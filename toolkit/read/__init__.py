"""Bytes -> Document: the kind of a file is found from its bytes, not from its name."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Final

from toolkit.errors import DocumentError
from toolkit.read.document import Block, Document, Grid, Paragraph, Slot
from toolkit.read.script import simplified

__all__ = ["Block", "Document", "Grid", "Paragraph", "Slot", "kind_of", "read"]

_MAGIC: Final = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"BM", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"{\\rtf", "rtf"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOKS: Final = tuple(n.encode("utf-16-le") for n in ("Workbook", "Book"))
_WORD: Final = "WordDocument".encode("utf-16-le")
_HTML: Final = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|meta|table|div|p|tr|td|span)\b", re.IGNORECASE
)
_MHTML: Final = re.compile(
    rb"^(?:mime-version|content-type:\s*multipart/related)", re.IGNORECASE | re.MULTILINE
)
_START: Final = 4096

_READERS: Final = {
    "text": "text",
    "html": "html",
    "mhtml": "mhtml",
    "docx": "docx",
    "doc": "doc",
    "xlsx": "sheet",
    "xls": "sheet",
    "csv": "sheet",
    "pdf": "pdf",
    "image": "image",
}
_MOST: Final = {"text": 4, "csv": 4, "html": 8, "mhtml": 16, "doc": 64, "xls": 64}
"""MiB that a file of a kind may have; a report in text has 0.1, and takes 100 times its size."""

_UNREAD: Final = {
    "ods": "an OpenDocument sheet; save it as .xlsx",
    "rtf": "RTF text; save it as .docx",
    "7z": "a 7z archive; unpack it first",
    "rar": "a RAR archive; unpack it first",
}


def kind_of(data: bytes) -> str:
    """Kind of a file, from its bytes.

    Returns
    -------
    str
        ``text``, ``csv``, ``html``, ``mhtml``, ``docx``, ``xlsx``, ``ods``, ``zip``,
        ``doc`` (Word 97 and WPS), ``xls``, ``pdf``, ``image``, ``rtf``, ``7z`` or ``rar``.
    """
    start = data[:_START].lstrip()
    for mark, kind in _MAGIC:
        if start.startswith(mark):
            return kind
    if start.startswith(b"PK\x03\x04"):
        return _zipped(data)
    if start.startswith(_OLE):
        is_workbook = _WORD not in data and any(name in data for name in _WORKBOOKS)
        return "xls" if is_workbook else "doc"
    if b"multipart/" in start.lower() and _MHTML.search(start):
        return "mhtml"
    if _HTML.search(start.replace(b"\x00", b"")):
        return "html"
    if _is_csv(start) or (
        data.count(b",") >= _CSV_COMMAS * _CSV_ROWS and len(_CSV_ROW.findall(data)) >= _CSV_ROWS
    ):
        return "csv"
    return "text"


def _zipped(data: bytes) -> str:
    """Kind of a ZIP file, from the names of its members as they stand in its bytes."""
    for member, kind in (
        (b"word/document.xml", "docx"),
        (b"xl/workbook", "xlsx"),
        (b"opendocument.spreadsheet", "ods"),
    ):
        if member in data:
            return kind
    return "zip"


def _is_csv(start: bytes) -> bool:
    """Whether text has no tab or pipe and the same comma-separated shape on most lines."""
    if b"\t" in start or b"|" in start:
        return False
    lines = [line for line in start.splitlines() if line.strip()][:-1]
    rows = sum(line.count(b",") >= _CSV_COMMAS for line in lines)
    return len(lines) >= _CSV_LINES and rows > len(lines) / 2


_CSV_COMMAS: Final = 3
_CSV_LINES: Final = 5
_CSV_ROW: Final = re.compile(rb'(?:,(?:"[\d.,]*"|[\d./-]*)){3}\r?$', re.MULTILINE)
_CSV_ROWS: Final = 10  # rows of counts among any prose


def read(data: bytes) -> Document:
    """Read a file of any supported kind.

    Parameters
    ----------
    data
        The file's bytes.

    Raises
    ------
    DocumentError
        If the file is empty, of an unsupported kind or broken; the message says which.
    MissingExtraError
        If its kind needs an optional library or program; the message says what to install.
    """
    if not data.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n\f"):
        raise DocumentError("the file is empty: expected a report, found no text", stage="open")
    kind = kind_of(data)
    if len(data) > _MOST.get(kind, len(data)) * 2**20:
        raise DocumentError(
            f"the {kind} file has {len(data):,} bytes; expected at most {_MOST[kind]} MiB",
            stage="open",
        )
    if kind in _UNREAD:
        raise DocumentError(f"the file is {_UNREAD[kind]}", stage="detect")
    if kind == "zip":
        raise DocumentError("the file is an archive: load it as a source", stage="detect")
    reader: Callable[[bytes], Document] = import_module(f"{__name__}.{_READERS[kind]}").read
    return simplified(reader(data))
