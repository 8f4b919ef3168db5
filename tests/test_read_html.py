"""Web pages are read as a browser prints them: cells in their columns, no figure fused."""

import subprocess
import sys
from email.message import EmailMessage

import pytest

from tests import documents
from tests.documents import grids, only_grid, shape
from toolkit.errors import DocumentError
from toolkit.read import html, mhtml, read
from toolkit.read.document import Document, Layout, Paragraph


def page(source: str) -> Document:
    return html.read(source.encode())


def shapes(source: str) -> list[list[list[tuple[str, int, int]]]]:
    """Rows of (text, column, width), grid by grid."""
    return [*map(shape, grids(page(source)))]


def texts(source: str) -> list[list[str]]:
    return documents.texts(only_grid(page(source)))


def cell(inside: str) -> str:
    """What is read of a cell's markup; the cell before keeps the table from being layout."""
    ((_, text),) = texts(f"<table><tr><td>规章</td><td>{inside}</td></tr></table>")
    return text


def outline(source: str) -> list[str]:
    """Paragraphs' texts and grids' places, in reading order."""
    return [b.text if isinstance(b, Paragraph) else b.place for b in page(source).blocks]


# --- spans


def test_spans_are_expanded_and_each_cell_stands_once() -> None:
    source = """
    <table>
      <tr><td colspan=3 rowspan="3">关系</td><td colspan="7">申请人情况</td></tr>
      <tr><td rowspan=2>自然人</td><td colspan=5>法人</td><td rowspan=2>总计</td></tr>
      <tr><td>商业</td><td>科研</td><td>公益</td><td>法律</td><td>其他</td></tr>
      <tr><td colspan=3>新收<td>1</td><td>2</td><td>3</td><td>4</td><td>5</td><td>6<td>7</tr>
    </table>"""
    (grid,) = shapes(source)
    assert grid[0] == [("关系", 0, 3), ("申请人情况", 3, 7)]
    assert grid[1] == [("自然人", 3, 1), ("法人", 4, 5), ("总计", 9, 1)]
    assert [c for _, c, _ in grid[2]] == [4, 5, 6, 7, 8]
    assert grid[3] == [
        ("新收", 0, 3), ("1", 3, 1), ("2", 4, 1), ("3", 5, 1), ("4", 6, 1), ("5", 7, 1),
        ("6", 8, 1), ("7", 9, 1),
    ]  # fmt: skip


def test_places_count_from_one_in_rows_as_printed_and_columns_as_expanded() -> None:
    document = page(
        "<p>前言</p><table><tr><td rowspan=2>甲</td><td>1</td></tr><tr><td>2</td></tr></table>"
        "<p>后记</p><table><tr></tr><tr><td>乙</td><td>3</td></tr></table>"
    )
    first, second = grids(document)
    assert (first.place, first.rows[1][0].place) == ("table 1", "table 1, row 2, column 2")
    assert [slot.place for slot in second.rows[1]] == [
        "table 2, row 2, column 1",
        "table 2, row 2, column 2",
    ]
    assert [slot.height for slot in first.rows[0]] == [2, 1]
    assert [b.place for b in document.blocks if isinstance(b, Paragraph)] == [
        "paragraph 1",
        "paragraph 2",
    ]
    assert all(grid.layout is Layout.OWN for grid in (first, second))


@pytest.mark.parametrize(
    ("attributes", "width", "next_column"),
    [
        ('colspan="100000"', 1000, 1000),
        ('colspan="99999999999999999999"', 1000, 1000),
        ('colspan="0"', 1, 1),
        ('colspan="-2"', 1, 1),
        ('colspan=" 2px"', 2, 2),
        ("colspan", 1, 1),
        ('colspan="二"', 1, 1),
    ],
)
def test_odd_colspans_are_read_as_browsers_do(
    attributes: str, width: int, next_column: int
) -> None:
    ((first, second),) = shapes(f"<table><tr><td {attributes}>甲</td><td>1</td></tr></table>")[0]
    assert (first[2], second[1]) == (width, next_column)


def test_a_rowspan_ends_with_its_section_and_zero_reaches_to_that_end() -> None:
    source = """
    <table>
      <thead><tr><td rowspan=99999>甲</td><td>1</td></tr></thead>
      <tbody><tr><td rowspan=0>乙</td><td>2</td></tr><tr><td>3</td></tr><tr><td>4</td></tr></tbody>
      <tbody><tr><td>丙</td><td>5</td></tr></tbody>
    </table>"""
    (grid,) = shapes(source)
    assert grid == [
        [("甲", 0, 1), ("1", 1, 1)],
        [("乙", 0, 1), ("2", 1, 1)],
        [("3", 1, 1)],
        [("4", 1, 1)],
        [("丙", 0, 1), ("5", 1, 1)],
    ]


def test_rows_and_cells_need_neither_sections_nor_end_tags() -> None:
    assert texts("<table><tr><td>甲<td>1<tr><td>乙<td>2</table>") == [["甲", "1"], ["乙", "2"]]
    assert texts("<tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr>") == [
        ["甲", "1"],
        ["乙", "2"],
    ]
    assert texts("<td>甲</td><td>1</td>") == [["甲", "1"]]


# --- text in cells


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("&nbsp;", ""),
        ("<p class=MsoNormal><span lang=EN-US><o:p>&nbsp;</o:p></span></p>", ""),
        ("<span>1</span><span\n lang=EN-US>4</span><b><span>7</span></b><o:p></o:p>", "147"),
        ("\n  <p align=center>\n  <span>147</span>\n  </p>\n", "147"),
        ("<span>1</span>\n  <span>47</span>", "1 47"),
        ("1<wbr>4<!-- 9 -->7", "147"),
        ("22<br>（其中修订\n16 件）", "22\n（其中修订 16 件）"),
        ("<p>10</p><p>12</p>", "10\n12"),
        ("<div>10</div>12<div>13</div>", "10\n12\n13"),
        ("10<p></p>12", "10\n12"),
        ("10<b style='float:right'>12</b>", "10\n12"),
        ("10<b style='position:absolute'>12</b>", "10\n12"),
        ("<b style='display:none;display:inline'>10</b>", "10"),
        ("<b style='-x-display:none'>10</b>", "10"),
        ("<span style='DISPLAY: block'>10</span><span style='display:block'>12</span>", "10\n12"),
        ("<i style='display:inline'>1</i><i style='display: inline;'>2</i>", "12"),
        ("<pre>10\n12</pre>", "10\n12"),
        ("<textarea>1\n2</textarea>", "1\n2"),
        ("1<b style='display:block;white-space:pre'>2</b>", "1\n2"),
        ("1<p style='visibility:hidden'>x</p>2", "1\n2"),
        ("1<b hidden style='display:inline'>2</b>", "12"),
        ("<p style='display:flex'><b>1</b><b>2</b></p>", "1\n2"),
        ("<i style='text-decoration:line-through;text-decoration:none'>12</i>", "12"),
        ("<span style='white-space:pre-wrap'>10\n12</span>", "10\n12"),
        ("行政许\n    可", "行政许可"),
        ("３\n４", "３ ４"),
        ("1&#8203;2&shy;3&#xfeff;", "123"),
        ("&#x202a;12&#x202c;&lrm;", "12"),
        ("1&#9;2&#11;", "1 2"),
        ("&#1;12&#x7f;", "12"),
        ("0 &gt; -1 &amp; &lt;b&gt;", "0 > -1 & <b>"),
    ],
)
def test_a_cell_reads_as_it_prints(inside: str, text: str) -> None:
    assert cell(inside) == text


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("12<sup>1</sup>", "12[1]"),
        ("12<sup><a href='#n'><span>1</span></a></sup>", "12[1]"),
        ("12<sup>[1]</sup>", "12[1]"),
        ("12<sup>（注）</sup>", "12（注）"),
        ("<sup>1</sup>12", "[1]12"),
        ("12<sup> </sup>3", "12 3"),
        ("12<sub>2</sub>", "12[2]"),
        ("12<span style='vertical-align: super;font-size:8pt'>1</span>", "12[1]"),
        ("12<sup style='vertical-align:super'>1</sup>", "12[1]"),
        ("12<span style='vertical-align:6.0pt'>1</span>", "12[1]"),
        ("12<span style='position:relative;top:-6.0pt;mso-text-raise:6.0pt'>1</span>", "12[1]"),
        ("1<span style='position:relative;top:-.5pt;mso-text-raise:.5pt'>2</span>", "12"),
        ("12<span style='position:relative;top:-.5em;font-size:60%'>1</span>", "12[1]"),
        ("12<span style='vertical-align:0.4em'>1</span>", "12[1]"),
        ("12<small>1</small>", "12\ufffd1"),
        ("12<span style='font-size:60%'>1</span>", "12\ufffd1"),
        ("12<span style='font-size:0.5em'>1</span>", "12\ufffd1"),  # and no other style
        ("12<span style='font-size:8px'>1</span>", "12\ufffd1"),
        ("12<span style='vertical-align:text-top'>1</span>", "12\ufffd1"),
        ("12<font size=1>1</font>", "12\ufffd1"),
        ("<b style='font-size:9pt'>12</b><b style='font-size:6pt'>1</b>", "12\ufffd1"),
        ("<b style='font-size:6pt'>1</b><b style='font-size:6pt'>2</b>", "12"),
        ("1<span style='font-size:90%;vertical-align:.1em'>2</span>", "12"),
        ("1<span style='border-top:6pt;vertical-align:1px'>2</span>", "12"),
        ("12<span style='vertical-align:super'><sup>1</sup></span>", "12[1]"),
        ("<sup>12</sup>", "[12]"),
        ("12<sup>①</sup>", "12[①]"),
        ("<ruby>12<rp>(</rp><rt>1</rt><rp>)</rp></ruby>", "12[1]"),
    ],
)
def test_a_raised_mark_never_joins_a_number(inside: str, text: str) -> None:
    assert cell(inside) == text


@pytest.mark.parametrize(
    "inside",
    [
        "<del>15</del>16",
        "<s>15</s>16",
        "<strike><span>1</span>5</strike>16",
        "<span style='text-decoration:line-through'>15</span>16",
        "<del cite=mailto:x>15</del><ins>16</ins>",
        "<s style='text-decoration:line-through'>15</s>16",
    ],
)
def test_struck_out_text_is_left_out_and_mentioned(inside: str) -> None:
    assert cell(inside) == "16"
    document = page(f"<table><tr><td>规章</td><td>{inside}</td></tr></table>")
    assert document.notes == ("1 struck-out texts were left out",)


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("1<span style='font-size:0px'>9</span>2", "19\ufffd2"),
        ("1<span style='opacity: 0'>9</span>2", "19\ufffd2"),
        ("1<span style='color:transparent'>9</span>2", "19\ufffd2"),
        ("1<span style='color:#FFF'>9</span>2", "19\ufffd2"),
        ("1<span style='color:rgb(255, 255, 255)'>9</span>2", "19\ufffd2"),
        ("1<span style='color:#fefefe'>9</span>2", "19\ufffd2"),
        ("1<span style='color:rgba(0,0,0,0)'>9</span>2", "19\ufffd2"),
        ("1<span style='color:rgba(0,0,0,0.9)'>9</span>2", "192"),
        ("1<span style='color:rgb(0 0 0 / 0%)'>9</span>2", "19\ufffd2"),
        ("1<span style='color:rgb(0, 0, 0)'>9</span>2", "192"),
        ("1<span style='color:#0000'>9</span>2", "19\ufffd2"),
        ("1<span style='color:#ffffff00'>9</span>2", "19\ufffd2"),
        ("1<span style='color:#0000ff'>9</span>2", "192"),
        ("1<span style='color:hsl(0, 0%, 100%)'>9</span>2", "19\ufffd2"),
        ("1<span style='color:hsl(0, 100%, 40%)'>9</span>2", "192"),
        ("1<span style='-webkit-text-fill-color:#fff'>9</span>2", "19\ufffd2"),
        ("1<span style='color:snow;background:#fff'>9</span>2", "19\ufffd2"),
        ("1<span style='font-size:1px'>9</span>2", "19\ufffd2"),
        ("1<span style='font:1px Arial'>9</span>2", "19\ufffd2"),
        ("1<span style='font:bold 12px/1.5 Arial'>9</span>2", "192"),
        ("1<span style='font-size:10.0pt;letter-spacing:-.3pt'>9</span>2", "192"),
        ("1<span style='opacity:.01'>9</span>2", "19\ufffd2"),
        ("1<span style='filter:blur(9px)'>9</span>2", "19\ufffd2"),
        ("1<span style='filter:none;transform:none;zoom:1;opacity:1.0'>9</span>2", "192"),
        ("<b style='transform:translate(-9999px);display:block'>9</b>", "9\ufffd"),
        ("<b style='unicode-bidi:bidi-override;direction:rtl'>19</b>", "19\ufffd"),
        ("<p style='margin-left:21.0pt;text-indent:-21.0pt'>19</p>", "19"),
        ("<p style='text-indent:-9999px'>19</p>", "19\ufffd"),
        ("1<b style='display:/**/none'>9</b>2", "12"),
        ("1<b style='display:none!important;display:inline;color:white'>9</b>2", "12"),
        ("1<span style='color:#ff0000'>9</span>2", "192"),
        ("<font color=#FFFFFF>9</font>", "9\ufffd"),
        ("<font color=white>一</font>9", "一9"),
        ("<b style='color:white'>9<i style='font:x'>1</i></b>", "91\ufffd\ufffd"),
        ("<b style='font-size:0'>\n<b style='font-size:9pt'>12</b></b>", "12"),
        ("<b style='opacity:0'><b style='color:red'>9</b></b>", "9\ufffd"),
        ("<b style='font-size:0'><b style='color:red'>9</b></b>", "9\ufffd"),
        ("<b style='font-size:0'><b style='font-size:2em'>9</b></b>", "9\ufffd"),
        ("<b style='font-size:0'><i>9</i><b style='font-size:9pt'>12</b></b>", "9\ufffd12"),
        ("<b style='color:white'><b style='border-color:red'>9</b></b>", "9\ufffd"),
        ("<b style='color:white'><b style='color:red'>9</b></b>", "9"),
        ("<b style='color:white;font-size:0'><b style='color:red'>9</b></b>", "9\ufffd"),
        ("<b style='transform:scale(0)'><b style='color:red'>9</b></b>", "9\ufffd"),
        ("<p style='text-indent:-9999px'><b style='color:red'>9</b></p>", "9\ufffd"),
        ("<p style='height:0;overflow:hidden'><b style='color:red'>9</b></p>", "9\ufffd"),
        ("<p style='overflow:hidden;max-height:0px'>9</p>", "9\ufffd"),
        ("<p style='min-height:0;overflow:hidden'>9</p>", "9"),
        ("1<b style='visibility:hidden'><b style='visibility:visible'>9</b></b>", "19\ufffd"),
        ("<bdo dir=rtl>12</bdo>", "12\ufffd"),
        ("<bdo style='float:none'>12</bdo>", "12"),
        ("<font color=white><b style='color:#000'>12</b></font>", "12"),
        ("<span style='color:white;background:#036'>9</span>", "9"),
        ("<span style='opacity:0'><input value=9></span>", "9\n\ufffd"),
        ("<span style='background:#036'><b style='color:white'>9</b></span>", "9"),
        ("<span style='font-size:0.9em;opacity:0.5;background-color:#fff'>9</span>", "9"),
    ],
)
def test_figures_that_cannot_be_seen_are_in_doubt(inside: str, text: str) -> None:
    assert cell(inside) == text


@pytest.mark.parametrize("style", ["opacity:0", "color:#fff", "font-size:0", "transform:scale(0)"])
@pytest.mark.parametrize(
    "rows",
    [
        "<div {}><table><tr><td>甲</td><td>1</td></tr></table></div>",
        "<table {}><tr><td>甲</td><td>1</td></tr></table>",
        "<table><tbody {}><tr><td>甲</td><td>1</td></tr></tbody></table>",
        "<table><tr {}><td>甲</td><td><b>1</b></td></tr></table>",
    ],
)
def test_figures_in_what_cannot_be_seen_are_in_doubt(rows: str, style: str) -> None:
    assert texts(rows.format(f'style="{style}"')) == [["甲", "1\ufffd"]]


def test_what_an_element_takes_out_of_sight_those_in_it_may_bring_back() -> None:
    white = (
        "<tr style='color:white'><td>1</td><td style='color:red'>2</td>"
        "<td style='background:#036'>3</td><td><font color=black>4</font></td></tr>"
    )
    shown = (
        "<div style='color:white'><table style='color:red'><tr><td>1</td><td>2</td></tr></table>"
    )
    hidden = "<tr style='visibility:hidden'><td style='visibility:visible'>1</td><td>2</td></tr>"
    assert texts(f"<table>{white}</table>") == [["1\ufffd", "2", "3", "4"]]
    assert texts(shown) == [["1", "2"]]
    assert texts(f"<table>{hidden}</table>") == [["1\ufffd", "2\ufffd"]]


def test_figures_that_cannot_be_seen_are_in_doubt_however_deep_they_stand() -> None:
    deep = "<b>" * 60 + "<i style='{}'>12</i>" + "</b>" * 60
    assert cell(deep.format("opacity:0")) == "12\ufffd"
    assert cell(f"<b style='background:#036'>{deep.format('color:white')}</b>") == "12"


def test_white_text_outside_tables_may_stand_on_a_picture() -> None:
    assert outline("<h1 style='color:#fff'>2022年</h1>") == ["2022年"]
    dark = "<table><tr bgcolor=#003366 style='color:white'><td>甲</td><td>1</td></tr></table>"
    assert texts(dark) == [["甲", "1"]]


def test_a_struck_out_cell_or_row_keeps_its_place() -> None:
    source = (
        "<table><tr><td>甲</td><td style='text-decoration:line-through'><p>1</p>2</td><td>3</td>"
        "</tr><tr style='visibility:hidden'><td>乙</td><td>4</td><td>5</td></tr></table>"
    )
    assert texts(source) == [["甲", "", "3"], ["", "", ""]]


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>document.write('9')</script>",
        "<style>.a{content:'9'}</style>",
        "<template>9</template>",
        "<noscript>9</noscript>",
        "<!-- 9 -->",
        "<!--[if gte mso 9]><b>9</b><![endif]-->",
        "<span style='display:none'>9</span>",
        "<span style='color:red;DISPLAY : NONE'>9</span>",
        "<span hidden>9</span>",
        "<span hidden='hidden'><b hidden>9</b></span>",
        "<span style='visibility: hidden'>9</span>",
        "<input type=hidden value=9>",
    ],
)
def test_what_is_not_printed_is_not_read(hidden: str) -> None:
    assert cell(hidden + "12") == "12"
    assert outline(f"<p>甲{hidden}</p>") == ["甲"]


def test_hidden_text_does_not_part_a_number() -> None:
    assert cell("1<span style='display:none'>x</span>2") == "12"


def test_a_hidden_cell_takes_no_column_and_a_hidden_row_is_no_row() -> None:
    source = (
        "<table><tr style='display:none'><td>9</td><td>9</td></tr>"
        "<tr><td>甲</td><td style='display:none'>9</td><td>1</td></tr></table>"
    )
    assert shapes(source) == [[[("甲", 0, 1), ("1", 1, 1)]]]


def test_a_page_that_a_script_reveals_is_read() -> None:
    assert outline("<html hidden><body style='display:none'><p>甲</p></body></html>") == ["甲"]
    article = "<div id=js_content style='visibility: hidden; opacity: 0; '><p>甲</p></div>"
    assert outline(article) == ["甲"]  # as WeChat's pages come


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<input value=' 12 '>", "12"),
        ("<input type=text value=12>件", "12\n件"),
        ("1<input type=number value=2>", "1\n2"),
        ("<input type=checkbox value=12>", ""),
        ("<input type=' text' value=12>", "12"),
        ("1<input type=hidden value=9>2", "12"),
        ("<input>", ""),
        ("1<textarea>2</textarea>", "1\n2"),
        ("<select><option>0<option selected>12</select>", ""),
        ("1<option>2", "1\n2"),
        ("1<marquee>2</marquee>", "1\n2"),
        ("1<math><mn>2</mn></math>", "1\ufffd"),
        ("<object>2</object>1", "\ufffd1"),
        ("1<math><mi>x</mi></math>", "1"),
    ],
)
def test_fields_print_their_value_on_a_line_of_its_own(inside: str, text: str) -> None:
    assert cell(inside) == text


@pytest.mark.parametrize(
    ("inside", "doubtful"),
    [
        ("<img src='12.png'>", True),
        ("<svg><text>12</text></svg>", True),
        ("<progress max=9 value=3></progress>", True),
        ("<input type=button value=12>", True),
        ("<input placeholder=12>", True),
        ("<input>", False),
        ("<script>document.write(12)</script>", True),
        ("12<script>f()</script>", False),
        ("<select><option>0<option selected>12</select>", True),
        ("12<img src='up.gif'>", False),
        ("&nbsp;", False),
    ],
)
def test_a_cell_that_shows_only_what_cannot_be_read_is_doubtful(
    inside: str, *, doubtful: bool
) -> None:
    grid = only_grid(page(f"<table><tr><td>甲</td><td>{inside}</td></tr></table>"))
    assert grid.rows[0][1].doubtful is doubtful


# --- style sheets


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        (".x{display:none}", "12"),
        ("/* .x{color:red} */ @charset 'utf-8'; P.y , td .x {Display : none }", "12"),
        (".x{display:none}.x{display:inline}", "123"),
        ("@media print{.a{color:red}.x{display:none}}", "123"),
        ("@media (max-width:600px){.x{display:none}} b{color:red}", "123"),
        ("@media screen{.x{display:none}}", "12"),
        ("@media print{.a{color:red}} .x{display:none}", "12"),
        ("<!-- .x{display:none} -->", "12"),
        (".x::before{display:none}", "123"),
        (".x{display:none} {{.y){display:none}", "12"),
        (".x:hover{display:none}", "123"),
        (".x{visibility:hidden}", "12"),
        (".x{text-decoration:line-through}", "12"),
        (".x{vertical-align:super;font-size:60%}", "12[3]"),
        (".x{display:block}", "12\n3"),
        (".x{float:right}", "12\n3"),
        (".x{position:absolute;left:9px}", "12\n3"),
        (".x{position:absolute;left:-999px}", "12\n3\ufffd"),
        (".x{color:transparent}", "123\ufffd"),
        (".x{opacity:.01}", "123\ufffd"),
        (".x{transform:scale(0);display:inline-block}", "12\n3\ufffd"),
        (".x{text-transform:none}", "123"),
        (".x{clip-path:inset(50%)}", "123\ufffd"),
        (".x::before{content:attr(title)}", "123\ufffd"),
        (".x::before{counter-increment:a;content:counter(a)}", "123\ufffd"),
        ("@layer page{.x{display:none}}", "12"),
        ("@supports (display:grid){.x{display:none}}", "12"),
        ("@supports not (display:grid){.x{display:none}}", "123"),
        ("@media screen, print{.x{display:none}}", "12"),
        ("@media not print{.x{display:none}}", "12"),
        (".x{display:none!important}.x{display:inline}", "12"),
        (".x{vertical-align:baseline}", "123"),
        (".x{font-size:0}", "123\ufffd"),
        (".x::before{content:'1'}", "123\ufffd"),
        ('.x:after{color:red;content:"上年 9"}', "123\ufffd"),
        (".x::before{content:'\\e900'}", "123"),
        (".x::before{content:'\\32'}", "123\ufffd"),
        (".x::before{content:'-'}", "123\ufffd"),
        (".x::after{content:'\u4e07'}", "123\ufffd"),
        (".x::after{content:'\\4E07 '}", "123\ufffd"),
        (".x::after{content:'\\25'}", "123\ufffd"),
        (".x::after{content:'\\4ef6'}", "123"),
        (".x::after{content:var(--n)}", "123\ufffd"),
        ("@media (width<600px){.x{display:none}}", "123"),
        ("@media (orientation:portrait){.x{display:none}}", "123"),
        ("td b.x{display:inline}.x{display:none}", "123"),
        ("</style><style media='screen'>.x{display:none}", "12"),
        ("</style><style media='(max-width:9px)'>.x{display:none}", "123"),
        ("</style><style media='print'>.x{display:none}", "123"),
        ("</style><noscript><style>.x{display:none}</style></noscript><style>", "123"),
        (".x::before{content:'件'}", "123"),
        ("table{background:#036} .x{Color:#fff; display:inline}", "123"),
        ("table{font-size:0} td{font-size:12px}", "123"),
        ("table{color:transparent} td{color:red}", "123"),
        ("table{font-size:0} .x{font-size:12px}", "123\ufffd"),
        ("table{font-size:0} td{color:red}", "123\ufffd\ufffd"),
        ("td{font-size:12px} td.y,td{font-size:0}", "123\ufffd\ufffd"),
    ],
)
def test_a_cell_shows_what_the_style_sheets_make_of_it(rules: str, text: str) -> None:
    assert cell(f"<style>{rules}</style>12<b class=x>3</b>") == text


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<span class=pc>12</span><span class=phone>12</span>", "12\ufffd12"),
        ("12<span class=mark>1</span>", "12\ufffd1"),
        ("<b class=mark>1</b>12", "1\ufffd12"),
        ("<b class=own>1</b><b class=own>2</b>", "12"),
        ("<span class=GramE>1</span>2", "12"),
        ("<b class=named>1</b>2", "12"),
        ("<b class=mark>[1]</b>12", "[1]12"),
        ("<b class=named>12</b><b class=mark>1</b>", "12\ufffd1"),
        ("12<sup class=mark>1</sup>", "12[1]"),
        ("<b class=mark style='display:none'>1</b>12", "12"),
    ],
)
def test_digits_that_a_sheet_elsewhere_may_part_are_in_doubt(inside: str, text: str) -> None:
    sheets = "<link rel=stylesheet href=a.css><style>.named{color:red}</style>"
    assert cell(sheets + inside) == text
    assert cell("<style>@import 'a.css'; .named{color:red}</style>" + inside) == text
    assert "\ufffd" not in cell(inside)


@pytest.mark.parametrize("added", ["content:attr(title)", "content:'12'", "content:counter(a)"])
def test_a_cell_in_which_only_a_sheet_prints_is_not_blank(added: str) -> None:
    assert cell(f"<style>.x::before{{{added}}}</style><b class=x></b>") == "\ufffd"


def test_the_lines_of_cells_count_where_their_table_says_so() -> None:
    source = "<table style='white-space:pre-line'><tr><td>\n甲</td><td>1\n2</td></tr></table>"
    assert texts(source) == [["甲", "1\n2"]]


def test_an_elements_own_style_is_above_the_sheets() -> None:
    styled = "<style>.x{display:none}</style>12<b class=x style='display:inline'>3</b>"
    assert cell(styled) == "123"


def test_a_table_that_a_sheet_hides_is_not_read_but_its_pages_text_is() -> None:
    source = (
        "<style>.phone,.tab{display:none}</style><p class=tab>甲</p>"
        "<table class=phone><tr><td>乙</td><td>1</td></tr></table>"
        "<div class=tab><table><tr><td>丙</td><td>2</td></tr></table></div>"
    )
    assert outline(source) == ["甲", "table 1"]
    assert texts(source) == [["丙", "2"]]


def test_more_rules_of_style_than_a_page_can_have_are_refused() -> None:
    with pytest.raises(DocumentError, match=r"30,000 rules of style for 1,\d\d\d tags"):
        page("<style>" + "*{display:inline}" * 30_000 + "</style>" + "<p>甲" * 1000)


# --- the page around the tables


def test_reading_order_of_a_page_with_its_furniture() -> None:
    source = """<!DOCTYPE html><html><head><title> 某局2022年
      年度报告 </title><meta charset=utf-8></head><body>
    <ul><li><a href=/>首页</a><li><a href=/b>公开</a></ul>
    <div class=crumbs>首页 &gt; 公开</div>
    <h1>某局<br>年度报告</h1>
    <div>一、总体情况<br/>　　全年收到申请<span>147</span>件。<p>二、主动公开</p>尾</div>
    <table><tr><td>索引号</td><td>001</td></tr></table>
    <table><caption>表2</caption><tr><td>规章</td><td>0</td></tr></table>
    <p>完</p></body></html>"""
    assert outline(source) == [
        "某局2022年年度报告", "首页", "公开", "首页 > 公开", "某局", "年度报告", "一、总体情况",
        "全年收到申请147件。", "二、主动公开", "尾", "table 1", "表2", "table 2", "完",
    ]  # fmt: skip


def test_a_layout_table_gives_way_to_the_tables_in_it() -> None:
    source = """
    <table><tr><td>菜单</td><td>
      <table><tr><td>标题</td></tr><tr><td><p>前</p>
        <table><tr><td>规章</td><td>1</td></tr></table>中
        <table><tr><td>许可</td><td>2</td></tr></table>
      </td></tr></table>
    </td></tr><tr><td>页脚</td><td>版权</td></tr></table>"""
    assert outline(source) == ["菜单", "标题", "前", "table 1", "中", "table 2", "页脚", "版权"]
    assert shapes(source) == [[[("规章", 0, 1), ("1", 1, 1)]], [[("许可", 0, 1), ("2", 1, 1)]]]


def test_a_table_of_one_column_is_layout_even_within_another() -> None:
    assert outline("<table><tr><td>甲</td></tr><tr><td>乙</td></tr></table>") == ["甲", "乙"]
    source = "<table><tr><td>甲</td><td><table><tr><td>12</td></tr></table></td></tr></table>"
    assert outline(source) == ["甲", "12"]


def test_an_empty_table_in_a_cell_leaves_the_grid_a_grid() -> None:
    inner = "<table><tr><td>&nbsp;</td><td><img src=x.gif></td></tr></table>"
    assert cell(inner + "12") == "12"


def test_text_that_stands_in_a_table_but_in_no_cell_comes_before_it() -> None:
    source = "<table>注<tr><td>甲</td><td>1</td></tr></table>"
    assert outline(source) == ["注", "table 1"]


def test_marks_like_those_used_inside_move_no_figure() -> None:
    source = (
        "<p>\ufdd05</p><p>\ufdd1</p>"
        "<table><tr><td>甲&#xfdd0;</td><td>1</td></tr></table>"
        "<table><tr><td>乙</td><td>&#xfdd1;2</td></tr></table>"
    )
    assert outline(source) == ["5", "甲", "1", "table 1"]
    assert texts(source) == [["乙", "2"]]


# --- encodings


REPORT = "<p>金东区人民政府办公室政府信息公开工作年度报告</p>"


@pytest.mark.parametrize("named", ["utf-8", "gb2312", "big5", "iso-8859-1", "", "nonsense"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_wrong_meta_makes_no_mojibake(named: str, encoding: str) -> None:
    source = f"<html><head><meta charset={named!r}></head><body>{REPORT}</body></html>"
    (paragraph,) = html.read(source.encode(encoding)).blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text == REPORT[3:-4]


def test_bytes_that_cannot_be_decoded_are_mentioned() -> None:
    data = REPORT.encode("gb18030") * 9 + b"<table><tr><td>\xb9</td><td>12</td></tr></table>"
    document = html.read(data)
    assert document.notes == ("1 characters could not be decoded as gbk",)
    grid = only_grid(document)
    assert [slot.text for slot in grid.rows[0]] == ["\ufffd", "12"]


def test_a_radical_is_the_character_that_it_looks_like_however_it_is_written() -> None:
    table = "<table><tr><td>&#xf900;<td>\ufa0c<td>12</table>"
    source = f"<title>\u2f8f政</title><p>&#x2f8f;政</p>{table}"
    assert outline(source) == ["行政", "行政", "table 1"]
    assert texts(source) == [["豈", "兀", "12"]]


# --- bad input


@pytest.mark.parametrize(
    "source",
    ["", " ", "<html></html>", "<script>1</script>", "<table><tr><td><td></table>", "<!--", "<"],
)
def test_a_page_without_text_is_refused(source: str) -> None:
    with pytest.raises(DocumentError, match="prints no text") as caught:
        page(source if source != "<" else "<br>")
    assert caught.value.stage == "parse"


def test_a_table_that_explodes_is_refused() -> None:
    wide = "<tr><td colspan=1000 rowspan=1000>0</td></tr>"
    with pytest.raises(DocumentError, match="table 1 covers more than 200,000 cells by its row"):
        page(f"<table>{wide * 400}<tr><td>1</td><td>2</td></tr></table>")


def test_too_many_cells_are_refused() -> None:
    with pytest.raises(DocumentError, match="covers more than"):
        page("<table>" + ("<tr>" + "<td>1" * 1000) * 300 + "</table>")


@pytest.mark.parametrize(
    ("tag", "outcome"),
    [
        ("<div>x", "nested more than 500 deep"),
        ("<span>x", "nested more than 500 deep"),
        ("<table><tr><td>x", "nested more than 166 deep"),
        ("<ul><li>x", "nested more than 250 deep"),
        ("<p>x", "100000 blocks"),
    ],
)
def test_deep_nesting_ends_in_a_word_and_never_in_a_crash(tag: str, outcome: str) -> None:
    script = (
        "from toolkit.read import html\nfrom toolkit.errors import DocumentError\n"
        f"try: print(len(html.read({tag!r}.encode() * 100_000).blocks), 'blocks')\n"
        "except DocumentError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True
    )
    assert outcome in done.stdout


@pytest.mark.parametrize("tag", ["<div>x", "<table><tr><td>x", "<b>x", "<sup>x", "<del>x"])
def test_nesting_that_is_merely_deep_is_read(tag: str) -> None:
    (*_, last) = page("<p>甲</p>" + tag * 2000 + "<p>乙</p>").blocks
    assert isinstance(last, Paragraph)


# --- web archives


def archive(*pages: tuple[str, str]) -> bytes:
    """A web archive of pages (charset, source)."""
    message = EmailMessage()
    message.set_content("plain")
    message.make_related()
    message.set_payload([])
    for charset, source in pages:
        part = EmailMessage()
        part.set_content(source.encode(charset), "text", "html")
        message.attach(part)
    return message.as_bytes()


def test_a_web_archive_is_read_from_its_first_page() -> None:
    table = "<table><tr><td>规章</td><td>12</td></tr></table>"
    document = mhtml.read(archive(("gb18030", table), ("utf-8", "<p>框</p>")))
    grid = only_grid(document)
    assert [slot.text for slot in grid.rows[0]] == ["规章", "12"]
    assert document.format == "mhtml"
    assert document.notes == ("1 further pages of the web archive were not read",)


FIGURES = "<table><tr><td>规章</td><td>12</td></tr></table>"
CID, URL = "Content-ID: <f1@x>", "Content-Location: http://a.example/d/f.htm"


@pytest.mark.parametrize(("page", "name"), [
    ("<p>上</p><iframe src='cid:f1@x'></iframe><p>下</p>", CID),
    ("<p>上</p><iframe style='width:9px' src=d/f.htm></iframe><p>下</p>", URL),
    ("<p>上</p><object data=d/f.htm></object><p>下</p>", URL),
    ("<table><tr><td>上</td><td><iframe src=d/f.htm></iframe>下</td></tr></table>", URL),
    ("<frameset><frame src=u.htm><frame src=d/f.htm><frame src=v.htm></frameset>", URL),
    ("<!--<iframe src=u.htm></iframe>--><p>上</p><iframe src=d/f.htm></iframe><p>下</p>", URL),
    ("<iframe hidden src=v.htm></iframe><p>上</p><iframe src=d/f.htm></iframe><p>下</p>", URL),
    ("<p>上</p><iframe src='http://[x'></iframe><iframe src=d/f.htm></iframe><p>下</p>", URL),
    ("<p>上</p><iframe src=d/f.htm></iframe><iframe src=d/f.htm></iframe><p>下</p>", URL),
])  # fmt: skip
def test_a_frame_of_a_web_archive_is_read_where_it_stands(page: str, name: str) -> None:
    at = "Content-Location: http://a.example/"
    pages = [(at, page), (f"{at}u.htm", "<p>上</p>"), (f"{at}v.htm", "<p>下</p>"), (name, FIGURES)]
    parts = [f"Content-Type: text/html\r\n{head}\r\n\r\n{body}\r\n" for head, body in pages]
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n"
    document = mhtml.read("--b\r\n".join([head, *parts]).encode() + b"--b--")
    above, table, below = document.blocks
    assert (above, below) == (Paragraph("上", above.place), Paragraph("下", below.place))
    assert documents.texts(only_grid(document)) == [["规章", "12"]]
    assert table.place == "frame 3, table 1"
    unread = () if "frameset" in page else ("2 further pages of the web archive were not read",)
    assert document.notes == unread


def test_a_quoted_printable_page_is_unfolded_before_it_is_read() -> None:
    data = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        b"Content-Type: text/html; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<table><tr><td>a=3Db</td><td>1=\r\n2</td></tr></table>\r\n--b--\r\n"
    )
    assert documents.texts(only_grid(mhtml.read(data))) == [["a=b", "12"]]


LINK = "<link rel=stylesheet href='../x.css' "


@pytest.mark.parametrize(
    ("head", "sheet", "text"),
    [
        (f"{LINK}>", ".x{display:none}", "1"),
        (f"{LINK} media=screen>", ".x{display:none}", "1"),
        (f"{LINK} media=print>", ".x{display:none}", "12"),
        (f"{LINK}><style>.x{{display:inline}}</style>", ".x{display:none}", "12"),
        (f"<style>.x{{display:inline}}</style>{LINK}>", ".x{display:none}", "1"),
        ("<style>@import url(../x.css) print;</style>", ".x{display:none}", "12"),
        ("<style>@import '../x.css';</style>", ".x{display:none}", "1"),
        (f"{LINK}>", "@import 'x.css'; @import 'x.css'; .x{display:none}", "1"),
        (f"{LINK}>", ".x:after{content:'\u4e07'}", "12\ufffd"),
        (f"{LINK}>", ".x:after{content:'\u4ef6'}", "12"),
        (
            LINK.replace("=sty", "='alternate sty").replace("sheet ", "sheet' ") + ">",
            "",
            "1\ufffd2",
        ),
        ("<link rel=stylesheet href=other.css>", ".x{display:none}", "1\ufffd2"),
        ("", ".x{display:none}", "12"),  # a frame's
    ],
)
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_web_archives_style_sheets_hold_where_its_page_takes_them_in(
    charset: str, head: str, sheet: str, text: str
) -> None:
    data = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/html\r\nContent-Location: http://a.example/d/a.html\r\n\r\n"
        f"{head}<table><tr><td>\u4efd\u989d</td><td>1<b class=x>2</b></td></tr></table>\r\n--b\r\n"
    ).encode(charset) + (
        "Content-Type: text/css\r\nContent-Location: http://a.example/x.css\r\n\r\n"
        f'@charset "utf-8";\r\n{sheet}\r\n--b--\r\n'
    ).encode()
    assert documents.texts(only_grid(mhtml.read(data))) == [["\u4efd\u989d", text]]


def test_a_page_without_parts_may_be_a_web_archive() -> None:
    data = (
        b"MIME-Version: 1.0\r\nContent-Type: text/html;\r\n\tcharset=gb2312\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"<table><tr><td>a=3Db</td><td>1=\r\n2</td></tr></table>\r\n"
    )
    assert documents.texts(only_grid(read(data))) == [["a=b", "12"]]


@pytest.mark.parametrize("data", [b"", b"\x00\xff", b"MIME-Version: 1.0\r\n\r\ntext"])
def test_an_archive_without_a_page_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="no page"):
        mhtml.read(data)
