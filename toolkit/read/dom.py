"""Write a parsed page out into the text that a browser prints.

It is done from the page's end to its beginning, so that what stands inside an element is done
before it: what is not printed goes, breaks become ``LINE``, and a table of figures becomes a key
in a line of its own.
"""

import re
from itertools import chain
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from toolkit.read.tables import LINE, PICTURE, TABLE, Cell, Section, Table

_KINDS: Final[dict[str | None, str]] = {
    tag: kind
    for kind, tags in {
        "block": "address article aside blockquote button center dd details dialog dir div dl dt "
        "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr "
        "legend li listing main menu nav ol p plaintext pre search section summary textarea title "
        "ul xmp",
        "break": "br",
        "field": "input select",
        "picture": "audio canvas embed iframe img math object svg video",
        "raised": "rt sub sup",
        "table": "table",
    }.items()
    for tag in tags.split()
}
_UNPRINTED: Final = (
    "datalist",
    "noembed",
    "noframes",
    "noscript",
    "rp",
    "script",
    "style",
    "template",
)
_STRUCK: Final = ("del", "s", "strike")
_SECTIONS: Final = ("tbody", "thead", "tfoot")
_CELLS: Final = ("td", "th")
_TABLE_PARTS: Final = frozenset(("table", *_SECTIONS, "tr", *_CELLS))
_VERBATIM_TAGS: Final = ("pre", "textarea")
_ROOTS: Final = ("html", "body")  # hidden only until a script shows them
_TYPED: Final = ("", "text", "number", "tel", "search")
_OPENING: Final = "[(\uff08\u3014\u3010"

_TELLING: Final = (
    *("absolute", "display", "fixed", "float", "line-through", "sub", "super", "visibility"),
    "white-space",
)
_DECLARED: Final = re.compile(
    r"(?<![\w-])(display|float|position|vertical-align|visibility|white-space)\s*:\s*([\w-]+)"
)
_INLINE: Final = ("contents", "inline")
_NUMBER: Final = re.compile(r"\s*\+?([0-9]{1,6})")


def write_out(page: LexborHTMLParser, markup: bytes) -> tuple[str, dict[str, Table], int]:
    """Turn a page into text.

    Parameters
    ----------
    page
        The parsed page; it is used up.
    markup
        Its source in lower case, to tell quickly which styles occur at all.

    Returns
    -------
    tuple
        The text, in which ``LINE`` ends lines; the tables, by the line that stands for each;
        and how many struck-out texts were left out.
    """
    root = page.root
    if root is None:
        return "", {}, 0
    styled, struck = _read_styles(root, markup)
    found: list[tuple[str, LexborNode]] = []
    for node in root.traverse():
        if kind := _KINDS.get(node.tag):
            found.append((kind, node))
        if styled and (kind := styled.get(node.mem_id)):
            found.append((kind, node))
    tables: dict[str, Table] = {}
    for kind, node in reversed(found):
        if kind == "block":
            node.insert_before(LINE)
            node.insert_after(LINE)
        elif kind == "raised":
            _bracket(node)
        elif kind == "verbatim":
            _keep_breaks(node)
        else:
            node.replace_with(_in_place_of(kind, node, tables))
    return root.text(), tables, struck


def _in_place_of(kind: str, node: LexborNode, tables: dict[str, Table]) -> str:
    if kind == "table":
        return _table(node, tables)
    if kind == "field":
        return f"{LINE}{_value(node)}{LINE}"
    return PICTURE if kind == "picture" else LINE


def _read_styles(root: LexborNode, markup: bytes) -> tuple[dict[int, str], int]:
    """Take out what is hidden or struck, by tag or style; tell what else styles change."""
    queries = ["[hidden]", *_UNPRINTED, *_STRUCK, *_VERBATIM_TAGS]
    queries += [f'[style*="{word}" i]' for word in _TELLING if word.encode() in markup]
    styled: dict[int, str] = {}
    struck = 0
    for node in reversed(root.css(",".join(queries))):
        tag, style = node.tag, (node.attributes.get("style") or "").lower()
        look = dict(_DECLARED.findall(style))  # of two declarations the later one holds
        if tag in _ROOTS:
            continue
        if tag in _UNPRINTED or "hidden" in node.attributes or look.get("display") == "none":
            node.decompose()
        elif tag in _STRUCK or "line-through" in style:
            struck += bool(node.text(strip=True))
            _silence(node)
        elif look.get("visibility") in ("hidden", "collapse"):
            _silence(node)
        elif tag in _VERBATIM_TAGS or look.get("white-space", "").startswith(("pre", "break")):
            styled[node.mem_id] = "verbatim"
        elif tag not in _TABLE_PARTS and look.get("vertical-align") in ("sub", "super"):
            styled[node.mem_id] = "raised"
        elif tag not in _TABLE_PARTS and _is_set_apart(look):
            styled[node.mem_id] = "block"
    return styled, struck


def _is_set_apart(look: dict[str, str]) -> bool:
    """Whether an element's text does not stand in line with that around it."""
    return (
        look.get("display", "inline") not in _INLINE
        or look.get("float", "none") != "none"
        or look.get("position") in ("absolute", "fixed")
    )


def _silence(node: LexborNode) -> None:
    """Take out an element's text; a cell keeps its place in the row."""
    if node.tag not in _TABLE_PARTS:
        node.decompose()
        return
    for cell in node.css("td,th"):
        for child in list(cell.iter(include_text=True)):
            child.decompose()


def _keep_breaks(node: LexborNode) -> None:
    """Let the source's line breaks stand where white space does not collapse."""
    if node.tag in _TABLE_PARTS and node.tag not in _CELLS:
        return
    text = node.text().replace("\n", LINE)
    for child in list(node.iter(include_text=True)):
        child.decompose()
    node.insert_child(text)


def _bracket(node: LexborNode) -> None:
    """Put a raised or lowered text in brackets, so that it joins no number beside it."""
    text = node.text().strip()
    if text and text[0] not in _OPENING:
        node.insert_before("[")
        node.insert_after("]")


def _value(node: LexborNode) -> str:
    """Return what a field shows as far as the source says so; an open choice is not read."""
    if node.tag == "select":
        chosen = node.css_first("option[selected]")
        return chosen.text() if chosen else PICTURE
    typed = (node.attributes.get("type") or "").lower() in _TYPED
    return (node.attributes.get("value") or "") if typed else ""


def _table(node: LexborNode, tables: dict[str, Table]) -> str:
    """Return what stands in a table's place: its key, or its text if it is only layout.

    It is layout if no row has two cells or another table stands in it; a bare ``TABLE`` then
    tells the table around it.
    """
    caption = ""
    sections: dict[str, list[Section]] = {"thead": [], "tbody": [], "tfoot": []}
    for part in node.iter():
        if part.tag == "caption":
            caption = part.text()
        elif part.tag in _SECTIONS:
            # The first head is printed first, and the first foot last.
            name = "tbody" if sections[part.tag] else part.tag
            sections[name].append([_row(row) for row in part.iter() if row.tag == "tr"])
    table = list(chain.from_iterable(sections.values()))
    rows = list(chain.from_iterable(table))
    texts = [cell.text for row in rows for cell in row]
    whole = "".join(texts)
    if not whole.replace(PICTURE, "").strip():
        return f"{LINE}{caption}{LINE}"
    if TABLE in whole or all(len(row) <= 1 for row in rows):
        return LINE.join(("", caption, TABLE, *texts, ""))
    key = f"{TABLE}{len(tables)}"
    tables[key] = table
    return LINE.join(("", caption, key, ""))


def _row(node: LexborNode) -> list[Cell]:
    cells = []
    for cell in node.iter():
        if cell.tag in _CELLS:
            named = cell.attributes
            columns = _span(named["colspan"]) if "colspan" in named else 1
            rows = _span(named["rowspan"]) if "rowspan" in named else 1
            cells.append(Cell(cell.text(), columns or 1, rows))
    return cells


def _span(value: str | None) -> int:
    """Read a span as the HTML standard does: digits at the start, else 1."""
    number = _NUMBER.match(value) if value else None
    return int(number[1]) if number else 1
