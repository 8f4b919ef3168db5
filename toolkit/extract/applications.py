"""Table 3, applications: 25 rows by 7 requester columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from toolkit.errors import DocumentError
from toolkit.extract.cell import ABSENT, Cell, read_slot, unplaced
from toolkit.extract.head import Label, in_order, labels_of, over
from toolkit.extract.labels import (
    expects_values,
    is_organisations,
    item_of,
    nearest,
    opens_requesters,
    requester_columns,
)
from toolkit.extract.lines import Line
from toolkit.extract.place import Placed, place, whole
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
_EITHER: Final = (("otherwise",), _OTHERWISE)  # what one edition or the other does not have
_ENOUGH: Final = 3
_PAIR: Final = 2
_LONGEST: Final = 4  # texts that one label may be broken into
_HEAD_LABELS: Final = 20


@dataclass(slots=True)
class _Row:
    line: Line
    item: str | None
    following: str = ""
    slots: Placed | None = None

    @property
    def texts(self) -> list[str]:
        return [slot.text for slot in self.line.labels]


class _Head(NamedTuple):
    """Columns in printed order, None where one cannot be told; and whether all were named."""

    order: tuple[str | None, ...]
    certain: bool


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
    table = _unfolded(table)
    labels = _head_labels(lines[max(0, start - _ENOUGH) : start + 1])
    head = _place(table, labels, structured=structured)
    if None in head.order:
        notes.append("table 3: the head does not tell which column is which")
    elif not head.certain:
        notes.append("table 3: columns taken in the form's order, for the head does not name all")
    _name_the_rest(table, notes)
    chosen = _once(table, notes)
    cells = {
        (TABLE, item, column): cell
        for item, row in chosen.items()
        for column, cell in _read(row, head).items()
    }
    if not head.certain and _totals_contradict(cells):
        notes.append("table 3: the rows do not add up, so the order of the columns is in doubt")
        cells = {k: Cell("unreadable", None, c.raw, c.locator) for k, c in cells.items()}
    if any(_is_jumbled(row.line) for row in table) and not _flows(cells):
        notes.append("table 3: its texts are jumbled and its rows do not add up to each other")
        cells = {k: Cell("unreadable", None, c.raw, c.locator) for k, c in cells.items()}
    for item, slot in _seen_without_values(lines, chosen):
        for column in COLUMNS:
            cells[TABLE, item, column] = Cell("unreadable", None, None, slot.place)
    return cells, _edition(chosen)


# -- rows ----------------------------------------------------------------------------------


def _table(lines: Sequence[Line]) -> tuple[int, list[_Row]]:
    """Rows from the first that is named to the letter to the last, and where the first is.

    A row of the right length that touches them belongs to them: its label may be misprinted.
    """
    named: dict[int, str] = {}
    rank = -1
    for index, line in enumerate(lines):
        if line.slots and line.labels and (item := _named(line, rank)):
            named[index] = item
            rank = _RANK[item]
    if not named:
        return 0, []
    first, last = min(named), max(named)
    while first > 0 and _has_its_length(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and _has_its_length(lines[last + 1]):
        last += 1
    following = [line.labels[0].text if line.labels else "" for line in lines[1:]] + [""]
    return first, [
        _Row(lines[i], named.get(i), following[i])
        for i in range(first, last + 1)
        if lines[i].slots and lines[i].labels
    ]


def _has_its_length(line: Line) -> bool:
    return bool(line.labels) and abs(len(line.filled) - len(COLUMNS)) <= 1


def _named(line: Line, rank: int) -> str | None:
    """Item that a line's label names to the letter, given the row before it."""
    texts = [slot.text for slot in line.labels]
    if line.apart and _names_two(line):
        return None  # the values of one of the rows are elsewhere: these may be either's
    for count in range(1, min(len(texts), _LONGEST) + 1):
        item = item_of("".join(texts[-count:]), TABLE)
        if item is not None:
            break
    else:
        return None
    if item in _HEADINGS:
        return None
    if item == "resolved" and rank not in _RESULTS:
        return None
    if item == "otherwise_other" and rank < _RANK["otherwise"]:
        return item if any(item_of(text, TABLE) == "otherwise" for text in texts) else None
    return item


def _name_the_rest(table: Sequence[_Row], notes: list[str]) -> None:
    """Name the rows between named ones whose label can only be one of those left out."""
    named = {row.item for row in table}
    for index, row in enumerate(table):
        if row.item is not None:
            continue
        before = max((_RANK[r.item] for r in table[:index] if r.item), default=-1)
        after = min((_RANK[r.item] for r in table[index:] if r.item), default=len(ORDER))
        left = [i for i in ORDER[before + 1 : after] if i not in named and i not in _HEADINGS]
        if row.slots is not None and not (row.line.apart and _names_two(row.line)):
            row.item = _joined(row, left) or nearest(row.texts, TABLE, left)
        if row.item is not None:
            named.add(row.item)
        else:
            notes.append(f"table 3: a row that the form does not have: {row.texts[-1]!r}")


def _joined(row: _Row, left: Sequence[str]) -> str | None:
    """Item whose label was cut by a page's end: the other half stands behind the values."""
    item = item_of(row.texts[-1] + row.following, TABLE)
    return item if item in left else None


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
            chosen[row.item] = _Row(first.line, row.item, first.following)
    return chosen


def _texts(row: _Row) -> list[str]:
    return [slot.text if slot else "" for slot in row.slots or ()]


def _read(row: _Row, head: _Head) -> dict[str, Cell]:
    cells = dict.fromkeys(COLUMNS, unplaced(row.line.slots))
    if row.slots is not None:
        for column, slot in zip(head.order, row.slots, strict=True):
            if column is not None:
                cells[column] = read_slot(slot, "case")
        if None not in head.order:
            cells.update(dict.fromkeys(set(COLUMNS) - set(head.order), ABSENT))
    return {column: cells[column] for column in COLUMNS}


def _seen_without_values(
    lines: Sequence[Line], chosen: Iterable[str]
) -> list[tuple[str, Slot]]:
    """Rows whose label is in the document though no values could be told to be theirs."""
    seen = {
        item_of(slot.text, TABLE): slot
        for line in lines
        for slot in line.labels
        if expects_values(slot.text)
    }
    apart = _HEADINGS | {"otherwise", *chosen}
    return [(item, slot) for item, slot in seen.items() if item and item not in apart]


# -- head ----------------------------------------------------------------------------------


def _head_labels(lines: Sequence[Line]) -> list[Label]:
    """Texts from the one that opens the head of the columns to the first row."""
    labels = labels_of(lines)
    opening = [i for i, label in enumerate(labels) if opens_requesters(label.slot.text)]
    if not opening:
        return labels[-_HEAD_LABELS:]
    row = labels[opening[-1]].row
    return [label for label in labels if label.row >= row]


def _unfolded(table: Sequence[_Row]) -> list[_Row]:
    """Give rows back the values that a converter put behind the row before them.

    A PDF tool may print the values of some rows first and their labels later. They are taken
    only if they are as many rows as are missing there, each adds up, and each comes a value
    a line; then a label whose values were found elsewhere no longer disputes another's.
    """
    unfolded: list[_Row] = []
    for row, following in zip(table, [*table[1:], None], strict=True):
        chunks = _chunks(row.line)
        if row.item is None or len(chunks) < _PAIR or following is None or following.item is None:
            unfolded.append(row)
            continue
        between = ORDER[_RANK[row.item] : _RANK[following.item]]
        rows_of = ([i for i in between if i not in (*_HEADINGS, *other)] for other in _EITHER)
        items = next((items for items in rows_of if len(items) == len(chunks)), None)
        if items is not None and all(map(_adds_up, chunks)):
            unfolded += [_Row(replace(row.line, slots=c), i) for i, c in zip(items, chunks, strict=True)]
        else:
            unfolded.append(row)
    found = {row.item for row in unfolded}
    for row in unfolded:
        if row.item is None and row.line.stream and row.texts:
            named = {item_of(text, TABLE) for text in row.texts if expects_values(text)} - found
            last = item_of(row.texts[-1], TABLE)
            row.item = last if named == {last} else None
    return unfolded


def _chunks(line: Line) -> list[list[Slot]]:
    """The values of a line, seven by seven; none if they are not so many."""
    width = len(COLUMNS)
    if not line.stream or len(line.slots) % width:
        return []
    return [line.slots[at : at + width] for at in range(0, len(line.slots), width)]


def _adds_up(slots: Sequence[Slot]) -> bool:
    numbers = [read_slot(slot, "case").value for slot in slots]
    return None not in numbers and 2 * (numbers[-1] or 0) == sum(n or 0 for n in numbers)


def _names_two(line: Line) -> bool:
    """Whether more than one row of the form is named in front of the values."""
    return sum(expects_values(slot.text) for slot in line.labels) > 1


def _place(table: Sequence[_Row], labels: Sequence[Label], *, structured: bool) -> _Head:
    """Place every row's values; the head tells what the columns are, and how many."""
    lines = [row.line for row in table]
    named = in_order(labels, requester_columns, is_organisations) if structured else []
    example: Sequence[Slot] | None = None
    fewer = len(named) if _ENOUGH < len(named) < len(COLUMNS) else len(COLUMNS)
    for count in (len(COLUMNS), fewer):
        example = next((row for line in lines if (row := whole(line, count))), None)
        if example is not None:
            break
    for row, slots in zip(table, place(lines, count, broken=True), strict=True):
        # One value a line, nothing but their sum tells that all of them are the row's.
        sure = not row.line.stream or structured or _adds_up(row.line.slots)
        row.slots = slots if sure else None
    if example is None:
        return _settle(named or [None] * count)
    first = lines[0]
    if first.aligned:
        return _above(labels, [line for line in lines if line.grid == first.grid], count)
    if structured:
        return _settle(named if len(named) == len(example) else _gaps(named, len(example)))
    return _unordered("\n".join(label.slot.text for label in labels))


def _above(labels: Sequence[Label], lines: Sequence[Line], count: int) -> _Head:
    """Order from what stands above the values of a full row, in the grid of the head.

    Where the table is drawn with spaces and the texts do not stand right above the values,
    the nearest ones are believed only if they say what the form says.
    """
    example = next((row for line in lines if (row := whole(line, count))), None)
    if example is None:
        return _Head((None,) * count, certain=False)
    head = _settle(over(labels, example, requester_columns))
    if head.certain or not lines[0].sparse:
        return head
    near = _settle(over(labels, example, requester_columns, drawn=True))
    return _Head(near.order if near.order == COLUMNS else (None,) * count, certain=False)


def _gaps(named: Sequence[str], count: int) -> list[str | None]:
    """Columns of a head that names too few: the form's if it names them in that order."""
    rest = iter(COLUMNS)
    if count == len(COLUMNS) and all(code in rest for code in named):
        return [code if code in named else None for code in COLUMNS]
    return [None] * count


def _settle(heads: Sequence[str | None]) -> _Head:
    """Order of the columns from what the head says of each.

    A column that it does not name is the form's if all that it does name stand where the
    form has them; else nothing is said of that column.
    """
    known = [code for code in heads if code is not None]
    if len(known) == len(heads) and len(set(known)) == len(known):
        return _Head(tuple(heads), certain=True)
    fits = len(heads) == len(COLUMNS) and all(
        code in (None, expected) for code, expected in zip(heads, COLUMNS, strict=False)
    )
    if fits:
        return _Head(COLUMNS, certain=False)
    return _Head(tuple(c if known.count(c or "") == 1 else None for c in heads), certain=False)


def _unordered(text: str) -> _Head:
    """Order from a head whose texts a converter jumbled: the form's, or none.

    It is the form's if the five kinds of organisation come in that order, behind natural
    persons; where the total stands is left to the rows, which must add up.
    """
    codes = requester_columns(text)
    kinds = [code for code in codes if code in ORGANISATIONS]
    rest = iter(ORGANISATIONS)
    in_form_order = all(code in rest for code in kinds)
    ahead = not kinds or COLUMNS[0] not in codes[codes.index(kinds[0]) :]
    order = COLUMNS if in_form_order and ahead else (None,) * len(COLUMNS)
    return _Head(order, certain=False)


# -- the table as a whole ------------------------------------------------------------------


def _totals_contradict(cells: dict[CellKey, Cell]) -> bool:
    """Whether more rows say that another column is the total than say it of the last."""
    support = dict.fromkeys(COLUMNS, 0)
    for item in {key[1] for key in cells}:
        values = [cells[TABLE, item, column].value for column in COLUMNS]
        numbers = [value for value in values if value is not None]
        if len(numbers) == len(COLUMNS) and any(numbers):
            for column, number in zip(COLUMNS, numbers, strict=True):
                support[column] += sum(numbers) == 2 * number
    return support.pop(COLUMNS[-1]) < max(support.values())


def _is_jumbled(line: Line) -> bool:
    """Whether values came a line each, and not each row's behind its label."""
    return line.stream and (_names_two(line) or len(line.slots) != len(COLUMNS))


def _flows(cells: dict[CellKey, Cell]) -> bool:
    """Whether every column satisfies the identities that tie its rows together."""
    made = form(_edition({key[1] for key in cells}) or "2021")
    for identity in made.identities:
        if identity.table != TABLE or identity.subject != "column":
            continue
        for column in COLUMNS:
            sides = [
                [
                    cells[TABLE, row, column].value if (TABLE, row, column) in cells else None
                    for term in side
                    for row in made.children(TABLE, term)
                ]
                for side in (identity.lhs, identity.rhs)
            ]
            left, right = (None if None in s else sum(v or 0 for v in s) for s in sides)
            if left is None or left != right:
                return False
    return True


def _edition(chosen: Iterable[str]) -> str:
    if not set(chosen).isdisjoint(_OTHERWISE):
        return "2021"
    return "2019" if "otherwise" in chosen else ""
