"""What PDFium finds on a page: its glyphs as they are seen, its lines and its pictures.

PDFium's plain functions are called directly: its text page is the only bulk source of
characters with places, and Python objects around each would take most of the time.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import chain, compress, count, pairwise, repeat
from math import hypot
from struct import Struct
from typing import Any, Final, NamedTuple

import pypdfium2.raw as pdfium
from pypdfium2 import PdfDocument, PdfPage
from pypdfium2.raw import FPDF_TEXTPAGE

from toolkit.read.drawing import Area, Segment, drawing, four, quick
from toolkit.read.glyph import CLOSE, SOLID, Glyph, apart, doubt_cut, goes_on
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
_unicode: Final = quick(pdfium.FPDFText_GetUnicode)
_is_unmapped: Final = quick(pdfium.FPDFText_HasUnicodeMapError)
_loose_box: Final = quick(pdfium.FPDFText_GetLooseCharBox)
_matrix: Final = quick(pdfium.FPDFText_GetMatrix)
_origin: Final = quick(pdfium.FPDFText_GetCharOrigin)
_size: Final = quick(pdfium.FPDFText_GetFontSize)
_SETTING: Final = Struct("4f8x2d")  # a matrix but for its shift, and an origin
_SET = ctypes.create_string_buffer(_SETTING.size)
_AT_MATRIX, _AT_X, _AT_Y = (ctypes.byref(_SET, at) for at in (0, 24, 32))

_Setting = tuple[int, float, float]  # which way text runs, its base line and its size
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
        printed = _printed(text.raw)
        turns = _read_glyphs(printed, found, bounds, shows)
        level = max(range(4), key=lambda turn: (turns[turn], turn == found.turn))
        if level != found.turn:
            found.turn = level
            _read_glyphs(printed, found, bounds, shows)
    found.lost = printed.text.count(LOST)
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
        doubt_cut(found.glyphs, sides, levels)
    found.pictures = [Box(*frame(*area)) for area in objects.pictures]
    found.figures = [Box(*frame(*area)) for area in objects.figures]
    found.lines = [
        (*frame(x, y, x, y)[:2], *frame(to_x, to_y, to_x, to_y)[:2])
        for x, y, to_x, to_y in objects.lines
    ]
    return found


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


def _read_glyphs(printed: "_Printed", page: Marks, bounds: Area, shows: _Shows | None) -> list[int]:
    """Read the glyphs in the order of the content; count in which ways they run."""
    page.glyphs = []
    turns = [0] * (_LEANING + 1)
    x0, y0, x1, y1 = bounds
    frame = _frame(page.turn, bounds)
    plain = not (page.turn or shows)
    for first, end, (turn, base, size) in _runs(printed, frame, SOLID if plain else 0.0):
        text, run = printed.text[first:end], printed.areas[first:end]
        (left, top, _, bottom), right = run[0], run[-1][2]
        if plain and turn == 0 and x0 <= left and right <= x1 and y0 <= bottom and top <= y1:
            turns[0] += len(text)
            places = [(left - x0, right - x0) for left, _, right, _ in run] if run[1:] else None
            left, right = left - x0, right - x0
            page.glyphs.append(Glyph(text, left, right, base, size, places=places))
            continue
        for character, area in zip(text, run, strict=True):
            left, top, right, bottom = area
            seen = x0 <= (left + right) / 2 <= x1 and y0 <= (bottom + top) / 2 <= y1 and _CLEAR
            if seen and shows:  # a comma stands in the corner that is its own
                seen = shows((left, bottom, right, top), _ROOM if character.isalnum() else 0.0)
            hidden, pale = seen <= _CONTRAST, seen < _CLEAR
            turns[turn] += not hidden
            left, top, right, bottom = frame(left, bottom, right, top)
            if turn == page.turn:
                page.glyphs.append(Glyph(character, left, right, base, size, pale, hidden))
            elif turn != _OBLIQUE:
                # One glyph a line; as it may run upwards or downwards, digits are not relied upon.
                pale = character.isdigit()
                page.glyphs.append(
                    Glyph(character, left, right, bottom, bottom - top, pale, hidden)
                )
    return turns


def _runs(printed: "_Printed", frame: _Frame, solid: float) -> Iterator[tuple[int, int, _Setting]]:
    """Yield from where to where characters are set solid, each where the one before it ends."""
    lines: dict[tuple[float, float], _Setting] = {}  # those that run upwards may be as high
    start = end = reach = least = upper = lower = 0.0
    first, setting = 0, None
    for at, (left, top, right, bottom) in enumerate(printed.areas):
        level = top == upper and bottom == lower
        if level and -reach < left - end < reach and left - start > least and left <= right:
            start, end = left, right
            continue
        if setting:
            yield first, at, setting
        if not (level and setting and setting[0] in (0, 2)):
            setting = lines.get((bottom, top)) or _set(printed, at, frame)
            reach, least = solid * setting[2] if setting[0] == 0 else 0.0, CLOSE * setting[2]
            if setting[0] in (0, 2):
                lines[bottom, top] = setting
        first, start, end, upper, lower = at, left, right, top, bottom
    if setting:
        yield first, len(printed.areas), setting


def _set(printed: "_Printed", at: int, frame: _Frame) -> _Setting:
    """Return how a character is set."""
    text, index = printed.page, printed.indices[at]
    _matrix(text, index, _AT_MATRIX)
    _origin(text, index, _AT_X, _AT_Y)
    size = _size(text, index)
    a, b, c, d, x, y = _SETTING.unpack(_SET)
    return _turn(size * a, size * b), frame(x, y, x, y)[1], abs(size) * hypot(c, d)


class _Printed(NamedTuple):
    """A page's characters but its spaces: their text, their areas, and their places in PDFium's."""

    page: FPDF_TEXTPAGE
    text: str
    areas: list[Area]
    indices: list[int]


def _printed(page: FPDF_TEXTPAGE) -> _Printed:
    """Return what is printed on a page; the places show where spaces are."""
    named = [*map(_character, _characters(page))]
    indices = [*compress(count(), named)]
    if any(unmapped := [*map(_is_unmapped, repeat(page), indices)]):
        for at in compress(indices, unmapped):
            named[at] = LOST
    area = pdfium.FS_RECTF()
    boxes = map(_loose_box, repeat(page), indices, repeat(ctypes.byref(area)))
    return _Printed(page, "".join(named), [four(area) for _ in boxes], indices)


def _characters(text: FPDF_TEXTPAGE) -> str:
    """Return a page's characters: in one call, unless that would leave one out."""
    count = pdfium.FPDFText_CountChars(text)
    units = (ctypes.c_ushort * (count + 1))()
    length = pdfium.FPDFText_GetText(text, 0, count, units) - 1
    whole = bytes(units).decode("utf-16-le", "surrogatepass")[:-1]
    if length == len(whole) == count:  # none is left out, and none takes two units
        return whole
    return "".join(map(chr, map(partial(_unicode, text), range(count))))


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
