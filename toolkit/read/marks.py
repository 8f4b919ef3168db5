"""Mark what a browser would not print plainly: hidden, struck out, raised, filled in.

Works on a parsed page in place: what can be said in text becomes text (brackets around a raised
mark, the value of an input field); the rest is returned as marks on elements.
"""

import re
from enum import Enum, auto
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

LINE: Final = "\u2028"
"""A line break inside a run of text, where white space would otherwise collapse."""


class Mark(Enum):
    """What the page's own attributes say of an element."""

    HIDDEN = auto()
    """It is not printed and takes no place."""
    BLOCK = auto()
    """It stands on lines of its own, whatever its tag."""


_TAGS: Final = "del,input,pre,s,select,strike,sub,sup,textarea,[hidden]"
_STYLES: Final = (
    "display",
    "line-through",
    "mso-hide",
    "visibility",
    "vertical-align:su",
    "vertical-align: su",
    "white-space",
)
_TABLE_PARTS: Final = frozenset(("table", "thead", "tbody", "tfoot", "tr", "td", "th"))
_STRUCK: Final = frozenset(("del", "s", "strike"))
_TYPED: Final = frozenset(("", "text", "number", "tel", "search"))
_GONE: Final = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all")
_UNSEEN: Final = re.compile(r"visibility\s*:\s*(?:hidden|collapse)")
_RAISED: Final = re.compile(r"vertical-align\s*:\s*su(?:per|b)")
_BOXED: Final = re.compile(r"display\s*:\s*(?!none|contents|inline\s*(?:[;!]|$))\w")
_VERBATIM: Final = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)")


def mark(page: LexborHTMLParser, markup: bytes) -> tuple[dict[int, Mark], list[str]]:
    """Mark a page's elements by ``mem_id``, and say what was left out.

    Parameters
    ----------
    page
        The parsed page; text is put into it.
    markup
        Its source in lower case, to tell quickly which styles occur at all.
    """
    marker = _Marker()
    for node in page.css(_TAGS):
        marker.by_tag(node)
    if styles := [style for style in _STYLES if style.encode() in markup]:
        for node in page.css(",".join(f'[style*="{style}" i]' for style in styles)):
            marker.by_style(node)
    return marker.marks, marker.notes()


class _Marker:
    def __init__(self) -> None:
        self.marks: dict[int, Mark] = {}
        self.struck = 0

    def notes(self) -> list[str]:
        return [f"{self.struck} struck-out texts were left out"] if self.struck else []

    def by_tag(self, node: LexborNode) -> None:
        tag = node.tag
        if "hidden" in node.attributes:
            self._hide(node)
        elif tag in _STRUCK:
            self._strike(node)
        elif tag in ("sub", "sup"):
            _bracket(node)
        elif tag in ("pre", "textarea"):
            _keep_lines(node)
        elif tag == "input" and (node.attributes.get("type") or "").lower() in _TYPED:
            node.insert_before(f"{LINE}{node.attributes.get('value') or ''}{LINE}")
        elif tag == "select" and (chosen := node.css_first("option[selected]")):
            node.insert_before(f"{LINE}{chosen.text()}{LINE}")
            self._hide(node)

    def by_style(self, node: LexborNode) -> None:
        style = (node.attributes.get("style") or "").lower()
        if _GONE.search(style):
            self._hide(node)
        elif _UNSEEN.search(style):
            self._silence(node)
        elif "line-through" in style:
            self._strike(node)
        if node.tag not in _TABLE_PARTS:
            if _RAISED.search(style) and node.tag not in ("sub", "sup"):
                _bracket(node)
            if _BOXED.search(style):
                self.marks.setdefault(node.mem_id, Mark.BLOCK)
        if _VERBATIM.search(style):
            _keep_lines(node)

    def _hide(self, node: LexborNode) -> None:
        self.marks[node.mem_id] = Mark.HIDDEN

    def _strike(self, node: LexborNode) -> None:
        self.struck += bool(node.text(strip=True))
        self._silence(node)

    def _silence(self, node: LexborNode) -> None:
        """Hide the text alone: a cell keeps its place in the row."""
        if node.tag not in _TABLE_PARTS:
            self._hide(node)
            return
        for cell in node.css("td,th"):
            for child in list(cell.iter(include_text=True)):
                if child.is_text_node:
                    child.replace_with("")
                else:
                    self._hide(child)


def _bracket(node: LexborNode) -> None:
    """Put a raised or lowered text in brackets, so that it joins no number beside it."""
    text = node.text(strip=True)
    if text and text[0] not in "[(\uff08\u3014\u3010":
        node.insert_before("[")
        node.insert_after("]")


def _keep_lines(node: LexborNode) -> None:
    for child in list(node.traverse(include_text=True)):
        if child.is_text_node and "\n" in (text := child.text_content or ""):
            child.replace_with(text.replace("\n", LINE))
