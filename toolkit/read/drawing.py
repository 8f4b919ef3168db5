"""A PDF page's objects: the lines that rule it, its pictures, and whether text may be hidden."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from heapq import nlargest, nsmallest
from itertools import chain, pairwise
from math import inf
from operator import itemgetter
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium
from pypdfium2 import PdfMatrix, PdfPage

from toolkit.errors import DocumentError

MAX_OBJECTS: Final = 100_000  # on one page; a page of the form has some 600
MAX_SEGMENTS: Final = 20_000  # of one path; more than that is a picture
_OUTERMOST: Final = 4  # things nearest to each edge of a page, of which one crosses it if any does
_OVER: Final = 1.0  # points: how far beyond an edge something goes on, if not by its own width
MAX_COVERS: Final = 100  # that are held against each text; a page with more is drawn
THIN: Final = 3.0  # points; a filled rectangle no thicker than this is a line
_FILLED: Final = (pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE)
_ON_PAGE: Final = pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject
_IN_FORM: Final = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
_ASKEW: Final = 0.1  # of its length: how far a stroke leans that is neither level nor upright
_CORNERS: Final = 4
_RECTANGLE: Final = (4, 5)  # segments: its last may close it
_LAYER: Final = "OC\0".encode("utf-16-le")  # the name of a layer's mark
_PALE: Final = 64  # of 255: how near to white

# Four numbers that PDFium, which is entered by one thread alone, writes when it is asked for them.
_EDGES: Final = [ctypes.c_float() for _ in range(4)]
_COLOUR: Final = [ctypes.c_uint() for _ in range(4)]
_NAME, _LENGTH = (ctypes.c_ushort * 3)(), ctypes.c_ulong()  # of a mark, as far as is asked

_Handle = Any  # of a page or one of its objects: a pointer of PDFium's
Area = tuple[float, float, float, float]  # left, bottom, right, top in the page's own space
Segment = tuple[float, float, float, float]  # of a straight line: x, y, and where it ends


@dataclass(slots=True)
class Drawing:
    """What is drawn on a page.

    ``lines`` are straight, or areas so thin that they look it; ``shapes`` is how many paths there
    are, and ``figures`` are areas of other forms than a rectangle's. ``texts`` are PDFium's;
    ``hides`` says that one of them may not be seen as it is set: it is faint, or something is
    painted over it. ``cuts`` are areas of one side, behind which the page, or most of it, shows
    nothing, though something reaches there.
    """

    lines: list[Segment] = field(default_factory=list)
    pictures: list[Area] = field(default_factory=list)
    figures: list[Area] = field(default_factory=list)
    texts: list[_Handle] = field(default_factory=list)
    cuts: set[Area] = field(default_factory=set)
    hides: bool = False
    shapes: int = 0


def drawing(page: PdfPage) -> Drawing:
    """Sort the page's objects, those inside form objects included, in the order of painting."""
    found = Drawing()
    things: list[_Placed] = []
    texts: list[_Thing] = []
    covers: list[tuple[int, Area]] = []  # and how many texts are below each
    for number, thing in enumerate(_walk(page.raw)):
        if number >= MAX_OBJECTS:
            raise DocumentError(f"a page holds more than {MAX_OBJECTS} objects; no report does")
        if thing.kind == pdfium.FPDF_PAGEOBJ_FORM:
            continue
        area = thing.area
        things.append((*area, thing))
        if thing.kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts.append(thing)
            found.hides = found.hides or _is_faint(thing, area)
        else:
            if lines := _lines_in(area):
                found.lines += lines
                continue
            fill, stroke = ctypes.c_int(), ctypes.c_int()
            if thing.kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                found.pictures.append(area)
            elif thing.kind == pdfium.FPDF_PAGEOBJ_PATH:
                found.shapes += 1
                pdfium.FPDFPath_GetDrawMode(thing.own, fill, stroke)
                _sort_lines(found, thing, stroke=bool(stroke))
            if texts and (fill or not stroke):
                covers.append((len(texts), area))
    found.texts = [text.own for text in texts]
    found.cuts = {*_cuts(things, page.get_bbox())}
    found.hides = found.hides or _cover(covers, texts)
    return found


def _cuts(things: list["_Placed"], page: Area) -> Iterator[Area]:
    """Yield the edges of the page, or of what clips most of it, that the outermost things cross."""
    for side, furthest in enumerate((nsmallest, nsmallest, nlargest, nlargest)):
        outward = 1 if furthest is nlargest else -1
        start, end = 1 - side % 2, 3 - side % 2  # along the edge
        for *area, thing in furthest(_OUTERMOST, things, key=itemgetter(side)):
            for window in (page, *thing.windows):
                crossed = outward * (area[side] - window[side]) > _OVER
                if crossed and window[end] - window[start] > (page[end] - page[start]) / 2:
                    cut = [-inf, -inf, inf, inf]
                    cut[side] = window[side]
                    yield cut[0], cut[1], cut[2], cut[3]


def _cover(covers: list[tuple[int, Area]], texts: list["_Thing"]) -> bool:
    """Whether something is painted over a text."""
    if not 0 < len(covers) <= MAX_COVERS:
        return bool(covers)
    areas = [text.area for text in texts]
    return any(
        text[0] < cover[2] and cover[0] < text[2] and text[1] < cover[3] and cover[1] < text[3]
        for below, cover in covers
        for text in areas[:below]
    )


def _is_faint(text: "_Thing", area: Area) -> bool:
    """Whether white paper may not show a text as it is set: it is pale, see-through or clipped.

    So may be what is in a form object or a layer, for these are clipped or switched off.
    """
    own = text.own
    return bool(
        text.matrix
        or pdfium.FPDFTextObj_GetTextRenderMode(own) not in _FILLED
        or pdfium.FPDFPageObj_HasTransparency(own)
        or not pdfium.FPDFPageObj_GetFillColor(own, *_COLOUR)  # as of a pattern
        or min(part.value for part in _COLOUR[:3]) > 255 - _PALE
        or _is_in_layer(own)
        or _is_clipped(own, area)
    )


def _is_in_layer(own: _Handle) -> bool:
    """Whether an object stands in a layer, which may be switched off."""
    for number in range(pdfium.FPDFPageObj_CountMarks(own)):
        mark = pdfium.FPDFPageObj_GetMark(own, number)
        pdfium.FPDFPageObjMark_GetName(mark, _NAME, ctypes.sizeof(_NAME), _LENGTH)
        if bytes(_NAME) == _LAYER:
            return True
    return False


def _is_clipped(own: _Handle, area: Area) -> bool:
    """Whether a text reaches over a window that it is seen through, or one is no rectangle."""
    clip = pdfium.FPDFPageObj_GetClipPath(own)
    for path in range(pdfium.FPDFClipPath_CountPaths(clip)):
        if pdfium.FPDFClipPath_CountPathSegments(clip, path) not in _RECTANGLE:
            return True
        x, y, to_x, to_y = _EDGES
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, path, 0), x, y)
        corner = pdfium.FPDFClipPath_GetPathSegment(clip, path, 2)
        pdfium.FPDFPathSegment_GetPoint(corner, to_x, to_y)
        (left, right), (bottom, top) = sorted((x.value, to_x.value)), sorted((y.value, to_y.value))
        if area[0] < left or area[1] < bottom or area[2] > right or area[3] > top:
            return True
    return False


class _Thing(NamedTuple):
    """An object of PDFium's, its kind, and the matrix of the form objects around it."""

    own: _Handle
    kind: int
    matrix: PdfMatrix | None

    @property
    def area(self) -> Area:
        pdfium.FPDFPageObj_GetBounds(self.own, *_EDGES)
        left, bottom, right, top = (edge.value for edge in _EDGES)
        area: Area = left, bottom, right, top
        if self.matrix:
            area = self.matrix.on_rect(*area)
        return area

    @property
    def windows(self) -> Iterator[Area]:
        """The parts of the page that it is clipped to: it shows in what they share."""
        clip = pdfium.FPDFPageObj_GetClipPath(self.own)
        for path in range(pdfium.FPDFClipPath_CountPaths(clip)):
            count = min(MAX_SEGMENTS, pdfium.FPDFClipPath_CountPathSegments(clip, path))
            part = partial(pdfium.FPDFClipPath_GetPathSegment, clip, path)
            if points := [*chain(*_outlines(part, count))]:
                xs, ys = zip(*points, strict=True)
                area: Area = min(xs), min(ys), max(xs), max(ys)
                yield self.matrix.on_rect(*area) if self.matrix else area

    @property
    def inside(self) -> PdfMatrix:
        """The matrix that takes what is inside it to the page."""
        own = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(self.own, own)
        matrix = PdfMatrix.from_raw(own)
        return matrix.multiply(self.matrix) if self.matrix else matrix


_Placed = tuple[float, float, float, float, _Thing]  # within which area it is, and the thing


def _walk(holder: _Handle, matrix: PdfMatrix | None = None) -> Iterator[_Thing]:
    """Yield each object of a page, or of a form object with its matrix, and what is inside it."""
    count, get = _ON_PAGE if matrix is None else _IN_FORM
    for index in range(count(holder)):
        own = get(holder, index)
        thing = _Thing(own, pdfium.FPDFPageObj_GetType(own), matrix)
        yield thing
        if thing.kind == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _walk(own, thing.inside)


def _sort_lines(found: Drawing, thing: _Thing, *, stroke: bool) -> None:
    """Find the parts of a path that look like lines."""
    count = pdfium.FPDFPath_CountSegments(thing.own)
    if count > MAX_SEGMENTS:
        return
    matrix = thing.inside
    for points in _outlines(partial(pdfium.FPDFPath_GetPathSegment, thing.own), count):
        placed = [matrix.on_point(x, y) for x, y in points]
        for piece in pairwise(placed) if stroke else [placed]:
            xs, ys = zip(*piece, strict=True)
            area = min(xs), min(ys), max(xs), max(ys)
            across, up = area[2] - area[0], area[3] - area[1]
            askew = stroke and min(across, up) > _ASKEW * max(across, up)
            lines = [(*piece[0], *piece[1])] if askew else _lines_in(area)
            if not lines and len({*xs}) * len({*ys}) > _CORNERS:
                found.figures.append(area)
            found.lines += lines


def _outlines(part: Callable[[int], _Handle], count: int) -> list[list[tuple[float, float]]]:
    """Return a path's outlines point by point; ``part`` gives its segments."""
    x, y = ctypes.c_float(), ctypes.c_float()
    outlines: list[list[tuple[float, float]]] = []
    for index in range(count):
        segment = part(index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO or not outlines:
            outlines.append([])
        outlines[-1].append((x.value, y.value))
    return outlines


def _lines_in(area: Area) -> list[Segment]:
    """Return the line that a thin area looks like, level or upright; a dot may be of either."""
    left, bottom, right, top = area
    lines = []
    if top - bottom <= THIN:
        lines.append((left, (bottom + top) / 2, right, (bottom + top) / 2))
    if right - left <= THIN:
        lines.append(((left + right) / 2, bottom, (left + right) / 2, top))
    return lines
