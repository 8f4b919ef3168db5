"""A report that is there twice counts once, wherever it is counted."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import analysis
import toolkit
from tests.conftest import BUNDLED
from toolkit.review.coverage import with_standing
from toolkit.schema import STANDINGS

Change = Callable[[pl.DataFrame, pl.DataFrame], tuple[pl.DataFrame, pl.DataFrame]]
CELL = "applications.received.total"
COUNTS, REPEATED, CONTESTED = STANDINGS


def standings(*copies: dict[str, Any]) -> list[str]:
    """Standing of copies of one report, each with some particulars, or a cell, of its own."""
    corpus = toolkit.load(BUNDLED / "suqian_2023.txt")
    assert isinstance(corpus, toolkit.Corpus)
    reports, cells = [], []
    name = pl.concat_str("table", "item", "column", separator=".")
    for number, own in enumerate(copies):
        key = pl.lit(str(number)).alias("report_id")
        told = {k: pl.lit(v, corpus.reports.schema[k]) for k, v in own.items() if k != CELL}
        reports.append(corpus.reports.with_columns(key, **told))
        value = pl.when(name == CELL).then(pl.lit(own.get(CELL, 134), pl.Int64))
        cells.append(corpus.cells.with_columns(key, value=value.otherwise("value")))
    return with_standing(pl.concat(reports), pl.concat(cells))["standing"].to_list()


EARLY, LATE = {"published": date(2024, 1, 20)}, {"published": date(2024, 3, 5)}
UNPLACED = {"agency": "教育局", "agency_id": None}
MORE, LESS = {"n_reported": 200}, {"n_reported": 150}


@pytest.mark.parametrize(
    ("copies", "expected"),
    [
        ([{}], [COUNTS]),
        ([{}, {}], [COUNTS, REPEATED]),
        ([LESS, MORE], [REPEATED, COUNTS]),
        ([{CELL: None} | LESS, MORE], [REPEATED, COUNTS]),
        ([{}, {CELL: 1}], [CONTESTED, CONTESTED]),
        ([{}, {CELL: 1}, {CELL: None}], [CONTESTED] * 3),
        ([EARLY, {CELL: 1} | LATE], [REPEATED, COUNTS]),
        ([LATE, {CELL: 1} | EARLY], [COUNTS, REPEATED]),
        ([LATE, {CELL: 1} | LATE], [CONTESTED, CONTESTED]),
        ([EARLY, {CELL: 1} | LATE | LESS, {CELL: 1} | LATE], [REPEATED, REPEATED, COUNTS]),
        ([{"year": 2022}, {}], [COUNTS, COUNTS]),
        ([{"year": None}, {"year": None}], [COUNTS, COUNTS]),
        ([{"scope": "own"}, {"scope": "region"}], [COUNTS, COUNTS]),
        ([{"scope": "own"}, {"scope": None}], [COUNTS, REPEATED]),
        ([{"scope": "own"}, {"scope": "region"}, {"scope": None}], [COUNTS] * 3),
        ([UNPLACED, UNPLACED], [COUNTS, REPEATED]),
        ([UNPLACED, UNPLACED | {CELL: 1}], [COUNTS, COUNTS]),
        ([UNPLACED, UNPLACED | {CELL: 1}, UNPLACED], [COUNTS, COUNTS, REPEATED]),
    ],
)
def test_which_of_several_documents_counts(
    copies: list[dict[str, Any]], expected: list[str]
) -> None:
    assert standings(*copies) == expected


@pytest.fixture
def twice(tmp_path: Path) -> Path:
    """A report, and its text once more with other white space; and another report."""
    folder = tmp_path / "twice"
    folder.mkdir()
    for name in ("jindong_office_2022", "haining_office_2022"):
        (folder / f"{name}.txt").write_bytes((BUNDLED / f"{name}.txt").read_bytes())
    text = (BUNDLED / "jindong_office_2022.txt").read_bytes()
    (folder / "again.txt").write_bytes(b"\n" + text + b"\n\n")
    return folder


def test_statistics_count_a_report_once(twice: Path, tmp_path: Path) -> None:
    corpus = toolkit.load(twice)
    store = tmp_path / "store"
    toolkit.ingest(twice, store, jobs=1, progress=False)
    once = toolkit.load([twice / "jindong_office_2022.txt", twice / "haining_office_2022.txt"])
    for found in (corpus, toolkit.load(store)):
        ratio = analysis.enforcement_to_licensing(found)
        assert ratio.select("count", "n", "n_reports", "left_out_repeated").rows() == [
            (5329, 58998, 2, 1)
        ]
        mix = analysis.requester_mix(found)
        assert mix["n"].unique().item() == 147 + 45
        same = analysis.requester_mix(once)
        assert mix.drop("^.*left_out.*$").equals(same.drop("^.*left_out.*$"))
        years = analysis.panel(found, of=CELL).filter(agency="金东区人民政府办公室")
        assert years.select("count", "status").rows() == [(147, "used")]


def test_a_store_tells_anew_who_counts(twice: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    again = twice / "again.txt"
    text = again.read_bytes()
    again.unlink()
    toolkit.ingest(twice, store, jobs=1, progress=False)
    assert {*toolkit.open_store(store).reports.collect()["standing"]} == {COUNTS}
    again.write_bytes(text)
    made = toolkit.ingest(twice, store, jobs=1, progress=False)
    standing = made.reports.select("source", "standing").collect()
    assert sorted(standing["standing"]) == [COUNTS, COUNTS, REPEATED]
    loaded = toolkit.load(twice).reports.lazy().select("source", "standing").collect()
    assert standing.sort("source").equals(loaded.sort("source"))
    del made.manifest["files"]["unused"]  # as it was before stores told
    assert made.reports.select("source", "standing").collect().equals(standing)
