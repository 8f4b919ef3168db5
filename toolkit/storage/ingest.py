"""From a folder to the whole country: read what is new in a source into a store.

A document is looked at again only if its file's size or times changed, and read again only
if its bytes did, or if another version of the toolkit or its codebook read it.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl
from tqdm import tqdm

from toolkit.corrections import Corrections, fingerprint, read_corrections, refuse_unused
from toolkit.errors import DocumentError, ParameterError
from toolkit.form import Language
from toolkit.source import Source, documents_of, paths_of, text_of
from toolkit.storage.batch import Item, Row, failed, read_batch
from toolkit.storage.crew import Sent, processes, read_all
from toolkit.storage.journal import writing
from toolkit.storage.store import DOCUMENTS, OUTCOMES, Store, versions
from toolkit.telling import name_of, say

_BATCH: Final = 200
_LEAST: Final = 10
_SHARES: Final = 4
_BATCH_BYTES: Final = 4 * 2**20
_MANY: Final = 32
_IN_FLIGHT: Final = 2
_LEAST_MEGABYTES: Final = 200  # a process takes some before it reads anything


def ingest(  # noqa: PLR0913  each is a choice of its own
    source: Source,
    store: str | os.PathLike[str],
    *,
    executor: Executor | None = None,
    jobs: int | None = None,
    seconds: float = 300.0,
    megabytes: int = 4096,
    retry_failed: bool = False,
    corrections: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    each: Callable[[Row], None] | None = None,
) -> Store:
    """Read the documents of a source into a store, each once; go on where a kill stopped it.

    Parameters
    ----------
    source
        A file, a folder, a ZIP archive, or an iterable of these, as for :func:`toolkit.load`.
        A document that is gone from a folder stays in the store, marked in ``documents``.
    store
        Folder of the store; made if it is not there.
    executor
        Who reads: any :class:`concurrent.futures.Executor`, such as Dask's
        ``Client(...).get_executor()``. All must see source and store under the same path.
        By default ``jobs`` processes of this machine.
    jobs
        Number of workers, by default as many as processors; twice as many batches are under
        way at a time.
    seconds
        Time that one document may take before it becomes a failure.
    megabytes
        Memory that the process which reads it may take, 200 at least; Linux and macOS, own
        processes only.
    retry_failed
        Read documents again that gave no report.
    corrections
        A file of corrections to apply, as for :func:`toolkit.load`; without it none is. A
        document whose entries changed is read again, one that an entry does not fit fails.
    progress
        Show a progress bar; by default only if a person is watching.
    each
        Called with the row (:data:`toolkit.storage.store.DOCUMENTS`) of each document when its
        batch is committed.

    Returns
    -------
    Store
        The store with everything in it; ``account`` says what became of all documents.

    Raises
    ------
    ParameterError
        If no process could begin with so little memory.
    SourceError
        If a path that was named is not there.
    CorrectionError
        If an entry of the corrections is malformed; or, when all else is in the store, if it
        fits no document there.
    StoreError
        If another ingest holds the store, or it cannot be written to; what was published
        before stays as it was.
    """
    if megabytes < _LEAST_MEGABYTES:
        raise ParameterError(
            f"megabytes: expected {_LEAST_MEGABYTES} at least, found {megabytes}: none could begin"
        )
    entries = read_corrections(corrections)
    width = jobs or (_MANY if executor else os.cpu_count() or 1)
    given = [source] if isinstance(source, str | os.PathLike) else source
    named = [Path(one).resolve() for one in given]
    path = Path(store).resolve()
    here = _listing(named, path)  # a slip in a name leaves no empty store
    hidden = None if progress is None else not progress
    workers = nullcontext(executor.submit) if executor else processes(width, megabytes)
    with writing(path) as writer, workers as submit, tqdm(unit="file", disable=hidden) as bar:

        def send(items: list[Item]) -> Sent:
            to = writer.journal, writer.name()
            return Sent(items, submit(read_batch, *to, items, seconds, os.getpid()), *to)

        look = _Look(named, here, writer.ledger(), entries, retry_failed=retry_failed)
        bar.reset(look.files.height)
        with closing(read_all(send, look.batches(width), _IN_FLIGHT * width, seconds)) as batches:
            for done in batches:
                writer.commit(done)
                bar.update(len(done.rows))
                if each:
                    for row in done.rows:
                        each(row)
        del look, here  # what is known of every file makes room for merging
        made = writer.publish()
    known = made.documents.select("sha256").unique().collect()["sha256"]
    refuse_unused({sha256: entries[sha256] for sha256 in entries.keys() - set(known)})
    return made


class _Look:
    """What a source holds that a store does not, found file by file in their order.

    ``files`` has one row per file that must be looked at: ``file`` and its ``stamp``.
    """

    def __init__(
        self,
        named: Sequence[Path],
        here: pl.DataFrame,
        ledger: pl.DataFrame,
        entries: Corrections,
        *,
        retry_failed: bool,
    ) -> None:
        self._entries = {sha256: tuple(some) for sha256, some in entries.items()}
        wanted = {sha256: fingerprint(some) for sha256, some in self._entries.items()}
        asked = pl.col("sha256").replace_strict(wanted, default=None, return_dtype=pl.String)
        inside = [pl.col("file").str.starts_with(f"{path}{os.sep}") for path in named]
        away = ~_among(here["file"])
        ledger = ledger.with_columns(
            current=pl.all_horizontal(
                pl.col("corrections").eq_missing(asked),
                pl.lit(not retry_failed) | (pl.col("outcome") != "failure"),
                *(pl.col(name) == number for name, number in versions().items()),
            ),
            lost=pl.col("gone") | (pl.any_horizontal(inside) & away),
        )
        fresh = pl.col("current") & ~pl.col("gone")
        known = ledger.filter(fresh).join(here, on=("file", "stamp"), how="semi")["file"]
        new = ~_among(known) | _among(ledger.filter(~fresh)["file"])
        looked = _among(here.filter(new)["file"])
        kept = ledger.filter(~looked & ~pl.col("lost"), pl.col("outcome") != "duplicate", "current")
        # If what a duplicate is the same as may change, the duplicate must be looked at too.
        orphans = ledger.filter(outcome="duplicate").join(kept, on="sha256", how="anti")["file"]
        self.files = here.filter(new | _among(orphans))
        # An archive that is looked at for one of its members is asked for all of them.
        kept = kept.filter(~_among(self.files["file"]))
        self._kept = {bytes.fromhex(sha256) for sha256 in kept["sha256"].drop_nulls()}
        self._ledger = ledger.filter(_among(self.files["file"]))
        self._known = {source: n for n, source in enumerate(self._ledger["source"])}
        self._lost = ledger.filter("lost", ~pl.col("gone"))

    def batches(self, jobs: int) -> Iterator[list[Item]]:
        """Yield what must be read or is settled, in batches of so many documents or bytes.

        The last ones are small, so that no worker is left alone with a large one.
        """
        batch: list[Item] = []
        for item, left in self._items():
            batch.append(item)
            carried = sum(len(item.data or b"") for item in batch)
            share = _BATCH if item.data else max(_LEAST, left // (_SHARES * jobs))
            if len(batch) >= min(_BATCH, share) or carried > _BATCH_BYTES:
                yield batch
                batch = []
        if batch:
            yield batch

    def _items(self) -> Iterator[tuple[Item, int]]:
        """Yield each document that is new or gone, and how many files are left."""
        for row in self._lost.iter_rows(named=True):
            yield _as_it_was(row, gone=True), self.files.height
        for number, (file, stamp) in enumerate(self.files.iter_rows(), start=1):
            seen: set[str] = set()
            for name, data in documents_of(Path(file)):
                source = name
                while source in seen:  # an archive may hold two members of one name
                    source += "'"
                seen.add(source)
                row = {"source": source, "file": file, "stamp": stamp, "gone": False, **versions()}
                yield self._item(row, data, carried=name != file), self.files.height - number
        for at in self._known.values():  # members that an archive no longer has
            row = self._ledger.row(at, named=True)
            if not row["gone"]:
                yield _as_it_was(row, gone=True), 0

    def _item(self, row: Row, data: bytes | DocumentError, *, carried: bool) -> Item:
        """Return a document to read, or settled: a failure, a duplicate, or known already."""
        at = self._known.pop(row["source"], None)
        if isinstance(data, DocumentError):
            return Item(failed(row, data))
        digest = hashlib.sha256(data).digest()
        entries = self._entries.get(digest.hex(), ())
        row |= {"sha256": digest.hex(), "corrections": fingerprint(entries)}
        if digest in self._kept:
            return Item(row | {"outcome": "duplicate"})
        self._kept.add(digest)
        old = {} if at is None else self._ledger.row(at, named=True)
        same = old.get("sha256") == row["sha256"] and old["outcome"] != "duplicate"
        if same and old["current"]:
            return _as_it_was(old, gone=False, stamp=row["stamp"])
        return Item(row, data if carried else None, entries)


def _as_it_was(row: Row, **changed: object) -> Item:
    """Document that is settled as it was, but for what changed."""
    return Item({name: row[name] for name in DOCUMENTS} | changed)


def _among(files: pl.Series) -> pl.Expr:
    return pl.col("file").is_in(files.unique().implode())


def _listing(named: list[Path], store: Path) -> pl.DataFrame:
    """Every file of a source with its size and times, in the order of :func:`toolkit.load`."""
    own = f"{store}{os.sep}"
    found = {f for path in paths_of(named) if not (f := text_of(path)).startswith(own)}
    files = sorted(found, key=lambda file: file.replace(os.sep, "\0"))
    return pl.DataFrame(
        {"file": files, "stamp": [_stamp(file) for file in files]},
        {"file": pl.String, "stamp": pl.String},
    )


def _stamp(file: str) -> str:
    try:
        told = Path(file).lstat()
    except OSError:  # why will be said when it is read
        return ""
    return f"{told.st_size} {told.st_mtime_ns} {told.st_ctime_ns}"


def account_text(account: Mapping[str, Any], language: Language = "en") -> str:
    """Account of a store as text for a person, in a language."""
    told = partial(say, language=language)
    counts = (
        told("{n:,} {what}", n=account[of], what=name_of(of, language))
        for of in (f"{outcome}s" for outcome in OUTCOMES)
    )
    every = told(" + ").join(counts)
    lines = [told("{n:,} documents seen = {counts}", n=account["seen"], counts=every)]
    notes = {"gone": "gone from the source", "older_version": "read by an older version"}
    for name, note in notes.items():
        if account[name]:
            why = name_of(note, language)
            lines.append(told("of these {why}: {n:,}", why=why, n=account[name]))
    for name in ("formats", "editions", "states"):
        each = (
            f"{name_of(key, language) if name == 'states' else key} {count:,}"
            for key, count in account[name].items()
        )
        what = name_of(name, language)
        lines.append(told("{what}: {why}", what=what, why=told(", ").join(each)))
    return "\n".join(lines)
