"""Open a zipped office file without trusting it: bounded sizes, no entities, no network."""

import re
from collections.abc import Callable, Hashable
from posixpath import join, normpath, split
from typing import Final, TypeVar, cast
from zipfile import ZipInfo

from lxml import etree

from toolkit.errors import DocumentError
from toolkit.read.archive import opened, packed, unpacked

Element = etree._Element  # noqa: SLF001 - lxml's element class has no public name

# A form with every cell styled by hand is about 0.3 MiB; a tree takes some 15 times its text.
MAX_PART: Final = 32 * 2**20
# Files saved as "Strict Open XML" use other names for the same things.
_STRICT_HOST: Final = b"http://purl.oclc.org/ooxml/"
_STRICT: Final = re.compile(rb"%b(\w+)/(\w+)" % re.escape(_STRICT_HOST))
_TRANSITIONAL: Final = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_RELATION: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MOST_KEPT: Final = 16
_LONGEST_KEPT: Final = 2**20

Made = TypeVar("Made")

OFF: Final = frozenset({"0", "false", "off", "none", "baseline"})
"""What switches a property off."""


_kept: Final[dict[Hashable, object]] = {}  # what was made of parts


class Package:
    """An opened OOXML archive whose parts are read one at a time."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._archive = opened(data)

    def xml(self, name: str) -> Element | None:
        """Return a part's root element, or None if the archive has no such part."""
        entry = self._archive.NameToInfo.get(name)
        return None if entry is None else parse(self._unpacked(entry, name), name)

    def main(self, usual: str) -> str:
        """Return the name of the part that holds the document itself."""
        parts = self.relations("").values()
        return next((path for kind, path in parts if kind == "officeDocument"), usual)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what a part points to: relation id -> (last word of its kind, part's name)."""
        folder, name = split(part)
        return self.made(join(folder, "_rels", f"{name}.rels"), _related) or {}

    def made(self, name: str, make: Callable[[bytes, str], Made]) -> Made | None:
        """Return what is made of a part's bytes and name, or None if there is no such part.

        It is remembered, by all that the archive holds of the part: who fills in one form after
        another has the same styles in each, ten times as long as the text.
        """
        if (entry := self._archive.NameToInfo.get(name)) is None:
            return None
        key = make, name, packed(self._data, entry)
        if (kept := _kept.get(key)) is not None:
            return cast(Made, kept)
        content = self._unpacked(entry, name)
        made = make(content, name)
        if len(content) <= _LONGEST_KEPT:
            if len(_kept) >= _MOST_KEPT:
                _kept.clear()
            _kept[key] = made
        return made

    def _unpacked(self, entry: ZipInfo, name: str) -> bytes:
        return unpacked(self._archive, entry, f"part {name}", MAX_PART)


def _related(content: bytes, name: str) -> dict[str, tuple[str, str]]:
    """Return what a part of relations says."""
    folder = split(split(name)[0])[0]
    return {
        relation.get("Id", ""): (
            split(relation.get("Type", ""))[1],
            normpath(join("/", folder, relation.get("Target", "")))[1:],
        )
        for relation in parse(content, name).iter(_RELATION)
    }


def parse(content: bytes, name: str) -> Element:
    """Return the root of an XML part; a DOCTYPE, which no office file has, is refused."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        if _STRICT_HOST in content:
            content = _STRICT.sub(_TRANSITIONAL, content)
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise DocumentError(f"part {name} is not well-formed XML: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DocumentError(f"part {name} declares a document type, which could hide entities")
    return root


def whole(value: str, name: str, digits: int = 7) -> int:
    """Return the whole number that must stand in an attribute."""
    if not (value.isascii() and value.isdigit() and len(value) <= digits):
        raise DocumentError(f"{name} is {value!r} where a whole number must stand")
    return int(value)
