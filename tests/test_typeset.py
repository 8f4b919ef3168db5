"""The PDF: what stands on the page, as text, tagged, and the same every time."""

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pdfplumber
import pypdfium2
import pytest

from toolkit.publish.page import page
from toolkit.publish.typeset import pdf

HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "$$x$$",
    "#panic()",
    '#read("/etc/passwd")',
    "*a* _b_ `c` @d <e> // f /* g */ \\ ~ [h](i) = j",
)


def printed(text: str, language: str = "en") -> bytes:
    """PDF of a page whose body is this HTML."""
    head = f'<html lang="{language}"><head><title>T</title></head>'
    return pdf(f"{head}<body><main><header><h1>T</h1></header>{text}</main></body></html>")


def text_of(made: bytes) -> str:
    """Text of all pages without line breaks, hints to break lines and wide spaces."""
    pages = pypdfium2.PdfDocument(made)
    text = "".join(one.get_textpage().get_text_bounded() for one in pages)
    return re.sub(r"[\s\u200b\ufffe]+", "", text)


def objects(made: bytes) -> Iterator[dict[str, Any]]:
    """Every dictionary in a PDF."""
    with pdfplumber.open(BytesIO(made)) as opened:
        for xref in opened.doc.xrefs:
            for number in xref.get_objids():
                found = opened.doc.getobj(number)
                found = getattr(found, "attrs", found)
                if isinstance(found, dict):
                    yield found


@pytest.fixture(scope="module", params=["zh", "en"])
def brief(request: pytest.FixtureRequest, bundled_briefs: dict[str, Path]) -> tuple[str, bytes]:
    folder = bundled_briefs[request.param]
    return folder.joinpath("brief.html").read_text("utf-8"), folder.joinpath(
        "brief.pdf"
    ).read_bytes()


def test_a_pdf_says_what_the_page_says(brief: tuple[str, bytes]) -> None:
    html, made = brief
    text = text_of(made)
    main = html[html.index("</nav>") : html.index("<footer>")]
    paragraphs = re.findall(r"<p>(.*?)</p>|<td[^>]*>(.*?)</td>", main, re.DOTALL)
    assert len(paragraphs) > 50
    from html import unescape

    for pair in paragraphs:
        plain = unescape(re.sub(r"<[^>]*>", "", "".join(pair)))
        assert re.sub(r"\s+", "", plain) in text


def test_a_pdf_has_bookmarks_title_language_and_tags(brief: tuple[str, bytes]) -> None:
    html, made = brief
    document = pypdfium2.PdfDocument(made)
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", html)
    top = [mark.get_title() for mark in document.get_toc() if mark.level == 0]
    assert top == headings
    assert len(top) >= 9
    title = re.search("<title>(.*?)</title>", html)
    assert title is not None
    assert document.get_metadata_dict()["Title"] == title[1]
    assert len(document) > 3
    with pdfplumber.open(BytesIO(made)) as opened:
        catalog = opened.doc.catalog
    assert catalog["Lang"].decode() == ("zh-CN" if "zh-Hans" in html else "en")
    assert catalog["MarkInfo"]["Marked"] is True
    kinds = {str(found["S"]) for found in objects(made) if "S" in found and "P" in found}
    assert {"/'Table'", "/'TH'", "/'TD'", "/'Figure'", "/'H1'", "/'P'"} <= kinds


def test_each_figure_has_the_words_of_the_page(brief: tuple[str, bytes]) -> None:
    html, made = brief
    from html import unescape

    alts = [unescape(alt) for alt in re.findall(r'<img [^>]*alt="(.*?)"', html)]
    told = [found["Alt"] for found in objects(made) if "Alt" in found]
    said = {t.decode("utf-16") if t.startswith(b"\xfe\xff") else t.decode("latin-1") for t in told}
    assert len(alts) == 4
    assert set(alts) == said


def test_fonts_are_within(brief: tuple[str, bytes]) -> None:
    fonts = [found for found in objects(brief[1]) if "FontName" in found]
    assert len(fonts) >= 2
    assert all("FontFile3" in font or "FontFile2" in font for font in fonts)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_text(hostile: str) -> None:
    from analysis.words.markdown import safe

    notebook = nbformat.v4.new_notebook()
    said = f"# {safe(hostile)}\n\n{safe(hostile)} is\n\n| a |\n| --- |\n| {safe(hostile)} |\n"
    notebook.cells = [nbformat.v4.new_markdown_cell(said)]
    made = pdf(page(notebook, "zh"))
    expected = re.sub(r"\s+", "", hostile)
    assert text_of(made).count(expected) >= 3
    title = pypdfium2.PdfDocument(made).get_metadata_dict()["Title"]
    assert "".join(title.split()) == expected


def test_a_very_long_name_stays_on_its_pages() -> None:
    for name in ("a" * 10_000, "局" * 10_000):
        made = printed(f"<p>{name}</p><table><tr><td>{name}</td><td>1</td></tr></table>")
        assert text_of(made).count(name[0]) >= 20_000
        with pdfplumber.open(BytesIO(made)) as opened:
            assert all(word["x1"] <= opened.pages[0].width for word in opened.pages[0].chars)


@pytest.mark.parametrize("character", ["\U0001f600", "\U00020bb7", "\ue000", "\ufffe", "\x01"])
def test_a_character_without_a_glyph_costs_no_pdf(character: str) -> None:
    made = printed(f"<p>before{character}after</p>")
    assert "before" in text_of(made)
    assert "after" in text_of(made)


def test_links_lead_to_what_is_there_or_to_the_web() -> None:
    made = printed(
        '<p><a href="#x">1</a> <a href="#nowhere">2</a> <a href="javascript:alert(1)">3</a>'
        ' <a href="file:///etc/passwd">4</a> <a href="https://example.org/">5</a></p>'
        '<table><tr><td><a id="x"></a>cell</td></tr></table><p id="x">the second of its name</p>'
    )
    links = [found for found in objects(made) if str(found.get("Subtype")) == "/'Link'"]
    assert len(links) == 2
    assert [bytes(link["A"]["URI"]) for link in links if "A" in link] == [b"https://example.org/"]
    assert "12345cell" in text_of(made)


def test_cells_over_several_rows_and_columns() -> None:
    made = printed(
        "<table><thead><tr><th rowspan=2>a</th><th colspan=2>b</th></tr><tr><th>c</th><th>d</th>"
        "</tr></thead><tbody><tr><td>x</td><td>y</td><td>z</td></tr></tbody></table>"
    )
    with pdfplumber.open(BytesIO(made)) as opened:
        at = {word["text"]: word for word in opened.pages[0].extract_words()}
    assert at["x"]["x0"] < at["y"]["x0"] < at["z"]["x0"]
    assert at["c"]["x0"] == pytest.approx(at["y"]["x0"], abs=1)
    assert at["a"]["x0"] == pytest.approx(at["x"]["x0"], abs=1)
    assert at["b"]["top"] < at["c"]["top"]


def test_heads_of_narrow_columns_stay_apart() -> None:
    heads = "".join(f"<th>{word}</th>" for word in ("Net contribution", "Reports left out") * 6)
    made = printed(
        f"<table><thead><tr>{heads}</tr></thead><tbody><tr>{'<td>1</td>' * 12}</tr></tbody></table>"
    )
    with pdfplumber.open(BytesIO(made)) as opened:
        head = [
            c for c in opened.pages[0].chars if c["size"] == pytest.approx(8) and c["text"] > "9"
        ]
    assert len(head) > 150
    # Of letters in one line none begins before the one to its left has ended.
    head.sort(key=lambda c: (round(c["top"]), c["x0"]))
    lines = (pair for pair in pairwise(head) if round(pair[0]["top"]) == round(pair[1]["top"]))
    assert all(left["x1"] <= right["x0"] + 1 for left, right in lines)


@pytest.mark.parametrize("lines", range(37, 42))
def test_the_note_of_a_table_stands_on_its_page(lines: int) -> None:
    rows = "".join(f"<tr><td>row{n}</td><td>1</td></tr>" for n in range(9))
    made = printed(
        f"<p>{'above<br>' * lines}</p>"
        f'<div class="scroll"><table><tbody>{rows}</tbody></table></div><p>the note</p><p>below</p>'
    )
    texts = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(made)]
    (noted,) = (text for text in texts if "the note" in text)
    assert "row0" in noted
    assert "row8" in noted


def test_a_table_longer_than_a_page_goes_on_with_its_note() -> None:
    rows = "".join(f"<tr><td>row{n}</td><td>1</td></tr>" for n in range(80))
    made = printed(f'<div class="scroll"><table>{rows}</table></div><p>the note</p>')
    texts = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(made)]
    assert "row0" in texts[0]
    assert "row79" in texts[-1]
    assert "the note" in texts[-1]


def test_the_same_page_makes_the_same_bytes() -> None:
    assert printed("<p>x</p>") == printed("<p>x</p>")
