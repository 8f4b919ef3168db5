"""Boilerplate: who says the same again, and who says what another says."""

from random import Random

import polars as pl
import pytest
from rapidfuzz.distance import Indel

import toolkit
from tests.conftest import BUNDLED
from toolkit.review.boilerplate import LIKENESS, boilerplate
from toolkit.schema import REPORTS, TEXTS

OWN = (
    "过去一年公开工作还有差距，政策解读的形式不多，目录更新不及时。"
    "今后将每季度检查一次专栏，补齐缺项，并请各科室固定专人负责。"
)
THEIRS = (
    "主要问题是队伍变动较大，新进人员对答复程序不熟。为此安排了两次集中培训，"
    "编印了办理流程图，还与法制机构建立了会商办法和台账制度。"
)
LETTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 600)]


def frames(*said: tuple[str, int, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    reports = [
        {"report_id": f"r{n}", "agency": agency, "agency_id": agency, "year": year}
        for n, (agency, year, _) in enumerate(said)
    ]
    texts = [(f"r{n}", "problems", text) for n, (*_, text) in enumerate(said)]
    return pl.DataFrame(texts, TEXTS, orient="row"), pl.DataFrame(reports, REPORTS)


def test_the_same_text_with_other_figures_is_the_same() -> None:
    texts, reports = frames(("a", 2023, f"2024 年，{OWN}"), ("a", 2022, f"2023年， {OWN}"))
    found = boilerplate(texts, reports)
    assert found.schema == LIKENESS
    assert found.rows() == [
        ("problems", "years", "r1", "r0", "a", "a", 2022, 2023, len(OWN) + 2, 1.0)
    ]


def test_agencies_that_say_the_same_are_found_and_others_are_not() -> None:
    changed = OWN.replace("各科室", "各单位")
    texts, reports = frames(("a", 2022, OWN), ("b", 2022, changed), ("c", 2023, THEIRS))
    [pair] = boilerplate(texts, reports).iter_rows(named=True)
    assert (pair["between"], pair["agency"], pair["other_agency"]) == ("agencies", "a", "b")
    # Two characters of 60 in each text are not the other's.
    assert pair["score"] == pytest.approx(1 - 4 / (2 * len(OWN)))


def test_years_of_one_agency_are_compared_however_little_they_share() -> None:
    texts, reports = frames(("a", 2022, OWN), ("a", 2023, THEIRS), ("a", 2024, OWN))
    found = boilerplate(texts, reports).select("year", "other_year", "score").rows()
    assert found[0] == (2022, 2024, 1.0)
    assert [row[:2] for row in found[1:]] == [(2022, 2023), (2023, 2024)]
    assert all(score < 0.5 for *_, score in found[1:])


def test_short_texts_other_parts_and_one_years_documents_are_left_out() -> None:
    texts, reports = frames(
        ("a", 2022, "无其他需要报告的事项。"), ("b", 2022, "无其他需要报告的事项。")
    )
    assert boilerplate(texts, reports).equals(LIKENESS.to_frame())
    texts, reports = frames(("a", 2022, OWN), ("a", 2022, OWN))
    assert boilerplate(texts, reports).is_empty()
    texts, reports = frames(("a", 2022, OWN), ("b", 2022, OWN))
    overview = texts.with_columns(part=pl.lit("overview"))
    assert boilerplate(overview, reports).is_empty()
    assert boilerplate(texts, reports, least=1.0).height == 1


def test_sketches_lose_none_that_are_alike() -> None:
    rng = Random(7)
    said = []
    for family in range(40):
        text = rng.choices(LETTERS, k=rng.randrange(80, 400))
        for member in range(4):
            edited = [rng.choice(LETTERS) if rng.random() < 0.04 * member else c for c in text]
            said.append((f"{family}-{member}", 2022, "".join(edited)))
    texts, reports = frames(*said)
    found = boilerplate(texts, reports, least=0.8)
    alike = {
        (f"r{one}", f"r{other}")
        for one in range(len(said))
        for other in range(one + 1, len(said))
        if Indel.normalized_similarity(said[one][2], said[other][2]) >= 0.8
    }
    assert len(alike) > 150
    ids = {tuple(sorted(pair)) for pair in found.select("report_id", "other_id").iter_rows()}
    wanted = {tuple(sorted(pair)) for pair in alike}
    assert ids <= wanted
    assert len(ids) >= 0.99 * len(wanted)


def test_the_bundled_reports_share_no_words() -> None:
    corpus = toolkit.load(BUNDLED)
    assert corpus.texts.schema == TEXTS
    assert corpus.texts["report_id"].n_unique() == 8
    assert {"overview", "problems", "other"} <= set(corpus.texts["part"])
    assert corpus.boilerplate.equals(LIKENESS.to_frame())
    lower = boilerplate(corpus.texts, corpus.reports, least=0.0, shortest=1)
    assert lower.filter(between="years").height == 2
