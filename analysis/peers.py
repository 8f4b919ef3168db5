"""One agency against others of its level, kind and province."""

from collections.abc import Sequence
from typing import Any, Final

import polars as pl

from analysis.funnels import funnel
from analysis.observations import ACCOUNT, By, Frames, grouping, reports_with
from analysis.results import MIN_N, apart
from analysis.selection import where
from analysis.shrinkage import shrunken_shares
from toolkit.errors import ParameterError

SAME: Final = ("level", "kind", "province")


def peers(  # noqa: PLR0913, keywords with defaults are no burden
    corpus: Frames,
    agency: str,
    *,
    of: str = "resolved",
    category: str = "granted",
    same: By = SAME,
    by: By = (),
    unit: str = "agency",
    column: str = "total",
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """An agency's share among its peers': one row per group and agency, itself the first.

    Parameters
    ----------
    corpus, of, category, unit, column, confidence, min_n, strict
        As in all statistics, see :mod:`analysis`.
    agency
        Which one, as ``unit``'s column has it.
    same
        Columns of ``reports`` in which peers are as the agency is.
    by
        Columns of ``reports``: a comparison for each of their values that the agency has, such
        as every ``year``. Years are added up unless they are here.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``unit``'s column; the columns of ``same``; ``rank_near``, 0 for
        the agency itself, 1 for the peer whose number of cases is nearest to its own (as a
        ratio), and so on, null without cases, by which a group's rows are sorted; then as in
        :func:`analysis.shrunken_shares` ``category`` to ``weight``; ``percentile``, of the other
        agencies with cases, how many have a lower shrunken share (in percent, those with the
        same count half), null without cases; as in :func:`analysis.funnel` ``target``,
        ``icc``, ``p`` and ``position``; ``n_peers`` with cases; ``confidence``, ``small``,
        ``min_n``; the account of the reports.

    Raises
    ------
    ParameterError
        If there is no such agency, or a column of ``same`` is null for it or changes between its
        reports.
    """
    same, by = grouping(same), grouping(by)
    values = _values(corpus, agency, unit, same)
    alike = (pl.col(name).eq(value) for name, value in values.items())
    among = where(corpus, pl.col(unit).is_not_null(), *alike)
    which: dict[str, Any] = {
        "of": of,
        "category": category,
        "by": unit,
        "within": by,
        "column": column,
    }
    shares = shrunken_shares(among, **which, confidence=confidence, min_n=min_n, strict=strict)
    keys, place = grouping(by, unit), ("target", "icc", "p", "position")
    places = funnel(among, **which, strict=strict).select(*keys, *place)
    joined = shares.drop("icc").join(places, on=keys, how="left", nulls_equal=True)
    own = pl.col(unit) == agency
    frames = [_ranked(one, own, unit) for one in apart(joined, by) if one.select(own.any()).item()]
    return (
        pl.concat(frames)
        .with_columns(pl.lit(value).alias(name) for name, value in values.items() if name != unit)
        .select(
            *grouping(keys, same),
            "rank_near",
            *shares.columns[len(keys) : shares.columns.index("icc")],
            *("percentile", *place, "n_peers"),
            *("confidence", "small", "min_n", *ACCOUNT),
        )
    )


def _ranked(group: pl.DataFrame, own: pl.Expr, unit: str) -> pl.DataFrame:
    """Ranks of one comparison: who is near in number of cases, and whose share is higher."""
    cases = pl.col("n") > 0
    far = (pl.col("n").log() - pl.col("n").filter(own).first().log()).abs()
    near = pl.when(own).then(-1.0).when(cases).then(far)
    lower = pl.when(cases).then("shrunken").rank("average") - 1
    return group.with_columns(
        pl.when(near.is_not_nan())
        .then((near.rank("ordinal") - 1).cast(pl.Int64))
        .alias("rank_near"),
        (100 * lower / (cases.sum() - 1)).fill_nan(None).alias("percentile"),
        (cases & ~own).sum().cast(pl.Int64).alias("n_peers"),
    ).sort("rank_near", unit, nulls_last=True)


def _values(corpus: Frames, agency: str, unit: str, same: Sequence[str]) -> dict[str, object]:
    """What the agency's peers have in common with it."""
    reports = reports_with(corpus, (unit, *same))
    found = reports.filter(pl.col(unit) == agency).select({unit, *same}).unique().collect()
    if found.is_empty():
        raise ParameterError(f"agency: no report of {agency!r}")
    for name in same:
        if found[name].n_unique() > 1:
            raise ParameterError(
                f"same: the {name} changes between reports of {agency!r}; choose those of one"
            )
        if found[name][0] is None:
            raise ParameterError(f"same: the {name} of {agency!r} is not known; name other columns")
    return {name: found[name][0] for name in same}
