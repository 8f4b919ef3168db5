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
from toolkit.read import read
from toolkit.read.encoding import decode

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
    head = "商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他 ||||"
    cells = extract(read(f"| {head}\n| {row}\n".encode())).cells
    assert {cell.value for cell in cells.values()} == {None}
    assert cells["applications", "received", "total"].raw == "136 10 0 0 1 0 147"
