"""Read documents in many processes; one that kills its reader costs itself alone.

Work goes out in batches through the ``concurrent.futures.Executor`` interface. A batch whose
worker died is read again in small batches, and one of these whose worker died a document at a
time with nothing else at work: the document whose worker dies then is at fault.
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
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple
from uuid import uuid4

from toolkit.corrections import Correction, correct
from toolkit.errors import CodebookError, CorrectionError, DocumentError, InstallationError
from toolkit.report import Parsed, parse
from toolkit.storage.journal import Done, Row, write_batch
from toolkit.storage.store import StoreError

_FEW: Final = 15
"""Documents of a small batch: about the root of what a batch has, so that few are read again."""
_TRIES: Final = 3
_THREADS: Final = "POLARS_MAX_THREADS"
HEARD: Final = 0.5
"""Seconds in which Ctrl-C is heard: with Polars' handler a wait without end goes on at it."""


class Item(NamedTuple):
    """A document to read: what is known of it, its bytes if in an archive, its corrections."""

    row: Row
    data: bytes | None = None
    corrections: tuple[Correction, ...] = ()


class Lost(NamedTuple):
    """A batch whose worker died or failed, and after how long."""

    items: list[Item]
    error: Exception
    seconds: float

    def rows(self, limit: float) -> Iterator[Row]:
        """Rows that say why its documents gave no report."""
        error, why = type(self.error).__name__, f"the reader died: {self.error!r}"
        if self.seconds >= limit:
            error, why = "TimeoutError", f"it took longer than {limit:g} s"
        told = {"outcome": "failure", "stage": "parse", "error": error, "message": why}
        return (item.row | told for item in self.items)


Submit = Callable[..., Future[Done]]
"""An executor's ``submit``."""
Send = Callable[[list[Item]], Future[Done]]
"""Gives a batch to a worker."""


def read_all(
    send: Send, batches: Iterator[list[Item]], most: int
) -> Generator[Done | Lost, None, None]:
    """Have batches read, so many at a time; what comes out as lost is at fault itself.

    Raises
    ------
    StoreError
        If a worker cannot write, or workers die whatever they do.
    """
    for size in (_FEW, 1):
        lost: list[Item] = []
        for done in _read_once(send, batches, most):
            if isinstance(done, Lost):
                lost += done.items
            else:
                yield done
        batches = _cut(lost, size)
    yield from _read_once(send, batches, 1)


def _read_once(
    send: Send, batches: Iterator[list[Item]], most: int
) -> Generator[Done | Lost, None, None]:
    """Have batches read, so many at a time; yield each when its worker is done or dead."""
    flying: dict[Future[Done], tuple[list[Item], float]] = {}
    try:
        while True:
            for items in islice(batches, most - len(flying)):
                flying[send(items)] = items, time.monotonic()
            if not flying:
                return
            for future in wait(flying, HEARD, FIRST_COMPLETED).done:
                items, sent = flying.pop(future)
                try:
                    done: Done | Lost = future.result()
                except (StoreError, InstallationError, CodebookError):
                    raise
                except Exception as error:  # noqa: BLE001  whatever it was, the others are read
                    done = Lost(items, error, time.monotonic() - sent)
                    _prove(send, error)
                yield done
    finally:
        for future in flying:
            future.cancel()


def _prove(send: Send, error: Exception) -> None:
    """Make sure that a worker lives which reads nothing: else no document is at fault."""
    for _ in range(_TRIES):
        try:
            send([]).result()
        except StoreError:
            raise
        except Exception:  # noqa: BLE001, S112  it may have been killed too
            continue
        return
    raise StoreError(
        f"workers die whatever they do: {error!r}; does a script call this outside of"
        ' `if __name__ == "__main__":`?'
    ) from error


def _cut(items: list[Item], size: int) -> Iterator[list[Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


@contextmanager
def processes(jobs: int, megabytes: int) -> Iterator[Submit]:
    """Processes of this machine; one that dies takes no other's work along."""
    others = {*multiprocessing.active_children()}
    context = multiprocessing.get_context("spawn")
    hire = partial(ProcessPoolExecutor, 1, context, _enter, (megabytes,))
    free: deque[Executor] = deque(hire() for _ in range(jobs))
    # As many processes as processors need no threads; Polars counts them when imported.
    threads = os.environ.get(_THREADS)
    os.environ.setdefault(_THREADS, "1")
    try:
        with ThreadPoolExecutor(jobs, initializer=_deaf) as hands:  # each waits for a process
            try:
                yield lambda *task: hands.submit(_apart, free, hire, *task)
            except BaseException:  # what is under way will not be committed: nobody waits for it
                for child in {*multiprocessing.active_children()} - others:
                    child.kill()
                raise
    finally:
        for process in free:
            process.shutdown()
        if threads is None:
            del os.environ[_THREADS]


def _apart(
    free: deque[Executor], hire: Callable[[], Executor], task: Callable[..., Done], *args: object
) -> Done:
    process = free.pop()
    try:
        return process.submit(task, *args).result()
    except BrokenExecutor:
        process = hire()
        raise
    finally:
        free.append(process)


def _deaf() -> None:
    """Leave Ctrl-C to the main thread; a process that this one starts has it from birth."""
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])


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

        client = Client(scheduler)  # type: ignore[no-untyped-call]
    except ImportError as error:
        raise StoreError(
            "a cluster needs Dask: run `make extras`, or pip install 'ogi-toolkit[dask]'"
        ) from error
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


def read_batch(journal: Path, batch: str, items: list[Item], seconds: float, home: int) -> Done:
    """Read documents and write what they gave aside; runs in a worker.

    A worker that is the process ``home`` is a thread of the ingest, which no limit may end.
    """
    apart = os.getpid() != home
    if apart:
        gc.freeze()  # what is there stays: looking through it again and again costs a tenth
    parsed: list[Parsed] = []
    rows: list[Row] = []
    for item in items:
        with _limited(seconds) if apart else nullcontext():
            rows.append(_read(item, parsed))
    # A worker given up for dead may still write: no two attempts share a folder.
    aside = journal / f".{batch}-{uuid4().hex}"
    write_batch(aside, batch, parsed, rows)
    return Done(batch, aside, rows)


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """End this process after some time, even if a library holds the interpreter."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def _read(item: Item, parsed: list[Parsed]) -> Row:
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


def failed(row: Row, error: DocumentError) -> Row:
    """Row of a document that gave no report."""
    told = {"stage": error.stage, "error": type(error).__name__, "message": error.message}
    return row | {"outcome": "failure", **told}
