"""Plain text -> paragraphs and ragged grids, in whichever way a converter laid its tables out.

Cells are told apart by what separates them: tabs, pipes, line breaks behind a leading tab,
or (in the output of PDF tools) runs of spaces and single spaces between numbers.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Final

from toolkit.read.box import boxes, in_ascii
from toolkit.read.document import Block, Document, Grid, Paragraph, Slot, row_of_slots
from toolkit.read.encoding import LOST, decode, ends_in_total, marked_end
from toolkit.read.glyph import display_width

_RULE: Final = re.compile(r"[\s|:+=-]*-[\s|:+=-]*")  # the line under a Markdown head
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_SPACE: Final = re.compile(r"[ \u3000\xa0]")
_ODD_TABS: Final = re.compile(r"(?<!\t)\t(?:\t\t)*(?=[^\t])")
_GAP: Final = re.compile(r"[ \u3000\xa0]{2,}")
_NUMBER: Final = r"[+-]?[\d０-９]+(?:[,，.][\d０-９]+)*"
_TOKEN: Final = rf"(?:{_NUMBER}|[/—－-]+)"
_OPENS_WITH_BAR: Final = re.compile(rf"\s*\|(?:\s*(?:{_TOKEN})?\s*\|)*\s*(?:{_TOKEN})?\s*")
_WITH_UNIT: Final = rf"{_NUMBER}[ ]?[^\W\d_]{{1,2}}"  # behind other numbers only, not in prose
_NUMBERS_BEHIND: Final = re.compile(rf"[ ]+({_TOKEN}(?:[ ]+{_TOKEN})*(?:[ ]+{_WITH_UNIT})?)$")
_FLAT_VALUES: Final = re.compile(rf"(?: {_TOKEN}){{5,}}(?= |$)")
_FLAT: Final = 11  # spaces of the shortest line that can hold two rows of so many values
_END: Final = 400  # characters of a line that may hold the numbers behind a label
_NUMBER_WITHIN: Final = re.compile(rf"(?:^| ){_TOKEN}(?= )")
_ONLY_NUMBERS: Final = re.compile(rf"{_TOKEN}(?:[ ]+{_TOKEN})+")
_LONE_NUMBER: Final = re.compile(r"\s*\d{1,4}\s*")
_PAGE_NUMBER: Final = re.compile(r"[-—–－·]+\s*\d{1,4}\s*[-—–－·]+|[1-9]\d{0,3}\s*/\s*[1-9]\d{0,3}")
_PIECE: Final = re.compile(r"[^\s]+(?: [^\s]+)*")
_WORD: Final = re.compile(r"[^ ]+")
_HABIT: Final = 3  # lines that end with a number and no bar: then bars part cells and end none
_DRAWN: Final = 8  # lines with gaps that it takes to make a drawing
_SHORT: Final = 20
_FILLING: Final = re.compile(r"\|\|\s*$", re.MULTILINE)  # bars with nothing between them
_BOLD: Final = re.compile(r"\*\*|__")


def read(data: bytes) -> Document:
    """Read a text file of unknown encoding and layout.

    Parameters
    ----------
    data
        The file's bytes.

    Returns
    -------
    Document
        Places are lines, counted from 1.

    Raises
    ------
    DocumentError
        If the bytes are no text.
    """
    text, _ = decode(data)
    is_page_number = _LONE_NUMBER.fullmatch(text, text.rfind("\n") + 1)
    return from_text(text if is_page_number else marked_end(text))


def from_text(text: str) -> Document:
    """Lay text that is already decoded out as paragraphs and grids."""
    text = _CONTROL.sub(LOST, text.replace("\r\n", "\n").replace("\r", "\n"))
    if "\t\t" in text and not _ODD_TABS.search(text):
        text = text.replace("\t\t", "\t")  # some tools part cells with two
    text = in_ascii(text)
    filled = _FILLING.search(text) is not None
    pages = text.split("\f")
    lines = [line for page in pages for line in (*_without_number(page), "\f")][:-1]
    layouts: Counter[str] = Counter()
    blocks: list[Block] = []
    rows: list[tuple[Slot, ...]] = []
    open_ = ""
    for kind, row, paragraph in _in_columns(lines) if is_drawn(lines) else _lines(lines):
        if kind != open_ and not (kind == "" and open_ in ("lines", "columns")):
            _close(rows, blocks, open_, filled=filled)
            open_ = kind
        if paragraph is not None:
            blocks.append(paragraph)
        elif row:
            layouts[kind] += 1
            rows.append(row)
    _close(rows, blocks, open_, filled=filled)
    layout = layouts.most_common(1)[0][0] if layouts else "plain"
    return Document(tuple(blocks), "text", layout)


def _without_number(page: str) -> list[str]:
    """Lines of a page; a number alone on the last of them is the page's, and made blank."""
    lines = page.split("\n")
    last = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].strip()), None)
    if last is not None and _LONE_NUMBER.fullmatch(lines[last]) and not ends_in_total(page):
        lines[last] = ""
    return lines


_Line = tuple[str, tuple[Slot, ...], Paragraph | None]


def _lines(lines: list[str]) -> Iterator[_Line]:
    """Yield each line with its kind, as a row of cells or as a paragraph.

    A blank line has no kind: it ends a grid, but for one whose rows it separates.
    """
    closed = sum("|" in line and line.rstrip()[-1:].isdigit() for line in lines[:-1]) < _HABIT
    drawn = boxes(lines)
    at = 0
    while at < len(lines):
        if at in drawn:
            at, rows = drawn[at]
            yield from (("boxes", row, None) for row in rows)
            continue
        line = lines[at]
        if line == "\f":
            at += 1
            yield "", (), None
            continue
        if _opens_cell(line):
            group = _group(lines, at)
            if group is not None:
                yield "lines", group[0], None
                at = group[1]
                continue
        at += 1
        if "|" in line:
            if not _RULE.fullmatch(line):
                going_on = _going_on(line, lines, at)
                whole = "".join([line, *going_on])
                yield "pipes", _row(_split_pipes(whole, closed=closed), at), None
                at += len(going_on)
        elif "\t" in line.rstrip():
            yield "tabs", _row(line.rstrip("\n").split("\t"), at), None
        else:
            yield from _spaced(line.strip(), at)


def _opens_cell(line: str) -> bool:
    return line.startswith("\t") and "\t" not in line[1:]


def _group(lines: list[str], start: int) -> tuple[tuple[Slot, ...], int] | None:
    """A row printed one cell a line: each cell opens with a tab, a blank line ends the row."""
    end = start
    cells: list[tuple[str, int]] = []
    while end < len(lines) and lines[end]:
        line = lines[end]
        if _opens_cell(line):
            cells.append((line[1:].strip(), end + 1))
        elif "\t" in line:
            return None
        else:
            cells[-1] = (f"{cells[-1][0]}\n{line.strip()}", cells[-1][1])
        end += 1
    row = tuple(Slot(text, i, 1, f"line {line}") for i, (text, line) in enumerate(cells))
    return row, end


def _going_on(line: str, lines: list[str], at: int) -> list[str]:
    """Lines that go on with a row of bars, because blank cells in it hold a line break.

    They open with the bar that closes such a cell, and have no text; one of them has a value.
    """
    if line.lstrip().startswith("|"):
        return []
    found = list(takewhile(_OPENS_WITH_BAR.fullmatch, islice(lines, at, None)))
    return found if any(any(map(str.isalnum, rest)) for rest in found) else []


def _split_pipes(line: str, *, closed: bool) -> list[str]:
    """Cells of a line; ``closed`` says that a bar at its end ends a cell and begins none."""
    cells = line.strip().split("|")
    if closed and len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    if line.lstrip().startswith("|"):
        cells.pop(0)
    return cells


def _row(cells: list[str], number: int) -> tuple[Slot, ...]:
    plain = map(_plain if _is_bold("\t".join(cells)) else str.strip, cells)
    return row_of_slots(plain, f"line {number}, cell ")


def _is_bold(text: str) -> bool:
    return "**" in text or "__" in text


def _plain(text: str) -> str:
    """Text without Markdown's marks for bold type."""
    return (_BOLD.sub("", text) if _is_bold(text) else text).strip()


def _spaced(line: str, number: int) -> Iterator[_Line]:
    """Split a line of a PDF tool's output at gaps, and numbers behind a label at each space."""
    if not line:
        yield "", (), None
        return
    if not _SPACE.search(line):
        yield "text", (), Paragraph(_plain(line), f"line {number}")
        return
    if _PAGE_NUMBER.fullmatch(line):
        yield "text", (), Paragraph(line, f"line {number}")
        return
    flat, rest = _flat_rows(line) if line.count(" ") >= _FLAT else ([], line)
    if len(flat) > 1:
        yield from (("spaced", _row(cells, number), None) for cells in flat)
        line = rest
        if not line:
            return
    cells: list[str] = []
    for piece in _GAP.split(line):
        if _ONLY_NUMBERS.fullmatch(piece):
            cells.extend(piece.split(" "))
        elif match := _NUMBERS_BEHIND.search(piece, max(0, len(piece) - _END)):
            cells += _label_and_rest(piece, match.start())
        else:
            cells.append(piece.strip())
    if len(cells) > 1:
        yield "spaced", _row(cells, number), None
    else:
        yield "text", (), Paragraph(_plain(line), f"line {number}")


def _flat_rows(line: str) -> tuple[list[list[str]], str]:
    """Rows that follow each other on one line, and what stands behind the last of them."""
    rows, start = [], 0
    while values := _FLAT_VALUES.search(line, start + 1):
        rows.append([line[start : values.start()].strip(), *values.group().split(" ")[1:]])
        start = values.end()
        while line[start : start + 1].isspace():
            start += 1
    return rows, line[start:]


def _label_and_rest(piece: str, numbers: int) -> list[str]:
    """Split a label from the numbers behind it; what stands between numbers is no label."""
    first = _NUMBER_WITHIN.search(piece, 0, numbers)
    label = first.start() if first else numbers
    cells = [cell for cell in (piece[:label].strip(), *piece[label:].split()) if cell]
    if len(cells) > 1 and not any(character.isdigit() for character in cells[-1]):
        cells[-2:] = ["".join(cells[-2:])]  # a number and its unit
    return cells


def is_drawn(lines: list[str]) -> bool:
    """Whether the text draws its tables with spaces, so that places on a line are columns."""
    text = "\n".join(lines)
    if "\t" in text or "|" in text:
        return False
    return sum(_GAP.search(line.strip()) is not None for line in lines) >= _DRAWN


def _in_columns(lines: list[str]) -> Iterator[_Line]:
    """Yield the lines of a drawing: a cell's column is where it begins on its line.

    A short text alone on a line belongs to the rows right above or below it: it may be a
    part of a cell, and its place says of which.
    """
    pieces = _at_columns(lines, [list(_pieces(line)) for line in lines])
    number = 0
    for at, (line, cells) in enumerate(zip(lines, pieces, strict=True)):
        number += line != "\f"
        if line == "\f":
            yield "page", (), None
        elif not cells:
            yield "", (), None
        elif len(cells) > 1 or (
            len(cells[0][1]) <= _SHORT
            and not _PAGE_NUMBER.fullmatch(cells[0][1])
            and any(len(near) > 1 for near in (*pieces[at - 1 : at], *pieces[at + 1 : at + 2]))
        ):
            place = f"line {number}, column "
            yield (
                "columns",
                tuple(Slot(text, begin, len(text), f"{place}{begin + 1}") for begin, text in cells),
                None,
            )
        else:
            yield "text", (), Paragraph(line.strip(), f"line {number}")


def _at_columns(
    lines: list[str], pieces: list[list[tuple[int, str]]]
) -> list[list[tuple[int, str]]]:
    """Count columns as the tool did: some give a wide character two columns, some give it one.

    It is the way in which the numbers of like rows stand below each other.
    """
    wide = [
        [(display_width(line[:begin]), text) for begin, text in row]
        for line, row in zip(lines, pieces, strict=True)
    ]
    return min((pieces, wide), key=_unevenness)


def _unevenness(pieces: list[list[tuple[int, str]]]) -> float:
    """How far apart, in all, the columns of numbers in rows of one length begin."""
    starts: defaultdict[tuple[int, int], set[int]] = defaultdict(set)
    for row in pieces:
        numbers = [begin for begin, text in row if text.isdigit()]
        for at, begin in enumerate(numbers):
            starts[len(numbers), at].add(begin)
    return sum(max(begins) - min(begins) for begins in starts.values())


def _pieces(line: str) -> Iterator[tuple[int, str]]:
    """Texts of a line that gaps part, with where each begins; numbers each for itself."""
    for piece in _PIECE.finditer(line):
        text, begin = piece.group(), piece.start()
        numbers = _NUMBERS_BEHIND.search(text, max(0, len(text) - _END))
        if _PAGE_NUMBER.fullmatch(line.strip()) or not (_ONLY_NUMBERS.fullmatch(text) or numbers):
            yield begin, text
            continue
        head = numbers.start() if numbers and not _ONLY_NUMBERS.fullmatch(text) else 0
        if head:
            yield begin, text[:head].rstrip()
        yield from ((begin + head + m.start(), m.group()) for m in _WORD.finditer(text[head:]))


def _is_filled(row: tuple[Slot, ...]) -> bool:
    """Whether all blanks of a row stand behind its texts."""
    texts = [slot.text for slot in row]
    return texts == sorted(texts, key=lambda text: text == "")


def _holds_one(row: tuple[Slot, ...]) -> bool:
    """Whether no more than one cell of a row has a text."""
    return sum(slot.text != "" for slot in row) <= 1


def _close(rows: list[tuple[Slot, ...]], blocks: list[Block], kind: str, *, filled: bool) -> None:
    """Make a grid of the rows that are open; pipes of one width are a Markdown table."""
    if not rows:
        return
    filled = filled and kind == "pipes" and all(map(_is_filled, rows))
    table = kind == "pipes" and len(rows) > 1 and len({len(row) for row in rows}) == 1
    blocks.append(
        Grid(
            tuple(rows),
            aligned=kind in ("boxes", "columns") or (table and not filled),
            place=rows[0][0].place,
            sparse=kind in ("columns", "spaced"),
            filled=filled,
            stacked=kind == "lines" or (kind == "pipes" and all(map(_holds_one, rows))),
        )
    )
    rows.clear()
