"""Tables as extractors of text leave them when they flatten a web page."""

from collections.abc import Sequence
from itertools import chain

import pytest

from tests.extracted import ISSUED, ITEMS, decided, disputes, proactive, read, row, states, wording
from toolkit.extract import Extraction
from toolkit.form import form
from toolkit.read.document import Grid, Paragraph
from toolkit.read.text import from_text

Table = Sequence[Sequence[str]]

HEAD: Table = (
    ("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况"),
    ("自然人", "法人或其他组织", "总计"),
    ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"),
)
LABELS = (
    ("一、本年新收政府信息公开申请数量",),
    ("二、上年结转政府信息公开申请数量",),
    ("三、本年度办理结果", "（一）予以公开"),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）",),
    ("（三）不予公开", "1.属于国家秘密"),
    ("2.其他法律行政法规禁止公开",),
    ("3.危及“三安全一稳定”",),
    ("4.保护第三方合法权益",),
)
RULES = (("规章", "11", "12", "13"), ("行政规范性文件", "21", "22", "23"))
ITEMS_2 = ("rules", "normative_documents")
HEAD_2: Table = (("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),)


def table(*, blank: int = -1, labels: Sequence[Sequence[str]] = LABELS) -> list[list[str]]:
    """Rows whose column ``blank`` is empty in all but the first of them."""
    rows = []
    for number, names in enumerate(labels):
        values = [str(1000 * (at + 1) + number) for at in range(6)]
        values.append(str(sum(map(int, values))))
        if number and blank >= 0:
            values[blank] = ""
        rows.append([*names, *values])
    return [*map(list, HEAD), *rows]


def aligned(rows: Table) -> str:
    """Draw every cell in the next free column, as if none spanned several."""
    widths = [max(2 * len(r[at]) for r in rows if at < len(r)) for at in range(max(map(len, rows)))]
    return "\n".join(
        "  ".join(cell + " " * (width - 2 * len(cell) + sum(c.isascii() for c in cell))
                  for cell, width in zip(r, widths, strict=False))
        for r in rows
    )  # fmt: skip


def values(found: Extraction) -> dict[str, list[int | None]]:
    return {item: row(found, item) for item in ("received", "carried_in", "granted")}


def test_a_row_that_its_labels_push_aside_is_not_read_by_position() -> None:
    found = values(read(aligned(table(blank=6))))
    assert found["received"] == [1000, 2000, 3000, 4000, 5000, 6000, 21000]
    assert found["carried_in"] == [1001, 2001, 3001, 4001, 5001, 6001, None]
    assert found["granted"] == [None] * 7, "its values stand a column aside"


@pytest.mark.parametrize("blank", [0, 3, 6])
def test_columns_that_rows_do_not_share_place_nothing(blank: int) -> None:
    """Cells joined by one space: a blank leaves a gap, but no column."""
    rows = [*RULES, *table(blank=blank)]
    found = values(read("\n".join(" ".join(r) for r in rows)))
    assert found["carried_in"] == found["granted"] == [None] * 7


def test_two_tabs_between_cells_are_one_mark() -> None:
    rows = [*HEAD_2, *RULES, *table(blank=3)]
    found = read("\n".join("\t\t".join(r) for r in rows))
    assert found.cells["proactive", "rules", "in_force"].value == 13
    assert found.cells["proactive", "rules", "issued"].value == 11
    assert row(found, "carried_in") == [1001, 2001, 3001, None, 5001, 6001, 21006]


def test_blank_cells_with_a_bar_each_are_told_from_bars_that_fill_a_row_up() -> None:
    rows = [[*names, *[""] * 5, "4", "4"] for names in LABELS]
    rows[1][1:] = ["5", "", "", "", "", "", "5"]
    rows[3][1:] = [""] * 6 + ["8"]
    rows[5] = [*LABELS[5], "3", "7"]  # what vanished here nobody knows
    rows[6][-1:] = []
    width = 3 + 7  # columns of labels, and of values

    def lines(cells: Sequence[str]) -> list[str]:
        ends = [f"{cell} |" if cell else "|" for cell in cells]
        return [*ends, *["|" * (width - len(cells))][: width - len(cells)]]

    found = read("\n".join(chain.from_iterable(map(lines, [*HEAD, *rows]))) + "\n四、其他")
    none = [None] * 7
    for item, expected in {
        "received": [*none[:5], 4, 4],
        "carried_in": [5, *none[:5], 5],
        "granted": [*none[:5], 4, 4],
        "granted_in_part": [*none[:6], 8],
        "denied_state_secret": [*none[:5], 4, 4],
        "denied_other_law": none,
        "denied_security": none,
        "denied_third_party": [*none[:5], 4, 4],
    }.items():
        assert row(found, item) == expected, item
    assert states(found, "granted_in_part") == {"blank", "reported"}
    assert states(found, "denied_other_law") == {"unreadable"}


def test_a_head_may_lack_its_last_character() -> None:
    found = read("\n".join(chain(*HEAD_2, *RULES)).replace("有效件数", "有效件") + "\n第二十条")
    assert proactive(found, "rules", ISSUED) == [11, 12, 13]


def test_a_page_number_is_no_value_of_a_row_whose_last_cell_is_blank() -> None:
    def printed(rules: str) -> str:
        cells = "|".join(chain(*HEAD_2, [f"{'|'.join(RULES[0][:3])}{rules}"], RULES[1], [""]))
        return cells.replace("|", "\n|\n") + "\n第二十条第（五）项"

    for rules, in_force in (("|13", 13), ("|13|\n8\n", 13), ("|\n8\n", None)):
        found = read(printed(rules))
        assert proactive(found, "normative_documents", ISSUED) == [21, 22, 23]
        assert found.cells["proactive", "rules", "in_force"].value == in_force, rules


def test_a_blank_at_the_end_of_a_row_that_no_bar_closes() -> None:
    rows = [*HEAD_2, *RULES, *table()]
    rows[len(rows) - len(LABELS) + 1][-1] = ""
    found = values(read("\n".join(" | ".join(r) for r in rows)))
    assert found["carried_in"] == [1001, 2001, 3001, 4001, 5001, 6001, None]
    closed = values(read("\n".join(" | ".join(r) + " |" for r in rows)))
    assert closed == found


def test_a_head_without_natural_persons_was_cut() -> None:
    rows = [("其他组织", "总计"), *table(blank=6)[2:]]
    rows[2][-1] = ""
    found = values(read("\n".join("\t".join(r) for r in rows)))
    assert found["carried_in"] == [None] * 7


def test_numbers_that_spaces_break_must_add_up() -> None:
    """Seven pieces of five numbers make no row."""
    rows = ["自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"]
    rows += [f"{LABELS[0][0]} 1 0 2 3 4 5 1 6 4 0", f"{LABELS[1][0]} 1 0 3 0 0 0 0"]
    rows += [f"{LABELS[3][0]} 1 1 1 1 1 1 6"]
    found = read("\n".join(rows))
    assert row(found, "received") == row(found, "carried_in") == [None] * 7
    assert row(found, "granted_in_part") == [1, 1, 1, 1, 1, 1, 6]


def test_the_number_of_the_next_label_is_no_total() -> None:
    rows = ["自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"]
    rows += [f"{LABELS[5][0]} 0 1 0 1 1 0 3", f".{LABELS[6][0][2:]} 0 0 0 0 0 0 0"]
    rows += [f"{LABELS[3][0]} 1 1 1 1 1 1 6"]
    assert row(read("\n".join(rows)), "denied_other_law") == [None] * 7


def test_the_label_of_a_row_is_no_head() -> None:
    """All on one line, with the first head torn off."""
    text = (
        "规范性文件 4048 2982 3578 第二十条第（五）项 信息内容 上一年 项目数量"
        " 本年增/减 处理决定数量 行政许可 3694 2318 1826 其他对外管理服务事项 3835 2279 3965"
    )
    found = read(text)
    known = {
        column: found.cells["proactive", "licensing", column].value
        for column in ITEMS
        if ("proactive", "licensing", column) in found.cells
    }
    printed = {"items_last_year": 3694, "items_change": 2318, "decisions": 1826}
    assert all(value in (None, printed[column]) for column, value in known.items())


def test_a_page_poured_into_one_line() -> None:
    rows = [["某局2022年政府信息公开工作年度报告 2022年，我局公开信息3条。"], *HEAD_2, *RULES]
    rows += [["信息内容 本年处理决定数量 行政许可 24 行政处罚 25 行政强制 26"]]
    rows += [*table(), ["（七）总计 1 0 0 0 0 0 1"]]
    found = read(" ".join(" ".join(r) for r in rows))
    rules = (found.cells["proactive", item, "in_force"].value for item in ITEMS_2)
    assert [*rules, decided(found, "licensing")] == [13, 23, 24]
    assert row(found, "carried_in") == [1001, 2001, 3001, 4001, 5001, 6001, 21006]
    assert row(found, "resolved") == [1, 0, 0, 0, 0, 0, 1]


def test_fifteen_pieces_of_broken_numbers_are_no_disputes() -> None:
    head = (
        "四、政府信息公开行政复议、行政诉讼情况\n行政复议 行政诉讼\n未经复议直接起诉 复议后起诉\n"
    )
    head += "结果维持 结果纠正 其他结果 尚未审结 总计 " * 3
    whole = read(f"{head}\n1 2 3 4 10 1 0 0 0 1 0 0 0 2 3\n")
    assert whole.cells["challenges", "reconsideration", "total"].value == 10
    pieces = read(f"{head}\n1 2 3 4 1 0 1 5 0 3 1 0 0 2 3\n")
    assert set(disputes(pieces)) == {None}


def test_a_row_cut_at_the_end_of_an_excerpt_is_not_filled_up_from_its_front() -> None:
    rows = [" | ".join(["", "", *r]) for r in table()[6:]]
    last = "|  | （六）其他处理 |  | 4 | 3221 | 8 | 2465 | 2929 | 376"
    found = read("\n".join("| " + row_ + " |" for row_ in rows) + "\n" + last)
    assert row(found, "otherwise") == [None] * 7


def closed_cells(rows: Table, width: int) -> str:
    """Print each cell on a line of its own with the bar that ends it; bars fill each row up."""
    lines = [
        [*(f"{cell} |".lstrip() for cell in r), *["|" * (width - len(r))] * (len(r) < width)]
        for r in rows
    ]
    return "\n".join("\n".join(line) for line in lines)


def test_blank_cells_that_are_a_bar_on_a_line_keep_their_place() -> None:
    rows = [[*r] for r in table(labels=LABELS[:4])]
    for values_ in (rows[3], rows[4]):
        values_[2:6] = [""] * 4
        values_[-1] = values_[-2]
        values_[1] = "0"
    text = closed_cells(rows, 10)
    found = values(read(text))
    assert found["received"] == [0, None, None, None, None, 6000, 6000]
    assert found["carried_in"] == [0, None, None, None, None, 6001, 6001]
    assert states(read(text), "received") == {"reported", "blank"}
    assert values(read(text.replace("\n||", " ||"))) == found
    assert values(read(closed_cells([["", *r] for r in rows], 11))) == found
    unfilled = text.removesuffix("\n||")
    assert values(read(f"{unfilled}\n四、政府信息公开行政复议、行政诉讼情况\n（无）")) == found
    at = read(text).cells["applications", "received", "total"].locator
    assert text.split("\n")[int("".join(filter(str.isdigit, at or ""))) - 1] == "6000 |"


@pytest.mark.parametrize(("last", "told"), [("18 |\n", [18, 52, 70]), ("", [None] * 3)])
def test_cells_with_a_bar_each_that_are_no_whole_rows_have_no_place(
    last: str, told: list[int | None]
) -> None:
    heads = "|\n信息内容 |\n上一年项目数量 |\n本年增/减 |\n处理决定数量 |\n"
    first = f"|\n第二十条第（五）项 | |||\n{heads}"
    first += "".join(f"|\n{row} |\n1 |\n2 |\n3 |\n" for row in ("行政许可", "其他对外管理服务事项"))
    first += (
        first.replace("五", "一")
        .replace("行政许可", "规章")
        .replace("其他对外管理服务事项", "规范性文件")
    )
    text = f"{first}|\n第二十条第（六）项 | |||\n{heads}|\n行政处罚 |\n{last}增52 |\n70 |\n|\n"
    got = read(f"{text}行政强制 |\n0 |\n0 |\n0 |\n\n第二十条第（八）项\n五、问题\n")
    assert proactive(got, "penalties", ITEMS) == told


def test_blank_cells_of_table_2_with_a_bar_on_a_line_keep_their_place_before_a_filling_bar() -> (
    None
):
    rows: list[Sequence[str]] = []
    for number, labels in (("五", ("行政许可", "其他对外管理服务事项")), ("六", ("行政处罚",))):
        rows.append((f"第二十条第（{number}）项",))
        rows.append(("信息内容", "上一年项目数量", "本年增/减", "处理决定数量"))
        rows += [(label, "61", "", "52") for label in labels]
    rows += [("第二十条第（九）项",), ("信息内容", "采购项目数量", "采购总金额")]
    text = closed_cells([*rows, ("政府集中采购", "7", "8元")], 5).removesuffix("\n||")
    for behind in ("", "\n三、收到和处理政府信息公开申请情况\n（无）"):
        found = read(text + behind)
        columns = ("items_last_year", "items_change", "decisions")
        for item in ("licensing", "other_services", "penalties"):
            cells = [found.cells["proactive", item, column] for column in columns]
            assert [cell.value for cell in cells] == [61, None, 52]
            assert cells[1].state == "blank"
        assert found.cells["proactive", "procurement", "amount"].value == 8


@pytest.mark.parametrize("behind", ["", "\n四、政府信息公开行政复议、行政诉讼情况\n（无）"])
def test_a_lost_line_of_a_table_cell_by_cell_moves_no_blank(behind: str) -> None:
    rows = [[*r] for r in table(blank=2, labels=LABELS[:4])]
    lines = (closed_cells(rows, 10).removesuffix("\n||" if behind else "") + behind).split("\n")
    whole = values(read("\n".join(lines)))
    assert whole["carried_in"] == [1001, 2001, None, 4001, 5001, 6001, 21006]
    for at in range(len(lines)):
        found = values(read("\n".join(lines[:at] + lines[at + 1 :])))
        for item, row_ in found.items():
            pairs = zip(row_, whole[item], strict=True)
            assert all(value in (None, printed) for value, printed in pairs)


RESULTS = "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"
BLOCKS = "行政复议", "行政诉讼（未经复议直接起诉）", "行政诉讼（复议后起诉）"
DISPUTES = [[1, 2, 3, 4, 10], [5, 0, 6, 0, 11], [0, 7, 0, 8, 15]]


def in_letters(names: Sequence[str], *, rows: int) -> list[str]:
    """Print columns' names from above to below, in so many rows; the total's may be shorter."""
    pieces = [[name[at::rows] if rows > 2 else name[2 * at :][:2] for at in range(rows)]
              for name in names]  # fmt: skip
    return [" ".join(filter(None, line)) for line in zip(*pieces, strict=True)]


@pytest.mark.parametrize("rows", [2, 4])
def test_a_head_of_disputes_whose_letters_stand_below_each_other(rows: int) -> None:
    def found(names: Sequence[str], numbers: Sequence[int]) -> list[int | None]:
        first, both = in_letters(names, rows=rows), in_letters([*names, *names], rows=rows)
        head = ["行政复议 行政诉讼", "未经复议直接起诉 复议后起诉"]
        head += [line for pair in zip(first, both, strict=True) for line in pair]
        return disputes(read("\n".join([*head, " ".join(map(str, numbers))])))

    numbers = [*chain(*DISPUTES)]
    assert found(RESULTS, numbers) == numbers
    assert set(found(RESULTS, [*numbers[:-1], 16])) == {None}, "a block does not add up"
    assert set(found([RESULTS[1], RESULTS[0], *RESULTS[2:]], numbers)) == {None}


@pytest.mark.parametrize("parted", [" ", "\n", "      "])
def test_blocks_of_disputes_in_another_order_are_not_read_in_the_form_s(parted: str) -> None:
    numbers = [*chain(*DISPUTES)]

    def found(*blocks: str) -> list[int | None]:
        rows = [["行政复议", "行政诉讼"], blocks, RESULTS * 3, [*map(str, numbers)]]
        return disputes(read("\n".join(parted.join(r) for r in rows)))

    assert found("未经复议直接起诉", "复议后起诉") == numbers
    assert set(found("复议后起诉", "未经复议直接起诉")) == {None}


@pytest.mark.parametrize("own_heads", [True, False])
@pytest.mark.parametrize("parted", [" | ", "\t", "\n"])
def test_disputes_with_a_row_for_each_block(parted: str, *, own_heads: bool) -> None:
    rows = []
    for name, numbers in zip(BLOCKS, DISPUTES, strict=True):
        row_ = [*map(str, numbers)]
        if own_heads:
            rows += [[name], [*RESULTS], row_]
        else:
            rows += [] if rows else [["", *RESULTS]]
            rows += [[name, *row_]]
    text = "\n".join(parted.join(r) for r in rows)
    assert disputes(read(text)) == [*chain(*DISPUTES)]
    other = disputes(read(text.replace(BLOCKS[2], BLOCKS[1])))
    assert set(other) == {None}, "two blocks of one name"
    if parted == "\n":
        spoilt = disputes(read(text.replace("11", "12")))
        assert spoilt == [*DISPUTES[0], *[None] * 5, *DISPUTES[2]]


def test_a_block_under_the_head_of_another_edition() -> None:
    rows = [["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量", ""]]
    rows += [["规章", "1", "2", "3", ""], ["规范性文件", "4", "5", "6", ""]]
    rows += [["信息内容", "本年处理决定数量", "", "", ""], ["行政许可", "7", "", "", ""]]
    rows += [["信息内容", "本年收费金额（单位：万元）", "", "", ""]]
    rows += [["行政事业性收费", "8", "", "", ""]]
    found = read("\n".join(" | ".join(r[:2]) + "||" if not r[2] else " | ".join(r) for r in rows))
    assert found.edition == "2019"
    kept = {key[1:]: c for key, c in found.cells.items() if key[1] in ("licensing", "fees")}
    assert kept.pop(("licensing", "decisions")).value == 7
    assert {cell.state for key, cell in kept.items() if key[0] == "licensing"} == {"absent"}
    fees = {(c.state, (c.raw or "").strip()) for key, c in kept.items() if key[0] == "fees"}
    assert fees == {("unreadable", "8")}
    assert "table 2, fees: its columns are another edition's" in found.notes


@pytest.mark.parametrize("names", [(0, 1, 2, 3, 4), (1, 0, 2, 3, 4), (0, 1, 4, 3, 2)])
def test_heads_a_line_each_tell_no_order_but_their_own(names: Sequence[int]) -> None:
    """A line that names one column alone keeps every order."""
    rows = table()
    head = ["自然人", *(HEAD[2][at] for at in names), "总计"]
    lines = [*head, *(cell for row in rows[len(HEAD) :] for cell in row)]
    told = set(values(read("\n".join(lines)))["received"][1:-1])
    in_order = names == (0, 1, 2, 3, 4)
    assert told == ({2000, 3000, 4000, 5000, 6000} if in_order else {None})


@pytest.mark.parametrize("printed", ["３７．８６", "1,234", "37。86", "-5"])
def test_a_piece_of_a_number_behind_its_label_is_no_number(printed: str) -> None:
    rows = ["信息内容 本年处理决定数量", "行政许可 7", "信息内容 本年收费金额（单位：万元）"]
    found = read("\n".join([*rows, f"行政事业性收费{printed}"]))
    assert decided(found, "licensing") == 7
    assert found.cells["proactive", "fees", "amount"].value is None


def test_zeros_that_lost_what_parted_them_are_a_cell_each() -> None:
    """As a page's text without anything between its cells; other digits tell no cells."""
    rows = ["信息内容本年制发件数本年废止件数现行有效件数", "规章000", "行政规范性文件102"]
    rows += ["信息内容本年处理决定数量", "行政许可17", "行政处罚0", "行政强制00"]
    rows += ["自然人商业企业科研机构社会公益组织法律服务机构其他总计"]
    rows += [f"{LABELS[0][0]}0000000", f"{LABELS[1][0]}000000", f"{LABELS[3][0]}1000001"]
    rows += [*BLOCKS, "".join(RESULTS * 3), "0" * 15]
    found = read("\n".join(rows))
    kept = {key[1:]: c.value for key, c in found.cells.items() if key[0] == "proactive"}
    assert [kept["rules", c] for c in ISSUED] == [0, 0, 0]
    assert kept["normative_documents", "issued"] is None
    decided = [
        kept[item, "decisions"] for item in ("licensing", "penalties", "compulsory_measures")
    ]
    assert decided == [17, 0, None]
    assert row(found, "received") == [0] * 7
    assert row(found, "carried_in") == row(found, "granted_in_part") == [None] * 7
    assert disputes(found) == [0] * 15


@pytest.mark.parametrize("parted", ["\n", " "])
def test_values_that_a_tool_puts_in_front_of_their_label_are_not_the_one_before_s(
    parted: str,
) -> None:
    """As ``pdftotext`` prints a table whose labels stand a little lower than its figures."""
    heads = ["申请人情况", "自然人", "法人或其他组织", "总计", *HEAD[2]]
    rows = [[*r] for r in table()[len(HEAD) :]]
    blocks = [(parted.join(r[-7:]), r[-8]) for r in rows]

    def found(lines: Sequence[str]) -> set[int | None]:
        got = read("\n".join(lines))
        return {c.value for key, c in got.cells.items() if key[0] == "applications"}

    in_front = [text for block in blocks for text in block]
    assert found([*heads, *in_front]) == {None}
    assert found([*heads, *in_front, "四、政府信息公开行政复议、行政诉讼情况", "无"]) == {None}
    assert found([*heads, *in_front[:7]]) == {None}, "cut where values stand last"
    assert found(["一、总体情况", *in_front, "五、其他"]) == {None}, "no head"
    behind = [text for values_, label in blocks for text in (label, values_)]
    assert 21000 in found([*heads, *behind])
    assert 21006 in found([*heads, *behind[1:]]), "the first label is lost"


def test_values_in_front_of_the_labels_of_table_2() -> None:
    heads = [*HEAD_2[0]]
    two = ["信息内容", "本年处理决定数量"]
    labels = ["行政许可", "行政处罚", "行政强制"]
    rows = [text for r in RULES for text in (*r[1:], r[0])]
    rows += [text for at, label in enumerate(labels) for text in (*two, str(at + 41), label)]
    assert {cell.value for cell in read("\n".join([*heads, *rows])).cells.values()} == {None}
    assert {cell.value for cell in read("\n".join(rows[3:])).cells.values()} == {None}


def test_rows_of_values_in_front_of_labels_where_the_first_block_of_table_2_is_missing() -> None:
    head = "信息内容 上一年项目数量 本年增/减 处理决定数量"
    rows = [head, "11 2 500", "行政许可", "13 4 700", "其他对外管理服务事项"]
    rows += [head, "15 6 900", "行政处罚", "17 8 100", "行政强制"]
    assert {cell.value for cell in read("\n".join(rows)).cells.values()} == {None}
    behind = read("\n".join([*rows[:1], *rows[2:5:2], rows[3]]))
    assert decided(behind, "other_services") == 700


def test_a_value_between_a_head_and_its_first_label_is_not_all_that_stands_in_front() -> None:
    """As ``pdftotext`` prints narrow cells whose figures stand at heights of their own."""
    heads = ["信息内容", "上一年项目数量", "本年增/减", "处理决定数量"]
    rows = ["行政处罚", "32", "33", "41", "行政强制", "42", "43"]
    assert {c.value for c in read("\n".join([*heads, "31", *rows])).cells.values()} == {None}
    assert 41 in {c.value for c in read("\n".join([*heads, *rows])).cells.values()}


def test_values_on_the_line_of_the_label_below_their_own() -> None:
    """As ``pdftotext -layout`` does where a label stands higher than its figures."""
    rows = [[names[-1], *r[-7:]] for names, r in zip(LABELS, table()[len(HEAD) :], strict=True)]
    lines = aligned([*HEAD[1:], *rows]).split("\n")
    at = len(lines) - len(LABELS) + 4
    first, second = (line[: len(line.rstrip("0123456789 "))] for line in lines[at : at + 2])
    shifted = [first, second + lines[at][len(first) :], "供" + lines[at + 1][len(second) :]]
    whole = read("\n".join(lines))
    moved = read("\n".join([*lines[:at], *shifted, *lines[at + 2 :]]))
    assert row(whole, "denied_other_law")[0] == 1005
    assert row(moved, "denied_other_law") == row(moved, "denied_state_secret") == [None] * 7
    assert row(moved, "denied_security") == row(whole, "denied_security") != [None] * 7


@pytest.mark.parametrize("end", [4, 5])
def test_totals_that_the_edge_of_the_page_has_cut(end: int) -> None:
    rows = ["自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"]
    rows += [" ".join([*r[:-1], r[-1][:end]]) for r in table()[len(HEAD) :]]
    read_totals = {row(read("\n".join(rows)), "received")[-1]}
    assert read_totals == ({21000} if end == len("21000") else {None})


def test_a_head_that_the_edge_of_the_page_has_cut() -> None:
    rows = aligned([*HEAD_2, *RULES, *[["一", "2", "3", "4"]] * 9])
    whole = read(rows)
    cut = read(rows.replace("现行有效件数", "现行有"))
    assert whole.cells["proactive", "rules", "in_force"].value == 13
    assert set(proactive(cut, "rules", ("issued", "in_force"))) == {None}


def test_a_row_in_pieces_in_front_of_a_table_that_has_lost_its_beginning() -> None:
    rows = [r[-7:] for r in table()[len(HEAD) :]]
    label = wording("unprocessed_reissue")
    lines = [f"5.{label[:9]} {rows[0][0]}", *rows[0][1:], label[9:], *rows[1]]
    lines += ["（六）其他处理", *rows[2], "（七）总计", *rows[3], "四、结转下年度继续办理"]
    assert {cell.value for cell in read("\n".join(lines)).cells.values()} == {None}


@pytest.mark.parametrize("kinds", ["商业 科研 社会公 法律服", "法律服 社会公 科研 商业"])
def test_a_head_broken_over_lines_may_be_in_another_order(kinds: str) -> None:
    ends = {"商业": "企业", "科研": "机构", "社会公": "益组织", "法律服": "务机构"}
    begun = " ".join(ends[begun] for begun in kinds.split())
    rows = ["（本列数据的勾稽关                 申请人情况", "系为：第一项加第二    法人或其他组织"]
    rows += [f"项之和，等于第三项 自然人 {kinds} 其他 总计", f" 加第四项之和）         {begun}"]
    first, *others = table()[len(HEAD) :]
    rows += [" ".join([first[0][:9], *first[1:-1], "2100"]), f"{first[0][9:]}           0"]
    rows += [" ".join(r).replace(" ", "   ", 1) for r in others]
    found = row(read("\n".join(rows)), "carried_in")
    told = [1001, 2001, 3001, 4001, 5001, 6001, 21006]
    assert found == (told if kinds.startswith("商") else [None] * 7)


@pytest.mark.parametrize("parted", [" | ", "\t"])
def test_a_row_that_lacks_a_number_shows_no_column_too_many_in_all_others(parted: str) -> None:
    """Each row has a number more than the head names; one of them a blank in front of seven."""
    rows = [*map(list, HEAD), *([*r, "9"] for r in table()[len(HEAD) :])]
    rows[len(HEAD) + 1][1] = ""
    found = values(read("\n".join(parted.join(r) for r in rows)))
    assert found == dict.fromkeys(found, [None] * 7)


@pytest.mark.parametrize("parted", [" | ", "\t"])
def test_a_remark_behind_a_row_is_not_its_total_where_its_first_value_is_blank(parted: str) -> None:
    rows = table()
    rows[len(HEAD) + 1][1:] = ["", *rows[len(HEAD) + 1][2:], "注"]
    found = values(read("\n".join(parted.join(r) for r in rows)))
    assert found["carried_in"] == [None] * 7, "the remark may be the total, the total another's"
    assert found["granted"] == [1002, 2002, 3002, 4002, 5002, 6002, 21012]


@pytest.mark.parametrize("parted", [" | ", "\t"])
def test_a_column_too_many_moves_no_number_of_a_row_whose_first_is_blank(parted: str) -> None:
    rows = [[*r, ""] for r in table()]
    rows[1][-1] = "网上申请"
    rows[len(HEAD) + 1][1], rows[len(HEAD) + 1][-1] = "", "9"
    found = values(read("\n".join(parted.join(r) for r in rows)))
    assert found["carried_in"] == [None] * 7
    assert found["granted"] == [1002, 2002, 3002, 4002, 5002, 6002, 21012]


@pytest.mark.parametrize("parted", [" | ", "\t"])
def test_a_column_too_many_among_those_of_table_2_moves_no_number(parted: str) -> None:
    rows = [["信息内容", "本年制发件数", "网上公开件数", "本年废止件数", "现行有效件数"]]
    rows += [["规章", "1", "2", "3", "4"], ["行政规范性文件", "", "5", "6", "7"]]
    found = read("\n".join(parted.join(r) for r in rows))
    assert {cell.value for cell in found.cells.values()} == {None}
    assert found.cells["proactive", "rules", "issued"].state == "unreadable"


def test_a_column_too_many_where_bars_fill_rows_up_moves_no_number() -> None:
    """One row has a number there, and a blank that left no trace."""
    rows = [[r[-8], *r[-7:]] for r in table()[len(HEAD) :]]
    rows[1] = [*rows[1][:1], *rows[1][2:], "9"]
    heads = [HEAD[0], (*HEAD[1], "网上申请"), HEAD[2]]
    lines = [" | ".join(r) + " |" for r in heads] + [" | ".join(r) + " ||" for r in rows]
    found = values(read("\n".join(lines)))
    assert found == dict.fromkeys(found, [None] * 7)


@pytest.mark.parametrize("parted", [" ", " | "])
def test_numbers_broken_in_narrow_cells_beside_a_broken_label_are_not_read(parted: str) -> None:
    rows = [["自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计".replace(" ", parted)]]
    rows += [[r[-8], *r[-7:]] for r in table()[len(HEAD) :]]
    rows[5:6] = [["1.属于国家", "12345", *"00000", "12345"], ["秘密", "6", "6"]]
    found = read("\n".join(parted.join(r) for r in rows))
    assert row(found, "denied_state_secret") == [None] * 7, "123,456 was printed"
    assert row(found, "granted") == [1002, 2002, 3002, 4002, 5002, 6002, 21012]


def test_without_a_head_rows_that_all_lack_a_number_are_in_no_order() -> None:
    """The last cell may be blank, or another column be missing."""
    names = [(form().label(i.code, table="applications"),) for i in form().rows("applications")]
    rows = table(blank=6, labels=names[:12])[len(HEAD) :]
    rows[0][-1] = ""
    found = values(read("\n".join("\t".join(r) for r in rows)))
    assert found == dict.fromkeys(found, [None] * 7)
    with_head = values(read("\n".join("\t".join(r) for r in [*HEAD, *rows])))
    assert with_head["carried_in"] == [1001, 2001, 3001, 4001, 5001, 6001, None]


def test_a_tab_in_front_of_prose_is_no_cell() -> None:
    prose = "（一）依申请公开。收到政府信息公开申请9件。"
    text = f"\t一、总体情况\n\t{prose}\n\n\t规章\n\t11\n\t12\n\t13\n\n\t合计\n"
    document = from_text(text)
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [prose]
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    assert [slot.text for slot in grids[-1].rows[0]] == ["规章", "11", "12", "13"]


OTHER_FIRST = """                  申请人情况
（本列数据的勾稽关系为：第    法人或其他组织
一项加第二项之和，等于第三
项加第四项之和）      自然
              人     商业 科研 社会 法律 总计
                 其他 企业 机构 公益 服务
                          组织 机构
一、本年新收政府信息公开申 0      0 0      4265 0    0    4265
请数量
二、上年结转政府信息公开申 0      8735 0   5680 6477 0    20892
请数量
三、 （一）予以公开     1763 6684 0 1804 6103 0 16354
本
"""
LEGAL_BEFORE_PUBLIC = """信息内容   本年处理决定数量
行政许可   1
信息内容   本年处理决定数量
行政处罚     2
行政强制     3
信息内容     本年收费金额（单位：万元）
稽关系为：第一    法人或其他组织
和，等于第三项 自然          社会 总计
加第四项之和） 人 商业 科研 法律
           企业 机构 服务 公益 其他
一、本年新收政
府信息公开申请 0 8320 0 0 0 0 8320
府信息公开申请 0 8825 686 2580 0 245 12336
三、 （一）予以 0 0 3963 0 0 3200 7163
"""


@pytest.mark.parametrize("text", [OTHER_FIRST, LEGAL_BEFORE_PUBLIC])
def test_a_head_of_which_a_line_names_its_pieces_in_another_order(text: str) -> None:
    """As ``pdftotext -layout`` draws the narrow columns of a page that a browser printed."""
    assert row(read(text), "carried_in") == [None] * 7


@pytest.mark.parametrize("kinds", ["法律 社会", "社会 法律"])
def test_a_head_in_front_of_rows_in_pieces_is_the_table_s(kinds: str) -> None:
    end = "服务 公益" if kinds.startswith("法律") else "公益 服务"
    head = "申请人情况\n（本列数据的勾稽关系为：第一项 法人或其他组织\n自\n然\n"
    head += f"{kinds} 总计\n人 商业 科研 其 {end}\n企业 机构 他\n"
    labels = ("一、本年新收政府信息公开申请数", "二、上年结转政府信息公开申请数")
    pieces = "".join(f"{label} 0 0 0 0 0\n量\n\n0\n\n0\n\n" for label in labels)
    rows = "三、 （一）予以公开\n0 0 0 0 0 0\n0\n1.属于国家秘密 621 639 0 0 689 248 2197\n"
    text = f"{head}{pieces}{rows}2.其他法律行政法规禁止公开 1 0 0 0 0 0 1\n"
    assert row(read(text), "denied_state_secret") == [None] * 7


LETTER_A_LINE = (
    "自 然 人 法人或其他 组织 总 计 商 业 科 研 社 会 公 {} 企 业 机 构 益 组 织 务 机 构"
)


@pytest.mark.parametrize(("last", "read_as"), [("法 律 服 其 他", 1), ("其 他 法 律 服", None)])
def test_a_torn_kind_stands_where_its_letters_do(last: str, read_as: int | None) -> None:
    """As ``pdftotext -raw`` prints narrow columns, the other kinds named as a whole."""
    head = "\n".join(["申请人情况", *LETTER_A_LINE.format(last).split()])
    rows = "一、本年新收政\n府信息公开申请\n数量\n0 0 0 1 0 0 1\n"
    rows += "二、上年结转政\n府信息公开申请\n数量\n0 0 0 0 0 0 0\n"
    got = row(read(f"{head}\n{rows}（一）予以\n公开 0 0 0 0 1 0 1\n"), "granted")
    assert got[4] == read_as


def test_the_total_in_front_of_a_head_with_a_letter_a_line_is_seen() -> None:
    names = "自然人商业企业科研机构社会公益组织法律服务机构其他"
    head = "\n".join(["项目 总计", *names])
    rows = "一、本年新收政\n府信息公开申请\n数量\n0 0 0 0 0 0 0\n"
    rows += "二、上年结转政\n府信息公开申请\n数量\n0 0 0 0 0 0 0\n"
    got = read(f"{head}\n{rows}（一）予以\n公开 415 0 0 0 0 0 415\n")
    assert row(got, "granted") == [None] * 7


@pytest.mark.parametrize("parted", ["\t", "  ", "|", " "])
@pytest.mark.parametrize("own", ["申请人情况\t自然人\n数量\t12\n", "申请人情况\n12\n3\n"])
def test_a_table_of_the_agency_s_own_does_not_hide_the_head_behind_it(
    own: str, parted: str
) -> None:
    names = (
        "项目",
        "总计",
        "自然人",
        "商业企业",
        "科研机构",
        "社会公益组织",
        "法律服务机构",
        "其他",
    )
    rows = [names, ("一、本年新收政府信息公开申请数量", *"0000000")]
    rows += [("二、上年结转政府信息公开申请数量", *"0000000"), ("（一）予以公开", *"4000004")]
    table = "".join(parted.join(cells) + "\n" for cells in rows)
    got = row(read(f"{own}以下为统计表。\n{table}"), "granted")
    assert got in ([0, 0, 0, 0, 0, 4, 4], [None] * 7)
