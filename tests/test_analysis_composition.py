"""Homogeneity of compositions against published examples, enumeration and simulation."""

import os
from itertools import product
from math import comb, factorial, prod

import numpy as np
import polars as pl
import pytest
from scipy import stats
from statsmodels.stats.contingency_tables import Table

from analysis import homogeneity, outcomes, residuals
from analysis.composition import adjusted, association
from analysis.intervals import noncentrality
from tests.analysis_frames import Printed, corpus
from toolkit.errors import ParameterError

RUNS = int(os.environ.get("OGI_SIMULATIONS", "150"))

# "Effect sizes for contingency tables", vignette of the R package effectsize (2024):
# X-squared = 854, V (adj.) = 0.80 with one-sided 95 % limit 0.75.
MUSIC = np.array([[151, 130, 12, 7], [77, 6, 111, 4], [0, 4, 2, 165]])


def test_cramers_v_equals_effectsize() -> None:
    found = association(MUSIC, confidence=0.9)
    assert found.chi_square == pytest.approx(854, abs=0.5)
    assert (found.df, found.method, found.n) == (6, "chi_square", 669)
    assert (found.v, found.v_low) == pytest.approx((0.80, 0.75), abs=0.005)


def test_chi_square_equals_scipy_and_v_its_formula() -> None:
    found = association(MUSIC)
    expected = stats.chi2_contingency(MUSIC, correction=False)
    assert (found.chi_square, found.p) == pytest.approx((expected.statistic, expected.pvalue))
    # Bergsma (2013), by hand: phi² - df / (n - 1), divided by the smaller corrected side.
    phi = expected.statistic / 669 - 6 / 668
    assert found.v == pytest.approx((phi / (3 - 4 / 668 - 1)) ** 0.5)


def test_limits_of_v() -> None:
    found = association([[30, 10], [10, 30]])
    limits = (np.array(noncentrality(20, 1)) / 80 / (1 - 1 / 79)) ** 0.5
    assert (found.v_low, found.v_high) == pytest.approx(tuple(limits))
    apart = association([[9, 0], [0, 9]])
    assert (apart.v, apart.v_high) == pytest.approx((1, 1))
    few = association([[2, 1], [0, 1]], confidence=0.5)
    assert (few.v, few.v_low) == (0, 0)  # by itself the limit would be 0.05
    assert association([[1, 0], [0, 1]]).v is None  # one case each: nothing is left to tell


@pytest.mark.parametrize(
    ("common", "rare", "method"),
    [
        (5, (1, 0), "monte_carlo"),  # of twelve cells one is expected to have 0.5 cases
        (5, (1, 1), "chi_square"),  # 1
        (3, (4, 4), "monte_carlo"),  # of eight, two to have 4
        (3, (5, 5), "chi_square"),  # 5
        (4, (4, 4), "chi_square"),  # two of ten are a fifth, and not more
    ],
)
def test_expected_counts_that_are_too_few(common: int, rare: tuple[int, int], method: str) -> None:
    found = association([[50] * common + [count] for count in rare], draws=9)
    assert found.method == method


def test_residuals_equal_statsmodels_and_are_null_where_nothing_is_free() -> None:
    table = np.array([[30, 10, 0], [20, 5, 4], [9, 9, 9]])
    names = ("granted.total", "denied_inquiry.total", "unable_not_held.total")
    rows = [
        Printed(f"{k}", dict(zip(names, row, strict=True))) for k, row in enumerate(table.tolist())
    ]
    rows += [Printed("none"), Printed("torn", {"granted.total": "blank"})]
    found = residuals(outcomes(corpus(*rows), by="agency"))
    wanted = Table(table, shift_zeros=False).standardized_resids
    kinds = ("granted", "denied", "unable")
    # `held` has other margins than `substance`, which has those of the table.
    chosen = found.filter(pl.col("outcome").is_in(kinds), denominator="substance")
    assert chosen["residual"].to_numpy().reshape(5, 3)[:3] == pytest.approx(wanted)
    assert chosen["expected"][:3].to_list() == pytest.approx(
        [59 * 40 / 96, 24 * 40 / 96, 13 * 40 / 96]
    )
    assert chosen["residual"][9:].null_count() == 6
    assert found.filter(outcome="granted_in_part")["residual"].null_count() == 15
    none = residuals(outcomes(corpus(Printed("none"), Printed("torn")), by="agency"))
    assert none.select("expected", "residual").null_count().row(0) == (none.height,) * 2


@pytest.mark.parametrize(("statistic", "df"), [(20, 6), (100_000, 300)])
def test_noncentrality_inverts_the_distribution(statistic: int, df: int) -> None:
    low, high = noncentrality(statistic, df)
    assert stats.ncx2.cdf(statistic, df, low) == pytest.approx(0.975)
    assert stats.ncx2.cdf(statistic, df, high) == pytest.approx(0.025)
    assert noncentrality(1, 6)[0] == 0


def test_of_more_cases_than_can_be_drawn_no_table_is_drawn() -> None:
    # scipy ends the process with a segmentation fault here.
    found = association([[10**12, 0, 1], [10**11, 1, 0], [5, 0, 0]])
    assert found.method == "chi_square"
    assert found.p == pytest.approx(stats.chi2.sf(found.chi_square, 4))


def test_monte_carlo_p_equals_enumeration() -> None:
    table = np.array([[4, 1, 0], [1, 2, 2], [0, 1, 3]])
    found = association(table)
    assert found.method == "monte_carlo"
    assert found.p == pytest.approx(exact(table), abs=4 * (0.25 / 9_999) ** 0.5)


def exact(table: np.ndarray) -> float:
    """P-value given both margins, over all tables with these margins."""
    rows, columns, n = table.sum(1), table.sum(0), table.sum()
    expected = np.outer(rows, columns) / n
    seen = ((table - expected) ** 2 / expected).sum()
    p = 0.0
    margins = prod(map(factorial, (*rows.tolist(), *columns.tolist()))) / factorial(n)
    for a, b, c, d in product(range(6), repeat=4):
        other = np.zeros((3, 3))
        other[:2, :2] = [[a, b], [c, d]]
        other[:2, 2] = rows[:2] - other[:2, :2].sum(1)
        other[2] = columns - other[:2].sum(0)
        if (other >= 0).all() and ((other - expected) ** 2 / expected).sum() >= seen - 1e-9:
            p += margins / prod(factorial(int(x)) for x in other.ravel())
    return p


def test_fisher_tea() -> None:
    # Fisher's tea tasting, 3 right of 4: two-sided p = 34/70 (Agresti 2013, Categorical Data
    # Analysis, section 3.5), the same for chi-square given the margins.
    found = association([[3, 1], [1, 3]], draws=99_999)
    assert comb(8, 4) == 70
    assert found.p == pytest.approx(34 / 70, abs=0.007)


def test_adjusted_p_values_equal_benjamini_and_hochberg() -> None:
    # Benjamini and Hochberg (1995), section 3.2: fifteen p-values of a study of thrombolysis;
    # at 5 % their procedure rejects four hypotheses, Bonferroni's (and Holm's) three.
    values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p = pl.Series([*values, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0, None])
    bh, holm = adjusted(p, "fdr_bh"), adjusted(p, "holm")
    assert (bh <= 0.05).sum() == 4
    assert bh[3] == pytest.approx(0.0095 * 15 / 4)
    assert (holm <= 0.05).sum() == 3
    assert holm[2] == pytest.approx(0.0019 * 13)
    assert bh[-1] is None
    assert adjusted(pl.Series([0.6, 0.7]), "holm").to_list() == [1, 1]
    assert adjusted(pl.Series([None], dtype=pl.Float64), "holm").to_list() == [None]


def reasons(**counts: int) -> dict[str, int]:
    return {f"denied_{name}.total": count for name, count in counts.items()}


CORPUS = corpus(
    Printed("a", reasons(security=30, inquiry=10), province="P"),
    Printed("b", reasons(security=10, inquiry=30), province="P"),
    Printed("c", {"granted.total": 5}, province="P"),
    Printed("d", reasons(security=20, inquiry=20), province="Q"),
    Printed("e", {"denied_security.total": "blank"}, province="Q"),
)


def test_homogeneity_by_agency_within_provinces() -> None:
    p, q = homogeneity(CORPUS, by="agency", within="province").rows(named=True)
    assert (p["province"], p["denominator"], p["n"]) == ("P", "denied", 80)
    assert (p["n_groups"], p["n_groups_empty"], p["n_categories"]) == (2, 1, 2)
    assert p["chi_square"] == pytest.approx(20)  # four cells, 10² / 20 each
    assert p["p"] == pytest.approx(stats.chi2.sf(20, 1))
    assert p["p_holm"] == p["p_bh"] == p["p"]  # the only test there is
    assert (p["n_reports"], p["n_left_out"]) == (3, 0)
    # One group has cases: no test, and null, not 1.
    assert (q["n"], q["n_groups"], q["n_groups_empty"]) == (40, 1, 1)
    assert q["p"] is q["p_holm"] is q["v"] is q["chi_square"] is None
    assert (q["n_reports"], q["left_out_blank"]) == (1, 1)


def test_pairs_are_adjusted_together() -> None:
    frame = homogeneity(CORPUS, by="agency", pairs=True)
    assert frame.height == 10
    tested = frame.drop_nulls("p").sort("p")
    assert tested.select("agency", "agency_2").rows() == [("a", "b"), ("a", "d"), ("b", "d")]
    smaller = stats.chi2.sf(80 * (30 * 20 - 10 * 20) ** 2 / (40 * 40 * 50 * 30), 1)
    assert tested["p"].to_list() == pytest.approx([stats.chi2.sf(20, 1), smaller, smaller])
    assert tested["p_holm"].to_list() == pytest.approx(
        [3 * stats.chi2.sf(20, 1), 2 * smaller, 2 * smaller]
    )
    assert tested["p_bh"].to_list()[1:] == pytest.approx([smaller] * 2)


def test_other_compositions() -> None:
    frame = homogeneity(CORPUS, of="resolved", by="province")
    assert frame.select("n", "n_groups", "n_categories").rows() == [(80 + 5 + 40, 2, 2)]
    assert homogeneity(CORPUS, of="received", by="province")["p"].to_list() == [None]


def test_impossible_options_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"of: expected 'received' or .*, found 'refused'"):
        homogeneity(CORPUS, of="refused", by="agency")
    with pytest.raises(ParameterError, match="by:"):
        homogeneity(CORPUS, by=())
    with pytest.raises(ParameterError, match="by:"):
        homogeneity(CORPUS, by="agency", within="agency")
    with pytest.raises(ParameterError, match=r"toolkit\.load returns it, found a LazyFrame"):
        homogeneity(CORPUS.reports.lazy(), by="agency")  # type: ignore[arg-type]


def test_false_alarms_stay_at_the_stated_rate_and_effects_are_found() -> None:
    chance = np.random.default_rng(49)
    shares = np.array([0.5, 0.2, 0.1, 0.1, 0.04, 0.03, 0.02, 0.01])
    other = shares[[1, 0, 2, 3, 4, 5, 6, 7]]
    same, differ = [], []
    for run in range(RUNS):
        size = (5, 40, 400)[run % 3]
        null = chance.multinomial(size, shares, size=6)
        same.append(association(null, draws=499, seed=run).p)
        if size == 400:
            null[0] = chance.multinomial(size, other)
            differ.append(association(null, draws=499, seed=run).p)
    alarms = np.mean(np.array(same) <= 0.05)
    assert alarms <= 0.05 + 3 * (0.05 * 0.95 / RUNS) ** 0.5
    assert np.mean(np.array(differ) <= 0.05) > 0.9


def test_interval_of_v_covers() -> None:
    chance = np.random.default_rng(50)
    base = np.array([0.3, 0.25, 0.15, 0.1, 0.08, 0.06, 0.04, 0.02])
    covered = []
    for run in range(RUNS):
        groups, n = ((2, 30), (5, 60), (20, 200))[run % 3]
        shares = base * np.exp(0.5 * chance.standard_normal((groups, 8)))
        shares /= shares.sum(axis=1, keepdims=True)
        joint = shares / groups
        expected = np.outer(joint.sum(1), joint.sum(0))
        v = (((joint - expected) ** 2 / expected).sum() / min(groups - 1, 7)) ** 0.5
        table = np.array([chance.multinomial(n, p) for p in shares])
        found = association(table, draws=9)
        assert found.v_low is not None
        assert found.v_high is not None
        covered.append(found.v_low <= v <= found.v_high)
    assert np.mean(covered) >= 0.95 - 3 * (0.05 * 0.95 / RUNS) ** 0.5
