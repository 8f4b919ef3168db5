"""What a notebook may be told: the names and values of its ``parameters`` cell, and no others.

papermill only warns on a parameter that the notebook does not have; here it is an error, as
is a value of another type than the notebook's default.
"""

import ast
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from toolkit.errors import ParameterError, SourceError, one_of
from toolkit.form import LANGUAGES
from toolkit.publish.page import read_notebook

Value = str | int | float | bool | None


def locate(source: str | os.PathLike[str]) -> Path:
    """Path of a notebook's source: as seen from here, or else from the folder above.

    The notebooks name their source from the root of the project. papermill runs them there,
    JupyterLab in their own folder, just below it.

    Parameters
    ----------
    source
        Path of a file or a folder.

    Returns
    -------
    Path
        Where it is; ``source`` itself if it is in neither place.
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
        If it has no such cell, or the cell holds more than assignments of plain scalars.
    """
    if not notebook.is_file():
        raise SourceError(f"no notebook {notebook} (looked in {Path.cwd()})")
    cells = read_notebook(notebook).cells
    tagged = [c for c in cells if "parameters" in c.metadata.get("tags", ())]
    if len(tagged) != 1:
        raise ParameterError(f"{notebook}: expected one parameters cell, found {len(tagged)}")
    found: dict[str, Value] = {}
    try:
        for statement in ast.parse(tagged[0].source).body:
            match statement:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=value)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
                ):
                    found[name] = ast.literal_eval(value)
                case _:
                    raise ParameterError(ast.unparse(statement))
    except (ValueError, SyntaxError) as error:
        why = "the parameters cell must hold only assignments of plain values"
        raise ParameterError(f"{notebook}: {why}, found: {error}") from error
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
    SourceError
        If the source is not there.
    """
    known = parameters(notebook)
    for name in given.keys() - known.keys():
        raise ParameterError(f"unknown parameter {name!r}: {notebook.name} has {', '.join(known)}")
    values = known | {name: _convert(name, value, known[name]) for name, value in given.items()}
    one_of("language", values.get("language", LANGUAGES[0]), LANGUAGES)
    source = values.get("source")
    own = notebook.resolve().parent.parent / str(source)
    if "source" not in given and not Path(str(source)).exists() and own.exists():
        values["source"] = source = os.fspath(own)
    if isinstance(source, str) and not Path(source).exists():
        raise SourceError(f"no such file or folder: {source} (looked in {Path.cwd()})")
    return values


def refuse_within(source: str, output: Path) -> None:
    """Refuse to write among the documents, as a ParameterError."""
    if source and output.resolve().is_relative_to(Path(source).resolve()):
        raise ParameterError(f"{output} lies in {source}: briefs would be read as documents")


def _convert(name: str, value: Value, default: Value) -> Value:
    if default is None or value is None or type(value) is type(default):
        return value
    wanted: Any = type(default)
    if isinstance(value, str) and wanted is bool and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if wanted is not bool and isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return cast("Value", wanted(value))
        except ValueError:
            pass
    raise ParameterError(
        f"parameter {name!r}: expected {wanted.__name__} like {default!r}, found {value!r}"
    )


def each_of(name: str, given: Sequence[str], known: Sequence[str]) -> None:
    """Refuse what is not known, and nothing at all, as a ParameterError."""
    for one in given or ("",):
        one_of(name, one, known)
