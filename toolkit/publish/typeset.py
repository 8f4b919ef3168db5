"""A page as PDF: typst sets the same elements, tagged, with bookmarks and embedded fonts."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

_TEMPLATE: Final = Path(__file__).with_name("typeset.typ")
_LEFT_OUT: Final = "//nav | //footer | //style | //script | //comment()"
_ADDRESSES: Final = ("https://", "http://", "mailto:")
_HOLD_TEXT: Final = frozenset(("p", "li", "td", "th", "h1", "h2", "h3", "h4", "blockquote", "pre"))
_SPANS: Final = ("col", "row")
_SPACE: Final = re.compile(r"[ \t\r\n]+")
# Where a long word may go on in the next line: behind a full stop, or anywhere if very long.
_BREAK: Final = re.compile(r"(?<=[!-~]{9}\.)(?=[!-~]{9})|[!-\-/-~]{40}(?=[!-~])")

Element = Any
"""An element of the page, as lxml has them: without a type."""

Node = dict[str, Any] | str
"""An element as the template takes it, or a text between elements."""


def pdf(page: str) -> bytes:
    """PDF (UA-1) of a page made by :mod:`toolkit.publish.page`; the same page makes the same bytes.

    Parameters
    ----------
    page
        The page's HTML. typst gets its texts as data, so that none of them is markup.
    """
    import typst
    from lxml import html

    root: Element = html.document_fromstring(page)
    for element in root.xpath(_LEFT_OUT):
        element.drop_tree()
    main = root.find(".//main")
    tree = _Tree(main)
    content = {
        "title": root.findtext(".//title"),
        "lang": root.get("lang", "en").partition("-")[0],
        "children": [*tree.children(main)],
    }
    compiler = typst.Compiler(
        _TEMPLATE, font_paths=_fonts(), sys_inputs={"page": json.dumps(content, ensure_ascii=False)}
    )
    try:
        made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=0)
    except typst.TypstError:  # a character that no font has: a box is drawn, which UA forbids
        made = compiler.compile(format="pdf", timestamp=0)
    return cast("bytes", made)


@cache
def _fonts() -> Any:  # noqa: ANN401 - typst's class has no type here
    import typst
    from pylopdf_fonts_zh_cn import sans_path

    return typst.Fonts(include_system_fonts=False, font_paths=[Path(sans_path()).parent])


class _Tree:
    """Elements of a page as the template takes them."""

    def __init__(self, main: Element) -> None:
        self.targets = set(main.xpath(".//@id"))
        self._unseen = set(self.targets)

    def children(self, element: Element, *, keep: bool = False) -> Iterator[Node]:
        """Texts and elements within an element; between blocks white space is none."""
        keep = keep or element.tag in _HOLD_TEXT
        yield from _text(element.text or "", keep=keep)
        held: list[Node] = []  # a table, until it is known whether a note follows it
        for child in element:
            node = self.node(child, keep=keep)
            if child.find("table") is not None and _tag(child.getnext()) == "p":
                held.append(node)
                continue
            yield {"tag": "noted", "children": [*held, node]} if held else node
            held.clear()
            yield from _text(child.tail or "", keep=keep)

    def node(self, element: Element, *, keep: bool) -> dict[str, Any]:
        """One element: its tag, what the template must know of it, and its children."""
        node: dict[str, Any] = {"tag": element.tag}
        if (name := element.get("id")) in self._unseen:  # of several the first is the target
            self._unseen.remove(name)
            node["id"] = name
        href = element.get("href", "")
        if href.startswith(_ADDRESSES) or (href.startswith("#") and href[1:] in self.targets):
            node["href"] = href
        if style := re.search(r"text-align:\s*(\w+)", element.get("style", "")):
            node["align"] = style[1]
        if element.tag in {"td", "th"}:
            node["width"], node["height"] = (int(element.get(f"{of}span", 1)) for of in _SPANS)
        if element.tag == "table":
            rows = [[self.node(cell, keep=True) for cell in row] for row in element.iter("tr")]
            heads = len(element.findall("thead/tr"))
            columns = max((sum(cell["width"] for cell in row) for row in rows), default=1)
            return node | {"columns": columns, "head": rows[:heads], "body": rows[heads:]}
        if element.tag == "img":
            kind, _, coded = element.get("src", "").partition(";base64,")
            data = b64decode(coded)
            drawn = data.decode() if kind == "data:image/svg+xml" else [*data]
            return node | {"data": drawn, "alt": element.get("alt") or " "}
        return node | {"children": [*self.children(element, keep=keep)]}


def _tag(element: Element | None) -> str:
    return "" if element is None else str(element.tag)


def _text(text: str, *, keep: bool) -> Iterator[str]:
    line = _BREAK.sub("\\g<0>\N{ZERO WIDTH SPACE}", _SPACE.sub(" ", text))
    if line.strip() or (keep and line):
        yield line
