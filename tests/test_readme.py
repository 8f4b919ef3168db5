"""The README's example runs as printed, and its commands are what the Makefile and ogi have."""

import re
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    code = "\n".join(re.findall(r"```python\n(.*?)```", README, re.DOTALL))
    names: dict[str, object] = {}
    exec(compile(code, "README.md", "exec"), names)  # noqa: S102 - our own page
    plt.close("all")
    assert len(names["corpus"]) == 8  # type: ignore[arg-type]


def test_what_the_commands_name_is_there() -> None:
    make = set(
        re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", README, re.MULTILINE)) <= make
    run = [sys.executable, "-c", "from toolkit.cli import main; main()", "--help"]
    listed = subprocess.run(run, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    for command in set(re.findall(r"^ogi ([a-z]+)", README, re.MULTILINE)):
        assert command in listed


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if "//" not in target:
            assert (ROOT / target).exists(), target
