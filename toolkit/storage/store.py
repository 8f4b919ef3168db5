"""A store: a corpus of any size on disk as Parquet, one row a report and one column a cell.

What is published is named by ``manifest.json``, which is replaced whole: a reader sees one
ingest or the next, never half of one. Writing is the business of :mod:`toolkit.storage.journal`.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

import polars as pl

from toolkit.check import STATE_SUFFIX, cell_names, verdict_columns
from toolkit.corpus import Corpus
from toolkit.errors import SourceError, ToolkitError
from toolkit.report import ID_LENGTH
from toolkit.schema import (
    CELLS,
    CHECKS,
    CLAIMS,
    DUPLICATES,
    FAILURES,
    REPORTS,
    STANDING,
    STATE,
    TEXTS,
)
from toolkit.standing import placed, with_standing
from toolkit.years import regions

LAYOUT: Final = 3
UNUSED: Final = pl.Schema({"report_id": pl.String(), "standing": STANDING})
"""One row per report that does not count; the others do."""
MANIFEST: Final = "manifest.json"
_FORMULA: Final = r"^[=+\-@\t\r]"
OUTCOMES: Final = ("report", "failure", "duplicate")
OUTCOME: Final = pl.Enum(OUTCOMES)
DOCUMENTS: Final = pl.Schema(
    {
        "source": pl.String(),
        "file": pl.String(),
        "stamp": pl.String(),
        "sha256": pl.String(),
        "outcome": OUTCOME,
        "year": pl.Int32(),
        "stage": pl.String(),
        "error": pl.String(),
        "message": pl.String(),
        "gone": pl.Boolean(),
        "toolkit": pl.String(),
        "codebook": pl.String(),
        "corrections": pl.String(),
        "batch": pl.String(),
    }
)
"""One row per document ever seen; key ``source``, its absolute path.

``file`` is the file it is in and ``stamp`` that file's size and times; ``stage``, ``error``
and ``message`` are null unless it failed; ``gone``: it was no longer there at the last look.
``corrections`` tells what was corrected in it, by a fingerprint; null is nothing.
"""


class StoreError(ToolkitError, OSError):
    """A store cannot be opened, is held by another, or cannot be written to."""


@cache
def schemas() -> dict[str, pl.Schema]:
    """Columns of each kind of file of a batch; of ``wide`` as in ``coded``."""
    cells: dict[str, pl.DataType] = {}
    for name in cell_names():
        cells |= {name: pl.Int64(), f"{name}{STATE_SUFFIX}": pl.UInt8()}
    cells |= dict.fromkeys(verdict_columns(), pl.UInt64())
    wide = {name: dtype for name, dtype in REPORTS.items() if name != "standing"} | cells
    kinds = {"wide": wide, "cells": CELLS, "checks": CHECKS, "claims": CLAIMS, "texts": TEXTS}
    return {kind: pl.Schema({**schema, "batch": pl.String()}) for kind, schema in kinds.items()}


@cache
def versions() -> dict[str, str]:
    """Return the toolkit's version and the first half of its codebook's SHA-256."""
    try:
        number = version("ogi-toolkit")
    except PackageNotFoundError:
        number = "unknown"
    folder = resources.files("toolkit") / "codebook"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".csv")), key=lambda f: f.name)
    digest = hashlib.sha256(b"\0".join(f.name.encode() + b"\0" + f.read_bytes() for f in files))
    return {"toolkit": number, "codebook": digest.hexdigest()[:32]}


@dataclass(frozen=True, eq=False, repr=False)
class Store(Corpus[pl.LazyFrame]):
    """A published corpus on disk; of its frames nothing is read before it is asked for.

    Attributes
    ----------
    reports, cells, checks, claims, texts, failures, duplicates
        As of every :class:`toolkit.Corpus`.
    path
        Its folder.
    manifest
        What is published: files of each kind, versions and the ``account`` of documents.
    documents
        One row per document ever seen (:data:`DOCUMENTS`).
    coded
        As :attr:`wide`, each state as its place among them, and the sets of verdicts. It reads
        faster; :func:`toolkit.check.verdict_sets` says what the sets are.

    Notes
    -----
    A store that was opened goes on showing what it showed, until the ingest after the next.
    """

    path: Path
    manifest: Mapping[str, Any]
    documents: pl.LazyFrame
    coded: pl.LazyFrame

    @property
    def account(self) -> Mapping[str, Any]:
        """Documents seen = reports + failures + duplicates; counts by format, edition, state."""
        account: Mapping[str, Any] = self.manifest["account"]
        return account

    @cached_property
    def wide(self) -> pl.LazyFrame:
        """One row per report: its particulars, and each cell's value and ``:state``.

        ``applications.granted.total`` is the number in the codebook's unit, null unless
        ``applications.granted.total:state`` is ``reported``, as it is where a correction gives
        the number; both are null if the report's edition has no such cell. For a country's
        statistics it is many times faster than ``cells``.
        """
        states = [f"{name}{STATE_SUFFIX}" for name in cell_names()]
        return self.coded.drop(verdict_columns()).with_columns(pl.col(states).cat.to(STATE))

    @cached_property
    def regions(self) -> pl.DataFrame:
        """Regions' figures against their organs' sums (:data:`toolkit.years.REGIONS`)."""
        return regions(placed(self.reports, self.cells), self.wide)

    def files(self, kind: str) -> list[Path]:
        """Paths of the published files of one kind."""
        return _files(self.path, self.manifest, kind)

    def __repr__(self) -> str:
        counts = ", ".join(f"{self.account[f'{outcome}s']:,} {outcome}s" for outcome in OUTCOMES)
        return f"Store({os.fspath(self.path)!r}: {counts})"


def published(path: Path, manifest: Mapping[str, Any]) -> Store:
    """Store whose files a manifest names."""
    known = schemas() | {"documents": DOCUMENTS, "years": CHECKS, "unused": UNUSED}
    rows = {kind: scan(_files(path, manifest, kind), schema) for kind, schema in known.items()}
    documents = rows["documents"]
    coded = with_standing(rows["wide"].drop("batch"), rows["unused"].collect())
    first = documents.filter(pl.col("outcome") != "duplicate")
    copies = (
        documents.filter(outcome="duplicate")
        .join(
            first.select("sha256", same_as="source"),
            on="sha256",
            how="left",
            maintain_order="left",
        )
        .with_columns(report_id=pl.col("sha256").str.head(ID_LENGTH))
    )
    return Store(
        reports=coded.select(REPORTS.names()),
        cells=rows["cells"].select(CELLS.names()),
        checks=pl.concat([rows["checks"].select(CHECKS.names()), rows["years"]]),
        claims=rows["claims"].select(CLAIMS.names()),
        texts=rows["texts"].select(TEXTS.names()),
        failures=documents.filter(outcome="failure").select(FAILURES.names()),
        duplicates=copies.select(DUPLICATES.names()),
        path=path,
        manifest=manifest,
        documents=documents,
        coded=coded,
    )


def _files(path: Path, manifest: Mapping[str, Any], kind: str) -> list[Path]:
    return [path / name for name in manifest["files"][kind]]


def is_store(path: str | os.PathLike[str]) -> bool:
    """Whether a folder holds a store."""
    return os.path.isfile(Path(path, MANIFEST))  # noqa: PTH113 - a folder may be forbidden


def open_store(path: str | os.PathLike[str]) -> Store:
    """Open what an ingest published.

    Parameters
    ----------
    path
        The store's folder.

    Returns
    -------
    Store
        Its frames, as LazyFrames: nothing is read before it is asked for.

    Raises
    ------
    SourceError
        If there is no store.
    StoreError
        If a toolkit wrote it that lays stores out in another way, or it is damaged; the
        message says what to do.
    """
    file = Path(path, MANIFEST)
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        layout = int(manifest["layout"])
    except FileNotFoundError as error:
        raise SourceError(f"no store in {path}: `ogi ingest` makes one") from error
    except (TypeError, LookupError) as error:
        raise StoreError(f"{file} is no store's: it names no layout") from error
    except (OSError, ValueError) as error:
        raise StoreError(f"{file} cannot be read: {error}") from error
    if layout != LAYOUT:
        todo = "read its source again: ogi ingest SOURCE --store NEW_FOLDER"
        raise StoreError(
            f"the store {path} has layout {layout}, this toolkit reads {LAYOUT};"
            f" {'update ogi-toolkit' if layout > LAYOUT else todo}"
        )
    try:
        return published(Path(path), manifest)
    except LookupError as error:
        raise StoreError(f"{file} is damaged, for it names no files of {error}") from error
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StoreError(f"the store {path} is damaged: {error}") from error


def scan(files: Sequence[Path], schema: pl.Schema) -> pl.LazyFrame:
    """Rows of files of one kind; a column that an older file lacks is null."""
    if not files:
        return schema.to_frame(eager=False)
    enums = {name: dtype for name, dtype in schema.items() if isinstance(dtype, pl.Enum)}
    rows = pl.scan_parquet(
        list(files),
        schema=pl.Schema({**schema, **dict.fromkeys(enums, pl.UInt8())}),
        missing_columns="insert",
        extra_columns="ignore",
        glob=False,
    )
    return rows.with_columns(pl.col(name).cat.to(dtype) for name, dtype in enums.items())


def for_disk(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Frame with each code as its place among the codes, which reads several times faster."""
    return frame.with_columns(pl.selectors.enum().to_physical())


def harmless() -> pl.Expr:
    """Texts of a frame; one that a spreadsheet would run as a formula begins with an apostrophe."""
    text = pl.col(pl.String)
    return pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep()
