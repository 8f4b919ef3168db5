"""Read web pages: what a browser would print, as paragraphs and grids.

A parsed page is first marked (what is hidden, struck out or raised: ``marks``); then one walk
over its nodes in document order collects lines into blocks and cells; last the tables get their
columns (``tables``).
"""

import re
from enum import Enum, auto
from itertools import accumulate
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from toolkit.errors import DocumentError
from toolkit.read.document import Document
from toolkit.read.encoding import LOST, decode
from toolkit.read.marks import LINE, Mark, mark
from toolkit.read.tables import Cell, Content, Rows, Table, blocks

MAX_DEPTH: Final = 10_000
MAX_NESTING: Final = 64
"""How deep elements, and tables in tables, may stand in one another."""

_MANY_TAGS: Final = 20_000
_HEAD_BYTES: Final = 4096
_CHARSET: Final = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE
)
_FIRST_TAG: Final = re.compile(
    r"<(?:html|head|body|table|(?P<part>caption|thead|tbody|tfoot|tr|td|th))[\s>]", re.IGNORECASE
)
_NESTING_TAG: Final = re.compile(
    rb"<(/?)(?!(?:area|br|col|dd|dt|hr|img|input|li|link|meta|option|p|t[dhr]|tbody)\b)[a-z]",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"\s*\+?([0-9]{1,6})")
_SOFT_BREAK: Final = re.compile("\n(?<=[\u2e80-\u9fff]\n)\\s*(?=[\u2e80-\u9fff])")
_UNPRINTABLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff")) | (
    dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")
)


class _Kind(Enum):
    BLOCK = auto()
    BREAK = auto()
    CELL = auto()
    ROW = auto()
    SECTION = auto()
    TABLE = auto()
    CAPTION = auto()
    PICTURE = auto()
    HIDDEN = auto()


_KINDS: Final[dict[str | None, _Kind]] = {
    tag: kind
    for kind, tags in {
        _Kind.BLOCK: "address article aside blockquote body button center dd details dialog dir "
        "div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header "
        "hgroup hr html legend li listing main menu nav ol p plaintext pre search section summary "
        "textarea title ul xmp",
        _Kind.BREAK: "br",
        _Kind.CELL: "td th",
        _Kind.ROW: "tr",
        _Kind.SECTION: "thead tbody tfoot",
        _Kind.TABLE: "table",
        _Kind.CAPTION: "caption",
        _Kind.PICTURE: "audio canvas embed iframe img math object select svg video",
        _Kind.HIDDEN: "datalist noembed noframes noscript script style template",
    }.items()
    for tag in tags.split()
}
_MARKED: Final = {Mark.BLOCK: _Kind.BLOCK, Mark.HIDDEN: _Kind.HIDDEN}


class _Spot:
    """Where the text of a block goes; two texts stand on one line only if they share it."""

    __slots__ = ("cell", "nesting", "rows", "sink", "table")

    def __init__(
        self,
        sink: Content,
        nesting: int = 0,
        cell: Cell | None = None,
        table: Table | None = None,
        rows: Rows | None = None,
    ) -> None:
        self.sink = sink
        self.nesting = nesting
        self.cell = cell
        self.table = table
        self.rows = rows


def read(data: bytes, declared: str | None = None) -> Document:
    """Read a web page into its paragraphs and grids, in reading order.

    Each line of a block outside tables is a paragraph, the page's title the first. A table in
    which no row has two cells, or in which another table stands, only arranges the page: its
    text becomes paragraphs. Text raised or lowered is put in brackets (``12[1]``), so that a
    footnote's mark never joins a number. Struck-out text is left out and mentioned in
    ``notes``. A cell that shows nothing but a picture or an unset control is ``doubtful``.

    Parameters
    ----------
    data
        The page, or a fragment of one.
    declared
        The charset that a header outside the page names; else the page's own is asked.

    Raises
    ------
    DocumentError
        If the page prints no text, or is nested or spanned beyond all reason.
    """
    if declared is None and (named := _CHARSET.search(data, 0, _HEAD_BYTES)):
        declared = named[1].decode()
    text, encoding = decode(data, declared)
    first = _FIRST_TAG.search(text)
    if first and first["part"]:  # a parser drops the rows of a fragment that begins with them
        text = f"{text[: first.start()]}<table>{text[first.start() :]}"
    markup = text.encode()
    _refuse_depth(markup)
    page = LexborHTMLParser(markup)
    marks, notes = mark(page, markup.lower())
    if lost := text.count(LOST):
        notes.append(f"{lost} characters could not be decoded as {encoding}")
    found = tuple(blocks(_walk(page, marks)))
    if not found:
        raise DocumentError("the page prints no text", stage="parse")
    return Document(found, "html", "grid", tuple(notes))


def _refuse_depth(markup: bytes) -> None:
    """Refuse what would take minutes: a parser looks through all the open elements."""
    if markup.count(b"<") < _MANY_TAGS:
        return
    steps = (-1 if tag[1] else 1 for tag in _NESTING_TAG.finditer(markup))
    if max(accumulate(steps, initial=0)) > MAX_DEPTH:
        raise DocumentError(f"elements are nested more than {MAX_DEPTH:,} deep", stage="parse")


def _walk(page: LexborHTMLParser, marks: dict[int, Mark]) -> Content:
    """Collect lines in document order; ``homes`` knows where each element's text goes."""
    top = here = _Spot([])
    homes: dict[int, _Spot | None] = {}
    pieces: list[str] = []
    spanning = {node.mem_id for node in page.css("[colspan],[rowspan]")}
    for node in page.root.traverse(include_text=True) if page.root else ():
        tag, parent = node.tag, node.parent
        if tag == "-text":
            text = node.text_content or ""
            if text.isspace():  # it opens no line: it ends one or stands within it
                if pieces:
                    pieces.append(text)
            elif spot := homes.get(parent.mem_id, top) if parent else top:
                if pieces and spot is not here:
                    _end_line(pieces, here)
                here = spot
                pieces.append(text)
            continue
        spot = homes.get(parent.mem_id, top) if parent else top
        key = node.mem_id
        kind = _MARKED[marks[key]] if key in marks else _KINDS.get(tag)
        if kind is None or spot is None:
            homes[key] = spot
        elif kind is _Kind.HIDDEN:
            homes[key] = None
        elif kind is _Kind.PICTURE:
            homes[key] = None
            if spot.cell:
                spot.cell.picture = True
        else:
            if pieces:
                _end_line(pieces, here)
            homes[key] = _enter(kind, node, spot, spans=key in spanning)
    if pieces:
        _end_line(pieces, here)
    return top.sink


def _enter(kind: _Kind, node: LexborNode, spot: _Spot, *, spans: bool) -> _Spot:
    """Return the spot of an element that begins a line, a cell, a row or a table."""
    if kind is _Kind.CELL and spot.rows:
        cell = Cell(*_spans(node)) if spans else Cell()
        spot.rows[-1].append(cell)
        return _Spot(cell.lines, spot.nesting, cell)
    if kind is _Kind.ROW and spot.rows is not None:
        spot.rows.append([])
        return spot
    if kind is _Kind.SECTION and spot.table:
        rows: Rows = []
        (spot.table.feet if node.tag == "tfoot" else spot.table.bodies).append(rows)
        return _Spot(spot.sink, spot.nesting, spot.cell, spot.table, rows)
    if kind is _Kind.CAPTION and spot.table:
        return _Spot(spot.table.caption, spot.nesting)
    if kind is _Kind.TABLE:
        if spot.nesting == MAX_NESTING:
            raise DocumentError(f"tables are nested more than {MAX_NESTING} deep", stage="parse")
        table = Table()
        spot.sink.append(table)
        return _Spot(spot.sink, spot.nesting + 1, spot.cell, table)
    return _Spot(spot.sink, spot.nesting, spot.cell)


def _spans(node: LexborNode) -> tuple[int, int]:
    """Columns and rows that a cell asks for, as the HTML standard reads the attributes."""
    numbers = (_NUMBER.match(node.attributes.get(name) or "") for name in ("colspan", "rowspan"))
    columns, rows = (int(number[1]) if number else 1 for number in numbers)
    return columns or 1, rows


def _end_line(pieces: list[str], spot: _Spot) -> None:
    """Move the pieces of a line to its spot, white space collapsed as in print."""
    text = "".join(pieces).strip()
    pieces.clear()
    if "\n" in text:
        text = _SOFT_BREAK.sub("", text)
    for part in text.split(LINE):
        line = " ".join(part.split())
        if not line.isprintable():
            line = line.translate(_UNPRINTABLE).strip()
        if line:
            spot.sink.append(line)
