"""A rendered document read back by the toolkit."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import toolkit
from tests.render.layouts import Rendered
from toolkit.form import CellKey
from toolkit.report import parse


class Read(NamedTuple):
    """What the toolkit made of a document: numbers by cell, and the report's particulars."""

    cells: dict[CellKey, int | None]
    meta: Mapping[str, Any]


def read(made: Rendered) -> Read:
    """Read a rendered document.

    Raises
    ------
    toolkit.DocumentError
        If the toolkit makes no report of it.
    """
    if made.layout.format == "zip":
        return _read_archive(made)
    parsed = parse(made.data, f"report{made.layout.suffix}")
    return Read({key: cell.value for key, cell in parsed.cells.items()}, parsed.meta)


def _read_archive(made: Rendered) -> Read:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "reports.zip")
        path.write_bytes(made.data)
        corpus = toolkit.load(path, progress=False)
    for failure in corpus.failures.iter_rows(named=True):
        raise toolkit.DocumentError(failure["message"], source=failure["source"])
    cells = corpus.cells.select("table", "item", "column", "value").iter_rows()
    return Read({(t, i, c): value for t, i, c, value in cells}, corpus.reports.row(0, named=True))
