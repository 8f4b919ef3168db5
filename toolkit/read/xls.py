"""Read workbooks of Excel 97 (XLS, and ET as WPS saves it), with each cell as it is shown."""

import io
import struct
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

import xlrd
from xlrd.book import Book
from xlrd.compdoc import CompDoc
from xlrd.sheet import Cell
from xlrd.sheet import Sheet as Page

from toolkit.errors import DocumentError
from toolkit.read.document import Document
from toolkit.read.letters import Look, having, tidy
from toolkit.read.numfmt import REPEATED, UNKNOWN
from toolkit.read.sheet import At, Range, Sheet, Style, document

_SIDES: Final = ("top", "bottom", "left", "right")
_WHITES: Final = (1, 9)  # among the numbered colours
_SOLID, _FILL = 1, 4  # a ground of one colour; text that is repeated as often as there is room
_TINY: Final = 80  # twips, four points
_OPENS, _ENDS, _FORMULAS = 0x809, 0x0A, (0x06, 0x206, 0x406)  # kinds of records
_FORMULA: Final = struct.Struct("<HHxx8sH")  # row, column, result, when to compute it
_ON_LOAD: Final = 2
_TOKENS: Final = _FORMULA.size + 6  # where the formula itself begins
_STRING, _REFERENCE = b"\x17", 7  # what opens a text in it; bytes of one that is a cell's name
_CALC: Final = "Calc"  # LibreOffice's name for itself
_RANGES, _CONDITION = 0x1B0, 0x1B1
_EQUAL, _TO_NOUGHT = b"\1\3", b"\x1e\0\0"  # a condition on the value; the formula that is 0
_HAS_FORMAT, _HAS_FONT, _HAS_GROUND = 0x2000000, 0x4000000, 0x20000000
_FONT: Final = struct.Struct("<68xI8xI4xI")  # how letters look, their colour, what of it is kept
_STRUCK: Final = 0x80
_NOTHING, _NOUGHT = b"\x03\0\0\0\0\0\xff\xff", bytes(8)


def read(data: bytes) -> Document:
    """Read a workbook: every visible sheet, in order."""
    return document(_sheets(*_opened(data)), "xls")


def _sheets(book: Book, stream: bytes) -> Iterator[Sheet]:
    for page in book.sheets():
        sheet = Sheet(tidy(page.name), is_hidden=bool(page.visibility))
        try:
            if not sheet.is_hidden:
                # The place of its records is nowhere else to be had.
                records = [*_records(stream, page._position)]  # noqa: SLF001
                sheet.doubt([*_in_doubt(records)])
                _fill(sheet, book, page, {*_waiting(records, book.user_name)})
        except (LookupError, struct.error) as error:  # as of a style or a font that is not there
            raise DocumentError(f"sheet '{sheet.name}' is damaged: {error}") from error
        yield sheet


def _opened(data: bytes) -> tuple[Book, bytes]:
    """Return a workbook as the library opens it, and the records that it reads it from."""
    try:
        file = CompDoc(data, logfile=io.StringIO())
        _refuse_loops(file)
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
        streams = map(file.locate_named_stream, ("Workbook", "Book"))
        return book, next(stream for stream, *_ in streams if stream)
    except Exception as error:  # the library lets through whatever a damaged file provokes
        reason = "protected by a password" if "encrypted" in str(error) else "damaged"
        raise DocumentError(f"the workbook is {reason}: {error}") from error


def _refuse_loops(file: CompDoc) -> None:
    """Refuse a chain of short sectors that never ends, which the library would follow forever."""
    for entry in file.dirlist:
        sector = entry.first_SID if entry.tot_size < file.min_size_std_stream else -1
        for _ in file.SSAT:
            sector = file.SSAT[sector] if 0 <= sector < len(file.SSAT) else -1
        if sector >= 0:
            raise ValueError(f"the sectors of {entry.name!r} go round in a circle")


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the kinds and the contents of a sheet's records that are looked into here."""
    depth = 1  # a sheet may hold charts, with records of their own
    while depth and at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        depth += (kind == _OPENS) - (kind == _ENDS)
        if kind in _FORMULAS or kind in (_RANGES, _CONDITION):
            yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _waiting(records: Iterable[tuple[int, bytes]], user: str) -> Iterator[At]:
    """Yield the cells of a sheet whose formula was never computed.

    Java's and Python's writers store 0 or nothing there, and leave it to whoever opens the file;
    LibreOffice, where it converts a workbook unseen, stores 0 for every text.
    """
    for kind, record in records:
        if kind in _FORMULAS and len(record) >= _FORMULA.size:
            row, column, result, when = _FORMULA.unpack_from(record)
            tokens = record[_TOKENS:]
            may_be_text = user == _CALC and (_STRING in tokens or len(tokens) <= _REFERENCE)
            if result == _NOTHING or (result == _NOUGHT and (when & _ON_LOAD or may_be_text)):
                yield row, column


def _in_doubt(records: Iterable[tuple[int, bytes]]) -> Iterator[tuple[Range, bool]]:
    """Yield the ranges that a conditional style may hide figures in, or noughts alone.

    The library passes these records over ([MS-XLS] 2.4.56 and 2.4.42).
    """
    ranges: list[Range] = []
    for kind, record in records:
        if kind == _RANGES:
            ranges = [*struct.iter_unpack("<4H", record[14 : 14 + 8 * record[12]])]
        elif kind == _CONDITION and _hides(record):
            noughts_alone = record[:2] == _EQUAL and record.endswith(_TO_NOUGHT)
            yield from ((one, noughts_alone) for one in ranges)


def _hides(condition: bytes) -> bool:
    """Whether a conditional style hides figures, or may show others."""
    (parts,) = struct.unpack_from("<I", condition, 6)
    if parts & _HAS_FORMAT or not parts & _HAS_FONT:
        return bool(parts & _HAS_FORMAT)
    look, colour, kept = _FONT.unpack_from(condition, 12)
    return bool(look & ~kept & _STRUCK) or (colour in _WHITES and not parts & _HAS_GROUND)


def _fill(sheet: Sheet, book: Book, page: Page, waiting: set[At]) -> None:
    """Put what the library found of a worksheet into a sheet."""
    sheet.shows_zeros = bool(page.show_zero_values)
    sheet.hidden_rows.update(at for at, row in page.rowinfo_map.items() if row.hidden)
    sheet.hidden_columns.update(
        at for at, column in page.colinfo_map.items() if column.hidden or not column.width
    )
    for top, below, left, beside in page.merged_cells:
        sheet.merges.append((top, below - 1, left, beside - 1))

    @cache
    def look(font: int) -> Look:
        found = book.font_list[font]
        return having(
            struck=bool(found.struck_out),
            raised=bool(found.escapement),
            white=found.colour_index in _WHITES,
            tiny=0 < found.height < _TINY,
        )

    @cache
    def style(number: int) -> Style:
        found = book.xf_list[number]
        ground, colour = found.background, book.font_list[found.font_index].colour_index
        as_ground = ground.fill_pattern == _SOLID and ground.pattern_colour_index == colour
        is_repeated = found.alignment.hor_align == _FILL
        return Style(
            REPEATED if is_repeated else book.format_map[found.format_key].format_str or UNKNOWN,
            look(found.font_index) | having(white=as_ground),
            any(getattr(found.border, f"{side}_line_style") for side in _SIDES),
            not as_ground
            and ground.fill_pattern != 0
            and ground.pattern_colour_index not in _WHITES,
        )

    for row in range(page.nrows):
        for column in range(page.row_len(row)):
            at, cell = (row, column), page.cell(row, column)
            own = style(cell.xf_index)
            text, doubtful = sheet.uncomputed(at) if at in waiting else _text(sheet, at, cell, own)
            runs = page.rich_text_runlist_map.get(at, []) if text else []
            changes = [(0, own.look), *((start, look(font)) for start, font in runs)]
            ends = [*(start for start, _ in runs), len(text)]
            pieces = [(text[a:b], shown) for (a, shown), b in zip(changes, ends, strict=True)]
            is_text = cell.ctype == xlrd.XL_CELL_TEXT
            sheet.put(at, pieces, own, doubtful=doubtful, is_text=is_text)


def _text(sheet: Sheet, at: At, cell: Cell, style: Style) -> tuple[str, bool]:
    """Return what a cell shows but for the looks of its letters, and whether it is in doubt."""
    match cell.ctype:
        case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
            return sheet.figure(at, cell.value, style.code)
        case xlrd.XL_CELL_TEXT:
            return cell.value, False
        case xlrd.XL_CELL_BOOLEAN:
            return "TRUE" if cell.value else "FALSE", False
        case xlrd.XL_CELL_ERROR:
            return "#ERROR!", False
    return "", False
