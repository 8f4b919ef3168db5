"""Reports that went through another tool before they came to us: what it did to their tables."""

from itertools import accumulate

import pytest

from tests.test_extract import FEES, read, row

LABELS = ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量")
HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
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


def test_a_label_repeated_in_each_column_that_it_spans_is_one() -> None:
    rows = [[*[label] * 3, *map(str, accumulate(range(6))), "35"] for label in LABELS]
    got = read("\n".join("  ".join(r) for r in [["", "", "", *HEADS], *rows]))
    assert row(got, "received") == [0, 1, 3, 6, 10, 15, 35]
