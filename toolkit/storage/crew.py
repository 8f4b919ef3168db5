"""Read documents in many processes; one that kills its reader costs itself alone.

Work goes out in batches through the ``concurrent.futures.Executor`` interface. A worker notes
at which document it is. Of a batch whose worker died that document is put aside, and the others
are read again. In the end those put aside are read one at a time with nothing else at work: the
document whose worker dies then is at fault. One that took too long is at fault at once: the
clock that ended its worker wrote so behind the note.
"""

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
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from toolkit.errors import CodebookError, InstallationError
from toolkit.storage.batch import Done, Item, failed, noted
from toolkit.storage.disk import StoreError

_TRIES: Final = 3
_THREADS: Final = "POLARS_MAX_THREADS"
HEARD: Final = 0.5
"""Seconds in which Ctrl-C is heard: with Polars' handler a wait without end goes on at it."""


class Sent(NamedTuple):
    """A batch at a worker, and by what folder and name its attempts lie aside."""

    items: list[Item]
    future: Future[Done]
    journal: Path
    batch: str


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
            at, late = noted(sent.journal, sent.batch)
            if at == len(sent.items) > 1:  # none of them, but their batch: each has one of its own
                again += ([item] for item in sent.items)
                continue
            at = min(at, len(sent.items) - 1)
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
