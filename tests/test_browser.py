"""The brief and the notebook in a real browser: what a reader sees, and what never happens."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import ROOT
from toolkit.publish.brief import NOTEBOOK, write_brief

CHROMIUM = shutil.which("chromium")
TOKEN = "of-the-test"  # noqa: S105 - the server is ours and lives as long as the test

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no program `chromium` on PATH")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as started:
        yield started.chromium.launch(executable_path=CHROMIUM, args=options)


@contextmanager
def opened(browser: Browser, brief: Path, **options: Any) -> Iterator[Page]:
    """Page of a brief, which must ask for nothing, fail in nothing and open no dialogue."""
    wrong: list[str] = []
    page = browser.new_page(**options)
    page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    page.on(
        "request", lambda asked: asked.url.startswith(("file:", "data:")) or wrong.append(asked.url)
    )
    page.goto(brief.joinpath("brief.html").as_uri())
    yield page
    assert wrong == []
    page.close()


@pytest.fixture(params=["zh", "en", "hostile"])
def brief(request: pytest.FixtureRequest) -> Path:
    """Folder of a brief."""
    if request.param == "hostile":
        made: Path = request.getfixturevalue("hostile")
        return made
    folders: dict[str, Path] = request.getfixturevalue("bundled_briefs")
    return folders[request.param]


NAMES = (
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7} $$x$$ \\(y\\)",
    "\"'><img src=x onerror=alert(1)>",
    "[a](javascript:alert(1)) | `b` **c**",
    "=cmd|' /C calc'!A0 " + "x" * 10_000,
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Brief of the bundled reports, whose agencies have other names."""
    folder = tmp_path_factory.mktemp("hostile")
    made = nbformat.read(NOTEBOOK, as_version=4)
    (setup,) = (cell for cell in made.cells if cell.id == "setup")
    setup.source += (
        "\nimport dataclasses, polars"
        f"\nnames = dict(zip(chosen.reports['agency'], {NAMES!r}, strict=True))"
        "\nother = chosen.reports.with_columns(polars.col('agency').replace(names))"
        "\nchosen = dataclasses.replace(chosen, reports=other)"
        "\nonce = selection.disjoint(chosen)"
    )
    nbformat.write(made, folder / "brief.ipynb")
    given = {"source": str(ROOT / "data" / "reports"), "year": 2022, "language": "en"}
    write_brief(folder, given, notebook=folder / "brief.ipynb")
    return folder


@pytest.mark.parametrize("width", [1280, 390])
def test_a_brief_fits_and_its_links_lead_somewhere(
    browser: Browser, brief: Path, width: int
) -> None:
    with opened(browser, brief, viewport={"width": width, "height": 800}) as page:
        room = page.evaluate("document.documentElement.clientWidth")
        assert room == width
        assert page.evaluate("document.documentElement.scrollWidth") == room
        links = page.evaluate("[...document.links].map(a => a.getAttribute('href'))")
        lost = page.evaluate(
            "[...document.links].map(a => a.getAttribute('href'))"
            ".filter(to => to[0] == '#' && !document.getElementById(to.slice(1)))"
        )
        beside = {to for to in links if not to.startswith("#")}
    assert len(links) > 100
    assert lost == []
    assert beside == {"cells.csv"}
    assert (brief / "cells.csv").is_file()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_brief_is_accessible(
    browser: Browser, bundled_briefs: dict[str, Path], language: str
) -> None:
    with opened(browser, bundled_briefs[language]) as page:
        found = Axe().run(page).response["violations"]
        page.emulate_media(color_scheme="dark")  # other colours, the same page
        found += Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
    grave = [one for one in found if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"]) for one in grave] == []


def test_a_number_leads_to_its_evidence(browser: Browser, bundled_briefs: dict[str, Path]) -> None:
    with opened(browser, bundled_briefs["en"]) as page:
        page.get_by_role("link", name="5,329", exact=True).first.click()
        row = page.locator("li:has(:target)")
        assert row.is_visible()
        assert "4065" in row.inner_text()
        assert "line 28, cell 2" in row.inner_text()


DRAWN = """
characters => {
  const canvas = document.createElement("canvas")
  const pen = canvas.getContext("2d", {willReadFrequently: true})
  canvas.width = canvas.height = 40
  pen.font = "30px " + getComputedStyle(document.body).fontFamily
  return characters.map(character => {
    pen.clearRect(0, 0, 40, 40)
    pen.fillText(character, 5, 32)
    return canvas.toDataURL()
  })
}
"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_chinese_is_drawn_and_no_boxes(
    browser: Browser, bundled_briefs: dict[str, Path], language: str
) -> None:
    with opened(browser, bundled_briefs[language]) as page:
        text = page.locator("body").inner_text()
        chinese = sorted({c for c in text if "\u4e00" <= c <= "\u9fff"})
        assert len(chinese) > 20
        page.evaluate("document.fonts.ready.then(() => 0)")
        *drawn, box, blank = page.evaluate(DRAWN, [*chinese, "\U0010fffe", " "])
    assert len({*drawn} - {box, blank}) == len(chinese), "a box looks like every other box"


def test_hostile_text_comes_out_as_text(browser: Browser, hostile: Path) -> None:
    with opened(browser, hostile) as page:
        page.wait_for_timeout(200)
        text = page.locator("body").inner_text()
        assert page.locator("script").count() == 0
        assert page.locator("[onerror]").count() == 0
    for name in NAMES[:4]:
        assert name in text
    assert "x" * 60 in text
    assert "x" * 100 not in text
    assert ",'=cmd" in (hostile / "cells.csv").read_text(encoding="utf-8-sig")


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """Address of JupyterLab on a copy of the notebook without its outputs."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").symlink_to(ROOT / "data")
    made = nbformat.read(NOTEBOOK, as_version=4)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(made, tmp_path / "notebooks" / "brief.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--port-retries=0", f"--ServerApp.root_dir={tmp_path}", "--log-level=ERROR"]
    command += [f"--IdentityProvider.token={TOKEN}", "--LabApp.extension_manager=readonly"]
    paths = {"JUPYTER_CONFIG_DIR": tmp_path / "config", "JUPYTER_DATA_DIR": tmp_path / "share"}
    environment = os.environ | {name: str(path) for name, path in paths.items()}
    environment |= {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path / "ipython")}
    server = subprocess.Popen(command, env=environment, cwd=tmp_path)
    try:
        for _ in range(300):
            try:
                with urlopen(f"http://127.0.0.1:{port}/api/status?token={TOKEN}"):
                    break
            except URLError:
                assert server.poll() is None, "jupyter lab ended"
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/lab/tree/notebooks/brief.ipynb?token={TOKEN}"
    finally:
        server.terminate()
        server.wait()


def test_jupyterlab_runs_the_brief_and_shows_its_figures(browser: Browser, lab: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 20_000})
    page.goto(lab)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    figures = page.locator(".jp-OutputArea-output img[src^='data:image/svg']")
    figures.nth(3).wait_for(timeout=60_000)
    assert figures.nth(3).evaluate("image => image.complete && image.naturalWidth > 300")
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    page.close()
