"""What must change no cell: order, number of processes, store or folder, a file's format."""

import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import toolkit
from tests.render import LAYOUTS, compose, realistic, render, style
from tests.render.reading import read
from tests.render.values import agency_number, seeded
from toolkit.storage.ingest import ingest

FRAMES = ("reports", "cells", "checks", "claims", "texts", "failures", "duplicates")
# Formats whose files say all that the report does; pictures take seconds a page.
READ = [
    name for name, made in LAYOUTS.items() if made.faithful and made.format not in ("image", "scan")
]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report in each format, some of an agency's years, one damaged, one no report, one twice."""
    folder = tmp_path_factory.mktemp("source").resolve()
    rng = seeded(11)
    for number, layout in enumerate(READ):
        values = realistic(rng, agency_number(number // 3), 2020 + number % 3)
        damages = ["blank_totals", "marks"] if layout == "pipes" else []
        made = render(values, layout, damages, seed=number)
        (folder / f"{number:02}{made.layout.suffix}").write_bytes(made.data)
    (folder / "again.txt").write_bytes((folder / "00.txt").read_bytes())
    (folder / "other.txt").write_text("nothing to see", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def frames(source: Path) -> dict[str, pl.DataFrame]:
    return told(toolkit.load(source))


def told(corpus: toolkit.Corpus | toolkit.Store) -> dict[str, pl.DataFrame]:
    """Every frame, in one order of rows."""
    collected = {name: getattr(corpus, name).lazy().collect() for name in FRAMES}
    return {
        name: frame.sort(frame.columns[:3], maintain_order=True)
        for name, frame in collected.items()
    }


def assert_same(found: dict[str, pl.DataFrame], expected: dict[str, pl.DataFrame]) -> None:
    for name, frame in expected.items():
        assert frame.height > 0, name
        assert_frame_equal(found[name], frame)


def test_the_order_of_files(source: Path, frames: dict[str, pl.DataFrame]) -> None:
    files = sorted(source.iterdir())
    Random(0).shuffle(files)
    assert_same(told(toolkit.load(files)), frames)


def test_the_number_of_processes_and_a_store(
    source: Path, frames: dict[str, pl.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["toolkit.storage.ingest"], "_BATCH", 4)
    assert_same(told(ingest(source, tmp_path / "store", jobs=3)), frames)


def test_a_store_made_bit_by_bit_and_in_threads(
    source: Path, frames: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    files = sorted(source.iterdir())
    with ThreadPoolExecutor(2) as executor:
        for end in (5, 11, len(files)):
            store = ingest(files[:end], tmp_path / "store", executor=executor)
    assert_same(told(store), frames)


def test_a_folder_or_an_archive(
    source: Path, frames: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(source.iterdir()):
            if file.suffix != ".zip":  # archives within archives are not opened
                archive.write(file, file.name)
    packed = told(toolkit.load(path))
    ids = packed["reports"]["report_id"]
    for name in ("cells", "claims", "texts"):
        loose = frames[name].filter(pl.col("report_id").is_in(ids.implode()))
        assert loose["report_id"].n_unique() >= len(READ) - 2
        assert_frame_equal(packed[name], loose)


@pytest.mark.parametrize("year", [2019, 2021, 2023])
def test_the_format_of_one_and_the_same_report(year: int) -> None:
    values = realistic(seeded(year), "甲市教育局", year)
    look = style(seeded(year))
    expected = {key: there.value for key, there in compose(values, look).printed().items()}
    assert sum(value is not None for value in expected.values()) > 150
    for layout in READ:
        assert read(render(values, layout, look=look, seed=year)).cells == expected, layout
