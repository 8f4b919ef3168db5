"""A thin wrapper over papermill, and a page of what it ran."""

import logging
import os
import re
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Final, NamedTuple

from toolkit.errors import ParameterError, ToolkitError
from toolkit.publish.forks import server
from toolkit.publish.page import Node, attachments, page, plain
from toolkit.publish.parameters import Value, checked, each_of, refuse_within
from toolkit.publish.typeset import pdf


class BriefError(ToolkitError, RuntimeError):
    """A notebook failed; the message names the cell and the error."""


NOTEBOOK: Final = Path(__file__).parents[2] / "notebooks" / "brief.ipynb"
METADATA: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
FORMATS: Final = ("html", "pdf")
_TOLD: Final = {
    "ParameterError": ParameterError,
    "SourceError": BriefError,
    "StoreError": BriefError,
}
"""Errors of a cell that say all there is to say, such as of a year that no report is on."""
_TITLE: Final = "<title>(.*?)</title>"
_LEAD: Final = r"</h1>\s*<p>(.*?)</p>"


class Brief(NamedTuple):
    """What was made of a notebook.

    Attributes
    ----------
    title, lead
        Title of the page, and the paragraph below it: on how many reports all rests.
    said
        What its cells printed on stderr: how many documents could not be read.
    files
        The notebook with its outputs, the page, the PDF if it was asked for, and what stands
        beside them: the cells behind the brief's numbers.
    """

    title: str
    lead: str
    said: str
    files: list[Path]


def write_brief(
    output: str | os.PathLike[str],
    given: Mapping[str, Value],
    *,
    format: Sequence[str] = ("html",),
    notebook: str | os.PathLike[str] = NOTEBOOK,
    progress: bool | None = None,
) -> Brief:
    """Run a notebook and make a page of it.

    Parameters
    ----------
    output
        Folder to write ``brief.ipynb``, ``brief.html`` and ``brief.pdf`` to; made if it is
        not there. Each appears whole or not at all.
    given
        Parameters of the notebook, by name; a text is converted to the default's type. A relative
        ``source`` is seen from the working folder.
    format
        What to make of the notebook: ``html``, ``pdf``, or both.
    notebook
        The notebook to run.
    progress
        Show a progress bar; by default only if a person is watching.

    Returns
    -------
    Brief
        What was written.

    Raises
    ------
    ParameterError, SourceError
        Before anything is run; or if no report has what was asked for, such as the year.
    BriefError
        If a cell of the notebook fails, or the folder cannot be written to.
    """
    server()
    output, notebook = Path(output), Path(notebook)
    values = checked(notebook, given)
    each_of("format", format, FORMATS)
    refuse_within(str(values.get("source", "")), output)
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name in FORMATS:  # if this run fails, no older page stands for it
            (output / f"brief.{name}").unlink(missing_ok=True)
    except OSError as error:
        raise BriefError(f"cannot write to {output}: {error.strerror or error}") from error
    ran = _execute(notebook, output / "brief.ipynb", values, progress=progress)
    files = {"brief.ipynb": normalised(ran).encode()}
    html = page(ran, str(values.get("language", "en")))
    if "html" in format:
        files["brief.html"] = html.encode()
    if "pdf" in format:
        files["brief.pdf"] = pdf(html)
    # The mark at its start tells Excel that a file is UTF-8.
    files |= {name: text.encode("utf-8-sig") for name, text in attachments(ran)}
    title, lead = (
        plain(found[1]) if (found := re.search(p, html)) else "" for p in (_TITLE, _LEAD)
    )
    outputs = (output for cell in ran.cells for output in cell.get("outputs", ()))
    said = "".join(output.text for output in outputs if output.get("name") == "stderr")
    return Brief(title, lead, said, [write(output / name, data) for name, data in files.items()])


def write(path: Path, data: bytes) -> Path:
    """Write a file so that it is there whole or, if that fails, as it was before."""
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        return part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BriefError(f"cannot write {path}: {error.strerror or error}") from error


def _execute(
    notebook: Path, run: Path, values: Mapping[str, Value], *, progress: bool | None
) -> Node:
    """Node of a notebook that was run; one that fails is there to be looked at."""
    import papermill

    from toolkit.publish.kernel import ForkedKernel

    logging.getLogger("papermill").setLevel(logging.ERROR)
    part = run.with_name(".brief.ipynb")
    # papermill would fill in what stands in braces.
    paths = (str(path).replace("{", "{{").replace("}", "}}") for path in (notebook, part))
    try:
        return papermill.execute_notebook(
            *paths,
            parameters=dict(values),
            progress_bar=sys.stderr.isatty() if progress is None else progress,
            shutdown_kernel="immediate",
            extra_arguments=["--log-level=ERROR"],
            request_save_on_cell_execute=False,
            kernel_manager_class=ForkedKernel,
        )
    except papermill.PapermillExecutionError as error:
        code, what = (_first_line(text) for text in (error.source, error.evalue))
        if error.ename in _TOLD:
            raise _TOLD[error.ename](f"{notebook.name}: {what}") from error
        # papermill counts from 0 and has put a cell in: so this is the person's count from 1.
        raise BriefError(
            f"{notebook.name} failed in cell {error.cell_index} ({code}):"
            f" {error.ename}: {what} (the run so far is in {run})"
        ) from error
    except Exception as error:  # a kernel that died or is not there, a disk that is full
        if isinstance(error, OSError):
            part.unlink(missing_ok=True)
        raise BriefError(
            f"{notebook.name} could not be run: {type(error).__name__}: {_first_line(str(error))}"
        ) from error
    finally:
        if part.exists():
            part.replace(run)


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def normalised(notebook: Node) -> str:
    """Text of an executed notebook, in whose node only what the same inputs make again is left.

    Cells are counted from 1, and nothing says when, where or with what kernel it was run.
    """
    import nbformat

    notebook.metadata = METADATA
    numbers = count(1)
    for place, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if "injected-parameters" in tags:  # papermill gives it a random id
            cell.id = f"injected-{place}"
        if cell.cell_type == "code":
            cell.execution_count = next(numbers)
        for output in cell.get("outputs", ()):
            if "metadata" in output:
                output.metadata = {}
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
    return f"{nbformat.writes(notebook)}\n"  # type: ignore[no-untyped-call]
