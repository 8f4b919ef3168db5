"""Funnel plots in numbers: which shares are further from the others' than chance explains."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from analysis.composition import adjusted
from analysis.observations import ACCOUNT, Frames, grouping
from analysis.shares import MIN_N
from analysis.shrinkage import families
from toolkit.errors import ParameterError

Array = NDArray[np.float64]

WARNING: Final = 0.95
ALARM: Final = 0.998
"""The two pairs of limits of Spiegelhalter (2005)."""

DRAWN_IN: Final = 0.6786545589528744
"""Mean square of a standard normal variable whose tenths beyond the deciles are drawn in."""

LARGE: Final = 5_000
"""Above so many cases a share is as good as continuous."""

MOST: Final = 0.99
ROUNDS: Final = 5
"""Target and likeness depend on one another; five rounds settle them to four digits."""

LEAST: Final = 1e-9
"""Below this likeness a beta-binomial cannot be told from a binomial distribution."""


class Common(NamedTuple):
    """What all groups share: target, dispersion of z-scores and likeness of a group's cases."""

    target: float
    dispersion: float
    icc: float


def funnel(  # noqa: PLR0913, keywords with defaults are no burden
    corpus: Frames,
    *,
    of: str = "resolved",
    category: str = "granted",
    by: str | Sequence[str] = "agency",
    within: str | Sequence[str] = (),
    column: str = "total",
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Place of each group's share in the funnel of all: one row per group, in cases.

    Parameters
    ----------
    corpus
        Anything with the frames ``reports``, ``cells`` and ``checks``.
    of, category
        Which composition, by its denominator, and which share of it; see
        :func:`analysis.shares.composition`.
    by
        Columns of ``reports`` whose groups have the shares.
    within
        Columns of ``reports``; groups are held against those with the same values here.
    column
        Requesters, as a column of the form; ``total`` is all of them.
    min_n
        Shares of fewer cases are marked ``small``.
    strict
        Use only reports whose identities hold.

    Returns
    -------
    polars.DataFrame
        The columns of ``within`` and ``by``; ``category``; ``denominator``; ``count``, ``n``,
        ``share``; ``target``, the share of all; ``dispersion``, the mean square of the
        z-scores (1: chance alone), ``icc``, how alike cases of one group are, and ``n_groups``
        with cases; ``p``, two-sided, given that likeness, and ``p_bh``, adjusted for all rows;
        ``warning_low`` and ``warning_high`` (95 %), ``alarm_low`` and ``alarm_high`` (99.8 %),
        limits at the group's own n; ``position``: ``below`` or ``above`` the alarm limits, or
        ``inside``; ``small``, ``min_n``; the account of the reports. What needs cases is null
        where there are none.

    Raises
    ------
    ParameterError
        If an option has a value that it cannot have.

    References
    ----------
    Spiegelhalter, D. J. (2005). Funnel plots for comparing institutional performance.
    Statistics in Medicine 24, 1185-1202. docs/methods.md, "Small agencies".
    """
    if category is None:
        raise ParameterError("category: a funnel shows one share; name its category")
    by, within = grouping(by), grouping(within)
    frames = [
        _placed(family.rename({category: "count"}))
        for family, _ in families(
            corpus, of=of, category=category, by=by, within=within, column=column, strict=strict
        )
    ]
    placed = pl.concat(frames)
    return placed.select(
        *dict.fromkeys((*within, *by)),
        pl.lit(category).alias("category"),
        pl.lit(of).alias("denominator"),
        "count",
        "n",
        pl.when(pl.col("n") > 0).then(pl.col("count") / pl.col("n")).alias("share"),
        *("target", "dispersion", "icc", "n_groups", "p"),
        adjusted(placed["p"], "fdr_bh").alias("p_bh"),
        *("warning_low", "warning_high", "alarm_low", "alarm_high", "position"),
        (pl.col("n") < min_n).alias("small"),
        pl.lit(min_n, pl.Int64).alias("min_n"),
        *ACCOUNT,
    )


def common(count: ArrayLike, n: ArrayLike) -> Common:
    """Target and overdispersion of shares, from z-scores whose tails are drawn in.

    The share of all is weighed by what each group tells, so that one large agency does not set
    the target for all.

    Parameters
    ----------
    count, n
        Cases in the category, and all cases, of groups that have any.
    """
    x, size = np.asarray(count, dtype=float), np.asarray(n, dtype=float)
    icc = 0.0
    for _ in range(ROUNDS):
        weight = size / (1 + (size - 1) * icc)
        target = float((weight * x / size).sum() / weight.sum())
        icc = likeness(x, size, target)
    return Common(target, _dispersion(x, size, target, 0), icc)


def limits(n: ArrayLike, target: float, icc: float, coverage: float) -> tuple[Array, Array]:
    """Limits of a share around a target, exact and interpolated (Spiegelhalter 2005, A.1).

    Parameters
    ----------
    n
        All cases.
    target
        Share of all.
    icc
        How alike cases of one group are; 0 gives the limits without overdispersion.
    coverage
        Share of groups between the limits if they differ by no more than that.
    """
    tails = ((1 - coverage) / 2, (1 + coverage) / 2)
    sizes, back = np.unique(np.asarray(n, dtype=np.int64), return_inverse=True)
    found = np.array([_interpolated(int(size), target, icc, tails) for size in sizes])
    return found[back, 0], found[back, 1]


def _placed(family: pl.DataFrame) -> pl.DataFrame:
    cases = family.filter(pl.col("n") > 0)
    columns = ("p", "warning_low", "warning_high", "alarm_low", "alarm_high")
    if cases.is_empty():
        nothing = dict.fromkeys(("target", "dispersion", "icc", *columns), pl.lit(None, pl.Float64))
        none = {"n_groups": pl.lit(0, pl.Int64), "position": pl.lit(None, pl.String)}
        return family.with_columns(**nothing, **none)
    shared = common(cases["count"], cases["n"])
    counts = cases.select("count", "n").iter_rows()
    p = [two_sided(count, n, shared.target, shared.icc) for count, n in counts]
    bounds = [limits(cases["n"], shared.target, shared.icc, c) for c in (WARNING, ALARM)]
    values = (np.array(p), *bounds[0], *bounds[1])
    extreme, low = pl.col("p") < 1 - ALARM, pl.col("count") / pl.col("n") < shared.target
    placed = family.with_columns(
        pl.lit(shared.target).alias("target"),
        pl.lit(shared.dispersion).alias("dispersion"),
        pl.lit(shared.icc).alias("icc"),
        pl.lit(cases.height, pl.Int64).alias("n_groups"),
        *(_at(family, name, value) for name, value in zip(columns, values, strict=True)),
    )
    place = pl.when(extreme & low).then(pl.lit("below")).when(extreme).then(pl.lit("above"))
    inside = place.when(pl.col("p").is_not_null()).then(pl.lit("inside"))
    return placed.with_columns(inside.alias("position"))


def _at(family: pl.DataFrame, name: str, values: Array) -> pl.Series:
    """Values of the groups that have cases, in their places."""
    every = np.full(family.height, np.nan)
    every[(family["n"].fill_null(0) > 0).to_numpy()] = values
    return pl.Series(name, every, nan_to_null=True)


def likeness(x: Array, n: Array, target: float | Array) -> float:
    """Likeness at which z-scores are as wide as chance makes them: Paule and Mandel (1982)."""
    from scipy.optimize import brentq

    if len(n) < 2 or _dispersion(x, n, target, 0) <= 1:  # noqa: PLR2004
        return 0.0
    if _dispersion(x, n, target, MOST) >= 1:
        return MOST
    return float(brentq(lambda icc: _dispersion(x, n, target, icc) - 1, 0, MOST))


def _dispersion(x: Array, n: Array, target: float | Array, icc: float) -> float:
    """Mean square of the z-scores, a tenth of them on each side drawn in."""
    if not np.all((np.asarray(target) > 0) & (np.asarray(target) < 1)):
        return 1.0
    z = (x / n - target) / np.sqrt(target * (1 - target) * (1 + (n - 1) * icc) / n)
    # Drawing in makes z smaller even where chance is all there is; that is made good.
    return float((np.clip(z, *np.quantile(z, (0.1, 0.9))) ** 2).mean() / DRAWN_IN)


def _distribution(n: int, target: float, icc: float) -> Array:
    """Probability of 0 to n cases, all cases of a group being alike to this degree."""
    from scipy.stats import betabinom, binom

    cases = np.arange(n + 1)
    if icc < LEAST:
        return np.asarray(binom.pmf(cases, n, target))
    alike = 1 / icc - 1
    return np.asarray(betabinom.pmf(cases, n, alike * target, alike * (1 - target)))


def _smooth(n: int, target: float, icc: float) -> tuple[float, float]:
    """Beta distribution of a share with the mean and variance of the beta-binomial one."""
    alike = n / (1 + (n - 1) * icc) - 1
    return alike * target, alike * (1 - target)


def two_sided(count: int, n: int, target: float, icc: float) -> float:
    """Twice the smaller tail, of the observed count one half (mid-p)."""
    if not 0 < target < 1:
        return 1.0
    if n > LARGE:
        from scipy.special import betainc

        below = betainc(*_smooth(n, target, icc), count / n)
        return float(2 * min(below, 1 - below))
    chance = _distribution(n, target, icc)
    below = chance[:count].sum() + chance[count] / 2
    return float(min(1.0, 2 * min(below, 1 - below)))


def _interpolated(
    n: int, target: float, icc: float, tails: tuple[float, float]
) -> tuple[float, float]:
    if not 0 < target < 1:
        return target, target
    if n > LARGE:
        from scipy.special import betaincinv

        low, high = (float(betaincinv(*_smooth(n, target, icc), tail)) for tail in tails)
        return low, high
    up_to = np.cumsum(_distribution(n, target, icc))
    found = []
    for tail in tails:
        r = int(np.searchsorted(up_to, tail).clip(0, n))
        before = up_to[r - 1] if r else 0.0
        found.append((r - (up_to[r] - tail) / (up_to[r] - before)) / n)
    return float(np.clip(found[0], 0, 1)), float(np.clip(found[1], 0, 1))
