"""Read ZIP archives, of documents or of a document's parts, one member at a time, within limits."""

import io
import struct
import zipfile
import zlib
from collections.abc import Hashable, Iterator
from contextlib import suppress
from typing import Final

from toolkit.errors import DocumentError
from toolkit.read.encoding import decode
from toolkit.read.letters import LOST

MAX_MEMBERS: Final = 100_000
MAX_MEMBER_BYTES: Final = 256 * 2**20
MAX_TOTAL_BYTES: Final = 4 * 2**30
MAX_RATIO: Final = 250  # to its packed size, of a member over some megabytes; pages reach 50
_ALWAYS_ALLOWED: Final = 4 * 2**20
_UTF_8_NAME: Final = 0x800
_ENCRYPTED: Final = 0x1
_HEADER: Final = 30  # bytes in front of a member, before its name and what it has besides
_LENGTHS: Final = (26, 28)  # where these say how long they are
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    ValueError,
)


def members(data: bytes) -> Iterator[tuple[str, bytes | DocumentError]]:
    """Name and bytes of each document in a ZIP archive, in the archive's order.

    A member that cannot be unpacked comes with the error in place of its bytes, so that the
    others are still read. Names are labels for people: nothing is written under them.

    Raises
    ------
    DocumentError
        With stage ``open``, if the archive is broken or larger than any in good faith.
    """
    with opened(data) as archive:
        entries = [  # without folders and what macOS notes about files
            entry
            for entry in archive.infolist()
            if not (entry.filename.endswith("/") or entry.filename.startswith("__MACOSX/"))
        ]
        if len(entries) > MAX_MEMBERS:
            raise DocumentError(
                f"the ZIP archive has {len(entries):,} members; at most {MAX_MEMBERS:,} are read",
                stage="open",
            )
        left = MAX_TOTAL_BYTES
        for entry in entries:
            name = _name(entry)
            try:
                content = unpacked(archive, entry)
            except DocumentError as error:
                yield name, error
                continue
            left -= len(content)
            if left < 0:
                raise DocumentError(
                    f"the ZIP archive holds more than {MAX_TOTAL_BYTES:,} bytes unpacked;"
                    f" it was read up to {name}",
                    stage="open",
                )
            yield name, content


def opened(data: bytes) -> zipfile.ZipFile:
    """Open an archive, or say that it is broken."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise DocumentError(
            f"the ZIP archive is broken or cut off (DOCX and XLSX are ZIP archives): {error}",
            stage="open",
        ) from error


def unpacked(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    name: str = "the archive's member",
    most: int = MAX_MEMBER_BYTES,
) -> bytes:
    """Unpack one member; what the archive says of its unpacked size is not believed."""
    if entry.flag_bits & _ENCRYPTED:
        raise DocumentError(f"{name} is protected by a password", stage="open")
    if entry.compress_type not in _METHODS:  # the others unpack without bound
        raise DocumentError(f"{name} is neither stored nor deflated", stage="open")
    limit = min(most, max(_ALWAYS_ALLOWED, MAX_RATIO * entry.compress_size))
    try:
        with archive.open(entry) as member:
            content = member.read(limit + 1)
    except _BROKEN as error:
        raise DocumentError(f"{name} is broken: {error}", stage="open") from error
    if len(content) > limit:
        raise DocumentError(
            f"{name} is larger than {limit:,} bytes unpacked, from {entry.compress_size:,} packed",
            stage="open",
        )
    return content


def packed(data: bytes, entry: zipfile.ZipInfo) -> Hashable:
    """Return all that an archive holds of a member, packed: what is the same unpacks to the same.

    What it claims of the member, as sums and sizes, is the same then, too, and right or wrong.
    """
    start = entry.header_offset
    name, extra = (int.from_bytes(data[start + at : start + at + 2], "little") for at in _LENGTHS)
    end = start + _HEADER + name + extra + entry.compress_size
    claimed = entry.orig_filename, entry.flag_bits, entry.compress_type, entry.CRC, entry.file_size
    return *claimed, data[start:end]


def _name(entry: zipfile.ZipInfo) -> str:
    """Return a member's name, which Chinese Windows writes in GBK without saying so."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF_8_NAME:
        with suppress(DocumentError):  # else it is a western name of old, as already read
            name = decode(name.encode("cp437"))[0]
    return "".join(letter if letter.isprintable() else LOST for letter in name)
