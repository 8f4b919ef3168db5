"""Panels, changes and models of counts over years."""

import os
from typing import Any

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm
from polars.testing import assert_frame_equal
from scipy import stats

from analysis import changes, own_history, panel, trend
from analysis.counts import conditional_poisson, negative_binomial
from analysis.observations import ACCOUNT
from analysis.panel import RECEIVED
from tests.analysis_frames import Frames, Printed, corpus
from toolkit.errors import ParameterError
from toolkit.schema import CELLS, CHECKS, REPORTS, STANDING, STATE

RUNS = int(os.environ.get("OGI_SIMULATIONS", "150"))


def received(agency: str, year: int | None, count: int | str, **more: Any) -> Printed:
    edition = "2021" if year is None or year > 2020 else "2019"
    return Printed(agency, {"received.total": count}, year=year, edition=edition, **more)


CORPUS = corpus(
    received("a", 2020, 10),
    received("a", 2021, 12),
    received("a", 2023, 20),
    received("b", 2020, "blank"),
    received("b", 2021, 30),
    received("b", 2022, 33),
    received("b", 2023, 27),
    received("c", None, 7),
)


def test_panel_shows_gaps_and_editions() -> None:
    frame = panel(CORPUS, by="province")
    assert frame.columns[:4] == ["agency", "year", "province", "quantity"]
    assert frame.select(
        "agency", "year", "count", "status", "edition", "edition_change"
    ).rows() == [
        ("a", 2020, 10, "used", "2019", None),
        ("a", 2021, 12, "used", "2021", True),
        ("a", 2022, None, "no_report", None, None),
        ("a", 2023, 20, "used", "2021", False),
        ("b", 2020, None, "left_out", "2019", None),
        ("b", 2021, 30, "used", "2021", True),
        ("b", 2022, 33, "used", "2021", False),
        ("b", 2023, 27, "used", "2021", False),
        ("c", 2020, None, "no_report", None, None),
        ("c", 2021, None, "no_report", None, None),
        ("c", 2022, None, "no_report", None, None),
        ("c", 2023, None, "no_report", None, None),
        ("c", None, 7, "used", "2021", None),
    ]
    assert set(frame["province"]) == {"P"}
    assert frame["left_out_blank"].sum() == 1


def test_two_reports_of_a_year_are_not_added_up() -> None:
    frames = corpus(received("a", 2021, 10), received("b", 2021, 5), received("a", 2022, 9))
    frames.reports = frames.reports.with_columns(agency=pl.lit("a"))
    frame = panel(frames)
    assert frame.select("year", "count", "status", "n_reports").rows() == [
        (2021, None, "several", 2),
        (2022, 9, "used", 1),
    ]
    assert changes(frames)["ratio"].to_list() == [None]


@pytest.mark.parametrize(
    ("other", "standing", "status"),
    [
        (5, "counts", "several"),
        ("blank", "counts", "several"),  # its number may be the agency's as well
        (5, "repeated", "used"),
        (5, "contested", "several"),
    ],
)
def test_of_two_reports_of_a_year_one_is_taken_only_if_the_other_says_the_same(
    other: int | str, standing: str, status: str
) -> None:
    frames = corpus(received("a", 2021, 10), received("b", 2021, other), received("a", 2022, 9))
    frames.reports = frames.reports.with_columns(
        agency=pl.lit("a"), standing=pl.Series(["counts", standing, "counts"], dtype=STANDING)
    )
    count = 10 if status == "used" else None
    assert panel(frames).select("count", "status").rows() == [(count, status), (9, "used")]


def test_a_contested_report_alone_is_no_year_of_the_agency() -> None:
    frames = corpus(received("a", 2021, 10), received("a", 2022, 9))
    standing = pl.Series("standing", ["contested", "counts"], dtype=STANDING)
    frames.reports = frames.reports.with_columns(standing)
    assert panel(frames)["status"].to_list() == ["several", "used"]


def test_years_without_a_report_rest_on_none() -> None:
    gap = panel(CORPUS).filter(agency="a", year=2022)
    assert gap.select(ACCOUNT[2:]).row(0) == (0,) * len(ACCOUNT[2:])


def test_the_last_report_is_that_of_the_last_year_in_whatever_order() -> None:
    frames = corpus(received("a", 2022, 90), received("a", 2021, 10), received("b", 2022, 7))
    scopes = {"scope": ["region", "own", "own"], "province": ["Q", "P", "P"]}
    frames.reports = frames.reports.with_columns(**{k: pl.Series(v) for k, v in scopes.items()})
    assert panel(frames, by="province").select("agency", "year", "province", "status").rows() == [
        ("a", 2021, "Q", "left_out"),
        ("a", 2022, "Q", "used"),
        ("b", 2021, "P", "no_report"),
        ("b", 2022, "P", "used"),
    ]
    frames.reports = frames.reports.with_columns(scope=pl.lit(None, pl.String))
    assert panel(frames, by="province")["province"].to_list() == ["Q", "Q", "P", "P"]


def test_an_untold_scope_is_a_department_s_own_and_nobody_s_region() -> None:
    def statuses(*scopes: str | None) -> list[str]:
        frames = corpus(*(received("a", year, 10) for year in (2021, 2022)))
        frames.reports = frames.reports.with_columns(
            kind=pl.lit("department"), scope=pl.Series(scopes, dtype=pl.String)
        )
        return panel(frames)["status"].to_list()

    assert statuses(None, "own") == ["used", "used"]
    assert statuses(None, "region") == ["left_out", "used"]
    assert statuses("region", "own") == ["left_out", "used"]


def test_the_edition_is_that_of_the_table_and_of_the_report_that_is_followed() -> None:
    frames = corpus(received("a", 2021, 10), received("b", 2021, 50))
    scopes = pl.Series("scope", ["own", "region"])
    editions = {"edition": ["2019", "2021"], "edition_applications": ["2021", "2019"]}
    frames.reports = frames.reports.with_columns(
        scopes, agency=pl.lit("a"), **{k: pl.Series(v) for k, v in editions.items()}
    )
    assert panel(frames).select("count", "edition").rows() == [(50, "2019")]
    lost = panel(frames, of="challenges.reconsideration.total")
    assert lost.select("count", "edition").rows() == [(0, "2021")]


def test_reports_of_no_known_agency_or_year_are_shown_and_not_compared() -> None:
    frames = corpus(
        *(received(x, y, 10) for x in "ab" for y in (2021, 2022)), received("b", None, 3)
    )
    agencies = pl.Series("agency", ["a", "a", None, None, "a"], dtype=pl.String)
    scopes = pl.Series("scope", ["own", "own", "own", "region", "region"])
    frames.reports = frames.reports.with_columns(agencies, scopes, kind=pl.lit("government"))
    shown = panel(frames, by="province")
    assert shown.select("agency", "year", "count", "province", "status").rows() == [
        ("a", 2021, 10, "P", "used"),
        ("a", 2022, 10, "P", "used"),
        ("a", None, 3, "P", "used"),
        (None, 2021, 10, "P", "used"),
        (None, 2022, 10, "P", "used"),
    ]
    assert changes(frames).select("before", "count", "n_units").rows() == [(10, 10, 1)]


def test_of_agencies_with_one_of_two_years_no_identity_is_counted() -> None:
    fails, unknown = {"fails": ["flow.total"]}, {"unknown": ["requesters.received"]}
    made = corpus(
        received("a", 2021, 10),
        received("a", 2022, 20),
        received("b", 2021, 10, **fails),
        received("c", 2022, 10, **unknown),
        received("d", 2021, 1, **fails),
        received("d", 2022, 1, **unknown),
    )
    assert changes(made).select("n_units", "n_fails", "n_unknown").rows() == [(2, 1, 0)]


def test_a_trend_counts_reports_of_agencies_and_years_that_are_known() -> None:
    made = corpus(
        *(received("a", year, n, province="Q") for year, n in ((2020, 10), (2021, 12))),
        *(received("b", year, n) for year, n in ((2020, "blank"), (2021, 12))),
        *(received("c", year, 5) for year in (2021, None)),
    )
    nobody = pl.when(pl.col("agency") != "c").then("agency")
    made.reports = made.reports.with_columns(agency=nobody)
    frame = trend(made, by="province")
    assert frame.select("province", "year", "n_units", "n_alone", "n_edition_change").rows() == [
        ("P", 2020, 0, 0, 0),
        ("P", 2021, 0, 1, 0),
        ("Q", 2020, 1, 0, 0),
        ("Q", 2021, 1, 0, 1),
    ]


def test_an_agency_is_followed_on_the_scope_of_its_last_report() -> None:
    frames = corpus(*(received("a", year, n) for year, n in ((2021, 10), (2022, 90), (2023, 99))))
    scopes = pl.Series("scope", ["own", "region", "region"])
    frames.reports = frames.reports.with_columns(scopes, province=pl.Series(["P", "Q", "R"]))
    frame = panel(frames, by=("scope", "province"))
    assert frame.select("year", "scope", "province", "count", "status").rows() == [
        (2021, "region", "R", None, "left_out"),
        (2022, "region", "R", 90, "used"),
        (2023, "region", "R", 99, "used"),
    ]
    assert changes(frames).select("year", "before", "count", "n_only_now").rows() == [
        (2022, None, None, 1),
        (2023, 90, 99, 0),
    ]
    # What is not known of the last report is known of the one before; of the first it is not.
    frames.reports = frames.reports.with_columns(scope=pl.Series([None, "own", None]))
    assert panel(frames)["status"].to_list() == ["left_out", "used", "left_out"]
    for kind, status in (("government", "left_out"), ("department", "used")):
        frames.reports = frames.reports.with_columns(kind=pl.lit(kind))
        assert panel(frames)["status"].to_list() == [status, "used", status]
    frames.reports = frames.reports.with_columns(scope=pl.lit(None, pl.String))
    assert panel(frames)["status"].to_list() == ["used"] * 3


def test_of_an_office_and_its_region_in_one_year_the_region_is_followed() -> None:
    frames = corpus(received("a", 2021, 10), received("b", 2021, 50), received("a", 2022, 60))
    scopes = pl.Series("scope", ["own", "region", "region"])
    frames.reports = frames.reports.with_columns(scopes, agency=pl.lit("a"))
    assert panel(frames).select("year", "count", "status").rows() == [
        (2021, 50, "used"),
        (2022, 60, "used"),
    ]


def test_what_an_edition_lacks_is_not_joined() -> None:
    issued = "proactive.normative_documents.issued"
    frame = panel(CORPUS, of=issued).filter(agency="a")
    assert frame.select("year", "count", "status").rows() == [
        (2020, None, "left_out"),
        (2021, 0, "used"),
        (2022, None, "no_report"),
        (2023, 0, "used"),
    ]
    with pytest.raises(ParameterError, match=r"no 'received'; write table\.item\.column"):
        panel(CORPUS, of="received")
    with pytest.raises(ParameterError, match=r"applications\.won\.total"):
        trend(CORPUS, of="applications.won.total")


def test_changes_by_hand() -> None:
    frame = changes(CORPUS)
    names = (
        "year",
        "before",
        "count",
        "n_units",
        "n_only_before",
        "n_only_now",
        "n_edition_change",
    )
    assert frame.select(names).rows() == [
        (2021, 10, 12, 1, 0, 1, 1),
        (2022, 30, 33, 1, 1, 0, 0),
        (2023, 33, 27, 1, 0, 1, 0),
    ]
    first = frame.row(0, named=True)
    exact = stats.binomtest(12, 22).proportion_ci(method="exact")
    limits = [p / (1 - p) for p in (exact.low, exact.high)]
    assert [first["low"], first["high"]] == pytest.approx(limits)
    assert first["ratio"] == pytest.approx(1.2)
    assert first["robust_low"] is None


def test_robust_limits_by_hand() -> None:
    pairs = [(10, 14), (20, 19), (40, 52)]
    frames = corpus(
        *(
            received(f"{i}", y, n)
            for i, p in enumerate(pairs)
            for y, n in zip((2021, 2022), p, strict=True)
        )
    )
    (row,) = changes(frames).rows(named=True)
    ratio = 85 / 70
    square = sum((y - ratio * x) ** 2 / (1 - x / 70) for x, y in pairs)
    error = square**0.5 / 85
    width = stats.t.ppf(0.975, 70**2 / (10**2 + 20**2 + 40**2) - 1) * error
    assert row["ratio"] == pytest.approx(ratio)
    assert (row["robust_low"], row["robust_high"]) == pytest.approx(
        (ratio * np.exp(-width), ratio * np.exp(width))
    )
    by = changes(frames, by="agency")
    assert by.select("agency", "ratio").rows() == [
        ("0", pytest.approx(1.4)),
        ("1", pytest.approx(0.95)),
        ("2", pytest.approx(1.3)),
    ]


def test_two_agencies_of_one_size_and_one_case_are_enough_for_limits() -> None:
    counts = {("a", 2021): 10, ("a", 2022): 1, ("b", 2021): 10, ("b", 2022): 0}
    (row,) = changes(corpus(*(received(*place, n) for place, n in counts.items()))).rows(named=True)
    # Residuals of 1/2 and -1/2, each of half the cases: their squares are 1, and t has one degree.
    assert row["robust_low"] == pytest.approx(0.05 * np.exp(-12.706205))
    assert row["robust_high"] == pytest.approx(0.05 * np.exp(12.706205))


def drawn(units: int, years: int, *, alpha: float, seed: int) -> tuple[np.ndarray, ...]:
    """Counts of units with levels of their own, rising by 10 % a year; alpha is their spread."""
    chance = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), years)
    year = np.tile(np.arange(years), units)
    mean = np.exp(chance.normal(3, 1, units))[unit] * 1.1**year
    spread = chance.gamma(1 / alpha, alpha, len(mean)) if alpha else 1
    return chance.poisson(mean * spread).astype(float), unit, year


def test_conditional_poisson_equals_dummies() -> None:
    # A Poisson regression with a dummy for each unit has the same coefficients, and the same
    # errors clustered by unit (up to the small-sample factor, which is turned off).
    y, unit, year = drawn(30, 4, alpha=0.3, seed=1)
    keep = np.random.default_rng(2).random(len(y)) > 0.2
    y, unit, year = y[keep], unit[keep], year[keep]
    unit = np.unique(unit, return_inverse=True)[1]
    offset = np.log(np.random.default_rng(3).uniform(1, 3, len(y)))
    x = (year[:, None] == np.arange(1, 4)).astype(float)
    fit = conditional_poisson(y, x, offset, unit)
    dummies = (unit[:, None] == np.unique(unit)).astype(float)
    model = sm.GLM(y, np.hstack([x, dummies]), family=sm.families.Poisson(), offset=offset)
    kwds = {"groups": unit, "use_correction": False}
    expected = model.fit(cov_type="cluster", cov_kwds=kwds)
    assert fit.beta == pytest.approx(expected.params[:3], rel=1e-6)
    g = unit.max() + 1
    errors = np.sqrt(np.diag(fit.covariance) * (g - 1) / g)
    assert errors == pytest.approx(expected.bse[:3], rel=1e-5)
    assert fit.dispersion == pytest.approx(expected.pearson_chi2 / expected.df_resid, rel=1e-6)


def frames(y: np.ndarray, unit: np.ndarray, year: np.ndarray) -> Frames:
    """A corpus in which every report has the one cell that matters."""
    ids = [f"{u:05}-{t}" for u, t in zip(unit, year, strict=True)]
    reports = {"report_id": ids, "agency": [f"{u:05}" for u in unit], "year": 2019 + year}
    keys = {"table": "applications", "item": "received", "column": "total", "state": "reported"}
    cells = pl.DataFrame({"report_id": ids, "value": y.astype(int)}).with_columns(
        **{k: pl.lit(v) for k, v in keys.items()}
    )
    return Frames(
        pl.DataFrame(reports, schema_overrides={"year": pl.Int32}).match_to_schema(
            REPORTS, missing_columns="insert"
        ),
        cells.cast({"state": STATE}).match_to_schema(CELLS, missing_columns="insert"),
        CHECKS.to_frame(),
    )


def test_trend_recovers_a_planted_effect_in_3000_agencies() -> None:
    y, unit, year = drawn(3_000, 5, alpha=0.3, seed=7)
    frame = trend(frames(y, unit, year))
    assert frame["rate_ratio"].to_list() == pytest.approx([1.1**k for k in range(5)], rel=0.05)
    assert frame["low"][0] is None
    assert (frame["low"][1:] < frame["rate_ratio"][1:]).all()
    assert frame["n_units"].to_list() == [(y.reshape(-1, 5).sum(axis=1) > 0).sum()] * 5
    assert frame["dispersion"][0] > 2
    assert frame["p_overdispersion"][0] < 1e-6


def test_intervals_of_the_trend_cover_and_the_test_keeps_its_level() -> None:
    covered, poisson, overdispersed = [], [], []
    for run in range(RUNS):
        y, unit, year = drawn(40, 4, alpha=0.2, seed=run)
        x = (year[:, None] == np.arange(1, 4)).astype(float)
        keep = np.isin(unit, np.unique(unit[y > 0]))
        units = np.unique(unit[keep], return_inverse=True)[1]
        fit = conditional_poisson(y[keep], x[keep], np.zeros(keep.sum()), units)
        width = stats.t.ppf(0.975, 39) * np.sqrt(np.diag(fit.covariance))
        covered.append(np.abs(fit.beta - np.log(1.1) * np.arange(1, 4)) <= width)
        overdispersed.append(fit.p_overdispersion < 0.05)
        y, unit, year = drawn(40, 4, alpha=0, seed=run)
        keep = np.isin(unit, np.unique(unit[y > 0]))
        units = np.unique(unit[keep], return_inverse=True)[1]
        fit = conditional_poisson(y[keep], x[keep], np.zeros(keep.sum()), units)
        poisson.append(fit.p_overdispersion < 0.05)
    # Sandwich errors are somewhat small with 40 clusters of unequal size.
    assert np.mean(covered) >= 0.90
    assert np.mean(poisson) <= 0.05 + 3 * (0.05 * 0.95 / RUNS) ** 0.5
    assert np.mean(overdispersed) > 0.95


def test_negative_binomial_finds_the_same_trend() -> None:
    y, unit, year = drawn(60, 4, alpha=0.2, seed=11)
    corpus_ = frames(y, unit, year)
    poisson, other = (trend(corpus_, model=m) for m in ("poisson", "negative_binomial"))
    assert other["rate_ratio"].to_list() == pytest.approx(poisson["rate_ratio"].to_list(), rel=0.25)
    assert set(other["model"]) == {"negative_binomial"}
    y, unit, year = drawn(400, 2, alpha=0.2, seed=12)
    with pytest.raises(ParameterError, match="300 agencies at most"):
        trend(frames(y, unit, year), model="negative_binomial")
    few = corpus(*(received(k, 2021 + t, 40 + 10 * t) for k in "ab" for t in range(2)))
    with pytest.raises(ParameterError, match="more years of more agencies"):
        trend(few, model="negative_binomial")
    with pytest.raises(ParameterError, match="model: expected"):
        trend(few, model="negative_binomal")  # type: ignore[arg-type]


def test_models_and_their_errors_equal_r_s() -> None:
    # R 4.2.2: glm(family = poisson) with a constant for each unit and sandwich 3.0-2's
    # vcovCL(cluster = unit); for the other, the sandwich of dnbinom's likelihood at its observed
    # information (optimHess), times units / (units - 1) as there.
    y, unit, year = drawn(12, 4, alpha=0.2, seed=11)
    assert y[:8].tolist() == [20, 16, 41, 18, 35, 88, 23, 81]
    x = (year[:, None] == np.arange(1, 4)).astype(float)
    fit = conditional_poisson(y, x, np.zeros(48), unit)
    assert fit.beta == pytest.approx([0.6859529049, 0.2493212046, 0.6859529049], rel=1e-9)
    errors = np.sqrt(np.diag(fit.covariance))
    assert errors == pytest.approx([0.1683710431, 0.1159999740, 0.1092609310], rel=1e-8)
    found = (fit.dispersion, fit.p_overdispersion)
    assert found == pytest.approx((5.722744295, 9.271430437e-24), rel=1e-8)
    fit = negative_binomial(y, x, np.zeros(48), unit, fit)
    assert fit.beta == pytest.approx([0.47160166, 0.26959528, 0.57522770], rel=1e-4)
    errors = np.sqrt(np.diag(fit.covariance))
    assert errors == pytest.approx([0.19239404, 0.13226554, 0.15344010], rel=1e-4)


def test_negative_binomial_reckons_with_the_exposure() -> None:
    # Four times the exposure in the last year: a quarter of the rate, and of its limits.
    y, unit, year = drawn(60, 4, alpha=0.2, seed=11)
    cells = [
        {"received.total": int(k), "licensing.decisions": 40 if t == 3 else 10}
        for k, t in zip(y, year, strict=True)
    ]
    made = corpus(
        *(
            Printed(f"{u:02}", printed, year=2019 + t)
            for u, t, printed in zip(unit, year, cells, strict=True)
        )
    )
    rates = ["rate_ratio", "low", "high"]
    plain = trend(made, model="negative_binomial").select(rates).to_numpy()
    per = "proactive.licensing.decisions"
    found = trend(made, exposure=per, model="negative_binomial").select(rates).to_numpy()
    assert found[1:] == pytest.approx(plain[1:] / [[1], [1], [4]], rel=1e-3)
    poisson = trend(made).select(rates).to_numpy()
    assert np.abs(plain / poisson - 1)[1:, 0].max() > 0.01


def test_trend_by_hand_and_its_account() -> None:
    # Both years in two agencies: the ratio of sums. A third has one year, a fourth no case.
    rows = {"a": (10, 15), "b": (20, 30), "c": (9, None), "d": (0, 0), "e": ("blank", 4)}
    printed = [
        received(k, 2021 + t, n)
        for k, pair in rows.items()
        for t, n in enumerate(pair)
        if n is not None
    ]
    frame = trend(corpus(*printed))
    assert frame["rate_ratio"].to_list() == pytest.approx([1, 1.5])
    names = ("count", "n_units", "n_several", "n_left_out", "n_no_report", "n_alone")
    assert frame.select(names).rows() == [(30, 2, 0, 1, 0, 2), (45, 2, 0, 0, 1, 2)]
    assert set(frame["base_year"]) == {2021}
    # Nobody had a case in the year before: it is no base, and no rate of it is known.
    printed += [received(k, 2020, 0) for k in "ab"]
    frame = trend(corpus(*printed))
    assert frame["rate_ratio"].to_list() == pytest.approx([None, 1, 1.5])
    assert set(frame["base_year"]) == {2021}
    exposed = trend(
        corpus(
            *(
                Printed(k, {"received.total": 5, "licensing.decisions": n}, year=y)
                for k in "ab"
                for y, n in ((2021, 10), (2022, 40))
            )
        ),
        exposure="proactive.licensing.decisions",
    )
    assert exposed["rate_ratio"].to_list() == pytest.approx([1, 0.25])


@pytest.mark.parametrize("statistic", [trend, own_history])
def test_by_is_each_group_by_itself(statistic: Any) -> None:
    whole = frames(*drawn(40, 4, alpha=0.2, seed=5))
    late = (pl.col("report_id").str.slice(0, 5).cast(pl.Int64) >= 25).cast(pl.String)
    whole.reports = whole.reports.with_columns(province=late)
    grouped = statistic(whole, by="province")
    assert grouped.columns[0] == "province"
    for province in ("false", "true"):
        alone = Frames(whole.reports.filter(province=province), whole.cells, whole.checks)
        expected = statistic(alone)
        found = grouped.filter(province=province).select(expected.columns)
        both = [frame.drop("p_bh", strict=False) for frame in (found, expected)]  # of all rows
        assert_frame_equal(*both)
        assert expected.height > 3


def test_one_agency_has_no_trend() -> None:
    frame = trend(corpus(received("a", 2021, 10), received("a", 2022, 15)))
    assert frame.select("year", "count", "n_units", "rate_ratio", "low").rows() == [
        (2021, 10, 1, 1, None),
        (2022, 15, 1, None, None),
    ]


def test_a_year_of_one_agency_has_no_limits() -> None:
    # Nothing is left over by which errors could be told; they would come out as 0.
    pairs = {("a", 2021): 10, ("a", 2022): 30, ("b", 2022): 12, ("b", 2023): 11}
    frame = trend(corpus(*(received(name, year, n) for (name, year), n in pairs.items())))
    assert frame["rate_ratio"].to_list() == pytest.approx([1, 3, 3 * 11 / 12])
    for name in ("low", "high", "dispersion", "p_overdispersion"):
        assert frame[name].to_list() == [None] * 3
    # A year that nine of many have is as uncertain as those nine are.
    y, unit, year = drawn(30, 4, alpha=0.2, seed=3)
    keep = (year < 3) | (unit < 9)
    y, unit, year = y[keep], unit[keep], year[keep]
    frame = trend(frames(y, unit, year))
    x = (year[:, None] == np.arange(1, 4)).astype(float)
    fit = conditional_poisson(y, x, np.zeros(len(y)), unit)
    sums = np.bincount(unit, y)
    every, few = (n.sum() ** 2 / (n**2).sum() - 1 for n in (sums, sums[:9]))
    assert 1 < few < every < 29
    width = stats.t.ppf(0.975, [every, every, few]) * np.sqrt(np.diag(fit.covariance))
    assert frame["high"][1:].to_list() == pytest.approx(np.exp(fit.beta + width))


def test_a_year_that_one_agency_links_has_a_rate_without_limits() -> None:
    counts = {("a", 2022): 28, ("a", 2023): 36, ("b", 2021): 38, ("b", 2022): 31}
    counts |= {("c", 2022): 12, ("c", 2023): 15}
    frame = trend(corpus(*(received(*place, count) for place, count in counts.items())))
    assert frame["rate_ratio"].to_list()[:2] == pytest.approx([1, 31 / 38])
    assert frame["low"].to_list() == [None] * 3


@pytest.mark.parametrize("alpha", [0.1, 0.3])
def test_intervals_cover_where_few_agencies_have_most_cases(alpha: float) -> None:
    chance, covered = np.random.default_rng(29), {"robust_low": [], "low": []}
    unit, year = np.repeat(np.arange(30), 3), np.tile(np.arange(3), 30)
    for _ in range(max(40, RUNS // 4)):
        mean = np.exp(chance.normal(3, 2, 30))[unit] * 1.1**year
        y = chance.poisson(mean * chance.gamma(1 / alpha, alpha, len(mean)))
        made = frames(y.astype(float), unit, year)
        for low, frame in (("robust_low", changes(made)), ("low", trend(made)[1:])):
            high, rate = low.replace("low", "high"), 1.1 ** (frame["year"] - 2019).to_numpy()
            true = rate if low == "low" else 1.1
            known = frame.with_columns(true=true).drop_nulls(low)
            covered[low] += known.select(pl.col("true").is_between(low, high))["true"].to_list()
    # With t of 29 degrees of freedom, as if all agencies were alike, 0.77 to 0.83.
    for each in covered.values():
        assert len(each) > 50
        assert np.mean(each) >= 0.95 - 4 * (0.05 * 0.95 / len(each)) ** 0.5


def test_identities_that_fail_are_told() -> None:
    wrong = {"fails": ["flow.total"]}, {"unknown": ["requesters.received"]}
    made = corpus(
        *(received(name, 2021, 10, **more) for name, more in zip("ab", wrong, strict=True)),
        *(received(name, 2022, 20) for name in "abc"),
        Printed("c", {"received.total": 4}, year=2021, fails=["flow.enterprise"]),
    )
    names = ("n_fails", "n_unknown")
    assert changes(made).select("year", "n_units", *names).rows() == [(2022, 3, 1, 1)]
    assert trend(made).select(names).rows() == [(1, 1), (0, 0)]
    assert own_history(made).filter(agency="a").select(names).rows() == [(1, 0), (0, 0)]
    strict = changes(made, strict=True)
    assert strict.select("n_units", "n_only_now", *names).rows() == [(1, 2, 0, 0)]
    exposed = trend(made, of="proactive.licensing.decisions", exposure=RECEIVED)
    assert exposed.filter(pl.col("n_units") > 0).is_empty(), "no case of licensing"
    rates = corpus(
        *(
            Printed(name, {"penalties.decisions": 3, "received.total": 6}, year=year, fails=fails)
            for name, fails in (("a", ["flow.total"]), ("b", []))
            for year in (2021, 2022)
        )
    )
    exposed = trend(rates, of="proactive.penalties.decisions", exposure=RECEIVED)
    assert exposed.select(names).rows() == [(1, 0), (1, 0)], "of the exposure too"
    # What fails above the line, or is unknown there, and fails below it, fails once an agency.
    cells, doubt = {"granted.total": 3, "received.total": 6}, ["requesters.granted"]
    both = corpus(
        *(
            Printed(name, cells, year=year, fails=["flow.total"], unknown=doubt)
            for name in "ab"
            for year in (2021, 2022)
        )
    )
    exposed = trend(both, of="applications.granted.total", exposure=RECEIVED)
    assert exposed.select(names).rows() == [(2, 0), (2, 0)]


@pytest.mark.parametrize("statistic", [changes, trend, own_history])
def test_only_counts_are_counted(statistic: Any) -> None:
    for name in ("proactive.fees.amount", "proactive.licensing.items_change"):
        with pytest.raises(ParameterError, match="is no count, only panel"):
            statistic(CORPUS, of=name)
        assert panel(CORPUS, of=name).height > 0


@pytest.mark.parametrize("back", [0, 1])
def test_years_that_agencies_do_not_link_have_no_rate(back: int) -> None:
    # The only agency with both 2020 and 2023 had no case in 2020: whatever the rate of 2023, a
    # higher one is likelier, up to infinity.
    counts = {("a", 2020): back, ("a", 2023): 1, ("b", 2020): 3, ("b", 2022): 2}
    frame = trend(corpus(*(received(name, year, n) for (name, year), n in counts.items())))
    frame = frame.drop_nulls("count")
    assert frame["count"].to_list() == [3 + back, 2, 1]
    if back:
        assert frame["rate_ratio"].to_list() == pytest.approx([1, 2 / 3, 1])
    else:
        assert frame["rate_ratio"].to_list() == [1, None, None]


def test_own_history_finds_the_odd_year_and_few_others() -> None:
    y, unit, year = drawn(200, 5, alpha=0.05, seed=21)
    y[unit == 17] = 60
    odd = (unit == 17) & (year == 3)
    y[odd] = 900
    frame = own_history(frames(y, unit, year))
    row = frame.filter(agency="00017", year=2022).row(0, named=True)
    assert (row["position"], row["n_years"]) == ("above", 5)
    assert row["p_bh"] < 0.01
    others = frame.filter(pl.col("agency") != "00017")
    assert (others["position"] != "inside").mean() <= 0.01
    sums = frame.group_by("agency").agg(pl.col("count", "expected").sum())
    assert sums["expected"].to_list() == pytest.approx(sums["count"].to_list())


def test_own_history_spreads_cases_over_years_by_their_exposure() -> None:
    # From 32 penalties in 30 cases to 112 in 120: common to all, whoever has few of them.
    rows = {"a": ((5, 10), (40, 40)), "b": ((9, 10), (72, 40)), "c": ((18, 10), (0, 40))}
    made = corpus(
        *(
            Printed(name, {"penalties.decisions": n, "received.total": at_risk}, year=2021 + later)
            for name, years in rows.items()
            for later, (n, at_risk) in enumerate(years)
        )
    )
    frame = own_history(made, of="proactive.penalties.decisions", exposure=RECEIVED)
    rate = (40 + 72) / 40 / ((5 + 9 + 18) / 10)
    assert frame["expected"].to_list() == pytest.approx(
        [
            part
            for sum_ in (45, 81, 18)
            for part in (sum_ / (1 + 4 * rate), sum_ * 4 * rate / (1 + 4 * rate))
        ],
        rel=1e-6,
    )


@pytest.mark.parametrize("alpha", [0, 0.1, 0.5])
def test_false_alarms_of_own_history(alpha: float) -> None:
    rates = []
    for seed in range(max(2, RUNS // 50)):
        frame = own_history(frames(*drawn(150, 5, alpha=alpha, seed=seed)))
        rates.append((frame["p"] < 0.05).mean())
    assert np.mean(rates) <= 0.07


@pytest.mark.parametrize("statistic", [panel, changes, trend, own_history])
def test_one_report(statistic: Any) -> None:
    none = Frames(CORPUS.reports.clear(), CORPUS.cells, CORPUS.checks)
    assert statistic(none, by="province").columns == statistic(CORPUS, by="province").columns
    one = statistic(corpus(received("a", 2021, 3)))
    assert one.height == (1 if statistic in (panel, trend) else 0)


@pytest.mark.parametrize("statistic", [changes, trend, own_history])
def test_years_are_not_groups(statistic: Any) -> None:
    with pytest.raises(ParameterError, match="row for each year already"):
        statistic(CORPUS, by=("province", "year"))


def test_enormous_changes_have_their_likeliest_rates() -> None:
    # A step as long as the slope asks for would overshoot to where nothing can be computed.
    counts = [[120, 40, 20_000, 40, 80, 0, 40], [1, 2, 0, 1, 2, 3, 1]]
    counts += [[1, 2, 3, 1, 500, 1, 2], [1, 500, 1, 2, 0, 1, 2]]
    y = np.ravel(counts).astype(float)
    unit, year = np.repeat(np.arange(4), 7), np.tile(np.arange(7), 4)
    x = (year[:, None] == np.arange(1, 7)).astype(float)
    fit = conditional_poisson(y, x, np.zeros(len(y)), unit)
    # With a level for each unit and year the likeliest rates have the margins that were counted.
    rates = np.exp(np.append(0, fit.beta))
    expected = np.bincount(unit, y)[:, None] * rates / rates.sum()
    assert expected.sum(axis=0) == pytest.approx(np.bincount(year, y))
