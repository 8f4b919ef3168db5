"""Shares of small agencies, drawn towards those of all: empirical Bayes for compositions."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from analysis.intervals import level
from analysis.observations import By, Frames, gather, grouping
from analysis.results import MIN_N, Measure, apart, ending, floats, measured, scattered
from analysis.shares import composition
from toolkit.errors import ParameterError, one_of

Array = NDArray[np.float64]

LOGITS: Final = np.linspace(-11, 5, 97)
"""Where the likeness of cases in one agency (its logit) is looked at: 0.00002 to 0.993."""

REST: Final = "rest"
"""Name of all other categories where one is looked at alone."""

POSTERIOR: Final = ("shrunken", "shrunken_low", "shrunken_high", "weight")


class Shrunken(NamedTuple):
    """Posterior of the shares of each group (rows) in each category (columns)."""

    mean: Array
    low: Array
    high: Array
    weight: Array
    icc: float


def shrunken_shares(  # noqa: PLR0913, keywords with defaults are no burden
    corpus: Frames,
    *,
    of: str = "resolved",
    category: str | None = None,
    by: By = "agency",
    within: By = (),
    column: str = "total",
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Shares of each group, shrunken towards the others': one row per group and category.

    Parameters
    ----------
    corpus, of, column, confidence, min_n, strict
        As in all statistics, see :mod:`analysis`.
    category
        Only the share of this category (beta-binomial); by default that of each
        (Dirichlet-multinomial).
    by
        Columns of ``reports`` whose groups have the shares.
    within
        Columns of ``reports``; groups learn only from those with the same values here.

    Returns
    -------
    polars.DataFrame
        The columns of ``within`` and ``by``; ``category``; ``denominator``; ``count``, ``n``
        and ``share`` with ``low`` and ``high`` (Wilson), the group by itself; ``shrunken`` with
        ``shrunken_low`` and ``shrunken_high``; ``weight`` of the group's own cases in it, from
        0 to 1; ``icc``, how alike cases of one group are (0: groups do not differ), and
        ``n_groups`` with cases, from which that was learnt; ``confidence``, ``small``,
        ``min_n``; the account of the reports. A group that has reports and no case gets what
        the others suggest, null if none has any; one without a usable report gets null.
    """
    split, categories = families(
        corpus, of=of, category=category, by=by, within=within, column=column, strict=strict
    )
    return pl.concat(_shrunken(family, of, categories, confidence) for family in split).select(
        *grouping(within, by),
        pl.col("measure").alias("category"),
        *("denominator", "count", "n", pl.col("value").alias("share")),
        *("low", "high", *POSTERIOR, "icc", "n_groups"),
        *ending(min_n, confidence),
    )


def families(
    corpus: Frames, *, of: str, category: str | None, by: By, within: By, column: str, strict: bool
) -> tuple[list[pl.DataFrame], tuple[str, ...]]:
    """Groups split into those that are looked at together, with ``n``; and their categories."""
    by, parts = grouping(by), composition(of, column=column)
    if not by:
        raise ParameterError("by: name at least one column of reports")
    if category is not None:
        one_of("category", category, parts)
    sums = gather(corpus, parts, grouping(within, by), strict=strict)
    sums = sums.with_columns(n=pl.sum_horizontal(*parts, ignore_nulls=False))
    categories = tuple(parts)
    if category is not None:
        sums = sums.with_columns((pl.col("n") - pl.col(category)).alias(REST))
        categories = (category, REST)
    return apart(sums, grouping(within)), categories


def shrink(counts: ArrayLike, *, confidence: float = 0.95) -> Shrunken:
    """Posterior of shares whose groups are drawn from one Dirichlet distribution.

    The likeness of cases in one group is integrated over, not fixed at its estimate, and the
    error of the common mean is added, so that intervals know both (Kass and Steffey 1989).

    Parameters
    ----------
    counts
        Cases, one row a group, one column a category.
    confidence
        Nominal coverage of the intervals, which hold for one share at a time.
    """
    from scipy.special import betaincinv

    x = np.asarray(counts, dtype=float)
    n = x.sum(axis=1, keepdims=True)
    fits = [_posterior(x, n, 1 / (1 + np.exp(-logit))) for logit in LOGITS]
    log = np.array([fit[0] for fit in fits])
    chance = np.exp(log - log.max())
    chance /= chance.sum()
    mean, spread, weight = (
        sum(p * fit[k] for p, fit in zip(chance, fits, strict=True)) for k in (1, 2, 3)
    )
    spread += sum(p * (fit[1] - mean) ** 2 for p, fit in zip(chance, fits, strict=True))
    size = mean * (1 - mean) / spread - 1
    tails = (1 - level(confidence)) / 2
    low, high = (betaincinv(size * mean, size * (1 - mean), q) for q in (tails, 1 - tails))
    icc = float(chance @ (1 / (1 + np.exp(-LOGITS))))
    return Shrunken(mean, low, high, weight[:, 0], icc)


def _posterior(x: Array, n: Array, icc: float) -> tuple[float, Array, Array, Array]:
    """Log weight of an intra-class correlation; with it, mean, variance, own weight."""
    from scipy.special import gammaln

    alike = 1 / icc - 1  # the Dirichlet's concentration
    informative = n / (1 + (n - 1) * icc)
    known = informative.sum()
    shares = np.divide(x, n, out=np.zeros_like(x), where=n > 0)
    # One case spread over all categories (Perks's prior), so that none is held impossible.
    common = ((informative * shares).sum(axis=0) + 1 / x.shape[1]) / (known + 1)
    alpha = alike * common
    fit = (gammaln(alpha + x) - gammaln(alpha)).sum() - (gammaln(alike + n) - gammaln(alike)).sum()
    prior = np.log(icc) + np.log1p(-icc)  # uniform on the correlation, as seen on its logit
    mean = (alpha + x) / (alike + n)
    own = n / (alike + n)
    spread = mean * (1 - mean) / (alike + n + 1)
    spread += (1 - own) ** 2 * common * (1 - common) / (known + 2)
    return float(fit + prior), mean, spread, own


def _shrunken(
    family: pl.DataFrame, of: str, categories: Sequence[str], confidence: float
) -> pl.DataFrame:
    """Rows of one family: each group's share of each category, by itself and shrunken."""
    shown = [name for name in categories if name != REST]
    shares = [Measure(name, "share", (name,), of, categories) for name in shown]
    rows = measured([(shares, family)], confidence)
    known, counts = (
        rows["n"].is_not_null(),
        family.select(categories).drop_nulls().to_numpy(order="c"),
    )
    found = shrink(counts, confidence=confidence) if counts.any() else None
    posterior = [np.full(int(known.sum()), np.nan)] * len(POSTERIOR)
    if found:
        of_each = (each[:, : len(shown)].ravel() for each in (found.mean, found.low, found.high))
        posterior = [*of_each, found.weight.repeat(len(shown))]
    return rows.with_columns(
        pl.lit(found and found.icc, pl.Float64).alias("icc"),
        pl.lit((family["n"] > 0).sum(), pl.Int64).alias("n_groups"),
        *floats(POSTERIOR, (scattered(known, values) for values in posterior)),
    )
