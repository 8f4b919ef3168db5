"""A server, run with ``python -m``, that forks kernels which find their libraries there.

Each kernel is a process of its own; what takes long in making a brief is imports, and those
the server has made once. It asks nothing of who starts it but Python, so as to start early.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from functools import cache
from importlib import import_module
from threading import Event, Lock
from typing import Final

from toolkit.publish.later import later

_INLINE: Final = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
_PRELOADED: Final = (
    *("ipykernel.kernelapp", "matplotlib_inline.backend_inline", "seaborn", "scipy.optimize"),
    *("toolkit.loading", "analysis.figures", "analysis.words.overview"),
)
"""What takes more than a hundredth of a second in a brief's kernel, with all that comes with it."""

_ASKING: Final = Lock()
_STOPPED: Final = Event()


@cache
def server() -> subprocess.Popen[str]:
    """Server of this process; it imports while others work, and ends when this process does."""
    started = subprocess.Popen(
        [sys.executable, "-m", "toolkit.publish.forks"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | _INLINE,  # matplotlib looks for it when it is imported
        start_new_session=True,  # Ctrl-C is for who started it
    )
    atexit.register(stop)
    return started


def stop() -> None:
    """End the server and its kernels, whatever they are at; none is made before :func:`resume`."""
    _STOPPED.set()
    if not server.cache_info().currsize:  # there is none
        return
    if server().poll() is None:
        if hasattr(os, "killpg"):  # its kernels are of its group
            os.killpg(server().pid, signal.SIGKILL)
        server().kill()
    server().communicate()


def resume() -> None:
    """Let kernels be made again, once nobody is left who would go on with what was stopped."""
    if _STOPPED.is_set():
        server.cache_clear()
        _STOPPED.clear()


def fork(arguments: list[str], environment: dict[str, str]) -> int | None:
    """Process number of a kernel with ``ipykernel_launcher``'s arguments; null if none is made.

    Raises
    ------
    RuntimeError
        Between :func:`stop` and :func:`resume`: a kernel made now would not be ended by it.
    """
    if not hasattr(os, "fork"):
        return None
    asked = json.dumps([arguments, os.getcwd(), environment])  # noqa: PTH109 - a text
    with _ASKING, suppress(OSError, ValueError):
        pipes = server()
        if pipes.stdin and pipes.stdout:
            pipes.stdin.write(f"{asked}\n")
            pipes.stdin.flush()
            return int(pipes.stdout.readline())
    if _STOPPED.is_set():
        raise RuntimeError("stopped")
    return None


def main() -> None:
    """Import, then fork a kernel for each line that is read."""
    gc.disable()  # imports make next to no garbage, and looking for it takes a tenth of their time
    sys.modules["debugpy"] = None  # type: ignore[assignment]  # nobody steps through a brief
    with later("scipy.stats", "gaussian_kde"):  # all that seaborn wants of it
        for name in _PRELOADED:
            with suppress(Exception):  # the kernel will say what is wrong
                import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    parent = os.getpid()
    gc.freeze()  # what is imported stays shared: no kernel goes through it, looking for garbage
    for line in sys.stdin:
        if not (number := os.fork()):
            _kernel(parent, *json.loads(line))
        print(number, flush=True)  # noqa: T201 - it is the answer


def _kernel(parent: int, arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Be a kernel; of this process only the imports are older."""
    gc.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    os.chdir(folder)
    os.environ.update(environment | _INLINE)
    from ipykernel.kernelapp import IPKernelApp

    # It ends when the server does, which ends with the process that started it.
    options = (f"--IPKernelApp.parent_handle={parent}", "--HistoryManager.enabled=False")
    IPKernelApp.launch_instance(argv=[*arguments, *options])
    os._exit(0)


if __name__ == "__main__":
    main()
