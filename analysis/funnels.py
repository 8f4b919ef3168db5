"""Funnel plots in numbers: which shares are further from the others' than chance explains."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from analysis.composition import adjusted
from analysis.observations import By, Frames, grouping
from analysis.results import MIN_N, ending, floats, quotient, scattered
from analysis.shrinkage import families
from toolkit.errors import ParameterError

Array = NDArray[np.float64]
Index = NDArray[np.int64]

WARNING: Final = 0.95
ALARM: Final = 0.998
"""The two pairs of limits of Spiegelhalter (2005)."""

DRAWN_IN: Final = 0.6786545589528744
"""Mean square of a standard normal variable whose tenths beyond the deciles are drawn in."""

FEW: Final = 500
"""Up to so many cases, or up to so many less than all, probabilities are added up one by one; a
share between is as good as continuous."""

LEAST: Final = 1e-9
"""Below this likeness a beta-binomial cannot be told from a binomial distribution."""

STEPS: Final = (0.0, *(1 / (1 + np.exp(-np.arange(-9.0, 5.0)))).tolist())
"""Likeness is sought between these, upwards: where nearly all is one outcome, all fits again."""

SPREAD: Final = (np.arange(8) + 0.5) / 8
TINY: Final = 1e-12

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
    by: By = "agency",
    within: By = (),
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
    split, _ = families(
        corpus, of=of, category=category, by=by, within=within, column=column, strict=strict
    )
    placed = pl.concat(_placed(family.rename({category: "count"})) for family in split)
    return placed.select(
        *grouping(within, by),
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
    x, size = np.asarray(count, dtype=float), np.asarray(n, dtype=float)

    def share(icc: float) -> Array:
        weight = size / (1 + (size - 1) * icc)
        return np.asarray((weight * x / size).sum() / weight.sum())

    icc = likeness(x, size, share)
    target = float(share(icc))
    return Common(target, _dispersion(x, size, target), icc)


def limits(n: ArrayLike, target: float, icc: float, *coverages: float) -> list[Array]:
    """Low and high limits, in turns, of shares of n cases around a target.

    They are where :func:`two_sided` is 1 less each coverage. Cases of a group are alike by
    ``icc``; 0 gives the limits without overdispersion.
    """
    tails = np.array([(1 + side * coverage) / 2 for coverage in coverages for side in (-1, 1)])
    sizes, back = np.unique(np.asarray(n, dtype=np.int64), return_inverse=True)
    found = np.array([_interpolated(int(size), target, icc, tails) for size in sizes])
    return list(found[back].T)


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
        p = two_sided(x, n, shared.target, shared.icc)
        values = [p, *limits(n, shared.target, shared.icc, WARNING, ALARM)]
    return family.with_columns(
        *(
            pl.lit(shared and getattr(shared, name), pl.Float64).alias(name)
            for name in Common._fields
        ),
        pl.lit(len(n), pl.Int64).alias("n_groups"),
        *floats(("p", *LIMITS), (scattered(known, each) for each in values)),
    )


def likeness(x: Array, n: Array, target: Callable[[float], Array]) -> float:
    """Least likeness at which the groups are as far apart as chance puts them around the target.

    Each group stands for the normal scores of all that its count leaves open, so that scores
    are normal however rare the cases are (Dunn and Smyth 1996); a tenth of them on each side is
    drawn in.
    """
    from scipy.optimize import brentq
    from scipy.special import ndtri

    def excess(icc: float) -> float:
        below, at = _chances(x, n, target(icc), icc)
        scores = ndtri((below[:, None] + at[:, None] * SPREAD).clip(TINY, 1 - TINY))
        return _drawn_in(scores) - 1

    inside = np.all((target(0) > 0) & (target(0) < 1))
    if len(n) < 2 or not inside or excess(0) <= 0:  # noqa: PLR2004
        return 0.0
    for low, high in pairwise(STEPS):
        if excess(high) <= 0:
            return float(brentq(excess, low, high, xtol=1e-6))
    return float(STEPS[-1])


def two_sided(count: ArrayLike, n: ArrayLike, target: ArrayLike, icc: float) -> Array:
    """Twice the smaller tail, of the observed count one half (mid-p)."""
    x, size, share = (np.asarray(each, dtype=float) for each in (count, n, target))
    below, at = _chances(x, size, share.clip(TINY, 1 - TINY), icc)
    tail = np.minimum(below, 1 - below - at) + at / 2
    return np.where((share > 0) & (share < 1), (2 * tail).clip(0, 1), 1.0)


def _chances(x: Array, n: Array, target: float | Array, icc: float) -> tuple[Array, Array]:
    """Probability of fewer cases than these, and of as many."""
    from scipy.special import betainc, betaln, xlog1py, xlogy

    x, n, target = np.broadcast_arrays(x, n, target)
    if icc < LEAST:
        below = np.where(x > 0, betainc(n - x + 1, x.clip(1), 1 - target), 0)
        ways = -betaln(n - x + 1, x + 1) - np.log(n + 1)
        return below, np.asarray(np.exp(ways + xlogy(x, target) + xlog1py(n - x, -target)))
    below, below_next = (
        betainc(*_smooth(n, target, icc), ((x + half) / n).clip(0, 1)) for half in (-0.5, 0.5)
    )
    at, few = below_next - below, np.minimum(x, n - x) <= FEW
    # What is nearer to none or to all is added up, case by case, of all groups at once.
    turned = 2 * x > n
    cases = np.where(turned, n - x, x)[few].astype(np.int64)
    chance, first = _upwards(cases, n[few], np.where(turned, 1 - target, target)[few], icc)
    at[few] = chance[first + cases]
    up_to = np.add.reduceat(chance, first)
    below[few] = np.where(turned[few], 1 - up_to, up_to - at[few])
    return below, at


def _upwards(cases: Index, n: Array, target: Array, icc: float) -> tuple[Array, Index]:
    """Probability of none, of one and so on up to these cases of each group, and where it begins.

    Each is that of a case less, times a quotient, which is many times faster than gamma functions.
    """
    from scipy.special import betaln

    first = np.cumsum(cases + 1) - cases - 1
    k = np.arange((cases + 1).sum(), dtype=float) - np.repeat(first, cases + 1)
    m, share = np.repeat(n, cases + 1), np.repeat(target, cases + 1)
    alike, none = 0.0, n * np.log1p(-target)
    if icc >= LEAST:
        alike = icc / (1 - icc)
        a, b = target / alike, (1 - target) / alike
        none = betaln(a, b + n) - betaln(a, b)
    k[first] = 1
    steps = np.log((m - k + 1) * (share + (k - 1) * alike) / (k * (1 - share + (m - k) * alike)))
    steps[first] = none
    steps[first[1:]] -= np.add.reduceat(steps, first)[:-1]  # each group begins anew
    return np.exp(np.cumsum(steps)), first


def _dispersion(x: Array, n: Array, target: float) -> float:
    """Mean square of the z-scores; 1 where a target of 0 or 1 leaves no room for them."""
    if not 0 < target < 1:
        return 1.0
    return _drawn_in((x / n - target) / np.sqrt(target * (1 - target) / n))


def _drawn_in(z: Array) -> float:
    """Mean square of scores, a tenth on each side drawn in; 1 on average for normal ones."""
    return float((np.clip(z, *np.quantile(z, (0.1, 0.9))) ** 2).mean() / DRAWN_IN)


def _smooth(n: Array, target: Array, icc: float) -> tuple[Array, Array]:
    """Beta distribution of a share with the mean and variance of the beta-binomial one."""
    alike = n / (1 + (n - 1) * icc) - 1
    return alike * target, alike * (1 - target)


def _interpolated(n: int, target: float, icc: float, tails: Array) -> Array:
    """Shares of n cases up to which these probabilities lie, half of each share's own counted."""
    from scipy.special import betaincinv

    if not 0 < target < 1:
        return np.full(len(tails), target)
    found = betaincinv(*_smooth(np.array(n), np.array(target), icc), tails)
    few = np.array([min(n, FEW)])
    for turned in (0, 1) if n > FEW else (0,):  # from none upwards, from all downwards
        at, _ = _upwards(few, np.array([n]), np.array([abs(turned - target)]), icc)
        middle, beyond = np.cumsum(at) - at / 2, np.abs(turned - tails)
        near = np.abs(turned - np.interp(beyond, middle, np.arange(len(at)) / n))
        found = np.where((beyond <= middle[-1]) | (n <= FEW), near, found)
    return np.asarray(found)
