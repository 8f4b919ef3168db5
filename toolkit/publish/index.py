"""The page that links briefs, in the design of the briefs themselves."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from itertools import groupby
from typing import Any, Final
from urllib.parse import quote

from toolkit.form import packaged, rows
from toolkit.publish.page import dress

NATION: Final = "nation"
"""Briefs that are of no group."""

Entry = dict[str, Any]
"""A brief in the manifest: its name, parameters, title, files, error, what it said on stderr."""


def index_page(
    briefs: Sequence[Entry], unknown: Mapping[str, int], languages: Sequence[str]
) -> str:
    """Page that links briefs: a table for each kind of group, a row for each group.

    Parameters
    ----------
    briefs
        The briefs; those of a group stand together, a column for each language.
    unknown
        By kind of group, the reports that are in no group.
    languages
        Languages of the page's words, the first being the page's.
    """
    sections = []
    for by, of_kind in groupby(briefs, lambda entry: entry["parameters"]["by"]):
        rows_of = groupby(of_kind, lambda entry: entry["parameters"]["group"])
        table = "\n".join(_row(by, group, entries, languages) for group, entries in rows_of)
        rest = f"<p>{_say('unknown', languages, n=unknown[by])}</p>" if by in unknown else ""
        heading = f"<h2>{_say(by or NATION, languages)}</h2>"
        sections.append(f'{heading}\n<div class="scroll"><table>{table}</table></div>{rest}')
    return dress(f"<h1>{_say('title', languages)}</h1>", sections, languages[0])


def _row(by: str, group: str, briefs: Iterable[Entry], languages: Sequence[str]) -> str:
    cells = (
        f'<td lang="{entry["parameters"]["language"]}">{_links(entry, languages)}</td>'
        for entry in briefs
    )
    return f'<tr><th scope="row">{_name(by, group, languages)}</th>{"".join(cells)}</tr>'


def _name(by: str, group: str, languages: Sequence[str]) -> str:
    """What a group is called: the codebook's words for its code, or as it is."""
    if not by:
        return _say(NATION, languages)
    for row in rows("agencies"):
        if (row["column"], row["code"]) == (by, group):
            return _each({language: row[f"label_{language}"] for language in languages})
    return escape(group)


def _links(entry: Entry, languages: Sequence[str]) -> str:
    if entry["error"]:
        return _say("failed", languages)
    first, *rest = (name for name in entry["files"] if name.endswith((".html", ".pdf")))
    folder = quote(entry["name"])
    also = (f' · <a href="{folder}/{name}">{name.rpartition(".")[2].upper()}</a>' for name in rest)
    return f'<a href="{folder}/{first}">{escape(entry["title"])}</a>{"".join(also)}'


@cache
def _words() -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in packaged("toolkit.publish", "index.csv")}


def _say(key: str, languages: Sequence[str], **values: object) -> str:
    return _each({lang: _words()[key][lang].format(**values) for lang in languages})


def _each(wordings: Mapping[str, str]) -> str:
    return " / ".join(f'<span lang="{lang}">{text}</span>' for lang, text in wordings.items())
