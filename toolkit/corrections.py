"""Corrections of single cells, applied in the open: an entry that does not fit is an error."""

import csv
import os
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

from toolkit.errors import CorrectionError, SourceError
from toolkit.form import CellKey, rows
from toolkit.report import Parsed

_HEAD: Final = ("sha256", "table", "item", "column", "expect", "value", "reason")
_NUMBERS: Final = ("expect", "value")
_NUMBER: Final = re.compile(r"-?\d{1,18}|")
_SIGNED: Final = {(r["table"], r["column"]) for r in rows("columns") if r["unit"] == "signed_item"}


class Correction(NamedTuple):
    """One entry: where it stands, its cell, the number that is read in it, and the right one."""

    where: str
    key: CellKey
    expect: int | None
    value: int | None


Corrections = dict[str, list[Correction]]
"""Entries by the SHA-256 of their document."""


def correct(parsed: Parsed, entries: Sequence[Correction]) -> Parsed:
    """Apply the entries of a document; what was read is kept in ``printed``.

    Raises
    ------
    CorrectionError
        If an entry fits no cell, or expects another number than is read.
    """
    cells = dict(parsed.cells)
    for entry in entries:
        name, cell = ".".join(entry.key), cells.get(entry.key)
        if cell is None:
            _refuse(entry.where, f"a cell {name} in document {parsed.meta['sha256']}", "none")
        if cell.value != entry.expect:
            _refuse(entry.where, f"{_told(entry.expect)} in {name}", _told(cell.value))
        cells[entry.key] = cell._replace(value=entry.value, printed=cell.value, corrected=True)
    return parsed._replace(cells=cells)


def read_corrections(path: str | os.PathLike[str] | None) -> Corrections:
    """Read a CSV file (``sha256,table,item,column,expect,value,reason``), if there is one.

    Each entry has the document's SHA-256, the cell, the number that is read in it, the right
    number (either empty: none), and why.

    Raises
    ------
    SourceError
        If there is no such file.
    CorrectionError
        If an entry is malformed.
    """
    found: Corrections = defaultdict(list)
    if path is None:
        return found
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        why = error.strerror or error
        raise SourceError(f"{path}: the corrections cannot be read: {why}") from error
    except UnicodeDecodeError:
        _refuse(str(path), "UTF-8 (Excel: save as CSV UTF-8)", "another encoding")
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != _HEAD:
        head = ",".join(reader.fieldnames or ()) or "nothing"
        _refuse(f"{path}, line 1", ",".join(_HEAD), head)
    seen: dict[tuple[str, CellKey], int] = {}
    for row in reader:
        line = reader.line_num
        entry = _entry(row, f"{path}, line {line}")
        if (before := seen.setdefault((row["sha256"], entry.key), line)) != line:
            _refuse(entry.where, "one entry for a cell", f"another in line {before}")
        found[row["sha256"]].append(entry)
    return found


def _entry(row: Mapping[str, str], where: str) -> Correction:
    if None in row or None in row.values():
        _refuse(where, f"{len(_HEAD)} fields", "more or fewer")
    for name in _NUMBERS:
        if not _NUMBER.fullmatch(row[name]):
            _refuse(where, f"a whole number or nothing in {name}", repr(row[name]))
    if not row["reason"].strip():
        _refuse(where, "a reason", "none")
    key = (row["table"], row["item"], row["column"])
    expect, value = (int(row[name]) if row[name] else None for name in _NUMBERS)
    if value is not None and value < 0 and key[::2] not in _SIGNED:
        _refuse(where, "a count or an amount, which is never below 0", str(value))
    return Correction(where, key, expect, value)


def refuse_unused(left: Corrections) -> None:
    """Raise CorrectionError if there is an entry for a document that is not there."""
    for document, (first, *_) in left.items():
        _refuse(first.where, f"a document with SHA-256 {document} in the source", "none")


def fingerprint(entries: Sequence[Correction]) -> str | None:
    """Sixteen hexadecimal digits that change if what is corrected does; null without any."""
    told = repr([entry[1:] for entry in entries])
    return sha256(told.encode()).hexdigest()[:16] if entries else None


def _told(value: int | None) -> str:
    return "no number" if value is None else str(value)


def _refuse(where: str, expected: str, found: str) -> NoReturn:
    raise CorrectionError(f"{where}: expected {expected}, found {found}")
