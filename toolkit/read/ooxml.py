"""Open a zipped office file without trusting it: bounded sizes, no entities, no network."""

import io
import zipfile
import zlib
from typing import Final, Self

from lxml import etree

from toolkit.errors import DocumentError

Element = etree._Element  # noqa: SLF001 - lxml's element class has no public name

# A form with every cell styled by hand is about 0.3 MiB; a tree takes some 15 times its text.
MAX_PART: Final = 32 * 2**20
# Markup repeats itself and packs well; beyond this and a few MiB it is a zip bomb.
MAX_RATIO: Final = 250
_SMALL: Final = 4 * 2**20
_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0"
_ENCRYPTED: Final = 0x1
# Files saved as "Strict Open XML" use other names for the same things.
_STRICT: Final = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main", b"spreadsheetml/2006/main"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"officeDocument/2006/relationships",
    ),
)
_TRANSITIONAL: Final = b"http://schemas.openxmlformats.org/"
_RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """An opened OOXML or ODF archive whose parts are read one at a time.

    Parameters
    ----------
    data
        The whole file.

    Raises
    ------
    DocumentError
        If the file is no readable archive, or is protected by a password.
    """

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLE_MAGIC):
            raise DocumentError("the file is protected by a password, or is of Office 97 kind")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise DocumentError(f"the file is not a whole zip archive: {error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def read(self, name: str) -> bytes | None:
        """Return a part's bytes, or None if the archive has no such part."""
        try:
            info = self._archive.getinfo(name.lstrip("/"))
        except KeyError:
            return None
        if info.flag_bits & _ENCRYPTED:
            raise DocumentError(f"part {name} is protected by a password")
        try:
            with self._archive.open(info) as part:
                content = part.read(MAX_PART + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise DocumentError(f"part {name} is damaged: {error}") from error
        if len(content) > MAX_PART:
            raise DocumentError(f"part {name} unpacks to more than {MAX_PART // 2**20} MiB")
        if len(content) > _SMALL and len(content) > MAX_RATIO * info.compress_size:
            raise DocumentError(f"part {name} unpacks to over {MAX_RATIO} times its size")
        return content

    def xml(self, name: str) -> Element | None:
        """Return a part's root element, or None if the archive has no such part."""
        content = self.read(name)
        return None if content is None else parse(content, name)

    def main(self, usual: str) -> str:
        """Return the name of the part that holds the document itself."""
        parts = self.relations("").values()
        return next((path for kind, path in parts if kind == "officeDocument"), usual)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what a part points to: relation id -> (last word of its kind, part's name)."""
        folder, _, name = part.rpartition("/")
        root = self.xml(f"{folder}/_rels/{name}.rels".lstrip("/"))
        found: dict[str, tuple[str, str]] = {}
        for relation in () if root is None else root.iter(_RELATION):
            target = relation.get("Target", "")
            if relation.get("TargetMode") == "External":
                continue
            path = (
                target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
            )
            found[relation.get("Id", "")] = (relation.get("Type", "").rpartition("/")[2], path)
        return found


def parse(content: bytes, name: str) -> Element:
    """Return the root of an XML part; a DOCTYPE, which no office file has, is refused."""
    if _STRICT[0][0][:26] in content[:4096]:
        for strict, usual in _STRICT:
            content = content.replace(strict, _TRANSITIONAL + usual)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"part {name} is not well-formed XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentError(f"part {name} declares a document type, which could hide entities")
    return root
