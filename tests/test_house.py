"""What keeps the house in order: nothing stale, nothing that names a machine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT
from toolkit import schema
from toolkit.publish.codebook_page import codebook_markdown

CJK = re.compile(r"[\u4e00-\u9fff]")


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file()]


def test_the_codebook_page_is_what_the_codebook_says() -> None:
    page = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert page.strip() == codebook_markdown().strip(), "run `make docs/codebook.md`"


def test_environment_and_project_ask_for_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {*project["project"]["dependencies"], *project["dependency-groups"]["dev"]}
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    listed = {
        line.strip(" -") for line in text.splitlines() if line.startswith(("  - ", "      - "))
    }
    ours = {"conda-forge", "pip", "pip:", f"python{project['project']['requires-python']}"}
    assert listed - ours - {"-e . --no-deps", "e . --no-deps"} == wanted


def test_every_direct_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {*project["project"]["dependencies"], *project["dependency-groups"]["dev"]}
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.MULTILINE))
    names = {re.split(r"[<>=\[ ]", spec)[0].lower() for spec in wanted}
    assert names <= locked


def test_no_file_names_a_registry_or_a_machine() -> None:
    marks = [
        "py" + "pi.org",
        "pythonhosted" + ".org",
        "npmjs" + ".org",
        "/work" + "/",
        "/ro" + "ot/",
    ]
    for path in tracked():
        data = path.read_bytes()
        found = [mark for mark in marks if mark.encode() in data]
        assert not found, f"{path.relative_to(ROOT)} holds {found}"


def test_no_statutory_wording_in_code() -> None:
    for folder in ("toolkit", "analysis"):
        for path in (ROOT / folder).rglob("*.py"):
            line = next(
                (
                    n
                    for n, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
                    if CJK.search(text)
                ),
                None,
            )
            assert line is None, f"{path.relative_to(ROOT)}, line {line}: wording belongs in a CSV"


def test_states_verdicts_and_standings_keep_their_order() -> None:
    # Their places are what Stata files have of them, and of what statistics tell the gravest.
    assert schema.STATES == ("reported", "blank", "not_applicable", "unreadable", "absent")
    assert schema.VERDICTS == ("holds", "fails", "unknown")
    assert schema.STANDINGS == ("counts", "repeated", "contested")
