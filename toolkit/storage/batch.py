"""A batch of documents in a worker: read, and what they gave written aside.

The worker notes at which document it is, so that the next one knows which to blame.
"""

import faulthandler
import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO
from uuid import uuid4

import polars as pl

from toolkit.check import cell_names, check, prose_checks, verdict_sets, widen
from toolkit.corrections import Correction, correct
from toolkit.errors import CorrectionError, DocumentError
from toolkit.report import Parsed, frames, parse
from toolkit.storage.disk import digest, explained, sync, write_manifest
from toolkit.storage.store import DOCUMENTS, for_disk, schemas
from toolkit.years import located

_NOTE: Final = "at"
"""File in which a worker notes at which document of its batch it is."""

Row = dict[str, Any]
"""One row of ``documents``; a column that is not named is null."""


class Done(NamedTuple):
    """A batch that is done: the folder in which it lies aside, and its documents."""

    batch: str
    aside: Path
    rows: list[Row]


class Item(NamedTuple):
    """A document to read: what is known of it, its bytes if in an archive, its corrections.

    One whose ``outcome`` is known is settled: its row is all that is written of it.
    """

    row: Row
    data: bytes | None = None
    corrections: tuple[Correction, ...] = ()


def read_batch(journal: Path, batch: str, items: list[Item], seconds: float, home: int) -> Done:
    """Read documents and write what they gave aside; runs in a worker.

    A worker that is the process ``home`` is a thread of the ingest, which no limit may end.
    """
    apart = os.getpid() != home
    if apart:
        gc.freeze()  # what is there stays: looking through it again and again costs a tenth
    parsed: list[Parsed] = []
    rows: list[Row] = []
    # A worker given up for dead may still write: no two attempts share a folder.
    aside = journal / f".{batch}-{uuid4().hex}"
    with explained(journal):
        aside.mkdir()
        with (aside / _NOTE).open("w", encoding="utf-8") as note:
            for place, item in enumerate((*items, None)):
                note.seek(0)
                note.write(f"{place:9}\n")  # of one length, to be written over
                note.flush()
                with _limited(seconds, note) if apart else nullcontext():
                    if item:
                        rows.append(_read(item, parsed))
                    else:
                        _write(aside, batch, parsed, rows)
    return Done(batch, aside, rows)


@contextmanager
def _limited(seconds: float, note: TextIO) -> Iterator[None]:
    """End this process after some time, even if a library holds the interpreter."""
    faulthandler.dump_traceback_later(seconds, exit=True, file=note)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def _read(item: Item, parsed: list[Parsed]) -> Row:
    if "outcome" in item.row:
        return item.row
    try:
        parsed.append(_parse(item))
    except DocumentError as error:
        return failed(item.row, error)
    return item.row | {"outcome": "report", "year": parsed[-1].meta["year"]}


def _parse(item: Item) -> Parsed:
    try:
        data = Path(item.row["file"]).read_bytes() if item.data is None else item.data
    except OSError as error:
        raise DocumentError(f"the file cannot be opened: {error.strerror}", stage="open") from error
    made = parse(data, item.row["source"])
    if made.meta["sha256"] != item.row["sha256"]:
        raise DocumentError("the file changed while it was read; ingest again", stage="open")
    try:
        return correct(made, item.corrections)
    except CorrectionError as error:
        raise DocumentError(str(error), stage="correct") from error


def failed(row: Row, error: Exception, late: float = 0) -> Row:
    """Row of a document that gave no report, or whose reader died or took longer than ``late``."""
    name, stage, why = type(error).__name__, "parse", f"the reader died: {error!r}"
    if late:
        name, why = "TimeoutError", f"it took longer than {late:g} s"
    elif isinstance(error, DocumentError):
        stage, why = error.stage, error.message
    return row | {"outcome": "failure", "stage": stage, "error": name, "message": why}


def noted(journal: Path, batch: str) -> tuple[int, bool]:
    """Place of the document at which the last attempt ended, and whether that took too long.

    The place behind the last one is where the batch was put together.
    """
    notes = journal.glob(f".{batch}-*/{_NOTE}")
    last = max(notes, key=lambda path: path.stat().st_mtime_ns, default=None)
    place, _, late = last.read_text(encoding="utf-8").partition("\n") if last else ("", "", "")
    return int(place or 0), bool(late)


def _write(aside: Path, batch: str, parsed: list[Parsed], rows: list[Row]) -> None:
    """Write a batch into a folder aside, and down to the disk."""
    # A document that was not read again keeps the batch in which it was.
    documents = pl.DataFrame([{"batch": batch} | row for row in rows], DOCUMENTS)
    made = _tables(parsed) if parsed else {}
    tables = {kind: table.with_columns(batch=pl.lit(batch)) for kind, table in made.items()}
    written = {}
    for kind, table in (tables | {"documents": documents}).items():
        path = aside / f"{kind}.parquet"
        for_disk(table.lazy()).collect().write_parquet(path, statistics=False)
        sync(path)
        written[path.name] = digest(path)
    write_manifest(aside, {"files": written})


def _tables(parsed: list[Parsed]) -> dict[str, pl.DataFrame]:
    """Tables of a batch of reports, by kind, without the name of the batch."""
    made = frames(parsed)
    wide, cells = located(made.pop("reports")), made["cells"]
    checks = check(cells)
    for part in (widen(cells, list(cell_names())), verdict_sets(checks)):
        wide = wide.join(part, on="report_id", how="left", maintain_order="left")
    # Streamed, 400 columns reserve a gigabyte, again and again, up to the worker's bound.
    wide = wide.select(name for name in schemas()["wide"] if name != "batch")
    return made | {
        "wide": wide.collect(engine="in-memory"),
        "checks": pl.concat([checks, prose_checks(made["claims"], cells)]),
    }
