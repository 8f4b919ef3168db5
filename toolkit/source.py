"""Where documents are: the files of a source, and the documents in them."""

import json
import os
import stat
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from toolkit.errors import DocumentError, SourceError
from toolkit.read import kind_of
from toolkit.read.archive import members

MAX_FILE_BYTES: Final = 2 * 2**30
"""A file of documents is held in memory while it is read."""

_OF_A_STORE: Final = {"journal", "lock"}
"""What the folder of a store holds, among others, and be its first ingest not at its end."""

EXPORT: Final = "ogi-export"
DESCRIPTION: Final = "datapackage.json"
"""The name that an export gives itself, and the file in which it says what belongs to it."""

Source = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]


def paths_of(source: Source) -> Iterator[Path]:
    """Files of a source; what was named and is not there, or is a store, is an error."""
    if not isinstance(source, str | os.PathLike):
        for one in source:
            yield from paths_of(one)
        return
    path = Path(source)
    if not os.fspath(source):  # of which Path makes the folder one is in
        raise SourceError("no such file or folder: its name is empty")
    if path.is_dir():
        if all(os.path.exists(path / name) for name in _OF_A_STORE):  # noqa: PTH110 - it may be forbidden
            ready = os.path.exists(path / "manifest.json")  # noqa: PTH110
            why = "name the documents that are to be read"
            why = why if ready else "its first ingest has not ended; run it again"
            raise SourceError(f"{path} is a store: {why}")
        yield from _below(path)
    elif path.exists():
        yield path.resolve() if path.is_symlink() else path
    else:
        raise SourceError(f"no such file or folder: {path} (looked in {Path.cwd()})")


def _below(top: Path) -> Iterator[Path]:
    """Files of a folder and its folders, but of stores and exports; links are named like files."""
    unlisted: list[OSError] = []
    for folder, folders, files in os.walk(top, onerror=unlisted.append):
        if {*folders, *files} >= _OF_A_STORE:
            folders.clear()
            continue
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = (name for name in folders if Path(folder, name).is_symlink())
        own = files_of_export(Path(folder)) if DESCRIPTION in files else ()
        names = (name for name in (*files, *links) if not name.startswith("."))
        yield from (Path(folder, name) for name in names if name not in own)
    yield from (Path(error.filename) for error in unlisted)


def files_of_export(folder: Path) -> set[str]:
    """Files that an export left among others in a folder; none if its description is another's."""
    try:
        told = json.loads((folder / DESCRIPTION).read_bytes())
        if told["name"] != EXPORT:
            return set()
        paths = [resource["path"] for resource in told["resources"]]
        return {DESCRIPTION, *chain.from_iterable([p] if isinstance(p, str) else p for p in paths)}
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return set()


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
