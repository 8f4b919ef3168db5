"""Some of a corpus: its reports of a year, a group, an agency, with their cells and checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import polars as pl

from analysis.observations import Frames, grouping, reports_with
from analysis.regions import included
from toolkit.errors import ParameterError
from toolkit.schema import Frame
from toolkit.years import located

_NAMED: Final = 8
"""Groups that an error names."""


@dataclass(frozen=True)
class Selection:
    """Some of a corpus' reports, with their cells and checks."""

    reports: pl.DataFrame
    cells: Frame
    checks: Frame
    coded: Frame | None = None


def only(corpus: Frames, **equal: str | int) -> Selection:
    """Keep reports whose columns have these values, with their cells and checks.

    A report in which the value is not known (null) is not among them.

    Parameters
    ----------
    corpus
        Anything with the frames ``reports``, ``cells`` and ``checks``.
    **equal
        Columns of ``reports`` and the value that each must have; without any, all are kept.

    Returns
    -------
    Selection
        What every statistic takes in place of the corpus.

    Raises
    ------
    ParameterError
        If ``reports`` has no such column, or it has numbers and the value is none.
    """
    schema = reports_with(corpus, tuple(equal)).collect_schema()
    for name, value in equal.items():
        if schema[name].is_integer():
            _number(name, value)
    return where(corpus, *(pl.col(name) == value for name, value in equal.items()))


def between(corpus: Frames, first: int = 0, last: int = 0) -> Selection:
    """Keep reports on the years from first to last, with their cells and checks.

    Parameters
    ----------
    corpus
        Anything with the frames ``reports``, ``cells`` and ``checks``.
    first, last
        Years; 0 is no bound. With any bound, reports of unknown year are not kept.

    Returns
    -------
    Selection
        What every statistic takes in place of the corpus.
    """
    _number("first year", first)
    _number("last year", last)
    year = pl.col("year")
    bounds = ([year >= first] if first else []) + ([year <= last] if last else [])
    return where(corpus, *bounds)


def group(corpus: Frames, by: str, group: str) -> dict[str, str]:
    """What :func:`only` takes for one group of ``by``; nothing if both are empty.

    Raises
    ------
    ParameterError
        If only one of the two is empty, or if no report is of this group, and some are of
        others; the message names these.
    """
    if not by and not group:
        return {}
    if not by:
        raise ParameterError(f"by: name the column that has the group {group!r}")
    known = reports_with(corpus, (by,)).select(pl.col(by).cast(pl.String)).unique().collect()
    names = known[by].drop_nulls().sort().to_list()
    if names and group not in names:
        near = get_close_matches(group, names, n=_NAMED, cutoff=0.3) or names[:_NAMED]
        raise ParameterError(
            f"group: no report has the {by} {group!r}; there are, among others, {', '.join(near)}"
        )
    return {by: group}


def _number(name: str, value: object) -> None:
    if not isinstance(value, int):
        raise ParameterError(f"{name}: expected a number such as 2022, found {value!r}")


def where(corpus: Frames, *conditions: pl.Expr) -> Selection:
    """Keep reports of which all these expressions are true, with their cells and checks."""
    return _kept(corpus, corpus.reports.lazy().filter(*conditions).collect())


def _kept(corpus: Frames, reports: pl.DataFrame) -> Selection:
    """Reports with what the corpus has of them."""
    ids = reports.select("report_id")
    coded: Frame | None = getattr(corpus, "coded", None)
    return Selection(
        reports,
        among(corpus.cells, ids),
        among(corpus.checks, ids),
        None if coded is None else among(coded, ids),
    )


def disjoint(chosen: Selection, by: str | Sequence[str] = ()) -> Selection:
    """Reports without those whose cases are in their region's, of the same group of ``by``."""
    rows = located(chosen.reports).collect()
    return _kept(chosen, chosen.reports.filter(~included(rows, grouping(by), pl.lit(value=True))))


def among(frame: Frame, ids: pl.DataFrame) -> Frame:
    """Rows of the reports with these ``report_id``; lazy if the frame was."""
    if isinstance(frame, pl.LazyFrame):
        return frame.join(ids.lazy(), on="report_id", how="semi", maintain_order="left")
    return frame.join(ids, on="report_id", how="semi", maintain_order="left")
