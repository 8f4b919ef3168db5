"""What a document shows or links to where it has no table."""

import io
import zipfile

from tests.render import realistic, render
from tests.render.values import seeded
from toolkit.report import parse

SHOWS = "tables not in the document: {}; it shows or links to {}"


def test_a_page_without_tables_says_what_it_shows_or_links_to_instead() -> None:
    head = "<h1>甲县财政局{}年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>{}</p>"
    said = "本机关收到政府信息公开申请3件。"
    shown = (
        "<a href='/'><img src='logo.png'></a><img src='icon.png' width='16'>"
        "<footer><img src='code.png'></footer><p><img src='./W02_ORIGIN.jpg' width='600'></p>"
        "<iframe src='/view.html?file=/P%E5%B9%B4.pdf&page=1'></iframe>"
        "<a href='a.html'>甲</a><a href='b.docx'>乙</a><a href='b.docx#2'>乙</a>"
    )
    notes = parse((head.format(2024, said) + shown).encode(), "").meta["notes"]
    assert notes == [SHOWS.format("2, 3, 4", "W02_ORIGIN.jpg, P年.pdf, b.docx")]
    four = head.format(2024, said) + shown + "<embed src='c.wps'>"
    assert parse(four.encode(), "").meta["notes"][0].endswith("b.docx, …")
    assert not parse(head.format(2024, said).encode(), "").meta["notes"], "nothing is shown"
    old = parse((head.format(2018, said) + shown).encode(), "").meta
    assert (old["edition"], old["notes"]) == ("pre-2019", []), "it had no tables to show"


def test_of_a_word_file_that_has_tables_as_pictures_the_pictures_are_named() -> None:
    made = render(realistic(seeded(1), "甲市", 2024), "docx", ["lost_table"], seed=1)
    file = io.BytesIO(made.data)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/media/image1.png", b"")
        archive.writestr("word/media/image2.emf", b"")
    (note,) = parse(file.getvalue(), "").meta["notes"]
    assert note in {SHOWS.format(n, "image1.png") for n in (2, 3, 4)}
    assert not parse(made.data, "").meta["notes"]
