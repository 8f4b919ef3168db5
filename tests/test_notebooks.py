"""What is true of every notebook that is stored: it calls, defines nothing and is normalised."""

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from toolkit.publish.brief import METADATA
from toolkit.publish.page import attachments
from toolkit.publish.parameters import parameters

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))

every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code(path: Path) -> list[Any]:
    return [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]


def test_there_are_notebooks() -> None:
    assert "brief" in [path.stem for path in NOTEBOOKS]


@every
def test_parameters_are_plain_scalars(path: Path) -> None:
    values = parameters(path)
    assert values
    assert {type(value) for value in values.values()} <= {str, int, float, bool}


@every
def test_nothing_is_defined(path: Path) -> None:
    defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    for cell in code(path):
        found = [n for n in ast.walk(ast.parse(cell.source)) if isinstance(n, defining)]
        assert found == [], cell.source


@every
def test_the_file_that_a_page_links_stands_beside_it(path: Path) -> None:
    content = nbformat.read(path, as_version=4)
    linked = set(re.findall(r"\]\((\w+\.csv)\)", nbformat.writes(content)))
    assert linked == {name for name, _ in attachments(content)}


@every
def test_figures_end_in_show(path: Path) -> None:
    for cell in code(path):
        if re.search(r"\b(?:figures|matrices)\.\w+\(", cell.source):
            assert cell.source.splitlines()[-1] == "plt.show()"


@every
def test_outputs_are_stored_and_normalised(path: Path) -> None:
    content = nbformat.read(path, as_version=4)
    assert content.metadata == METADATA
    cells = code(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert any(cell.outputs for cell in cells)
    for cell in content.cells:
        assert set(cell.metadata) <= {"tags"}
        assert re.fullmatch(r"[a-z][a-z-]*", cell.id), "a stable id of words"
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type == "display_data", output
            assert output.metadata == {}


@every
def test_no_output_tells_where_it_was_made(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert str(Path(__file__).parents[1]) not in text
    assert str(Path.home()) not in re.sub(r'"data:[^"]*"', "", text) or str(Path.home()) == "/"
