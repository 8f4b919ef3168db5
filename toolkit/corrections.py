"""Corrections of single cells, applied in the open: every entry fits, or none is applied."""

import csv
import os
import re
from pathlib import Path
from typing import Final, NoReturn

import polars as pl

from toolkit.errors import CorrectionError, SourceError
from toolkit.schema import CELLS

_CELL: Final = ("table", "item", "column")
_HEAD: Final = ("sha256", *_CELL, "expect", "value", "reason")
_NUMBERS: Final = ("expect", "value")
_NUMBER: Final = re.compile(r"-?\d{1,18}|")
_ENTRIES: Final = pl.Schema(
    {"line": pl.Int64(), "sha256": pl.String()}
    | {name: pl.String() for name in _CELL}
    | {"expect": pl.Int64(), "new": pl.Int64()}
)


def correct(
    cells: pl.DataFrame, reports: pl.DataFrame, path: str | os.PathLike[str]
) -> pl.DataFrame:
    """Cells with the corrections of a file applied; what was read is in ``printed``.

    Parameters
    ----------
    cells, reports
        Frames of :data:`toolkit.schema.CELLS` and :data:`toolkit.schema.REPORTS`.
    path
        A CSV file (``sha256,table,item,column,expect,value,reason``): the document's SHA-256,
        the cell, the number that is read in it, the right number (either empty: none), and
        why.

    Raises
    ------
    SourceError
        If there is no such file.
    CorrectionError
        If an entry is malformed, fits no cell, or expects another number than is read.
    """
    entries = _entries(path)
    keys = ["report_id", *_CELL]
    known = reports.select("sha256", "report_id")
    there = cells.select(*keys, "value", there=pl.lit(True))  # noqa: FBT003
    found = entries.join(known, on="sha256", how="left").join(there, on=keys, how="left")
    for row in found.sort("line").iter_rows(named=True):
        cell = ".".join(row[name] for name in _CELL)
        if row["report_id"] is None:
            what = f"a document with SHA-256 {row['sha256']} in the source", "none"
        elif not row["there"]:
            what = f"a cell {cell} in document {row['sha256']}", "none"
        elif row["value"] != row["expect"]:
            what = f"{_told(row['expect'])} in {cell}", _told(row["value"])
        else:
            continue
        _refuse(path, row["line"], *what)
    changed = found.select(*keys, "new", hit="there")
    return (
        cells.join(changed, on=keys, how="left", maintain_order="left")
        .with_columns(
            value=pl.when("hit").then("new").otherwise("value"),
            printed=pl.when("hit").then("value").otherwise("printed"),
            corrected=pl.col("corrected") | pl.col("hit").fill_null(value=False),
        )
        .select(CELLS.names())
    )


def _entries(path: str | os.PathLike[str]) -> pl.DataFrame:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path}: the corrections cannot be read: {error}") from error
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != _HEAD:
        _refuse(path, 1, ",".join(_HEAD), ",".join(reader.fieldnames or ()) or "nothing")
    seen: dict[tuple[str, ...], int] = {}
    rows = []
    for row in reader:
        line = reader.line_num
        if None in row or None in row.values():
            _refuse(path, line, f"{len(_HEAD)} fields", "more or fewer")
        for name in _NUMBERS:
            if not _NUMBER.fullmatch(row[name]):
                _refuse(path, line, f"a whole number or nothing in {name}", repr(row[name]))
        if not row["reason"].strip():
            _refuse(path, line, "a reason", "none")
        key = tuple(row[name] for name in ("sha256", *_CELL))
        if (before := seen.setdefault(key, line)) != line:
            _refuse(path, line, "one entry for a cell", f"another in line {before}")
        rows.append((line, *key, *(int(row[name]) if row[name] else None for name in _NUMBERS)))
    return pl.DataFrame(rows, schema=_ENTRIES, orient="row")


def _told(value: int | None) -> str:
    return "no number" if value is None else str(value)


def _refuse(path: str | os.PathLike[str], line: int, expected: str, found: str) -> NoReturn:
    raise CorrectionError(f"{path}, line {line}: expected {expected}, found {found}")
