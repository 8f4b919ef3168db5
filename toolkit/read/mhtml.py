"""Read a web page saved as a single file: MHTML, as browsers and Word make it."""

import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from typing import Final
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from toolkit.errors import DocumentError
from toolkit.read import html
from toolkit.read.document import Block, Document, Paragraph

_LINK: Final = re.compile(r"<link\s[^>]*>", re.IGNORECASE)
_IMPORT: Final = re.compile(
    r"""@import\s+(?:url\(\s*)?["']?([^"')\s;]+)["']?\s*\)?([^;]*);""", re.IGNORECASE
)
_FRAME: Final = re.compile(r"<(?:i?frame|object|embed)(\s[^>]*)>", re.IGNORECASE)
_FRAMESET: Final = re.compile(r"</?frameset[^>]*>", re.IGNORECASE)  # there is no table in one
_MARK_OF: Final = "@frame {}@"
_MARK: Final = re.compile(r"@frame (\d+)@")
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f]")


def read(data: bytes) -> Document:
    """Read the first page of a web archive, and in their places the frames that it shows.

    The style sheets among its parts hold where a page takes them in, and on what media. Pages that
    no frame shows are only mentioned.
    """
    try:
        parts = [(part.get_content_type(), part) for part in message_from_bytes(data).walk()]
        sheets = [(_address(part), _styles(part)) for kind, part in parts if kind == "text/css"]
        pages = [part for kind, part in parts if kind == "text/html"]
        names = {name: number for number, part in enumerate(pages) for name in _names(part)}
        sources = dict(enumerate(_whole(page, sheets, names) for page in pages))
    except (MessageError, RecursionError, ValueError, LookupError) as error:
        raise DocumentError(f"the web archive is broken: {error}") from error
    if not sources:
        raise DocumentError("the web archive holds no page (no text/html part)")
    blocks, notes = _read(sources, 0)
    if sources:
        notes += (f"{len(sources)} further pages of the web archive were not read",)
    return Document(blocks, "mhtml", "grid", tuple(dict.fromkeys(notes)))


def _read(sources: dict[int, bytes], number: int) -> tuple[tuple[Block, ...], tuple[str, ...]]:
    """Return what is in a page and in its frames, with notes; each page is taken out, and so once.

    Of a frame of which nothing can be read the page is left.
    """
    document = html.read(sources.pop(number), f"frame {number}, " if number else "")
    blocks, notes = [], document.notes
    for block in document.blocks:
        mark = _MARK.fullmatch(block.text) if isinstance(block, Paragraph) else None
        if mark is None:
            blocks.append(block)
        elif page := sources.get(int(mark[1])):
            try:
                inside, told = _read(sources, int(mark[1]))
            except (DocumentError, RecursionError):
                sources[int(mark[1])] = page
            else:
                blocks += inside
                notes += told
    return tuple(blocks), notes


def _whole(page: Message, styles: list[tuple[str, str]], names: dict[str, int]) -> bytes:
    """Return a page with the style sheets in it that it only refers to, and marks for frames."""
    base = _address(page)

    def marked(frame: re.Match[str]) -> str:
        node = LexborHTMLParser(f"<img{frame[1]}>").css_first("img")
        told = node.attributes if node else {}
        number = names.get(_joined(base, told.get("src") or told.get("data") or ""))
        # A table inside another tells that this one only arranges the page.
        mark = f"<table{frame[1]}><tr><td>{_MARK_OF.format(number)}</table>"
        return frame[0] if number is None else mark + frame[0]

    sheets = {_joined(base, address): sheet for address, sheet in styles}
    source = _LINK.sub(_as_import, _content(page).decode("latin-1"))  # any bytes, and back
    source = _FRAME.sub(marked, _FRAMESET.sub("", source))
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
        address = _joined(base, found[1])
        if address not in sheets:
            return found[0]
        sheet = _with_imports(sheets.pop(address), address, sheets)
        return f"@media {found[2]}{{{sheet}}}" if found[2].strip() else sheet

    return _IMPORT.sub(in_place, source)


def _styles(part: Message) -> str:
    """Return a style sheet in letters that mean the same in each encoding."""
    text = _content(part).decode("utf-8", "replace")
    return _BEYOND_ASCII.sub(lambda letter: f"\\{ord(letter[0]):x} ", text)


def _names(part: Message) -> Iterator[str]:
    """Yield what pages may call another of the archive's pages."""
    names = _address(part), f"cid:{str(part.get('Content-ID', '')).strip('<> ')}"
    yield from (name for name in names if name not in ("", "cid:"))


def _joined(base: str, address: str) -> str:
    """Return the whole address of what a page names; of what is none nothing is found."""
    with suppress(ValueError):
        return urljoin(base, address)
    return ""


def _address(part: Message) -> str:
    return "".join(str(part.get("Content-Location", "")).split())


def _content(part: Message) -> bytes:
    return bytes(part.get_payload(decode=True))
