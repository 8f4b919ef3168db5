"""How anything is said, by template, in Chinese and English: sentences, lists, tables."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Final

import polars as pl

from analysis.observations import REASONS
from analysis.shares import OUTCOMES, category_of
from analysis.wording import Count, Value, label, message, messages, sentences, value_label
from analysis.words.markdown import Markdown, Row, cited, fill, safe, table
from toolkit.check import PROSE
from toolkit.form import Language, label_of

MOST: Final = 12
"""Names in a sentence, and rows of a table that is to be read."""

ROWS: Final = 4 * MOST
"""Rows of a table that is to be complete, if it can be."""

_REPORTS: Final = ("n_", "left_out_")
_SETTINGS: Final = {"confidence", "min_n", "year"}


class Words:
    """Words of a language: messages, lists and tables as Markdown, and labels of codes."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def say(self, key: str, **values: object) -> Markdown:
        """Message of messages.csv: numbers as it says, text that is not ours escaped."""
        return fill(message(key, self.language), values)

    def mention(self, key: str, **values: str | float | None) -> Markdown:
        """:meth:`say`, or nothing if a value is unknown, an empty text or a number not above 0."""
        some = (value if isinstance(value, str) else (value or 0) > 0 for value in values.values())
        return self.say(key, **values) if all(some) else Markdown()

    def agency(self, name: str | None) -> Markdown:
        """Name of an agency, cut if it is very long, or that it is not known."""
        return safe(value_label("agency", name, self.language))

    def agency_names(self, names: pl.Series) -> Markdown:
        """Names of agencies within a sentence, and how many there are if not all are named."""
        return self.some([self.agency(name) for name in names])

    def some(self, names: Sequence[str], most: int = MOST) -> Markdown:
        """Names within a sentence, and how many there are if not all are named."""
        said = self.joined(names[:most])
        return said if len(names) <= most else self.say("and_more", list=said, n=len(names))

    def sentence(self, *texts: str) -> Markdown:
        """One paragraph of several sentences."""
        return Markdown(sentences(self.language, *texts))

    def joined(self, names: Iterable[str]) -> Markdown:
        """List of names or of counts within a sentence."""
        return Markdown(self.say("comma").join(map(safe, names)))

    def listing(
        self,
        lines: Sequence[Row],
        *,
        more: int = 0,
        heads: Mapping[str, str] = MappingProxyType({}),
    ) -> Markdown:
        """Rows as a table, and how many ``more`` there are.

        Heads are the catalogue's, but for those given.
        """
        if not lines:
            return Markdown()
        above = {name: heads.get(name) or self.say(f"head.{name}") for name in lines[0]}
        return paragraphs(table(lines, above), self.mention("state.more", n=more))

    def code_label(self, code: str, table: str = "applications") -> str:
        """Wording of a code: ours, the figures', or the code itself if no edition has it."""
        if (ours := f"item.{code}") in messages():
            return message(ours, self.language)
        with suppress(KeyError):
            return label(code, self.language, table=table)
        return code

    def code(self, file: str, code: str) -> str:
        """Label of a code in a file of the codebook, or the code itself if it is not there."""
        return label_of(file, code, self.language) or code

    def identity(self, code: str) -> Markdown:
        """Wording of an identity, or that prose is held against the tables, and which figure."""
        if not code.startswith(PROSE):
            return safe(self.code("identities", code))
        return self.say("state.prose", claim=self.code("claims", code.removeprefix(PROSE)))

    def subject(self, codes: str) -> Markdown:
        """Wording of the row, column or block that a check is about, or of several with a plus."""
        tables = ("applications", "challenges", "proactive")
        named = [
            next((label for of in tables if (label := self.code_label(code, of)) != code), code)
            for code in codes.split("+")
        ]
        return Markdown(" + ".join(map(safe, named)))

    def place(self, locator: str | None) -> Markdown:
        """Where a cell stands: line and cell, table, row and column, page and box."""
        said = []
        for step in (locator or "").split(", "):
            unit, _, n = step.partition(" ")
            key = f"place.{unit}"
            said.append(self.say(key, n=n) if key in messages() else safe(step))
        return Markdown(("" if self.language == "zh" else ", ").join(said))

    def span(self, years: Iterable[int | None]) -> Markdown:
        """First and last of some years, or that none is known."""
        known = sorted({year for year in years if year is not None})
        if not known:
            return self.say("span.unknown")
        ends = dict.fromkeys((known[0], known[-1]))
        return self.say("span.years", years="–".join(map(str, ends)))

    def other_scopes(self, reports: pl.DataFrame) -> Markdown:
        """Say if an agency is on another scope in some of its years than in others; or nothing."""
        known = reports.drop_nulls(("agency", "year", "scope"))
        years = known.group_by("agency", "year").agg(pl.col("scope").unique().sort())
        scopes = years.group_by("agency").agg(pl.col("scope").n_unique())["scope"]
        return self.say("years.scope") if (scopes > 1).any() else Markdown()

    def share(self, row: Row) -> Markdown:
        """Share with its interval; of few cases, how many of how many."""
        return self.say("interval.few" if row["small"] else "interval", **row)

    def left_out(self, row: Row) -> Markdown:
        """How many reports a statistic left out and why, and how many contradict themselves."""
        key = "left_out" if row["n_reports"] else "left_out.all"
        out = self.mention(key, n=row["n_left_out"], reasons=self.reasons_left_out(row))
        return self.sentence(out, self.mention("fails", n=row["n_fails"]))

    def reasons_left_out(self, row: Row) -> Markdown:
        """For what reasons reports were left out, and how many for each."""
        lost = {reason: row[f"left_out_{reason}"] for reason in REASONS}
        said = (self.say(f"reason.{reason}", n=n) for reason, n in lost.items() if n)
        return self.joined(said)

    def nothing(self, row: Row) -> Markdown:
        """Why there are no shares: nothing happened, or it is not known what did."""
        unit = self.say(f"unit.{row['denominator']}")
        found = self.say("unknown" if row["n"] is None else "zero", unit=unit)
        return self.sentence(found, self.left_out(row))


def paragraphs(*texts: str) -> Markdown:
    """Paragraphs of what is not empty."""
    return Markdown("\n\n".join(filter(None, texts)))


def bullets(texts: Iterable[str]) -> Markdown:
    """List of sentences, one below the other."""
    return Markdown("\n".join(f"- {text}" for text in texts))


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


def linked(shares: pl.DataFrame) -> list[Row]:
    """Rows of a composition whose numbers link to their evidence; ``code`` is the category."""
    told = []
    for row in shares.rename({category_of(shares): "code"}).iter_rows(named=True):
        of = row["denominator"]
        # Outcomes rest on all that was resolved, whatever they are divided by.
        basis = "resolved" if of in OUTCOMES else of
        told.append(with_evidence(row, basis, row["code"], n=of))
    return told


def n_known(agencies: pl.Series) -> int:
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
