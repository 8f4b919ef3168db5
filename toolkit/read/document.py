"""What every reader returns: a document as paragraphs and grids, in reading order.

Nothing here knows the statutory form; places are kept so that a number can walk back.
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple

SCAN: Final = "scan"
"""Layout of tables that were recognised from a picture."""


class Slot(NamedTuple):
    r"""One printed cell of a grid.

    ``text`` keeps line breaks that the source has inside the cell as ``\n`` and no other
    control characters. ``column`` counts from 0 in the grid's own columns with all spans
    expanded; ``width`` is the number of those columns the cell covers (its colspan), and
    ``height`` that of the grid's rows.
    ``doubtful`` is true where the reader (an OCR engine) does not trust its own text.
    """

    text: str
    column: int
    width: int = 1
    place: str = ""
    doubtful: bool = False
    height: int = 1


class Layout(Enum):
    """How the cells of a table are told apart, and so what is known of one that is blank."""

    OWN = auto()
    """Cells of the file's own: a column is a place on the page, and a blank cell is there."""
    TABLE = auto()
    """Marks in a text, as many in every row: so are these, but blanks at an end may be padding."""
    ROWS = auto()
    """Marks in a text: blank cells are there, but the columns of two rows need not match."""
    PADDED = auto()
    """Marks in a text: what fills a row up shows, all other blank cells are there."""
    FILLED = auto()
    """Marks in a text, and blanks stand behind a row's texts only: others left no trace."""
    STACKED = auto()
    """Each cell is a line of its own, so that a lost line is a lost cell."""
    DRAWN = auto()
    """Spaces that set cells out in columns: a blank cell is a gap in its column."""
    SPACED = auto()
    """Spaces between cells: a blank one left no trace."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, row by row, each cell once (at its first row if it spans several)."""

    rows: tuple[tuple[Slot, ...], ...]
    layout: Layout = Layout.OWN
    place: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A run of text outside any grid; in a text file, one line."""

    text: str
    place: str = ""


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Document:
    """A file's content in reading order.

    ``format`` is the kind of file found from its bytes (``text``, ``html``, ``docx``, …);
    ``layout`` says how its tables are laid out (``tabs``, ``pipes``, ``lines``, ``grid``, …);
    ``notes`` are sentences about what the reader had to decide.
    """

    blocks: tuple[Block, ...]
    format: str
    layout: str
    notes: tuple[str, ...] = ()
