"""Word documents built by hand, part by part, against what is printed on their pages."""

import io
import zipfile
import zlib

import docx as python_docx
import pytest

from tests.documents import grids, lines, shape, zipped
from toolkit.errors import DocumentError
from toolkit.read import ooxml
from toolkit.read.document import Document, Layout, Paragraph
from toolkit.read.docx import read
from toolkit.read.wordml import style_looks

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)
STYLES = f"""<w:styles {NAMES}>
<w:style w:type="character" w:styleId="Base"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Ghost"><w:basedOn w:val="Base"/></w:style>
<w:style w:type="character" w:styleId="Pale"><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Struck"><w:rPr><w:strike/></w:rPr></w:style>
</w:styles>"""
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="a" Target="{}" Type="http://schemas.openxmlformats.org/officeDocument'
    '/2006/relationships/{}"/></Relationships>'
)


def parts(document: str | bytes) -> dict[str, str | bytes]:
    return {
        "_rels/.rels": RELATIONS.format("word/document.xml", "officeDocument"),
        "word/_rels/document.xml.rels": RELATIONS.format("styles.xml", "styles"),
        "word/document.xml": document,
        "word/styles.xml": STYLES,
    }


def packed(document: str | bytes, **extra: str) -> bytes:
    return zipped({**parts(document), **extra})


def document(body: str) -> Document:
    return read(packed(f"<w:document {NAMES}><w:body>{body}</w:body></w:document>"))


def run(text: str, look: str = "") -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r>"


def cell(content: str = "", properties: str = "") -> str:
    inside = content if content.startswith("<") else run(content) if content else ""
    inside = inside if inside.startswith(("<w:p>", "<w:tbl>")) else f"<w:p>{inside}</w:p>"
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def table(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def one_cell(content: str) -> str:
    return grids(document(table(row(cell(content)))))[0].rows[0][0].text


SPAN2 = '<w:gridSpan w:val="2"/>'
START = '<w:vMerge w:val="restart"/>'
GOES_ON = "<w:vMerge/>"


def test_merged_cells_keep_their_columns() -> None:
    doc = document(
        table(
            row(cell("a", SPAN2), cell("b"), properties='<w:gridBefore w:val="1"/>'),
            row(
                cell("c", START), cell("d", '<w:hMerge w:val="restart"/>'), cell("", "<w:hMerge/>")
            ),
            row(cell("", GOES_ON), cell("e"), cell("f"), properties='<w:gridAfter w:val="1"/>'),
        )
    )
    assert shape(grids(doc)[0]) == [
        [("a", 1, 2), ("b", 3, 1)],
        [("c", 0, 1), ("d", 1, 2)],
        [("e", 1, 1), ("f", 2, 1)],
    ]
    assert doc.format == "docx"
    assert doc.layout == "grid"
    assert grids(doc)[0].layout is Layout.OWN
    assert grids(doc)[0].rows[2][1].place == "table 1, row 3, column 3"


def test_a_block_of_merged_cells_appears_once() -> None:
    both = '<w:hMerge w:val="restart"/>'
    doc = document(
        table(
            row(cell("x", both + START), cell("", "<w:hMerge/>" + START), cell("1")),
            row(cell("", both + GOES_ON), cell("", "<w:hMerge/>" + GOES_ON), cell("2")),
            row(cell("", both + GOES_ON), cell("", "<w:hMerge/>"), cell("3")),
        )
    )
    assert shape(grids(doc)[0]) == [[("x", 0, 2), ("1", 2, 1)], [("2", 2, 1)], [("3", 2, 1)]]
    assert [[slot.height for slot in slots] for slots in grids(doc)[0].rows] == [[3, 1], [1], [1]]


def test_a_merge_that_goes_on_with_nothing_is_a_cell_of_its_own() -> None:
    doc = document(table(row(cell("7", GOES_ON), cell("8")), row(cell("9"), cell("5", GOES_ON))))
    assert shape(grids(doc)[0]) == [[("7", 0, 1), ("8", 1, 1)], [("9", 0, 1), ("5", 1, 1)]]


def test_text_under_a_merged_cell_is_left_out_and_said() -> None:
    doc = document(table(row(cell("7", START)), row(cell("8", GOES_ON))))
    assert shape(grids(doc)[0]) == [[("7", 0, 1)], []]
    assert doc.notes == ("table 1, row 2, column 1: text in a merged-away cell was left out",)


def test_blank_cells_stay() -> None:
    doc = document(table(row(cell("1"), cell(), cell("0"))))
    assert shape(grids(doc)[0]) == [[("1", 0, 1), ("", 1, 1), ("0", 2, 1)]]
    assert not any(slot.doubtful for slot in grids(doc)[0].rows[0])


def test_paragraphs_and_grids_come_in_reading_order() -> None:
    doc = document(
        f"<w:p>{run('one')}</w:p>{table(row(cell('1')))}<w:p>{run('two')}<w:r><w:br/></w:r>"
        f"{run('three')}</w:p>{table(row(cell('2')))}"
    )
    kinds = [b.text if isinstance(b, Paragraph) else b.rows[0][0].text for b in doc.blocks]
    assert kinds == ["one", "1", "two", "three", "2"]
    assert doc.blocks[2].place == "paragraph 2"


def test_a_table_inside_a_cell_is_a_grid_of_its_own() -> None:
    inner = table(row(cell("5"), cell("6")))
    doc = document(table(row(cell("label"), cell(f"{inner}<w:p/>"), cell("9"))))
    outer, nested = grids(doc)
    assert shape(outer) == [[("label", 0, 1), ("", 1, 1), ("9", 2, 1)]]
    assert [slot.doubtful for slot in outer.rows[0]] == [False, True, False]
    assert shape(nested) == [[("5", 0, 1), ("6", 1, 1)]]
    assert nested.place == "table 2"


def test_a_table_that_only_lays_out_the_page_is_read_as_a_page() -> None:
    inner = table(row(cell("5"), cell("6")))
    doc = document(
        table(
            row(cell("title")),
            row(cell(f"<w:p>{run('before')}</w:p>{inner}<w:p>{run('after')}</w:p>")),
        )
    )
    kinds = [b.text if isinstance(b, Paragraph) else shape(b) for b in doc.blocks]
    assert kinds == ["title", "before", [[("5", 0, 1), ("6", 1, 1)]], "after"]


def test_content_controls_and_insertions_are_looked_through() -> None:
    wrapped = table(
        f"<w:sdt><w:sdtPr/><w:sdtContent>{row(cell('1'), cell('2'))}</w:sdtContent></w:sdt>",
        row(f"<w:sdt><w:sdtContent>{cell('3')}</w:sdtContent></w:sdt>", cell("4")),
    )
    doc = document(f"<w:sdt><w:sdtContent>{wrapped}</w:sdtContent></w:sdt>")
    assert shape(grids(doc)[0]) == [[("1", 0, 1), ("2", 1, 1)], [("3", 0, 1), ("4", 1, 1)]]


BOX = "<w:txbxContent>{}</w:txbxContent>"


def test_a_text_box_is_read_once() -> None:
    box = BOX.format(f"<w:p>{run('12')}</w:p>")
    both = (
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    assert lines(document(f"<w:p>{run('anchor')}{both}</w:p>")) == ["anchor", "12"]
    old = f"<w:r><mc:AlternateContent><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    assert lines(document(f"<w:p>{old}</w:p>")) == ["12"]


def test_a_cell_that_shows_only_a_box_or_a_picture_is_not_blank() -> None:
    box = "<w:r><w:pict>" + BOX.format(f"<w:p>{run('12')}</w:p>") + "</w:pict></w:r>"
    inline = "<w:r><w:drawing><wp:inline><pic:pic/></wp:inline></w:drawing></w:r>"
    seal = "<w:r><w:drawing><wp:anchor><pic:pic/></wp:anchor></w:drawing></w:r>"
    equation = "<m:oMath><m:r><m:t>3</m:t></m:r></m:oMath>"
    drawn = '<w:r><w:pict><v:shape><v:textpath string="3"/></v:shape></w:pict></w:r>'
    shown = (box, inline, seal, equation, run("4") + seal, drawn)
    slots = grids(doc := document(table(row(*map(cell, shown)))))[0].rows[0]
    assert [slot.text for slot in slots] == ["", "", "", "", "4", ""]
    assert [slot.doubtful for slot in slots] == [True, True, False, True, False, True]
    assert lines(doc) == ["12"]
    assert doc.notes == ("pictures and equations were not read",)


def test_text_beside_a_table_or_a_box_in_a_cell_is_not_all_of_it() -> None:
    box = BOX.format(f"<w:p>{run('7')}</w:p>")
    inline = f"<w:p>{run('3')}<w:r><w:drawing><wp:inline>{box}</wp:inline></w:drawing></w:r></w:p>"
    nested = f"<w:p>{run('3')}</w:p>{table(row(cell('7')))}<w:p/>"
    doc = document(table(row(cell(inline), cell(nested), cell("3"))))
    assert [slot.doubtful for slot in grids(doc)[0].rows[0]] == [True, True, False]


def test_a_text_box_may_hold_a_table() -> None:
    box = BOX.format(table(row(cell("1"), cell("2"))))
    doc = document(f"<w:p><w:r><w:pict>{box}</w:pict></w:r></w:p>")
    assert shape(grids(doc)[0]) == [[("1", 0, 1), ("2", 1, 1)]]


def test_tracked_changes_count_as_accepted() -> None:
    changed = (
        f"{run('1')}<w:del><w:r><w:delText>9</w:delText></w:r></w:del><w:ins>{run('2')}</w:ins>"
        f"<w:moveFrom>{run('8')}</w:moveFrom><w:moveTo>{run('3')}</w:moveTo>"
    )
    doc = document(table(row(cell(changed)), row(cell("5"), properties="<w:del/>"), row(cell("6"))))
    assert shape(grids(doc)[0]) == [[("123", 0, 1)], [("6", 0, 1)]]
    assert grids(doc)[0].rows[1][0].place == "table 1, row 3, column 1"
    assert doc.notes == (
        "tracked changes were read as accepted",
        "table 1, row 2: a deleted or hidden row was left out",
    )
    doc = document(table(row(cell("7", "<w:cellDel/>"), cell("8", "<w:cellIns/>"))))
    assert [(slot.text, slot.doubtful) for slot in grids(doc)[0].rows[0]] == [
        ("7", True),
        ("8", False),
    ]


def field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def test_of_a_field_only_the_result_is_printed() -> None:
    code = "<w:r><w:instrText>=SUM(ABOVE)</w:instrText></w:r>"
    nested = field("begin") + run("7") + field("separate") + run("8") + field("end")
    whole = field("begin") + code + nested + field("separate") + run("12") + field("end")
    assert one_cell(whole + run("0")) == "120"
    assert one_cell(f'<w:fldSimple w:instr="PAGE">{run("34")}</w:fldSimple>') == "34"


def test_a_field_without_a_result_may_draw_what_is_not_read() -> None:
    code = r"<w:r><w:instrText>eq \o\ac(○,1)</w:instrText></w:r>"
    doc = document(
        table(row(cell(run("12") + field("begin") + code + field("end")), cell(run("3"))))
    )
    assert [slot.doubtful for slot in grids(doc)[0].rows[0]] == [True, False]


def test_a_field_with_an_empty_result_may_draw_what_is_not_read() -> None:
    """As a list to choose from does, which Word prints, and an equation."""
    empty = field("begin") + "<w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r>{}" + field("end")
    cells = [cell(empty.format(field("separate") + result)) for result in ("", run("12"))]
    doc = document(table(row(*cells, cell(run("12") + empty.format(field("separate"))))))
    assert [slot.doubtful for slot in grids(doc)[0].rows[0]] == [True, False, True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_number_that_word_sets_before_a_figure_puts_it_in_doubt(encoding: str) -> None:
    numbered = '<w:p><w:pPr><w:numPr><w:numId w:val="{}"/></w:numPr></w:pPr>{}</w:p>'
    cells = [cell(numbered.format(*of)) for of in ((1, ""), (1, run("5")), (0, run("5")))]
    body = table(row(*cells, cell(numbered.format(1, run("规章"))), cell()))
    source = f"<w:document {NAMES}><w:body>{body}</w:body></w:document>".encode(encoding)
    doc = read(packed(source, **{"word/styles.xml": "<styles/>"}))
    assert [slot.doubtful for slot in grids(doc)[0].rows[0]] == [True, True, False, False, False]


def test_text_merged_away_from_the_side_may_be_printed() -> None:
    doc = document(table(row(cell("1"), cell("9", "<w:hMerge/>"), cell("2"))))
    assert [(s.text, s.doubtful) for s in grids(doc)[0].rows[0]] == [("1", True), ("2", False)]


def test_a_field_without_end_hides_no_table_and_is_said() -> None:
    doc = document(f"<w:p>{field('begin')}{run('code')}</w:p>{table(row(cell('5')))}")
    assert shape(grids(doc)[0]) == [[("5", 0, 1)]]
    assert doc.notes == ("a field has no end; text after it was not read",)


@pytest.mark.parametrize(
    "look", ["<w:vanish/>", '<w:vanish w:val="true"/>', '<w:rStyle w:val="Ghost"/>']
)
def test_hidden_text_is_left_out(look: str) -> None:
    doc = document(table(row(cell(run("1") + run("2", look) + run("3")))))
    assert shape(grids(doc)[0]) == [[("13", 0, 1)]]
    assert doc.notes == ("hidden text was left out",)


def test_a_look_can_be_switched_off() -> None:
    assert one_cell(run("1") + run("2", '<w:vanish w:val="0"/>')) == "12"
    assert one_cell(run("1", '<w:rStyle w:val="Ghost"/><w:vanish w:val="false"/>')) == "1"
    assert one_cell(run("1", '<w:vertAlign w:val="baseline"/>')) == "1"


@pytest.mark.parametrize("look", ["<w:strike/>", "<w:dstrike/>"])
def test_struck_through_figures_are_no_figures(look: str) -> None:
    doc = document(table(row(cell(run("12", look) + run("15")))))
    assert shape(grids(doc)[0]) == [[("15", 0, 1)]]
    assert doc.notes == ("table 1, row 1, column 1: struck-through text was left out",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("look", "seen"),
    [
        ("<w:strike/>", "12"),
        ("<w:dstrike/>", "12"),
        ("<w:vanish/>", "12"),
        ('<w:vertAlign w:val="superscript"/>', "12[3]"),
        ('<w:position w:val="12"/>', "12[3]"),
        ('<w:color w:val="FFFFFF"/>', "12\ufffd"),
    ],
)
def test_a_run_has_its_look_though_no_style_gives_one(look: str, seen: str, encoding: str) -> None:
    body = table(row(cell(run("12") + run("3", look))))
    source = f"<w:document {NAMES}><w:body>{body}</w:body></w:document>".encode(encoding)
    (grid,) = grids(read(packed(source, **{"word/styles.xml": "<styles/>"})))
    assert grid.rows[0][0].text == seen


def test_a_paragraph_style_can_strike_through() -> None:
    style = '<w:pPr><w:pStyle w:val="Struck"/></w:pPr>'
    assert one_cell(f"<w:p>{style}{run('12')}</w:p>") == ""
    overruled = run("12", '<w:strike w:val="0"/>')
    assert one_cell(f"<w:p>{style}{overruled}</w:p>") == "12"


def test_raised_marks_do_not_fuse_with_the_number() -> None:
    raised = '<w:vertAlign w:val="superscript"/>'
    assert one_cell(run("12") + run("1", raised)) == "12[1]"
    assert one_cell(run("12") + run("[", raised) + run("3", raised) + run("]", raised)) == "12[3]"
    assert one_cell(run("CO") + run("2", '<w:vertAlign w:val="subscript"/>')) == "CO[2]"
    assert one_cell(run("12") + run("1", '<w:position w:val="12"/><w:sz w:val="12"/>')) == "12[1]"
    assert one_cell(run("1") + run("2", '<w:position w:val="-2"/>')) == "12"
    footnote = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    assert one_cell(run("12") + footnote) == "12"


def test_white_figures_on_white_paper_and_tiny_ones_are_in_doubt() -> None:
    white, dark = '<w:color w:val="FFFFFF"/>', '<w:shd w:val="clear" w:fill="1F4E79"/>'
    assert one_cell(run("12") + run("0", white)) == "12\ufffd"
    plain = '<w:shd w:val="clear" w:color="auto" w:fill="auto"/>'
    doc = document(table(row(cell(run("0", white + plain), plain))))
    assert shape(grids(doc)[0]) == [[("\ufffd", 0, 1)]]
    assert one_cell(run("甲", white) + run("12", white + dark)) == "甲12"
    assert one_cell(run("12", '<w:color w:val="000000"/>')) == "12"
    assert one_cell(run("12") + run("0", '<w:color w:val="ffffff"/>')) == "12\ufffd"
    assert one_cell(run("12") + run("0", '<w:rStyle w:val="Pale"/>')) == "12\ufffd"
    assert one_cell(run("12", f'<w:rStyle w:val="Pale"/>{dark}')) == "12"
    assert one_cell(run("12", '<w:rStyle w:val="Pale"/><w:color w:val="000000"/>')) == "12"
    doc = document(f"<w:p>{run('2022', white)}</w:p>" + table(row(cell(run("12", white), dark))))
    assert lines(doc) == ["2022"]
    assert shape(grids(doc)[0]) == [[("12", 0, 1)]]
    assert one_cell(run("12") + run("0", '<w:sz w:val="2"/>')) == "12\ufffd"
    assert one_cell(run("12", '<w:sz w:val="10"/><w:vertAlign w:val="baseline"/>')) == "12"


def test_styles_of_tables_give_no_letters_a_look() -> None:
    white = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>'
    dark, pale = (
        f'<w:style w:type="{kind}" w:styleId="{name}">{white}'
        for kind, name in (("table", "Dark"), ("character", "Pale"))
    )
    only = STYLES.partition("<w:style ")[0] + "{}</w:styles>"
    assert style_looks(only.format(dark).encode(), "styles") == {}
    both = only.format(dark + pale + dark).encode()
    assert style_looks(both, "styles") == {"Pale": {"white": True}}


def test_breaks_tabs_and_special_characters() -> None:
    special = (
        "<w:r><w:t>1</w:t><w:tab/><w:t>2</w:t><w:br/><w:t>3</w:t><w:cr/><w:noBreakHyphen/>"
        '<w:t>4</w:t><w:softHyphen/><w:t>5</w:t><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'
    )
    assert one_cell(special) == "1\n2\n3\n-45\ufffd"
    assert one_cell("<w:r><w:t>1&#13;2</w:t></w:r>") == "1\n2"
    assert one_cell("<w:r><w:t>1<!-- 9 -->4<?a b?>7</w:t></w:r>") == "147"


def test_wrappers_around_runs_are_looked_through() -> None:
    wrapped = (
        f"<w:hyperlink>{run('1')}</w:hyperlink><w:smartTag>{run('2')}</w:smartTag>"
        f"<w:sdt><w:sdtContent>{run('3')}</w:sdtContent></w:sdt><!-- x -->{run('4')}"
        f"<w:r><w:ruby><w:rt>{run('9')}</w:rt><w:rubyBase>{run('5')}</w:rubyBase></w:ruby></w:r>"
    )
    assert one_cell(wrapped) == "12345"


def test_embedded_files_are_said() -> None:
    doc = document("<w:altChunk/>" + table(row("<w:tc><w:altChunk/></w:tc>")))
    assert doc.notes == ("an embedded file was not read",)
    assert grids(doc)[0].rows[0][0].doubtful


def test_strict_open_xml_is_read_alike() -> None:
    strict = NAMES.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    body = table(row(cell("1", SPAN2), cell("2")))
    doc = read(packed(f"<w:document {strict}><w:body>{body}</w:body></w:document>"))
    assert shape(grids(doc)[0]) == [[("1", 0, 2), ("2", 2, 1)]]


def test_another_library_sees_the_same_cells() -> None:
    made = python_docx.Document()
    grid = made.add_table(rows=4, cols=5)
    for index, part in enumerate(grid._cells):
        part.text = str(index)
    for first, last in (((0, 0), (1, 1)), ((2, 2), (3, 2)), ((3, 3), (3, 4))):
        part = grid.cell(*first).merge(grid.cell(*last))
        part.text = f"{part.text.split()[0]}"
    buffer = io.BytesIO()
    made.save(buffer)
    assert shape(grids(read(buffer.getvalue()))[0]) == [
        [("0", 0, 2), ("2", 2, 1), ("3", 3, 1), ("4", 4, 1)],
        [("7", 2, 1), ("8", 3, 1), ("9", 4, 1)],
        [("10", 0, 1), ("11", 1, 1), ("12", 2, 1), ("13", 3, 1), ("14", 4, 1)],
        [("15", 0, 1), ("16", 1, 1), ("18", 3, 2)],
    ]


def bomb(size: int) -> bytes:
    return packed(f"<w:document {NAMES}>".encode() + b" " * size + b"</w:document>")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the ZIP archive is broken"),
        (b"PK\x03\x04 nonsense", "the ZIP archive is broken"),
        (packed("<w:document/>"), "not well-formed"),
        (packed(f"<w:document {NAMES}/>"), "holds no Word document"),
        (packed(f'<!DOCTYPE x [<!ENTITY a "1">]><w:document {NAMES}/>'), "document type"),
        (bomb(8 * 2**20), "larger than 4,194,304 bytes"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as caught:
        read(data)
    assert caught.value.stage in ("open", "parse")


def test_styles_are_known_by_all_of_their_bytes_not_by_the_sums_that_are_claimed_of_them() -> None:
    shown = run("1") + run("2", '<w:rStyle w:val="Ghost"/>')
    source = f"<w:document {NAMES}><w:body><w:p>{shown}</w:p></w:body></w:document>"
    hiding = zipped(parts(source), zipfile.ZIP_STORED)
    assert lines(read(hiding)) == ["1"]
    showing = hiding.replace(b"<w:vanish/>", b"<w:xanish/>")
    with pytest.raises(DocumentError, match=r"part word/styles.xml is broken: Bad CRC"):
        read(showing)
    told, other = (
        zlib.crc32(styles.encode()).to_bytes(4, "little")
        for styles in (STYLES, STYLES.replace("vanish", "xanish"))
    )
    assert lines(read(showing.replace(told, other))) == ["12"]
    with pytest.raises(DocumentError, match=r"part word/styles.xml is broken: Bad CRC"):
        read(hiding.replace(told, other))


def test_a_part_beyond_all_bounds_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ooxml, "MAX_PART", 100)
    with pytest.raises(DocumentError, match="larger than 100 bytes unpacked"):
        document("<w:p/>")


@pytest.mark.parametrize("span", ["x", "-1", "", "99999", "１"])
def test_a_span_that_is_no_number_is_refused(span: str) -> None:
    with pytest.raises(DocumentError, match="gridSpan is"):
        document(table(row(cell("1", f'<w:gridSpan w:val="{span}"/>'))))


def test_a_broken_or_deep_file_is_refused() -> None:
    whole = packed(f"<w:document {NAMES}><w:body/></w:document>")
    with pytest.raises(DocumentError):
        read(whole[: len(whole) // 2])
    deep = ("<w:smartTag>" * 5000, "</w:smartTag>" * 5000)
    with pytest.raises(DocumentError, match=r"nested too deeply|not well-formed"):
        document(f"<w:p>{run('1').join(deep)}</w:p>")
