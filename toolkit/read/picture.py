"""A picture of a page -> its ruling lines, its words and their ink, by OpenCV.

Nothing here reads a letter.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from toolkit.read.ruling import COVERED, Box, Ruling

Picture = NDArray[Any]  # grey, rows by columns, dark ink on light paper

# In points:
_LONG: Final = 20.0  # shorter strokes along an axis may belong to large characters
_BROAD: Final = 4.0  # a line is no broader than this
_WINDOW: Final = 12.0  # around a pixel, to tell paper from ink in it
_SOFT: Final = 0.3
_DUST: Final = 0.9  # a square of this side is no ink
_BODY: Final = 10.5  # type, where there is none to be measured
_SMALLEST, _LARGEST = 4.0, 24.0  # the heights of type
_RULE: Final = 1.0  # half a border, which is left out of its cell
_MARGIN: Final = 4.0  # beside a border; a line further off is no part of it
_ASIDE: Final = 2.5  # how far from its cell's edge a border may stand
# In letters (ems):
_ROOM: Final = 0.2  # paper left around what is recognised
_APART: Final = 1.0  # a gap that parts words
_THIN: Final = 0.6  # a row of ink that is part of a letter only
_LETTER: Final = 1.15  # a letter's height with its room
_SPOT: Final = 0.2  # smaller ink, standing alone, is no word
_FAINT: Final = 0.02  # square ems of ink that may have been a digit
# Others:
_PAPER: Final = 18  # how much darker than the paper around it ink is, of 255
_TILT: Final = 8.0  # degrees; a page lies no more askew than that
_SKETCH: Final = 800  # pixels across, enough to see how far a page is askew
_FINE: Final = 2.0  # pixels to a point, enough to see how far one line leans against another
_LEANING: Final = 0.08  # a line that leans more belongs to no table
_ALIKE: Final = 0.003  # how far the leans of two lines that are parallel on paper may differ
_ENOUGH: Final = 4  # lines each way that tell
_TRIES: Final = 10


@dataclass(frozen=True, slots=True)
class Shape:
    """A connected piece of ink.

    Its size; how far it leans to the right (0 is upright); the height of the largest
    hole in it, in parts of its own; and how far it begins below the top of what it is seen in.
    """

    width: int
    height: int
    lean: float = 0.0
    hole: float = 0.0
    top: int = 0


class Scan:
    """A page's picture, turned level, with its ruling lines apart from the rest of its ink.

    ``scale`` is how many pixels make a point; all places are in points. ``em`` is the size of its
    type, in pixels.
    """

    def __init__(self, picture: Picture, scale: float) -> None:
        level = _squared(_levelled(picture), scale)
        # Softened, the picture shows words even under grain; sharp, it keeps digits apart.
        ink = _inked(cv2.GaussianBlur(level, (0, 0), _SOFT * scale), scale)
        across, down = (_strokes(np.ascontiguousarray(turned), scale) for turned in (ink, ink.T))
        strokes = cv2.max(across, np.ascontiguousarray(down.T))
        lines = cv2.dilate(strokes, np.ones((3, 3), np.uint8)) > 0
        self.rulings = _rulings(across, scale), _rulings(down, scale)
        self._scale = scale
        self._lines = lines
        self._picture = np.where(lines, np.uint8(np.median(level)), level)
        self._ink = np.where(lines, np.uint8(0), ink)
        self._sharp = np.where(lines, np.uint8(0), _inked(level, scale))
        self.em = _type_size(self._ink, scale)

    def words(self, box: Box) -> list[list[Box]]:
        """Part the ink inside a cell into lines, and lines at gaps wider than a letter."""
        rows, columns = self._inside(box)
        return self._parted(self._ink[rows, columns], columns.start, rows.start)

    def words_outside(self, boxes: Iterable[Box]) -> list[list[Box]]:
        """Part all ink outside some boxes likewise."""
        ink = self._ink.copy()
        for box in boxes:
            ink[self._inside(box, 0)] = 0
        return self._parted(ink, 0, 0)

    def has_ink(self, box: Box) -> bool:
        """Whether there is ink enough in a cell to have been a digit."""
        return bool(np.count_nonzero(self._ink[self._inside(box)]) > _FAINT * self.em**2)

    def is_crossed(self, box: Box) -> bool:
        """Whether a line runs through a cell, or ink so blurred that it looks like one."""
        return bool(self._lines[self._inside(box, _MARGIN)].any())

    def is_open(self, box: Box) -> bool:
        """Whether a side of a cell is not drawn: it may go on beyond the picture's edge."""
        left, top, right, bottom = (round(edge * self._scale) for edge in box)
        aside = round(_ASIDE * self._scale)
        lying, standing = self._lines[:, left:right], self._lines[top:bottom].T
        sides = (lying, top), (lying, bottom), (standing, left), (standing, right)
        drawn = (lines[max(0, at - aside) : at + aside].any(axis=0) for lines, at in sides)
        return any(side.mean() < COVERED for side in drawn)

    def crop(self, box: Box) -> Picture:
        """Cut a word out with some paper around it, at least a letter high, in three channels."""
        left, top, right, bottom = (edge * self._scale for edge in box)
        middle, half = (top + bottom) / 2, max((bottom - top) * (0.5 + _ROOM), self.em * 0.55)
        rows = slice(max(0, round(middle - half)), round(middle + half))
        columns = slice(max(0, round(left - _ROOM * self.em)), round(right + _ROOM * self.em))
        return cv2.cvtColor(np.ascontiguousarray(self._picture[rows, columns]), cv2.COLOR_GRAY2BGR)

    def shapes(self, box: Box) -> tuple[list[Shape], list[Shape]]:
        """Return a word's pieces of ink from left to right, as seen sharp and as seen softly."""
        within = self._inside(box, 0)
        return _pieces(self._sharp[within]), _pieces(self._ink[within])

    def _inside(self, box: Box, inset: float = _RULE) -> tuple[slice, slice]:
        left, top, right, bottom = (edge * self._scale for edge in box)
        inset *= self._scale
        rows = slice(round(top + inset), round(bottom - inset))
        return rows, slice(round(left + inset), round(right - inset))

    def _parted(self, part: Picture, left: int, top: int) -> list[list[Box]]:
        lines = []
        for first, last in _rows(part, self.em):
            line = part[first:last]
            words = []
            for start, end in _runs(line.max(axis=0), _APART * self.em):
                rows = np.flatnonzero(line[:, start:end].any(axis=1))
                low, high = first + int(rows[0]), first + int(rows[-1]) + 1
                if max(end - start, high - low) > _SPOT * self.em:
                    edges = left + start, top + low, left + end, top + high
                    words.append(Box(*(edge / self._scale for edge in edges)))
            lines += [words] if words else []
        return lines


def _levelled(picture: Picture) -> Picture:
    """Turn a picture so that its lines run level: then its rows of ink are sharpest."""
    less = min(1.0, _SKETCH / picture.shape[1])
    ink = _dark(cv2.resize(picture, None, fx=less, fy=less, interpolation=cv2.INTER_AREA), 15)

    def sharpness(tilt: float) -> float:
        rows = _turned(ink, tilt, 0).sum(axis=1, dtype=np.int64)
        return float((np.diff(rows).astype(float) ** 2).sum())

    tilt = max(np.arange(-_TILT, _TILT + 0.1, 0.5), key=sharpness)
    tilt = max(np.arange(tilt - 0.5, tilt + 0.51, 0.05), key=sharpness)
    return _turned(picture, tilt, int(np.median(picture)))


def _squared(picture: Picture, scale: float) -> Picture:
    """Undo a photograph's perspective: how far long lines lean changes evenly over the page."""
    less = min(1.0, _FINE / scale)
    sketch = cv2.resize(picture, None, fx=less, fy=less, interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector().detect(sketch)[0]
    middle = np.array(picture.shape[::-1]) / 2
    ends = (np.zeros((0, 2, 2)) if found is None else found.reshape(-1, 2, 2)) / less - middle
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * middle
    seen = corners.copy()
    for along, across in ((0, 1), (1, 0)):
        steps, places = ends[:, 1] - ends[:, 0], ends.mean(axis=1)[:, across]
        lengths = np.abs(steps[:, along])
        is_line = (lengths > _LONG * scale) & (np.abs(steps[:, across]) < _LEANING * lengths)
        if is_line.sum() < _ENOUGH:
            return picture
        steps, places, lengths = steps[is_line], places[is_line], lengths[is_line]
        leans, weights = steps[:, across] / steps[:, along], lengths
        for _ in range(_TRIES):  # those that lean otherwise, as of a stamp's ring, count for less
            slope, start = np.polyfit(places, leans, 1, w=np.sqrt(weights))
            weights = lengths / (1 + ((leans - start - slope * places) / _ALIKE) ** 2)
        seen[:, across] += (start + slope * corners[:, across]) * corners[:, along]
    if np.abs(seen - corners).max() < 1:  # a pixel
        return picture
    size = picture.shape[1], picture.shape[0]
    placed = [(at + middle).astype(np.float32) for at in (seen, corners)]
    matrix = cv2.getPerspectiveTransform(placed[0], placed[1])
    paper = int(np.median(picture))
    return cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_CUBIC, borderValue=paper)


def _turned(picture: Picture, degrees: float, paper: int) -> Picture:
    if abs(degrees) < 0.04:  # noqa: PLR2004 - a pixel or two over a page
        return picture
    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=paper)


def _inked(picture: Picture, scale: float) -> Picture:
    """Return the picture's ink as 255 on 0, without dust."""
    ink = _dark(picture, int(_WINDOW * scale) | 1)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    dust = stats[:, cv2.CC_STAT_AREA] < (_DUST * scale) ** 2
    ink[dust[labels]] = 0
    return ink


def _dark(picture: Picture, window: int) -> Picture:
    """Show as 255 what is darker than the paper around it."""
    return cv2.adaptiveThreshold(
        picture, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, _PAPER
    )


def _strokes(ink: Picture, scale: float) -> Picture:
    """Keep the long level strokes of ink."""
    bridge, along = (np.ones((1, n), np.uint8) for n in (max(3, int(scale)), int(_LONG * scale)))
    return cv2.morphologyEx(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, bridge), cv2.MORPH_OPEN, along)


def _rulings(strokes: Picture, scale: float) -> list[Ruling]:
    """Turn level strokes into lines; a broad one is a bar or a picture."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    return [
        Ruling((top + height / 2) / scale, left / scale, (left + width) / scale)
        for left, top, width, height, _ in stats[1:].tolist()
        if height < _BROAD * scale
    ]


def _type_size(ink: Picture, scale: float) -> float:
    """Estimate the size of the page's type in pixels, from its taller pieces of ink."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    heights = heights[(heights > _SMALLEST * scale) & (heights < _LARGEST * scale)]
    return float(np.percentile(heights, 75)) * _LETTER if heights.size else _BODY * scale


def _rows(part: Picture, em: float) -> list[tuple[int, int]]:
    """Find the rows of a text; thin rows near one another are strokes of one letter."""
    rows: list[tuple[int, int]] = []
    for start, end in _runs(part.max(axis=1), 0):
        if rows:
            thin = min(end - start, rows[-1][1] - rows[-1][0]) < _THIN * em
            if thin and end - rows[-1][0] <= _LETTER * em:
                rows[-1] = rows[-1][0], end
                continue
        rows.append((start, end))
    return rows


def _runs(filled: NDArray[Any], gap: float) -> Iterator[tuple[int, int]]:
    """Yield stretches of what is filled, from and to; gaps up to a length do not part them."""
    places = np.flatnonzero(filled)
    if not places.size:
        return
    breaks = np.flatnonzero(np.diff(places) > gap + 1)
    starts, ends = [0, *(breaks + 1)], [*breaks, -1]
    for start, end in zip(starts, ends, strict=True):
        yield int(places[start]), int(places[end]) + 1


def _pieces(ink: Picture) -> list[Shape]:
    """Measure the connected pieces of ink; what lies inside a ring is part of it."""
    outlines, tree = cv2.findContours(
        np.ascontiguousarray(ink), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE
    )
    boxes = [tuple(cv2.boundingRect(outline)) for outline in outlines]
    holes = [0] * len(boxes)
    outer = []
    for number, (_, _, _, around) in enumerate(tree[0].tolist() if tree is not None else ()):
        if around < 0:
            outer.append(number)
        else:
            holes[around] = max(holes[around], boxes[number][3])
    return [
        Shape(w, h, _lean(ink[y : y + h, x : x + w]), holes[number] / h, y)
        for number in sorted(outer, key=boxes.__getitem__)
        for x, y, w, h in (boxes[number],)
    ]


def _lean(piece: Picture) -> float:
    """Measure how far the upper third of a piece of ink stands to the right of its lower one."""
    rows, columns = np.nonzero(piece)
    height = piece.shape[0]
    upper, lower = columns[rows * 3 < height], columns[rows * 3 >= 2 * height]
    return float(upper.mean() - lower.mean()) / height if upper.size and lower.size else 0.0
