"""Markdown that no text of a document can break out of.

Prose of ours is :class:`Markdown`; any other text is a document's and is escaped wherever it
is put into prose or into a table.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

LONGEST: Final = 80
_TYPESET: Final = "$\\"


class Markdown(str):
    """Text whose marks are meant as marks."""

    __slots__ = ()


class Count(int):
    """Whole number printed with separators; ``{n:case|cases}`` adds the fitting noun."""

    __slots__ = ()

    def __format__(self, nouns: str) -> str:
        one, _, more = nouns.partition("|")
        noun = one if self == 1 else more
        return f"{int(self):,} {noun}".rstrip()


def plain(text: str | None) -> str:
    """Text on one line without control characters, cut at 80 characters; empty for null."""
    line = " ".join((text or "").split())
    line = "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cf"))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def safe(text: str | None) -> Markdown:
    """Text of a document as Markdown that shows it as it is."""
    if isinstance(text, Markdown):
        return text
    return Markdown("".join(map(_escape, plain(text))))


def _escape(character: str) -> str:
    if character.isalnum() or character == " " or not character.isascii():
        return character
    entity = f"&#{ord(character)};"
    # MathJax looks for its marks in the page, after Markdown; it does not look across elements.
    return f"<span>{entity}</span>" if character in _TYPESET else entity


def fill(template: str, values: Mapping[str, object]) -> Markdown:
    """Put values in a template: numbers with separators, texts escaped."""
    # A Chinese line may break anywhere, but not between a number and its measure word.
    whole = re.sub(r"\} (?=[\u4e00-\u9fff])", "}\N{NO-BREAK SPACE}", template)
    return Markdown(whole.format(**{name: _show(value) for name, value in values.items()}))


def table(frame: pl.DataFrame, heads: Mapping[str, str]) -> Markdown:
    """Columns of a frame as a table: numbers to the right, a dash where nothing is known.

    Parameters
    ----------
    frame
        The rows.
    heads
        Columns to show, and what stands above them.
    """
    numeric = [frame.schema[name].is_numeric() for name in heads]
    lines = [
        _line([safe(head) for head in heads.values()]),
        _line(["---:" if right else ":---" for right in numeric]),
        *(_line([_cell(value) for value in row]) for row in frame.select(*heads).iter_rows()),
    ]
    return Markdown("\n".join(lines))


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(value: object) -> str:
    return "—" if value is None or value == "" else f"{_show(value)}"


def _show(value: object) -> object:
    match value:
        case bool() | float():
            return value
        case int():
            return Count(value)
        case _:
            return safe(str(value)) if not isinstance(value, Markdown) else value
