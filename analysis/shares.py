"""Compositions: how a whole spreads over the categories of the form, with intervals.

Every function returns one row per group, denominator and category, with

- the columns of ``by``;
- the category (``ground``, ``requester`` or ``outcome``) and the ``denominator``, as codes;
- ``count`` cases of the category and ``n`` of the denominator; null if no report is used;
- ``share`` = count / n, with ``low`` and ``high`` for each share by itself (Wilson) and
  ``low_all`` and ``high_all`` for all shares of the composition together; null if n is 0;
- ``confidence``; ``small``, true where n is below ``min_n``; ``min_n``;
- the account of the reports, see :func:`analysis.observations.total`.

The denominator is the sum of its categories, never a printed total, so that shares add up to
one; where the printed total differs, an identity fails and ``n_fails`` says so.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

import polars as pl

from analysis.intervals import simultaneous, wilson
from analysis.observations import ACCOUNT, Frames, Part, grouping, observe, part, total
from toolkit.errors import ParameterError
from toolkit.form import form

MIN_N: Final = 30
"""Below this a share is marked ``small`` (the rule of the U.S. NCHS; see docs/methods.md)."""

OUTCOMES: Final = {
    "resolved": ("granted", "granted_in_part", "denied", "unable", "unprocessed", "otherwise"),
    "substance": ("granted", "granted_in_part", "denied", "unable"),
    "held": ("granted", "granted_in_part", "denied"),
}
"""The three denominators of :func:`outcomes` and the outcomes that each is the sum of."""

COLUMNS: Final = (
    "denominator",
    "count",
    "n",
    "share",
    "low",
    "high",
    "low_all",
    "high_all",
    "confidence",
    "small",
    "min_n",
)

GROUNDS: Final = {"denied": ("denied",), "grounds": ("denied", "unable", "unprocessed")}
"""The two denominators of :func:`denial_reasons` and the headings whose rows each sums."""


def composition(of: str, *, column: str = "total") -> dict[str, Part]:
    """Categories of a composition, named by its denominator, and the cells of each.

    Parameters
    ----------
    of
        ``denied`` or ``grounds``, the grounds for not disclosing; ``received``, the kinds of
        requester; ``resolved``, ``substance`` or ``held``, the outcomes.
    column
        Requesters, as a column of the form; without effect on ``received``.

    Raises
    ------
    ParameterError
        If there is no such composition or no such column.
    """
    if of == "received":
        kinds = (c.code for c in form().columns if c.table == "applications")
        return {kind: part("applications", of, kind) for kind in kinds if kind != "total"}
    known = ("received", *GROUNDS, *OUTCOMES)
    if of not in known:
        raise ParameterError(f"of: no composition {of!r}; there are {', '.join(known)}")
    headings = GROUNDS.get(of, ())
    rows = tuple(row for head in headings for row in form().children("applications", head))
    return {item: part("applications", item, column) for item in rows or OUTCOMES[of]}


def denial_reasons(
    corpus: Frames,
    *,
    by: str | Sequence[str] = (),
    grounds: Literal["denied", "grounds"] = "denied",
    column: str = "total",
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Shares of the grounds for not disclosing: one row per group and ground, in cases.

    Parameters
    ----------
    corpus
        Anything with the frames ``reports``, ``cells`` and ``checks``.
    by
        Columns of ``reports`` to group by; none pools all reports.
    grounds
        ``denied``: the eight reasons of a denial. ``grounds``: all sixteen grounds for not
        disclosing, with those of being unable to provide and of not processing.
    column
        Requesters, as a column of the form; ``total`` is all of them.
    confidence
        Nominal coverage of the intervals.
    min_n
        Shares of fewer cases are marked ``small``.
    strict
        Use only reports whose identities hold.

    Returns
    -------
    polars.DataFrame
        Category ``ground``; other columns as this module says.

    Raises
    ------
    ParameterError
        If an option has a value that it cannot have.
    """
    if grounds not in GROUNDS:
        raise ParameterError(f"grounds must be one of {', '.join(GROUNDS)}, not {grounds!r}")
    parts, by = composition(grounds, column=column), grouping(by)
    sums = total(observe(corpus, parts, by=by, strict=strict), tuple(parts), by)
    return _shares(sums, "ground", {grounds: tuple(parts)}, confidence=confidence, min_n=min_n)


def requester_mix(
    corpus: Frames,
    *,
    by: str | Sequence[str] = (),
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Shares of the six kinds of requester in what was received: one row per group and kind.

    The row ``natural_person`` is the natural-person share with its interval.

    Parameters
    ----------
    corpus, by, confidence, min_n, strict
        As in :func:`denial_reasons`.

    Returns
    -------
    polars.DataFrame
        Category ``requester``, denominator ``received``; other columns as this module says.

    Raises
    ------
    ParameterError
        If an option has a value that it cannot have.
    """
    parts, by = composition("received"), grouping(by)
    sums = total(observe(corpus, parts, by=by, strict=strict), tuple(parts), by)
    kinds = {"received": tuple(parts)}
    return _shares(sums, "requester", kinds, confidence=confidence, min_n=min_n)


def outcomes(
    corpus: Frames,
    *,
    by: str | Sequence[str] = (),
    column: str = "total",
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Shares of the outcomes of applications: one row per group, denominator and outcome.

    Three denominators, each inside the one before: ``resolved``, all six outcomes;
    ``substance``, those of them that answer the application (without ``unprocessed`` and
    ``otherwise``); ``held``, those that concern information the organ holds (without
    ``unable`` as well). All three rest on the same reports.

    Parameters
    ----------
    corpus, by, column, confidence, min_n, strict
        As in :func:`denial_reasons`.

    Returns
    -------
    polars.DataFrame
        Category ``outcome``; other columns as this module says.

    Raises
    ------
    ParameterError
        If an option has a value that it cannot have.
    """
    parts, by = composition("resolved", column=column), grouping(by)
    sums = total(observe(corpus, parts, by=by, strict=strict), tuple(parts), by)
    return _shares(sums, "outcome", OUTCOMES, confidence=confidence, min_n=min_n)


def _shares(
    sums: pl.DataFrame,
    category: str,
    denominators: Mapping[str, tuple[str, ...]],
    *,
    confidence: float,
    min_n: int,
) -> pl.DataFrame:
    """Spread one row per group over denominators and categories, in the form's order."""
    parts = {member for members in denominators.values() for member in members}
    by = [name for name in sums.columns if name not in parts and name not in ACCOUNT]
    frames = []
    for denominator, members in denominators.items():
        long = (
            sums.with_row_index("group")
            .with_columns(n=pl.sum_horizontal(members, ignore_nulls=False))
            .unpivot(
                members,
                index=["group", *by, "n", *ACCOUNT],
                variable_name=category,
                value_name="count",
            )
        )
        alone = wilson(long["count"], long["n"], confidence=confidence)
        together = simultaneous(
            long["count"], long["n"], categories=len(members), confidence=confidence
        )
        limits = zip(("low", "high", "low_all", "high_all"), (*alone, *together), strict=True)
        frames.append(
            long.with_columns(
                pl.lit(denominator).alias("denominator"),
                *(pl.Series(name, values, nan_to_null=True) for name, values in limits),
            )
        )
    return (
        pl.concat(frames)
        .sort("group", maintain_order=True)
        .with_columns(
            share=pl.when(pl.col("n") > 0).then(pl.col("count") / pl.col("n")),
            confidence=pl.lit(confidence),
            small=pl.col("n") < min_n,
            min_n=pl.lit(min_n, pl.Int64),
        )
        .select(*by, category, *COLUMNS, *ACCOUNT)
    )
