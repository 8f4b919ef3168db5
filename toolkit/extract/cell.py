"""What was read at one place of the form."""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Final, NamedTuple

from toolkit.extract.sums import mended
from toolkit.extract.values import NOT_APPLICABLE, UNREADABLE, is_parted, parse
from toolkit.form import CellKey
from toolkit.read.document import Slot


class Cell(NamedTuple):
    """State and value of a cell, the text as printed and where it stands.

    ``printed`` is what was read where a corrections file has another value.
    """

    state: str
    value: int | None
    raw: str | None
    locator: str | None
    corrected: bool = False
    printed: int | None = None

    @property
    def term(self) -> int | None:
        """What it is in a sum: a dash is no number, and yet nothing that the sum lacks."""
        return 0 if self.state == NOT_APPLICABLE[0] else self.value

    def doubted(self) -> "Cell":
        """Return the same place and text without a number."""
        return self._replace(state="unreadable", value=None)


DIFFERING: Final = "printed more than once with different values"
ABSENT: Final = Cell("absent", None, None, None)


def _read_slot(slot: Slot | None, unit: str, scale: int | None) -> Cell:
    """Read the cell that a slot holds; a slot that was lost is ``absent``."""
    if slot is None:
        return ABSENT
    state, value = UNREADABLE if slot.doubtful else parse(slot.text, unit, scale)
    return Cell(state, value, slot.text, slot.place)


def read_row(
    slots: Sequence[Slot | None], units: Iterable[str] = repeat("case"), scale: int | None = None
) -> list[Cell]:
    """Read the cells of one printed row, of cases if no units are given.

    Digits that white space parts are one number only in a row without blanks: beside a blank
    they may be two cells' numbers in one.
    """
    cells = [*map(_read_slot, slots, units, repeat(scale))]
    if "blank" in [cell.state for cell in cells]:
        return [cell.doubted() if is_parted(cell.raw or "") else cell for cell in cells]
    return cells


def read_mended(slots: Sequence[Slot | None]) -> list[Cell]:
    """Read one printed row of cases in which a line's end may break a number."""
    return as_printed(read_row(mended(slots)), slots)


def as_printed(cells: Sequence[Cell], slots: Sequence[Slot | None]) -> list[Cell]:
    """Cells that were read of numbers put together, with the text that these slots hold."""
    return [
        cell._replace(raw=slot.text) if slot and slot.text != cell.raw else cell
        for cell, slot in zip(cells, slots, strict=True)
    ]


def agreed(
    readings: Sequence[dict[CellKey, Cell]], where: str, notes: list[str]
) -> dict[CellKey, Cell]:
    """One reading of what may be printed more than once; where these differ it is unreadable."""
    filled = [r for r in readings if any(cell.value is not None for cell in r.values())]
    first = (filled or readings)[0]
    if any(first[key].value != cell.value for other in filled for key, cell in other.items()):
        notes.append(f"{where}: {DIFFERING}")
        return {key: cell.doubted() for key, cell in first.items()}
    return first


def unplaced(slots: list[Slot]) -> Cell:
    """A cell of a row whose values cannot be told apart: all of them, as printed."""
    if not slots:
        return ABSENT
    raw = " ".join(slot.text for slot in slots)
    return Cell("unreadable", None, raw, slots[0].place)
