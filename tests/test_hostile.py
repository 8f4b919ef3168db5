"""Documents made to break a reader end as a failure row with a sentence, and break nothing."""

import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import polars as pl
import pytest

import toolkit
from tests.conftest import BUNDLED, ROOT, CellKey, ingested
from tests.documents import zipped
from tests.fuzzing import FIXTURES, in_package, parts_of
from tests.render import LAYOUTS, Rendered, judge, realistic, render
from tests.render.values import seeded
from tests.test_read_docx import NAMES, packed
from toolkit.errors import DocumentError
from toolkit.extract.values import UNREADABLE
from toolkit.extract.values import parse as parse_cell
from toolkit.read import Paragraph, read
from toolkit.read.archive import members
from toolkit.read.text import from_text
from toolkit.report import parse
from toolkit.storage.disk import MANIFEST, StoreError, digest, write_manifest
from toolkit.storage.ingest import ingest
from toolkit.storage.store import LAYOUT, open_store

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
    yield whole


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
    data = bytearray(zipped({"x": b"12345"}))
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


def test_a_head_that_names_a_column_twice_names_none() -> None:
    five = "结果维持\t结果纠正\t其他结果\t尚未审结\t总计\t"
    head = f"行政复议\t\t\t\t\t行政诉讼\n{five}总计\t未经复议直接起诉\t\t\t\t\t复议后起诉"
    text = f"{head}\n\t\t\t\t\t{five}{five}\n" + "7\t" * 15 + "\n"
    cells = parse(text.encode(), "report.txt").cells
    assert {cell.state for key, cell in cells.items() if key[0] == "challenges"} == {"unreadable"}


def test_a_row_cut_short_does_not_slide_over_the_blank_in_front_of_it() -> None:
    lines = [
        "三、收到和处理政府信息公开申请情况,,,,,,,,,",
        ",,,申请人情况,,,,,,",
        ",,,自然人,法人或其他组织,,,,,总计",
        ",,,,商业企业,科研机构,社会公益组织,法律服务机构,其他,",
        "一、本年新收政府信息公开申请数量,,,230,12,0,0,6,0,248",
        "二、上年结转政府信息公开申请数量,,,0,0,0,0,0,0,0",
        "三、本年度办理结果,（一）予以公开,,110,6,0,0,6,0",
    ]
    cells = parse("\n".join(lines).encode(), "report.csv").cells
    assert cells["applications", "received", "enterprise"].value == 12
    assert cells["applications", "granted", "enterprise"].value in (None, 6)


def of_type(mimetype: str) -> bytes:
    """An archive that names its type at its beginning."""
    return zipped({"mimetype": mimetype}, zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{\\rtf1 a}", "RTF text; save it as .docx"),
        (
            b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?><Workbook/>',
            "Office XML of 2003, but not Word's; save it as .xlsx",
        ),
        (b"Rar!\x1a\x07\x00", "a RAR archive; unpack it first"),
        (b"\x1f\x8b\x08\x00", "packed by gzip"),
        (of_type("application/vnd.oasis.opendocument.spreadsheet"), "save it as .xlsx"),
        (of_type("application/vnd.oasis.opendocument.text"), "save it as .docx"),
        (
            b'<x office:mimetype="application/vnd.oasis.opendocument.text"><p>2</p></x>',
            "an OpenDocument text; save it as .docx",
        ),
        (of_type("application/epub+zip"), "an archive: load it as a source"),
        (zipped({"a.txt": "word/document.xml"}), "an archive: load it as a source"),
        (zipped({"xl/workbook.bin": ""}), "save it as .xlsx"),
        (zipped({"OFD.xml": "", "Doc_0/Document.xml": ""}), "export it as .pdf from an OFD reader"),
        (b"PK\x03\x04 a.txt", "the ZIP archive is broken"),
    ],
)
def test_what_is_not_read_says_what_to_do(data: bytes, words: str) -> None:
    assert words in refused(data)


# --- what stands in a folder besides documents


def outcomes(source: Path, store: Path) -> dict[str, str]:
    """What each document's failure says, by the end of its name: alike with and without a store."""
    loaded = toolkit.load(source)
    kept = ingested(source.resolve(), store)
    told, kept_told = (
        {Path(name).name: message for name, message in frame.select("source", "message").rows()}
        for frame in (loaded.failures, kept.failures.collect())
    )
    assert told == kept_told
    assert len(loaded) == kept.account["reports"]
    return told


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    shutil.copy(REPORT, folder / "good.txt")
    return folder


def test_links_are_not_followed_and_said(source: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    shutil.copy(BUNDLED / "huaian_2024.txt", outside / "secret.txt")
    (source / "to file.txt").symlink_to(outside / "secret.txt")
    (source / "to folder").symlink_to(outside)
    (source / "to itself").symlink_to(source)
    (source / "to nothing").symlink_to(tmp_path / "nowhere")
    told = outcomes(source, tmp_path / "store")
    assert set(told) == {"to file.txt", "to folder", "to itself", "to nothing"}
    assert told["to file.txt"] == (
        f"the file is a symbolic link to {outside / 'secret.txt'}, which is not followed:"
        " name its target as a source of its own"
    )


def test_a_link_that_is_named_is_followed(source: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(source)
    (tmp_path / "link.txt").symlink_to(source / "good.txt")
    assert len(toolkit.load(tmp_path / "link")) == 1
    assert len(toolkit.load(tmp_path / "link.txt")) == 1


def test_pipes_and_sockets_are_not_waited_for(source: Path, tmp_path: Path) -> None:
    os.mkfifo(source / "pipe.txt")
    told = outcomes(source, tmp_path / "store")
    assert told == {"pipe.txt": "expected a regular file, found a pipe, socket or device"}


def test_names_of_any_kind(source: Path, tmp_path: Path) -> None:
    text = (BUNDLED / "huaian_2024.txt").read_text(encoding="utf-8")
    names = ("a\nb.txt", "\x1b[2J.txt", "长" * 80 + ".txt", "a'\"<b>&.txt", "txt.", " ")
    for number, name in enumerate(names):
        (source / name).write_text(text + "\n" * number, encoding="utf-8")
    assert outcomes(source, tmp_path / "store") == {}
    assert {Path(name).name for name in toolkit.load(source).reports["source"]} >= set(names)


def test_a_name_that_is_no_utf_8_is_a_failure_that_says_so(source: Path, tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(source), "报.txt".encode("gbk"))  # noqa: PTH118
    try:
        shutil.copy(os.fsencode(REPORT), name)
    except OSError:
        pytest.skip("this file system takes no such name")
    ((shown, message),) = outcomes(source, tmp_path / "store").items()
    assert shown == r"\xb1\xa8.txt"
    assert message == "the file cannot be opened: its name is not in UTF-8; rename it"


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be a user for whom permissions count."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_may_not_be_read_is_a_failure() -> None:
    report = REPORT.read_bytes()
    with unprivileged(), TemporaryDirectory() as folder:  # pytest's own is closed to others
        source = Path(folder)
        (source / "locked").mkdir()
        (source / "closed.txt").write_bytes(report)
        for name in ("closed.txt", "locked"):
            (source / name).chmod(0)
        failures = toolkit.load(source).failures.select("source", "message").rows()
        (source / "locked").chmod(0o700)
    assert {Path(name).name: message for name, message in failures} == {
        "closed.txt": "the file cannot be opened: Permission denied",
        "locked": "the folder cannot be listed: is it permitted?",
    }


def test_a_file_that_changes_while_it_is_read(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Path.read_bytes

    def growing(path: Path) -> bytes:
        data = plain(path)
        if path.name == "good.txt":
            path.write_bytes(data + b"\n")
        return data

    monkeypatch.setattr(Path, "read_bytes", growing)
    failures = toolkit.load(source).failures
    assert failures["message"].to_list() == ["the file changed while it was read; read it again"]


def test_a_file_beyond_all_bounds_is_not_even_opened(source: Path, tmp_path: Path) -> None:
    with (source / "huge.pdf").open("wb") as file:
        file.truncate(3 * 2**30)  # it takes no room on the disk
    told = outcomes(source, tmp_path / "store")
    assert told == {"huge.pdf": "the file has 3,221,225,472 bytes; at most 2,147,483,648 are read"}


# --- an installation that is not whole


def test_a_missing_library_is_no_document_s_fault(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(FIXTURES / "word97.doc", source / "report.doc")
    monkeypatch.setitem(sys.modules, "doc2docx", None)
    monkeypatch.delitem(sys.modules, "toolkit.read.doc", raising=False)
    with pytest.raises(toolkit.InstallationError, match=r"doc2docx.*; run `make setup`"):
        toolkit.load(source)
    with pytest.raises(toolkit.InstallationError):
        ingested(source, tmp_path / "store")


# --- stores of other versions


def test_a_store_of_another_layout_says_what_to_run(source: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    outcomes(source, store)
    manifest = store / MANIFEST
    written = json.loads(manifest.read_text(encoding="utf-8"))
    for layout, words in ((LAYOUT - 1, "ogi ingest SOURCE --store NEW"), (99, "update ogi-toolk")):
        manifest.write_text(json.dumps(written | {"layout": layout}), encoding="utf-8")
        for use in (toolkit.load, open_store, lambda path: ingest(source, path)):
            with pytest.raises(StoreError, match=f"has layout {layout}, .* {words}"):
                use(store)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"layout": null}', "\x00"])
def test_a_damaged_manifest_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=r"manifest\.json is (damaged: .* --store|no store's)"):
        open_store(tmp_path)


def test_a_store_without_the_newest_columns_opens_with_nulls(source: Path, tmp_path: Path) -> None:
    """A version that adds a column reads what was written before it, and then all anew."""
    store = tmp_path / "store"
    outcomes(source, store)
    made = open_store(store)
    added = {"wide": "published", "claims": "locator", "checks": "quote"}
    files = {kind: dict(written) for kind, written in made.manifest["files"].items()}
    for kind, column in added.items():
        for name in files[kind]:
            pl.read_parquet(store / name).drop(column, strict=False).write_parquet(store / name)
            files[kind][name] = digest(store / name)
    write_manifest(store, {**made.manifest, "toolkit": "0.0.1", "files": files})
    old = open_store(store)
    assert len(old) == 1
    assert old.reports.collect()["published"].to_list() == [None]
    assert old.cells.collect().height == 200
    for frame in (old.claims, old.checks, old.wide, old.texts):
        assert frame.collect().height > 0


# --- bombs: each is refused or read; all together take less than the memory claimed

MARKUP = f"<w:document {NAMES}><w:body>{{}}</w:body></w:document>"
LAUGHS = '<!DOCTYPE l [<!ENTITY a "{}">'.format("ha" * 99) + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise("abcdefghij")
)
PAGE = """%PDF-1.7
1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (a()) >> >>\nendobj
2 0 obj\n<< /Type /Pages /Kids [{kids}] /Count 1 >>\nendobj
3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>\nendobj
4 0 obj\n<< /Length {length} /Filter {filter} >>\nstream
{stream}endstream\nendobj
trailer\n<< /Root 1 0 R {more}>>\n%%EOF
"""


def pdf_of(stream: bytes, kind: str = "/FlateDecode", kids: str = "3 0 R", more: str = "") -> bytes:
    """A page made by hand around packed content."""
    text = PAGE.format(kids=kids, length=len(stream), filter=kind, stream="\0", more=more)
    return text.encode().replace(b"\0", stream)


def workbook(rows: bytes) -> bytes:
    """A workbook whose sheet has these rows."""
    head = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    sheet = head + rows + b"</sheetData></worksheet>"
    return in_package(parts_of("xlsx"), "xl/worksheets/sheet1.xml", sheet)


def bombs() -> dict[str, tuple[bytes, str]]:
    """Documents of the worst intentions by name, with what their failures must say."""
    squeezed = zlib.compress(b"1 w " * (66 * 2**20), 1)
    entities = LAUGHS + "]>" + MARKUP.format("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>")
    stolen = '<!DOCTYPE l [<!ENTITY j SYSTEM "file:///etc/passwd">' + entities[len(LAUGHS) :]
    nested = "".join(f"<w:tbl><w:tr><w:tc>{'<w:p/>' * 2}" for _ in range(250))
    deep = "".join(
        f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x{n}\n\n--x{n}\n"
        for n in range(5000)
    )
    return {
        "bomb.docx": (packed(b"<a>" + b" " * 2**26), "bytes unpacked, from"),
        "ratio.docx": (packed(b"<a>" + b" " * 2**23), "larger than 4,194,304 bytes"),
        "laughs.docx": (packed(entities), "not well-formed XML: Maximum entity amplification"),
        "stolen.docx": (packed(stolen), "declares a document type"),
        "nested.docx": (packed(MARKUP.format(nested)), "not well-formed XML"),
        "cells.xlsx": (workbook(b"<row>" + b"<c><v>1</v></c>" * 600_000 + b"</row>"), "sheet "),
        "cells.csv": (b"1,2,3,4\n" * 60_000, "more than 200000 cells"),
        "divs.html": (b"<div>" * 20_000 + b"x", "nested more than 2,000 deep, in 20,000 tags"),
        "sups.html": (
            b"<p>" + (b"<sup>1" * 400 + b"</sup>" * 400) * 300,
            "nested more than 208 deep",
        ),
        "million.html": (b"<table>" + (b"<tr>" + b"<td>1" * 1000) * 1000, "1,001,001 tags"),
        "spans.html": (
            b"<table>" + b"<tr><td colspan=100000 rowspan=100000>1" * 300,
            "not a report",
        ),
        "long.html": (b"<p>" + b"x" * 2**23, "expected at most 8 MiB"),
        "long.txt": (b"a\n" * (2**21 + 9), "expected at most 4 MiB"),
        "zeros.txt": (b"0" * 2**20, "not a report"),
        "deep.mhtml": (deep.encode(), "the web archive is broken"),
        "bomb.pdf": (pdf_of(squeezed), "unpacks to more than 256 MiB"),
        "twice.pdf": (
            pdf_of(zlib.compress(squeezed), "[/FlateDecode /FlateDecode]"),
            "packed twice",
        ),
        "hidden.pdf": (pdf_of(squeezed, "9 0 R"), "in a way it does not show"),
        "escaped.pdf": (pdf_of(squeezed, "/#46lateDecode"), "unpacks to more than 256 MiB"),
        "text.pdf": (
            pdf_of(base64.a85encode(squeezed) + b"~>", "[/ASCII85Decode /FlateDecode]"),
            "unpacks to more than 256 MiB",
        ),
        "hex.pdf": (
            pdf_of(squeezed.hex().encode() + b">", "[/AHx /Fl]"),
            "unpacks to more than 256 MiB",
        ),
        "lzw.pdf": (pdf_of(b"\x80" * 2**17, "/LZWDecode"), "unpacks to more than 256 MiB"),
        "runs.pdf": (pdf_of(b"\x81 " * 2**22, "/RunLengthDecode"), "more than 256 MiB"),
        "said.pdf": (pdf_of(squeezed, more="% /Encrypt\n"), "unpacks to more than 256 MiB"),
        "picture.pdf": (pdf_of(squeezed, "/Fl /Subtype /Image"), "unpacks to more than 256 MiB"),
        "circle.pdf": (pdf_of(zlib.compress(b" "), kids="2 0 R"), "damaged"),
        "xref.pdf": (pdf_of(zlib.compress(b" "), more="/Prev 9 "), "nothing readable"),
        "script.pdf": (pdf_of(zlib.compress(b" ")), "nothing readable"),
        "again.zip": (zipped({"inner": zipped({"a": REPORT.read_bytes()})}), "load it as a source"),
        "bomb.zip": (zipped({"a": b"0" * 2**27}), "from 130,"),
        "empty.txt": (b"\n \x00", "empty"),
    }


WATCHED = """
import json, resource, sys
import toolkit, toolkit.read.docx, toolkit.read.html, toolkit.read.pdf, toolkit.read.xlsx

BARRED = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn")
done = []

def watch(event, arguments):
    if event.startswith(BARRED):
        done.append(event)
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        done.append(str(arguments[0]))

before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
sys.addaudithook(watch)
failures = toolkit.load(sys.argv[1]).failures.select("source", "message").rows()
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps([failures, grown, done]))
"""


def test_bombs_are_refused_within_a_gibibyte_and_touch_nothing(tmp_path: Path) -> None:
    """An audit hook sees whatever Python opens, connects to or runs while they are read."""
    made = bombs()
    for name, (data, _) in made.items():
        (tmp_path / name).write_bytes(data)
    run = subprocess.run(
        [sys.executable, "-c", WATCHED, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert not run.returncode, run.stderr
    failures, megabytes, done = json.loads(run.stdout)
    told = {Path(name).name.split("!")[0]: message for name, message in failures}
    assert told.keys() == made.keys()
    wrong = {name: told[name] for name, (_, words) in made.items() if words not in told[name]}
    assert wrong == {}
    assert done == []
    assert megabytes < 1024


def test_half_a_pair_of_characters_is_left_as_it_is_written() -> None:
    data = workbook(b'<row><c t="inlineStr"><is><t>_xD800__x4E00_</t></is></c></row>')
    (line,) = read(data).blocks
    assert isinstance(line, Paragraph)
    assert line.text == "_xD800_一"
