"""Real reports, whole: every hand-read cell, and an account of every document."""

import re
import shutil
from pathlib import Path

import opencc
import polars as pl
import pytest

import toolkit
from tests.conftest import BUNDLED, EXPECTED, expected_cells
from tests.documents import zipped
from tests.render import agency, realistic, render
from tests.render.values import seeded
from toolkit.errors import DocumentError, SourceError
from toolkit.read.encoding import decode
from toolkit.report import parse
from toolkit.schema import CELLS, CHECKS, FAILURES, REPORTS

STEMS = sorted(path.stem for path in EXPECTED.glob("*.csv"))


def read_cells(report: toolkit.Report) -> dict[tuple[str, str, str], int | None]:
    return {
        row[:3]: row[3] for row in report.cells.select("table", "item", "column", "value").rows()
    }


@pytest.mark.parametrize("stem", STEMS)
def test_every_cell_of_the_bundled_reports(stem: str) -> None:
    report = toolkit.read_report(BUNDLED / f"{stem}.txt")
    assert read_cells(report) == expected_cells(EXPECTED / f"{stem}.csv")


@pytest.mark.parametrize(
    "name",
    [
        "000_e4762101bfa6f437.txt",
        "001_9bf3dd1d6b9a4ab2.txt",
        "002_e00c555d78a674aa.txt",
        "003_7e78f6154f3411bd.txt",
        "004_1488bf33b27f26fd.txt",
        "huaian_2024.pdf",
    ],
)
def test_every_cell_of_the_original_reports(originals: Path, name: str) -> None:
    report = toolkit.read_report(originals / name)
    expected = expected_cells(originals / "expected" / f"{Path(name).stem}.csv")
    got = read_cells(report)
    assert {key: got[key] for key in expected} == expected
    assert all(got[key] is None for key in got.keys() - expected.keys())


def test_a_text_about_reports_is_no_report(originals: Path) -> None:
    with pytest.raises(DocumentError):
        toolkit.read_report(originals / "README.md")


def test_the_bundled_reports_say_whose_they_are() -> None:
    reports = toolkit.load(BUNDLED).reports
    told = {Path(r["source"]).stem: (r["agency"], r["year"]) for r in reports.iter_rows(named=True)}
    assert told == {
        "haining_office_2022": ("海宁市人民政府办公室", 2022),
        "huaian_2024": ("淮安市人民政府", 2024),
        "jindong_office_2022": ("金东区人民政府办公室", 2022),
        "jinhua_services_2022": ("金华市政务服务管理办公室", 2022),
        "jinxiang_approval_2022": ("金乡县行政审批服务局", 2022),
        "jiyuan_office_2022": ("济源市人民政府办公室", 2022),
        "suqian_2023": ("宿迁市人民政府", 2023),
        "suqian_2024": ("宿迁市人民政府", 2024),
    }
    assert set(reports["edition"]) == {"2021"}
    assert "file name" not in {*reports["agency_from"], *reports["year_from"]}


def test_what_jinhua_and_jinxiang_lack_is_said() -> None:
    corpus = toolkit.load(BUNDLED)
    states = corpus.cells.join(corpus.reports.select("report_id", "agency"), on="report_id")
    jinhua = states.filter(agency="金华市政务服务管理办公室", table="challenges")
    assert jinhua["state"].to_list() == ["absent"] * 15
    cut = states.filter(agency="金乡县行政审批服务局", item="denied_state_secret")
    assert cut["state"].to_list() == ["reported"] * 6 + ["absent"]
    everything_else = states.filter(~pl.col("agency").str.contains("金华|金乡"))
    assert set(everything_else["state"]) == {"reported"}


def test_every_identity_that_can_be_decided_holds() -> None:
    corpus = toolkit.load(BUNDLED)
    own = corpus.checks.filter(~pl.col("identity").str.starts_with("prose_"))
    five = corpus.reports.filter(year=2022)["report_id"].implode()
    own = own.filter(pl.col("report_id").is_in(five))
    assert dict(own["verdict"].value_counts().iter_rows()) == {"holds": 205, "unknown": 5}
    unknown = own.filter(verdict="unknown").sort("identity", "subject")
    assert unknown.select("identity", "subject").rows() == [
        ("challenges", "litigation_after_reconsideration"),
        ("challenges", "litigation_direct"),
        ("challenges", "reconsideration"),
        ("outcomes", "total"),
        ("requesters", "denied_state_secret"),
    ]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    shutil.copy(BUNDLED / "jiyuan_office_2022.txt", tmp_path / "good.txt")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "photo.txt").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(200))
    (tmp_path / "english.txt").write_text("Dear Sir, the committee met twice. " * 20)
    (tmp_path / "no_table.txt").write_text(
        "某某县水利局2022年政府信息公开工作年度报告\n一、总体情况\n全年主动公开信息30条。\n",
        encoding="utf-8",
    )
    return tmp_path


def test_a_mixed_folder_loses_nothing(mixed: Path) -> None:
    corpus = toolkit.load(mixed)
    assert sorted(Path(s).name for s in corpus.reports["source"]) == ["good.txt", "no_table.txt"]
    no_table = corpus.reports.filter(pl.col("source").str.ends_with("no_table.txt"))
    assert no_table.select("n_reported", "n_absent", "edition").row(0) == (0, 200, None)
    failures = {Path(r["source"]).name: r for r in corpus.failures.iter_rows(named=True)}
    assert set(failures) == {"empty.txt", "photo.txt", "english.txt"}
    assert "empty" in failures["empty.txt"]["message"]
    assert failures["english.txt"]["stage"] == "extract"
    assert "not a report" in failures["english.txt"]["message"]
    assert all(row["message"] for row in failures.values())


def test_a_report_that_has_lost_its_title_and_its_tables_is_one(tmp_path: Path) -> None:
    preface = "由某县水利局编制本报告，反映信息公开工作，统计期限为2022年1月1日至12月31日。\n"
    page = tmp_path / "page.txt"
    page.write_text(preface + "一、总体情况\n全年收到政府信息公开申请3件。\n", encoding="utf-8")
    corpus = toolkit.load(page)
    assert corpus.reports.select("agency", "year", "n_absent").row(0) == ("某县水利局", 2022, 200)
    assert corpus.claims["value"].to_list() == [3]


def test_documents_are_reports_failures_and_duplicates(mixed: Path) -> None:
    shutil.copy(mixed / "good.txt", mixed / "good_again.txt")
    shutil.copy(mixed / "english.txt", mixed / "english_again.txt")
    corpus = toolkit.load(mixed)
    assert len(corpus) + corpus.failures.height + corpus.duplicates.height == 7
    again = {Path(s).name for s in corpus.duplicates["source"]}
    assert again == {"good_again.txt", "english_again.txt"}


def test_an_archive_is_a_source(tmp_path: Path) -> None:
    archive = tmp_path / "reports.zip"
    report = (BUNDLED / "jiyuan_office_2022.txt").read_bytes()
    archive.write_bytes(zipped({"a/jiyuan.txt": report, "a/empty.txt": ""}))
    corpus = toolkit.load(archive)
    assert corpus.reports["source"].to_list() == [f"{archive}!a/jiyuan.txt"]
    assert corpus.failures["source"].to_list() == [f"{archive}!a/empty.txt"]


def test_a_reader_s_fault_costs_only_its_document(
    mixed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_document: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("toolkit.report.extract", broken)
    corpus = toolkit.load(mixed)
    assert len(corpus) == 0
    assert corpus.failures.height == 5
    planted = corpus.failures.filter(pl.col("message").str.contains("planted"))
    assert planted.height == 3


def test_the_empty_corpus_has_the_same_columns(tmp_path: Path) -> None:
    corpus = toolkit.load(tmp_path)
    assert corpus.reports.schema == REPORTS
    assert corpus.cells.schema == CELLS
    assert corpus.checks.schema == CHECKS
    assert corpus.failures.schema == FAILURES
    assert len(corpus) == 0


def test_a_missing_source_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no such file or folder: .*nowhere"):
        toolkit.load(tmp_path / "nowhere")
    with pytest.raises(SourceError, match="its name is empty"):
        toolkit.load("")
    with pytest.raises(SourceError, match="cannot be opened"):
        toolkit.read_report(tmp_path / "nowhere.txt")


def test_the_file_name_is_a_fallback_and_says_so(tmp_path: Path) -> None:
    text = (BUNDLED / "jiyuan_office_2022.txt").read_text(encoding="utf-8")
    tables = text[text.index("二、主动公开") :]
    path = tmp_path / "某某县水利局2021年政府信息公开工作年度报告.txt"
    path.write_text(tables, encoding="utf-8")
    meta = toolkit.read_report(path).meta
    assert (meta["agency"], meta["agency_from"]) == ("某某县水利局", "file name")
    assert (meta["year"], meta["year_from"]) == (2021, "file name")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_the_encoding_changes_no_cell(tmp_path: Path, encoding: str) -> None:
    path = BUNDLED / "jindong_office_2022.txt"
    again = tmp_path / "again.txt"
    again.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert read_cells(toolkit.read_report(again)) == read_cells(toolkit.read_report(path))


@pytest.mark.parametrize("taken_for", ["gbk", "cp1252"])
def test_a_page_in_letters_that_say_nothing_is_no_report_without_figures(taken_for: str) -> None:
    """Its table of 15 figures was found by its shape, and all others were said to be absent."""
    made = render(realistic(seeded(0), agency(seeded(0)), 2022), "html_clean", [], seed=0)
    page = decode(made.data)[0].encode().decode(taken_for, "replace")
    with pytest.raises(DocumentError, match="not a report"):
        parse(page.encode(), "page.html")


@pytest.mark.parametrize("stem", ["jindong_office_2022", "haining_office_2022"])
def test_a_mirror_in_traditional_characters_has_the_same_cells(tmp_path: Path, stem: str) -> None:
    path = BUNDLED / f"{stem}.txt"
    mirror = tmp_path / "mirror.txt"
    text = opencc.OpenCC("s2t").convert(path.read_text(encoding="utf-8"))
    assert "申請" in text
    for encoding in ("utf-8", "big5hkscs"):
        mirror.write_bytes(text.encode(encoding, errors="replace"))
        report = toolkit.read_report(mirror)
        assert read_cells(report) == expected_cells(EXPECTED / f"{stem}.csv")
        assert report.meta["agency"] == toolkit.read_report(path).meta["agency"]
        assert any("Traditional" in note for note in report.meta["notes"])


def test_a_report_shows_itself_and_escapes_what_it_shows(tmp_path: Path) -> None:
    report = toolkit.read_report(BUNDLED / "jinxiang_approval_2022.txt")
    shown = report._repr_html_()
    assert "金乡县行政审批服务局" in shown
    assert "23,140" in shown
    fees = toolkit.read_report(BUNDLED / "jindong_office_2022.txt")._repr_html_()
    assert "CNY 62,010,000" in fees
    assert "万元" not in fees
    assert "absent" in shown
    assert repr(report) == "Report('金乡县行政审批服务局', 2022, edition='2021')"
    hostile = tmp_path / "<b>.txt"
    shutil.copy(BUNDLED / "jinxiang_approval_2022.txt", hostile)
    assert "<b>" not in toolkit.read_report(hostile)._repr_html_()


def test_a_corpus_shows_why_a_document_failed_and_which(tmp_path: Path) -> None:
    folder = tmp_path / ("long name " * 8)
    folder.mkdir()
    (folder / "none.txt").write_text("no report")
    shown = toolkit.load(folder)._repr_html_()
    assert "none.txt" in shown
    assert "found neither" in shown


def test_one_value() -> None:
    report = toolkit.read_report(BUNDLED / "jindong_office_2022.txt")
    assert report.value("proactive", "licensing", "decisions") == 58_998
    with pytest.raises(KeyError, match="no cell"):
        report.value("proactive", "licensing", "nonsense")


def test_the_six_parts() -> None:
    text = toolkit.read_report(BUNDLED / "jindong_office_2022.txt").text
    assert set(text) >= {"overview", "proactive", "applications", "challenges", "problems", "other"}
    assert "147" in text["overview"]
    assert "147" not in text["other"]


def test_two_reports_in_one_file_are_refused_though_their_tables_are_alike() -> None:
    name = "jinxiang_approval_2022.txt"
    text = (BUNDLED / name).read_text(encoding="utf-8")
    agency = toolkit.read_report(BUNDLED / name).meta["agency"]
    other = text.replace(agency, "嘉祥县行政审批服务局")
    with pytest.raises(DocumentError, match=r"expected one, found .*2022 and 嘉祥县.* 2022"):
        parse(f"{text}\n{other}".encode(), name)
    differing = re.sub("23140", "23141", text)
    assert differing != text
    with pytest.raises(DocumentError, match=r"tables more than once: .* different values"):
        parse(f"{text}\n{differing}".encode(), name)
    assert parse(f"{text}\n{text}".encode(), name).meta["agency"] == agency


def test_tables_under_the_titles_of_two_years_are_two_reports() -> None:
    this, last = (f"甲市教育局{year}年政府信息公开工作年度报告\n" for year in (2023, 2022))
    licences = "信息内容\t本年处理决定数量\n行政许可\t7\n"
    heads = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")
    received = "\t".join(("一、本年新收政府信息公开申请数量", "3", *"00000", "3"))
    applications = "\t".join(("", *heads)) + f"\n{received}\n"
    with pytest.raises(DocumentError, match=r"several reports: .*局 2023 and .*局 2022"):
        parse((this + licences + last + applications).encode(), "")
    for text in (
        this + licences + this + applications,
        this + licences + applications + last,  # a list of other reports behind it
        last + this + licences + this + applications + last,
    ):
        found = parse(text.encode(), "")
        assert (found.meta["year"], found.meta["n_reported"]) == (2023, 8)
    headed = parse((last + this + licences + last + applications).encode(), "")
    assert headed.meta["n_reported"] == 8, "what heads the first page may head every page"
    short, full = (
        f"{name}{{}}年政府信息公开工作年度报告" for name in ("金东区政府", "金华市金东区政府")
    )
    above = "\n".join(map(short.format, (2021, 2022)))
    cited = "".join(f"根据《{full.format(year)}》编制\n" for year in (2021, 2022))
    found = parse(f"{above}\n{licences}{cited}{applications}".encode(), "")
    assert found.meta["n_reported"] == 8, "sentences that cite them by fuller names head nothing"


@pytest.mark.parametrize(("year", "edition"), [(2018, "pre-2019"), (2019, None)])
def test_of_a_report_without_tables_the_year_tells_whether_there_was_a_form(
    year: int, edition: str | None
) -> None:
    title = f"金华市水利局{year}年政府信息公开工作年度报告"
    said = f"{year}年，本机关主动公开政府信息320条，收到政府信息公开申请3件，均已按时答复。"
    text = f"{title}\n一、总体情况\n{said}"
    assert parse(text.encode(), "x.txt").meta["edition"] == edition
