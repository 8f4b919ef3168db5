"""Texts that PDF tools made: by height, with spaces for columns, or a value a line by blocks."""

from collections.abc import Sequence

import pytest

from tests.test_conversions import HEADS
from tests.test_extract import read, row
from toolkit.form import form
from toolkit.read.letters import display_width

FIRST = ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开")
LABELS = (*FIRST, "（二）部分公开", "1.属于国家秘密", "（七）总计", "四、结转下年度继续办理")
NUMBERS = ("1", "2", "3", "4", "5", "6", "21")


def drawn(rows: Sequence[Sequence[str]], width: int = 10) -> str:
    """Rows whose cells stand in columns of one width, an empty one as a gap."""
    return "\n".join(
        label.ljust(24) + "".join(cell.rjust(width - 5).ljust(width) for cell in cells)
        for label, *cells in rows
    )


def table(heads: Sequence[str], *rows: Sequence[str]) -> str:
    """A drawn table 3 of these rows, with such labels as the form has first."""
    return drawn([["", *heads], *([f"{x}", *r] for x, r in zip(LABELS, rows, strict=False))])


def test_drawn_heads_tell_which_columns_there_are_and_in_which_order() -> None:
    heads = [HEADS[at] for at in (6, 0, 3, 1, 5, 4)]  # the scientific institutes were left out
    got = read(table(heads, *[["19", "1", "4", "2", "6", "5"]] * 7))
    assert row(got, "granted") == [1, 2, None, 4, 5, 6, 19]
    heads[3] = "商业起业"  # one that is misprinted may be any
    assert row(read(table(heads, *[["19", "1", "4", "2", "6", "5"]] * 7)), "granted") == [None] * 7


def test_values_stand_under_the_heads_of_a_column_that_is_left_empty() -> None:
    rows = [[*NUMBERS[:6], ""]] * 7
    assert row(read(table(HEADS, *rows)), "granted") == [1, 2, 3, 4, 5, 6, None]
    # A number in pieces makes a row full, but tells nothing of where the columns stand.
    rows[3] = ["8", "0", "0", "0", "0", "0", ""]
    torn = table(HEADS, *rows).replace("    8       ", "    8    8  ")
    assert torn != table(HEADS, *rows)
    assert row(read(torn), "granted") in ([1, 2, 3, 4, 5, 6, None], [None] * 7)


def test_heads_that_were_lost_make_no_table_of_fewer_columns() -> None:
    """Rows have blanks, and some as many values as heads are left: they are not those columns'."""
    heads = [head if at in (0, 2, 4, 6) else "" for at, head in enumerate(HEADS)]
    rows = table(heads, *[["5", "1", "1", "", "1", "1", "9"]] * 5)
    below = [[label, "1", "1", "", "", "1", "", "3"] for label in LABELS[5:]]
    got = read(f"{rows}\n\f{drawn(below, 13)}\n")
    assert row(got, "resolved") == row(got, "carried_forward") == [None] * 7


def test_columns_without_heads_are_not_told_where_no_row_is_full() -> None:
    """They are seven, but may be in any order."""
    rows = [[*("" if n == at else "1" for n in range(6)), "5"] for at in (0, 1, 2, 3, 0, 1, 4)]
    text = drawn([("申请人", "情况"), *([x, *r] for x, r in zip(LABELS, rows, strict=True))])
    assert row(read(text), "granted") == [None] * 7


TOTAL_FIRST = [
    "                                                          申请人情况",
    "                               总计  自然人     商业企业   科研机构 社会公益组织  法律服务机构  其他",  # noqa: E501
]
PUSHED = [
    "                                                    申请人情况",
    "                                                     法人或其他组织",
    "                                                        社会公益      法律服务",
    "                                    自然人  商业企业  科研机构  组织  其他  机构  总计",
]
BESIDE = [
    "                                              申请人情况",
    "                                               法人或其他组织",
    "                                                    社会       法律",
    "                                 自然  商业  科研   公益     服务",
    "                           人         企业      机构  组织  其他    机构   总计",
]


@pytest.mark.parametrize(
    ("head", "first", "width", "cells"),
    [
        (TOTAL_FIRST, 35, 11, "2--2---"),  # dashes leave no sum to tell it by
        (PUSHED, 39, 7, "2010104"),
        (BESIDE, 30, 7, "3110207"),
    ],
)
def test_heads_that_do_not_stand_above_columns_in_another_order(
    head: Sequence[str], first: int, width: int, cells: str
) -> None:
    """The total is the first; "other" comes before the legal services, whose head is broken."""
    row_ = "".join(cell.ljust(width) for cell in cells).rstrip()
    labels = [f"  {label[:12]}" for label in LABELS]
    lines = [label + " " * (first - display_width(label)) + row_ for label in labels]
    lines[0] += f"\n  {LABELS[0][12:]}"
    got = read("\n".join([*head, *lines]))
    assert row(got, "granted") == [None] * 7


def test_drawn_heads_of_table_4_tell_its_order() -> None:
    upper = ["结果", "总计", "结果", "其他", "尚未"] * 3
    lower = ["纠正", "", "维持", "结果", "审结"] * 3
    above = ["", "", "行政复议", "", "", "", "", "未经复议直接起诉", *[""] * 4, "复议后起诉"]
    values = ["1", "17", "2", "3", "11", "4", "22", "5", "6", "7", *["0"] * 5]
    rows = [["", *texts] for texts in (above, upper, lower, values)]
    got = read(drawn([*rows, *[["x", "y"]] * 8]))
    found = [cell.value for key, cell in got.cells.items() if key[0] == "challenges"]
    assert found == [2, 1, 3, 11, 17, 5, 4, 6, 7, 22, 0, 0, 0, 0, 0]


def test_a_few_values_on_the_page_behind_a_head_are_not_told_by_it() -> None:
    """The tool sets each page's columns anew: these two may stand under any heads."""
    upper = ["结果", "结果", "其他", "尚未", "总计"] * 3
    lower = ["维持", "纠正", "结果", "审结", ""] * 3
    above = ["", "", "行政复议", "", "", "", "", "未经复议直接起诉", *[""] * 4, "复议后起诉"]
    head = drawn([["", *texts] for texts in (above, upper, lower)])
    got = read(f"{head}\n\f{drawn([['', *[''] * 5, '2', '2'], *[['x', 'y']] * 8])}")
    assert not any(cell.value for key, cell in got.cells.items() if key[0] == "challenges")


def test_pieces_of_a_number_beside_a_blank_are_not_values_under_three_heads() -> None:
    heads = ["本年制发件数", "本年废止件数", "现行有效件数"]
    rows = [["信息内容", *heads], ["规章", "", "1", "1  9"], ["行政规范性文件", "2", "3", "4"]]
    got = read(drawn([*rows, *[["x", "y"]] * 8], 16))
    found = [cell.value for key, cell in got.cells.items() if key[:1] == ("proactive",)]
    assert found[:6] == [None, None, None, 2, 3, 4]


ROWS = (*LABELS[:5], "2.其他法律、行政法规禁止公开", "3.危及“三安全一稳定”")


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        ((["自然人"], ["商业", "科研", "社会公益", "法律服务", "其他", "总计"]), [2, 5]),
        ((["自然人"], ["其他", "商业", "科研", "社会公益", "法律服务", "总计"]), [None, None]),
        ((["自然人", "商业", "社会公益"], ["科研", "其他", "总计"]), [None, None]),
    ],
)
def test_a_head_behind_the_first_row_keeps_the_forms_order_or_tells_none(
    pieces: tuple[list[str], list[str]], told: list[int | None]
) -> None:
    """Each row has 1 to 5, its number in the form, and the total."""
    first, behind = pieces
    rows = [[label, "1", "2", "3", "4", "5", str(n), str(15 + n)] for n, label in enumerate(ROWS)]
    lines = ["申请人情况", *first, *rows[0], *behind, *(x for texts in rows[1:] for x in texts)]
    assert row(read("\n".join(lines) + "\n"), "granted_in_part")[1:5:3] == told


HEAD = ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量")


@pytest.mark.parametrize(
    ("values", "behind", "told"),
    [
        (["0", "-11", "7"], [], [[0, -11, 7], [2, -3, 0]]),
        (["0", "-11"], ["1", "8"], [[None] * 3, [None] * 3]),  # 7 or 0, and 0 or 1,807
        (["0", "11", "7"], ["-"], [[None] * 3, [None] * 3]),  # 11 or minus 11
    ],
)
def test_a_value_too_many_below_may_be_one_that_is_missing_above(
    values: list[str], behind: list[str], told: list[list[int | None]]
) -> None:
    rows = ["行政许可", *values, "其他对外管理服务事项", "2", "-3", "0", *HEAD]
    rows += ["行政处罚", "9", "1", "4", "行政强制", "5", "0", "0", *behind, "第二十条第（八）项"]
    got = read("\n".join((*HEAD, *rows)) + "\n")
    for item, expected in zip(("licensing", "other_services"), told, strict=True):
        own = ("items_last_year", "items_change", "decisions")
        assert [got.cells["proactive", item, column].value for column in own] == expected


def test_labels_that_come_later_leave_their_values_to_the_rows_that_are_missing_there() -> None:
    """Values of three rows stand behind the first one's label, two labels a page further."""
    items = form().rows("applications")
    own = dict.fromkeys((item.code for item in items), 1) | {"carried_in": 0, "carried_forward": 0}
    own |= dict.fromkeys(("resolved", "received"), len(items) - 4)
    values = {code: [str(n), *"00000", str(n)] for code, n in own.items()}
    received, _, granted, in_part, *rest = items
    told = ["申请人情况", *HEADS, received.zh, *values["received"], items[1].zh]
    told += [*values["carried_in"], *values["granted"], *values["granted_in_part"]]
    for item in rest:
        later = [granted.zh, in_part.zh] if item.code == "unable_not_existing" else []
        told += [*later, item.zh, *values[item.code]]
    got = read("\n".join(told) + "\n")
    assert {code: row(got, code)[0] for code in own} == own


def test_rows_of_table_2_that_stand_below_each_other_need_no_heads_above_them() -> None:
    """Narrow letters draw the values to the left of their heads."""
    head = "信息内容          本年制发件数     本年废止件数   现行有效件数"
    rows = [["规章", "1", "0", "11"], ["行政规范性文件", "8", "26", "66"]]
    lines = [label.ljust(14) + one.ljust(11) + two.ljust(9) + end for label, one, two, end in rows]
    rest = drawn([["x", "y"]] * 8)
    got = read("\n".join(["第二十条第（一）项", head, "", *lines, rest]))
    found = [cell.value for key, cell in got.cells.items() if key[0] == "proactive"]
    assert found[:6] == [1, 0, 11, 8, 26, 66]


def test_values_in_front_of_their_labels_are_not_those_of_the_labels_before() -> None:
    """A tool prints values first, and a row of them was lost: no other moves into its place."""
    own = {label: [str(n), *"00000", str(n)] for n, label in enumerate(ROWS, 1)}
    (first, lost, third), rest = ROWS[:3], ROWS[3:]
    lines = ["申请人情况", *HEADS, first, *own[first], *own[third], lost, third]
    for pair in (rest[:2], rest[2:]):
        lines += [*(x for label in pair for x in own[label]), *pair]
    got = read("\n".join(lines) + "\n")
    found = [row(got, item)[0] for item in ("received", "carried_in", "granted", "granted_in_part")]
    right = [number in (None, n) for n, number in enumerate(found, 1)]
    assert all(right), found


def test_a_number_of_table_4_that_breaks_over_two_lines_is_not_its_first_digit() -> None:
    heads = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3
    above = ["", "", "行政复议", *[""] * 4, "未经复议直接起诉", *[""] * 4, "复议后起诉"]
    values = ["0"] * 5 + ["20", "20", "5", "0", "4"] + ["0"] * 5
    rest = ["" if at != 9 else "5" for at in range(10)]
    rows = [["", *texts] for texts in (above, heads, values, rest)]
    got = read(drawn([*rows, *[["x", "y"]] * 8], 14))
    assert got.cells["challenges", "litigation_direct", "total"].value is None


RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
BLOCKS = ("", "", "行政复议", *[""] * 4, "未经复议直接起诉", *[""] * 4, "复议后起诉")


def challenges(
    size: int, last: Sequence[int], *values: Sequence[str], first: Sequence[int] = range(5)
) -> list[str | int]:
    """State or number of each cell of table 4, its heads in pieces of a size above their values.

    ``first`` and ``last`` are the orders in which the first and the last block have their columns.
    """
    heads = [*(RESULTS[at] for at in first), *RESULTS, *(RESULTS[at] for at in last)]
    pieces = [[name[at : at + size] for name in heads] for at in range(0, 4, size)]
    lines = ("".join(x + " " * (7 - display_width(x)) for x in row) for row in (*pieces, *values))
    blocks = "".join(x.ljust(7) for x in BLOCKS)
    got = read(
        "\n".join(["四、政府信息公开行政复议、行政诉讼情况", blocks, *lines, "五、存在的主要问题"])
    )
    cells = (cell for key, cell in got.cells.items() if key[0] == "challenges")
    return [cell.state if cell.value is None else cell.value for cell in cells]


def test_heads_of_table_4_in_pieces_are_the_forms_if_they_fit_its_order() -> None:
    values = [*"0010100000", *"10001"]
    assert challenges(2, range(5), values) == [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert challenges(2, (2, 0, 1, 3, 4), values) == ["unreadable"] * 15
    assert challenges(1, range(5), values) == [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]
    assert challenges(1, range(5), values, first=(2, 1, 3, 0, 4)) == ["unreadable"] * 15


def test_digit_of_table_4_with_the_rest_of_its_number_below_is_no_number_beside_a_dash() -> None:
    values = ["-", "690", "312", "8", "1823", *"-----", "787", "269", "805", "207", "2068"]
    assert challenges(1, range(5), values, ["", "", "", "21"]) == ["unreadable"] * 15


def raw_challenges(order: Sequence[int]) -> list[str | int]:
    """State or number of each cell of table 4, each block's heads on two lines of raw text."""
    names = [RESULTS[at] for at in order]
    halves = [" ".join(name[at : at + 2] for name in names if name[at:]) for at in (0, 2)]
    values = " ".join(str((1, 2, 4, 8, 15)[at]) for at in order)
    blocks = ("行政复议", "行政诉讼", "未经复议直接起诉", "复议后起诉")
    rest = ["四、政府信息公开行政复议、行政诉讼情况", *blocks, *halves * 3]
    got = read("\n".join([*rest, " ".join([values] * 3), "五、存在的主要问题"]) + "\n")
    cells = (cell for key, cell in got.cells.items() if key[0] == "challenges")
    return [cell.state if cell.value is None else cell.value for cell in cells]


def test_two_heads_of_table_4_that_begin_or_end_alike_and_changed_places() -> None:
    """The letters that each name alone has are in the form's order on both lines."""
    assert raw_challenges(range(5)) == [1, 2, 4, 8, 15] * 3
    assert raw_challenges((0, 2, 1, 3, 4)) == ["unreadable"] * 15
