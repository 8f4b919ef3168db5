"""What the quality notebook says: what was not read, what fails or contradicts, what is repeated.

The matrices are in :mod:`analysis.figures.matrices`.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analysis.observations import Frames
from analysis.words.ledger import place
from analysis.words.markdown import Markdown, Row
from analysis.words.prose import agency, code_label, joined, known, listing, paragraphs, say, some
from analysis.words.state import code_of, identity, states, subject, tally
from toolkit.check import PROSE
from toolkit.form import Language
from toolkit.review.findings import Finding
from toolkit.review.unread import unread as rows_unread

MOST: Final = 60
_CELLS: Final = 4


def title(language: Language) -> Markdown:
    """Title of the page."""
    return Markdown(f"# {say('quality.title', language)}")


def lead(corpus: Frames, language: Language) -> Markdown:
    """How many checks of how many reports hold, fail, or cannot be decided."""
    agencies = corpus.reports.lazy().select("agency").collect()["agency"]
    if agencies.is_empty():
        return say("none.reports", language)
    by = tally(corpus)
    numbers = {"agencies": known(agencies), "reports": len(agencies), "n": sum(by.values())}
    return say("quality.lead", language, **numbers, **by)


def unread(corpus: Frames, language: Language) -> Markdown:
    """States of all cells, and what was not read: each printed row or cell, with its place."""
    counts = dict(states(corpus).iter_rows())
    if not counts:
        return Markdown()
    each = (
        say("label.cells", language, name=code_of("states", state, language), count=n)
        for state, n in counts.items()
    )
    lost = rows_unread(corpus.cells, corpus.reports)
    lines = [
        {
            "agency": agency(who, language),
            "year": str(year or ""),
            "state": code_of("states", state, language),
            "item": some([_row(row, language) for row in rows], language, _CELLS),
            "cells": say("quality.raw", language, raw=raw, locator=place(locator, language))
            if raw
            else place(locator, language),
        }
        for (_, who, year, _, state, raw, locator), rows in lost.rows_by_key(
            ("report_id", "agency", "year", "table", "state", "raw", "locator"),
            named=True,
            include_key=True,
        ).items()
    ]
    return paragraphs(
        say("state.cells", language, n=sum(counts.values()), list=joined(each, language)),
        listing(lines, language, most=MOST),
    )


def failing(found: Sequence[Finding], language: Language) -> Markdown:
    """Identities that fail: both sides, the cells as printed with their place, what would mend."""
    lines = [
        {
            **_who(one, language),
            "identity": identity(one["identity"], language),
            "subject": subject(one["subject"], language),
            "lhs": one["lhs"],
            "rhs": one["rhs"],
            "cells": _cells(one, language),
            "suggestion": _suggestion(one, language),
        }
        for one in found
        if not one["identity"].startswith(PROSE)
    ]
    return listing(lines, language, most=MOST) or say("quality.holds", language)


def claims(found: Sequence[Finding], language: Language) -> Markdown:
    """Figures of the prose that contradict the tables, with their quotes and places."""
    lines = [
        {
            **_who(one, language),
            "quote": _quotes(one, language),
            "stated": one["lhs"],
            "in_tables": one["rhs"],
            "cells": _cells(one, language),
        }
        for one in found
        if one["identity"].startswith(PROSE)
    ]
    return listing(lines, language, most=MOST) or say("quality.agrees", language)


def coverage(frame: pl.DataFrame, language: Language) -> Markdown:
    """How many reports are missing, there twice, or revised."""
    by = {name: frame.filter(status=name).height for name in ("missing", "duplicate", "revised")}
    years, agencies = frame["year"].n_unique(), frame["agency_id"].n_unique()
    return say("quality.collected", language, agencies=agencies, years=years, **by)


def boilerplate(pairs: pl.DataFrame, least: float, language: Language) -> Markdown:
    """Pairs of reports whose parts five or six are alike, the most alike first."""
    lines = [
        {
            "part": code_of("parts", row["part"], language),
            "agency": agency(row["agency"], language),
            "year": str(row["year"] or ""),
            "other_agency": agency(row["other_agency"], language),
            "other_year": str(row["other_year"] or ""),
            "score": f"{row['score']:.2f}",
        }
        for row in pairs.iter_rows(named=True)
    ]
    return paragraphs(
        say("quality.boilerplate", language, least=least),
        listing(lines, language, most=MOST) or say("quality.boilerplate_none", language),
    )


def _who(one: Finding, language: Language) -> Row:
    return {"agency": agency(one["agency"], language), "year": str(one["year"] or "")}


def _cells(one: Finding, language: Language) -> Markdown:
    """Cells that carry the failing sum, as printed; those that print 0 only if all do."""
    cells = [cell for cell in one["cells"] if cell["value"]] or one["cells"]
    said = [
        say(
            "quality.elsewhere" if cell["source"] else "quality.printed",
            language,
            cell=_cell(cell["cell"], language),
            raw=cell["raw"],
            locator=place(cell["locator"], language),
        )
        for cell in cells[:_CELLS]
    ]
    return joined([*said, "…"] if len(cells) > _CELLS else said, language)


def _quotes(one: Finding, language: Language) -> Markdown:
    places = ((told["quote"], place(told["locator"], language)) for told in one["quotes"])
    said = (say("quality.quote", language, quote=quote, locator=at) for quote, at in places)
    return joined(said, language)


def _suggestion(one: Finding, language: Language) -> Markdown:
    if not one["suggestions"]:
        return Markdown()
    first = one["suggestions"][0]
    return say(
        "quality.doubtful" if first["doubtful"] else "quality.suggestion",
        language,
        cell=_cell(first["cell"], language),
        value=first["value"],
        suggested=first["suggested"],
    )


def _row(row: Row, language: Language) -> str:
    """Wording of a row, and of the column if it is one cell."""
    codes = (row["item"], *(row["columns"] if len(row["columns"]) == 1 else ()))
    return " · ".join(code_label(code, language, row["table"]) for code in codes)


def _cell(name: str, language: Language) -> str:
    """Wording of a cell's row and column."""
    of, item, column = name.split(".")
    return " · ".join(code_label(code, language, of) for code in (item, column))
