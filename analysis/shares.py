"""Compositions: how a whole spreads over the categories of the form, with intervals.

Every statistic returns one row per group, denominator and category, with

- the columns of ``by``;
- the category (``ground``, ``requester`` or ``outcome``) and the ``denominator``, as codes;
- ``count`` cases of the category and ``n`` of the denominator; null if no report is used;
- ``share`` = count / n, with ``low`` and ``high`` for each share by itself (Wilson) and
  ``low_all`` and ``high_all`` for all shares of the composition together; null if n is 0;
- ``confidence``; ``small``, ``min_n``; the account of the reports.

The denominator is the sum of its categories, never a printed total, so that shares add up to
one; where the printed total differs, an identity fails and ``n_fails`` says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Final, Literal

import polars as pl

from analysis.intervals import simultaneous
from analysis.observations import By, Frames, Part, gather, grouping, part
from analysis.results import MIN_N, Measure, ending, floats, measured
from toolkit.errors import one_of
from toolkit.form import form

OUTCOMES: Final = {
    "resolved": ("granted", "granted_in_part", "denied", "unable", "unprocessed", "otherwise"),
    "substance": ("granted", "granted_in_part", "denied", "unable"),
    "held": ("granted", "granted_in_part", "denied"),
}
"""The three denominators of :func:`outcomes` and the outcomes that each is the sum of."""

GROUNDS: Final = {"denied": ("denied",), "grounds": ("denied", "unable", "unprocessed")}
"""The two denominators of :func:`denial_reasons` and the headings whose rows each sums."""

LIMITS: Final = ("low", "high", "low_all", "high_all")


def composition(of: str, *, column: str = "total") -> dict[str, Part]:
    """Categories of a composition, named by its denominator, and the cells of each."""
    if of == "received":  # whose categories are the columns
        kinds = (c.code for c in form().columns if c.table == "applications")
        return {kind: part("applications", of, kind) for kind in kinds if kind != "total"}
    one_of("of", of, ("received", *GROUNDS, *OUTCOMES))
    headings = GROUNDS.get(of, ())
    rows = tuple(row for head in headings for row in form().children("applications", head))
    return {item: part("applications", item, column) for item in rows or OUTCOMES[of]}


def category_of(shares: pl.DataFrame) -> str:
    """Name of the column that has the categories of a composition."""
    return next(name for name in ("ground", "requester", "outcome") if name in shares.columns)


def shares(of: str, members: Iterable[str]) -> list[Measure]:
    """Share of each member in the sum of all, the denominator that is called ``of``."""
    members = tuple(members)
    return [Measure(member, "share", (member,), of, members) for member in members]


def denial_reasons(
    corpus: Frames,
    *,
    by: By = (),
    of: Literal["denied", "grounds"] = "denied",
    column: str = "total",
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Shares of the grounds for not disclosing: one row per group and ground, in cases.

    Parameters
    ----------
    corpus, by, column, confidence, min_n, strict
        As in all statistics, see :mod:`analysis`.
    of
        ``denied``: the eight reasons of a denial. ``grounds``: all sixteen grounds for not
        disclosing, with those of being unable to provide and of not processing.

    Returns
    -------
    polars.DataFrame
        Category ``ground``; other columns as :mod:`analysis.shares` says.
    """
    one_of("of", of, GROUNDS)
    parts = composition(of, column=column)
    sums = gather(corpus, parts, by, strict=strict)
    return _shares(sums, by, "ground", {of: tuple(parts)}, confidence, min_n)


def requester_mix(
    corpus: Frames,
    *,
    by: By = (),
    confidence: float = 0.95,
    min_n: int = MIN_N,
    strict: bool = False,
) -> pl.DataFrame:
    """Shares of the six kinds of requester in what was received: one row per group and kind.

    The row ``natural_person`` is the natural-person share with its interval.

    Parameters
    ----------
    corpus, by, confidence, min_n, strict
        As in all statistics, see :mod:`analysis`.

    Returns
    -------
    polars.DataFrame
        Category ``requester``, denominator ``received``; other columns as :mod:`analysis.shares`
        says.
    """
    parts = composition("received")
    sums = gather(corpus, parts, by, strict=strict)
    return _shares(sums, by, "requester", {"received": tuple(parts)}, confidence, min_n)


def outcomes(
    corpus: Frames,
    *,
    by: By = (),
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
        As in all statistics, see :mod:`analysis`.

    Returns
    -------
    polars.DataFrame
        Category ``outcome``; other columns as :mod:`analysis.shares` says.
    """
    sums = gather(corpus, composition("resolved", column=column), by, strict=strict)
    return _shares(sums, by, "outcome", OUTCOMES, confidence, min_n)


def _shares(
    sums: pl.DataFrame,
    by: By,
    category: str,
    denominators: Mapping[str, Sequence[str]],
    confidence: float,
    min_n: int,
) -> pl.DataFrame:
    """Spread one row per group over denominators and categories, in the form's order."""
    measures = tuple(chain(*(shares(of, members) for of, members in denominators.items())))
    rows = measured([(measures, sums)], confidence)
    sizes = {of: len(members) for of, members in denominators.items()}
    k = rows["denominator"].replace_strict(sizes, return_dtype=pl.Int64)
    together = simultaneous(rows["count"], rows["n"], categories=k, confidence=confidence)
    return rows.with_columns(floats(LIMITS[2:], together)).select(
        *grouping(by),
        pl.col("measure").alias(category),
        *("denominator", "count", "n"),
        pl.col("value").alias("share"),
        *LIMITS,
        *ending(min_n, confidence),
    )
