"""Scans and pictures -> paragraphs and grids by optical recognition; what is uncertain says so.

Tables are found by their ruling lines and recognised cell by cell. A number counts as certain
only if the engine is sure of every digit and the ink on the paper bears it out.
"""

import io
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from toolkit.errors import DocumentError, MissingExtraError
from toolkit.read.document import Document
from toolkit.read.letters import LOST, has_digit
from toolkit.read.page import Cell, Line, Page, document
from toolkit.read.ruling import Box, Lattice, around, lattices

if TYPE_CHECKING:
    from toolkit.read.picture import Picture, Scan, Shape

MAX_PIXELS: Final = 50_000_000  # an A3 page at 400 dpi has 31 million
MIN_SIDE: Final = 100
MAX_PAGES: Final = 100
_A4: Final = (595, 842)  # points; a picture does not say how large its page was

# Chosen on degraded pages, then tried on 115 others (blur, noise, wear, tilt, low resolution,
# compression): no number was both wrong and certain.
_SURE: Final = 0.8  # the engine's confidence in each character
_MOSTLY: Final = 0.8  # of a page's numbers: if fewer are certain, none is
_UPRIGHT: Final = 0.1  # a stroke that leans more may be a slash, not a 1
_RING: Final = 0.66  # of its height: the hole of a 0; those of 4, 6, 8 and 9 are smaller
_EYE: Final = 0.15  # of its height: a smaller hole is one of the paper
_STEM: Final = 0.3  # of its height: a narrower stroke may be what is left of a 4, not a 1
_TALL: Final = 0.5  # of the highest piece of ink: at least a digit's height
# Of it, how far apart digits are printed; touching ones are that much wider than a single one.
_STEP, _LESS, _MORE = 0.75, 0.45, 0.2
_FLAT: Final = 0.28  # of the type's size: a piece of ink that is wider, and no higher, is a dash
_LEVEL: Final = 0.15  # of the highest piece of ink: digits of a number stand level
_SPECK: Final = 0.1  # of the highest piece of ink
_BESIDE: Final = 2.5  # points: a number as near to its cell's border may run over it
_ABOVE: Final = 1.3  # points: one as near to the border above or below may be cut off there
_LEAST: Final = 0.2  # of a page's width: a narrower lattice is a large character or a stamp

_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)*")
_ORDINAL: Final = re.compile(r"^\d[.,\u3001\uff0e]\s*(?=[^\W\d]{2})")  # in front of a label
_AMBIGUOUS: Final = re.compile(r"\d+[.,]\d{3}")  # a thousands separator, or a decimal point
_ZEROS: Final = ("0", "O", "o", "\u3007")  # which no engine can tell apart when they stand alone
_MARKS: Final = str.maketrans("\uff0c\uff0e\uff0d\u2014", ",.--", " ")


class _Word(NamedTuple):
    """A word, where it stands, as the engine read it, and its confidence in each character.

    ``fits`` says whether the ink can be this number, or else that the word has no digits.
    """

    box: Box
    text: str
    sure: tuple[float, ...]
    fits: bool

    @property
    def certain(self) -> bool:
        """Whether a number may be taken from it."""
        return self.fits and min(self.sure, default=0.0) >= _SURE


def read(data: bytes) -> Document:
    """Read a picture of a report, or several (a TIFF file of many pages).

    Places are pages, counted from 1, and boxes (left, top, right, bottom) in pixels of the
    picture turned level.
    """
    engine()
    pages = []
    for number, picture in enumerate(_pictures(data), start=1):
        height, width = picture.shape
        scale = width / _A4[width > height]
        pages.append(recognise(picture, number, scale))
        pages[-1].scale = scale
    return document(pages, "image", ["recognised from a picture"])


@cache
def engine() -> Any:  # noqa: ANN401 - rapidocr has no types
    """Return the recognition engine, loaded once; an error if the extra is not installed."""
    try:
        import cv2  # noqa: F401 - the modules that look at pictures need it
        from rapidocr import RapidOCR
    except ImportError as error:
        raise MissingExtraError(
            "a scan or picture needs optical recognition: run `make extras`,"
            " or pip install 'ogi-toolkit[ocr]'"
        ) from error
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.return_word_box": True,  # which gives the confidence in each character
            "Rec.rec_img_shape": [3, 48, 48],  # do not fill a digit up to a line's width
            "Rec.rec_batch_num": 8,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # documents are read in parallel
        }
    )


def _pictures(data: bytes) -> Iterator["Picture"]:
    """Decode each page to grey, upright and on white paper."""
    import numpy as np
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as file:
            for number, frame in enumerate(ImageSequence.Iterator(file), start=1):
                width, height = frame.size
                small, large = min(width, height) < MIN_SIDE, width * height > MAX_PIXELS
                if number > MAX_PAGES or small or large:
                    raise DocumentError(
                        f"page {number} has {width} by {height} pixels: expected up to"
                        f" {MAX_PAGES} pages, {MIN_SIDE} pixels wide and high or more, of"
                        f" {MAX_PIXELS // 10**6} million pixels at most"
                    )
                upright = ImageOps.exif_transpose(frame).convert("RGBA")
                paper = Image.new("RGBA", upright.size, "white")
                yield np.asarray(Image.alpha_composite(paper, upright).convert("L"))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise DocumentError("the picture is damaged or of an unknown kind") from error


def recognise(picture: "Picture", number: int, scale: float) -> Page:
    """Recognise one page, in points, from its grey pixels; ``scale`` is how many make a point."""
    from toolkit.read.picture import Scan

    scan = Scan(picture, scale)
    least = _LEAST * picture.shape[1] / scale
    tables = [table for table in lattices(*scan.rulings) if table.box.width > least]
    inside = [[scan.words(box) for box in table.boxes] for table in tables]
    outside = scan.words_outside([table.box for table in tables])
    # All at once: the engine is fastest so.
    words = _words(scan, [box for spot in (*chain(*inside), outside) for box in chain(*spot)])
    worn = _is_worn(words.values())
    page = Page(number, recognised=True)
    page.lines = [_line([words[box] for box in line], worn=worn) for line in outside]
    for table, spots in zip(tables, inside, strict=True):
        lines = [[[words[box] for box in line] for line in spot] for spot in spots]
        page.tables.append(
            [_cell(table, index, lines[index], scan, worn=worn) for index in range(len(spots))]
        )
    return page


def _cell(
    table: Lattice, index: int, lines: list[list[_Word]], scan: "Scan", *, worn: bool
) -> Cell:
    """Put a cell's words together; digits are certain only where they stand alone."""
    box, is_odd = table.boxes[index], index in table.odd
    words = list(chain(*lines))
    text = "\n".join("  ".join(word.text for word in line) for line in lines).strip()
    if not text:
        seen = scan.has_ink(box) or scan.is_crossed(box) or scan.is_open(box)
        return Cell(box, "", doubtful=worn or is_odd or seen)
    certain = not (worn or is_odd) and len(words) == 1 and words[0].certain
    word = words[0].box
    certain = certain and min(word.left - box.left, box.right - word.right) > _BESIDE
    certain = certain and min(word.top - box.top, box.bottom - word.bottom) > _ABOVE
    is_word = any(map(str.isalpha, text)) and not has_digit(_ORDINAL.sub("", text))
    doubtful = not is_word and (not certain or scan.is_crossed(box))
    last = lines[-1]
    is_figure = len(last) == 1 and last[0].text.isdigit()
    return Cell(box, text, doubtful, last[0].box.width if is_figure else 0.0)


def _line(words: list[_Word], *, worn: bool) -> Line:
    """Put a line of prose together; digits that are not certain are taken out."""
    text = "  ".join(
        "".join(
            LOST if mark.isdigit() and (worn or sure < _SURE) else mark
            for mark, sure in zip(word.text, word.sure, strict=True)
        )
        for word in words
    )
    return Line(around(word.box for word in words), text)


def _words(scan: "Scan", boxes: list[Box]) -> dict[Box, _Word]:
    """Recognise what stands in each box."""
    if not boxes:
        return {}
    result = engine().recognize_txt([scan.crop(box) for box in boxes])
    return {
        box: _judged(box, text, tuple(found.confs[: len(text)]), scan.shapes(box), scan.em)
        for text, found, box in zip(result.txts, result.word_results, boxes, strict=True)
    }


def _is_worn(words: Iterable[_Word]) -> bool:
    """Whether too few of a page's numbers are certain to believe the others."""
    verdicts = [word.certain for word in words if _NUMBER.fullmatch(word.text)]
    return sum(verdicts) < _MOSTLY * len(verdicts)


def _judged(
    box: Box, text: str, sure: tuple[float, ...], views: Iterable[list["Shape"]], em: float
) -> _Word:
    """Hold the engine's reading of a word against the ink, seen in one way or another."""
    if any(len(view) == 1 and view[0].height < _FLAT * em < view[0].width for view in views):
        return _Word(box, "-", (1.0,), fits=True)
    plain = text.translate(_MARKS)
    if plain in _ZEROS and any(_borne_out("0", view) for view in views):
        return _Word(box, "0", (1.0,), fits=True)
    if not _NUMBER.fullmatch(plain):
        return _Word(box, text, sure, fits=not has_digit(text))
    # Of a worn 4 or 7, a stem is left that one of the views may show as a 1.
    seen = all if "1" in plain else any
    fits = seen(_borne_out(plain, view) for view in views)
    return _Word(box, plain, (min(sure),) * len(plain), fits)


def _borne_out(number: str, pieces: list["Shape"]) -> bool:
    """Whether the pieces of ink can be this number: as many, as wide and as upright."""
    if _AMBIGUOUS.fullmatch(number) or not pieces:
        return False
    highest = max(piece.height for piece in pieces)
    digits = [mark for mark in number if mark.isdigit()]
    small = foot = 0
    for piece in pieces:
        if piece.height < _TALL * highest:
            small += max(piece.width, piece.height) > _SPECK * highest
            continue
        foot = foot or piece.top + piece.height
        if abs(piece.top + piece.height - foot) > _LEVEL * highest:
            return False
        count = _digits_in(piece.width / highest)
        if not 0 < count <= len(digits) or (count == 1 and not _looks_like(piece, digits[0])):
            return False
        del digits[:count]
    return not digits and small == sum(not mark.isdigit() for mark in number)


def _digits_in(width: float) -> int:
    """Count the digits that a piece of ink is wide enough for, in parts of their height."""
    for count in range(1, 5):
        if width <= _STEP * count + _MORE:
            return count if count == 1 or width >= _STEP * count - _LESS else 0
    return 0


def _looks_like(piece: "Shape", digit: str) -> bool:
    """Whether a piece of ink has what tells digits apart, whatever the engine takes it for.

    A 0 is a ring; an 8 has an eye, and 4, 6 and 9 may have one; a 1 has a foot or a flag, and does
    not lean like a slash.
    """
    if digit == "1" and (piece.lean > _UPRIGHT or piece.width < _STEM * piece.height):
        return False
    if digit == "0" or piece.hole >= _RING:
        return digit == "0" and piece.hole >= _RING
    return piece.hole > 0 if digit == "8" else digit in "469" or piece.hole < _EYE
