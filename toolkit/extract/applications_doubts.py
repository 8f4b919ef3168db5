"""Doubts about table 3: which rows, or the order of its columns, its numbers do not bear out.

Doubts give up what may be another row's or column's; no number comes from them.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise, takewhile
from typing import Final

from toolkit.extract.applications_rows import COLUMNS, HEADINGS, ORDER, RANK, TABLE, items_in
from toolkit.extract.cell import ABSENT, Cell
from toolkit.extract.labels import expects_values, item_of, wording
from toolkit.extract.lines import Line, Row, give_up
from toolkit.extract.sums import adds_up
from toolkit.form import CellKey, form

_NEAR: Final = 2  # rows around a jumble that it puts in doubt
_LABELS: Final = tuple(wording(form().label(item, table=TABLE)) for item in ORDER)
_PAIR: Final = 2


def totals_contradict(cells: dict[CellKey, Cell]) -> bool:
    """Whether more rows say that another column is the total, or none is, than say it of the last.

    None is if the last is less than the others together, or more though none is blank. Where no
    total is above nought, dashes are noughts: of others a figure may have been taken out.
    """
    support = dict.fromkeys(COLUMNS, 0)
    against = 0
    items = {key[1] for key in cells}
    totals = any(cells[TABLE, item, COLUMNS[-1]].value for item in items)
    for item in items:
        row = {c: cells[TABLE, item, c] for c in COLUMNS}
        told = {c: cell.value if totals else cell.term for c, cell in row.items()}
        numbers = {c: n for c, n in told.items() if n is not None}
        if COLUMNS[-1] in numbers and any(numbers.values()):
            missing = 2 * numbers[COLUMNS[-1]] - sum(numbers.values())
            against += missing < 0 or (missing > 0 and len(numbers) == len(COLUMNS))
            for column, number in numbers.items():
                support[column] += sum(numbers.values()) == 2 * number
    return support.pop(COLUMNS[-1]) < max(against, *support.values())


def is_empty(cells: dict[CellKey, Cell]) -> bool:
    """Whether there are blanks, and nothing but noughts: no sum tells in which columns."""
    known = {(cell.state, cell.value) for cell in cells.values()}
    return {("blank", None), ("reported", 0)} <= known and not any(number for _, number in known)


def near_jumbles(found: Sequence[Row]) -> set[str]:
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


def flows_hold(cells: dict[CellKey, Cell], edition: str) -> bool:
    """Whether every column satisfies the identities that tie its rows together."""
    made = form(edition)
    tied = (x for x in made.identities if (x.table, x.subject) == (TABLE, "column"))
    sides = (made.sides(one, column) for one in tied for column in COLUMNS)
    numbers = ([[cells.get(key, ABSENT).value for key in side] for side in two] for two in sides)
    return all(
        None not in (*left, *right) and sum(filter(None, left)) == sum(filter(None, right))
        for left, right in numbers
    )


def doubt_sides(lines: Sequence[Line], table: Sequence[Row], notes: list[str]) -> None:
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
    loose = _loose(lines, told)
    if _may_come_first(lines, told, loose):
        notes.append("table 3: values may stand in front of their row's label, or behind it")
        give_up(row for row in table if row.line.apart)
    behind = [lines[at + 1 :] for at in loose if _ends_label(lines[at])]
    astray = {id(x) for rest in behind for x in takewhile(lambda line: line.apart, rest)}
    give_up(row for row in table if id(row.line) in astray)
    give_up(row for row, after in pairwise(table) if after.item is None and _goes_on(row, after))


def _loose(lines: Sequence[Line], told: Sequence[str | None]) -> list[int]:
    """Which lines have values of a row, or pieces of it, behind no label of a row."""
    whole = told[1:2] == [ORDER[0]]
    return [
        at
        for at, (line, item) in enumerate(zip(lines, told, strict=False))
        if item is None and line.apart
        if line.count == len(COLUMNS) or (line.stream and not (at or whole))
        if not any(map(expects_values, line.texts))
    ]


def _may_come_first(
    lines: Sequence[Line], told: Sequence[str | None], loose: Sequence[int]
) -> bool:
    """Whether the values of rows may stand in front of their labels."""
    return (
        any(told[at + 1 : at + 2] == [ORDER[0]] for at in loose)
        or _holds_two(lines[: len(told)])
        or (bool(loose) and _lack_values(lines[loose[0] + 1 :], [*filter(None, told)]))
    )


def _goes_on(row: Row, following: Row) -> bool:
    """Whether a row's label may go on in front of the values that follow, or names two rows."""
    label = wording(form().label(row.item, table=TABLE)) if row.item else ""
    rest = wording(following.line.texts[-1])
    names_two = not row.line.structured and len(items_in(row.line)) > 1
    return names_two or bool(rest and label.endswith(rest))


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


def _lack_values(lines: Sequence[Line], chosen: Iterable[str]) -> bool:
    """Whether the label of another row than those chosen is in front of values, or of none."""
    seen = {item_of(text, TABLE) for line in lines for text in line.texts if expects_values(text)}
    return not seen <= HEADINGS | {None, "otherwise", *chosen}
