"""Shrinkage and funnels: published data, another way of computing, simulation."""

import os
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats
from scipy.special import betaln

from analysis import funnel, shrunken_shares
from analysis.funnels import ALARM, DRAWN_IN, FEW, common, limits, two_sided
from analysis.shrinkage import shrink
from tests.analysis_frames import Printed, corpus
from toolkit.errors import ParameterError

RUNS = int(os.environ.get("OGI_SIMULATIONS", "150"))

# Efron and Morris (1975), Data analysis using Stein's estimator and its generalizations, JASA
# 70, 311-319, table 1: hits of 45 at bats, average over the rest of the season, Stein's estimate.
HITS = [18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7]
SEASON = [346, 298, 276, 222, 273, 270, 263, 210, 269, 230, 264, 256, 303, 264, 226, 286, 316, 200]
STEIN = [290, 286, 281, 277, 273, 273, 268, 264, 259, 259, 254, 254, 254, 254, 254, 249, 244, 239]


def test_baseball() -> None:
    hits = np.array(HITS)
    found = shrink(np.column_stack([hits, 45 - hits]))
    assert found.mean[:, 0] == pytest.approx(np.array(STEIN) / 1000, abs=0.016)
    truth = np.array(SEASON) / 1000
    raw, better = (((x - truth) ** 2).sum() for x in (hits / 45, found.mean[:, 0]))
    assert better < raw / 3  # Stein's estimate: a factor of 3.5
    assert ((found.low[:, 0] <= truth) & (truth <= found.high[:, 0])).all()


def test_posterior_equals_integration() -> None:
    # Beta-binomial with uniform priors on mean and correlation, by brute force.
    x, n = np.array([3, 9, 14, 2, 30, 11]), np.array([10, 12, 40, 25, 60, 15])
    m = np.linspace(0.01, 0.99, 50)[:, None]
    icc = np.linspace(0.0125, 0.9875, 40)[None, :]
    a, b = m * (1 / icc - 1), (1 - m) * (1 / icc - 1)
    fit = sum(betaln(a + k, b + s - k) - betaln(a, b) for k, s in zip(x, n, strict=True))
    weight = np.exp(fit - fit.max())
    weight /= weight.sum()
    found = shrink(np.column_stack([x, n - x]))
    grid = np.linspace(0, 1, 101)
    for place, (k, s) in enumerate(zip(x, n, strict=True)):
        assert found.mean[place, 0] == pytest.approx(
            float((weight * (a + k) / (a + b + s)).sum()), abs=0.012
        )
        chance = np.array([(weight * stats.beta.cdf(g, a + k, b + s - k)).sum() for g in grid])
        assert found.low[place, 0] == pytest.approx(np.interp(0.025, chance, grid), abs=0.02)
        assert found.high[place, 0] == pytest.approx(np.interp(0.975, chance, grid), abs=0.02)
    assert found.icc == pytest.approx(float((weight * icc).sum()), abs=0.03)


def test_posterior_equals_its_formulas() -> None:
    # Added up apart, case by case, from what docs/methods.md says: mean, 90 % limits, weight.
    found = shrink([[3, 1], [0, 2], [40, 10], [0, 0]], confidence=0.9)
    told = (found.mean[:, 0], found.low[:, 0], found.high[:, 0], found.weight)
    assert np.transpose(told) == pytest.approx(
        np.array(
            [
                (0.703871, 0.392119, 0.938660, 0.533240),
                (0.381421, 0.023242, 0.863571, 0.405524),
                (0.786524, 0.686509, 0.873554, 0.876963),
                (0.616828, 0.061801, 0.995150, 0),
            ]
        ),
        abs=1e-6,
    )
    assert found.icc == pytest.approx(0.285581, abs=1e-6)


def test_an_enormous_group_of_one_outcome_has_limits() -> None:
    # R 4.2.2, from the same formulas: qbeta at the variance within and between the likenesses.
    found = shrink([[10**8, 0], [5 * 10**7, 0], [10, 0]])
    expected = [
        [2.657031e-10, 2.775158e-09],
        [5.314063e-10, 5.550315e-09],
        [2.453044e-3, 2.656932e-2],
    ]
    assert np.transpose([found.mean[:, 1], found.high[:, 1]]) == pytest.approx(
        np.array(expected), rel=1e-5
    )
    assert found.low[:, 0] == pytest.approx(1 - found.high[:, 1], rel=1e-12)


@pytest.mark.parametrize("icc", [0.0, 0.05, 0.3])
def test_shrinkage_beats_raw_shares_and_its_intervals_cover(icc: float) -> None:
    chance = np.random.default_rng(60)
    shares = np.array([0.5, 0.3, 0.15, 0.05])
    covered, raw, better = [], [], []
    for _ in range(max(10, RUNS // 10)):
        theta = chance.dirichlet(shares * (1 / max(icc, 1e-7) - 1), size=60)
        n = np.exp(chance.uniform(0, np.log(300), size=60)).astype(int)
        x = np.array([chance.multinomial(*pair) for pair in zip(n, theta, strict=True)])
        found = shrink(x)
        assert found.mean.sum(axis=1) == pytest.approx(np.ones(60))
        covered.append(((found.low <= theta) & (theta <= found.high)).mean())
        raw.append(((x / n[:, None] - theta) ** 2).mean())
        better.append(((found.mean - theta) ** 2).mean())
    assert np.mean(covered) > 0.93
    assert np.mean(better) < 0.6 * np.mean(raw)


def granted(agency: str, count: int, n: int, **more: Any) -> Printed:
    cells = {"granted.total": count, "unable_not_held.total": n - count}
    return Printed(agency, cells, **more)


MANY = [granted(f"agency {i:02}", i % 5 + 8, 20) for i in range(20)]
ODD = granted("odd", 0, 60)
EMPTY = granted("empty", 0, 0)
TORN = Printed("torn", {"granted.total": "unreadable"})
CORPUS = corpus(*MANY, ODD, EMPTY, TORN)


def rows(frame: Any, **where: Any) -> dict[str, Any]:
    return frame.filter(**where).row(0, named=True)


def test_shrunken_shares() -> None:
    frame = shrunken_shares(CORPUS, category="granted")
    assert frame.height == 23
    assert set(frame["n_groups"]) == {21}
    narrow = rows(shrunken_shares(CORPUS, category="granted", confidence=0.5), agency="agency 00")
    small = rows(frame, agency="agency 00")
    assert small["shrunken_low"] < narrow["shrunken_low"] < narrow["shrunken"]
    assert (small["count"], small["n"], small["share"]) == (8, 20, 0.4)
    assert small["share"] < small["shrunken"] < 0.5
    assert small["shrunken_low"] < small["shrunken"] < small["shrunken_high"]
    assert 0 < small["weight"] < 1
    # No case of its own: what the others suggest, with no weight of its own.
    empty = rows(frame, agency="empty")
    assert (empty["n"], empty["share"], empty["weight"]) == (0, None, 0)
    assert 0.3 < empty["shrunken"] < 0.6
    # No usable report: nothing at all.
    torn = rows(frame, agency="torn")
    assert torn["shrunken"] is torn["share"] is torn["weight"] is None
    assert torn["left_out_unreadable"] == 1


def test_all_categories_add_up_to_one() -> None:
    frame = shrunken_shares(CORPUS, of="substance")
    assert frame.height == 23 * 4
    totals = (
        frame.drop_nulls("shrunken")
        .group_by("agency")
        .agg(pl.col("shrunken").sum())["shrunken"]
        .to_list()
    )
    assert totals == pytest.approx([1] * 22)


def test_families_do_not_learn_from_one_another() -> None:
    low = [granted(f"low {i}", 1, 30, province="P") for i in range(8)]
    high = [granted(f"high {i}", 29, 30, province="Q") for i in range(8)]
    frame = shrunken_shares(corpus(*low, *high), category="granted", within="province")
    assert frame.columns[:2] == ["province", "agency"]
    alone = shrunken_shares(corpus(*low), category="granted")
    apart = frame.filter(province="P")["shrunken"].to_list()
    assert apart == pytest.approx(alone["shrunken"].to_list())


def test_limits_without_overdispersion_are_binomial() -> None:
    low, high = limits([50], 0.3, 0, 0.95)
    # P(X < 8) + P(X = 8) / 2 = 0.0128, P(X < 9) + P(X = 9) / 2 = 0.0292.
    up_to = stats.binom.cdf([8, 9], 50, 0.3) - stats.binom.pmf([8, 9], 50, 0.3) / 2
    assert low[0] * 50 == pytest.approx(8 + (0.025 - up_to[0]) / (up_to[1] - up_to[0]))
    assert 21 / 50 < high[0] < 22 / 50
    assert limits([50], 0.3, 0.1, 0.95)[1][0] > high[0]


@pytest.mark.parametrize("icc", [0, 0.02, 0.3])
def test_p_and_limits_say_the_same(icc: float) -> None:
    # What is drawn beyond a limit is what p finds extreme, and the other way round.
    for n in (1, 5, 12, 47, 180):
        for coverage in (0.95, ALARM):
            (low,), (high,) = limits([n], 0.1, icc, coverage)
            for count in range(n + 1):
                beyond = not low <= count / n <= high
                assert (two_sided([count], [n], 0.1, icc) < 1 - coverage) == [beyond]


def test_two_sided_p_by_hand() -> None:
    # 1 of 3 at one half: 1/8 + 3/8 / 2 = 5/16 below.
    assert two_sided([1, 2], [3, 3], 0.5, 0) == pytest.approx([5 / 8, 5 / 8])
    # Beta-binomial with a = b = 1 is uniform on 0, 1, 2, 3: 0 has 1/4, half of it counted.
    assert two_sided([0, 3], [3, 3], 0.5, 1 / 3) == pytest.approx([1 / 4, 1 / 4])


@pytest.mark.parametrize("icc", [0, 0.01, 0.4])
def test_two_sided_p_beside_scipy(icc: float) -> None:
    chance = np.random.default_rng(4)
    n, target = chance.integers(1, 2 * FEW + 1, size=60), chance.uniform(0.01, 0.99, size=60)
    x = chance.binomial(n, chance.uniform(0, 1, size=60))
    alike = 1 / max(icc, 1e-12) - 1
    drawn = stats.betabinom(n, alike * target, alike * (1 - target)) if icc else None
    drawn = drawn or stats.binom(n, target)
    below = drawn.cdf(x - 1) + drawn.pmf(x) / 2
    expected = 2 * np.minimum(below, 1 - below)
    assert two_sided(x, n, target, icc) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("count", "n", "target", "icc", "p"),
    # R 4.2.2: exp(lchoose(n, k) + lbeta(a + k, b + n - k) - lbeta(a, b)), added up, half at k.
    [
        (0, 3_000, 0.002, 1e-4, 0.005236646189),
        (1, 1_500, 0.01, 1e-3, 0.000816413025),
        (0, 20_000, 5e-4, 1e-4, 0.004112000398),
        (2, 5_000, 0.01, 0.05, 0.858215603733),
        (4_995, 5_000, 0.99, 0.05, 0.983467694497),
    ],
)
def test_few_cases_of_many_are_as_rare_as_they_are(
    count: int, n: int, target: float, icc: float, p: float
) -> None:
    assert two_sided([count], [n], target, icc) == pytest.approx([p], rel=1e-8)
    edges = np.ravel(limits([n], target, icc, 1 - p))
    assert min(abs(edges - count / n)) < 1e-9


@pytest.mark.parametrize("icc", [0, 0.01])
def test_many_cases_continue_few(icc: float) -> None:
    for n, target in ((10_000, 0.055), (10_000, 0.945), (100_000, 0.0049)):
        at = FEW if target < 0.5 else n - FEW
        exact, smooth = two_sided([at, at + (1 if target < 0.5 else -1)], n, target, icc)
        assert smooth == pytest.approx(exact, rel=0.15)
        for coverage in (0.9, 0.999):
            (low,), (high,) = limits([n], target, icc, coverage)
            for edge in {low, high} - {0, 1}:
                mid_p = two_sided(np.array([edge * n // 1, edge * n // 1 + 1]), n, target, icc)
                assert min(mid_p) * 0.8 <= 1 - coverage <= max(mid_p) * 1.25


def test_dispersion_by_hand() -> None:
    # Five shares of 100 cases around 0.5, z = (-4, -2, 0, 2, 4); deciles -3.2 and 3.2.
    found = common([30, 40, 50, 60, 70], [100] * 5)
    assert found.target == pytest.approx(0.5)
    assert found.dispersion == pytest.approx((2 * 3.2**2 + 2 * 2**2) / 5 / DRAWN_IN)
    # Weighed by what each tells: n / (1 + (n - 1) icc).
    x, n = np.array([1800, 1, 4, 2, 5, 3]), np.array([2000, 10, 10, 10, 10, 10])
    found = common(x, n)
    assert 0.1 < found.icc < 0.9
    weight = n / (1 + (n - 1) * found.icc)
    assert found.target == pytest.approx(np.average(x / n, weights=weight), abs=1e-3)
    assert common([0] * 20, [10] * 20).icc == 0
    # Computed in turns, target and likeness would go round between three pairs, for ever.
    x, n = np.array([1, 0, 9, 0, 3]), np.array([8, 119, 944, 4, 352])
    found = common(x, n)
    weight = n / (1 + (n - 1) * found.icc)
    assert found.target == pytest.approx((weight * x / n).sum() / weight.sum(), rel=1e-12)
    assert 0.0138 < found.target < 0.0139
    cut = stats.norm.ppf(0.9)
    drawn = stats.norm.expect(lambda z: np.clip(z, -cut, cut) ** 2)
    assert pytest.approx(drawn) == DRAWN_IN


@pytest.mark.parametrize(("target", "icc"), [(0.3, 0.05), (0.02, 0.05), (0.05, 0.2), (0.5, 0.5)])
def test_likeness_is_recovered(target: float, icc: float) -> None:
    chance = np.random.default_rng(62)
    n = np.exp(chance.uniform(np.log(2), np.log(3_000), size=600)).astype(int)
    theta = chance.beta((1 / icc - 1) * target, (1 / icc - 1) * (1 - target), size=600)
    assert common(chance.binomial(n, theta), n).icc == pytest.approx(icc, rel=0.3)
    assert common(chance.binomial(n, target), n).icc < 0.005


def test_funnel_finds_the_odd_one() -> None:
    frame = funnel(CORPUS)
    assert frame.filter(position="below")["agency"].to_list() == ["odd"]
    odd = rows(frame, agency="odd")
    assert odd["share"] < odd["alarm_low"] < odd["warning_low"] < odd["target"]
    assert odd["p"] < 1 - ALARM
    assert odd["p_bh"] < 0.05
    assert rows(frame, agency="agency 00")["position"] == "inside"
    for agency in ("empty", "torn"):
        row = rows(frame, agency=agency)
        assert row["position"] is row["p"] is row["alarm_low"] is None
    assert funnel(CORPUS, by="year").height == 1


def test_a_family_without_cases_has_no_funnel_and_spoils_no_other() -> None:
    printed = [
        Printed(a, {"granted.total": n, "denied_inquiry.total": 5}) for a, n in (("a", 1), ("b", 2))
    ]
    found = funnel(corpus(*printed, Printed("a", year=2021)), within="year")
    assert found.select("year", "n_groups", "position", "alarm_high").rows()[0] == (
        2021, 0, None, None,
    )  # fmt: skip
    assert found["n_groups"].to_list() == [0, 2, 2]


def test_where_no_agency_has_a_case_nothing_is_suggested() -> None:
    frame = shrunken_shares(corpus(Printed("a"), Printed("b")), category="granted")
    assert frame["n"].to_list() == [0, 0]
    for name in ("shrunken", "shrunken_low", "shrunken_high", "weight", "icc"):
        assert frame[name].to_list() == [None, None]


@pytest.mark.parametrize(
    ("target", "icc"), [(0.3, 0), (0.3, 0.05), (0.05, 0.02), (0.01, 0.01), (0.05, 0.3)]
)
def test_false_alarms_stay_at_the_stated_rate(target: float, icc: float) -> None:
    chance = np.random.default_rng(61)
    alarms, groups = 0, 0
    for _ in range(max(10, RUNS // 10)):
        alike = 1 / max(icc, 1e-7) - 1
        theta = chance.beta(alike * target, alike * (1 - target), size=100)
        n = np.exp(chance.uniform(np.log(5), np.log(1_000), size=100)).astype(int)
        x = chance.binomial(n, theta)
        found = common(x, n)
        alarms += (two_sided(x, n, found.target, found.icc) < 1 - ALARM).sum()
        groups += 100
    expected = (1 - ALARM) * groups
    assert alarms <= expected + 4 * expected**0.5


@pytest.mark.parametrize("statistic", [shrunken_shares, funnel])
def test_nothing_known_and_impossible_options(statistic: Any) -> None:
    torn = statistic(corpus(TORN), category="granted")
    assert torn["count"].to_list() == [None]
    with pytest.raises(ParameterError, match="category"):
        statistic(CORPUS, category="won")
    with pytest.raises(ParameterError, match="by"):
        statistic(CORPUS, category="granted", by=())
