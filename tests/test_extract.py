"""Extraction on small documents whose every cell is known."""

from dataclasses import replace
from itertools import accumulate

import pytest

from tests.extracted import (
    COLUMNS,
    FEES,
    HEADS,
    ISSUED,
    KINDS,
    LABELS,
    MADE,
    decided,
    disputes,
    proactive,
    read,
    row,
    states,
    wording,
)
from toolkit.errors import CodebookError, DocumentError
from toolkit.extract import extract, labels
from toolkit.form import Alias, aliases, form
from toolkit.read.document import Document, Grid, Slot
from toolkit.read.text import from_text

HEAD_2 = "第二十条第（一）项\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n"
HEAD_3 = (
    "\t\t申请人情况\n\t\t自然人\t法人或其他组织\t\t\t\t\t总计\n"
    "\t\t\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\n"
)


def test_table_2_of_edition_2021() -> None:
    got = read(
        HEAD_2 + "规章\t0\t1\t2\n行政规范性文件\t3\t4\t5\n"
        "信息内容\t本年处理决定数量\n行政许可\t7\n"
        "信息内容\t本年收费金额（单位：万元）\n行政事业性收费\t0.5\n"
    )
    assert got.edition == "2021"
    cells = {key[1:]: cell.value for key, cell in got.cells.items() if cell.value is not None}
    assert cells == {
        ("rules", "issued"): 0,
        ("rules", "repealed"): 1,
        ("rules", "in_force"): 2,
        ("normative_documents", "issued"): 3,
        ("normative_documents", "repealed"): 4,
        ("normative_documents", "in_force"): 5,
        ("licensing", "decisions"): 7,
        ("fees", "amount"): 5_000,
    }
    assert got.cells["proactive", "penalties", "decisions"].state == "absent"


def test_table_2_of_edition_2019() -> None:
    got = read(
        "信息内容\t本年新制作数量\t本年新公开数量\t对外公开总数量\n规范性文件\t1\t2\t30\n"
        "信息内容\t上一年项目数量\t本年增/减\t处理决定数量\n行政许可\t10\t-2\t500\n"
        "其他对外管理服务事项\t3\t+1\t9\n信息内容\t上一年项目数量\t本年增/减\n"
        "行政事业性收费\t4\t减3\n信息内容\t采购项目数量\t采购总金额\n政府集中采购\t2\t1.5亿元\n"
    )
    assert got.edition == "2019"
    cells = {key[1:]: cell.value for key, cell in got.cells.items() if cell.value is not None}
    assert cells == {
        ("normative_documents", "made"): 1,
        ("normative_documents", "disclosed"): 2,
        ("normative_documents", "disclosed_total"): 30,
        ("licensing", "items_last_year"): 10,
        ("licensing", "items_change"): -2,
        ("licensing", "decisions"): 500,
        ("other_services", "items_last_year"): 3,
        ("other_services", "items_change"): 1,
        ("other_services", "decisions"): 9,
        ("fees", "items_last_year"): 4,
        ("fees", "items_change"): -3,
        ("procurement", "projects"): 2,
        ("procurement", "amount"): 150_000_000,
    }


def test_columns_of_table_2_follow_the_head_not_the_form() -> None:
    got = read("信息内容\t现行有效件数\t本年制发件数\t本年废止件数\n规章\t9\t1\t2\n")
    assert got.cells["proactive", "rules", "in_force"].value == 9
    assert got.cells["proactive", "rules", "issued"].value == 1


@pytest.mark.parametrize(
    "text",
    [
        "信息内容 | 本年新 | 本年新 | 对外公开总数量 |\n规章 | 1 | 2 | 30 |\n",
        "信息内容 |\n本年新 |\n本年新 |\n对外公开总数量 |\n规章 |\n1 |\n2 |\n30 |\n",
        "信息内容\n\n本年新\n\n制作数量\n\n本年新\n\n公开\n数量\n\n对外公开总数量\n规章\n1\n2\n30\n规范",
    ],
)
def test_heads_that_are_cut_or_torn(text: str) -> None:
    assert proactive(read(text), "rules", MADE) == [1, 2, 30]


def test_a_cut_head_is_the_column_left_over_if_one_is() -> None:
    got = read("信息内容 | 本年新 | 本年新公开数量 | 对外公开总数量 |\n规章 | 1 | 2 | 30 |\n")
    assert proactive(got, "rules", MADE) == [1, 2, 30]
    got = read("信息内容 | 本年新 | 对外公开总数量 | 本年新公开数量 |\n规章 | 1 | 30 | 2 |\n")
    assert proactive(got, "rules", MADE) == [None] * 3
    got = read("信息内容 | 本年新 | 对外公开总数量 |\n规章 | 1 | 30 |\n")
    assert {cell.value for cell in got.cells.values()} == {None}


def test_blanks_behind_the_values_of_a_row_that_is_filled_up_may_be_lost_ones() -> None:
    row = "信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量 |\n行政许可 | 106 | 2939 | |\n"
    full = "第二十条第(五)项 | |||\n" + row + "行政处罚 | 6 | 5 | 3 |\n" * 3
    assert read(full).cells["proactive", "licensing", "items_change"].value is None
    assert decided(read(full), "penalties") == 3
    kept = full.replace("| |||", "| | | |").replace("行政处罚 | 6", "行政处罚 | ")
    assert read(kept).cells["proactive", "licensing", "items_change"].value == 2939


def test_a_column_that_one_edition_alone_has_tells_the_edition() -> None:
    text = "信息内容\t本年新制作数量\t对外公开总数量\n规范性文件\t1\t2\n"
    text += "信息内容\t处理决定数量\n行政处罚\t3\n行政强制\t6\n"
    assert read(text).edition == "2019"


def test_rows_of_the_other_edition_are_told_of() -> None:
    rows = "规章\t0\t1\t2\n行政规范性文件\t3\t4\t5\n"
    rows += "信息内容\t采购项目数量\t采购总金额\n政府集中采购\t2\t1.5亿元\n"
    rows += "信息内容\t上一年项目数量\t本年增/减\t处理决定数量\n其他对外管理服务事项\t3\t1\t9\n"
    strange = "other_services, procurement"
    told = (f"table 2 has rows that edition 2021 does not: {strange}",)
    assert read(HEAD_2 + rows).notes == told


def test_columns_that_an_agency_left_out_are_absent() -> None:
    text = "信息内容\t本年新制作数量\t对外公开总数量\n规范性文件\t1\t2\n"
    got = read(text)
    assert proactive(got, "normative_documents", MADE) == [1, None, 2]
    assert got.cells["proactive", "normative_documents", "disclosed"].state == "absent"
    longer = read(f"{text}规章\t1\t2\t3\n")
    assert proactive(longer, "normative_documents", MADE)[0] is None
    assert {longer.cells["proactive", "rules", column].state for column in MADE} == {"unreadable"}
    assert proactive(read(text.replace("\t", "\n")), "normative_documents", MADE)[0] is None


@pytest.mark.parametrize("lost", range(3))
@pytest.mark.parametrize("kept", ["|  ", ""], ids=["with its place", "without"])
def test_a_head_that_was_lost_is_no_column_left_out(lost: int, kept: str) -> None:
    """Else a row that is one value short would be read under the heads that are left."""
    names = ["| 本年制发件数 ", "| 本年废止件数 ", "| 现行有效件数 "]
    names[lost] = kept
    head = f"| 信息内容 {''.join(names)}|\n| --- | --- | --- | --- |\n"
    got = read(f"{head}| 规章 | 1 | 2 | 3 |\n| 行政规范性文件 | 4 | 5 |\n")
    assert proactive(got, "normative_documents", ISSUED) == [None] * 3
    assert proactive(got, "rules", ISSUED) == ([1, 2, 3] if kept else [None] * 3)


def test_a_fee_whose_head_names_yuan() -> None:
    got = read("信息内容\t本年收费金额（单位：元）\n行政事业性收费\t3700\n")
    assert got.cells["proactive", "fees", "amount"].value == 3_700


@pytest.mark.parametrize("between", ["元氏县人民政府", "石家庄市元氏县"])
def test_a_place_name_is_no_unit(between: str) -> None:
    head = "信息内容\t本年收费金额（单位：万元）\n"
    assert read(f"{head}{between}\n行政事业性收费\t2\n").cells[FEES].value == 20_000
    bare = "信息内容\t本年收费金额\n"
    assert read(f"{bare}{between}\n行政事业性收费\t2\n").cells[FEES].state == "unreadable"
    assert read(f"{bare}（单位：万元）\n行政事业性收费\t2\n").cells[FEES].value == 20_000


def test_a_fee_without_any_unit_is_not_guessed() -> None:
    got = read("信息内容\t本年收费金额\n行政事业性收费\t3700\n")
    assert got.cells["proactive", "fees", "amount"].state == "unreadable"


@pytest.mark.parametrize(
    ("head", "label", "value"),
    [
        ("本年收费金额", "行政事业性收费（元）", 3_700),
        ("本年收费金额（单位：万元）", "行政事业性收费（单位：万元）", 37_000_000),
        ("本年收费金额（单位：万元）", "行政事业性收费（元）", None),
        ("本年收费金额（单位：万元）", "行政事业性收费（千元）", None),
        ("本年收费金额（单位：千元）", "行政事业性收费", None),
    ],
)
def test_the_unit_of_a_row_and_of_its_head(head: str, label: str, value: int | None) -> None:
    assert read(f"信息内容\t{head}\n{label}\t3700\n").cells[FEES].value == value


@pytest.mark.parametrize(
    ("head", "label", "value"),
    [
        ("（件）", "（件）", 12),
        ("（万件）", "", None),
        ("（单位：千件）", "", None),
        ("", "（万件）", None),
    ],
)
def test_counts_in_ten_thousands_are_no_counts(head: str, label: str, value: int | None) -> None:
    got = read(f"信息内容\t本年处理决定数量{head}\n行政许可{label}\t12\n行政处罚\t3\n")
    assert decided(got, "licensing") == value


@pytest.mark.parametrize(
    ("above", "beside", "total"),
    [
        ("单位：件", "", 19),
        ("（单位：万件）", "", None),
        ("单位：千", "", None),
        ("网站访问量（单位：万次）", "", 19),
        ("", "（万件）", None),
        ("", "（件）", 19),
    ],
)
def test_a_unit_above_a_table_or_in_its_head_is_that_of_all_counts(
    above: str, beside: str, total: int | None
) -> None:
    head = HEAD_3.replace("总计", f"总计{beside}")
    got = read(f"{above}\n{head}一、本年新收政府信息公开申请数量\t\t16\t0\t1\t0\t2\t0\t19\n")
    assert row(got, "received")[-1] == total
    assert (got.cells["applications", "received", "total"].raw or "")[-2:] == "19"


@pytest.mark.parametrize("unit", ["千元", "美元", "万"])
def test_a_unit_of_fees_is_not_that_of_other_tables(unit: str) -> None:
    fees = f"信息内容\t本年收费金额（单位：{unit}）\n行政事业性收费\t39\n"
    got = read(f"{fees}{HEAD_3}一、本年新收政府信息公开申请数量\t\t16\t0\t1\t0\t2\t0\t19\n")
    assert got.cells[FEES].value is None
    assert row(got, "received") == [16, 0, 1, 0, 2, 0, 19]


def test_a_row_of_table_3_and_what_is_not_there() -> None:
    got = read(HEAD_3 + "一、本年新收政府信息公开申请数量\t\t16\t0\t1\t0\t2\t0\t19\n")
    assert row(got, "received") == [16, 0, 1, 0, 2, 0, 19]
    assert states(got, "carried_in") == {"absent"}
    cell = got.cells["applications", "received", "total"]
    assert (cell.raw, cell.locator) == ("19", "line 4, cell 9")


@pytest.mark.parametrize(("last", "read_as"), [(8, [5, 1, None, 0, 2, 0, 8]), ("", [None] * 7)])
def test_six_heads_are_all_columns_only_if_a_row_adds_up_under_them(
    last: object, read_as: list[int | None]
) -> None:
    # Where every total is blank and a head is lost, the values are as many as the heads.
    values = (5, 1, 0, 2, 0, last) if last else (5, 1, 3, 0, 2, 0)
    label = "一、本年新收政府信息公开申请数量"
    text = HEAD_3.replace("\t科研机构", "") + "\t".join((label, "", *map(str, values)))
    assert row(read(text + "\n"), "received") == read_as


@pytest.mark.parametrize("nought", ["0", "-", "/"])
def test_figures_under_no_head_that_no_total_has_are_no_kind_s(nought: str) -> None:
    """Programs print noughts as dashes: a sum lacks nothing of these."""
    heads = ["", "自然人", "商业企业", "科研机构", "", "法律服务机构", "其他", "总计"]
    rows = [[label, *[nought] * 3, str(n), *[nought] * 3] for n, label in enumerate(LABELS, 7)]
    got = extract(grid(*([(text, 1) for text in row_] for row_ in (heads, *rows))))
    assert row(got, "received") == row(got, "carried_in") == [None] * 7


def test_a_misprinted_group_does_not_hide_the_order_of_the_columns_below_it() -> None:
    rows = (
        HEAD_3.replace("其他组织", "其他织")
        + "一、本年新收政府信息公开申请数量\t\t5\t1\t2\t0\t0\t0\t8\n"
    )
    assert row(read(rows), "received") == [5, 1, 2, 0, 0, 0, 8]
    moved = rows.replace("商业企业\t科研机构", "科研机构\t商业企业")
    assert row(read(moved), "received") == [None] * 7


def test_a_word_in_place_of_the_first_value_pushes_no_row() -> None:
    labels = map(wording, ("received", "carried_in", "granted"))
    lines = [f"{label}\t0\t0\t0\t0\t0\t0\t0\n" for label in labels]
    torn = lines[1].replace("\t0", "\t同上", 1).replace("结转", "结x")
    got = read(
        HEAD_3.replace("\t\t自", "\t自").replace("\t\t\t商", "\t\t商") + lines[0] + torn + lines[2]
    )
    assert row(got, "granted") == [0] * 7
    assert row(got, "carried_in")[0] is None


def test_swapped_columns_follow_the_head() -> None:
    head = HEAD_3.replace("商业企业\t科研机构", "科研机构\t商业企业")
    got = read(head + "一、本年新收政府信息公开申请数量\t\t16\t7\t1\t0\t2\t0\t26\n")
    assert row(got, "received") == [16, 1, 7, 0, 2, 0, 26]


@pytest.mark.parametrize("added", ["合计", "上年总计"])
def test_a_total_too_many_moves_no_row_whose_first_value_is_blank(added: str) -> None:
    got = read(
        f"\t\t\t自然人\t法人或其他组织\t\t\t\t\t总计\t{added}\n"
        "\t\t\t\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\t\t\n"
        "二、上年结转政府信息公开申请数量\t\t\t\t8\t\t\t\t\t8\t50\n"
        "四、结转下年度继续办理\t\t\t2\t\t\t\t\t34\t36\t72\n"
    )
    assert row(got, "carried_in") == [None] * 7


def test_a_column_in_front_moves_no_row_whose_last_value_is_blank() -> None:
    got = read(
        "序号\t自然人\t法人或其他组织\t总计\n"
        "商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他\n"
        "3.补正后申请内容仍不明确\t73\t\t0\t0\t0\t\t\t\n"
        "2.重复申请\t71\t0\t0\t0\t0\t\t0\t0\n"
        "3.要求提供公开出版物\t38\t\t0\t0\t\t\t\t\n"
        "4.无正当理由大量反复申请\t8\t\t\t0\t0\t0\t\t\n"
        "5.要求行政机关确认或重新出具已获取信息\t99\t0\t0\t1\t0\t0\t0\t1\n"
        "（六）其他处理\t1.申请人无正当理由逾期不补正\t14\t\t\t7928\t0\t0\t0\t7928\n"
        "2.申请人逾期未按收费通知要求缴纳费用\t3\t0\t0\t\t\t0\t0\t0\n"
        "3.其他\t37\t0\t0\t3\t0\t\t\t3\n"
        "（七）总计\t97\t92\t69\t8837\t64\t0\t\t9062\n"
        "四、结转下年度继续办理\t47\t0\t0\t0\t\t0\t8\t8\n"
    )
    assert row(got, "unable_unclear") == [None] * 7


def test_a_head_that_lost_a_cell_is_not_the_form_s_if_it_contradicts_it() -> None:
    label = "一、本年新收政府信息公开申请数量"
    lost = HEAD_3.replace("\t其他\n", "\n")
    swapped = lost.replace("商业企业\t科研机构", "科研机构\t商业企业")
    values = f"{label}\t\t16\t7\t1\t0\t2\t0\t26\n"
    assert row(read(lost + values), "received") == [16, 7, 1, 0, 2, 0, 26]
    assert row(read(swapped + values), "received") == [None] * 7


@pytest.mark.parametrize("values", ["1\t2\t3\t4\t5\t15", "1\t2\t3\t4\t5\t6\t7\t28", "1\t2"])
def test_a_wrong_number_of_values_is_unreadable(values: str) -> None:
    got = read(HEAD_3 + f"一、本年新收政府信息公开申请数量\t{values}\n")
    assert states(got, "received") == {"unreadable"}


def grid(*rows: list[tuple[str, int]]) -> Document:
    """Build a document of one grid from rows of texts and the columns they cover."""
    made = []
    for row_ in rows:
        ends = list(accumulate(width for _, width in row_))
        begins = [0, *ends[:-1]]
        made.append(tuple(Slot(t, at, w) for (t, w), at in zip(row_, begins, strict=True)))
    return Document((Grid(tuple(made)),), "html", "grid")


@pytest.mark.parametrize(
    ("values", "read_as"),
    [
        ("510208", [None] * 7),  # what stood third is lost, and a page shows the rest moved up
        ("500001", [5, 0, 0, 0, 0, 1, None]),
        ("000000", [0, 0, 0, 0, 0, 0, None]),
    ],
)
def test_a_total_that_stands_under_the_last_kind_has_moved(
    values: str, read_as: list[int | None]
) -> None:
    got = extract(
        grid(
            [("", 2), ("申请人情况", 7)],
            [("", 2), ("自然人", 1), ("法人或其他组织", 5), ("总计", 1)],
            [("", 3), *((kind, 1) for kind in KINDS), ("", 1)],
            [("一、本年新收政府信息公开申请数量", 2), *((n, 1) for n in (*"512401", "13"))],
            [("二、上年结转政府信息公开申请数量", 2), *((n, 1) for n in (*values, ""))],
        )
    )
    assert row(got, "received") == [5, 1, 2, 4, 0, 1, 13]
    assert row(got, "carried_in") == read_as


@pytest.mark.parametrize("at", [0, 3, 6])
@pytest.mark.parametrize("rows", [1, 2, 25])
def test_a_number_alone_in_a_row_of_a_table_that_is_left_blank(at: int, rows: int) -> None:
    """Most towns have no applications, and leave all cells blank but some, often the totals."""
    items = [made.code for made in form().rows("applications") if made.columns]
    values = [
        ["3" if column == at and row_ < rows else "" for column in range(7)] for row_ in range(25)
    ]
    labels = [*map(wording, items)]
    heads = [("", 2), *((head, 1) for head in HEADS)]
    table = [
        [(label, 2), *((value, 1) for value in row_)]
        for label, row_ in zip(labels, values, strict=True)
    ]
    got = extract(grid(heads, *table))
    for item, row_ in zip(items, values, strict=True):
        assert row(got, item) == [int(value) if value else None for value in row_], item
    del table[0][2]  # one cell of the first row is missing: nothing tells which
    if at == 6:
        assert row(extract(grid(heads, *table)), items[0]) == [None] * 7


def test_a_head_whose_spans_are_wrong_shifts_no_value() -> None:
    head: list[list[tuple[str, int]]] = [
        [("", 2), ("申请人情况", 7)],
        [("", 2), ("自然人", 1), ("法人或其他组织", 5), ("总计", 1)],
        [("", 3), *((kind, 1) for kind in KINDS)],
    ]
    label = "一、本年新收政府信息公开申请数量"
    values = [(str(n), 1) for n in (1, 2, 3, 4, 5, 6, 21)]
    for width in (1, 2, 3, 4):  # of the label; the head's says 2
        got = extract(grid(*head, [(label, width), *values]))
        assert row(got, "received") in ([1, 2, 3, 4, 5, 6, 21], [None] * 7), width


@pytest.mark.parametrize("above", [0, 1])
@pytest.mark.parametrize("blank", [6, None])
def test_a_head_of_which_two_rows_became_one_tells_no_order_of_its_own(
    above: int, blank: int | None
) -> None:
    head: list[list[tuple[str, int]]] = [
        [("", 3), ("申请人情况", 7)],
        [("", 3), ("自然人", 1), ("法人或其他组织", 5), ("总计", 1)],
        [("", 3), *((kind, 1) for kind in KINDS)],  # pushed aside where the row above is too long
    ]
    head[above] += [cell for cell in head.pop(above + 1) if cell[0]]
    told = [1, 2, 3, 4, 5, blank, 21]
    values = [("" if value is None else str(value), 1) for value in told]
    got = extract(grid(*head, [("一、本年新收政府信息公开申请数量", 3), *values]))
    assert row(got, "received") == (told if above else [None] * 7)


def test_kinds_that_a_text_names_behind_the_total_are_columns_in_front_of_it() -> None:
    heads = " | ".join(("自然人", "法人或其他组织", "总计", *KINDS))
    values = "| 一、本年新收政府信息公开申请数量 | 3 | 0 | 0 | 0 | 0 | 0 | 3 | ||\n"
    got = read(f"| 申请人情况 | ||||||||\n| {heads} | |||||\n{values}")
    assert row(got, "received") == [3, 0, 0, 0, 0, 0, 3]


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("859\t33\t0\t0\t3\t2\t8\n97\n", None),  # broken off at the width of a line
        ("859\t33\t0\t0\t3\t2\t8\n97\t（一）予以公开\t", None),
        ("\t\t\t\t\t\t\n97\n", None),
        ("859\t33\t0\t0\t3\t2\t897\n97\n", 897),  # that is the number of a page
        ("859\t33\t0\t0\t3\t2\t897\n", 897),
    ],
)
def test_a_number_alone_behind_a_row_may_be_a_piece_of_its_last(
    printed: str, kept: int | None
) -> None:
    got = read(HEAD_3 + f"一、本年新收政府信息公开申请数量\t{printed}二、上年结转\t0\n")
    assert row(got, "received")[-1] == kept


def test_a_row_in_the_midst_of_a_printed_row_is_not_cut_off_at_its_edge() -> None:
    heads = ("申请人情况", "自然人", "法人或其他组织", "总计", *KINDS)
    rows = ("一、本年新收政府信息公开申请数量", *"5000005", "二、上年结转政府信息公开申请数量")
    granted = ("（一）予以公开", "35", "10", *"000", "36", "（二）部分公开", *"2000002")
    got = read("".join(f"\t{cell}\n" for cell in (*heads, *rows, *"0000000", *granted)))
    assert row(got, "received") == [5, 0, 0, 0, 0, 0, 5]
    assert row(got, "granted") == [None] * 7


def test_half_of_the_heading_of_six_is_no_row_of_its_own() -> None:
    heads = ("申请人情况", "自然人", "法人或其他组织", "总计", *KINDS)
    named = (
        "5.要求行政机关确认或重新出具已获取信息",
        "（六）其他",
        "（七）总计",
        "四、结转下年度继续办理",
    )
    rows = {name: [name, *"2000002"] for name in ("一、本年新收政府信息公开申请数量", *named)}
    rows["（六）其他"].append("处理")  # the page ended within the label
    got = read("\n".join([*heads, *(cell for cells in rows.values() for cell in cells), "问题"]))
    assert row(got, "resolved") == [2, 0, 0, 0, 0, 0, 2]
    assert got.cells.get(("applications", "otherwise_other", "total"), (None, None))[1] is None


def test_the_number_of_a_lost_label_does_not_name_the_head_in_front_of_it() -> None:
    heads = "| 类别 | 自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 |\n"
    first = f"{heads}| 一、本年新收政府信息公开申请数量 | 1 | 0 | 0 | 0 | 0 | 0 | 1 |\n"
    granted = f"{heads}| （一）予以公开 | 3 | 0 | 0 | 0 | 0 | 0 | 3 |\n"
    lost = f"{heads}| 1. | 12 | 0 | 0 | 0 | 0 | 0 | 12 |\n"
    got = read(f"{first}{granted}{lost}| （七）计总 | 15 | 0 | 0 | 0 | 0 | 0 | 15 |\n")
    assert row(got, "granted")[0] == 3
    assert row(got, "resolved")[0] in (None, 15)


def test_the_total_is_not_where_only_an_unusual_head_and_no_row_has_it() -> None:
    head: list[list[tuple[str, int]]] = [
        [("", 1), ("自然人", 1), ("总计", 1), *((kind, 1) for kind in KINDS)]  # a cell was lost
    ]
    received = ["一、本年新收政府信息公开申请数量", "821", "35", "", "", "2", "1", "859"]
    got = extract(grid(*head, [(text, 1) for text in received]))
    assert row(got, "received") == [None] * 7
    received[1:] = ["821", "859", "35", "", "", "2", "1"]
    got = extract(grid(*head, [(text, 1) for text in received]))
    assert row(got, "received") == [821, 35, None, None, 2, 1, 859]


def test_a_head_that_lost_its_first_column_is_not_moved_aside() -> None:
    head = "信息内容\t本年废止件数\t现行有效件数\t\n"
    got = read(f"第二十条第（一）项\n{head}规章\t8\t0\t18\n行政规范性文件\t1\t2\t3\n")
    assert proactive(got, "rules", ISSUED) == [None] * 3


@pytest.mark.parametrize(("aside", "told"), [(0, [1, 2, 30]), (16, [None] * 3)])
def test_heads_of_which_a_line_was_shifted_are_in_doubt(aside: int, told: list[int | None]) -> None:
    got = read(
        f"{' ' * aside}   信息内容       本年新   本年新\n"
        "             制作数量 公开数量 对外公开总数量\n"
        "    规章          1     2            30\n"
        "   信息内容    上一年项目数量 本年增/减 处理决定数量\n"
        + "   行政许可           7     8          9\n"
        * 6
    )
    assert proactive(got, "rules", MADE) == told


@pytest.mark.parametrize(("label", "told"), [("行政处罚", 937), ("行政处罚 6", None)])
def test_a_number_behind_a_label_may_be_the_beginning_of_its_value(
    label: str, told: int | None
) -> None:
    got = read(f"信息内容\t本年处理决定数量\n{label}\t937\n行政强制\t4\n")
    assert decided(got, "penalties") == told


@pytest.mark.parametrize(
    ("bar", "last", "told"),
    [
        (" |", "12", [1, 0, 12]),
        (" |", "1\n2", [None] * 3),  # a cell that was broken off
        ("", "12", [1, 0, 12]),
        ("", "3\n甲市政府信息公开年报\n12", [None] * 3),  # a page that ends within the row
    ],
)
def test_nothing_stands_between_values_that_have_a_line_each(
    bar: str, last: str, told: list[int | None]
) -> None:
    head = ("第二十条第（一）项", "信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
    rows = ("规章", "1", "0", last, "行政规范性文件", "4", "5", "6", "第二十条第（五）项")
    got = read("".join(f"{cell}{bar}\n" for cell in (*head, *rows)))
    assert proactive(got, "rules", ISSUED) == told
    assert got.cells["proactive", "normative_documents", "in_force"].value == 6


def test_a_row_in_which_one_border_is_missing_and_another_is_none_is_given_up() -> None:
    """So it was in a photograph with a stamp: seven cells, under another page's seven heads."""
    heads = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    label = "一、本年新收政府信息公开申请数量"
    row = [*(Slot(text, at) for at, text in enumerate([label, "0", "0", "2", "1", "0", "387"]))]
    for last, told in ((Slot("7513  17868", 7, doubtful=True), None), (Slot("390", 7), 387)):
        rows = tuple(Slot(text, at) for at, text in enumerate(heads, 1)), (*row, last)
        got = extract(Document((Grid(rows),), "image", "scan"))
        assert got.cells["applications", "received", "other_org"].value == told


def test_a_lost_cell_of_the_head_is_not_the_one_that_nothing_stands_above() -> None:
    kinds = ("商业企业", "社会公益组织", "法律服务机构", "其他")
    head: list[list[tuple[str, int]]] = [
        [("", 3), ("申请人情况", 7)],
        [("", 3), ("自然人", 1), ("法人或其他组织", 5), ("总计", 1)],
        [("", 4), *((kind, 1) for kind in kinds)],
    ]
    values = [(text, 1) for text in ("1", "2", "3", "4", "5", "6", "21")]
    got = extract(grid(*head, [("一、本年新收政府信息公开申请数量", 3), *values]))
    assert row(got, "received") == [None] * 7


@pytest.mark.parametrize(
    ("aside", "values", "told"),
    [
        (0, "5 0 0 0 5 0 0 0 0 0 2 0 0 0 2", True),
        (0, "5 0 0 0 5 0 0 0 0 0 2 0 0 0 9", True),  # a sum that is wrong as printed
        (1, "5 0 0 0 5 0 0 0 0 0 2 0 0 0 2", True),
        (1, "0 0 0 5 0 0 0 0 0 2 0 0 0 2 1", False),
        (1, "0 0 0 0 0 0 0 0 0 0 0 0 0 0 /", True),
        (1, "0 0 0 0 0 0 _ 0 0 0 0 0 0 0 0", False),
    ],
)
def test_values_of_table_4_aside_of_their_heads_are_taken_if_they_add_up(
    aside: int, values: str, *, told: bool
) -> None:
    """A column in front may have been lost, and another's figures stand behind them."""
    kinds = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    top = ["行政复议", *[""] * 4, "行政诉讼", *[""] * 9]
    middle = [*kinds, "未经复议直接起诉", *[""] * 4, "复议后起诉", *[""] * 4]
    heads = ([(text, 1) for text in row] for row in (top, middle, [*[""] * 5, *kinds, *kinds]))
    printed = ["" if text == "_" else text for text in values.split()]
    (table,) = grid(*heads).blocks
    assert isinstance(table, Grid)
    row = tuple(Slot(text, at) for at, text in enumerate(printed, aside))
    got = extract(Document((replace(table, rows=(*table.rows, row)),), "html", "grid"))
    expected = [int(text) if text.isdigit() else None for text in printed]
    assert disputes(got) == (expected if told else [None] * 15)


def test_a_number_in_front_of_a_label_is_not_the_row_s_above() -> None:
    """Rows may be numbered, in a column without a head."""
    rows = ["", "信息内容", "本年处理决定数量"], ["", "行政处罚"], ["1", "行政强制", "618"]
    got = extract(grid(*([(text, 1) for text in row_] for row_ in rows)))
    assert (decided(got, "penalties"), decided(got, "compulsory_measures")) == (None, 618)


def test_a_table_flattened_into_one_line() -> None:
    head = "自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"
    got = read(
        f"申请人情况 {head} 一、本年新收政府信息公开申请数量 5 1 0 0 0 0 6"
        " 二、上年结转政府信息公开申请数量 0 0 0 0 0 0 0"
        " 三、本年度办理结果 (一) 予以公开 2 0 0 0 0 0 2"
        " 1. 属于国家秘密 1 0 0 0 0 0 1 2. 其他法律行政法规禁止公开 0 0 0 0 0 0 0"
    )
    assert row(got, "received") == [5, 1, 0, 0, 0, 0, 6]
    assert row(got, "granted") == [2, 0, 0, 0, 0, 0, 2]
    assert row(got, "denied_state_secret") == [1, 0, 0, 0, 0, 0, 1]


def test_a_mark_before_a_label_in_a_cell_of_its_own_puts_no_other_row_in_doubt() -> None:
    got = read(
        HEAD_3 + "一、本年新收政府信息公开申请数量\t3\t0\t0\t0\t0\t0\t3\n"
        "、上年结转政府信息公开申请数量\t1\t0\t0\t0\t0\t0\t1\n"
    )
    assert row(got, "received") == [3, 0, 0, 0, 0, 0, 3]


def test_a_blank_cell_stays_blank() -> None:
    got = read(HEAD_3 + "一、本年新收政府信息公开申请数量\t3\t\t0\t0\t0\t0\t3\n")
    assert row(got, "received") == [3, None, 0, 0, 0, 0, 3]
    assert got.cells["applications", "received", "enterprise"].state == "blank"


def test_a_year_in_a_label_is_not_data() -> None:
    label = "二、上年结转政府信息公开申请数量（须与2021年度年报结转数一致）"
    got = read(HEAD_3 + f"{label}\t1\t0\t0\t0\t0\t0\t1\n")
    assert row(got, "carried_in") == [1, 0, 0, 0, 0, 0, 1]


def test_a_label_that_is_explained_in_its_cell() -> None:
    head = "信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n"
    for explained in (
        "规章：" + "指各级政府依法制定的文件，" * 16,
        "规章:" + "依法制定的文件" * 9 + "。",
    ):
        cells = read(f"{head}{explained}\t11\t12\t13\n行政规范性文件\t21\t22\t23\n").cells
        assert [cells["proactive", "rules", c].value for c in ("issued", "in_force")] == [11, 13]
        told = explained.replace("依法", "在2021年依法")
        cells = read(f"{head}{told}\t11\t12\t13\n行政规范性文件\t21\t22\t23\n").cells
        assert cells["proactive", "rules", "issued"].value is None, "prose with figures is no label"


def test_a_misprinted_label_between_its_neighbours() -> None:
    got = read(
        HEAD_3 + "1.属于国家秘密\t0\t0\t0\t0\t0\t0\t0\n"
        "2.其他法律行政止公开\t4\t0\t0\t0\t0\t0\t4\n"
        "3.危及“三安全一稳定”\t0\t0\t0\t0\t0\t0\t0\n"
    )
    assert row(got, "denied_other_law") == [4, 0, 0, 0, 0, 0, 4]


@pytest.mark.parametrize("misprint", [("", ""), ("管理", "管埋")])
def test_a_word_behind_a_label_may_be_the_beginning_of_a_value(misprint: tuple[str, str]) -> None:
    """A reader of the page sees that the cell says "see annex 2"."""
    head = "信息内容 上一年项目数量 本年增/减 处理决定数量\n行政许可 3150 479 4307\n"
    label = form("2019").label("other_services").replace(*misprint)
    block = f"{head}{label} {{}}386 1520\n第二十条第（六）项\n{head.replace('许可', '处罚')}"
    columns = form("2019").item("proactive", "other_services").columns
    for value, known in (("详见附件 2 ", [None] * 3), ("2 ", [2, 386, 1520])):
        assert proactive(read(block.format(value)), "other_services", columns) == known


def test_a_word_behind_a_label_of_table_3_is_no_part_of_it() -> None:
    labels = [*map(wording, ("received", "carried_in", "granted", "denied_other_law"))]
    rows = [f"{label} 4 0 0 0 0 0 4\n" for label in labels[:3]]
    head = "申请人情况\n自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计\n"
    got = read(head + "".join(rows) + f"{labels[3]} 详见附件 2 0 0 0 0 0 5\n")
    assert row(got, "granted") == [4, 0, 0, 0, 0, 0, 4]
    assert row(got, "denied_other_law") == [None] * 7


def test_half_of_a_heading_is_no_row() -> None:
    labels = map(wording, ("received", "carried_in", "granted"))
    head = "申请人情况\n自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计\n"
    rows = "".join(f"{label} 4 0 0 0 0 0 4\n" for label in labels)
    torn = "（六）\n1.申请人无正当理\n其他 0 0 0 0 0 0 0\n由逾期不补正、行\n处理\n"
    torn += "3.其他 12 0 0 0 0 0 12\n"
    assert row(read(head + rows + torn), "otherwise_other") == [12, 0, 0, 0, 0, 0, 12]


def test_a_row_that_an_agency_added_is_left_out_and_mentioned() -> None:
    got = read(
        HEAD_3 + "（一）予以公开\t5\t0\t0\t0\t0\t0\t5\n"
        "其中：部分公开两次\t2\t0\t0\t0\t0\t0\t2\n"
        "（三）不予公开\t1.属于国家秘密\t1\t0\t0\t0\t0\t0\t1\n"
    )
    assert states(got, "granted_in_part") == {"absent"}
    assert any("其中" in note for note in got.notes)


def test_other_is_a_row_only_where_the_form_has_it() -> None:
    got = read(
        HEAD_3 + "一、本年新收政府信息公开申请数量\t1\t0\t0\t0\t0\t0\t1\n"
        "其他\t9\t0\t0\t0\t0\t0\t9\n（一）予以公开\t1\t0\t0\t0\t0\t0\t1\n"
    )
    assert states(got, "otherwise_other") == {"absent"}


def test_one_row_under_six_is_edition_2019s_table_3() -> None:
    got = read(
        HEAD_2 + "规章\t0\t0\t0\n" + HEAD_3 + "（一）予以公开\t1\t0\t0\t0\t0\t0\t1\n"
        "（六）其他处理\t2\t0\t0\t0\t0\t0\t2\n（七）总计\t3\t0\t0\t0\t0\t0\t3\n"
    )
    assert got.edition == "2021"
    assert got.editions == {"proactive": "2021", "applications": "2019"}
    assert row(got, "otherwise") == [2, 0, 0, 0, 0, 0, 2]
    assert ("applications", "otherwise_other", "total") not in got.cells


def test_two_reports_in_one_document_are_refused() -> None:
    one = HEAD_3 + "一、本年新收政府信息公开申请数量\t{0}\t0\t0\t0\t0\t0\t{0}\n"
    one += "（一）予以公开\t0\t0\t0\t0\t0\t0\t0\n"
    with pytest.raises(DocumentError, match="more than once"):
        read(one.format(1) + "\n第二份\n\n" + one.format(2))


def test_a_row_printed_three_times_with_different_values_is_not_read() -> None:
    rows = "".join(f"（一）予以公开\t{n}\t0\t0\t0\t0\t0\t{n}\n" for n in (1, 2, 3))
    assert states(read(HEAD_3 + rows), "granted") == {"unreadable"}


def test_without_a_head_columns_that_do_not_add_up_are_in_doubt() -> None:
    rows = "".join(
        f"{label}\t9\t1\t0\t0\t0\t0\t8\n"
        for label in ("（一）予以公开", "（二）部分公开", "（七）总计", "四、结转下年度继续办理")
    )
    assert states(read(rows), "granted") == {"unreadable"}
    assert row(read(HEAD_3 + rows), "granted") == [9, 1, 0, 0, 0, 0, 8]
    assert row(read(rows.replace("\t8\n", "\t10\n")), "granted") == [9, 1, 0, 0, 0, 0, 10]


def test_a_title_with_its_year_set_apart_is_no_strange_head() -> None:
    row_1 = "| 一、本年新收政府信息公开申请数量 | 52 | 3 | 0 | 1 | 0 | 0 | 56 |\n"
    title = "甲山市 2023 年政府信息公开工作年度报告\n三、收到和处理政府信息公开申请情况\n"
    assert row(read(title + row_1), "received") == [52, 3, 0, 1, 0, 0, 56]
    for head in ("甲山所 2023 乙河所 2024", "甲山所 2023 年 乙河所 2024 年"):
        assert states(read(head + "\n" + row_1), "received") == {"unreadable"}, "columns of organs"


HEAD_4 = (
    "行政复议\t行政诉讼\n结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t未经复议直接起诉\t复议后起诉\n"
    + "\t".join(["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 2)
    + "\n"
)


def test_table_4_in_the_form_s_order() -> None:
    assert disputes(read(HEAD_4 + "\t".join(map(str, range(15))) + "\n")) == list(range(15))


def test_a_page_number_between_the_head_and_the_values_of_table_4() -> None:
    got = read(HEAD_4 + "8\n" + "\t".join(map(str, range(15))) + "\n")
    assert disputes(got) == list(range(15))


@pytest.mark.parametrize("years", [("上年", "本年"), ("2021年", "2022年"), ("本年", "上年")])
def test_of_two_rows_under_the_head_of_table_4_neither_is_read(years: tuple[str, ...]) -> None:
    row_ = "\t".join(map(str, range(15)))
    got = read(HEAD_4 + "".join(f"{year}\t{row_}\n" for year in years))
    found = {cell.state for key, cell in got.cells.items() if key[0] == "challenges"}
    assert found == {"unreadable"}


@pytest.mark.parametrize(
    ("wide", "total"),
    [((1, 5, 5), 1), ((4, 5, 5), 1), ((5, 5, 5), 2), ((6, 5, 5), 1), ((5, 4, 5), 1)],
)
def test_wrong_spans_over_table_4_move_no_value(wide: tuple[int, ...], total: int) -> None:
    blocks = ["行政复议", "未经复议直接起诉", "复议后起诉"]
    heads = [(head, 1) for head in HEAD_4.split("\n")[-2].split("\t")[-5:]] * 3
    heads[4] = (heads[4][0], total)
    values = [(str(number), 1) for number in range(15)]
    got = extract(grid([*zip(blocks, wide, strict=True)], heads, values))
    assert disputes(got) in ([*range(15)], [None] * 15)


@pytest.mark.parametrize("printed", [(4, 9, 14), (14,), (1,), (0, 4)])
def test_numbers_alone_in_table_4_that_is_left_blank(printed: tuple[int, ...]) -> None:
    blocks = [("行政复议", 5), ("未经复议直接起诉", 5), ("复议后起诉", 5)]
    heads = [(head, 1) for head in HEAD_4.split("\n")[-2].split("\t")[-5:]] * 3
    values = [("3" if at in printed else "", 1) for at in range(15)]

    def told() -> list[int | None]:
        return disputes(extract(grid(blocks, heads, values)))

    assert told() == [3 if at in printed else None for at in range(15)]
    heads[2:4] = heads[3:1:-1]  # what stands above a value says what it is
    assert told()[:2] == [3 if at in printed else None for at in range(2)]
    values[:14] = [("1", 1)] * 14  # a row that lacks one of its values, and is filled up
    values[14] = ("", 1)
    assert told() == [None] * 15


def test_a_block_of_table_4_whose_label_lost_its_second_row_keeps_its_place() -> None:
    # 行政复议 reaches over one row of the two, so that those of litigation moved under it.
    heads = [(head, 1) for head in HEAD_4.split("\n")[-2].split("\t")[-5:]] * 3
    rows = [("行政复议", 5), ("行政诉讼", 10)], [("未经复议直接起诉", 5), ("复议后起诉", 5)]
    got = extract(grid(*rows, heads, [(str(number), 1) for number in range(15)]))
    assert disputes(got) == [*range(15)]


@pytest.mark.parametrize("count", [14, 16, 30])
def test_table_4_with_another_number_of_values_is_unreadable(count: int) -> None:
    got = read(HEAD_4 + "\t".join(map(str, range(count))) + "\n")
    found = {cell.state for key, cell in got.cells.items() if key[0] == "challenges"}
    assert found == {"unreadable"}


def test_a_document_without_tables_has_every_cell_absent() -> None:
    got = read("某某局2022年政府信息公开工作年度报告\n一、总体情况\n全年收到申请5件。\n")
    assert got.edition is None
    assert not got.found
    assert {cell.state for cell in got.cells.values()} == {"absent"}
    assert len(got.cells) == 200


def test_rows_whose_values_cannot_be_placed_are_in_the_document_all_the_same() -> None:
    head = "四、政府信息公开行政复议、行政诉讼情况\n行政复议\n行政诉讼\n未经复议直接起诉\n"
    got = read(head + "复议后起诉\n结果维持\n72\n64\n总计\n37\n结果纠正\n12\n")
    assert {c.state for k, c in got.cells.items() if k[0] == "challenges"} == {"unreadable"}
    cell = got.cells["challenges", "litigation_direct", "total"]
    assert (cell.value, cell.raw, cell.locator) == (None, None, "line 4")


def test_a_row_of_which_the_heads_are_lost_is_unreadable_with_what_it_prints() -> None:
    got = read("规章\t1\t2\t3\n行政许可\t7\n行政处罚\n")
    cell = got.cells["proactive", "rules", "issued"]
    assert (cell.state, cell.raw, cell.locator) == ("unreadable", "1 2 3", "line 1, cell 1")
    assert got.cells["proactive", "licensing", "decisions"].raw == "7"
    for item in ("penalties", "compulsory_measures"):  # nothing follows the one's label
        assert got.cells["proactive", item, "decisions"].state == "absent"


def test_the_head_of_a_column_is_no_label_of_a_row() -> None:
    got = read(HEAD_3 + "一、本年新收政府信息公开申请数量\t1\t0\t0\t0\t0\t2\t3\n")
    for item in ("otherwise_other", "resolved"):
        assert states(got, item) == {"absent"}


def test_a_last_row_whose_name_is_misprinted_is_table_2s_under_its_own_head() -> None:
    head = HEAD_2 + "规章\t1\t2\t3\n"
    row_ = "信息内容\t本年收费金额（单位：万元）\n{}\t0.5\n" + HEAD_3
    rest = "一、本年新收政府信息公开申请数量\t1\t0\t0\t0\t0\t2\t3\n"
    for name in ("行政事业牲收费", "行政事业性收"):
        assert read(head + row_.format(name) + rest).cells[FEES].value == 5_000
    other = read(head + row_.format("会议室") + rest)
    assert other.cells[FEES].state == "absent"
    assert "table 2: a row that the form does not have: '会议室'" in other.notes


@pytest.mark.parametrize("beside", ["附注", "公开", "其他", "其中：重复"])
@pytest.mark.parametrize("above", [True, False])
def test_a_row_left_empty_beside_values_of_another_name_is_in_doubt(
    beside: str, *, above: bool
) -> None:
    items = form().children("applications", "denied")
    labels = [*map(wording, items)]
    full = [f"{at}.{label}\t4\t0\t0\t0\t0\t0\t4\n" for at, label in enumerate(labels, 1)]
    empty = f"2.{labels[1]}" + "\t" * 7 + "\n"
    rows = [f"{beside}\t9\t0\t0\t0\t0\t0\t9\n", empty]
    strange = [full[0], *(rows if above else rows[::-1]), *full[2:]]
    assert states(read(HEAD_3 + "".join(strange)), items[1]) == {"unreadable"}


def test_fifteen_values_without_a_head_are_table_4s() -> None:
    got = read("四、政府信息公开行政复议、行政诉讼情况\n" + "\t".join(map(str, range(15))) + "\n")
    cell = got.cells["challenges", "reconsideration", "upheld"]
    assert (cell.state, cell.raw) == ("unreadable", " ".join(map(str, range(15))))


def _numbers(text: str, table: str) -> dict[str, int | None]:
    cells = read(text).cells
    return {f"{i}.{c}": cell.value for (t, i, c), cell in cells.items() if t == table}


BROKEN_HEAD = """四、政府信息公开行政复议、行政诉讼情况
行政复议 行政诉讼
未经复议直接起诉 复议后起诉
结果 结果 其他结 尚未
总计
结果 结果 其他 尚未 结果 结果 其他 尚未审
{first} 果 审结
总计 总计
维持 纠正 结果 审结 维持 纠正 结果 结
{values}
五、存在的主要问题
"""


def test_disputes_under_a_head_broken_over_lines_are_read_if_every_block_adds_up() -> None:
    right = BROKEN_HEAD.format(first="维持 纠正", values="72 64 178 37 351 13 4 8 1 26 12 1 1 6 20")
    found = _numbers(right, "challenges")
    assert (found["reconsideration.upheld"], found["reconsideration.total"]) == (72, 351)
    assert found["litigation_after_reconsideration.pending"] == 6
    for broken in (
        right.replace("351", "350"),  # a block that does not add up
        right.replace("37 351", "/ 351"),  # a count that is not known
        BROKEN_HEAD.format(first="纠正 维持", values="72 64 178 37 351 13 4 8 1 26 12 1 1 6 20"),
    ):
        assert set(_numbers(broken, "challenges").values()) == {None}


def _a_value_a_line(*rows: tuple[str, str]) -> str:
    lines = (line for label, values in rows for line in (label, *values.split()))
    return "\n".join((*lines, "四、政府信息公开行政复议、行政诉讼情况"))


def test_one_row_with_a_total_where_totals_are_blank() -> None:
    """Its last value may come from elsewhere in the text, but for the last row's."""
    made = form("2021")
    codes = [item.code for item in made.rows("applications")][:8]
    rows = [(made.label(code, "zh"), "1 0 0 0 0 0") for code in codes]
    strange = [*rows[:5], (rows[5][0], "1 0 0 0 0 0 1"), *rows[6:]]
    last = (made.label("resolved", "zh"), "8 0 0 0 0 0 8")
    for table, item, total in (strange, codes[5], None), ([*rows, last], "resolved", 8):
        head = "自然人\n商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他\n总计\n"
        found = _numbers(head + _a_value_a_line(*table), "applications")
        assert found[f"{item}.total"] == total


def test_labels_of_two_rows_in_front_of_the_values_of_both() -> None:
    made = form("2019")
    labels = [made.label(item.code, "zh") for item in made.rows("applications")]
    first = "自然人\n" + "\n".join(labels[:2])
    counts = ["18 6 1 0 1 0 26"] + ["0 0 0 0 0 0 0"] * (len(labels) - 5)
    rest = list(zip(labels[2:], [*counts, counts[0], counts[1]], strict=True))
    both = "15 5 1 0 1 0 22 3 1 0 0 0 0 4"
    found = _numbers(_a_value_a_line((first, both), *rest), "applications")
    assert [found[f"{item}.total"] for item in ("received", "carried_in")] == [22, 4]
    for broken in (both.replace("22", "23"), both[:-2]):
        found = _numbers(_a_value_a_line((first, broken), *rest), "applications")
        assert [found[f"{item}.total"] for item in ("received", "carried_in")] == [None, None]


def test_a_value_from_elsewhere_in_a_text_of_a_value_a_line() -> None:
    block = "信息内容\n本年处理决定数量\n行政处罚\n8\n行政强制\n"
    assert _numbers(block + "3\n", "proactive")["penalties.decisions"] == 8
    for rest in ("3\n0\n5\n", "3 0\n5\n"):  # 830 came apart
        assert set(_numbers(block + rest, "proactive").values()) == {None}
    labels = [*map(wording, ("received", "carried_in"))]
    short, whole = "0 0 0 0 0 0", "0 0 0 0 0 0 0"  # the total is blank, or printed
    rest = [(wording(item), short) for item in ("granted", "denied_security")]
    for first in (short, whole):
        text = _a_value_a_line((f"自然人\n{labels[0]}", first), (labels[1], whole), *rest)
        found = _numbers(text, "applications")["carried_in.total"]
        assert found == (0 if first == whole else None)


def test_a_head_of_which_a_piece_stands_behind_the_first_row() -> None:
    new, old = map(wording, ("received", "carried_in"))
    text = f"自然人\n{new}\n4\n{{kinds}}\n总计\n{old}\n1\n0\n0\n0\n2\n0\n3\n"
    ordered = "商业企业\n科研机构\n社会公益组织\n法律服务机构\n其他"
    assert _numbers(text.format(kinds=ordered), "applications")["carried_in.legal_service"] == 2
    moved = "商业企业\n法律服务机构\n社会公益组织\n其他\n科研机构"
    assert _numbers(text.format(kinds=moved), "applications")["carried_in.legal_service"] is None


def test_a_word_broken_over_lines_in_front_of_the_values_of_table_4() -> None:
    block = "结果维持\n结果纠正\n其他结果\n尚未审结\n总计\n"
    head = f"行政复议\n行政诉讼\n{block}未经复议直接起诉\n{block}复议后起诉\n{block}"
    values = "2\n3\n4\n5\n14\n" + "1\n1\n1\n1\n4\n" * 2
    assert _numbers(head + values, "challenges")["reconsideration.upheld"] == 2
    assert set(_numbers(f"{head}详见\n附件\n{values}", "challenges").values()) == {None}


def test_the_last_of_the_heads_is_no_row() -> None:
    heads = "自然人\n法人或其他组织\n总计\n商业企业\n科研机构\n社会公益\n组织\n法律服务\n机构\n其他"
    items = ("received", "granted", "unprocessed_reissue", "resolved", "carried_forward")
    labels = [*map(wording, items)]
    values = "1 0 0 0 0 0 1"
    rows = [(f"自然人\n{labels[0]}", values), *((label, values) for label in labels[1:3])]
    rows += [(f"（六）其他处理\n{heads}", values), *((label, values) for label in labels[3:])]
    found = _numbers(_a_value_a_line(*rows), "applications")
    assert found["resolved.total"] == 1
    assert {number for name, number in found.items() if name.startswith("otherwise")} == {None}


@pytest.mark.parametrize("width", [20, 9])
def test_values_beside_two_labels_in_one_cell_are_neither_s(width: int) -> None:
    """The border between the labels is missing: the first row's values may be either's."""

    def cells(*texts: str) -> tuple[Slot, ...]:
        return tuple(Slot(text, column) for column, text in enumerate(texts))

    head = cells("", *map(wording, COLUMNS))
    items = ("received", "carried_in", "granted", "denied_state_secret", "denied_other_law")
    new, first, second, third, last = map(wording, items)
    rows = (
        head,
        cells(f"一、{new}", *"3000003"),
        cells(f"二、{first[:width]}\n{first[width:]}\n(一){second}", *"1000001"),
        cells(f"(一){second}\n（二)部分公,O只计", *"2000002"),
        cells(f"1.{third[:2]}\n{third[2:]}", *"4000004"),  # whose end, too, is a row's wording
        cells(f"2.{last}", *"5000005"),
    )
    got = extract(Document((Grid(rows),), "pdf", "grid"))
    assert row(got, "denied_state_secret") == [4, 0, 0, 0, 0, 0, 4]
    assert row(got, "carried_in") == row(got, "granted") == [None] * 7
    two = (cells("信息内容", "本年处理决定数量"), cells("行政处罚\n行政强制", "5"), cells("", "6"))
    got = extract(Document((Grid(two),), "pdf", "grid"))
    assert decided(got, "penalties") is None
    assert decided(got, "compulsory_measures") is None
    both = (cells("", "本年制发件数", "现行有效件数"), cells("规章\n行政规范性文件", "1", "7"))
    licences = (cells("", "本年处理决定数量"), cells("行政许可", "5"))
    got = extract(Document((Grid((*both, *licences)),), "xlsx", "grid"))
    assert {key[1]: cell.value for key, cell in got.cells.items() if cell.value} == {"licensing": 5}


def test_lines_are_counted_over_pages_as_they_stand_in_the_file() -> None:
    two = [block.place for block in from_text("甲\t1\n\f乙\t2\n").blocks]
    assert two == ["line 1, cell 1", "line 3, cell 1"]


def test_a_wording_that_stands_for_two_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is spaced and numbered: else the figures of one row would be another's."""
    wrong = Alias("applications", "item", "unprocessed_mass", "2. 重复 申请")
    monkeypatch.setattr(labels, "aliases", lambda: (*aliases(), wrong))
    with pytest.raises(CodebookError, match="for 'unprocessed_repeat' and for 'unprocessed_mass'"):
        labels._index.__wrapped__("item")
