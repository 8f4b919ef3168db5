"""Heads in pieces: names are taken in the form's order only if the pieces fit no other."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from toolkit.extract.applications_rows import COLUMNS, TABLE
from toolkit.extract.spelt import MARK, spells_in_order
from toolkit.form import form

NAMES = tuple(form().label(code, table=TABLE) for code in COLUMNS)
NARROW = ["社法", "自商科会律", "然业研公服其", "人企机益务他总", "业构组机计", "织构"]


@st.composite
def printed(draw: st.DrawFn, order: tuple[str, ...]) -> list[str]:
    """Lines of a head with the names in this order, a few letters of each a line."""
    lines: dict[int, str] = {}
    for name in order:
        size, line = draw(st.integers(1, len(name))), draw(st.integers(0, 2))
        for at in range(0, len(name), size):
            lines[line] = lines.get(line, "") + name[at : at + size]
            line += 1
    return [lines[line] for line in sorted(lines)]


ORDERS = st.permutations(NAMES).map(tuple)


@given(ORDERS.flatmap(lambda order: st.tuples(st.just(order), printed(order))))
@example((NAMES, NARROW))
def test_no_other_order_is_taken_for_the_forms(case: tuple[tuple[str, ...], list[str]]) -> None:
    order, lines = case
    assert order == NAMES or not spells_in_order(lines, NAMES)


@st.composite
def grouped(draw: st.DrawFn, order: tuple[str, ...]) -> list[str]:
    """Lines of a head with a label over all names but the first and last."""
    first, *inside, last = order
    above = draw(printed((first, MARK, last)))
    return [*above, *draw(printed(tuple(inside)))]


@given(ORDERS.flatmap(lambda order: st.tuples(st.just(order), grouped(order))))
@example(
    (NAMES, ["自然#总", "人计", "社会法律", "商科", "业研公益服务其", "企机他", "业构组织机构"])
)
def test_a_group_s_label_parts_names_in_no_other_order(
    case: tuple[tuple[str, ...], list[str]],
) -> None:
    order, lines = case
    assert order == NAMES or not spells_in_order(lines, NAMES, NAMES[1:-1])


def test_pieces_that_fit_the_forms_order_alone_tell_it() -> None:
    assert spells_in_order(NARROW, NAMES)
    apart = ["自然#总", "人计", "社会法律", "商科", "业研公益服务其", "企机他", "业构组织机构"]
    kinds = [line.translate({ord("总"): None, ord("计"): None}) for line in apart]
    assert spells_in_order(kinds, NAMES[:-1], NAMES[1:-1])
    assert spells_in_order(["商业企科研机社会公法律服", "自然人业构益组织务机构其他总计"], NAMES)


@pytest.mark.parametrize(
    "lines",
    [
        # Natural persons stand on no line with the kinds of organisation.
        ["自然人", "商业企科研机社会公法律服其他总计", "业构益组织务机构"],
        # The total is in the middle of the others' height.
        ["社法", "自商科会律", "总", "然业研公服其", "计", "人企机益务他", "业构组机", "织构"],
        ["社法", "自商科会律", "然业研公服其", "人企机益务他总", "业构组机计", "织"],
        [*NARROW, "构"],
        [],
    ],
    ids=["apart", "total", "lost letter", "letter too many", "none"],
)
def test_pieces_that_fit_another_order_or_none_tell_nothing(lines: list[str]) -> None:
    assert not spells_in_order(lines, NAMES)
