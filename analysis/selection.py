"""Some of a corpus: its reports of a year, a group, an agency, with their cells and checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from numbers import Integral

import polars as pl

from analysis.observations import Frames, grouping, reports_with
from analysis.regions import included
from toolkit.arguments import guard
from toolkit.corpus import values_of
from toolkit.errors import ParameterError, not_there
from toolkit.schema import Frame
from toolkit.years import located


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
        If ``reports`` has no such column, or it has numbers and the value is none; or if no
        report has the value, and some have others, which the message names.
    """
    reports = reports_with(corpus, tuple(equal))
    schema = reports.collect_schema()
    for name, value in equal.items():
        if schema[name].is_integer() and not isinstance(value, Integral):
            raise ParameterError(f"{name}: expected a number such as 2022, found {value!r}")
    left, so_far = reports.select(tuple(equal)).unique().collect(), ""
    for name, value in equal.items():
        known = values_of(left, name)
        if known and value not in known:
            what = f"{name}: no report{so_far} has {value!r}"
            raise not_there(what, value, known, _account(corpus))
        left = left.filter(pl.col(name) == value)
        so_far += f" with {name} {value}"
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

    Raises
    ------
    ParameterError
        If no report is on these years, and some are on others, which the message names.
    """
    year = pl.col("year")
    bounds = ([year >= first] if first else []) + ([year <= last] if last else [])
    chosen = where(corpus, *bounds)
    if chosen.reports.is_empty() and (known := values_of(corpus.reports, "year")):
        what = f"year: no report is on {first or '…'} to {last or '…'}"
        raise not_there(what, "", known, _account(corpus))
    return chosen


def _account(corpus: Frames) -> Mapping[str, int]:
    """How many documents gave no report, if that is known; a selection has reports alone."""
    account: Mapping[str, int] = getattr(corpus, "account", {"failures": 0})
    return account


def group(by: str, group: str) -> dict[str, str]:
    """What :func:`only` takes for one group of ``by``; nothing if both are empty.

    Raises
    ------
    ParameterError
        If there is a group and no column that has it: all reports would be taken for it.
    """
    if group and not by:
        raise ParameterError(f"by: name the column that has the group {group!r}")
    return {by: group} if by else {}


def where(corpus: Frames, *conditions: pl.Expr) -> Selection:
    """Keep reports of which all these expressions are true, with their cells and checks."""
    return _kept(corpus, reports_with(corpus, ()).filter(*conditions).collect())


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
    """Reports that have no case twice: one of each agency and year, and not what a region's has.

    Those that repeat or contradict another (``standing``) are left out, and those whose cases are
    in the report of their region, of the same group of ``by``.

    Parameters
    ----------
    chosen
        Reports, as :func:`only` keeps them.
    by
        Columns of ``reports`` whose groups are not added to one another, none by default.

    Returns
    -------
    Selection
        What can be added up. A report of no known place (null) is taken to be in no region's.
    """
    reports = chosen.reports.filter(standing="counts")
    inside = included(located(reports).collect(), grouping(by), [pl.col("standing") == "counts"])
    return _kept(chosen, reports.filter(~inside["standing"]))


def single(chosen: Selection) -> Selection:
    """Reports but for those that bear the name of another on the same year and scope.

    They may be of several agencies, and no sum of them is one agency's. Of what repeats or
    contradicts another (``standing``) one is left at most.
    """
    counts = (pl.col("standing") == "counts").sum().over("agency", "year", "scope")
    return where(chosen, counts < 2)  # noqa: PLR2004


def apart(chosen: Selection) -> Selection:
    """Reports on one year, the names of their agencies told apart.

    Where several bear a name, each has its place in brackets behind it, or a number if places are
    not known or the same: they may be of several agencies, and no sum of them is one agency's.
    """
    borne = chosen.reports.drop_nulls("agency").filter((pl.len() > 1).over("agency"))
    place = pl.concat_str("province", "prefecture", ignore_nulls=True)
    tells = ((place != "").all() & (place.n_unique() == pl.len())).over("agency")
    number = pl.int_range(1, pl.len() + 1).over("agency").cast(pl.String)
    # Not with `format`, which Polars 2.1 cannot do of a column whose first chunk is empty.
    told = pl.col("agency") + " (" + pl.when(tells).then(place).otherwise(number) + ")"
    names = borne.select("report_id", told=told)
    coded = None if chosen.coded is None else _renamed(chosen.coded, names)
    return replace(chosen, reports=_renamed(chosen.reports, names).collect(), coded=coded)


def _renamed(frame: Frame, names: pl.DataFrame) -> pl.LazyFrame:
    """Frame whose reports' agencies are called as they are ``told``."""
    joined = frame.lazy().join(names.lazy(), on="report_id", how="left", maintain_order="left")
    return joined.with_columns(agency=pl.coalesce("told", "agency")).drop("told")


def among(frame: Frame, ids: pl.DataFrame) -> Frame:
    """Rows of the reports with these ``report_id``; lazy if the frame was."""
    if isinstance(frame, pl.LazyFrame):
        return frame.join(ids.lazy(), on="report_id", how="semi", maintain_order="left")
    return frame.join(ids, on="report_id", how="semi", maintain_order="left")


guard(globals(), "only", "between", "group", "disjoint", "single", "apart")
