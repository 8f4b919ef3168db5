"""Glyphs at their places on a page -> lines of text, as an eye would read them.

Characters that are set solid are one glyph until something about one of them is asked.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import attrgetter
from typing import Final

from toolkit.read.letters import LOST, display_width
from toolkit.read.ruling import Box

# In parts of the type's size:
SPACE: Final = 0.15  # a gap between words
APART: Final = 1.0  # a gap between columns
RAISED: Final = 0.15  # how far a note's mark stands off the base line
LEVEL: Final = 0.05  # how far the digits of a number may
EVEN: Final = 0.85  # how large at least one digit is beside the next
ABOVE, BELOW = 0.8, 0.1  # what a glyph takes up above and below its base line
SMALLEST: Final = 0.33  # a note's mark
LARGEST: Final = 0.95
_CUT: Final = 0.1  # how near to an edge a digit stands if the next one was cut off
_HEIGHT: Final = 0.7  # of a digit
LONGEST: Final = 2  # digits of it
# In parts of a glyph's own width: two glyphs that begin this near were printed on one another.
OVERPRINTED: Final = 0.75
CLOSE: Final = 0.1  # in parts of the type's size: neighbours nearer than this are of one number
SOLID: Final = 0.02  # and those nearer than this, or so little on one another, are set solid


@dataclass(slots=True)
class Glyph:
    """One printed character: where it begins and ends, its base line (downwards), its size.

    Or several on one line, each where the one before it ends; ``places`` are those of each.
    ``doubtful`` says that a reader of the page may see something else there: the glyph is
    struck through, printed over, turned, or runs over the edge of its cell. ``hidden`` glyphs
    are of the text, and not to be seen.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    doubtful: bool = False
    hidden: bool = False
    places: list[tuple[float, float]] | None = None

    @property
    def middle(self) -> float:
        """The height at which the glyph is seen."""
        return self.base - 0.35 * self.size


def apart(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Take glyphs apart into one for each character."""
    single: list[Glyph] = []
    for one in glyphs:
        if not one.places:
            single.append(one)
        for text, (left, right) in zip(one.text, one.places or (), strict=False):
            single.append(Glyph(text, left, right, one.base, one.size, one.doubtful, one.hidden))
    return single


def box_of(line: list[Glyph]) -> Box:
    """Return what a line's glyphs take up of the page."""
    left, top = min(one.left for one in line), min(one.base - ABOVE * one.size for one in line)
    right, bottom = max(one.right for one in line), max(one.base + BELOW * one.size for one in line)
    return Box(left, top, right, bottom)


def lines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Part glyphs into lines from top to bottom, each from left to right.

    A raised mark stays in the line it belongs to. A digit with another glyph on it is doubtful;
    of one that was printed twice for boldness, one is left.
    """
    alike: defaultdict[tuple[float, float], list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        alike[glyph.base, glyph.size].append(glyph)
    found: list[list[Glyph]] = []
    largest: Glyph | None = None
    for some in sorted(alike.values(), key=lambda some: some[0].middle):
        if largest and _share_line(largest, some[0]):
            found[-1] += some
        else:
            found.append(some)
            largest = None
        if largest is None or some[0].size > largest.size:
            largest = some[0]
    return [_in_order(line) for line in found]


def join(line: list[Glyph], unit: float = 0, margin: float = 0) -> str:
    """Put a line's glyphs into one string.

    Marks raised or lowered beside a word are set in square brackets, so that ``12`` and its
    note 1 do not read as 121. Words far apart get two spaces or more between them; with a
    ``unit`` they start in the column where they stand on the page, counted from ``margin``.
    """
    main = max(line, key=attrgetter("size"))
    base, size, reach = main.base, main.size, RAISED * main.size
    text = " " * round((line[0].left - margin) / unit) if unit else ""
    end = line[0].left
    for raised, run in groupby(line, lambda one: abs(one.base - base) > reach):
        word = list(run)
        opening = closing = ""
        if raised and _touches(word, line):
            length = sum(len(one.text) for one in word)
            strange = length > LONGEST or not SMALLEST < word[0].size / size < LARGEST
            opening, closing = LOST if strange and word[0].text[0].isdecimal() else "[", "]"
        for glyph in word:
            gap = glyph.left - end
            if gap > APART * size:
                column = round((glyph.left - margin) / unit) if unit else 0
                text += " " * max(2, column - display_width(text))
            elif gap > SPACE * size:
                text += " "
            text += opening + glyph.text
            opening, end = "", glyph.right
        text += closing
    return text


def goes_on(one: Glyph, other: Glyph, gap: float = 0.0) -> bool:
    """Whether a digit stands close behind another, as those of one number do, or at a ``gap``."""
    close = CLOSE * one.size
    return (
        one.text[-1].isdigit()
        and other.text[0].isdigit()
        and abs(one.base - other.base) < close
        and abs(other.left - one.right - gap) < close
    )


def doubt_cut(glyphs: list[Glyph], sides: set[float], levels: set[float]) -> None:
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


def _share_line(one: Glyph, other: Glyph) -> bool:
    top = max(one.base - ABOVE * one.size, other.base - ABOVE * other.size)
    bottom = min(one.base + BELOW * one.size, other.base + BELOW * other.size)
    return bottom - top >= (ABOVE + BELOW) / 2 * min(one.size, other.size)


def _in_order(line: list[Glyph]) -> list[Glyph]:
    ordered = sorted(line, key=attrgetter("left"))
    if all(map(_is_clear, ordered, ordered[1:])):
        return ordered
    line = sorted(apart(line), key=attrgetter("left"))
    kept = line[:1]
    for before, glyph in pairwise(line):
        if before.text == glyph.text and _is_twice(before, glyph):
            continue
        # Letters may overlap: full-width punctuation is often set closer than its own width.
        if glyph.text.isdigit() or kept[-1].text.isdigit():
            step = glyph.left - kept[-1].left
            width = min(glyph.right - glyph.left, kept[-1].right - kept[-1].left)
            if step < OVERPRINTED * width or _is_uneven(kept[-1], glyph, line):
                glyph.doubtful = kept[-1].doubtful = True
        kept.append(glyph)
    return kept


def _is_clear(one: Glyph, other: Glyph) -> bool:
    """Whether glyphs neither touch nor may be digits of one number."""
    gap = other.left - max(one.left, one.right)
    digits = one.text[-1].isdigit() and other.text[0].isdigit()
    return gap >= CLOSE * max(one.size, other.size) and not digits


def _is_twice(one: Glyph, other: Glyph) -> bool:
    """Whether a letter was printed twice, for boldness."""
    beside = max(abs(one.left - other.left), abs(one.base - other.base))
    return one.size == other.size and beside < CLOSE * one.size


def _is_uneven(one: Glyph, other: Glyph, line: list[Glyph]) -> bool:
    """Whether neighbouring digits are not of one number, or one may be a note's mark.

    Marks that stand off the largest glyphs of their line are set in brackets, but where the
    number does so too, in a cell without borders.
    """
    if not (one.text.isdigit() and other.text.isdigit()):
        return False
    size, drop = max(one.size, other.size), abs(one.base - other.base)
    alike = drop <= LEVEL * size and min(one.size, other.size) >= EVEN * size
    if alike or other.left - one.right >= APART * size:
        return False
    main = max(line, key=attrgetter("size"))
    off = min(abs(one.base - main.base), abs(other.base - main.base)) > RAISED * main.size
    return off or drop <= RAISED * size


def _touches(word: list[Glyph], line: list[Glyph]) -> bool:
    """Whether a raised word stands close to something that is not raised with it."""
    return any(
        after.left - before.right < 2 * SPACE * max(before.size, after.size)
        for before, after in pairwise(line)
        if (before is word[-1]) != (after is word[0])
    )
