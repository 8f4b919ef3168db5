"""Documents made to break a reader end as a failure row with a sentence, and break nothing."""

import io
import os
import socket
import struct
import zipfile
from collections.abc import Iterator
from typing import NoReturn

import pytest

from tests.conftest import BUNDLED, CellKey
from tests.fuzzing import FIXTURES
from tests.render import LAYOUTS, Rendered, judge, realistic, render
from tests.render.values import seeded
from toolkit.errors import DocumentError
from toolkit.extract.values import UNREADABLE
from toolkit.extract.values import parse as parse_cell
from toolkit.read import Paragraph, read
from toolkit.read.archive import members
from toolkit.read.text import from_text
from toolkit.report import parse

EVERY = int(os.environ.get("OGI_EVERY", "0"))  # bytes; 10 takes minutes
CUTS = 60
REPORT = BUNDLED / "jiyuan_office_2022.txt"


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in this file opens a connection, whatever a document asks for."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a document opened a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def refused(data: bytes) -> str:
    """Sentence with which a document is refused."""
    with pytest.raises(DocumentError) as caught:
        parse(data, "hostile")
    message = caught.value.message
    assert "reader failed" not in message
    assert "\n" not in message
    return message


# --- truncated files


def cuts(whole: int) -> Iterator[int]:
    yield from range(1, whole, EVERY or max(1, whole // CUTS))


@pytest.mark.parametrize(
    "layout",
    [name for name, made in LAYOUTS.items() if made.format not in ("image", "scan", "zip")],
)
@pytest.mark.parametrize("year", [2019, 2022])
def test_of_a_file_that_is_cut_off_every_number_is_the_whole_one_s(layout: str, year: int) -> None:
    made = render(realistic(seeded(year), "甲市教育局", year), layout, seed=year)
    for at in cuts(len(made.data)):
        assert faults(made, made.data[:at]) == [], f"cut at byte {at}"


def read_cells(data: bytes, name: str) -> dict[CellKey, int | None] | None:
    """Numbers of a report; None if it was refused with a sentence."""
    try:
        return {key: cell.value for key, cell in parse(data, name).cells.items()}
    except DocumentError as error:
        if "reader failed" in error.message:
            raise
        return None


def faults(made: Rendered, data: bytes) -> list[object]:
    """Numbers that are not as the whole file prints them."""
    cells = read_cells(data, f"report{made.layout.suffix}")
    if cells is None:
        return []
    found = judge(made.printed, cells)[1]
    return [fault for fault in found if fault.kind in ("wrong", "invented")]


@pytest.mark.parametrize("name", ["word97.doc", "excel97.xls"])
def test_a_file_of_office_97_that_is_cut_off_is_refused_or_whole(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    whole = read(data).blocks
    for at in cuts(len(data)):
        try:
            assert read(data[:at]).blocks == whole
        except DocumentError:
            continue


@pytest.mark.parametrize(("end", "number"), [("", None), (" ", None), ("\n", 4), ("\t", 4)])
def test_a_number_that_ends_a_file_may_be_half_of_one(end: str, number: int | None) -> None:
    text = "信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n"
    text += "行政规范性文件\t1\t2\t3\n规章\t12\t3\t4"
    cells = parse((text + end).encode(), "report.txt").cells
    assert cells["proactive", "rules", "in_force"].value == number
    assert cells["proactive", "rules", "repealed"].value == 3


@pytest.mark.parametrize(("end", "number"), [("", None), ("<b>", None), ("</td>", 4)])
def test_a_page_that_ends_in_a_cell_may_hold_half_of_its_number(
    end: str, number: int | None
) -> None:
    rows = (
        "信息内容,本年制发件数,本年废止件数,现行有效件数",
        "行政规范性文件,1,2,3",
        "规章,12,3,4",
    )
    cells = ("".join(f"<td>{text}</td>" for text in row.split(",")) for row in rows)
    page = "<table><tr>" + "</tr><tr>".join(cells)
    read_in = parse((page.removesuffix("</td>") + end).encode(), "report.html").cells
    assert read_in["proactive", "rules", "in_force"].value == number
    assert read_in["proactive", "rules", "repealed"].value == 3


# --- what fuzzing found


def test_a_cell_of_many_marks_takes_no_endless_time() -> None:
    assert parse_cell("12" + "*" * 400 + "x", "case") == UNREADABLE
    assert parse_cell("12***", "case") == ("reported", 12)


def test_a_number_beyond_all_bounds_is_unreadable() -> None:
    assert parse_cell("999999999999999亿", "yuan") == UNREADABLE


def test_workbooks_whose_sectors_go_round_are_refused() -> None:
    data = bytearray((FIXTURES / "excel97.xls").read_bytes())
    struct.pack_into("<i", data, 1540, 0)
    assert "go round in a circle" in refused(bytes(data))


def test_an_archive_may_hold_a_member_without_a_name() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("x", b"12345")
    data = bytearray(made.getvalue())
    for mark, at in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):  # its name is taken for an extra
        struct.pack_into("<HH", data, data.index(mark) + at, 0, 1)
    assert list(members(bytes(data))) == [("", b"12345")]


def test_control_characters_of_a_text_are_shown_as_lost() -> None:
    (line,) = from_text("某某县水利局\x1b[2J2022年\x9b报告").blocks
    assert line == Paragraph("某某县水利局\ufffd[2J2022年\ufffd报告", "line 1")


def test_a_head_that_names_too_many_columns_breaks_nothing() -> None:
    """Found in a drawing with another table's rows right above table 4's head."""
    gap = " " * 6
    rows = [f"    3.其他{gap}" + gap.join("0" * 7)] * 9
    head = [
        "四、政府信息公开行政复议、行政诉讼情况",
        " 行政复议                     行政诉讼",
        " 结果维持  结果纠正  其他结果  尚未审结  总计  未经复议直接起诉        复议后起诉",
        "  结果维持  结果纠正  其他结果  尚未审结  总计" * 2,
    ]
    assert parse("\n".join([*rows, *head]).encode(), "report.txt").cells
