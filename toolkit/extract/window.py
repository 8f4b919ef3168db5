"""Which of the slots behind a label are the row's values.

Padding of merged cells, phantom columns and cut rows make the number of slots differ from
the number of columns. A row is read only if one placement is possible, or all give the same.
"""

from collections.abc import Collection, Sequence

from toolkit.extract.lines import Line
from toolkit.extract.values import looks_like_value
from toolkit.read.document import Slot

Spans = Sequence[tuple[int, int]]
"""For each column of the form, where its head begins and ends in the grid's columns."""


def window(
    line: Line, count: int, *, spans: Spans | None = None, starts: Collection[int] = ()
) -> list[Slot | None] | None:
    """Choose ``count`` slots of a line, in printed order.

    Parameters
    ----------
    line
        A line with a label that is known to name a row of ``count`` values.
    count
        Number of the form's columns in this row.
    spans
        Places of the columns' heads, in printed order, if the grid is aligned.
    starts
        Columns at which the values of like rows of the same table begin.

    Returns
    -------
    list or None
        None if the line does not say which slot belongs to which column. A null within
        the list is a cell that the document lost.
    """
    slots = line.slots
    if len(slots) == count:
        return list(slots)
    if len(slots) < count:
        return _cut_at_edge(line, count)
    if spans is not None and (placed := _under_heads(slots, spans)) is not None:
        return placed
    filled = [i for i, slot in enumerate(slots) if slot.text.strip()]
    if not filled:
        return list(slots[:count])
    first, last = max(0, filled[-1] - count + 1), min(filled[0], len(slots) - count)
    if first > last:
        return None
    choices = [start for start in range(first, last + 1)]
    if len(choices) > 1:
        choices = [start for start in choices if slots[start].column in starts]
    return list(slots[choices[0] : choices[0] + count]) if len(choices) == 1 else None


def _under_heads(slots: Sequence[Slot], spans: Spans) -> list[Slot | None] | None:
    """One slot under each head, and nothing but blanks beside them; else None."""
    placed: list[Slot | None] = []
    for begin, end in spans:
        under = [s for s in slots if s.column < end and begin < s.column + s.width]
        filled = [s for s in under if s.text.strip()]
        if len(filled) > 1 or not under:
            return None
        placed.append(filled[0] if filled else under[0])
    chosen = {id(slot) for slot in placed}
    beside = [s for s in slots if id(s) not in chosen and s.text.strip()]
    return placed if not beside and len(chosen) == len(spans) else None


def _cut_at_edge(line: Line, count: int) -> list[Slot | None] | None:
    """A row that its label pushed over the table's edge has lost its last value, no other.

    So it is where the row is one short, fills its grid to the last column, and could not
    have held one value more. Where the last value is the sum of the others it is the total,
    and something else is lost.
    """
    slots = line.slots
    if line.stream or len(slots) != count - 1 or line.label_column < 1:
        return None
    if line.row_end < line.grid_end or line.label_column + 1 != slots[0].column:
        return None
    if not all(looks_like_value(slot.text) for slot in slots):
        return None
    numbers = [int(slot.text) if slot.text.isdecimal() else -1 for slot in slots]
    if -1 in numbers or (any(numbers) and numbers[-1] >= sum(numbers[:-1])):
        return None
    return [*slots, None]
