"""How anything is said, by template, in Chinese and English: sentences, lists, tables.

What takes a language returns :class:`analysis.words.markdown.Markdown`.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Final

import polars as pl

from analysis.observations import REASONS
from analysis.shares import OUTCOMES, category_of
from analysis.wording import Count, Value, label, message, messages, sentences, value_label
from analysis.words.markdown import Markdown, Row, cited, fill, safe, table
from toolkit.form import Language

MOST: Final = 12
"""Names in a sentence, and rows of a table that is to be read."""

ROWS: Final = 4 * MOST
"""Rows of a table that is to be complete, if it can be."""

_REPORTS: Final = ("n_", "left_out_")
_SETTINGS: Final = {"confidence", "min_n", "year"}


def say(key: str, language: Language, **values: object) -> Markdown:
    """Message of messages.csv as Markdown: numbers as it says, text that is not ours escaped."""
    return fill(message(key, language), values)


def mention(key: str, language: Language, **values: str | float | None) -> Markdown:
    """:func:`say`, or nothing if a value is not known, an empty text or a number not above 0."""
    some = (value if isinstance(value, str) else (value or 0) > 0 for value in values.values())
    return say(key, language, **values) if all(some) else Markdown()


def agency(name: str | None, language: Language) -> Markdown:
    """Name of an agency, cut if it is very long, or that it is not known."""
    return safe(value_label("agency", name, language))


def agency_names(names: pl.Series, language: Language) -> Markdown:
    """Names of agencies within a sentence, and how many there are if not all are named."""
    return some([agency(name, language) for name in names], language)


def some(names: Sequence[str], language: Language, most: int = MOST) -> Markdown:
    """Names within a sentence, and how many there are if not all are named."""
    said = joined(names[:most], language)
    return said if len(names) <= most else say("and_more", language, list=said, n=len(names))


def paragraphs(*texts: str) -> Markdown:
    """Paragraphs of what is not empty."""
    return Markdown("\n\n".join(filter(None, texts)))


def sentence(language: Language, *texts: str) -> Markdown:
    """One paragraph of several sentences."""
    return Markdown(sentences(language, *texts))


def bullets(texts: Iterable[str]) -> Markdown:
    """List of sentences, one below the other."""
    return Markdown("\n".join(f"- {text}" for text in texts))


def joined(names: Iterable[str], language: Language) -> Markdown:
    """List of names or of counts within a sentence."""
    return Markdown(say("comma", language).join(map(safe, names)))


def listing(
    lines: Sequence[Row],
    language: Language,
    *,
    most: int = ROWS,
    heads: Mapping[str, str] = MappingProxyType({}),
) -> Markdown:
    """Rows as a table, ``most`` of them; heads are the catalogue's, but for those given."""
    if not lines:
        return Markdown()
    above = {name: heads.get(name) or say(f"head.{name}", language) for name in lines[0]}
    return paragraphs(
        table(lines[:most], above), mention("state.more", language, n=len(lines) - most)
    )


def code_label(code: str, language: Language, table: str = "applications") -> str:
    """Wording of a code: ours, the figures', or the code itself if no edition has it."""
    if (ours := f"item.{code}") in messages():
        return message(ours, language)
    with suppress(KeyError):
        return label(code, language, table=table)
    return code


def span(years: Iterable[int | None], language: Language) -> Markdown:
    """First and last of some years, or that none is known."""
    known = sorted({year for year in years if year is not None})
    if not known:
        return say("span.unknown", language)
    ends = dict.fromkeys((known[0], known[-1]))
    return say("span.years", language, years="–".join(map(str, ends)))


def other_scopes(reports: pl.DataFrame, language: Language) -> Markdown:
    """Say if an agency is on another scope in some of its years than in others; or nothing."""
    known = reports.drop_nulls(("agency", "year", "scope"))
    years = known.group_by("agency", "year").agg(pl.col("scope").unique().sort())
    scopes = years.group_by("agency").agg(pl.col("scope").n_unique())["scope"]
    return say("years.scope", language) if (scopes > 1).any() else Markdown()


def of_all(n: int) -> Count | Value | None:
    """Number of a brief's reports, or of some of them: they are listed at its end."""
    return cited(n, "all", "reports")


def with_evidence(row: Row, basis: str, figure: str, *who: str | None, **others: str) -> Row:
    """Row of a statistic whose numbers link to their evidence.

    Parameters
    ----------
    row
        One row: counts, shares, limits, p-values.
    basis, figure, who
        What they rest on; see :func:`analysis.words.markdown.anchor`.
    others
        Columns that have evidence of their own, and which; numbers of reports have, anyway.
    """
    told: Row = dict(row)
    for name, value in row.items():
        if isinstance(value, int | float) and type(value) is not bool and name not in _SETTINGS:
            own = (basis, others.get(name, figure), *who)
            told[name] = cited(value, *((basis, "reports") if name.startswith(_REPORTS) else own))
    return told


def cases(shares: pl.DataFrame) -> list[Row]:
    """Rows of a composition whose numbers link to their evidence; ``code`` is the category."""
    told = []
    for row in shares.rename({category_of(shares): "code"}).iter_rows(named=True):
        of = row["denominator"]
        # Outcomes rest on all that was resolved, whatever they are divided by.
        basis = "resolved" if of in OUTCOMES else of
        told.append(with_evidence(row, basis, row["code"], n=of))
    return told


def share(row: Row, language: Language) -> Markdown:
    """Share with its interval; of few cases, how many of how many."""
    return say("interval.few" if row["small"] else "interval", language, **row)


def known(agencies: pl.Series) -> int:
    """How many agencies these are, without those that were not identified."""
    return agencies.drop_nulls().n_unique()


def by_size(rows: Iterable[Row]) -> list[Row]:
    """Rows that have cases, those with most first."""
    return sorted((row for row in rows if row["count"]), key=lambda row: -row["count"])


def side(low: float, high: float, at: float) -> str:
    """Where an interval lies of a value: ``up``, ``down``, or ``same`` if it holds it."""
    return "up" if low > at else "down" if high < at else "same"


def limits(change: Row) -> Row:
    """Limits of a change: they allow for agencies' differing in theirs, if that is known."""
    kind = "" if change["robust_low"] is None else "robust_"
    return {end: change[f"{kind}{end}"] for end in ("low", "high")}


def left_out(row: Row, language: Language) -> Markdown:
    """How many reports a statistic left out and why, and how many contradict themselves."""
    key = "left_out" if row["n_reports"] else "left_out.all"
    out = mention(key, language, n=row["n_left_out"], reasons=reasons_left_out(row, language))
    return sentence(language, out, mention("fails", language, n=row["n_fails"]))


def reasons_left_out(row: Row, language: Language) -> Markdown:
    """For what reasons reports were left out, and how many for each."""
    lost = {reason: row[f"left_out_{reason}"] for reason in REASONS}
    said = (say(f"reason.{reason}", language, n=n) for reason, n in lost.items() if n)
    return joined(said, language)


def nothing(row: Row, language: Language) -> Markdown:
    """Why there are no shares: nothing happened, or it is not known what did."""
    unit = say(f"unit.{row['denominator']}", language)
    found = say("unknown" if row["n"] is None else "zero", language, unit=unit)
    return sentence(language, found, left_out(row, language))
