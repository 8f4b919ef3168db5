"""Word documents (DOCX) -> paragraphs and grids, as a reader of the printed page sees them.

The XML is read directly, once, in reading order. Merged cells keep the place that the file
gives them; what is printed but is no text makes its cell doubtful; headers and footers are
left out.
"""

from collections.abc import Iterator
from typing import Final

from toolkit.errors import DocumentError
from toolkit.read.document import Block, Document, Grid, Paragraph, Slot
from toolkit.read.letters import Look, tidy
from toolkit.read.ooxml import OFF, Element, Package, whole
from toolkit.read.wordml import (
    SHADING,
    VAL,
    Printer,
    Settings,
    W,
    is_coloured,
    is_numbered,
    settings,
    style_looks,
)

_P, _TBL, _TR, _TC = (f"{W}{name}" for name in ("p", "tbl", "tr", "tc"))
_TRPR, _DELETED, _HIDDEN, _CELL_DELETED = (
    f"{W}{name}" for name in ("trPr", "del", "hidden", "cellDel")
)
_BEFORE, _SPAN, _DOWN, _ACROSS = (
    f"{W}{name}" for name in ("gridBefore", "gridSpan", "vMerge", "hMerge")
)
_EMBEDDED: Final = frozenset({_TBL, f"{W}altChunk", f"{W}subDoc"})
_BEGINS: Final = "restart"  # what a cell does not say that goes on with a merged one
_MAX_DIGITS: Final = 4

_Merged = dict[int, tuple[list[Slot], int]]
"""By its column, where a vertically merged cell stands: in which row, and as which of its cells."""


def read(data: bytes) -> Document:
    """Read a Word document (DOCX); a table in a cell is a grid after the one that holds it."""
    package = Package(data)
    main = package.main("word/document.xml")
    root = package.xml(main)
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise DocumentError("the archive holds no Word document")
    related = package.relations(main).values()
    styles = next((path for kind, path in related if kind == "styles"), "")
    reader = _Reader(package.made(styles, style_looks) or {}, body)
    try:
        blocks = tuple(reader.blocks(body))
    except RecursionError:
        raise DocumentError("the document's parts are nested too deeply to be read") from None
    if None in reader.fields:
        reader.note("a field has no end; text after it was not read")
    return Document(blocks, "docx", "grid", tuple(reader.notes))


class _Reader(Printer):
    """One walk over a document's body."""

    def __init__(self, styles: dict[str, Look], body: Element) -> None:
        super().__init__(styles, body)
        self._paragraphs = self._tables = 0

    def blocks(self, parent: Element) -> Iterator[Block]:
        """Yield the paragraphs and grids below a body, a cell or a text box."""
        for child in parent.iterchildren(_P, *_EMBEDDED):
            if child.tag == _P:
                self._paragraphs += 1
                self.place = f"paragraph {self._paragraphs}"
                self.on_paper = False
                text, place = tidy(self.paragraph(child)), self.place
                boxes, self.inner = self.inner, []
                yield from (Paragraph(line, place) for line in text.split("\n") if line)
                for box in boxes:
                    yield from self.blocks(box)
            elif child.tag == _TBL:
                yield from self._table(child)
            else:
                self.note("an embedded file was not read")

    def _table(self, table: Element) -> Iterator[Block]:
        """Yield a table as a grid, then what its cells hold besides text.

        A page is sometimes laid out as a table with one cell a row that holds everything; such
        a row is no row of figures but a stretch of the document, and is read as one.
        """
        self._tables += 1
        place = f"table {self._tables}"
        found = [(row, list(row.iterchildren(_TC))) for row in table.iterchildren(_TR)]
        # A page is laid out by a table in which some row's only cell holds another.
        is_layout = _holds_table(table) and any(
            len(cells) == 1 and _holds_table(cells[0]) for _, cells in found
        )
        rows: list[list[Slot]] = []
        merged: _Merged = {}
        for number, (row, cells) in enumerate(found, start=1):
            properties = settings(next(row.iterchildren(_TRPR), None))
            if _DELETED in properties or properties.get(_HIDDEN, "0") not in OFF:
                self.note(f"{place}, row {number}: a deleted or hidden row was left out")
                continue
            if is_layout and len(cells) == 1:
                yield from self._grid(rows, place)
                rows, merged = [], {}
                yield from self.blocks(cells[0])
                continue
            before = _number(properties, _BEFORE)
            slots, merged = self._row(cells, f"{place}, row {number}", before, merged)
            rows.append(slots)
        yield from self._grid(rows, place)

    def _grid(self, rows: list[list[Slot]], place: str) -> Iterator[Block]:
        """Yield a grid, then the tables and text boxes that stand in its cells."""
        inner, self.inner = self.inner, []
        if any(rows):
            yield Grid(tuple(map(tuple, rows)), place=place)
        for element in inner:
            yield from self._table(element) if element.tag == _TBL else self.blocks(element)

    def _row(
        self, cells: list[Element], place: str, column: int, merged: _Merged
    ) -> tuple[list[Slot], _Merged]:
        """Return a row's cells, and the columns at which a vertically merged cell goes on.

        ``merged`` are those columns of the row above: a cell that claims to go on with a cell
        above it is left out only if there is one.
        """
        slots: list[Slot] = []
        going: _Merged = {}
        for number, cell in enumerate(cells):
            slot, properties = self._cell(cell, column, f"{place}, column {column + 1}")
            width = slot.width
            if not properties:  # as most cells
                slots.append(slot)
                column += width
                continue
            if _CELL_DELETED in properties:  # whether it is there depends on who looks
                slot = slot._replace(doubtful=True)
            covered = properties.get(_DOWN, _BEGINS) != _BEGINS and column in merged
            absorbed = covered or (number > 0 and properties.get(_ACROSS, _BEGINS) != _BEGINS)
            if not absorbed:
                slots.append(slot)
            elif covered:
                row, at = merged[column]
                more = row[at].column == column
                row[at] = row[at]._replace(height=row[at].height + more)
            elif slots and slots[-1].column + slots[-1].width == column:
                doubtful = slots[-1].doubtful or slot.doubtful or slot.text != ""
                slots[-1] = slots[-1]._replace(width=slots[-1].width + width, doubtful=doubtful)
            if _DOWN in properties and (covered or slots):
                going[column] = merged[column] if covered else (slots, len(slots) - 1)
            if absorbed and slot.text:
                self.note(f"{slot.place}: text in a merged-away cell was left out")
            column += width
        return slots, going

    def _cell(self, cell: Element, column: int, place: str) -> tuple[Slot, Settings]:
        """Return a cell's own text, and its properties; what stands in it is queued for later."""
        self.place, self.on_paper = place, True
        fields, self.fields = self.fields, []
        queued, objects = len(self.inner), self.objects
        lines = []
        properties: Settings = {}
        for part in cell:
            tag = part.tag
            if tag == _P:
                lines.append(text := self.paragraph(part))
                if self.are_numbered and not text[:1].isalpha() and is_numbered(part):
                    self.objects += 1
            elif tag in _EMBEDDED:
                self.objects += 1
                self.inner += [part] if tag == _TBL else []
            elif tag == SHADING:
                self.on_paper = not is_coloured(part)
            else:
                properties[tag] = part.get(VAL)
        self.fields = fields
        text = tidy("\n".join(lines).replace("\t", "\n"))  # what a tab parts is no one number
        # A cell that shows a picture or a table, or nothing but a box, is not blank and not text.
        doubtful = self.objects > objects or (not text and len(self.inner) > queued)
        width = _number(properties, _SPAN) or 1 if properties else 1
        return tuple.__new__(Slot, (text, column, width, place, doubtful, 1)), properties


def _holds_table(element: Element) -> bool:
    return next(element.iterdescendants(_TBL), None) is not None


def _number(properties: Settings, tag: str) -> int:
    """Return a whole number among a row's or a cell's properties, 0 if it is not there."""
    if tag not in properties:
        return 0
    return whole(properties[tag] or "", f"a table's {tag.removeprefix(W)}", _MAX_DIGITS)
