"""A generated corpus: the same for a seed, consistent over years, and what its manifest says."""

import csv
from itertools import pairwise
from pathlib import Path

from bench.generate import YEARS, corpus, write

YEARS_OF_TWO = 2 * len(YEARS)


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_the_same_seed_makes_the_same_files(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        write(tmp_path / name, YEARS_OF_TWO, seed, damaged=0.5, heavy=0.3)
    a, b, c = (contents(tmp_path / name) for name in "abc")
    assert len(a) == YEARS_OF_TWO + 1
    assert a == b
    assert a.keys() != c.keys() or a != c


def test_the_manifest_names_every_file(tmp_path: Path) -> None:
    size = write(tmp_path, 9, 1, damaged=1, heavy=0)
    with (tmp_path / ".manifest.csv").open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert len({row["file"] for row in rows}) == 9
    assert sum((tmp_path / row["file"]).stat().st_size for row in rows) == size
    assert all(row["damages"] for row in rows)
    assert {row["agency"] for row in rows} == {"金华市人民政府", "金东区人民政府"}


def test_an_agency_reports_once_a_year() -> None:
    entries = [entry for entry, _ in corpus(YEARS_OF_TWO, 3, damaged=0, heavy=0)]
    by_agency = [entries[: len(YEARS)], entries[len(YEARS) :]]
    for reports in by_agency:
        assert len({entry.agency for entry in reports}) == 1
        assert all(b.year - a.year == 1 for a, b in pairwise(reports))
    assert [entry.edition_proactive for entry in by_agency[0]] == ["2019"] * 2 + ["2021"] * 5
    assert all(entry.printed in (184, 186, 198, 200, 214) for entry in entries)
