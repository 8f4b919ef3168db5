"""Every notebook says in words what it cannot show: on no report, on one, on empty cells, on few.

The cells run in this process, without a kernel; figures are drawn, warnings are errors.
"""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import polars as pl
import pytest
from great_tables import GT
from IPython.display import Markdown

import toolkit
from tests.conftest import BUNDLED, ROOT
from toolkit.corpus import Corpus
from toolkit.form import LANGUAGES, Language
from toolkit.loading import corpus_of
from toolkit.publish.parameters import parameters
from toolkit.schema import STATE

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
ASKED = {"agency": "金华市政务服务管理办公室", "year": 2022}
NUMBERLESS = {"value": pl.lit(None, pl.Int64), "raw": pl.lit(None, pl.String)}
Change = Callable[[Corpus], Corpus]


def again(corpus: Corpus, **changed: pl.DataFrame) -> Corpus:
    """Return the same documents, as if something else had been read in them."""
    frames = {name: getattr(corpus, name) for name in ("reports", "cells", "claims")}
    others = {name: getattr(corpus, name) for name in ("texts", "failures", "duplicates")}
    return corpus_of(**(frames | others | changed))


def without_numbers(corpus: Corpus, state: str) -> Corpus:
    """Return the same reports, of which no cell has a number."""
    cells = corpus.cells.with_columns(**NUMBERLESS, state=pl.lit(state, STATE))
    return again(corpus, cells=cells)


def zero(corpus: Corpus) -> Corpus:
    """Return the same reports, all of whose cells print 0."""
    cells = corpus.cells.with_columns(value=pl.lit(0, pl.Int64), state=pl.lit("reported", STATE))
    return again(corpus, cells=cells)


def nameless(corpus: Corpus) -> Corpus:
    """Return the same reports, of which neither agency nor year is known."""
    unknown = dict.fromkeys(("agency", "agency_id", "year", "province", "scope"))
    known = {name: value for name, value in unknown.items() if name in corpus.reports.columns}
    return again(
        corpus,
        reports=corpus.reports.with_columns(
            pl.lit(value, corpus.reports.schema[name]).alias(name) for name, value in known.items()
        ),
    )


def namesakes(corpus: Corpus) -> Corpus:
    """Return the same reports, all on one year and under one name that nothing places."""
    same = dict.fromkeys(("province", "prefecture", "county", "adcode", "scope"))
    same |= {"agency": ASKED["agency"], "agency_id": ASKED["agency"], "year": ASKED["year"]}
    schema = corpus.reports.schema
    placed = (pl.lit(value, schema[name]).alias(name) for name, value in same.items())
    return again(corpus, reports=corpus.reports.with_columns(placed))


CASES: dict[str, tuple[str, Change, dict[str, Any]]] = {
    "no report": ("nothing", lambda corpus: corpus, {}),
    "one report": ("jinhua_services_2022.txt", lambda corpus: corpus, {}),
    "every cell absent": ("", lambda corpus: without_numbers(corpus, "absent"), {}),
    "every cell zero": ("", zero, {}),
    "too few everywhere": ("", lambda corpus: corpus, {"min_n": 10**9}),
    "nobody's": ("", nameless, {}),
    "one name": ("", namesakes, {}),
}


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Corpus]:
    empty = tmp_path_factory.mktemp("nothing")
    sources = {name: BUNDLED / source for name, (source, _, _) in CASES.items()}
    sources["no report"] = empty
    read: dict[Path, Corpus] = {}
    for source in sources.values():
        read.setdefault(source, toolkit.load(source, progress=False))
    return {name: CASES[name][1](read[source]) for name, source in sources.items()}


@pytest.fixture(autouse=True)
def _drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Draw what a cell shows, as a notebook does."""

    def show() -> None:
        for number in plt.get_fignums():
            plt.figure(number).savefig(io.BytesIO(), format="svg")
        plt.close("all")

    monkeypatch.setattr(plt, "show", show)
    mpl.use("Agg")
    with mpl.rc_context():
        yield
    plt.close("all")


def run(notebook: Path, values: dict[str, Any]) -> list[str]:
    """Text of everything that a notebook displays with these parameters."""
    shown: list[Any] = []
    space: dict[str, Any] = {"display": lambda *things, **_options: shown.extend(things)}
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type != "code":
            shown += [] if "hide-page" in cell.metadata.get("tags", ()) else [Markdown(cell.source)]
            continue
        exec(compile(cell.source, f"{notebook.name}: {cell.id}", "exec"), space)  # noqa: S102
        if "parameters" in cell.metadata.get("tags", ()):
            space |= {name: value for name, value in values.items() if name in space}
    return [text(thing) for thing in shown]


def text(thing: Any) -> str:
    match thing:
        case {}:  # by MIME type
            return "\n".join(thing.values())
        case GT():
            return thing.as_raw_html()
        case Markdown():
            return str(thing.data)
    return str(thing._repr_html_())


def language(case: str, notebook: Path) -> Language:
    """One of the two, so that in the end both were tried for every notebook."""
    return LANGUAGES[(list(CASES).index(case) + NOTEBOOKS.index(notebook)) % len(LANGUAGES)]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_says_what_it_cannot_show(
    notebook: Path, case: str, corpora: dict[str, Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(toolkit, "load", lambda *_args, **_options: corpora[case])
    values = CASES[case][2] | {"language": language(case, notebook), **ASKED}
    assert set(CASES[case][2]) <= set(parameters(notebook)) | {"min_n"}
    shown = run(notebook, values)
    words = "\n".join(shown)
    assert shown[0].startswith("# ")
    assert len(words) > 200
    unsaid = {"nan", "NaN", "null", "None"} - ({"None"} if values["language"] == "en" else set())
    assert not unsaid & set(words.split())


def test_the_page_on_an_agency_adds_up_no_namesakes(
    corpora: dict[str, Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(toolkit, "load", lambda *_args, **_options: corpora["one name"])
    notebook = ROOT / "notebooks" / "agency.ipynb"
    words = "\n".join(run(notebook, ASKED | {"language": "en"}))
    assert "8 annual reports, 2022." in words
    assert "nothing but the name says that they are one agency's, none is." in words
    assert "suqian&#95;2024" in words  # listed, for the reader to choose from
    assert "3,525" not in words
