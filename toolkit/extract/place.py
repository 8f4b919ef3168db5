"""Which of the slots behind a label are the row's values, and which column each belongs to.

Padding of merged cells, blanks that left no trace, lost cells and cut rows make the number
of slots differ from the number of columns. A row in which every value is printed places
itself; any other is placed only by the example of such rows.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain
from operator import attrgetter
from typing import Final

from toolkit.extract.drawn import by_position, is_tight
from toolkit.extract.labels import heads_another, is_label
from toolkit.extract.lines import WIDE, Line, Placed, Row, give_up
from toolkit.extract.printed import Source
from toolkit.extract.sums import adds_up, ends_in_total, numbers_of
from toolkit.extract.values import is_broken, is_parted, parse
from toolkit.read.document import Layout, Slot

_Shape = tuple[int, int]
"""Where a row's values begin, and where the row ends."""

_HABIT: Final = 10  # rows that it takes to make a habit
_EXAMPLES: Final = 3  # full rows that it takes to trust the shape of flattened text


def place(
    rows: Sequence[Row], count: int, *, broken: bool = False, heads: Sequence[float] = ()
) -> None:
    """Give rows of one table, each of ``count`` columns, their values.

    None are given to one of which the document does not say which slot belongs to which column.
    ``broken`` says that a text among the values of a drawn table, above or below a row, can only
    be a piece of a broken cell. (The head above the first row is none.) ``heads`` are the middles
    of the columns' heads where the first row stands, if it is drawn.
    """
    for row in rows:
        row.slots = whole(row.line, count) or _before_padding(row.line, count)
    _by_example(rows, count)
    by_position(rows, count, broken=broken, heads=heads)
    _give_up_strays(rows, count)
    foreign = any(heads_another(text) for row in rows for text in row.line.texts)
    give_up(row for row in rows if _is_uneven(row.line, count))
    # In a text nothing tells in which column it is that a value is missing.
    give_up(row for row in rows if foreign and row.line.layout is not Layout.OWN)


def whole(line: Line, count: int) -> list[Slot] | None:
    """Return a row's values if all are printed, with blanks around but not between them."""
    if line.count != count or (line.spilled and _is_spilled(line, count)):
        return None
    start = 0
    while line.kinds[start] == "blank":
        start += 1
    kinds = line.kinds[start : start + count]
    # Where spaces part the cells, a word among the numbers may be a part of one of them, and in a
    # short row a number that only one space parts from the next; behind blank cells and values a
    # word may stand in a column of its own.
    doubt = "blank" in kinds or ("text" in kinds and line.sparse)
    doubt = doubt or (count < WIDE and is_tight(line)) or (start > 0 and kinds[-1] == "text")
    return None if doubt else line.slots[start : start + count]


def _before_padding(line: Line, count: int) -> list[Slot] | None:
    """Return a row's values where the document tells blank cells from what fills a row up.

    It does not where only one is missing, for which a single mark stands, as for a blank; but the
    one below a blank head is gone by now.
    """
    missing = line.grid.end - (line.label_column + 1) - count
    spare = len(line.slots) - count
    if line.layout is not Layout.PADDED or spare not in (0, missing == 1):
        return None
    fits = missing > 0 if line.kinds[-1] == "blank" else missing != 1 or not spare
    return line.slots[:count] if fits else None


def _is_spilled(line: Line, count: int) -> bool:
    """Whether values follow the row that may be its own, or a piece of its last one.

    One behind many is a page number, but for one in a text that may complete what does not add up.
    """
    if line.spilled == 1 and count >= WIDE:
        block = line.filled[-count if count < 2 * WIDE else -WIDE :]
        return line.layout is not Layout.OWN and not (block and adds_up(block))
    return line.spilled > 0


def _give_up_strays(rows: Sequence[Row], count: int) -> None:
    """Give up the rows of tables that have a column too many: nothing tells which it is.

    So it is where most rows have a value too many, or where a cell beside a row's values
    stands in a column in which another row has one.
    """
    if all(x.line.count <= count and not x.line.beside(x.slots or ()) for x in rows):
        return
    held: defaultdict[Source, set[int]] = defaultdict(set)
    crowded = Counter[Source]()
    for row in rows:
        held[row.line.grid].update(slot.column for slot in row.line.filled)
        crowded[row.line.grid] += (row.line.count > count) - (row.slots is not None)
    wide = {grid for grid in crowded if crowded[grid] > 0}
    for row in filter(attrgetter("slots"), rows):
        if any(x.column in held[row.line.grid] for x in row.line.beside(row.slots or ())):
            wide.add(row.line.grid)
    give_up(row for row in rows if row.line.grid in wide)


def _by_example(rows: Sequence[Row], count: int) -> None:
    """Place rows with blanks where the full rows of their kind have their values.

    Their kind are the rows whose label stands in the same column.
    """
    if not (rest := [row for row in rows if not row.slots]):
        return
    lines = [row.line for row in rows]
    full = [(row.line, [*filter(None, row.slots)]) for row in rows if row.slots]
    enough = len(full) >= _EXAMPLES
    if enough and rest[0] is rows[-1] and _is_cut_off(lines):
        rest[0].slots = [*lines[-1].slots, *[None] * (count - lines[-1].count)]
        return
    habits = {} if enough else _habits(lines, count)
    shapes = habits or _shapes(full)
    exact = is_exact(lines, count)
    # Rows that no second label pushes are short as well: then it is blanks that left no trace.
    ragged = any(line.label_column < 1 and len(line.slots) < count for line in lines)
    for row in rest:
        line = row.line
        traceless = line.sparse or (line.layout is Layout.FILLED and not habits)
        if traceless or _is_padded(line) or _is_spilled(line, count):
            continue
        trusted = line.aligned or enough or habits
        shape = shapes.get(line.label_column) if trusted else None
        found = _as_others(line, count, shape) if shape else None
        if shape is None or (line.layout is Layout.OWN and not found):
            alike = exact or _is_level(line, lines, [slots for _, slots in full])
            found = _as_it_shows(line, count, alike=alike)
        row.slots = found or (None if ragged else _cut(line, count))


def _shapes(full: Sequence[tuple[Line, Sequence[Slot]]]) -> dict[int, _Shape]:
    """Where the full rows of each kind begin and end; nothing if those of one kind differ."""
    found = {(line.label_column, (slots[0].column, line.row_end)) for line, slots in full}
    shapes = dict(found)
    return shapes if len(shapes) == len(found) else {}


def _is_level(line: Line, lines: Sequence[Line], full: Sequence[Sequence[Slot]]) -> bool:
    """Whether a row begins where all full ones do, and ends where all of its kind do.

    In a grid no value stands where another row has its label.
    """
    first = line.slots[0].column
    return (
        line.aligned
        and all(x.row_end == line.row_end for x in lines if x.label_column == line.label_column)
        and all(x.label_column < first for x in lines if x.grid.number == line.grid.number)
        and all(slots[0].column == first for slots in full)
    )


def _is_cut_off(lines: Sequence[Line]) -> bool:
    """Whether the text ends in the last row, which has its first values, right behind its label.

    The others have theirs there, and it has no blank cell.
    """
    return (
        lines[-1].is_last
        and "blank" not in lines[-1].kinds
        and not _may_hold_two(lines[-1])
        and all(
            line.slots[0].column == line.label_column + 1 and not (line.stream or line.sparse)
            for line in lines
        )
    )


def _may_hold_two(line: Line) -> bool:
    """Whether spaces part the digits of a value, which may then be two columns'."""
    return any(is_parted(slot.text) for slot in line.slots)


def _is_uneven(line: Line, count: int) -> bool:
    """Whether a cell may hold two values, and so another the same or none.

    Of a file's own cells, if they are as many as there are columns though a border between two was
    not found, another is one too many.
    """
    if line.layout is Layout.OWN:
        doubted = chain(*(slot.text.split("\n") for slot in line.slots if slot.doubtful))
        two = (is_parted(text) and parse(text, "case")[1] is None for text in doubted)
        return line.count == count and any(two)
    blank = "blank" in line.kinds
    return any(is_broken(slot.text) or (blank and is_parted(slot.text)) for slot in line.slots)


def _is_padded(line: Line) -> bool:
    """Whether a blank may be padding: in a text's last row, one at an end."""
    at_end = line.is_last and "blank" in (line.kinds[0], line.kinds[-1])
    return line.layout is Layout.PADDED or (at_end and line.layout is not Layout.OWN)


def _as_others(line: Line, count: int, shape: _Shape) -> Placed | None:
    """The values of a row that ends where the full rows of its kind end, where theirs are."""
    start, end = shape
    inside = [slot for slot in line.slots if slot.column >= start][:count]
    fits = line.row_end == end and len(inside) == count and inside[0].column == start
    return inside if fits and all(slot in inside for slot in line.filled) else None


def _as_it_shows(line: Line, count: int, *, alike: bool) -> Placed | None:
    """The values of a row of which no other is an example: it shows where it begins and ends.

    If it is ``alike`` to the others it is enough to have as many slots as there are columns.
    With blanks in front, between and behind, any of them may be padding.
    """
    span = line.span
    at_end = 0 in span or len(line.slots) - 1 in span
    fits = len(span) == count and (line.count == count or at_end)
    if fits and not (span.start > 0 and line.kinds[span[-1]] == "text"):  # a remark, maybe
        return line.slots[span.start : span.stop]
    return line.slots if alike and len(line.slots) == count else None


def is_exact(lines: Sequence[Line], count: int) -> bool:
    """Whether each row has a slot for every column and no other, so that none is padding.

    Some row must begin with a value, and some have a blank in front of one: where blanks are
    dropped and rows filled up, they only stand behind.
    """
    return all(line.layout is Layout.PADDED for line in lines) or (
        all(len(line.slots) == count and not line.sparse for line in lines)
        and any(line.kinds[0] != "blank" for line in lines)
        and any("blank" in line.kinds[: line.count] for line in lines)
    )


def _habits(lines: Sequence[Line], count: int) -> dict[int, _Shape]:
    """Where the rows of each kind begin and end, if they do alike (the last may end early).

    So it is where a whole column is left blank. If that is the last one, the total, no row's
    last value may be the sum of the others, or the column is not blank but missing. Where blanks
    may have left no trace only one may be missing in any row.
    """
    ways: defaultdict[int, Counter[_Shape]] = defaultdict(Counter)
    for line in lines:
        if filled := line.filled:
            ways[line.label_column][filled[0].column, line.row_end] += 1
            numbers = numbers_of(filled)
            summed = len(filled) < count and any(numbers) and ends_in_total(numbers)
            if summed or (line.layout is Layout.FILLED and len(filled) < count - 1):
                return {}
    if len(lines) < _HABIT:
        return {}
    habits: dict[int, _Shape] = {}
    for label_column, counted in ways.items():
        (start, end), most = counted.most_common(1)[0]
        if most < counted.total() - 1:
            return {}
        habits[label_column] = start, end
    return habits


def _cut(line: Line, count: int) -> Placed | None:
    """A row that its label pushed over the table's edge has lost its last value, no other.

    So it is where the row is one short, fills its grid to the last column, and could not
    have held one value more. Where the last value is as much as the others together it may be
    the total, and something else be lost; and where a cell may hold two values none is.
    """
    slots = line.slots
    if line.aligned or len(slots) != count - 1 or line.label_column < 1:
        return None
    if line.row_end < line.grid.end or line.label_column + 1 != slots[0].column:
        return None
    if not is_label(line.texts[-1]) or _may_hold_two(line):
        return None  # or a word stands there in place of the first value
    numbers = [number for number in numbers_of(slots) if number is not None]
    if len(numbers) < len(slots) or (any(numbers) and 2 * numbers[-1] >= sum(numbers)):
        return None
    return [*slots, None]
