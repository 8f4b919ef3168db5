"""Write a parsed page out into the text that a browser prints.

It is done from the page's end to its beginning, so that what stands inside an element is done
before it: what is not printed goes, breaks become ``LINE``, and a table of figures becomes a key
in a line of its own.
"""

import re
from collections.abc import Callable
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from toolkit.read.letters import LOST, as_seen, has_digit

LINE: Final = "\u2028"
TABLE: Final = "\ufdd0"
PICTURE: Final = "\ufdd1"
"""Marks in a page's text: a line ends; a table, or a picture, stands here."""

Cell = tuple[str, int, int]
"""A cell's text, and the columns and rows that it spans."""

Table = list[list[Cell]]
"""Rows and cells of a table as found."""

Elements = list[tuple[int, LexborNode]]
"""Elements of a page in their order, each behind its tag's number, which is faster than a name."""

_EMPTY: Final = LexborHTMLParser("")


def tag_ids(tags: str) -> list[int]:
    """Return the numbers of tags."""
    return [_EMPTY.create_node(tag).tag_id for tag in tags.split()]


_KINDS: Final = {
    number: kind
    for kind, tags in {
        "apart": "address article aside blockquote button center dd details dialog dir div dl dt "
        "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr "
        "legend li listing main marquee menu nav ol optgroup option p plaintext pre search section "
        "summary textarea title ul xmp",
        "break": "br",
        "field": "input",
        "picture": "audio canvas embed iframe img script select svg video",
        "raised": "rt sub sup",
        "struck": "del s strike",
        "table": "table",
        "unknown": "big small",
        "unread": "math meter object progress",
        "unprinted": "datalist noembed noframes noscript rp style template",
    }.items()
    for number in tag_ids(tags)
}
BY_STYLE: Final = frozenset(tag_ids("pre textarea bdo font"))
"""Tags that say what a style might."""

_TELLING: Final = _KINDS.keys() | BY_STYLE
MAX_COLUMNS: Final = 1000  # that the HTML standard lets a cell span
_CAPTION, _TABLE, _TR = tag_ids("caption table tr")
_SECTIONS: Final = tag_ids("tbody thead tfoot")
_ROWS: Final = (_TABLE, *_SECTIONS, _TR)
_CELLS: Final = tag_ids("td th")
_TEXT: Final = "-text"
_LOOKS: Final = ("class", "style")
_TAKEN_OUT: Final = ("unprinted", "struck", "silent")
_DRAWN: Final = re.compile(  # of what is to be filled in: not read, or not as it is shown
    "button|checkbox|color|date|datetime-local|file|image|month|password|radio|range|reset|submit"
    "|time|week"
)
_OPENING: Final = "[(\uff08\u3014\u3010"
_NUMBER: Final = re.compile(r"\s*\+?([0-9]{1,6})")


def telling(page: LexborHTMLParser) -> Elements:
    """Return the elements of a page whose names tell how they look: most only hold others."""
    nodes = page.root.traverse() if page.root else ()
    return [(tag, node) for node in nodes if (tag := node.tag_id) in _TELLING]


def write_out(
    page: LexborHTMLParser, named: Elements, looks: dict[int, str]
) -> tuple[str, dict[str, Table], int]:
    """Turn a parsed page, which is used up, into text in which ``LINE`` ends lines.

    ``named`` are its ``telling`` elements, and ``looks`` what styles make of any, by their
    ``mem_id``. With the text come the tables, by the line that stands for each, and how many
    struck-out texts were left out.
    """
    if page.root is None:
        return "", {}, 0
    found = [(_KINDS[tag], node) for tag, node in named if tag in _KINDS]
    if looks:
        found = []
        for node in page.root.traverse():
            kind, look = _KINDS.get(node.tag_id), looks.get(node.mem_id, "")
            if kind and look != kind and look not in _TAKEN_OUT:
                found.append((kind, node))
            if look:
                found += [(one, node) for one in look.split()]
    tables: dict[str, Table] = {}
    struck = 0
    for kind, node in reversed(found):
        if kind in _CHANGES:
            _CHANGES[kind](node)
        elif kind in _TAKEN_OUT:
            struck += kind == "struck" and bool(node.text(strip=True))
            if kind == "silent":  # its room is still there
                node.insert_before(LINE)
            _silence(node)
        else:
            node.replace_with(_in_place_of(kind, node, tables))
    return as_seen(page.root.text()), tables, struck


def _in_place_of(kind: str, node: LexborNode, tables: dict[str, Table]) -> str:
    """Return the text of an element that has none of its own, or whose own is not text."""
    if kind == "table":
        return _table(node, tables)
    if kind == "field":
        field = node.attributes
        kind = (field.get("type") or "").lower()
        if kind == "hidden":
            return ""
        drawn = PICTURE if _DRAWN.fullmatch(kind) else ""
        shown = drawn or field.get("value") or (PICTURE if field.get("placeholder") else "")
        return f"{LINE}{shown}{LINE}"
    if kind == "unread" and has_digit(node.text()):
        return LOST
    return PICTURE if kind in ("picture", "unread") else LINE


def _set_apart(node: LexborNode) -> None:
    """Let an element's text stand on lines of its own; at a cell's edge it does so by itself."""
    parent, before, after = node.parent, node.prev, node.next
    is_in_cell = parent is not None and parent.tag_id in _CELLS
    if not (is_in_cell and (before is None or (before.is_empty_text_node and before.prev is None))):
        node.insert_before(LINE)
    if not (is_in_cell and (after is None or (after.is_empty_text_node and after.next is None))):
        node.insert_after(LINE)


def _silence(node: LexborNode) -> None:
    """Take out an element's text; a cell keeps its place in the row."""
    if node.tag_id not in (*_ROWS, *_CELLS):
        node.decompose()
        return
    for cell in node.css("td,th"):
        for child in list(cell.iter(include_text=True)):
            child.decompose()


def _spread(node: LexborNode) -> None:
    """Part what stands in an element: its children are boxes, with room between them."""
    for child in list(node.iter()):
        child.insert_before(LINE)
        child.insert_after(LINE)
    _set_apart(node)


def _keep_breaks(node: LexborNode) -> None:
    """Let the source's line breaks stand where white space does not collapse."""
    for part in node.css("td,th") if node.tag_id in _ROWS else [node]:
        text = part.text().replace("\n", LINE)
        for child in list(part.iter(include_text=True)):
            child.decompose()
        part.insert_child(text)


def _bracket(node: LexborNode) -> None:
    """Put a raised or lowered text in brackets, so that it joins no number beside it."""
    text = node.text().strip()
    if text and text[0] not in _OPENING:
        node.insert_before("[")
        node.insert_after("]")


def _part(node: LexborNode) -> None:
    """Doubt digits that join those of an element of unknown look: it may be hidden, or raised."""
    text, own = node.text(), node.attributes
    for beside, digit, end, insert in (
        (node.prev, text[:1], slice(-1, None), node.insert_before),
        (node.next, text[-1:], slice(1), node.insert_after),
    ):
        if beside and digit.isdigit() and beside.text()[end].isdigit():
            named = beside.attributes
            if beside.tag == _TEXT or any(named.get(it) != own.get(it) for it in _LOOKS):
                insert(LOST)


_CHANGES: Final[dict[str, Callable[[LexborNode], None]]] = {
    "apart": _set_apart,
    "raised": _bracket,
    "spread": _spread,
    "unknown": _part,
    "unprinted": LexborNode.decompose,
    "verbatim": _keep_breaks,
}


def _table(node: LexborNode, tables: dict[str, Table]) -> str:
    """Return what stands in a table's place: its key, or its text if it is only layout.

    It is layout if no row has two cells or another table stands in it; a bare ``TABLE`` then
    tells the table around it.
    """
    caption = ""
    table: Table = []
    for part in node.iter():
        if part.tag_id == _CAPTION:
            caption = part.text()
        elif part.tag_id in _SECTIONS:
            rows = [row for row in part.iter() if row.tag_id == _TR]
            table += [_row(row, len(rows) - at) for at, row in enumerate(rows)]
    texts = [text for row in table for text, _, _ in row]
    whole = "".join(texts)
    if not whole.replace(PICTURE, "").strip():
        return f"{LINE}{caption}{LINE}"
    if TABLE in whole or all(len(row) <= 1 for row in table):
        return LINE.join(("", caption, TABLE, *texts, ""))
    if as_seen(whole) != whole:
        table = [[(as_seen(text), width, height) for text, width, height in row] for row in table]
    key = f"{TABLE}{len(tables)}"
    tables[key] = table
    return LINE.join(("", caption, key, ""))


def _row(node: LexborNode, left: int) -> list[Cell]:
    """Return the cells of one of the rows that are left of a section, which none spans out of."""
    cells = []
    for cell in node.iter():
        if cell.tag_id in _CELLS:
            named = cell.attributes
            columns = min(_span(named["colspan"]) or 1, MAX_COLUMNS) if "colspan" in named else 1
            rows = min(_span(named["rowspan"]) or left, left) if "rowspan" in named else 1
            cells.append((cell.text_lexbor(), columns, rows))
    return cells


def _span(value: str | None) -> int:
    """Read a span as the HTML standard does: digits at the start, else 1."""
    number = _NUMBER.match(value) if value else None
    return int(number[1]) if number else 1
