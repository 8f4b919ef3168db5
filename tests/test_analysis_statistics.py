"""The four statistics on corpora whose results were worked out by hand."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from analysis import denial_reasons, enforcement_to_licensing, outcomes, requester_mix
from analysis.observations import ACCOUNT
from tests.analysis_frames import TYPES, Frames, Printed, corpus
from toolkit.errors import ParameterError
from toolkit.form import form

REASONS = form().children("applications", "denied")
Statistic = Callable[..., pl.DataFrame]
SHARES: tuple[Statistic, ...] = (denial_reasons, requester_mix, outcomes)
EVERY: tuple[Statistic, ...] = (*SHARES, enforcement_to_licensing)

# Table 3 of a district office, 2022, column total; table 2's decisions.
DISTRICT = Printed(
    "district",
    {
        "received.natural_person": 136,
        "received.enterprise": 10,
        "received.legal_service": 1,
        "received.total": 147,
        "granted.total": 49,
        "granted_in_part.total": 17,
        "denied_security.total": 2,
        "denied_third_party.total": 1,
        "denied_internal_affairs.total": 1,
        "denied_enforcement_file.total": 1,
        "denied_inquiry.total": 1,
        "unable_not_held.total": 72,
        "unable_not_existing.total": 2,
        "unprocessed_complaint.total": 1,
        "unprocessed_repeat.total": 3,
        "resolved.total": 150,
        "licensing.decisions": 58_998,
        "penalties.decisions": 4_065,
        "compulsory_measures.decisions": 1_264,
    },
)
# A city office with outcomes under (VI) and none under (III).
CITY = Printed(
    "city",
    {
        "received.natural_person": 44,
        "received.enterprise": 1,
        "granted.total": 36,
        "granted_in_part.total": 2,
        "unable_not_held.total": 1,
        "unprocessed_repeat.total": 1,
        "otherwise_uncorrected.total": 4,
        "otherwise_other.total": 1,
    },
    province="Q",
)


def column(frame: pl.DataFrame, name: str, **where: object) -> list[Any]:
    return frame.filter(**where)[name].to_list()


def test_denial_reasons_of_one_report() -> None:
    frame = denial_reasons(corpus(DISTRICT))
    assert column(frame, "ground") == list(REASONS)
    assert column(frame, "count") == [0, 0, 2, 1, 1, 0, 1, 1]
    assert set(frame["n"]) == {6}
    assert set(frame["denominator"]) == {"denied"}
    assert column(frame, "share", ground="denied_security") == [pytest.approx(1 / 3)]
    # Wilson for 2 of 6, z = 1.959964: centre (2 + z²/2) / (6 + z²) = 0.398389, half width
    # z / (6 + z²) · sqrt(2 · 4 / 6 + z²/4) = 0.301618.
    assert column(frame, "low", ground="denied_security") == [pytest.approx(0.096771, abs=1e-6)]
    assert column(frame, "high", ground="denied_security") == [pytest.approx(0.700007, abs=1e-6)]
    # Exact, one share in eight: (1 - p)^6 = 0.05 / 16.
    assert column(frame, "high_all", ground="denied_state_secret") == [
        pytest.approx(1 - (0.05 / 16) ** (1 / 6))
    ]


def test_sixteen_grounds() -> None:
    frame = denial_reasons(corpus(DISTRICT), of="grounds")
    assert frame.height == 16
    assert set(frame["n"]) == {6 + 74 + 4}
    assert column(frame, "count", ground="unable_not_held") == [72]
    assert column(frame, "share", ground="unprocessed_repeat") == [pytest.approx(3 / 84)]


def test_requester_mix_and_the_natural_person_share() -> None:
    frame = requester_mix(corpus(DISTRICT, CITY))
    assert dict(frame.select("requester", "count").iter_rows()) == dict(
        zip(TYPES, (180, 11, 0, 0, 1, 0), strict=True)
    )
    assert column(frame, "n") == [192] * 6
    assert column(frame, "share", requester="natural_person") == [pytest.approx(180 / 192)]
    assert column(frame, "n_reports") == [2] * 6


def test_outcomes_under_three_denominators() -> None:
    frame = outcomes(corpus(DISTRICT, CITY))
    resolved = {
        "granted": 85,
        "granted_in_part": 19,
        "denied": 6,
        "unable": 75,
        "unprocessed": 5,
        "otherwise": 5,
    }
    found = frame.filter(denominator="resolved")
    assert dict(found.select("outcome", "count").iter_rows()) == resolved
    sizes = frame.group_by("denominator", maintain_order=True).agg(pl.col("n").unique())
    assert sizes.rows() == [("resolved", [195]), ("substance", [185]), ("held", [110])]
    assert column(frame, "share", outcome="granted") == pytest.approx(
        [85 / 195, 85 / 185, 85 / 110]
    )
    assert frame.group_by("denominator").agg(pl.col("share").sum())["share"].to_list() == (
        pytest.approx([1, 1, 1])
    )


def test_enforcement_to_licensing() -> None:
    (row,) = enforcement_to_licensing(corpus(DISTRICT)).rows(named=True)
    assert (row["penalties"], row["compulsory_measures"]) == (4_065, 1_264)
    assert (row["count"], row["n"], row["denominator"]) == (5_329, 58_998, "licensing")
    assert row["ratio"] == pytest.approx((4_065 + 1_264) / 58_998)
    assert (row["low"], row["high"]) == pytest.approx((0.087812, 0.092895), abs=1e-6)
    assert row["reason"] is None


def test_ratio_with_no_enforcement_is_zero_and_has_an_interval() -> None:
    (row,) = enforcement_to_licensing(
        corpus(Printed("licensing bureau", {"licensing.decisions": 23_140}))
    ).rows(named=True)
    assert (row["ratio"], row["low"], row["reason"]) == (0, 0, None)
    assert row["high"] == pytest.approx(0.025 ** (-1 / 23_140) - 1, rel=1e-9)


def test_ratio_is_null_with_its_reason() -> None:
    frame = enforcement_to_licensing(
        corpus(
            Printed("none", {"penalties.decisions": 7}),
            Printed("blank", {"licensing.decisions": 5, "penalties.decisions": "blank"}),
            Printed("gone", {"licensing.decisions": "absent"}),
        ),
        by="agency",
    )
    assert frame.select("agency", "reason", "n_no_licensing").rows() == [
        ("blank", "not_reported", None),
        ("gone", "not_reported", None),
        ("none", "no_licensing", 1),
    ]
    assert frame.select("ratio", "low", "high").null_count().row(0) == (3, 3, 3)
    assert column(frame, "count") == [None, None, 7]
    assert column(frame, "left_out_blank") == [1, 0, 0]
    assert column(frame, "left_out_absent") == [0, 1, 0]


def test_pooled_ratio_is_the_ratio_of_the_sums() -> None:
    other = Printed("none", {"penalties.decisions": 71})
    (row,) = enforcement_to_licensing(corpus(DISTRICT, other)).rows(named=True)
    assert row["ratio"] == pytest.approx(5_400 / 58_998)
    assert (row["n_reports"], row["n_no_licensing"]) == (2, 1)


def test_otherwise_is_one_row_in_2019_and_three_in_2021() -> None:
    old = Printed("old", {"otherwise.total": 7, "granted.total": 1}, edition="2019", year=2020)
    frame = outcomes(corpus(CITY, old)).filter(outcome="otherwise")
    assert frame.select("count", "n", "n_reports", "first_year", "last_year").rows() == [
        (5 + 7, 45 + 8, 2, 2020, 2022)
    ]
    for printed in (old, CITY):
        cells = {**printed.cells}
        cells["otherwise.total" if printed is old else "otherwise_unpaid.total"] = "blank"
        blank = Printed("blank", cells, edition=printed.edition)
        frame = outcomes(corpus(blank))
        assert frame["count"].null_count() == frame.height
        assert set(frame["left_out_blank"]) == {1}


def test_decisions_of_2019() -> None:
    cells = {"licensing.decisions": 10, "penalties.decisions": 3, "licensing.items_last_year": 99}
    (row,) = enforcement_to_licensing(corpus(Printed("old", cells, edition="2019"))).rows(
        named=True
    )
    assert row["ratio"] == pytest.approx(0.3)


@pytest.mark.parametrize("state", ["blank", "not_applicable", "unreadable", "absent"])
def test_a_report_with_a_gap_is_left_out_and_counted(state: str) -> None:
    torn = Printed("torn", {**DISTRICT.cells, "denied_state_secret.total": state})
    for statistic in (denial_reasons, outcomes):
        pooled = statistic(corpus(CITY, torn))
        alone = statistic(corpus(CITY))
        same = [name for name in alone.columns if name not in ACCOUNT]
        assert_frame_equal(pooled.select(same), alone.select(same))
        assert set(pooled["n_reports"]) == {1}
        assert set(pooled["n_left_out"]) == set(pooled[f"left_out_{state}"]) == {1}
    assert set(requester_mix(corpus(CITY, torn))["n_left_out"]) == {0}


@pytest.mark.parametrize(
    ("less", "graver"), [*pairwise(("blank", "not_applicable", "unreadable", "absent"))]
)
def test_of_several_gaps_the_gravest_is_the_reason(less: str, graver: str) -> None:
    gaps = {"denied_inquiry.total": less, "denied_security.total": graver}
    frame = denial_reasons(corpus(Printed("torn", gaps)))
    assert set(frame[f"left_out_{graver}"]) == {1}
    assert set(frame[f"left_out_{less}"]) == {0}


def test_no_report_used_gives_null_not_zero() -> None:
    torn = Printed("torn", {"denied_inquiry.total": "blank", "granted.total": 3})
    for statistic in (denial_reasons, outcomes):
        frame = statistic(corpus(torn), by="agency")
        for name in ("count", "n", "share", "low", "high", "low_all", "high_all", "small"):
            assert frame[name].null_count() == frame.height, name


def test_nothing_denied_is_zero_cases_and_no_share() -> None:
    frame = denial_reasons(corpus(CITY))
    assert set(frame["count"]) == {0} == set(frame["n"])
    assert (
        frame.select("share", "low", "high", "low_all", "high_all").null_count().row(0) == (8,) * 5
    )
    assert set(frame["small"]) == {True}


@pytest.mark.parametrize("statistic", EVERY)
def test_a_report_without_cells_is_absent(statistic: Statistic) -> None:
    frames = corpus(CITY)
    frames = Frames(frames.reports, frames.cells.lazy().limit(0), frames.checks)
    assert set(statistic(frames)["left_out_absent"]) == {1}


@pytest.mark.parametrize("statistic", EVERY)
def test_reports_that_are_not_listed_do_not_count(statistic: Statistic) -> None:
    both, alone = corpus(CITY, DISTRICT), corpus(CITY)
    few = Frames(both.reports.filter(agency="city"), both.cells, both.checks)
    assert_frame_equal(statistic(few), statistic(alone))


@pytest.mark.parametrize("statistic", EVERY)
def test_groups_are_what_their_reports_give_alone(statistic: Statistic) -> None:
    unknown = Printed("third", {**DISTRICT.cells}, province=None)
    whole = corpus(CITY, DISTRICT, unknown)
    frame = statistic(whole, by=("province", "year"))
    assert frame.columns[:2] == ["province", "year"]
    assert frame["province"].unique(maintain_order=True).to_list() == ["P", "Q", None]
    parts = ((DISTRICT, "P"), (CITY, "Q"), (unknown, None))
    for printed, province in parts:
        group = frame.filter(pl.col("province").eq_missing(province)).drop("province", "year")
        assert_frame_equal(group, statistic(corpus(printed)))
    assert statistic(whole, by="report_id")["report_id"].n_unique() == 3


def test_strict_uses_only_reports_whose_identities_hold() -> None:
    wrong = Printed("wrong", {"granted.total": 9}, fails=["outcomes.total"])
    unclear = Printed("unclear", {"granted.total": 9}, unknown=["requesters.granted"])
    elsewhere = Printed(
        "elsewhere", {"granted.total": 1}, fails=["outcomes.research", "requesters.received"]
    )
    frames = corpus(wrong, unclear, elsewhere)
    loose, strict = outcomes(frames), outcomes(frames, strict=True)
    assert loose.select("count", "n_reports", "n_fails", "n_unknown").row(0) == (19, 3, 1, 1)
    assert strict.select("count", "n_reports", "n_fails", "n_unknown").row(0) == (1, 1, 0, 0)
    assert strict.select("n_left_out", "left_out_fails", "left_out_unknown").row(0) == (2, 1, 1)
    # A blank leaves identities unknown: that it is blank is the graver reason.
    torn = corpus(Printed("a", {"granted.total": "blank"}, unknown=["outcomes.total"]))
    assert outcomes(torn, strict=True).select("left_out_blank", "left_out_unknown").row(0) == (1, 0)


@pytest.mark.parametrize("doubt", ["fails", "unknown"])
def test_a_region_s_report_has_its_organs_cases_whatever_its_identities(doubt: str) -> None:
    doubtful: dict[str, Any] = {doubt: ["requesters.received"]}
    city, bureau = (Printed(k, {"received.enterprise": n}) for k, n in (("city", 9), ("bureau", 2)))
    account = ("n", "n_reports", "left_out_included", f"left_out_{doubt}")
    for first, second in ((city, bureau), (replace(city, **doubtful), replace(bureau, **doubtful))):
        frames = corpus(first, second)
        kinds = pl.Series(["government", "department"])
        places = {"adcode": pl.lit("330100"), "level": pl.lit("prefecture"), "kind": kinds}
        frames.reports = frames.reports.with_columns(**places, scope=pl.Series(["region", "own"]))
        assert requester_mix(frames).select(account).row(0) == (9, 1, 1, 0)
    # A report that is not used has nobody's cases.
    frames.checks = frames.checks.filter(report_id="city-2022").vstack(
        corpus(city, bureau).checks.filter(report_id="bureau-2022")
    )
    assert requester_mix(frames, strict=True).select(account).row(0) == (2, 1, 0, 1)


def test_strict_takes_a_missing_check_for_unknown() -> None:
    frames = corpus(CITY)
    frames.checks = frames.checks.clear()
    assert set(outcomes(frames)["n_unknown"]) == {1}
    assert set(outcomes(frames, strict=True)["left_out_unknown"]) == {1}
    assert set(enforcement_to_licensing(frames, strict=True)["n_left_out"]) == {0}


def test_every_column_of_reports_groups() -> None:
    one = corpus(Printed("A", {"received.natural_person": 3}))
    assert all(requester_mix(one, by=name).height == 6 for name in one.reports.columns)


def test_one_requester_column() -> None:
    cells = {"granted.enterprise": 3, "denied_inquiry.enterprise": 1, "granted.total": 50}
    frame = outcomes(corpus(Printed("a", cells)), column="enterprise")
    assert column(frame, "share", outcome="granted", denominator="held") == [0.75]
    assert denial_reasons(corpus(Printed("a", cells)), column="enterprise")["n"][0] == 1


def test_small_is_shown_and_nothing_is_dropped() -> None:
    frame = requester_mix(corpus(DISTRICT, CITY), by="agency", min_n=100)
    assert dict(frame.select("agency", "small").iter_rows()) == {"city": True, "district": False}
    assert column(frame, "share", agency="city", requester="natural_person") == [44 / 45]
    assert set(frame["min_n"]) == {100}


def test_confidence_narrows_the_intervals() -> None:
    wide, narrow = (
        outcomes(corpus(DISTRICT), confidence=c).row(0, named=True) for c in (0.95, 0.8)
    )
    assert wide["low"] < narrow["low"] < narrow["share"] < narrow["high"] < wide["high"]
    assert wide["low_all"] < narrow["low_all"]
    assert narrow["confidence"] == 0.8


def test_unknown_grounds_or_column_are_refused() -> None:
    with pytest.raises(ParameterError, match="'refused'"):
        denial_reasons(corpus(CITY), of="refused")  # type: ignore[arg-type]
    for statistic in (denial_reasons, outcomes):
        with pytest.raises(ParameterError, match="'citizens'"):
            statistic(corpus(CITY), column="citizens")


counts = st.integers(0, 60)
states = st.sampled_from(["blank", "absent", "unreadable", "not_applicable"])
names = [
    *(f"received.{kind}" for kind in TYPES),
    "granted.total",
    *(f"{reason}.total" for reason in REASONS),
    "unable_not_held.total",
    "licensing.decisions",
    "penalties.decisions",
]
printed_cells = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(names, counts | counts | counts | states)
)
corpora = st.lists(printed_cells, min_size=1, max_size=4).map(
    lambda reports: corpus(*(Printed(f"agency {i}", cells) for i, cells in enumerate(reports)))
)


def close(values: Iterable[float]) -> Any:
    return pytest.approx(list(values))


@settings(max_examples=40, deadline=None)
@given(corpora, st.sampled_from(["", "agency"]))
def test_what_is_true_of_every_corpus(frames: Frames, by: str) -> None:
    groups = [by] if by else []
    for statistic in SHARES:
        frame = statistic(frames, by=groups)
        assert (
            frame["n_reports"] + frame["n_left_out"] == (1 if by else frames.reports.height)
        ).all()
        reasons = frame.select(name for name in ACCOUNT if name.startswith("left_out_"))
        assert (reasons.sum_horizontal() == frame["n_left_out"]).all()
        known = frame.drop_nulls("share")
        assert known.height == frame.filter(pl.col("n") > 0).height
        ordered = known.select("low_all", "low", "share", "high", "high_all").rows()
        assert all(list(row) == sorted(row) for row in ordered)
        assert all(row[0] >= 0 and row[-1] <= 1 for row in ordered)
        sums = known.group_by(*groups, "denominator").agg(pl.col("share").sum())["share"]
        assert sums.to_list() == close([1] * len(sums))
    ratio = enforcement_to_licensing(frames, by=groups)
    assert (ratio["ratio"].is_null() == ratio["reason"].is_not_null()).all()
    assert (ratio["ratio"].is_null() == ratio["high"].is_null()).all()
