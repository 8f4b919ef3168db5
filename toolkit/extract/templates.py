"""Tables that differ from others in nothing but their figures.

A table without its figures is a template, however its labels are set. Where each of them belongs is
found out once for a template, by all rules, on a specimen: the template with figures that differ,
and add up. If every one of them is read, others that add up as well are read in the same places: it
is texts and places that tell which is which, and no rule would say otherwise.

A document is read so if each table in it is, every cell of the form is there, a figure each, and
nothing else in the document can be a part of a table, or say that its figures mean more.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain, count, islice, repeat, takewhile
from typing import Final, NamedTuple

from toolkit.errors import DocumentError
from toolkit.extract import applications_rows, challenges_head
from toolkit.extract.cell import Cell
from toolkit.extract.labels import (
    expects_values,
    heads_another,
    is_label,
    is_organisations,
    is_prose,
    opens_column,
)
from toolkit.extract.printed import PAGE_NUMBER, is_unit
from toolkit.extract.tables import UNSTRUCTURED, Extraction, absent_cells, read_tables
from toolkit.extract.values import REMEMBERED, has_strange_unit, kind_of_text, parse, tight
from toolkit.form import CellKey, form
from toolkit.read.document import SCAN, Document, Grid, Layout, Paragraph, Slot

_PARTED_BY_SPACES: Final = (Layout.DRAWN, Layout.SPACED)
_REMEMBERED: Final = 512  # templates
_MOST_SLOTS: Final = 600
_LONGEST: Final = 8000  # characters of a template
_MARKS: Final = {"number": "\0", "value": "\0.5"}  # what stands for figures: whole, and amounts
_MARKED: Final = frozenset(_MARKS.values())
_WORDS: Final = "bt"  # initials of the kinds that are no figures: blank, and text
_FIGURE: Final = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
_PAGE: Final = re.compile(r"[1-9]\d{0,2}")
_DIGITS: Final = "0123456789."
_FIRST: Final = form().label(applications_rows.ORDER[0], table=applications_rows.TABLE)
_SUMS: Final = {
    len(applications_rows.COLUMNS): len(applications_rows.COLUMNS),
    len(challenges_head.KEYS): len(challenges_head.COLUMNS),
}
"""Figures of a row -> of how many of them the last is the total."""
_SPECIMEN: Final = 1009, 37  # the first number, and the step to the next


class _Template(NamedTuple):
    """A grid without its figures: how long its rows are, and what is known of each slot in turn."""

    layout: Layout
    rows: tuple[int, ...]
    texts: tuple[str, ...]
    columns: tuple[int, ...]
    widths: tuple[int, ...]
    heights: tuple[int, ...]
    figures: bool
    totals: bool


_Part = tuple[list[_Template], list[Slot]]


class _Places(NamedTuple):
    """Which cells templates have: the slot of each, and how many units one printed there is."""

    cells: tuple[tuple[CellKey, int, int], ...]
    editions: dict[str, str]


def read_alike(document: Document) -> Extraction | None:
    """Read a document whose tables tell by texts and places alone which figure is which.

    None if they do not, or if anything else in the document may have a say.
    """
    if document.layout in (SCAN, *UNSTRUCTURED):
        return None
    cells: dict[CellKey, Cell] = {}
    editions: dict[str, str] = {}
    printed = 0
    for templates, slots in _parts(document) or ():
        if (places := _places_in(*templates)) is None:
            return None
        printed += len(places.cells)
        editions |= places.editions
        for key, at, unit in places.cells:
            text, _, _, place, _, _ = slots[at]
            number = int(text) if unit == 1 and "." not in text else parse(text, "yuan", unit)[1]
            cells[key] = tuple.__new__(Cell, ("reported", number, text, place, False, None))
    main = editions.get("proactive", "")
    whole = absent_cells(main, editions.get("applications", "")) if main else {}
    if not whole or printed != len(cells) or [*cells] != [*whole]:
        return None
    notes = tuple(dict.fromkeys(document.notes))
    return Extraction(main, editions, cells, found=True, notes=notes)


def _parts(document: Document) -> list[_Part] | None:
    """Templates that tell together what their figures are, and their slots, part by part.

    Grids without totals are blocks of one table. None if any grid is no template, or a text
    beside them may say something.
    """
    own = all(b.layout is Layout.OWN for b in document.blocks if isinstance(b, Grid))
    parts: list[_Part] = []
    is_open = is_loose = False
    for before, block in zip((None, *document.blocks), document.blocks, strict=False):
        if isinstance(block, Paragraph):
            if own and _PAGE.fullmatch(block.text):
                # A page's number; behind a text, that text may be a row's label to the rules.
                is_loose = is_loose or bool(parts and isinstance(before, Paragraph))
            elif not _says_nothing(block.text):
                return None
            continue
        slots = [*chain.from_iterable(block.rows)]
        template = _template_of(block, slots)
        if not (template and (template.figures or all(map(_says_nothing, template.texts)))):
            return None
        if not template.figures:
            continue
        if is_loose:
            return None
        if is_open and not template.totals:
            parts[-1][0].append(template)
            parts[-1][1].extend(slots)
        else:
            parts.append(([template], slots))
            is_open = not template.totals
    return parts


def _template_of(grid: Grid, slots: Sequence[Slot]) -> _Template | None:
    """The template of a grid; None if figures stand among texts, or do not add up."""
    if grid.layout in _PARTED_BY_SPACES or not 0 < len(slots) <= _MOST_SLOTS:
        return None
    texts, columns, widths, _, doubtful, heights = zip(*slots, strict=True)
    written = "".join(texts)
    if any(doubtful) or len(written) > _LONGEST or _MARKS["number"] in written:
        return None
    kinds, marked = zip(*map(_mark_of, texts), strict=True)
    initials = "".join(kinds)
    counts = set[int]()
    end = 0
    for row in grid.rows:
        start, end = end, end + len(row)
        if figures := initials[start:end].strip(_WORDS):
            first = initials.index(figures, start)
            if len(row) == 1 or not _are_figures(texts[first : first + len(figures)], figures):
                return None
            counts.add(len(figures))
    told = bool(counts), not counts.isdisjoint(_SUMS)
    lengths = (*map(len, grid.rows),)
    return _Template(grid.layout, lengths, marked, columns, widths, heights, *told)


@lru_cache(maxsize=REMEMBERED)
def _mark_of(text: str) -> tuple[str, str]:
    """Initial of a text's kind, and what a template has for it: labels without spaces and widths.

    Of several lines each may be a label, and not every rule passes over what is invisible.
    """
    kind = kind_of_text(text)
    is_name = text.isprintable() and is_label(text) and not (is_prose(text) or heads_another(text))
    return kind[0], tight(text) if is_name else _MARKS.get(kind, text)


@lru_cache(maxsize=REMEMBERED)  # most rows have noughts alone
def _are_figures(texts: tuple[str, ...], initials: str) -> bool:
    """Whether texts, by the initials of their kinds, are figures alone, and their totals right."""
    if initials.strip("n"):
        return len(texts) not in _SUMS and all(map(_FIGURE.fullmatch, texts))
    if (size := _SUMS.get(len(texts))) is None:
        return True
    numbers = [*map(int, texts)]
    starts = range(0, len(numbers), size)
    return all(2 * numbers[at + size - 1] == sum(numbers[at : at + size]) for at in starts)


@lru_cache(maxsize=_REMEMBERED)
def _places_in(*templates: _Template) -> _Places | None:
    """Which cells templates have together; None if all rules leave a figure of their specimen.

    They come in the form's order: where rows are jumbled, what they add up to has a say.
    """
    if not all(map(_names_rows, templates)):
        return None
    at, numbers = count(), count(*_SPECIMEN)
    grids = tuple(_specimen(template, numbers, at) for template in templates)
    try:
        found = read_tables(Document(grids, "", ""))
    except DocumentError:
        return None
    cells = []
    for key, cell in found.cells.items():
        if cell.value is not None:
            units = round(cell.value / float(cell.raw or ""))
            cells.append((key, int(cell.locator or ""), units))
        elif cell.state != "absent":
            return None
    read = [at for _, at, _ in cells]
    printed = sum(text in _MARKED for template in templates for text in template.texts)
    whole = not found.notes and len(read) == printed and read == sorted({*read})
    return _Places((*cells,), found.editions) if whole else None


def _names_rows(template: _Template) -> bool:
    """Whether each row of figures has a whole name, or none: half of one may stand elsewhere."""
    texts = iter(template.texts)
    rows = [[*islice(texts, length)] for length in template.rows]
    named = [[*filter(None, row)] for row in rows if not _MARKED.isdisjoint(row)]
    return all(
        is_label(before[-1])
        for row in named
        if (before := [*takewhile(lambda text: text not in _MARKED, row)])
    )


def _specimen(template: _Template, numbers: Iterator[int], at: Iterator[int]) -> Grid:
    """A template with these numbers for figures, their sums for totals, and slots' numbers."""
    layout, lengths, marked, columns, widths, heights, *_ = template
    texts = [*marked]
    for end, length in zip(accumulate(lengths), lengths, strict=True):
        figures = [n for n in range(end - length, end) if texts[n] in _MARKED]
        size = _SUMS.get(len(figures), len(figures) + 1)
        total = 0
        for nth, n in enumerate(figures, 1):
            is_total = nth % size == 0
            number = total if is_total else next(numbers)
            total = 0 if is_total else total + number
            texts[n] = texts[n].replace("\0", str(number))
    slots = map(Slot, texts, columns, widths, map(str, at), repeat(object=False), heights)
    return Grid(tuple(tuple(islice(slots, length)) for length in lengths), layout)


def _says_nothing(text: str) -> bool:
    """Whether a text beside the tables can neither be a part of one nor say what figures mean."""
    if (kind := kind_of_text(text)) != "text":
        return kind == "blank" or PAGE_NUMBER.fullmatch(text.strip()) is not None
    if text[-1] in _DIGITS and expects_values(text.rstrip(_DIGITS)):
        return False
    if is_label(text) or opens_column(text) or is_organisations(text) or heads_another(text):
        return False  # a head that stands apart
    return not (_FIRST in text or has_strange_unit(text) or is_unit(text))
