"""Damages to the figures in their cells."""

from collections.abc import Callable
from random import Random

from tests.render.compose import amount
from tests.render.model import Cell, Draft, Row, Table

Change = Callable[[Cell], Cell]
Match = Callable[[Cell], bool]

MARKS = ("/", "／", "—", "——", "-", "--", "无", "不适用", "N/A", "*")
WORDS = ("见附件", "0/0", "详见附件2", "无统计", "同上", "约10余", "3-5")
REMARKS = ("（其中修订 16 件）", "（含上年5）", "①", "²", "[1]", "*", " 注2", "（3件并案）")
SIGNS = (("+", "-"), ("＋", "－"), ("增", "减"), ("增加", "减少"), ("", "−"))
FULL_WIDTH = str.maketrans("0123456789.,-+", "０１２３４５６７８９．，－＋")


def edit_some(draft: Draft, rng: Random, match: Match, change: Change) -> Draft:
    """Change one to a few of the cells that match."""
    found = [id(c) for t in draft.tables for row in t.rows for c in row.cells if match(c)]
    if not found:
        return draft
    chosen = set(rng.sample(found, min(len(found), rng.choice((1, 1, 2, 3, 8)))))
    return draft.edit_cells(lambda cell: change(cell) if id(cell) in chosen else cell)


def doubt(made: Draft, before: Draft) -> Draft:
    """Mark the rows that differ from before as ones that a reader may rightly give up."""
    same = {row.cells for table in before.tables for row in table.rows}

    def marked(row: Row) -> Row:
        return row if row.cells in same else row._replace(doubt=True)

    def change(table: Table) -> tuple[Table]:
        return (table._replace(rows=tuple(map(marked, table.rows))),)

    return made.edit(change)


def is_figure(cell: Cell) -> bool:
    """Whether a number is printed in the cell."""
    return cell.role == "value" and bool(cell.key) and cell.value is not None and not cell.lost


def is_count(cell: Cell) -> bool:
    """Whether a count is printed in the cell, as plain digits."""
    return is_figure(cell) and cell.text == str(cell.value) and column(cell) != "amount"


def column(cell: Cell) -> str:
    """Code of the column that the cell belongs to, if any."""
    return cell.key[2] if cell.key else ""


def emptied(cell: Cell) -> Cell:
    """The cell with nothing in it."""
    return cell._replace(text="", value=None)


def reprinted(cell: Cell, value: int) -> Cell:
    """The cell with another number in it."""
    return cell._replace(text=str(value), value=value)


def blank_zeros(draft: Draft, rng: Random) -> Draft:
    """Print nothing where the figure is zero, everywhere or in places."""
    share = rng.choice((1.0, 0.5, 0.1))

    def change(cell: Cell) -> Cell:
        zero = is_figure(cell) and not cell.value
        return emptied(cell) if zero and rng.random() < share else cell

    return draft.edit_cells(change)


def blank_totals(draft: Draft, _rng: Random) -> Draft:
    """Leave the total blank in every row of table 3 but the one that sums all up."""

    def change(cell: Cell) -> Cell:
        table, item, column_ = cell.key or ("", "", "")
        blank = (table, column_) == ("applications", "total") and item != "resolved"
        return emptied(cell) if blank and is_figure(cell) else cell

    return draft.edit_cells(change)


def marks(draft: Draft, rng: Random) -> Draft:
    """Print a mark for "not applicable" instead of a figure."""
    mark = rng.choice(MARKS)
    return edit_some(draft, rng, is_figure, lambda cell: emptied(cell)._replace(text=mark))


def words(draft: Draft, rng: Random) -> Draft:
    """Print words instead of a figure."""
    said = rng.choice(WORDS)

    def told(cell: Cell) -> bool:  # no more and no fewer is a number, as a change
        return is_figure(cell) and (said, column(cell)) != ("0/0", "items_change")

    return edit_some(draft, rng, told, lambda cell: emptied(cell)._replace(text=said))


def wrong_total(draft: Draft, rng: Random) -> Draft:
    """Print another total than the parts add up to, or 0."""

    def change(cell: Cell) -> Cell:
        return reprinted(cell, rng.choice((0, (cell.value or 0) + rng.randrange(1, 30))))

    return edit_some(draft, rng, lambda c: is_count(c) and column(c) == "total", change)


def wrong_figure(draft: Draft, rng: Random) -> Draft:
    """Print another figure anywhere, so that identities fail."""
    return edit_some(draft, rng, is_count, lambda c: reprinted(c, rng.randrange(10_000)))


def full_width(draft: Draft, rng: Random) -> Draft:
    """Print figures in full-width digits, all or some."""

    def change(cell: Cell) -> Cell:
        return cell._replace(text=cell.text.translate(FULL_WIDTH))

    if rng.random() < 0.5:
        return draft.edit_cells(lambda cell: change(cell) if is_figure(cell) else cell)
    return edit_some(draft, rng, is_figure, change)


def thousands(draft: Draft, rng: Random) -> Draft:
    """Set separators between thousands."""
    mark = rng.choice((",", "，"))

    def change(cell: Cell) -> Cell:
        if is_count(cell) and (cell.value or 0) >= 1000:
            return cell._replace(text=f"{cell.value:,}".replace(",", mark))
        return cell

    return draft.edit_cells(change)


def spaced_digits(draft: Draft, rng: Random) -> Draft:
    """Print spaces between a figure's digits; where spaces part the cells, none can tell."""
    gap = rng.choice((" ", "\u3000", "\xa0"))
    made = edit_some(
        draft,
        rng,
        lambda cell: is_count(cell) and len(cell.text) > 1,
        lambda cell: cell._replace(text=gap.join(cell.text)),
    )
    return doubt(made, draft)


def cell_remark(draft: Draft, rng: Random) -> Draft:
    """Add a remark after a figure."""
    remark = rng.choice(REMARKS)
    made = edit_some(draft, rng, is_count, lambda c: c._replace(text=c.text + remark))
    return doubt(made, draft)


def units(draft: Draft, rng: Random) -> Draft:
    """Print the unit in the cell: 251000元, 6201万元, 147件."""
    unit = rng.choice(("元", "万元"))

    def change(cell: Cell) -> Cell:
        if column(cell) == "amount":
            return cell._replace(text=amount(cell.value or 0, unit) + unit)
        return cell._replace(text=f"{cell.text}件")

    made = edit_some(draft, rng, is_count, change) if rng.random() < 0.4 else draft
    return made.edit_cells(lambda c: change(c) if is_figure(c) and column(c) == "amount" else c)


def signs(draft: Draft, rng: Random) -> Draft:
    """Write the change of a year with a sign or a word, as edition 2019 asks for."""
    plus, minus = rng.choice(SIGNS)

    def change(cell: Cell) -> Cell:
        if is_count(cell) and column(cell) == "items_change" and cell.value:
            return cell._replace(text=f"{plus if cell.value > 0 else minus}{abs(cell.value)}")
        return cell

    return draft.edit_cells(change)


def bare_amount(draft: Draft, _rng: Random) -> Draft:
    """Print what was procured without its unit: then nobody can say how much it is."""

    def change(cell: Cell) -> Cell:
        if (
            is_figure(cell)
            and cell.value
            and cell.key
            and cell.key[1:] == ("procurement", "amount")
        ):
            return cell._replace(text=amount(cell.value, "万元"), value=None)
        return cell

    return draft.edit_cells(change)
