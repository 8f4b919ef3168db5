"""A strict, thin wrapper over papermill, and a page of what it ran.

papermill only warns on a parameter that the notebook does not have; here it is an error, as
is a value of another type than the notebook's default.
"""

import logging
import os
import re
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping
from html import escape, unescape
from itertools import count
from pathlib import Path
from string import Template
from typing import Any, Final, NamedTuple

from toolkit.errors import ParameterError, SourceError, ToolkitError
from toolkit.form import LANGUAGES

NOTEBOOK: Final = Path(__file__).parents[1] / "notebooks" / "brief.ipynb"
METADATA: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_PAGE: Final = Path(__file__).with_name("page.html")
_HIDDEN: Final = {"injected-parameters", "parameters", "hide-page"}
_IMAGES: Final = ("image/svg+xml", "image/png")
Value = str | int | float | bool | None


class BriefError(ToolkitError, RuntimeError):
    """A notebook failed; the message names the cell and the error."""


class Brief(NamedTuple):
    """The files of a brief: the executed notebook and the page made of it."""

    notebook: Path
    html: Path


def locate(source: str) -> Path:
    """Path of a notebook's source: as seen from here, or else from the folder above.

    The notebooks name their source from the root of the project. papermill runs them there,
    JupyterLab in their own folder, just below it.
    """
    path, above = Path(source), Path("..", source)
    return above if not path.exists() and above.exists() else path


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
    if values.get("language", LANGUAGES[0]) not in LANGUAGES:
        expected = " or ".join(LANGUAGES)
        raise ParameterError(f"parameter 'language': expected {expected}, found {values['language']!r}")
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
        Parameters; see :func:`checked`. A relative ``source`` is seen from the working folder.
    notebook
        The notebook to run.
    progress
        Show a progress bar; by default only if a person is watching.

    Raises
    ------
    ParameterError, SourceError
        Before anything is run.
    BriefError
        If a cell of the notebook fails, or the folder cannot be written to.
    """
    values = checked(notebook, given)
    source = values.get("source")
    if isinstance(source, str) and not Path(source).exists():
        raise SourceError(f"no such file or folder: {source} (looked in {Path.cwd()})")
    made = Brief(output / "brief.ipynb", output / "brief.html")
    try:
        output.mkdir(parents=True, exist_ok=True)
        made.html.unlink(missing_ok=True)  # if this run fails, no older page stands for it
    except OSError as error:
        raise BriefError(f"cannot write to {output}: {error.strerror or error}") from error
    _execute(notebook, made.notebook, values, progress=progress)
    normalise(made.notebook)
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
        code, what = (_first_line(text) for text in (error.source, error.evalue))
        raise BriefError(
            f"{notebook.name} failed in cell {error.cell_index} ({code}):"
            f" {error.ename}: {what} (the run so far is in {made})"
        ) from error
    except Exception as error:  # a kernel that died or is not there
        raise BriefError(
            f"{notebook.name} could not be run: {type(error).__name__}: {_first_line(str(error))}"
        ) from error


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def normalise(notebook: Path) -> None:
    """Leave in an executed notebook only what the same inputs make again.

    Cells are counted from 1, and nothing says when, where or with what kernel it was run.
    """
    import nbformat

    content = nbformat.read(notebook, as_version=4)
    content.metadata = nbformat.from_dict(METADATA)
    code = [cell for cell in content.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
        for output in cell.outputs:
            if "metadata" in output:
                output.metadata = {}
            if output.output_type == "execute_result":
                output.execution_count = number
    for place, cell in enumerate(content.cells):
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if "injected-parameters" in tags:  # papermill gives it a random id
            cell.id = f"injected-{place}"
    nbformat.write(content, notebook)


def page(notebook: Path, language: str) -> str:
    """Self-contained HTML of an executed notebook: its prose and figures, without its code.

    Parameters
    ----------
    notebook
        An executed notebook. What a cell prints before a figure is the figure's message: its
        first paragraph becomes the alternative text.
    language
        ``zh`` or ``en``: the page's language.
    """
    import nbformat

    shown = ("\n".join(_outputs(cell)) for cell in nbformat.read(notebook, as_version=4).cells)
    head, *sections = [html for html in shown if html] or [""]
    body = "\n".join(f"<section>\n{html}</section>" for html in sections)
    numbers = count(1)
    body = re.sub("<h2>", lambda _: f'<h2 id="s{next(numbers)}">', body)
    links = re.findall(r'<h2 id="(.*?)">(.*?)</h2>', body)
    title = re.search(r"<h1>(.*?)</h1>", head)
    return Template(_PAGE.read_text(encoding="utf-8")).substitute(
        title=title[1] if title else escape(notebook.stem),
        lang={"zh": "zh-Hans"}.get(language, escape(language)),
        head=head,
        links="".join(f'<li><a href="#{name}">{text}</a></li>' for name, text in links),
        body=body,
    )


def _outputs(cell: Any) -> Iterator[str]:  # noqa: ANN401 - nbformat's node has no type
    """HTML of what a cell shows; warnings and code are for the notebook."""
    import mistune

    if set(cell.metadata.get("tags", ())) & _HIDDEN:
        return
    if cell.cell_type == "markdown":
        yield str(mistune.html(cell.source))
    message = ""
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        image = next((kind for kind in _IMAGES if kind in data), None)
        if image:
            yield f'<figure><img src="{_inline(image, data[image])}" alt="{message}"></figure>'
        elif "text/markdown" in data:
            html = str(mistune.html(data["text/markdown"]))
            first = re.search(r"<p>(.*?)</p>|<li>(.*?)</li>", html, re.DOTALL)
            text = re.sub(r"<[^>]*>", "", (first[1] or first[2]) if first else "")
            message = escape(unescape(text))
            yield _scrolling(html)


def _inline(kind: str, data: str) -> str:
    coded = b64encode(data.encode()).decode() if kind == "image/svg+xml" else data.strip()
    return f"data:{kind};base64,{coded}"


def _scrolling(html: str) -> str:
    """Wrap each table, so that a narrow screen scrolls it alone."""
    opened = html.replace("<table>", '<div class="scroll" tabindex="0"><table>')
    return opened.replace("</table>", "</table></div>")
