"""Read workbooks (XLSX), with each cell as it is shown.

The XML is read directly: a raised footnote mark, a struck-through figure, a number format that
shows another figure than the stored one and a formula without a result can be told nowhere else.
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from toolkit.errors import DocumentError
from toolkit.read.document import Document
from toolkit.read.letters import Look, having
from toolkit.read.numfmt import BUILTIN, GENERAL, REPEATED, UNKNOWN
from toolkit.read.ooxml import OFF, Element, Package, whole
from toolkit.read.sheet import At, Range, Sheet, Style, document

_X: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ESCAPED: Final = re.compile("_x((?![Dd][89A-Fa-f])[0-9A-Fa-f]{4})_")  # no half of a pair
_MAX_COLUMNS: Final = 16_384
_LETTERS: Final = 26
_IS_NOUGHT: Final = re.compile(r"(?<![<>])=0$")
_OF_NO_FIGURE: Final = ("containsBlanks", "containsErrors")
_TEXTS: Final = ("s", "inlineStr", "str")
_SHARED: Final = ("sharedStrings", "styles")
_VALUE, _FORMULA, _INLINE = (f"{_X}{name}" for name in ("v", "f", "is"))
_PLAIN: Final = Style()
_NOTHING: Final = etree.Element("none")  # stands for a part or a font that is not there
_FIGURE: Final = re.compile(r"\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?\s*")
_TINY: Final = re.compile(r"[0-3](?:\.\d+)?")  # points
_FLAT: Final = re.compile(r"0(?:\.\d+)?")
_WHITE: Final = re.compile("(?:[Ff][0-9A-Fa-f]){3}$")
_PALE: Final = re.compile(r"-?0(?:\.0\d*)?")  # a shade of white that takes less than a tenth of it
_WHITES: Final = ("1", "9", "65")  # among the numbered colours


def read(data: bytes) -> Document:
    """Read a workbook: every visible sheet, in order."""
    package = Package(data)
    main = package.main("xl/workbook.xml")
    book = package.xml(main)
    if book is None or book.tag != f"{_X}workbook":
        raise DocumentError("the archive holds no workbook")
    return document(_sheets(package, book, package.relations(main)), "xlsx")


def _sheets(
    package: Package, book: Element, related: dict[str, tuple[str, str]]
) -> Iterator[Sheet]:
    parts = {kind: package.xml(path) for kind, path in related.values() if kind in _SHARED}
    strings, styles = (_NOTHING if (part := parts.get(kind)) is None else part for kind in _SHARED)
    reader = _Reader(book, strings, styles)
    for entry in book.iter(f"{_X}sheet"):
        _, path = related.get(entry.get(_ID, ""), ("", ""))
        shown = entry.get("state", "visible") == "visible"
        sheet = Sheet(entry.get("name", ""), is_hidden=not shown)
        if shown:
            root = package.xml(path)
            if root is None:
                raise DocumentError(f"sheet '{sheet.name}' is missing from the archive")
            reader.fill(sheet, root)
        yield sheet


class _Reader:
    """Reads worksheets with what a workbook's sheets share."""

    def __init__(self, book: Element, strings: Element, styles: Element) -> None:
        calculation = book.find(f"{_X}calcPr")
        # Some writers store 0 for every formula and leave the sums to whoever opens the file.
        self._stale = calculation is not None and _is_on(calculation.get("fullCalcOnLoad"))
        self._strings = {str(n): text for n, text in enumerate(strings.iter(f"{_X}si"))}
        self._styles = _styles(styles)
        self._hiding = _hiding(styles)

    def fill(self, sheet: Sheet, root: Element) -> None:
        """Put what stands in a worksheet into a sheet."""
        for hidden in root.iter(f"{_X}col"):
            if _is_on(hidden.get("hidden")) or _is_flat(hidden.get("width")):
                span = range(_whole(hidden, "min", 1) - 1, _whole(hidden, "max", 1))
                sheet.hidden_columns.update(span[:_MAX_COLUMNS])
        view = root.find(f"{_X}sheetViews/{_X}sheetView")
        sheet.shows_zeros = view is None or _is_on(view.get("showZeros", "1"))
        sheet.doubt([*self._in_doubt(root)])
        at = -1
        for row in root.iter(f"{_X}row"):
            at = _whole(row, "r", at + 2) - 1
            if _is_on(row.get("hidden")) or _is_flat(row.get("ht")):
                sheet.hidden_rows.add(at)
            column = -1
            for cell in row.iterchildren(f"{_X}c"):
                reference = cell.get("r")
                column = _place(reference)[1] if reference else column + 1
                style = self._styles.get(cell.get("s", "0"), _PLAIN)
                pieces, doubtful = self._shown(sheet, (at, column), cell, style)
                is_text = cell.get("t") in _TEXTS
                sheet.put((at, column), pieces, style, doubtful=doubtful, is_text=is_text)
        for merge in root.iter(f"{_X}mergeCell"):
            sheet.merges.append(_range(merge.get("ref", "")))

    def _in_doubt(self, root: Element) -> Iterator[tuple[Range, bool]]:
        """Yield the ranges that a conditional style may hide figures in, or noughts alone."""
        for condition in root.iter("{*}conditionalFormatting"):  # Excel has later ones of its own
            ranges = condition.get("sqref") or condition.findtext("{*}sqref") or ""
            for rule in condition:
                if (
                    rule.get("dxfId") in self._hiding
                    or rule.find("*[@showValue='0']") is not None
                    or any(map(_hides, rule.iterfind("{*}dxf")))
                ):
                    yield from ((_range(one), _is_of_noughts(rule)) for one in ranges.split())

    def _shown(
        self, sheet: Sheet, at: At, cell: Element, style: Style
    ) -> tuple[list[tuple[str, Look]], bool]:
        """Return what a cell shows, piece by piece, and whether that is in doubt."""
        kind, parts = cell.get("t", "n"), {part.tag: part for part in cell}
        text, doubtful = parts.get(_VALUE, _NOTHING).text or "", False
        if _FORMULA in parts and (self._stale or not (text or kind == "str")):
            text, doubtful = sheet.uncomputed(at)
        elif kind in {"s", "inlineStr"}:
            rich = self._strings.get(text) if kind == "s" else parts.get(_INLINE)
            if rich is None and kind == "s" and text:
                raise DocumentError(f"{sheet.place(*at)}: there is no text number {text!r}")
            return [] if rich is None else _pieces(rich, style.look), doubtful
        elif kind == "b":
            text = {"0": "FALSE", "1": "TRUE"}.get(text, text)
        elif kind == "n" and _FIGURE.fullmatch(text):
            text, doubtful = sheet.figure(at, float(text), style.code)
        elif kind == "n" and text:
            doubtful = True
        return [(_unescaped(text), style.look)], doubtful


def _pieces(rich: Element, own: Look) -> list[tuple[str, Look]]:
    """Part text whose stretches may each look differently; phonetic readings are left out."""
    pieces = []
    for child in rich:
        if child.tag == f"{_X}t":
            pieces.append((_unescaped(child.text or ""), own))
        elif child.tag == f"{_X}r":
            font = child.find(f"{_X}rPr")
            look = own if font is None else _look(font)
            pieces.append((_unescaped(child.findtext(f"{_X}t") or ""), look))
    return pieces


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text) if "_x" in text else text


def _styles(root: Element) -> dict[str, Style]:
    """Return what each cell style, by its number, says about how its cells are read."""
    codes = dict(BUILTIN)
    for code in root.iter(f"{_X}numFmt"):
        codes[_whole(code, "numFmtId", -1)] = code.get("formatCode", GENERAL)
    fonts = {str(n): font for n, font in enumerate(root.iterfind(f"{_X}fonts/{_X}font"))}
    ruled = {
        str(number)
        for number, border in enumerate(root.iterfind(f"{_X}borders/{_X}border"))
        if any(side.get("style", "none") != "none" for side in border)
    }
    grounds = {
        str(number): _colour(fill, "fgColor")
        for number, fill in enumerate(root.iterfind(f"{_X}fills/{_X}fill/*"))
        if fill.get("patternType") != "none" and not _is_white(fill, "fgColor")
    }
    styles = {}
    for number, style in enumerate(root.iterfind(f"{_X}cellXfs/{_X}xf")):
        font = fonts.get(style.get("fontId", "0"), _NOTHING)
        shown = codes.get(_whole(style, "numFmtId", 0), UNKNOWN)
        is_repeated = style.find(f"{_X}alignment[@horizontal='fill']") is not None
        ground = grounds.get(style.get("fillId", "0"))
        as_ground = bool(ground) and _colour(font) == ground
        styles[str(number)] = Style(
            REPEATED if is_repeated else shown,
            _look(font) | having(white=as_ground),
            style.get("borderId", "0") in ruled,
            ground is not None and not as_ground,
        )
    return styles


def _hiding(root: Element) -> set[str]:
    """Return the numbers of the conditional styles that hide figures."""
    return {
        str(number)
        for number, style in enumerate(root.iterfind(f"{_X}dxfs/{_X}dxf"))
        if _hides(style)
    }


def _hides(style: Element) -> bool:
    """Whether a conditional style hides figures, or may show others."""
    return (
        style.find(f"{_X}numFmt") is not None
        or style.find(f"{_X}font/{_X}strike") is not None
        or (any(map(_is_white, style.iterfind(f"{_X}font"))) and style.find(f"{_X}fill") is None)
    )


def _is_of_noughts(rule: Element) -> bool:
    """Whether a conditional style is for noughts alone, or for cells without a figure."""
    formula = rule.findtext(f"{_X}formula") or rule.findtext("{*}f") or ""
    equal = rule.get("operator") == "equal" and formula == "0"
    return bool(equal or rule.get("type") in _OF_NO_FIGURE or _IS_NOUGHT.search(formula))


def _colour(font: Element, name: str = "color") -> dict[str, str]:
    """Return what says which colour a font has, or a ground; nothing if nothing does."""
    color = font.find(f"{_X}{name}")
    return {} if color is None else {str(key): str(value) for key, value in color.items()}


def _is_white(font: Element, name: str = "color") -> bool:
    """Whether a colour is white, or as good as white."""
    color = _colour(font, name)
    return (
        (color.get("theme") == "0" and _PALE.fullmatch(color.get("tint", "0")) is not None)
        or _WHITE.search(color.get("rgb", "")) is not None
        or color.get("indexed") in _WHITES
    )


def _look(font: Element) -> Look:
    strike, place, size = (font.find(f"{_X}{name}") for name in ("strike", "vertAlign", "sz"))
    return having(
        struck=strike is not None and _is_on(strike.get("val", "1")),
        raised=place is not None and place.get("val") not in OFF,
        white=_is_white(font),
        tiny=size is not None and _TINY.fullmatch(size.get("val", "")) is not None,
    )


def _range(reference: str) -> Range:
    """Return the first and last row, first and last column of a reference such as ``C5:D7``."""
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = _place(first), _place(last or first)
    return top, bottom, left, right


def _place(reference: str) -> At:
    """Return the row and column, from 0, of a reference such as ``C5``."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise DocumentError(f"{reference!r} stands where a cell's name must stand, such as C5")
    column = 0
    for letter in found[1]:
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _whole(element: Element, name: str, default: int) -> int:
    return whole(element.get(name, str(default)), f"a sheet's {name}")


def _is_flat(size: str | None) -> bool:
    """Whether a row or a column has less than a point, or less than a letter's width."""
    return size is not None and _FLAT.fullmatch(size) is not None


def _is_on(value: str | None) -> bool:
    return value is not None and value not in OFF
