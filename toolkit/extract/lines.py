"""Document -> lines: texts in front of values, and the values behind them.

This is the one view of a document that all layouts share, whether it came as a grid with
merged cells, as tab-separated text or as one cell a line.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from toolkit.extract.labels import expects_values, is_label, item_of, number_of, wording
from toolkit.extract.printed import Source, end_of, rows_of
from toolkit.extract.values import VALUES, kind_of_text, narrow
from toolkit.form import patterns
from toolkit.read.document import Document, Layout, Slot

_ENUMERATION: Final = tuple(patterns()["enumeration"])
WIDE: Final = 5  # columns of a row behind which a number alone may be that of its page


class Label(NamedTuple):
    """A text in front of values, in its place, and the number of the printed row it stands in."""

    text: str
    column: int
    width: int
    place: str = ""
    row: int = 0


_NOWHERE: Final = Source()
_ALIGNED: Final = (Layout.OWN, Layout.TABLE, Layout.DRAWN)
_SPARSE: Final = (Layout.DRAWN, Layout.SPACED)


@dataclass(slots=True)
class Line:
    """Texts and the values behind them: a row of a table, if the last of the texts names one."""

    labels: list[Label] = field(default_factory=list)
    """Texts in front of the values; a head stands in front of its first row."""
    slots: list[Slot] = field(default_factory=list)
    """The values, blanks among them, in reading order."""
    spare: list[Slot] = field(default_factory=list)
    """The last row of nothing but blanks that came before the values."""
    grid: Source = _NOWHERE
    """Where the values stand."""
    stream: bool = False
    """Whether each value stands alone on its printed line."""
    spilled: int = 0
    """Values that follow with no label of their own, as if they were too many for the line; or all
    of them, if the last may belong to what follows."""
    value_row: int = 0
    """Number of the printed row that the last of the values stands in."""
    in_paragraphs: bool = True
    """Whether the last label and the values stand outside grids that have cells of their own."""
    is_last: bool = False
    """Whether nothing follows: what cut a text off may have cut its last row."""

    texts: list[str] = field(init=False)
    """What the labels say."""
    kinds: list[str] = field(init=False)
    """Of each value whether it is ``blank``, a ``number``, another ``value``, or ``text``."""
    count: int = field(init=False)
    """How many of the values are not blank."""

    def __post_init__(self) -> None:
        self.tell()

    def tell(self) -> None:
        """Tell what the labels say and of what kinds the values are, now that all are there."""
        self.texts = [label.text for label in self.labels]
        self.kinds = [*map(kind_of, self.slots)]
        self.count = len(self.kinds) - self.kinds.count("blank")

    @property
    def layout(self) -> Layout | None:
        """How the values' cells are told apart; None in a paragraph."""
        return self.grid.layout

    @property
    def sparse(self) -> bool:
        """Whether spaces alone part the cells, so that blank ones left no trace."""
        return self.grid.layout in _SPARSE

    @property
    def row_end(self) -> int:
        """Where the row of the values ends, in columns."""
        return end_of(self.slots)

    @property
    def aligned(self) -> bool:
        """Whether a value's column is a place that heads and other rows' values share."""
        return self.layout in _ALIGNED

    @property
    def structured(self) -> bool:
        """Whether texts come row by row, in the order of the printed cells."""
        return not (self.stream or self.sparse)

    @property
    def keeps_blanks(self) -> bool:
        """Whether heads and values stand in printed rows of cells, where a blank has its place."""
        return self.structured and self.layout not in (Layout.STACKED, Layout.FILLED)

    @property
    def apart(self) -> bool:
        """Whether the values stand in another printed row than the text before them."""
        return not self.labels or self.labels[-1].row != self.value_row

    def beside(self, placed: Sequence[Slot | None]) -> list[Slot]:
        """Cells of a file's own table that stand beside those which hold the row's values."""
        own = self.layout is Layout.OWN and placed != self.slots
        return [slot for slot in self.slots if own and slot not in placed]

    @property
    def label_column(self) -> int:
        """Column of the last text in front of the values; -1 if there is none."""
        return self.labels[-1].column if self.labels else -1

    @property
    def span(self) -> range:
        """Which slots they are from the first that is not blank to the last."""
        told = [at for at, kind in enumerate(self.kinds) if kind != "blank"]
        return range(told[0], told[-1] + 1) if told else range(0)

    @property
    def filled(self) -> list[Slot]:
        """The slots that are not blank."""
        return [s for s, kind in zip(self.slots, self.kinds, strict=True) if kind != "blank"]


Placed = Sequence[Slot | None]
"""One slot for each column of a row; None is a cell that is not in the document."""


@dataclass(slots=True)
class Row:
    """A line that is a row: its item if that is known, and its values if they are placed.

    ``following`` are the first texts behind the values: the next row's, or the other half of this
    label, maybe behind that of its group's.
    """

    line: Line
    item: str | None = None
    following: Sequence[str] = ()
    slots: Placed | None = None


def give_up(rows: Iterable[Row]) -> None:
    """Say of rows that it is in doubt which values are theirs, or in which column each is."""
    for row in rows:
        row.slots = None


def lines_of(document: Document) -> list[Line]:
    """Cut a document into lines, in reading order; the last may have no values."""
    cutter = _Cutter()
    for grid, row in rows_of(document):
        cutter.feed(row, grid)
    cutter.close()
    cutter.lines[-1].is_last = True
    return cutter.lines


class _Cutter:
    """Lines so far; the last is open until a row comes that cannot belong to it."""

    def __init__(self) -> None:
        self.lines = [Line()]
        self._grid = _NOWHERE
        self._row = 0

    def feed(self, row: Sequence[Slot], grid: Source) -> None:
        """Add one printed row of a grid; it ends the open line unless it carries that on."""
        self._grid = grid
        self._row += 1
        line = self.lines[-1]
        lone_value = len(row) == 1 and kind_of(row[0]) in VALUES
        if lone_value and self._is_page_number(line):
            line.spilled = int(_has_values(line) and line.layout is not Layout.OWN)
            return
        # What stood between values that have a line each may be a piece of one.
        torn = lone_value and line.labels and self._row > line.value_row + 1
        line.spilled = WIDE if torn else line.spilled
        if line.slots and not (lone_value and line.stream):
            flows = line.stream or (line.in_paragraphs and line.layout is not Layout.DRAWN)
            if flows and row[0].text[:1] in _ENUMERATION:
                line.spilled = len(line.slots)  # its last may be the number of this label
            line = self._open()
        named = valued = False
        for slot in row:
            kind = kind_of(slot)
            if kind != "text" or (
                (named or valued) and self._is_spoilt(slot.text, line, valued=valued)
            ):
                valued = valued or kind != "blank"
                line.slots.append(slot)
            else:
                if valued:
                    if not named and self._grid.layout is Layout.OWN:
                        line.spilled = WIDE  # in front of another label: its number, as likely
                    self._locate(line, row, named=named)
                    line, valued = self._open(), False
                line.slots.clear()
                self._label(line, slot)
            named = named or kind == "text"
        self._locate(line, row, named=named)

    def _locate(self, line: Line, row: Sequence[Slot], *, named: bool) -> None:
        """Tell of a line where the last of its values stand: in a row, behind its label or not."""
        line.grid, line.value_row, line.stream = self._grid, self._row, len(row) == 1
        outside = line.sparse or line.layout is None
        line.in_paragraphs = outside and (named or line.in_paragraphs)
        # Blanks alone are padding, but for a row of the form that was left empty.
        if not (_has_values(line) or (named and expects_values(line.labels[-1].text))):
            line.spare, line.slots = line.slots or line.spare, []

    def _label(self, line: Line, slot: Slot) -> None:
        """Add a label; a row's that a tool repeats in each column it spans is the same."""
        label = Label(slot.text, slot.column, slot.width, slot.place, self._row)
        last = line.labels[-1] if line.labels else None
        if last and (last.row, last.text) == (label.row, label.text) and expects_values(last.text):
            width = label.column + label.width - last.column
            line.labels[-1] = last._replace(width=width)
        else:
            line.labels.append(label)

    def _is_page_number(self, line: Line) -> bool:
        """Whether a number alone in a paragraph stands behind a row of a grid."""
        in_paragraph = self._grid.layout is None
        return in_paragraph and bool(line.labels or line.slots) and not line.in_paragraphs

    def _is_spoilt(self, text: str, line: Line, *, valued: bool) -> bool:
        """Whether a text stands where a value should: behind one, or behind a row's label."""
        if valued:
            return not is_label(text)
        before = line.labels[-1].text
        if expects_values(before) and not wording(text):
            return True
        expected = expects_values(before) or item_of(before, "applications") == "otherwise"
        return expected and not (
            is_label(text) or number_of(text) or narrow(text).lstrip().startswith("(")
        )

    def _open(self) -> Line:
        self.close()
        self.lines.append(Line(grid=self._grid))
        return self.lines[-1]

    def close(self) -> None:
        """Tell the row before if the open line's values may be what it lacks.

        So they may be behind no label, and one value behind what may head a page.
        """
        line = self.lines[-1]
        line.tell()
        lone = line.stream and len(line.slots) == 1 and not any(map(is_label, line.texts))
        if line.slots and len(self.lines) > 1 and (lone or not line.labels):
            self.lines[-2].spilled = len(line.slots)


def kind_of(slot: Slot) -> str:
    """Kind of a slot: what is in doubt and names nothing is a value that was not read."""
    kind = kind_of_text(slot.text)
    return "value" if slot.doubtful and kind != "blank" and not is_label(slot.text) else kind


def _has_values(line: Line) -> bool:
    """Whether some value of an open line is not blank."""
    return any(kind_of(slot) != "blank" for slot in line.slots)
