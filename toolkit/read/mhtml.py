"""Read a web page saved as a single file: MHTML, as browsers and Word make it."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from typing import Final
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from toolkit.errors import DocumentError
from toolkit.read import html
from toolkit.read.document import Document

_LINK: Final = re.compile(r"<link\s[^>]*>", re.IGNORECASE)
_IMPORT: Final = re.compile(
    r"""@import\s+(?:url\(\s*)?["']?([^"')\s;]+)["']?\s*\)?([^;]*);""", re.IGNORECASE
)
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f]")


def read(data: bytes) -> Document:
    """Read the first page of a web archive; its other pages (frames) are only mentioned.

    The style sheets among its parts hold where the page takes them in, and on what media.
    """
    try:
        message = message_from_bytes(data)
        parts = [(part.get_content_type(), part) for part in message.walk()]
        pages = [part for kind, part in parts if kind == "text/html"]
        page = _whole(pages[0], [part for kind, part in parts if kind == "text/css"])
    except IndexError:
        raise DocumentError("the web archive holds no page (no text/html part)") from None
    except (MessageError, RecursionError, ValueError, LookupError) as error:
        raise DocumentError(f"the web archive is broken: {error}") from error
    document = html.read(page)
    notes = document.notes
    if len(pages) > 1:
        notes += (f"{len(pages) - 1} further pages of the web archive were not read",)
    return replace(document, format="mhtml", notes=notes)


def _whole(page: Message, parts: list[Message]) -> bytes:
    """Return a page with the style sheets in it that it only refers to."""
    base = _address(page)
    sheets = {urljoin(base, _address(part)): _styles(part) for part in parts}
    source = _LINK.sub(_as_import, _content(page).decode("latin-1"))  # any bytes, and back
    return _with_imports(source, base, sheets).encode("latin-1")


def _as_import(link: re.Match[str]) -> str:
    """Return the style element that does what a link to a style sheet does."""
    node = LexborHTMLParser(link[0]).css_first("link[href][rel~=stylesheet i]")
    if node is None or "alternate" in (node.attributes["rel"] or "").lower():
        return link[0]
    return (
        f"<style>@import '{node.attributes['href']}' {node.attributes.get('media') or ''};</style>"
    )


def _with_imports(source: str, base: str, sheets: dict[str, str]) -> str:
    """Return a source in which the sheets that it imports stand in place, each once."""

    def in_place(found: re.Match[str]) -> str:
        address = urljoin(base, found[1])
        if address not in sheets:
            return found[0]
        sheet = _with_imports(sheets.pop(address), address, sheets)
        return f"@media {found[2]}{{{sheet}}}" if found[2].strip() else sheet

    return _IMPORT.sub(in_place, source)


def _styles(part: Message) -> str:
    """Return a style sheet in letters that mean the same in each encoding."""
    text = _content(part).decode("utf-8", "replace")
    return _BEYOND_ASCII.sub(lambda letter: f"\\{ord(letter[0]):x} ", text)


def _address(part: Message) -> str:
    return "".join(str(part.get("Content-Location", "")).split())


def _content(part: Message) -> bytes:
    return bytes(part.get_payload(decode=True))
