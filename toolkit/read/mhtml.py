"""Read a web page saved as a single file: MHTML, as browsers and Word make it."""

from dataclasses import replace
from email import message_from_bytes
from email.errors import MessageError

from toolkit.errors import DocumentError
from toolkit.read import html
from toolkit.read.document import Document


def read(data: bytes) -> Document:
    """Read the root page of a web archive; its other pages (frames) are only mentioned."""
    try:
        message = message_from_bytes(data)
        pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    except (MessageError, RecursionError, ValueError, LookupError) as error:
        raise DocumentError(f"the web archive is broken: {error}", stage="parse") from error
    if not pages:
        raise DocumentError("the web archive holds no page (no text/html part)", stage="parse")
    start = message.get_param("start")
    root = next((page for page in pages if start and page["Content-ID"] == start), pages[0])
    document = html.read(bytes(root.get_payload(decode=True)), root.get_content_charset())
    notes = document.notes
    if len(pages) > 1:
        notes += (f"{len(pages) - 1} further pages of the web archive were not read",)
    return replace(document, format="mhtml", notes=notes)
