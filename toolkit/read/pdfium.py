"""What PDFium finds on a page: glyphs, the lines that rule it, and pictures.

PDFium's plain functions are called directly: its text page is the only bulk source of
characters with places, and Python objects around each would take most of the time.
"""

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from typing import Any, Final
from unicodedata import normalize

import pypdfium2.raw as pdfium

from toolkit.errors import DocumentError
from toolkit.read.glyph import UNREADABLE, Glyph
from toolkit.read.ruling import Box, Ruling

MAX_OBJECTS: Final = 100_000  # on one page; a page of the form has some 600
MAX_SEGMENTS: Final = 1_000  # of one path; more than that is a drawing
THIN: Final = 3.0  # points; a filled rectangle no thicker than this is a line
_DEEP: Final = 8
_ONE_RECTANGLE: Final = 5  # segments of a path that is no more than that
_COVER: Final = 0.5  # of a page: a picture this large printed over text hides it
_ASKEW: Final = 0.02  # of the advance; beyond it, text is neither level nor upright
_HIDDEN_MODES: Final = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_PRINTED: Final = (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_WIDGET)
# Ranges that hold no character one could read: surrogates and private use.
_PRIVATE: Final = range(0xD800, 0xF900)
_HYPHENS: Final = {0x2: "-", 0xAD: "-", 0xFFFE: "-"}  # PDFium's signs for a hyphen at a line's end
# Some producers map ideographs to radicals or compatibility forms of the same shape.
_RADICALS: Final = range(0x2E80, 0x2FE0)
_COMPATIBLE: Final = range(0xF900, 0xFB00)

_Area = tuple[float, float, float, float]  # left, bottom, right, top in the page's own space
_Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class Marks:
    """What stands on a page, turned so that most of its text is level.

    ``turn`` is how many quarters the page is turned clockwise for that.
    ``lost`` counts glyphs that have no Unicode or are not visible; ``oblique`` those that
    were left out as part of a watermark; ``drawn`` counts the shapes.
    """

    width: float = 0
    height: float = 0
    turn: int = 0
    glyphs: list[Glyph] = field(default_factory=list)
    horizontals: list[Ruling] = field(default_factory=list)
    verticals: list[Ruling] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    lost: int = 0
    oblique: int = 0
    drawn: int = 0


@dataclass(slots=True)
class _Objects:
    """The page's objects, sorted by what they are for, in the page's own space."""

    thin: list[_Area] = field(default_factory=list)
    pictures: list[_Area] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)  # addresses of text objects
    drawn: int = 0


def loaded(document: Any, index: int) -> Any:  # noqa: ANN401 - pypdfium2 has no types
    """Open a page; what is printed on it as an annotation (a filled form field) is part of it."""
    page = document[index]
    for number in range(pdfium.FPDFPage_GetAnnotCount(page)):
        note = pdfium.FPDFPage_GetAnnot(page, number)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind in _PRINTED:
            pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
            page.close()
            return document[index]
    return page


def marks(page: Any) -> Marks:  # noqa: ANN401
    """Collect what stands on a page.

    Parameters
    ----------
    page
        An open ``pypdfium2.PdfPage``.

    Raises
    ------
    DocumentError
        If the page holds more objects than any printed report.
    """
    bounds = page.get_bbox()
    objects = _objects(page.raw, bounds)
    found = Marks(drawn=objects.drawn)
    text = page.get_textpage()
    try:
        found.turn = page.get_rotation() // 90 % 4
        turns = _read_glyphs(text.raw, found, bounds, objects.hidden)
        level = max(range(4), key=lambda turn: (turns[turn], turn == found.turn))
        if level != found.turn:
            found.turn = level
            _read_glyphs(text.raw, found, bounds, objects.hidden)
    finally:
        text.close()
    found.oblique = turns[_OBLIQUE]
    frame = _frame(found.turn, bounds)
    found.width, found.height = frame(bounds)[2:]
    found.glyphs = [glyph for glyph in found.glyphs if _is_inside(glyph, found)]
    found.pictures = [Box(*frame(area)) for area in objects.pictures]
    for left, top, right, bottom in map(frame, objects.thin):
        if bottom - top <= THIN:
            found.horizontals.append(Ruling((top + bottom) / 2, left, right))
        if right - left <= THIN:
            found.verticals.append(Ruling((left + right) / 2, top, bottom))
    return found


_OBLIQUE: Final = 4


def _read_glyphs(text: Any, page: Marks, bounds: _Area, hidden: set[int]) -> Counter[int]:  # noqa: ANN401
    """Read the visible glyphs in the order of the content; count in which ways they run."""
    page.glyphs, page.lost = [], 0
    turns: Counter[int] = Counter()
    frame = _frame(page.turn, bounds)
    area, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    line, turn, base, size = (0.0, 0.0), _OBLIQUE, 0.0, 0.0
    at_area, at_matrix, at_x, at_y = map(ctypes.byref, (area, matrix, x, y))
    for index in range(pdfium.FPDFText_CountChars(text)):
        code = pdfium.FPDFText_GetUnicode(text, index)
        character = _HYPHENS.get(code) or chr(code)
        if character.isspace():
            continue
        if hidden and _address(pdfium.FPDFText_GetTextObject(text, index)) in hidden:
            page.lost += 1
            continue
        nameless = pdfium.FPDFText_HasUnicodeMapError(text, index) > 0
        if nameless or code in _PRIVATE or not character.isprintable():
            character = UNREADABLE
            page.lost += 1
        elif code in _RADICALS or code in _COMPATIBLE:
            character = normalize("NFKC", character)
        pdfium.FPDFText_GetLooseCharBox(text, index, at_area)
        if (area.bottom, area.top) != line:  # else it is of one line and size with the last one
            line = area.bottom, area.top
            pdfium.FPDFText_GetMatrix(text, index, at_matrix)
            pdfium.FPDFText_GetCharOrigin(text, index, at_x, at_y)
            turn = _turn(matrix.a, matrix.b)
            size = pdfium.FPDFText_GetFontSize(text, index) * hypot(matrix.c, matrix.d)
            _, base, _, _ = frame((x.value, y.value, x.value, y.value))
        turns[turn] += 1
        left, top, right, bottom = frame((area.left, area.bottom, area.right, area.top))
        if turn == page.turn:
            page.glyphs.append(Glyph(character, left, right, base, size))
        elif turn != _OBLIQUE:
            # One glyph a line; as it may run upwards or downwards, digits are not relied upon.
            turned = Glyph(character, left, right, bottom, bottom - top, character.isdigit())
            page.glyphs.append(turned)
    return turns


def _is_inside(glyph: Glyph, page: Marks) -> bool:
    across = 0 <= glyph.left + glyph.right <= 2 * page.width
    return across and 0 <= glyph.middle <= page.height and glyph.size > 0


def _turn(a: float, b: float) -> int:
    """Return which way text runs (0: to the right, then counterclockwise), or oblique."""
    if abs(b) <= _ASKEW * abs(a):
        return 0 if a > 0 else 2
    if abs(a) <= _ASKEW * abs(b):
        return 1 if b > 0 else 3
    return _OBLIQUE


_Frame = Callable[[_Area], tuple[float, float, float, float]]


def _frame(turn: int, bounds: _Area) -> _Frame:
    """Make the map from the page's own space to (left, top, right, bottom), its text level."""
    left, bottom, right, top = bounds
    frames: tuple[_Frame, ...] = (
        lambda area: (area[0] - left, top - area[3], area[2] - left, top - area[1]),
        lambda area: (area[1] - bottom, area[0] - left, area[3] - bottom, area[2] - left),
        lambda area: (right - area[2], area[1] - bottom, right - area[0], area[3] - bottom),
        lambda area: (top - area[3], right - area[2], top - area[1], right - area[0]),
    )
    return frames[turn]


def _objects(page: Any, bounds: _Area) -> _Objects:  # noqa: ANN401
    """Sort the page's objects, those inside form objects included."""
    found = _Objects()
    texts: list[Any] = []
    for number, (thing, kind, matrix) in enumerate(_walk(page)):
        if number >= MAX_OBJECTS:
            raise DocumentError(f"a page holds more than {MAX_OBJECTS} objects; no report does")
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts.append(thing)
            if pdfium.FPDFTextObj_GetTextRenderMode(thing) in _HIDDEN_MODES:
                found.hidden.add(_address(thing))
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            found.drawn += 1
            found.thin += (_moved(area, matrix) for area in _thin_parts(thing))
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            area = _moved(_area(thing), matrix)
            if _is_thin(area):
                found.thin.append(area)
                continue
            found.pictures.append(area)
            covers = _size(area) > _COVER * _size(bounds)
            if covers and not pdfium.FPDFPageObj_HasTransparency(thing):
                found.hidden.update(map(_address, texts))
    return found


def _walk(
    holder: Any,  # noqa: ANN401
    count: Callable[[Any], int] = pdfium.FPDFPage_CountObjects,
    get: Callable[[Any, int], Any] = pdfium.FPDFPage_GetObject,
    matrix: _Matrix | None = None,
    depth: int = 0,
) -> Iterator[tuple[Any, int, _Matrix | None]]:
    """Yield each object with its kind and the matrix of the form objects around it."""
    for index in range(count(holder)):
        thing = get(holder, index)
        kind = pdfium.FPDFPageObj_GetType(thing)
        yield thing, kind, matrix
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEP:
            nested = _product(_matrix(thing), matrix)
            inside = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
            yield from _walk(thing, *inside, nested, depth + 1)


def _thin_parts(path: Any) -> Iterator[_Area]:  # noqa: ANN401
    """Yield the parts of a path that look like lines along an axis."""
    area = _area(path)
    if _is_thin(area):
        yield area
        return
    count = pdfium.FPDFPath_CountSegments(path)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if count > MAX_SEGMENTS or (count <= _ONE_RECTANGLE and not stroke):
        return
    matrix = _matrix(path)
    for points in _outlines(path, count):
        placed = [_moved((x, y, x, y), matrix)[:2] for x, y in points]
        pieces = pairwise(placed) if stroke else [placed]
        for piece in pieces:
            xs, ys = zip(*piece, strict=True)
            part = min(xs), min(ys), max(xs), max(ys)
            if _is_thin(part):
                yield part


def _outlines(path: Any, count: int) -> Iterator[list[tuple[float, float]]]:  # noqa: ANN401
    """Yield a path's outlines point by point; a closed one ends where it began."""
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if points and pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            yield points
            points = []
        points.append((x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points


def _area(thing: Any) -> _Area:  # noqa: ANN401
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(thing, left, bottom, right, top)
    return left.value, bottom.value, right.value, top.value


def _matrix(thing: Any) -> _Matrix:  # noqa: ANN401
    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(thing, own)
    return own.a, own.b, own.c, own.d, own.e, own.f


def _address(thing: Any) -> int:  # noqa: ANN401
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


def _moved(area: _Area, matrix: _Matrix | None) -> _Area:
    """Return the upright rectangle around an area after a matrix was applied to it."""
    if matrix is None:
        return area
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (area[0], area[2]) for y in (area[1], area[3])]
    ys = [b * x + d * y + f for x in (area[0], area[2]) for y in (area[1], area[3])]
    return min(xs), min(ys), max(xs), max(ys)


def _product(inner: _Matrix, outer: _Matrix | None) -> _Matrix:
    """Return the matrix that applies the inner one first."""
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def _is_thin(area: _Area) -> bool:
    return area[2] - area[0] <= THIN or area[3] - area[1] <= THIN


def _size(area: _Area) -> float:
    return (area[2] - area[0]) * (area[3] - area[1])
