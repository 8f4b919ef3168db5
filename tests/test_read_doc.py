"""A Word 97 document, made by a word processor from invented figures, and damaged copies."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.documents import grids, lines, shape, texts
from toolkit.errors import DocumentError
from toolkit.read.doc import read
from toolkit.read.docx import read as read_docx

FIXTURE = Path(__file__).parent / "fixtures" / "word97.doc"
HEADER = FIXTURE.read_bytes().index(b"\xec\xa5")  # where the Word document's own header begins
# (text, column, width) of every cell, as the page shows them
PRINTED = [
    [("plain", 0, 1), ("12", 1, 1), ("13", 2, 1)],
    [("del", 0, 1), ("12", 1, 1), ("14", 2, 1)],
    [("hidden", 0, 1), ("1", 1, 1), ("15", 2, 1)],
    [("strike", 0, 1), ("16", 1, 1), ("15", 2, 1)],
    [("sup", 0, 1), ("12[1]", 1, 1), ("16", 2, 1)],
    [("field", 0, 1), ("18", 1, 1), ("17", 2, 1)],
    [("two paras", 0, 1), ("1\n2", 1, 1), ("17", 2, 1)],
    [("br", 0, 1), ("1\n2", 1, 1), ("17", 2, 1)],
    [("span", 0, 2), ("19", 2, 1)],
    [("v", 0, 1), ("20", 1, 1), ("", 2, 1)],
    [("", 1, 1), ("21", 2, 1)],
    [("nested", 0, 1), ("", 1, 1), ("22", 2, 1)],
    [("sym", 0, 1), ("\uf0fc", 1, 1), ("23", 2, 1)],
    [("自然人", 0, 1), ("１２", 1, 1), ("/", 2, 1)],
    [("hyper", 0, 1), ("44", 1, 1), ("24", 2, 1)],
    [("noBreakHyphen", 0, 1), ("-4", 1, 1), ("24", 2, 1)],
]


def damaged(offset: int, value: int) -> bytes:
    data = bytearray(FIXTURE.read_bytes())
    data[offset] = value
    return bytes(data)


def test_every_cell_is_as_printed() -> None:
    document = read(FIXTURE.read_bytes())
    outer, nested = grids(document)
    assert document.blocks[1:] == (outer, nested)
    assert lines(document) == ["intro 12[1]"]
    assert shape(outer) == PRINTED
    assert [slot.place for row in outer.rows for slot in row if slot.doubtful] == [
        "table 1, row 12, column 2"
    ]
    assert texts(nested) == [["5", "6"]]
    assert (document.format, document.layout) == ("doc", "grid")
    assert document.notes == (
        "tracked changes were read as accepted",
        "hidden text was left out",
        "table 1, row 4, column 2: struck-through text was left out",
    )


def test_a_word_processor_sees_the_same(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "docx", "--outdir", tmp_path, FIXTURE]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    theirs = read_docx((tmp_path / "word97.docx").read_bytes())
    assert theirs.blocks == read(FIXTURE.read_bytes()).blocks


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "holds no Word document"),
        (b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le"), "holds no Word document"),
        ("EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        ("WordDocument".encode("utf-16-le"), "damaged or older than Word 97"),
        (FIXTURE.read_bytes()[:-600], "or is cut off"),
        # the header's mark of Word 6, and its flag for encryption
        (damaged(HEADER, 0xDC), "damaged or older than Word 97"),
        (damaged(HEADER + 11, 0x13), "protected by a password"),
        # one cell mark of a row overwritten: the row has one cell less than it declares
        (damaged(6776, 0xDD), "contradicts itself about a table"),
        (damaged(7020, 0x54), "contradicts itself about a table"),
        (damaged(10004, 0xDA), "contradicts itself about a table"),
    ],
)
def test_bad_input_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(DocumentError, match=words) as caught:
        read(data)
    assert caught.value.stage == "parse"
