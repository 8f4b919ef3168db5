"""Models of counts over years: each agency its own level, errors that let agencies differ."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import polars as pl

from analysis.composition import adjusted
from analysis.counts import Fit, conditional_poisson, negative_binomial
from analysis.funnels import likeness, position, two_sided
from analysis.intervals import level
from analysis.observations import By, Frames, grouping
from analysis.panel import DOUBTS, LEAST, RECEIVED, followed, panel, spread
from analysis.results import apart, floats
from toolkit.errors import one_of

RATES = ("rate_ratio", "low", "high")


def trend(  # noqa: PLR0913, keywords with defaults are no burden
    corpus: Frames,
    *,
    of: str = RECEIVED,
    by: By = (),
    exposure: str | None = None,
    unit: str = "agency",
    model: Literal["poisson", "negative_binomial"] = "poisson",
    confidence: float = 0.95,
    strict: bool = False,
) -> pl.DataFrame:
    """Rate of each year against the first, agency by agency: one row per group and year.

    Parameters
    ----------
    corpus, unit, confidence, strict
        As in all statistics, see :mod:`analysis`.
    of
        Quantity, as ``table.item.column``; the item may be a heading.
    by
        Columns of ``reports`` to group by, which do not change within an agency; each group has
        a model of its own.
    exposure
        Quantity per which ``of`` is counted; by default the year itself.
    model
        ``poisson``, conditional on each agency's sum; or ``negative_binomial`` with a constant
        for each agency, of which there may be at most 300.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``year``; ``quantity``, ``exposure``; ``count``, the sum over the
        ``n_units`` agencies that enter the model in this year; ``base_year``, the group's first
        with cases; ``rate_ratio`` to it with ``low`` and ``high`` from errors clustered by
        agency, null if agencies do not link the years, limits also where in a year or the base
        one agency has most of the cases; ``model``; ``dispersion``, Pearson's
        chi-square by its degrees of freedom, and ``p_overdispersion``, that counts vary no more
        than Poisson counts; ``n_several``, ``n_left_out``, ``n_no_report`` and ``n_alone``
        agencies that do not enter in this year: of the first three see the panel, the last
        have no other year, no exposure or no case at all; of the agencies ``n_edition_change``
        that changed to another edition of the form, ``n_fails`` and ``n_unknown``, of whose
        report an identity fails, or cannot be decided; ``confidence``.
    """
    one_of("model", model, ("poisson", "negative_binomial"))
    by = followed(of, by)
    rows = _rows(corpus, of, by, exposure, unit, strict=strict)
    return pl.concat(
        _rates(group, unit, by, model, confidence) for group in apart(rows, by)
    ).select(
        *by,
        "year",
        pl.lit(of).alias("quantity"),
        pl.lit(exposure, pl.String).alias("exposure"),
        *("count", "n_units", "base_year", *RATES),
        pl.lit(model).alias("model"),
        *("dispersion", "p_overdispersion"),
        *("n_several", "n_left_out", "n_no_report", "n_alone", "n_edition_change", *DOUBTS),
        pl.lit(confidence).alias("confidence"),
    )


def own_history(
    corpus: Frames,
    *,
    of: str = RECEIVED,
    by: By = (),
    exposure: str | None = None,
    unit: str = "agency",
    strict: bool = False,
) -> pl.DataFrame:
    """Each year of an agency against its other years: one row per agency and year.

    Parameters
    ----------
    corpus, of, by, exposure, unit, strict
        As in :func:`trend`; each group has a common trend and a likeness of its own.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``unit``'s column; ``year``; ``quantity``, ``exposure``;
        ``count``; ``expected``, the agency's sum over its ``n_years`` spread over them as the
        common trend is (flat, if agencies do not link the years); ``icc``, how alike cases of
        one agency and year are; ``p``, two-sided, given that, and ``p_bh``, adjusted for all
        rows; ``position``: ``below`` or ``above`` what 99.8 % of agencies and years are expected
        to be, or ``inside``; ``edition_change``; ``n_fails`` or ``n_unknown`` is 1 if an identity
        that the report's cells enter fails or cannot be decided. Only agencies with two
        usable years and a case are here; :func:`trend` counts the others.
    """
    by = followed(of, by)
    rows = _rows(corpus, of, by, exposure, unit, strict=strict)
    placed = pl.concat(_expected(group, unit) for group in apart(rows.filter("enters"), by))
    return placed.select(
        *grouping(by, unit),
        "year",
        pl.lit(of).alias("quantity"),
        pl.lit(exposure, pl.String).alias("exposure"),
        *("count", "expected", "n_years", "icc", "p"),
        adjusted(placed["p"], "fdr_bh").alias("p_bh"),
        position(pl.col("count") < pl.col("expected")),
        "edition_change",
        *DOUBTS,
    )


def _rates(
    rows: pl.DataFrame, unit: str, by: Sequence[str], model: str, confidence: float
) -> pl.DataFrame:
    """Rate ratios of one group, and the account of its agencies."""
    from scipy.special import stdtrit

    cases, years, fit = _fit(rows.filter("enters"), unit, model)
    # A year is as uncertain as its agencies are few, or as few of them have most of the cases.
    whole = pl.col("count").sum().over(unit)
    agencies = cases.select("year", whole=whole).group_by("year").agg(spread(pl.col("whole")))
    few = agencies.sort("year")["whole"].to_numpy()
    few = np.minimum(few[1:], few[:1])
    width = stdtrit(np.where(few >= LEAST, few - 1, np.nan), (1 + level(confidence)) / 2)
    later = np.full((len(RATES), len(years[1:])), np.nan)
    if fit:
        errors = width * np.sqrt(np.diag(fit.covariance).clip(0))  # rounding may leave -1e-20
        later = np.exp([fit.beta, fit.beta - errors, fit.beta + errors])
    ratios = pl.DataFrame([pl.Series("year", years[1:], pl.Int32), *floats(RATES, later)])
    base = pl.lit(years[0] if years else None, pl.Int32)
    ratio = pl.when(pl.col("year") == base).then(1.0).otherwise("rate_ratio")
    return (
        _summary(rows, by)
        .join(ratios, on="year", how="left", maintain_order="left")
        .with_columns(
            base_year=base,
            rate_ratio=ratio,
            dispersion=pl.lit(fit and fit.dispersion, pl.Float64).fill_nan(None),
            p_overdispersion=pl.lit(fit and fit.p_overdispersion, pl.Float64).fill_nan(None),
        )
    )


def _expected(used: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Counts of one group with ``expected``, ``n_years``, ``icc`` and ``p``."""
    used, years, fit = _fit(used, unit, "poisson")
    effects = dict.fromkeys(years, 0.0)
    if fit:
        effects |= dict(zip(years[1:], fit.beta.tolist(), strict=True))
    effect = pl.col("year").replace_strict(effects, return_dtype=pl.Float64)
    share = pl.col("at_risk") * effect.exp()
    placed = used.with_columns((share / share.sum().over(unit)).alias("part")).with_columns(
        pl.col("count").sum().over(unit).alias("whole"),
        pl.len().over(unit).cast(pl.Int64).alias("n_years"),
    )
    x, n, target = (placed[name].cast(pl.Float64).to_numpy() for name in ("count", "whole", "part"))
    icc = likeness(x, n, lambda _: target)
    return placed.with_columns(
        (pl.col("part") * pl.col("whole")).alias("expected"),
        pl.lit(icc).alias("icc"),
        pl.Series("p", two_sided(x, n, target, icc), pl.Float64),
    )


def _fit(used: pl.DataFrame, unit: str, model: str) -> tuple[pl.DataFrame, list[int], Fit | None]:
    """Rows of the years that have cases, these years, and the fit of those after the first.

    There is no fit if agencies do not link all the years.
    """
    from scipy.sparse.csgraph import connected_components

    used = used.filter(pl.col("count").sum().over("year") > 0)  # by unit and year, as in a panel
    years = used["year"].unique().sort().to_list()
    y = used["count"].cast(pl.Float64).to_numpy()
    offset = used["at_risk"].cast(pl.Float64).log().to_numpy()
    units = used[unit].rle_id().to_numpy().astype(np.int64)
    if len(years) < 2 or units[-1] < 1:  # noqa: PLR2004
        return used, years, None  # One agency is no sample of agencies: see `changes`.
    year = np.array([used["year"] == one for one in years], dtype=float)
    # A ratio is finite if cases of either year belong to agencies that have the other as well, if
    # need be by way of third years (Ford 1957); else the likeliest is 0 or infinite.
    at, had = (np.zeros((units[-1] + 1, len(years))) for _ in range(2))
    np.add.at(at, units, year.T)
    np.add.at(had, units, (year * y).T)
    if connected_components(had.T @ at > 0, connection="strong")[0] > 1:
        return used, years, None
    x = year[1:].T
    fit = conditional_poisson(y, x, offset, units)
    if model != "poisson":
        fit = negative_binomial(y, x, offset, units, fit)
    return used, years, fit


def _rows(
    corpus: Frames, of: str, by: Sequence[str], exposure: str | None, unit: str, *, strict: bool
) -> pl.DataFrame:
    """Panel with ``at_risk``, the exposure, and ``enters``, whether a row says something."""
    rows = panel(corpus, of=of, unit=unit, by=by, strict=strict)
    if exposure is None:
        rows = rows.with_columns(at_risk=pl.lit(1))
    else:
        base = panel(corpus, of=exposure, unit=unit, strict=strict)
        base = base.select(unit, "year", pl.col(DOUBTS).name.prefix("base_"), at_risk="count")
        rows = rows.join(base, on=[unit, "year"], how="left")
        fails, unknown = (pl.max_horizontal(name, f"base_{name}") for name in DOUBTS)
        rows = rows.with_columns(fails, pl.when(fails == 0).then(unknown).otherwise(0))
    rows = rows.drop_nulls((unit, "year"))
    usable = (pl.col("count").is_not_null() & (pl.col("at_risk") > 0)).fill_null(value=False)
    cases = pl.col("count").filter(usable)
    enters = usable & (cases.len().over(unit) > 1) & (cases.sum().over(unit) > 0)
    rows = rows.with_columns(enters.alias("enters"))
    return rows.sort(by, nulls_last=True, maintain_order=True)


def _summary(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Account of a group's agencies by year."""
    enters, count = pl.col("enters"), pl.col("count")
    agencies = {
        f"n_{status}": pl.col("status") == status
        for status in ("used", "several", "left_out", "no_report")
    }
    agencies |= {"n_units": enters, "n_edition_change": enters & pl.col("edition_change")}
    every = rows.group_by(*by, "year").agg(
        pl.when(enters.any()).then(count.filter(enters).sum()).alias("count"),
        pl.col(DOUBTS).filter(enters).sum(),
        *(which.sum().cast(pl.Int64).alias(name) for name, which in agencies.items()),
    )
    return every.with_columns(n_alone=pl.col("n_used") - pl.col("n_units")).sort("year")
