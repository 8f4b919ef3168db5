"""Backlog, disputes, documents and fees on a corpus worked out by hand."""

from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from scipy import stats

import analysis
from analysis import disputes, fees, flow, headlines, normative_turnover
from tests.analysis_frames import Printed, corpus

CITY = Printed(
    "city",
    {
        "received.total": 180,
        "carried_in.total": 20,
        "granted.total": 120,
        "unable_not_held.total": 40,
        "carried_forward.total": 40,
        "reconsideration.upheld": 6,
        "reconsideration.corrected": 3,
        "reconsideration.other": 1,
        "reconsideration.pending": 2,
        "litigation_direct.corrected": 1,
        "litigation_direct.pending": 4,
        "litigation_after_reconsideration.upheld": 3,
        "normative_documents.issued": 5,
        "normative_documents.repealed": 2,
        "normative_documents.in_force": 50,
        "fees.amount": 62_010_000,
    },
)
OLD = Printed("old", {"received.total": 20, "otherwise.total": 10}, edition="2019", year=2020)


def measures(frame: pl.DataFrame) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in frame.select("measure", "count", "n", "value").iter_rows()}


def test_flow() -> None:
    frame = flow(corpus(CITY))
    assert measures(frame) == {
        "carry_over": (40, 200, pytest.approx(0.2)),
        "clearance": (160, 180, pytest.approx(160 / 180)),
        "backlog": (40, 20, pytest.approx(2)),
        "disposition_days": (40, 160, pytest.approx(365 / 4)),
    }
    own = {name.replace(".total", ".enterprise"): n for name, n in CITY.cells.items()}
    kinds = {name: n for name, n in own.items() if name.endswith(".enterprise")}
    of_kind = flow(corpus(Printed("city", kinds)), column="enterprise")
    assert measures(of_kind) == measures(frame)
    share, _, _, days = frame.rows(named=True)
    expected = stats.binomtest(40, 200).proportion_ci(method="wilson")
    assert (share["low"], share["high"]) == pytest.approx((expected.low, expected.high))
    # Given 200 in all, 40 are binomial; the exact limits as odds, times 365.
    exact = stats.binomtest(40, 200).proportion_ci(method="exact")
    odds = [365 * p / (1 - p) for p in (exact.low, exact.high)]
    assert [days["low"], days["high"]] == pytest.approx(odds)
    assert frame["denominator"].to_list() == ["at_hand", "received", "carried_in", "resolved"]


def test_each_measure_rests_on_the_reports_that_have_its_cells() -> None:
    torn = Printed("torn", {"received.total": 10, "granted.total": "unreadable"})
    frame = flow(corpus(CITY, torn, OLD))
    assert frame.select("measure", "n", "n_reports", "left_out_unreadable").rows() == [
        ("carry_over", 230, 3, 0),
        ("clearance", 200, 2, 1),
        ("backlog", 20, 3, 0),
        ("disposition_days", 170, 2, 1),
    ]


def test_disputes() -> None:
    found = measures(disputes(corpus(CITY)))
    assert found == {
        "reconsideration": (12, 160, pytest.approx(7.5)),
        "litigation": (8, 160, pytest.approx(5)),
        "corrected.reconsideration": (3, 10, pytest.approx(0.3)),
        "corrected_of_all.reconsideration": (3, 12, pytest.approx(0.25)),
        "corrected.litigation": (1, 4, pytest.approx(0.25)),
        "corrected_of_all.litigation": (1, 8, pytest.approx(0.125)),
        "corrected.challenges": (4, 14, pytest.approx(4 / 14)),
        "corrected_of_all.challenges": (4, 20, pytest.approx(0.2)),
    }


def test_normative_turnover_is_the_2021_editions_own() -> None:
    frame = normative_turnover(corpus(CITY, OLD))
    assert measures(frame) == {
        "issued": (5, 50, pytest.approx(0.1)),
        "repealed": (2, 50, pytest.approx(0.04)),
    }
    assert set(frame["left_out_absent"]) == {1}


def test_fees() -> None:
    free = Printed("free", {"fees.amount": 0})
    little = Printed("little", {"fees.amount": 3_700}, province="Q")
    (row,) = fees(corpus(CITY, free, little, OLD)).rows(named=True)
    assert (row["amount"], row["median"], row["largest"]) == (62_013_700, 3_700, 62_010_000)
    assert (row["count"], row["n"], row["share"]) == (2, 3, pytest.approx(2 / 3))
    assert (row["n_reports"], row["left_out_absent"]) == (3, 1)
    by = fees(corpus(free, little), by="province")
    assert by.select("province", "amount", "median", "share").rows() == [
        ("P", 0, 0, 0),
        ("Q", 3_700, 3_700, 1),
    ]
    (none,) = fees(corpus(OLD)).rows(named=True)
    assert none["amount"] is none["share"] is none["median"] is none["n"] is None


def test_the_middle_of_fees_is_that_of_the_reports_that_count() -> None:
    city, one = Printed("city", {"fees.amount": 40}), Printed("one", {"fees.amount": 1})
    bureau = Printed("bureau", {"fees.amount": 100})
    homeless = Printed("homeless", {"fees.amount": 7}, province=None)
    frames = corpus(city, one, bureau, homeless)
    is_city = pl.col("agency") == "city"
    frames.reports = frames.reports.with_columns(
        adcode=pl.when(pl.col("agency").is_in(["city", "bureau"])).then(pl.lit("330100")),
        level=pl.lit("prefecture"),
        kind=pl.when(is_city).then(pl.lit("government")).otherwise(pl.lit("department")),
        scope=pl.when(is_city).then(pl.lit("region")).otherwise(pl.lit("own")),
    )
    columns = ("province", "amount", "median", "largest", "count", "n")
    both = [("P", 41, 20.5, 40, 2, 2), (None, 7, 7, 7, 1, 1)]
    assert fees(frames, by="province").select(columns).rows() == both
    frames.reports = frames.reports.with_columns(scope=pl.lit("own"), adcode=None)
    assert fees(frames, by="province")["largest"].to_list() == [100, 7]


def test_headlines_are_what_each_statistic_says() -> None:
    cells = {"granted.total": 9, "denied_inquiry.total": 3, "received.natural_person": 12}
    torn = Printed("torn", cells | {"denied_security.total": "blank"}, province="Q")
    bureau = Printed("bureau", {"received.enterprise": 7, "licensing.decisions": "absent"})
    wrong = Printed("wrong", cells, fails=["requesters.received"])
    frames = corpus(CITY, torn, bureau, wrong, OLD)
    frames.reports = frames.reports.with_columns(
        adcode=pl.lit("330100"),
        level=pl.lit("prefecture"),
        kind=pl.when(agency="city").then(pl.lit("government")).otherwise(pl.lit("department")),
        scope=pl.when(agency="city").then(pl.lit("region")).otherwise(pl.lit("own")),
    )
    for by, strict in (((), False), ("province", True), (("province", "year"), False)):
        found = headlines(frames, by=by, strict=strict)
        assert strict or found["left_out_blank"].sum()
        assert found["left_out_included"].sum()
        for statistic, (measure, value) in {
            analysis.requester_mix: ("requester", "share"),
            analysis.outcomes: ("outcome", "share"),
            analysis.denial_reasons: ("ground", "share"),
            analysis.enforcement: ("measure", "ratio"),
        }.items():
            alone = statistic(frames, by=by, strict=strict)
            alone = alone.rename({measure: "measure", value: "value"})
            keys = [*analysis.observations.grouping(by), "denominator", "measure"]
            same = [one for one in alone.columns if one in found.columns and one != "reason"]
            both = found.join(alone, on=keys, how="semi", nulls_equal=True).select(same)
            assert both.height
            alone = alone.join(found, on=keys, how="semi", nulls_equal=True).select(same)
            assert_frame_equal(both, alone, check_row_order=False)


def test_no_value_has_its_reason() -> None:
    nothing = Printed("nothing", {"carried_forward.total": 1})
    torn = Printed("torn", {"carried_in.total": "blank"})
    frame = flow(corpus(nothing, torn), by="agency").filter(measure="carry_over")
    assert frame.select("agency", "reason", "value", "low").rows() == [
        ("nothing", "zero", None, None),
        ("torn", "not_reported", None, None),
    ]
    # More carried forward than was at hand: the print contradicts itself, there is no share.
    wrong = Printed("wrong", {"received.total": 3, "carried_forward.total": 5})
    row = flow(corpus(wrong)).row(0, named=True)
    assert (row["count"], row["n"], row["value"], row["reason"]) == (5, 3, None, "exceeds")


@pytest.mark.parametrize("statistic", [flow, disputes, normative_turnover, fees])
def test_few_are_few_by_what_is_asked(statistic: Any) -> None:
    assert set(statistic(corpus(CITY), min_n=10**9)["small"]) == {True}
