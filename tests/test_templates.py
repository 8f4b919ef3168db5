"""Tables that differ from others in figures alone: read sooner, and never otherwise."""

from dataclasses import replace
from itertools import chain
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.render import DAMAGES, LAYOUTS, Rendered, Values, realistic, render
from tests.render.values import seeded
from tests.test_properties import SEEDS, examples
from toolkit.errors import DocumentError
from toolkit.extract import Extraction, tables, templates
from toolkit.extract.tables import read_tables
from toolkit.extract.templates import read_alike
from toolkit.read import read
from toolkit.read.document import Document, Grid, Layout, Paragraph, Slot

PLACED = (
    *("tabs", "tabs_shifted", "pipes", "bars", "bars_filled", "lines_indented", "markdown", "csv"),
    *("html_clean", "html_site", "html_word", "docx", "xlsx", "pdf"),
)
"""Layouts that keep each cell in its place, so that one is told from another by it."""


def figures(seed: int) -> Values:
    """Numbers of a made-up report, whose sums are right."""
    return realistic(seeded(seed), "某市某局", 2022)


def made(layout: str, *damages: str, seed: int = 1) -> Rendered:
    return render(figures(seed), layout, damages, seed=seed)


DIGITS = "0123456789"


def document(layout: str, *damages: str, seed: int = 1) -> Document:
    return read(made(layout, *damages, seed=seed).data)


def by_rules(found: Document) -> Extraction | str:
    try:
        return read_tables(found)
    except DocumentError as error:
        return str(error)


@pytest.mark.parametrize("layout", PLACED)
def test_a_whole_report_is_read_as_others_were(layout: str) -> None:
    """So that the tests below are about something; and each number is the one printed."""
    alike = 0
    for seed in range(4):
        printed = made(layout, seed=seed).printed
        if found := read_alike(document(layout, seed=seed)):
            alike += 1
            values = {key: cell.value for key, cell in found.cells.items()}
            assert values == {key: cell.value for key, cell in printed.items()}
    assert alike >= (2 if layout == "pdf" else 4)  # a page's end may break a label in two


@pytest.mark.parametrize("layout", PLACED)
def test_the_rules_say_the_same(layout: str) -> None:
    """Whatever happened to a document: if it is read so, every cell, place and note is theirs."""

    @examples(layout)
    @given(damages=st.lists(st.sampled_from(sorted(DAMAGES)), max_size=2, unique=True), seed=SEEDS)
    def holds(damages: list[str], seed: int) -> None:
        whole = document(layout, *damages, seed=seed)
        found = read_alike(whole)
        if found is not None:
            assert found == by_rules(whole)
            assert [*found.cells] == [*read_tables(whole).cells]

    holds()


TEXTS = (
    *("", "0", "1", "12", "3.5", "2021年", "-", "上年", "本年", "合计", "总计", "其他", "(件)"),
    *("自然人", "行政许可", "规章", "结果维持", "行政复议", "（一）予以公开", "第二十条"),
    *("单位：万元", "本年收费金额（单位：元）", "本年制发件数", "注："),
)


def disordered(found: Document, rng: Random) -> Document:
    """Move, double, cut or join grids, put texts beside them, and change cells, at random."""
    blocks = [*found.blocks]
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = rng.choice([n for n, block in enumerate(blocks) if isinstance(block, Grid)])
        one, other = (rng.randrange(len(blocks)) for _ in range(2))
        grid = blocks[at]
        assert isinstance(grid, Grid)
        rows = [[*row] for row in grid.rows]
        cut = rng.randrange(1, len(rows)) if len(rows) > 1 else 1
        row = rng.choice((rows[rng.randrange(min(3, len(rows)))], rng.choice(rows)))
        n, m = rng.randrange(len(row)), rng.randrange(len(row))
        match rng.randrange(10):
            case 9:
                blocks.insert(one, Paragraph(str(rng.randrange(1, 30)), "page"))
                continue
            case 0:
                blocks[one], blocks[other] = blocks[other], blocks[one]
                continue
            case 1:
                text = "".join(rng.choices(TEXTS, k=rng.choice((1, 2))))
                blocks.insert(one, Paragraph(text, "between"))
                continue
            case 2:
                blocks.insert(one, grid)
                continue
            case 3 if cut < len(rows):
                halves = grid.rows[:cut], grid.rows[cut:]
                blocks[at : at + 1] = [replace(grid, rows=half) for half in halves]
                continue
            case 4:
                second = rng.randrange(len(rows))
                rows[cut - 1], rows[second] = rows[second], rows[cut - 1]
            case 5:
                row[n], row[m] = (
                    row[n]._replace(text=row[m].text),
                    row[m]._replace(text=row[n].text),
                )
            case 6:
                row[n] = row[n]._replace(text=rng.choice(TEXTS))
            case 7:
                row.insert(n, row[n]._replace(text=rng.choice(TEXTS)))
            case _:
                wide, high = rng.choice((1, 2, 5)), rng.choice((1, 1, 2))
                row[n] = row[n]._replace(column=row[m].column, width=wide, height=high)
        blocks[at] = replace(grid, rows=tuple(map(tuple, rows)))
    return replace(found, blocks=tuple(blocks))


WIDE = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code) not in DIGITS})


def reset(found: Document, rng: Random) -> Document:
    """Set some texts of tables in other spaces, lines and widths."""
    share, space = rng.choice((0.05, 0.3, 1)), rng.choice((" ", "\u3000", "\ufeff", "\n"))

    def text_of(text: str) -> str:
        if rng.random() > share or len(text) < 2 or not {*text}.isdisjoint(DIGITS):
            return text
        cut = rng.randrange(len(text))
        return rng.choice((text.translate(WIDE), text[:cut] + space + text[cut:]))

    def row_of(row: tuple[Slot, ...]) -> tuple[Slot, ...]:
        return tuple(slot._replace(text=text_of(slot.text)) for slot in row)

    blocks = (
        replace(block, rows=tuple(map(row_of, block.rows))) if isinstance(block, Grid) else block
        for block in found.blocks
    )
    return replace(found, blocks=tuple(blocks))


@pytest.mark.parametrize("layout", PLACED)
def test_the_rules_say_the_same_of_documents_in_disorder(layout: str) -> None:
    """Heads, units and halves of tables that stand elsewhere have their say."""
    whole = [document(layout, seed=seed) for seed in range(2)]
    alike = 0
    for seed in range(400):
        rng = seeded(seed)
        odd = disordered(rng.choice(whole), rng)
        odd = reset(odd, rng) if seed % 2 else odd
        if found := read_alike(odd):
            alike += 1
            assert found == by_rules(odd), seed
    assert alike > 20


def test_a_template_is_found_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[Document]()

    def counted(found: Document) -> Extraction:
        asked.append(found)
        return tables.read_tables(found)

    monkeypatch.setattr(templates, "read_tables", counted)
    templates._places_in.cache_clear()
    first, other = document("docx"), document("docx")
    assert read_alike(first) is not None
    once = len(asked)
    other = changed(other, "0", "1234567", everywhere=False)
    other = changed(other, "行政许可", "行政 许可")
    other = changed(other, "自然人", "自 然人")
    assert read_alike(other) == by_rules(other)
    assert 0 < len(asked) == once
    broken = changed(other, "行政 许可", "行政\n许可")
    assert read_alike(broken) == by_rules(broken)
    assert len(asked) > once  # of two lines each may be a label


def changed(found: Document, old: str, new: str, *, everywhere: bool = True) -> Document:
    """Replace what stands in a cell: in all that hold it, or where no total depends on it."""

    def row_of(row: tuple[Slot, ...]) -> tuple[Slot, ...]:
        if len(row) > len(FREE) and not everywhere:
            return row
        return tuple(slot._replace(text=new) if slot.text == old else slot for slot in row)

    blocks = (
        replace(block, rows=tuple(map(row_of, block.rows))) if isinstance(block, Grid) else block
        for block in found.blocks
    )
    return replace(found, blocks=tuple(blocks))


FREE = ("label", "made", "repealed", "in force")  # cells of a row that no total depends on


def beside(found: Document, *texts: str, first: bool = True) -> Document:
    """Put paragraphs in front of a document, or behind it."""
    more = tuple(Paragraph(text, f"line {n}") for n, text in enumerate(texts))
    blocks = (*more, *found.blocks) if first else (*found.blocks, *more)
    return replace(found, blocks=blocks)


@pytest.mark.parametrize(
    "text", ["单位：万件", "（单位：千件）", "行政许可12", "一、本年新收政府信息公开申请数量"]
)
def test_what_stands_beside_the_tables_is_left_to_the_rules(text: str) -> None:
    whole = document("html_clean")
    assert read_alike(whole)
    assert read_alike(beside(whole, text)) is None


def test_a_number_alone_is_a_page_s_only_where_cells_are_the_file_s_own() -> None:
    whole = document("docx")
    page, at = Paragraph("3", "page"), [isinstance(b, Grid) for b in whole.blocks].index(True)
    blocks = whole.blocks
    assert isinstance(blocks[at - 1], Paragraph)
    assert isinstance(blocks[at + 1], Paragraph)
    for where in (0, at, at + 1, len(blocks)):
        numbered = replace(whole, blocks=(*blocks[:where], page, *blocks[where:]))
        assert read_alike(numbered) == by_rules(numbered)
    between = replace(whole, blocks=(*blocks[: at + 2], page, *blocks[at + 2 :]))
    assert read_alike(between) is None  # behind a text, and in front of a table
    assert read_alike(beside(document("docx"), "1234", first=False)) is None
    assert read_alike(beside(document("tabs"), "3", first=False)) is None
    assert read_alike(beside(document("tabs"), "- 3 -", first=False))


def test_a_page_s_number_behind_sentences_is_no_row_of_table_2() -> None:
    whole = document("docx")
    at = [isinstance(block, Grid) for block in whole.blocks].index(True)
    texts = "2022年未收取信息处理费。", "下一年将逐项改进。", "37"
    prose = (Paragraph(text, "prose") for text in texts)
    assert read_tables(replace(whole, blocks=(*prose, *whole.blocks[at:]))).notes == ()


def test_a_head_opens_with_its_group_label_whatever_is_invisible_in_it() -> None:
    """A note in front of the table, the word of a column, is no part of the head."""
    whole = changed(document("tabs"), "申请人情况", "\ufeff".join("申请人情况"))
    blocks = [*whole.blocks]
    blocks.insert(blocks.index(table_3(whole)), Paragraph("注：其他", "between"))
    noted = replace(whole, blocks=tuple(blocks))
    found = read_alike(noted)
    assert found is not None
    assert found == by_rules(noted)


def table_3(found: Document) -> Grid:
    """The grid of the most rows."""
    return max((b for b in found.blocks if isinstance(b, Grid)), key=lambda grid: len(grid.rows))


@pytest.mark.parametrize("text", ["", "/", "1,234", "12³", "05", "3.5件", "-1"])
def test_a_cell_that_is_no_bare_number_is_left_to_the_rules(text: str) -> None:
    whole = document("docx")
    assert read_alike(whole)
    assert read_alike(changed(whole, "0", text, everywhere=False)) is None


def test_rows_that_do_not_add_up_are_left_to_the_rules() -> None:
    whole = document("docx")
    total = next(
        row for grid in whole.blocks if isinstance(grid, Grid) for row in grid.rows if len(row) > 7
    )[-1]
    assert read_alike(changed(whole, total.text, total.text + "1")) is None


def test_a_text_among_figures_is_left_to_the_rules() -> None:
    whole = document("docx")
    grids = [block for block in whole.blocks if isinstance(block, Grid)]
    texts = {slot.text for slot in chain.from_iterable(grids[-1].rows)}
    figure = next(text for text in sorted(texts) if text.isdigit())
    assert read_alike(changed(whole, figure, "见附件")) is None


def test_two_of_a_table_are_left_to_the_rules() -> None:
    whole = document("html_clean")
    grids = tuple(block for block in whole.blocks if isinstance(block, Grid))
    for grid in grids:
        assert read_alike(replace(whole, blocks=(*whole.blocks, grid))) is None
        rest = tuple(block for block in whole.blocks if block is not grid)
        assert read_alike(replace(whole, blocks=rest)) is None


def test_where_spaces_part_cells_all_is_left_to_the_rules() -> None:
    whole = document("html_clean")
    for layout in (Layout.DRAWN, Layout.SPACED):
        grids = (replace(b, layout=layout) if isinstance(b, Grid) else b for b in whole.blocks)
        assert read_alike(replace(whole, blocks=tuple(grids))) is None


def test_what_is_doubtful_is_left_to_the_rules() -> None:
    whole = document("docx")
    grids = [block for block in whole.blocks if isinstance(block, Grid)]
    row = grids[1].rows[-1]
    doubtful = (*row[:-1], row[-1]._replace(doubtful=True))
    grid = replace(grids[1], rows=(*grids[1].rows[:-1], doubtful))
    blocks = tuple(grid if block is grids[1] else block for block in whole.blocks)
    assert read_alike(replace(whole, blocks=blocks)) is None
    assert LAYOUTS["docx"].format == whole.format == "docx"


def with_grid(found: Document, *rows: tuple[str, ...]) -> Document:
    """Put a grid of the file's own behind all others."""
    slots = (tuple(Slot(text, at) for at, text in enumerate(row)) for row in rows)
    return replace(found, blocks=(*found.blocks, Grid(tuple(slots))))


def test_a_figure_in_no_cell_of_the_form_is_left_to_the_rules() -> None:
    whole = document("docx")
    assert read_alike(with_grid(whole, ("浏览次数", "字号")))
    assert read_alike(with_grid(whole, ("浏览次数", "123"))) is None
    assert read_alike(with_grid(whole, ("123",))) is None


@pytest.mark.parametrize("text", ["本表单位（万件）与往年相同", "单位：万件"])
def test_a_unit_in_a_table_of_texts_is_left_to_the_rules(text: str) -> None:
    assert read_alike(with_grid(document("docx"), (text, ""))) is None


def test_half_a_label_may_stand_elsewhere() -> None:
    """Behind a page's end: beside it may stand the rest of the number, too."""
    halved = with_grid(changed(document("docx"), "行政事业性收费", "行政事业性"), ("收费", ""))
    assert read_alike(halved) is None


def test_amounts_are_read_in_their_unit() -> None:
    cases = [("（单位：万元）", "12.5", 125_000), ("（单位：元）", "12.5", 12)]
    for unit, amount, yuan in cases:
        grid = ("信息内容", f"本年收费金额{unit}"), ("行政事业性收费", amount)
        whole = document("docx")
        tables_of = [block for block in whole.blocks if isinstance(block, Grid)]
        rows = tables_of[0].rows[:-2]
        slots = (tuple(Slot(text, at) for at, text in enumerate(row)) for row in grid)
        first = replace(tables_of[0], rows=(*rows, *slots))
        blocks = tuple(first if b is tables_of[0] else b for b in whole.blocks)
        found = read_alike(replace(whole, blocks=blocks))
        assert found is not None
        assert found.cells["proactive", "fees", "amount"].value == yuan
        assert found == by_rules(replace(whole, blocks=blocks))


def test_a_count_with_a_point_is_left_to_the_rules() -> None:
    assert read_alike(changed(document("docx"), "0", "0.0")) is None


@pytest.mark.parametrize("layout", ["scan", "columns", "plain", "spaced"])
def test_what_was_recognised_or_has_no_cells_is_left_to_the_rules(layout: str) -> None:
    assert read_alike(replace(document("docx"), layout=layout)) is None


def test_a_text_that_is_the_mark_of_a_figure_is_none() -> None:
    whole = document("docx")
    assert read_alike(whole)
    marked = changed(whole, "0", "\0", everywhere=False)
    assert read_alike(marked) is None
    assert read_tables(marked).found
