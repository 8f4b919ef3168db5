"""Intervals against published worked examples and against scipy, computed another way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import multinomial_proportions_confint

from analysis.intervals import noncentrality, poisson_ratio, simultaneous, wilson
from toolkit.errors import ParameterError


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    # Newcombe (1998), Two-sided confidence intervals for the single proportion, Statistics in
    # Medicine 17, 857-872, table I, method 3 (score, uncorrected).
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_equals_newcombe(count: int, n: int, low: float, high: float) -> None:
    limits = wilson([count], [n])
    assert limits[0][0] == pytest.approx(low, abs=5e-5)
    assert limits[1][0] == pytest.approx(high, abs=5e-5)


@given(st.integers(0, 400), st.integers(1, 400), st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_equals_scipy(count: int, n: int, confidence: float) -> None:
    count = min(count, n)
    expected = stats.binomtest(count, n).proportion_ci(confidence, method="wilson")
    (low,), (high,) = wilson([count], [n], confidence=confidence)
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)


@given(st.integers(0, 200), st.integers(1, 200), st.integers(2, 16))
def test_simultaneous_is_exact_at_the_divided_level(count: int, n: int, categories: int) -> None:
    count = min(count, n)
    expected = stats.binomtest(count, n).proportion_ci(1 - 0.05 / categories, method="exact")
    (low,), (high,) = simultaneous([count], [n], categories=categories)
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_simultaneous_is_close_to_goodman_where_goodman_is_valid() -> None:
    counts = np.array([200, 310, 500, 600, 800, 120, 90, 1050])
    low, high = simultaneous(counts, counts.sum(), categories=8)
    goodman = multinomial_proportions_confint(counts, method="goodman")
    assert np.abs(low - goodman[:, 0]).max() < 0.0008
    assert np.abs(high - goodman[:, 1]).max() < 0.0008


def test_simultaneous_covers_where_goodman_does_not() -> None:
    # 30,000 draws of 6 cases, one category at 0.9 and seven at 1/70: Goodman's intervals
    # cover all eight shares in 53 of 100 draws, the exact ones in 98.
    shares = np.array([0.9] + [0.1 / 7] * 7)
    draws = np.random.default_rng(2022).multinomial(6, shares, size=30_000)
    low, high = simultaneous(draws, 6, categories=8)
    assert ((low <= shares) & (shares <= high)).all(axis=1).mean() >= 0.95


@pytest.mark.parametrize(
    ("other", "time", "low", "high"),
    # Fay, vignettes of the R packages exactci (2023) and rateratio.test (2022): 2 events in
    # 17,877 against another sample; limits of the ratio of the two rates.
    [(10, 20_000, 0.02383738, 1.04995468), (9, 16_660, 0.02177406, 1.00054910)],
)
def test_poisson_ratio_equals_fay(other: int, time: int, low: float, high: float) -> None:
    limits = poisson_ratio([2], [other])
    rates = time / 17_877
    assert limits[0][0] * rates == pytest.approx(low, abs=5e-9)
    assert limits[1][0] * rates == pytest.approx(high, abs=5e-9)


@given(st.integers(0, 300), st.integers(1, 300))
def test_poisson_ratio_inverts_the_binomial_test(count: int, base: int) -> None:
    (low,), (high,) = poisson_ratio([count], [base])
    assert 0 <= low <= count / base <= high < np.inf
    # At the upper limit, so few cases or fewer have probability 2.5 %; at the lower, so many.
    assert stats.binom.cdf(count, count + base, high / (1 + high)) == pytest.approx(0.025)
    if count:
        assert stats.binom.sf(count - 1, count + base, low / (1 + low)) == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("count", "base", "low", "high"),
    # R 4.2.2: x / (m + 1) qf(0.025, 2 x, 2 (m + 1)), (x + 1) / m qf(0.975, 2 (x + 1), 2 m).
    [
        (10**9, 1, 179_480_259.2, 39_497_890_244.7),
        (10**12, 40, 18_359_185_618, 34_993_682_749),
        (5, 10**12, 1.623486390e-12, 1.166833208e-11),
    ],
)
def test_poisson_ratio_of_a_great_and_a_small_count(
    count: int, base: int, low: float, high: float
) -> None:
    limits = poisson_ratio([count], [base])
    assert (limits[0][0], limits[1][0]) == pytest.approx((low, high), rel=1e-7)


def test_noncentrality() -> None:
    # R 4.2.2: uniroot of pchisq(40, 7, ncp) - 0.975 and - 0.025.
    assert noncentrality(40, 7) == pytest.approx((14.08929879, 61.75134287), rel=1e-9)
    # The square root of such a variable is normal with variance 1, as near as makes no odds.
    for statistic in (0.99e9, 1.01e9, 1e12):
        z, root = 1.959963985, statistic**0.5
        expected = (root - z) ** 2 - 7, (root + z) ** 2 - 7
        assert noncentrality(statistic, 7) == pytest.approx(expected, rel=1e-8)


def test_ends_are_exact_and_nothing_gives_nothing() -> None:
    low, high = wilson([0, 7, 0, np.nan], [7, 7, 0, 5])
    assert low[0] == 0
    assert high[1] == 1
    assert np.isnan([low[2], high[2], low[3], high[3]]).all()
    low, high = simultaneous([0, 7, 0, np.nan], [7, 7, 0, 5], categories=3)
    assert low[0] == 0
    assert high[1] == 1
    assert np.isnan([low[2], high[2], low[3], high[3]]).all()
    low, high = poisson_ratio([0, 3, 0, np.nan], [5, 0, 0, 5])
    assert low[0] == 0
    assert high[0] == pytest.approx(0.025 ** (-1 / 5) - 1)  # (1 - p)^5 = 0.025, as odds
    assert np.isnan([low[1:], high[1:]]).all()


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.5])
def test_impossible_confidence_is_refused(confidence: float) -> None:
    with pytest.raises(ParameterError, match="between 0 and 1"):
        wilson([1], [2], confidence=confidence)


@given(st.integers(0, 200), st.integers(1, 200), st.integers(2, 16))
def test_simultaneous_limits_contain_the_single_ones(count: int, n: int, categories: int) -> None:
    count = min(count, n)
    single, together = wilson([count], [n]), simultaneous([count], [n], categories=categories)
    assert together[0][0] <= single[0][0] <= count / n <= single[1][0] <= together[1][0]
