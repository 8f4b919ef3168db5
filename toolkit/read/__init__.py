"""Bytes -> Document: the kind of a file is found from its bytes, not from its name.

Each format has a module with ``read(data) -> Document``: ``text``, ``csv``, ``html``, ``mhtml``,
``docx``, ``wordxml``, ``doc``, ``xlsx``, ``xls``, ``pdf`` and ``image``. Several share ``letters``
(what one sees of letters), ``encoding``, ``archive``, ``ooxml`` (zipped office files), ``sheet`` (a
worksheet, cut into its tables), ``ruling`` and ``page`` (tables of ruled lines, pages joined). The
others are parts of one: ``drawn`` of text; ``css``, ``style`` and ``dom`` of HTML; ``wordml`` of
DOCX; ``numfmt`` of sheets; ``pdfium``, ``drawing``, ``glyph`` and ``cells`` of PDF; ``picture`` of
images. ``beside`` names what a file shows or links to.
"""

import re
from importlib import import_module
from typing import Final

from toolkit.errors import DocumentError
from toolkit.read.archive import opened
from toolkit.read.document import Block, Document, Grid, Paragraph, Slot
from toolkit.read.encoding import decode
from toolkit.read.script import simplified

__all__ = ["Block", "Document", "Grid", "Paragraph", "Slot", "kind_of", "read"]

# Until so large a block was freed, glibc returns to the system what each page took, and has to
# clear it for the next: a fifth of the time of a page made by Word.
bytes(4 * 2**20)

_MAGIC: Final = {
    "pdf": (b"%PDF-",),
    "image": (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"GIF8", b"II*\x00", b"MM\x00*"),
    "rtf": (b"{\\rtf",),
    "7z": (b"7z\xbc\xaf\x27\x1c",),
    "gzip": (b"\x1f\x8b",),
    "rar": (b"Rar!\x1a\x07",),
}
_ZIP: Final = b"PK\x03\x04"
_OFFICE: Final = re.compile(
    r"word/(?P<docx>document\d*\.xml)|(?P<ofd>OFD\.xml)"
    r"|xl/(?:(?P<xlsx>workbook\d*\.xml)|(?P<xlsb>workbook\.bin))"
)
_OPEN_DOCUMENT: Final = {b"opendocument.spreadsheet": "ods", b"opendocument.text": "odt"}
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOKS: Final = tuple(n.encode("utf-16-le") for n in ("Workbook", "Book"))
_WORD: Final = "WordDocument".encode("utf-16-le")
_HTML: Final = re.compile(
    rb"<\s*(?:!doctype\s+html|html|head|body|meta|table|div|p|tr|td|span)\b", re.IGNORECASE
)
_ONE_XML: Final = {
    b"<w:wordDocument": "wordxml",
    b"<pkg:package": "wordxml",
    b"<?mso-application": "office-xml",
    **{b'office:mimetype="application/vnd.oasis.' + k: kind for k, kind in _OPEN_DOCUMENT.items()},
}
"""Kinds of office documents that are one XML file, by what is in their beginning, in this order."""
_TABLE_ROW: Final = re.compile(rb"<tr[\s>]", re.IGNORECASE)  # Markdown may hold HTML tables
_MHTML: Final = re.compile(  # behind a line's end, which is found faster than a line's beginning
    rb"\n(?:mime-version:|content-type:\s*multipart/related)", re.IGNORECASE
)
_START: Final = 4096
_CSV_COMMAS: Final = 3
_CSV_LINES: Final = 5
_CSV_CELL: Final = rb"""[,;]\t?(?:(?:"="|=)?"[\d.,]*"(?:"")?|'?[\d./-]*)\t?"""
_CSV_ROW: Final = re.compile(rb"%b(?:%b){2}\r?$" % (_CSV_CELL, _CSV_CELL), re.MULTILINE)
_CSV_ROWS: Final = 10  # rows of counts among any prose
_SENTENCES: Final = tuple("。".encode(encoding) for encoding in ("utf-8", "gb18030"))
_THOUSANDS: Final = re.compile(rb"(?<=\d),(?=\d{3}(?!\d))")  # a comma that may part no cells
_TAB_BESIDE: Final = re.compile(rb"\t?,\t?")  # makes a text of a figure, so that it stays as it is
_QUOTED: Final = re.compile(rb'"(?<![^\t\n=]")((?:[^"]|"")*)"(?=\t|\r?$)', re.MULTILINE)
_WHY_QUOTED: Final = (b"\n", b'""')
_LONGEST: Final = 8 * 2**20

_MOST: Final = {"text": 4, "csv": 4, "html": 8, "mhtml": 16, "wordxml": 32, "doc": 64, "xls": 64}
"""MiB that a file of a kind may have; a report in text has 0.1, and takes 100 times its size."""

_UNREAD: Final = {
    "ods": "an OpenDocument sheet; save it as .xlsx",
    "odt": "an OpenDocument text; save it as .docx",
    "ofd": "an OFD document; export it as .pdf from an OFD reader",
    "xlsb": "a binary workbook; save it as .xlsx",
    "rtf": "RTF text; save it as .docx",
    "office-xml": "Office XML of 2003, but not Word's; save it as .xlsx",
    "7z": "a 7z archive; unpack it first",
    "gzip": "packed by gzip, as a server sends pages; unpack it first",
    "rar": "a RAR archive; unpack it first",
    "zip": "an archive: load it as a source",
}


def kind_of(data: bytes) -> str:
    """Kind of a file, from its bytes.

    Returns
    -------
    str
        ``text``, ``csv``, ``html``, ``mhtml``, ``docx``, ``xlsx``, ``xlsb``, ``ods``, ``odt``,
        ``ofd``, ``zip``, ``doc`` (Word 97 and WPS), ``wordxml`` (Word's XML in one file),
        ``xls``, ``pdf``, ``image``, ``rtf``, ``office-xml``, ``7z``, ``gzip`` or ``rar``.

    Raises
    ------
    DocumentError
        If the file begins like a ZIP archive or like UTF-16, and is neither.
    """
    start = data[:_START].lstrip()
    for kind, marks in _MAGIC.items():
        if start.startswith(marks):
            return kind
    if start.startswith(_ZIP):
        return _packed(data)
    if start.startswith(_OLE):
        is_workbook = _WORD not in data and any(name in data for name in _WORKBOOKS)
        return "xls" if is_workbook else "doc"
    if b"\0" in start:  # UTF-16
        data = decode(data[:_LONGEST])[0].encode()
        start = data[:_START].lstrip()
    if one_xml := next((kind for mark, kind in _ONE_XML.items() if mark in start), ""):
        return one_xml
    if _MHTML.search(b"\n" + start):
        return "mhtml"
    if _HTML.search(start) or _TABLE_ROW.search(data):
        return "html"
    has_commas = data.count(b",") + data.count(b";") >= _CSV_COMMAS * _CSV_LINES / 2
    is_csv = has_commas and (_is_csv(start) or len(_CSV_ROW.findall(data)) >= _CSV_ROWS)
    return "csv" if is_csv or _has_quoted_cells(data) else "text"


def _packed(data: bytes) -> str:
    """Kind of a ZIP file by its own members: a document in it may be such a file, too."""
    names = opened(data).namelist()
    if names and names[0] == "mimetype":
        return next((kind for mark, kind in _OPEN_DOCUMENT.items() if mark in data[:_START]), "zip")
    office = next(filter(None, map(_OFFICE.fullmatch, names)), None)
    return (office and office.lastgroup) or "zip"


def _has_quoted_cells(data: bytes) -> bool:
    """Whether quotation marks hold cells together that tabs part: all, or those that need it."""
    if b"\t" not in data or b"|" in data:
        return False
    cells = _QUOTED.findall(data)
    needed = any(why in cell for cell in cells for why in _WHY_QUOTED)
    return needed or 2 * len(cells) > data.count(b"\t")


def _is_csv(start: bytes) -> bool:
    """Whether text has no tab between cells and no pipe, and commas or semicolons on most lines.

    A line with a full stop is prose, whose commas some tools make narrow.
    """
    start = _TAB_BESIDE.sub(b",", start)
    if b"\t" in start or b"|" in start:
        return False
    lines = [line for line in _THOUSANDS.sub(b"", start).splitlines() if line.strip()][:-1]
    cells = [line for line in lines if not any(end in line for end in _SENTENCES)]
    rows = max(sum(line.count(mark) >= _CSV_COMMAS for line in cells) for mark in (b",", b";"))
    return len(lines) >= _CSV_LINES and rows > len(lines) / 2


def read(data: bytes) -> Document:
    """Read a file of any supported kind.

    Raises
    ------
    DocumentError
        If the file is empty, of an unsupported kind or broken; the message says which.
    MissingExtraError
        If its kind needs an optional library; the message says what to install.
    """
    if not data.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n\f"):
        raise DocumentError("the file is empty: expected a report, found no text", stage="open")
    kind = kind_of(data)
    if kind in _UNREAD:
        raise DocumentError(f"the file is {_UNREAD[kind]}", stage="detect")
    if len(data) > _MOST.get(kind, len(data)) * 2**20:
        raise DocumentError(
            f"the {kind} file has {len(data):,} bytes; expected at most {_MOST[kind]} MiB",
            stage="open",
        )
    return simplified(import_module(f"{__name__}.{kind}").read(data))
