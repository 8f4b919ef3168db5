"""What the quality notebook says: what was not read, what fails or contradicts, what is repeated.

The matrices are in :mod:`analysis.figures.matrices`.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analysis.observations import Frames
from analysis.words.markdown import Markdown, Row
from analysis.words.prose import Words, n_known, paragraphs
from analysis.words.state import states, tally
from toolkit.check import PROSE
from toolkit.form import Language
from toolkit.review.findings import Finding
from toolkit.review.unread import unread as rows_unread

MOST: Final = 60
_CELLS: Final = 4


def title(language: Language) -> Markdown:
    """Title of the page."""
    return Markdown(f"# {Words(language).say('quality.title')}")


def lead(corpus: Frames, language: Language) -> Markdown:
    """How many checks of how many reports hold, fail, or cannot be decided."""
    words = Words(language)
    agencies = corpus.reports.lazy().select("agency").collect()["agency"]
    if agencies.is_empty():
        return words.say("none.reports")
    by = tally(corpus)
    numbers = {"agencies": n_known(agencies), "reports": len(agencies), "n": sum(by.values())}
    return words.say("quality.lead", **numbers, **by)


def unread(corpus: Frames, language: Language) -> Markdown:
    """States of all cells, and what was not read: each printed row or cell, with its place."""
    words = Words(language)
    counts = dict(states(corpus).iter_rows())
    if not counts:
        return Markdown()
    each = (
        words.say("label.cells", name=words.code("states", state), count=n)
        for state, n in counts.items()
    )
    rows = rows_unread(corpus.cells, corpus.reports)
    together = ("report_id", "agency", "year", "table", "state", "raw", "locator")
    places = rows.group_by(together, maintain_order=True).agg("item", "columns")
    lines = [
        {
            "agency": words.agency(at["agency"]),
            "year": str(at["year"] or ""),
            "state": words.code("states", at["state"]),
            "item": words.some(_rows(at, words), _CELLS),
            "cells": words.say("quality.raw", raw=at["raw"], locator=words.place(at["locator"]))
            if at["raw"]
            else words.place(at["locator"]),
        }
        for at in places.head(MOST).iter_rows(named=True)
    ]
    return paragraphs(
        words.say("state.cells", n=sum(counts.values()), list=words.joined(each)),
        words.listing(lines, more=places.height - MOST),
    )


def failing(found: Sequence[Finding], language: Language) -> Markdown:
    """Identities that fail: both sides, the cells as printed with their place, what would mend."""
    words = Words(language)
    fails = [one for one in found if not one["identity"].startswith(PROSE)]
    lines = [
        {
            **_who(one, words),
            "identity": words.identity(one["identity"]),
            "subject": words.subject(one["subject"]),
            "lhs": one["lhs"],
            "rhs": one["rhs"],
            "cells": _cells(one, words),
            "suggestion": _suggestion(one, words),
        }
        for one in fails[:MOST]
    ]
    return words.listing(lines, more=len(fails) - MOST) or words.say("quality.holds")


def claims(found: Sequence[Finding], language: Language) -> Markdown:
    """Figures of the prose that contradict the tables, with their quotes and places."""
    words = Words(language)
    said = [one for one in found if one["identity"].startswith(PROSE)]
    lines = [
        {
            **_who(one, words),
            "quote": _quotes(one, words),
            "stated": one["lhs"],
            "in_tables": one["rhs"],
            "cells": _cells(one, words),
        }
        for one in said[:MOST]
    ]
    return words.listing(lines, more=len(said) - MOST) or words.say("quality.agrees")


def coverage(frame: pl.DataFrame, language: Language) -> Markdown:
    """How many reports are missing, there twice, or revised."""
    words = Words(language)
    by = {name: frame.filter(status=name).height for name in ("missing", "duplicate", "revised")}
    years, agencies = frame["year"].n_unique(), frame["agency_id"].n_unique()
    return words.say("quality.collected", agencies=agencies, years=years, **by)


def boilerplate(pairs: pl.DataFrame, least: float, language: Language) -> Markdown:
    """Pairs of reports whose parts five or six are alike, the most alike first."""
    words = Words(language)
    lines = [
        {
            "part": words.code("parts", row["part"]),
            "agency": words.agency(row["agency"]),
            "year": str(row["year"] or ""),
            "other_agency": words.agency(row["other_agency"]),
            "other_year": str(row["other_year"] or ""),
            "score": f"{row['score']:.2f}",
        }
        for row in pairs.head(MOST).iter_rows(named=True)
    ]
    return paragraphs(
        words.say("quality.boilerplate", least=least),
        words.listing(lines, more=pairs.height - MOST) or words.say("quality.boilerplate_none"),
    )


def _who(one: Finding, words: Words) -> Row:
    return {"agency": words.agency(one["agency"]), "year": str(one["year"] or "")}


def _cells(one: Finding, words: Words) -> Markdown:
    """Cells that carry the failing sum, as printed; those that print 0 only if all do."""
    cells = [cell for cell in one["cells"] if cell["value"]] or one["cells"]
    said = [
        words.say(
            "quality.elsewhere" if cell["source"] else "quality.printed",
            cell=_cell(cell["cell"], words),
            raw=cell["raw"],
            locator=words.place(cell["locator"]),
        )
        for cell in cells[:_CELLS]
    ]
    return words.joined([*said, "…"] if len(cells) > _CELLS else said)


def _quotes(one: Finding, words: Words) -> Markdown:
    places = ((told["quote"], words.place(told["locator"])) for told in one["quotes"])
    said = (words.say("quality.quote", quote=quote, locator=at) for quote, at in places)
    return words.joined(said)


def _suggestion(one: Finding, words: Words) -> Markdown:
    if not one["suggestions"]:
        return Markdown()
    first = one["suggestions"][0]
    return words.say(
        "quality.doubtful" if first["doubtful"] else "quality.suggestion",
        cell=_cell(first["cell"], words),
        value=first["value"],
        suggested=first["suggested"],
    )


def _rows(place: Row, words: Words) -> list[str]:
    """Wording of each row that was not read there, and of the column if it is one cell."""
    cells = zip(place["item"], place["columns"], strict=True)
    rows = ((item, *(columns if len(columns) == 1 else ())) for item, columns in cells)
    return [" · ".join(words.code_label(code, place["table"]) for code in row) for row in rows]


def _cell(name: str, words: Words) -> str:
    """Wording of a cell's row and column."""
    of, item, column = name.split(".")
    return " · ".join(words.code_label(code, of) for code in (item, column))
