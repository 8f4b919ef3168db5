"""A report that is there twice counts once, wherever it is counted."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import analysis
import toolkit
from tests.analysis_frames import corpus_from
from tests.conftest import BUNDLED
from toolkit.publish.brief import write_brief
from toolkit.schema import REPORTS, STANDINGS
from toolkit.standing import _TELLING

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
        told = {
            name: pl.lit(value, corpus.reports.schema[name])
            for name, value in own.items()
            if name in corpus.reports.columns
        }
        reports.append(corpus.reports.with_columns(key, **told))
        changed = {cell: value for cell, value in own.items() if "." in cell}
        value = pl.col("value") * own.get("times", 1)
        value = name.replace_strict(changed, default=value, return_dtype=pl.Int64)
        corrected = pl.lit(own.get("corrected", False)) & (name == CELL)
        printed = pl.when(corrected).then("value")
        told = {"value": value, "corrected": corrected, "printed": printed}
        cells.append(corpus.cells.with_columns(key, **told))
    return list(corpus_from(pl.concat(reports), pl.concat(cells)).reports["standing"])


EARLY, LATE = {"published": date(2024, 1, 20)}, {"published": date(2024, 3, 5)}
UNPLACED = {"agency": "教育局", "agency_id": None}
OTHER_TOWN = UNPLACED | {"times": 3}
NAMELESS = {"agency": None, "agency_id": None}
OTHER = {"agency_id": "乙市人民政府"}
OFTEN = {CELL: 1, "proactive.licensing.decisions": 1, "challenges.reconsideration.total": 1}
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
        ([{"year": None}, {"year": None}], [COUNTS, REPEATED]),
        ([{"scope": "own"}, {"scope": "region"}], [COUNTS, COUNTS]),
        ([{"scope": "own"}, {"scope": None}], [COUNTS, REPEATED]),
        ([{"scope": "own"}, {"scope": "region"}, {"scope": None}], [COUNTS] * 3),
        ([UNPLACED, UNPLACED], [COUNTS, REPEATED]),
        ([NAMELESS, {}], [REPEATED, COUNTS]),
        ([NAMELESS, {CELL: 1}], [COUNTS, COUNTS]),
        ([NAMELESS, NAMELESS, {CELL: 1}], [COUNTS, REPEATED, COUNTS]),
        ([NAMELESS, {"year": 2022}], [COUNTS, COUNTS]),
        ([NAMELESS, {}, {}], [REPEATED, COUNTS, REPEATED]),
        ([NAMELESS | {"year": None}, {"year": 2022}], [REPEATED, COUNTS]),
        ([NAMELESS, {"year": None}], [COUNTS, REPEATED]),
        ([UNPLACED, OTHER_TOWN], [COUNTS, COUNTS]),
        ([UNPLACED, OTHER_TOWN, UNPLACED], [COUNTS, COUNTS, REPEATED]),
        ([UNPLACED, UNPLACED | {CELL: 1}], [CONTESTED, CONTESTED]),  # one number corrected
        ([UNPLACED | EARLY, UNPLACED | {CELL: 1} | LATE], [REPEATED, COUNTS]),
        ([UNPLACED, UNPLACED | {CELL: 1}, UNPLACED], [CONTESTED] * 3),
        ([UNPLACED, OTHER_TOWN, UNPLACED | {CELL: 1}], [CONTESTED, COUNTS, CONTESTED]),
        ([UNPLACED, UNPLACED | OFTEN], [CONTESTED, CONTESTED]),  # in each table one
        ([{"times": 0}, {"times": 0, CELL: 1}], [CONTESTED, CONTESTED]),
        ([LESS | {CELL: 99, "corrected": True}, MORE], [COUNTS, REPEATED]),
        ([EARLY, {CELL: 1} | LATE, {"times": 3} | EARLY], [REPEATED, COUNTS, REPEATED]),
        (
            [EARLY, {CELL: 1} | LATE, OTHER | {"published": date(2024, 4, 1)}],
            [REPEATED, COUNTS, COUNTS],
        ),
        (
            [{"scope": "own"}, {"scope": None}, OTHER | {"scope": "region"}],
            [COUNTS, REPEATED, COUNTS],
        ),
        (
            [UNPLACED | EARLY, OTHER_TOWN, UNPLACED | {CELL: 1} | LATE],
            [REPEATED, COUNTS, COUNTS],
        ),
        (
            [UNPLACED, OTHER_TOWN, UNPLACED | {CELL: 1}, OTHER_TOWN | {CELL: 1}, OTHER_TOWN],
            [CONTESTED] * 5,
        ),
    ],
)
def test_which_of_several_documents_counts(
    copies: list[dict[str, Any]], expected: list[str]
) -> None:
    assert standings(*copies) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, NAMELESS, COUNTS),
        (UNPLACED, UNPLACED, COUNTS),  # two towns' offices, which received nothing
        ({}, {"agency": "政务服务管理办公室", "agency_id": None}, COUNTS),
        ({}, {"agency_id": "金华市政务服务管理办公室(大数据局)"}, REPEATED),
        ({}, {}, REPEATED),
    ],
)
def test_small_numbers_tell_no_agencies_apart(
    one: dict[str, Any], other: dict[str, Any], expected: str
) -> None:
    corpus = toolkit.load(BUNDLED / "jinhua_services_2022.txt")
    assert isinstance(corpus, toolkit.Corpus)
    assert corpus.cells["value"].n_unique() < _TELLING
    key = pl.lit("other").alias("report_id")
    told = [{k: pl.lit(v, pl.String) for k, v in own.items()} for own in (one, other)]
    reports = corpus.reports.with_columns(**told[0])
    reports = pl.concat([reports, corpus.reports.with_columns(key, **told[1])])
    cells = pl.concat([corpus.cells, corpus.cells.with_columns(key)])
    assert sorted(corpus_from(reports, cells).reports["standing"]) == [COUNTS, expected]


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


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    """A city, a district and an office of the city; another city's office and its tax bureau."""
    folder = tmp_path / "nested"
    folder.mkdir()
    for name in ("jindong_office_2022", "jinhua_services_2022", "haining_office_2022"):
        (folder / f"{name}.txt").write_bytes((BUNDLED / f"{name}.txt").read_bytes())
    city = (BUNDLED / "suqian_2023.txt").read_text(encoding="utf-8")
    city = city.replace("宿迁市", "金华市").replace("2022", "2021").replace("2023", "2022")
    (folder / "city.txt").write_text(city, encoding="utf-8")
    taxes = (BUNDLED / "jinhua_services_2022.txt").read_text(encoding="utf-8")
    taxes = taxes.replace("金华市政务服务管理办公室", "国家税务总局金华市税务局")
    (folder / "taxes.txt").write_text(taxes, encoding="utf-8")
    return folder


def test_a_report_is_not_added_to_its_regions(nested: Path, tmp_path: Path) -> None:
    toolkit.ingest(nested, tmp_path / "store", jobs=1, progress=False)
    for corpus in (toolkit.load(nested), toolkit.load(tmp_path / "store")):
        account = ["n", "n_reports", "n_left_out", "left_out_included"]
        alone = [3511 + 45, 3, 2, 2]  # with the taxes, which report elsewhere
        assert analysis.requester_mix(corpus).select(account).unique().rows() == [(*alone,)]
        by_year = analysis.requester_mix(corpus, by="year")
        assert by_year.select(account).unique().rows() == [(*alone,)]
        by_agency = analysis.requester_mix(corpus, by="agency").select("agency", *account)
        assert dict(by_agency.select("agency", "n").unique().iter_rows()) == {
            "金华市人民政府": 3511,
            "金东区人民政府办公室": 147,
            "海宁市人民政府办公室": 45,
            "金华市政务服务管理办公室": 0,
            "国家税务总局金华市税务局": 0,
        }
        by_level = analysis.requester_mix(corpus, by="level").select("level", *account)
        assert sorted(by_level.unique().rows()) == [
            ("county", 147 + 45, 2, 0, 0),
            ("prefecture", 3511, 2, 1, 1),
        ]
        rates = analysis.grant_rates(corpus)
        assert set(rates["left_out_included"]) == {2}
        chosen = analysis.selection.only(corpus)
        once = analysis.selection.disjoint(chosen).reports["agency"]
        assert {*once} == {"金华市人民政府", "海宁市人民政府办公室", "国家税务总局金华市税务局"}
        assert analysis.selection.disjoint(chosen, by="agency").reports.height == 5
        assert analysis.fees(corpus)["n"].to_list() == [3]


@pytest.mark.parametrize(
    "change",
    [
        {"scope": None},
        {"scope": "own"},
        {"year": 2021},
        {"kind": "department"},
        {"level": "county"},
        {"adcode": "330800"},
        {"adcode": None},
    ],
)
def test_only_a_government_on_its_own_region_contains_others(
    nested: Path, change: dict[str, Any]
) -> None:
    corpus = toolkit.load(nested)
    assert isinstance(corpus, toolkit.Corpus)
    there = pl.col("agency") == "金华市人民政府"
    told = {
        name: pl.when(there).then(pl.lit(value, corpus.reports.schema[name])).otherwise(name)
        for name, value in change.items()
    }
    other = replace(corpus, reports=corpus.reports.with_columns(**told))
    assert analysis.requester_mix(other)["left_out_included"].unique().to_list() == [0]


def test_a_region_whose_government_and_office_report_on_it_counts_once(nested: Path) -> None:
    text = (nested / "jindong_office_2022.txt").read_text(encoding="utf-8")
    text = text.replace("金东区人民政府办公室", "金东区人民政府")
    (nested / "jindong_2022.txt").write_text(text, encoding="utf-8")
    (nested / "city.txt").unlink()
    corpus = toolkit.load(nested)
    account = ["n", "n_reports", "left_out_included"]
    mix = analysis.requester_mix(corpus).select(account).unique()
    assert mix.rows() == [(147 + 45, 4, 1)]
    by_kind = analysis.requester_mix(corpus, by="kind").select("kind", "n").unique()
    assert sorted(by_kind.rows()) == [
        ("department", 0),
        ("general_office", 192),
        ("government", 147),
    ]


def test_a_brief_adds_up_no_case_twice(nested: Path, tmp_path: Path) -> None:
    write_brief(tmp_path, {"source": str(nested), "year": 2022, "language": "en"})
    page = (tmp_path / "brief.html").read_text(encoding="utf-8")
    text = re.sub(r"<svg.*?</svg>|<[^>]*>", " ", page, flags=re.DOTALL)
    text = " ".join(text.split()).replace(" , ", ", ")
    assert "In 2022, 3 agencies received 3,556 applications" in text
    assert "2 further reports are left out of the totals" in text
    assert "金东区人民政府办公室 147" in text
    rows = pl.read_csv(tmp_path / "cells.csv")
    assert rows["used.all"].sum() == 5
    assert rows.filter(pl.col("used.once") == 1)["applications.received.total"].sum() == 3556


def test_a_store_tells_anew_who_counts(twice: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    again = twice / "again.txt"
    text = again.read_bytes()
    again.unlink()
    toolkit.ingest(twice, store, jobs=1, progress=False)
    assert {*toolkit.open_store(store).reports.collect()["standing"]} == {COUNTS}
    again.write_bytes(text)
    made = toolkit.ingest(twice, store, jobs=1, progress=False)
    assert made.wide.collect_schema().names()[: len(REPORTS)] == REPORTS.names()
    standing = made.reports.select("source", "standing").collect()
    assert sorted(standing["standing"]) == [COUNTS, COUNTS, REPEATED]
    loaded = toolkit.load(twice).reports.lazy().select("source", "standing").collect()
    assert standing.sort("source").equals(loaded.sort("source"))
