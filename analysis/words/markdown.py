"""Markdown that no text of a document can break out of, and numbers that link to their evidence.

Prose of ours is :class:`Markdown`; any other text is a document's and is escaped wherever it
is put into prose or into a table.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2s
from typing import Any, Final

from analysis import wording
from analysis.wording import DASH, LONGEST, Count, Value, plain, printed

_TYPESET: Final = "$\\"
_NUMERALS: Final = "+−—<[0123456789"
Row = dict[str, Any]
"""Row of a frame or of a table, by column; its numbers may link to their evidence."""


class Markdown(str):
    """Text whose marks are meant as marks."""

    __slots__ = ()


def cited(n: float | None, *figure: str | None) -> Count | Value | None:
    """Number that links to its evidence; see :func:`anchor`."""
    if n is None:
        return None
    made = Count(n) if isinstance(n, int) else Value(n)
    made.to = anchor(*figure)
    return made


def anchor(basis: str | None, name: str | None, *of: str | None) -> str:
    """Name of the place where a figure's evidence stands: always the same for the same figure.

    Parameters
    ----------
    basis, name
        What the figure rests on, and which of its sums it is; see :mod:`analysis.words.evidence`.
    of
        The agency, if the figure is of one.
    """
    marks = (blake2s((agency or "").encode(), digest_size=5).hexdigest() for agency in of)
    return "-".join(("e", str(basis), str(name), *marks))


def safe(text: str | None, longest: int = LONGEST) -> Markdown:
    """Text of a document as Markdown that shows it as it is."""
    if isinstance(text, Markdown):
        return text
    return Markdown("".join(map(_escape, plain(text, longest))))


def _escape(character: str) -> str:
    if character.isalnum() or character == " " or not character.isascii():
        return character
    entity = f"&#{ord(character)};"
    # MathJax looks for its marks in the page, after Markdown; it does not look across elements.
    return f"<span>{entity}</span>" if character in _TYPESET else entity


def fill(template: str, values: Mapping[str, object]) -> Markdown:
    """Put values in a template: numbers as it says, texts escaped."""
    # A Chinese line may break anywhere, but not between a number and its measure word.
    whole = re.sub(r"\} (?=[\u4e00-\u9fff])", "}\N{NO-BREAK SPACE}", template)
    return Markdown(wording.fill(whole, {name: _safe(value) for name, value in values.items()}))


def _safe(value: object) -> object:
    return safe(value) if isinstance(value, str) else value


def table(lines: Sequence[Row], heads: Mapping[str, str]) -> Markdown:
    """Rows below their heads: numbers to the right, a dash where nothing is known."""
    body = [[line[name] for name in heads] for line in lines]
    right = (all(map(_is_number, column)) for column in zip(*body, strict=True))
    marks = ["---:" if numbers else ":---" for numbers in right]
    shown = ([DASH if cell == "" else f"{printed(_safe(cell))}" for cell in row] for row in body)
    every = (map(safe, heads.values()), marks, *shown)
    return Markdown("\n".join(f"| {' | '.join(row)} |" for row in every))


def _is_number(value: object) -> bool:
    """Whether a cell belongs to the right: numbers, ours in words, and what is not known."""
    return isinstance(value, int | None) or (isinstance(value, Markdown) and value[:1] in _NUMERALS)
