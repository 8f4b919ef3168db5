"""What readers and ``ogi check`` say in English, in the language of who reads it.

Sentences of documents' readers have their Chinese in ``codebook/told.csv``, ours in
``codebook/said.csv``; the form's own words in the codebook.
"""

import re
from contextlib import suppress
from functools import cache, partial
from typing import Final

from toolkit.form import NOTE, Language, forms, label_of, packaged

PLACES: Final = {
    **dict.fromkeys(("n", "m", "most"), r"[\d,]+"),
    "place": r"(?:frame|page|paragraph|table|sheet) [^:]+",
}
"""What stands in places of told.csv of these names; in others anything does."""
NESTED: Final = {"place", "what", "why", "item", "items", "error"}
"""Places of told.csv that have a sentence or a code of their own."""


@cache
def _told() -> list[tuple[re.Pattern[str], str]]:
    """Sentences of told.csv, their places as groups of a pattern, and the Chinese of each."""
    lines = [(re.escape(row["en"]), row["zh"]) for row in packaged("toolkit", "codebook/told.csv")]
    group = partial(re.sub, r"\\{(\w+)\\}", lambda at: f"(?P<{at[1]}>{PLACES.get(at[1], '.+')})")
    return [(re.compile(group(en), re.DOTALL), zh) for en, zh in lines]


def told(text: str, language: Language) -> str:
    """Note, failure or place, which readers of documents tell in English, in a language.

    What is not in told.csv stays as it is, and so do names, and what stood in the document.
    """
    if language == "en":
        return text
    for pattern, zh in _told():
        if found := pattern.fullmatch(text):
            places = found.groupdict().items()
            return zh.format(**{k: told(v, language) if k in NESTED else v for k, v in places})
    with suppress(KeyError):
        return say(", ", language).join(_label(code, language) for code in text.split(", "))
    return text


@cache
def _said() -> dict[str, str]:
    return {row["en"]: row["zh"] for row in packaged("toolkit", "codebook/said.csv")}


def say(sentence: str, /, language: Language, **values: object) -> str:
    """Sentence of said.csv in a language, its places filled."""
    return (sentence if language == "en" else _said()[sentence]).format(**values)


def label(code: str, language: Language, *, table: str | None = None) -> str:
    """Name of an item, a column or a table: the newest form's that has it.

    Raises
    ------
    KeyError
        If no edition has such a code.
    """
    for made in forms():
        with suppress(KeyError):
            return made.label(code, language, table=table)
    raise KeyError(f"no edition of {table or 'the form'!r} has {code!r}")


def name_of(code: str, language: Language, *, table: str | None = None) -> str:
    """Name of what a check prints: a cell (``table.item.column``), a row, a column; or a word.

    In English codes stay as they are. Remarks of the form's own are left out, units are not.
    """
    if language == "en":
        return code
    if code in _said():
        return _said()[code]
    if state := label_of("states", code, language):
        return state
    found, _, column = code.rpartition(".")
    if not found:
        return _label(code, language, table)
    of, _, item = found.rpartition(".")
    of = of or table or ""
    for made in forms():
        with suppress(KeyError):
            return f"{_label(item, language, of)} · {made.heading(column, language, table=of)}"
    raise KeyError(f"no edition has {code!r}")


def _label(code: str, language: Language, table: str | None = None) -> str:
    return label(code, language, table=table).partition(NOTE)[0]
