"""What must not change a statistic: order and names of reports; what must change it, and how."""

import inspect
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

import analysis
from analysis.observations import ACCOUNT
from analysis.panel import RECEIVED
from tests.analysis_frames import TYPES, Frames, Printed, corpus
from toolkit.errors import ParameterError

Statistic = Callable[..., pl.DataFrame]

POOLED: dict[str, Statistic] = {
    "denial_reasons": analysis.denial_reasons,
    "grounds": partial(analysis.denial_reasons, of="grounds"),
    "requester_mix": analysis.requester_mix,
    "outcomes": analysis.outcomes,
    "grant_rates": analysis.grant_rates,
    "flow": analysis.flow,
    "disputes": analysis.disputes,
    "normative_turnover": analysis.normative_turnover,
    "fees": analysis.fees,
    "enforcement_to_licensing": analysis.enforcement_to_licensing,
    "enforcement": analysis.enforcement,
}
SINGLE: dict[str, Statistic] = {
    "shrunken_shares": partial(analysis.shrunken_shares, category="granted"),
    "funnel": analysis.funnel,
    "contributions": analysis.contributions,
    "homogeneity": partial(analysis.homogeneity, by="agency"),
    "panel": analysis.panel,
    "changes": analysis.changes,
    "trend": analysis.trend,
    "own_history": analysis.own_history,
}
EVERY = POOLED | SINGLE

CELLS = (
    *("received.total", "carried_in.total", "carried_forward.total", "received.natural_person"),
    *("granted.total", "denied_security.total", "denied_inquiry.total", "unable_not_held.total"),
    *("granted.natural_person", "unable_unclear.natural_person", "granted.enterprise"),
    *("reconsideration.corrected", "reconsideration.upheld", "litigation_direct.pending"),
    *("licensing.decisions", "penalties.decisions", "compulsory_measures.decisions"),
    *("normative_documents.issued", "normative_documents.in_force", "fees.amount"),
)
cells = st.fixed_dictionaries({name: st.integers(0, 40) for name in CELLS})
places = st.tuples(st.sampled_from("abc"), st.sampled_from([2021, 2022, 2023]))
drawn = st.dictionaries(places, cells, min_size=2, max_size=6)
Drawn = dict[tuple[str, int], dict[str, Any]]
quick = settings(max_examples=5, deadline=None)


def made(reports: Drawn, *, prefix: str = "", fails: bool = True) -> Frames:
    """Corpus of these reports: agency and year, and the cells that are not 0."""
    wrong = ["flow.total", "outcomes.total"] if fails else []
    return corpus(
        *(
            Printed(f"{prefix}{agency}", printed, year=year, fails=wrong[: agency == "b"])
            for (agency, year), printed in reports.items()
        )
    )


@pytest.mark.parametrize("name", EVERY)
@quick
@given(reports=drawn, seed=st.integers(0, 9))
def test_order_and_ids_of_reports_change_nothing(name: str, reports: Drawn, seed: int) -> None:
    statistic, frames = EVERY[name], made(reports)
    ids = {one: f"{(7 * k + seed) % 11:02}" for k, one in enumerate(frames.reports["report_id"])}
    other = Frames(
        *(
            frame.lazy()
            .collect()
            .with_columns(pl.col("report_id").replace(ids))
            .sample(fraction=1, shuffle=True, seed=seed)
            for frame in (frames.reports, frames.cells, frames.checks)
        )
    )
    by = {"by": "agency"} if name in POOLED else {}
    assert_frame_equal(statistic(other, **by), statistic(frames, **by), rel_tol=1e-9)


@pytest.mark.parametrize("name", EVERY)
@quick
@given(reports=drawn)
def test_names_of_agencies_change_nothing_but_names(name: str, reports: Drawn) -> None:
    statistic = EVERY[name]
    turned = {"a": "c", "b": "b", "c": "a"}
    other = statistic(made({(turned[k], year): one for (k, year), one in reports.items()}))
    expected = statistic(made(reports))
    if "agency" in expected.columns:
        keys = [key for key in ("agency", "year") if key in expected.columns]
        other = other.with_columns(pl.col("agency").replace(turned)).sort(keys, nulls_last=True)
        expected = expected.sort(keys, nulls_last=True)
    assert_frame_equal(other, expected, rel_tol=1e-6)


@pytest.mark.parametrize("name", POOLED)
@quick
@given(reports=drawn)
def test_groups_add_up_to_the_whole(name: str, reports: Drawn) -> None:
    statistic, frames = POOLED[name], made(reports)
    whole, split = statistic(frames), statistic(frames, by=["agency", "year"])
    keys = whole.columns[: whole.columns.index("count" if "count" in whole.columns else "n")]
    keys = [key for key in keys if not whole.schema[key].is_numeric()]
    sums = ["count", "n", *ACCOUNT[2:]]
    added = split.group_by(keys, maintain_order=True) if keys else split.group_by(pl.lit(1))
    found = added.agg(pl.col(sums).sum()).select(*keys, *sums)
    assert_frame_equal(found, whole.select(*keys, *sums))


@pytest.mark.parametrize("name", POOLED)
@quick
@given(reports=drawn)
def test_the_same_again_from_other_agencies_doubles_counts(name: str, reports: Drawn) -> None:
    once = made(reports)
    twin = made(reports, prefix="x")
    both = Frames(
        pl.concat([once.reports, twin.reports]),
        pl.concat([once.cells.lazy(), twin.cells.lazy()]),
        pl.concat([once.checks, twin.checks]),
    )
    found, expected = (POOLED[name](frames) for frames in (both, once))
    doubled = ["count", "n", *ACCOUNT[2:]]
    assert_frame_equal(found.select(doubled), 2 * expected.select(doubled))
    same = [key for key in ("share", "ratio", "value", "difference") if key in found.columns]
    assert_frame_equal(found.select(same), expected.select(same))
    width = [pl.col("high") - pl.col("low") - 1e-9]
    narrower = pl.concat(
        [found.select(a=width[0]), expected.select(b=width[0])], how="horizontal"
    ).drop_nulls()
    assert (narrower["a"] <= narrower["b"]).all()


@pytest.mark.parametrize("name", [*POOLED, "contributions", "changes"])
def test_departments_whose_region_reports_change_no_sum(name: str) -> None:
    cells = {cell: 3 + 5 * at for at, cell in enumerate(CELLS)}
    both = made({(agency, year): cells for agency in "ab" for year in (2021, 2022)}, fails=False)
    city = pl.col("agency") == "a"
    of_city = {"kind": ("government", "department"), "scope": ("region", "own")}
    told = {k: pl.when(city).then(pl.lit(x)).otherwise(pl.lit(y)) for k, (x, y) in of_city.items()}
    told |= {"adcode": pl.lit("330100"), "level": pl.lit("prefecture")}
    both = Frames(both.reports.with_columns(**told), both.cells, both.checks)
    alone = Frames(both.reports.filter(city), both.cells, both.checks)
    by = {"by": ("agency", "year"), "within": "year"} if name == "contributions" else {}
    found, expected = (EVERY[name](frames, **by) for frames in (both, alone))
    found = found.filter(city) if by else found
    same = [column for column in expected.columns if column not in ACCOUNT]
    assert_frame_equal(found.select(same), expected.select(same))


@pytest.mark.parametrize("name", EVERY)
def test_no_report_makes_no_row_and_impossible_options_are_refused(name: str) -> None:
    statistic, frames = EVERY[name], made({("a", 2022): {}, ("b", 2022): {}})
    none = Frames(frames.reports.clear(), frames.cells, frames.checks)
    by = {"by": "agency"} if name in POOLED else {}
    assert statistic(none, **by).height == (name == "homogeneity")
    assert statistic(none, **by).columns == statistic(frames, **by).columns
    if name in POOLED:
        pooled = statistic(none)
        assert set(pooled["n_reports"]) == {0} == set(pooled["n_left_out"])
        assert pooled["n"].null_count() == pooled.height > 0
        assert statistic(frames, by=("province", "year")).columns[:2] == ["province", "year"]
    refused = {"by": ("x", "no column 'x'.*province"), "unit": ("x", "no column 'x'")}
    refused |= {"confidence": (95, "between 0 and 1"), "min_n": (-5, "min_n: expected a number")}
    for option in refused.keys() & inspect.signature(statistic).parameters:
        value, told = refused[option]
        with pytest.raises(ParameterError, match=told):
            statistic(frames, **{option: value})


@pytest.mark.parametrize("name", [*POOLED, "shrunken_shares", "contributions", "changes", "trend"])
def test_every_interval_is_narrower_with_less_confidence(name: str) -> None:
    named = (*CELLS, "denied_security.natural_person", "denied_security.enterprise")
    frames = made(
        {
            (agency, year): {cell: 20 + 7 * at + (at + k) % 4 * (year - 2020) for at, cell in cells}
            for k, agency in enumerate("abc")
            for year in (2021, 2022)
            for cells in [list(enumerate(named))]
        }
    )
    wide, narrow = (EVERY[name](frames, confidence=level) for level in (0.95, 0.5))
    assert (set(wide["confidence"]), set(narrow["confidence"])) == ({0.95}, {0.5})
    lows = [column for column in wide.columns if re.search("(^|_)low(_all)?$", column)]
    assert lows
    for low in lows:
        high = low.replace("low", "high")
        widths = [(found[high] - found[low]).drop_nulls() for found in (wide, narrow)]
        assert widths[0].len() == widths[1].len() > 0
        assert (widths[0] > widths[1]).all()


@quick
@given(reports=drawn, cell=st.sampled_from(CELLS), state=st.sampled_from(["blank", "unreadable"]))
def test_a_lost_number_changes_only_what_rests_on_it(reports: Drawn, cell: str, state: str) -> None:
    place = min(reports)
    frames, torn = made(reports), made(reports | {place: reports[place] | {cell: state}})
    left = {}
    for name, statistic in EVERY.items():
        if name == "homogeneity":
            continue
        found, expected = statistic(torn), statistic(frames)
        if f"left_out_{state}" in found.columns and found[f"left_out_{state}"].sum():
            left[name] = found
        elif name not in ("changes", "trend", "own_history"):
            assert_frame_equal(found, expected)
    item, _, column = cell.partition(".")
    rests = {
        "requester_mix": item == "received" and column in TYPES,
        "grounds": column == "total" and item.startswith(("denied_", "unable_")),
        "outcomes": column == "total" and item.startswith(("granted", "denied_", "unable_")),
        "grant_rates": column in TYPES and item != "received",
        "enforcement": column == "decisions",
        "fees": column == "amount",
        "panel": f"applications.{cell}" == RECEIVED,
    }
    assert {name: name in left for name in rests} == rests
