"""Confidence intervals for shares and for ratios of counts; docs/methods.md has the sources.

Arrays in, a pair of arrays out, elementwise: ``count`` cases in a category of ``n`` cases, and
``confidence``, the nominal coverage, between 0 and 1. A limit is NaN where there is nothing to
estimate: ``n`` is 0 or either count is NaN.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.errors import ParameterError

Limits = tuple[NDArray[np.float64], NDArray[np.float64]]

ENORMOUS: Final = 1e9
"""Chi-square statistic above which scipy 1.17 does not always find a noncentrality."""


def wilson(count: ArrayLike, n: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Score interval of a share, each share by itself: Wilson (1927)."""
    from scipy.special import ndtri

    x, m = _known(count, n)
    z = -ndtri((1 - level(confidence)) / 2)
    p, spread = x / m, 1 + z**2 / m
    middle = (p + z**2 / (2 * m)) / spread
    width = z * np.sqrt(p * (1 - p) / m + z**2 / (4 * m**2)) / spread
    # The limits end exactly at 0 and 1; rounding would leave 1e-17 there.
    return np.where(x == 0, 0, middle - width), np.where(x == m, 1, middle + width)


def simultaneous(
    count: ArrayLike, n: ArrayLike, *, categories: ArrayLike, confidence: float = 0.95
) -> Limits:
    """Intervals that cover all shares of a composition together: Clopper-Pearson, Bonferroni."""
    return _exact(count, n, (1 - level(confidence)) / np.asarray(categories) / 2)


def poisson_ratio(count: ArrayLike, base: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Exact conditional interval of the ratio of two Poisson means: Przyborowski and Wilenski.

    Given their sum, the first count is binomial with probability ratio / (1 + ratio), so that
    the Clopper-Pearson limits of that probability, as odds, are those of the ratio (1940).
    Limits are NaN where ``base`` is 0.
    """
    above, below = np.asarray(count, dtype=float), np.asarray(base, dtype=float)
    both, tail = np.where(below > 0, above + below, np.nan), (1 - level(confidence)) / 2
    # The other share's limits, for 1 less a share close to 1 is rounding.
    (low, high), (rest_low, rest_high) = (_exact(each, both, tail) for each in (above, below))
    return low / rest_high, high / rest_low


def difference(
    count: ArrayLike,
    n: ArrayLike,
    other: ArrayLike,
    other_n: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Limits:
    """Interval of a difference of two independent shares, first less second: hybrid score.

    Newcombe (1998), method 10.
    """
    (x, m), (y, k) = _known(count, n), _known(other, other_n)
    (low, high), (low_2, high_2) = (wilson(*g, confidence=confidence) for g in ((x, m), (y, k)))
    p, q = x / m, y / k
    return (
        p - q - np.sqrt((p - low) ** 2 + (high_2 - q) ** 2),
        p - q + np.sqrt((high - p) ** 2 + (q - low_2) ** 2),
    )


def noncentrality(statistic: float, df: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Limits of the noncentrality of a chi-square statistic with ``df`` degrees of freedom.

    Its distribution is inverted (Smithson 2003). A limit is 0 where none is small enough.
    """
    from scipy.special import chdtr, chndtrinc, ndtri

    if statistic > ENORMOUS:  # chndtrinc finds none; the root is as good as normal
        root, z = statistic**0.5, float(ndtri((1 + level(confidence)) / 2))
        return (root - z) ** 2 - df, (root + z) ** 2 - df
    tails = (1 + level(confidence)) / 2, (1 - confidence) / 2
    low, high = (
        float(chndtrinc(statistic, df, p)) if chdtr(df, statistic) > p else 0.0 for p in tails
    )
    return low, high


def level(confidence: float) -> float:
    """Return the confidence if it is one, between 0 and 1; else raise ParameterError."""
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence must lie between 0 and 1, not {confidence!r}")
    return confidence


def _exact(count: ArrayLike, n: ArrayLike, tail: ArrayLike) -> Limits:
    """Clopper and Pearson's limits (1934) of a share, with this probability beyond each."""
    # scipy.stats and statsmodels give the same to the last bit, for 110 MB and a second more.
    from scipy.special import betainccinv, betaincinv

    x, m = _known(count, n)
    low, high = betaincinv(x, m - x + 1, tail), betainccinv(x + 1, m - x, tail)
    return np.where(x == 0, 0, low), np.where(x == m, 1, high)


def _known(count: ArrayLike, n: ArrayLike) -> Limits:
    """Counts and cases as numbers, NaN where there is nothing to estimate."""
    x, m = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(n, dtype=float))
    return np.where(m > 0, x, np.nan), np.where(m > 0, m, np.nan)
