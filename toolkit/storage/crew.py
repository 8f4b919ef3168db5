"""Read documents in many processes; one that kills its reader costs itself alone.

Work goes out in batches through the ``concurrent.futures.Executor`` interface. A worker
notes at which document it is; if it dies, the batch goes out again without that document,
and the suspect alone, with nothing else in flight. If that dies too, it is the culprit.
"""

import faulthandler
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from concurrent.futures.process import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple
from uuid import uuid4

from toolkit.corrections import Correction, correct
from toolkit.errors import CorrectionError, DocumentError, InstallationError
from toolkit.report import Parsed, parse
from toolkit.storage.journal import Done, Row, explained, write_batch
from toolkit.storage.store import StoreError

_IN_FLIGHT: Final = 2
_DEATHS: Final = 3
_WRITING: Final = -1
_THREADS: Final = "POLARS_MAX_THREADS"


@dataclass(frozen=True)
class Limits:
    """What one document may cost before it is given up.

    Parameters
    ----------
    seconds
        Time to read it.
    megabytes
        Memory of the process that reads it; Linux and macOS, own process pool only.
    """

    seconds: float = 300.0
    megabytes: int = 4096


class Item(NamedTuple):
    """A document to read: what is known of it, its bytes if in an archive, its corrections."""

    row: Row
    data: bytes | None = None
    corrections: tuple[Correction, ...] = ()


class Task(NamedTuple):
    """A batch as it goes to a worker."""

    journal: Path
    batch: str
    items: list[Item]
    seconds: float
    home: int
    alone: bool = False

    @property
    def marker(self) -> Path:
        """File in which the worker notes the place of the document it is at."""
        return self.journal / f".{self.batch}.at"


@dataclass
class Crew:
    """Workers, and the work that is in flight.

    Parameters
    ----------
    journal
        Folder for what they write, seen by all of them under the same path.
    name
        Gives each batch its name.
    jobs
        Number of workers; twice as many batches are in flight.
    limits
        What one document may cost.
    executor
        Who does the work; by default a process pool of its own.
    """

    journal: Path
    name: Callable[[], str]
    jobs: int
    limits: Limits
    executor: Executor | None = None
    _pool: Executor | None = None
    _flying: dict[Future[tuple[Path, list[Row]]], Task] = field(default_factory=dict)
    _again: deque[list[Item]] = field(default_factory=deque)
    _suspects: deque[Item] = field(default_factory=deque)
    _closed: bool = False
    _deaths: int = 0

    def read(self, batches: Iterator[list[Item]]) -> Generator[Done, None, None]:
        """Read batches, as many at a time as there are hands; yield them as they are done.

        Raises
        ------
        StoreError
            If a worker cannot write, or workers die before they read anything.
        """
        # As many processes as processors need no threads; Polars counts them when imported.
        threads = os.environ.get(_THREADS)
        os.environ.setdefault(_THREADS, "1")
        try:
            while self._send_next(batches) or self._flying:
                for future in wait(self._flying, return_when=FIRST_COMPLETED).done:
                    yield from self._receive(future)
        finally:
            for future in self._flying:
                future.cancel()
            self._dismiss()
            if threads is None:
                del os.environ[_THREADS]

    def _send_next(self, batches: Iterator[list[Item]]) -> bool:
        """Send what can be sent; whether anything was."""
        if self._closed and not self._flying:
            self._dismiss()
        if self._suspects and not self._flying:
            self._dismiss()
            self._send([self._suspects.popleft()], alone=True)
            self._closed = True  # what dies in there can only have died of this
        while len(self._flying) < _IN_FLIGHT * self.jobs and not (self._suspects or self._closed):
            items = self._again.popleft() if self._again else next(batches, None)
            if items is None:
                break
            self._send(items)
        return bool(self._flying or self._again)

    def _send(self, items: list[Item], *, alone: bool = False) -> None:
        if self._pool is None:
            jobs = 1 if alone else self.jobs
            self._pool = self.executor or _pool(jobs, self.limits.megabytes)
        home = os.getpid()
        task = Task(self.journal, self.name(), items, self.limits.seconds, home, alone)
        try:
            self._flying[self._pool.submit(read_batch, task)] = task
        except BrokenExecutor as error:
            self._break(error)
            self._again.append(items)

    def _receive(self, future: Future[tuple[Path, list[Row]]]) -> Iterator[Done]:
        task = self._flying.pop(future)
        try:
            aside, rows = future.result()
        except (StoreError, InstallationError):
            raise
        except Exception as error:  # noqa: BLE001  whatever killed it, the others are read
            yield from self._lose(task, error)
        else:
            self._deaths = 0
            yield Done(task.batch, aside, rows)

    def _lose(self, task: Task, error: Exception) -> Iterator[Done]:
        """Decide what becomes of a batch whose worker died or failed."""
        if isinstance(error, BrokenExecutor):
            self._break(error)
        try:
            at, spent = int(task.marker.read_text()), time.time() - task.marker.stat().st_mtime
        except (OSError, ValueError):  # it died before it began, or while another killed the pool
            self._deaths += 1
            if self._deaths > _DEATHS * _IN_FLIGHT * self.jobs:
                raise StoreError(
                    f"workers die before they read anything: {error!r}; does a script call this"
                    ' outside of `if __name__ == "__main__":`?'
                ) from error
            self._again.append(task.items)
            return
        self._deaths = 0
        if task.alone:
            yield Done(task.batch, None, [_culprit(task.items[0].row, error, spent, self.limits)])
        elif at == _WRITING:
            self._suspects.extend(task.items)
        else:
            self._suspects.append(task.items.pop(at))
            if task.items:
                self._again.append(task.items)

    def _break(self, error: BrokenExecutor) -> None:
        if self.executor:
            raise StoreError(f"the executor broke: {error}") from error
        self._closed = True

    def _dismiss(self) -> None:
        if self._pool is not None and self._pool is not self.executor:
            self._pool.shutdown(cancel_futures=True)
        self._pool, self._closed = None, False


def _culprit(row: Row, error: Exception, spent: float, limits: Limits) -> Row:
    late = spent >= limits.seconds
    why = f"it took longer than {limits.seconds:g} s" if late else f"the reader died: {error!r}"
    name = "TimeoutError" if late else type(error).__name__
    return row | {"outcome": "failure", "stage": "parse", "error": name, "message": why}


def _pool(jobs: int, megabytes: int) -> Executor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, context, initializer=_enter, initargs=(megabytes,))


@contextmanager
def dask_executor(scheduler: str) -> Iterator[Executor]:
    """Workers of a Dask cluster as an executor.

    Raises
    ------
    StoreError
        If Dask is not installed, or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise StoreError(
            "a cluster needs Dask: run `make extras`, or pip install 'ogi-toolkit[dask]'"
        ) from error
    try:
        client = Client(scheduler)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise StoreError(
            f"no Dask scheduler answers at {scheduler}; start one with `dask scheduler`: {error}"
        ) from error
    with client:
        yield client.get_executor()  # type: ignore[no-untyped-call]


def _enter(megabytes: int) -> None:
    """Prepare a worker: it has bounds, leaves Ctrl-C to its parent and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        bound = megabytes * 2**20
        bound = bound if most == resource.RLIM_INFINITY else min(bound, most)
        resource.setrlimit(resource.RLIMIT_DATA, (bound, most))
    threading.Thread(target=_follow, daemon=True).start()


def _follow() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def read_batch(task: Task) -> tuple[Path, list[Row]]:
    """Read the documents of a batch and write what they gave aside; runs in a worker."""
    parsed: list[Parsed] = []
    rows: list[Row] = []
    threaded = os.getpid() == task.home  # a thread of the ingest itself, which must live
    if not threaded:
        gc.freeze()  # what is there stays: looking through it again and again costs a tenth
    with ExitStack() as stack:
        with explained(task.journal):
            marker = stack.enter_context(task.marker.open("wb", buffering=0))
        nowhere = stack.enter_context(Path(os.devnull).open("w", encoding="utf-8"))
        stack.callback(faulthandler.cancel_dump_traceback_later)
        for number, item in enumerate((*task.items, None)):
            with explained(task.journal):
                marker.seek(0)
                marker.write(b"%5d" % (number if item else _WRITING))
            if not threaded:  # ends this process, even inside a library
                faulthandler.dump_traceback_later(task.seconds, exit=True, file=nowhere)
            if item:
                rows.append(_read(item, parsed))
    # A worker given up for dead may still write: no two attempts share a folder.
    aside = task.journal / f".{task.batch}-{uuid4().hex}"
    write_batch(aside, task.batch, parsed, rows)
    task.marker.unlink()
    return aside, rows


def _read(item: Item, parsed: list[Parsed]) -> Row:
    try:
        made = _parse(item)
    except DocumentError as error:
        return failed(item.row, error)
    parsed.append(made)
    return item.row | {"outcome": "report", "year": made.meta["year"]}


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


def failed(row: Row, error: DocumentError) -> Row:
    """Row of a document that gave no report."""
    told = {"stage": error.stage, "error": type(error).__name__, "message": error.message}
    return row | {"outcome": "failure", **told}
