"""Ctrl-C and SIGTERM: what was under way ends, and nobody else has anything to say about it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from psutil import Process

from tests.conftest import BUNDLED, ROOT, ingested, write_notebook
from tests.render import realistic, render
from tests.render.values import agency_number

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there Ctrl-C goes other ways")

FOREVER = "import time\nwhile True:\n    time.sleep(1)"


def from_terminal(number: int) -> None:
    os.killpg(number, signal.SIGINT)


def from_scheduler(number: int) -> None:
    os.kill(number, signal.SIGTERM)


Ending = Callable[[int], None]
either = pytest.mark.parametrize("end", [from_terminal, from_scheduler])


def interrupted(end: Ending, ready: Callable[[int], object], *options: str) -> tuple[int, str]:
    """Status and errors of a command that is ended when it is ready."""
    command = [sys.executable, "-c", "from toolkit.cli import main; main()", *options]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    running = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        while not ready(running.pid):
            assert running.poll() is None
            time.sleep(0.01)
        end(running.pid)
        _, told = running.communicate(timeout=60)
    finally:
        running.kill()
    return running.returncode, told


def worker_imports(number: int) -> bool:
    """Whether a process has one that has begun its work, and not yet prepared for it."""
    return any(child.cpu_times().user > 0.15 for child in Process(number).children())


@either
def test_an_ingest_ends_without_a_word_of_its_workers(end: Ending, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    rng = Random(5)
    for number in range(60):
        made = render(realistic(rng, agency_number(number), 2022), "tabs")
        (source / f"{number}.txt").write_bytes(made.data)
    store = tmp_path / "store"
    options = ("ingest", str(source), "--store", str(store), "--jobs", "2")
    status, told = interrupted(end, worker_imports, *options)
    assert (status, told) == (130, "")
    assert not (store / "manifest.json").exists()


def for_ever(command: str, folder: Path, source: Path) -> tuple[str, ...]:
    """Command that runs a notebook which has no end, and writes ``runs`` when it begins."""
    parameters = "source = ''\nyear = 2022\nlanguage = 'zh'\nby = ''\ngroup = ''"
    forever = f"open({str(folder / 'runs')!r}, 'w').close()\n{FOREVER}"
    notebook = write_notebook(folder / "n.ipynb", parameters, forever)
    options = ("--notebook", str(notebook), "--output", str(folder / "out"))
    return (command, "--year", "2022", "--source", str(source), *options)


@either
@pytest.mark.parametrize("command", ["brief", "briefs"])
def test_a_brief_that_runs_for_ever_ends(command: str, end: Ending, tmp_path: Path) -> None:
    options = for_ever(command, tmp_path, BUNDLED)
    status, told = interrupted(end, lambda _: (tmp_path / "runs").exists(), *options)
    assert status == 130
    assert "Traceback" not in told


@pytest.mark.parametrize("command", ["brief", "briefs"])
def test_a_brief_ends_whose_kernel_is_not_there_yet(command: str, tmp_path: Path) -> None:
    store = ingested(BUNDLED, tmp_path / "store").path
    status, _ = interrupted(from_terminal, worker_imports, *for_ever(command, tmp_path, store))
    assert status == 130
    assert not (tmp_path / "runs").exists()
