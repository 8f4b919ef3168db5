"""Many briefs of one source, in parallel; what is unchanged is not made again.

``manifest.json`` says what each was made of and when, ``index.html`` links them.
"""

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from itertools import product
from pathlib import Path
from platform import python_version
from typing import Any, Final
from unicodedata import normalize

import polars as pl
from tqdm import tqdm

from toolkit.corpus import values_of
from toolkit.errors import ParameterError, SourceError, ToolkitError, not_there
from toolkit.form import LANGUAGES
from toolkit.publish.brief import FORMATS, NOTEBOOK, Brief, write, write_brief
from toolkit.publish.forks import resume, server, stop
from toolkit.publish.index import NATION, Entry, index_page
from toolkit.publish.parameters import Value, checked, each_of, refuse_within
from toolkit.storage.crew import HEARD
from toolkit.storage.disk import digest
from toolkit.storage.ingest import ingest
from toolkit.storage.store import Store, is_store, open_store, versions

GROUPS: Final = (NATION, "province", "prefecture", "kind", "level", "agency")
"""The nation, and the columns of the reports whose values may have a brief each."""

MANIFEST: Final = "manifest.json"
_LIBRARIES: Final = (
    *("ogi-toolkit", "matplotlib", "mistune", "papermill", "polars"),
    *("scipy", "seaborn", "typst"),
)
_EACH: Final = ("language", "by", "group")
"""Parameters of which each brief has its own."""
_NEEDED: Final = ("source", "year", *_EACH)
_PACKAGES: Final = ("analysis", "toolkit")
_LONGEST: Final = 40


@dataclass(frozen=True)
class Briefs:
    """What became of many briefs.

    Attributes
    ----------
    index
        The page that links all of them.
    briefs
        An entry for each, as in the manifest: ``name``, ``error`` and others.
    made
        How many of them were made anew.
    """

    index: Path
    briefs: list[Entry]
    made: int


def write_briefs(
    output: str | os.PathLike[str],
    given: Mapping[str, Value],
    *,
    by: Sequence[str] = (NATION,),
    languages: Sequence[str] = ("zh",),
    format: Sequence[str] = ("html",),
    jobs: int | None = None,
    notebook: str | os.PathLike[str] = NOTEBOOK,
) -> Briefs:
    """Make a brief of each group in each language, an index page and a manifest.

    Parameters
    ----------
    output
        Folder to write to; made if it is not there. Each brief has a folder within.
    given
        Parameters that all share, as for :func:`toolkit.write_brief`. ``source`` is a store, or
        else documents, which are read once into a store, ``.store`` within ``output``.
    by
        :data:`GROUPS`; one brief for each value that reports of the year have.
    languages
        Languages of each brief.
    format
        What to make of each: ``html``, ``pdf``, or both.
    jobs
        Briefs under way at a time, by default as many as processors.
    notebook
        The notebook to run.

    Returns
    -------
    Briefs
        The index page and what became of each brief.

    Raises
    ------
    ParameterError, SourceError, StoreError
        Before anything is made. What goes wrong with a brief is its ``error``.
    """
    start = time.monotonic()
    output, notebook = Path(output), Path(notebook)
    each_of("by", by, GROUPS)
    each_of("language", languages, LANGUAGES)
    each_of("format", format, FORMATS)
    values = _shared(notebook, given)
    known = _known(output)
    jobs = jobs or os.cpu_count() or 1
    store = _store(str(values["source"]), output, jobs)
    made_of = {"inputs": _inputs(store), "versions": _versions(notebook)}
    values["source"] = os.fspath(store.path)
    groups = _groups(store, by, values["year"])
    asked = [
        _asked(
            values | {"by": "" if one == NATION else one, "group": group, "language": language},
            [*sorted(format), made_of],
        )
        for one, counts in groups.items()
        for group, language in product(counts, languages)
        if group is not None
    ]
    new = [entry for entry in asked if entry["key"] not in known]
    write_one = partial(write_brief, format=format, notebook=notebook, progress=False)
    known |= {entry["key"]: entry for entry in _make(output, new, write_one, jobs)}
    briefs = [known[entry["key"]] for entry in asked]
    unknown = {one: counts[None] for one, counts in groups.items() if None in counts}
    index = write(output / "index.html", index_page(briefs, unknown, languages).encode())
    told = made_of | {
        "source": str(given.get("source", values["source"])),
        "made": _now(),
        "seconds": round(time.monotonic() - start, 1),
        "briefs": briefs,
    }
    write(output / MANIFEST, json.dumps(told, ensure_ascii=False, indent=1).encode())
    return Briefs(index, briefs, len(new))


def _shared(notebook: Path, given: Mapping[str, Value]) -> dict[str, Value]:
    """Parameters that all briefs share, and defaults of those that each has for itself."""
    values = checked(notebook, given)
    if lacking := [name for name in _NEEDED if name not in values]:
        raise ParameterError(f"{notebook.name} lacks the parameter {lacking[0]!r}")
    if own := [name for name in _EACH if name in given]:
        raise ParameterError(f"parameter {own[0]!r}: each brief has its own")
    return values


def _store(source: str, output: Path, jobs: int) -> Store:
    """Store to make the briefs of; documents are read into one beside the briefs."""
    refuse_within(source, output)
    if is_store(source):
        return open_store(source)
    return ingest(source, output / ".store", jobs=jobs)


def _inputs(store: Store) -> dict[str, Any]:
    """How many documents there are, and a hash of their names, contents and corrections."""
    columns = ("source", "sha256", "outcome", "gone", *versions(), "corrections")
    documents = store.documents.select(columns).sort(columns).collect()
    told = hashlib.sha256(documents.cast(pl.String).write_csv().encode())
    return {"documents": documents.height, "sha256": told.hexdigest()}


def _versions(notebook: Path) -> dict[str, str]:
    """What decides how a brief comes out, beside its inputs and parameters."""
    code, root = hashlib.sha256(), Path(__file__).parents[2]
    paths = (path for package in _PACKAGES for path in (root / package).rglob("*"))
    for path in sorted(path for path in paths if path.is_file() and path.suffix != ".pyc"):
        code.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
        code.update(path.read_bytes())
    return {
        "python": python_version(),
        **{name: version(name) for name in _LIBRARIES},
        "code": code.hexdigest(),
        "notebook": digest(notebook),
    }


def _groups(store: Store, by: Sequence[str], year: Value) -> dict[str, dict[str | None, int]]:
    """Values of each column among a year's reports, in order, and the number of their reports."""
    years = values_of(store.reports, "year")
    if years and year not in years:
        raise not_there(f"year: no report has {year}", year, years, store.account)
    groups: dict[str, dict[str | None, int]] = {one: {"": 1} for one in by}
    for one in set(by) - {NATION}:
        reports = store.reports.filter(year=year, standing="counts").group_by(one)
        counted = reports.agg(pl.len(), pl.min("adcode")).sort("adcode", one, nulls_last=True)
        groups[one] = dict(counted.select(one, "len").collect().iter_rows())
    if not any(group is not None for counts in groups.values() for group in counts):
        raise SourceError(f"no brief to make: no report on {year} has a {' or '.join(by)}")
    return groups


def _asked(values: dict[str, Value], made_of: object) -> Entry:
    """Entry of a brief before it is made; its key stands for all that decides how it comes out."""
    parts = (values["by"] or NATION, values["group"], values["language"])
    what = json.dumps([values, made_of], sort_keys=True)
    return {
        "name": "-".join(_safe(str(part)) for part in parts if part),
        "parameters": values,
        "key": hashlib.sha256(what.encode()).hexdigest(),
    }


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _safe(text: str) -> str:
    """Text as part of a file's name, on any file system; no two texts give the same."""
    plain = re.sub(r"[^\w-]+", "-", normalize("NFKC", text)).strip("-")[:_LONGEST]
    mark = hashlib.sha256(text.encode()).hexdigest()[:8]
    return plain if plain == text.lower() else f"{plain}-{mark}"


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
    return not entry["error"] and all(p.is_file() and digest(p) == d for p, d in made)


def _make(
    output: Path, asked: Sequence[Entry], write_one: Callable[..., Brief], jobs: int
) -> Iterator[Entry]:
    """Make briefs, so many at a time; yield them as they come.

    Threads are enough: a brief's work is done by its kernel, a process of its own.
    """
    server()
    pool = ThreadPoolExecutor(jobs)
    try:
        flying = {pool.submit(_run, output / one["name"], one, write_one) for one in asked}
        with tqdm(total=len(asked), unit="brief", disable=None) as bar:
            while flying:
                done, flying = wait(flying, HEARD, FIRST_COMPLETED)
                yield from (future.result() for future in done)
                bar.update(len(done))
    except BaseException:  # at Ctrl-C nobody waits for briefs
        stop()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        resume()


def _run(folder: Path, asked: Entry, write_one: Callable[..., Brief]) -> Entry:
    """Make a brief in a thread, and say how that went."""
    from jupyter_core.utils import ensure_event_loop

    start = time.monotonic()
    told: Entry = {"title": "", "said": "", "files": {}, "error": None}
    try:
        made = write_one(folder, asked["parameters"])
        files = {path.name: digest(path) for path in made.files}
        told |= {"title": made.title, "said": made.said, "files": files}
    except ToolkitError as error:
        told["error"] = str(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other briefs go on
        told["error"] = f"{type(error).__name__}: {error}"
    finally:
        ensure_event_loop().close()  # the thread's own, which nobody else would close
    told |= {"made": _now(), "seconds": round(time.monotonic() - start, 1)}
    return asked | told
