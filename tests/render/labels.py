"""Damages to labels, heads and headings."""

from dataclasses import replace
from functools import cache
from random import Random

from tests.render.figures import edit_some
from tests.render.model import Block, Cell, Draft, Paragraph, Row, Table
from tests.render.structure import one_table
from toolkit.form import aliases, form, rows

REMARKS = ("（须与2021年度年报结转数一致）", "（含2020年结转的3件）", "（注1）", "[1]")
# Characters that occur in labels: a slip to one of these may make one label look like another.
SLIPS = "其他法律行政公开信息申请不属于本年数量结果正诉理人机维复直"
OTHER_SLIPS = "的了一是在"
NUMBERINGS = ((), tuple("二三四五六七"), tuple("123456"), ("（一）", "（二）", "（三）", "（四）"))

LEAST_OF_HEAD = 3  # characters of a head that is cut


def label_typo(draft: Draft, rng: Random) -> Draft:
    """Drop or replace one character of a label or a head."""

    def at(cell: Cell) -> list[int]:
        # A unit mistyped is another unit: that would be another number in print.
        plain = (n for n, char in enumerate(cell.text) if "\u4e00" <= char <= "\u9fff")
        return [n for n in plain if cell.text[n] not in "万元"]

    def change(cell: Cell) -> Cell:
        n = rng.choice(at(cell))
        slip = rng.choice(("", rng.choice(SLIPS), rng.choice(OTHER_SLIPS)))
        return cell._replace(text=cell.text[:n] + slip + cell.text[n + 1 :])

    def match(cell: Cell) -> bool:
        return cell.role in ("label", "head", "group", "note") and len(at(cell)) > 2

    return edit_some(draft, rng, match, change)


def cut_heads(draft: Draft, rng: Random) -> Draft:
    """Lose the ends of heads of table 2, so that two of them may be left alike."""

    def match(cell: Cell) -> bool:
        # The unit of an amount stands at its end: without it the number is rightly not read.
        own = cell.role == "head" and cell.key is not None and cell.key[0] == "proactive"
        return own and "元" not in cell.text and len(cell.text) > LEAST_OF_HEAD

    def change(cell: Cell) -> Cell:
        return cell._replace(text=cell.text[: rng.randrange(LEAST_OF_HEAD, len(cell.text))])

    return edit_some(draft, rng, match, change)


def label_remark(draft: Draft, rng: Random) -> Draft:
    """Add a remark with a number in it to a label."""
    remark = rng.choice(REMARKS)
    return edit_some(
        draft,
        rng,
        lambda cell: cell.role in ("label", "group"),
        lambda cell: cell._replace(text=cell.text + remark),
    )


def spaced_labels(draft: Draft, rng: Random) -> Draft:
    """Set spaces between the characters of labels and heads, all or some."""
    gap = rng.choice((" ", "\u3000"))

    def change(cell: Cell) -> Cell:
        return cell._replace(text=gap.join(cell.text))

    def match(cell: Cell) -> bool:
        return cell.role in ("label", "head", "group", "note")

    if rng.random() < 0.2:
        return draft.edit_cells(lambda cell: change(cell) if match(cell) else cell)
    return edit_some(draft, rng, match, change)


def other_wording(draft: Draft, rng: Random) -> Draft:
    """Use wordings seen in the wild for labels and heads, all or some."""
    share = rng.choice((1.0, 0.3, 0.05))

    def change(cell: Cell, item: str) -> Cell:
        if cell.role == "label":
            role, code = "item", item
        elif cell.role == "head" and cell.key:
            role, code = "column", cell.key[2]
        else:
            return cell
        known = [a.wording for a in aliases() if (a.role, a.code) == (role, code)]
        if rng.random() > share:
            return cell
        # The numbering in front stays; the longest wording found in the text is exchanged.
        found = max((w for w in known if w in cell.text), key=len, default="")
        if not found:
            return cell
        units = [word for word in known if ("元" in word) == ("元" in found)]
        return cell._replace(text=cell.text.replace(found, rng.choice(units)))

    def changed(table: Table) -> tuple[Table]:
        made = (
            row._replace(cells=tuple(change(cell, row.item) for cell in row.cells))
            for row in table.rows
        )
        return (table._replace(rows=tuple(made)),)

    return draft.edit(changed)


def fused_groups(draft: Draft, rng: Random) -> Draft:
    """Print a group's label in its first row's label, or on a line of its own before it."""
    apart = rng.random() < 0.5

    def change(table: Table, rng: Random) -> tuple[Table]:
        groups = [
            (n, c)
            for n, row in enumerate(table.rows)
            for c, cell in enumerate(row.cells)
            if cell.role == "group" and cell.text and row.cells[c + 1].role == "label"
            if row.cells[c + 1].cols == 1
        ]
        if not groups:
            return (table,)
        n, c = rng.choice(groups)
        return (_fused(table, n, c, apart=apart),)

    return one_table(draft, rng, change, "applications")


def _fused(table: Table, n: int, c: int, *, apart: bool) -> Table:
    made = list(table.rows)
    group, label = made[n].cells[c : c + 2]
    outer, figures = made[n].cells[:c], made[n].cells[c + 2 :]
    # The labels of the group's other rows take the room that its own label leaves.
    for m in range(n + 1, n + group.rows):
        wider = (x._replace(cols=2) if x.role == "label" else x for x in made[m].cells)
        made[m] = made[m]._replace(cells=tuple(wider))
    first = label._replace(text=label.text if apart else group.text + label.text, cols=2)
    if not apart:
        made[n] = made[n]._replace(cells=(*outer, first, *figures))
        return table._replace(rows=tuple(made))
    # A row for the group alone, with empty boxes: what hangs over the group reaches further.
    boxes = (Cell("", "value", cols=cell.cols) for cell in figures)
    alone = Row((*outer, Cell(group.text, "label", cols=2), *boxes), "extra")
    made[n : n + 1] = [alone, made[n]._replace(cells=(first, *figures))]
    for m in range(n + 1):
        taller = (
            x._replace(rows=x.rows + 1) if x.rows > 1 and m + x.rows > n else x
            for x in made[m].cells
        )
        made[m] = made[m]._replace(cells=tuple(taller))
    return table._replace(rows=tuple(made))


def lost_head(draft: Draft, rng: Random) -> Draft:
    """Lose a table's head or some of its columns' heads, while columns are in their order."""
    if not all(map(_in_order, draft.tables)):
        return draft
    if rng.random() < 0.5:
        return edit_some(draft, rng, lambda c: c.role == "head", lambda c: c._replace(text=""))

    def change(table: Table, _rng: Random) -> tuple[Table]:
        # Without its head a table's columns may rightly be given up.
        left = (row._replace(doubt=True) for row in table.rows if row.kind != "head")
        return (table._replace(rows=tuple(left)),)

    return one_table(draft, rng, change)


def swapped_columns(draft: Draft, rng: Random) -> Draft:
    """Print columns in another order, heads and figures together."""
    if any(_headless(t) or _fused_figures(t) or _one_ended(t) for t in draft.tables):
        return draft
    ranks = _shuffled(rng)

    def reordered(row: Row) -> Row:
        cells = list(row.cells)
        blocks: dict[tuple[str, str], list[int]] = {}
        for n, cell in enumerate(cells):
            if cell.key:
                blocks.setdefault(_block(cell), []).append(n)
        for places in blocks.values():
            moved = sorted(
                (row.cells[n] for n in places), key=lambda c: ranks[(*_block(c), _code(c))]
            )
            for n, cell in zip(places, moved, strict=True):
                cells[n] = cell._replace(cols=cells[n].cols, rows=cells[n].rows)
        return row._replace(cells=tuple(cells))

    return draft.edit(lambda table: (table._replace(rows=tuple(map(reordered, table.rows))),))


def renumbered(draft: Draft, rng: Random) -> Draft:
    """Number the parts otherwise, or not at all."""
    numbers = rng.choice(NUMBERINGS)
    seen = iter(range(6))

    def change(block: Block) -> Block:
        if not isinstance(block, Paragraph) or block.role != "heading" or "、" not in block.text:
            return block
        n, rest = next(seen, 5), block.text.split("、", 1)[1]
        return block._replace(text=f"{numbers[n]}、{rest}" if n < len(numbers) else rest)

    return replace(draft, blocks=tuple(map(change, draft.blocks)))


def _code(cell: Cell) -> str:
    return cell.key[2] if cell.key else ""


def _block(cell: Cell) -> tuple[str, str]:
    """Which columns a cell's column may change places with."""
    table, item, _ = cell.key or ("", "", "")
    return table, item if table == "challenges" else ""


@cache
def _ranks() -> dict[tuple[str, str, str], int]:
    """Places of the columns in the form's order, block by block."""
    ranks = {}
    for n, row in enumerate(rows("columns")):
        blocks = (
            [i.code for i in form().rows("challenges")] if row["table"] == "challenges" else [""]
        )
        ranks.update({(row["table"], block, row["column"]): n for block in blocks})
    return ranks


def _shuffled(rng: Random) -> dict[tuple[str, str, str], float]:
    """Places of the columns in an order drawn at random."""
    ranks: dict[tuple[str, str, str], float] = {key: rng.random() for key in _ranks()}
    # The kinds of organisation stay together, between the two columns beside them.
    sides = rng.choice(((-1.0, 2.0), (2.0, -1.0)))
    for column, rank in zip(("natural_person", "total"), sides, strict=True):
        ranks["applications", "", column] = rank
    return ranks


def _headless(table: Table) -> bool:
    heads = [cell for row in table.rows for cell in row.cells if cell.role == "head"]
    return not heads or not all(cell.text for cell in heads)


def _one_ended(table: Table) -> bool:
    """Whether table 3 lacks one of the columns beside the organisations: then none can swap."""
    codes = {cell.key[2] for row in table.rows for cell in row.cells if cell.key}
    return len(codes & {"natural_person", "total"}) == 1 and "enterprise" in codes


def _fused_figures(table: Table) -> bool:
    """Whether a figure is printed in its neighbour's cell, so that the two cannot part."""
    return any(c.lost and c.value is not None for row in table.rows for c in row.cells)


def _in_order(table: Table) -> bool:
    for row in table.rows:
        found: dict[tuple[str, str], int] = {}
        for cell in row.cells:
            if cell.key:
                rank = _ranks()[(*_block(cell), _code(cell))]
                if rank < found.get(_block(cell), -1):
                    return False
                found[_block(cell)] = rank
    return True
