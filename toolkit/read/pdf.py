"""PDF -> paragraphs and grids: tables are read from the lines that rule them.

Pages without usable text are pictures and go to :mod:`toolkit.read.image`.
"""

import base64
import re
import threading
import zlib
from contextlib import closing
from typing import Final

from pypdfium2 import PdfDocument, PdfiumError, PdfPage, raw

from toolkit.errors import DocumentError, MissingExtraError
from toolkit.read.cells import page_of
from toolkit.read.document import Document
from toolkit.read.glyph import apart
from toolkit.read.letters import LOST
from toolkit.read.page import Page, document
from toolkit.read.pdfium import Marks, loaded, marks
from toolkit.read.ruling import Box, around

MAX_PAGES: Final = 500
MAX_UNPACKED: Final = 256 * 2**20  # without pictures; Chinese fonts have some 20 MiB each

_STREAM: Final = re.compile(rb"stream\r?\n")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_PICTURE: Final = re.compile(rb"/Subtype\s*/Image\b")
_FILTER: Final = re.compile(rb"/Filter\s*(\[[^\]]*\]|/\w+|\d)")
_NAME: Final = re.compile(rb"/(\w+)")
# How many times its size a stream may unpack to.
_GROWTH: Final = {
    **dict.fromkeys((b"FlateDecode", b"Fl"), 1_032),
    **dict.fromkeys((b"LZWDecode", b"LZW"), 2_560),
    **dict.fromkeys((b"RunLengthDecode", b"RL"), 64),
}
_CHUNK: Final = 2**20
_LOCK: Final = threading.RLock()  # PDFium must not be entered by two threads at once
_BROKEN: Final = 0.25  # of a page's glyphs: more without Unicode, and its text is not used
_DRAWN: Final = 50  # shapes on a page without text: letters as outlines, not decoration
_FEW: Final = 50  # glyphs: a page number or a stamp on a page that is a picture
_COVER: Final = 0.5  # of a page
_WIDE: Final = 0.3  # of a page: the least that a picture of a table takes
_HIGH: Final = 0.04
_SEAM: Final = 1.0  # points between the tiles of one picture, at most
_DPI: Final = 200  # at which pages are drawn to be recognised
_POINTS: Final = 72  # to an inch
_QUARTER: Final = 90


def read(data: bytes) -> Document:
    """Read a PDF's text, and its ruled tables as grids.

    Places are pages, counted from 1, and boxes (left, top, right, bottom) in points from the
    page's upper left corner, the page turned so that its text is level. A page that is a
    picture needs what recognises it (:class:`toolkit.errors.MissingExtraError`).
    """
    notes: list[str] = []
    with _LOCK:
        try:
            with closing(_opened(data)) as file:
                _check(file, data, notes)
                pages = _pages(file, notes)
        except PdfiumError as error:
            raise DocumentError(f"the PDF is damaged: {error}") from error
    return document(pages, "pdf", notes)


def _opened(data: bytes) -> PdfDocument:
    """Open the file; refuse what is locked."""
    if b"/Encrypt" not in data:
        _check_streams(data)
    try:
        return PdfDocument(data)
    except PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        if locked and b"/Encrypt" in data:  # PDFium's code may be an older file's
            raise DocumentError("the PDF is protected by a password") from error
        raise DocumentError("the file is no PDF, or a damaged one") from error


def _check(file: PdfDocument, data: bytes, notes: list[str]) -> None:
    """Refuse what is cut off or larger than any report; make filled fields part of the pages."""
    if b"/Encrypt" in data and raw.FPDF_GetSecurityHandlerRevision(file) < 0:
        _check_streams(data)  # it only says so
    if not raw.FPDF_DocumentHasValidCrossReferenceTable(file):
        if b"%%EOF" not in data[-2048:]:
            raise DocumentError("the PDF is cut off: its end is missing")
        notes.append("the PDF's table of contents is damaged; parts of it may be missing")
    if file.get_formtype() == raw.FORMTYPE_ACRO_FORM:
        file.init_forms()  # which draws the fields that are filled in and have no look yet
    if not 0 < len(file) <= MAX_PAGES:
        raise DocumentError(f"the PDF has {len(file)} pages; a report has 1 to {MAX_PAGES}")


def _check_streams(data: bytes) -> None:
    """Refuse a file whose packed parts are not whole, or unpack to more than any report's.

    PDFium reads on in a damaged font or page and leaves out what it cannot make sense of:
    447228 would become 22.
    """
    left = MAX_UNPACKED
    for start in _STREAM.finditer(data):
        head = data[data.rfind(b"obj", 0, start.start()) : start.start()]
        if head.endswith(b"end"):
            continue
        head = _ESCAPED.sub(lambda sign: bytes.fromhex(sign[1].decode()), head)
        is_picture = _PICTURE.search(head)  # unpacked only to be drawn, line by line
        packed = data[start.end() : data.find(b"endstream", start.end())]
        entry = _FILTER.search(head)
        filters = _NAME.findall(entry[1]) if entry else []
        if (entry and not filters) or sum(name in _GROWTH for name in filters) > 1:
            raise DocumentError("a part of the PDF is packed twice, or in a way it does not show")
        try:
            size = _unpacked_size(packed, filters, left)
        except (zlib.error, ValueError) as error:
            if is_picture:
                continue
            message = "the PDF is damaged: a compressed part of it is not whole"
            raise DocumentError(message) from error
        if size > left:
            raise DocumentError(f"the PDF unpacks to more than {MAX_UNPACKED // 2**20} MiB")
        left -= 0 if is_picture else size


def _unpacked_size(packed: bytes, filters: list[bytes], most: int) -> int:
    """Return how much a stream unpacks to, or at most may; beyond ``most`` it is not counted."""
    for name in filters:
        if name in {b"ASCII85Decode", b"A85"}:
            packed = base64.a85decode(packed.strip().removesuffix(b"~>"))
        elif name in {b"ASCIIHexDecode", b"AHx"}:
            packed = bytes.fromhex(packed.decode("latin-1").rstrip("> \r\n"))
        elif name in {b"FlateDecode", b"Fl"}:
            unpacker, size = zlib.decompressobj(), 0
            while packed and not unpacker.eof and size <= most:
                size += len(unpacker.decompress(packed, _CHUNK))
                packed = unpacker.unconsumed_tail
            return size
        else:
            return len(packed) * _GROWTH.get(name, 0)
    return 0


def _pages(file: PdfDocument, notes: list[str]) -> list[Page]:
    """Read each page from its text, or from its picture where there is no text to be used."""
    pages: list[Page] = []
    missing: MissingExtraError | None = None
    for number in range(1, len(file) + 1):
        with closing(loaded(file, number - 1)) as sheet:
            found = marks(sheet)
            whole = _is_picture(found)
            pages.append(Page(number) if whole else page_of(found, number))
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
            pages[-1].recognised = True
            notes.append(f"page {number}: a table was recognised from a picture")
    if missing and not any(page.tables or page.lines for page in pages):
        raise missing
    return pages


def _is_picture(found: Marks) -> bool:
    """Whether a page's text is missing, hidden or without meaning, so that only its look counts."""
    readable = sum(len(glyph.text) - glyph.text.count(LOST) for glyph in found.glyphs)
    if not readable:
        return bool(found.pictures or found.lost or found.shapes >= _DRAWN)
    unusable = found.lost + (found.hidden if found.pictures else 0)
    whole = found.width * found.height
    covered = any(box.width * box.height > _COVER * whole for box in _whole(found.pictures))
    return unusable > _BROKEN * readable or (covered and readable < _FEW)


def _bare_pictures(found: Marks) -> list[Box]:
    """Name the pictures among a page's text that may show a table: large, and not under text."""
    return [
        box
        for box in _whole(found.pictures)
        if box.width > _WIDE * found.width
        and box.height > _HIGH * found.height
        and sum(
            box.left < glyph.left < box.right and box.top < glyph.base < box.bottom
            for glyph in apart(found.glyphs)
        )
        < _FEW
    ]


def _whole(pictures: list[Box]) -> list[Box]:
    """Put together the pictures that are tiles of one, beside or below one another."""
    for across in (0, 1):
        along = 1 - across
        joined: list[Box] = []
        for box in sorted(pictures, key=lambda box: (*map(round, box[along::2]), box[across])):
            last = joined[-1] if joined else box
            apart = abs(last[along] - box[along]) + abs(last[along + 2] - box[along + 2])
            if joined and max(apart, box[across] - last[across + 2]) < _SEAM:
                joined[-1] = around([last, box])
            else:
                joined.append(box)
        pictures = joined
    return pictures


def _seen(sheet: PdfPage, turn: int, number: int, areas: list[Box]) -> Page:
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
    return recognise(picture, number, scale)
