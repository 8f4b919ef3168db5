"""Many briefs of one source, in parallel; what is unchanged is not made again.

``manifest.json`` says what each was made of and when, ``index.html`` links them.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from itertools import product
from pathlib import Path
from platform import python_version
from typing import Any, Final, NamedTuple
from unicodedata import normalize

import polars as pl
from tqdm import tqdm

from toolkit.errors import ParameterError, ToolkitError
from toolkit.form import LANGUAGES
from toolkit.publish.brief import (
    FORMATS,
    NOTEBOOK,
    Value,
    checked,
    each_of,
    there,
    write,
    write_brief,
)
from toolkit.publish.forks import server
from toolkit.publish.index import NATION, Entry, index_page
from toolkit.storage.crew import HEARD
from toolkit.storage.ingest import ingest
from toolkit.storage.store import Store, is_store, open_store

GROUPS: Final = (NATION, "province", "prefecture", "kind", "level", "agency")
"""The nation, and the columns of the reports whose values may have a brief each."""

MANIFEST: Final = "manifest.json"
_LIBRARIES: Final = (
    *("ogi-toolkit", "matplotlib", "mistune", "papermill", "polars"),
    *("scipy", "seaborn", "typst"),
)
_NEEDED: Final = ("source", "year", "language", "by", "group")
_PACKAGES: Final = ("analysis", "toolkit")
_LONGEST: Final = 40


class Task(NamedTuple):
    """A brief to make: its folder and parameters, and what it is made of."""

    folder: Path
    parameters: dict[str, Value]
    formats: Sequence[str]
    notebook: Path
    key: str


@dataclass(frozen=True)
class Press:
    """What the press did.

    Attributes
    ----------
    index
        The page that links all briefs.
    briefs
        An entry for each, as in the manifest: ``name``, ``error`` and others.
    made
        How many of them were made anew.
    """

    index: Path
    briefs: list[Entry]
    made: int


def write_briefs(  # noqa: PLR0913  each is a choice of its own
    output: Path,
    given: Mapping[str, Value],
    *,
    by: Sequence[str] = (NATION,),
    languages: Sequence[str] = ("zh",),
    formats: Sequence[str] = ("html",),
    jobs: int | None = None,
    notebook: Path = NOTEBOOK,
    progress: bool | None = None,
) -> Press:
    """Make a brief of each group in each language, an index page and a manifest.

    Parameters
    ----------
    output
        Folder to write to; made if it is not there. Each brief has a folder within.
    given
        Parameters of all; see :func:`toolkit.publish.brief.checked`. ``source`` is a store,
        or else documents, which are read once into a store, ``.store`` within ``output``.
    by
        :data:`GROUPS`; one brief for each value that reports of the year have.
    languages, formats
        Languages of each brief, and :data:`toolkit.publish.brief.FORMATS`.
    jobs
        Briefs under way at a time, by default as many as processors.
    notebook
        The notebook to run.
    progress
        Show a progress bar; by default only if a person is watching.

    Returns
    -------
    Press
        The index page and what became of each brief.

    Raises
    ------
    ParameterError, SourceError, StoreError
        Before anything is made. What goes wrong with a brief is its ``error``.
    """
    start = time.monotonic()
    each_of("by", by, GROUPS)
    each_of("language", languages, LANGUAGES)
    each_of("format", formats, FORMATS)
    values = checked(notebook, given)
    if lacking := [name for name in _NEEDED if name not in values]:
        raise ParameterError(f"{notebook.name} lacks the parameter {lacking[0]!r}")
    known = _known(output)
    jobs = jobs or os.cpu_count() or 1
    store = _store(str(values["source"]), output, jobs, progress=progress)
    made_of = {"inputs": _inputs(store), "versions": _versions(notebook)}
    values["source"] = os.fspath(store.path)
    groups = {one: _groups(store, one, values["year"]) for one in by}
    tasks = [
        _task(
            output,
            values | {"by": "" if one == NATION else one, "group": group, "language": language},
            formats,
            notebook,
            made_of,
        )
        for one, counts in groups.items()
        for group, language in product(counts, languages)
        if group is not None
    ]
    done = {task.key: known[task.key] for task in tasks if task.key in known}
    made = [task for task in tasks if task.key not in done]
    done |= {entry["key"]: entry for entry in _make(made, jobs, progress=progress)}
    briefs = [done[task.key] for task in tasks]
    unknown = {one: counts[None] for one, counts in groups.items() if None in counts}
    index = write(output / "index.html", index_page(briefs, unknown, languages).encode())
    told = made_of | {
        "source": str(given.get("source", values["source"])),
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - start, 1),
        "briefs": briefs,
    }
    write(output / MANIFEST, json.dumps(told, ensure_ascii=False, indent=1).encode())
    return Press(index, briefs, len(made))


def _store(source: str, output: Path, jobs: int, *, progress: bool | None) -> Store:
    """Store to make the briefs of; documents are read into one beside the briefs."""
    path, here = there(source), output.resolve()
    if is_store(path):
        return open_store(path)
    if here.is_relative_to(path.resolve()):
        raise ParameterError(f"{output} lies in {source}: briefs would be read as documents")
    return ingest(path, output / ".store", jobs=jobs, progress=progress)


def _inputs(store: Store) -> dict[str, Any]:
    """How many documents there are, and a hash of their names and contents."""
    columns = ("source", "sha256", "outcome", "gone", "toolkit", "codebook")
    documents = store.documents.select(columns).sort(columns).collect()
    digest = hashlib.sha256(documents.cast(pl.String).write_csv().encode())
    return {"documents": documents.height, "sha256": digest.hexdigest()}


def _versions(notebook: Path) -> dict[str, str]:
    """What decides how a brief comes out, beside its inputs and parameters."""
    code = hashlib.sha256()
    for package in _PACKAGES:
        folder = Path(str(files(package)))
        for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"):
            code.update(f"{path.relative_to(folder)}\0{path.stat().st_size}\0".encode())
            code.update(path.read_bytes())
    return {
        "python": python_version(),
        **{name: version(name) for name in _LIBRARIES},
        "code": code.hexdigest(),
        "notebook": hashlib.sha256(notebook.read_bytes()).hexdigest(),
    }


def _groups(store: Store, by: str, year: Value) -> dict[str | None, int]:
    """Values of a column among a year's reports, in order, and the number of their reports."""
    if by == NATION:
        return {"": 1}
    reports = (
        store.reports.filter(year=year, standing="counts")
        .group_by(by)
        .agg(pl.len(), pl.min("adcode"))
    )
    return dict(reports.sort("adcode", by, nulls_last=True).select(by, "len").collect().iter_rows())


def _task(
    output: Path,
    values: dict[str, Value],
    formats: Sequence[str],
    notebook: Path,
    made_of: Mapping[str, Any],
) -> Task:
    parts = (values["by"] or NATION, values["group"], values["language"])
    name = "-".join(_safe(str(part)) for part in parts if part)
    what = json.dumps([values, sorted(formats), made_of], sort_keys=True)
    key = hashlib.sha256(what.encode()).hexdigest()
    return Task(output / name, values, formats, notebook, key)


def _safe(text: str) -> str:
    """Text as part of a file's name, on any file system; no two texts give the same."""
    plain = re.sub(r"[^\w-]+", "-", normalize("NFKC", text)).strip("-")[:_LONGEST]
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return plain if plain == text.lower() else f"{plain}-{digest}"


def _known(output: Path) -> dict[str, Entry]:
    """Briefs of the last run, by their keys, whose files are there as they were made."""
    try:
        told = json.loads((output / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        told = {}
    if "briefs" not in told:
        raise ParameterError(f"{output / MANIFEST} is not of briefs: choose another folder")
    return {entry["key"]: entry for entry in told["briefs"] if _unchanged(output, entry)}


def _unchanged(output: Path, entry: Entry) -> bool:
    made = ((output / entry["name"] / name, digest) for name, digest in entry["files"].items())
    return not entry["error"] and all(p.is_file() and _digest(p) == d for p, d in made)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _make(tasks: Sequence[Task], jobs: int, *, progress: bool | None) -> Iterator[Entry]:
    """Make briefs, so many at a time; yield them as they come.

    Threads are enough: a brief's work is done by its kernel, a process of its own.
    """
    hidden = None if progress is None else not progress
    server()
    pool = ThreadPoolExecutor(jobs)
    try:
        flying = {pool.submit(_run, task) for task in tasks}
        with tqdm(total=len(tasks), unit="brief", disable=hidden) as bar:
            while flying:
                done, flying = wait(flying, HEARD, FIRST_COMPLETED)
                yield from (future.result() for future in done)
                bar.update(len(done))
    except BaseException:  # at Ctrl-C nobody waits for briefs: kernels end with their server
        server().kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _run(task: Task) -> Entry:
    """Make a brief in a thread, and say how that went."""
    from jupyter_core.utils import ensure_event_loop

    start = time.monotonic()
    try:
        made = write_brief(
            task.folder,
            task.parameters,
            formats=task.formats,
            notebook=task.notebook,
            progress=False,
        )
        files = {path.name: _digest(path) for path in made.files}
        told: Entry = {"title": made.title, "files": files}
    except ToolkitError as error:
        told = {"error": str(error)}
    except Exception as error:  # noqa: BLE001 - whatever it is, the other briefs go on
        told = {"error": f"{type(error).__name__}: {error}"}
    finally:
        ensure_event_loop().close()  # the thread's own, which nobody else would close
    return {
        "name": task.folder.name,
        "parameters": task.parameters,
        "title": "",
        "files": {},
        "error": None,
        **told,
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - start, 1),
        "key": task.key,
    }
