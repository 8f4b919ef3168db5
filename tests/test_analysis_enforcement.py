"""Enforcement apart by kind, by scope, and taken to its agencies."""

import math
from typing import Any

import polars as pl
import pytest

from analysis import contributions, enforcement, enforcement_to_licensing
from tests.analysis_frames import Printed, corpus
from toolkit.errors import ParameterError


def office(
    agency: str, penalties: int, measures: int, licensing: int | str, **more: Any
) -> Printed:
    cells = {
        "penalties.decisions": penalties,
        "compulsory_measures.decisions": measures,
        "licensing.decisions": licensing,
    }
    return Printed(agency, cells, **more)


CORPUS = corpus(
    office("a", 30, 10, 100),
    office("b", 0, 5, 300),
    office("c", 7, 0, 0),
    office("region", 100, 50, 1_000),
    office("torn", 1, 1, "blank"),
)
CORPUS.reports = CORPUS.reports.with_columns(
    scope=pl.when(pl.col("agency") == "region").then(pl.lit("region")).otherwise(pl.lit("own"))
)


def test_kinds_apart_and_scopes_apart() -> None:
    frame = enforcement(CORPUS, by="scope")
    assert frame.select("scope", "measure", "count", "n").rows() == [
        ("own", "penalties", 37, 400),
        ("own", "compulsory_measures", 15, 400),
        ("own", "enforcement", 52, 400),
        ("region", "penalties", 100, 1_000),
        ("region", "compulsory_measures", 50, 1_000),
        ("region", "enforcement", 150, 1_000),
    ]
    assert frame["n_reports"].to_list() == [3, 3, 3, 1, 1, 1]
    assert frame["left_out_blank"].to_list() == [1, 1, 1, 0, 0, 0]
    row = frame.row(2, named=True)
    assert row["ratio"] == pytest.approx(0.13)
    logs = [row[f"log_{name}"] for name in ("ratio", "low", "high")]
    assert logs == pytest.approx([math.log(row[name]) for name in ("ratio", "low", "high")])
    both = enforcement(CORPUS).row(2, named=True)
    assert (both["count"], both["n"]) == (202, 1_400)
    same = enforcement_to_licensing(CORPUS).row(0, named=True)
    assert (both["ratio"], both["low"], both["high"]) == (same["ratio"], same["low"], same["high"])


def test_no_logarithm_of_nothing() -> None:
    frame = enforcement(CORPUS, by="agency").filter(measure="penalties")
    rows = {row["agency"]: row for row in frame.iter_rows(named=True)}
    assert (rows["b"]["ratio"], rows["b"]["log_ratio"], rows["b"]["log_low"]) == (0, None, None)
    assert rows["b"]["log_high"] == pytest.approx(math.log(rows["b"]["high"]))
    assert (rows["c"]["ratio"], rows["c"]["reason"]) == (None, "no_licensing")
    assert (rows["torn"]["ratio"], rows["torn"]["reason"]) == (None, "not_reported")


def test_contributions_add_up() -> None:
    frame = contributions(CORPUS, within="scope")
    own = {row["agency"]: row for row in frame.filter(scope="own").iter_rows(named=True)}
    assert own["a"]["pooled"] == pytest.approx(52 / 400)
    assert own["a"]["contribution"] == pytest.approx(40 / 400)
    assert own["a"]["weight"] == pytest.approx(0.25)
    assert own["a"]["excess"] == pytest.approx(0.25 * (0.4 - 0.13))
    assert own["a"]["pooled_without"] == pytest.approx(12 / 300)
    # No licence, and yet a part of the ratio.
    assert own["c"]["ratio"] is None
    assert own["c"]["contribution"] == own["c"]["excess"] == pytest.approx(7 / 400)
    assert own["torn"]["contribution"] is own["torn"]["pooled"] is own["torn"]["excess"] is None
    assert own["torn"]["pooled_without"] is None
    assert sum(own[name]["contribution"] for name in "abc") == pytest.approx(52 / 400)
    assert sum(own[name]["excess"] for name in "abc") == pytest.approx(0)
    (region,) = frame.filter(scope="region").iter_rows(named=True)
    assert (region["weight"], region["excess"], region["pooled_without"]) == (1, 0, None)
    every = contributions(CORPUS, measure="penalties")
    assert set(every["pooled"].drop_nulls()) == {137 / 1_400}


def test_nothing_licensed_at_all() -> None:
    frame = contributions(corpus(office("c", 7, 0, 0)))
    assert (
        frame.select("pooled", "weight", "contribution", "excess").null_count().row(0) == (1,) * 4
    )
    one = contributions(corpus(office("d", 3, 0, 1)))
    assert one.select("pooled", "weight", "contribution", "excess").row(0) == (3, 1, 3, 0)


def test_what_is_no_measure_is_refused() -> None:
    with pytest.raises(ParameterError, match="'fines'"):
        contributions(CORPUS, measure="fines")
