"""All words that a person reads: the form's own by the codebook, ours by messages.csv.

Both come in Chinese and English. :func:`say` makes plain text, for figures and tables;
:class:`analysis.words.prose.Words` makes Markdown of the same messages, for pages.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from math import ceil
from typing import Final
from unicodedata import category

from toolkit import telling
from toolkit.errors import one_of
from toolkit.form import LANGUAGES, Language, forms, packaged, rows
from toolkit.read.letters import display_width

DASH: Final = "\N{EM DASH}"
OPENING: Final = r"\u2018\u201c\u300a\uff08("
LONGEST: Final = 80
HUNDREDFOLD: Final = 100
STUB: Final = 12
"""Columns that the last line of several has at least, if the others can spare them."""
WIDE: Final = r"\u2e80-\ufe4f\uff00-\uffef"
UNIT: Final = re.compile(
    rf"\s*[{OPENING}]*(?:[\d,.%]+\s[{WIDE}]|[^\s{WIDE}]+|[{WIDE}])(?:(?![{OPENING}])[^\w\s])*"
    r"(?:\s\u00b7)?"
)
"""What a line may not break: a word, a number with its unit, or one Chinese character, each with
its punctuation and a dot behind it."""


@cache
def messages() -> dict[str, dict[Language, str]]:
    """Every message by key, in both languages."""
    found = packaged("analysis", "messages.csv")
    return {row["key"]: {lang: row[lang] for lang in LANGUAGES} for row in found}


def say(key: str, language: Language, **values: object) -> str:
    """Message in a language as plain text, its places filled; see :func:`fill`.

    Raises
    ------
    KeyError
        If there is no such message or a place is left unfilled.
    ParameterError
        If the language is neither ``zh`` nor ``en``.
    """
    return fill(message(key, language), values)


def message(key: str, language: Language) -> str:
    """Message in a language, with its places."""
    one_of("language", language, LANGUAGES)
    return messages()[key][language]


def fill(template: str, values: Mapping[str, object]) -> str:
    """Fill the places of a message, each as it says; one whose name ends in ``year`` has a year."""
    shown = {
        name: str(value) if value is not None and name.endswith("year") else printed(value)
        for name, value in values.items()
    }
    return template.format(**shown)


def printed(value: object) -> object:
    """Value as something that prints itself as a place of a message asks."""
    match value:
        case None:
            return Unknown(DASH)
        case Count() | Value():
            return value
        case int():
            return Count(value)
        case float():
            return Value(value)
    return value


class Unknown(str):
    """Dash in the place of any number."""

    __slots__ = ()

    def __format__(self, kind: str) -> str:
        return f"{self!s} {kind.partition('|')[2]}".rstrip()


class Count(int):
    """Whole number printed with separators; ``{n:case|cases}`` adds the fitting noun.

    It links to the anchor ``to`` of a page, if there is one.
    """

    to: str = ""

    def __format__(self, nouns: str) -> str:
        one, _, more = nouns.partition("|")
        return f"{_linked(f'{int(self):,}', self.to)} {one if self == 1 else more}".rstrip()


class Value(float):
    """Number that is no count: ``{x:%}``, ``ratio``, ``change``, ``points``, ``p`` and others.

    ``change`` prints a ratio as what it adds to 1, ``points`` a difference of shares, ``p`` a
    p-value with the sign behind its letter. It links to the anchor ``to`` of a page, if there is
    one.
    """

    to: str = ""

    def __format__(self, kind: str) -> str:
        value = float(self)
        return _linked(_FORMATS[kind](value) if kind in _FORMATS else f"{value:{kind}}", self.to)


def _linked(number: str, to: str) -> str:
    number = number.replace("-", "\N{MINUS SIGN}")
    return f"[{number}](#{to})" if to else number


def sentences(language: Language, *texts: str) -> str:
    """Sentences in a row, but for empty ones; in Chinese nothing stands between them."""
    return ("" if language == "zh" else " ").join(filter(None, texts))


def count(value: int | None) -> str:
    """Print a count with separators, and a dash where it is not known."""
    return f"{printed(value)}"


def number(value: float) -> str:
    """Print a number with three significant digits and never in powers of ten."""
    exponent = int(f"{value:.2e}".partition("e")[2])
    return "0" if value == 0 else f"{value:,.{max(2 - exponent, 0)}f}"


def percent(share: float, places: int = 0) -> str:
    """Print a share in percent; some is never printed as none, nor most as all."""
    said, least = f"{share:.{places}%}", 0.1**places
    if said == f"{0:.{places}%}" and share > 0:
        return f"<{least:.{places}f}%"
    return f">{100 - least:.{places}f}%" if said == f"{1:.{places}%}" and share < 1 else said


def p_value(value: float) -> str:
    """Print a p-value with three decimals behind a sign, or that it is smaller."""
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"  # noqa: PLR2004


def change(ratio: float) -> str:
    """Print what a ratio adds to 1, in percent; down to little is never printed as down to none.

    Of a hundredfold and more nobody makes out the percent: that is ``×40,602``, how many times.
    """
    if ratio >= HUNDREDFOLD:
        return f"×{ratio:,.0f}"
    said = f"{ratio - 1:+,.1%}"
    return "<-99.9%" if said == "-100.0%" and ratio > 0 else said


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '-' if value < 0 else ''}{number(abs(value))}"


_FORMATS: Final[dict[str, Callable[[float], str]]] = {
    "%": partial(percent, places=1),
    "level": lambda value: f"{100 * value:.6g}%",
    "count": lambda value: f"{value:,.0f}" if value.is_integer() else f"{value:,.1f}",
    "ratio": number,
    "signed": _signed,
    "change": change,
    "points": lambda share: f"{100 * share:+.1f}",
    "p": p_value,
    "p_value": lambda value: p_value(value).removeprefix("= "),
}


def label(code: str, language: Language, *, table: str = "applications") -> str:
    """Name of an item or a column: the newest form's that has it, or a shorter one for figures.

    Raises
    ------
    KeyError
        If no edition has such a code.
    """
    short = f"short.{code}"
    if short in messages():
        return say(short, language)
    return telling.label(code, language, table=table)


def value_label(column: str, value: object, language: Language) -> str:
    """Name of a value of one of the reports' columns, on one line; what is not known says so."""
    if column == "scope":
        return say(f"value.scope.{value}", language)
    printed = "" if value is None else str(value)
    unknown = "unknown.agency" if column == "agency" else "group.unknown"
    name = _codes().get((column, printed), {}).get(language, printed)
    return plain(name) or say(unknown, language)


@cache
def _codes() -> dict[tuple[str, str], dict[Language, str]]:
    return {
        (row["column"], row["code"]): {lang: row[f"label_{lang}"] for lang in LANGUAGES}
        for row in rows("agencies")
    }


def quantity_label(name: str, language: Language) -> str:
    """Name of a quantity ``table.item.column``: the item, and the column unless it is the sum."""
    table, item, column = name.split(".")
    names = [label(item, language, table=table)]
    amounts = (made for made in forms() if (table, item, column) in made.cells(table))
    if (made := next(amounts, None)) and made.unit(table, column) == "yuan":
        names.append(made.heading(column, language, table=table))
    elif column not in ("total", "decisions"):
        names.append(label(column, language, table=table))
    return " · ".join(names)


def plain(text: str | None, longest: int = LONGEST) -> str:
    """Text on one line without control characters, cut at so many; empty for null."""
    line = " ".join((text or "").split())
    line = "".join(c for c in line if category(c) not in ("Cc", "Cf"))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def wrap(text: str, width: int, *, even: bool = True) -> str:
    """Text in lines none much wider than ``width`` columns, of about equal length if ``even``.

    A Chinese character is two columns wide and may end a line; punctuation sticks to what it
    follows, an opening bracket to what it precedes. No word stands alone in the last line.
    """
    whole = display_width(text)
    fair = ceil(whole / ceil(whole / width)) if even and whole else width
    lines = [""]
    for token in UNIT.findall(text):
        # Up to here the lines are balanced; a word more must not make one too wide.
        full = display_width(lines[-1]) >= fair or display_width(lines[-1] + token) > width
        if full and lines[-1]:
            lines.append("")
        lines[-1] += token if lines[-1] else token.lstrip()
    if not even and len(lines) > 1 and display_width(lines[-1]) < STUB < width / 2:
        return wrap(text, width - STUB, even=False)
    return "\n".join(lines)
