"""A draft as text, in the layouts that converters make of a table."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from random import Random

from tests.render.model import Cell, Draft, Row, Table, spread

HALF = 0.5
Lines = Iterator[str]
TableWriter = Callable[[Table, Random], Lines]


def write(draft: Draft, table: TableWriter, rng: Random, indent: str = "") -> str:
    """Write paragraphs as lines and tables by a writer of their own."""
    lines: list[str] = []
    for block in draft.blocks:
        if isinstance(block, Table):
            lines += ["", *table(block, rng), ""]
        else:
            lines.append(indent + block.text if block.text else "")
    return "\n".join(lines) + "\n"


def flat(text: str) -> str:
    """Take the line breaks out of a cell's text."""
    return text.replace("\n", " ")


def _own(line: Iterable[tuple[Cell, str]]) -> list[str]:
    """One field for every column: its text where a cell starts, else nothing."""
    return [flat(cell.text) if kind == "own" else "" for cell, kind in line]


def _folded(line: Iterable[tuple[Cell, str]]) -> list[str]:
    """Fields in which a span of n > 1 columns takes n - 1, as some converters write it."""
    fields = []
    for cell, kind in line:
        if kind in ("own", "below"):
            text = flat(cell.text) if kind == "own" else ""
            fields += [text] + [""] * max(0, cell.cols - 2)
    return fields


def tabs(table: Table, _rng: Random) -> Lines:
    """Tabs between the columns, every span expanded."""
    yield from ("\t".join(_own(line)) for line in spread(table))


def tabs_shifted(table: Table, _rng: Random) -> Lines:
    """Tabs; spans cut short, so that values start sooner in the outer rows; filled up behind."""
    for row, line in zip(table.rows, spread(table), strict=True):
        short = any(cell.lost for cell in row.cells)
        fields = _folded(line)
        yield "\t".join(fields + [""] * (table.width - short - len(fields)))


def tabs_ragged(table: Table, rng: Random) -> Lines:
    """Tabs; as shifted, but rows differ: groups at the margin, labels before their indent."""
    for row, line in zip(table.rows, spread(table), strict=True):
        short = any(cell.lost for cell in row.cells)
        fields = _folded(line)
        covers = next((n for n, field in enumerate(fields) if field), len(fields))
        labelled = any(cell.text and cell.role != "value" for cell in row.cells)
        habit = rng.randrange(6) if row.kind == "body" and labelled else 5
        if habit == 0:
            fields = [fields[covers], *fields[:covers], *fields[covers + 1 :]]
        elif habit == 1:
            fields = fields[covers:]
        if habit != 2:
            fields += [""] * (table.width - short - len(fields))
        yield "\t".join(fields)


def pipes(table: Table, _rng: Random) -> Lines:
    """Bars behind the cells; continued cells left out, rows filled up with bars."""
    for n, row in enumerate(table.rows):
        short = any(cell.lost for cell in row.cells)
        texts = [flat(cell.text) for cell in row.cells if not cell.lost]
        if n + 1 < len(table.rows):
            texts += [""] * (table.width - short - len(texts))
        yield "".join(f"{text} | " if text else "|" for text in texts).rstrip()


def bars(table: Table, rng: Random) -> Lines:
    """Bars behind the cells and no filling; boxes continued from above as blanks or not at all.

    A blank box may hold a line break.
    """
    kinds = ("own", "below") if rng.random() < HALF else ("own",)
    blank = rng.choice((" |", "\n|")) if kinds == ("own",) else " |"
    for line in spread(table):
        texts = [flat(c.text) if k == "own" else "" for c, k in line if k in kinds and not c.lost]
        yield "".join(f" {text} |" if text else blank for text in texts).strip(" ")


def bars_filled(table: Table, _rng: Random) -> Lines:
    """Bars behind the cells, empty cells vanish, and bars at the end fill up the row."""
    for row in table.rows:
        texts = [flat(cell.text) for cell in row.cells if cell.text and not cell.lost]
        yield "".join(f"{text} | " for text in texts) + "|" * (table.width - len(texts))


def bars_alone(table: Table, rng: Random) -> Lines:
    """Every cell on a line with a bar behind it; bars alone fill up the row.

    Empty cells vanish, or have a line with a bar, too.
    """
    filled = rng.random() < HALF
    kept = filled and rng.random() < HALF
    for row in table.rows:
        texts = [flat(c.text) for c in row.cells if (c.text or kept) and not c.lost]
        yield from (f"{text} |" if text else "|" for text in texts)
        if filled and len(texts) < table.width:
            yield "|" * (table.width - len(texts))


def bars_between(table: Table, _rng: Random) -> Lines:
    """Every cell on lines of its own, a bar alone on a line behind it; empty cells vanish."""
    for row in table.rows:
        for cell in row.cells:
            if cell.text and not cell.lost:
                yield from (cell.text, "|")


def markdown(table: Table, _rng: Random) -> Lines:
    """A Markdown table: first row as head, spans expanded and left empty."""
    for n, line in enumerate(spread(table)):
        fields = [field.replace("|", "\\|") for field in _own(line)]
        yield "| " + " | ".join(fields) + " |"
        if n == 0:
            yield "|" + " --- |" * table.width


def lines_indented(table: Table, _rng: Random) -> Lines:
    """Every cell on a line of its own behind a tab, rows apart by an empty line."""
    for line in spread(table):
        for cell, kind in line:
            if kind in ("own", "below"):
                yield "\t" + (cell.text if kind == "own" else "")
        yield ""


def lines(table: Table, _rng: Random) -> Lines:
    """Every cell on a line of its own; empty ones vanish, as in copied text."""
    for row in table.rows:
        yield from (flat(cell.text) for cell in row.cells if cell.text and not cell.lost)


def lines_spaced(table: Table, _rng: Random) -> Lines:
    """Every cell on a line of its own, all lines apart by an empty one."""
    for row in table.rows:
        for cell in row.cells:
            if cell.text and not cell.lost:
                yield from (cell.text, "")


def spaces(table: Table, _rng: Random) -> Lines:
    """The cells of a row on one line, with a space between: like ``pdftotext -raw``."""
    for row in table.rows:
        texts = [flat(cell.text) for cell in row.cells if cell.text and not cell.lost]
        if texts:
            yield " ".join(texts)


def columns(table: Table, _rng: Random) -> Lines:
    """Cells set out at fixed places on the line: like ``pdftotext -layout``."""
    laid = spread(kept(table))
    # East Asian characters take two places.
    widths = [6] * table.width
    for line in laid:
        for at, (cell, kind) in enumerate(line[: table.width]):
            if kind == "own" and cell.cols == 1:
                widths[at] = max(widths[at], 2 * len(flat(cell.text)) + 2)
    for line in laid:
        out, due = "", 0
        for at, (cell, kind) in enumerate(line[: table.width]):
            if kind == "own":
                taken = len(out) + sum(1 for char in out if ord(char) > 0x2E80)
                out += " " * (due - taken if due > taken else 1) + flat(cell.text)
            due += widths[at]
        yield out.rstrip()


def as_csv(draft: Draft) -> str:
    """Every block as rows of one sheet, spans expanded, a lost cell left empty."""
    out = io.StringIO()
    csv.writer(out).writerows(sheet_rows(draft))
    return out.getvalue()


def sheet_rows(draft: Draft) -> Iterator[list[str]]:
    """Rows of texts, as a spreadsheet holds them."""
    for block in draft.blocks:
        if isinstance(block, Table):
            yield from (_own(line) for line in spread(kept(block)))
        else:
            yield [block.text]


def kept(table: Table) -> Table:
    """Leave a lost cell's box in its place, empty: where there is a grid, there is a box."""
    made = tuple(_kept(row) for row in table.rows)
    return table._replace(rows=made)


def _kept(row: Row) -> Row:
    if not any(cell.lost for cell in row.cells):
        return row
    cells = (c._replace(lost=False, text="", value=None) if c.lost else c for c in row.cells)
    return row._replace(cells=tuple(cells))
