"""What readers of documents tell, in Chinese: every sentence of theirs is in the catalogue."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import polars as pl
import pytest

from analysis.words import state
from tests.analysis_frames import Printed, corpus
from toolkit.extract.cell import DIFFERING
from toolkit.form import packaged
from toolkit.read import _UNREAD
from toolkit.read.wordml import _ACCEPTED
from toolkit.telling import told

ROOT = Path(__file__).parents[1]
TELLING = {"DocumentError", "MissingExtraError", "note", "append"}


def sentence(node: ast.expr) -> str | None:
    """Text of an expression, a number in each of its places; None if it has no words."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            texts = (p.value if isinstance(p, ast.Constant) else "7" for p in parts)
            return "".join(map(str, texts))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return f"{sentence(left)}{sentence(right)}"
    return None


def sentences() -> Iterator[str]:
    """Whatever becomes a note or the message of a failure, as it stands in the code."""
    for file in (ROOT / "toolkit").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=func, args=[first, *_, last] | [first as last]):
                    of, _, name = ast.unparse(func).rpartition(".")
                    if name in TELLING and (name != "append" or of == "notes"):
                        yield sentence(first) or sentence(last) or ""
                case ast.Assign(targets=[ast.Subscript(value=of, slice=key)]):
                    yield (sentence(key) or "") if ast.unparse(of).endswith("notes") else ""
                case ast.Assign(targets=[ast.Name(id="why" | "message")], value=value):
                    yield (sentence(value) or "") if "read" in file.parts else ""
    yield from (f"the file is {kind}" for kind in _UNREAD.values())
    yield from (_ACCEPTED, f"table 4: {DIFFERING}", f"table 3, granted: {DIFFERING}")
    yield from ("the years [2021, 2022] are in doubt", "it took longer than 300 s")
    yield from (f"the workbook is {why}: x" for why in ("damaged", "protected by a password"))


PUT_TOGETHER = {"7: 7", "the file is 7", "the workbook is 7: 7"}
SENTENCES = sorted({text for text in sentences() if " " in text} - PUT_TOGETHER)


def test_there_are_sentences() -> None:
    assert len(SENTENCES) > 80


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_of_a_reader_is_told_in_chinese(text: str) -> None:
    # Where stands in front, such as the page or the cell, its words are the catalogue's, too.
    text = re.sub(r"^7(?=: |, row| covers)", "table 7", text)
    said = told(text, "zh")
    assert said != text
    assert re.search("[\u4e00-\u9fff]", said)
    assert told(text, "en") == text


def test_names_and_what_stood_in_the_document_stay_as_they_are() -> None:
    row = "table 3: a row that the form does not have: '8.其他: page 3'"
    assert told(row, "zh") == "表 3：法定表格所没有的一行：'8.其他: page 3'"
    assert told("page 3: recognised from its picture", "zh") == "第 3 页：由图像识别"
    covers = "frame 2, table 1 covers more than 9 cells by its row 3"
    assert told(covers, "zh") == "第 2 个框架中第 1 个表到第 3 行已超过 9 个单元格"
    head = "table 2, licensing: head not found, columns taken in the form's order"
    assert told(head, "zh") == "表 2“行政许可”：没有找到表头，按法定表格的次序读取"
    strange = "table 2 has rows that edition 2021 does not: other_services, procurement"
    assert told(strange, "zh").endswith("没有的行：其他对外管理服务事项、政府集中采购")
    cell = "sheet '表', cell C5: a formula that was not computed"
    assert told(cell, "zh") == "工作表“表”单元格 C5：公式没有计算结果"
    assert (
        told("something new: that nobody wrote down", "zh")
        == "something new: that nobody wrote down"
    )


def test_both_languages_have_the_same_places() -> None:
    for name in ("told", "said"):
        text = (ROOT / "toolkit" / "codebook" / f"{name}.csv").read_text(encoding="utf-8")
        for row in csv.DictReader(text.splitlines()):
            places = [{f[1] for f in Formatter().parse(said) if f[1]} for said in row.values()]
            assert places[0] == places[1], row


def test_a_chinese_brief_has_notes_in_chinese() -> None:
    one = corpus(Printed("甲局"))
    note = "table 3: columns taken in the form's order, for the head does not name all"
    reports = one.reports.with_columns(notes=pl.lit([note], pl.List(pl.String)))
    assert "表头没有列出全部各列" in state.notes(reports, "zh")
    assert "for the head does not name all" in state.notes(reports, "en")
    assert told(note, "en") == note


def said() -> Iterator[str]:
    """Sentences that code says in a language: first arguments of ``say``, spelt out there."""
    for file in (ROOT / "toolkit").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="say" | "told"), args=[ast.Constant(value=str(text)), *_]
                ):
                    yield text


def test_what_is_said_in_code_has_its_chinese_and_nothing_else_has() -> None:
    catalogue = {row["en"] for row in packaged("toolkit", "codebook/said.csv")}
    assert {*said()} <= catalogue
    assert {text for text in catalogue if "{" in text} <= {*said()}
