"""The three tables of a document, by all rules: whatever is printed where, and what is in doubt."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from toolkit.errors import DocumentError
from toolkit.extract.applications import is_repeated, read_applications
from toolkit.extract.cell import ABSENT, DIFFERING, Cell
from toolkit.extract.challenges import read_challenges
from toolkit.extract.disclosure import read_disclosure
from toolkit.extract.gaps import named_alone
from toolkit.extract.labels import result_columns
from toolkit.extract.lines import lines_of
from toolkit.form import NEWEST, CellKey, form
from toolkit.read.document import Document

UNSTRUCTURED: Final = ("spaced", "plain", "columns")


@dataclass(frozen=True, slots=True)
class Extraction:
    """Everything the tables of one document gave.

    Attributes
    ----------
    edition
        The edition that the labels tell, table 2's before table 3's; None if they tell none.
    editions
        Table -> the edition that its own labels tell; tables that tell none are not in it.
    cells
        Every cell of the document's edition; with no edition, of the newest one.
    found
        Whether any cell of any table is in the document.
    notes
        Sentences for a careful reader.
    repeated
        Whether table 3 stands in the document more than once, with the same figures.
    """

    edition: str | None
    editions: dict[str, str]
    cells: dict[CellKey, Cell]
    found: bool
    notes: tuple[str, ...]
    repeated: bool = False


def read_tables(document: Document) -> Extraction:
    """Read the three statutory tables of a document.

    Raises
    ------
    DocumentError
        If the document holds the tables more than once with different figures.
    """
    lines = lines_of(document)
    notes = list(document.notes)
    disclosure, edition_2 = read_disclosure(lines, notes)
    applications, edition_3 = read_applications(lines, notes)
    broken = bool(applications) and all(c.value is None for c in applications.values())
    challenges = read_challenges(lines, notes, broken=broken)
    repeated = is_repeated(lines)
    differing = [note for note in notes if note.endswith(DIFFERING)]
    if repeated and (differing or document.layout in UNSTRUCTURED):
        raise DocumentError(
            "the document holds the tables more than once: expected one report, found"
            f" {differing[0] if differing else 'the first row of table 3 again'}",
            stage="extract",
        )
    found = {**disclosure, **applications, **challenges}
    told = {"proactive": edition_2, "applications": edition_3}
    editions = {table: edition for table, edition in told.items() if edition}
    main = edition_2 or edition_3 or None
    absent = absent_cells(main or NEWEST, edition_3)
    cells = {key: found.get(key, cell) for key, cell in absent.items()}
    cells |= named_alone([key for key in absent if key not in found], lines)
    is_found = bool(disclosure or applications)
    if challenges and not is_found:  # by its shape: letters that say nothing may be anything's
        is_found = any(result_columns(text) for line in lines for text in line.texts)
    return Extraction(
        main, editions, cells, is_found, tuple(dict.fromkeys(notes)), repeated=repeated
    )


@cache
def absent_cells(main: str, applications: str) -> dict[CellKey, Cell]:
    """Every cell of a document whose table 3 may be of another edition than the rest."""
    own = {"applications": applications or main}
    keys = (key for t in form(main).tables for key in form(own.get(t, main)).cells(t))
    return dict.fromkeys(keys, ABSENT)
