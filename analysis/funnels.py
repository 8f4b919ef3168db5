"""Funnel plots in numbers: which shares are further from the others' than chance explains."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from analysis.composition import adjusted
from analysis.observations import Frames, grouping
from analysis.results import MIN_N, ending, floats, quotient, scattered
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


LIMITS: Final = ("warning_low", "warning_high", "alarm_low", "alarm_high")


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
    corpus, of, category, column, min_n, strict
        As in all statistics, see :mod:`analysis`.
    by
        Columns of ``reports`` whose groups have the shares.
    within
        Columns of ``reports``; groups are held against those with the same values here.

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
    """
    if category is None:
        raise ParameterError("category: a funnel shows one share; name its category")
    keys = (*grouping(within), *grouping(by))
    split, _ = families(
        corpus, of=of, category=category, by=by, within=within, column=column, strict=strict
    )
    placed = pl.concat(_placed(family.rename({category: "count"})) for family in split)
    return placed.select(
        *dict.fromkeys(keys),
        pl.lit(category).alias("category"),
        pl.lit(of).alias("denominator"),
        *("count", "n", quotient().alias("share"), "target", "dispersion", "icc", "n_groups"),
        *("p", adjusted(placed["p"], "fdr_bh").alias("p_bh"), *LIMITS),
        position(pl.col("count") / pl.col("n") < pl.col("target")),
        *ending(min_n),
    )


def common(count: ArrayLike, n: ArrayLike) -> Common:
    """Target and overdispersion of shares, from z-scores whose tails are drawn in.

    The share of all is weighed by what each group tells, so that one large agency does not set
    the target for all. All groups have cases: ``count`` of ``n``.
    """
    x, size, icc = np.asarray(count, dtype=float), np.asarray(n, dtype=float), 0.0
    for _ in range(ROUNDS):
        weight = size / (1 + (size - 1) * icc)
        target = float((weight * x / size).sum() / weight.sum())
        icc = likeness(x, size, target)
    return Common(target, _dispersion(x, size, target, 0), icc)


def limits(n: ArrayLike, target: float, icc: float, coverage: float) -> tuple[Array, Array]:
    """Limits of shares of n cases around a target, interpolated (Spiegelhalter 2005, A.1).

    This ``coverage`` of groups is between them whose cases are alike by ``icc``; 0 gives the
    limits without overdispersion.
    """
    tails = ((1 - coverage) / 2, (1 + coverage) / 2)
    sizes, back = np.unique(np.asarray(n, dtype=np.int64), return_inverse=True)
    found = np.array([_interpolated(int(size), target, icc, tails) for size in sizes])
    return found[back, 0], found[back, 1]


def position(low: pl.Expr) -> pl.Expr:
    """``below`` or ``above`` the alarm limits, or ``inside``; null where ``p`` is."""
    extreme = pl.col("p") < 1 - ALARM
    place = pl.when(extreme & low).then(pl.lit("below")).when(extreme).then(pl.lit("above"))
    return place.when(pl.col("p").is_not_null()).then(pl.lit("inside")).alias("position")


def _placed(family: pl.DataFrame) -> pl.DataFrame:
    """Groups of one funnel: what they share, and the ``p`` and limits of each that has cases."""
    known = (family["n"] > 0).fill_null(value=False)
    x, n = (family.filter(known)[name].to_numpy() for name in ("count", "n"))
    shared, values = None, [np.empty(0)] * (1 + len(LIMITS))
    if len(n):
        shared = common(x, n)
        p = [two_sided(*case, shared.target, shared.icc) for case in zip(x, n, strict=True)]
        bounds = (limits(n, shared.target, shared.icc, coverage) for coverage in (WARNING, ALARM))
        values = [np.array(p), *(bound for pair in bounds for bound in pair)]
    return family.with_columns(
        *(
            pl.lit(shared and getattr(shared, name), pl.Float64).alias(name)
            for name in Common._fields
        ),
        pl.lit(len(n), pl.Int64).alias("n_groups"),
        *floats(("p", *LIMITS), (scattered(known, each) for each in values)),
    )


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
    from scipy.special import betaln, xlog1py, xlogy

    cases = np.arange(n + 1)
    rest = n - cases
    ways = -np.log(n + 1) - betaln(rest + 1, cases + 1)
    if icc < LEAST:
        return np.asarray(np.exp(ways + xlogy(cases, target) + xlog1py(rest, -target)))
    alike = 1 / icc - 1
    a, b = alike * target, alike * (1 - target)
    return np.asarray(np.exp(ways + betaln(cases + a, rest + b) - betaln(a, b)))


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
