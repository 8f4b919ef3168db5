"""Table 3, applications: 25 rows by 7 requester columns."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from toolkit.errors import DocumentError
from toolkit.extract.cell import Cell, read_slot, unplaced
from toolkit.extract.labels import (
    item_of,
    names_row,
    nearest,
    opens_requesters,
    requester_columns,
)
from toolkit.extract.lines import Line
from toolkit.extract.window import Spans, window
from toolkit.form import CellKey, form, rows
from toolkit.read.document import Slot

TABLE: Final = "applications"
COLUMNS: Final = tuple(c.code for c in form().columns if c.table == TABLE)
ORGANISATIONS: Final = COLUMNS[1:-1]
ORDER: Final = tuple(dict.fromkeys(r["item"] for r in rows("items") if r["table"] == TABLE))
_RANK: Final = {code: rank for rank, code in enumerate(ORDER)}
_HEADINGS: Final = {
    r["item"] for r in rows("items") if r["table"] == TABLE and r["role"] == "heading"
} - {"otherwise"}
_RESULTS: Final = range(_RANK["results"], _RANK["carried_forward"])
_OTHERWISE: Final = ("otherwise_uncorrected", "otherwise_unpaid", "otherwise_other")
_ENOUGH: Final = 3
_PAIR: Final = 2
_LONGEST: Final = 4  # texts that one label may be broken into
_HEAD_LABELS: Final = 20


@dataclass(slots=True)
class _Row:
    line: Line
    item: str | None
    slots: list[Slot | None] | None = None

    @property
    def texts(self) -> list[str]:
        return [slot.text for slot in self.line.labels]


@dataclass(frozen=True, slots=True)
class _Head:
    """Columns in printed order (None if it cannot be told), and where they stand."""

    order: tuple[str, ...] | None
    complete: bool
    spans: Spans | None = None


def read_applications(
    lines: Sequence[Line], notes: list[str], *, structured: bool
) -> tuple[dict[CellKey, Cell], str]:
    """Read table 3.

    Parameters
    ----------
    lines
        The document's lines.
    notes
        Sentences for a careful reader are added here.
    structured
        Whether texts come in the order of the printed cells; the output of PDF tools does
        not keep the order of a head of several rows.

    Returns
    -------
    tuple
        Cells found, and the edition that the rows under (6) tell (empty if they tell none).

    Raises
    ------
    DocumentError
        If the table stands there twice with different figures.
    """
    start, table = _table(lines)
    if not table:
        return {}, ""
    head = _head(lines[max(0, start - _ENOUGH) : start + 1], structured=structured)
    if head.order is None:
        notes.append("table 3: the order of the columns cannot be told from the head")
    elif not head.complete:
        notes.append("table 3: head incomplete, columns taken in the form's order")
    _place(table, head)
    _name_the_rest(table, notes)
    chosen = _once(table, notes)
    cells = {
        (TABLE, item, column): cell
        for item, row in chosen.items()
        for column, cell in _read(row, head).items()
    }
    if _totals_contradict(cells):
        notes.append("table 3: no row adds up, so its columns are in doubt")
        cells = {k: Cell("unreadable", None, c.raw, c.locator) for k, c in cells.items()}
    for item, slot in _seen_without_values(lines, chosen):
        for column in COLUMNS:
            cells[TABLE, item, column] = Cell("unreadable", None, None, slot.place)
    return cells, _edition(chosen)


# -- rows ----------------------------------------------------------------------------------


def _table(lines: Sequence[Line]) -> tuple[int, list[_Row]]:
    """Rows from the first that is named to the letter to the last, and where the first is."""
    table: list[_Row] = []
    start, end, rank = 0, 0, -1
    for index, line in enumerate(lines):
        if not line.slots or not line.labels:
            continue
        item = _named(line, rank)
        if item is not None:
            start = index if rank < 0 else start
            rank = _RANK[item]
            end = len(table) + 1
        if rank >= 0:
            table.append(_Row(line, item))
    return start, table[:end]


def _named(line: Line, rank: int) -> str | None:
    """Item that a line's label names to the letter, given the row before it."""
    texts = [slot.text for slot in line.labels]
    for count in range(1, min(len(texts), _LONGEST) + 1):
        item = item_of("".join(texts[-count:]), TABLE)
        if item is not None:
            break
    else:
        return _behind_junk(line, rank)
    if item in _HEADINGS:
        return None
    if item == "resolved" and rank not in _RESULTS:
        return None
    if item == "otherwise_other" and rank < _RANK["otherwise"]:
        return item if any(item_of(text, TABLE) == "otherwise" for text in texts) else None
    return item


def _behind_junk(line: Line, rank: int) -> str | None:
    """A row whose first value is no number: its label is the text before that."""
    if len(line.labels) < _PAIR or len(line.slots) != len(COLUMNS) - 1:
        return None
    label, junk = line.labels[-_PAIR:]
    if not label.column < junk.column < line.slots[0].column:
        return None
    shorter = Line(line.labels[:-1], [junk, *line.slots])
    item = item_of(label.text, TABLE)
    if item is None or _named(shorter, rank) != item:
        return None
    line.labels, line.slots = shorter.labels, shorter.slots
    return item


def _place(table: Sequence[_Row], head: _Head) -> None:
    """Choose each row's seven slots, first where it is plain, then by the like of it."""
    starts: defaultdict[int, set[int]] = defaultdict(set)
    for row in table:
        row.slots = window(row.line, len(COLUMNS), spans=head.spans)
        if row.slots is not None and row.slots[0] is not None:
            starts[row.line.label_column].add(row.slots[0].column)
    for row in table:
        like = starts[row.line.label_column]
        if row.slots is None and len(like) == 1:
            row.slots = window(row.line, len(COLUMNS), spans=head.spans, starts=like)


def _name_the_rest(table: Sequence[_Row], notes: list[str]) -> None:
    """Name the rows between named ones whose label can only be one of those left out."""
    named = {row.item for row in table}
    for index, row in enumerate(table):
        if row.item is not None:
            continue
        before = max((_RANK[r.item] for r in table[:index] if r.item), default=-1)
        after = min((_RANK[r.item] for r in table[index:] if r.item), default=len(ORDER))
        left = [i for i in ORDER[before + 1 : after] if i not in named and i not in _HEADINGS]
        if row.slots is not None:
            row.item = nearest(row.texts, TABLE, left)
        if row.item is not None:
            named.add(row.item)
        else:
            notes.append(f"table 3: a row that the form does not have: {row.texts[-1]!r}")


def _once(table: Sequence[_Row], notes: list[str]) -> dict[str, _Row]:
    """Return each item's row; a row printed twice with different values is not to be read."""
    chosen: dict[str, _Row] = {}
    for row in table:
        if row.item is None:
            continue
        first = chosen.setdefault(row.item, row)
        if first.slots is None:
            chosen[row.item] = row
        elif row.slots is not None and _texts(first) != _texts(row):
            if row.item == ORDER[0]:
                raise DocumentError(
                    "the document holds table 3 more than once with different figures: expected"
                    f" one report, found {_texts(first)} at {first.line.slots[0].place} and"
                    f" {_texts(row)} at {row.line.slots[0].place}",
                    stage="extract",
                )
            notes.append(f"table 3, {row.item}: printed more than once with different values")
            chosen[row.item] = _Row(first.line, row.item)
    return chosen


def _texts(row: _Row) -> list[str]:
    return [slot.text if slot else "" for slot in row.slots or ()]


def _read(row: _Row, head: _Head) -> dict[str, Cell]:
    if row.slots is None or head.order is None:
        return dict.fromkeys(COLUMNS, unplaced(row.line.slots))
    return {
        column: read_slot(slot, "case") for column, slot in zip(head.order, row.slots, strict=True)
    }


def _seen_without_values(
    lines: Sequence[Line], chosen: Iterable[str]
) -> list[tuple[str, Slot]]:
    """Rows whose label is in the document though no values could be told to be theirs."""
    seen = {
        item_of(slot.text, TABLE): slot
        for line in lines
        for slot in line.labels
        if names_row(slot.text)
    }
    apart = _HEADINGS | {"otherwise", *chosen}
    return [(item, slot) for item, slot in seen.items() if item and item not in apart]


# -- head ----------------------------------------------------------------------------------


def _head(lines: Sequence[Line], *, structured: bool) -> _Head:
    """Find the seven columns in the texts in front of the first row."""
    labels = [slot for line in lines for slot in line.labels]
    opening = [i for i, slot in enumerate(labels) if opens_requesters(slot.text)]
    labels = labels[opening[-1] :] if opening else labels[-_HEAD_LABELS:]
    if lines[-1].aligned and (spans := _spans(labels)):
        order = tuple(sorted(spans, key=lambda code: spans[code]))
        return _Head(order, complete=True, spans=[spans[code] for code in order])
    return _sequence("\n".join(slot.text for slot in labels), structured=structured)


def _spans(labels: Sequence[Slot]) -> dict[str, tuple[int, int]] | None:
    """Where each column's head stands; None unless all seven do, side by side."""
    spans: dict[str, tuple[int, int]] = {}
    for slot in labels:
        codes = requester_columns(slot.text)
        if len(codes) == 1:
            spans[codes[0]] = (slot.column, slot.column + slot.width)
    ends = sorted(spans.values())
    apart = all(a[1] <= b[0] for a, b in zip(ends, ends[1:], strict=False))
    return spans if len(spans) == len(COLUMNS) and apart else None


def _sequence(text: str, *, structured: bool) -> _Head:
    """Columns by the order in which a head names them."""
    codes = requester_columns(text)
    kinds = tuple(dict.fromkeys(code for code in codes if code in ORGANISATIONS))
    complete = len(kinds) == len(ORGANISATIONS)
    if structured and kinds:
        within = codes[codes.index(kinds[0]) : len(codes) - codes[::-1].index(kinds[-1])]
        if not {"natural_person", "total"}.isdisjoint(within):
            return _Head(None, complete)
        if complete:
            return _Head((COLUMNS[0], *kinds, COLUMNS[-1]), complete)
    in_order = tuple(code for code in ORGANISATIONS if code in kinds)
    return _Head(COLUMNS if kinds == in_order else None, complete)


# -- the table as a whole ------------------------------------------------------------------


def _totals_contradict(cells: dict[CellKey, Cell]) -> bool:
    """Whether rows enough could be added up, and not one of them does."""
    tried = right = 0
    for item in {key[1] for key in cells}:
        values = [cells[TABLE, item, column].value for column in COLUMNS]
        numbers = [value for value in values if value is not None]
        if len(numbers) == len(COLUMNS) and any(numbers):
            tried += 1
            right += sum(numbers[:-1]) == numbers[-1]
    return tried >= _ENOUGH and not right


def _edition(chosen: Iterable[str]) -> str:
    if not set(chosen).isdisjoint(_OTHERWISE):
        return "2021"
    return "2019" if "otherwise" in chosen else ""
