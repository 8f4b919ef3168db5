"""Forked kernels: libraries are there, nothing of another brief is, and none outlives its use."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.conftest import write_notebook
from toolkit.publish.brief import Brief, BriefError, write_brief
from toolkit.publish.briefs import _make
from toolkit.publish.index import Entry


def run(folder: Path, *cells: str) -> str:
    """What a notebook prints."""
    folder.mkdir(exist_ok=True)
    notebook = write_notebook(folder / "n.ipynb", "year = 1", *cells)
    write_brief(folder, {}, notebook=notebook)
    ran = nbformat.read(folder / "brief.ipynb", as_version=4)
    return "".join(output.text for cell in ran.cells for output in cell.get("outputs", ()))


def test_libraries_are_there_and_what_another_brief_did_to_them_is_not(tmp_path: Path) -> None:
    code = (
        "import os, sys\nearly = 'matplotlib.pyplot' in sys.modules\nimport polars\n"
        "leaked = hasattr(polars, 'leak')\npolars.leak = 1\n"
        "n = polars.DataFrame({'a': range(100_000)}).group_by(polars.col('a') % 7).len().height\n"
        "print(os.getpid(), early, leaked, n)"
    )
    first, second = (run(tmp_path / name, code).split() for name in "ab")
    assert first[1:] == second[1:] == ["True", "False", "7"]
    assert first[0] != second[0]
    for number in (first[0], second[0]):
        with pytest.raises(ProcessLookupError):
            os.kill(int(number), 0)


def test_what_is_left_for_later_is_there_when_it_is_asked_for(tmp_path: Path) -> None:
    code = (
        "import sys, seaborn\nearly = 'scipy.stats' in sys.modules\n"
        "(line,) = seaborn.kdeplot([1.0, 2.0, 4.0], cumulative=True).lines\n"
        "print(early, round(line.get_ydata()[-1], 2))"
    )
    assert run(tmp_path, code).split()[:2] == ["False", "1.0"]


def test_who_checks_addresses_after_a_notebook_was_read_has_them_checked() -> None:
    code = (
        "import sys\nfrom toolkit.publish.brief import NOTEBOOK\n"
        "from toolkit.publish.parameters import parameters\nparameters(NOTEBOOK)\n"
        "early = 'rfc3987_syntax' in sys.modules\nimport jsonschema\n"
        "check = jsonschema.Draft7Validator.FORMAT_CHECKER\n"
        "print(early, *(check.conforms(text, 'iri') for text in ('http://\u7701', 'no address')))"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.split() == ["False", "True", "False"]


def test_where_nothing_can_be_forked_a_kernel_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toolkit.publish.kernel.fork", lambda *_: None)
    code = "import sys; print('ipykernel_launcher' in str(sys.orig_argv))"
    assert run(tmp_path, code).split() == ["True"]


def test_after_briefs_that_were_interrupted_others_can_be_made(tmp_path: Path) -> None:
    """Whoever works in a notebook presses stop, and tries again."""

    def interrupt(*_: object) -> Brief:
        raise KeyboardInterrupt

    asked = Entry(name="a", parameters={})
    with pytest.raises(KeyboardInterrupt):
        list(_make(tmp_path, [asked], interrupt, 1))
    assert run(tmp_path / "again", "import sys; print('matplotlib' in sys.modules)") == "True\n"


def test_a_kernel_that_dies_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BriefError, match=r"n\.ipynb could not be run: .*Kernel died"):
        run(tmp_path, "import os; os._exit(3)")


def test_a_mistake_is_told_without_waiting_for_the_server() -> None:
    code = (
        "import toolkit.publish.brief as b\nfrom pathlib import Path\n"
        "try:\n    b.write_brief(Path('x'), {'yaer': 1})\nexcept ValueError:\n"
        "    print(b.server().poll())"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.split() == ["None"]
    assert ran.stderr == ""
