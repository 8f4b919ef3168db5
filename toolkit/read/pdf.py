"""PDF -> paragraphs and grids: tables are read from the lines that rule them.

Pages without usable text are pictures and go to :mod:`toolkit.read.image`.
"""

import re
import threading
import zlib
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from toolkit.errors import DocumentError, MissingExtraError
from toolkit.read.cells import filled
from toolkit.read.document import Document
from toolkit.read.glyph import UNREADABLE
from toolkit.read.page import Page, document
from toolkit.read.ruling import Box

if TYPE_CHECKING:
    from toolkit.read.pdfium import Marks

MAX_PAGES: Final = 500
MAX_UNPACKED: Final = 256 * 2**20  # without pictures; Chinese fonts have some 20 MiB each

_STREAM: Final = re.compile(rb"stream\r?\n")
_PACKED: Final = re.compile(rb"/Filter\s*(?:\[\s*)?/Fl(?:ateDecode)?\b")
_UNCHECKED: Final = re.compile(rb"/Filter\s*(?:\d|\[[^\]]*/(?:Fl|LZW)[^\]]*/(?:Fl|LZW))")
_CHUNK: Final = 2**20
_LOCK: Final = threading.RLock()  # PDFium must not be entered by two threads at once
_BROKEN: Final = 0.25  # of a page's glyphs: more without Unicode, and its text is not used
_DRAWN: Final = 50  # shapes on a page without text: letters as outlines, not decoration
_FEW: Final = 50  # glyphs: a page number or a stamp on a page that is a picture
_COVER: Final = 0.5  # of a page
_WIDE: Final = 0.3  # of a page: the least that a picture of a table takes
_HIGH: Final = 0.04
_DPI: Final = 200  # at which pages are drawn to be recognised
_POINTS: Final = 72  # to an inch
_QUARTER: Final = 90


def read(data: bytes) -> Document:
    """Read a PDF's text, and its ruled tables as grids.

    Parameters
    ----------
    data
        The file's bytes.

    Returns
    -------
    Document
        Places are pages, counted from 1, and boxes (left, top, right, bottom) in points from
        the page's upper left corner, the page turned so that its text is level.

    Raises
    ------
    DocumentError
        If the file is damaged, protected by a password or larger than any report.
    MissingExtraError
        If it holds no text but pictures, and nothing is installed to recognise them.
    """
    from pypdfium2 import PdfiumError

    notes: list[str] = []
    with _LOCK:
        try:
            with closing(_opened(data, notes)) as opened:
                pages = _pages(opened, notes)
        except PdfiumError as error:
            raise DocumentError(f"the PDF is damaged: {error}") from error
    return document(pages, "pdf", notes)


def _opened(data: bytes, notes: list[str]) -> Any:  # noqa: ANN401 - pypdfium2 has no types
    """Open the file; refuse what is locked, cut off or larger than any report."""
    import pypdfium2
    from pypdfium2 import raw

    _check_streams(data)
    try:
        file = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        if locked and b"/Encrypt" in data:  # PDFium's code may be an older file's
            raise DocumentError("the PDF is protected by a password") from error
        raise DocumentError("the file is no PDF, or a damaged one") from error
    if not raw.FPDF_DocumentHasValidCrossReferenceTable(file):
        if b"%%EOF" not in data[-2048:]:
            file.close()
            raise DocumentError("the PDF is cut off: its end is missing")
        notes.append("the PDF's table of contents is damaged; parts of it may be missing")
    if not 0 < len(file) <= MAX_PAGES:
        count = len(file)
        file.close()
        raise DocumentError(f"the PDF has {count} pages; a report has 1 to {MAX_PAGES}")
    return file


def _check_streams(data: bytes) -> None:
    """Refuse a file whose compressed parts do not match their checksums.

    PDFium reads on in a damaged font or page and leaves out what it cannot make sense of:
    447228 would become 22.
    """
    if b"/Encrypt" in data:
        return
    left = MAX_UNPACKED
    for start in _STREAM.finditer(data):
        head = data[data.rfind(b"obj", 0, start.start()) : start.start()]
        if _UNCHECKED.search(head):
            raise DocumentError("a part of the PDF is packed twice, or in a way it does not show")
        if not _PACKED.search(head) or head.endswith(b"end") or b"/Image" in head:
            continue
        unpacker = zlib.decompressobj()
        packed = data[start.end() : data.find(b"endstream", start.end())]
        try:
            while packed and not unpacker.eof:
                left -= len(unpacker.decompress(packed, _CHUNK))
                if left < 0:
                    raise DocumentError(f"the PDF unpacks to more than {MAX_UNPACKED // 2**20} MiB")
                packed = unpacker.unconsumed_tail
        except zlib.error as error:
            raise DocumentError(
                "the PDF is damaged: a compressed part of it is not whole"
            ) from error


def _pages(file: Any, notes: list[str]) -> list[Page]:  # noqa: ANN401
    """Read each page from its text, or from its picture where there is no text to be used."""
    from toolkit.read.pdfium import loaded, marks

    pages: list[Page] = []
    missing: MissingExtraError | None = None
    for number in range(1, len(file) + 1):
        with closing(loaded(file, number - 1)) as sheet:
            found = marks(sheet)
            whole = _is_picture(found)
            pages.append(Page(number, found.height) if whole else filled(found, number))
            if found.oblique:
                notes.append(f"page {number}: oblique text was left out as a watermark")
            areas = [Box(0, 0, found.width, found.height)] if whole else _bare_pictures(found)
            if not areas:
                continue
            try:
                seen = _seen(sheet, found.turn, number, areas)
            except MissingExtraError as error:
                missing = error
                notes.append(f"page {number}: a picture was not read; {error.message}")
                continue
        if whole:
            pages[-1] = seen
            notes.append(f"page {number}: recognised from its picture")
        elif seen.tables:
            pages[-1].tables += seen.tables
            notes.append(f"page {number}: a table was recognised from a picture")
    if missing and not any(page.tables or page.lines for page in pages):
        raise missing
    return pages


def _is_picture(found: "Marks") -> bool:
    """Whether a page's text is missing, hidden or without meaning, so that only its look counts."""
    readable = sum(glyph.text != UNREADABLE for glyph in found.glyphs)
    if not readable:
        return bool(found.pictures or found.lost or found.shapes >= _DRAWN)
    covered = any(_area(box) > _COVER * found.width * found.height for box in found.pictures)
    return found.lost > _BROKEN * readable or (covered and readable < _FEW)


def _bare_pictures(found: "Marks") -> list[Box]:
    """Name the pictures among a page's text that may show a table: large, and not under text."""
    return [
        box
        for box in found.pictures
        if box.right - box.left > _WIDE * found.width
        and box.bottom - box.top > _HIGH * found.height
        and sum(
            box.left < glyph.left < box.right and box.top < glyph.base < box.bottom
            for glyph in found.glyphs
        )
        < _FEW
    ]


def _seen(sheet: Any, turn: int, number: int, areas: list[Box]) -> Page:  # noqa: ANN401
    """Recognise what is to be seen in some areas of a page."""
    from toolkit.read.image import MAX_PIXELS, engine, recognise

    engine()  # before the work of drawing
    width, height = sheet.get_size()
    scale = min(_DPI / _POINTS, (MAX_PIXELS / (width * height)) ** 0.5)
    bitmap = sheet.render(
        scale=scale, grayscale=True, rotation=(_QUARTER * turn - sheet.get_rotation()) % 360
    )
    drawn = bitmap.to_numpy()
    picture = drawn.copy()
    picture.fill(255)
    for area in areas:
        left, top, right, bottom = (max(0, round(edge * scale)) for edge in area)
        picture[top:bottom, left:right] = drawn[top:bottom, left:right]
    bitmap.close()
    return recognise(picture, number, scale).in_points()


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)
