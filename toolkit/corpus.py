"""Many documents -> frames; nothing is lost without a row that says so."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl
from tqdm import tqdm

from toolkit.check import check, prose_checks
from toolkit.corrections import correct, read_corrections, refuse_unused
from toolkit.errors import DocumentError, ParameterError, SourceError
from toolkit.read import kind_of
from toolkit.read.archive import members
from toolkit.report import (
    ID_LENGTH,
    Parsed,
    cells_frame,
    claims_frame,
    parse,
    reports_frame,
    texts_frame,
)
from toolkit.review.boilerplate import boilerplate
from toolkit.review.coverage import coverage
from toolkit.review.suggest import suggest
from toolkit.schema import CLAIMS, DUPLICATES, FAILURES, TEXTS
from toolkit.standing import with_standing
from toolkit.storage.store import Store, is_store, open_store
from toolkit.years import check_years, region_checks, regions

MAX_FILE_BYTES: Final = 2 * 2**30
"""A file of documents is held in memory while it is read."""

Source = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


@dataclass(frozen=True, eq=False)
class Corpus:
    """Reports as frames, with an account of every document that was looked at.

    Attributes
    ----------
    reports
        One row per report (:data:`toolkit.schema.REPORTS`), in the order of ``source``.
    cells
        One row per cell of each report (:data:`toolkit.schema.CELLS`).
    failures
        One row per document that gave no report (:data:`toolkit.schema.FAILURES`).
    duplicates
        One row per document whose bytes were already read
        (:data:`toolkit.schema.DUPLICATES`). Documents in are reports, failures and
        duplicates together, always.
    claims
        One row per figure that a report's prose states (:data:`toolkit.schema.CLAIMS`).
    texts
        One row per report and part of its prose (:data:`toolkit.schema.TEXTS`).
    """

    reports: pl.DataFrame
    cells: pl.DataFrame
    failures: pl.DataFrame
    duplicates: pl.DataFrame = field(default_factory=DUPLICATES.to_frame)
    claims: pl.DataFrame = field(default_factory=CLAIMS.to_frame)
    texts: pl.DataFrame = field(default_factory=TEXTS.to_frame)

    @cached_property
    def checks(self) -> pl.DataFrame:
        """Verdicts within reports, on their prose and between them (see schema.CHECKS)."""
        return pl.concat(
            [
                check(self.cells),
                prose_checks(self.claims, self.cells),
                check_years(self.cells, self.reports),
                region_checks(self.regions),
            ]
        )

    @cached_property
    def regions(self) -> pl.DataFrame:
        """Regions' figures against their organs' sums (:data:`toolkit.years.REGIONS`)."""
        return regions(self.cells, self.reports)

    @cached_property
    def coverage(self) -> pl.DataFrame:
        """Agency by year: which reports are there (:data:`toolkit.review.coverage.COVERAGE`)."""
        return coverage(self.reports, self.cells, self.duplicates)

    @cached_property
    def suggestions(self) -> pl.DataFrame:
        """Single cells that would mend what fails (:data:`toolkit.schema.SUGGESTIONS`)."""
        return suggest(self.checks, self.cells, self.reports)

    @cached_property
    def boilerplate(self) -> pl.DataFrame:
        """Likeness of parts five and six (:data:`toolkit.review.boilerplate.LIKENESS`)."""
        return boilerplate(self.texts, self.reports)

    def __len__(self) -> int:
        return self.reports.height

    def __repr__(self) -> str:
        return (
            f"Corpus({self.reports.height} reports, {self.failures.height} failures,"
            f" {self.duplicates.height} duplicates)"
        )

    def _repr_html_(self) -> str:
        shown = [self.reports.select("agency", "year", "edition", "^n_.*$", "source")]
        if not self.failures.is_empty():
            shown.append(self.failures.select("source", "message"))
        return f"<p>{self!r}</p>{''.join(frame._repr_html_() for frame in shown)}"


def load(
    source: Source,
    *,
    corrections: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
) -> Corpus | Store:
    """Read every document of a source, or open it if it is a store.

    Parameters
    ----------
    source
        A file, a folder (read recursively; names that begin with a dot are left out), a ZIP
        archive, or an iterable of these; or the folder of a store, alone.
    corrections
        A file of corrections (``sha256,table,item,column,expect,value,reason``) to apply, none
        by default. Every entry must fit a document of ``source``.
    progress
        Show a progress bar; by default only if a person is watching.

    Returns
    -------
    Corpus or Store
        A corpus, the same whatever the order in which the files were listed; a
        :class:`toolkit.Store` if ``source`` is the folder of one. Both have the same frames,
        a store's are LazyFrames.

    Raises
    ------
    SourceError
        If a path that was named is not there.
    CorrectionError
        If a correction is stale or fits no cell.
    ParameterError
        If corrections are given for a store.
    """
    if isinstance(source, str | os.PathLike) and is_store(source):
        if corrections is not None:
            raise ParameterError(f"corrections: {source} is a store, give them when it is made")
        return open_store(source)
    paths = sorted(set(paths_of(source)))
    parsed: list[Parsed] = []
    failures: list[tuple[str | None, ...]] = []
    duplicates: list[tuple[str, ...]] = []
    seen: dict[str, str] = {}
    entries = read_corrections(corrections)
    for path in tqdm(paths, unit="file", disable=None if progress is None else not progress):
        for name, data in documents_of(path):
            sha256 = None if isinstance(data, DocumentError) else hashlib.sha256(data).hexdigest()
            if sha256 in seen:
                duplicates.append((name, sha256, sha256[:ID_LENGTH], seen[sha256]))
                continue
            try:
                if isinstance(data, DocumentError):
                    raise data
                parsed.append(correct(parse(data, name), entries.pop(sha256 or "", [])))
            except DocumentError as error:
                told = (error.stage, type(error).__name__, error.message)
                failures.append((name, sha256, *told))
            if sha256 is not None:
                seen[sha256] = name
    refuse_unused(entries)
    cells = cells_frame(parsed)
    return Corpus(
        with_standing(reports_frame(parsed), cells),
        cells,
        pl.DataFrame(failures, schema=FAILURES, orient="row"),
        pl.DataFrame(duplicates, schema=DUPLICATES, orient="row"),
        claims_frame(parsed),
        texts_frame(parsed),
    )


def paths_of(source: Source) -> Iterator[Path]:
    """Files of a source; what was named and is not there is an error."""
    if not isinstance(source, str | os.PathLike):
        for one in source:
            yield from paths_of(one)
        return
    path = Path(source)
    if path.is_dir():
        yield from _below(path)
    elif path.exists():
        yield path.resolve() if path.is_symlink() else path
    else:
        raise SourceError(f"no such file or folder: {path} (looked in {Path.cwd()})")


def _below(top: Path) -> Iterator[Path]:
    """Files of a folder and its folders; links are not followed, but named like files."""
    unlisted: list[OSError] = []
    for folder, folders, files in os.walk(top, onerror=unlisted.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = (name for name in folders if Path(folder, name).is_symlink())
        yield from (Path(folder, name) for name in (*files, *links) if not name.startswith("."))
    yield from (Path(error.filename) for error in unlisted)


def text_of(path: Path) -> str:
    """Path as text that any file can hold: bytes of a name that are no UTF-8 are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def documents_of(path: Path) -> Iterator[tuple[str, bytes | DocumentError]]:
    """Name and bytes of the document a file is, or of those in an archive."""
    name = text_of(path)
    try:
        data = _bytes_of(Path(name))
    except OSError as error:
        why = f"the file cannot be opened: {error.strerror or error}"
        if "\\x" in name:
            why = "the file cannot be opened: its name is not in UTF-8; rename it"
        yield name, DocumentError(why, stage="open", source=name)
        return
    except DocumentError as error:
        yield name, error
        return
    try:
        if b"PK" not in data[:4096] or kind_of(data) != "zip":
            yield name, data
            return
        for member, content in members(data):
            yield f"{name}!{member}", content
    except DocumentError as error:
        yield name, error


def _bytes_of(path: Path) -> bytes:
    """Read a file whole; what is none could lead out of the source, wait for ever or never end."""
    before = path.lstat()
    if stat.S_ISLNK(before.st_mode):
        raise DocumentError(
            f"the file is a symbolic link to {text_of(path.readlink())}, which is not followed:"
            " name its target as a source of its own",
            stage="open",
        )
    if stat.S_ISDIR(before.st_mode):
        raise DocumentError("the folder cannot be listed: is it permitted?", stage="open")
    if not stat.S_ISREG(before.st_mode):
        raise DocumentError("expected a regular file, found a pipe, socket or device", stage="open")
    if before.st_size > MAX_FILE_BYTES:
        raise DocumentError(
            f"the file has {before.st_size:,} bytes; at most {MAX_FILE_BYTES:,} are read",
            stage="open",
        )
    data = path.read_bytes()
    after = path.lstat()
    if (before.st_size, before.st_mtime_ns) != (len(data), after.st_mtime_ns):
        raise DocumentError("the file changed while it was read; read it again", stage="open")
    return data
