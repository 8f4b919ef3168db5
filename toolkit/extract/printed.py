"""Document -> printed rows, as lines are cut of them.

A row that holds whole tables is poured out, what a tool took together is parted, and figures are
in doubt that stand for several rows, or in a unit that the form does not have.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Final, NamedTuple

from toolkit.extract.labels import expects_values, wording
from toolkit.extract.values import VALUES, has_scaled_unit, kind_of_text, states_strange_unit
from toolkit.form import patterns
from toolkit.read.document import Document, Grid, Layout, Paragraph, Slot
from toolkit.read.letters import has_digit

_FUSED: Final = re.compile(
    r"(?P<label>|.*?[^\W\d_])(?P<values>0{2,}|\d+(?:\.\d+)?)", re.DOTALL
)  # behind a mark stands a piece of a number
_SLIP: Final = 4  # noughts that may be one cell's
_WIDEST: Final = 16  # cells of the form's widest row, and its label
_TABLES: Final = 3  # labels behind values in a row that holds whole tables
_UNIT: Final = 16  # characters of a unit that is stated by itself
PAGE_NUMBER: Final = re.compile(patterns()["page_number"], re.IGNORECASE)


class Source(NamedTuple):
    """The block that values stand in: its number, its layout and where it ends, in columns.

    A paragraph has no layout and no end.
    """

    number: int = -1
    layout: Layout | None = None
    end: int = 0


def rows_of(document: Document) -> Iterator[tuple[Source, Sequence[Slot]]]:
    """Yield each printed row but page numbers, in reading order, with the block it stands in."""
    is_scaled = False
    for number, block in enumerate(document.blocks):
        if isinstance(block, Paragraph):
            rows = [_parted((Slot(block.text, 0, 1, block.place),))]
            source = Source(number)
        else:
            grid = _poured_out(block)
            rows = _doubted(grid.rows) if grid.layout is Layout.OWN else [*grid.rows]
            rows = [*filter(None, rows)]
            if grid.layout is Layout.SPACED:
                rows = [*map(_parted, rows)]
            source = Source(number, grid.layout, max(map(end_of, rows), default=0))
        for row in rows:
            if len(row) > 1 or not PAGE_NUMBER.fullmatch(row[0].text.strip()):
                is_scaled = is_scaled or _is_unit(row)
                yield source, _spoilt(row) if is_scaled else row


def _is_unit(row: Sequence[Slot]) -> bool:
    """Whether a row without figures, or a line, names a unit of counts that the form has not."""
    if len(row) == 1:
        return is_unit(row[0].text)
    texts = [slot.text for slot in row]
    return VALUES.isdisjoint(map(kind_of_text, texts)) and any(map(has_scaled_unit, texts))


def is_unit(line: str) -> bool:
    """Whether a line of text does nothing but state a unit of counts that the form has not."""
    return len(line) <= _UNIT and states_strange_unit(line)


def _spoilt(row: Sequence[Slot]) -> tuple[Slot, ...]:
    """A row whose figures are in doubt."""
    return tuple(slot._replace(doubtful=slot.doubtful or has_digit(slot.text)) for slot in row)


def _poured_out(grid: Grid) -> Grid:
    """The grid; or each text of its cells alone, if a row holds whole tables."""
    if not any(map(_holds_tables, grid.rows)):
        return grid
    alone = [(slot._replace(column=0, width=1),) for row in grid.rows for slot in row if slot.text]
    return Grid(tuple(alone), Layout.STACKED)


def _holds_tables(row: Sequence[Slot]) -> bool:
    """Whether labels follow values again and again."""
    if len(row) <= _WIDEST:
        return False
    kinds = [kind_of_text(slot.text) for slot in row]
    return sum(b == "text" != a for a, b in pairwise(kinds)) >= _TABLES


def _doubted(rows: Sequence[tuple[Slot, ...]]) -> list[tuple[Slot, ...]]:
    """Rows of a table in which a figure that is merged over those of several labels is in doubt."""

    def is_shared(slot: Slot, row: int) -> bool:
        beside = chain(*rows[row + 1 : row + slot.height])
        return kind_of_text(slot.text) in VALUES and any(wording(x.text) for x in beside)

    return [
        tuple(
            slot._replace(doubtful=True) if slot.height > 1 and is_shared(slot, at) else slot
            for slot in row
        )
        for at, row in enumerate(rows)
    ]


def _parted(row: tuple[Slot, ...]) -> tuple[Slot, ...]:
    """A row whose label and values a tool took together, without what parted them.

    Zeros are a cell each, for no number is written so; of other digits nobody can tell.
    """
    text = row[0].text
    if not text[-1:].isdigit():
        return row
    found, place = _FUSED.fullmatch(text), row[0].place
    label, values = found.group("label", "values") if found else (text, "")
    many = not values.strip("0")
    if not values or not (expects_values(label) or (not label and many and len(values) > _SLIP)):
        return row
    texts = [*([label] if label else ()), *(values if many else [values])]
    slots = [*(Slot(text, 0, 1, place) for text in texts), *row[1:]]
    return tuple(slot._replace(column=at) for at, slot in enumerate(slots))


def end_of(row: Sequence[Slot]) -> int:
    """Column behind the last cell of a row."""
    return row[-1].column + row[-1].width
