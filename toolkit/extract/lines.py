"""Document -> lines: texts in front of values, and the values behind them.

This is the one view of a document that all layouts share, whether it came as a grid with
merged cells, as tab-separated text or as one cell a line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from toolkit.extract.labels import could_be_label, expects_values, is_label, item_of
from toolkit.extract.values import kind_of_text
from toolkit.form import patterns
from toolkit.read.document import Document, Grid, Paragraph, Slot

_PAGE_NUMBER: Final = re.compile(patterns()["page_number"], re.IGNORECASE)
_PLAIN: Final = Grid((), aligned=False)


@dataclass(slots=True)
class Line:
    """One line of a table.

    Attributes
    ----------
    labels
        Texts in front of the values; a head stands in front of its first row.
    rows
        Number of the printed row that each of the labels stands in.
    slots
        The values, blanks among them, in reading order.
    spare
        The last row of nothing but blanks that came before the values.
    aligned, sparse
        As of the grid that the values stand in.
    stream
        Whether each value stands alone on its printed line.
    spilled
        Values that follow with no label of their own, as if they were too many for the line.
    grid
        Number of the grid or paragraph that the values stand in.
    row_end, grid_end
        Where the row of the values ends and where its grid does, in columns.
    value_row
        Number of the printed row that the last of the values stands in.
    in_paragraphs
        Whether all of it stands outside grids that have cells of their own.
    stacked
        As of the grid that the values stand in.
    """

    labels: list[Slot] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    spare: list[Slot] = field(default_factory=list)
    aligned: bool = False
    sparse: bool = False
    stream: bool = False
    spilled: int = 0
    grid: int = 0
    row_end: int = 0
    grid_end: int = 0
    value_row: int = 0
    in_paragraphs: bool = True
    stacked: bool = False

    @property
    def apart(self) -> bool:
        """Whether the values stand in another printed row than the text before them."""
        return not self.rows or self.rows[-1] != self.value_row

    def is_loose(self, item: str | None, table: str) -> bool:
        """Whether an item's label and values are printed over several lines of text."""
        in_one_line = not self.apart and item_of(self.labels[-1].text, table) == item
        return self.stacked or (self.in_paragraphs and not in_one_line)

    @property
    def label_column(self) -> int:
        """Column of the last text in front of the values; -1 if there is none."""
        return self.labels[-1].column if self.labels else -1

    @property
    def filled(self) -> list[Slot]:
        """The slots that are not blank."""
        return [slot for slot in self.slots if kind_of_text(slot.text) != "blank"]


def lines_of(document: Document) -> list[Line]:
    """Cut a document into lines, in reading order; the last may have no values."""
    cutter = _Cutter()
    for number, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            if not _PAGE_NUMBER.fullmatch(block.text.strip()):
                cutter.begin(number, 0)
                cutter.feed((Slot(block.text, 0, 1, block.place),))
            continue
        end = max((_end(row) for row in block.rows if row), default=0)
        cutter.begin(number, end, block)
        for row in block.rows:
            if row and not (len(row) == 1 and _PAGE_NUMBER.fullmatch(row[0].text.strip())):
                cutter.feed(row)
    return cutter.lines


def before_gaps(
    rows: Sequence[tuple[Line, str | None]], order: Sequence[str], table: str, last: Line
) -> set[str]:
    """Items behind which rows of the form are missing, and so may be their own values.

    Where a piece of the text is lost, a label may stand before another row's values. That can
    only be if it is not on one line with its own, and the other row's label is lost.

    Parameters
    ----------
    rows
        Lines of one table with the items they are, as printed.
    order
        The items that the table should have.
    table
        The table's code.
    last
        The document's last line: behind it nothing is missing that could have come between.
    """
    rank = {item: number for number, item in enumerate(order)}
    behind = [rank.get(item or "") for _, item in rows[1:]]
    if rows:
        behind.append(None if rows[-1][0] is last else len(order))
    return {
        item
        for (line, item), after in zip(rows, behind, strict=True)
        if item in rank and after is not None
        if after > rank[item] + 1 and line.is_loose(item, table)
    }


def _end(row: Sequence[Slot]) -> int:
    return row[-1].column + row[-1].width


class _Cutter:
    """Lines so far; the last is open until a row comes that cannot belong to it."""

    def __init__(self) -> None:
        self.lines = [Line()]
        self._row = 0
        self._grid = 0
        self._end = 0
        self._is_paragraph = False
        self._block = _PLAIN

    def begin(self, grid: int, end: int, block: Grid = _PLAIN) -> None:
        """Begin a grid, or a paragraph: a grid of one column that has no end."""
        self._is_paragraph = end == 0
        self._grid, self._end, self._block = grid, end, block

    def feed(self, row: Sequence[Slot]) -> None:
        """Add one printed row; it ends the open line unless it carries that on."""
        kinds = [_kind(slot) if slot.doubtful else kind_of_text(slot.text) for slot in row]
        self._row += 1
        alone = len(row) == 1
        line = self.lines[-1]
        if alone and kinds[0] == "value" and self._is_furniture(line):
            return
        if line.slots and not (alone and line.stream and kinds[0] == "value"):
            line = self._open()
        valued = False
        first = next((i for i, kind in enumerate(kinds) if kind != "blank"), 0)
        first = first if kinds[first] == "text" else 0  # blanks in front of a label are padding
        for slot, kind in zip(row[first:], kinds[first:], strict=True):
            if kind != "text" or self._is_spoilt(slot.text, line, valued=valued):
                valued = valued or kind != "blank"
                line.slots.append(slot)
                continue
            if valued:
                line, valued = self._open(), False
            line.slots.clear()
            line.labels.append(slot)
            line.rows.append(self._row)
        block = self._block
        line.aligned, line.sparse, line.stacked = block.aligned, block.sparse, block.stacked
        line.stream = alone
        line.grid, line.grid_end, line.row_end = self._grid, self._end, _end(row)
        line.value_row = self._row
        line.in_paragraphs = line.in_paragraphs and (self._is_paragraph or block.sparse)
        if line.slots and not valued and not (line.labels and _left_empty(line, kinds)):
            line.spare, line.slots = line.slots, []
        self._mark_spilled(line)

    def _is_furniture(self, line: Line) -> bool:
        """Whether a number alone in a paragraph stands behind a row of a grid: a page number."""
        return self._is_paragraph and bool(line.labels or line.slots) and not line.in_paragraphs

    def _is_spoilt(self, text: str, line: Line, *, valued: bool) -> bool:
        """Whether a text stands where a value should: behind one, or behind a row's label."""
        if valued:
            return not is_label(text)
        same_row = bool(line.rows) and line.rows[-1] == self._row
        return same_row and expects_values(line.labels[-1].text) and not could_be_label(text)

    def _open(self) -> Line:
        self.lines.append(Line())
        return self.lines[-1]

    def _mark_spilled(self, line: Line) -> None:
        """Tell the line before if values follow it that have no label."""
        if line.slots and not line.labels and len(self.lines) > 1:
            self.lines[-2].spilled = len(line.slots)


def _left_empty(line: Line, kinds: Sequence[str]) -> bool:
    """Whether blanks alone are a row of the form that was left empty, not padding."""
    return "text" in kinds and expects_values(line.labels[-1].text)


def _kind(slot: Slot) -> str:
    """Kind of a doubtful slot: what names nothing stands for a value that was not read."""
    kind = kind_of_text(slot.text)
    return "value" if kind == "text" and not is_label(slot.text) else kind
