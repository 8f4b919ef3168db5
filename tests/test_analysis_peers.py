"""An agency among its peers."""

from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from analysis import funnel, peers, shrunken_shares
from tests.analysis_frames import Frames, Printed, corpus, wide
from toolkit.check import check
from toolkit.errors import ParameterError


def office(agency: str, count: int | str, rest: int = 0, **more: Any) -> Printed:
    return Printed(agency, {"granted.total": count, "unable_not_held.total": rest}, **more)


def frames() -> Frames:
    made = corpus(
        office("a", 10, 10),
        office("b", 15, 10),
        office("c", 30, 70),
        office("d", 2, 1),
        office("empty", 0),
        office("torn", "blank"),
        office("elsewhere", 99, 1, province="Q"),
    )
    made.reports = made.reports.with_columns(level=pl.lit("county"), kind=pl.lit("office"))
    return made


def test_peers_by_hand() -> None:
    made = frames()
    frame = peers(made, "a")
    assert frame.columns[:5] == ["agency", "level", "kind", "province", "rank_near"]
    # Cases 20 against 25, 100, 3: ratios 1.25, 5, 6.7.
    assert frame.select("agency", "rank_near", "n").rows() == [
        ("a", 0, 20),
        ("b", 1, 25),
        ("c", 2, 100),
        ("d", 3, 3),
        ("empty", None, 0),
        ("torn", None, None),
    ]
    assert set(frame["n_peers"]) == {3}
    assert set(frame["province"]) == {"P"}
    same = Frames(made.reports.filter(province="P"), made.cells, made.checks)
    expected = shrunken_shares(same, category="granted").select("agency", "shrunken", "weight")
    assert frame.select("agency", "shrunken", "weight").sort("agency").equals(expected)
    places = funnel(same).select("agency", "p", "position")
    assert frame.select("agency", "p", "position").sort("agency").equals(places)
    other = peers(made, "a", of="substance", column="natural_person")
    assert (set(other["denominator"]), set(other["n"])) == ({"substance"}, {0})
    ordered = frame.filter(pl.col("n") > 0).sort("shrunken")
    assert ordered["percentile"].to_list() == pytest.approx([0, 100 / 3, 200 / 3, 100])
    assert ordered["agency"][0] == "c"
    assert frame["percentile"][4:].to_list() == [None, None], "an agency without cases has no place"


def test_other_peers_and_a_store() -> None:
    frame = peers(frames(), "a", same="level")
    assert "elsewhere" in frame["agency"].to_list()
    assert frame.filter(agency="elsewhere")["position"].to_list() == ["inside"]
    made = frames()
    made.checks = check(made.cells.lazy().collect())
    assert_frame_equal(peers(wide(made), "a"), peers(made, "a"))
    alone = peers(frames(), "elsewhere")
    assert alone.select("rank_near", "n_peers", "percentile").rows() == [(0, 0, None)]


def test_year_by_year() -> None:
    rows = {"a": (10, 12), "b": (20, 5), "c": (9, None), "d": (None, 7)}
    made = corpus(
        *(
            office(name, count, 30, year=2021 + t)
            for name, pair in rows.items()
            for t, count in enumerate(pair)
            if count is not None
        )
    )
    frame = peers(made, "c", same="province", by="year")
    assert frame.select("year", "agency").rows()[0] == (2021, "c")
    assert set(frame["year"]) == {2021}, "years that the agency has no report on"
    both = peers(made, "a", same="province", by="year")
    for year in (2021, 2022):
        of_year = Frames(made.reports.filter(year=year), made.cells, made.checks)
        assert_frame_equal(
            both.filter(year=year).drop("year"), peers(of_year, "a", same="province")
        )


def test_who_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ParameterError, match="no report of 'nobody'"):
        peers(frames(), "nobody")
    with pytest.raises(ParameterError, match="no column 'x'"):
        peers(frames(), "a", same="x")
    made = frames()
    made.reports = made.reports.with_columns(kind=pl.lit(None, pl.String))
    with pytest.raises(ParameterError, match="the kind of 'a' is not known; name other columns"):
        peers(made, "a")
    twice = corpus(office("a", 1, 1, year=2021), office("a", 1, 1, year=2022, province="Q"))
    with pytest.raises(ParameterError, match="the province changes"):
        peers(twice, "a", same="province")
