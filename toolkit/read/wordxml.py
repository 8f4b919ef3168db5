"""Word documents that are one XML file: Word saves them, and web sites make them, as ``.doc``.

They say what a DOCX says, and are read as one: of later Word its parts, of Word 2003 one part with
the names of today.
"""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lxml import etree

from toolkit.read import docx
from toolkit.read.document import Document
from toolkit.read.ooxml import Element, parse
from toolkit.read.wordml import W as NEW

_PACKAGE: Final = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_W: Final = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_HINTS: Final = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_AML: Final = "{http://schemas.microsoft.com/aml/2001/core}"
_RENAMED: Final = {
    f"{_W}{old}": f"{_W}{new}"
    for old, new in (
        *(("vmerge", "vMerge"), ("hmerge", "hMerge")),
        *(("listPr", "numPr"), ("ilfo", "numId")),
    )
}
_CHANGES: Final = {"Word.Deletion": f"{_W}del", "Word.Insertion": f"{_W}ins"}
_NOTES: Final = tuple(f"{_W}{name}" for name in ("footnote", "endnote", "binData"))
_MAIN: Final = "word/document.xml"
_RELATIONS: Final = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b'<Relationship Type="styles" Target="document.xml"/></Relationships>'
)


def read(data: bytes) -> Document:
    """Read a Word document that is one XML file."""
    root = parse(data, "of Word XML")
    parts = dict(_packaged(root) if root.tag.startswith(_PACKAGE) else _as_new(root))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return replace(docx.read(packed.getvalue()), format="wordxml")


def _packaged(root: Element) -> Iterator[tuple[str, bytes]]:
    """Yield the XML parts of a package that is one file."""
    for part in root.iter(f"{_PACKAGE}part"):
        for content in part.iterfind(f"{_PACKAGE}xmlData/*"):
            yield part.get(f"{_PACKAGE}name", "").lstrip("/"), etree.tostring(content)


def _as_new(root: Element) -> Iterator[tuple[str, bytes]]:
    """Yield a document of Word 2003 as the part that it is today, which is that of styles, too."""
    for element in root.iter(*_RENAMED):
        element.tag = _RENAMED[element.tag]
    for change in root.iter(f"{_AML}annotation"):  # a comment is gone, and a bookmark says nothing
        change.tag = _CHANGES.get(change.get(f"{_W}type", ""), f"{_AML}other")
    etree.strip_elements(root, *_NOTES, f"{_AML}other", with_tail=False)
    etree.strip_tags(root, f"{_HINTS}*", f"{_AML}content", f"{_W}cfChunk")
    source = etree.tostring(root, encoding="utf-8")
    yield _MAIN, source.replace(_W[1:-1].encode(), NEW[1:-1].encode())
    yield "word/_rels/document.xml.rels", _RELATIONS
