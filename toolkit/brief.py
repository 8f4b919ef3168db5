"""A strict, thin wrapper over papermill and nbconvert.

papermill only warns on a parameter that the notebook does not have; here it is an error, as
is a value of another type than the notebook's default.
"""

import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any, Final, NamedTuple

from toolkit.errors import ParameterError, SourceError, ToolkitError

NOTEBOOK: Final = Path("notebooks", "brief.ipynb")
_PAGE: Final = Path(__file__).with_name("page.html")
Value = str | int | float | bool | None


class BriefError(ToolkitError, RuntimeError):
    """A notebook failed; the message names the cell and the error."""


class Brief(NamedTuple):
    """The files of a brief: the executed notebook and the page made of it."""

    notebook: Path
    html: Path


def parameters(notebook: Path) -> dict[str, Value]:
    """Names and defaults of a notebook's parameters, from its ``parameters`` cell.

    Raises
    ------
    SourceError
        If there is no such notebook.
    ParameterError
        If it has no such cell, or the cell holds more than plain scalars.
    """
    import ast

    import nbformat

    if not notebook.is_file():
        raise SourceError(f"no notebook {notebook} (looked in {Path.cwd()})")
    cells = nbformat.read(notebook, as_version=4).cells
    tagged = [c for c in cells if "parameters" in c.metadata.get("tags", ())]
    if len(tagged) != 1:
        raise ParameterError(f"{notebook}: expected one parameters cell, found {len(tagged)}")
    found: dict[str, Value] = {}
    for statement in ast.parse(tagged[0].source).body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(
                target=ast.Name(id=name), value=ast.expr() as value
            ):
                found[name] = ast.literal_eval(value)
            case _:
                raise ParameterError(f"{notebook}: the parameters cell must hold only assignments")
    return found


def checked(notebook: Path, given: Mapping[str, Value | str]) -> dict[str, Value]:
    """Parameters to run a notebook with: its defaults, and what was given instead.

    Parameters
    ----------
    notebook
        The notebook.
    given
        Names and values; a text is converted to the default's type.

    Raises
    ------
    ParameterError
        If a name is unknown or a value of the wrong type.
    """
    known = parameters(notebook)
    values = dict(known)
    for name, value in given.items():
        if name not in known:
            raise ParameterError(
                f"unknown parameter {name!r}: {notebook.name} has {', '.join(known)}"
            )
        values[name] = _convert(name, value, known[name])
    return values


def _convert(name: str, value: Value, default: Value) -> Value:
    wanted = type(default)
    if default is None or value is None or type(value) is wanted:
        return value
    if isinstance(value, str) and wanted is bool and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if wanted is not bool and isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return wanted(value)  # type: ignore[no-any-return, unused-ignore]
        except ValueError:
            pass
    raise ParameterError(
        f"parameter {name!r}: expected {wanted.__name__} like {default!r}, found {value!r}"
    )


def write_brief(
    output: Path,
    given: Mapping[str, Value],
    *,
    notebook: Path = NOTEBOOK,
    progress: bool | None = None,
) -> Brief:
    """Run a notebook and make a page of it.

    Parameters
    ----------
    output
        Folder to write ``brief.ipynb`` and ``brief.html`` to; made if it is not there.
    given
        Parameters; see :func:`checked`.
    notebook
        The notebook to run.
    progress
        Show a progress bar; by default only if a person is watching.

    Raises
    ------
    ParameterError, SourceError
        Before anything is run.
    BriefError
        If a cell of the notebook fails.
    """
    values = checked(notebook, given)
    output.mkdir(parents=True, exist_ok=True)
    made = Brief(output / "brief.ipynb", output / "brief.html")
    _execute(notebook, made.notebook, values, progress=progress)
    made.html.write_text(page(made.notebook, str(values.get("language", "en"))), encoding="utf-8")
    return made


def _execute(
    notebook: Path, made: Path, values: Mapping[str, Value], *, progress: bool | None
) -> None:
    # jsonschema checks URIs with a grammar that takes seconds to load; notebooks have none.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    import papermill

    logging.getLogger("papermill").setLevel(logging.ERROR)
    show = sys.stderr.isatty() if progress is None else progress
    try:
        papermill.execute_notebook(
            notebook,
            made,
            parameters=dict(values),
            cwd=Path.cwd(),
            progress_bar=show,
            shutdown_kernel="immediate",
        )
    except papermill.PapermillExecutionError as error:
        raise BriefError(
            f"{notebook.name} failed in cell {error.exec_count}: {error.ename}: {error.evalue}"
            f" (the run so far is in {made})"
        ) from error


def page(notebook: Path, language: str) -> str:
    """Self-contained HTML of an executed notebook, without its code.

    Parameters
    ----------
    notebook
        An executed notebook.
    language
        ``zh`` or ``en``: the page's language.
    """
    import nbformat
    from nbconvert import HTMLExporter

    content = nbformat.read(notebook, as_version=4)
    content.cells = [c for c in content.cells if not _is_hidden(c)]
    exporter = HTMLExporter(template_name="basic", exclude_input=True, exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(content)
    title = content.metadata.get("title") or _first_heading(content) or notebook.stem
    template = Template(_PAGE.read_text(encoding="utf-8"))
    from html import escape

    lang = {"zh": "zh-CN"}.get(language, language)
    return template.substitute(title=escape(str(title)), lang=lang, body=body)


def _is_hidden(cell: Any) -> bool:  # noqa: ANN401 - nbformat's node has no type
    tags = set(cell.metadata.get("tags", ()))
    return bool(tags & {"injected-parameters", "parameters", "hide-page"})


def _first_heading(content: Any) -> str | None:  # noqa: ANN401 - nbformat's node has no type
    for cell in content.cells:
        for output in cell.get("outputs", ()):
            text = str(output.get("data", {}).get("text/markdown", ""))
            if text.startswith("# "):
                return text.splitlines()[0][2:]
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            return str(cell.source).splitlines()[0][2:]
    return None
