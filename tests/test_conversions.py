"""Reports that went through another tool before they came to us: what it did to their tables."""

from itertools import accumulate

import pytest

from tests.extracted import FEES, HEADS, LABELS, decided, disputes, read, row, states
from toolkit.extract import extract
from toolkit.read import read as read_bytes
from toolkit.read.document import Document, Grid, Paragraph, Slot
from toolkit.read.letters import display_width

RESULTS = ("结果纠正", "结果维持", "其他结果", "总计", "尚未审结")
CODES = dict(zip(RESULTS, ("corrected", "upheld", "other", "total", "pending"), strict=True))


@pytest.mark.parametrize("unit", ["（单位：万\n\t元）", "\n\t（万元）", "（单位：\n\t万\n\t元）"])
def test_a_unit_that_a_line_or_page_breaks_is_put_together(unit: str) -> None:
    got = read(f"信息内容\t本年收费金额{unit}\n行政事业性收费\t39.39\n")
    assert got.cells[FEES].value == 393_900


def test_heads_repeated_in_each_row_that_they_span() -> None:
    """As python-docx gives them: the first block's heads stand in both rows of the head."""
    order = [*RESULTS, *RESULTS[1:], RESULTS[0], *RESULTS[2:], *RESULTS[:2]]
    heads = ["行政复议", "行政诉讼"], [*RESULTS, "未经复议直接起诉", "复议后起诉"], order
    got = read("\n".join(map("|".join, [*heads, map(str, range(15))])) + "\n")
    blocks = "reconsideration", "litigation_direct", "litigation_after_reconsideration"
    found = [
        got.cells["challenges", blocks[at // 5], CODES[name]].value for at, name in enumerate(order)
    ]
    assert found == [*range(15)]


def test_what_is_repeated_in_each_column_that_it_spans() -> None:
    """As python-docx gives merged cells: ``row.cells`` has one in each column and row."""
    heads = [["信息内容", *["本年处理决定数量"] * 3], ["行政许可", *["40"] * 3]]
    blocks = "行政复议", "未经复议直接起诉", "复议后起诉"
    heads += [["行政复议"] * 5 + ["行政诉讼"] * 10]
    heads += [[*RESULTS, *[blocks[1]] * 5, *[blocks[2]] * 5], [*RESULTS] * 3]
    got = read("\n".join(map("\t".join, [*heads, list(map(str, range(15)))])))
    assert decided(got, "licensing") == 40
    assert disputes(got) == [1, 0, 2, 4, 3, 6, 5, 7, 9, 8, 11, 10, 12, 14, 13]
    heads[1][-1] = "41"
    apart = read("\n".join(map("\t".join, heads[:2])))
    assert decided(apart, "licensing") is None


def test_a_label_repeated_in_each_column_that_it_spans_is_one() -> None:
    rows = [[*[label] * 3, *map(str, accumulate(range(6))), "35"] for label in LABELS]
    got = read("\n".join("  ".join(r) for r in [["", "", "", *HEADS], *rows]))
    assert row(got, "received") == [0, 1, 3, 6, 10, 15, 35]


# As w3m draws a page's table, with merged cells and labels over several lines.
BOX = """
┌────────────────┬────────────────────────────┐
│                │         申请人情况         │
│                ├──────┬──────────────┬──────┤
│                │      │法人或其他组织│      │
│                │ 自然 ├──┬──┬──┬──┬──┤      │
│                │ 人   │商│科│社│法│其│ 总计 │
│                │      │业│研│会│律│他│      │
│                │      │企│机│公│服│  │      │
│                │      │业│构│益│务│  │      │
│                │      │  │  │组│机│  │      │
│                │      │  │  │织│构│  │      │
├────────────────┼──────┼──┼──┼──┼──┼──┼──────┤
│一、本年新收政府│  30  │1 │2 │3 │4 │5 │  45  │
│信息公开申请数量│      │  │  │  │  │  │      │
├────────────────┼──────┼──┼──┼──┼──┼──┼──────┤
│二、上年结转政府│      │  │  │  │  │  │      │
│信息公开申请数量│      │  │2 │3 │4 │5 │  14  │
├─────┬──────────┼──────┼──┼──┼──┼──┼──┼──────┤
│三、 │（一）予以│  20  │1 │2 │3 │4 │5 │  35  │
│本年 │公开      │      │  │  │  │  │  │      │
│度办 ├──────────┼──────┼──┼──┼──┼──┼──┼──────┤
│理结 │（二）部分│  10  │0 │0 │0 │0 │0 │  10  │
│果   │公开      │      │  │  │  │  │  │      │
└─────┴──────────┴──────┴──┴──┴──┴──┴──┴──────┘
"""
ASCII = BOX.translate(dict.fromkeys(range(0x2500, 0x2580), "+") | {0x2500: "-", 0x2502: "|"})


@pytest.mark.parametrize("text", [BOX, ASCII])
def test_tables_drawn_with_rules_and_bars(text: str) -> None:
    got = read(text)
    assert row(got, "received") == [30, 1, 2, 3, 4, 5, 45]
    assert row(got, "carried_in") == [None, None, 2, 3, 4, 5, 14]
    assert row(got, "granted") == [20, 1, 2, 3, 4, 5, 35]
    assert row(got, "granted_in_part") == [10, 0, 0, 0, 0, 0, 10]
    assert got.cells["applications", "granted", "total"].locator == "line 20, column 41"


def test_a_drawn_row_that_is_cut_off_is_not_read() -> None:
    cut = read(BOX[: BOX.index("│果")])
    assert states(cut, "granted_in_part") <= {"unreadable", "absent"}
    assert row(cut, "granted") == [20, 1, 2, 3, 4, 5, 35]


def test_a_number_broken_over_lines_of_a_drawn_cell_is_not_read() -> None:
    broken = BOX.replace("│（一）予以│  20  │", "│（一）予以│  2   │").replace(
        "│公开      │      │", "│公开      │  0   │", 1
    )
    assert row(read(broken), "granted")[0] is None


def test_a_drawn_row_that_lost_a_cell_is_not_read() -> None:
    shifted = BOX.replace("│  30  │1 │2 │", "│  30  │2 │")
    assert row(read(shifted), "received") == [None] * 7


def test_markdown_with_tables_of_html() -> None:
    """As tools that read pictures of pages write it: lines of text, and tables with their spans."""
    heads = "".join(f"<td>{head}</td>" for head in HEADS)
    values = "".join(f"<td>{n}</td>" for n in (*range(6), 15))
    table = f"<table><tr><td></td>{heads}</tr>\n<tr><td>{LABELS[0]}</td>{values}</tr></table>"
    lines = ["# 甲市教育局2023年年度报告", "## 一、总体情况", "　　收到15件。" * 1000, table]
    document = read_bytes("\n\n".join(lines).encode())
    assert [b.text for b in document.blocks if isinstance(b, Paragraph)][:2] == lines[:2]
    assert row(extract(document), "received") == [0, 1, 2, 3, 4, 5, 15]


@pytest.mark.parametrize("empty", ["nan", "NaN", "None"])
def test_what_data_frames_print_for_an_empty_cell_is_blank(empty: str) -> None:
    rows = [["", *HEADS], *([label, *map(str, range(6)), "15"] for label in LABELS)]
    rows[2][3] = ""
    got = read("\n".join(f"| {' | '.join(cell or empty for cell in r)} |" for r in rows))
    assert row(got, "carried_in") == [0, 1, None, 3, 4, 5, 15]
    assert got.cells["applications", "carried_in", "research"].state == "blank"


def test_semicolons_part_the_cells_of_a_csv_file() -> None:
    rows = [["", *HEADS], *([label, *map(str, range(6)), "15"] for label in LABELS)]
    rows += [["规章，废止的不计", "1", "2", "3"]] * 3
    document = read_bytes("\n".join(map(";".join, rows)).encode())
    assert document.format == "csv"
    assert row(extract(document), "carried_in") == [0, 1, 2, 3, 4, 5, 15]


def test_a_head_whose_table_begins_a_column_later_is_not_read_aside() -> None:
    """As data frames are written to sheets: a blank row ends the head, an index stands in front."""
    note = "本列数据的勾稽关系"
    groups = [(note, 0, 3), ("自然人", 3, 1), ("法人或其他组织", 4, 5), ("总计", 9, 1)]
    heads = [(text, at, 1) for at, text in enumerate([*[note] * 3, *HEADS])]
    rows = [[str(n), *[label] * 3, *"0000000"] for n, label in enumerate(LABELS)]
    rows[1][4] = ""
    head = tuple(tuple(Slot(*slot) for slot in line) for line in (groups, heads))
    values = tuple(tuple(Slot(text, at) for at, text in enumerate(line)) for line in rows)
    grids = Grid(head), Grid(values)
    assert row(extract(Document(grids, "xlsx", "grid")), "carried_in")[0] is None


def test_blanks_that_a_script_skipped_cut_no_row_short() -> None:
    """Cells joined by tabs, empty ones left out: six values are not the first six of seven."""
    rows = [["", *HEADS], *([label, *"0000000"] for label in LABELS)]
    rows += [["三、本年度办理结果", "（一）予以公开", *"000000"]]
    rows += [["（二）部分公开", *"000000"], ["（三）不予公开", "1.属于国家秘密", *"000000"]]
    got = read("\n".join(map("\t".join, rows)))
    assert row(got, "carried_in") == [0] * 7
    assert row(got, "granted") == row(got, "denied_state_secret") == [None] * 7


def test_a_head_with_a_value_among_its_texts_is_jumbled() -> None:
    """As a converter of PDF moved it: the value is of another row, or of another column."""
    head = "信息内容\t上一年项目数量\t3868\t本年增/减\n行政事业性收费\t2705\n"
    got = read("信息内容\t上一年项目数量\t本年增/减\t处理决定数量\n行政许可\t1\t2\t3\n" + head)
    assert got.cells["proactive", "licensing", "items_change"].value == 2
    assert got.cells["proactive", "fees", "items_change"].value is None


def test_a_piece_of_a_number_at_the_end_of_a_page_is_no_page_number() -> None:
    """A narrow cell broke 21 before a page ended, and no other page ends in a number."""
    labels = (*LABELS, "（一）予以公开", "（七）总计", "四、结转下年度继续办理")
    rows = "\n".join(f"{label} 1 2 3 4 5 6 21" for label in labels)
    pages = [f"{' '.join(HEADS)}\n{rows[:-1]}\n1\n", "四、政府信息公开行政复议\n", "五、问题\n"]
    got = read("\f".join(pages))
    assert row(got, "resolved") == [1, 2, 3, 4, 5, 6, 21]
    assert row(got, "carried_forward") == [None] * 7
    numbered = "\f".join(f"{page}{n}\n" for n, page in enumerate([rows + "\n", *pages[1:]], 1))
    assert row(read(numbered), "carried_forward") == [1, 2, 3, 4, 5, 6, 21]


def test_values_below_a_head_that_the_edge_of_the_page_cut_are_not_read() -> None:
    """As tools print a page that is too wide: what goes over its edge is lost."""
    head = "信息内容\n上一年项目数量\n本年增/减\n处理决\n"
    got = read(f"{head}行政许可\n4135\n1141\n2\n其他对外管理服务事项\n1145\n777\n2\n")
    assert decided(got, "licensing") is None


def test_rows_of_which_most_do_not_add_up_are_not_read() -> None:
    """As where a tool made two cells of one, and the page cut the last: 39890, 22 and 47."""
    values = ["51133 48415 39 890 53257 51955 5604", "3 1 2 2 4 5 4", "1 1 2 1 1 1 4"]
    labels = [*LABELS, "四、结转下年度继续办理"]
    rows = [[label, *numbers.split()] for label, numbers in zip(labels, values, strict=True)]
    text = "\n".join(map("\t".join, [["", *HEADS], *rows]))
    assert row(read(text), "received") == [None] * 7
    assert row(read(text.replace("\t5604", "\t199689")), "received") == [None] * 7


def test_values_of_two_rows_with_no_text_between_may_stand_in_front_of_their_labels() -> None:
    """As pdfminer prints a page by height: the label is level with the middle of its values."""
    rows = f"{LABELS[0]} 9 1\n2\n3\n4\n5 24\n1\n1\n1\n0\n0 0 3\n{LABELS[1]}\n" + "1\n" * 6 + "6\n"
    assert row(read(" ".join(HEADS) + "\n" + rows), "carried_in") == [None] * 7


def test_two_pieces_of_a_number_are_not_two_values() -> None:
    """As html_text prints numbers of several runs: 4586, and 5309 and 777 before it."""
    head = "信息内容\n上一年项目数量\n本年增/减\n处理决定数量\n"
    rows = "行政许可\n5 309\n7 77\n1 1\n其他对外管理服务事项\n5 309\n7 77\n1 1\n"
    got = read(
        f"{head}{rows}信息内容\n采购项目数量\n采购总金额\n政府集中采购\n4 586\n8. 2 5 万元\n"
    )
    assert got.cells["proactive", "procurement", "projects"].value is None


def test_values_in_front_of_the_first_label_below_a_broken_head() -> None:
    head = "信息内容\n上一年项\n目数量\n本年增/\n减\n处理决定\n数量\n"
    got = read(f"{head}0\n53\n-1\n行政许可\n0\n0\n0\n其他对外管理服务事项\n")
    assert decided(got, "licensing") is None


def test_radicals_are_read_as_the_characters_that_they_look_like() -> None:
    """As pdfplumber, pdfminer and pypdf give the text of a PDF that a browser printed."""
    rows = "\n".join(f"{label} 1 2 3 4 5 6 21" for label in ("⼀、本年新收政府信息公开申请数量",))
    document = read_bytes(f"甲市⼈⺠政府\n⾃然⼈ {' '.join(HEADS[1:])}\n{rows}\n".encode())
    assert isinstance(document.blocks[0], Paragraph)
    assert document.blocks[0].text == "甲市人民政府"
    assert row(extract(document), "received") == [1, 2, 3, 4, 5, 6, 21]


def test_lines_within_a_cell_of_markdown() -> None:
    """As PyMuPDF writes tables: two labels in one cell name two rows, so that the values are in
    doubt, and so are those of the row below, which has the rest of the second.
    """
    labels = [
        "一、本年新收政府信<br>息公开申请数量",
        "（五）不予处理<br>1.信访举报投诉<br>类申请<br>2.重复",
        "申请",
    ]
    table = [["", *HEADS], *([label, *"1234564"] for label in labels)]
    table[1][-1] = "21"
    table[2][2] = "1<br>2"
    got = read("\n".join(f"|{'|'.join(r)}|" for r in table))
    assert row(got, "received") == [1, 2, 3, 4, 5, 6, 21]
    assert row(got, "unprocessed_repeat") == row(got, "unprocessed_complaint") == [None] * 7


def test_a_number_in_two_cells_is_not_a_mark_and_a_number() -> None:
    got = read("信息内容\t本年收费金额（单位：万元）\t\n行政事业性收费\t26.\t44\n")
    assert got.cells[FEES].value is None


def test_half_of_a_unit_is_not_another_unit() -> None:
    """As a tool cut the head of a column, 单位：万元, where it saw a column end."""
    got = read("|信息内容|本年收费金额（<br>元）|单位：万|\n|行政事业性收费|26||\n")
    assert got.cells[FEES].value is None


def test_heads_of_one_line_that_come_before_those_of_several_tell_no_order() -> None:
    """As pdfminer prints them by height: 上一年项目数量 is the first column's."""
    rules = "信息内容\n本年新制作数量\n本年新公开数量\n对外公开总数量\n规章\n1\n2\n3\n"
    head = "信息内容\n本年增/减\n处理决定数量\n上一年\n项目数量\n"
    got = read(f"{rules}{head}行政许可\n0\n-1\n53\n其他对外管理服务事项\n1\n2\n3\n")
    assert got.cells["proactive", "licensing", "items_last_year"].value is None


def test_values_below_heads_that_the_edge_of_the_page_cut_are_not_read_from_cells() -> None:
    head = "|信息内容|本年处理|||\n"
    got = read(f"{head}|行政许可|98|||\n{head}|行政处罚|36|||\n|行政强制|13|||\n")
    assert decided(got, "penalties") is None
    whole = head.replace("处理", "处理决定数量")
    got = read(f"{head}|行政许可|98|||\n{whole}|行政处罚|36|||\n|行政强制|13|||\n")
    assert decided(got, "penalties") == 36


def test_a_blank_column_that_a_tool_saw_does_not_stand_for_one_that_the_page_cut() -> None:
    """Below a head that was lost: 5 of 20 is no total, and nothing tells which column is which."""
    got = read("".join(f"|{label}|5|1||0|4|0|5|\n" for label in LABELS))
    assert row(got, "received") == row(got, "carried_in") == [None] * 7


def test_bars_between_which_most_rows_have_several_numbers_part_no_cells() -> None:
    """As markitdown writes a page: bars stand where it took columns to be."""
    items = (*LABELS, "（一）予以公开", "1.属于国家秘密", "2.重复申请", "3.其他", "（七）总计")
    table = [
        "|  | 自然人 商业企业 | 科研机构 社会公益组织 | 法律服务机构 其他 | 总计 |",
        "| - |" * 5,
    ]
    table += [f"| {item} | 1 2 | 3 4 | 5 6 | 21 |" for item in (*items, "四、结转下年度继续办理")]
    assert row(read("\n".join(table)), "resolved") == [1, 2, 3, 4, 5, 6, 21]
    assert row(read("\n".join(table).replace("| 21 |", "| |", 1)), "received") == [None] * 7
    few = "\n".join(table).replace("1 2 |", "1 | 2 |").replace("3 4 |", "3 | 4 |")
    assert row(read(few.replace("5 6 |", "5 | 6 |", 7)), "carried_forward") == [None] * 7


def test_values_of_a_row_over_several_lines_are_put_together() -> None:
    """As PDF tools print a row of which one value stands higher than the others."""
    rows = [f"{label} 1 2 3 4 5 6 21" for label in LABELS]
    rows += ["（一）予以公开", "1 1 1 1 1 1", "6", "（二）部分公开 2 2 2", "2", "2 2 12"]
    got = read("\n".join([" ".join(HEADS), *rows]))
    assert row(got, "granted") == [1, 1, 1, 1, 1, 1, 6]
    assert row(got, "granted_in_part") == [2, 2, 2, 2, 2, 2, 12]
    short = read("\n".join([" ".join(HEADS), *rows]).replace("\n6\n", "\n7\n"))
    assert row(short, "granted") == [None] * 7


def test_values_over_several_lines_behind_a_row_that_has_none_are_not_put_together() -> None:
    """They may be those of the row below, whose own label follows: some tools go by height."""
    rows = [f"{label} 1 2 3 4 5 6 21" for label in LABELS]
    rows += [
        "（一）予以公开",
        "1.属于国家秘密",
        "1 1 1 1 1 1",
        "6",
        "2.重复申请",
        "1 1 1 1 1 1",
        "6",
    ]
    got = read("\n".join([" ".join(HEADS), *rows[:3], "9 9 9", *rows[3:]]))
    assert row(got, "denied_state_secret") == [None] * 7


def test_a_row_of_another_width_begins_another_table_of_a_csv_file() -> None:
    """As the tables of a PDF's pages are written one behind another."""
    head = ",,,自然人,商业企业,科研机构,社会公益组织,法律服务机构,其他,总计\n"
    first = f"{LABELS[0]},,,1,2,3,4,5,6,21\n{LABELS[1]},,,1,,3,4,5,6,19\n"
    last = "四、结转下年度继续办理,1,1,1,1,1,1,6\n" + "结果,其他\n" * 3
    got = extract(read_bytes((head + first + last).encode()))
    assert row(got, "carried_in") == [1, None, 3, 4, 5, 6, 19]
    assert row(got, "carried_forward") == [1, 1, 1, 1, 1, 1, 6]


def test_blanks_of_markdown_without_spaces_have_their_place() -> None:
    """As PyMuPDF writes tables: the note stands in each cell that it spans, and so does a head."""
    note = ["（勾稽关系）"] * 3
    table = [["（勾稽关系）", "Col2", "Col3", "申请人情况", *(f"Col{n}" for n in range(5, 11))]]
    table += [["-" * 3] * 10, [*note, HEADS[0], *["法人或其他组织"] * 5, HEADS[-1]]]
    table += [[*note, *HEADS[:-1], HEADS[-2]], [*[LABELS[0]] * 3, *"123456", "21"], [""] * 10]
    table[-1][0] = "第二十条第（五）项"
    got = read("\n".join(f"|{'|'.join(r)}|" for r in table))
    assert row(got, "received") == [1, 2, 3, 4, 5, 6, 21]


def markdown(*rows: str) -> str:
    return (
        "\n".join(["||自然人|商业企业|科研机构|社会公益组织|法律服务机构|其他|总计|", *rows]) + "\n"
    )


def test_a_row_of_text_in_which_one_cell_may_hold_two_values_is_not_read() -> None:
    """As PyMuPDF and markitdown write one: two columns are one, and another is there twice."""
    twice = read(markdown(f"||{LABELS[0]}|4410|4418<br>772|1581|4616|4616|4536|20333|"))
    assert row(twice, "received") == [None] * 7
    blank = read(markdown(f"||{LABELS[0]}||241 414|1416|2155|1346||986|6558|"))
    assert row(blank, "received") == [None] * 7


def test_a_name_that_a_tool_gave_to_a_blank_head_is_blank() -> None:
    """As PyMuPDF does at the top of a page; a lost cell moved the total under another head."""
    rows = [f"||{label}|1|2|3|4|5|6|21|" for label in LABELS]
    got = read(markdown(*rows, "|Col1|1.属于国家秘密|1|2|3|4|5|15|Col9|"))
    assert row(got, "denied_state_secret") == [None] * 7


def test_values_behind_the_end_of_a_label_may_be_those_of_the_labels_behind_them() -> None:
    """As pdfminer prints by height, where one label takes many lines and the next takes one."""
    rows = [f"{label} 0 0 0 0 0 0 0".replace(" ", "\n") for label in LABELS]
    rows += ["5.要求行政机关确", "认或重新", *"1111116", "出具已获取信息", *"222222", "12"]
    rows += ["（六）其他处理", *"999999", "54", "（七）总计", *"33333", "18"]
    got = read("\n".join([*HEADS, *rows, "四、结转下年度继续办理 3"]))
    assert row(got, "otherwise") == [None] * 7


def test_a_point_that_a_tool_printed_behind_the_label_is_the_numbers() -> None:
    """As pdfplumber prints 33.92 where the point is in another font."""
    got = read("信息内容 本年收费金额（单位：万元）\n行政事业性收费 .\n3392\n三、收到\n")
    assert got.cells[FEES].value is None


def test_a_piece_of_a_number_above_a_row_puts_it_in_doubt() -> None:
    rows = [f"{label} 1 2 3 4 5 6 21" for label in (*LABELS, "（一）予以公开", "（二）部分公开")]
    rows.insert(3, "结 1 3 8")
    got = read("\n".join([" ".join(HEADS), *rows[:4], rows[4].replace(" 3 ", " 6 ")]))
    assert row(got, "granted_in_part") == [None] * 7


def test_a_row_whose_label_a_page_cut_must_add_up() -> None:
    """13245 was cut with the label, and only its first digits are left on the page."""
    rows = [f"||{label}|1|2|3|4|5|6|21|" for label in LABELS]
    got = read(markdown(*rows, "||（一）予以公|485|4633|1015|1829|4776|507|1324|"))
    assert row(got, "granted") == [None] * 7


def test_table_4_beside_rows_of_broken_numbers_must_add_up() -> None:
    """As pdfplumber took the last digits of numbers to the next cells."""
    values = ["502|48555|63468|35471|5484|20483|34296", "342|6573|197|2744|451|5347|8147"]
    rows = [f"||{label}|{v}|" for label, v in zip(LABELS, values, strict=True)]
    heads = "|".join(("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3)
    last = f"\n|行政复议|||||未经复议直接起诉|||||复议后起诉|||||\n|{heads}|\n"
    numbers = [1, 2, 3, 4, 10, *range(5, 15)]
    got = read(markdown(*rows) + last + f"|{'|'.join(map(str, numbers))}|\n")
    assert set(disputes(got)) == {None}


def test_half_of_table_4_whose_last_number_is_broken_completes_no_row() -> None:
    """2604 stands over two lines, and the total behind it would be one too many."""
    names = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3
    halves = ["行政复议", *names[:9], *"1", "2", "3", "4", "10", *"1234", *names[9:]]
    text = "\n".join([*halves, "10", *"123", "2", "6"])
    whole, torn = read(f"{text}\n五、问题\n"), read(f"{text}\n0 4\n13011\n五、问题\n")
    last = "challenges", "litigation_after_reconsideration", "upheld"
    assert (whole.cells[last].value, torn.cells[last].value) == (1, None)


def test_a_head_and_its_value_in_the_midst_of_the_columns_that_they_span() -> None:
    """As PyMuPDF writes cells that span three columns: with blank ones beside them."""
    head = "|信息内容||本年处理决定数量||\n"
    got = read(f"{head}|行政许可||40||\n|行政处罚|7|8||\n{head}|行政强制||||\n")
    found = [got.cells["proactive", item, "decisions"] for item in ("licensing", "penalties")]
    assert [cell.value for cell in found] == [40, None]


@pytest.mark.parametrize("exchanged", [False, True])
def test_heads_of_table_4_cut_at_the_edges_of_columns(*, exchanged: bool) -> None:
    """As PyMuPDF writes a text that spans several columns, and one of several lines."""
    blocks = [["未经", "复议直接", "起诉", "", ""], ["", "复", "议后起", "诉", ""]]
    first, second = reversed(blocks) if exchanged else blocks
    rows = [["行政复", "议", *[""] * 7, "行政", "诉讼", *[""] * 4]]
    rows += [[*[""] * 5, *first, *second], ["结果", "结果", "其他", "尚未", ""] * 3]
    rows += [["维持", "纠正", "结果", "审结", "总计"] * 3, [*"100120002230003"]]
    got = read("\n".join(f"|{'|'.join(cells)}|" for cells in rows))
    assert disputes(got) == ([None] * 15 if exchanged else [*map(int, rows[-1])])


@pytest.mark.parametrize("group", ["", "法提供\t"])
def test_a_row_that_a_page_cut_beside_the_label_of_its_group(group: str) -> None:
    labels = [*LABELS, "8.属于行政查询事项", "（四）无\t1.本机关"]
    rows = [f"{label}\t{number}\t0\t0\t0\t0\t0\t{number}" for number, label in enumerate(labels)]
    rows += [f"{group}不掌握相关政府信息", "2.没有现成信息需要另行制作\t4\t0\t0\t0\t0\t0\t4"]
    got = read("\n".join(["\t".join(HEADS), *rows, ""]))
    assert row(got, "unable_not_held") == [3, 0, 0, 0, 0, 0, 3]
    assert row(got, "unable_not_existing") == [4, 0, 0, 0, 0, 0, 4]


def test_a_label_in_a_column_of_two_characters_is_put_together() -> None:
    label = "5. 要求行政机关确认或重新出具已获取信息"
    pieces = [label[:4], *(label[at : at + 2] for at in range(4, len(label), 2))]
    rows = [*(f"{label} 1 0 0 0 0 0 1" for label in LABELS), *pieces, "2 0 0 0 0 0 2"]
    got = read("\n".join([" ".join(HEADS), *rows, "四、"]))
    assert row(got, "unprocessed_reissue") == [2, 0, 0, 0, 0, 0, 2]


MISPRINTED = ["木年制发件数", "木年废止件数", "现有效件数"]


@pytest.mark.parametrize(("first", "issued"), [(0, 1), (1, None), (2, None)])
def test_misprinted_heads_are_the_forms_only_in_its_order(first: int, issued: int | None) -> None:
    heads = "\t".join(MISPRINTED[first:] + MISPRINTED[:first])
    block = f"信息内容\t{heads}\n规章\t1\t2\t3\n行政规范性文件\t4\t5\t6\n"
    got = read(f"{block}信息内容\t本年处理决定数量\n行政许可\t7\n")
    assert decided(got, "licensing") == 7
    assert got.cells["proactive", "rules", "issued"].value == issued


Drawn = tuple[str, dict[int, str]]


def drawn(*rows: Drawn) -> str:
    """A table as ``pdftotext -layout`` draws it: texts by the column that each should stand in.

    One that has no room there is pushed to the right.
    """
    heads = dict(zip(range(26, 96, 10), HEADS, strict=True))
    lines = []
    for label, texts in [("", heads), *rows]:
        line = label
        for column, text in sorted(texts.items()):
            line += " " * max(2, column - display_width(line)) + text
        lines.append(line)
    return "\n".join(lines)


def values(*numbers: int) -> dict[int, str]:
    return dict(zip(range(26, 96, 10), map(str, numbers), strict=True))


BEFORE = ("一、本年新收", "二、上年结转", "（一）予以公开", "（二）部分公开")
BEHIND = ("（七）总计", "四、结转下年")
FULL = {label: (label, values(1, 2, 3, 4, 5, 6, 21)) for label in BEFORE + BEHIND}


@pytest.mark.parametrize(
    ("above", "own", "below", "told"),
    [
        ({22: "1108（其"}, {22: "中修订 16", 26: ""}, {24: "件）"}, [None, 2, 3, 4, 5, 6, 36]),
        ({46: "1,"}, {46: "234"}, {}, [0, 2, None, 4, 5, 6, 36]),
        ({}, {46: "1"}, {46: ",234"}, [0, 2, None, 4, 5, 6, 36]),
        ({30: "1,"}, {}, {}, [None] * 7),  # between two columns: whose is it?
    ],
)
def test_pieces_of_a_drawn_cell_above_or_below_a_row_are_not_its_values(
    above: dict[int, str], own: dict[int, str], below: dict[int, str], told: list[int | None]
) -> None:
    """A narrow cell broke its number or its remark: 16 stands where the natural persons do."""
    own = values(0, 2, 3, 4, 5, 6, 36) | own
    broken = [("1.属于国", above), ("", own), ("家秘密", below)]
    got = read(drawn(*map(FULL.__getitem__, BEFORE), *broken, *map(FULL.__getitem__, BEHIND)))
    assert row(got, "granted") == row(got, "carried_forward") == [1, 2, 3, 4, 5, 6, 21]
    assert row(got, "denied_state_secret") == told


def test_a_value_that_a_long_label_pushed_is_not_the_next_columns() -> None:
    long = "1.属于国家秘密（危及国家安全以及公共", "1.属于国家秘密（危"
    found = []
    for label, at in zip(long, (26, 36), strict=True):
        one = label, {at: "5", 86: "5"}
        text = drawn(*map(FULL.__getitem__, BEFORE), one, *map(FULL.__getitem__, BEHIND))
        found.append(row(read(text), "denied_state_secret"))
    assert found == [[None] * 7, [None, 5, None, None, None, None, 5]]


@pytest.mark.parametrize("jumbled", [False, True])
def test_labels_that_go_backwards_put_the_rows_around_in_doubt(*, jumbled: bool) -> None:
    """As ``pdftotext`` prints broken numbers a line each: a neighbour's may be taken for them."""
    counts = [5, 4, 3, 4, 7]
    labels = [*LABELS, "（一）予以公开", "（二）部分公开", "（七）总计"]
    labels[2:4] = labels[3:1:-1] if jumbled else labels[2:4]
    rows = [
        text for label, n in zip(labels, counts, strict=True) for text in (label, *f"{n}00000{n}")
    ]
    got = read("\n".join([*HEADS, *rows, "五、问题"]))
    assert row(got, "received") == [5, 0, 0, 0, 0, 0, 5]
    found = [row(got, item)[0] for item in ("carried_in", "granted", "resolved")]
    assert found == ([None] * 3 if jumbled else [4, 3, 7])
