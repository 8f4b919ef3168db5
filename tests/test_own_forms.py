"""Tables in forms of an agency's own: heads in one row, another order, heads that are gone."""

import pytest

from tests.test_extract import COLUMNS, KINDS, MADE, read, row
from toolkit.form import form

LABELS = {code: form().label(code, table="applications") for code in ("received", "granted")}
ITEMS = form().rows("applications")
HEADS = ("自然人", *KINDS, "总计")


def one_row(*head: str, values: dict[str, str]) -> str:
    """Table 3 with all its heads in one printed row, cells parted by tabs."""
    rows = ("\t".join([LABELS[item], *figures]) for item, figures in values.items())
    return "\n".join(["\t".join(head), *rows, ""])


def test_a_total_that_stands_first_behind_a_text_over_the_labels() -> None:
    values = {"received": "8120005", "granted": "7110005"}
    got = read(one_row("项目", "总计", *HEADS[:-1], values=values))
    assert row(got, "received") == [1, 2, 0, 0, 0, 5, 8]
    assert row(got, "granted") == [1, 1, 0, 0, 0, 5, 7]


def test_a_first_head_of_an_unknown_name_is_not_taken_for_the_last() -> None:
    values = {"received": ["", "0", *"00000"], "granted": "0000000"}
    got = read(one_row("序号", "项目", "全部", *HEADS[:-1], values=values))
    assert row(got, "received") == [None] * 7


@pytest.mark.parametrize("gone", range(7))
def test_a_head_that_is_gone_with_its_place_moves_no_column(gone: int) -> None:
    head = [name for at, name in enumerate(HEADS) if at != gone]
    values = {"received": "3120006", "granted": "1020003"}
    got = read(one_row("项目", *head, values=values))
    for item, figures in values.items():
        found = dict(zip(COLUMNS, row(got, item), strict=True))
        printed = dict(zip(COLUMNS, map(int, figures), strict=True))
        assert {code: n for code, n in found.items() if n is not None}.items() <= printed.items()


def test_a_blank_column_and_a_lost_head_are_no_kind_left_out() -> None:
    head = [name for name in HEADS if name != "科研机构"]
    values = {"received": ["", *"120058"], "granted": ["", *"000055"]}
    got = read(one_row("", *head, values=values))
    assert [row(got, item) for item in values] == [[None] * 7] * 2
    whole = {item: figures[1:] for item, figures in values.items()}
    assert row(read(one_row("", *head, values=whole)), "received") == [1, 2, None, 0, 0, 5, 8]


def test_a_head_of_table_2_that_is_gone_with_its_place_moves_no_column() -> None:
    head = "信息内容\t上一年项目数量\t处理决定数量\t\n"
    got = read(head + "行政许可\t10\t2\t500\n其他对外管理服务事项\t3\t1\t9\n")
    blank = read(head.replace("\t\n", "\n") + "行政许可\t10\t2\t\n其他对外管理服务事项\t3\t1\t\n")
    for cells in (got.cells, blank.cells):
        assert {cell.value for key, cell in cells.items() if key[1] == "licensing"} == {None}


def test_a_total_in_front_in_a_head_of_a_line_each() -> None:
    rows = {"received": "0000080", "granted": "0000080"}  # nothing tells which is the total
    cells = ["类别", "总计", *HEADS[:-1], *(x for i, n in rows.items() for x in (LABELS[i], *n))]
    got = read("\n".join([*cells, *("二、上年结转政府信息公开申请数量", *"0000000"), "四、"]))
    assert row(got, "received") == [None] * 7


def test_a_total_that_stands_elsewhere_is_not_the_last_where_a_row_adds_up_both_ways() -> None:
    some = {"received": "4300001", "granted": "1100000", "denied_third_party": "1000001"}
    some |= {"unable_not_held": "2200000", "resolved": "4300001"}
    cells = ["全部", *HEADS[:-1]]
    cells += [x for i in ITEMS for x in (i.zh, *some.get(i.code, "0000000"))]
    got = read("\n".join([*cells, "四、政府信息公开行政复议、行政诉讼情况"]))
    assert row(got, "denied_third_party") == [None] * 7


def test_tables_on_one_line_keep_no_place_for_what_is_blank() -> None:
    cells = ["序号", "项目", *HEADS]
    for number, item in enumerate(ITEMS, 1):  # of most rows one cell is blank
        cells += [str(number), item.number + item.zh, *("110002" if number > 1 else "1100002")]
    got = read("\t".join(cells))
    assert {cell.value for key, cell in got.cells.items() if key[1] != "received"} == {None}


def test_a_minus_on_a_line_of_its_own_may_be_the_next_number_s() -> None:
    head = "信息内容\n上一年项目数量\n本年增/减\n处理决定数量\n"
    got = read(head + "行政许可\n-\n3\n12\n其他对外管理服务事项\n4\n-1\n9\n信息内容\n")
    assert got.cells["proactive", "licensing", "items_change"].value is None
    assert got.cells["proactive", "other_services", "items_change"].value == -1


@pytest.mark.parametrize("slip", ["复议后起诉", "复议厚起诉", "复议起诉"])
def test_blocks_of_litigation_in_another_order_one_of_them_misprinted(slip: str) -> None:
    columns = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    head = ["行政复议", *columns, slip, *columns, "未经复议直接起诉", *columns]
    got = read(" ".join(head) + "\n1 0 0 0 1 2 0 0 0 2 3 0 0 0 3\n")
    found = {key[1:]: cell.value for key, cell in got.cells.items() if key[0] == "challenges"}
    assert found["litigation_direct", "upheld"] in (None, 3)
    assert found["litigation_after_reconsideration", "upheld"] in (None, 2)


def test_a_blank_of_another_row_is_no_head() -> None:
    head = "信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量 |\n"
    text = f"发布机构 | 甲镇 | 文 号 | |\n第二十条第(一)项 |\n{head}规章 | 0 | 1 | 2 |\n"
    got = read(f"{text}规范性文件 | 3 | 4 | 5 |\n")
    found = [got.cells["proactive", "rules", column].value for column in MADE]
    assert found == [0, 1, 2]
