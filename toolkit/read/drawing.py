"""A PDF page's objects: the lines that rule it, its pictures, and whether text may be hidden."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, pairwise
from math import inf
from struct import Struct
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
_FILLED: Final = {pdfium.FPDF_TEXTRENDERMODE_FILL, pdfium.FPDF_TEXTRENDERMODE_FILL_STROKE}
_ASKEW: Final = 0.1  # of its length: how far a stroke leans that is neither level nor upright
_CORNERS: Final = 4
_LAYER: Final = "OC\0".encode("utf-16-le")  # the name of a layer's mark
_PALE: Final = 191  # of 255: more of each colour is near to white

_Handle = Any  # of a page or one of its objects: a pointer of PDFium's
Area = tuple[float, float, float, float]  # left, bottom, right, top in the page's own space
Segment = tuple[float, float, float, float]  # of a straight line: x, y, and where it ends


def quick(function: Any) -> Any:  # noqa: ANN401 - a C function
    """Return a function of PDFium's that passes whole numbers and pointers on as they are.

    To check their types, as the function itself does, takes longer than most calls, and to let
    other threads go on meanwhile, a sixth of one.
    """
    return ctypes.cast(function, ctypes.PYFUNCTYPE(function.restype))


_ON_PAGE: Final = quick(pdfium.FPDFPage_CountObjects), quick(pdfium.FPDFPage_GetObject)
_IN_FORM: Final = quick(pdfium.FPDFFormObj_CountObjects), quick(pdfium.FPDFFormObj_GetObject)
_kind: Final = quick(pdfium.FPDFPageObj_GetType)
_bounds: Final = quick(pdfium.FPDFPageObj_GetBounds)
_mode: Final = quick(pdfium.FPDFTextObj_GetTextRenderMode)
_is_see_through: Final = quick(pdfium.FPDFPageObj_HasTransparency)
_fill: Final = quick(pdfium.FPDFPageObj_GetFillColor)
_count_marks: Final = quick(pdfium.FPDFPageObj_CountMarks)
_mark: Final = quick(pdfium.FPDFPageObj_GetMark)
_name_of: Final = quick(pdfium.FPDFPageObjMark_GetName)
_clip: Final = quick(pdfium.FPDFPageObj_GetClipPath)
_count_windows: Final = quick(pdfium.FPDFClipPath_CountPaths)
_window_segment: Final = quick(pdfium.FPDFClipPath_GetPathSegment)
_path_segment: Final = quick(pdfium.FPDFPath_GetPathSegment)
_segment_type: Final = quick(pdfium.FPDFPathSegment_GetType)
_segment_point: Final = quick(pdfium.FPDFPathSegment_GetPoint)

# What PDFium, which is entered by one thread alone, writes when it is asked.
_EDGES, _COLOUR = (ctypes.c_float * 4)(), (ctypes.c_uint * 4)()
_EACH_EDGE = [ctypes.byref(_EDGES, 4 * at) for at in range(4)]
_EACH_COLOUR = [ctypes.byref(_COLOUR, 4 * at) for at in range(4)]
_NAME, _LENGTH = ctypes.create_string_buffer(len(_LAYER)), ctypes.c_ulong()
_ROOM_FOR_NAME, _AT_LENGTH = ctypes.c_ulong(len(_LAYER)), ctypes.byref(_LENGTH)
four: Final = Struct("4f").unpack


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
    things: list[_Thing] = []
    texts: list[_Thing] = []
    covers: list[tuple[int, Area]] = []  # and how many texts are below each
    for number, thing in enumerate(_walk(page.raw)):
        if number >= MAX_OBJECTS:
            raise DocumentError(f"a page holds more than {MAX_OBJECTS} objects; no report does")
        if thing.kind == pdfium.FPDF_PAGEOBJ_FORM:
            continue
        things.append(thing)
        if thing.kind == pdfium.FPDF_PAGEOBJ_TEXT:
            texts.append(thing)
        elif lines := _lines_in(thing.area):
            found.lines += lines
        else:
            fill, stroke = ctypes.c_int(), ctypes.c_int()
            if thing.kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                found.pictures.append(thing.area)
            elif thing.kind == pdfium.FPDF_PAGEOBJ_PATH:
                found.shapes += 1
                pdfium.FPDFPath_GetDrawMode(thing.own, fill, stroke)
                _sort_lines(found, thing, stroke=bool(stroke))
            if texts and (fill or not stroke):
                covers.append((len(texts), thing.area))
    found.texts = [text.own for text in texts]
    found.cuts = {*_cuts(things, page.get_bbox())}
    found.hides = _faint(texts) or _cover(covers, texts)
    return found


def _cuts(things: list["_Thing"], page: Area) -> Iterator[Area]:
    """Yield the edges of the page, or of what clips most of it, that the outermost things cross."""
    sides = zip(*(thing.area for thing in things), strict=True)
    for side, (places, outward) in enumerate(zip(sides, (-1, -1, 1, 1), strict=False)):
        start, end = 1 - side % 2, 3 - side % 2  # along the edge
        ordered = sorted(range(len(things)), key=places.__getitem__, reverse=outward > 0)
        for thing in map(things.__getitem__, ordered[:_OUTERMOST]):
            for window in (page, *(area for area, _ in thing.windows)):
                crossed = outward * (thing.area[side] - window[side]) > _OVER
                if crossed and window[end] - window[start] > (page[end] - page[start]) / 2:
                    cut = [-inf, -inf, inf, inf]
                    cut[side] = window[side]
                    yield cut[0], cut[1], cut[2], cut[3]


def _cover(covers: list[tuple[int, Area]], texts: list["_Thing"]) -> bool:
    """Whether something is painted over a text."""
    areas = [text.area for text in texts]
    return len(covers) > MAX_COVERS or any(
        text[0] < cover[2] and cover[0] < text[2] and text[1] < cover[3] and cover[1] < text[3]
        for below, cover in covers
        for text in areas[:below]
    )


def _faint(texts: list["_Thing"]) -> bool:
    """Whether white paper may not show a text as it is set: it is pale, see-through or clipped.

    So may be what is in a form object or a layer, for these are clipped or switched off.
    """
    own = [text.own for text in texts]
    return (
        any(text.matrix for text in texts)
        or not _FILLED.issuperset(map(_mode, own))
        or any(map(_is_see_through, own))
        or any(map(_is_pale, own))
        or any(map(_is_in_layer, own))
        or any(map(_is_clipped, texts))
    )


def _is_pale(own: _Handle) -> bool:
    if not _fill(own, *_EACH_COLOUR):  # as of a pattern
        return True
    return _COLOUR[0] > _PALE and _COLOUR[1] > _PALE and _COLOUR[2] > _PALE


def _is_in_layer(own: _Handle) -> bool:
    """Whether an object stands in a layer, which may be switched off."""
    for number in range(_count_marks(own)):
        _name_of(_mark(own, number), _NAME, _ROOM_FOR_NAME, _AT_LENGTH)
        if _LENGTH.value == len(_LAYER) and _NAME.raw == _LAYER:  # a longer name is not written
            return True
    return False


def _is_clipped(text: "_Thing") -> bool:
    """Whether a text reaches over a window that it is seen through, or one is no rectangle."""
    if _count_windows(_clip(text.own)) <= 0:  # as of most
        return False
    left, bottom, right, top = text.area
    for (x0, y0, x1, y1), is_rectangle in text.windows:
        if not (is_rectangle and x0 <= left and y0 <= bottom and right <= x1 and top <= y1):
            return True
    return False


class _Thing(NamedTuple):
    """An object of PDFium's, its kind, its area, and the matrix of the form objects around it."""

    own: _Handle
    kind: int
    area: Area
    matrix: PdfMatrix | None

    @property
    def windows(self) -> Iterator[tuple[Area, bool]]:
        """What it is clipped to (it shows in what they share), and whether they are rectangles."""
        clip = _clip(self.own)
        for path in range(_count_windows(clip)):
            count = min(MAX_SEGMENTS, pdfium.FPDFClipPath_CountPathSegments(clip, path))
            points = {*chain(*_outlines(partial(_window_segment, clip, path), count))}
            xs, ys = {x for x, _ in points}, {y for _, y in points}
            area: Area = (min(xs), min(ys), max(xs), max(ys)) if points else (0, 0, 0, 0)
            area = self.matrix.on_rect(*area) if self.matrix else area
            yield area, len(points) == len(xs) * len(ys) == _CORNERS

    @property
    def inside(self) -> PdfMatrix:
        """The matrix that takes what is inside it to the page."""
        own = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(self.own, own)
        matrix = PdfMatrix.from_raw(own)
        return matrix.multiply(self.matrix) if self.matrix else matrix


def _walk(holder: _Handle, matrix: PdfMatrix | None = None) -> Iterator[_Thing]:
    """Yield each object of a page, or of a form object with its matrix, and what is inside it."""
    count, get = _ON_PAGE if matrix is None else _IN_FORM
    for index in range(count(holder)):
        own = get(holder, index)
        _bounds(own, *_EACH_EDGE)
        area: Area = four(_EDGES)
        thing = _Thing(own, _kind(own), matrix.on_rect(*area) if matrix else area, matrix)
        yield thing
        if thing.kind == pdfium.FPDF_PAGEOBJ_FORM:
            yield from _walk(own, thing.inside)


def _sort_lines(found: Drawing, thing: _Thing, *, stroke: bool) -> None:
    """Find the parts of a path that look like lines."""
    count = pdfium.FPDFPath_CountSegments(thing.own)
    if count > MAX_SEGMENTS:
        return
    matrix = thing.inside
    for points in _outlines(partial(_path_segment, thing.own), count):
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
    at_x, at_y, _, _ = _EACH_EDGE
    outlines: list[list[tuple[float, float]]] = []
    for index in range(count):
        segment = part(index)
        _segment_point(segment, at_x, at_y)
        if _segment_type(segment) == pdfium.FPDF_SEGMENT_MOVETO or not outlines:
            outlines.append([])
        outlines[-1].append((_EDGES[0], _EDGES[1]))
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
