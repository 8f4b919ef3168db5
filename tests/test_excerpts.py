"""A piece of a report, or a report that has lost one: no number moves into another's place."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render import LAYOUTS, Values, judge, render, values
from tests.test_properties import SEEDS, examples
from toolkit.errors import DocumentError
from toolkit.extract import extract
from toolkit.extract.applications_rows import COLUMNS
from toolkit.read import read
from toolkit.read.encoding import decode
from toolkit.read.text import read as read_text

KINDS = ("text", "markdown", "csv", "html")
LINE = re.compile(r"(?<=\n)")
PIECE = re.compile(r"(?=<(?:tr|table|p|/table)\b)")  # where a page may be torn


def pieces(text: str, layout: str) -> list[str]:
    """The smallest parts that may get lost: printed lines, or rows of a page."""
    return (PIECE if LAYOUTS[layout].format == "html" else LINE).split(text)


@pytest.mark.parametrize("layout", [n for n, made in LAYOUTS.items() if made.format in KINDS])
def test_no_number_moves_where_a_piece_is_lost(layout: str) -> None:
    @examples(layout)
    @given(figures=values(), seed=SEEDS, within=st.booleans())
    def holds(figures: Values, seed: int, *, within: bool) -> None:
        made = render(figures, layout, seed=seed)
        text, _ = decode(made.data)
        parts = pieces(text, layout)
        rng = Random(seed)
        first, last = sorted(rng.choices(range(len(parts) + 1), k=2))
        if within:
            last = min(last, first + rng.randrange(1, 15))
        kept = parts[:first] + parts[last:] if within else parts[first:last]
        try:
            cells = extract(read("".join(kept).encode())).cells
        except DocumentError:
            return  # nothing is left, or it has become something else
        found = judge(made.printed, {key: cell.value for key, cell in cells.items()})[1]
        assert [fault for fault in found if fault.kind in ("wrong", "invented")] == []

    holds()


def test_a_head_that_is_cut_off_above_names_no_columns() -> None:
    row = "一、本年新收政府信息公开申请数量 | 136 | 10 | 0 | 0 | 1 | 0 | 147 |"
    head = "商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | | | |"
    cells = extract(read(f"| {head}\n| {row}\n".encode())).cells
    assert {cell.value for cell in cells.values()} == {None}
    assert cells["applications", "received", "total"].raw == "136 10 0 0 1 0 147"


@pytest.mark.parametrize("parted", ["\t", " | ", "\n", ","])
def test_a_total_that_ends_a_text_was_not_cut(parted: str) -> None:
    label = "一、本年新收政府信息公开申请数量"

    def total(row: str) -> int | None:
        numbers = parted.join(row.split())
        text = f"{label}\n{numbers}" if parted == "\n" else f"{label}{parted}{numbers}"
        cells = extract(read_text(text.encode())).cells
        return cells["applications", "received", "total"].value

    assert total("136 10 0 0 1 0 147") == (None if parted == "," else 147)
    assert total("136 10 0 0 1 0 14") is None
    assert total("0 0 0 0 0 0 1") is None


def test_the_last_block_of_disputes_that_ends_a_text_was_not_cut() -> None:
    head = "结果维持 结果纠正 其他结果 尚未审结 总计 " * 3
    row = "72 64 178 37 351 13 4 8 1 26 12 1 1 6 20"
    text = f"行政复议 行政诉讼 未经复议直接起诉 复议后起诉\n{head}\n"
    key = "challenges", "litigation_after_reconsideration", "total"
    assert extract(read_text((text + row).encode())).cells[key].value == 20
    assert extract(read_text((text + row[:-1]).encode())).cells[key].value is None


def test_a_row_before_the_label_that_a_text_is_cut_off_at_is_whole() -> None:
    rows = ["一、本年新收政府信息公开申请数量", *"3000003", "三、本年度办理结果", "(一)予以"]
    key = "applications", "received", "natural_person"
    assert extract(read_text("\n".join(rows).encode())).cells[key].value == 3
    # If values follow, some of those in between may be lost with their label.
    torn = "\n".join([*rows, "(二)部分公开", *"1000001", "(三)不予公开"])
    assert extract(read_text(torn.encode())).cells[key].value is None


def test_the_row_that_a_text_is_cut_off_in_has_its_first_values() -> None:
    text = (
        "自然人 | 商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 | 总计 | |||\n"
        "一、本年新收政府信息公开申请数量 | 7 | 0 | 1 | 0 | 0 | 0 | 8 | ||\n"
        "二、上年结转政府信息公开申请数量 | 3 | 0 | 0 | 0 | 0 | 0 | 3 | ||\n"
        "三、本年度办理结果 | (一)予以公开 | 4 | 0 | 1 | 0 | 0 | 0 | 5 | |\n"
        "(三)不予公开 | 1.属于国家秘密 | "
    )

    def values(end: str) -> list[int | None]:
        cells = extract(read_text(f"{text}{end}".encode())).cells
        return [cells["applications", "denied_state_secret", code].value for code in COLUMNS]

    assert values("2 | 0 | 1 | ") == [2, 0, 1, *[None] * 4]
    assert values("2 | 0 | 1") == [2, 0, *[None] * 5]
    for end in (
        "2 | | 1 | ",
        "2 | 0 | 1 | |||||\n",
        "2 | 0 | 1 |\n2.其他法律行政法规禁止公开 | 0 | ",
    ):
        assert set(values(end)) == {None}
    assert values("2 | 0 | 1 | 0 | 0 | 0 | 3 |") == [2, 0, 1, 0, 0, 0, 3]


def test_a_bar_in_a_page_s_menu_does_not_make_values_page_numbers() -> None:
    page = "首页 | 政务公开\n第二十条第（一）项\n信息内容\n本年新\n制作数量\n本年新\n公开数量\n"
    page += "对外公开总数量\n规章\n3\n4\n9\n第二十条第（五）项"
    cells = extract(read_text(page.encode())).cells
    columns = ("made", "disclosed", "disclosed_total")
    assert [cells["proactive", "rules", column].value for column in columns] == [3, 4, 9]


def test_a_nought_alone_on_the_last_line_of_a_page_is_no_page_number() -> None:
    page = "信息内容\n本年制发件数\n本年废止件数\n现行有效件数\n规章\n3\n4\n{}\n\f"
    cells = extract(read_text(page.format(0).encode())).cells
    assert cells["proactive", "rules", "in_force"].value == 0
    cells = extract(read_text(page.format(7).encode())).cells
    assert cells["proactive", "rules", "in_force"].value is None


def test_bars_that_fill_the_last_cell_s_line_are_no_cells() -> None:
    page = "|\n一、本年新收政府信息公开申请数量 |\n8 |\n0 |\n0 |\n0 |\n0 |\n1 |\n9 | |||||||||\n"
    page += "|\n二、上年结转政府信息公开申请数量 |\n0 |\n0 |\n2 |\n0 |\n0 |\n2 | |||||||||\n"
    cells = extract(read_text(page.encode())).cells
    assert [cells["applications", "received", c].value for c in COLUMNS] == [8, 0, 0, 0, 0, 1, 9]
    assert {cells["applications", "carried_in", c].value for c in COLUMNS} == {None}
