"""Corrections: what they change, what they keep, and what is refused."""

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import toolkit
from analysis import denial_reasons
from tests.conftest import BUNDLED, ROOT, ingested
from toolkit.errors import CorrectionError, SourceError
from toolkit.schema import CELLS, UNREAD

HEAD = "sha256,table,item,column,expect,value,reason"
SOURCE = BUNDLED / "jinxiang_approval_2022.txt"
SHA = toolkit.read_report(SOURCE).meta["sha256"]
RECEIVED = f"{SHA},applications,received,total"
CUT = f"{SHA},applications,denied_state_secret,total"


def written(folder: Path, *lines: str) -> Path:
    path = folder / "corrections.csv"
    path.write_text("\n".join((HEAD, *lines)) + "\n", encoding="utf-8")
    return path


def test_a_correction_keeps_what_was_read(tmp_path: Path) -> None:
    path = written(tmp_path, f"{RECEIVED},2,3,a test", f"{CUT},,0,the page cut it off")
    plain, corrected = toolkit.load(SOURCE), toolkit.load(SOURCE, corrections=path)
    assert corrected.cells.schema == CELLS
    changed = corrected.cells.filter("corrected")
    assert changed.select("item", "value", "printed", "state").rows() == [
        ("received", 3, 2, "reported"),
        ("denied_state_secret", 0, None, "absent"),
    ]
    same = [*CELLS.names()[:4], "state", "raw", "locator"]
    assert corrected.cells.select(same).equals(plain.cells.select(same))
    rest = pl.col("corrected").not_()
    assert corrected.cells.filter(rest).equals(
        plain.cells.join(changed, on=CELLS.names()[:4], how="anti")
    )
    assert plain.cells["corrected"].any() is False
    assert plain.cells["printed"].null_count() == 200
    lost = plain.unread.select("agency", "year", "item", "columns", "state", "raw", "locator")
    row = ("金乡县行政审批服务局", 2022, "denied_state_secret", ["total"], "absent", None, None)
    assert lost.rows() == [row]
    assert corrected.unread.equals(UNREAD.to_frame())


def test_checks_are_of_the_corrected_numbers(tmp_path: Path) -> None:
    path = written(tmp_path, f"{RECEIVED},2,3,a test")
    failing = toolkit.load(SOURCE, corrections=path).checks.filter(verdict="fails")
    assert failing.select("identity", "subject", "lhs", "rhs").rows() == [
        ("flow", "total", 3, 2),
        ("requesters", "received", 2, 3),
        ("prose_received", "received", 2, 3),
    ]


def test_a_number_can_be_withdrawn(tmp_path: Path) -> None:
    path = written(tmp_path, f"{RECEIVED},2,,it cannot be told")
    cells = toolkit.load(SOURCE, corrections=path).cells
    assert cells.filter("corrected").select("value", "printed").rows() == [(None, 2)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f"{RECEIVED},7,3,why", "line 2: expected 7 in applications.received.total, found 2"),
        (f"{RECEIVED},,3,why", "expected no number in applications.received.total, found 2"),
        (f"{CUT},1,0,why", "expected 1 in applications.denied_state_secret.total, found no number"),
        (f"{SHA},applications,denied,total,1,2,why", "a cell applications.denied.total in"),
        (f"{'0' * 64},applications,received,total,2,3,why", f"SHA-256 {'0' * 64} in the source"),
        (f"{RECEIVED},2,three,why", "a whole number or nothing in value, found 'three'"),
        (f"{RECEIVED},2,1.5,why", "found '1.5'"),
        (f"{RECEIVED},2,-3,why", "line 2: expected a count or an amount, which is never below 0"),
        (f"{SHA},proactive,licensing,items_change,,-3,why", "expected a cell proactive.licensing"),
        (f"{RECEIVED},2,3,", "line 2: expected a reason, found none"),
        (f"{RECEIVED},2,3", "expected 7 fields"),
        (f"{RECEIVED},2,3,because, well", "expected 7 fields"),
        (
            f"{RECEIVED},2,3,why\n{RECEIVED},2,4,why",
            "line 3: expected one entry for a cell, found another in line 2",
        ),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, line: str, message: str) -> None:
    path = written(tmp_path, line)
    with pytest.raises(CorrectionError) as caught:
        toolkit.load(SOURCE, corrections=path)
    assert str(caught.value).startswith(f"{path}, line ")
    assert message in str(caught.value)


def test_another_head_or_no_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    with pytest.raises(SourceError):
        toolkit.load(SOURCE, corrections=path)
    path.write_text("sha256,cell\n", encoding="utf-8")
    with pytest.raises(CorrectionError, match=r"line 1: expected sha256,table.*found sha256,cell"):
        toolkit.load(SOURCE, corrections=path)


def test_the_bundled_corrections_fit_the_bundled_reports() -> None:
    path = ROOT / "data" / "corrections.csv"
    corpus = toolkit.load(BUNDLED, corrections=path)
    entries = len(path.read_text(encoding="utf-8").splitlines()) - 1
    assert corpus.cells["corrected"].sum() == entries


def into_store(source: Path, folder: Path, corrections: Path | None) -> tuple[toolkit.Store, int]:
    """Store of a source, and how many documents were settled or read for it."""
    told: list[object] = []
    return ingested(source, folder, corrections=corrections, each=told.append), len(told)


def test_a_statistic_uses_what_was_corrected(tmp_path: Path) -> None:
    path = written(tmp_path, f"{CUT},,0,the page cut it off")
    corpora = (
        toolkit.load(SOURCE),
        toolkit.load(SOURCE, corrections=path),
        into_store(SOURCE, tmp_path / "store", path)[0],
    )
    used = [denial_reasons(one).select("n_reports", "left_out_absent").row(0) for one in corpora]
    assert used == [(0, 1), (1, 0), (1, 0)]


def test_a_store_has_the_corrections_that_a_corpus_has(tmp_path: Path) -> None:
    path = written(tmp_path, f"{RECEIVED},2,3,a test", f"{CUT},,0,the page cut it off")
    corpus = toolkit.load(BUNDLED, corrections=path)
    store, _ = into_store(BUNDLED, tmp_path / "store", path)
    for name in ("cells", "checks"):
        frame = getattr(store, name).collect()
        assert_frame_equal(frame, getattr(corpus, name), check_row_order=False)
    assert corpus.cells["corrected"].sum() == 2


def test_a_change_of_corrections_reads_its_document_again(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    assert into_store(BUNDLED, folder, None)[1] == 8
    path = written(tmp_path, f"{RECEIVED},2,3,a test")
    store, read = into_store(BUNDLED, folder, path)
    assert read == 1
    assert store.cells.filter("corrected").select("value", "printed").collect().rows() == [(3, 2)]
    assert into_store(BUNDLED, folder, path)[1] == 0
    store, read = into_store(BUNDLED, folder, None)
    assert read == 1
    assert store.cells.filter("corrected").collect().is_empty()


def test_what_a_stale_correction_costs_a_store(tmp_path: Path) -> None:
    path = written(tmp_path, f"{RECEIVED},7,3,why")
    store, _ = into_store(BUNDLED, tmp_path / "store", path)
    [failure] = store.failures.collect().to_dicts()
    assert failure["stage"] == "correct"
    assert failure["message"].endswith("expected 7 in applications.received.total, found 2")
    assert store.account["reports"] == 7
    path = written(tmp_path, f"{'0' * 64},applications,received,total,2,3,why")
    with pytest.raises(CorrectionError, match="SHA-256 0000"):
        into_store(BUNDLED, tmp_path / "store", path)
    assert toolkit.open_store(tmp_path / "store").account["reports"] == 8


def test_a_file_in_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "corrections.csv"
    path.write_bytes(f"{HEAD}\n{RECEIVED},2,3,更正\n".encode("gbk"))
    with pytest.raises(CorrectionError, match=r"expected UTF-8 \(Excel: save as CSV UTF-8\)"):
        toolkit.load(SOURCE, corrections=path)
