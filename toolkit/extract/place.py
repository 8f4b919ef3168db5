"""Which of the slots behind a label are the row's values, and which column each belongs to.

Padding of merged cells, blanks that left no trace, lost cells and cut rows make the number
of slots differ from the number of columns. A row in which every value is printed places
itself; any other is placed only by the example of such rows.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean
from typing import Final

from toolkit.extract.head import middle
from toolkit.extract.lines import Line, Source
from toolkit.read.document import Layout, Slot

Placed = Sequence[Slot | None]
"""One slot for each printed column; None is a cell that is not in the document."""

_NEAR: Final = 0.4  # of the distance between two columns: how far a value may stand off its own
_MOST_SPILLED: Final = 1
_WIDE: Final = 5
_HABIT: Final = 10  # rows that it takes to make a habit
_EXAMPLES: Final = 3  # full rows that it takes to trust the shape of flattened text


def place(
    lines: Sequence[Line], count: int, *, broken: bool = False, end: Line | None = None
) -> list[Placed | None]:
    """Place the values of a table's rows.

    Parameters
    ----------
    lines
        Rows of one table that all have ``count`` columns.
    count
        Number of columns.
    broken
        Whether a text among the values of a drawn table, above or below a row, can only be a
        piece of a broken cell. (The head above the first row is none.)
    end
        The document's last line: what cut the document off may have cut it.

    Returns
    -------
    list
        For each line its slots in printed order, or None where the document does not say
        which slot belongs to which column.
    """
    full = [whole(line, count) for line in lines]
    if None not in full and not (broken and any(line.layout is Layout.DRAWN for line in lines)):
        return _without_strays(lines, full, count)
    examples: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    ends: defaultdict[int, set[int]] = defaultdict(set)
    drawn: defaultdict[Source, list[list[float]]] = defaultdict(list)
    for line, slots in zip(lines, full, strict=True):
        ends[line.label_column].add(line.row_end)
        if slots is not None:
            examples[line.label_column].add((slots[0].column, line.row_end))
            if line.layout is Layout.DRAWN and not is_tight(line):
                drawn[line.grid].append([middle(slot) for slot in slots])
    places = {grid: centres for grid, rows in drawn.items() if (centres := _centres(rows))}
    regular = all(len(like) == 1 for like in examples.values())
    enough = len(lines) - full.count(None) >= _EXAMPLES
    habits = None if enough else _habits(lines, count)
    if habits:
        examples, regular, enough = habits, True, True
    exact = is_exact(lines, count)
    # Rows that no second label pushes are short as well: then it is blanks that left no trace.
    ragged = any(line.label_column < 1 and len(line.slots) < count for line in lines)
    placed: list[Placed | None] = []
    last = Line()
    for line, following, slots in zip(lines, [*lines[1:], last], full, strict=True):
        within = broken and line.layout is Layout.DRAWN and line.grid == last.grid
        if within and _has_fragments(line, following, places):
            placed.append(None)
        elif slots is not None:
            placed.append(slots)
        elif line is end and full.count(None) == 1 and enough and _is_cut_off(lines):
            placed.append([*line.slots, *[None] * (count - len(line.slots))])
        elif (
            line.stream
            or (line.layout is Layout.FILLED and not habits)
            or _is_spilled(line, count)
            or (line is end and _is_padded(line))
        ):
            placed.append(None)
        elif line.sparse:
            placed.append(_by_position(line, places.get(line.grid)))
        else:
            trusted = regular and (line.aligned or enough)
            like = examples[line.label_column] if trusted else set()
            starts = {start for shapes in examples.values() for start, _ in shapes}
            alike = line.aligned and len(ends[line.label_column]) == 1
            alike = alike and starts <= {slot.column for slot in line.slots[:1]}
            alike = alike or exact
            found = _by_example(line, count, like, alike=alike)
            placed.append(found or (None if ragged else _cut(line, count)))
        last = line
    return _without_strays(lines, placed, count)


def _without_strays(
    lines: Sequence[Line], placed: Sequence[Placed | None], count: int
) -> list[Placed | None]:
    """Give up the rows of tables that have a column too many: nothing tells which it is.

    So it is where most rows have a value too many, or where a cell beside a row's values
    stands in a column in which another row has one.
    """
    if all(len(line.slots) <= count for line in lines):
        return [*placed]
    held: defaultdict[Source, set[int]] = defaultdict(set)
    crowded = Counter[Source]()
    for line, slots in zip(lines, placed, strict=True):
        held[line.grid].update(slot.column for slot in line.filled)
        crowded[line.grid] += (line.count > count and not line.layout is Layout.DRAWN) - (
            slots is not None
        )
    wide = {
        line.grid
        for line, slots in zip(lines, placed, strict=True)
        if crowded[line.grid] > 0
        or (slots and any(slot.column in held[line.grid] for slot in line.beside(slots)))
    }
    return [None if line.grid in wide else slots for line, slots in zip(lines, placed, strict=True)]


def _is_padded(line: Line) -> bool:
    """Whether a row of a text has a blank at an end, which may be padding."""
    return line.layout is not Layout.OWN and "blank" in (*line.kinds[:1], *line.kinds[-1:])


def _centres(rows: Sequence[Sequence[float]]) -> list[float]:
    """Where the columns stand in a drawn table; nothing if its full rows do not agree on it."""
    columns = list(zip(*rows, strict=True))
    centres = [fmean(column) for column in columns]
    reach = _reach(centres)
    return centres if all(max(c) - min(c) <= 2 * reach for c in columns) else []


def _reach(centres: Sequence[float]) -> float:
    return _NEAR * min((b - a for a, b in pairwise(centres)), default=0)


def _is_cut_off(lines: Sequence[Line]) -> bool:
    """Whether the last of the rows has the first values of a row, right behind its label.

    The others have theirs there, and no blank cell.
    """
    return "blank" not in lines[-1].kinds and all(
        line.slots[0].column == line.label_column + 1 and not (line.stream or line.sparse)
        for line in lines
    )


def _has_fragments(line: Line, following: Line, places: dict[Source, list[float]]) -> bool:
    """Whether pieces of a broken cell stand above or below a drawn row, among its values."""
    if line.grid not in places:
        return False
    edge = places[line.grid][0]
    own = zip(line.labels, line.rows, strict=True)
    same = following.grid == line.grid  # on another page the head may stand again
    next_ = zip(following.labels, following.rows, strict=True) if same else ()
    above = [slot for slot, row in own if row != line.value_row]
    below = [slot for slot, row in next_ if row != following.value_row]
    return any(slot.column > edge for slot in (*above, *below))


def _is_spilled(line: Line, count: int) -> bool:
    """Whether values follow the row that may be its own; one behind many is a page number."""
    return line.spilled > (_MOST_SPILLED if count >= _WIDE else 0)


def whole(line: Line, count: int) -> list[Slot] | None:
    """Return a row's values if all are printed, with blanks around but not between them."""
    if line.count != count or _is_spilled(line, count):
        return None
    start = 0
    while line.kinds[start] == "blank":
        start += 1
    kinds = line.kinds[start : start + count]
    # Where spaces part the cells, a word among the numbers may be a part of one of them, and in a
    # short row a number that only one space parts from the next.
    doubt = "blank" in kinds or (line.sparse and "text" in kinds)
    doubt = doubt or (count < _WIDE and is_tight(line)) or _may_end_in_a_remark(line)
    return None if doubt else line.slots[start : start + count]


def _may_end_in_a_remark(line: Line) -> bool:
    """Whether a word behind blank cells and values may stand in a column of its own."""
    kinds = [kind for kind in line.kinds if kind != "blank"]
    return line.kinds[0] == "blank" and kinds[-1] == "text"


def is_certain(line: Line, count: int, *, another: bool) -> bool:
    """Whether a row that may have a value in ``another`` column, too many, has one in each.

    In a text a blank may have left no trace; a file's own cells show it.
    """
    return not another or line.layout is Layout.OWN or line.count == len(line.slots) == count + 1


def is_tight(line: Line) -> bool:
    """Whether one space alone parts values of a drawn row: they may be pieces of one."""
    return line.layout is Layout.DRAWN and any(
        b.column - a.column - a.width <= 1 for a, b in pairwise(line.slots)
    )


def is_exact(lines: Sequence[Line], count: int) -> bool:
    """Whether each row has a slot for every column and no other, so that none is padding.

    The last may be cut off. Some row must begin with a value, and some have a blank in front of
    one: where blanks are dropped and rows filled up, they only stand behind.
    """
    return (
        all(len(line.slots) == count and not line.sparse for line in lines[:-1])
        and any(line.kinds[0] != "blank" for line in lines)
        and any("blank" in line.kinds[: line.count] for line in lines)
    )


def _habits(lines: Sequence[Line], count: int) -> defaultdict[int, set[tuple[int, int]]] | None:
    """Where the rows of each kind begin and end, if they do alike (the last may end early).

    So it is where a whole column is left blank. If that is the last one, the total, no row's
    last value may be the sum of the others, or the column is not blank but missing. Where blanks
    may have left no trace only one may be missing in any row.
    """
    ways: defaultdict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    for line in lines:
        if filled := line.filled:
            ways[line.label_column][filled[0].column, line.row_end] += 1
            numbers = [int(s.text) if s.text.isdecimal() else -1 for s in filled]
            summed = len(filled) < count and any(numbers) and 2 * numbers[-1] == sum(numbers)
            if summed or (line.layout is Layout.FILLED and len(filled) < count - 1):
                return None
    if len(lines) < _HABIT:
        return None
    habits: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for label_column, counted in ways.items():
        (start, end), most = counted.most_common(1)[0]
        alike = len({begin for begin, _ in counted}) == 1 and most >= counted.total() - 1
        if not alike or end - start < count:
            return None
        habits[label_column] = {(start, end)}
    return habits


def _by_example(
    line: Line, count: int, like: set[tuple[int, int]], *, alike: bool
) -> Placed | None:
    """Place a row with blanks where the full rows of its kind have their values.

    Its kind are the rows whose label stands in the same column; the row must be as long as
    they are. If none of its kind is full, or full rows of one kind differ, the row must show
    itself where it begins and ends; in a grid of real cells it is enough that all of its kind
    have as many slots as there are columns, and begin where full rows of other kinds do.
    """
    if not like:
        spans = [i for i, slot in enumerate(line.slots) if slot in line.filled]
        fits = bool(spans) and spans[-1] - spans[0] + 1 == count
        if fits and not _may_end_in_a_remark(line):
            return list(line.slots[spans[0] : spans[-1] + 1])
        return list(line.slots) if alike and len(line.slots) == count else None
    starts = {start for start, end in like if end == line.row_end}
    if len(starts) != 1:
        return None
    start = starts.pop()
    inside = [slot for slot in line.slots if slot.column >= start][:count]
    beside = [slot for slot in line.filled if slot not in inside]
    if len(inside) != count or inside[0].column != start or beside:
        return None
    return list(inside)


def _by_position(line: Line, centres: Sequence[float] | None) -> Placed | None:
    """Place each value in the column whose values stand where it stands on the line."""
    if centres is None or len(centres) == 1:
        return [*line.filled] if centres and len(line.filled) == 1 else None
    reach = _reach(centres)
    if line.label_column > centres[0] - reach:
        return None  # its label stands where a value should, and so the values stand elsewhere
    placed: list[Slot | None] = [None] * len(centres)
    for slot in line.filled:
        near = [i for i, at in enumerate(centres) if abs(at - middle(slot)) <= reach]
        if len(near) != 1 or placed[near[0]] is not None:
            return None
        placed[near[0]] = slot
    return placed


def _cut(line: Line, count: int) -> Placed | None:
    """A row that its label pushed over the table's edge has lost its last value, no other.

    So it is where the row is one short, fills its grid to the last column, and could not
    have held one value more. Where the last value is as much as the others together it may be
    the total, and something else be lost.
    """
    slots = line.slots
    if line.aligned or len(slots) != count - 1 or line.label_column < 1:
        return None
    if line.row_end < line.grid.end or line.label_column + 1 != slots[0].column:
        return None
    numbers = [int(slot.text) if slot.text.isdecimal() else -1 for slot in slots]
    if -1 in numbers or (any(numbers) and numbers[-1] >= sum(numbers[:-1])):
        return None
    return [*slots, None]
