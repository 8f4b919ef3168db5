"""Many briefs: each accounted for, none the other's hostage, and none made twice."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.conftest import BUNDLED as REPORTS
from tests.conftest import ingested, write_notebook
from toolkit.cli import app
from toolkit.errors import ParameterError, SourceError
from toolkit.publish.briefs import Briefs, write_briefs

PARAMETERS = "source = 'x'\nyear = 2022\nlanguage = 'zh'\nby = ''\ngroup = ''\nmin_n = 30"
TITLE = "display({'text/markdown': f'# {group or \"all\"} {year} {language} {min_n}'}, raw=True)"
CELLS = (TITLE, "if group == '山东省':\n    raise ValueError('no such province')")


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A notebook that runs in a moment and fails for one province."""
    path = tmp_path_factory.mktemp("press") / "brief.ipynb"
    return write_notebook(path, PARAMETERS, *CELLS)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("press") / "reports.store"
    return ingested(REPORTS, path).path


@pytest.fixture(scope="module")
def printed(notebook: Path, store: Path) -> Briefs:
    return write_briefs(
        notebook.parent / "out",
        {"source": str(store), "year": 2022},
        by=("nation", "province"),
        languages=("zh", "en"),
        format=("html", "pdf"),
        jobs=2,
        notebook=notebook,
    )


def manifest(press: Briefs) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(press.index.with_name("manifest.json").read_text("utf-8"))
    return told


def test_each_group_has_a_brief_in_each_language_in_the_order_of_the_code(printed: Briefs) -> None:
    # In 2022: one report of Shandong (37), one of Henan (41), three of Zhejiang (33).
    assert [entry["name"] for entry in printed.briefs] == [
        *("nation-zh", "nation-en", "province-浙江省-zh", "province-浙江省-en"),
        *("province-山东省-zh", "province-山东省-en", "province-河南省-zh", "province-河南省-en"),
    ]
    titles = [entry["title"] for entry in printed.briefs if not entry["error"]]
    assert titles[:3] == ["all 2022 zh 30", "all 2022 en 30", "浙江省 2022 zh 30"]
    folder = printed.index.parent
    html = (folder / "province-浙江省-en" / "brief.html").read_text("utf-8")
    assert '<html lang="en">' in html
    assert "<h1>浙江省 2022 en 30</h1>" in html
    assert (folder / "nation-zh" / "brief.pdf").read_bytes().startswith(b"%PDF-")


def test_one_that_fails_stops_no_other_and_names_its_cell(printed: Briefs) -> None:
    failed = [entry for entry in printed.briefs if entry["error"]]
    assert [entry["name"] for entry in failed] == ["province-山东省-zh", "province-山东省-en"]
    assert re.match(
        r"brief\.ipynb failed in cell 3 \(if group == '山东省':\): ValueError: no such province",
        failed[0]["error"],
    )
    folder = printed.index.parent / failed[0]["name"]
    assert [path.name for path in folder.iterdir()] == ["brief.ipynb"], "to be looked at"


def test_the_index_links_what_there_is_and_says_what_is_not(printed: Briefs) -> None:
    html = printed.index.read_text("utf-8")
    links = re.findall(r'<a href="(?!#)([^"]*)"', html)
    assert len(links) == 2 * 6
    assert links[:2] == ["nation-zh/brief.html", "nation-zh/brief.pdf"]
    assert links[4] == "province-%E6%B5%99%E6%B1%9F%E7%9C%81-zh/brief.html"
    assert html.count("could not be made") == 2
    assert "url(" not in html.replace("url(data:font/otf;", "")
    assert "<script" not in html


def test_the_manifest_says_what_each_was_made_of(printed: Briefs) -> None:
    told = manifest(printed)
    assert told["inputs"]["documents"] == 8
    assert set(told["versions"]) >= {"python", "polars", "papermill", "code", "notebook"}
    first = told["briefs"][0]
    assert first["parameters"]["year"] == 2022
    assert set(first["files"]) == {"brief.ipynb", "brief.html", "brief.pdf"}
    assert first["seconds"] > 0
    page = (printed.index.parent / "nation-zh" / "brief.html").read_text("utf-8")
    assert first["made"][:10] not in page


def test_a_rerun_makes_only_what_changed_failed_or_is_gone(
    printed: Briefs, notebook: Path, store: Path
) -> None:
    given: dict[str, Any] = {"source": str(store), "year": 2022}
    options: dict[str, Any] = {
        "by": ("nation", "province"),
        "languages": ("zh", "en"),
        "format": ("html", "pdf"),
        "notebook": notebook,
        "jobs": 1,
    }
    folder = printed.index.parent
    page = folder / "nation-en" / "brief.html"
    before = page.read_bytes()
    page.write_text("someone wrote here")
    (folder / "nation-zh" / "brief.pdf").unlink()
    again = write_briefs(folder, given, **options)
    assert again.made == 2 + 2, "the two that fail, one changed and one gone"
    assert page.read_bytes() == before
    options |= {"by": ("nation",), "languages": ("zh",)}
    assert write_briefs(folder, given, **options).made == 0
    assert write_briefs(folder, given | {"min_n": 10}, **options).made == 1


def test_a_brief_is_made_again_when_a_number_is_corrected(notebook: Path, tmp_path: Path) -> None:
    store, entries = tmp_path / "reports.store", tmp_path / "corrections.csv"
    given = {"source": str(store), "year": 2022}
    sha256 = hashlib.sha256((REPORTS / "jinxiang_approval_2022.txt").read_bytes()).hexdigest()
    head = "sha256,table,item,column,expect,value,reason"
    for received, made in ((None, 1), (3, 1), (4, 1), (4, 0)):
        if received is not None:
            line = f"{sha256},applications,received,total,2,{received},a test"
            entries.write_text(f"{head}\n{line}\n", encoding="utf-8")
        corrections = None if received is None else entries
        ingested(REPORTS, store, corrections=corrections)
        assert write_briefs(tmp_path / "out", given, notebook=notebook, jobs=1).made == made


def test_documents_are_read_once_and_what_is_of_no_group_is_told(
    notebook: Path, tmp_path: Path
) -> None:
    # 2022: four of five reports name a prefecture; Jiyuan is under its province directly.
    given = {"source": str(REPORTS), "year": 2022}
    made = write_briefs(tmp_path, given, by=("prefecture",), notebook=notebook, jobs=1)
    names = [entry["name"] for entry in made.briefs]
    assert names == ["prefecture-嘉兴市-zh", "prefecture-金华市-zh", "prefecture-济宁市-zh"]
    assert (tmp_path / ".store" / "manifest.json").is_file()
    assert "1 份报告未能归入" in made.index.read_text("utf-8")


@pytest.mark.parametrize("agency", ["../../evil", "<script>alert(1)</script>", "a" * 10_000, "CON"])
def test_a_hostile_group_is_text_on_the_page_and_harmless_in_a_path(
    agency: str, notebook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: Path
) -> None:
    monkeypatch.setattr("toolkit.publish.briefs._groups", lambda *_: {"agency": {agency: 1}})
    given = {"source": str(store), "year": 2022}
    made = write_briefs(tmp_path / "out", given, by=("agency",), notebook=notebook)
    (entry,) = made.briefs
    assert entry["error"] is None
    assert re.fullmatch(r"agency-[\w-]{1,60}-zh", entry["name"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out"]
    assert "<script" not in made.index.read_text("utf-8")
    (link,) = re.findall(r'<a href="(?!#)([^"]*)"', made.index.read_text("utf-8"))
    assert (tmp_path / "out" / link).is_file()


def test_no_two_groups_share_a_folder() -> None:
    from toolkit.publish.briefs import _safe

    names = ["a/b", "a-b", "A-b", "a b", "Ａ-ｂ", "局" * 41, "局" * 42, "", "-"]
    assert len({_safe(name).lower() for name in names}) == len(names)


def test_what_cannot_be_is_told_before_anything_runs(
    notebook: Path, store: Path, tmp_path: Path
) -> None:
    given = {"source": str(store), "year": 2022}
    with pytest.raises(ParameterError, match=r"by: expected 'nation' or .*, found 'colour'"):
        write_briefs(tmp_path / "out", given, by=("colour",), notebook=notebook)
    with pytest.raises(ParameterError, match="format: expected 'html' or 'pdf', found 'doc'"):
        write_briefs(tmp_path / "out", given, format=("doc",), notebook=notebook)
    with pytest.raises(ParameterError, match="is not of briefs: choose another folder"):
        write_briefs(store, given, notebook=notebook)
    with pytest.raises(ParameterError, match="briefs would be read as documents"):
        write_briefs(REPORTS / "out", {"source": str(REPORTS)}, notebook=notebook)
    with pytest.raises(SourceError, match="no such file or folder: nowhere"):
        write_briefs(tmp_path / "out", {"source": "nowhere"}, notebook=notebook)
    with pytest.raises(ParameterError, match="parameter 'group': each brief has its own"):
        write_briefs(tmp_path / "out", given | {"group": "x"}, notebook=notebook)
    with pytest.raises(ParameterError, match="no report has 1999; there are 2022, 2023, 2024"):
        write_briefs(tmp_path / "out", given | {"year": 1999}, notebook=notebook)
    assert list(tmp_path.iterdir()) == []
    assert not (REPORTS / "out").exists()


def test_a_year_of_which_no_report_tells_its_group_has_no_brief(
    notebook: Path, tmp_path: Path
) -> None:
    given = {"source": str(tmp_path / "none"), "year": 1999}
    (tmp_path / "none").mkdir()
    with pytest.raises(SourceError, match="no report on 1999 has a province or kind"):
        write_briefs(tmp_path / "out", given, by=("province", "kind"), notebook=notebook)


def test_the_command_ends_with_status_1_if_a_brief_failed(
    notebook: Path, store: Path, tmp_path: Path
) -> None:
    command = f"briefs --year 2022 --source {store} --notebook {notebook} --output {tmp_path}"
    ran = CliRunner().invoke(
        app, [*command.split(), "--by", "province", "-p", "min_n=5", "--jobs", "1"]
    )
    assert ran.exit_code == 1
    assert "province-山东省-zh: brief.ipynb failed in cell 3" in ran.stderr
    assert "3 briefs: 2 made, 0 unchanged, 1 failed" in ran.stderr
    assert ran.stdout.splitlines() == [str(tmp_path / "index.html")]


def test_an_option_may_be_given_with_commas_or_more_than_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: dict[str, Any] = {}

    def write_briefs(output: Path, given: dict[str, Any], **options: Any) -> Briefs:
        seen.update(options, given=given)
        said = [{"said": f"{n} could not be read\n", "error": None} for n in (2, 2, 1)]
        return Briefs(output / "index.html", said, 3)

    monkeypatch.setattr("toolkit.publish.briefs.write_briefs", write_briefs)
    asked = ["briefs", "--year", "2022", "--by", "kind,level", "--language", "zh"]
    asked += ["--language", "en", "--output", str(tmp_path)]
    ran = CliRunner().invoke(app, asked)
    assert (seen["by"], seen["languages"]) == (["kind", "level"], ["zh", "en"])
    assert seen["given"] == {"year": 2022}  # the notebook knows its own source
    told = [f"{n} could not be read" for n in (2, 1)]
    assert ran.stderr.splitlines() == [*told, "3 briefs: 3 made, 0 unchanged, 0 failed"]
    ran = CliRunner().invoke(app, [*asked, "-p", "year=2023"])
    assert "year is an option: --year 2023" in ran.stderr
