"""What a reader of the paper sees of letters, whatever file they come from.

What may be seen otherwise is in doubt: ``LOST`` stands for it, or its cell is doubtful.
"""

import re
from collections.abc import Callable, Sequence
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Final
from unicodedata import east_asian_width, normalize

LOST: Final = "\ufffd"
"""A letter that was not to be made out: it could not be decoded, recognised or seen."""

# Some fonts name a character by a radical or a compatibility form of the same shape, and so do the
# PDFs that are set in them; Unicode gives no equal for the radicals that were simplified.
_LOOKALIKE: Final = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
_LOOKALIKE_ROWS: Final = b"\x2e\x2f\xf9\xfa"  # the first bytes of these in UTF-16
_SIMPLIFIED: Final = dict(
    zip(
        "\u2ea0\u2ec4\u2ec5\u2ec9\u2ecb\u2ed3\u2ed4\u2ed8\u2eda\u2edb\u2edc\u2edd\u2ee2\u2ee5\u2ee6\u2ee8\u2ee9\u2eec\u2ef0",
        "\u6c11\u897f\u89c1\u8d1d\u8f66\u957f\u95e8\u9752\u9875\u98ce\u98de\u98df\u9a6c\u9c7c\u9e1f\u9ea6\u9ec4\u9f50\u9f99",
        strict=True,
    )
)
_CONTROL: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_DIGITS: Final = re.compile(r"\d+")
_LAST_NUMBERS: Final = re.compile(r"(?<!\d)\d+(?:[\s|,]+\d+)*\s*\Z")
_TAIL: Final = 400  # characters that may hold a row of numbers
_FEW: Final = 4


def has_digit(text: str) -> bool:
    """Whether a text may be a figure, which must be seen without doubt."""
    return any(map(str.isdigit, text))


def as_seen(text: str) -> str:
    """Text with the characters that its radicals and compatibility forms look like."""
    rows = text.encode("utf-16-be", "surrogatepass")[::2]
    if not any(map(rows.__contains__, _LOOKALIKE_ROWS)):  # as nearly every page
        return text
    return _LOOKALIKE.sub(lambda m: _SIMPLIFIED.get(m[0]) or normalize("NFKC", m[0]), text)


class _Widths(dict[str, int]):
    """Columns of a terminal that a character takes, asked for once."""

    def __missing__(self, character: str) -> int:
        return self.setdefault(character, 1 + (east_asian_width(character) in "WF"))


_width: Final = _Widths().__getitem__


def display_width(text: str) -> int:
    """Count the columns of a terminal that a text takes: two for a full-width character."""
    return len(text) if text.isascii() else sum(map(_width, text))


def edges(text: str) -> Sequence[int]:
    """Columns of a terminal at which the characters of a text begin, and at which the last ends."""
    return range(len(text) + 1) if text.isascii() else [0, *accumulate(map(_width, text))]


def tidy(text: str) -> str:
    """Return an office file's text line by line, without blank lines and control characters."""
    text = text.strip()
    if text.isprintable():  # most cells have one line
        return text
    lines = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
    return "\n".join(line for raw in lines if (line := raw.strip()))


Look = dict[str, bool]
"""How letters appear: ``hidden``, ``struck`` through, ``raised`` (or lowered), ``white``, ``tiny``.

What is tiny, less than four points, nobody makes out.
"""

PLAIN: Final[Look] = {}
_TEXT, _LOOK = itemgetter(0), itemgetter(1)


def having(**looks: bool) -> Look:
    """Return the look of letters that have those of these which are true: mostly none."""
    return {name: True for name, is_so in looks.items() if is_so}


def seen(pieces: Sequence[tuple[str, Look]], note: Callable[[str], None]) -> str:
    """Join what is seen of a line or a cell; ``note`` gets what had to be decided.

    What is struck through is left out. A raised stretch is set in brackets: a footnote's mark
    must not fuse with a number.
    """
    text = ""
    for piece, look in pieces:
        if look:
            break
        text += piece
    else:  # as nearly always
        return text
    kept = []
    for piece, look in pieces:
        if not look.get("struck"):
            kept.append((piece, look.get("raised", False)))
        elif piece:
            note("struck-through text was left out")
    text = ""
    for raised, group in groupby(kept, key=_LOOK):
        stretch = "".join(piece for piece, _ in group)
        mark = stretch.strip(" []")
        text += f"[{mark}]" if raised and mark else stretch
    return text


def marked_end(text: str) -> str:
    """Text in which a number that it ends with is spoilt: what cut a file may have cut it."""
    end = text.rstrip(" \u3000\xa0")
    return end + LOST if end[-1:].isdigit() and not ends_in_total(end) else text


def ends_in_total(text: str) -> bool:
    """Whether the last of several numbers is the sum of those before it, and so is whole.

    Of a long row it may be the sum of the last four before it.
    """
    last = _LAST_NUMBERS.search(text, max(0, len(text) - _TAIL))
    numbers = [int(number) for number in _DIGITS.findall(last[0])] if last else []
    whole = len(numbers) > _FEW and numbers[-1] == sum(numbers[:-1])
    return whole or (len(numbers) > 2 * _FEW and numbers[-1] == sum(numbers[-1 - _FEW : -1]))
