"""A store shows what the documents show, for analysis and for the eye."""

import os
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import toolkit
from analysis.shares import denial_reasons, outcomes, requester_mix
from tests.conftest import BUNDLED, ROOT, ingested
from tests.render import realistic, render
from tests.render.values import agency_number
from toolkit import schema
from toolkit.check import cell_names, verdict_bits, verdict_columns
from toolkit.cli import app
from toolkit.corpus import Corpus
from toolkit.errors import SourceError
from toolkit.publish.brief import write_brief
from toolkit.storage.disk import MANIFEST, StoreError, write_manifest
from toolkit.storage.store import FACES, Store, is_store, open_store, schemas, versions
from toolkit.years import PLACE, located


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of both editions, a duplicate, a failure, and one of no known form."""
    folder = tmp_path_factory.mktemp("source").resolve()
    rng = Random(3)
    for number in range(12):
        values = realistic(rng, agency_number(number), 2019 + number % 5)
        made = render(values, ("tabs", "html_site")[number % 2])
        (folder / f"{number}{made.layout.suffix}").write_bytes(made.data)
    for path in BUNDLED.glob("*.txt"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "again.txt").write_bytes((folder / "0.txt").read_bytes())
    (folder / "bad.txt").write_text("nothing to see", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def store(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return ingested(source, tmp_path_factory.mktemp("stores") / "store")


@pytest.fixture(scope="module")
def corpus(source: Path) -> Corpus:
    return toolkit.load(source)


FRAMES = ("reports", "cells", "checks", "claims", "texts", "failures", "duplicates")


@pytest.mark.parametrize("name", FRAMES)
def test_a_store_and_a_corpus_hold_the_same(store: Store, corpus: Corpus, name: str) -> None:
    lazy, eager = getattr(store, name), getattr(corpus, name)
    assert isinstance(lazy, pl.LazyFrame)
    assert lazy.collect_schema() == eager.schema == getattr(schema, name.upper())
    assert eager.height > 0
    assert_frame_equal(lazy.collect(), eager, check_row_order=False)


def test_what_was_not_read_is_the_same(store: Store, corpus: Corpus) -> None:
    assert corpus.unread.height > 0
    assert_frame_equal(store.unread, corpus.unread)


def test_the_wide_table_has_every_cell_of_a_report_and_no_other(store: Store) -> None:
    wide, cells = store.wide.collect(), store.cells.collect()
    for name, (table, item, column) in cell_names().items():
        long = cells.filter(table=table, item=item, column=column).select(
            "report_id", pl.col("value").alias(name), pl.col("state").alias(f"{name}:state")
        )
        there = wide.select(long.columns).filter(pl.col(f"{name}:state").is_not_null())
        assert_frame_equal(there, long, check_row_order=False)


def test_sets_of_verdicts_are_those_of_the_checks(store: Store) -> None:
    coded, checks = store.coded.collect(), store.checks.collect()
    for (identity, subject), bit in verdict_bits().items():
        of = checks.filter(identity=identity, subject=subject)
        for verdict, name in zip(schema.VERDICTS, verdict_columns(), strict=True):
            there = coded.filter((pl.col(name) & pl.lit(bit, pl.UInt64)) > 0)
            assert set(there["report_id"]) == set(of.filter(verdict=verdict)["report_id"])


def test_where_a_report_belongs_is_stored_as_it_is_worked_out(store: Store, corpus: Corpus) -> None:
    there = store.coded.select("report_id", *PLACE).collect()
    assert there.schema == {"report_id": pl.String(), **PLACE}
    expected = located(corpus.reports).select(there.columns).collect()
    assert_frame_equal(there, expected, check_row_order=False)
    city = store.coded.filter(pl.col("source").str.contains("huaian")).select(*PLACE).collect()
    assert city.rows() == [(320800, 2)]  # a city's government on all of its region


def test_sets_that_another_codebook_wrote_say_nothing(
    store: Store, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    bits = [*verdict_bits()]
    moved = {key: 1 << place for place, key in enumerate([*bits[1:], bits[0]])}
    monkeypatch.setattr("toolkit.check.verdict_bits", lambda: moved)
    verdict_columns.cache_clear()
    schemas.cache_clear()
    try:
        found, same = (denial_reasons(each) for each in (open_store(store.path), corpus))
    finally:
        verdict_columns.cache_clear()
        schemas.cache_clear()
    assert found["n_unknown"][0] == found["n_reports"][0] == same["n_reports"][0]
    assert same["n_unknown"][0] < same["n_reports"][0]


def test_known_numbers_stand_in_the_wide_table(store: Store) -> None:
    name = "applications.received.total"
    there = store.wide.filter(pl.col("source").str.contains("_20")).select(pl.col(name).sum())
    assert there.collect().item() == 10367


@pytest.mark.parametrize("statistic", [denial_reasons, outcomes, requester_mix])
@pytest.mark.parametrize("strict", [False, True])
def test_statistics_take_a_store_or_a_corpus(
    store: Store, corpus: Corpus, statistic: object, *, strict: bool
) -> None:
    assert callable(statistic)
    of_store, of_corpus = (statistic(each, by="year", strict=strict) for each in (store, corpus))
    assert of_corpus.height > 5
    assert_frame_equal(of_store, of_corpus, check_row_order=False)


def test_files_are_by_year_and_say_who_wrote_them(store: Store) -> None:
    files = [store.path / name for name in store.manifest["files"]["wide"]]
    assert {path.parent.name for path in files} == {f"year={y}" for y in range(2019, 2025)}
    metadata = pl.read_parquet_metadata(files[0])
    assert metadata["toolkit"] == store.manifest["toolkit"]
    assert metadata["codebook"] == store.manifest["codebook"]
    assert set(store.path.rglob("*.parquet")) == set(store.files())


def test_it_shows_itself(store: Store) -> None:
    assert repr(store).endswith("20 reports, 1 failures, 1 duplicates)")
    assert len(store) == 20


def test_what_is_no_store(tmp_path: Path, store: Store) -> None:
    assert is_store(store.path)
    assert not is_store(tmp_path)
    assert not is_store(tmp_path / ("x" * 300))  # nor is what the system will not look at
    with pytest.raises(toolkit.SourceError, match="no store in"):
        open_store(tmp_path)
    write_manifest(tmp_path, store.manifest)
    with pytest.raises(
        StoreError, match=r"wide\.parquet is damaged: .*No such file.*open it again"
    ):
        len(open_store(tmp_path))


KINDS = {name: name for name in ("cells", "checks", "claims", "documents", "texts")}
KINDS |= {"wide": "reports", "unused": "reports", "years": "checks"}
"""A frame that the files of each kind are read for."""


def turned(path: Path, rng: Random) -> None:
    """Turn one bit of a file over, as a failing disk does: nothing else tells of it."""
    data, told = bytearray(path.read_bytes()), path.stat()
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns + 1))


def test_a_store_among_its_documents_is_none_of_them(tmp_path: Path) -> None:
    for name in ("suqian_2023.txt", "suqian_2024.txt"):
        shutil.copy(BUNDLED / name, tmp_path)
    made = tmp_path / "a" / "store"
    ingested(tmp_path, made)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "manifest.json").write_text("{}", encoding="utf-8")
    for corpus in (toolkit.load(tmp_path), ingested(tmp_path, tmp_path / "b")):
        seen = [corpus.account[name] for name in ("seen", "reports", "failures", "duplicates")]
        assert seen == [3, 2, 1, 0]
    for source in (made, [tmp_path, made]):
        with pytest.raises(SourceError, match="store is a store: name the documents"):
            ingested(source, tmp_path / "c")
        assert not (tmp_path / "c").exists()
    with pytest.raises(SourceError, match="store is a store: name the documents"):
        toolkit.load([tmp_path, made])
    (made / "manifest.json").unlink()  # as if the first ingest had been killed
    assert len(toolkit.load(tmp_path)) == 2
    with pytest.raises(SourceError, match="its first ingest has not ended; run it again"):
        toolkit.load(made)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bit_that_turned_is_told_with_the_name_of_its_file(
    store: Store, tmp_path: Path, kind: str
) -> None:
    assert set(KINDS) == set(store.manifest["files"])
    damaged = tmp_path / "store"
    for seed, file in enumerate(sorted(store.files(kind))):
        shutil.copytree(store.path, damaged)
        path = damaged / file.relative_to(store.path)
        turned(path, Random(seed))
        opened = open_store(damaged)
        for _ in range(2):
            with pytest.raises(
                StoreError, match=f"{path} is damaged: .*not those that were written"
            ):
                getattr(opened, KINDS[kind])
        for name in {*KINDS.values()} - {KINDS[kind]}:
            getattr(opened, name).collect()
        shutil.rmtree(damaged)


def test_a_bit_of_the_manifest_that_turned_is_told(store: Store, tmp_path: Path) -> None:
    path, rng = tmp_path / MANIFEST, Random(1)
    for _ in range(300):
        shutil.copy(store.path / MANIFEST, path)
        turned(path, rng)
        with pytest.raises(StoreError, match=MANIFEST):
            open_store(tmp_path)


def test_verify_names_every_damaged_file(
    store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = Path(shutil.copytree(store.path, tmp_path / "store"))
    app(["verify", str(damaged)], standalone_mode=False)
    assert capsys.readouterr().out == f"{len(store.files())} files are as they were written\n"
    wide, cells = (min(open_store(damaged).files(kind)) for kind in ("wide", "cells"))
    turned(wide, Random(1))
    cells.unlink()
    assert app(["verify", str(damaged)], standalone_mode=False) == 1
    assert capsys.readouterr().err == (
        f"ogi: {wide} is damaged: its bytes are not those that were written\n"
        f"ogi: {cells} is damaged: cannot be read: No such file or directory\n"
    )


def test_damage_is_not_merged_into_what_is_new(source: Path, tmp_path: Path) -> None:
    documents = Path(shutil.copytree(source, tmp_path / "source"))
    made = ingested(documents, tmp_path / "store")
    written = (made.path / MANIFEST).read_bytes()
    path = min(made.files("wide"))
    turned(path, Random(2))
    (documents / "0.txt").unlink()
    (documents / "new.txt").write_bytes((BUNDLED / "huaian_2024.txt").read_bytes() + b"\n")
    with pytest.raises(StoreError, match=f"{path} is damaged"):
        ingested(documents, made.path)
    assert (made.path / MANIFEST).read_bytes() == written


@pytest.mark.parametrize(
    ("notebook", "year", "said"), [("brief", 2022, "198/212"), ("quality", 2024, "134")]
)
def test_a_notebook_says_of_a_store_what_it_says_of_the_documents(
    tmp_path: Path, notebook: str, year: int, said: str
) -> None:
    ingested(BUNDLED, tmp_path / "store")
    path = ROOT / "notebooks" / f"{notebook}.ipynb"
    made = [
        write_brief(tmp_path / name, {"source": source, "year": year}, notebook=path)
        for name, source in (("one", str(BUNDLED)), ("other", str(tmp_path / "store")))
    ]
    pages = [file for one in made for file in one.files if file.suffix == ".html"]
    of_documents, of_store = (page.read_text(encoding="utf-8") for page in pages)
    assert of_store == of_documents
    assert said in of_store


def test_corrections_are_no_option_of_a_store(store: Store, tmp_path: Path) -> None:
    assert isinstance(toolkit.load(store.path), Store)
    with pytest.raises(toolkit.ParameterError, match="is a store"):
        toolkit.load(store.path, corrections=tmp_path / "corrections.csv")


def test_the_version_tells_the_code_that_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "toolkit"
    shutil.copytree(Path(toolkit.__file__).parent, copy)
    monkeypatch.setattr(resources, "files", lambda _: copy)
    before = versions.__wrapped__()
    assert before == versions()
    for face in (*FACES, "publish/brief.py", "codebook/told.csv", "codebook/said.csv"):
        (path,) = copy.rglob(face)
        path.write_text("# other words\n", encoding="utf-8")
    assert versions.__wrapped__() == before
    (copy / "extract" / "sums.py").write_text("# other code\n", encoding="utf-8")
    after = versions.__wrapped__()
    assert (after["codebook"], after["toolkit"] == before["toolkit"]) == (before["codebook"], False)


def test_what_reads_and_checks_a_document_imports_two_faces() -> None:
    """Else its digest would miss code that numbers depend on."""
    rooms = "toolkit.report, toolkit.corrections, toolkit.check, toolkit.years, toolkit.standing"
    code = f"import sys, {rooms}; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = {face for face in FACES if f"toolkit.{Path(face).stem}" in told.stdout.split()}
    assert imported == {"arguments.py", "show.py"}  # the package's door, and how a report looks
