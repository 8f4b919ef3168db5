"""Write to a store so that a kill at any moment loses nothing that was committed.

A batch is written aside and committed by renaming its folder into the journal. When all are
there, they are merged with what was published into a new generation of files, and the
manifest that names these is replaced. A journal belongs to the generation it will become:
older ones are spent, and whatever the manifest does not name is litter.
"""

import json
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

import polars as pl

from toolkit.check import STATE_SUFFIX, check, widen_verdicts
from toolkit.claims import claims_frame, prose_checks
from toolkit.report import ID_LENGTH, Parsed, cells_frame, texts_frame
from toolkit.review.coverage import placed, unused
from toolkit.schema import REPORTS, STATES
from toolkit.storage.store import (
    DOCUMENTS,
    LAYOUT,
    MANIFEST,
    OUTCOME,
    OUTCOMES,
    Store,
    StoreError,
    cell_names,
    for_disk,
    is_store,
    open_store,
    scan,
    schemas,
    versions,
)
from toolkit.years import check_pairs, compare_regions, pairs, region_checks

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

Row = dict[str, Any]
"""One row of ``documents``; a column that is not named is null."""


class Done(NamedTuple):
    """A batch that is done: the folder in which it lies aside, if any, and its documents."""

    batch: str
    aside: Path | None
    rows: list[Row]


ROW_GROUPS: Final = {"wide": 8192, "texts": 4096}
_LONG_ROWS: Final = 32_768
"""Rows of a row group: what is held in memory while merging."""
_KEY: Final = ("report_id", "batch")
_NO_YEAR: Final = "__HIVE_DEFAULT_PARTITION__"


class Writer:
    """The one who may write to a store; made by :func:`writing`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.published = open_store(path) if is_store(path) else _empty(path)
        self.generation = int(self.published.manifest["generation"]) + 1
        self.journal = path / "journal" / f"{self.generation:06}"
        self._clean()
        self.journal.mkdir(parents=True, exist_ok=True)
        self._number = max((int(p.name.rpartition("-")[2]) for p in self._batches()), default=0)

    def name(self) -> str:
        """Name of the next batch."""
        self._number += 1
        return f"{self.generation:06}-{self._number:06}"

    def commit(self, done: Done) -> None:
        """Make a batch part of the journal; write it first if it holds no reports."""
        with explained(self.path):
            aside = done.aside or self.journal / f".{done.batch}"
            if not done.aside:
                write_batch(aside, done.batch, [], done.rows)
            aside.rename(self.journal / done.batch)
            sync(self.journal)

    def log(self, told: dict[str, Any]) -> None:
        """Add a line to the store's log."""
        line = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **versions(), **told}
        with explained(self.path), (self.path / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, ensure_ascii=False) + "\n")

    def ledger(self) -> pl.DataFrame:
        """Last word on every document, the journal's included (:data:`DOCUMENTS`).

        Of documents with the same bytes one is kept, the others are duplicates: the last one
        read of those that are still there.
        """
        before = [self.path / name for name in self.published.manifest["files"]["documents"]]
        said = scan([*before, *_of(self._batches(), "documents")], DOCUMENTS)
        last = said.unique("source", keep="last", maintain_order=True).with_row_index("rank")
        read = (pl.col("outcome") != "duplicate") & pl.col("sha256").is_not_null()
        rank = pl.col("rank") + pl.when("gone").then(0).otherwise(pl.len())
        ranked = last.with_columns(rank=pl.when(read).then(rank))
        lost = pl.col("rank") < pl.col("rank").max().over("sha256")
        outcome = pl.when(lost).then(pl.lit("duplicate", OUTCOME)).otherwise("outcome")
        return ranked.with_columns(outcome=outcome).drop("rank").collect()

    def publish(self) -> Store:
        """Merge the journal into a new generation of files; do nothing if it is empty."""
        if is_store(self.path) and not self._batches():
            return self.published
        with explained(self.path):
            made = Store(self.path, {"files": self._merge()})
            manifest = {
                "layout": LAYOUT,
                "generation": self.generation,
                **versions(),
                "account": account(made),
                **made.manifest,
            }
            self._replace_manifest(manifest)
            shutil.rmtree(self.journal)
        return open_store(self.path)

    def _merge(self) -> dict[str, list[str]]:
        """Write the years that change, one at a time, and all of ``documents``; name all files."""
        base = self.path / "data" / f"{self.generation:06}"
        files = {kind: [*names] for kind, names in self.published.manifest["files"].items()}
        files |= {"documents": [], "years": [], "unused": []}

        def write(rows: pl.LazyFrame, kind: str, year: str = "") -> None:
            path = base / year / f"{kind}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            for_disk(rows).sink_parquet(
                path,
                row_group_size=ROW_GROUPS.get(kind, _LONG_ROWS),
                metadata=versions(),
                sync_on_close="all",
            )
            files[kind].append(path.relative_to(self.path).as_posix())

        ledger = self.ledger()
        write(ledger.lazy(), "documents")
        now, before = _reports(ledger), _reports(self.published.documents.collect())
        del ledger  # what is held is a few columns of it, and a part of one year's rows
        differ = (now.join(before, on=_KEY, how="anti"), before.join(now, on=_KEY, how="anti"))
        for year in pl.concat(differ)["year"].unique().sort():
            folder = f"year={_NO_YEAR if year is None else year}"
            valid = now.filter(pl.col("year").eq_missing(year))
            batches = [self.journal / name for name in valid["batch"].unique().sort()]
            for kind, schema in schemas().items():
                old = [name for name in files[kind] if Path(name).parent.name == folder]
                files[kind] = [name for name in files[kind] if name not in old]
                rows = scan([*(self.path / name for name in old), *_of(batches, kind)], schema)
                kept = rows.join(valid.lazy(), on=_KEY, how="semi", maintain_order="left")
                if not valid.is_empty():
                    write(kept, kind, folder)
        made = Store(self.path, {"files": files})
        known = placed(made.reports, made.cells)
        if not (out := unused(known)).is_empty():
            write(out.lazy(), "unused")
        for year, rows in _between(made, known):
            write(rows, "years", year)
        for parent, _, _ in os.walk(base):
            sync(Path(parent))
        sync(base.parent)
        return files

    def _replace_manifest(self, manifest: dict[str, Any]) -> None:
        aside = self.path / f".{MANIFEST}"
        aside.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
        sync(aside)
        aside.replace(self.path / MANIFEST)
        sync(self.path)

    def _batches(self) -> list[Path]:
        """Folders of the batches committed and not yet published, in their order."""
        return sorted(p for p in self.journal.glob("*") if not p.name.startswith("."))

    def _clean(self) -> None:
        """Remove what killed ingests left and what no manifest names any more."""
        for folder in (self.path / "journal").glob("*"):
            if folder != self.journal:
                shutil.rmtree(folder)
        for litter in self.journal.glob(".*"):
            shutil.rmtree(litter) if litter.is_dir() else litter.unlink()
        named = {
            self.path / n for files in self.published.manifest["files"].values() for n in files
        }
        for folder in (self.path / "data").glob("*"):
            found = set(folder.rglob("*.parquet"))
            for path in found - named:
                path.unlink()
            if not found & named:
                shutil.rmtree(folder)


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Hold a store for writing, making it if it is not there; only one can.

    Raises
    ------
    StoreError
        If another process holds it; the message says who, where and since when.
    """
    with explained(path):
        path.mkdir(parents=True, exist_ok=True)
        if not is_store(path) and not {p.name for p in path.iterdir()} <= {
            "journal",
            "data",
            "lock",
        }:
            raise StoreError(f"{path} is neither a store nor an empty folder")
        lock = (path / "lock").open("a+", encoding="utf-8")
    with lock:
        try:
            _hold(lock)
        except OSError as error:
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            raise StoreError(f"the store {path} is being written to by {holder}") from error
        lock.truncate(0)
        since = datetime.now(UTC).isoformat(" ", "seconds")
        lock.write(f"process {os.getpid()} on {socket.gethostname()} since {since}\n")
        lock.flush()
        with explained(path):
            writer = Writer(path)
        yield writer


def _hold(lock: TextIO) -> None:
    """Lock a file until it is closed or its process dies, however it dies."""
    if sys.platform == "win32":
        lock.seek(2**20)  # elsewhere than the text, which others must be able to read
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say of a disk's error that the store stays usable."""
    try:
        yield
    except StoreError:
        raise
    except (OSError, pl.exceptions.ComputeError) as error:
        raise StoreError(
            f"cannot write to the store {path}: {error}; what was published before is as it"
            " was, and the next ingest goes on from the last batch committed"
        ) from error


def account(store: Store) -> dict[str, Any]:
    """Count the documents of a store, and its reports by format, edition and cells' state.

    Raises
    ------
    StoreError
        If the reports are not those that its documents name.
    """
    documents, reports = store.documents, store.reports
    outcomes = dict(documents.group_by("outcome").len().collect().iter_rows())
    held = reports.select(pl.len()).collect().item()
    if held != outcomes.get("report", 0):
        raise StoreError(f"accounts do not balance: {held} reports, ledger {outcomes}")
    old = pl.any_horizontal(pl.col(name) != number for name, number in versions().items())
    sums = reports.select(pl.col(f"n_{state}").sum().cast(pl.Int64) for state in STATES).collect()
    return {
        "seen": sum(outcomes.values()),
        **{f"{outcome}s": outcomes.get(outcome, 0) for outcome in OUTCOMES},
        **documents.select(gone=pl.col("gone").sum(), older_version=old.sum())
        .collect()
        .row(0, named=True),
        **{
            f"{name}s": dict(
                reports.group_by(name)
                .len()
                .sort("len", name, descending=True)
                .collect()
                .iter_rows()
            )
            for name in ("format", "edition")
        },
        "states": dict(zip(STATES, sums.row(0), strict=True)),
    }


def write_batch(aside: Path, batch: str, parsed: list[Parsed], rows: list[Row]) -> None:
    """Write a batch into a folder aside, and down to the disk."""
    frames = {"documents": pl.DataFrame(rows, DOCUMENTS), **(_frames(parsed) if parsed else {})}
    years = pl.DataFrame(
        [(p.meta["report_id"], p.meta["year"]) for p in parsed],
        {"report_id": pl.String, "year": pl.Int32},
        orient="row",
    )
    with explained(aside.parent):
        aside.mkdir()
        for kind, frame in frames.items():
            placed = frame
            if "year" not in frame.columns:
                placed = frame.join(years, on="report_id", how="left", maintain_order="left")
            # A document that was not read again keeps the batch in which it was.
            own = pl.col("batch") if kind == "documents" else pl.lit(None, pl.String)
            path = aside / f"{kind}.parquet"
            told = for_disk(placed.lazy().with_columns(batch=own.fill_null(batch)))
            told.collect().write_parquet(path, statistics=False)
            sync(path)
        sync(aside)


def _frames(parsed: list[Parsed]) -> dict[str, pl.DataFrame]:
    """Frames of a batch of reports, by kind, without the columns that place them."""
    schema = schemas()["wide"]
    wide: dict[str, list[Any]] = {
        name: [p.meta[name] for p in parsed] for name in REPORTS if name in schema
    }
    for name, key in cell_names().items():
        there = [p.cells.get(key) for p in parsed]
        wide[name] = [cell and cell.value for cell in there]
        # Where a correction gives the number of a cell that was not read, it has one.
        wide[f"{name}{STATE_SUFFIX}"] = [
            cell and (cell.state if cell.value is None else "reported") for cell in there
        ]
    cells = cells_frame(parsed)
    claims = claims_frame((p.meta["report_id"], p.claims) for p in parsed)
    checks = check(cells)
    made = pl.DataFrame(wide, {name: schema[name] for name in wide})
    return {
        "wide": made.join(
            widen_verdicts(checks), on="report_id", how="left", maintain_order="left"
        ),
        "cells": cells,
        "checks": pl.concat([checks, prose_checks(claims, cells)]),
        "claims": claims,
        "texts": texts_frame(parsed),
    }


def _reports(documents: pl.DataFrame) -> pl.DataFrame:
    """Key and year of every report that the documents name."""
    return documents.filter(outcome="report").select(
        pl.col("sha256").str.head(ID_LENGTH).alias("report_id"), "batch", "year"
    )


def _of(batches: list[Path], kind: str) -> Iterator[Path]:
    """Files of one kind of those of these batches that are in the journal."""
    return (path for batch in batches if (path := batch / f"{kind}.parquet").exists())


def _between(store: Store, known: pl.DataFrame) -> Iterator[tuple[str, pl.LazyFrame]]:
    """Yield verdicts between reports, which any new report may change, a year at a time."""
    compared = region_checks(compare_regions(known, store.wide))
    by_year = compared.join(
        known.select("report_id", "year"), on="report_id", maintain_order="left"
    )
    both = pairs(known)
    for year in known["year"].unique().sort():
        near = store.wide.filter(pl.col("year").is_in([year - 1, year]))
        regional = by_year.filter(year=year).lazy().drop("year")
        yield f"year={year}", pl.concat([check_pairs(both.filter(year=year), near), regional])


def _empty(path: Path) -> Store:
    kinds = ("documents", "years", *schemas())
    return Store(path, {"generation": 0, "files": {kind: [] for kind in kinds}})


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    if sys.platform == "win32" and path.is_dir():
        return
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
