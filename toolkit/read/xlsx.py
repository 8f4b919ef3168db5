"""Workbooks (XLSX) -> worksheets, with each cell as it is shown.

The XML is read directly: a raised footnote mark, a struck-through figure, a number format that
shows another figure than the stored one and a formula without a result can be told nowhere else.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from toolkit.errors import DocumentError
from toolkit.read.numfmt import BUILTIN, GENERAL, UNKNOWN, printed
from toolkit.read.ooxml import Element, Package
from toolkit.read.wordml import OFF, joined
from toolkit.read.workbook import Cell, Merge, Place, Sheet, tidy

_X: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED: Final = re.compile("_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")  # no half of a pair
_MAX_CELLS: Final = 500_000
_MAX_COLUMNS: Final = 16_384
_MAX_DIGITS: Final = 7
_LETTERS: Final = 26
_SHARED: Final = frozenset({"sharedStrings", "styles"})
_TRUTH: Final = {"0": "FALSE", "1": "TRUE"}


class _Style(NamedTuple):
    """What a cell's style says about its number, the look of its text, and its border."""

    code: str = GENERAL
    struck: bool = False
    raised: bool = False
    ruled: bool = False


_PLAIN: Final = _Style()


def sheets(data: bytes, notes: dict[str, None]) -> Iterator[Sheet]:
    """Yield a workbook's visible worksheets; ``notes`` gets what had to be decided."""
    with Package(data) as package:
        kinds = package.relations("").values()
        main = next((path for kind, path in kinds if kind == "officeDocument"), "xl/workbook.xml")
        book = package.xml(main)
        if book is None or book.tag != f"{_X}workbook":
            raise DocumentError("the archive holds no workbook")
        related = package.relations(main)
        parts = {kind: package.xml(path) for kind, path in related.values() if kind in _SHARED}
        reader = _Reader(book, parts.get("sharedStrings"), parts.get("styles"), notes)
        for entry in book.iter(f"{_X}sheet"):
            name = entry.get("name", "")
            kind, path = related.get(entry.get(_ID, ""), ("", ""))
            if kind != "worksheet":
                continue
            if entry.get("state", "visible") != "visible":
                notes[f"sheet '{name}' is hidden and was left out"] = None
                continue
            root = package.xml(path)
            if root is None:
                raise DocumentError(f"sheet '{name}' is missing from the archive")
            yield reader.sheet(name, root)


class _Reader:
    """Reads worksheets with what a workbook's sheets share."""

    def __init__(
        self, book: Element, strings: Element | None, styles: Element | None, notes: dict[str, None]
    ) -> None:
        properties, calculation = book.find(f"{_X}workbookPr"), book.find(f"{_X}calcPr")
        self._from_1904 = properties is not None and _is_on(properties.get("date1904"))
        # Some writers store 0 for every formula and leave the sums to whoever opens the file.
        self._stale = calculation is not None and _is_on(calculation.get("fullCalcOnLoad"))
        self._strings = [] if strings is None else list(strings.iter(f"{_X}si"))
        self._styles = {} if styles is None else _styles(styles)
        self._notes = notes

    def sheet(self, name: str, root: Element) -> Sheet:
        """Return a worksheet."""
        sheet = Sheet(name)
        for column in root.iter(f"{_X}col"):
            if _is_on(column.get("hidden")) or column.get("width") == "0":
                span = range(_whole(column, "min", 1) - 1, _whole(column, "max", 1))
                sheet.hidden_columns.update(span[:_MAX_COLUMNS])
        at = -1
        for row in root.iter(f"{_X}row"):
            at = _whole(row, "r", at + 2) - 1
            if _is_on(row.get("hidden")) or row.get("ht") == "0":
                sheet.hidden_rows.add(at)
            self._row(sheet, row, at)
        for merge in root.iter(f"{_X}mergeCell"):
            first, _, last = merge.get("ref", "").partition(":")
            (top, left), (bottom, right) = _place(first), _place(last or first)
            sheet.merges.append(Merge(top, bottom, left, right))
        return sheet

    def _row(self, sheet: Sheet, row: Element, at: int) -> None:
        """Add a row's cells to the sheet."""
        column = -1
        for cell in row.iterchildren(f"{_X}c"):
            reference = cell.get("r")
            column = _place(reference)[1] if reference else column + 1
            style = self._styles.get(cell.get("s", "0"), _PLAIN)
            text, doubtful = self._text(cell, style, sheet.place(at, column))
            if text or doubtful or style.ruled:
                sheet.cells[at, column] = Cell(tidy(text), doubtful, style.ruled)
        if len(sheet.cells) > _MAX_CELLS:
            raise DocumentError(f"sheet '{sheet.name}' has more than {_MAX_CELLS} cells")

    def _text(self, cell: Element, style: _Style, place: str) -> tuple[str, bool]:
        """Return what a cell shows, and whether that is in doubt."""
        kind, value = cell.get("t", "n"), cell.findtext(f"{_X}v")
        if cell.find(f"{_X}f") is not None:
            if self._stale:
                self._notes["the stored results of formulas are out of date and were not read"] = (
                    None
                )
                return "", True
            if not value and kind != "str":
                self._notes[f"{place}: a formula without a stored result"] = None
                return "", True
        if kind == "inlineStr":
            rich = cell.find(f"{_X}is")
            return ("" if rich is None else self._rich(rich, style, place)), False
        if not value:
            return "", False
        if kind == "s":
            return self._rich(self._string(value, place), style, place), False
        text, doubtful = value, False
        if kind == "n":
            text, doubtful = self._number(value, style.code)
            if doubtful:
                self._notes[f"{place}: the number format shows another figure than is stored"] = (
                    None
                )
        elif kind == "b":
            text = _TRUTH.get(value, value)
        return self._marked([(text, style)], place), doubtful

    def _number(self, value: str, code: str) -> tuple[str, bool]:
        try:
            return printed(float(value), code, from_1904=self._from_1904)
        except ValueError:
            return value, True

    def _string(self, index: str, place: str) -> Element:
        if index.isdecimal() and int(index) < len(self._strings):
            return self._strings[int(index)]
        raise DocumentError(f"{place}: there is no text number {index!r}")

    def _rich(self, rich: Element, style: _Style, place: str) -> str:
        """Return text whose stretches may each look differently; phonetic readings are left out."""
        pieces = []
        for child in rich:
            if child.tag == f"{_X}t":
                pieces.append((child.text or "", style))
            elif child.tag == f"{_X}r":
                look = child.find(f"{_X}rPr")
                own = style if look is None else _look(look)
                pieces.append((child.findtext(f"{_X}t") or "", own))
        return self._marked(pieces, place)

    def _marked(self, pieces: list[tuple[str, _Style]], place: str) -> str:
        """Join text, without what is struck through and with raised marks in brackets."""
        kept = [(text, style.raised) for text, style in pieces if not style.struck]
        if len(kept) < len(pieces):
            self._notes[f"{place}: struck-through text was left out"] = None
        return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), joined(kept))


def _styles(root: Element) -> dict[str, _Style]:
    """Return what each cell style, by its number, says about how its cells are read."""
    codes = dict(BUILTIN)
    for code in root.iter(f"{_X}numFmt"):
        codes[_whole(code, "numFmtId", -1)] = code.get("formatCode", GENERAL)
    fonts = [_look(font) for font in root.iterfind(f"{_X}fonts/{_X}font")]
    ruled = [
        any(side.get("style", "none") != "none" for side in border)
        for border in root.iterfind(f"{_X}borders/{_X}border")
    ]
    styles: dict[str, _Style] = {}
    for number, style in enumerate(root.iterfind(f"{_X}cellXfs/{_X}xf")):
        font, border = _whole(style, "fontId", 0), _whole(style, "borderId", 0)
        look = fonts[font] if font < len(fonts) else _PLAIN
        code = codes.get(_whole(style, "numFmtId", 0), UNKNOWN)
        styles[str(number)] = _Style(
            code, look.struck, look.raised, border < len(ruled) and ruled[border]
        )
    return styles


def _look(font: Element) -> _Style:
    """Return how a font looks, as far as it changes what is read."""
    strike, place = font.find(f"{_X}strike"), font.find(f"{_X}vertAlign")
    return _Style(
        struck=strike is not None and _is_on(strike.get("val", "1")),
        raised=place is not None and place.get("val") not in OFF,
    )


def _place(reference: str) -> Place:
    """Return the row and column, from 0, of a reference such as ``C5``."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise DocumentError(f"{reference!r} stands where a cell's name must stand, such as C5")
    column = 0
    for letter in found[1]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _whole(element: Element, name: str, default: int) -> int:
    """Return an attribute that must be a whole number."""
    value = element.get(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS):
        raise DocumentError(f"a sheet's {name} is {value!r} where a whole number must stand")
    return int(value)


def _is_on(value: str | None) -> bool:
    return value is not None and value not in OFF
