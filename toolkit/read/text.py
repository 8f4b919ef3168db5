"""Plain text -> paragraphs and ragged grids, in whichever way a converter laid its tables out.

Cells are told apart by what separates them: tabs, pipes, line breaks behind a leading tab,
or (in the output of PDF tools) runs of spaces and single spaces between numbers.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from toolkit.read.document import Block, Document, Grid, Paragraph, Slot
from toolkit.read.encoding import decode

_RULE: Final = re.compile(r"[\s|:+=-]*-[\s|:+=-]*")  # the line under a Markdown head
_GAP: Final = re.compile(r"[ \u3000\xa0]{2,}")
_NUMBER: Final = r"[+-]?[\d０-９][\d０-９,，.]*"
_TOKEN: Final = rf"(?:{_NUMBER}|[/—－-]+)"
_NUMBERS_BEHIND: Final = re.compile(rf"[ ]+({_TOKEN}(?:[ ]+{_TOKEN})*)$")
_ONLY_NUMBERS: Final = re.compile(rf"{_TOKEN}(?:[ ]+{_TOKEN})+")
_PAGE_NUMBER: Final = re.compile(r"[-—–－·]+\s*\d{1,4}\s*[-—–－·]+")
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
    return from_text(text)


def from_text(text: str) -> Document:
    """Lay text that is already decoded out as paragraphs and ragged grids."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    layouts: Counter[str] = Counter()
    blocks: list[Block] = []
    rows: list[tuple[Slot, ...]] = []
    open_ = ""
    for kind, row, paragraph in _lines(lines):
        if kind != open_ and not (kind == "" and open_ == "lines"):
            _close(rows, blocks, piped=open_ == "pipes")
            open_ = kind
        if paragraph is not None:
            blocks.append(paragraph)
        elif kind:
            layouts[kind] += 1
            rows.append(row)
    _close(rows, blocks, piped=open_ == "pipes")
    layout = layouts.most_common(1)[0][0] if layouts else "plain"
    return Document(tuple(blocks), "text", layout)


_Line = tuple[str, tuple[Slot, ...], Paragraph | None]


def _lines(lines: list[str]) -> Iterator[_Line]:
    """Yield each line with its kind, as a row of cells or as a paragraph.

    A blank line has no kind: it ends a grid, but for one whose rows it separates.
    """
    at = 0
    while at < len(lines):
        line = lines[at]
        if _opens_cell(line):
            group = _group(lines, at)
            if group is not None:
                yield "lines", group[0], None
                at = group[1]
                continue
        at += 1
        if "|" in line:
            if not _RULE.fullmatch(line):
                yield "pipes", _row(_split_pipes(line), at), None
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


def _split_pipes(line: str) -> list[str]:
    cells = line.strip().split("|")
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    if line.lstrip().startswith("|"):
        cells.pop(0)
    return cells


def _row(cells: list[str], number: int) -> tuple[Slot, ...]:
    place = f"line {number}, cell "
    return tuple(
        [
            Slot(cell if cell.isdigit() else _BOLD.sub("", cell).strip(), i, 1, f"{place}{i + 1}")
            for i, cell in enumerate(cells)
        ]
    )


def _spaced(line: str, number: int) -> Iterator[_Line]:
    """Split a line of a PDF tool's output at gaps, and numbers behind a label at each space."""
    if not line:
        yield "", (), None
        return
    if _PAGE_NUMBER.fullmatch(line):
        yield "text", (), Paragraph(line, f"line {number}")
        return
    cells: list[str] = []
    for piece in _GAP.split(line):
        if _ONLY_NUMBERS.fullmatch(piece):
            cells.extend(piece.split(" "))
        elif match := _NUMBERS_BEHIND.search(piece):
            cells += [piece[: match.start()].strip(), *match[1].split(" ")]
        else:
            cells.append(piece.strip())
    if len(cells) > 1:
        yield "spaced", _row(cells, number), None
    else:
        yield "text", (), Paragraph(_BOLD.sub("", line), f"line {number}")


def _close(rows: list[tuple[Slot, ...]], blocks: list[Block], *, piped: bool) -> None:
    """Make a grid of the rows that are open; pipes of one width are a Markdown table."""
    if not rows:
        return
    aligned = piped and len(rows) > 1 and len({len(row) for row in rows}) == 1
    blocks.append(Grid(tuple(rows), aligned=aligned, place=rows[0][0].place if rows[0] else ""))
    rows.clear()
