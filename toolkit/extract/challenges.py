"""Table 4, reconsideration and litigation: one row of three blocks of five counts."""

from collections.abc import Sequence
from typing import Final

from toolkit.extract.cell import Cell, read_slot, unplaced
from toolkit.extract.labels import item_of, result_columns
from toolkit.extract.lines import Line
from toolkit.form import CellKey, form
from toolkit.read.document import Slot

TABLE: Final = "challenges"
ITEMS: Final = tuple(item.code for item in form().rows(TABLE))
COLUMNS: Final = form().rows(TABLE)[0].columns
KEYS: Final = tuple(form().cells(TABLE))
_LEAST: Final = 8  # columns that a head must name to be table 4's
_FEW, _FUSED = 3, 30  # a head is several texts, or one long one

Order = tuple[CellKey, ...]


def read_challenges(
    lines: Sequence[Line], notes: list[str], *, structured: bool
) -> dict[CellKey, Cell]:
    """Read table 4; empty if it is not in the document.

    Parameters
    ----------
    lines
        The document's lines.
    notes
        Sentences for a careful reader are added here.
    structured
        Whether texts come in the order of the printed cells.
    """
    readings = []
    for line in lines:
        if len(line.labels) < _FEW and not (line.labels and len(line.labels[-1].text) > _FUSED):
            continue
        labels = _head_labels(line)
        if len(result_columns("\n".join(slot.text for slot in labels))) >= _LEAST:
            readings.append(_read(line, _order(labels, line, structured=structured)))
    filled = [r for r in readings if any(cell.value is not None for cell in r.values())]
    if not filled:
        return readings[0] if readings else {}
    values = {tuple(cell.value for cell in reading.values()) for reading in filled}
    if len(values) > 1:
        notes.append("table 4: printed more than once with different values")
        return {k: Cell("unreadable", None, c.raw, c.locator) for k, c in filled[0].items()}
    return filled[0]


def _head_labels(line: Line) -> list[Slot]:
    """The texts of a line from the one that opens table 4's head."""
    for index in range(len(line.labels) - 1, -1, -1):
        if item_of(line.labels[index].text, TABLE) == ITEMS[0]:
            return line.labels[index:]
    return line.labels[-2 * len(KEYS) :]


def _order(labels: Sequence[Slot], line: Line, *, structured: bool) -> Order | None:
    """Cells in printed order; None if the head does not tell it."""
    if line.aligned and (placed := _by_place(labels)):
        return placed
    text = "\n".join(slot.text for slot in labels)
    codes = result_columns(text)
    if not structured:
        return KEYS
    if len(codes) == len(KEYS):
        width = len(COLUMNS)
        blocks = [codes[start : start + width] for start in range(0, len(codes), width)]
        if all(set(block) == set(COLUMNS) for block in blocks):
            return tuple(
                (TABLE, item, column)
                for item, block in zip(ITEMS, blocks, strict=True)
                for column in block
            )
    rest = iter(COLUMNS * len(ITEMS))
    return KEYS if all(code in rest for code in codes) else None


def _by_place(labels: Sequence[Slot]) -> Order | None:
    """Cells by the columns their heads stand in, each under its block's head."""
    blocks = {}
    leaves = []
    for slot in labels:
        item = item_of(slot.text, TABLE)
        codes = result_columns(slot.text)
        if item is not None:
            blocks[item] = range(slot.column, slot.column + slot.width)
        elif len(codes) == 1:
            leaves.append((slot.column, codes[0]))
    keys = tuple(
        (TABLE, item, code)
        for column, code in sorted(leaves)
        for item, span in blocks.items()
        if column in span
    )
    return keys if len(keys) == len(KEYS) and set(keys) == set(KEYS) else None


def _read(line: Line, order: Order | None) -> dict[CellKey, Cell]:
    slots = line.slots or line.spare
    if len(slots) > len(KEYS):
        filled = [slot for slot in slots if slot.text.strip()]
        slots = filled if filled else slots[: len(KEYS)]
    if order is None or len(slots) != len(KEYS):
        return dict.fromkeys(KEYS, unplaced(slots))
    cells = {key: read_slot(slot, "case") for key, slot in zip(order, slots, strict=True)}
    return {key: cells[key] for key in KEYS}
