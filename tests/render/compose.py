"""The official form, laid out: any figures become a draft of a report."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from random import Random

from tests.render.model import Block, Cell, Draft, Paragraph, Row, Style, Table
from tests.render.values import Edition, Values
from toolkit.form import CellKey, Item, form, rows

WRAPPED = {4: 2, 7: 3}  # characters of a head, and of its first line


def style(rng: Random) -> Style:
    """Draw a style."""
    return Style(
        half_width=rng.random() < 0.3,
        spaced=rng.random() < 0.3,
        wrapped=rng.random() < 0.3,
        dot=rng.choice(".....、．"),
        title=rng.randrange(4),
        procurement_unit=rng.choice(("元", "万元", "亿元")),
        decimals=rng.choice((0, 0, 0, 2)),
    )


def amount(yuan: int, unit: str, decimals: int = 0) -> str:
    """Write an amount in 元, 万元 or 亿元 without losing anything."""
    number = Decimal(yuan).scaleb(-{"元": 0, "万元": 4, "亿元": 8}[unit])
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if decimals and unit != "元":
        whole, _, part = text.partition(".")
        text = f"{whole}.{part.ljust(decimals, '0')}"
    return text


def number(key: CellKey, value: int, look: Style) -> str:
    """Write a figure as the form wants it."""
    if key[2] != "amount":
        return str(value)
    if key[1] == "procurement":
        return amount(value, look.procurement_unit, look.decimals) + look.procurement_unit
    return amount(value, "万元", look.decimals)


def compose(values: Values, look: Style | None = None) -> Draft:
    """Lay out a report: title, six parts, three tables."""
    look = look or Style()
    # Only these shape the empty form: few combinations, so that it is laid out but once each.
    shape = Style(look.half_width, look.spaced, look.wrapped, look.dot)
    tables = [
        _filled(_proactive(values.proactive, shape), values, look),
        _filled(_applications(values.applications, shape), values, look),
        _filled(_challenges(shape), values, look),
    ]
    heads = [f"{part['number']}、{part['label_zh']}" for part in rows("parts")]
    blocks: list[Block] = [*_opening(values, look), Paragraph(heads[0], "heading")]
    blocks += _overview(values)
    for head, table in zip(heads[1:4], tables, strict=True):
        blocks += [Paragraph(head, "heading"), table]
    blocks += [
        Paragraph(heads[4], "heading"),
        Paragraph("一是公开内容还不够细致，二是专栏维护不够及时。下一年将逐项改进。"),
        Paragraph(heads[5], "heading"),
        Paragraph(f"{values.year}年未收取信息处理费。"),
    ]
    return Draft(values, tuple(blocks), look)


def _opening(values: Values, look: Style) -> Iterator[Paragraph]:
    year, name = values.year, values.agency
    titles = (
        [f"{name}{year}年政府信息公开工作年度报告"],
        [name, f"{year}年度政府信息公开工作年度报告"],
        [f"{name} {year} 年政府信息公开工作年度报告"],
        [f"{year}年{name}政府信息公开工作年度报告"],
    )
    yield from (Paragraph(line, "title") for line in titles[look.title])
    yield Paragraph(
        f"{name}依照《中华人民共和国政府信息公开条例》编制本报告。"
        f"所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
    )


def _overview(values: Values) -> Iterator[Paragraph]:
    def total(item: str) -> int:
        return values.cells["applications", item, "total"]

    yield Paragraph(
        f"{values.year}年，本机关新收政府信息公开申请{total('received')}件，上年结转"
        f"{total('carried_in')}件，全年办结{total('resolved')}件，"
        f"结转下年度{total('carried_forward')}件。"
    )
    appeals = values.cells["challenges", "reconsideration", "total"]
    yield Paragraph(f"因政府信息公开引起的行政复议{appeals}件。开展培训2次，参加人数100余人次。")


def _filled(table: Table, values: Values, look: Style) -> Table:
    cells = values.cells

    def filled(cell: Cell) -> Cell:
        key = cell.key
        if key is None or cell.role != "value":
            return cell
        value = cells[key]
        text = number(key, value, look) if key[2] == "amount" else str(value)
        return Cell(text, "value", key, value, cell.cols)

    made = tuple(
        Row(tuple([filled(cell) for cell in row.cells]), "body", row.item)
        if row.kind == "body"
        else row
        for row in table.rows
    )
    return Table(table.name, made)


def punctuate(text: str, look: Style) -> str:
    """Apply a style's brackets, commas and spaces to a label."""
    if look.half_width:
        text = text.translate(str.maketrans("（），：", "(),:"))
    return text


def _numbered(item: Item, look: Style) -> str:
    gap = " " if look.spaced else ""
    if item.number.startswith("("):
        label = f"（{item.number[1]}）{gap}{item.zh}"
    elif item.number.isdigit():
        label = f"{item.number}{look.dot}{gap}{item.zh}"
    else:
        label = f"{item.number}、{item.zh}"
    return punctuate(label, look)


def _wrap(text: str, look: Style) -> str:
    """Break a head of four or of seven characters over two lines, as narrow columns do."""
    at = WRAPPED.get(len(text), 0) if look.wrapped else 0
    return f"{text[:at]}\n{text[at:]}" if at else text


@cache
def _proactive(edition: Edition, look: Style) -> Table:
    made: list[Row] = []
    before = ""
    the_form = form(edition)
    for item in the_form.rows("proactive"):
        # The last column is merged with whatever room is left to the table's right edge.
        spans = [1] * (len(item.columns) - 1) + [4 - len(item.columns)]
        pairs = list(zip(item.columns, spans, strict=True))
        if item.number != before:
            before = item.number
            section = punctuate(f"第二十条第（{item.number[1]}）项", look)
            made.append(Row((Cell(section, "section", cols=4),), "section"))
            labels = {c: _wrap(the_form.label(c, table="proactive"), look) for c in item.columns}
            heads = [
                Cell(punctuate(labels[c], look), "head", ("proactive", "", c), cols=n)
                for c, n in pairs
            ]
            made.append(Row((Cell("信息内容", "note"), *heads), "head"))
        figures = [Cell("", "value", ("proactive", item.code, c), cols=n) for c, n in pairs]
        made.append(Row((Cell(item.zh, "label"), *figures), "body", item.code))
    return Table("proactive", tuple(made))


@cache
def _applications(edition: Edition, look: Style) -> Table:
    the_form, name = form(edition), "applications"
    items = {i.code: i for i in the_form.items if i.table == name}
    columns = items["received"].columns

    def head(column: str, height: int = 1) -> Cell:
        text = _wrap(the_form.label(column, table=name), look)
        return Cell(text, "head", (name, "", column), rows=height)

    note = punctuate("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", look)
    top = (Cell(note, "note", cols=3, rows=3), Cell("申请人情况", "note", cols=7))
    organisations = Cell("法人或其他组织", "note", cols=5)
    made = [
        Row(top, "head"),
        Row((head(columns[0], 2), organisations, head(columns[-1], 2)), "head"),
        Row(tuple(head(column) for column in columns[1:-1]), "head"),
    ]
    opened: set[str] = set()
    for item in items.values():
        if item.role == "heading":
            continue
        groups: list[Cell] = []
        parents = [items[item.parent]] if item.parent else []
        if parents and parents[0].parent:
            parents.insert(0, items[parents[0].parent])
        for parent in parents:
            if parent.code not in opened:
                opened.add(parent.code)
                height = len(the_form.children(name, parent.code))
                groups.append(Cell(_numbered(parent, look), "group", rows=height))
        label = Cell(_numbered(item, look), "label", cols=3 - len(parents))
        figures = [Cell("", "value", (name, item.code, column)) for column in columns]
        made.append(Row((*groups, label, *figures), "body", item.code))
    return Table(name, tuple(made))


@cache
def _challenges(look: Style) -> Table:
    the_form, name = form("2021"), "challenges"
    items = the_form.rows(name)

    def heads(item: Item, height: int) -> list[Cell]:
        texts = ((c, _wrap(the_form.label(c, table=name), look)) for c in item.columns)
        return [Cell(text, "head", (name, item.code, c), rows=height) for c, text in texts]

    direct, after = items[1], items[2]
    groups = [Cell(direct.zh, "note", cols=5), Cell(after.zh, "note", cols=5)]
    figures = [Cell("", "value", (name, item.code, c)) for item in items for c in item.columns]
    made = (
        Row((Cell(items[0].zh, "note", cols=5), Cell("行政诉讼", "note", cols=10)), "head"),
        Row((*heads(items[0], 2), *groups), "head"),
        Row((*heads(direct, 1), *heads(after, 1)), "head"),
        Row(tuple(figures), "body", "challenges"),
    )
    return Table(name, made)
