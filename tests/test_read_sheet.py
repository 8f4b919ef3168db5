"""Workbooks made by libraries or by hand, and CSV files, against what their sheets show."""

import io
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from tests.documents import grids, lines, only_grid, shape, texts, zipped
from toolkit.errors import DocumentError
from toolkit.read import csv, kind_of, xls, xlsx
from toolkit.read import read as read_any
from toolkit.read.document import Document, Grid, Layout, Paragraph
from toolkit.read.letters import LOST, PLAIN
from toolkit.read.numfmt import BUILTIN, printed
from toolkit.read.sheet import Sheet, Style

FIXTURES = Path(__file__).parent / "fixtures"
# The workbook of `ruled_book` saved as Excel 97 by another program.
EXCEL97 = FIXTURES / "excel97.xls"
# A row of 3, three formulas of 4 as xlwt and Apache POI write them (nothing, 0 to be computed) and
# as computed (0), and of 7 in white, without a ground and on a dark one.
UNCOMPUTED = FIXTURES / "uncomputed.xls"
# Formulas that give texts, nothing and figures, as LibreOffice converts them from XLSX unseen.
CALC97 = FIXTURES / "calc97.xls"
# Rows of 0, 5 and 7 under conditions: white if 0, if less than 6, if a formula holds; what the
# program that saved it lost; struck out if 0; bold and red if 0.
CONDITIONS97 = FIXTURES / "conditions.xls"
# What `LOOKS` are, saved as Excel 97 by another program.
LOOKS97 = FIXTURES / "looks.xls"


def read(data: bytes) -> Document:
    """Read a workbook of either kind, or a CSV file."""
    marks = {b"PK\x03\x04": xlsx.read, b"\xd0\xcf\x11\xe0": xls.read}
    return marks.get(data[:4], csv.read)(data)


def written(fill: Any, *names: str) -> bytes:
    """Return the workbook that a function fills; it gets the book and its sheets."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        fill(book, *(book.add_worksheet(name) for name in names))
    return buffer.getvalue()


def ruled_book(book: Any, page: Any, hidden: Any) -> None:
    def ruled(**looks: Any) -> Any:
        return book.add_format({"border": 1, **looks})

    page.write(0, 0, "A line of text")
    page.merge_range(2, 0, 3, 0, "kind", ruled())
    page.merge_range(2, 1, 2, 3, "figures", ruled())
    page.write_row(3, 1, "abc", ruled())
    page.write_row(4, 0, ["自然人", 12, 96171.6, ""], ruled())
    page.write(5, 0, "formats", ruled())
    page.write(5, 1, 6201, ruled(num_format='0"万元"'))
    page.write(5, 2, 123456, ruled(num_format="0.0,"))
    page.write(5, 3, 0, ruled(num_format="0;-0;;@"))
    page.write(6, 0, "looks", ruled())
    raised, struck = book.add_format({"font_script": 1}), book.add_format({"font_strikeout": 1})
    page.write_rich_string(6, 1, "12", raised, "1", ruled())
    page.write_rich_string(6, 2, struck, "12", book.add_format(), "15", ruled())
    page.write(6, 3, 99, ruled(font_strikeout=1))
    page.write_row(7, 0, ["kinds", True], ruled())
    page.write(7, 2, 45000, ruled(num_format="yyyy-mm-dd"))
    page.write_string(7, 3, "007", ruled())
    page.write_row(8, 0, ["hidden", 5], ruled())
    page.set_row(8, None, None, {"hidden": True})
    page.write_row(9, 0, ["last", 1, 2, 3], ruled())
    hidden.write(0, 0, 1)
    hidden.hide()


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_a_sheet_is_read_as_it_is_shown(kind: str) -> None:
    data = written(ruled_book, "report", "hidden") if kind == "xlsx" else EXCEL97.read_bytes()
    document = read(data)
    assert (document.format, document.layout) == (kind, "grid")
    assert lines(document) == ["A line of text"]
    table = document.blocks[1]
    assert isinstance(table, Grid)
    assert table.layout is Layout.OWN
    assert table.place == "sheet 'report'"
    assert shape(grids(document)[0])[:2] == [
        [("kind", 0, 1), ("figures", 1, 3)],
        [("a", 1, 1), ("b", 2, 1), ("c", 3, 1)],
    ]
    assert texts(grids(document)[0])[2:] == [
        ["自然人", "12", "96171.6", ""],
        ["formats", "6201万元", "123456", ""],
        ["looks", "12[1]", "15", ""],
        ["kinds", "TRUE", "45000", "007"],
        ["last", "1", "2", "3"],
    ]
    slots = [slot for row in table.rows for slot in row]
    doubtful = [f"sheet 'report', cell {place}" for place in ("C6", "C8")]
    assert [slot.place for slot in slots if slot.doubtful] == doubtful
    assert document.notes == (
        "sheet 'report', cell C6: the number format shows another figure than is stored",
        "sheet 'report', cell C7: struck-through text was left out",
        "sheet 'report', cell D7: struck-through text was left out",
        "sheet 'report', cell C8: the number format shows another figure than is stored",
        "sheet 'report': hidden rows or columns were left out",
        "sheet 'hidden' is hidden and was left out",
    )


def test_without_rules_tables_are_told_by_their_cells() -> None:
    def fill(_book: Any, first: Any, second: Any) -> None:
        first.write_column(0, 0, ["title", "a paragraph\nof two lines"])
        first.merge_range(2, 0, 2, 2, "section")
        first.write_row(3, 0, ["label", "x", "y"])
        first.write_row(4, 0, ["first", 1])
        first.merge_range(5, 1, 5, 2, "")
        first.write(5, 0, "merged")
        first.write(6, 0, "below")
        first.write(7, 0, "after")
        first.merge_range(8, 0, 9, 0, "tall")
        first.write(8, 1, 5)
        second.write_row(0, 2, ["p", "q"])

    document = read(written(fill, "one", "two"))
    kinds = [b.text if isinstance(b, Paragraph) else "grid" for b in document.blocks]
    assert kinds == [
        *(
            "title",
            "a paragraph",
            "of two lines",
            "section",
            "grid",
            "below",
            "after",
            "grid",
            "grid",
        )
    ]
    assert [*map(shape, grids(document))] == [
        [
            [("label", 0, 1), ("x", 1, 1), ("y", 2, 1)],
            [("first", 0, 1), ("1", 1, 1), ("", 2, 1)],
            [("merged", 0, 1), ("", 1, 2)],
        ],
        [[("tall", 0, 1), ("5", 1, 1)], [("", 1, 1)]],
        [[("p", 0, 1), ("q", 1, 1)]],
    ]
    assert grids(document)[-1].rows[0][1].place == "sheet 'two', cell D1"


def test_rows_without_rules_of_their_own_go_on_with_a_ruled_table() -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["a", "line"])
        page.write_row(1, 0, ["head", "x", "y"], book.add_format({"border": 1}))
        page.write_row(2, 0, ["first", 1, 2])
        page.write(3, 0, "after")

    document = read(written(fill, "s"))
    assert texts(only_grid(document)) == [["head", "x", "y"], ["first", "1", "2"]]
    assert lines(document) == ["a", "line", "after"]


def test_a_head_without_rules_belongs_to_the_ruled_table_below() -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["of two", "cells"])
        page.write_row(1, 0, ["head", "x", "y"])
        page.write_row(2, 0, ["first", 1, 2], book.add_format({"border": 1}))

    document = read(written(fill, "s"))
    assert texts(only_grid(document)) == [["head", "x", "y"], ["first", "1", "2"]]
    assert lines(document) == ["of two", "cells"]


def test_blank_cells_that_a_program_did_not_rule_are_there() -> None:
    """As of pandas, which rules the head and the numbers in front of the rows."""

    def fill(book: Any, page: Any) -> None:
        ruled = book.add_format({"border": 1})
        page.write_row(0, 0, ["", "x", "y", "z"], ruled)
        page.write(1, 0, 0, ruled)
        page.write_row(1, 1, ["first", 1])

    assert texts(only_grid(read(written(fill, "s")))) == [
        ["", "x", "y", "z"],
        ["0", "first", "1", ""],
    ]


def test_ruled_tables_side_by_side_are_two() -> None:
    def fill(book: Any, page: Any) -> None:
        ruled = book.add_format({"border": 1})
        for row in range(3):
            page.write_row(row, 0, ["left", "", row], ruled)
        page.write_row(1, 4, ["right", 5], ruled)
        page.write(2, 7, "remark")

    left, right, remark = grids(read(written(fill, "s")))
    assert shape(left)[2] == [("left", 0, 1), ("", 1, 1), ("2", 2, 1)]
    assert shape(right) == [[("right", 4, 1), ("5", 5, 1)]]
    assert texts(remark) == [["remark"]]


def test_a_figure_far_from_its_label_is_no_line_below_it() -> None:
    def fill(book: Any, page: Any) -> None:
        page.write(0, 0, "label")
        page.write(0, 6, 93)
        page.write_row(2, 0, ["first", 1], book.add_format({"border": 1}))

    document = read(written(fill, "s"))
    assert [texts(grid) for grid in grids(document)] == [
        [["label", *[""] * 5, "93"]],
        [["first", "1"]],
    ]
    assert lines(document) == []


def test_a_figure_aside_of_the_line_above_it_is_lost() -> None:
    def fill(_book: Any, page: Any) -> None:
        for row, column, text in ((0, 1, "label"), (1, 1, 5), (2, 1, "blank"), (4, 7, 93)):
            page.write(row, column, text)

    assert lines(read(written(fill, "s"))) == ["label", "5", "blank", 2 * LOST]


def test_a_blank_row_between_a_head_and_its_values_moves_no_column() -> None:
    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 1, ["x", "y"])
        page.write_row(2, 0, [1, "first", 2])

    head, values = grids(read(written(fill, "s")))
    assert shape(head) == [[("x", 1, 1), ("y", 2, 1)]]
    assert shape(values) == [[("1", 0, 1), ("first", 1, 1), ("2", 2, 1)]]


def test_figures_alone_beside_a_ruled_table_are_in_doubt() -> None:
    """They stand behind a label that has no other figure."""

    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["label"], book.add_format({"border": 1}))
        page.write(0, 3, 67, book.add_format({"border": 1}))

    found = [slot for grid in grids(read(written(fill, "s"))) for slot in grid.rows[0]]
    assert [(slot.text, slot.doubtful) for slot in found] == [("label", False), ("67", True)]


def test_a_merged_cell_shows_where_it_is_first_visible() -> None:
    def fill(_book: Any, page: Any) -> None:
        page.merge_range(0, 0, 2, 0, "tall")
        page.merge_range(0, 2, 0, 4, "wide")
        page.write_row(1, 2, [1, 2, 3])
        page.write_row(2, 2, [4, 5, 6])
        page.set_row(0, None, None, {"hidden": True})
        page.set_column(2, 2, None, None, {"hidden": True})

    document = read(written(fill, "s"))
    assert shape(only_grid(document)) == [
        [("tall", 0, 1), ("", 1, 1), ("2", 2, 1), ("3", 3, 1)],
        [("", 1, 1), ("5", 2, 1), ("6", 3, 1)],
    ]
    found = only_grid(document)
    assert [slot.height for slot in found.rows[0]] == [2, 1, 1, 1]
    assert found.rows[0][2].place == "sheet 's', cell D2"


def test_a_sheet_that_does_not_show_zeros_looks_empty_there() -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["row", 0, 5])
        page.write(0, 3, 0, book.add_format({"num_format": '0"件"'}))
        page.hide_zero()

    assert texts(only_grid(read(written(fill, "s")))) == [["row", "", "5"]]


def test_formulas_without_a_trustworthy_result_are_doubtful() -> None:
    def fill(_book: Any, page: Any) -> None:
        page.write_row(0, 0, ["sum", 1, 2])
        page.write_formula(0, 3, "=B1+C1")  # the library stores 0 and asks for a computation

    document = read(written(fill, "s"))
    assert texts(only_grid(document)) == [["sum", "1", "2", ""]]
    assert [slot.doubtful for slot in only_grid(document).rows[0]] == [False, False, False, True]
    assert document.notes == ("sheet 's', cell D1: a formula that was not computed",)


LOOKS: list[tuple[str | int, dict[str, Any]]] = [
    ("row", {"font_color": "#C00000", "bg_color": "#C00000"}),
    (7, {"font_color": "#C00000", "bg_color": "#C00000"}),
    (7, {"font_color": "#C00000", "bg_color": "#C00000", "align": "center"}),
    (7, {"font_color": "#FEFEFE"}),
    (7, {"align": "fill"}),
    ("7", {"align": "fill"}),
    (7, {"font_color": "#C00000", "bg_color": "#FFC000"}),
    (7, {"font_color": "#C00000"}),
]


def doubts(data: bytes) -> list[tuple[str, bool]]:
    """The first table's first row: what each cell says, and whether it is in doubt."""
    return [(slot.text, slot.doubtful) for slot in grids(read(data))[0].rows[0]]


def test_of_excel_97_what_was_never_computed_or_is_white_is_in_doubt() -> None:
    data = UNCOMPUTED.read_bytes()
    computed = [("", True), ("", True), ("0", False)]
    assert doubts(data) == [("row", False), ("3", False), *computed, ("7", True), ("7", False)]
    cells = [f"sheet 's', cell {place}: a formula that was not computed" for place in ("C1", "D1")]
    assert read(data).notes == tuple(cells)


def test_of_a_text_that_a_formula_gives_libreoffice_may_have_stored_a_nought() -> None:
    table = grids(read(CALC97.read_bytes()))[0]
    found = dict(zip(table.rows[1], table.rows[2], strict=True))
    assert {kind.text: (slot.text, slot.doubtful) for kind, slot in found.items()} == {
        "kind": ("x", False),
        **dict.fromkeys(("as text", "text or figure", "text or nothing", "the same"), ("", True)),
        "nought": ("0", False),
        "figure": ("7", False),
    }


def test_white_figures_without_a_ground_and_tiny_ones_are_in_doubt() -> None:
    def fill(book: Any, page: Any) -> None:
        white, dark = {"font_color": "#FFFFFF"}, {"font_color": "#FFFFFF", "bg_color": "#1F4E79"}
        for column, text, looks in (
            (0, "row", white),
            (1, 7, white),
            (2, 7, dark),
            (3, "7", white),
            (4, 7, white | {"bg_color": "#FFFFFF"}),
            (5, 7, {"bg_color": "#FFFFFF"}),
            (6, "7", {"num_format": ";;;"}),
            (7, "row", {"num_format": ";;;"}),
        ):
            page.write(0, column, text, book.add_format(looks))
        page.write_rich_string(0, 8, "7", book.add_format(white), "9")
        page.write_rich_string(0, 9, "7", book.add_format(white), "row")
        for column, text, size in ((10, 7, 1), (11, "row", 1), (12, 7, 6)):
            page.write(0, column, text, book.add_format({"font_size": size} | dark))

    shown = [("row", False), ("7", True), ("7", False), ("7", True), ("7", True), ("7", False)]
    shown += [("7", True), ("row", False), ("79", True), ("7row", False)]
    shown += [("7", True), ("row", False), ("7", False)]
    assert doubts(written(fill, "s")) == shown


def test_what_is_in_doubt_is_so_in_a_line_of_its_own() -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_column(0, 0, ["label", "12"])
        page.write(2, 0, 12345, book.add_format({"num_format": "0.0,"}))
        page.write_formula(3, 0, "=A3")

    assert lines(read(written(fill, "s"))) == ["label", "12", 5 * LOST, LOST]


def test_a_text_in_a_format_that_shows_another_or_none_is_in_doubt() -> None:
    formats = ("@", "0;-0;0;@", "_ * @_ ", "0.0", "0;-0;0;", '0;0;0;"13"', '"1"@', "@@", '@"万"')

    def fill(book: Any, page: Any) -> None:
        for column, code in enumerate(formats):
            page.write_string(0, column, "12", book.add_format({"num_format": code}))

    assert doubts(written(fill, "s")) == [*[("12", False)] * 4, *[("12", True)] * 5]


def test_rows_and_columns_without_room_are_hidden() -> None:
    def fill(_book: Any, page: Any) -> None:
        for row in range(3):
            page.write_row(row, 0, [row, 10 + row, 20 + row])
        page.set_row(1, 0.75)
        page.set_row(2, 1.5)
        page.set_column(1, 1, 0.05)

    assert texts(only_grid(read(written(fill, "s")))) == [["0", "20"], ["2", "22"]]


@pytest.mark.parametrize(
    ("look", "hides"),
    [
        ({"font_color": "#FFFFFF"}, True),
        ({"num_format": ";;;"}, True),
        ({"bold": True}, False),
        ({"font_color": "#FFFFFF", "bg_color": "#FF0000"}, False),
        ({"font_strikeout": True}, True),
    ],
)
def test_noughts_that_a_condition_may_hide_are_in_doubt(
    look: dict[str, Any], *, hides: bool
) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["row", 0, 5, 0])
        rule = {"type": "cell", "criteria": "==", "value": 0, "format": book.add_format(look)}
        page.conditional_format("A1:C9", rule)

    shown = [("row", False), ("0", hides), ("5", False), ("0", False)]
    assert doubts(written(fill, "s")) == shown


@pytest.mark.parametrize(
    ("rule", "shown"),
    [
        ({"type": "cell", "criteria": "<", "value": 6}, [True, True]),
        ({"type": "formula", "criteria": "=$B1=0"}, [True, False]),
        ({"type": "formula", "criteria": "=$B1>=0"}, [True, True]),
        ({"type": "blanks"}, [True, False]),
        ({"type": "data_bar", "bar_only": True}, [True, True]),
    ],
)
def test_figures_that_a_condition_may_hide_or_change_are_in_doubt(
    rule: dict[str, Any], shown: list[bool]
) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["row", 0, 5])
        look = {} if "bar_only" in rule else {"format": book.add_format({"num_format": ";;;"})}
        page.conditional_format("A1:C9", rule | look)

    assert [doubtful for _, doubtful in doubts(written(fill, "s"))] == [False, *shown]


def test_of_excel_97_figures_that_a_condition_may_hide_are_in_doubt() -> None:
    rows = grids(read(CONDITIONS97.read_bytes()))[0].rows
    hidden = [[slot.text for slot in row if slot.doubtful] for row in rows]
    assert hidden == [["0"], ["0", "5", "7"], ["0", "5", "7"], [], ["0"], []]


def test_conditions_of_later_excel_hide_figures_too() -> None:
    later = (
        '<extLst xmlns:y="urn:later" xmlns:z="urn:main"><ext><y:conditionalFormattings>'
        '<y:conditionalFormatting><y:cfRule type="expression"><z:f>Other!A1=0</z:f>'
        f'<y:dxf><font xmlns="{NAME}"><color rgb="FFFFFFFF"/></font></y:dxf></y:cfRule>'
        "<z:sqref>B1 D1</z:sqref></y:conditionalFormatting></y:conditionalFormattings></ext>"
        "</extLst>"
    )
    cells = "".join(f"<c><v>{figure}</v></c>" for figure in (3, 0, 0, 5))
    shown = [("3", False), ("0", True), ("0", False), ("5", False)]
    assert doubts(raw(f'<sheetData><row r="1">{cells}</row></sheetData>{later}')) == shown


def test_figures_in_the_colour_of_their_ground_or_repeated_are_in_doubt() -> None:
    def fill(book: Any, page: Any) -> None:
        for column, (text, looks) in enumerate(LOOKS):
            page.write(0, column, text, book.add_format(looks))

    assert doubts(written(fill, "s")) == [("row", False), *[("7", True)] * 5, *[("7", False)] * 2]
    assert doubts(LOOKS97.read_bytes()) == doubts(written(fill, "s"))


def test_more_conditions_than_can_be_looked_up_one_by_one_are_taken_together() -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["row", 0, 5, 0])
        rule = {"type": "cell", "criteria": "==", "value": 0}
        for at in range(150):
            hidden = {**rule, "format": book.add_format({"num_format": ";;;"})}
            page.conditional_format(at, 2 * (at % 2), at, 2 * (at % 2), hidden)

    assert doubts(written(fill, "s")) == [("row", False), ("0", True), ("5", False), ("0", False)]


NAME = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def raw(sheet: str, strings: str = "", **parts: str) -> bytes:
    """Pack a workbook of one sheet by hand."""
    related = "".join(
        f'<Relationship Id="{i}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for i, kind, target in (
            ("a", "worksheet", "sheet.xml"),
            ("b", "sharedStrings", "/xl/strings.xml"),
        )
    )
    files = {
        "xl/workbook.xml": f'<workbook xmlns="{NAME}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="s" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{RELATIONS}">{related}</Relationships>'
        ),
        "xl/strings.xml": f'<sst xmlns="{NAME}">{strings}</sst>',
        "xl/sheet.xml": f'<worksheet xmlns="{NAME}">{sheet}</worksheet>',
        **parts,
    }
    return zipped(files)


def test_every_kind_of_cell() -> None:
    data = raw(
        '<sheetData><row r="3"><c r="B3" t="s"><v>0</v></c><c t="s"><v>1</v></c>'
        '<c r="D3" t="inlineStr"><is><t>in</t></is></c><c r="E3" t="str"><f>A1</f><v>got</v></c>'
        '<c r="F3"><f>A1</f><v>7</v></c><c r="G3"><f>A1</f></c><c r="H3" t="e"><v>#N/A</v></c>'
        '<c r="I3" t="b"><v>0</v></c><c r="J3"><v>-0</v></c><c r="K3"><v>nan?</v></c>'
        '<c r="L3"><v>96171.600000000006</v></c><c r="M3" t="s"><v>2</v></c>'
        '<c r="N3"><v>1<!-- 9 -->4<?a b?>7</v></c><c r="O3"><v>1_4</v></c>'
        '<c r="P3"><v>1.4E1</v></c></row></sheetData>',
        "<si><t>a_x000D_b</t><rPh><t>phonetic</t></rPh></si>"
        '<si><r><t>12</t></r><r><rPr><vertAlign val="superscript"/></rPr><t>3</t></r></si>'
        '<si><r><t>12</t></r><r><rPr><color rgb="ffffffff"/></rPr><t>3</t></r></si>',
    )
    document = read(data)
    shown = ["a\nb", "12[3]", "in", "got", "7", "", "#N/A", "FALSE", "0", "nan?", "96171.6"]
    shown += ["123", "147", "1_4", "14"]
    assert texts(only_grid(document)) == [shown]
    assert document.notes[0] == "sheet 's', cell G3: a formula that was not computed"
    assert [slot.place[-2:] for slot in only_grid(document).rows[0] if slot.doubtful] == [
        "G3",
        "K3",
        "M3",
        "O3",
    ]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (12.0, "General", "12"),
        (96171.6, "General", "96171.6"),
        (0.1 + 0.2, "General", "0.3"),
        (-3, "General", "-3"),
        (-11, "0", "-11"),
        (5, '0;-0;"无"', "5"),
        (5, '0";件";-0', "5;件"),
        (12345, "#,##0", "12345"),
        (12.5, "0.00", "12.5"),
        (12, "@", "12"),
        (12, "0_ ", "12"),
        (2022, '0"年"', "2022年"),
        (6201, '#,##0\\ "万元"', "6201 万元"),
        (12, "[$¥-804]#,##0.00", "¥12"),
        (12, "[DBNum1]G/通用格式", "12"),
        (-12, "0;(0)", "(12)"),
        (-12.5, BUILTIN[43], "-12.5"),
        (0, BUILTIN[43], "-"),
        (0, "0;-0;;@", ""),
        (0, "#,###", ""),
        (0, "#,##0", "0"),
        (5, ";;;", ""),
        (0, '0;-0;"无"', "无"),
        (0, '[=0]"";G/通用格式', ""),
        (12, '[=0]"";G/通用格式', "12"),
        (12, '[>10]0"大";0', "12大"),
        (0, '[>10]0;[<=10]"少";General', "少"),
        (12, '[<=5]"少";[<>13.5]#,##0;General', "12"),
    ],
)
def test_a_format_that_shows_the_stored_figure_is_followed(
    value: float, code: str, shown: str
) -> None:
    assert printed(value, code) == (shown, False)


@pytest.mark.parametrize(
    ("value", "code", "stored"),
    [
        (0.12, "0%", "0.12"),
        (123456, '0!.0,"万"', "123456"),
        (12345, "0.0,", "12345"),
        (12345, "0,", "12345"),
        (12.6, "0", "12.6"),
        (12.345, "0.00", "12.345"),
        (-12, "0;[Red]0", "-12"),
        (-12, '[<10]"少";0', "-12"),
        (-12, "[>10]0;0", "-12"),
        (0, '[>10]0;[<=10]"5";General', "0"),
        (123456, '[>9999]0!.0,"万";0', "123456"),
        (5, "[>10]0", "5"),
        (12, "[=x]0;0", "12"),
        (12, "[><1]0;0", "12"),
        (12, "0;[=0]0;0", "12"),
        (12, "# ?/?", "12"),
        (12, "[h]", "12"),
        (12, '0"0000"', "12"),
        (5, "\\6", "5"),
        (12, "0.00E+00", "12"),
        (12, "000-0000", "12"),
        (12, "0" * 300, "12"),
        (45000, 'yyyy"年"m"月"d"日"', "45000"),
    ],
)
def test_a_format_that_shows_another_figure_is_doubtful(
    value: float, code: str, stored: str
) -> None:
    assert printed(value, code) == (stored, True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_in_any_encoding(encoding: str) -> None:
    rows = [
        ["某某局年度报告", "", ""],
        ["信息内容", "本年制发件数", "现行有效件数"],
        ['"规章\r\n（件）"', '"1,234"', "0"],
        ["行政规范性文件", "", "12"],
    ]
    text = "".join(",".join(row) + "\r\n" for row in rows)
    document = read(text.encode(encoding))
    assert document.format == "csv"
    assert lines(document) == ["某某局年度报告"]
    assert shape(only_grid(document)) == [
        [("信息内容", 0, 1), ("本年制发件数", 1, 1), ("现行有效件数", 2, 1)],
        [("规章\n（件）", 0, 1), ("1,234", 1, 1), ("0", 2, 1)],
        [("行政规范性文件", 0, 1), ("", 1, 1), ("12", 2, 1)],
    ]


def test_what_has_no_width_or_height_is_hidden() -> None:
    row = '<row r="{}"{}><c><v>{}</v></c><c><v>8</v></c><c><v>9</v></c><c><v>4</v></c></row>'
    rows = row.format(1, "", 1) + row.format(2, ' ht="0"', 2) + row.format(3, ' hidden="1"', 3)
    columns = '<cols><col min="2" max="2" hidden="true"/><col min="3" max="3" width="0"/></cols>'
    assert texts(only_grid(read(raw(f"{columns}<sheetData>{rows}</sheetData>")))) == [["1", "4"]]


def test_csv_rows_that_are_not_filled_up_tell_tables_from_text() -> None:
    document = read("标题\n信息内容,本年,现行\n规章,,\n,,\n规范性文件,1,\n下一行\n".encode())
    assert lines(document) == ["标题", "下一行"]
    assert texts(only_grid(document)) == [
        ["信息内容", "本年", "现行"],
        ["规章", "", ""],
        ["规范性文件", "1", ""],
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_commas_within_sentences_part_no_cells(encoding: str) -> None:
    prose = "本局收到申请3件,办结3件,结转0件,均已答复。\n" * 9
    assert kind_of(prose.encode(encoding)) == "text"
    assert kind_of(prose.replace("。", "").encode(encoding)) == "csv"


def test_commas_within_numbers_part_no_cells() -> None:
    """Else a row of fifteen such numbers, split at its commas, has fifteen cells again."""
    rows = "\n".join(f"第{n}行 2,251 1,332 1,063 11,447" for n in range(9))
    assert kind_of(rows.encode()) == "text"
    assert kind_of(rows.replace(" ", ",").encode()) == "csv"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize(("mark", "cell"), [
    (",", '="{}"'), (",", '"=""{}"""'), (",", "'{}"), (",", "{}\t"), (",", "\t{}"),
    ("\t", '="{}"'), ("\t", '"{}"'), ("\t", "{}"), (";", "{}"),
])  # fmt: skip
def test_tables_as_offices_save_them(mark: str, cell: str, encoding: str) -> None:
    """Excel's "Unicode text" has tabs, and quotes what has a line break; others quote all."""
    rows = [["规章", "本年\n制发件数", "现行有效件数", ""]]
    rows += [[f"第{n}行", f"{n}", "007", f"{n},100" if mark == "\t" else ""] for n in range(10)]
    shown = [
        [
            f'"{text}"' if "\n" in text else cell.format(text) if text.isascii() else text
            for text in row
        ]
        for row in rows
    ]
    prose = '"申请人3人,收到""申请""4件,"' if mark != ";" else "收到申请3件"
    data = "\r\n".join([prose, *map(mark.join, shown), ""]).encode(encoding)
    document = read_any(data)
    assert lines(document) == [prose[1:-1].replace('""', '"') if mark != ";" else prose]
    assert texts(only_grid(document)) == rows


def test_quotation_marks_of_prose_make_no_cells() -> None:
    text = '行政许可\t12\n"放管服"改革\n"三安全一稳定"\t3\t4\n"全文"\t\n'
    assert kind_of(text.encode()) == "text"


def cells(first: int, last: int) -> str:
    row = '<row r="{}"><c><v>1</v></c><c><v>2</v></c></row>'
    return "".join(row.format(n) for n in range(first, last + 1))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 nonsense", "the ZIP archive is broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 nonsense", "the workbook is damaged"),
        (EXCEL97.read_bytes()[:4000], "the workbook is damaged"),
        (b'"one,two\nthree,four\n', "quotation marks do not match"),
        (raw('<sheetData><row><c r="5B"><v>1</v></c></row></sheetData>'), "'5B' stands where"),
        (raw('<sheetData><row r="x"/></sheetData>'), "r is 'x' where a whole number"),
        (raw('<sheetData><row><c t="s"><v>4</v></c></row></sheetData>'), "no text number '4'"),
        (raw("", **{"xl/workbook.xml": "<x/>"}), "holds no workbook"),
        (raw("", **{"xl/sheet.xml": "<!DOCTYPE x><x/>"}), "declares a document type"),
        (raw(f"<sheetData>{cells(1, 2)}</sheetData>"
             '<mergeCells><mergeCell ref="A1:XFD99999"/></mergeCells>'), "more than 200000 cells"),
        (raw('<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>1</v></c></row>'
             f'{cells(2, 20)}</sheetData>'), "more than 200000 cells"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as caught:
        read(data)
    assert caught.value.stage in ("open", "parse")


def test_a_cell_whose_style_is_not_there_is_refused() -> None:
    data = bytearray(EXCEL97.read_bytes())
    data[4285] = 240
    with pytest.raises(DocumentError, match="sheet 'report' is damaged"):
        read(bytes(data))


def test_a_far_cell_and_empty_rows_cost_nothing() -> None:
    empty = "".join(f'<row r="{n}" spans="1:1"/>' for n in range(2, 20_000))
    far = '<row r="1048576"><c r="XFD1048576"><v>5</v></c></row>'
    document = read(raw(f"<sheetData>{cells(1, 1)}{empty}{far}</sheetData>"))
    assert texts(only_grid(document)) == [["1", "2"]]
    assert lines(document) == ["5"]


def test_a_cell_merged_twice_is_in_doubt() -> None:
    sheet = Sheet("damaged")
    for at, text in {(0, 0): "a", (0, 2): "b", (1, 0): "c"}.items():
        sheet.put(at, [(text, PLAIN)], Style(ruled=True))
    sheet.merges += [(0, 0, 0, 2), (0, 0, 2, 3)]  # first row, last row, first column, last column
    (grid,) = sheet.blocks()
    assert isinstance(grid, Grid)
    found = [[slot.doubtful for slot in row if slot.text] for row in grid.rows]
    assert found == [[False, True], [False]]
