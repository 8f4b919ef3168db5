"""Markdown that no text of a document can break out of, and numbers as a reader wants them.

Prose of ours is :class:`Markdown`; any other text is a document's and is escaped wherever it
is put into prose or into a table.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2s
from typing import Final

import polars as pl

from analysis.figures.captions import p_value
from analysis.wording import number, plain

_TYPESET: Final = "$\\"
_NUMERALS: Final = "+−—<[0123456789"
_FORMATS: Final[dict[str, Callable[[float], str]]] = {
    "%": "{:.1%}".format,
    "level": lambda value: f"{100 * value:.6g}%",
    "ratio": number,
    "change": lambda ratio: f"{ratio - 1:+,.1%}",
    "points": lambda share: f"{100 * share:+.1f}",
    "p": p_value,
}
Row = Mapping[str, object]


class Markdown(str):
    """Text whose marks are meant as marks; a dash may stand in the place of any number."""

    __slots__ = ()

    def __format__(self, _: str) -> str:
        return str(self)


class Count(int):
    """Whole number printed with separators; ``{n:case|cases}`` adds the fitting noun.

    It links to the anchor ``to``, if there is one.
    """

    to: str = ""

    def __format__(self, nouns: str) -> str:
        one, _, more = nouns.partition("|")
        noun = one if self == 1 else more
        return f"{linked(_signed(f'{int(self):,}'), self.to)} {noun}".rstrip()


class Value(float):
    """Number that is no count: ``{x:%}``, ``level``, ``ratio``, ``change``, ``points``, ``p``.

    ``change`` prints a ratio as what it adds to 1, ``points`` a difference of shares.
    """

    to: str = ""

    def __format__(self, kind: str) -> str:
        value = float(self)
        printed = _FORMATS[kind](value) if kind in _FORMATS else f"{value:{kind}}"
        return linked(_signed(printed), self.to)


def _signed(printed: str) -> str:
    return printed.replace("-", "\N{MINUS SIGN}")


def linked(text: str, to: str) -> Markdown:
    """Text of ours, as a link to an anchor of the page unless that is empty."""
    return Markdown(f"[{text}](#{to})" if to else text)


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
    """Put values in a template: numbers as it says, texts escaped."""
    # A Chinese line may break anywhere, but not between a number and its measure word.
    whole = re.sub(r"\} (?=[\u4e00-\u9fff])", "}\N{NO-BREAK SPACE}", template)
    shown = {
        name: str(value) if name.endswith("year") else _show(value)
        for name, value in values.items()
    }
    return Markdown(whole.format(**shown))


def table(rows: pl.DataFrame | Iterable[Row], heads: Mapping[str, str]) -> Markdown:
    """Rows as a table: numbers to the right, a dash where nothing is known.

    Parameters
    ----------
    rows
        A frame, or rows by column; numbers get separators, and text that is not ours is escaped.
    heads
        Columns to show, and what stands above them.
    """
    named = rows.iter_rows(named=True) if isinstance(rows, pl.DataFrame) else rows
    body = [[row[name] for name in heads] for row in named]
    right = [all(map(_is_number, column)) for column in zip(*body, strict=True)]
    lines = [
        _line([safe(head) for head in heads.values()]),
        _line(["---:" if numbers else ":---" for numbers in right or [False] * len(heads)]),
        *(_line(["—" if value == "" else f"{_show(value)}" for value in row]) for row in body),
    ]
    return Markdown("\n".join(lines))


def _is_number(value: object) -> bool:
    """Whether a cell belongs to the right: numbers, ours in words, and what is not known."""
    return isinstance(value, int | None) or (isinstance(value, Markdown) and value[:1] in _NUMERALS)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _show(value: object) -> object:
    match value:
        case None:
            return Markdown("—")
        case Count() | Value() | Markdown():
            return value
        case int():
            return Count(value)
        case float():
            return Value(value)
        case _:
            return safe(str(value))
