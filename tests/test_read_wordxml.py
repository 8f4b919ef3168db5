"""Word documents that are one XML file, made of DOCX files or by hand."""

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documents import lines, only_grid
from tests.render import agency, distinct, judge, render
from tests.render.layouts import Rendered
from tests.render.values import seeded
from toolkit.errors import DocumentError
from toolkit.read import docx, kind_of, read
from toolkit.report import parse

TODAY = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OF_2003 = "http://schemas.microsoft.com/office/word/2003/wordml"
HINTS = "http://schemas.microsoft.com/office/word/2003/auxHint"
PACKAGE = "http://schemas.microsoft.com/office/2006/xmlPackage"


def report() -> Rendered:
    rng = seeded(7)
    values = distinct(rng, agency(rng), 2022, proactive="2021", applications="2021")
    return render(values, "docx", seed=7)


def flat(document: bytes) -> str:
    """Put the XML parts of a DOCX into one file, as Word does."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        parts = [
            f'<pkg:part pkg:name="/{name}"><pkg:xmlData>'
            + re.sub(r"<\?xml.*?\?>", "", archive.read(name).decode())
            + "</pkg:xmlData></pkg:part>"
            for name in archive.namelist()
            if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml"
        ]
    return f'<pkg:package xmlns:pkg="{PACKAGE}">{"".join(parts)}</pkg:package>'


def of_2003(document: bytes) -> str:
    """Name the parts of a DOCX as Word 2003 does."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        body, styles = (
            archive.read(f"word/{name}.xml").decode() for name in ("document", "styles")
        )
    root = re.search(r"<w:document.*?>", body)
    sheet = re.search(r"(<w:styles).*?>(.*</w:styles>)", styles, re.DOTALL)
    assert root
    assert sheet
    text = body.replace(root[0], root[0] + sheet[1] + ">" + sheet[2])
    for old, new in {
        TODAY: OF_2003,
        "w:document": "w:wordDocument",
        "w:vMerge": "w:vmerge",
        "<w:body>": f'<w:body><x:sect xmlns:x="{HINTS}">',
        "</w:body>": "</x:sect></w:body>",
    }.items():
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("made", [flat, of_2003])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_a_docx_says_is_read_whole(made: Callable[[bytes], str], encoding: str) -> None:
    rendered = report()
    data = made(rendered.data).encode(encoding)
    assert kind_of(data) == "wordxml"
    document = read(data)
    assert document.blocks == docx.read(rendered.data).blocks
    assert (document.format, document.layout) == ("wordxml", "grid")
    found = {key: cell.value for key, cell in parse(data, "report.doc").cells.items()}
    assert judge(rendered.printed, found)[1] == []


# Cells as Word 2003 writes them, and what they print.
CELLS = {
    "<w:r><w:t>12</w:t></w:r>": "12",
    '<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>9</w:delText></w:r>'
    '</aml:content></aml:annotation><aml:annotation w:type="Word.Insertion"><aml:content><w:r>'
    "<w:t>7</w:t></w:r></aml:content></aml:annotation><w:r><w:t>1</w:t></w:r>": "71",
    "<w:r><w:t>1</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>7</w:t></w:r>": "1",
    '<w:r><w:t>1</w:t></w:r><w:r><w:rPr><w:rStyle w:val="s"/></w:rPr><w:t>7</w:t></w:r>': "1",
    "<w:r><w:t>12</w:t></w:r><w:r><w:rPr><w:vertAlign w:val='superscript'/></w:rPr><w:footnote>"
    "<w:p><w:r><w:t>3</w:t></w:r></w:p></w:footnote></w:r>": "12",
    "<w:r><w:t>1</w:t></w:r><aml:annotation w:type='Word.Bookmark.Start'/><w:r><w:t>2</w:t></w:r>"
    "<w:r><aml:annotation w:type='Word.Comment'><aml:content><w:p><w:r><w:t>5</w:t></w:r></w:p>"
    "</aml:content></aml:annotation></w:r>": "12",
    "<w:pPr><w:listPr><w:ilfo w:val='2'/></w:listPr></w:pPr>": "?",
    "<w:r><w:pict><w:binData>MTI=</w:binData><v:shape><v:imagedata/></v:shape></w:pict></w:r>": "?",
}


def test_of_word_2003_what_is_printed_is_read() -> None:
    cells = "".join(f"<w:tc><w:p>{content}</w:p></w:tc>" for content in CELLS)
    merged = "<w:tc><w:tcPr><w:vmerge{}/></w:tcPr><w:p/></w:tc>"
    rows = merged.format(' w:val="restart"') + cells, merged.format("") + cells
    data = f"""<?xml version="1.0" encoding="GBK"?><w:wordDocument xmlns:w="{OF_2003}"
        xmlns:wx="{HINTS}" xmlns:v="urn:schemas-microsoft-com:vml"
        xmlns:aml="http://schemas.microsoft.com/aml/2001/core"><w:styles><w:style w:styleId="s"
        w:type="character"><w:rPr><w:strike/></w:rPr></w:style></w:styles><w:body><wx:sect>
        <wx:sub-section><wx:pBdrGroup><w:p><w:r><w:t>标题</w:t></w:r></w:p></wx:pBdrGroup><w:tbl>
        <w:tr>{rows[0]}</w:tr><w:tr>{rows[1]}</w:tr></w:tbl></wx:sub-section></wx:sect></w:body>
        </w:wordDocument>""".encode("gbk")
    document = read(data)
    assert lines(document) == ["标题"]
    table = only_grid(document)
    assert [(slot.column, slot.height) for slot in table.rows[0][:2]] == [(0, 2), (1, 1)]
    for row in (table.rows[0][1:], table.rows[1]):
        assert ["?" if slot.doubtful else slot.text for slot in row] == [*CELLS.values()]
    assert "tracked changes were read as accepted" in document.notes


def test_what_another_program_saves_has_no_wrong_number(tmp_path: Path) -> None:
    """LibreOffice leaves out cells that others are merged over, and says nothing of it."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    rendered = report()
    source = tmp_path / "report.docx"
    source.write_bytes(rendered.data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    target = ["--convert-to", "xml:MS Word 2003 XML", "--outdir", str(tmp_path), str(source)]
    subprocess.run([office, profile, "--headless", *target], check=True, timeout=120)
    parsed = parse((tmp_path / "report.xml").read_bytes(), "report.doc")
    score, _ = judge(rendered.printed, {key: cell.value for key, cell in parsed.cells.items()})
    assert (score.wrong, score.invented) == (0, 0)
    assert score.right > 0


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<w:wordDocument", r"part of Word XML is not well-formed XML: [^()<]*$"),
        (b"<!DOCTYPE a><w:wordDocument xmlns:w='a'/>", "declares a document type"),
        (b"<w:wordDocument xmlns:w='a'/>", "holds no Word document"),
        (b"<pkg:package xmlns:pkg='%s'/>" % PACKAGE.encode(), "holds no Word document"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words):
        read(data)
