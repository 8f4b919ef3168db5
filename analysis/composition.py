"""Whether a composition is the same across groups: test, size of the difference, families."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from analysis.intervals import level, noncentrality
from analysis.observations import ACCOUNT, By, Frames, gather, grouping
from analysis.results import floats, scattered
from analysis.shares import category_of, composition
from toolkit.errors import ParameterError

DRAWS: Final = 9_999
"""Tables drawn for a Monte Carlo p-value: with the observed one, p goes in steps of 1/10,000."""

VANISHING: Final = 1e-9
"""Variance of a cell that its margins leave no freedom, but for rounding."""

CASES: Final = 100_000_000
"""Cases drawn in all at most: of tables of more than 10,000 cases fewer are drawn."""

LEAST: Final = 199
"""Tables drawn at the least, of however many cases: p goes in steps of 1/200."""

MOST: Final = 1_000_000_000
"""Cases of which tables are drawn: of several times as many scipy 1.17 ends the process."""

AT_ONCE: Final = 2_000_000
"""Cells drawn at a time, so that a table of thousands of agencies fits into memory."""


class Association(NamedTuple):
    """How far the rows of a table differ; what cannot be computed is None."""

    n: int
    n_groups: int
    n_categories: int
    chi_square: float | None = None
    df: int | None = None
    least_expected: float | None = None
    method: str | None = None
    p: float | None = None
    v: float | None = None
    v_low: float | None = None
    v_high: float | None = None


SCHEMA: Final[dict[str, Any]] = {
    **dict.fromkeys(Association._fields, pl.Float64),
    **dict.fromkeys(("n", "n_groups", "n_categories", "df"), pl.Int64),
    "method": pl.String,
}

_TOGETHER: Final = (
    pl.col("first_year").min(),
    pl.col("last_year").max(),
    pl.col(ACCOUNT[2:]).sum(),
)
"""Account of several groups as one."""


def homogeneity(  # noqa: PLR0913, keywords with defaults are no burden
    corpus: Frames,
    *,
    of: str = "denied",
    by: By,
    within: By = (),
    pairs: bool = False,
    column: str = "total",
    confidence: float = 0.95,
    strict: bool = False,
) -> pl.DataFrame:
    """Whether groups share one composition: one row per test, in cases.

    Parameters
    ----------
    corpus, of, column, confidence, strict
        As in all statistics, see :mod:`analysis`.
    by
        Columns of ``reports`` whose groups are compared.
    within
        Columns of ``reports``; a test of its own for each of their values.
    pairs
        A test for each pair of groups, not one for all of them.

    Returns
    -------
    polars.DataFrame
        The columns of ``within``; with ``pairs`` those of ``by``, and again with ``_2`` for
        the second group; ``denominator``; ``n`` cases, ``n_groups`` and ``n_categories`` that
        have any (others tell nothing and are no part of the test), ``n_groups_empty``;
        ``chi_square`` with ``df`` and ``least_expected``; ``p`` and its ``method``
        (``chi_square``, or ``monte_carlo`` where expected counts are small); ``p_holm`` and
        ``p_bh``, adjusted for all tests in the frame; ``v``, Cramér's V corrected for bias,
        with ``v_low`` and ``v_high``; ``confidence``; the account of the reports. Null where
        fewer than two groups or categories have cases.
    """
    by, within = grouping(by), grouping(within)
    if not by or set(by) & set(within):
        raise ParameterError(f"by: name columns to compare, not those of within, not {by!r}")
    parts = composition(of, column=column)
    groups = gather(corpus, parts, (*within, *by), strict=strict)
    rows = []
    for names, table in _tables(groups, by, within, pairs=pairs):
        found = association(table.select(*parts), confidence=confidence)._asdict()
        empty = {"n_groups_empty": table.height - found["n_groups"]}
        rows.append(names | found | empty | table.select(_TOGETHER).row(0, named=True))
    keys = {name: groups.schema[name] for name in within}
    if pairs:
        keys |= {f"{name}{end}": groups.schema[name] for end in ("", "_2") for name in by}
    account = {name: groups.schema[name] for name in ACCOUNT}
    tests = pl.DataFrame(rows, schema=keys | SCHEMA | {"n_groups_empty": pl.Int64} | account)
    return tests.select(
        *keys,
        pl.lit(of).alias("denominator"),
        *("n", "n_groups", "n_groups_empty"),
        *("n_categories", "chi_square", "df", "least_expected", "method", "p"),
        adjusted(tests["p"], "holm").alias("p_holm"),
        adjusted(tests["p"], "fdr_bh").alias("p_bh"),
        *("v", "v_low", "v_high"),
        pl.lit(level(confidence)).alias("confidence"),
        *ACCOUNT,
    )


def residuals(shares: pl.DataFrame) -> pl.DataFrame:
    """How far each share is from that of all groups: one row per group and category.

    Parameters
    ----------
    shares
        What :func:`analysis.denial_reasons`, :func:`analysis.requester_mix` or
        :func:`analysis.outcomes` returned for several groups.

    Returns
    -------
    polars.DataFrame
        The same with ``expected``, cases were all groups alike, and ``residual``, adjusted: a
        normal variable if they are, as long as ``expected`` is 5 or more (Haberman 1973). Null
        where groups or categories with cases are fewer than two.
    """
    category = category_of(shares)
    every = pl.col("count").sum()
    row, column = (
        one / every.over("denominator")
        for one in (pl.col("n"), every.over("denominator", category))
    )
    expected = (pl.col("n") * column).fill_nan(None)  # no case at all is 0 / 0
    variance = expected * (1 - row) * (1 - column)
    return shares.with_columns(
        expected.alias("expected"),
        pl.when(variance > VANISHING)
        .then((pl.col("count") - expected) / variance.sqrt())
        .alias("residual"),
    )


def association(
    table: ArrayLike, *, draws: int = DRAWS, seed: int = 0, confidence: float = 0.95
) -> Association:
    """Chi-square test of a table of counts, and Cramér's V corrected for bias (Bergsma 2013).

    The p-value is drawn, given both margins, where Cochran's rule (1954) finds an expected
    count below 1, or more than a fifth of them below 5, of up to :data:`MOST` cases.

    Parameters
    ----------
    table
        Counts, one row a group, one column a category; a row with a NaN is left out.
    draws, seed
        Tables drawn where expected counts are small, fewer of more than 10,000 cases
        (:data:`CASES`), and where to start drawing.
    confidence
        Nominal coverage of the interval of V.
    """
    counts = np.asarray(table, dtype=float)
    counts = counts[counts.sum(axis=1) > 0].astype(np.int64)  # A NaN is not above 0.
    counts = np.compress(counts.sum(axis=0) > 0, counts, axis=1)
    n, (r, c) = int(counts.sum()), counts.shape
    if min(r, c) < 2:  # noqa: PLR2004
        return Association(n, r, c)
    from scipy.special import chdtrc

    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0) / n)
    statistic, df = float(((counts - expected) ** 2 / expected).sum()), (r - 1) * (c - 1)
    if n <= MOST and (expected.min() < 1 or (expected < 5).mean() > 0.2):  # noqa: PLR2004
        from scipy.stats import MonteCarloMethod, chi2_contingency

        method = MonteCarloMethod(
            n_resamples=min(draws, max(LEAST, CASES // n)),
            batch=max(1, AT_ONCE // (r * c)),
            rng=np.random.default_rng(seed),
        )
        # Tables are drawn row by row: sorted, lest what groups are called decide which.
        rows = counts[np.lexsort(counts.T)]
        named, p = "monte_carlo", chi2_contingency(rows, correction=False, method=method).pvalue
    else:
        named, p = "chi_square", chdtrc(df, statistic)
    v = _cramer(statistic, n, r, c, confidence=confidence)
    return Association(n, r, c, statistic, df, float(expected.min()), named, float(p), *v)


def adjusted(p: pl.Series, method: str) -> pl.Series:
    """P-values adjusted for their number: ``holm`` (1979) or ``fdr_bh`` (Benjamini-Hochberg).

    A null is no test: it stays null and does not count.
    """
    # Not statsmodels' multipletests: importing it takes as long as the rest of a brief's imports.
    values = p.drop_nulls().to_numpy()
    order, rank, m = values.argsort(), np.arange(1, len(values) + 1), len(values)
    if method == "holm":
        inflated = np.maximum.accumulate(values[order] * (m + 1 - rank))
    else:
        inflated = np.minimum.accumulate((values[order] * m / rank)[::-1])[::-1]
    made = np.empty(m)
    made[order] = np.minimum(inflated, 1)
    return floats((p.name,), (scattered(p.is_not_null(), made),))[0]


def _cramer(
    statistic: float, n: int, r: int, c: int, *, confidence: float
) -> tuple[float | None, float | None, float | None]:
    """V with its limits; None where each group has one case, so that nothing is left to tell."""
    # Under homogeneity chi-square / n is df / (n - 1) on average, and the same shrinks r and c.
    rows, columns = (k - (k - 1) ** 2 / (n - 1) for k in (r, c))
    most = min(rows, columns) - 1
    if most <= 0:
        return None, None, None
    excess = max(0.0, statistic / n - (r - 1) * (c - 1) / (n - 1))
    low, high = noncentrality(statistic, (r - 1) * (c - 1), confidence=confidence)
    v, v_low, v_high = (min(1.0, float(np.sqrt(x / most))) for x in (excess, low / n, high / n))
    # The estimate subtracts the mean, the lower limit a quantile: low confidence may cross them.
    return v, min(v, v_low), v_high


def _tables(
    groups: pl.DataFrame, by: Sequence[str], within: Sequence[str], *, pairs: bool
) -> Iterator[tuple[dict[str, Any], pl.DataFrame]]:
    """Names and rows of each table that is tested."""
    families = groups.partition_by(within, maintain_order=True) if within else [groups]
    for family in families:
        names = family.select(within).row(0, named=True) if within else {}
        if not pairs:
            yield names, family
            continue
        for pair in combinations(range(family.height), 2):
            both = family[list(pair)]
            first, second = both.select(by).rows()
            ends = zip((*by, *(f"{name}_2" for name in by)), (*first, *second), strict=True)
            yield names | dict(ends), both
