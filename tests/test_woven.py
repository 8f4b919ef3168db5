"""Labels on several lines, with values and the labels of groups among them, as PDF tools print."""

import pytest

from toolkit.form import form
from toolkit.report import parse

FORM = form("2021")
COLUMNS = FORM.rows("applications")[0].columns
TITLE = "海宁市教育局2022年政府信息公开工作年度报告"
HEAD = ["自然人 商业企业 科研机构 社会公益组织 法律服务机构 其他 总计"]
NUMBERS = {"granted": "(一)", "granted_in_part": "(二)", "resolved": "(七)"}
GAPS = {"spaced": " ", "drawn": "        "}


def row_of(item: str) -> list[str]:
    """Figures of a row, none of them another row's, and their total."""
    first = 100 + 10 * [row.code for row in FORM.rows("applications")].index(item)
    parts = [first + at for at in range(6)]
    return [*map(str, parts), str(sum(parts))]


def text(gap: str, *, at: int = 1, head: list[str] = HEAD, broken: str = "") -> str:
    """Table 3 with labels of five characters a line, and the values behind line ``at`` of each.

    The numbers of a ``broken`` row go on, two of them, beside the rest of its group's label.
    """
    printed = [TITLE, "三、收到和处理政府信息公开申请情况", *head]
    for item in FORM.rows("applications"):
        label = NUMBERS.get(item.code, f"{item.number}、") + item.zh
        pieces = [label[n : n + 5] for n in range(0, len(label), 5)]
        n = min(at, len(pieces) - 1)
        values = row_of(item.code) if item.code != broken else ["123", *"00000", "123"]
        pieces[n] = gap.join([pieces[n].ljust(5, "\u3000"), *values])
        if item.code == broken:
            pieces.append(gap.join(["予处理", "4", "4"]))
        if item.code == "denied_third_party":
            pieces.append("不予公开")  # its group's label
        printed += pieces
    return "\n".join(printed)


def read(made: str, table: str = "applications") -> dict[tuple[str, str], int | None]:
    cells = parse(made.encode(), "report.txt").cells
    return {(i, c): cell.value for (t, i, c), cell in cells.items() if t == table}


@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS)
@pytest.mark.parametrize("at", [0, 1])
def test_values_within_the_height_of_a_label_are_its_rows(gap: str, at: int) -> None:
    got = read(text(gap, at=at))
    for item in FORM.rows("applications"):
        values = [got[item.code, column] for column in item.columns]
        assert values == [*map(int, row_of(item.code))], item.code


@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS)
def test_what_adds_up_beside_the_rest_of_its_numbers_is_in_doubt(gap: str) -> None:
    got = read(text(gap, broken="otherwise_other"))  # a label of one line: 3、其他
    assert {got["otherwise_other", column] for column in COLUMNS} == {None}
    assert got["otherwise_uncorrected", "total"] == 100 * 6 + 20 * 60 + 15


TORN = [
    "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四 申请人情况",
    "项之和）           法人或其他组织",
    "             商业企     科研机     社会公     法律服",
    "    自然人   业         构         益组织     务机构     其他" + " " * 30 + "总计",
]


@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS)
def test_a_head_in_pieces_that_stand_above_no_values_tells_the_form_s_order(gap: str) -> None:
    got = read(text(gap, head=TORN))
    assert [got["granted", column] for column in COLUMNS] == [*map(int, row_of("granted"))]
    swapped = [line.translate(str.maketrans("商企科研", "科研商企")) for line in TORN]
    assert {*read(text(gap, head=swapped)).values()} == {None}


def test_under_a_head_that_stands_above_no_values_a_row_that_lacks_one_is_in_doubt() -> None:
    """Where the head does not stand, a row may stand a column aside as well."""
    printed = [TITLE, "三、收到和处理政府信息公开申请情况", *TORN]
    for item in FORM.rows("applications"):
        values = row_of(item.code) if item.code != "carried_forward" else ["", *"000000"]
        label = f"{item.number}、{item.zh}"[:19].ljust(20, "\u3000")
        printed.append(label + "".join(value.rjust(6) for value in values))
    got = read("\n".join(printed))
    assert [got["resolved", column] for column in COLUMNS] == [*map(int, row_of("resolved"))]
    assert {got["carried_forward", column] for column in COLUMNS} == {None}


def test_a_line_of_a_torn_head_that_contradicts_the_form_tells_no_column() -> None:
    head = [
        "申请人情况",
        "（本列数据的勾稽关系",
        "法人或其他组织",
        "为：第一项加第二项之",
        "自 然 社 会 法 律",
        "和，等于第三项加第四 商 业 科 研 总计",
        "人 其他 公 益 服 务",
        "项之和） 企业 机构",
        "组织 机构",
    ]
    assert {*read(text(" ", head=head)).values()} == {None}


@pytest.mark.parametrize("gap", GAPS.values(), ids=GAPS)
def test_table_4_is_read_under_torn_heads_among_the_names_of_its_blocks(gap: str) -> None:
    lines = [
        "行政复议 行政诉讼",
        "结 结 其 尚 总 未经复议直接起诉 复议后起诉",
        "果 果 他 未 计 结 结 其 尚 总 结 结 其 尚 总",
        "维 纠 结 审 果 果 他 未 计 果 果 他 未 计",
        "持 正 果 结 维 纠 结 审 维 纠 结 审",
        "持 正 果 结 持 正 果 结",
        "1 2 3 4 10 5 6 7 8 26 9 1 2 3 15",
    ]
    made = [text(gap), "四、政府信息公开行政复议、行政诉讼情况"]
    made += [gap.join(line.split()) for line in lines]
    got = read("\n".join(made), "challenges")
    assert [*got.values()] == [1, 2, 3, 4, 10, 5, 6, 7, 8, 26, 9, 1, 2, 3, 15]


def test_the_letters_of_a_label_that_stands_upright_do_not_number_the_rows() -> None:
    """三、本年度办理结果: its 、 stands in front of a row, behind the number of the row before."""
    upright = iter("三、本年度办理结果")
    printed = [TITLE, "三、收到和处理政府信息公开申请情况", "   ".join(HEAD[0].split())]
    for item in FORM.rows("applications"):
        letter = next(upright, "  ") if item.code not in ("received", "carried_in") else "  "
        label = NUMBERS.get(item.code, f"{item.number}、") + item.zh
        values = "".join(value.rjust(6) for value in row_of(item.code))
        printed.append(f"{letter}   {label.ljust(40, chr(0x3000))}{values}")
    got = read("\n".join(printed))
    for item in FORM.rows("applications"):
        values = [got[item.code, column] for column in COLUMNS]
        assert values == [*map(int, row_of(item.code))], item.code


def test_a_row_whose_number_is_broken_is_not_read_from_the_piece_above_it() -> None:
    """The piece stands beside the name of the row's group, which reads like its own."""
    printed = [TITLE, "三、收到和处理政府信息公开申请情况", "   ".join(HEAD[0].split())]
    for item in FORM.rows("applications"):
        values = "".join(value.rjust(7) for value in row_of(item.code))
        label = NUMBERS.get(item.code, f"{item.number}、") + item.zh
        if item.code == "otherwise_other":
            printed.append("（六）其他".ljust(40, "\u3000") + values[-5:-1].rjust(len(values)))
            label, values = "处理    3、其他", values[:-5] + values[-1].rjust(5)
        printed.append(label.ljust(40, "\u3000") + values)
    got = read("\n".join(printed))
    assert {got["otherwise_other", column] for column in COLUMNS} == {None}
    assert [got["resolved", column] for column in COLUMNS] == [*map(int, row_of("resolved"))]


def test_a_page_s_number_is_no_total_of_the_last_row_of_a_drawn_page() -> None:
    printed = [TITLE, "三、收到和处理政府信息公开申请情况", "   ".join(HEAD[0].split())]
    for item in FORM.rows("applications"):
        values, ends = row_of(item.code), ""
        if item.code == "unprocessed_repeat":
            values, ends = ["1", "0", "0", "", "0", "0", "1"], "\n\n\n" + " " * 40 + "2"
        label = NUMBERS.get(item.code, f"{item.number}、") + item.zh
        drawn = "".join(value.rjust(6) for value in values)
        printed.append(f"{label.ljust(40, chr(0x3000))}{drawn}{ends}")
    got = read("\n".join(printed))
    assert {got["unprocessed_repeat", column] for column in COLUMNS} == {None}
