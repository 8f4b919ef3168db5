"""Bytes are decoded as what they are, whatever they are said to be."""

import re
from codecs import BOM_UTF8
from hashlib import sha256
from pathlib import Path

import pytest

from toolkit.errors import DocumentError
from toolkit.read.encoding import decode

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "reports").glob("*.txt"))
NOISE = b"".join(sha256(bytes([n])).digest() for n in range(100))

SIMPLIFIED = [
    "年度",
    "自然人",
    "联通",
    "总计",
    "政府信息公开",
    "行政复议",
    "规章\t0\t1\t2\n",
    "盱眙县",
    "濮阳市",
    "　　（一）",
    "2022年金华市政务服务管理办公室政府信息公开工作年度报告",
]
TRADITIONAL = [
    "自然人",
    "總計",
    "結果維持",
    "行政複議",
    "規章 0 1 2\n行政規範性文件 1 1 4",
    "政府信息公開工作年度報告",
    "本年新收政府信息公開申請數量",
]


@pytest.mark.parametrize("text", SIMPLIFIED)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_short_chinese_is_never_taken_for_something_else(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, encoding)
    if encoding != "utf-16":
        assert decode(BOM_UTF8 + text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize("text", SIMPLIFIED)
def test_bytes_that_were_taken_for_western_letters_are_those_bytes_again(text: str) -> None:
    """As a crawler writes what a server named no encoding for."""
    report = f"{text}，本年新收政府信息公开申请12件"
    assert decode(report.encode().decode("latin-1").encode()) == (report, "utf-8")
    assert decode(report.encode("gbk").decode("latin-1").encode()) == (report, "gb18030")


@pytest.mark.parametrize("text", TRADITIONAL)
def test_traditional_mirrors_in_big5(text: str) -> None:
    assert decode(text.encode("big5")) == (text, "big5hkscs")


def test_traditional_chinese_in_gbk() -> None:
    text = "規章\t0\n行政規範性文件\t1\n政府信息公開工作年度報告"
    assert decode(text.encode("gbk")) == (text, "gb18030")


@pytest.mark.parametrize("order", ["le", "be"])
def test_utf_16_needs_no_mark(order: str) -> None:
    text = "规章\t0\t1\n行政许可\t12\n"
    assert decode(text.encode(f"utf-16-{order}")) == (text, f"utf-16-{order}")


def test_plain_digits_and_other_scripts_stay_utf_8() -> None:
    for text in ("", "0\t1\t2\n", "© 2022", "résumé déjà publié", "Отчёт"):
        assert decode(text.encode()) == (text, "utf-8")


def test_rare_characters_of_names_are_kept() -> None:
    text = "办公室负责人㐂䶮𠮷，电话0579-83187210。政府信息公开工作年度报告。"
    assert decode(text.encode("gb18030")) == (text, "gb18030")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_lost_byte_costs_no_figure(encoding: str) -> None:
    """Whatever one byte is lost from, every digit that is left in the bytes is in the text."""
    source = "规章\t10\t21\n行政许可\t32号\t43\n政府信息公开工作年度报告\t54\n"
    data = source.encode(encoding)
    for at in range(len(data)):
        left = data[:at] + data[at + 1 :]
        text, _ = decode(left)
        assert re.findall("[0-9]", text) == [digit.decode() for digit in re.findall(b"[0-9]", left)]


@pytest.mark.parametrize("end", [b"", b"\xcd"])  # valid GB18030, and not
def test_digits_are_not_drawn_into_a_four_byte_character(end: bytes) -> None:
    body = "政府信息公开工作年度报告".encode("gb18030")
    text, encoding = decode(body + b"\xb1\x31\xb9\x31" + end + body)
    assert (text[12:16], encoding) == ("\ufffd1\ufffd1", "gbk")


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
        b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00",
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
        "Ceci est un résumé déjà publié".encode("latin-1"),
        b"\x00" * 20,
        NOISE,
        NOISE[:64],
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError, match="no text in UTF-8, UTF-16, GB18030 or Big5") as caught:
        decode(data)
    assert caught.value.stage == "detect"


def test_the_real_reports_in_every_encoding() -> None:
    assert SAMPLES
    for path in SAMPLES:
        text = path.read_bytes().decode()
        for encoding in ("utf-8", "gb18030", "utf-16", "utf-16-le"):
            assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    ("character", "seen"),
    [("\u2e80", "\u2e80"), ("\u2ea0", "民"), ("\u2f8f", "行"), ("\uf900", "豈"), ("\ufa0c", "兀")],
)
def test_a_character_of_another_ones_shape_is_that_one(character: str, seen: str) -> None:
    assert decode(f"政府{character}信息".encode())[0] == f"政府{seen}信息"
