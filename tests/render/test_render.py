"""The proving ground is itself proved: what it says is printed is what others read there."""

import io
import zipfile
from pathlib import Path

import docx
import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from tests.render import (
    DAMAGES,
    EDITIONS,
    LAYOUTS,
    Values,
    compose,
    damaged,
    distinct,
    judge,
    keys,
    realistic,
    render,
    text,
)
from tests.render.compose import amount
from tests.render.model import Cell, Draft, PageBreak, Printed, Style, Table, spread
from tests.render.values import seeded
from toolkit.form import form

ROW_OF_GRANTED = 5  # in table 3, three rows of heads and two rows of part one and two before it


def some(edition: str = "2021", seed: int = 0) -> Values:
    chosen = next(e for e in EDITIONS if e == edition)
    return distinct(seeded(seed), "金华市水利局", 2022, proactive=chosen, applications=chosen)


def one(draft: Draft, name: str = "applications") -> Table:
    return next(table for table in draft.tables if table.name == name)


def figures(values: Values, item: str, table: str = "applications") -> list[str]:
    return [str(values.cells[k]) for k in values.cells if k[:2] == (table, item)]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("seed", range(20))
def test_identities_hold(edition: str, seed: int) -> None:
    chosen = next(e for e in EDITIONS if e == edition)
    rng = seeded(seed)
    first = realistic(rng, "金华市水利局", 2021, proactive=chosen, applications=chosen)
    for values in (first, some(edition, seed)):
        assert balanced(values)
        assert all(v >= 0 for k, v in values.cells.items() if k[2] != "items_change")


def balanced(values: Values) -> bool:
    """Whether the identities hold, summed up here in another way than they were made."""
    cells, the_form = values.cells, form(values.applications)

    def row(table: str, *items: str) -> list[int]:
        return [
            sum(cells[table, item, column] for item in items)
            for column in the_form.item(table, items[0]).columns
        ]

    tall, results = "applications", the_form.children("applications", "results")
    flow = row(tall, "received", "carried_in") == row(tall, "resolved", "carried_forward")
    outcomes = row(tall, *results[:-1]) == row(tall, "resolved")
    rows = [
        row(i.table, i.code)
        for i in the_form.items
        if i.role == "row" and i.columns[-1:] == ("total",)
    ]
    return flow and outcomes and all(sum(line[:-1]) == line[-1] for line in rows)


def test_the_next_year_takes_over_what_was_carried_forward() -> None:
    rng = seeded(5)
    first = realistic(rng, "金华市水利局", 2021)
    second = realistic(rng, "金华市水利局", 2022, previous=first)
    for column in form().item("applications", "received").columns:
        forward = first.cells["applications", "carried_forward", column]
        assert second.cells["applications", "carried_in", column] == forward
    stock = first.cells["proactive", "normative_documents", "in_force"]
    rows = {k[2]: v for k, v in second.cells.items() if k[1] == "normative_documents"}
    assert rows["in_force"] == stock + rows["issued"] - rows["repealed"]


def test_cells_of_the_editions() -> None:
    assert len(keys("2021", "2021")) == 200
    assert len(keys("2019", "2019")) == 198
    assert ("applications", "otherwise", "total") in keys("2021", "2019")
    assert ("proactive", "procurement", "amount") in keys("2019", "2021")


@pytest.mark.parametrize(
    ("yuan", "unit", "printed"),
    [
        (62_010_000, "万元", "6201"),
        (3_700, "万元", "0.37"),
        (961_716_000, "万元", "96171.6"),
        (251_000, "元", "251000"),
        (120_000_000, "亿元", "1.2"),
        (0, "万元", "0"),
    ],
)
def test_amounts(yuan: int, unit: str, printed: str) -> None:
    assert amount(yuan, unit) == printed


def test_text_layouts_as_in_published_ones() -> None:
    values = some()
    granted, forward = figures(values, "granted"), figures(values, "carried_forward")
    row = ROW_OF_GRANTED

    def line(name: str, n: int) -> str:
        writer = getattr(text, name)
        lines: list[str] = list(writer(one(compose(values)), seeded(0)))
        return lines[n]

    assert line("tabs", row) == "三、本年度办理结果\t（一）予以公开\t\t" + "\t".join(granted)
    shifted = "三、本年度办理结果\t（一）予以公开\t" + "\t".join(granted) + "\t"
    assert line("tabs_shifted", row) == shifted
    tail = "四、结转下年度继续办理\t\t" + "\t".join(forward) + "\t"
    assert line("tabs_shifted", -1) == tail
    piped = "三、本年度办理结果 | （一）予以公开 | " + " | ".join(granted) + " | |"
    assert line("pipes", row) == piped
    assert line("pipes", -1) == "四、结转下年度继续办理 | " + " | ".join(forward) + " |"
    assert line("spaces", -1) == "四、结转下年度继续办理 " + " ".join(forward)


@pytest.mark.parametrize("layout", ["html_clean", "html_word", "html_site", "html_fragment"])
def test_html_read_by_pandas(layout: str, tmp_path: Path) -> None:
    values = some()
    path = tmp_path / "report.html"
    path.write_bytes(render(values, layout, seed=3, look=Style()).data)
    tables = pd.read_html(path, encoding="utf-8" if layout == "html_fragment" else None)
    tall = next(t for t in reversed(tables) if t.shape[0] >= 25 and t.shape[1] == 10)
    granted = tall[tall.iloc[:, 1].astype(str).str.contains("予以公开")].iloc[0]
    assert [str(x) for x in granted.iloc[3:]] == figures(values, "granted")


def test_docx_read_by_python_docx() -> None:
    values = some("2019")
    made = docx.Document(io.BytesIO(render(values, "docx").data))
    rows = [[cell.text for cell in row.cells] for row in made.tables[1].rows]
    assert rows[ROW_OF_GRANTED][3:] == figures(values, "granted")
    assert rows[-1][3:] == figures(values, "carried_forward")
    assert rows[ROW_OF_GRANTED + 3][0].startswith("三、本年度办理结果")
    last = made.tables[2].rows[-1].cells
    assert [cell.text for cell in last][:5] == figures(values, "reconsideration", "challenges")


def test_xlsx_read_by_calamine() -> None:
    values = some()
    book = CalamineWorkbook.from_filelike(io.BytesIO(render(values, "xlsx", look=Style()).data))
    rows = book.get_sheet_by_index(0).to_python()
    granted = next(row for row in rows if row[1] == "（一）予以公开")
    assert [str(int(float(str(x)))) for x in granted[3:10]] == figures(values, "granted")


def test_zip_holds_a_page() -> None:
    made = render(some(), "zip")
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert archive.namelist() == ["report/annual.html"]


@pytest.mark.parametrize("layout", sorted(set(LAYOUTS) - {"png", "scan"}))
def test_undamaged_prints_every_figure(layout: str) -> None:
    values = some("2019", seed=4)
    made = render(values, layout, seed=9)
    assert {key: there.value for key, there in made.printed.items()} == values.cells
    assert not any(there.doubt for there in made.printed.values())
    assert made.data == render(values, layout, seed=9).data


@pytest.mark.parametrize("name", sorted(DAMAGES))
def test_damages_do_something_and_keep_the_tables_whole(name: str) -> None:
    changed = 0
    for seed in range(12):
        values = realistic(seeded(seed), "金华市水利局", 2019)
        before = compose(values)
        draft = damaged(before, [name], seeded(seed))
        changed += draft.blocks != before.blocks
        for table in draft.tables:
            for line, row in zip(spread(table), table.rows, strict=True):
                assert len(line) + sum(c.lost for c in row.cells) == table.width
    assert changed >= 2


def test_what_damages_take_away_is_not_printed() -> None:
    values = some()
    whole = compose(values)

    def lost(name: str) -> set[tuple[str, str, str]]:
        there = damaged(whole, [name], seeded(2)).printed()
        assert set(there) == set(values.cells)
        return {key for key, it in there.items() if it.value is None}

    assert len(lost("lost_row")) in (1, 3, 7, 15)
    assert lost("label_typo") == lost("swapped_columns") == lost("lost_head") == set()
    assert lost("extra_row") == lost("cut_row") == lost("page_break") == lost("other_wording")
    assert 1 <= len(lost("lost_cell")) <= 8
    assert lost("blank_totals") == {
        key for key in values.cells if key[0] == "applications" and key[2] == "total"
    } - {("applications", "resolved", "total")}


def test_swapped_columns_move_heads_and_figures_alike() -> None:
    draft = damaged(compose(some()), ["swapped_columns"], seeded(1))
    rows = one(draft).rows
    heads = [cell.key[2] for cell in rows[2].cells if cell.key]
    placed = [cell.key[2] for cell in rows[4].cells if cell.key]
    assert placed[1:-1] == heads
    assert sorted(heads) != heads or placed[0] == "total"
    assert heads != ["enterprise", "research", "public_interest", "legal_service", "other_org"]


def test_a_page_break_keeps_all_rows() -> None:
    draft = damaged(compose(some()), ["page_break"], seeded(4))
    assert any(isinstance(block, PageBreak) for block in draft.blocks)
    whole = [cell.key for row in one(compose(some())).rows for cell in row.cells if cell.value]
    parts = [t for t in draft.tables if t.name == "applications"]
    found = [cell.key for t in parts for row in t.rows for cell in row.cells if cell.value]
    assert found == whole


def test_a_lost_cell_makes_its_row_one_short_and_doubtful() -> None:
    draft = damaged(compose(some()), ["lost_cell"], seeded(3))
    short = [row for table in draft.tables for row in table.rows if any(c.lost for c in row.cells)]
    assert short
    assert all(row.doubt for row in short)
    written = text.write(draft, text.tabs, seeded(0))
    whole = text.write(compose(some()), text.tabs, seeded(0))
    assert whole.count("\t") - written.count("\t") == sum(c.lost for r in short for c in r.cells)


def test_judging() -> None:
    a, b, c, d = (("applications", "granted", column) for column in "abcd")
    printed = {
        a: Printed(1, "1"),
        b: Printed(2, "2"),
        c: Printed(None, ""),
        d: Printed(4, "4", doubt=True),
    }
    score, faults = judge(printed, {a: 1, b: 3, c: 0, d: None})
    assert (score.printed, score.right, score.wrong, score.invented) == (3, 1, 1, 1)
    assert (score.missed, score.doubtful, score.removed) == (0, 1, 1)
    assert [(fault.kind, fault.cell, fault.read) for fault in faults] == [
        ("wrong", b, 3),
        ("invented", c, 0),
        ("doubtful", d, None),
    ]


def test_a_cell_knows_what_it_prints() -> None:
    table = one(compose(some()))
    values = [cell for row in table.rows for cell in row.cells if cell.role == "value"]
    assert all(isinstance(cell, Cell) and cell.text == str(cell.value) for cell in values)
