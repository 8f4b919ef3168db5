"""A store: a corpus of any size on disk as Parquet, one row a report and one column a cell.

What is published is named by ``manifest.json``, which is replaced whole: a reader sees one
ingest or the next, never half of one. Writing is the business of :mod:`toolkit.storage.journal`,
and whether a file is as it was written that of :mod:`toolkit.storage.disk`.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from importlib import resources
from importlib.metadata import PackageNotFoundError, version
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import polars as pl

from toolkit.check import STATE_SUFFIX, cell_names, verdict_columns
from toolkit.corpus import Corpus
from toolkit.errors import SourceError
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
    text_columns,
)
from toolkit.standing import placed, with_standing
from toolkit.storage.disk import MANIFEST, StoreError, damaged, sealed
from toolkit.years import PLACE, regions

LAYOUT: Final = 4
UNUSED: Final = pl.Schema({"report_id": pl.String(), "standing": STANDING})
"""One row per report that does not count; the others do."""
_ANEW: Final = "read its source again: ogi ingest SOURCE --store NEW_FOLDER"
_FORMULA: Final = r"^[=+\-@\t\r]"
_WORDS: Final = ("telling.py", "said.csv", "told.csv")
FACES: Final = ("arguments.py", "cli.py", "corpus.py", "loading.py", "show.py", *_WORDS)
"""Files on which it does not depend what a store holds of a document."""
OUTCOMES: Final = ("report", "failure", "duplicate")
OUTCOME: Final = pl.Enum(OUTCOMES)
DOCUMENTS: Final = pl.Schema(
    {
        **text_columns("source", "file", "stamp", "sha256"),
        "outcome": OUTCOME,
        "year": pl.Int32(),
        **text_columns("stage", "error", "message"),
        "gone": pl.Boolean(),
        **text_columns("toolkit", "codebook", "corrections", "batch"),
    }
)
"""One row per document ever seen; key ``source``, its absolute path.

``file`` is the file it is in and ``stamp`` that file's size and times; ``stage``, ``error``
and ``message`` are null unless it failed; ``gone``: it was no longer there at the last look.
``corrections`` tells what was corrected in it, by a fingerprint; null is nothing.
"""


@cache
def schemas() -> dict[str, pl.Schema]:
    """Columns of each kind of file of a batch; of ``wide`` as in ``coded``."""
    cells: dict[str, pl.DataType] = {}
    for name in cell_names():
        cells |= {name: pl.Int64(), f"{name}{STATE_SUFFIX}": pl.UInt8()}
    cells |= dict.fromkeys(verdict_columns(), pl.UInt64())
    told = {name: dtype for name, dtype in REPORTS.items() if name != "standing"}
    wide = told | dict(PLACE) | cells
    kinds = {"wide": wide, "cells": CELLS, "checks": CHECKS, "claims": CLAIMS, "texts": TEXTS}
    return {kind: pl.Schema({**schema, "batch": pl.String()}) for kind, schema in kinds.items()}


@cache
def versions() -> dict[str, str]:
    """Return the toolkit's version, with the digest of the code that reads, and its codebook's.

    Two states of the code may have one number, and read a document differently.
    """
    try:
        number = version("ogi-toolkit")
    except PackageNotFoundError:
        number = "0"
    toolkit = resources.files("toolkit")
    code = _digest(".py", toolkit, toolkit / "read", toolkit / "extract")
    return {"toolkit": f"{number}+{code[:8]}", "codebook": _digest(".csv", toolkit / "codebook")}


def _digest(suffix: str, *folders: Traversable) -> str:
    """First half of the SHA-256 of the files in some folders whose names end so."""
    found = (file for folder in folders for file in folder.iterdir() if file.name not in FACES)
    files = [file for file in found if file.name.endswith(suffix)]
    told = (f.name.encode() + b"\0" + f.read_bytes() for f in sorted(files, key=str))
    return hashlib.sha256(b"\0".join(told)).hexdigest()[:32]


class Store(Corpus[pl.LazyFrame]):
    """A published corpus on disk; of its frames nothing is read before it is asked for.

    Its files are compared with the digests in its manifest when a frame of theirs is asked for
    first.

    Attributes
    ----------
    reports, cells, checks, claims, texts, failures, duplicates
        As of every :class:`toolkit.Corpus`.
    path
        Its folder.
    manifest
        What is published: files of each kind with the SHA-256 of each, versions and the
        ``account`` of documents.

    Raises
    ------
    StoreError
        Where a frame is asked for of which a file is damaged; the message names it.

    Notes
    -----
    A store that was opened goes on showing what it showed, until the ingest after the next.
    """

    def __init__(self, path: Path, manifest: Mapping[str, Any]) -> None:
        self.path, self.manifest = path, manifest

    @cached_property
    def reports(self) -> pl.LazyFrame:
        """One row per report (:data:`toolkit.schema.REPORTS`)."""
        return self.coded.select(REPORTS.names())

    @cached_property
    def cells(self) -> pl.LazyFrame:
        """One row per cell of each report (:data:`toolkit.schema.CELLS`)."""
        return self._rows("cells").select(CELLS.names())

    @cached_property
    def checks(self) -> pl.LazyFrame:
        """One row per identity instance (:data:`toolkit.schema.CHECKS`)."""
        return pl.concat([self._rows("checks").select(CHECKS.names()), self._rows("years")])

    @cached_property
    def claims(self) -> pl.LazyFrame:
        """One row per figure that a report's prose states (:data:`toolkit.schema.CLAIMS`)."""
        return self._rows("claims").select(CLAIMS.names())

    @cached_property
    def texts(self) -> pl.LazyFrame:
        """One row per report and part of its prose (:data:`toolkit.schema.TEXTS`)."""
        return self._rows("texts").select(TEXTS.names())

    @cached_property
    def documents(self) -> pl.LazyFrame:
        """One row per document ever seen (:data:`DOCUMENTS`)."""
        return self._rows("documents")

    @cached_property
    def failures(self) -> pl.LazyFrame:
        """One row per document that gave no report (:data:`toolkit.schema.FAILURES`)."""
        return self.documents.filter(outcome="failure").select(FAILURES.names())

    @cached_property
    def duplicates(self) -> pl.LazyFrame:
        """One row per document whose bytes were read before (:data:`toolkit.schema.DUPLICATES`)."""
        first = self.documents.filter(pl.col("outcome") != "duplicate")
        kept = first.select("sha256", same_as="source")
        copies = self.documents.filter(outcome="duplicate")
        return (
            copies.join(kept, on="sha256", how="left", maintain_order="left")
            .with_columns(report_id=pl.col("sha256").str.head(ID_LENGTH))
            .select(DUPLICATES.names())
        )

    @cached_property
    def coded(self) -> pl.LazyFrame:
        """As :attr:`wide`, each state as its place among them, with what need not be worked out.

        It reads faster; :func:`toolkit.check.verdict_sets` says what the sets of verdicts are,
        :func:`toolkit.years.located` what ``area`` and ``reach``.
        """
        return with_standing(self._rows("wide").drop("batch"), self._rows("unused").collect())

    @cached_property
    def wide(self) -> pl.LazyFrame:
        """One row per report: its particulars, and each cell's value and ``:state``.

        ``applications.granted.total`` is the number in the codebook's unit, null unless
        ``applications.granted.total:state`` is ``reported``, as it is where a correction gives
        the number; both are null if the report's edition has no such cell. For a country's
        statistics it is many times faster than ``cells``.
        """
        states = [f"{name}{STATE_SUFFIX}" for name in cell_names()]
        return self.coded.drop(*PLACE, *verdict_columns()).with_columns(
            pl.col(states).cat.to(STATE)
        )

    @cached_property
    def regions(self) -> pl.DataFrame:
        """Regions' figures against their organs' sums (:data:`toolkit.years.REGIONS`)."""
        return regions(placed(self.reports, self.cells), self.wide)

    @property
    def account(self) -> Mapping[str, Any]:
        """Documents seen = reports + failures + duplicates; counts by format, edition, state."""
        account: Mapping[str, Any] = self.manifest["account"]
        return account

    def files(self, *kinds: str) -> dict[Path, str]:
        """Published files of these kinds, by default of all, and the SHA-256 of each."""
        named = self.manifest["files"]
        return {
            self.path / name: written
            for kind in kinds or named
            for name, written in named[kind].items()
        }

    def verified(self, *kinds: str) -> list[Path]:
        """Published files of these kinds, by default of all; none of them is damaged."""
        files = self.files(*kinds)
        for path, why in damaged(files).items():
            old = "if two ingests were published since it was opened, open it again, else "
            raise StoreError(f"{path} is damaged: {why}; {'' if path.exists() else old}{_ANEW}")
        return list(files)

    def _rows(self, kind: str) -> pl.LazyFrame:
        known = schemas() | {"documents": DOCUMENTS, "years": CHECKS, "unused": UNUSED}
        return scan(self.verified(kind), known[kind])

    def __repr__(self) -> str:
        counts = ", ".join(f"{self.account[f'{outcome}s']:,} {outcome}s" for outcome in OUTCOMES)
        return f"Store({os.fspath(self.path)!r}: {counts})"


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
        text = file.read_text(encoding="utf-8")
        manifest = json.loads(text)
        layout = int(manifest["layout"])
    except FileNotFoundError as error:
        raise SourceError(f"no store in {path}: `ogi ingest` makes one") from error
    except (TypeError, LookupError) as error:
        raise StoreError(f"{file} is no store's: it names no layout") from error
    except ValueError as error:
        raise StoreError(f"{file} is damaged: {error}; {_ANEW}") from error
    except OSError as error:
        raise StoreError(f"{file} cannot be read: {error.strerror}") from error
    if layout != LAYOUT:
        raise StoreError(
            f"the store {path} has layout {layout}, this toolkit reads {LAYOUT};"
            f" {'update ogi-toolkit' if layout > LAYOUT else _ANEW}"
        )
    if sealed(manifest) != text:
        raise StoreError(f"{file} is damaged: it is not what was written; {_ANEW}")
    return Store(Path(path), manifest)


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
