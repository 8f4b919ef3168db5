"""What a page or a Word file shows or links to instead of printing it: pictures, and files."""

import re
from typing import Final
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from toolkit.read.archive import opened
from toolkit.read.encoding import decode

KINDS: Final = ("docx", "html")
"""Kinds of document of which this can be told."""

_SHOWN: Final = "a[href], img[src], iframe[src], embed[src], object[data]"
_PICTURE: Final = r"png|jpe?g|bmp|tiff?"
_FILE: Final = re.compile(
    rf"[^/\\?=&#]+\.(?:pdf|docx?|wps|xlsx?|ofd|zip|rar|{_PICTURE})(?=$|[?&#])", re.IGNORECASE
)
_IN_WORD: Final = re.compile(rf"word/media/([^/]+\.(?:{_PICTURE}))", re.IGNORECASE)
_FURNITURE: Final = frozenset(("a", "header", "footer", "nav"))
_SMALLEST: Final = 100  # pixels; a smaller picture is an icon


def beside(data: bytes, kind: str) -> list[str]:
    """Names of the files that a document of :data:`KINDS` links to, and of pictures that it shows.

    Of a page's pictures those that are links, icons, or in its header or footer are left out.
    """
    if kind == "docx":
        names = map(_IN_WORD.fullmatch, opened(data).namelist())
        return [found[1] for found in names if found]
    nodes = LexborHTMLParser(decode(data)[0]).css(_SHOWN)
    return list(dict.fromkeys(name for node in nodes if (name := _name(node))))


def _name(node: LexborNode) -> str:
    """Name of the file that an element shows or links to; empty if it is none, or an icon."""
    told = node.attributes
    address = unquote(next(filter(None, map(told.get, ("href", "src", "data"))), ""))
    found = _FILE.search(address)
    if found is None or (node.tag == "img" and (_is_small(node) or _is_furniture(node))):
        return ""
    return found[0]


def _is_small(node: LexborNode) -> bool:
    sides = (node.attributes.get(side) or "" for side in ("width", "height"))
    return any(side.isdecimal() and int(side) < _SMALLEST for side in sides)


def _is_furniture(node: LexborNode) -> bool:
    above = node.parent
    while above is not None and above.tag not in _FURNITURE:
        above = above.parent
    return above is not None
