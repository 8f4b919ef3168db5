"""Damages to rows, columns, cells and tables."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import takewhile, zip_longest
from random import Random

from tests.render.figures import doubt, edit_some, emptied, is_count, is_figure
from tests.render.model import Block, Cell, Draft, PageBreak, Paragraph, Row, Table

TableChange = Callable[[Table, Random], Iterable[Block]]

PAGE_NUMBERS = ("- {} -", "— {} —", "-{}-", "{}", "第 {} 页 共 9 页", "{} / 9")
EXTRA_LABELS = ("其中：涉及征地拆迁", "其中:通过网络申请", "（八）并案处理", "9.属于其他情形")
HEADING_KEYS = {"proactive": "主动公开", "applications": "收到和处理", "challenges": "行政复议"}


def one_table(draft: Draft, rng: Random, change: TableChange, name: str = "") -> Draft:
    """Change one of the tables."""
    tables = [table for table in draft.tables if name in ("", table.name)]
    if not tables:
        return draft
    chosen = rng.choice(tables)
    return draft.edit(lambda table: change(table, rng) if table is chosen else (table,))


def lost_cell(draft: Draft, rng: Random) -> Draft:
    """Lose a figure with its cell: the row is one short, and none can say for sure which."""
    return doubt(edit_some(draft, rng, is_figure, lambda c: emptied(c)._replace(lost=True)), draft)


def fused_cells(draft: Draft, rng: Random) -> Draft:
    """Print two neighbours' figures in one cell, so that the row is one short."""

    def change(table: Table, rng: Random) -> Iterable[Block]:
        rows = list(table.rows)
        n = rng.randrange(len(rows))
        at = [
            i
            for i, pair in enumerate(zip(rows[n].cells, rows[n].cells[1:], strict=False))
            if all(map(is_count, pair))
        ]
        if at:
            i, cells = rng.choice(at), list(rows[n].cells)
            cells[i] = cells[i]._replace(text=f"{cells[i].text} {cells[i + 1].text}")
            cells[i + 1] = cells[i + 1]._replace(text="", lost=True)
            rows[n] = rows[n]._replace(cells=tuple(cells), doubt=True)
        return (table._replace(rows=tuple(rows)),)

    return one_table(draft, rng, change)


def lost_row(draft: Draft, rng: Random) -> Draft:
    """Lose a whole row; a group's label moves on to the next row of the group."""

    def change(table: Table, rng: Random) -> Iterable[Block]:
        at = _some_row(table, rng)
        return (table if at is None else _without_row(table, at),)

    return one_table(draft, rng, change)


def lost_column(draft: Draft, rng: Random) -> Draft:
    """Leave a column of table 3 out, head and figures, as forms of the agency's own do."""
    code = rng.choice(("natural_person", "enterprise", "research", "public_interest", "total"))

    def stays(cell: Cell) -> bool:
        return not (cell.key and cell.key[2] == code and cell.role in ("head", "value"))

    def narrowed(cell: Cell) -> Cell:
        outer = cell.text == "申请人情况"
        inner = cell.text == "法人或其他组织" and code not in ("natural_person", "total")
        return cell._replace(cols=cell.cols - 1) if outer or inner else cell

    def change(table: Table, _rng: Random) -> Iterable[Block]:
        regular = all(_figures(row) in (0, 7) for row in table.rows if row.kind == "body")
        if not regular or any(row.kind == "extra" for row in table.rows):
            return (table,)
        rows = (
            row._replace(cells=tuple(narrowed(cell) for cell in row.cells if stays(cell)))
            for row in table.rows
        )
        return (table._replace(rows=tuple(rows)),)

    whole = [table.name for table in draft.tables].count("applications") == 1
    return one_table(draft, rng, change, "applications") if whole else draft


def added_column(draft: Draft, rng: Random) -> Draft:
    """Add a column of the agency's own behind a table's others: remarks, or other figures."""
    head, texts = rng.choice((("备注", ("", "", "含上年")), ("上年数", ("", "0", "8", "8"))))

    def added(row: Row, height: int) -> tuple[Cell, ...]:
        if row.kind == "head":
            return (Cell(head, "note", rows=height),) if height else ()
        return (Cell(rng.choice(texts), "value") if row.kind == "body" else Cell("", "note"),)

    def change(table: Table, _rng: Random) -> Iterable[Block]:
        heads = len(list(takewhile(lambda row: row.kind == "head", table.rows)))
        heights = [heads, *[0] * (heads - 1)] if heads else []
        rows = (
            row._replace(cells=(*row.cells, *added(row, height)), doubt=True)
            for row, height in zip_longest(table.rows, heights, fillvalue=1)
        )
        return (table._replace(rows=tuple(rows)),)

    return one_table(draft, rng, change)


def cut_row(draft: Draft, rng: Random) -> Draft:
    """Cut a row in two at the page's edge: its label split, its figures in one of the halves."""

    def change(table: Table, rng: Random) -> Iterable[Block]:
        at = _some_row(table, rng)
        if at is None or not any(cell.role == "label" for cell in table.rows[at].cells):
            return (table,)
        label = next(cell for cell in table.rows[at].cells if cell.role == "label")
        cut, below = rng.randrange(1, max(2, len(label.text))), rng.random() < 0.5
        top = _half(table.rows[at], label.text[:cut], figures=not below)
        groups = (c._replace(rows=c.rows + 1) for c in top.cells if c.role == "group")
        top = top._replace(cells=(*groups, *(c for c in top.cells if c.role != "group")))
        rest = _half(table.rows[at], label.text[cut:], figures=below)
        rest = rest._replace(cells=tuple(c for c in rest.cells if c.role != "group"))
        rows = _taller(table.rows, at)
        rows = (*rows[:at], top, rest, *rows[at + 1 :])
        return _broken(table._replace(rows=rows), at + 1, rng)

    return one_table(draft, rng, change)


def page_break(draft: Draft, rng: Random) -> Draft:
    """Break a table between two rows, with a page number there and perhaps its head again."""

    def change(table: Table, rng: Random) -> Iterable[Block]:
        spanned = table.name != "proactive"
        at = [n for n, row in enumerate(table.rows) if n and not (spanned and row.kind == "head")]
        if not at:
            return (table,)
        head = tuple(row for row in table.rows if row.kind == "head") if spanned else ()
        return _broken(table, rng.choice(at), rng, head if rng.random() < 0.4 else ())

    return one_table(draft, rng, change)


def extra_row(draft: Draft, rng: Random) -> Draft:
    """Add a row of the agency's own to table 3."""

    def change(table: Table, rng: Random) -> Iterable[Block]:
        at = _some_row(table, rng)
        if at is None or _figures(table.rows[at]) != 7:
            return (table,)
        hanging = _covering(table.rows, at + 1)
        room = 3 - sum(table.rows[r].cells[c].cols for r, c in hanging)
        label = Cell(rng.choice(EXTRA_LABELS), "label", cols=room)
        figures = [Cell(str(rng.randrange(3000)), "value") for _ in range(7)]
        rows = list(_taller(table.rows, at + 1))
        rows.insert(at + 1, Row((label, *figures), "extra"))
        return (table._replace(rows=tuple(rows)),)

    return one_table(draft, rng, change, "applications")


def swapped_rows(draft: Draft, rng: Random) -> Draft:
    """Print two neighbouring rows in each other's place, labels and figures together."""

    def alike(a: Row, b: Row) -> bool:
        shapes = [[(c.role, c.cols, c.rows) for c in row.cells] for row in (a, b)]
        kinds = {a.kind, b.kind} == {"body"}
        return kinds and shapes[0] == shapes[1] and a.cells[0].role == "label"

    def change(table: Table, rng: Random) -> Iterable[Block]:
        rows = list(table.rows)
        at = [n for n in range(1, len(rows)) if alike(rows[n - 1], rows[n])]
        if at:
            n = rng.choice(at)
            rows[n - 1 : n + 1] = rows[n], rows[n - 1]
        return (table._replace(rows=tuple(rows)),)

    return one_table(draft, rng, change)


def lost_table(draft: Draft, rng: Random) -> Draft:
    """Leave table 4 out (seldom another), with or without its heading."""
    names = [table.name for table in draft.tables]
    if not names:
        return draft
    chosen = "challenges" if "challenges" in names and rng.random() < 0.7 else rng.choice(names)
    kept_heading = rng.random() < 0.5

    def stays(block: Block) -> bool:
        if kept_heading or not isinstance(block, Paragraph) or block.role != "heading":
            return True
        return HEADING_KEYS[chosen] not in block.text

    left = draft.edit(lambda _: (), chosen).blocks
    return replace(draft, blocks=tuple(filter(stays, left)))


def _some_row(table: Table, rng: Random) -> int | None:
    at = [n for n, row in enumerate(table.rows) if row.kind == "body"]
    return rng.choice(at) if at else None


def _figures(row: Row) -> int:
    return sum(cell.role == "value" and not cell.lost for cell in row.cells)


def _half(row: Row, label: str, *, figures: bool) -> Row:
    """One half of a row that is cut: part of the label, and the figures or their empty boxes."""

    def half(cell: Cell) -> Cell:
        if cell.role == "label":
            return cell._replace(text=label)
        if cell.role == "value" and not figures:
            return Cell("", "value", cols=cell.cols, lost=cell.lost)
        return cell

    return row._replace(cells=tuple(map(half, row.cells)))


def _covering(rows: tuple[Row, ...], at: int) -> list[tuple[int, int]]:
    """Find (row, cell) of every cell that begins above a row and reaches into it."""
    return [(r, c) for r in range(at) for c, cell in enumerate(rows[r].cells) if r + cell.rows > at]


def _resized(row: Row, n: int, by: int) -> Row:
    """Let one cell of a row reach further down, or less far."""
    cell = row.cells[n]
    taller = cell._replace(rows=cell.rows + by)
    return row._replace(cells=(*row.cells[:n], taller, *row.cells[n + 1 :]))


def _taller(rows: tuple[Row, ...], at: int) -> tuple[Row, ...]:
    """Let whatever reaches into a row reach one row further."""
    made = list(rows)
    for r, c in _covering(rows, at):
        made[r] = _resized(made[r], c, 1)
    return tuple(made)


def _without_row(table: Table, at: int) -> Table:
    """Take a row out; what hangs from it falls to the next."""
    rows = list(table.rows)
    for r, c in _covering(table.rows, at):
        rows[r] = _resized(rows[r], c, -1)
    gone = rows.pop(at)
    heirs = [cell._replace(rows=cell.rows - 1) for cell in gone.cells if cell.rows > 1]
    if heirs:
        rows[at] = rows[at]._replace(cells=(*heirs, *rows[at].cells))
    return table._replace(rows=tuple(rows))


def _broken(table: Table, at: int, rng: Random, head: tuple[Row, ...] = ()) -> Iterable[Block]:
    """Break a table before a row; what reaches over the break goes on behind it, often empty."""
    above, below = list(table.rows[:at]), list(table.rows[at:])
    again, rest = rng.random() < 0.2, []
    for r, c in _covering(table.rows, at):
        cell = table.rows[r].cells[c]
        over = r + cell.rows - at
        rest.append(cell._replace(text=cell.text if again else "", rows=over))
        above[r] = _resized(above[r], c, -over)
    below[0] = below[0]._replace(cells=(*rest, *below[0].cells))
    page = rng.choice(PAGE_NUMBERS).format(rng.randrange(2, 9))
    return (
        table._replace(rows=tuple(above)),
        PageBreak(page),
        table._replace(rows=(*head, *below)),
    )
