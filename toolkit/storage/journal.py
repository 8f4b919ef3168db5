"""Write to a store so that a kill at any moment loses nothing that was committed.

A batch is written aside and committed by renaming its folder into the journal. When all are
there, they are merged with what was published into a new generation of files, and the
manifest that names these is replaced. A journal belongs to the generation it will become:
older ones are spent, and whatever the manifest does not name is litter.
"""

import os
import shutil
import socket
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TextIO

import polars as pl

from toolkit.report import ID_LENGTH
from toolkit.schema import STATES
from toolkit.standing import placed, unused
from toolkit.storage.batch import Done
from toolkit.storage.disk import (
    MANIFEST,
    StoreError,
    digest,
    explained,
    sound,
    sync,
    write_manifest,
)
from toolkit.storage.store import (
    DOCUMENTS,
    LAYOUT,
    OUTCOME,
    OUTCOMES,
    Store,
    for_disk,
    is_store,
    open_store,
    scan,
    schemas,
    versions,
)
from toolkit.years import check_years, pairs, region_checks, regions

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROWS: Final = 32_768
_TEXTS: Final = 4_096
"""Rows of a row group, which are held in memory while merging; texts are long."""
_KEY: Final = ("report_id", "batch")
_NO_YEAR: Final = "__HIVE_DEFAULT_PARTITION__"
_OWN: Final = {"journal", "data", "lock", f".{MANIFEST}"}
"""What a folder may hold whose first ingest was killed."""


class Writer:
    """The one who may write to a store; made by :func:`writing`."""

    def __init__(self, path: Path) -> None:
        nothing = {"generation": 0, "files": defaultdict(dict)}
        self.path = path
        self.published = open_store(path) if is_store(path) else Store(path, nothing)
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
        """Make a batch part of the journal."""
        with explained(self.path):
            done.aside.rename(self.journal / done.batch)
            sync(self.journal)

    def ledger(self) -> pl.DataFrame:
        """Last word on every document, the journal's included (:data:`DOCUMENTS`).

        Of documents with the same bytes one is kept, the others are duplicates: the last one
        read of those that are still there.
        """
        files = [*self.published.verified("documents"), *_files(self._batches(), "documents")]
        last = scan(files, DOCUMENTS).unique("source", keep="last", maintain_order=True)
        rank = pl.int_range(pl.len()) + pl.when("gone").then(0).otherwise(pl.len())
        read = (pl.col("outcome") != "duplicate") & pl.col("sha256").is_not_null()
        ranked = last.with_columns(rank=pl.when(read).then(rank))
        lost = pl.col("rank") < pl.col("rank").max().over("sha256")
        outcome = pl.when(lost).then(pl.lit("duplicate", OUTCOME)).otherwise("outcome")
        return ranked.with_columns(outcome=outcome).drop("rank").collect()

    def publish(self) -> Store:
        """Merge the journal into a new generation of files; do nothing if it is empty."""
        if is_store(self.path) and not self._batches():
            return self.published
        with explained(self.path):
            files = self._merge()
            counted = account(Store(self.path, {"files": files}))
            head = {"layout": LAYOUT, "generation": self.generation, **versions()}
            write_manifest(self.path, head | {"account": counted, "files": files})
            shutil.rmtree(self.journal)
        return open_store(self.path)

    def _merge(self) -> dict[str, dict[str, str]]:
        """Write the years that change, one at a time, and all of ``documents``; name all files."""
        for batch in self._batches():
            if not sound(batch):
                raise StoreError(f"{batch} is damaged; ingest again: what is in it is read again")
        ledger = self.ledger()
        now, before = _reports(ledger), _reports(self.published.documents.collect())
        files = {"documents": self._write(ledger.lazy(), "documents")}
        del ledger  # what is held is a few columns of it, and a part of one year's rows
        differ = (now.join(before, on=_KEY, how="anti"), before.join(now, on=_KEY, how="anti"))
        changed = {_folder(year): year for year in pl.concat(differ)["year"].unique().sort()}
        for kind, schema in schemas().items():
            old = self.published.verified(kind)
            named = self.published.manifest["files"][kind].items()
            files[kind] = {n: sha256 for n, sha256 in named if Path(n).parent.name not in changed}
            for folder, year in changed.items():
                valid = now.filter(pl.col("year").eq_missing(year))
                if valid.is_empty():
                    continue
                batches = [self.journal / name for name in valid["batch"].unique().sort()]
                there = (path for path in old if path.parent.name == folder)
                rows = scan([*there, *_files(batches, kind)], schema)
                kept = rows.join(valid.lazy(), on=_KEY, how="semi", maintain_order="left")
                files[kind] |= self._write(kept, kind, folder)
        made = Store(self.path, {"files": defaultdict(dict, files)})
        known = placed(made.reports, made.cells)
        left_out = unused(known, made.reports, made.cells)
        files["unused"] = self._write(left_out.lazy(), "unused")
        files["years"] = {}
        for year, rows in _between(made, known):
            files["years"] |= self._write(rows, "years", _folder(year))
        for parent, _, _ in os.walk(self.path / "data"):
            sync(Path(parent))
        return files

    def _write(self, rows: pl.LazyFrame, kind: str, folder: str = "") -> dict[str, str]:
        """Write a file of the new generation; return its name and digest."""
        path = self.path / "data" / f"{self.generation:06}" / folder / f"{kind}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        size = _TEXTS if kind == "texts" else ROWS
        for_disk(rows).sink_parquet(
            path, row_group_size=size, metadata=versions(), sync_on_close="all"
        )
        return {path.relative_to(self.path).as_posix(): digest(path)}

    def _batches(self) -> list[Path]:
        """Folders of the batches committed and not yet published, in their order."""
        return sorted(self.journal.glob("[!.]*"))

    def _clean(self) -> None:
        """Remove what killed ingests left and what no manifest names any more."""
        for spent in (self.path / "journal").glob("*"):
            if spent != self.journal:
                shutil.rmtree(spent)
        for litter in self.journal.glob(".*"):
            shutil.rmtree(litter)
        for batch in self._batches():
            if not sound(batch):
                shutil.rmtree(batch)  # its documents are not in the ledger: they are read again
        named = set(self.published.files())
        for folder, _, files in os.walk(self.path / "data", topdown=False):
            for path in {Path(folder, file) for file in files} - named:
                path.unlink()
            with suppress(OSError):  # files that are named are in it
                Path(folder).rmdir()


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Hold a store for writing, making it if it is not there; only one can.

    Raises
    ------
    StoreError
        If another process holds it; the message says who, where and since when.
    """
    with explained(path):
        with suppress(FileExistsError):  # a file, or another process was faster
            path.mkdir(parents=True, exist_ok=True)
        if not is_store(path) and not (path.is_dir() and {p.name for p in path.iterdir()} <= _OWN):
            raise StoreError(f"{path} is neither a store nor an empty folder")
        lock = (path / "lock").open("a+", encoding="utf-8")
    with lock:
        try:
            _hold(lock)
        except OSError as error:
            lock.seek(0)
            holder = lock.read().strip() or "another process"
            raise StoreError(f"the store {path} is being written to by {holder}") from error
        with explained(path):
            lock.truncate(0)
            since = datetime.now(UTC).isoformat(" ", "seconds")
            lock.write(f"process {os.getpid()} on {socket.gethostname()} since {since}\n")
            lock.flush()
            writer = Writer(path)
        yield writer


def _hold(lock: TextIO) -> None:
    """Lock a file until it is closed or its process dies, however it dies."""
    if sys.platform == "win32":
        lock.seek(2**20)  # elsewhere than the text, which others must be able to read
        msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


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
    some = documents.select(gone=pl.col("gone").sum(), older_version=old.sum()).collect()
    states = reports.select(pl.col(f"n_{state}").sum().cast(pl.Int64) for state in STATES).collect()
    counts = {
        name: reports.group_by(name).len().sort("len", name, descending=True).collect()
        for name in ("format", "edition")
    }
    return {
        "seen": sum(outcomes.values()),
        **{f"{outcome}s": outcomes.get(outcome, 0) for outcome in OUTCOMES},
        **some.row(0, named=True),
        **{f"{name}s": dict(count.iter_rows()) for name, count in counts.items()},
        "states": dict(zip(STATES, states.row(0), strict=True)),
    }


def _reports(documents: pl.DataFrame) -> pl.DataFrame:
    """Key and year of every report that the documents name."""
    return documents.filter(outcome="report").select(
        pl.col("sha256").str.head(ID_LENGTH).alias("report_id"), "batch", "year"
    )


def _folder(year: int | None) -> str:
    return f"year={_NO_YEAR if year is None else year}"


def _files(batches: Iterable[Path], kind: str) -> Iterator[Path]:
    """Files of one kind of those of these batches that are in the journal."""
    return (path for batch in batches if (path := batch / f"{kind}.parquet").exists())


def _between(store: Store, known: pl.DataFrame) -> Iterator[tuple[int, pl.LazyFrame]]:
    """Yield verdicts between reports, which any new report may change, a year at a time."""
    compared = region_checks(regions(known, store.wide))
    years = known.select("report_id", "year")
    by_year = compared.join(years, on="report_id", maintain_order="left")
    both = pairs(known)
    for year in years["year"].unique().sort():
        near = store.wide.filter(pl.col("year").is_in([year - 1, year]))
        regional = by_year.filter(year=year).lazy().drop("year")
        yield year, pl.concat([check_years(both.filter(year=year), near), regional])
