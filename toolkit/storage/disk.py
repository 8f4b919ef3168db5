"""What a disk may do to a store: fill up, lose what was written, or give back other bytes.

A manifest names files with the SHA-256 of each, and bears its own. A file is read only if its
bytes are those that were written: a single bit that has turned may be another number.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import polars as pl

from toolkit.errors import ToolkitError

MANIFEST: Final = "manifest.json"
_SEAL: Final = "sha256"
_FULL: Final = 4 * 2**20


class StoreError(ToolkitError, OSError):
    """A store cannot be opened, is damaged, is held by another, or cannot be written to."""


def digest(path: Path) -> str:
    """SHA-256 of a file; a process reads it once, and again if the file was replaced."""
    told = path.stat()
    return _digest(path, told.st_size, told.st_mtime_ns)


@cache
def _digest(path: Path, *_: int) -> str:
    with path.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def damaged(files: Mapping[Path, str]) -> dict[Path, str]:
    """Files whose bytes do not have the digest that is given for each, and what is wrong."""
    with ThreadPoolExecutor() as hands:  # hashing leaves the interpreter to others
        wrong = zip(files, hands.map(_wrong, files, files.values()), strict=True)
        return {path: why for path, why in wrong if why}


def _wrong(path: Path, written: str) -> str:
    try:
        same = digest(path) == written
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return "" if same else "its bytes are not those that were written"


def sealed(manifest: Mapping[str, Any]) -> str:
    """Manifest as text that tells whether it is as it was written."""
    told = {name: value for name, value in manifest.items() if name != _SEAL}
    text = json.dumps(told, ensure_ascii=False)
    told[_SEAL] = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps(told, ensure_ascii=False, indent=1)


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write a folder's manifest, or replace it whole, and wait until it is on the disk."""
    aside = folder / f".{MANIFEST}"
    aside.write_text(sealed(manifest), encoding="utf-8")
    sync(aside)
    aside.replace(folder / MANIFEST)
    sync(folder)


def sound(folder: Path) -> bool:
    """Whether a folder's manifest and the files that it names are as they were written."""
    try:
        text = (folder / MANIFEST).read_text(encoding="utf-8")
        manifest = json.loads(text)
    except (OSError, ValueError):
        return False
    if not isinstance(manifest, dict) or sealed(manifest) != text:
        return False
    return not damaged({folder / name: written for name, written in manifest["files"].items()})


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say of a disk's error that the store stays usable."""
    try:
        yield
    except StoreError:
        raise
    except (OSError, pl.exceptions.ComputeError) as error:
        # Polars does not always say so.
        full = path.exists() and shutil.disk_usage(path).free < _FULL
        raise StoreError(
            f"cannot write to the store {path}{', for the disk is full' if full else ''}: {error};"
            " what was published before is as it was, and the next ingest goes on from the last"
            " batch committed"
        ) from error


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    if sys.platform == "win32":
        return  # what a process wrote is safe there when it is killed, not when the power fails
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
