"""The six parts of a report as text."""

import re
from typing import Final

from toolkit.form import patterns, rows
from toolkit.read.document import Document, Paragraph
from toolkit.title import tight

_PARTS: Final = tuple((row["part"], row["key"]) for row in rows("parts"))
_HEADING: Final = re.compile(patterns()["part_heading"])
_LONGEST: Final = 40


def parts(document: Document) -> dict[str, str]:
    """Prose of each part, by code; what stands in front of part one is ``preface``.

    Parts that the document does not have are not in the result; tables are left out.
    """
    texts: dict[str, list[str]] = {"preface": []}
    part = "preface"
    for block in document.blocks:
        if isinstance(block, Paragraph):
            part = _opens(block.text) or part
            texts.setdefault(part, []).append(block.text.strip())
    return {code: "\n".join(lines) for code, lines in texts.items() if any(lines)}


def _opens(text: str) -> str | None:
    """Code of the part that a heading opens, by what it says rather than by its number."""
    heading = tight(text)
    if len(heading) > _LONGEST or not _HEADING.match(heading):
        return None
    return next((part for part, key in _PARTS if key in heading), None)
