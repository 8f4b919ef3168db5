"""The brief from end to end, and what its parameters may be."""

import re
import shutil
import subprocess
import sys
from base64 import b64decode
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import nbformat
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from typer.testing import CliRunner

import toolkit
from analysis.words import state
from tests.conftest import BUNDLED as REPORTS
from tests.conftest import ROOT, write_notebook
from toolkit.cli import app
from toolkit.errors import ParameterError, SourceError
from toolkit.publish.brief import NOTEBOOK, BriefError, write_brief
from toolkit.publish.page import page
from toolkit.publish.parameters import checked, locate, parameters
from toolkit.storage.disk import MANIFEST


class Page(HTMLParser):
    """What a browser would do with a page: its tags, its texts, the images' words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] and self.tags[-1][0] != "style":
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def notebook(path: Path, *cells: str, parameters: str = "year = 2022\nlanguage = 'en'") -> Path:
    return write_notebook(path, parameters, *cells)


def test_the_notebooks_parameters() -> None:
    assert parameters(ROOT / "notebooks" / "brief.ipynb") == {
        "source": "data/reports",
        "year": 2022,
        "language": "zh",
        "by": "",
        "group": "",
        "min_n": 30,
        "confidence": 0.95,
        "strict": False,
    }


def test_given_values_take_the_type_of_the_default(tmp_path: Path) -> None:
    path = notebook(tmp_path / "n.ipynb", parameters="year = 1\nlevel = 0.5\nok = False\ns = 'x'")
    given = {"year": "2022", "level": "0.9", "ok": "true", "s": "2022"}
    assert checked(path, given) == {"year": 2022, "level": 0.9, "ok": True, "s": "2022"}
    assert checked(path, {}) == {"year": 1, "level": 0.5, "ok": False, "s": "x"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"yaer": 2022}, "unknown parameter 'yaer': n.ipynb has year, language"),
        ({"year": "twenty"}, "parameter 'year': expected int like 2022, found 'twenty'"),
        ({"year": 2022.5}, "parameter 'year': expected int like 2022, found 2022.5"),
        ({"year": True}, "parameter 'year': expected int like 2022, found True"),
        ({"language": "fr"}, "language: expected 'zh' or 'en', found 'fr'"),
    ],
)
def test_a_parameter_that_cannot_be_is_one_line(
    tmp_path: Path, given: dict[str, str | int], message: str
) -> None:
    path = notebook(tmp_path / "n.ipynb")
    with pytest.raises(ParameterError) as caught:
        write_brief(tmp_path / "out", given, notebook=path)
    assert str(caught.value) == message
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("cell", ["import os", "year = 2021 + 1", "%time year = 1", "a = b = 1"])
def test_a_parameters_cell_holds_only_assignments(cell: str, tmp_path: Path) -> None:
    path = notebook(tmp_path / "n.ipynb", parameters=cell)
    with pytest.raises(ParameterError, match="must hold only assignments"):
        parameters(path)


def test_a_source_is_looked_for_here_and_then_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = tmp_path / "notebooks"
    below.mkdir()
    (tmp_path / "data").mkdir()
    monkeypatch.chdir(tmp_path)
    assert locate("data") == Path("data")
    monkeypatch.chdir(below)
    assert locate("data") == Path("..", "data")
    assert locate("nowhere") == Path("nowhere")
    (below / "data").mkdir()
    assert locate("data") == Path("data")


def test_the_bundled_reports_are_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert checked(NOTEBOOK, {})["source"] == str(ROOT / "data" / "reports")
    with pytest.raises(SourceError, match="data/reports"):
        checked(NOTEBOOK, {"source": "data/reports"})
    (tmp_path / "data" / "reports").mkdir(parents=True)
    assert checked(NOTEBOOK, {})["source"] == "data/reports"


def test_a_store_that_cannot_be_opened_is_one_sentence_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / MANIFEST).write_text('{"layout": 1}')
    path = notebook(
        tmp_path / "n.ipynb", "import toolkit\ntoolkit.load(source)", parameters="source = ''"
    )
    with pytest.raises(BriefError, match=r"^n\.ipynb: the store .* has layout 1, .*NEW_FOLDER$"):
        write_brief(tmp_path / "out", {"source": str(tmp_path / "store")}, notebook=path)


def test_no_brief_is_written_among_the_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one took its notebook for a report."""
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(app, ["brief", "--year", "2022", "--source", "."])
    assert str(ran.exception).endswith("2022-zh lies in .: briefs would be read as documents")
    assert list(tmp_path.iterdir()) == []


def test_a_failing_cell_is_one_sentence_and_no_page_stands_for_it(tmp_path: Path) -> None:
    path = notebook(tmp_path / "n.ipynb", "# first\nshares = 1\nraise KeyError('no such thing')")
    out = tmp_path / "out"
    out.mkdir()
    (out / "brief.html").write_text("last year's")
    with pytest.raises(BriefError) as caught:
        write_brief(out, {}, notebook=path)
    message = str(caught.value)
    assert "\n" not in message
    assert re.search(
        r"^n\.ipynb failed in cell \d+ \(# first\): KeyError: 'no such thing'", message
    )
    assert not (out / "brief.html").exists()


def test_a_notebook_in_the_folder_that_is_written_to_is_there_whatever_happens(
    tmp_path: Path,
) -> None:
    path = notebook(tmp_path / "brief.ipynb", "import os; os._exit(3)")
    before = path.read_bytes()
    with pytest.raises(BriefError, match="Kernel died"):
        write_brief(tmp_path, {}, notebook=path)
    assert path.read_bytes() == before


def test_what_a_notebook_says_on_stderr_the_terminal_says_too(tmp_path: Path) -> None:
    loud = "import sys\nprint('1 of 2 could not\\x9b be read', file=sys.stderr)"
    path = notebook(tmp_path / "n.ipynb", "print('to the notebook')", loud)
    command = ["brief", "--notebook", str(path), "--output", str(tmp_path / "out")]
    ran = CliRunner().invoke(app, command)
    assert ran.stderr.splitlines() == ["brief", "1 of 2 could not\\x9b be read"]


def test_documents_that_could_not_be_read_are_counted_on_a_line(tmp_path: Path) -> None:
    shutil.copy(REPORTS / "suqian_2023.txt", tmp_path)
    assert state.failed(toolkit.load(tmp_path), "en") == ""
    (tmp_path / "a.txt").write_text("nothing")
    (tmp_path / "b.txt").write_text("nothing more")
    corpus = toolkit.load(tmp_path)
    told = "2 of 3 documents could not be read: see “State of the data”"
    assert state.failed(corpus, "en") == told
    assert state.failed(corpus, "zh") == "3 份文件中有 2 份未能读出报告：见“数据状况”"


def test_a_year_that_no_report_is_on_is_one_line_with_those_there_are(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    shutil.copy(REPORTS / "suqian_2023.txt", folder)
    (folder / "2022.txt").write_text("the report on 2022, which could not be read")
    there = "year: no report has 2022; there are 2023 (1 of 2 documents could not be read)"
    for command, told in (("brief", f"brief.ipynb: {there}"), ("briefs", there)):
        given = ["--year", "2022", "--source", str(folder), "--output", str(tmp_path / command)]
        ran = CliRunner().invoke(app, [command, *given])
        assert isinstance(ran.exception, ParameterError)
        assert str(ran.exception) == told
        assert not list(tmp_path.glob(f"{command}/*.html"))


def test_the_page_shows_text_and_figures_and_no_code(tmp_path: Path) -> None:
    made = nbformat.read(notebook(tmp_path / "n.ipynb", "secret = 1"), as_version=4)
    made.cells[-1].outputs = [
        nbformat.v4.new_output("display_data", {"text/markdown": "## One\n\nA *clear* message."}),
        nbformat.v4.new_output("display_data", {"image/svg+xml": "<svg><script>x</script></svg>"}),
        nbformat.v4.new_output("display_data", {"text/html": "<table id=t></table>"}),
        nbformat.v4.new_output("stream", text="a warning", name="stderr"),
    ]
    made.cells.insert(1, nbformat.v4.new_markdown_cell("# Title & more"))
    html = page(made, "en")
    seen = Page(html)
    assert "secret" not in html
    assert "a warning" not in html
    assert seen.all("html") == [{"lang": "en"}]
    assert seen.all("script") == []
    assert [image["alt"] for image in seen.all("img")] == ["A clear message."]
    (image,) = seen.all("img")
    coded = str(image["src"]).removeprefix("data:image/svg+xml;base64,")
    assert b64decode(coded) == b"<svg><script>x</script></svg>"
    assert "<title>Title &amp; more</title>" in html
    assert seen.all("a") == [{"href": "#s1"}]
    assert '<div class="scroll" tabindex="0"><table id=t></table></div>' in html


@pytest.fixture(scope="module")
def briefs(
    tmp_path_factory: pytest.TempPathFactory, bundled_briefs: dict[str, Path]
) -> dict[str, str]:
    """HTML of four briefs, made as a person makes them: real, English, hostile, of nothing."""
    folder = tmp_path_factory.mktemp("briefs")
    (folder / "empty").mkdir()
    hostile = folder / "hostile"
    hostile.mkdir()
    text = (REPORTS / "jinxiang_approval_2022.txt").read_text(encoding="utf-8")
    changed = text.replace("金乡县行政审批服务局", "$$x$$局")
    for number, name in enumerate(HOSTILE):
        (hostile / name).write_text(f"{changed}\n{number}", encoding="utf-8")
        (hostile / f"no report {name}").write_text(name, encoding="utf-8")
    folders = dict(bundled_briefs)
    for name, source, language in (("hostile", hostile, "zh"), ("empty", folder / "empty", "en")):
        folders[name] = folder / f"out-{name}"
        write_brief(folders[name], {"source": str(source), "language": language, "year": 2022})
    return {
        name: (made / "brief.html").read_text(encoding="utf-8") for name, made in folders.items()
    }


HOSTILE = ("<img src=x onerror=alert(1)>", "{{7*7}}", "$$y$$", "[a](javascript:alert(1))", "a|b\nc")


def test_the_brief_says_what_the_five_reports_say(briefs: dict[str, str]) -> None:
    text = Page(briefs["zh"]).text.replace("\N{NO-BREAK SPACE}", " ")
    assert (
        "2022 年，5 个机关新收政府信息公开申请 212 件，上年结转 3 件；办结 215 件，结转下年 0 件"
        in text
    )
    assert "93.4%（198/212；95% 置信区间 89.2%–96.0%）" in text
    assert "处罚与强制 5,329 件 ÷ 许可 58,998 件 ＝ 0.0903（95% 置信区间 0.0878–0.0929）" in text
    assert "处罚与强制 0 件 ÷ 许可 23,140 件 ＝ 0（95% 置信区间 0–0.000159）" in text
    english = Page(briefs["en"]).text
    assert "In 2022, 5 agencies received 212 applications" in english
    assert "= 0.0903 (95% interval 0.0878–0.0929)" in english


@pytest.mark.parametrize("name", ["zh", "en", "hostile", "empty"])
def test_a_page_asks_the_network_for_nothing(briefs: dict[str, str], name: str) -> None:
    seen = Page(briefs[name])
    assert seen.all("script") == seen.all("link") == seen.all("iframe") == []
    assert all(
        str(image["src"]).startswith("data:image/svg+xml;base64,") for image in seen.all("img")
    )
    links = {str(link["href"]) for link in seen.all("a") if "href" in link}
    assert {link for link in links if link[0] != "#"} <= {"cells.csv"}
    assert "url(" not in briefs[name].replace("url(data:font/otf;", "")
    assert "default-src 'none'" in str(seen.all("meta")[2]["content"])


@pytest.mark.parametrize("name", ["zh", "en"])
def test_every_figure_has_its_message_and_every_link_its_target(
    briefs: dict[str, str], name: str
) -> None:
    seen = Page(briefs[name])
    alts = [str(image["alt"]) for image in seen.all("img")]
    assert len(alts) == 4
    assert all(re.search(r"\d", alt) for alt in alts)
    ids = {attrs.get("id") for _, attrs in seen.tags}
    links = {str(link["href"]) for link in seen.all("a") if "href" in link}
    assert {link.removeprefix("#") for link in links - {"cells.csv"}} <= ids


def test_hostile_text_comes_out_as_text(briefs: dict[str, str]) -> None:
    seen = Page(briefs["hostile"])
    assert "$$x$$局" in seen.text
    for name in HOSTILE:
        assert " ".join(name.split()) in seen.text
        assert f"no report {' '.join(name.split())}" in seen.text
    assert len(seen.all("img")) == 2, "requesters and the ratio; the outcomes are cut off in print"
    assert "$$x$$局 (1) · 本机关：" in str(seen.all("img")[1]["alt"])


def test_a_brief_of_nothing_says_so(briefs: dict[str, str]) -> None:
    text = Page(briefs["empty"]).text
    assert "No annual report on 2022 could be read" in text
    assert "0 documents were looked at" in text
    assert "<img" not in briefs["empty"]
    assert "%" not in text[: text.index("Method")]


@pytest.mark.parametrize(
    "group",
    [
        "<script>alert(1)</script> {{7*7}} $$x$$ #panic() `*_[a](b)",
        '"""\n\'\\x41\' {year}\t\\\\',
        "x" * 10_000,
    ],
)
def test_a_hostile_parameter_is_text_in_page_and_pdf(group: str, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    given = {"source": str(tmp_path / "none"), "year": 2022, "language": "en"}
    made = write_brief(tmp_path, given | {"by": "agency", "group": group}, format=("html", "pdf"))
    shown = "".join(group.split())[:70]
    html = (tmp_path / "brief.html").read_text(encoding="utf-8")
    assert shown in "".join(Page(html).text.split())
    assert Page(html).all("script") == []
    document = pypdfium2.PdfDocument(tmp_path / "brief.pdf")
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert shown in re.sub(r"[\s\u200b\ufffe]+", "", text)
    assert len(made.title) < 200
    assert made.lead == "0 annual reports by 0 agencies"


def test_two_processes_make_the_same_files(bundled_briefs: dict[str, Path], tmp_path: Path) -> None:
    command = ["--year", "2022", "--source", REPORTS, "--format", "html,pdf", "--output", tmp_path]
    code = "from toolkit.cli import main; main()"
    subprocess.run([sys.executable, "-c", code, "brief", *command], check=True, cwd=ROOT)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["brief.html", "brief.ipynb", "brief.pdf", "cells.csv"]
    for name in names:
        assert (tmp_path / name).read_bytes() == (bundled_briefs["zh"] / name).read_bytes(), name


def test_chinese_shows_on_a_machine_without_chinese_fonts() -> None:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_markdown_cell("# 年度简报\n\n予以公开")]
    made = page(notebook, "zh")
    coded = re.search(r"data:font/otf;base64,([A-Za-z0-9+/=]+)", made)
    assert coded is not None
    with TTFont(BytesIO(b64decode(coded[1]))) as font:
        drawn = set(font.getBestCmap())
    assert {ord(character) for character in "年度简报予以公开"} <= drawn
    assert "fonts/" not in made.replace("font/otf", "")
    # It comes first, lest a browser has it too late for the first name of a table, and is asked
    # for Chinese alone, lest a space is its own.
    stacks = re.findall(r"--(?:serif|sans):([^,]*),", made.split(":lang(zh)")[0])
    assert stacks == ['"OGI Sans"', '"OGI Sans"']
    assert "unicode-range:U+2E80-10FFFF}" in made
