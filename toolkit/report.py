"""One document -> one report: its particulars, its cells, its checks, its prose."""

import hashlib
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from toolkit.agency import describe
from toolkit.check import check, contradicted, prose_checks
from toolkit.claims import Claim, claims
from toolkit.errors import CodebookError, CodeError, DocumentError, InstallationError, SourceError
from toolkit.extract import Cell, Extraction, extract
from toolkit.form import NEWEST, CellKey, form, rows
from toolkit.read import Document, read
from toolkit.read.beside import KINDS, beside
from toolkit.read.document import SCAN
from toolkit.schema import CELLS, CLAIMS, REPORTS, STATES, TEXTS
from toolkit.sections import Sections, parts, preface, published, sections
from toolkit.show import report_html
from toolkit.title import Title, says_what_it_is, title_between, title_of, titles_in

ID_LENGTH = 16
_LEAST_PROSE = 60
_NAMED = 3
_DECISIONS = ("licensing", "penalties")


class Parsed(NamedTuple):
    """What one document gave, before it becomes frames."""

    meta: dict[str, Any]
    cells: dict[CellKey, Cell]
    text: dict[str, str]
    claims: list[Claim]


@dataclass(frozen=True, eq=False)
class Report:
    """One annual report.

    Attributes
    ----------
    meta
        The report's row of ``reports`` (:data:`toolkit.schema.REPORTS`) by column name.
    cells
        Frame of :data:`toolkit.schema.CELLS`: every cell of the report's edition, value in
        cases, items or yuan; null unless the state is ``reported``.
    text
        Prose of the six parts by code, and of what stands in front of them (``preface``).
    claims
        Frame of :data:`toolkit.schema.CLAIMS`: the figures that the prose states.
    """

    meta: Mapping[str, Any]
    cells: pl.DataFrame
    text: Mapping[str, str]
    claims: pl.DataFrame

    @cached_property
    def checks(self) -> pl.DataFrame:
        """Verdicts on the form's identities and on the prose (:data:`toolkit.schema.CHECKS`)."""
        return pl.concat([check(self.cells), prose_checks(self.claims, self.cells)])

    def value(self, table: str, item: str, column: str) -> int | None:
        """Return one cell's number, null if none is reported.

        Raises
        ------
        CodeError
            If the report's edition has no such cell.
        """
        cells = self.cells.select(pl.concat_str("table", "item", "column", separator="."), "value")
        numbers: dict[str, int | None] = dict(cells.iter_rows())
        if (asked := f"{table}.{item}.{column}") not in numbers:
            where = f"no cell {asked} in edition {self.meta['edition']}"
            raise CodeError(where, asked, numbers)
        return numbers[asked]

    def __repr__(self) -> str:
        agency, year = self.meta["agency"] or "agency not found", self.meta["year"] or "year ?"
        return f"Report({agency!r}, {year}, edition={self.meta['edition']!r})"

    def _repr_html_(self) -> str:
        return report_html(self.meta, self.cells, self.checks)


def read_report(path: str | os.PathLike[str]) -> Report:
    """Read one document.

    Parameters
    ----------
    path
        A file of any supported kind; its kind is found from its bytes.

    Returns
    -------
    Report
        Its particulars, cells, checks, prose, and the figures stated there.

    Raises
    ------
    SourceError
        If there is no such file or it cannot be opened.
    DocumentError
        If it gives no report; the message names the place, what was expected and found.
    """
    try:
        data = Path(path).read_bytes()
    except IsADirectoryError as error:
        raise SourceError(f"{path}: a folder cannot be opened as one report: load() it") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be opened: {error.strerror or error}") from error
    parsed = parse(data, os.fspath(path))
    made = frames([parsed])
    return Report(parsed.meta, made["cells"], parsed.text, made["claims"])


def parse(data: bytes, source: str) -> Parsed:
    """Read one document's bytes.

    Raises
    ------
    DocumentError
        If it gives no report; ``source`` is filled in.
    InstallationError, CodebookError
        If a library is missing that is no optional extra, or a wording of the codebook stands
        for two rows: all other documents would fail too.
    """
    try:
        document = read(data)
        extraction = _held_against_sums(extract(document), document)
        prose = sections(document)
        places = {cell.locator for cell in extraction.cells.values()}
        title, text = title_of(prose, source, places), parts(prose)
        _check_is_report(prose, extraction, title, text)
        stated = claims(prose, title.year, title.agency)
        front, overview = preface(prose), text.get("overview", "")
        made = (extraction.cells["proactive", item, "decisions"].value for item in _DECISIONS)
        who = describe(
            title.agency,
            preface=front,
            overview=overview,
            year=title.year,
            decisions=min(number or 0 for number in made),
        )
        meta = _meta(document, extraction, title, source, data)
        meta["published"] = published(front)
    except DocumentError as error:
        error.source = source
        raise
    except CodebookError:  # no document is to blame
        raise
    except ImportError as error:
        raise InstallationError(
            f"the installation is not whole: {error}; run `make setup`, or"
            " pip install --force-reinstall ogi-toolkit"
        ) from error
    except Exception as error:  # a reader's fault must not cost the other documents
        raise DocumentError(
            f"the reader failed on it: {type(error).__name__}: {error}", source=source
        ) from error
    return Parsed(meta | who._asdict(), extraction.cells, text, stated)


def frames(parsed: list[Parsed]) -> dict[str, pl.DataFrame]:
    """``reports``, ``cells``, ``claims`` and ``texts`` of many documents, by these names."""
    cells = [
        (p.meta["report_id"], *key, cell.value, cell.state, *cell[2:])
        for p in parsed
        for key, cell in p.cells.items()
    ]
    columns = zip(*cells, strict=True) if cells else ([] for _ in CELLS)  # by rows is slower
    claimed = [(p.meta["report_id"], *claim) for p in parsed for claim in p.claims]
    prose = [(p.meta["report_id"], *pair) for p in parsed for pair in p.text.items()]
    return {
        "reports": pl.DataFrame([p.meta for p in parsed], schema=REPORTS),
        "cells": pl.DataFrame(dict(zip(CELLS, columns, strict=True)), schema=CELLS),
        "claims": pl.DataFrame(claimed, schema=CLAIMS, orient="row"),
        "texts": pl.DataFrame(prose, schema=TEXTS, orient="row"),
    }


def _held_against_sums(extraction: Extraction, document: Document) -> Extraction:
    """Doubt what was recognised and agrees with no sum: it may have been misread."""
    if document.layout != SCAN:
        return extraction
    numbers = {k: cell.value for k, cell in extraction.cells.items() if cell.value is not None}
    edition = extraction.editions.get("applications", extraction.edition or NEWEST)
    if not (doubted := contradicted(numbers, form(edition))):
        return extraction
    cells = extraction.cells | {key: extraction.cells[key].doubted() for key in doubted}
    note = "recognised numbers that agree with no sum that they are of were left out"
    return replace(extraction, cells=cells, notes=(*extraction.notes, note))


def _check_is_report(
    blocks: Sections, extraction: Extraction, title: Title, text: Mapping[str, str]
) -> None:
    """Refuse several reports, and what has neither a table nor title and prose of one."""
    if len(titles := titles_in(title.headings)) > 1:
        places = {key[0]: cell.locator for key, cell in extraction.cells.items() if cell.locator}
        if extraction.repeated or title_between(blocks, title.headings, [*places.values()]):
            named = " and ".join(f"{agency} {year}" for agency, year in titles)
            raise DocumentError(
                f"the document holds several reports: expected one, found {named}", stage="extract"
            )
    if extraction.found:
        return
    prose = sum(map(len, text.values()))
    known = {row["part"] for row in rows("parts")} & set(text)
    told = title.agency_from == "title" or says_what_it_is(blocks)
    if title.titles > 1 or not told or not (known or prose > _LEAST_PROSE):
        raise DocumentError(
            "not a report: expected the title of an annual report on open government"
            " information or one of its three tables, found neither",
            stage="extract",
        )


def _elsewhere(extraction: Extraction, document: Document, data: bytes) -> list[str]:
    """Say where the tables may be of which no cell is in the document."""
    there = {key[0] for key, cell in extraction.cells.items() if cell.state != "absent"}
    lacking = [str(n) for n, table in enumerate(form().tables, start=2) if table not in there]
    if not (lacking and (names := beside(data, document.format))):
        return []
    named = ", ".join([*names[:_NAMED], *["…"] * (len(names) > _NAMED)])
    return [f"tables not in the document: {', '.join(lacking)}; it shows or links to {named}"]


def _meta(
    document: Document, extraction: Extraction, title: Title, source: str, data: bytes
) -> dict[str, Any]:
    states = Counter(map(attrgetter("state"), extraction.cells.values()))
    edition, oldest = extraction.edition, rows("editions")[-1]
    if edition is None and title.year and title.year <= int(oldest["last_year"]):
        edition = oldest["edition"]
    sha256 = hashlib.sha256(data).hexdigest()
    notes = [*extraction.notes, *title.notes]
    if document.format in KINDS and edition != oldest["edition"]:
        notes += _elsewhere(extraction, document, data)
    return {
        **dict.fromkeys(REPORTS),
        "report_id": sha256[:ID_LENGTH],
        "source": source,
        "sha256": sha256,
        **{name: getattr(title, name) for name in ("agency", "agency_from", "year", "year_from")},
        "edition": edition,
        "edition_proactive": extraction.editions.get("proactive"),
        "edition_applications": extraction.editions.get("applications"),
        "format": document.format,
        "layout": document.layout,
        **{f"n_{state}": states[state] for state in STATES},
        "notes": notes,
    }
