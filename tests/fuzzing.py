"""What is thrown at each reader, and what must hold whatever it makes of it.

A target takes any bytes; it returns if they were read into something sound or refused with one
of the toolkit's own errors, and raises anything else. ``bench.fuzz`` drives the targets by
coverage, ``test_fuzz`` for a moment in every run of the tests.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import islice
from typing import Final, NamedTuple
from unicodedata import digit
from unittest import mock

from lxml import etree

from tests import raw_pdf
from tests.conftest import ROOT
from tests.render import LAYOUTS, Values, realistic, render
from tests.render.values import seeded
from toolkit.errors import DocumentError, MissingExtraError
from toolkit.form import forms
from toolkit.read import (
    Document,
    Grid,
    Paragraph,
    archive,
    csv,
    doc,
    docx,
    html,
    mhtml,
    pdf,
    xls,
    xlsx,
)
from toolkit.read import text as plain
from toolkit.read.document import Layout
from toolkit.read.encoding import decode
from toolkit.report import parse

FIXTURES: Final = ROOT / "tests" / "fixtures"
ODD: Final = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")
INT64: Final = 2**63
NEEDED: Final = re.compile(
    r"_rels/(workbook|document)?[^/]*.rels$|^xl/(workbook|sharedStrings|styles)"
)


class Target(NamedTuple):
    """A reader under test: what takes the bytes, whole inputs to begin with, their top size."""

    run: Callable[[bytes], object]
    seeds: Callable[[], list[bytes]]
    longest: int = 2048


def read_document(reader: Callable[[bytes], Document], data: bytes) -> None:
    """Read, or be refused in one sentence; what is read has places and clean text."""
    try:
        document = reader(data)
    except DocumentError as error:
        is_sentence(error)
        return
    for block in document.blocks:
        if isinstance(block, Paragraph):
            is_clean(block.text)
        else:
            is_laid_out(block)
    for note in document.notes:
        is_clean(note)


def read_pdf(data: bytes) -> None:
    """Read a PDF's text and rules; recognising what has lost its text would take all the time."""
    with mock.patch("toolkit.read.image.engine", _not_installed):
        read_document(pdf.read, data)


def _not_installed() -> None:
    raise MissingExtraError("not installed")


def is_sentence(error: DocumentError) -> None:
    """An error has one line for a person, and is no exception that nobody foresaw."""
    assert error.message
    assert error.stage in ("open", "detect", "parse", "extract")
    if error.message.startswith("the reader failed on it"):
        raise error


def is_clean(text: str) -> None:
    """Text can be written to any file and holds no control characters but line breaks."""
    assert not ODD.search(text), repr(text)


def is_laid_out(grid: Grid) -> None:
    """Cells stand from left to right, each with a place; where they overlap they are in doubt."""
    for row in grid.rows:
        end, doubtful = 0, False
        for slot in row:
            is_clean(slot.text)
            assert slot.place
            assert slot.width >= 1
            assert slot.column >= end or slot.doubtful or doubtful
            reach = slot.column + (slot.width if grid.layout is Layout.OWN else 0)
            if reach > end:  # which of the cells before reaches under the next one
                end, doubtful = reach, slot.doubtful


def read_encoding(data: bytes) -> None:
    """Decode, or be refused; what reads double bytes swallows no digit."""
    try:
        text, codec = decode(data)
    except DocumentError as error:
        is_sentence(error)
        return
    text.encode()
    if codec in ("utf-8", "utf-8-sig", "gbk"):
        assert digits(text) == re.sub(rb"[^0-9]", b"", data).decode()


def read_report(data: bytes) -> None:
    """Parse into a report, or be refused; a number is made of the digits printed there."""
    try:
        parsed = parse(data, "report")
    except DocumentError as error:
        is_sentence(error)
        return
    for key, cell in parsed.cells.items():
        assert (cell.state == "reported") == (cell.value is not None), (key, cell)
        for text in (cell.raw, cell.locator):
            (text or "").encode()
        if cell.value is not None:
            assert cell.locator
            assert -INT64 <= cell.value < INT64, (key, cell)
            printed = "".join(str(digit(mark)) for mark in cell.raw or "" if mark.isdecimal())
            assert (str(abs(cell.value)).rstrip("0") or "0") in printed, (key, cell)
    for claim in parsed.claims:
        assert -INT64 <= (claim.value or 0) < INT64, claim
    for text in (*parsed.text.values(), *parsed.meta["notes"], str(parsed.meta["agency"])):
        text.encode()


def digits(text: str) -> str:
    """ASCII digits of a text."""
    return re.sub("[^0-9]", "", text)


def read_archive(data: bytes) -> None:
    """Unpack within the limits; every member is bytes or a reason."""
    try:
        for name, content in islice(archive.members(data), 1000):
            is_clean(name)
            if isinstance(content, DocumentError):
                is_sentence(content)
    except DocumentError as error:
        is_sentence(error)


def in_package(parts: dict[str, bytes], name: str, data: bytes) -> bytes:
    """An office file in which one part is the input, mended so that it is well-formed."""
    mended = etree.fromstring(data, etree.XMLParser(recover=True, resolve_entities=False))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for part, content in {**parts, name: data}.items():
            whole = part != name or mended is None
            package.writestr(part, content if whole else etree.tostring(mended, encoding="utf-8"))
    return made.getvalue()


def read_part(layout: str, name: str, data: bytes) -> None:
    """Read an office file of which one part is the input."""
    parts = parts_of(layout)
    try:
        package = in_package(parts, name, data)
    except (etree.XMLSyntaxError, ValueError):
        package = in_package(parts, name, b"<a/>")
    read_document(docx.read if layout == "docx" else xlsx.read, package)


@cache
def parts_of(layout: str) -> dict[str, bytes]:
    """The parts of an office file that its reader looks at."""
    with zipfile.ZipFile(io.BytesIO(rendered(layout)[0])) as package:
        return {name: package.read(name) for name in package.namelist() if NEEDED.search(name)}


@cache
def figures() -> tuple[Values, ...]:
    """Figures of each edition."""
    return tuple(realistic(seeded(year), "甲市教育局", year) for year in (2019, 2022))


@cache
def rendered(*layouts: str) -> list[bytes]:
    """A report of each edition in each of some layouts."""
    return [render(values, name).data for name in layouts for values in figures()]


def pieces(*layouts: str, size: int = 700) -> list[bytes]:
    """Stretches of reports, which are read many times faster than whole ones."""
    return [data[n : n + size] for data in rendered(*layouts) for n in range(0, len(data), size)]


def of_kind(kind: str) -> list[str]:
    """Layouts of a format whose files are small."""
    named = [name for name, made in LAYOUTS.items() if made.format == kind]
    return [name for name in named if name != "html_word" and not name.startswith("pdftotext")]


def pdfs() -> list[bytes]:
    """Pages by hand: with streams that are not packed, a change of a byte stays readable."""
    xs, ys = (100, 200, 300, 400), (600, 620, 640, 660)
    words = "".join(raw_pdf.text(x + 5, y + 5, str(x + y)) for x in xs[:3] for y in ys[:3])
    table = raw_pdf.grid(xs, ys) + words
    return [
        raw_pdf.pdf(table),
        raw_pdf.pdf(raw_pdf.bars(xs, ys) + words, table),
        raw_pdf.pdf(table, page="/MediaBox [0 0 595 842] /Rotate 90"),
        raw_pdf.pdf(raw_pdf.text(9, 700, "<00410042>", font="F2") + table),
    ]


def xml_of(layout: str, name: str) -> Iterator[bytes]:
    """A part of an office file, with only some of its rows."""
    for data in rendered(layout):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            content = package.read(name)
        root = etree.fromstring(content)
        rows = list(root.iter("{*}tr", "{*}row"))
        for number, row in enumerate(rows):
            parent = row.getparent()
            if number % 15 and parent is not None:
                parent.remove(row)
        yield etree.tostring(root)


def words() -> list[str]:
    """What a fuzzer may put in: the form's labels, and marks that readers look for."""
    labels = {
        form.label(item, "zh", table=table) for form in forms() for table, item, _ in form.cells()
    }
    tags = "<td> </td> <tr> <table> </table> <br> <sup> colspan= rowspan= <w:tc> <w:vMerge/>"
    marks = '0 12 1,234 万元 总计 自然人 | \t / — \f \n <mergeCell ref= <w:gridSpan w:val="3"/>'
    return sorted(labels) + tags.split() + marks.split(" ")


TARGETS: Final = {
    "text": Target(partial(read_document, plain.read), lambda: pieces(*of_kind("text"))),
    "html": Target(
        partial(read_document, html.read),
        lambda: pieces("html_clean", "html_site", "html_fragment"),
    ),
    "docx": Target(
        partial(read_part, "docx", "word/document.xml"),
        lambda: list(xml_of("docx", "word/document.xml")),
        2**17,
    ),
    "xlsx": Target(
        partial(read_part, "xlsx", "xl/worksheets/sheet1.xml"),
        lambda: list(xml_of("xlsx", "xl/worksheets/sheet1.xml")),
        2**15,
    ),
    "xls": Target(
        partial(read_document, xls.read), lambda: [(FIXTURES / "excel97.xls").read_bytes()], 8000
    ),
    "csv": Target(partial(read_document, csv.read), lambda: pieces("csv")),
    "doc": Target(
        partial(read_document, doc.read),
        # The small one is read three times as fast: four cells, three styles.
        lambda: [(FIXTURES / name).read_bytes() for name in ("word97.doc", "word97_small.doc")],
        14_000,
    ),
    "pdf": Target(read_pdf, pdfs, 8192),
    "mhtml": Target(partial(read_document, mhtml.read), lambda: pieces("mhtml", size=2000), 4096),
    "zip": Target(read_archive, lambda: rendered("zip", "docx")),
    "encoding": Target(read_encoding, lambda: pieces("tabs", "html_clean", size=300)),
    "extract": Target(read_report, lambda: pieces(*of_kind("text"), "html_clean", "csv")),
}
