"""Read web pages: what a browser would print, as paragraphs and grids."""

import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from toolkit.errors import DocumentError
from toolkit.read.css import looks
from toolkit.read.document import Block, Document, Grid, Paragraph, Slot
from toolkit.read.dom import LINE, PICTURE, TABLE, Cell, Table, telling, write_out
from toolkit.read.encoding import decoded
from toolkit.read.letters import LOST

MAX_DEPTH: Final = 2_000  # of elements in one another; browsers stop at 512
MAX_STEPS: Final = 50_000_000  # tags times depth: an element's text is asked for at each level
MAX_TAGS: Final = 500_000  # a report that Word saved as a page has some 10,000
MAX_AREA: Final = 200_000  # rows times columns of a table; a report's have under 1,000

_SOFT_BREAK: Final = re.compile("\n(?<=[\u2e80-\u9fff]\n)\\s*(?=[\u2e80-\u9fff])")
_INVISIBLE: Final = dict.fromkeys(
    map(ord, f"{TABLE}{PICTURE}\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\ufeff")
) | dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), " ")

_CELLS: Final = (b"<td", b"<th")
_MANY_TAGS: Final = 6_000
_FIRST_TAG: Final = re.compile(
    r"<(?:html|head|body|table|(?P<part>caption|thead|tbody|tfoot|tr|td|th))[\s>]", re.IGNORECASE
)
_TABLE_TAG: Final = re.compile(r"(?=</?table)", re.IGNORECASE)
_LINE_TAG: Final = re.compile(r"<(?:p|div|br|h[1-6]|li|t[rdh])[\s/>]", re.IGNORECASE)
_NESTING_TAG: Final = re.compile(
    rb"<(/?)(?!(?:area|br|col|dd|dt|hr|img|input|li|link|meta|option|p|t[dhr]|tbody)\b)"
    rb"[a-z][^<>]*?(/?)>",
    re.IGNORECASE,
)


def read(data: bytes, within: str = "") -> Document:
    """Read a web page into its paragraphs and grids, in reading order.

    Each line outside tables is a paragraph, the page's title the first. A table in which no row
    has two cells, or in which another table stands, only arranges the page: its text becomes
    paragraphs. Text raised or lowered is put in brackets (``12[1]``), so that a footnote's mark
    never joins a number. Struck-out text is left out and mentioned in ``notes``. A cell that
    shows nothing but a picture or a choice is ``doubtful``. ``within`` opens the name of
    each place.
    """
    text, encoding = decoded(data)
    if not text.lstrip().startswith("<"):
        text = _with_own_breaks(text)
    first = _FIRST_TAG.search(text)
    if first and first["part"]:  # a parser drops the rows that a fragment begins with
        text = f"{text[: first.start()]}<table>{text[first.start() :]}"
    markup = text.encode()
    tags = _counted(markup)
    page, lowered, notes = LexborHTMLParser(markup), markup.lower(), []
    end = lowered[max(0, lowered.rfind(b"</t")) :]
    if any(cell in end for cell in _CELLS) and (cells := page.css("td,th")):
        cells[-1].insert_child(LOST)  # the rest of its number may have been cut off
        notes.append("the page ends inside a table's cell")
    named = telling(page)
    printed, tables, struck = write_out(page, named, looks(page, named, lowered, tags))
    blocks = tuple(_blocks(printed, tables, within))
    if not blocks:
        raise DocumentError("the page prints no text")
    if struck:
        notes.append(f"{struck} struck-out texts were left out")
    if LOST in text:
        notes.append(f"{text.count(LOST)} characters could not be decoded as {encoding}")
    return Document(blocks, "html", "grid", tuple(notes))


def _with_own_breaks(text: str) -> str:
    """Markdown with tables of HTML in it: no tag ends its lines, so that they end themselves."""
    parts, outside, depth = [], [], 0
    for part in _TABLE_TAG.split(text):
        depth = max(0, depth - 1) if part.startswith("</") else depth + part.startswith("<")
        parts.append(part if depth else part.replace("\n", "<br>"))
        outside.append("" if depth else part)
    return text if _LINE_TAG.search("".join(outside)) else "".join(parts)


def _counted(markup: bytes) -> int:
    """Count the tags; refuse more than a parser, which looks through the open ones, can bear."""
    tags = markup.count(b"<")
    if tags > MAX_TAGS:
        raise DocumentError(f"the page has {tags:,} tags; expected at most {MAX_TAGS:,}")
    if tags > _MANY_TAGS:
        most = min(MAX_DEPTH, MAX_STEPS // tags)
        steps = (-1 if end else not empty for end, empty in _NESTING_TAG.findall(markup))
        if max(accumulate(steps, initial=0)) > most:
            raise DocumentError(f"elements are nested more than {most:,} deep, in {tags:,} tags")
    return tags


def _blocks(text: str, tables: dict[str, Table], within: str) -> Iterator[Block]:
    """Yield paragraphs and grids in reading order, each numbered for its place."""
    paragraphs = grids = 0
    for part in text.split(LINE):
        if part in tables:
            grids += 1
            yield _laid_out(tables[part], f"{within}table {grids}")
        elif line := _clean(part):
            paragraphs += 1
            yield Paragraph(line, f"{within}paragraph {paragraphs}")


def _laid_out(table: Table, place: str) -> Grid:
    """Return a table as the HTML standard lays it out."""
    rows = []
    area = 0
    taken: dict[int, int] = {}  # column -> first row that is free in it
    for number, cells in enumerate(table, start=1):
        slots, width = _row(cells, number, taken, f"{place}, row {number}")
        area += width
        if area > MAX_AREA:
            raise DocumentError(f"{place} covers more than {MAX_AREA:,} cells by its row {number}")
        rows.append(tuple(slots))
    return Grid(tuple(rows), place=place)


def _row(
    cells: list[Cell], number: int, taken: dict[int, int], place: str
) -> tuple[list[Slot], int]:
    """Put a row's cells into the columns that no cell above reaches into; tell the width."""
    column = 0
    slots = []
    for found, width, rows in cells:
        while taken and taken.get(column, 0) > number:
            column += 1
        text = found.strip()
        if not text.isalnum():  # most are a figure, or a word
            text = "\n".join(filter(None, map(_clean, text.split(LINE))))
        doubtful = not text and PICTURE in found
        slot = text, column, width, f"{place}, column {column + 1}", doubtful, rows
        slots.append(tuple.__new__(Slot, slot))  # past its constructor: there are hundreds
        if rows != 1:
            taken.update(dict.fromkeys(range(column, column + width), number + rows))
        column += width
    return slots, column


def _clean(text: str) -> str:
    """Return a line as it is printed: white space collapsed, nothing invisible in it."""
    if "\n" in text:
        text = _SOFT_BREAK.sub("", text)
    text = " ".join(text.split())
    return text if text.isprintable() else text.translate(_INVISIBLE).strip()
