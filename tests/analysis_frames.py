"""Small corpora typed by hand, for the tests of the statistics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from toolkit.check import cell_names, verdict_sets, widen
from toolkit.corpus import Corpus
from toolkit.form import CellKey, form
from toolkit.loading import corpus_of
from toolkit.schema import CELLS, CHECKS, CLAIMS, DUPLICATES, FAILURES, REPORTS, TEXTS
from toolkit.years import located

TYPES = (
    "natural_person",
    "enterprise",
    "research",
    "public_interest",
    "legal_service",
    "other_org",
)


@dataclass
class Printed:
    """A report of which a test types only what matters; every other cell is 0.

    ``cells`` maps ``item.column`` of table 3, or ``item.decisions`` of table 2, to a number or
    to the state of a cell without one. ``fails`` and ``unknown`` name identity instances as
    ``identity.subject``; those not named hold.
    """

    agency: str
    cells: Mapping[str, int | str] = field(default_factory=dict)
    edition: str = "2021"
    year: int | None = 2022
    province: str | None = "P"
    fails: Sequence[str] = ()
    unknown: Sequence[str] = ()


@dataclass
class Frames:
    """A corpus as the statistics want it."""

    reports: pl.DataFrame
    cells: pl.DataFrame | pl.LazyFrame
    checks: pl.DataFrame


def corpus(*printed: Printed) -> Frames:
    """Frames of these reports; the id of each is its agency and its year."""
    reports, cells, checks = [], [], []
    for report in printed:
        key = {"report_id": f"{report.agency}-{report.year}"}
        reports.append(
            key
            | {
                "agency": report.agency,
                "year": report.year,
                "province": report.province,
                "edition": report.edition,
            }
        )
        left = dict(report.cells)
        cells += [key | _cell(cell, left) for cell in form(report.edition).cells()]
        assert not left, f"no such cell: {left}"
        checks += [key | check for check in _checks(report)]
    return Frames(
        pl.DataFrame(reports, REPORTS),
        pl.DataFrame(cells, schema=CELLS),
        pl.DataFrame(checks, schema=CHECKS),
    )


def _cell(key: CellKey, left: dict[str, int | str]) -> dict[str, Any]:
    table, item, column = key
    printed = left.pop(f"{item}.{column}", 0)
    number = isinstance(printed, int)
    return {
        "table": table,
        "item": item,
        "column": column,
        "value": printed if number else None,
        "state": "reported" if number else printed,
    }


def _checks(report: Printed) -> list[dict[str, Any]]:
    columns = (*TYPES, "total")
    made = form(report.edition)
    instances = [f"{identity}.{column}" for identity in ("flow", "outcomes") for column in columns]
    instances += [f"requesters.{row.code}" for row in made.rows("applications")]
    verdicts = dict.fromkeys(instances, "holds")
    verdicts |= dict.fromkeys(report.fails, "fails") | dict.fromkeys(report.unknown, "unknown")
    return [
        dict(zip(("identity", "subject"), name.split("."), strict=True)) | {"verdict": verdict}
        for name, verdict in verdicts.items()
    ]


@dataclass
class Wide:
    """The same corpus as a store shows it: one row a report, two columns a cell."""

    coded: pl.LazyFrame
    reports: pl.LazyFrame
    cells: pl.LazyFrame
    checks: pl.LazyFrame


def wide(frames: Frames) -> Wide:
    """Frames as a store has them; the long ones would fail if they were read."""
    table = located(frames.reports)
    for part in widen(frames.cells, list(cell_names())), verdict_sets(frames.checks):
        table = table.join(part, on="report_id", how="left", maintain_order="left")
    unread = pl.LazyFrame()
    return Wide(table, frames.reports.lazy(), unread, unread)


def corpus_from(reports: pl.DataFrame, cells: pl.DataFrame) -> Corpus:
    """What would be loaded if these had been read, and no prose."""
    rest = {"claims": CLAIMS, "texts": TEXTS, "failures": FAILURES, "duplicates": DUPLICATES}
    empty = {name: schema.to_frame() for name, schema in rest.items()}
    return corpus_of(reports=reports, cells=cells, **empty)
