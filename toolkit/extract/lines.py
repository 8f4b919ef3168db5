"""Document -> lines: texts in front of values, and the values behind them.

This is the one view of a document that all layouts share, whether it came as a grid with
merged cells, as tab-separated text or as one cell a line.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from toolkit.extract.labels import is_label, names_row
from toolkit.extract.values import kind_of_text
from toolkit.form import patterns
from toolkit.read.document import Document, Paragraph, Slot

_PAGE_NUMBER: Final = re.compile(patterns()["page_number"], re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """One line of a table.

    Attributes
    ----------
    labels
        Texts in front of the values; a head stands in front of its first row.
    slots
        The values, blanks among them, in reading order.
    spare
        The last row of nothing but blanks that came before the values.
    aligned
        Whether the columns of labels and slots mean places on the page.
    stream
        Whether each value stands alone on its printed line.
    row_end, grid_end
        Where the row of the values ends and where its grid does, in columns.
    """

    labels: list[Slot] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    spare: list[Slot] = field(default_factory=list)
    aligned: bool = False
    stream: bool = False
    row_end: int = 0
    grid_end: int = 0

    @property
    def label_column(self) -> int:
        """Column of the last text in front of the values; -1 if there is none."""
        return self.labels[-1].column if self.labels else -1


def lines_of(document: Document) -> list[Line]:
    """Cut a document into lines, in reading order; the last may have no values."""
    lines = [Line()]
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if not _PAGE_NUMBER.fullmatch(block.text.strip()):
                _feed(lines, (Slot(block.text, 0, 1, block.place),), 1, aligned=False)
            continue
        end = max((_end(row) for row in block.rows), default=0)
        for row in block.rows:
            if row:
                _feed(lines, row, end, aligned=block.aligned)
    return lines


def _end(row: Sequence[Slot]) -> int:
    return row[-1].column + row[-1].width


def _feed(lines: list[Line], row: Sequence[Slot], grid_end: int, *, aligned: bool) -> None:
    """Add one printed row to the lines; it ends the open line unless it carries that on."""
    kinds = [_kind(slot) for slot in row]
    line = lines[-1]
    alone = len(row) == 1
    if line.slots and not (alone and line.stream and kinds[0] == "value"):
        line = _open(lines)
    first_text = kinds.index("text") if "text" in kinds else 0
    valued = False
    for slot, kind in zip(row[first_text:], kinds[first_text:], strict=True):
        if kind == "text" and valued and not is_label(slot.text):
            kind = "value"  # behind a value, what names no row stands where a value should
        if kind == "text":
            if valued:
                line, valued = _open(lines), False
            line.slots.clear()  # blanks in front of a label are padding
            line.labels.append(slot)
        else:
            valued = valued or kind == "value"
            line.slots.append(slot)
    line.aligned, line.stream, line.grid_end = aligned, alone, grid_end
    line.row_end = _end(row)
    if line.slots and not valued and not _is_row(line, kinds):
        line.spare, line.slots = line.slots, []


def _open(lines: list[Line]) -> Line:
    lines.append(Line())
    return lines[-1]


def _is_row(line: Line, kinds: Sequence[str]) -> bool:
    """Whether blanks alone are a row of the form that was left empty, not padding."""
    return "text" in kinds and names_row(line.labels[-1].text)


def _kind(slot: Slot) -> str:
    kind = kind_of_text(slot.text)
    return "value" if kind == "text" and slot.doubtful and not is_label(slot.text) else kind
