"""Read a web page saved as a single file: MHTML, as browsers and Word make it."""

from dataclasses import replace
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from typing import Final

from toolkit.errors import DocumentError
from toolkit.read import html
from toolkit.read.document import Document

_NOT_ASCII: Final = bytes(range(0x80, 0x100))  # may be in another encoding than the page's


def read(data: bytes) -> Document:
    """Read the first page of a web archive; its other pages (frames) are only mentioned."""
    try:
        message = message_from_bytes(data)
        parts = [(part.get_content_type(), part) for part in message.walk()]
    except (MessageError, RecursionError, ValueError, LookupError) as error:
        raise DocumentError(f"the web archive is broken: {error}") from error
    pages = [part for kind, part in parts if kind == "text/html"]
    if not pages:
        raise DocumentError("the web archive holds no page (no text/html part)")
    page = _content(pages[0])
    for kind, part in parts:
        if kind == "text/css":
            page += b"<style>%b</style>" % _content(part).translate(None, _NOT_ASCII)
    document = html.read(page)
    notes = document.notes
    if len(pages) > 1:
        notes += (f"{len(pages) - 1} further pages of the web archive were not read",)
    return replace(document, format="mhtml", notes=notes)


def _content(part: Message) -> bytes:
    return bytes(part.get_payload(decode=True))
