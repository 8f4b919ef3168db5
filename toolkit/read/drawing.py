"""A PDF page's objects: the lines that rule it, its pictures, and what hides its text."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

import pypdfium2.raw as pdfium
from pypdfium2 import PdfMatrix

from toolkit.errors import DocumentError

MAX_OBJECTS: Final = 100_000  # on one page; a page of the form has some 600
MAX_SEGMENTS: Final = 1_000  # of one path; more than that is a picture
MAX_COVERS: Final = 1_000
THIN: Final = 3.0  # points; a filled rectangle no thicker than this is a line
_DEEP: Final = 8  # form objects inside form objects
_ONE_RECTANGLE: Final = 5  # segments of a path that is no more than that
_HIDDEN_MODES: Final = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_OPAQUE: Final = 255

Area = tuple[float, float, float, float]  # left, bottom, right, top in the page's own space


@dataclass(slots=True)
class Drawing:
    """What is drawn on a page.

    ``thin`` are areas that look like lines along an axis; ``hidden`` the addresses of text
    objects that are invisible or lie under an opaque picture or rectangle; ``shapes`` is how
    many paths there are.
    """

    thin: list[Area] = field(default_factory=list)
    pictures: list[Area] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    shapes: int = 0


def drawing(page: Any) -> Drawing:  # noqa: ANN401 - pypdfium2 has no types
    """Sort the page's objects, those inside form objects included, in the order of painting."""
    found = Drawing()
    texts: list[tuple[Any, PdfMatrix | None]] = []
    covers: list[tuple[int, Area]] = []  # how many texts are below, and where
    for number, (thing, kind, matrix) in enumerate(_walk(page)):
        if number >= MAX_OBJECTS:
            raise DocumentError(f"a page holds more than {MAX_OBJECTS} objects; no report does")
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts.append((thing, matrix))
            if pdfium.FPDFTextObj_GetTextRenderMode(thing) in _HIDDEN_MODES:
                found.hidden.add(address(thing))
        elif kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
            area = _area(thing, matrix)
            if _is_thin(area):
                found.thin.append(area)
                continue
            if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                found.pictures.append(area)
            else:
                found.shapes += 1
                found.thin += _thin_parts(thing, matrix)
            if texts and _covers(thing, kind):
                covers.append((len(texts), area))
    if covers:
        found.hidden |= _covered(texts, covers[-MAX_COVERS:])
    return found


def address(thing: Any) -> int:  # noqa: ANN401
    """Return what tells one PDFium object from another."""
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


def _covers(thing: Any, kind: int) -> bool:  # noqa: ANN401
    """Whether a picture or a path hides all that was painted before within its bounds."""
    if pdfium.FPDFPageObj_HasTransparency(thing):
        return False
    if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
        return True
    if pdfium.FPDFPath_CountSegments(thing) > _ONE_RECTANGLE:
        return False
    fill, stroke, *colour = ctypes.c_int(), ctypes.c_int(), *(ctypes.c_uint() for _ in range(4))
    pdfium.FPDFPath_GetDrawMode(thing, fill, stroke)
    known = pdfium.FPDFPageObj_GetFillColor(thing, *colour)
    return bool(fill and known and colour[-1].value == _OPAQUE)


def _covered(texts: list[tuple[Any, PdfMatrix | None]], covers: list[tuple[int, Area]]) -> set[int]:
    """Return the addresses of the texts whose middle lies under a later cover."""
    middles = [
        ((left + right) / 2, (bottom + top) / 2)
        for left, bottom, right, top in (_area(thing, matrix) for thing, matrix in texts)
    ]
    return {
        address(texts[number][0])
        for below, (left, bottom, right, top) in covers
        for number, (x, y) in enumerate(middles[:below])
        if left < x < right and bottom < y < top
    }


def _walk(
    holder: Any,  # noqa: ANN401
    count: Callable[[Any], int] = pdfium.FPDFPage_CountObjects,
    get: Callable[[Any, int], Any] = pdfium.FPDFPage_GetObject,
    matrix: PdfMatrix | None = None,
    depth: int = 0,
) -> Iterator[tuple[Any, int, PdfMatrix | None]]:
    """Yield each object with its kind and the matrix of the form objects around it."""
    for index in range(count(holder)):
        thing = get(holder, index)
        kind = pdfium.FPDFPageObj_GetType(thing)
        yield thing, kind, matrix
        if kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEP:
            inside = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
            yield from _walk(thing, *inside, _placed(thing, matrix), depth + 1)


def _thin_parts(path: Any, outer: PdfMatrix | None) -> Iterator[Area]:  # noqa: ANN401
    """Yield the parts of a path that look like lines along an axis."""
    count = pdfium.FPDFPath_CountSegments(path)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if count > MAX_SEGMENTS or (count <= _ONE_RECTANGLE and not stroke):
        return
    matrix = _placed(path, outer)
    for points in _outlines(path, count):
        placed = [matrix.on_point(x, y) for x, y in points]
        for piece in pairwise(placed) if stroke else [placed]:
            xs, ys = zip(*piece, strict=True)
            part = min(xs), min(ys), max(xs), max(ys)
            if _is_thin(part):
                yield part


def _outlines(path: Any, count: int) -> list[list[tuple[float, float]]]:  # noqa: ANN401
    """Return a path's outlines point by point; a closed one ends where it began."""
    x, y = ctypes.c_float(), ctypes.c_float()
    outlines: list[list[tuple[float, float]]] = []
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO or not outlines:
            outlines.append([])
        outlines[-1].append((x.value, y.value))
        if pdfium.FPDFPathSegment_GetClose(segment):
            outlines[-1].append(outlines[-1][0])
    return outlines


_EDGES: Final = tuple(ctypes.c_float() for _ in range(4))  # PDFium is entered by one thread alone
_AT_EDGES: Final = tuple(map(ctypes.byref, _EDGES))


def _area(thing: Any, outer: PdfMatrix | None) -> Area:  # noqa: ANN401
    pdfium.FPDFPageObj_GetBounds(thing, *_AT_EDGES)
    left, bottom, right, top = (edge.value for edge in _EDGES)
    return outer.on_rect(left, bottom, right, top) if outer else (left, bottom, right, top)


def _placed(thing: Any, outer: PdfMatrix | None) -> PdfMatrix:  # noqa: ANN401
    """Return the matrix that takes what is inside an object to the page."""
    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(thing, own)
    matrix = PdfMatrix.from_raw(own)
    return matrix.multiply(outer) if outer else matrix


def _is_thin(area: Area) -> bool:
    return area[2] - area[0] <= THIN or area[3] - area[1] <= THIN
