"""Read documents in many processes; one that kills its reader costs itself alone.

Work goes out in batches through the ``concurrent.futures.Executor`` interface. A worker notes
at which document it is. Of a batch whose worker died that document is put aside, and the others
are read again. In the end those put aside are read one at a time with nothing else at work: the
document whose worker dies then is at fault. One that took too long is at fault at once: the
clock that ended its worker wrote so behind the note.
"""

import faulthandler
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
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
from typing import Final, NamedTuple, TextIO
from uuid import uuid4

from toolkit.corrections import Correction, correct
from toolkit.errors import CodebookError, CorrectionError, DocumentError, InstallationError
from toolkit.report import Parsed, parse
from toolkit.storage.journal import Done, Row, explained, write_batch
from toolkit.storage.store import StoreError

_NOTE: Final = "at"
"""File in which a worker notes at which document of its batch it is."""
_TRIES: Final = 3
_THREADS: Final = "POLARS_MAX_THREADS"
HEARD: Final = 0.5
"""Seconds in which Ctrl-C is heard: with Polars' handler a wait without end goes on at it."""


class Item(NamedTuple):
    """A document to read: what is known of it, its bytes if in an archive, its corrections.

    One whose ``outcome`` is known is settled: its row is all that is written of it.
    """

    row: Row
    data: bytes | None = None
    corrections: tuple[Correction, ...] = ()


class Sent(NamedTuple):
    """A batch at a worker, and by what folder and name its attempts lie aside."""

    items: list[Item]
    future: Future[Done]
    journal: Path
    batch: str

    def noted(self) -> tuple[int, bool]:
        """Place of the document at which the last attempt ended, and whether that took too long."""
        notes = self.journal.glob(f".{self.batch}-*/{_NOTE}")
        last = max(notes, key=lambda path: path.stat().st_mtime_ns, default=None)
        place, _, late = last.read_text(encoding="utf-8").partition("\n") if last else ("", "", "")
        return int(place or 0), bool(late)


Send = Callable[[list[Item]], Sent]
"""Gives a batch to a worker."""


def read_all(
    send: Send, batches: Iterator[list[Item]], most: int, seconds: float
) -> Generator[Done, None, None]:
    """Have batches read, so many at a time; a document at fault is settled as a failure.

    Raises
    ------
    StoreError
        If a worker cannot write, or workers die whatever they do.
    """
    suspects: list[list[Item]] = []
    todo: Iterable[list[Item]] = batches
    alone = False
    while todo:
        again: list[list[Item]] = []
        for sent, done in _read_once(send, iter(todo), 1 if alone else most):
            if isinstance(done, Done):
                yield done
                continue
            at, late = sent.noted()
            again += filter(None, (sent.items[:at], sent.items[at + 1 :]))
            if late or alone:
                again.append([Item(failed(sent.items[at].row, done, late * seconds))])
            else:
                suspects.append([sent.items[at]])
        alone = not again
        todo, suspects = (suspects, []) if alone else (again, suspects)


def _read_once(
    send: Send, batches: Iterator[list[Item]], most: int
) -> Iterator[tuple[Sent, Done | Exception]]:
    """Have batches read, so many at a time; yield each when its worker is done or dead."""
    flying: dict[Future[Done], Sent] = {}
    try:
        while True:
            for items in islice(batches, most - len(flying)):
                sent = send(items)
                flying[sent.future] = sent
            if not flying:
                return
            for future in wait(flying, HEARD, FIRST_COMPLETED).done:
                try:
                    done: Done | Exception = future.result()
                except (StoreError, InstallationError, CodebookError):
                    raise
                except Exception as error:  # noqa: BLE001  whatever it was, the others are read
                    done = error
                    _prove(send, error)
                yield flying.pop(future), done
    finally:
        for future in flying:
            future.cancel()


def _prove(send: Send, error: Exception) -> None:
    """Make sure that a worker lives which reads nothing: else no document is at fault."""
    for _ in range(_TRIES):
        try:
            send([]).future.result()
        except StoreError:
            raise
        except Exception:  # noqa: BLE001, S112  it may have been killed too
            continue
        return
    raise StoreError(
        f"workers die whatever they do: {error!r}; does a script call this outside of"
        ' `if __name__ == "__main__":`?'
    ) from error


@contextmanager
def processes(jobs: int, megabytes: int) -> Iterator[Callable[..., Future[Done]]]:
    """Submit to processes of this machine; one that dies takes no other's work along."""
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
    # A worker given up for dead may still write: no two attempts share a folder.
    aside = journal / f".{batch}-{uuid4().hex}"
    with explained(journal):
        aside.mkdir()
        with (aside / _NOTE).open("w", encoding="utf-8") as note:
            for place, item in enumerate(items):
                note.seek(0)
                note.write(f"{place:9}\n")  # of one length, to be written over
                note.flush()
                with _limited(seconds, note) if apart else nullcontext():
                    rows.append(_read(item, parsed))
        write_batch(aside, batch, parsed, rows)
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
