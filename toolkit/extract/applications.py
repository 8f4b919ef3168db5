"""Table 3, applications: 25 rows by 7 requester columns."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from functools import cache
from itertools import pairwise, repeat, takewhile
from typing import Final

from toolkit.extract.applications_head import Head, place_values
from toolkit.extract.applications_rows import (
    COLUMNS,
    HEADINGS,
    ORDER,
    OTHERWISE,
    RANK,
    TABLE,
    WITH_VALUES,
    find_rows,
    items_in,
    name_the_rest,
    rejoined,
    unfolded,
)
from toolkit.extract.cell import ABSENT, Cell, agreed, read_mended, read_row, unplaced
from toolkit.extract.labels import expects_values, item_of, opens_requesters, wording
from toolkit.extract.lines import Line
from toolkit.extract.rows import Row, before_gaps, doubt_empty
from toolkit.extract.sums import adds_up
from toolkit.extract.woven import doubt_pieces, put_together
from toolkit.form import CellKey, form

_KEYS: Final = {item: [(TABLE, item, column) for column in COLUMNS] for item in ORDER}
_NEAR: Final = 2  # rows around a jumble that it puts in doubt
_PROSE: Final = 3  # numbers that may follow a row's label where it is named in prose
_FIRST: Final = wording(form().label(ORDER[0]))
_FIRST_ROW: Final = re.compile(rf"{_FIRST}(?:\s+\d+){{{_PROSE + 1}}}")
_LABELS: Final = tuple(wording(form().label(item, table=TABLE)) for item in ORDER)
_PAIR: Final = 2
_BEFORE: Final = 3  # lines in front of the first row that the head may have been taken for


def read_applications(lines: Sequence[Line], notes: list[str]) -> tuple[dict[CellKey, Cell], str]:
    """Read table 3: its cells, and the edition that the rows under (6) tell (empty: none).

    Sentences for a careful reader are added to ``notes``.
    """
    lines, around = put_together(lines)
    lines = rejoined(lines)
    start, found = find_rows(lines)
    if not found:
        return {}, ""
    table = unfolded(found)
    head = place_values(table, _before(lines, start))
    if None in head.order:
        notes.append("table 3: the head does not tell which column is which")
    elif not head.certain:
        notes.append("table 3: columns taken in the form's order, for the head does not name all")
    name_the_rest(table, notes)
    doubt_empty(table, lines)
    _check_sides(lines[max(0, start - 1) :], table, notes)
    doubt_pieces(lines[max(0, start - 1) :], table, around=around)
    items: defaultdict[str, list[Row]] = defaultdict(list)
    for row in table:
        if row.item:
            items[row.item].append(row)
    cells: dict[CellKey, Cell] = {}
    for item, rows in items.items():
        cells |= agreed([_read(row, item, head) for row in rows], f"table 3, {item}", notes)
    # Of two rows of one name, one of them given up, the other may have pieces of its numbers.
    given_up = {row.item for row in table if row.item and row.slots is None and row.line.slots}
    if halves := {item for item in given_up if len(items[item]) > 1}:
        cells = _doubted(cells, halves)
    usual = head.certain and head.order == COLUMNS
    if not usual and _totals_contradict(cells):
        notes.append("table 3: the rows do not add up, so the order of the columns is in doubt")
        cells = _doubted(cells, ORDER)
    if not usual and _is_empty(cells):
        notes.append("table 3: noughts and blanks alone, so the order of the columns is in doubt")
        cells = _doubted(cells, ORDER)
    if (doubted := _near_jumbles(found)) and not _flows(cells):
        notes.append("table 3: its texts are jumbled, so that some values may be another row's")
        cells = _doubted(cells, doubted)
    if torn := before_gaps(table, WITH_VALUES[_edition(items) or "2019"], TABLE, lines):
        cells = _doubted(cells, torn)
    return cells, _edition(items)


def _before(lines: Sequence[Line], start: int) -> Sequence[Line]:
    """Lines that may hold the head: those right in front of the first row, and from its opening on.

    Behind it may stand pieces of rows that name none; where values begin it has ended. Values may
    as well be another table's, with the head behind them.
    """
    near = max(0, start - _BEFORE)
    for at in range(start, -1, -1):
        if any(map(opens_requesters, lines[at].texts)):
            ends = next(n for n in range(at, start + 1) if lines[n].slots or n == start)
            return [*lines[min(at, near) : ends + 1], *lines[max(near, ends + 1) : start + 1]]
    return lines[near : start + 1]


def is_repeated(lines: Sequence[Line]) -> bool:
    """Whether the first row of table 3 is in the document more than once.

    Where pages stand side by side a PDF tool may print it behind another's text, or with
    another's behind its numbers.
    """
    ends = _FIRST[-1]  # most texts cannot hold the label, for they lack its last character
    texts = [(text, len(line.slots)) for line in lines for text in line.texts if ends in text]
    return (
        sum(
            (bare := wording(text)) == _FIRST
            or (count > _PROSE and bare.endswith(_FIRST))
            or _FIRST_ROW.search(text) is not None
            for text, count in texts
        )
        > 1
    )


def _doubted(cells: dict[CellKey, Cell], items: Container[str]) -> dict[CellKey, Cell]:
    return {key: cell.doubted() if key[1] in items else cell for key, cell in cells.items()}


def _read(row: Row, item: str, head: Head) -> dict[CellKey, Cell]:
    cells = {}
    if row.slots is not None and len(row.slots) == len(head.order):
        read = read_row(row.slots) if row.line.plain else read_mended(row.slots)
        if head.order == COLUMNS:
            return dict(zip(_KEYS[item], read, strict=True))
        cells = dict(zip(head.order, read, strict=True))
    rest = ABSENT if cells and None not in cells else unplaced(row.line.slots)
    return dict(zip(_KEYS[item], map(cells.get, COLUMNS, repeat(rest)), strict=True))


def _lack_values(lines: Sequence[Line], chosen: Iterable[str]) -> bool:
    """Whether the label of another row than those chosen is in front of values, or of none."""
    seen = {item_of(text, TABLE) for line in lines for text in line.texts if expects_values(text)}
    return not seen <= HEADINGS | {None, "otherwise", *chosen}


def _totals_contradict(cells: dict[CellKey, Cell]) -> bool:
    """Whether more rows say that another column is the total, or none is, than say it of the last.

    None is if the last is less than the others together, or more though none is blank.
    """
    support = dict.fromkeys(COLUMNS, 0)
    against = 0
    for item in {key[1] for key in cells}:
        numbers = {c: n for c in COLUMNS if (n := cells[TABLE, item, c].value) is not None}
        if COLUMNS[-1] in numbers and any(numbers.values()):
            missing = 2 * numbers[COLUMNS[-1]] - sum(numbers.values())
            against += missing < 0 or (missing > 0 and len(numbers) == len(COLUMNS))
            for column, number in numbers.items():
                support[column] += sum(numbers.values()) == 2 * number
    return support.pop(COLUMNS[-1]) < max(against, *support.values())


def _is_empty(cells: dict[CellKey, Cell]) -> bool:
    """Whether there are blanks, and nothing but noughts: no sum tells in which columns."""
    known = {(cell.state, cell.value) for cell in cells.values()}
    return {("blank", None), ("reported", 0)} <= known and not any(number for _, number in known)


def _check_sides(lines: Sequence[Line], table: Sequence[Row], notes: list[str]) -> None:
    """Give up the rows whose values may stand in front of their label: some tools go by height.

    So it may be if a row of values follows no label, and either stands right in front of the
    form's first row, or behind it the label of some row has no values; in front of a table that
    begins with another row, pieces of a row are enough. So it may be, too, where two rows' worth of
    them have no text between. Where a label goes on in front of other
    values, those behind its beginning may be the row's before; and so may those behind a label
    with no values of its own.
    """
    items = {id(row.line): row.item for row in table}
    ends = max((at for at, line in enumerate(lines) if id(line) in items), default=0)
    told = [items.get(id(line)) for line in lines[: ends + 1]]
    whole = told[1:2] == [ORDER[0]]
    loose = [
        at
        for at, (line, item) in enumerate(zip(lines, told, strict=False))
        if item is None and line.apart
        if line.count == len(COLUMNS) or (line.stream and not (at or whole))
        if not any(map(expects_values, line.texts))
    ]
    first = any(told[at + 1 : at + 2] == [ORDER[0]] for at in loose)
    if (
        first
        or _holds_two(lines[: ends + 1])
        or (loose and _lack_values(lines[loose[0] + 1 :], [*filter(None, told)]))
    ):
        notes.append("table 3: values may stand in front of their row's label, or behind it")
        for row in table:
            row.slots = None if row.line.apart else row.slots
    behind = [lines[at + 1 :] for at in loose if _ends_label(lines[at])]
    astray = {id(x) for rest in behind for x in takewhile(lambda line: line.apart, rest)}
    for row in table:
        row.slots = None if id(row.line) in astray else row.slots
    for row, following in pairwise(table):
        if row.item and following.item is None:
            rest = wording(following.line.texts[-1])
            label = wording(form().label(row.item, table=TABLE))
            row.slots = None if rest and label.endswith(rest) else row.slots
        if following.item is None and not row.line.structured and len(items_in(row.line)) > 1:
            row.slots = None


def _ends_label(line: Line) -> bool:
    """Whether a row's worth of values follows the end of a row's label: they may be the next's."""
    rest = wording("".join(line.texts))
    return bool(rest) and adds_up(line.slots) and any(label.endswith(rest) for label in _LABELS)


def _holds_two(lines: Iterable[Line]) -> bool:
    """Whether two rows' worth of values stand over several lines with no text between."""
    counts: list[list[int]] = [[]]
    for line in lines:
        if line.labels:
            counts.append([])
        counts[-1].append(line.count)
    return any(len(run) > 1 and sum(run) >= _PAIR * len(COLUMNS) for run in counts)


def _near_jumbles(found: Sequence[Row]) -> set[str]:
    """Items whose values, a line each, may have changed places with a neighbour's.

    A row with the values of two, a label behind which another's values stand, labels that go
    backwards: each puts the rows around it in doubt.
    """
    ranks = [RANK.get(row.item or "") for row in found]
    doubted: set[int] = set()
    for at, (row, rank) in enumerate(zip(found, ranks, strict=True)):
        if not row.line.stream:
            continue
        backwards = rank is not None and any(r is not None and r > rank for r in ranks[:at])
        if backwards or len(items_in(row.line)) > 1 or len(row.line.slots) > len(COLUMNS):
            before = [r for r in ranks[max(0, at - _NEAR) : at + 1] if r is not None]
            after = [r for r in ranks[at + 1 : at + 1 + _NEAR] if r is not None]
            between = range(max(before, default=0), min(after, default=len(ORDER)) + 1)
            doubted.update(before, after, between)
    return {item for rank, item in enumerate(ORDER) if rank in doubted}


def _flows(cells: dict[CellKey, Cell]) -> bool:
    """Whether every column satisfies the identities that tie its rows together."""

    def total(rows: Iterable[str], column: str) -> int | None:
        values = [cells.get((TABLE, row, column), ABSENT).value for row in rows]
        return None if None in values else sum(value or 0 for value in values)

    return all(
        (sum_ := total(left, column)) is not None and sum_ == total(right, column)
        for left, right in _sides(_edition({key[1] for key in cells}) or "2021")
        for column in COLUMNS
    )


@cache
def _sides(edition: str) -> list[list[list[str]]]:
    """Rows on either side of each identity that ties the rows of an edition together."""
    made = form(edition)
    return [
        [
            [row for term in side for row in made.children(TABLE, term)]
            for side in (one.lhs, one.rhs)
        ]
        for one in made.identities
        if one.table == TABLE and one.subject == "column"
    ]


def _edition(chosen: Iterable[str]) -> str:
    if not set(chosen).isdisjoint(OTHERWISE):
        return "2021"
    return "2019" if "otherwise" in chosen else ""
