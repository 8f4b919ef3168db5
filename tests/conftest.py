"""Where the tests find documents."""

import csv
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest

from toolkit.form import LANGUAGES
from toolkit.publish.brief import METADATA, write_brief
from toolkit.source import Source
from toolkit.storage.ingest import ingest
from toolkit.storage.store import Store

ROOT = Path(__file__).parents[1]
BUNDLED = ROOT / "data" / "reports"
EXPECTED = ROOT / "tests" / "expected"
ORIGINALS = ROOT.parent / "shared" / "reports"

CellKey = tuple[str, str, str]


def expected_cells(path: Path) -> dict[CellKey, int | None]:
    """Hand-read cells; None is blank, lost or not in the document."""
    with path.open(encoding="utf-8", newline="") as text:
        return {
            (row["table"], row["item"], row["column"]): int(row["value"]) if row["value"] else None
            for row in csv.DictReader(text)
        }


def write_notebook(path: Path, parameters: str, *cells: str) -> Path:
    """Notebook with a parameters cell and others."""
    made = nbformat.v4.new_notebook(metadata=METADATA)
    made.cells = [nbformat.v4.new_code_cell(source) for source in (parameters, *cells)]
    made.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(made, path)
    return path


def ingested(source: Source, store: str | os.PathLike[str], **options: Any) -> Store:
    """Ingest in a thread: no process has to start."""
    with ThreadPoolExecutor(1) as executor:
        return ingest(source, store, executor=executor, **options)


def bundled_with_a_slip(folder: Path, glob: str) -> Path:
    """Bundled reports; Suqian's on 2024 says that enterprises carried in 5 more than they did."""
    for path in BUNDLED.glob(glob):
        text = path.read_text(encoding="utf-8")
        if path.stem == "suqian_2024":
            line = next(x for x in text.splitlines() if x.startswith("二、上年结转"))
            assert "\t3\t" in line
            text = text.replace(line, line.replace("\t3\t", "\t8件\t", 1))
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def originals() -> Path:
    if not ORIGINALS.is_dir():
        pytest.skip(f"the original reports are not at {ORIGINALS}; the bundled ones are tested")
    return ORIGINALS


@pytest.fixture(scope="session")
def bundled_briefs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of the brief of the bundled reports, made as a person makes it, by language."""
    folder = tmp_path_factory.mktemp("bundled")
    for language in LANGUAGES:
        given = {"source": str(BUNDLED), "language": language, "year": 2022}
        write_brief(folder / language, given, format=("html", "pdf"))
    return {language: folder / language for language in LANGUAGES}
