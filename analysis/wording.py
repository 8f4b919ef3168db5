"""Words on figures: the form's own through the codebook, ours through messages.csv."""

import csv
import re
from contextlib import suppress
from functools import cache
from importlib import resources
from math import ceil
from typing import Final, NamedTuple
from unicodedata import category, east_asian_width

from toolkit.errors import one_of
from toolkit.form import LANGUAGES, Language, forms, rows

OPENING: Final = r"\u2018\u201c\u300a\uff08("
LONGEST: Final = 80
WIDE: Final = r"\u2e80-\ufe4f\uff00-\uffef"
UNIT: Final = re.compile(
    rf"\s*[{OPENING}]*(?:[\d,.%]+\s[{WIDE}]|[^\s{WIDE}]+|[{WIDE}])(?:(?![{OPENING}])[^\w\s])*"
)
"""What a line may not break: a word, a number with its unit, or one Chinese character, each with
its punctuation."""


@cache
def messages() -> dict[str, dict[Language, str]]:
    """Every message by key, in both languages."""
    file = resources.files("analysis") / "messages.csv"
    with file.open(encoding="utf-8") as text:
        return {row["key"]: {lang: row[lang] for lang in LANGUAGES} for row in csv.DictReader(text)}


def count(value: int | None) -> str:
    """Print a count with separators, and a dash where it is not known."""
    return "\N{EM DASH}" if value is None else f"{value:,}"


class _Counted(NamedTuple):
    """Number in a message: ``{n:case|cases}`` adds the fitting noun."""

    n: int | None

    def __format__(self, nouns: str) -> str:
        one, _, more = nouns.partition("|")
        return f"{count(self.n)} {one if self.n == 1 else more}".rstrip()


def say(key: str, language: Language, **values: object) -> str:
    """Message in a language, its places filled; numbers get separators.

    Raises
    ------
    KeyError
        If there is no such message or a place is left unfilled.
    ParameterError
        If the language is neither ``zh`` nor ``en``.
    """
    one_of("language", language, LANGUAGES)
    # Kinds of whole numbers that print themselves, such as links to evidence, do so.
    shown = {
        name: _Counted(value) if value is None or type(value) is int else value
        for name, value in values.items()
    }
    return messages()[key][language].format(**shown)


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
    for made in forms():
        with suppress(KeyError):
            return made.label(code, language, table=table)
    raise KeyError(f"no edition of {table!r} has {code!r}")


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
    if column not in ("total", "decisions"):
        names.append(label(column, language, table=table))
    return " · ".join(names)


def number(value: float) -> str:
    """Print a number with three significant digits and never in powers of ten."""
    exponent = int(f"{value:.2e}".partition("e")[2])
    return "0" if value == 0 else f"{value:,.{max(2 - exponent, 0)}f}"


def plain(text: str | None) -> str:
    """Text on one line without control characters, cut at 80 characters; empty for null."""
    line = " ".join((text or "").split())
    line = "".join(c for c in line if category(c) not in ("Cc", "Cf"))
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def wrap(text: str, width: int, *, even: bool = True) -> str:
    """Text in lines none much wider than ``width`` columns, of about equal length if ``even``.

    A Chinese character is two columns wide and may end a line; punctuation sticks to what it
    follows, an opening bracket to what it precedes.
    """
    whole = columns(text)
    fair = ceil(whole / ceil(whole / width)) if even and whole else width
    lines = [""]
    for token in UNIT.findall(text):
        # Up to here the lines are balanced; a word more must not make one too wide.
        full = columns(lines[-1]) >= fair or columns(lines[-1] + token) > width
        if full and lines[-1]:
            lines.append("")
        lines[-1] += token if lines[-1] else token.lstrip()
    return "\n".join(lines)


def columns(text: str) -> int:
    """Columns that a text takes, two for a Chinese character."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
