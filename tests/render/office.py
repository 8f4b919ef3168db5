"""A draft as office documents: DOCX, the official template filled in, XLSX."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import xlsxwriter  # type: ignore[import-untyped]
from docx.document import Document
from docx.oxml.ns import qn

from tests.render.model import Draft, Paragraph, Table, spread
from tests.render.text import kept

TEMPLATE = Path(__file__).parent / "template_2021.docx"
"""The form as the State Council's General Office gives it out, without figures."""


def word(draft: Draft) -> bytes:
    """Write a DOCX with truly merged cells; a lost cell's element is taken out of its row."""
    made = docx.Document()
    for block in draft.blocks:
        if isinstance(block, Table):
            _table(made, block)
        elif isinstance(block, Paragraph) and block.role != "prose":
            made.add_heading(block.text, {"title": 0, "heading": 1}[block.role])
        else:
            made.add_paragraph(block.text)
    return _bytes(made)


def _table(made: Document, table: Table) -> None:
    laid = spread(kept(table))
    grid = made.add_table(len(laid), table.width, style="Table Grid")
    # One pass: python-docx finds the cells of the whole table anew at every single access.
    boxes = [list(row.cells) for row in grid.rows]
    lost = [
        boxes[r][_place(laid[r], n)]
        for r, row in enumerate(table.rows)
        for n, cell in enumerate(row.cells)
        if cell.lost
    ]
    for r, line in enumerate(laid):
        for c, (cell, kind) in enumerate(line):
            if kind != "own":
                continue
            box = boxes[r][c]
            if cell.cols > 1 or cell.rows > 1:
                box = box.merge(boxes[r + cell.rows - 1][c + cell.cols - 1])
            box.text = cell.text
    for box in lost:
        box._tc.getparent().remove(box._tc)
    # A blank line keeps Word from joining two tables that touch.
    made.add_paragraph("")


def _place(line: list[Any], number: int) -> int:
    """Column at which a row's n-th own cell starts."""
    return [at for at, (_, kind) in enumerate(line) if kind == "own"][number]


def template(draft: Draft) -> bytes:
    """Fill the official template in; only for an undamaged draft of the 2021 edition."""
    made = docx.Document(str(TEMPLATE))
    made.paragraphs[1].text = f"{draft.values.agency}{draft.values.year}年政府信息公开工作年度报告"
    for grid, table in zip(made.tables, draft.tables, strict=True):
        for element, row in zip(grid._tbl.tr_lst, table.rows, strict=True):
            boxes = [tc for tc in element.tc_lst if tc.vMerge in (None, "restart")]
            for box, cell in zip(boxes, row.cells, strict=True):
                if cell.role == "value":
                    _put(box, cell.text)
    return _bytes(made)


def _put(box: Any, text: str) -> None:
    paragraph = box.p_lst[0]
    for run in list(paragraph.r_lst):
        paragraph.remove(run)
    paragraph.add_r().add_t(text)
    for other in box.p_lst[1:]:
        for old in other.iter(qn("w:t")):
            old.text = ""


def _bytes(made: Document) -> bytes:
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out) as package:
        return archived({name: package.read(name) for name in package.namelist()})


def archived(files: dict[str, bytes]) -> bytes:
    """Pack a ZIP that is the same in every run: without the time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def sheet(draft: Draft) -> bytes:
    """Write an XLSX: one sheet, merged cells, figures as numbers where they are plain ones."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2023, 1, 20, tzinfo=UTC)})
        page = book.add_worksheet("年度报告")
        at = 0
        for block in draft.blocks:
            if not isinstance(block, Table):
                page.write_string(at, 0, block.text)
                at += 1
                continue
            for line in spread(kept(block)):
                for c, (cell, kind) in enumerate(line):
                    if kind != "own":
                        continue
                    if cell.cols > 1 or cell.rows > 1:
                        page.merge_range(at, c, at + cell.rows - 1, c + cell.cols - 1, "")
                    if cell.text.isascii() and cell.text.isdigit():
                        page.write_number(at, c, int(cell.text))
                    elif cell.text:
                        page.write_string(at, c, cell.text)
                at += 1
    return out.getvalue()
