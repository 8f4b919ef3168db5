"""Who gets what: how often each kind of requester is granted, and compared like with like."""

from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.intervals import difference
from analysis.observations import By, Frames, grouping, observe, total
from analysis.results import MIN_N, Measure, ending, floats, measured, quotient
from analysis.shares import OUTCOMES, composition
from toolkit.errors import one_of

Array = NDArray[np.float64]

RATES: Final = {"granted": ("granted",), "disclosed": ("granted", "granted_in_part")}
"""What may count as getting it: granted in full, or at least in part."""

DIFFERENCE: Final = ("difference", "difference_low", "difference_high")
ODDS: Final = ("odds_ratio", "odds_low", "odds_high")
POOLED: Final = ("mh_odds_ratio", "mh_low", "mh_high")
WITHIN: Final = tuple(f"mh_{name}" for name in DIFFERENCE)

COMPARED: Final[dict[str, Any]] = {
    **dict.fromkeys((*WITHIN, *ODDS, *POOLED, "p_equal_odds"), pl.Float64),
    "n_strata": pl.Int64,
}


def grant_rates(  # noqa: PLR0913, keywords with defaults are no burden
    corpus: Frames,
    *,
    by: By = (),
    rate: Literal["granted", "disclosed"] = "granted",
    of: str = "resolved",
    reference: str = "natural_person",
    strata: str = "agency",
    odds: bool = True,
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """How often each kind of requester is granted: one row per group and kind, in cases.

    Parameters
    ----------
    corpus, by, confidence, min_n, strict
        As in all statistics, see :mod:`analysis`.
    rate
        ``granted``: granted in full. ``disclosed``: granted in full or in part.
    of
        ``resolved``, ``substance`` or ``held``; see :func:`analysis.outcomes`.
    reference
        Kind of requester with whom the others are compared.
    strata
        Column of ``reports`` within whose values requesters are compared like with like; a
        report in which it is null is a stratum of its own.
    odds
        Compute odds ratios and what is within strata: each group takes a moment. They are null
        otherwise.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``requester``; ``rate`` and ``denominator``; ``count``, ``n`` and
        ``share`` with ``low`` and ``high`` (Wilson); ``reference``; ``difference`` to its share
        with ``difference_low`` and ``difference_high`` (Newcombe), and ``mh_difference`` within
        strata likewise; ``odds_ratio`` to it with limits, all cases together; ``mh_odds_ratio``
        with ``mh_low`` and ``mh_high``, within strata (Mantel-Haenszel); ``n_strata``, those in
        which both kinds have cases and both outcomes occur;
        ``p_equal_odds`` (Breslow-Day), null for fewer than two; ``confidence``, ``small``,
        ``min_n``; the account of the reports. What compares is null for the reference, an
        odds ratio where a side has only one outcome, limits of ``mh_difference`` where both do.
    """
    kinds = tuple(composition("received"))
    one_of("rate", rate, RATES)
    one_of("of", of, OUTCOMES)
    one_of("reference", reference, kinds)
    by = grouping(by)
    shares = [Measure(kind, "share", (f"{kind}:got",), of, (f"{kind}:n",)) for kind in kinds]
    sides = [side for one in shares for side in (*one.above, *one.below)]
    cells = {
        f"{kind}:{outcome}": cells
        for kind in kinds
        for outcome, cells in composition(of, column=kind).items()
    }
    observed = observe(corpus, cells, by=(*by, strata), strict=strict).with_columns(
        *(_sum(kind, RATES[rate]).alias(f"{kind}:got") for kind in kinds),
        *(_sum(kind, OUTCOMES[of]).alias(f"{kind}:n") for kind in kinds),
        stratum=pl.coalesce(pl.col(strata).cast(pl.String), "report_id"),
    )
    groups = total(observed, sides, by)
    rows = measured([(shares, groups)], confidence).rename({"measure": "requester"})
    inside: dict[tuple[Any, ...], pl.DataFrame] = {}
    none: pl.DataFrame | None = None
    if odds:
        tables = total(observed, sides, (*by, "stratum"), by).filter(pl.col("n_reports") > 0)
        inside, none = tables.partition_by(by, as_dict=True) if by else {(): tables}, tables[:0]
    compared = [
        _compared(inside.get(tuple(key), none), kind, reference, confidence)
        for *key, kind in rows.select(*by, "requester").iter_rows()
    ]
    return (
        _differences(rows, reference, confidence)
        .hstack(pl.DataFrame(compared, schema=COMPARED, orient="row"))
        .select(
            *(*by, "requester"),
            pl.lit(rate).alias("rate"),
            *("denominator", "count", "n"),
            pl.col("value").alias("share"),
            *("low", "high"),
            pl.lit(reference).alias("reference"),
            *(*DIFFERENCE, *WITHIN, *ODDS, *POOLED, "n_strata", "p_equal_odds"),
            *ending(min_n, confidence),
        )
    )


def _sum(kind: str, outcomes: Sequence[str]) -> pl.Expr:
    return pl.sum_horizontal((f"{kind}:{outcome}" for outcome in outcomes), ignore_nulls=False)


def _differences(rows: pl.DataFrame, reference: str, confidence: float) -> pl.DataFrame:
    """Differences of shares to the reference's in the same group, with their limits."""
    own = pl.col("requester") == reference
    other = pl.col("count", "n").filter(own).first().over("group").name.prefix("other_")
    sides = rows.select("count", "n", other)
    apart = quotient() - quotient("other_count", "other_n")
    found = sides.select(
        apart.alias("difference"),
        *floats(DIFFERENCE[1:], difference(*sides, confidence=confidence)),
    )
    return rows.hstack(found).with_columns(pl.when(~own).then(pl.col(DIFFERENCE)))


def _compared(
    strata: pl.DataFrame | None, kind: str, reference: str, confidence: float
) -> tuple[float | None, ...]:
    """Difference within strata, odds ratio crude and within them, and the number of strata."""
    if strata is None or kind == reference:
        return (None,) * len(COMPARED)
    sides = (f"{kind}:got", f"{kind}:n", f"{reference}:got", f"{reference}:n")
    got, n, other, other_n = strata.select(sides).to_numpy().astype(float).T
    every = np.array([[got, n - got], [other, other_n - other]])
    # A stratum with an empty margin compares no odds; it has no weight in the estimate.
    cube = every[:, :, (every.sum(axis=0) > 0).all(axis=0) & (every.sum(axis=1) > 0).all(axis=0)]
    return (
        *_pooled_difference(got, n, other, other_n, confidence),
        *_pooled(every.sum(axis=2, keepdims=True), confidence)[:3],
        *_pooled(cube, confidence),
        cube.shape[2],
    )


def _pooled_difference(
    got: Array, n: Array, other: Array, other_n: Array, confidence: float
) -> tuple[float | None, ...]:
    """Mantel-Haenszel difference of shares over strata, with Klingenberg's limits (2014).

    They are where the estimate, with Sato's variance (1989) at that limit, is just not rejected.
    """
    from scipy.special import ndtri

    both = (n > 0) & (other_n > 0)
    if not both.any():
        return (None,) * 3
    x, m, y, k = (each[both] for each in (got, n, other, other_n))
    size, weight = m + k, (m * k / (m + k)).sum()
    estimate = ((x * k - y * m) / size).sum() / weight
    if not 0 < (x + y).sum() < size.sum():
        return float(estimate), None, None  # The variance of a lone outcome would come out as 0.
    slope = ((m**2 * y - k**2 * x + m * k * (k - m) / 2) / size**2).sum() / weight**2
    null = ((x * (k - y) + y * (m - x)) / (2 * size)).sum() / weight**2
    z = ndtri((1 - confidence) / 2)
    middle = estimate + z**2 * slope / 2
    width = np.sqrt(middle**2 - estimate**2 + z**2 * null)
    return float(estimate), max(-1.0, float(middle - width)), min(1.0, float(middle + width))


def _pooled(cube: Array, confidence: float) -> tuple[float | None, ...]:
    """Mantel-Haenszel odds ratio over 2 x 2 tables with limits, and p-value of one ratio in all.

    Limits after Robins, Breslow and Greenland (1986).
    """
    from statsmodels.stats.contingency_tables import StratifiedTable

    if not (cube[0, 0] * cube[1, 1]).any() or not (cube[0, 1] * cube[1, 0]).any():
        return (None,) * 4
    table = StratifiedTable(cube)
    limits = map(float, table.oddsratio_pooled_confint(1 - confidence))
    ratio = float(table.oddsratio_pooled)
    # Turned so that the ratio is not below 1.
    equal = _equal_odds(cube, ratio) if ratio >= 1 else _equal_odds(cube[::-1], 1 / ratio)
    return ratio, *limits, equal


def _equal_odds(cube: Array, ratio: float) -> float | None:
    """P-value of Breslow and Day's test with Tarone's correction; null for fewer than two.

    statsmodels' test has none for a ratio of 1, for it divides by how far the ratio is from it.
    """
    from scipy.special import chdtrc

    if cube.shape[2] < 2:  # noqa: PLR2004
        return None
    # What is expected of the smaller cell off the diagonal; no term of it is a difference.
    (a, b), (c, d) = cube
    small, beyond = np.minimum(b, c), np.abs(b - c)
    across, down = a + small, d + small
    half = (ratio * beyond + across + down) / 2
    off = across * down / (half + np.sqrt(half**2 + (ratio - 1) * across * down))
    variance = 1 / (1 / (across - off) + 1 / off + 1 / (beyond + off) + 1 / (down - off))
    apart = off - small
    square = (apart**2 / variance).sum() - apart.sum() ** 2 / variance.sum()
    return float(chdtrc(cube.shape[2] - 1, square))
