"""Grant rates by requester: Newcombe's differences, Mantel-Haenszel, Simpson's paradox."""

import os
from dataclasses import replace

import numpy as np
import pytest
from polars.testing import assert_frame_equal
from scipy import stats

from analysis import grant_rates
from analysis.intervals import difference
from analysis.requesters import _pooled, _pooled_difference
from tests.analysis_frames import Printed, corpus
from toolkit.errors import ParameterError

RUNS = int(os.environ.get("OGI_SIMULATIONS", "150"))


@pytest.mark.parametrize(
    ("count", "n", "other", "other_n", "low", "high"),
    # Newcombe (1998), Interval estimation for the difference between independent proportions,
    # Statistics in Medicine 17, 873-890, table II, method 10.
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (10, 10, 0, 20, 0.6791, 1.0),
    ],
)
def test_difference_equals_newcombe(
    count: int, n: int, other: int, other_n: int, low: float, high: float
) -> None:
    limits = difference([count], [n], [other], [other_n])
    assert (limits[0][0], limits[1][0]) == pytest.approx((low, high), abs=5e-5)
    narrow = difference([count], [n], [other], [other_n], confidence=0.5)
    assert limits[0] < narrow[0] < narrow[1] <= limits[1]


@pytest.mark.parametrize("n", [5, 50, 500])
@pytest.mark.parametrize("p", [0.05, 0.5])
def test_difference_covers(n: int, p: float) -> None:
    # Exact: every pair of counts weighed with its probability; true difference 0.2.
    x, y = np.arange(n + 1), np.arange(2 * n + 1)
    weight = np.outer(stats.binom.pmf(x, n, p + 0.2), stats.binom.pmf(y, 2 * n, p))
    low, high = difference(x[:, None], n, y[None, :], 2 * n)
    assert 0.93 <= weight[(low <= 0.2) & (high >= 0.2)].sum() <= 0.99


# Admissions to Berkeley, 1973, six departments: men admitted and rejected, women the same
# (Bickel, Hammel and O'Connell 1975, Science 187, 398-404).
BERKELEY = {
    "A": (512, 313, 89, 19),
    "B": (353, 207, 17, 8),
    "C": (120, 205, 202, 391),
    "D": (138, 279, 131, 244),
    "E": (53, 138, 94, 299),
    "F": (22, 351, 24, 317),
}


def printed(agency: str, men: tuple[int, int], women: tuple[int, int]) -> Printed:
    cells = {
        "granted.enterprise": men[0],
        "denied_inquiry.enterprise": men[1],
        "granted.natural_person": women[0],
        "unable_not_held.natural_person": women[1],
    }
    return Printed(agency, cells)


def test_berkeley_shows_simpsons_paradox() -> None:
    frame = grant_rates(corpus(*(printed(k, v[:2], v[2:]) for k, v in BERKELEY.items())))
    women, men = frame[:2].rows(named=True)
    assert (men["requester"], men["count"], men["n"]) == ("enterprise", 1198, 2691)
    assert (women["requester"], women["count"], women["n"]) == ("natural_person", 557, 1835)
    assert men["share"] - women["share"] == pytest.approx(men["difference"])
    crude = 1198 * 1278 / (1493 * 557)
    assert men["odds_ratio"] == pytest.approx(crude)
    width = 1.959964 * sum(1 / x for x in (1198, 1493, 557, 1278)) ** 0.5  # Woolf (1955)
    limits = np.exp(np.log(crude) + np.array([-width, width]))
    assert (men["odds_low"], men["odds_high"]) == pytest.approx(tuple(limits))
    # R, mantelhaen.test(UCBAdmissions), women for men: 0.9046968 (0.7719074 to 1.0603298).
    found = (men["mh_odds_ratio"], men["mh_low"], men["mh_high"])
    assert found == pytest.approx((0.9046968, 0.7719074, 1.0603298), abs=5e-7)
    assert men["n_strata"] == 6
    # Breslow-Day, X-squared = 18.8 on 5 degrees of freedom (Agresti 2013 calls A the odd one).
    assert men["p_equal_odds"] == pytest.approx(stats.chi2.sf(18.83, 5), rel=0.01)
    for name in ("difference", "odds_ratio", "mh_odds_ratio", "n_strata"):
        assert women[name] is None
    assert frame["share"].to_list()[2:] == [None] * 4


def test_mantel_haenszel_by_hand() -> None:
    tables = [((10, 20), (5, 30)), ((7, 3), (9, 8))]
    r = 10 * 30 / 65 + 7 * 8 / 27
    s = 20 * 5 / 65 + 3 * 9 / 27
    frame = grant_rates(corpus(*(printed(f"{i}", m, w) for i, (m, w) in enumerate(tables))))
    assert frame["mh_odds_ratio"][1] == pytest.approx(r / s)
    assert frame["n_strata"][1] == 2
    assert 0 < frame["p_equal_odds"][1] < 1


@pytest.mark.parametrize(
    ("tables", "expected"),
    # R 4.2.2, metafor 3.8-1, rma.mh(measure = "OR", correct = FALSE): odds ratio, its limits, TAp.
    [
        (
            [(10, 20, 5, 30), (7, 3, 9, 8), (2, 40, 1, 60)],
            (2.6836400064, 1.0837100549, 6.6456185875, 0.9352684527),
        ),
        (
            [(30, 5, 2, 40), (3, 30, 20, 2)],
            (1.421647059, 0.8249683496, 2.449888363, 1.756058680e-20),
        ),
        # By hand: 0.6 and 0.4 cases expected of variance 0.192 each, the logarithm's is 5/3.
        (
            [(0, 3, 1, 1), (1, 1, 0, 3)],
            (1, 0.0796349172, 12.5573057008, stats.chi2.sf(2 * 0.36 / 0.192, 1)),
        ),
        # With 60 digits, a handful of cases beside 10^12: the p was no number.
        (
            [(10**12, 3, 2, 10**12), (10**12, 4, 5, 10**12)],
            (7.692307692311834e22, 2.6774356994709613e22, 2.2100100347840896e23, 0.28991481366449),
        ),
        # With 60 digits: close to an odds ratio of 1 the two terms of a root are nearly alike.
        (
            [
                (300_000_000, 500_000_000, 200_000_001, 333_333_333),
                (7_000_000, 3_000_000, 6_999_999, 3_001_000),
                (50, 50, 49, 52),
            ],
            (1.000004607875926, 0.9997798829121832, 1.0002293833520965, 0.92336130414454),
        ),
    ],
)
def test_mantel_haenszel_and_breslow_day_beside_metafor(
    tables: list[tuple[int, ...]], expected: tuple[float, ...]
) -> None:
    cube = np.array(tables, dtype=float).reshape(-1, 2, 2).transpose(1, 2, 0)
    assert _pooled(cube, 0.95) == pytest.approx(expected, rel=1e-9)


# Died and survived of breast cancer, receptor level low and high, stages I to III: Newman (2001),
# Biostatistical Methods in Epidemiology, table 5.3 (example 7.3).
NEWMAN = [((2, 10), (5, 50)), ((9, 13), (17, 57)), ((12, 2), (9, 6))]


def test_pooled_difference_by_hand() -> None:
    frame = grant_rates(corpus(*(printed(f"{i}", m, w) for i, (m, w) in enumerate(NEWMAN))))
    weights = [12 * 55 / 67, 22 * 74 / 96, 14 * 15 / 29]
    apart = [2 / 12 - 5 / 55, 9 / 22 - 17 / 74, 12 / 14 - 9 / 15]
    estimate = np.average(apart, weights=weights)
    row = frame.row(1, named=True)
    assert row["mh_difference"] == pytest.approx(estimate)
    # Sato's variance at each limit is the square of its distance, in standard deviations of 1.96.
    p = (144 * 5 - 3025 * 2 + 660 * 43 / 2) / 67**2 + (484 * 17 - 5476 * 9 + 1628 * 26) / 96**2
    p += (196 * 9 - 225 * 12 + 210 / 2) / 29**2
    q = (2 * 50 + 5 * 10) / 134 + (9 * 57 + 17 * 13) / 192 + (12 * 6 + 9 * 2) / 58
    assert (estimate * p + q) / sum(weights) ** 2 == pytest.approx(0.0057619, abs=1e-7)
    for limit in (row["mh_difference_low"], row["mh_difference_high"]):
        error = ((limit * p + q) / sum(weights) ** 2) ** 0.5
        assert abs(limit - estimate) / error == pytest.approx(stats.norm.isf(0.025))
    assert row["mh_difference_low"] < estimate < row["mh_difference_high"]
    assert frame["mh_difference"].null_count() == 5


def test_pooled_difference_covers_and_needs_both_kinds() -> None:
    # 60 agencies of very different rates, a handful of cases against many, true difference 0.1.
    chance, covered = np.random.default_rng(28), []
    for _ in range(RUNS):
        share = chance.uniform(0.01, 0.8, size=60)
        n, m = chance.integers(0, 6, size=60), chance.integers(0, 80, size=60)
        sides = (chance.binomial(n, share + 0.1), n, chance.binomial(m, share), m)
        _, low, high = _pooled_difference(*(side.astype(float) for side in sides), 0.95)
        covered.append(low <= 0.1 <= high)  # type: ignore[operator]
    assert np.mean(covered) >= 0.95 - 3 * (0.05 * 0.95 / RUNS) ** 0.5
    row = grant_rates(corpus(printed("a", (3, 0), (0, 0)), printed("b", (0, 0), (1, 1)))).row(1)
    assert row[12:15] == (None,) * 3
    alike = grant_rates(corpus(printed("a", (3, 0), (5, 0)))).row(1, named=True)
    assert (alike["mh_difference"], alike["n_strata"]) == (0, 0)
    # Sato's variance of a lone outcome is 0; a difference of 0 is not that certain.
    assert alike["mh_difference_low"] is alike["mh_difference_high"] is None
    apart = grant_rates(corpus(printed("a", (1, 0), (0, 1)))).row(1, named=True)
    found = [apart[f"mh_difference{end}"] for end in ("_low", "", "_high")]
    assert found == pytest.approx([-1, 1, 1]), "a difference of shares is none beyond 1"
    assert apart["n_strata"] == 1, "a case of each kind and of each outcome is enough"


def test_denominators_rates_and_groups() -> None:
    cells = {
        "granted.natural_person": 4,
        "granted_in_part.natural_person": 3,
        "denied_security.natural_person": 2,
        "unable_unclear.natural_person": 1,
        "unprocessed_repeat.natural_person": 5,
    }
    frames = corpus(Printed("a", cells), Printed("b", {"granted.research": 3}, province=None))
    for of, n in (("resolved", 15), ("substance", 10), ("held", 9)):
        frame = grant_rates(frames, rate="disclosed", of=of)
        assert frame.row(0, named=True)["share"] == pytest.approx(7 / n)
        assert set(frame["rate"]) == {"disclosed"}
    frame = grant_rates(frames, by="province", reference="research")
    assert frame["province"].to_list() == ["P"] * 6 + [None] * 6
    assert frame.drop_nulls("share").select("requester", "count", "n").rows() == [
        ("natural_person", 4, 15),
        ("research", 3, 3),
    ]
    assert set(frame["n_reports"]) == {1}


def test_each_group_is_compared_within_itself_and_with_any_reference() -> None:
    tables = {
        "P": [printed(k, v[:2], v[2:]) for k, v in BERKELEY.items()],
        "Q": [printed(f"{i}", *pair) for i, pair in enumerate(NEWMAN)],
        "R": [printed("alone", (6, 4), (3, 9))],
    }
    every = [replace(one, province=name) for name, group in tables.items() for one in group]
    frame = grant_rates(corpus(*every), by="province", reference="enterprise")
    for name, group in tables.items():
        alone = grant_rates(corpus(*group), reference="enterprise")
        assert_frame_equal(frame.filter(province=name).drop("province"), alone)
    row = frame.filter(province="R").row(0, named=True)
    assert (row["requester"], row["n_strata"], row["p_equal_odds"]) == ("natural_person", 1, None)
    assert [row["difference"], row["mh_difference"]] == pytest.approx([3 / 12 - 6 / 10] * 2)
    assert [row["odds_ratio"], row["mh_odds_ratio"]] == pytest.approx([3 * 4 / (9 * 6)] * 2)


def test_what_cannot_be_compared_is_null() -> None:
    frame = grant_rates(corpus(printed("a", (3, 0), (5, 2)), printed("b", (0, 0), (1, 1))))
    row = frame.row(1, named=True)
    assert row["n_strata"] == 1
    assert row["odds_ratio"] is row["mh_odds_ratio"] is row["p_equal_odds"] is None
    assert row["difference"] == pytest.approx(1 - 6 / 9)
    never = grant_rates(corpus(printed("a", (0, 3), (5, 2)))).row(1, named=True)
    assert never["odds_ratio"] is never["mh_odds_ratio"] is never["odds_low"] is None
    torn = corpus(Printed("a", {"granted.natural_person": 3, "granted.enterprise": "blank"}))
    frame = grant_rates(torn)
    assert frame["n"].null_count() == 6
    assert set(frame["left_out_blank"]) == {1}


def test_a_report_without_agency_is_a_stratum_of_its_own() -> None:
    frames = corpus(printed("a", (30, 20), (10, 30)), printed("b", (5, 30), (9, 60)))
    known = grant_rates(frames)
    frames.reports = frames.reports.with_columns(agency=None).cast({"agency": str})
    unknown = grant_rates(frames)
    assert unknown["n_strata"][1] == known["n_strata"][1] == 2
    assert unknown["mh_odds_ratio"][1] == known["mh_odds_ratio"][1]


def test_mantel_haenszel_covers() -> None:
    # 60 agencies of very different rates, sparse tables, true odds ratio 2.
    chance = np.random.default_rng(27)
    covered = []
    for _ in range(RUNS):
        other = chance.beta(1, 2, size=60)
        odds = 2 * other / (1 - other)
        n, m = chance.integers(1, 6, size=60), chance.integers(5, 80, size=60)
        got, rest = chance.binomial(n, odds / (1 + odds)), chance.binomial(m, other)
        cube = np.array([[got, n - got], [rest, m - rest]], dtype=float)
        cube = cube[:, :, cube.sum(axis=0).all(axis=0)]  # the others compare no odds
        _, low, high, _ = _pooled(cube, 0.95)
        assert low is not None
        assert high is not None
        covered.append(low <= 2 <= high)
    assert np.mean(covered) >= 0.95 - 3 * (0.05 * 0.95 / RUNS) ** 0.5


def test_impossible_options_are_refused() -> None:
    for option in ({"rate": "won"}, {"of": "all"}, {"reference": "citizens"}):
        with pytest.raises(ParameterError, match=f"^{next(iter(option))}:"):
            grant_rates(corpus(Printed("a")), **option)
