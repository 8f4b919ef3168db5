"""Tables in forms of an agency's own: heads in one row, another order, heads that are gone."""

import pytest

from tests.extracted import (
    COLUMNS,
    HEADS,
    ISSUED,
    MADE,
    decided,
    disputes,
    proactive,
    read,
    row,
    wording,
)
from toolkit.extract import extract
from toolkit.extract.head import names_others
from toolkit.extract.labels import nearest
from toolkit.extract.lines import Label
from toolkit.form import form
from toolkit.read import read as read_any
from toolkit.report import parse

LABELS = {code: wording(code) for code in ("received", "granted")}
ITEMS = form().rows("applications")


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


@pytest.mark.parametrize(
    "heads",
    [
        [f"{year}年" for year in range(2018, 2025)],
        [f"{month} 月" for month in range(1, 8)],
        ["教育局", "民政局", "住建局", "审计局", "城关街道", "河口镇", "总计"],
        ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "街道", "总计"],
    ],
)
@pytest.mark.parametrize("over", [[], ["申请人情况"]])
@pytest.mark.parametrize("mark", ["\t", "  ", " | "])
def test_columns_of_years_or_organs_are_no_requesters(
    heads: list[str], over: list[str], mark: str
) -> None:
    lines = [[*over], ["项目", *heads], *([LABELS[item], *"3120006"] for item in LABELS)]
    got = read("".join(f"{mark.join(line)}\n" for line in lines if line))
    assert [row(got, item) for item in LABELS] == [[None] * 7] * 2


@pytest.mark.parametrize("beside", ["第一项加第", "系为：第一项加第二", "商业科研社会", "法律服"])
def test_pieces_of_what_the_form_prints_over_its_columns_name_no_others(beside: str) -> None:
    labels = [Label(text, at, len(text)) for at, text in enumerate([beside, *HEADS])]
    assert not names_others(labels)
    assert names_others([*labels, Label("教育局", 9, 3)])


OTHERS = ["去年{}", "{}（上年）", "{}（去年）", "累计{}", "{}占比", "{}同比", "{}（%）"]


@pytest.mark.parametrize("named", [*OTHERS, "上年{}"])
def test_a_head_of_last_year_s_figures_or_of_rates_is_not_the_form_s(named: str) -> None:
    heads = [named.format(name) for name in HEADS]
    got = read(one_row("项目", *heads, values={"received": "3120006"}))
    assert row(got, "received") == [None] * 7


@pytest.mark.parametrize("named", OTHERS)
def test_what_is_named_as_last_year_s_or_a_rate_is_not_the_form_s(named: str) -> None:
    rows = [[named.format(LABELS["received"]), *"3120006"], [LABELS["granted"], *"1020003"]]
    got = read("".join("\t".join(line) + "\n" for line in [["项目", *HEADS], *rows]))
    assert row(got, "received") == [None] * 7
    assert row(got, "granted") == [1, 0, 2, 0, 0, 0, 3]
    head = "信息内容\t本年处理决定数量\n"
    got = read(f"{head}{named.format('行政处罚')}\t5\n行政强制\t7\n")
    assert decided(got, "penalties") is None


@pytest.mark.parametrize("misprint", ["商叶企业", "商业", "公司企业", "企业"])
def test_a_misprinted_head_is_where_the_form_has_it(misprint: str) -> None:
    head = [misprint if name == "商业企业" else name for name in HEADS]
    got = read(one_row("项目", *head, values={"received": "3120006"}))
    assert row(got, "received") == [3, 1, 2, 0, 0, 0, 6]


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


def test_the_head_over_the_labels_is_no_misprinted_head_behind_the_block_s_name() -> None:
    rows = (
        "第二十条第（五）项 | 信息内容 | {} | |\n行政许可 | 324 | 98 | 2514 | |\n"
        "其他对外管理服务事项 | 3 | 1 | 9 | |\n"
        "第二十条第（八）项 | 信息内容 | 上一年项目数量 | 本年增/减 | |\n"
        "行政事业性收费 | 7 | 6 | ||\n"
    )
    columns = ("items_change", "decisions", "items_last_year")
    heads = "本年增/减 | 处理决定数量"
    for printed, expected in (
        (heads, [None] * 3),  # the third is gone with its cell, and the first is none
        (f"{heads} | 上一年项目数量", [324, 98, 2514]),
    ):
        assert proactive(read(rows.format(printed)), "licensing", columns) == expected


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


@pytest.mark.parametrize("cell", ["{}\t", "{}|", "<td>{}</td>"])
def test_tables_in_one_row_are_read_label_by_label(cell: str) -> None:
    heads = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
    rules, documents = ["规章", "1", "2", "3"], ["行政规范性文件", "4", "5", "6"]
    decisions = ["信息内容", "本年处理决定数量", "行政许可", "7"]
    decisions += ["行政处罚", "8", "行政强制", "9"]
    rows = [x for item in ITEMS for x in (item.number + item.zh, *"1002003")]

    def found(*texts: str) -> dict[tuple[str, str, str], int | None]:
        page = "".join(map(cell.format, [*texts, *decisions, "项目", *HEADS, *rows]))
        page = f"<table><tr>{page}</tr></table>" if "<" in cell else page
        return {key: x.value for key, x in parse(page.encode(), "").cells.items()}

    whole = found(*heads, *rules, *documents)
    numbers = [value for key, value in whole.items() if key[0] == "proactive"]
    assert numbers[:8] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert {whole["applications", item.code, "total"] for item in ITEMS[:15]} == {3}
    short = found(*heads, *rules[:-1], *documents)
    assert {value for key, value in short.items() if key[1] == "rules"} == {None}


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
    assert proactive(read(f"{text}规范性文件 | 3 | 4 | 5 |\n"), "rules", MADE) == [0, 1, 2]


@pytest.mark.parametrize(
    ("beside", "told"), [("{granted}", None), ("（区分处理的，只计这一情形）", 4)]
)
def test_a_figure_merged_over_the_rows_of_two_labels_is_neither_s(
    beside: str, told: int | None
) -> None:
    """One over the two lines of one label is that row's."""
    cells = "".join(f"<td>{text}" for text in ("", *HEADS))
    tall = "".join(f"<td rowspan=2>{number}" for number in "4000004")
    page = (
        f"<table><tr>{cells}<tr><td>{LABELS['received']}{tall}"
        f"<tr><td>{beside.format(**LABELS)}</table>"
    )
    got = extract(read_any(page.encode()))
    assert row(got, "received")[-1] == told
    assert row(got, "granted") == [None] * 7


def of_blocks(*rows: str) -> list[int | None]:
    """What is read of table 4, a row for each block, in the form's order."""
    table = "".join(f"<tr><td>{'<td>'.join(row.split('|'))}" for row in rows)
    table = table.replace("<td>2x", "<td colspan=2>")
    return disputes(extract(read_any(f"<table>{table}</table>".encode())))


@pytest.mark.parametrize(
    ("head", "told"),
    [("结果纠正", 2), ("结果纠止", 2), ("审计局", None), ("2023年", None), ("教育局", None)],
)
def test_a_strange_head_of_disputes_leaves_none_of_them_told(head: str, told: int | None) -> None:
    names = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    heads = [*names, *names, "结果维持", head, *names[2:]]
    blocks = ["行政复议", *[""] * 4, "未经复议直接起诉", *[""] * 4, "复议后起诉"]
    lines = [blocks, heads, [*"100010000003003"[:11], "2", *"002"]]
    got = disputes(read("".join("\t".join(line) + "\n" for line in lines)))
    assert got[11] == told
    assert got[0] == (None if told is None else 1)


def test_figures_behind_the_last_block_are_not_its_own_where_it_is_blank() -> None:
    head = "|结果维持|结果纠正|其他结果|尚未审结|总计"
    rows = ["行政复议|1|0|0|0|1", "未经复议直接起诉|0|2|0|0|2", "复议后起诉|||||"]
    whole = of_blocks(head, *rows[:2], "复议后起诉|0|0|3|0|3")
    assert whole == [1, 0, 0, 0, 1, 0, 2, 0, 0, 2, 0, 0, 3, 0, 3]
    assert of_blocks(head, *rows, "校验|0|0|0|0|0")[10:] == [None] * 5
    assert of_blocks(head, *rows, "上年同期|4|0|0|0|4")[10:] == [None] * 5


def test_blanks_that_fill_rows_of_disputes_up_to_the_width_of_other_tables_are_no_values() -> None:
    heads = "结果维持|结果纠正|其他结果|尚未审结|总计||"
    blocks = [
        ("行政复议", "1|0|0|0|1"),
        ("未经复议直接起诉", "0|2|0|0|2"),
        ("复议后起诉", "0|0|3|0|3"),
    ]
    rows = [row for name, values in blocks for row in (f"{name}||||||", heads, f"{values}||")]
    assert of_blocks(*rows) == [1, 0, 0, 0, 1, 0, 2, 0, 0, 2, 0, 0, 3, 0, 3]
    beside = [*rows[:-1], "|0|3|0|3|4|"]  # a fourth of another column's
    assert of_blocks(*beside)[10:] == [None] * 5
    merged = [*rows[:-1], "0|0|2x1 1|3|"]
    assert of_blocks(*merged)[10:] == [None] * 5


def test_blocks_below_each_other_whose_heads_are_broken_over_lines() -> None:
    heads = ["结果", "维持", "结果", "纠正", "其他", "结果", "尚未", "审结", "总计"]
    blocks = {"行政复议": "10012", "未经复议直接起诉": "02002", "复议后起诉": "00303"}
    lines = [x for name, numbers in blocks.items() for x in (name, *heads, *numbers)]
    got = read("\n".join([*lines, "五、存在的主要问题及改进情况"]))
    assert disputes(got) == [int(digit) for numbers in blocks.values() for digit in numbers]


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (["1646", "4484", "3658", "1143", "666", "1229", "1282\n6"], 12826),
        (["4768\n7", "4960\n7", "4954\n3", "4718\n8", "4123\n6", "4338\n9", "2786\n50"], 278650),
        (["1646", "4484", "3658", "1143", "666", "1229", "1282\n7"], None),  # it does not add up
        (["1\n2", "2\n1", "1\n1", "1\n1", "1\n1", "1\n1", "7\n7"], None),  # so does each line
        (["0", "1\n2", "0", "0", "0", "0", "1\n2"], None),
    ],
)
def test_a_number_that_a_line_breaks_is_one_if_only_so_its_row_adds_up(
    cells: list[str], total: int | None
) -> None:
    rows = [["", *HEADS], [LABELS["received"], *cells], [LABELS["granted"], *"1000001"]]
    rows += [["行政复议", *[""] * 14], ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3]
    rows += [["32\n84", "44\n6", "18\n06", "42\n30", "97\n66", "12\n3", *"0001", *"10001"]]
    rows[3][5], rows[3][10] = "未经复议直接起诉", "复议后起诉"
    page = "".join(f"<tr>{''.join(f'<td>{x}</td>' for x in cells)}</tr>" for cells in rows)
    got = parse(f"<table>{page}</table>".replace("\n", "<br>").encode(), "")
    received = [got.cells["applications", "received", column] for column in COLUMNS]
    assert received[-1].value == total
    if total:
        assert [cell.raw for cell in received] == cells
    disputes = [cell for key, cell in got.cells.items() if key[0] == "challenges"]
    assert [cell.value for cell in disputes[:5]] == [3284, 446, 1806, 4230, 9766]
    assert [cell.raw for cell in disputes[:5]] == ["32\n84", "44\n6", "18\n06", "42\n30", "97\n66"]
    assert disputes[5].state == "unreadable"


def test_a_label_with_a_value_right_behind_it_is_no_misprint() -> None:
    """Where spaces draw the table the values behind it would be taken for the first ones."""
    for text, item in (("行政规范性文件1573", None), ("行政规范文件", "normative_documents")):
        assert nearest([text], "proactive", ["normative_documents"], spaced=True) == item


def test_a_row_that_is_torn_apart_puts_values_of_a_line_each_in_doubt() -> None:
    """The sixth block was printed by column: 1, 1, 126 and 0, 0, 2 are read down the page."""
    head = "上一年项目数量 本年增/减\n\n处理决定数量\n\n"
    fifth = f"信息内容\n\n{head}行政许可\n\n0\n\n2\n\n0\n\n其他对外管理服务事项 0\n"
    sixth = f"信息内容\n\n{head}行政处罚\n\n1\n\n126\n\n1\n\n行政强制\n\n0\n\n2\n\n0\n"
    got = read(fifth + sixth + "第二十条第（八）项\n")
    assert {cell.value for key, cell in got.cells.items() if key[1] == "penalties"} == {None}


@pytest.mark.parametrize("blank", ["", "0"])
def test_noughts_and_blanks_tell_no_order_where_the_total_s_head_is_gone(blank: str) -> None:
    rows = [["项目", *HEADS[:-1]], [LABELS["received"], "0", blank, *"00000"]]
    rows += [[LABELS["granted"], blank, *"000000"]]
    page = "".join(f"<tr>{''.join(f'<td>{x}</td>' for x in cells)}</tr>" for cells in rows)
    got = parse(f"<table>{page}</table>".encode(), "").cells
    values = [got["applications", item, column].value for item in LABELS for column in COLUMNS]
    assert values == [0 if blank else None] * 14


def test_a_block_in_another_order_puts_those_in_doubt_whose_heads_are_not_all_there() -> None:
    made = "信息内容\t本年新制作数量\t本年新公开数量\t\n规章\t3\t1\t2\n规范性文件\t6\t4\t5\n"
    decided = "信息内容\t处理决定数量\t本年增/减\t上一年项目数量\n行政许可\t9\t8\t7\n"
    got = read(made + decided)
    assert proactive(got, "rules", MADE) == [None] * 3
    assert got.cells["proactive", "licensing", "decisions"].value == 9


@pytest.mark.parametrize("between", ["\t", "\n"])
def test_a_number_in_front_of_a_label_that_stands_apart_is_no_value_of_the_row_before(
    between: str,
) -> None:
    rows = (
        ("一、本年新收政府信息公开申请数量", 5, 2, 0, 0, 0, 0, 7),
        ("（一）予以公开", 4, 0, 0, 4, 1),
        ("、本机关不掌握相关政府信息", 24, 4, 0, 4, 0, 32, 2),  # one is lost
        ("、没有现成信息需要另行制作", 4, 0, 0, 4, 8),
        ("（七）总计", 172, 12, 0, 0, 12, 0, 196),
    )
    cells = (str(cell) for one in (HEADS, *rows) for cell in one)
    got = read(between.join(cells) + "\n")
    assert row(got, "resolved") == [172, 12, 0, 0, 12, 0, 196]
    assert row(got, "unable_not_held") == [None] * 7


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ((2699, 3437, 372, 4739, 2972, 2207, 1642), None),  # the rest of 16426 is on the next page
        ((26, 3437, 372, 4739, 2972, 2207, 16426), None),  # and of 2699
        ((2699, 3437, 372, 4739, 2972, 2207, 16425), 16425),  # a sum that is wrong, but whole
    ],
)
def test_a_page_s_end_keeps_a_piece_of_a_number_where_lines_break_others(
    printed: tuple[int, ...], expected: int | None
) -> None:
    rows = {"received": (4958, 0, 0, 0, 0, 0, 4958), "granted": printed}
    rows |= dict.fromkeys(("granted_in_part", "denied_inquiry"), (1, 2, 0, 0, 0, 0, 3))
    lines = [["", *HEADS]]
    lines += [[form().label(item), *map(str, of)] for item, of in rows.items()]
    plain = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    assert row(read(plain), "granted")[-1] == printed[-1]
    assert row(read(plain.replace("4958 |", "495<br>8 |", 1)), "granted")[-1] == expected


def test_of_blanks_in_front_between_and_behind_nothing_tells_which_are_padding() -> None:
    made = "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |     |     |\n"
    blanks = "|     |     |     |     |\n"
    other = f"| 信息内容 | 本年处理决定数量 {blanks}| 行政强制 | 见附件 {blanks}"
    for printed, expected in (
        ("| 4   |     | 116 |     |     |", [4, None, 116]),
        ("|     | 4   |     | 116 |     |", [None] * 3),
    ):
        got = read(f"{made}| 行政规范性文件 {printed}\n{other}")
        assert proactive(got, "normative_documents", ISSUED) == expected
