"""Confidence intervals for shares and for ratios of counts; docs/methods.md gives the reasons.

Arrays in, a pair of arrays out, elementwise. A limit is NaN where there is nothing to
estimate: ``n`` is 0 or either count is NaN.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from toolkit.errors import ParameterError

Limits = tuple[NDArray[np.float64], NDArray[np.float64]]


def wilson(count: ArrayLike, n: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Score interval of a share, each share by itself.

    Parameters
    ----------
    count, n
        Cases in the category, and all cases.
    confidence
        Nominal coverage, between 0 and 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. Journal of the American Statistical Association 22, 209-212.
    """
    return _limits(count, n, alpha=1 - level(confidence), method="wilson")


def simultaneous(
    count: ArrayLike, n: ArrayLike, *, categories: int, confidence: float = 0.95
) -> Limits:
    """Intervals that cover all shares of a composition together: Clopper-Pearson, Bonferroni.

    Parameters
    ----------
    count, n
        Cases in the category, and all cases.
    categories
        Number of categories of the composition.
    confidence
        Coverage of all the intervals at once, at the least; between 0 and 1.

    References
    ----------
    Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits
    illustrated in the case of the binomial. Biometrika 26, 404-413.
    """
    return _limits(count, n, alpha=(1 - level(confidence)) / categories, method="beta")


def poisson_ratio(count: ArrayLike, base: ArrayLike, *, confidence: float = 0.95) -> Limits:
    """Exact conditional interval of the ratio of two Poisson means.

    Given their sum, the first count is binomial with probability ratio / (1 + ratio), so that
    the Clopper-Pearson limits of that probability, as odds, are those of the ratio.

    Parameters
    ----------
    count, base
        Numerator and denominator. Limits are NaN where ``base`` is 0.
    confidence
        Nominal coverage, at the least; between 0 and 1.

    References
    ----------
    Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from
    Poisson series. Biometrika 31, 313-323.
    """
    above, below = np.asarray(count, dtype=float), np.asarray(base, dtype=float)
    both = np.where(below > 0, above + below, np.nan)
    low, high = _limits(above, both, alpha=1 - level(confidence), method="beta")
    return low / (1 - low), high / (1 - high)


def difference(
    count: ArrayLike,
    n: ArrayLike,
    other: ArrayLike,
    other_n: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Limits:
    """Interval of a difference of two independent shares, first less second: hybrid score.

    Parameters
    ----------
    count, n
        Cases in the category, and all cases, of the first group.
    other, other_n
        The same of the second.
    confidence
        Nominal coverage, between 0 and 1.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent
    proportions: comparison of eleven methods. Statistics in Medicine 17, 873-890. Method 10.
    """
    first, second = (
        (np.asarray(x, dtype=float), np.asarray(m, dtype=float))
        for x, m in ((count, n), (other, other_n))
    )
    (low, high), (low_2, high_2) = (wilson(*g, confidence=confidence) for g in (first, second))
    with np.errstate(invalid="ignore", divide="ignore"):
        p, q = first[0] / first[1], second[0] / second[1]
    return (
        p - q - np.sqrt((p - low) ** 2 + (high_2 - q) ** 2),
        p - q + np.sqrt((high - p) ** 2 + (q - low_2) ** 2),
    )


def noncentrality(statistic: float, df: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """Limits of the noncentrality of a chi-square statistic, by inverting its distribution.

    Parameters
    ----------
    statistic, df
        Chi-square and its degrees of freedom.
    confidence
        Nominal coverage, between 0 and 1.

    References
    ----------
    Smithson, M. (2003). Confidence Intervals. Sage.
    """
    from scipy.optimize import brentq
    from scipy.stats import ncx2

    def limit(probability: float) -> float:
        def excess(noncentral: float) -> float:
            return float(ncx2.cdf(statistic, df, noncentral)) - probability

        if excess(0) <= 0:
            return 0.0
        top = 2 * statistic + 50
        while excess(top) > 0:
            top *= 2
        return float(brentq(excess, 0, top))

    alpha = 1 - level(confidence)
    return limit(1 - alpha / 2), limit(alpha / 2)


def level(confidence: float) -> float:
    """Return the confidence if it is one.

    Raises
    ------
    ParameterError
        If it does not lie between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ParameterError(f"confidence must lie between 0 and 1, not {confidence!r}")
    return confidence


def _limits(count: ArrayLike, n: ArrayLike, *, alpha: float, method: str) -> Limits:
    from statsmodels.stats.proportion import proportion_confint

    cases, size = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(n, dtype=float))
    low, high = np.full(cases.shape, np.nan), np.full(cases.shape, np.nan)
    known = (size > 0) & ~np.isnan(cases)
    if known.any():
        low[known], high[known] = proportion_confint(
            cases[known], size[known], alpha=alpha, method=method
        )
    # Both methods end exactly at 0 and 1; rounding would leave 1e-17 there.
    low[known & (cases == 0)] = 0
    high[known & (cases == size)] = 1
    return low, high
