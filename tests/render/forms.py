"""Forms of an agency's own: the same figures under the same names, set out in another way.

Like damages, these are functions of a draft, to be put in any order and together with them.
Where a table is no longer as the form has it, it comes back as it was.
"""

from collections.abc import Callable, Iterable
from random import Random

from tests.render.model import Cell, Draft, Row, Table

CORNERS = ("项目", "申请情况", "类别", "（本列数据的勾稽关系为：第一项加第二项之和）", "")
TOTALS = ("总数", "全部", "小计", "合 计")
Form = Callable[[Table, Random], Table]


def _own(name: str, change: Form) -> Callable[[Draft, Random], Draft]:
    """Set one table out anew, if it is whole."""

    def made(draft: Draft, rng: Random) -> Draft:
        whole = [table.name for table in draft.tables].count(name) == 1
        return draft.edit(lambda table: (change(table, rng),), name) if whole else draft

    return made


def _heads(table: Table) -> list[Cell]:
    """Heads of the columns, from left to right, if they stand as in the form of table 3."""
    rows = [[c for c in row.cells if c.role == "head"] for row in table.rows if row.kind == "head"]
    if [len(row) for row in rows] == [0, 2, 5]:
        return [rows[1][0], *rows[2], rows[1][1]]
    return rows[0] if len(rows) == 1 else []


def _body(table: Table) -> list[Row]:
    return [row for row in table.rows if row.kind != "head"]


def heads_in_one_row(table: Table, rng: Random) -> Table:
    """Put the seven heads of table 3 in one row, behind a text over the labels."""
    heads = [cell._replace(rows=1) for cell in _heads(table)]
    corner = Cell(rng.choice(CORNERS), "note", cols=table.width - 7)
    one = Row((corner, *heads), "head")
    return table._replace(rows=(one, *_body(table))) if len(heads) == 7 else table


def total_first(table: Table, rng: Random) -> Table:
    """Put the total in front of the kinds of requester, perhaps under a name of its own."""
    table = heads_in_one_row(table, rng)
    name = rng.choice(("", "", *TOTALS))

    def moved(row: Row) -> Row:
        cells = [*row.cells]
        last = cells.pop()
        if not last.key or last.key[2] != "total":
            return row._replace(doubt=True)
        first = next((n for n, c in enumerate(cells) if c.role == last.role), len(cells))
        if name and last.role == "head":
            last = last._replace(text=name)
        return row._replace(cells=(*cells[:first], last, *cells[first:]), doubt=True)

    regular = len(_heads(table)) == 7 and all(len(_figures(row)) == 7 for row in _body(table))
    return table._replace(rows=tuple(map(moved, table.rows))) if regular else table


def lost_place(table: Table, rng: Random) -> Table:
    """Lose the head of a column with its cell, so that the heads behind it move up."""
    at = [
        (r, c)
        for r, row in enumerate(table.rows)
        for c, cell in enumerate(row.cells)
        if cell.role == "head"
    ]
    if not at:
        return table
    r, c = rng.choice(at)
    rows = [row._replace(doubt=True) for row in table.rows]
    rows[r] = rows[r]._replace(cells=(*rows[r].cells[:c], *rows[r].cells[c + 1 :]))
    return table._replace(rows=tuple(rows))


def plain_labels(table: Table, rng: Random) -> Table:
    """Give each row of table 3 one label, and its group's a row of its own, or none."""
    groups = rng.random() < 0.5

    def made() -> Iterable[Row]:
        for row in table.rows:
            labels = [cell for cell in row.cells if cell.role in ("group", "label")]
            rest = tuple(cell for cell in row.cells if cell.role not in ("group", "label"))
            for group in labels[:-1] if groups else ():
                boxes = (Cell("", "value") for _ in rest)
                yield Row((group._replace(cols=3, rows=1), *boxes), "extra")
            wide = (label._replace(cols=3) for label in labels[-1:])
            yield row._replace(cells=(*wide, *rest))

    regular = all(len(_figures(row)) == 7 for row in _body(table))
    return table._replace(rows=tuple(made())) if regular else table


def sections_aside(table: Table, _rng: Random) -> Table:
    """Put the names of table 2's blocks beside them, and not above."""
    rows: list[Row] = []
    for row in reversed(table.rows):
        if row.kind != "section":
            rows.insert(0, row)
            continue
        if not rows or rows[0].kind != "head":
            return table
        height = next((n for n, r in enumerate(rows) if r.cells[0].role == "note" and n), len(rows))
        aside = row.cells[0]._replace(cols=1, rows=height, role="note")
        rows[0] = rows[0]._replace(cells=(aside, *rows[0].cells))
    return table._replace(rows=tuple(rows))


def _figures(row: Row) -> list[Cell]:
    return [cell for cell in row.cells if cell.role == "value" and not cell.lost]


def disputes_in_rows(table: Table, rng: Random) -> Table:
    """Put the three kinds of dispute below each other, under one head or one each."""
    heads = [cell for row in table.rows for cell in row.cells if cell.role == "head"]
    figures = [cell for row in _body(table) for cell in row.cells]
    names = {"reconsideration": "行政复议", "litigation_direct": "未经复议直接起诉"}
    names["litigation_after_reconsideration"] = "复议后起诉"
    ways = [
        (
            name,
            [c._replace(rows=1) for c in heads if c.key and c.key[1] == code],
            [c for c in figures if c.key and c.key[1] == code],
        )
        for code, name in names.items()
    ]
    if any(len(head) != 5 or len(row) != 5 for _, head, row in ways):
        return table
    rows: list[Row] = []
    if rng.random() < 0.5:
        rows.append(Row((Cell(rng.choice(CORNERS), "note"), *ways[0][1]), "head"))
        rows += [Row((Cell(name, "label"), *row), "body", "challenges") for name, _, row in ways]
    else:
        for name, head, row in ways:
            rows.append(Row((Cell(name, "note", cols=5),), "head"))
            rows += [Row(tuple(head), "head"), Row(tuple(row), "body", "challenges")]
    return table._replace(rows=tuple(rows))


def litigation_exchanged(table: Table, _rng: Random) -> Table:
    """Put litigation after reconsideration in front of the other kind."""
    if [len(row.cells) for row in table.rows] != [2, 7, 10, 15]:
        return table

    def exchanged(row: Row, at: int, size: int) -> Row:
        ahead, rest = row.cells[:at], row.cells[at:]
        cells = (*ahead, *rest[size:], *rest[:size])
        return row._replace(cells=cells, doubt=True)

    first, *rows = table.rows
    sizes = ((5, 1), (0, 5), (5, 5))
    moved = [exchanged(row, *size) for row, size in zip(rows, sizes, strict=True)]
    return table._replace(rows=(first, *moved))


FORMS = {
    f"{change.__name__}_{name}": _own(name, change)
    for name, change in (
        ("proactive", sections_aside),
        ("proactive", lost_place),
        ("applications", heads_in_one_row),
        ("applications", total_first),
        ("applications", lost_place),
        ("applications", plain_labels),
        ("challenges", disputes_in_rows),
        ("challenges", litigation_exchanged),
        ("challenges", lost_place),
    )
}
