"""A document's text by the parts of a report, and its prose cut into passages that read on."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import lru_cache
from itertools import accumulate, islice, takewhile
from typing import Final, NamedTuple

from toolkit.form import Regexes, patterns, rows
from toolkit.read.document import Block, Document, Grid, Paragraph

_P: Final = patterns()
_WORDS: Final = patterns("claim_words")
_RE, _SAID = Regexes(), Regexes("claim_words")
_PARTS: Final = tuple((row["part"], row["key"]) for row in rows("parts"))
_UNNUMBERED: Final = {row["label_zh"]: row["part"] for row in rows("parts")}
_TWO: Final = _P["chinese_year"][0]  # which every such year opens with
_DIGITS: Final = str.maketrans(_P["digits"], "00000123456789")
_CLOSING: Final = (")", "\uff09")
_LONGEST: Final = 40
_LONGEST_SPACED: Final = 3 * _LONGEST
PREFACE: Final = "preface"
"""Code of what stands in front of part one."""
_NO_FIGURES: Final = "problems"
_PREFACE_LENGTH: Final = 2000
_TERMINAL: Final = tuple(_WORDS["terminal"])
_SHORTEST_LINE: Final = 15
# Full-width forms as half-width ones, but for the comma: between digits a half-width comma
# may group thousands, a full-width one never does.
_COMMA, _ASTERISK, _INVISIBLE = 0xFF0C, 0x2A, (0xFEFF, 0x200B)
_NARROW: Final = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != _COMMA},
    **dict.fromkeys((_ASTERISK, *_INVISIBLE)),
}
_WIDE: Final = re.compile(f"[{re.escape(''.join(map(chr, _NARROW)))}]")
_GROUPS: Final = re.compile(r"(?<![\d,.])\d{1,3}(?:\s\d{3})+(?!\s?\d)|(?<![\d,.])\d(?:\s\d)+(?!\d)")
_PARTED: Final = re.compile(r"\s(?<=\d\s)\s*(?=\d)")


class Passage(NamedTuple):
    """Lines that read on, without white space; a line break parts digits not to be joined.

    ``starts`` are the offsets at which the lines of ``places`` begin; ``heading`` is the
    heading within the part that the passage stands under, if it has a line of its own.
    """

    part: str
    heading: str
    text: str
    starts: tuple[int, ...]
    places: tuple[str, ...]

    def place(self, offset: int) -> str:
        """Place in the document of the line that holds this offset."""
        return self.places[bisect_right(self.starts, offset) - 1]


Sections = Sequence[tuple[str, Block]]
"""A document's blocks, each with the code of its part."""


def sections(document: Document) -> Sections:
    """Tell each block's part; ``preface`` is what stands before part one."""
    found: list[tuple[str, Block]] = []
    part, bracketed = PREFACE, True
    for block in document.blocks:
        if isinstance(block, Paragraph) and (opened := _opens(block.text)):
            code, in_brackets = opened
            if bracketed or not in_brackets:  # else it numbers a section of the open part
                part, bracketed = code, in_brackets
        found.append((part, block))
    return found


def parts(blocks: Sections) -> dict[str, str]:
    """Prose of each part, by code; what stands in front of part one is ``preface``.

    Parts that are not there are not in the result; tables are left out.
    """
    texts: dict[str, list[str]] = {PREFACE: []}
    for part, block in blocks:
        if isinstance(block, Paragraph):
            texts.setdefault(part, []).append(block.text.strip())
    return {code: "\n".join(lines) for code, lines in texts.items() if any(lines)}


@lru_cache(maxsize=2048)  # labels, and numbers on lines of their own, are the same in most reports
def tight(text: str) -> str:
    """Text without white space, its years in Arabic digits."""
    joined = "".join(text.split())
    if _TWO not in joined:
        return joined
    return _RE["chinese_year"].sub(lambda match: match.group().translate(_DIGITS), joined)


def texts(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield the tight texts of blocks in order, the cells of a row apart; not a single sign."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield tight(block.text)
        else:
            yield from [tight(s.text) for row in block.rows for s in row if len(s.text) > 1]


def preface(blocks: Sections) -> str:
    """Return the tight text in front of part one, the cells of a page's particulars included."""
    front = (block for _, block in takewhile(lambda pair: pair[0] == PREFACE, blocks))
    return "\n".join(islice(texts(front), _PREFACE_LENGTH))[:_PREFACE_LENGTH]


def published(front: str) -> date | None:
    """Date of publication that a preface states: labelled as such, as a date, or not at all."""
    for name in ("published", "dated", "date_alone"):
        days = {match.group("y", "m", "d") for match in _RE[name].finditer(front)}
        if len(days) == 1:
            with suppress(ValueError):
                return date(*map(int, days.pop()))
        if days:
            return None
    return None


def passages(blocks: Sections) -> Iterator[Passage]:
    """Yield the prose of the parts that state figures; a line broken off is carried on."""
    part, heading = "", ""
    lines: list[tuple[str, str]] = []
    for code, block in blocks:
        line = ""
        if isinstance(block, Paragraph) and code != _NO_FIGURES:
            line = plain(block.text)
        ends = code != part or isinstance(block, Grid)
        if lines and (ends or (line and not _reads_on(lines[-1][0], line))):
            yield _passage(part, heading, lines)
            lines = []
        if code != part:
            part, heading = code, ""
        if not line:
            continue
        if not lines and _is_heading(line):
            heading = line
            continue
        if lines:
            broken = lines[-1][0][-1].isdigit() and line[0].isdigit()
            line = "\n" + line if broken else line
        elif number := _SAID["heading"].match(line):
            line = line[number.end() :]
        lines.append((line, block.place))
    if lines:
        yield _passage(part, heading, lines)


@lru_cache(maxsize=2048)
def plain(text: str) -> str:
    """Prose without white space and bold marks, full-width forms half-width, years Arabic.

    Digits that white space parts are joined if it groups them in threes or stands between
    all of them; else a line break stays, for nobody knows whether they are one number.
    """
    narrow = _WIDE.sub(lambda match: match[0].translate(_NARROW), text).strip()
    if _PARTED.search(narrow):
        narrow = _GROUPS.sub(lambda match: "".join(match.group().split()), narrow)
        return "\n".join(tight(piece) for piece in _PARTED.split(narrow))
    return tight(narrow)


def _passage(part: str, heading: str, lines: list[tuple[str, str]]) -> Passage:
    texts, places = zip(*lines, strict=True)
    starts = tuple(accumulate(map(len, texts[:-1]), initial=0))
    return Passage(part, heading, "".join(texts), starts, places)


def _reads_on(before: str, line: str) -> bool:
    """Whether a line goes on with the sentence that the line before left open."""
    return not (
        len(before) < _SHORTEST_LINE or before.endswith(_TERMINAL) or _SAID["heading"].match(line)
    )


@lru_cache(maxsize=2048)
def _is_heading(line: str) -> bool:
    """Whether a line is nothing but a heading: short, and no sentence."""
    longest = _LONGEST if _SAID["heading"].match(line) else _SHORTEST_LINE
    return (
        len(line) <= longest and not line.endswith(_TERMINAL) and not _SAID["figure"].search(line)
    )


@lru_cache(maxsize=2048)
def _opens(text: str) -> tuple[str, bool] | None:
    """Part that a heading opens, by what it says, and whether its number is in brackets.

    The form's own headings need no number: a word processor may set it, and then no text has it.
    """
    if len(text) > _LONGEST_SPACED:
        return None
    heading = tight(text)
    if heading in _UNNUMBERED:
        return _UNNUMBERED[heading], False
    if len(heading) > _LONGEST or not (number := _RE["part_heading"].match(heading)):
        return None
    found = next((part for part, key in _PARTS if key in heading), None)
    return (found, number.group().endswith(_CLOSING)) if found else None
