"""``ogi check``: what fails is printed as it stands in the document, with its place."""

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import toolkit
from tests.conftest import BUNDLED, bundled_with_a_slip, ingested
from toolkit.cli import app, main


def ran(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """Two years of one city, with a slip in the later."""
    return bundled_with_a_slip(tmp_path, "suqian_*")


def test_what_holds_ends_in_status_0() -> None:
    result = ran(BUNDLED / "suqian_2023.txt")
    assert result.exit_code == 0
    # Seven columns twice, 25 rows, three blocks, and twelve figures of the prose.
    assert result.stdout == (
        "1 documents: 1 reports, 0 failures, 0 duplicates\n"
        "200 cells: 200 reported, 0 blank, 0 not_applicable, 0 unreadable, 0 absent\n"
        "54 checks: 0 fails, 54 holds, 0 unknown\n"
    )
    assert json.loads(ran(BUNDLED / "suqian_2023.txt", "--format", "json").stdout) == []


def test_the_bundled_reports() -> None:
    result = ran(BUNDLED)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[2:9] == [
        "金乡县行政审批服务局 2022 ({})".format(BUNDLED / "jinxiang_approval_2022.txt"),
        "  applications absent: denied_state_secret.total",
        "宿迁市人民政府 2024 ({})".format(BUNDLED / "suqian_2024.txt"),
        "  prose_reconsideration · reconsideration: 134 ≠ 170",
        "    “全市因政府信息公开引发行政复议134件”, line 17",
        "    challenges.reconsideration.total = 170, printed “170” (line 72, cell 5)",
        (
            "    ? challenges.reconsideration.total 170 → 134 would mend 1 (plainly printed),"
            " but then 1 that hold would not"
        ),
    ]


def test_what_was_not_read_is_told_with_what_is_printed(tmp_path: Path) -> None:
    text = (BUNDLED / "suqian_2023.txt").read_text(encoding="utf-8")
    for old, new in (
        ("\t1175\t12\t", "\t1175\t"),  # a value is lost
        ("信访举报投诉类申请", "来信来访类事项"),  # a label that the form does not have
        ("309\t17", "309 17"),  # two values in one cell
        ("\t2\t0\t11", "\t2\t0\t见附件"),  # words
    ):
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "odd.txt").write_text(text, encoding="utf-8")
    result = ran(tmp_path)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"宿迁市人民政府 2023 ({tmp_path / 'odd.txt'})",
        "  proactive unreadable: rules.in_force, printed “见附件” (line 23, cell 4)",
        "  applications unreadable: granted, printed “1175 0 3 1 0 1191” (line 43, cell 3)",
        "  applications absent: unprocessed_complaint",
        (
            "  challenges unreadable: reconsideration, litigation_direct,"
            " litigation_after_reconsideration, printed “88 26 440 1 1 16 6 24 13 0 67 9 89”"
            " (line 72, cell 2)"
        ),
        "  table 3: a row that the form does not have: '1.来信来访类事项'",
        "1 documents: 1 reports, 0 failures, 0 duplicates",
        "200 cells: 170 reported, 0 blank, 0 not_applicable, 23 unreadable, 7 absent",
        "54 checks: 0 fails, 38 holds, 16 unknown",
    ]


def test_a_table_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    text = (BUNDLED / "suqian_2023.txt").read_text(encoding="utf-8")
    before, behind = text.partition("三、收到")[0], "".join(text.partition("四、政府信息")[1:])
    (tmp_path / "short.txt").write_text(before + behind, encoding="utf-8")
    lines = ran(tmp_path).stdout.splitlines()
    assert lines[1] == "  applications absent: received, carried_in, granted and 22 more"


def test_a_planted_error_is_shown_with_last_years_cell(wrong: Path) -> None:
    result = ran(wrong, "--format", "json")
    assert result.exit_code == 1
    found = [one for one in json.loads(result.stdout) if not one["identity"].startswith("prose")]
    assert [(one["identity"], one["subject"], one["lhs"], one["rhs"]) for one in found] == [
        ("flow", "enterprise", found[0]["rhs"] + 5, found[0]["rhs"]),
        ("requesters", "carried_in", 126, 121),
        ("carryover", "enterprise", 3, 8),
    ]
    last, own = found[2]["cells"]
    assert last["source"] == str(wrong / "suqian_2023.txt")
    assert (last["cell"], last["value"]) == ("applications.carried_forward.enterprise", 3)
    assert (own["source"], own["value"], own["raw"]) == (None, 8, "8件")
    for one in found:
        assert one["suggestions"][0] == {
            "cell": "applications.carried_in.enterprise",
            "source": None,
            "value": 8,
            "suggested": 3,
            "mends": 3,
            "breaks": 0,
            "doubtful": True,
        }
    lines = ran(wrong).stdout
    assert "carryover · enterprise: 3 ≠ 8 (carried forward last year = carried in)" in lines
    assert (
        "applications.carried_in.enterprise 8 → 3 would mend 3 (the reading is in doubt)" in lines
    )


def test_csv_has_a_line_for_each(wrong: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(ran(wrong, "--format", "csv").stdout)))
    assert [(row["identity"], row["lhs"], row["rhs"], row["delta"]) for row in rows][1:] == [
        ("requesters", "126", "121", "5"),
        ("prose_reconsideration", "134", "170", "-36"),
        ("carryover", "3", "8", "-5"),
    ]
    assert "printed “8件”" in rows[-1]["cells"]
    assert rows[2]["quotes"].endswith("134件 (line 17)")


def test_a_spreadsheet_runs_nothing_that_csv_holds(
    wrong: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(wrong)
    (wrong / "suqian_2024.txt").rename("=1+1.txt")
    rows = list(csv.DictReader(io.StringIO(ran("=1+1.txt", "--format", "csv").stdout)))
    assert {row["source"] for row in rows} == {"'=1+1.txt"}
    assert rows[0]["delta"] == "5"


def test_a_region_that_has_less_than_its_organs(tmp_path: Path) -> None:
    city = (BUNDLED / "suqian_2024.txt").read_text(encoding="utf-8")
    (tmp_path / "city.txt").write_text(city, encoding="utf-8")
    bureau = city.replace("宿迁市人民政府", "宿迁市水利局").replace(
        "统计范围：全市", "统计范围：本机关"
    )
    for number, line in enumerate(bureau.splitlines()):
        if number > 2 and "全市" in line:
            bureau = bureau.replace(line, line.replace("全市", ""))
    for name in ("水利局", "教育局"):
        other = bureau.replace("水利局", name)
        (tmp_path / f"{name}.txt").write_text(other, encoding="utf-8")
    found = json.loads(ran(tmp_path, "--format", "json").stdout)
    region = [one for one in found if one["identity"] == "region"]
    received = region[0]
    assert received["rhs"] == 2 * received["lhs"]
    assert [cell["cell"] for cell in received["cells"]] == ["applications.received.total"]
    assert received["suggestions"] == []
    assert "region · received" in ran(tmp_path).stdout


def test_documents_that_fail_are_said_and_nothing_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    result = ran(tmp_path, BUNDLED / "suqian_2023.txt")
    assert result.exit_code == 0
    assert result.stderr.count("\n") == 1
    assert "empty" in result.stderr


@pytest.mark.parametrize(
    ("name", "says"),
    [("missing", "no "), ("empty.txt", "no "), ("store", "is damaged: its bytes are not those")],
)
def test_an_error_is_one_line(
    name: str,
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    made = ingested(BUNDLED / "suqian_2023.txt", tmp_path / "store")
    min(made.files("checks")).write_bytes(b"PAR1 and no more")
    monkeypatch.setattr("sys.argv", ["ogi", "check", str(tmp_path / name)])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("ogi: ")
    assert says in last


def test_corrections_are_applied(wrong: Path) -> None:
    found = json.loads(ran(wrong, "--format", "json").stdout)
    sha = next(
        row["sha256"]
        for row in toolkit.load(wrong).reports.iter_rows(named=True)
        if row["report_id"] == found[0]["report_id"]
    )
    path = wrong.parent / "corrections.csv"
    path.write_text(
        "sha256,table,item,column,expect,value,reason\n"
        f"{sha},applications,carried_in,enterprise,8,3,a slip\n",
        encoding="utf-8",
    )
    left = json.loads(ran(wrong, "--corrections", path, "--format", "json").stdout)
    assert [one["identity"] for one in left] == ["prose_reconsideration"]


def test_names_do_not_command_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "\x1b[2J\u202e.txt").write_text("x")
    assert "\\x1b[2J\\u202e.txt: not a report" in ran(tmp_path).stderr
    shutil.copy(BUNDLED / "suqian_2024.txt", tmp_path / "\x9b.txt")
    assert "\\x9b.txt)" in ran(tmp_path).stdout


def test_a_chinese_reader_is_told_all_in_chinese(
    wrong: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (wrong / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (wrong / "packed.zip").write_bytes(b"PK\x03\x04")
    (wrong / "prose.txt").write_bytes((BUNDLED / "suqian_2024.txt").read_bytes())
    text = (BUNDLED / "jinxiang_approval_2022.txt").read_text(encoding="utf-8")
    text = text.replace("信访举报投诉类申请", "来信来访类事项")
    (wrong / "odd.txt").write_text(text, encoding="utf-8")
    result = ran(wrong, "--language", "zh")
    said = f"{result.stdout}{result.stderr}".replace(f"{wrong}/", "").replace("ogi: ", "")
    said = re.sub(r"\w+\.(pdf|zip|txt)|ZIP|PDF|DOCX|XLSX", "", said)
    assert not re.search("[a-z]{2}", said), said
    assert "上年度结转下年＝本年度上年结转 · 商业企业：" in said
    assert re.search("正文“行政复议”与表格 · 行政复议：134 ≠ 170\n.*（第 17 行）", said)
    assert "收到和处理政府信息公开申请情况，文中没有：" in said
    assert "若改为" in said
    monkeypatch.setenv("OGI_LANGUAGE", "zh")
    assert ran(wrong).stdout == result.stdout
    assert json.loads(ran(wrong, "--format", "json").stdout)[0]["identity"] == "flow"
    assert "failures" in ran(wrong, "--language", "en").stdout


def test_what_is_no_report_at_all_is_told_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    result = ran(tmp_path, "--language", "zh")
    assert str(result.exception).startswith("没有读出任何报告")


@pytest.mark.parametrize(
    "arguments", [("brief", "--language", "fr"), ("check", "x", "--format", "xml")]
)
def test_a_value_that_is_none_of_an_options_is_refused_in_a_sentence(
    arguments: tuple[str, ...],
) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "Value error" not in result.stderr
    assert f"found '{arguments[-1]}'" in " ".join(result.stderr.replace("│", "").split())
