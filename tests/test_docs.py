"""What the documentation says is so: its code runs as printed, its links lead somewhere."""

import ast
import contextlib
import doctest
import importlib.util
import inspect
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from numpydoc.docscrape import ClassDoc
from numpydoc.validate import validate
from typer.main import get_command
from typer.testing import CliRunner

import analysis
import toolkit
from analysis import figures
from bench.documents import FOLDER, MISPRINT, documents
from tests.conftest import ROOT
from toolkit import schema
from toolkit.cli import EXAMPLES, app

DOCS = ROOT / "docs"
PAGES = sorted((ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md")))
FENCE = re.compile(r"^( *)```([a-z]+)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^(?!#)(?:.*\\\n)*.+$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)

NOT_RUN = {
    "make": "makes .venv from the network; its targets are checked against the Makefile",
    "source": "enters .venv, where the tests are already",
    "dask": "starts a cluster and goes on until it is stopped",
    "ogi ingest /shared": "needs a cluster",
    "python -m pytest": "the tests do not run themselves",
    "ogi --install-completion": "writes to the shell's start-up file; see test_completion",
}
"""How the commands begin that are not run, and why."""

NOT_RUN_LANGUAGES = {"stata": "needs Stata"}
"""Languages of the blocks that are not run, and why."""

R = shutil.which("Rscript") and not subprocess.call(["Rscript", "-e", "library(data.table)"])
"""Whether blocks of R can be run."""

DASK = importlib.util.find_spec("distributed")
"""What is in an extra is not there after `make setup` alone; the gate makes the extras."""

FINDS = ("ogi check",)
"""Commands whose exit status is 1 if they find something."""


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """Language and code of each block of a page, and the output printed below it, if any."""
    text = page.read_text(encoding="utf-8")
    found = list(FENCE.finditer(text))
    shown = []
    for block, after in zip(found, [*found, None][1:], strict=True):
        told = after and after[2] == "text" and not text[block.end() : after.start()].strip()
        code = "\n".join(line.removeprefix(block[1]) for line in block[3].splitlines())
        shown.append((block[2], code, after[3] if after and told else ""))
    return shown


RUN = [page for page in PAGES if {"sh", "python"} & {language for language, *_ in blocks(page)}]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the project to work in, with ``ogi`` and ``python`` on the path."""
    for name in ("data", "notebooks", "docs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, arguments in {
        "ogi": " -c 'from toolkit.cli import main; main()'",
        "python": "",
    }.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable}{arguments} "$@"\n')
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    plt.close("all")


def run_python(code: str, names: dict[str, Any]) -> str:
    """Run a block as a notebook's cell is run, and return what is shown."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(tree, "block", "exec"), names)  # noqa: S102 - our own pages
        if isinstance(last, ast.Expr):
            shown = eval(compile(ast.Expression(last.value), "block", "eval"), names)  # noqa: S307
            if shown is not None:
                print(repr(shown))  # noqa: T201
    return out.getvalue()


def run_sh(code: str) -> str:
    """Run a block's commands one by one, but for those of NOT_RUN, and return what is shown."""
    shown = ""
    for command in COMMAND.findall(code):
        if command.startswith(tuple(NOT_RUN)):
            continue
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
        allowed = (0, 1) if command.startswith(FINDS) else (0,)
        assert done.returncode in allowed, f"{command}\n{done.stdout}{done.stderr}"
        shown += done.stderr + done.stdout
    return shown


def run_r(code: str) -> str:
    """Run a block and return what is printed."""
    return subprocess.run(
        ["Rscript", "-e", code], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("page", RUN, ids=lambda page: str(page.relative_to(ROOT)))
@pytest.mark.usefixtures("project")
def test_every_block_runs_as_printed(page: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    runs: dict[str, Any] = {"python": run_python, "sh": run_sh} | ({"r": run_r} if R else {})
    for language, code, expected in blocks(page):
        if language not in runs or ("distributed" in code and not DASK):
            continue
        shown = run_python(code, names) if language == "python" else runs[language](code)
        if expected:
            flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
            same = doctest.OutputChecker().check_output(expected, shown, flags)
            assert same, f"{code}\nexpected:\n{expected}\nfound:\n{shown}"


def test_what_is_not_run_is_named_and_known() -> None:
    every = [block for page in PAGES for block in blocks(page)]
    languages = {language for language, *_ in every}
    assert languages - {"python", "sh", "r", "text"} == set(NOT_RUN_LANGUAGES)
    commands = [c for language, code, _ in every if language == "sh" for c in COMMAND.findall(code)]
    run = ("ogi ", "python ", "ls ")
    assert not [c for c in commands if not c.startswith((*NOT_RUN, *run))]
    assert all(any(c.startswith(name) for c in commands) for name in NOT_RUN)
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z./]+):", makefile, re.MULTILINE))
    told = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    made = set(re.findall(r"(?:`|^)make ([a-z./]+)", told, re.MULTILINE))
    assert {"setup", "brief", "test", "docs", "lab"} <= made <= targets


def test_every_notebook_is_named() -> None:
    listed = set(re.findall(r"^\| `(\w+\.ipynb)`", (DOCS / "index.md").read_text(), re.MULTILINE))
    assert listed == {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for found in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
            target, _, anchor = (found[0] or found[1]).partition("#")
            if "//" in target:
                continue
            path = (page.parent / target).resolve() if target else page
            assert path.exists(), f"{page.name}: {target}"
            assert not anchor or anchor in anchors(path), f"{page.name}: {target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings."""
    heads = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def public() -> Iterator[str]:
    """Every name that the reference describes: a module's ``__all__``, or some of its members."""
    for page in (DOCS / "reference").glob("*.md"):
        found = re.findall(
            r"automodule:: (\S+)(?:\n +:members: (.+))?", page.read_text(encoding="utf-8")
        )
        for name, members in found:
            module = importlib.import_module(name)
            given = members.split(", ") if members else getattr(module, "__all__", ())
            yield from (f"{name}.{one}" for one in given)


@pytest.mark.parametrize("name", sorted(public()))
def test_every_public_name_is_documented(name: str) -> None:
    module, _, own = name.rpartition(".")
    named = getattr(importlib.import_module(module), own)
    errors = dict(validate(name)["errors"])
    wrong = {code: errors[code] for code in ("GL08", "SS01", "PR02", "RT01") if code in errors}
    if inspect.isclass(named):
        fields = set(getattr(named, "__dataclass_fields__", getattr(named, "_fields", ())))
        told = ClassDoc(named)
        sections = [*told["Parameters"], *told["Attributes"]]
        fields -= {name for one in sections for name in one.name.split(", ")}
        assert not fields, f"{name} does not describe {fields}"
    elif "PR01" in errors:
        wrong["PR01"] = errors["PR01"]
    assert not wrong


@pytest.mark.parametrize("name", ["reports", "cells", "checks"])
def test_every_column_of_the_frames_is_described_in_order(name: str) -> None:
    page = (DOCS / "reference" / "schema.md").read_text(encoding="utf-8")
    part = page.partition(f"## {name}\n")[2].partition("\n## ")[0]
    told = re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)
    assert told == getattr(schema, name.upper()).names()


def test_the_reference_has_all_of_the_two_packages() -> None:
    names = set(public())
    for module in ("toolkit", "analysis", "analysis.figures", "analysis.tables"):
        every = importlib.import_module(module).__all__
        assert {f"{module}.{name}" for name in every} <= names


@pytest.mark.parametrize("module", ["toolkit", "analysis", "analysis.figures"])
def test_tab_offers_the_public_names_alone(module: str) -> None:
    found = importlib.import_module(module)
    rooms = ["figures", "selection", "tables"] if module == "analysis" else []
    assert dir(found) == sorted([*found.__all__, *rooms])


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("ogi br", {"brief", "briefs"}),
        ("ogi export --la", {"--language"}),
        ("ogi export --language ", {"zh", "en"}),
        ("ogi brief --language ", {"zh", "en"}),
        ("ogi briefs --by p", {"province", "prefecture"}),
        ("ogi export --format ", {"parquet", "csv", "xlsx", "dta"}),
    ],
)
@pytest.mark.usefixtures("project")
def test_completion(typed: str, offered: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_OGI_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split(" ")) - 1))
    assert set(run_sh("ogi").split()) == offered


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("ogi check nowhere", "no such file or folder: nowhere (looked in "),
        ("ogi export nowhere --out there", "no store in nowhere: `ogi ingest` makes one"),
        ("ogi ckeck data/reports", "Did you mean 'check'?"),
        ("ogi ingest data --store data/README.md", "neither a store nor an empty folder"),
        ("ogi brief --notebook data/README.md", "data/README.md: expected a notebook"),
        ("ogi brief --output data/README.md", "data/README.md: File exists"),
        (
            "ogi brief -p by=province -p group=江苏",
            "no report with year 2022 has '江苏'; there are",
        ),
        ("ogi brief -p by=year -p group=2022", "year: expected a number such as 2022"),
        ("ogi ingest data --store made --seconds 0", "Invalid value for '--seconds'"),
    ],
)
@pytest.mark.usefixtures("project")
def test_a_mistake_is_told_with_what_to_do(command: str, said: str) -> None:
    run = subprocess.run(command.split(), capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr


def test_a_slip_in_python_is_told_with_what_to_do() -> None:
    with pytest.raises(toolkit.ParameterError, match="shares: expected DataFrame, found a Corpus"):
        figures.requester_mix(toolkit.load(FOLDER, progress=False))  # type: ignore[arg-type]
    with pytest.raises(toolkit.SourceError, match=r"documents: a folder .* load\(\) it"):
        toolkit.read_report(FOLDER)
    meant = (
        r"no cell applications\.recieved\.total .*'applications\.received\.total'.* `ogi codebook`"
    )
    with pytest.raises(KeyError, match=meant):
        toolkit.read_report(FOLDER / MISPRINT[0]).value("applications", "recieved", "total")
    with pytest.raises(toolkit.ParameterError, match=r"no column 'agancy'; they have .*agency"):
        analysis.requester_mix(toolkit.load(FOLDER, progress=False), by="agancy")


def test_the_rooms_of_analysis_are_there_when_asked_for() -> None:
    code = (
        "import sys, analysis\nprint('matplotlib' in sys.modules)\n"
        "print(analysis.figures.outcomes.__name__, analysis.tables.table.__name__)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "outcomes", "table"]


def test_the_command_tells_its_version() -> None:
    told = CliRunner().invoke(app, ["--version"]).stdout
    assert re.fullmatch(r"ogi-toolkit \d+\.\d+\.\d+\+[0-9a-f]{8}, codebook [0-9a-f]{32}\n", told)


def test_every_command_shows_an_example_that_has_its_options() -> None:
    assert set(re.findall(r"^ogi ([a-z]+)", EXAMPLES, re.MULTILINE)) <= {*get_command(app).commands}
    for name, command in get_command(app).commands.items():
        example = command.epilog.removeprefix("Example: ")
        assert example.startswith(f"ogi {name} ")
        known = {option for one in command.params for option in one.opts}
        assert set(re.findall(r"(?<= )--?[a-z-]+", example)) <= known


def test_the_site_builds_and_fetches_nothing(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", DOCS, tmp_path]
    built = subprocess.run(
        run, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    assert built.returncode == 0, built.stderr
    for path in tmp_path.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(
            r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"(?:https?:)?//", text
        )
    for path in tmp_path.rglob("*.css"):
        assert not re.findall(r"url\([\"']?(?:https?:)?//", path.read_text(encoding="utf-8"))
    reference = (tmp_path / "genindex.html").read_text(encoding="utf-8")
    for name in public():
        assert f'#{name}"' in reference, f"{name} is not in the index"


def test_the_documents_of_the_tutorial_are_those_that_are_made() -> None:
    made = dict(documents())
    assert {path.name for path in FOLDER.iterdir()} == set(made)
    for name, data in made.items():
        if not name.endswith(".pdf"):  # another release of the typesetter may write other bytes
            assert (FOLDER / name).read_bytes() == data, "run python -m bench.documents"
