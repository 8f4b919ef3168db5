"""The quality notebook's matrices and tables: what they show of hand-made frames."""

import re
from datetime import date
from pathlib import Path

import matplotlib.pyplot as plt
import polars as pl
import pytest

import toolkit
from analysis.figures import matrices
from analysis.words import quality
from analysis.words.markdown import Markdown
from analysis.words.prose import Words
from tests.analysis_frames import Frames, Printed
from tests.analysis_frames import corpus as frames
from tests.conftest import BUNDLED, bundled_with_a_slip
from toolkit.form import LANGUAGES, Language
from toolkit.review.coverage import COVERAGE
from toolkit.review.findings import findings
from toolkit.schema import CELLS, CHECKS, REPORTS

both = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> toolkit.Corpus:
    return toolkit.load(bundled_with_a_slip(tmp_path_factory.mktemp("reports"), "*.txt"))


def texts(axes: plt.Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def names(axes: plt.Axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def test_verdicts_are_the_worst_of_an_identity(corpus: toolkit.Corpus) -> None:
    found = matrices.verdicts(corpus.reports, corpus.checks)
    suqian = found.filter(agency="宿迁市人民政府", year=2024)
    assert suqian.select("identity", "n", "n_fails", "n_unknown", "verdict").rows() == [
        ("flow", 7, 1, 0, "fails"),
        ("outcomes", 7, 0, 0, "holds"),
        ("requesters", 25, 1, 0, "fails"),
        ("challenges", 3, 0, 0, "holds"),
        ("carryover", 7, 1, 0, "fails"),
        ("in_force", 2, 0, 0, "holds"),
        ("prose", 12, 1, 0, "fails"),
    ]
    jinhua = found.filter(agency="金华市政务服务管理办公室", identity="challenges")
    assert jinhua.select("n", "n_unknown", "verdict").rows() == [(3, 3, "unknown")]


@both
def test_the_heat_map_begins_with_what_fails(corpus: toolkit.Corpus, language: Language) -> None:
    frame = matrices.verdicts(corpus.reports, corpus.checks)
    axes = matrices.verdict_map(frame, language=language)
    assert names(axes)[0] == "宿迁市人民政府 2024"
    assert texts(axes)[:7] == ["1/7", "0/7", "1/25", "0/3", "1/7", "0/2", "1/12"]
    assert "0/3?" in texts(axes)
    assert len(names(axes)) == 8
    plt.close("all")


@both
def test_the_coverage_matrix(language: Language) -> None:
    frame = pl.DataFrame(
        [
            ("甲", 2022, "there", 1, "a", None, False),
            ("甲", 2023, "there", 1, "b", None, False),
            ("乙", 2022, "revised", 2, "c", date(2023, 2, 1), True),
            ("乙", 2023, "missing", 0, None, None, False),
        ],
        schema=COVERAGE,
        orient="row",
    )
    axes = matrices.coverage_map(frame, language=language)
    assert names(axes) == ["乙", "甲"]
    assert texts(axes) == ["2*", "", "1", "1"]
    said = quality.coverage(frame, language)
    assert [int(n) for n in re.findall(r"\d+", said)] == [2, 2, 1, 0, 1]
    plt.close("all")


@both
def test_many_rows_are_cut_and_none_are_no_error(language: Language) -> None:
    many = pl.DataFrame(
        [(f"{n}", 2022, "there", 1, "a", None, False) for n in range(50)],
        schema=COVERAGE,
        orient="row",
    )
    axes = matrices.coverage_map(many, language=language)
    assert len(names(axes)) == matrices.MOST
    assert "10" in axes.get_figure(root=True).get_supxlabel()
    none = matrices.verdicts(REPORTS.to_frame(), CHECKS.to_frame())
    assert texts(matrices.verdict_map(none, language=language)) == []
    assert quality.failing([], language) != quality.claims([], language)
    nothing = Frames(REPORTS.to_frame(), CELLS.to_frame(), CHECKS.to_frame())
    assert quality.lead(nothing, language) == Words(language).say("none.reports")
    plt.close("all")


def test_an_agency_that_was_not_identified_is_not_counted_as_one() -> None:
    made = frames(Printed("A"), Printed("B", fails=["flow.total"]), Printed("C"))
    hidden = made.reports.with_columns(agency=pl.Series(["A", None, None]))
    said = quality.lead(Frames(hidden, made.cells, made.checks), "en")
    assert said.startswith("3 reports by 1 agency, 117 checks: 116 hold, 1 fails, 0 cannot")


@both
def test_what_was_not_read_is_quoted(tmp_path: Path, language: Language) -> None:
    text = (BUNDLED / "suqian_2023.txt").read_text(encoding="utf-8")
    text = text.replace("\t1175\t12\t", "\t1175\t").replace("\t0\t11\n", "\t0\t<b>\n")
    (tmp_path / "odd.txt").write_text(text, encoding="utf-8")
    short = text.partition("三、收到")[0].replace("2023", "2022")
    (tmp_path / "short.txt").write_text(short, encoding="utf-8")
    said = quality.unread(toolkit.load(tmp_path), language)
    assert "400" in said.splitlines()[0]
    [_, _, cell, row, _, table, challenges] = said.splitlines()[2:]
    assert "&#60;b&#62;" in cell
    assert "1175 0 3 1 0 1191" in row
    assert "43" in row
    assert (table.count("25"), challenges.count("、" if language == "zh" else ", ")) == (1, 2)
    assert "|" not in quality.unread(toolkit.load(BUNDLED / "suqian_2023.txt"), language)
    assert quality.unread(frames(), language) == ""


@both
def test_what_fails_is_quoted(corpus: toolkit.Corpus, language: Language) -> None:
    found = findings(corpus)
    lines = quality.failing(found, language).splitlines()
    assert len(lines) == 2 + 3
    assert "| 3 | 8 |" in lines[-1]
    assert "8件" in lines[-1]
    assert "8 → 3" in lines[-1]
    [*_, claim] = quality.claims(found, language).splitlines()
    assert "行政复议134件" in claim
    assert "| 134 | 170 |" in claim


def test_no_text_of_a_document_is_a_mark(corpus: toolkit.Corpus) -> None:
    found = findings(corpus)
    for one in found:
        one["agency"] = "<b>|x"
        one["cells"][0]["raw"] = "`8`|<script>"
    said = quality.failing(found, "en") + quality.claims(found, "en")
    assert isinstance(quality.failing(found, "en"), Markdown)
    assert "<b>" not in said
    assert "<script>" not in said
    assert {line.count("|") for line in quality.failing(found, "en").splitlines()} == {9}
