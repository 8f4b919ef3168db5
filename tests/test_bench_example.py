"""The generated corpus: made as it is stored, invented, and holding what was planted in it."""

import zipfile
from itertools import islice

import polars as pl
import pytest

import analysis
import toolkit
from bench.example import ARCHIVE, BODIES, CLOSED, GROWTH, ODD, PLACES, REVISED, YEARS, documents

AGENCIES = {f"示例市{place}县{body}" for place in PLACES for body in BODIES}


@pytest.fixture(scope="module")
def corpus() -> toolkit.Corpus:
    return toolkit.load(ARCHIVE, progress=False)


def test_the_stored_documents_are_those_that_are_made() -> None:
    with zipfile.ZipFile(ARCHIVE) as archive:
        stored = {info.filename: info for info in archive.infolist()}
        for name, made in islice(documents(), 0, None, 7):
            assert archive.read(name) == made.data, "run python -m bench.example"
    assert len(stored) == sum(1 for _ in documents())
    assert ARCHIVE.stat().st_size < 1_500_000
    assert {info.date_time[0] for info in stored.values()} == {2025}


def test_every_document_is_read_and_no_agency_is_real(corpus: toolkit.Corpus) -> None:
    assert corpus.failures.is_empty()
    assert corpus.duplicates.is_empty()
    assert set(corpus.reports["agency"]) == AGENCIES
    assert set(corpus.reports["year"]) == set(YEARS)
    assert corpus.reports["province"].null_count() == len(corpus)
    editions = corpus.reports.group_by("edition_proactive").agg(pl.col("year").unique().sort())
    assert dict(editions.rows()) == {"2019": [2019, 2020], "2021": [2021, 2022, 2023, 2024]}


def test_the_planted_growth_is_recovered(corpus: toolkit.Corpus) -> None:
    for model in ("poisson", "negative_binomial"):
        later = analysis.trend(corpus, model=model)[1:]
        for row in later.iter_rows(named=True):
            assert row["low"] <= GROWTH ** (row["year"] - YEARS[0]) <= row["high"]
            assert row["p_overdispersion"] < 1e-6
    assert later["low"][-1] > 1.2


def test_the_planted_oddities_are_found(corpus: toolkit.Corpus) -> None:
    history = analysis.own_history(corpus)
    assert ODD[:2] in history.filter(position="above").select("agency", "year").rows()
    assert (history["position"] != "inside").sum() <= 3
    several = analysis.panel(corpus).filter(status="several").select("agency", "year").rows()
    assert several == [REVISED]
    found = analysis.peers(corpus, CLOSED, same=["kind", "field"]).row(0, named=True)
    assert found["position"] == "below"
    assert found["percentile"] == 0
