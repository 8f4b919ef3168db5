"""Ingesting: what is read once, what is read again, and what a kill or a bad document costs."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

import toolkit
from tests.conftest import BUNDLED, ROOT, ingested
from tests.documents import zipped
from tests.render import realistic, render
from tests.render.values import agency_number
from tests.test_store import turned
from toolkit.cli import app
from toolkit.errors import ParameterError
from toolkit.report import Parsed, parse
from toolkit.schema import CELL
from toolkit.storage import batch, crew
from toolkit.storage.disk import StoreError
from toolkit.storage.ingest import account_text, ingest
from toolkit.storage.store import Store, open_store

KILLS = int(os.environ.get("OGI_KILLS", "3"))
FRAMES = ("reports", "cells", "checks", "claims", "texts", "failures", "duplicates", "documents")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED, tmp_path / "source"))


def frames(store: Store) -> dict[str, pl.DataFrame]:
    """Everything a store holds, in one order, without the names of batches."""
    made = {name: getattr(store, name).collect() for name in FRAMES}
    made["documents"] = made["documents"].drop("batch")
    return {name: frame.sort(frame.columns[:4]) for name, frame in made.items()}


def assert_same(store: Store, other: Store) -> None:
    expected = frames(other)
    for name, frame in frames(store).items():
        assert_frame_equal(frame, expected[name])


def outcomes(store: Store) -> dict[str, str]:
    documents = store.documents.collect()
    return {Path(s).name: o for s, o in documents.select("source", "outcome").iter_rows()}


def in_thread(source: Path, store: Path, **options: Any) -> tuple[Store, list[str]]:
    """Store of a source, and the documents that were settled or read for it."""
    told: list[str] = []
    made = ingested(
        source, store, each=lambda row: told.append(Path(row["source"]).name), **options
    )
    return made, sorted(told)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the documents that were read."""
    names: list[str] = []

    def noting(data: bytes, name: str) -> Parsed:
        names.append(Path(name).name)
        return parse(data, name)

    monkeypatch.setattr(batch, "parse", noting)
    return names


def test_a_document_is_read_once(source: Path, tmp_path: Path, read: list[str]) -> None:
    in_thread(source, tmp_path / "store")
    assert len(read) == 8
    read.clear()
    (source / "jinxiang_approval_2022.txt").touch()
    copied = shutil.copy(source / "huaian_2024.txt", source / "a copy.txt")
    store, told = in_thread(source, tmp_path / "store")
    assert read == []
    assert told == ["a copy.txt", "jinxiang_approval_2022.txt"]
    assert store.account["duplicates"] == 1
    duplicate = store.duplicates.collect().row(0, named=True)
    assert duplicate["source"] == str(copied)
    assert Path(duplicate["same_as"]).name == "huaian_2024.txt"


def test_a_changed_document_takes_the_place_of_what_it_was(
    source: Path, tmp_path: Path, read: list[str]
) -> None:
    path = source / "huaian_2024.txt"
    text = path.read_text(encoding="utf-8")
    before, _ = in_thread(source, tmp_path / "store")
    old = before.reports.filter(pl.col("source") == str(path)).collect()["report_id"].item()
    read.clear()
    path.write_text(text + "\n", encoding="utf-8")
    after, _ = in_thread(source, tmp_path / "store")
    assert read == ["huaian_2024.txt"]
    assert after.account["reports"] == 8
    for frame in (after.reports, after.cells, after.checks, after.claims, after.texts):
        ids = frame.collect()["report_id"]
        assert ids.n_unique() <= 8
        assert old not in ids
    assert old in before.reports.collect()["report_id"]  # what was opened goes on showing it


def test_only_the_years_that_change_are_written_again(source: Path, tmp_path: Path) -> None:
    before, _ = in_thread(source, tmp_path / "store")
    with (source / "huaian_2024.txt").open("a", encoding="utf-8") as text:
        text.write("\n")
    after, _ = in_thread(source, tmp_path / "store")
    for kind in ("wide", "cells", "checks", "claims", "texts"):
        old, new = (set(store.manifest["files"][kind]) for store in (before, after))
        assert {Path(name).parent.name for name in new - old} == {"year=2024"}
        assert {Path(name).parent.name for name in new & old} == {"year=2022", "year=2023"}


def test_a_duplicate_is_read_when_what_it_was_the_same_as_changes(
    source: Path, tmp_path: Path, read: list[str]
) -> None:
    first, second = source / "huaian_2024.txt", source / "z.txt"
    shutil.copy(first, second)
    before, _ = in_thread(source, tmp_path / "store")
    assert outcomes(before)["z.txt"] == "duplicate"
    read.clear()
    first.write_text("nothing to see", encoding="utf-8")
    after, _ = in_thread(source, tmp_path / "store")
    assert sorted(read) == ["huaian_2024.txt", "z.txt"]
    assert outcomes(after)["huaian_2024.txt"] == "failure"
    assert outcomes(after)["z.txt"] == "report"


def test_what_is_gone_stays_marked_and_comes_back(source: Path, tmp_path: Path) -> None:
    path = source / "huaian_2024.txt"
    data = path.read_bytes()
    in_thread(source, tmp_path / "store")
    path.unlink()
    store, _ = in_thread(source, tmp_path / "store")
    assert store.documents.filter("gone").collect()["source"].to_list() == [str(path)]
    assert store.account["gone"] == 1
    assert len(store) == 8
    path.write_bytes(data)
    store, _ = in_thread(source, tmp_path / "store")
    assert store.account["gone"] == 0
    assert len(store) == 8


def test_a_folder_that_was_moved_is_there_once(source: Path, tmp_path: Path) -> None:
    in_thread(source, tmp_path / "store")
    moved = source.rename(tmp_path / "moved")
    source.mkdir()
    store = ingested([source, moved], tmp_path / "store")
    assert {Path(s).parent for s in store.reports.collect()["source"]} == {moved}
    assert (store.account["reports"], store.account["duplicates"]) == (8, 8)
    assert store.account["gone"] == 8
    assert store.duplicates.collect()["same_as"].is_in(store.reports.collect()["source"]).all()


def test_another_source_marks_nothing_as_gone(source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    shutil.move(source / "huaian_2024.txt", other)
    in_thread(source, tmp_path / "store")
    store, _ = in_thread(other, tmp_path / "store")
    assert store.account["gone"] == 0
    assert len(store) == 8


def test_another_version_reads_everything_again(
    source: Path, tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    in_thread(source, tmp_path / "store")
    (source / "huaian_2024.txt").unlink()
    read.clear()
    for module in ("ingest", "journal"):
        monkeypatch.setattr(
            sys.modules[f"toolkit.storage.{module}"],
            "versions",
            lambda: {"toolkit": "9", "codebook": "x"},
        )
    store, _ = in_thread(source, tmp_path / "store")
    assert len(read) == 7
    assert store.account["older_version"] == 1
    assert len(store) == 8
    assert store.cells.select(pl.len()).collect().item() == 8 * 200


def test_failures_are_tried_again_only_if_asked(
    source: Path, tmp_path: Path, read: list[str]
) -> None:
    (source / "bad.txt").write_text("nothing to see", encoding="utf-8")
    (source / "bad too.txt").write_text("nothing to see", encoding="utf-8")
    store, _ = in_thread(source, tmp_path / "store")
    assert outcomes(store)["bad too.txt"] == "failure"
    assert outcomes(store)["bad.txt"] == "duplicate"
    read.clear()
    in_thread(source, tmp_path / "store")
    assert read == []
    store, _ = in_thread(source, tmp_path / "store", retry_failed=True)
    assert read == ["bad too.txt"]
    assert outcomes(store)["bad.txt"] == "duplicate"
    assert store.account["seen"] == 10


def test_archives_and_members_of_one_name(tmp_path: Path) -> None:
    paths = sorted(BUNDLED.glob("*.txt"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("same.txt", paths[0].read_bytes())
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("same.txt", paths[1].read_bytes())
        archive.writestr("again.txt", paths[0].read_bytes())
        archive.writestr("bad.txt", b"nothing to see")
    store, _ = in_thread(tmp_path / "a.zip", tmp_path / "store")
    kept = outcomes(store)
    assert kept == {
        "a.zip!same.txt": "report",
        "a.zip!same.txt'": "report",
        "a.zip!again.txt": "duplicate",
        "a.zip!bad.txt": "failure",
    }
    _, told = in_thread(tmp_path / "a.zip", tmp_path / "store")
    assert told == []
    (tmp_path / "a.zip").write_bytes(zipped({"again.txt": paths[0].read_bytes()}))
    store, _ = in_thread(tmp_path / "a.zip", tmp_path / "store")
    assert outcomes(store)["a.zip!again.txt"] == "report"
    assert store.account["gone"] == 3
    assert store.account["seen"] == 4


def test_an_archive_that_is_looked_at_for_one_member_keeps_the_others(
    tmp_path: Path, read: list[str]
) -> None:
    first, second = (path.read_bytes() for path in sorted(BUNDLED.glob("*.txt"))[:2])
    source = tmp_path / "source"
    source.mkdir()
    (source / "1.txt").write_bytes(first)
    (source / "a.zip").write_bytes(zipped({"first.txt": first, "second.txt": second}))
    store, _ = in_thread(source, tmp_path / "store")
    assert outcomes(store)["a.zip!first.txt"] == "duplicate"
    read.clear()
    (source / "1.txt").unlink()
    store, _ = in_thread(source, tmp_path / "store")
    assert outcomes(store) == {
        "1.txt": "duplicate",
        "a.zip!first.txt": "report",
        "a.zip!second.txt": "report",
    }
    assert read == ["a.zip!first.txt"]
    assert len(store) == 2


def change(source: Path, texts: list[bytes], rng: Random) -> None:
    """Write, delete or touch a file, or write an archive of some documents."""
    name = source / f"{rng.choice('abc')}{rng.choice(('.txt', '.txt', '.zip'))}"
    there = name.exists()
    if there and rng.random() < 0.5:
        name.unlink() if rng.random() < 0.5 else name.touch()
    elif name.suffix == ".txt":
        name.write_bytes(rng.choice(texts))
    else:
        members = {f"{n}.txt": rng.choice(texts) for n in range(rng.randint(1, 3))}
        name.write_bytes(zipped(members))


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_done_to_a_source_its_store_holds_what_is_there(
    tmp_path: Path, seed: int
) -> None:
    texts = [path.read_bytes() for path in sorted(BUNDLED.glob("*.txt"))[:5]]
    source, rng = tmp_path / "source", Random(seed)
    source.mkdir()
    for _ in range(12):
        change(source, texts, rng)
        change(source, texts, rng)
        store, _ = in_thread(source, tmp_path / "store")
        corpus, gone = toolkit.load(source), store.documents.filter("gone")
        there = store.reports.join(gone, on="source", how="anti").select("report_id")
        cells = store.cells.join(there, on="report_id", how="semi").collect()
        order = ["report_id", *CELL]
        assert_frame_equal(cells.sort(order), corpus.cells.sort(order))


def test_accounts_balance(source: Path, tmp_path: Path) -> None:
    (source / "bad.txt").write_text("nothing to see", encoding="utf-8")
    (source / "empty.txt").touch()
    (source / "lost.txt").symlink_to(source / "nowhere")
    shutil.copy(source / "huaian_2024.txt", source / "z.txt")
    store, told = in_thread(source, tmp_path / "store")
    account = store.account
    assert account["seen"] == 12 == len(told)
    assert (account["reports"], account["failures"], account["duplicates"]) == (8, 3, 1)
    assert account["formats"] == {"text": 8}
    assert account["editions"] == {"2021": 8}
    assert sum(account["states"].values()) == 8 * 200
    assert account_text(account).startswith(
        "12 documents seen = 8 reports + 3 failures + 1 duplicates"
    )
    corpus = toolkit.load(source)
    assert corpus.failures.sort("source")["message"].to_list() == (
        store.failures.sort("source").collect()["message"].to_list()
    )


def test_duplicates_stand_in_the_order_of_the_documents(source: Path, tmp_path: Path) -> None:
    reports = sorted(source.glob("*.txt"))
    copies = [source / f"z{number:03}.txt" for number in range(160)]
    for number, copy in enumerate(copies):
        shutil.copy(reports[number * 5 % len(reports)], copy)
    store, _ = in_thread(source, tmp_path / "store")
    for _ in range(3):
        assert store.duplicates.collect()["source"].to_list() == [*map(str, copies)]


def test_nothing_at_all(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    store, _ = in_thread(tmp_path / "source", tmp_path / "store")
    assert store.account["seen"] == 0
    assert store.cells.collect().is_empty()


def test_a_store_inside_its_source_is_not_read(source: Path) -> None:
    in_thread(source, source / "store")
    store, _ = in_thread(source, source / "store")
    assert store.account["seen"] == 8


def test_a_folder_of_other_things_is_no_store(source: Path) -> None:
    with pytest.raises(StoreError, match="neither a store nor an empty folder"):
        in_thread(source, source)


def test_the_command_says_how_to_see_which_failed(source: Path, tmp_path: Path) -> None:
    store = str(tmp_path / "store")
    command = ["ingest", str(source), "--store", store, "--jobs", "1"]
    assert "failed" not in CliRunner().invoke(app, command).stdout
    (source / "note.txt").write_text("no report")
    first, *_, last = CliRunner().invoke(app, command).stdout.splitlines()
    assert first == "9 documents seen = 8 reports + 1 failures + 0 duplicates"
    assert last == f"which failed, and why: ogi check {store}"
    assert CliRunner().invoke(app, [*command, "--quiet"]).output == ""


def test_a_first_ingest_that_was_killed_while_it_published(source: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    (store / "journal" / "000001" / ".000001-000009-aside").mkdir(parents=True)
    (store / "data" / "000001" / "year=2022").mkdir(parents=True)
    (store / "data" / "000001" / "year=2022" / "wide.parquet").touch()
    (store / ".manifest.json").write_text("{", encoding="utf-8")
    made, _ = in_thread(source, store)
    assert len(made) == 8
    assert {p.name for p in store.iterdir()} == {"data", "journal", "lock", "manifest.json"}
    assert not list((store / "journal").iterdir())


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(toolkit.SourceError, match="no such file"):
        in_thread(tmp_path / "nowhere", tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_the_second_ingest_says_who_holds_the_store(source: Path, tmp_path: Path) -> None:
    entered, go = threading.Event(), threading.Event()

    def wait(_: object) -> None:
        entered.set()
        go.wait(30)

    first = threading.Thread(
        target=ingest, args=(source, tmp_path / "store"), kwargs={"jobs": 1, "each": wait}
    )
    first.start()
    try:
        assert entered.wait(60)
        with pytest.raises(StoreError, match=f"written to by process {os.getpid()} on .* since 20"):
            ingest(source, tmp_path / "store", jobs=1)
    finally:
        go.set()
        first.join()
    assert len(open_store(tmp_path / "store")) == 8


# What follows runs in workers: a reader that dies, hangs or swells at documents of some names.


def poisoned(data: bytes, name: str) -> Parsed:
    match Path(name).name:
        case "crash.txt":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "hang.txt":
            with (Path(name).parents[1] / "hangs").open("a") as told:
                told.write("once ")
            while True:
                time.sleep(1)
        case "swell.txt":
            data += b"x" * 2**34
        case "exit.txt":
            os._exit(0)
    return parse(data, name)


def test_too_little_memory_to_begin_with_is_said_and_leaves_no_store(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="megabytes: expected 200 at least, found 5"):
        ingest(BUNDLED, tmp_path / "store", megabytes=5)
    assert not (tmp_path / "store").exists()


enter = crew._enter


def poison(megabytes: int) -> None:
    enter(megabytes)
    batch.parse = poisoned  # type: ignore[attr-defined]
    batch._tables = stuck


tables = batch._tables


def stuck(parsed: list[Parsed]) -> dict[str, pl.DataFrame]:
    """Put a batch together, unless the report of Suqian on 2024 is in it."""
    while any(one.meta["source"].endswith("suqian_2024.txt") for one in parsed):
        time.sleep(1)
    return tables(parsed)


def test_documents_that_kill_their_reader_cost_only_themselves(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "_enter", poison)
    monkeypatch.setattr(sys.modules["toolkit.storage.ingest"], "_BATCH", 3)
    for name in ("crash.txt", "exit.txt", "hang.txt", "swell.txt"):
        (source / name).write_text(f"{name} is not read", encoding="utf-8")
    store = ingest(source, tmp_path / "store", jobs=2, seconds=5, megabytes=2048)
    assert store.account["reports"] == 7
    failures = {
        Path(row["source"]).name: row for row in store.failures.collect().iter_rows(named=True)
    }
    whole = "suqian_2024.txt"  # is read, but no batch that it is in can be put together
    assert set(failures) == {"crash.txt", "exit.txt", "hang.txt", "swell.txt", whole}
    assert failures["hang.txt"]["error"] == failures[whole]["error"] == "TimeoutError"
    assert failures["hang.txt"]["message"] == "it took longer than 5 s"
    assert (tmp_path / "hangs").read_text() == "once "
    assert failures["crash.txt"]["error"] == failures["exit.txt"]["error"] == "BrokenProcessPool"
    assert failures["swell.txt"]["error"] == "MemoryError"
    undisturbed = frames(ingested(BUNDLED, tmp_path / "other"))["cells"]
    kept = undisturbed.join(store.reports.collect(), on="report_id", how="semi")
    assert kept.height == 7 * 200
    assert_frame_equal(frames(store)["cells"], kept)


def test_workers_that_cannot_start_are_an_error(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "_enter", os._exit)
    with pytest.raises(StoreError, match="workers die whatever they do"):
        ingest(source, tmp_path / "store", jobs=1)


INGEST = """
import sys
from toolkit.storage import ingest as module
if __name__ == "__main__":
    module._BATCH = 5
    module.ingest(sys.argv[1], sys.argv[2], jobs=2, progress=False)
    print("published", flush=True)
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports enough for an ingest to be killed in the middle of, with failures and duplicates."""
    folder = tmp_path_factory.mktemp("many")
    rng = Random(5)
    for number in range(120):
        made = render(realistic(rng, agency_number(number), 2019 + number % 4), "tabs")
        (folder / f"{number:03}.txt").write_bytes(made.data)
    for number in range(0, 120, 17):
        shutil.copy(folder / f"{number:03}.txt", folder / f"copy of {number}.txt")
        (folder / f"bad {number}.txt").write_text(f"nothing to see: {number}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def undisturbed(many: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return ingest(many, tmp_path_factory.mktemp("stores") / "undisturbed", jobs=2)


def test_kills_lose_nothing_that_was_committed(
    many: Path, undisturbed: Store, tmp_path: Path
) -> None:
    script = tmp_path / "run.py"
    script.write_text(INGEST, encoding="utf-8")
    store = tmp_path / "store"
    command = [sys.executable, str(script), str(many), str(store)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    rng = random.Random(os.environ.get("OGI_SEED"))
    committed = 0
    kills = 0
    while kills < KILLS:
        started = time.monotonic()
        limit = rng.uniform(0.3, 3)
        running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        try:
            running.wait(limit)
        except subprocess.TimeoutExpired:
            running.kill()
            kills += 1
        out, _ = running.communicate()
        waiting = {p.name for p in store.glob("journal/*/[!.]*")}
        if b"published" in out:
            assert_same(open_store(store), undisturbed)
            shutil.rmtree(store)
            committed = 0
        else:
            assert time.monotonic() - started < 60
            assert len(waiting) >= committed or (store / "manifest.json").exists()
            committed = len(waiting)
        if (store / "manifest.json").exists():
            assert_same(open_store(store), undisturbed)
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert_same(open_store(store), undisturbed)


def test_a_full_disk_leaves_a_usable_store(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = source / "huaian_2024.txt"
    data = path.read_bytes()
    path.unlink()
    before, _ = in_thread(source, tmp_path / "store")
    path.write_bytes(data)

    def full(*_: object, **__: object) -> None:
        raise pl.exceptions.ComputeError("Invalid thrift: transport error")  # as Polars says it

    usage = shutil.disk_usage(tmp_path)._replace(free=100_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    for broken in ("DataFrame.write_parquet", "LazyFrame.sink_parquet"):
        with monkeypatch.context() as patch:
            patch.setattr(f"polars.{broken}", full)
            with pytest.raises(
                StoreError, match=r"the disk is full: .* published before is as it was"
            ):
                in_thread(source, tmp_path / "store")
        assert_same(open_store(tmp_path / "store"), before)
    after, _ = in_thread(source, tmp_path / "store")
    assert len(after) == 8


def test_a_batch_that_was_damaged_while_it_waited_is_read_again(
    source: Path, tmp_path: Path, read: list[str]
) -> None:
    undisturbed, _ = in_thread(source, tmp_path / "undisturbed")
    read.clear()

    def damage(row: dict[str, Any]) -> None:
        if "huaian" in row["source"]:
            turned(next((tmp_path / "store").glob("journal/*/*/wide.parquet")), Random(1))

    with (
        ThreadPoolExecutor(1) as executor,
        pytest.raises(StoreError, match=r"journal/000001/000001-000001 is damaged; ingest again"),
    ):
        ingest(source, tmp_path / "store", executor=executor, each=damage)
    assert len(read) == 8
    store, _ = in_thread(source, tmp_path / "store")
    assert len(read) == 16
    assert_same(store, undisturbed)


def test_dask_reads_the_same_and_survives_the_death_of_a_worker(
    many: Path, undisturbed: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(sys.modules["toolkit.storage.ingest"], "_BATCH", 5)
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    with cluster, distributed.Client(cluster) as client:
        pids = list(client.run(os.getpid).values())
        told: list[object] = []

        def kill_one(row: object) -> None:
            if not told:
                os.kill(pids[0], signal.SIGKILL)
            told.append(row)

        store = ingest(
            many, tmp_path / "store", executor=client.get_executor(), jobs=2, each=kill_one
        )
    assert len(told) == undisturbed.account["seen"]
    assert_same(store, undisturbed)


def test_the_account_is_told_in_chinese(source: Path, tmp_path: Path) -> None:
    (source / "empty.txt").write_bytes(b"")
    arguments = ["ingest", str(source), "--store", str(tmp_path / "store"), "--language", "zh"]
    said = CliRunner().invoke(app, arguments).stdout.splitlines()
    assert re.match("所见文件 [0-9]+ ＝ 报告 [0-9]+＋未能读出报告 [0-9]+＋重复 [0-9]+$", said[0])
    assert [line.partition("：")[0] for line in said[1:4]] == ["格式", "版式", "单元格"]
    assert "已填报" in said[3]
    assert said[4].startswith("哪些文件未能读出")
