"""Exports hold the same numbers, are described, and harm no spreadsheet."""

import csv
import errno
import json
import os
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from python_calamine import CalamineWorkbook

from tests.conftest import BUNDLED, ingested
from toolkit.check import cell_names
from toolkit.errors import ParameterError
from toolkit.source import paths_of
from toolkit.storage.export import export, stata_names
from toolkit.storage.store import Store

HARMFUL = "=HYPERLINK(1)"
DATE = "2025-01-20"
RECEIVED = "applications.received.total"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("export")
    source = folder / "source"
    source.mkdir()
    for path in BUNDLED.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        text = text.replace("\t0\t", f"\t{HARMFUL}\t", 1).replace("\n", f"\n{DATE}\n", 1)
        (source / path.name).write_text(text, "utf-8")
    (source / "bad.txt").write_text("nothing to see", encoding="utf-8")
    return ingested(source, folder / "store")


def labels(*, zh: bool) -> str:
    book = BUNDLED.parents[1] / "toolkit" / "codebook"
    parts = [("tables", "applications"), ("items", "received"), ("columns", "total")]
    found = []
    for file, code in parts:
        with (book / f"{file}.csv").open(encoding="utf-8", newline="") as text:
            rows = csv.DictReader(text)
            row = next(r for r in rows if code == r[file[:-1]] and r["table"] == "applications")
            found.append(row["label_zh" if zh else "label_en"])
    return " | ".join(found)


def test_amounts_in_yuan_are_not_headed_by_the_form_s_ten_thousands(
    store: Store, tmp_path: Path
) -> None:
    export(store, tmp_path, format="csv", language="zh")
    with (tmp_path / "reports.csv").open(encoding="utf-8-sig", newline="") as text:
        row = next(r for r in csv.DictReader(text) if "huaian" in r["source"])
    heading = "主动公开政府信息情况 | 行政事业性收费 | 本年收费金额 (元)"
    assert row[heading] == "961716000", "printed: 96171.6, in ten thousands"
    book = pl.read_csv(tmp_path / "codebook.csv").filter(name="proactive.fees.amount")
    assert book["label_zh"].item() == heading
    assert book["label_en"].item().endswith("| Amount charged this year (yuan)")


def test_parquet_holds_the_store(store: Store, tmp_path: Path) -> None:
    export(store, tmp_path)
    assert_frame_equal(pl.read_parquet(tmp_path / "reports.parquet"), store.wide.collect())
    assert_frame_equal(pl.read_parquet(tmp_path / "checks.parquet"), store.checks.collect())


def test_csv_long_is_whole_and_runs_no_formula(store: Store, tmp_path: Path) -> None:
    export(store.path, tmp_path, format="csv", shape="long", language="en")
    cells = pl.read_csv(tmp_path / "cells.csv", infer_schema=False)
    expected = store.cells.collect()
    assert cells["value"].cast(pl.Int64).equals(expected["value"])
    assert cells["state"].to_list() == expected["state"].to_list()
    assert f"'{HARMFUL}" in cells["raw"].to_list()
    for name in sorted(p.name for p in tmp_path.glob("*.csv")):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as text:
            for row in csv.reader(text):
                assert not [
                    cell
                    for cell in row
                    if cell[:1] in tuple("=+-@\t\r") and not cell.lstrip("-").isdigit()
                ]
    row = cells.filter(table="applications", item="received", column="total").row(0, named=True)
    shown = " | ".join(row[f"{name}_label"] for name in ("table", "item", "column"))
    assert shown == labels(zh=False)


def test_csv_wide_is_headed_by_labels_and_opens_in_excel(store: Store, tmp_path: Path) -> None:
    export(store, tmp_path, format="csv", language="zh")
    assert (tmp_path / "reports.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert pl.read_csv(tmp_path / "reports.csv")[labels(zh=True)].sum() == 10367


def test_the_package_describes_every_column(store: Store, tmp_path: Path) -> None:
    files = export(store, tmp_path, format="csv", shape="wide")
    assert {p.name for p in files} == {p.name for p in tmp_path.iterdir()}
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert package["codebook"] == store.manifest["codebook"]
    for resource in package["resources"][:-1]:
        frame = pl.read_csv(tmp_path / resource["path"], infer_schema=False)
        assert [field["name"] for field in resource["schema"]["fields"]] == frame.columns
    fields = {f["name"]: f for f in package["resources"][0]["schema"]["fields"]}
    assert fields[RECEIVED] == {"name": RECEIVED, "type": "integer", "title": labels(zh=False)}
    assert fields[f"{RECEIVED}:state"]["constraints"]["enum"][0] == "reported"
    book = pl.read_csv(tmp_path / "codebook.csv")
    assert book.height == len(cell_names())
    assert book.filter(name=RECEIVED)["label_zh"].item() == labels(zh=True)


def test_excel_holds_texts_as_texts(store: Store, tmp_path: Path) -> None:
    export(store, tmp_path, format="xlsx", shape="long")
    with ZipFile(tmp_path / "reports.xlsx") as parts:  # whole headings, and a filter on them
        assert b"wrapText" in parts.read("xl/styles.xml")
        assert all(b"<autoFilter" in parts.read(f"xl/worksheets/sheet{n}.xml") for n in range(1, 7))
    book = CalamineWorkbook.from_path(tmp_path / "reports.xlsx")
    assert book.sheet_names[:2] == ["reports", "cells"]
    head, *rows = book.get_sheet_by_name("cells").to_python()
    raw = [row[head.index("raw")] for row in rows]
    assert HARMFUL in raw
    values = [row[head.index("value")] for row in rows]
    assert sum(v for v in values if v != "") == store.cells.collect()["value"].sum()


def test_a_workbook_on_a_full_disk_is_an_os_error(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left on device"):
        export(store, tmp_path / "out", format="xlsx")
    assert not list((tmp_path / "out").iterdir())


def test_a_date_is_the_same_in_every_program(store: Store, tmp_path: Path) -> None:
    for format in ("csv", "dta", "xlsx"):
        export(store, tmp_path / format, format=format)
    book = CalamineWorkbook.from_path(tmp_path / "xlsx" / "reports.xlsx")
    head, *rows = book.get_sheet_by_name("reports").to_python()
    told = [row[head.index("published")] for row in rows]
    assert DATE in told
    assert pd.read_stata(tmp_path / "dta" / "reports.dta")["published"].to_list() == told
    of_csv = pl.read_csv(tmp_path / "csv" / "reports.csv")["published"]
    assert of_csv.fill_null("").to_list() == told
    package = json.loads((tmp_path / "xlsx" / "datapackage.json").read_text(encoding="utf-8"))
    fields = package["resources"][0]["schema"]["fields"]
    assert {"name": "published", "type": "date"} in fields


def test_files_of_an_earlier_export_are_not_left_beside(store: Store, tmp_path: Path) -> None:
    export(store, tmp_path, format="csv", shape="long")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ParameterError, match=r"out: .* found cells\.csv in .*; name another"):
        export(store, tmp_path, format="csv", shape="wide")
    with pytest.raises(ParameterError, match=r"cells\.csv, checks\.csv"):
        export(store, tmp_path, format="parquet", shape="long")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    export(store, tmp_path, format="csv", shape="long", language="zh")
    (tmp_path / "cells.csv").unlink()
    export(store, tmp_path, format="csv", shape="wide")


def test_excel_refuses_what_it_cannot_hold(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.storage.export._EXCEL_ROWS", 100)
    with pytest.raises(ParameterError, match=r"cells has 1,600 rows, Excel at most 100"):
        export(store, tmp_path, format="xlsx", shape="long")


def test_stata_keeps_numbers_states_and_labels(store: Store, tmp_path: Path) -> None:
    export(store, tmp_path, format="dta", language="zh")
    name = stata_names()[RECEIVED]
    assert name == "a_received_total"
    with pd.read_stata(tmp_path / "reports.dta", iterator=True) as reader:
        shown = reader.variable_labels()
        frame = reader.read()
    assert frame[name].sum() == 10367
    assert shown[name] == labels(zh=True)
    states = frame[stata_names()[f"{RECEIVED}:state"]].tolist()
    assert states == store.wide.collect()[f"{RECEIVED}:state"].to_list()
    wide = store.wide.collect()
    for code in cell_names():
        assert frame[stata_names()[code]].isna().sum() == wide[code].null_count()


def test_a_long_table_for_stata_comes_in_pieces(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.storage.export._STATA_VALUES", 1000)
    files = export(store, tmp_path, format="dta")
    assert {p.name for p in files} == {p.name for p in tmp_path.iterdir()}
    pieces = [tmp_path / f"checks{number}.dta" for number in ("", ".2", ".3")]
    read = pd.concat([pd.read_stata(piece) for piece in pieces])
    assert read["verdict"].tolist() == store.checks.collect()["verdict"].to_list()
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    paths = {resource["name"]: resource["path"] for resource in package["resources"]}
    assert paths["checks"] == [piece.name for piece in pieces]
    assert paths["failures"] == "failures.dta"


def test_an_export_that_fails_leaves_what_was_there(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(store, tmp_path, format="csv")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def full(_: object, path: Path, **__: object) -> None:
        path.write_text("report_id,ag")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("polars.LazyFrame.sink_csv", full)
    with pytest.raises(OSError, match="No space left"):
        export(store, tmp_path, format="csv", language="en")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_stata_names_are_short_and_different() -> None:
    names = list(stata_names().values())
    assert len(set(names)) == len(names) == 2 * len(cell_names())
    assert max(map(len, names)) <= 32
    assert all(name.isidentifier() for name in names)


@pytest.mark.parametrize("wrong", [{"format": "sav"}, {"shape": "tall"}, {"language": "fr"}])
def test_options_that_do_not_exist(store: Store, tmp_path: Path, wrong: dict[str, str]) -> None:
    ((name, value),) = wrong.items()
    with pytest.raises(ParameterError, match=rf"{name}: expected .* or .*, found '{value}'"):
        export(store, tmp_path, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("shape", ["wide", "long"])
@pytest.mark.parametrize("format", ["csv", "xlsx", "dta", "parquet"])
def test_an_export_among_documents_is_none(
    store: Store, tmp_path: Path, format: str, shape: str
) -> None:
    document = tmp_path / "agency.txt"
    document.write_text("政府信息公开工作年度报告", encoding="utf-8")
    export(store, tmp_path, format=format, shape=shape, language=None if format == "dta" else "zh")
    assert [*paths_of(tmp_path)] == [document]


@pytest.mark.parametrize(
    "description", ["", "[1]", '{"name": "another", "resources": [{"path": "a.txt"}]}', "[" * 9**5]
)
def test_what_another_describes_is_read(tmp_path: Path, description: str) -> None:
    (tmp_path / "a.txt").write_text("", encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(description, encoding="utf-8")
    assert {path.name for path in paths_of(tmp_path)} == {"a.txt", "datapackage.json"}
