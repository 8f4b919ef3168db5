"""The statutory form as data: the codebook, loaded once, checked, frozen.

The CSV files in ``toolkit/codebook/`` are the single source of every code and label.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import StringIO
from typing import Literal, TypeVar

from toolkit.errors import CodebookError, CodeError, one_of

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
NEWEST = "2021"
"""Edition that is meant where none is named."""
NOTE = "\N{FULLWIDTH LEFT PARENTHESIS}"
"""What opens a remark of the form's own in a label: a unit, too."""


@dataclass(frozen=True, slots=True)
class Item:
    """A row of one of the three tables.

    ``role`` is ``row`` (it has numbers in ``columns``) or ``heading`` (it has none);
    ``parent`` is the heading's code, empty at the top; ``number`` is the form's own.
    """

    table: str
    code: str
    number: str
    parent: str
    role: str
    columns: tuple[str, ...]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of one of the three tables; ``unit`` is case, item, signed_item or yuan."""

    table: str
    code: str
    unit: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Identity:
    """An equation within one report, for each ``subject`` (column, row or block)."""

    code: str
    table: str
    subject: str
    lhs: tuple[str, ...]
    rhs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A wording seen in the wild for an item or a column of a table."""

    table: str
    role: str
    code: str
    wording: str


CellKey = tuple[str, str, str]
E = TypeVar("E", bound=Item | Column)


@dataclass(frozen=True, eq=False)
class Form:
    """One edition of the form; get it with :func:`form`.

    Attributes
    ----------
    edition
        ``2021`` or ``2019``.
    tables
        Codes of the three tables, in order.
    items, columns, identities
        What the edition has, in the form's order.
    """

    edition: str
    tables: tuple[str, ...]
    items: tuple[Item, ...]
    columns: tuple[Column, ...]
    identities: tuple[Identity, ...]

    def rows(self, table: str) -> tuple[Item, ...]:
        """Rows of a table that carry numbers, in the form's order."""
        return tuple(i for i in self.items if i.table == table and i.role == "row")

    def item(self, table: str, code: str) -> Item:
        """Return the item with this code.

        Raises
        ------
        CodeError
            If the edition has no such item in the table.
        """
        return self._entry(self.items, table, code)

    def children(self, table: str, code: str) -> tuple[str, ...]:
        """Codes of the rows that a code stands for: itself, or a heading's rows."""
        item = self.item(table, code)
        if item.role == "row":
            return (code,)
        inside = (i for i in self.items if i.table == table and i.parent == code)
        return tuple(row for child in inside for row in self.children(table, child.code))

    def cells(self, table: str | None = None) -> Iterator[CellKey]:
        """Yield (table, item, column) of every cell of the edition, in the form's order."""
        for item in self.items:
            if table in (None, item.table):
                yield from ((item.table, item.code, column) for column in item.columns)

    def sides(self, identity: Identity, subject: str) -> list[tuple[CellKey, ...]]:
        """Cells on either side of an identity for one subject: a column, or a row or block."""
        table, by_column = identity.table, identity.subject == "column"
        return [
            tuple(
                (table, term, subject) if by_column else (table, subject, term)
                for name in side
                for term in (self.children(table, name) if by_column else (name,))
            )
            for side in (identity.lhs, identity.rhs)
        ]

    def unit(self, table: str, column: str) -> str:
        """Unit of a column: ``case``, ``item``, ``signed_item`` or ``yuan``."""
        return self._entry(self.columns, table, column).unit

    def heading(self, column: str, language: Language = "zh", *, table: str) -> str:
        """Wording of a column for numbers in the codebook's unit, which may not be the form's."""
        label = self.label(column, language, table=table)
        unit = self.unit(table, column)
        if unit != "yuan":
            return label
        return f"{label.partition(NOTE)[0]} ({patterns()['yuan_1'] if language == 'zh' else unit})"

    def label(self, code: str, language: Language = "zh", *, table: str | None = None) -> str:
        """Statutory wording of an item, column or table code.

        Parameters
        ----------
        code
            Code of an item, a column or a table.
        language
            ``zh`` (as printed in the form) or ``en``.
        table
            Needed only where two tables use the same code for different things.

        Raises
        ------
        CodeError
            If the edition has no such code.
        ParameterError
            If the language is neither ``zh`` nor ``en``.
        """
        one_of("language", language, LANGUAGES)
        for row in rows("tables"):
            if row["table"] == code:
                return row[f"label_{language}"]
        entries: tuple[Item | Column, ...] = (*self.items, *self.columns)
        entry = self._entry(entries, table, code)
        return entry.zh if language == "zh" else entry.en

    def _entry(self, entries: Sequence[E], table: str | None, code: str) -> E:
        """Return the first entry with a code, of any table if none is named."""
        known = {entry.code: entry for entry in reversed(entries) if table in (None, entry.table)}
        if code not in known:
            where = f"edition {self.edition} has no code {code!r}"
            within = f" in table {table!r}" if table else ""
            raise CodeError(where + within, code, known if table else (*known, *self.tables))
        return known[code]

    def __repr__(self) -> str:
        return f"Form(edition={self.edition!r}, cells={sum(1 for _ in self.cells())})"


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of one file of the codebook, as text.

    Parameters
    ----------
    name
        ``tables``, ``editions``, ``parts``, ``states``, ``items``, ``columns``,
        ``identities``, ``aliases`` or ``patterns``.
    """
    return packaged("toolkit", f"codebook/{name}.csv")


def packaged(package: str, name: str) -> tuple[dict[str, str], ...]:
    """Rows of a CSV file that comes with a package; one that is cut short is refused."""
    text = (resources.files(package) / name).read_text(encoding="utf-8")
    found = tuple(csv.DictReader(StringIO(text, newline="")))
    for number, row in enumerate(found, start=2):  # an unquoted comma would cut a pattern short
        if None in row or None in row.values():
            raise CodebookError(f"{package}, {name}, line {number}: more or fewer fields")
    return found


def label_of(file: str, code: str, language: Language) -> str | None:
    """Label of a code in a file of the codebook whose first column holds codes; null if not there.

    Parameters
    ----------
    file
        ``editions``, ``parts``, ``states``, ``identities`` or ``claims``.
    code
        The code.
    language
        ``zh`` or ``en``.
    """
    labels = (row[f"label_{language}"] for row in rows(file) if next(iter(row.values())) == code)
    return next(labels, None)


@cache
def aliases() -> tuple[Alias, ...]:
    """Every wording by which an item or a column is known, statutory labels included."""
    labels = [
        Alias(row["table"], role, row[role], row["label_zh"])
        for role in ("item", "column")
        for row in rows(f"{role}s")
    ]
    wild = [Alias(r["table"], r["role"], r["code"], r["wording"]) for r in rows("aliases")]
    return tuple(dict.fromkeys(labels + wild))


@cache
def patterns(file: str = "patterns") -> dict[str, str]:
    """Regular expressions and marks in Chinese that the readers of text need, by name.

    Parameters
    ----------
    file
        ``patterns``, ``agency_words`` or ``claim_words``.
    """
    written = {row["name"]: row["pattern"] for row in rows(file)}
    return {name: expanded(pattern, written) for name, pattern in written.items()}


class Regexes(dict[str, re.Pattern[str]]):
    """The :func:`patterns` of a file by name, compiled when they are first asked for."""

    def __init__(self, file: str = "patterns") -> None:
        super().__init__()
        self._file = file

    def __missing__(self, name: str) -> re.Pattern[str]:
        self[name] = re.compile(patterns(self._file)[name])
        return self[name]


def expanded(pattern: str, words: Mapping[str, str]) -> str:
    """Pattern with what each ``<name>`` in it stands for, and those in that."""
    named = r"(?<!P)<(\w+)>"
    return re.sub(named, lambda match: f"(?:{expanded(words[match[1]], words)})", pattern)


@cache
def form(edition: str = NEWEST) -> Form:
    """Return one edition of the statutory form.

    Parameters
    ----------
    edition
        ``2021`` (reports on 2021 and later) or ``2019`` (reports on 2019 and 2020).

    Raises
    ------
    ParameterError
        If there is no such edition, or it has no fixed form (``pre-2019``).
    CodebookError
        If the codebook contradicts itself.
    """
    one_of("edition", edition, _fixed())
    columns = tuple(
        Column(r["table"], r["column"], r["unit"], r["label_zh"], r["label_en"])
        for r in rows("columns")
        if edition in r["editions"].split()
    )
    items = []
    for r in rows("items"):
        if edition in r["editions"].split():
            every = [c.code for c in columns if c.table == r["table"]]
            own = tuple(every if r["columns"] == "*" else r["columns"].split())
            place = r["table"], r["item"], r["number"], r["parent"], r["role"]
            items.append(Item(*place, own, r["label_zh"], r["label_en"]))
    identities = []
    for r in rows("identities"):
        if r["span"] == "report":
            left, right = tuple(r["lhs"].split()), tuple(r["rhs"].split())
            identities.append(Identity(r["identity"], r["table"], r["subject"], left, right))
    tables = tuple(r["table"] for r in rows("tables"))
    made = Form(edition, tables, tuple(items), columns, tuple(identities))
    refuse_contradictions(made)
    return made


@cache
def forms() -> tuple[Form, ...]:
    """Every edition that has a fixed form, the newest first."""
    return tuple(map(form, _fixed()))


def _fixed() -> list[str]:
    """Editions that have a fixed form, the newest first."""
    found = {edition for row in rows("items") for edition in row["editions"].split()}
    return sorted(found, reverse=True)


def refuse_contradictions(made: Form) -> None:
    """Refuse a codebook that contradicts itself, naming the first contradiction."""
    where = f"codebook, edition {made.edition}"
    columns = {(c.table, c.code) for c in made.columns}
    items = {(i.table, i.code) for i in made.items}
    if len(items) != len(made.items) or len(columns) != len(made.columns):
        raise CodebookError(f"{where}: an item or a column is listed twice")
    for item in made.items:
        if item.table not in made.tables:
            raise CodebookError(f"{where}: item {item.code!r} names no table {item.table!r}")
        if item.role not in ("row", "heading") or (item.role == "row") != bool(item.columns):
            raise CodebookError(f"{where}: item {item.code!r} is {item.role!r} with {item.columns}")
        if item.parent and (item.table, item.parent) not in items:
            raise CodebookError(f"{where}: item {item.code!r} has no parent {item.parent!r}")
        if lost := [c for c in item.columns if (item.table, c) not in columns]:
            raise CodebookError(f"{where}: item {item.code!r} has no column {lost[0]!r}")
        if not item.zh or not item.en:
            raise CodebookError(f"{where}: item {item.code!r} lacks a label")
    for identity in made.identities:
        named = items if identity.subject == "column" else columns
        for term in identity.lhs + identity.rhs:
            if (identity.table, term) not in named:
                raise CodebookError(f"{where}: identity {identity.code!r} has no term {term!r}")
    known = {(r["table"], r[role]) for role in ("item", "column") for r in rows(f"{role}s")}
    for alias in aliases():
        if (alias.table, alias.code) not in known or alias.role not in ("item", "column"):
            raise CodebookError(f"{where}: alias {alias.wording!r} names no {alias.code!r}")
