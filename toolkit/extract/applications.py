"""Table 3, applications: 25 rows by 7 requester columns."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from typing import Final

from toolkit.extract.applications_doubts import (
    doubt_sides,
    flows_hold,
    is_empty,
    near_jumbles,
    totals_contradict,
)
from toolkit.extract.applications_head import Head, place_values
from toolkit.extract.applications_rows import (
    COLUMNS,
    ORDER,
    OTHERWISE,
    TABLE,
    WITH_VALUES,
    find_rows,
    name_the_rest,
    rejoined,
    unfolded,
)
from toolkit.extract.cell import ABSENT, Cell, agreed, read_mended, unplaced
from toolkit.extract.gaps import before_gaps, doubt_empty
from toolkit.extract.labels import opens_requesters, wording
from toolkit.extract.lines import Line, Row
from toolkit.extract.woven import doubt_pieces, put_together
from toolkit.form import CellKey, form

_PROSE: Final = 3  # numbers that may follow a row's label where it is named in prose
_FIRST: Final = wording(form().label(ORDER[0]))
_FIRST_ROW: Final = re.compile(rf"{_FIRST}(?:\s+\d+){{{_PROSE + 1}}}")
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
    doubt_sides(lines[max(0, start - 1) :], table, notes)
    doubt_pieces(lines[max(0, start - 1) :], table, around=around)
    items: defaultdict[str, list[Row]] = defaultdict(list)
    for row in table:
        if row.item:
            items[row.item].append(row)
    edition = _edition(items)
    cells: dict[CellKey, Cell] = {}
    for item, rows in items.items():
        cells |= agreed([_read(row, item, head) for row in rows], f"table 3, {item}", notes)
    # Of two rows of one name, one of them given up, the other may have pieces of its numbers.
    given_up = {row.item for row in table if row.item and row.slots is None and row.line.slots}
    if halves := {item for item in given_up if len(items[item]) > 1}:
        cells = _doubted(cells, halves)
    usual = head.certain and head.order == COLUMNS
    if not usual and totals_contradict(cells):
        notes.append("table 3: the rows do not add up, so the order of the columns is in doubt")
        cells = _doubted(cells, ORDER)
    if not usual and is_empty(cells):
        notes.append("table 3: noughts and blanks alone, so the order of the columns is in doubt")
        cells = _doubted(cells, ORDER)
    if (doubted := near_jumbles(found)) and not flows_hold(cells, edition or "2021"):
        notes.append("table 3: its texts are jumbled, so that some values may be another row's")
        cells = _doubted(cells, doubted)
    if torn := before_gaps(table, WITH_VALUES[edition or "2019"], TABLE, lines):
        cells = _doubted(cells, torn)
    return cells, edition


def _before(lines: Sequence[Line], start: int) -> Sequence[Line]:
    """Lines that may hold the head: those right in front of the first row, and from its opening on.

    Behind it may stand pieces of rows that name none; where values begin it has ended. Values may
    as well be another table's, with the head behind them.
    """
    near = max(0, start - _BEFORE)
    opened = (at for at in range(start, -1, -1) if any(map(opens_requesters, lines[at].texts)))
    at = next(opened, near)
    return [*lines[at : min(at + 1, near)], *lines[near : start + 1]]


def is_repeated(lines: Sequence[Line]) -> bool:
    """Whether the first row of table 3 is in the document more than once.

    Where pages stand side by side a PDF tool may print it behind another's text, or with
    another's behind its numbers.
    """
    named = 0
    for line in lines:
        for text in line.texts:
            bare, many = wording(text), len(line.slots) > _PROSE
            ends = bare == _FIRST or (many and bare.endswith(_FIRST))
            named += ends or _FIRST_ROW.search(text) is not None
    return named > 1


def _doubted(cells: dict[CellKey, Cell], items: Container[str]) -> dict[CellKey, Cell]:
    return {key: cell.doubted() if key[1] in items else cell for key, cell in cells.items()}


def _read(row: Row, item: str, head: Head) -> dict[CellKey, Cell]:
    cells = {}
    if row.slots is not None and len(row.slots) == len(head.order):
        cells = dict(zip(head.order, read_mended(row.slots), strict=True))
    rest = ABSENT if cells and None not in cells else unplaced(row.line.slots)
    return {(TABLE, item, column): cells.get(column, rest) for column in COLUMNS}


def _edition(chosen: Iterable[str]) -> str:
    if not set(chosen).isdisjoint(OTHERWISE):
        return "2021"
    return "2019" if "otherwise" in chosen else ""
