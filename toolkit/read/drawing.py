"""A PDF page's objects: the lines that rule it, its pictures, and what hides its text."""

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pypdfium2.raw as pdfium
from pypdfium2 import PdfBitmap, PdfMatrix

from toolkit.errors import DocumentError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_OBJECTS: Final = 100_000  # on one page; a page of the form has some 600
MAX_SEGMENTS: Final = 1_000  # of one path; more than that is a picture
MAX_COVERS: Final = 1_000
THIN: Final = 3.0  # points; a filled rectangle no thicker than this is a line
_DEEP: Final = 8  # form objects inside form objects
_ONE_RECTANGLE: Final = 5  # segments of a path that is no more than that
_HIDDEN_MODES: Final = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_OPAQUE: Final = 250  # of 255: more than that, and nothing is seen through it
_SEEN_THROUGH: Final = 128  # less, and what is below is seen
_PIXELS: Final = 2_000_000  # of a picture, to see what is transparent in it
_EDGE: Final = 0.2  # of its shorter side: how much of a text's area is empty at its edges

_EDGES: Final = tuple(ctypes.c_float() for _ in range(4))  # PDFium is entered by one thread alone
_AT_EDGES: Final = tuple(map(ctypes.byref, _EDGES))

Area = tuple[float, float, float, float]  # left, bottom, right, top in the page's own space


@dataclass(slots=True)
class Drawing:
    """What is drawn on a page.

    ``thin`` are areas that look like lines along an axis, ``slanted`` the ends of other straight
    lines. ``hidden`` counts roughly the letters that are invisible or lie under something opaque:
    PDFium gives them no more. ``covers`` are the areas that hide a part of a text object, by its
    address; ``shapes`` is how many paths there are.
    """

    thin: list[Area] = field(default_factory=list)
    slanted: list[Area] = field(default_factory=list)
    pictures: list[Area] = field(default_factory=list)
    covers: dict[int, list[Area]] = field(default_factory=dict)
    hidden: int = 0
    shapes: int = 0


def drawing(page: Any) -> Drawing:  # noqa: ANN401 - pypdfium2 has no types
    """Sort the page's objects, those inside form objects included, in the order of painting."""
    found = Drawing()
    texts: list[_Thing] = []
    hidden: list[_Thing] = []
    covers: list[tuple[int, _Thing]] = []  # and how many texts are below each
    for number, thing in enumerate(_walk(page.raw)):
        if number >= MAX_OBJECTS:
            raise DocumentError(f"a page holds more than {MAX_OBJECTS} objects; no report does")
        if thing.kind == pdfium.FPDF_PAGEOBJ_TEXT:
            seen = pdfium.FPDFTextObj_GetTextRenderMode(thing.own) not in _HIDDEN_MODES
            (texts if seen else hidden).append(thing)
        elif thing.kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
            area = thing.area
            if _is_thin(area):
                found.thin.append(area)
                continue
            if thing.kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                found.pictures.append(area)
            else:
                found.shapes += 1
                _sort_lines(found, thing)
            if texts and _covers(thing):
                covers.append((len(texts), thing))
    if found.pictures:  # a scanner's software may lay text over them that is not to be seen
        hidden += [text for text in texts if not _colour(text)[-1]]
    if covers:
        hidden += _covered(page, found, texts, covers[-MAX_COVERS:])
    for thing in {address(thing.own): thing for thing in hidden}.values():
        _take_out(found, page.raw, thing)
    return found


def address(thing: Any) -> int:  # noqa: ANN401
    """Return what tells one PDFium object from another."""
    return ctypes.cast(thing, ctypes.c_void_p).value or 0


def touches(one: Area, other: Area) -> bool:
    """Whether two areas have a part in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def core(area: Area) -> Area:
    """Return the part of a text's area that has ink, whatever the room around it."""
    left, bottom, right, top = area
    edge = _EDGE * min(right - left, top - bottom)
    return left + edge, bottom + edge, right - edge, top - edge


def _take_out(found: Drawing, page: Any, text: "_Thing") -> None:  # noqa: ANN401
    """Remove a text, lest PDFium drops what is seen as printed twice for what is not."""
    left, bottom, right, top = text.area
    short, long = sorted((right - left, top - bottom))
    found.hidden += max(1, round(long / max(short, 1)))
    if text.form is None:
        pdfium.FPDFPage_RemoveObject(page, text.own)
    else:
        pdfium.FPDFFormObj_RemoveObject(text.form, text.own)
    pdfium.FPDFPageObj_Destroy(text.own)


def _covers(thing: "_Thing") -> bool:
    """Whether a picture or a rectangle may hide what was painted before within its bounds."""
    if pdfium.FPDFPageObj_HasTransparency(thing.own):
        return False
    if thing.kind == pdfium.FPDF_PAGEOBJ_IMAGE:
        return True
    if pdfium.FPDFPath_CountSegments(thing.own) > _ONE_RECTANGLE:
        return False
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(thing.own, fill, stroke)
    return bool(fill) and _colour(thing)[-1] > _OPAQUE


def _covered(
    page: Any,  # noqa: ANN401
    found: Drawing,
    texts: list["_Thing"],
    covers: list[tuple[int, "_Thing"]],
) -> list["_Thing"]:
    """Return the texts that lie under a later cover, and note those that do so in part."""
    cores = [core(text.area) for text in texts]
    hidden = set()
    for below, cover in covers:
        area = cover.area
        under = [number for number, text in enumerate(cores[:below]) if touches(text, area)]
        is_picture = under and cover.kind == pdfium.FPDF_PAGEOBJ_IMAGE
        opacity = _opacity(page, cover) if is_picture else None
        for number in under:
            text = cores[number]
            hides = _OPAQUE + 1 if opacity is None else _mean(opacity, area, text)
            if hides > _OPAQUE and _is_inside(text, area):
                hidden.add(number)
            elif hides > _SEEN_THROUGH:
                found.covers.setdefault(address(texts[number].own), []).append(area)
    return [texts[number] for number in hidden]


def _opacity(page: Any, picture: "_Thing") -> "NDArray[Any] | None":  # noqa: ANN401
    """Return how opaque a picture is, about a pixel to a point; None if it is so throughout."""
    left, bottom, right, top = picture.area
    if (right - left) * (top - bottom) > _PIXELS:
        return None
    drawn = pdfium.FPDFImageObj_GetRenderedBitmap(page.pdf, page, picture.own)
    if not drawn:
        return None
    bitmap = PdfBitmap.from_raw(drawn)
    clear = bitmap.format == pdfium.FPDFBitmap_BGRA
    return bitmap.to_numpy()[:, :, 3].copy() if clear else None


def _mean(opacity: "NDArray[Any]", area: Area, part: Area) -> float:
    """Return how opaque a picture is over a part of its area."""
    left, bottom, right, top = area
    across, down = opacity.shape[1] / (right - left), opacity.shape[0] / (top - bottom)
    rows = slice(max(0, int((top - part[3]) * down)), int((top - part[1]) * down) + 1)
    columns = slice(max(0, int((part[0] - left) * across)), int((part[2] - left) * across) + 1)
    return float(opacity[rows, columns].mean())


def _colour(thing: "_Thing") -> list[int]:
    """Return what an object is filled with: red, green, blue and opacity, of 255."""
    parts = [ctypes.c_uint() for _ in range(4)]
    pdfium.FPDFPageObj_GetFillColor(thing.own, *parts)
    return [part.value for part in parts]


class _Thing(NamedTuple):
    """An object of PDFium's, its kind, the form object around it and the matrix of all forms."""

    own: Any
    kind: int
    form: Any
    matrix: PdfMatrix | None

    @property
    def area(self) -> Area:
        pdfium.FPDFPageObj_GetBounds(self.own, *_AT_EDGES)
        left, bottom, right, top = (edge.value for edge in _EDGES)
        area: Area = left, bottom, right, top
        if self.matrix:
            area = self.matrix.on_rect(*area)
        return area

    @property
    def inside(self) -> PdfMatrix:
        """The matrix that takes what is inside it to the page."""
        own = pdfium.FS_MATRIX()
        pdfium.FPDFPageObj_GetMatrix(self.own, own)
        matrix = PdfMatrix.from_raw(own)
        return matrix.multiply(self.matrix) if self.matrix else matrix


def _walk(
    holder: Any,  # noqa: ANN401
    count: Callable[[Any], int] = pdfium.FPDFPage_CountObjects,
    get: Callable[[Any, int], Any] = pdfium.FPDFPage_GetObject,
    matrix: PdfMatrix | None = None,
    depth: int = 0,
) -> Iterator[_Thing]:
    """Yield each object of a page, and of the form objects on it."""
    form = holder if depth else None
    for index in range(count(holder)):
        own = get(holder, index)
        thing = _Thing(own, pdfium.FPDFPageObj_GetType(own), form, matrix)
        yield thing
        if thing.kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEP:
            inside = pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject
            yield from _walk(own, *inside, thing.inside, depth + 1)


def _sort_lines(found: Drawing, thing: _Thing) -> None:
    """Find the parts of a path that look like lines."""
    path = thing.own
    count = pdfium.FPDFPath_CountSegments(path)
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    if count > MAX_SEGMENTS or (count <= _ONE_RECTANGLE and not stroke):
        return
    matrix = thing.inside
    for points in _outlines(path, count):
        placed = [matrix.on_point(x, y) for x, y in points]
        for piece in pairwise(placed) if stroke else [placed]:
            xs, ys = zip(*piece, strict=True)
            part = min(xs), min(ys), max(xs), max(ys)
            if _is_thin(part):
                found.thin.append(part)
            elif stroke:
                found.slanted.append((*piece[0], *piece[1]))


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


def _is_thin(area: Area) -> bool:
    return area[2] - area[0] <= THIN or area[3] - area[1] <= THIN


def _is_inside(area: Area, other: Area) -> bool:
    return (
        other[0] <= area[0] and area[2] <= other[2] and other[1] <= area[1] and area[3] <= other[3]
    )
