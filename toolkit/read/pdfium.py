"""What PDFium finds on a page: its glyphs as they are seen, its lines and its pictures.

PDFium's plain functions are called directly: its text page is the only bulk source of
characters with places, and Python objects around each would take most of the time.
"""

import ctypes
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain, pairwise
from math import hypot
from typing import Any, Final

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfPage
from pypdfium2.raw import FPDF_TEXTPAGE

from toolkit.read.drawing import Area, Segment, drawing, four, quick
from toolkit.read.glyph import CLOSE, SOLID, Glyph, apart, goes_on
from toolkit.read.letters import LOST, as_seen
from toolkit.read.ruling import Box

_CONTRAST: Final = 24  # of 255: the least that is seen
_CLEAR: Final = 64  # and what is seen by everyone
_SHARP: Final = 2.0  # pixels to a point, on a page that is drawn to be looked at
_PIXELS: Final = 10_000_000  # at most
_HARDLY: Final = 0.01
_NOTES: Final = (pdfium.FPDF_ANNOT_TEXT, pdfium.FPDF_ANNOT_POPUP)
_ROOM: Final = 0.15  # of a glyph's area, on each side: where its neighbours may reach into it
_OBLIQUE, _LEANING = 4, 5
_ASKEW: Final = 0.02  # of the advance; beyond it, text is neither level nor upright
_LEAN: Final = 0.2  # and beyond that a watermark
_CUT: Final = 0.1  # of a digit's size: how near to an edge it stands if the next one was cut off
_HEIGHT: Final = 0.7  # of a digit's size
_unicode: Final = quick(pdfium.FPDFText_GetUnicode)
_is_unmapped: Final = quick(pdfium.FPDFText_HasUnicodeMapError)
_loose_box: Final = quick(pdfium.FPDFText_GetLooseCharBox)
_matrix: Final = quick(pdfium.FPDFText_GetMatrix)
_origin: Final = quick(pdfium.FPDFText_GetCharOrigin)
_size: Final = quick(pdfium.FPDFText_GetFontSize)

_Shows = Callable[[Area, float], int]
_Frame = Callable[[float, float, float, float], tuple[float, float, float, float]]


@dataclass(slots=True)
class Marks:
    """What stands on a page, turned so that most of its text is level.

    ``turn`` is how many quarters the page is turned clockwise for that.
    ``figures`` are areas that are drawn, and neither lines nor grounds. ``lost`` counts glyphs
    that have no Unicode, ``hidden`` those that are not to be seen, and
    ``oblique`` those that were left out as part of a watermark; ``shapes`` counts the paths.
    """

    width: float = 0
    height: float = 0
    turn: int = 0
    glyphs: list[Glyph] = field(default_factory=list)
    lines: list[Segment] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    figures: list[Box] = field(default_factory=list)
    lost: int = 0
    hidden: int = 0
    oblique: int = 0
    shapes: int = 0


def loaded(document: PdfDocument, index: int) -> PdfPage:
    """Open a page; what was written or drawn on it later, as in a form's field, is part of it.

    Notes that a reader opens and closes are not.
    """
    page = document[index]
    kinds = set()
    for number in reversed(range(pdfium.FPDFPage_GetAnnotCount(page))):
        note = pdfium.FPDFPage_GetAnnot(page, number)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        unseen = pdfium.FPDFAnnot_GetFlags(note) & pdfium.FPDF_ANNOT_FLAG_NOVIEW
        pdfium.FPDFPage_CloseAnnot(note)
        if unseen or kind in _NOTES:
            pdfium.FPDFPage_RemoveAnnot(page, number)
        else:
            kinds.add(kind)
    if kinds <= {pdfium.FPDF_ANNOT_LINK}:
        return page
    page.render(scale=_HARDLY).close()  # which gives a look to what has none
    pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    return document[index]


def marks(page: PdfPage) -> Marks:
    """Collect what stands on an open page."""
    bounds = page.get_bbox()
    objects = drawing(page)
    found = Marks(shapes=objects.shapes, turn=page.get_rotation() // 90 % 4)
    with closing(page.get_textpage()) as text:
        shows = _ink(page, objects.texts, bounds) if objects.hides else None
        turns = _read_glyphs(text.raw, found, bounds, shows)
        level = max(range(4), key=lambda turn: (turns[turn], turn == found.turn))
        if level != found.turn:
            found.turn = level
            _read_glyphs(text.raw, found, bounds, shows)
    found.oblique = turns[_OBLIQUE]
    frame = _frame(found.turn, bounds)
    _, _, found.width, found.height = frame(*bounds)
    found.hidden = sum(glyph.hidden for glyph in found.glyphs)
    if found.hidden:
        found.glyphs = apart(found.glyphs)
        for one, other in pairwise(found.glyphs):
            if one.hidden != other.hidden and goes_on(one, other):  # a number is cut
                one.doubtful = other.doubtful = True
        found.glyphs = [glyph for glyph in found.glyphs if not glyph.hidden]
    if objects.cuts:
        found.glyphs = apart(found.glyphs)
        cuts = [frame(*area) for area in objects.cuts]
        sides, levels = ({*chain(*(cut[at::2] for cut in cuts))} for at in (0, 1))
        _doubt_cut(found.glyphs, sides, levels)
    found.pictures = [Box(*frame(*area)) for area in objects.pictures]
    found.figures = [Box(*frame(*area)) for area in objects.figures]
    found.lines = [
        (*frame(x, y, x, y)[:2], *frame(to_x, to_y, to_x, to_y)[:2])
        for x, y, to_x, to_y in objects.lines
    ]
    return found


def _doubt_cut(glyphs: list[Glyph], sides: set[float], levels: set[float]) -> None:
    """Doubt digits at a side or a level where things are cut off.

    Others may have stood behind them: of a table that is too wide browsers print no more, and
    leave the rest out of the file.
    """
    for glyph in glyphs:
        if glyph.text.isdigit():
            reach, height = _CUT * glyph.size, _HEIGHT * glyph.size
            cut = any(glyph.left - reach < side < glyph.right + reach for side in sides)
            halved = any(glyph.base - height < level < glyph.base for level in levels)
            glyph.doubtful = glyph.doubtful or cut or halved


def _ink(page: PdfPage, texts: list[Any], bounds: Area) -> _Shows:
    """Return what tells how text is seen in an area: by how much the page differs without it."""
    import numpy as np

    x0, _, _, y1 = bounds
    width, height = page.get_size()
    scale = min(_SHARP, (_PIXELS / (width * height)) ** 0.5)
    turned = -page.get_rotation() % 360

    def drawn() -> "np.ndarray[Any, Any]":
        with closing(page.render(scale=scale, grayscale=True, rotation=turned)) as bitmap:
            pixels: np.ndarray[Any, Any] = bitmap.to_numpy()
            return pixels.copy()

    whole = drawn()
    for text in texts:
        pdfium.FPDFPageObj_SetIsActive(text, False)  # noqa: FBT003 - a C function
    bare = drawn()
    for text in texts:  # the page may be drawn again, to be recognised from its look
        pdfium.FPDFPageObj_SetIsActive(text, True)  # noqa: FBT003
    ink = np.maximum(whole, bare) - np.minimum(whole, bare)

    def shows(area: Area, room: float) -> int:
        left, bottom, right, top = area
        x, y = room * (right - left), room * (top - bottom)
        inside = left + x - x0, right - x - x0, y1 - top + y, y1 - bottom - y
        first, last, upper, lower = [max(0, round(edge * scale)) for edge in inside]
        return int(ink[upper : lower + 1, first : last + 1].max(initial=0))

    return shows


def _read_glyphs(text: FPDF_TEXTPAGE, page: Marks, bounds: Area, shows: _Shows | None) -> list[int]:
    """Read the glyphs in the order of the content; count in which ways they run."""
    page.glyphs, page.lost = [], 0
    turns = [0] * (_LEANING + 1)
    frame = _frame(page.turn, bounds)
    x0, y0, x1, y1 = bounds
    at_area = ctypes.byref(area := pdfium.FS_RECTF())
    lines: dict[tuple[float, float], tuple[int, float, float]] = {}  # what glyphs share
    start = end = reach = 0.0  # of the last character, behind which others may be set solid
    level, last = (0.0, 0.0), Glyph("", 0, 0, 0, 0)
    for index, named in enumerate(map(_character, _characters(text))):
        if not named:
            continue
        character = LOST if _is_unmapped(text, index) > 0 else named
        page.lost += character == LOST
        _loose_box(text, index, at_area)
        left, top, right, bottom = four(area)
        step, gap, start, end = left - start, left - end, left, right
        solid = -reach < gap < reach and (bottom, top) == level and step > CLOSE * last.size
        if solid and left <= right <= x1:
            last.add(character, left - x0, right - x0)
            turns[0] += 1
            continue
        shared = lines.get((bottom, top))
        if not shared:
            shared = _set(text, index, frame)
            if shared[0] in (0, 2):  # of lines that run upwards, others may be as high
                lines[bottom, top] = shared
        turn, base, size = shared
        seen = _CLEAR if x0 <= (left + right) / 2 <= x1 and y0 <= (bottom + top) / 2 <= y1 else 0
        if seen and shows:  # a comma stands in the corner that is its own
            seen = shows((left, bottom, right, top), _ROOM if character.isalnum() else 0.0)
        hidden, pale = seen <= _CONTRAST, seen < _CLEAR
        turns[turn] += not hidden
        level, reach = (bottom, top), 0.0
        left, top, right, bottom = frame(left, bottom, right, top)
        if turn == page.turn:
            last = Glyph(character, left, right, base, size, pale, hidden)
            page.glyphs.append(last)
            reach = SOLID * size if not (turn or hidden or shows) else 0.0
        elif turn != _OBLIQUE:
            # One glyph a line; as it may run upwards or downwards, digits are not relied upon.
            digit = character.isdigit()
            page.glyphs.append(Glyph(character, left, right, bottom, bottom - top, digit, hidden))
    return turns


def _set(text: FPDF_TEXTPAGE, index: int, frame: _Frame) -> tuple[int, float, float]:
    """Return how a glyph is set: which way it runs, its base line and its size."""
    matrix, x, y = pdfium.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    _matrix(text, index, ctypes.byref(matrix))
    _origin(text, index, ctypes.byref(x), ctypes.byref(y))
    size = _size(text, index)
    _, base, _, _ = frame(x.value, y.value, x.value, y.value)
    return _turn(size * matrix.a, size * matrix.b), base, abs(size) * hypot(matrix.c, matrix.d)


def _characters(text: FPDF_TEXTPAGE) -> Iterable[str]:
    """Return a page's characters: in one call, unless that would leave one out."""
    count = pdfium.FPDFText_CountChars(text)
    units = (ctypes.c_ushort * (count + 1))()
    length = pdfium.FPDFText_GetText(text, 0, count, units) - 1
    whole = bytes(units).decode("utf-16-le", "surrogatepass")[:-1]
    if length == len(whole) == count:  # none is left out, and none takes two units
        return whole
    return map(chr, map(partial(_unicode, text), range(count)))


@lru_cache(maxsize=4096)
def _character(character: str) -> str:
    """Return what a character of PDFium's stands for; empty for space, which the places show."""
    if character.isspace():
        return ""
    if not character.isprintable():  # as those for private use are not
        return LOST
    return as_seen(character)


def _turn(a: float, b: float) -> int:
    """Return which way text runs (0: to the right, then counterclockwise), leaning, or oblique."""
    if abs(b) <= _ASKEW * abs(a):
        return 0 if a > 0 else 2
    if abs(a) <= _ASKEW * abs(b):
        return 1 if b > 0 else 3
    return _LEANING if abs(b) <= _LEAN * abs(a) else _OBLIQUE


def _frame(turn: int, bounds: Area) -> _Frame:
    """Make the map from the page's own space to (left, top, right, bottom), its text level."""
    left, bottom, right, top = bounds
    frames: tuple[_Frame, ...] = (
        lambda x, y, to_x, to_y: (x - left, top - to_y, to_x - left, top - y),
        lambda x, y, to_x, to_y: (y - bottom, x - left, to_y - bottom, to_x - left),
        lambda x, y, to_x, to_y: (right - to_x, y - bottom, right - x, to_y - bottom),
        lambda x, y, to_x, to_y: (top - to_y, right - to_x, top - y, right - x),
    )
    return frames[turn]
