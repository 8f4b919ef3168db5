"""Years: agencies followed through them, with gaps shown and change from year to year."""

from typing import Final

import numpy as np
import polars as pl

from analysis.intervals import Limits, level, poisson_ratio
from analysis.observations import ACCOUNT, NOT_HOLDING, By, Frames, grouping, observe, part, total
from analysis.results import floats, quotient
from toolkit.agency import REGIONAL
from toolkit.errors import ParameterError
from toolkit.form import forms

RECEIVED: Final = "applications.received.total"
LEAST: Final = 2
"""Over fewer agencies' worth (:func:`spread`) nothing tells how agencies differ."""

DOUBTS: Final = tuple(f"n_{verdict}" for verdict in NOT_HOLDING)


def quantity(name: str) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Cells of ``table.item.column``, where the item may be a heading: its rows' sum."""
    try:
        return {name: part(*name.split("."))}
    except (ParameterError, TypeError) as error:
        raise ParameterError(
            f"the form has no {name!r}; write table.item.column, such as {RECEIVED!r}"
        ) from error


def followed(of: str, by: By) -> tuple[str, ...]:
    """Columns to group agencies by, through whose years a quantity is followed.

    Refused are the year itself, and a quantity of which counting by chance says nothing.
    """
    quantity(of)
    table, _, column = of.split(".")
    units = {(one.table, one.code): one.unit for made in forms() for one in made.columns}
    if units[table, column] not in ("case", "item"):
        raise ParameterError(f"of: {of!r} is no count, only panel follows it")
    by = grouping(by)
    if "year" in by:
        raise ParameterError("by: there is a row for each year already; name other columns")
    return by


def panel(
    corpus: Frames, *, of: str = RECEIVED, unit: str = "agency", by: By = (), strict: bool = False
) -> pl.DataFrame:
    """Each agency in each year, whether it reported or not: one row per agency and year.

    Parameters
    ----------
    corpus, strict
        As in all statistics, see :mod:`analysis`.
    of
        Quantity, as ``table.item.column``; the item may be a heading.
    unit
        Column of ``reports`` that tells agencies apart; reports in which it is null cannot be
        followed and are rows of a null unit.
    by
        Columns of ``reports`` to keep; they should not change within an agency.

    Returns
    -------
    polars.DataFrame
        ``unit``'s column; ``year``, every one from the first report's to the last's (a report
        of unknown year is a row of null year); the columns of ``by``, as in the agency's last
        report; ``quantity``; ``count``; ``status``: ``used``; ``several`` (more than one report
        of the agency counts for that year, or all are contested), ``left_out`` (a cell has no
        number, or the report is not on the scope of the agency's last one whose scope is known;
        but for a government and its office, one that is not told is the agency's own) or
        ``no_report``, all with a null count; ``edition`` of the
        report, and ``edition_change``, whether it differs from that of the agency's last report
        before; the account of the reports.
    """
    return _panel(corpus, of, unit, grouping(by), (unit,), strict=strict)


def _panel(
    corpus: Frames,
    of: str,
    unit: str,
    by: tuple[str, ...],
    within: tuple[str, ...],
    *,
    strict: bool,
) -> pl.DataFrame:
    """:func:`panel`, in which no case is there twice ``within`` these groups."""
    every, on = _followed(corpus, of, unit, by, strict=strict), [unit, "year"]
    observed = every.lazy().filter("followed")
    rows = total(observed, (of,), on, within)
    used, read = pl.col("n_reports"), pl.col("n_left_out") - pl.col("left_out_repeated")
    several = (used + read > 1) | (pl.col("left_out_contested") > 0)
    status = pl.when(several).then(pl.lit("several")).when(used == 1)
    rows = rows.with_columns(
        status.then(pl.lit("used")).alias("status"), pl.when(~several).then(of).alias("count")
    )
    last = observed.sort("year").group_by(unit).agg(pl.col(k).last() for k in by if k != unit)
    edition = pl.col("edition").filter("followed")
    seen = (
        every.lazy()
        .group_by(on)
        .agg(there=pl.lit(value=True), edition=pl.when(edition.len() == 1).then(edition.first()))
    )
    before = pl.col("edition").forward_fill().shift().over(unit)
    # A report of no known agency or year cannot be placed, and is shown below all others.
    loose = rows.filter(pl.any_horizontal(pl.col(on).is_null())).select(on)
    return (
        pl.concat([_frame(every, unit), loose])
        .lazy()
        .join(rows.lazy(), on=on, how="left", nulls_equal=True)
        .join(seen, on=on, how="left", nulls_equal=True)
        .join(last, on=unit, how="left", nulls_equal=True)
        .sort(on, nulls_last=True)
        .with_columns(
            pl.coalesce(
                "status", pl.when("there").then(pl.lit("left_out")), pl.lit("no_report")
            ).alias("status"),
            pl.col(ACCOUNT[2:]).fill_null(0),
            quantity=pl.lit(of),
            edition_change=pl.when(pl.col(unit).is_not_null()).then(pl.col("edition") != before),
        )
        .select(
            *grouping(on, by),
            *("quantity", "count", "status", "edition", "edition_change", *ACCOUNT),
        )
        .collect()
    )


def _followed(
    corpus: Frames, of: str, unit: str, by: tuple[str, ...], *, strict: bool
) -> pl.DataFrame:
    """What each report tells of a quantity, and whether it is ``followed``: on its unit's scope."""
    table = of.split(".", maxsplit=1)[0]
    own = (f"edition_{table}",) if table != "challenges" else ()  # which is in all the same
    keys = grouping(unit, by, own, "edition", "scope", "kind")
    # A step from an office's own cases to those of its region is no change: one scope is followed.
    scope = pl.col("scope").sort_by("year", "scope").drop_nulls().last().over(unit)
    # Few but governments and their offices report on a region, and those who do say so.
    single = pl.col("scope").is_null() & (scope == "own") & ~pl.col("kind").is_in(REGIONAL)
    followed = pl.col("scope").eq_missing(scope) | single
    return (
        observe(corpus, quantity(of), by=keys, strict=strict)
        .collect()
        .with_columns(
            edition=pl.coalesce(*own, "edition"),
            followed=followed | pl.any_horizontal(pl.col(unit, "year").is_null()),
        )
    )


def changes(
    corpus: Frames,
    *,
    of: str = RECEIVED,
    by: By = (),
    unit: str = "agency",
    confidence: float = 0.95,
    strict: bool = False,
) -> pl.DataFrame:
    """Change from each year to the next, in agencies that have both: one row per group and year.

    Parameters
    ----------
    corpus, of, unit, confidence, strict
        As in :func:`panel` and all statistics.
    by
        Columns of ``reports`` to group by, which do not change within an agency.

    Returns
    -------
    polars.DataFrame
        The columns of ``by``; ``year``; ``quantity``; ``before`` and ``count``, the sums of the
        year before and of this year over the same ``n_units`` agencies; ``ratio`` of the two,
        with ``low`` and ``high`` (exact, Poisson counts) and ``robust_low`` and
        ``robust_high``, which let agencies differ in their change (null where fewer than two
        have the cases, or one has most of them);
        ``n_only_before`` and ``n_only_now``, agencies left out because the other year is
        missing or on another scope; of the agencies ``n_edition_change`` that changed to another
        edition of the form, ``n_fails`` with a report of which an identity that the quantity
        enters fails, ``n_unknown`` where none fails and one cannot be decided; ``confidence``.
        Null where no agency has both years or there was nothing before.

    Raises
    ------
    ParameterError
        If the quantity is no count.
    """
    by = followed(of, by)
    rows = _panel(corpus, of, unit, by, by, strict=strict).drop_nulls((unit, "year"))
    pairs = rows.with_columns(
        pl.col("count", "edition", *DOUBTS).shift().over(unit).name.prefix("last_")
    ).filter(pl.col("year") > pl.col("year").min())
    then, now = (pl.col(name).is_not_null() for name in ("last_count", "count"))
    both = then & now
    x, y = pl.col("last_count").filter(both), pl.col("count").filter(both)
    fails, unknown = (pl.col(name) + pl.col(f"last_{name}") > 0 for name in DOUBTS)
    agencies = {
        "n_units": both,
        "n_only_before": then & ~now,
        "n_only_now": now & ~then,
        "n_edition_change": both & (pl.col("edition") != pl.col("last_edition")),
        "n_fails": both & fails,
        "n_unknown": both & unknown & ~fails,
    }
    found = (
        pairs.group_by(*by, "year")
        .agg(
            pl.when(both.any()).then(x.sum()).alias("before"),
            pl.when(both.any()).then(y.sum()).alias("count"),
            ((y - y.sum() / x.sum() * x) ** 2 / (1 - x / x.sum())).sum().alias("square"),
            spread(x).alias("spread"),
            *(which.sum().cast(pl.Int64).alias(name) for name, which in agencies.items()),
        )
        .sort(*by, "year", nulls_last=True)
    )
    exact = poisson_ratio(found["count"], found["before"], confidence=confidence)
    limits = (*exact, *_robust(found, confidence))
    return found.select(
        *(*by, "year"),
        pl.lit(of).alias("quantity"),
        *("before", "count"),
        quotient("count", "before").alias("ratio"),
        *floats(("low", "high", "robust_low", "robust_high"), limits),
        *agencies,
        pl.lit(confidence).alias("confidence"),
    )


def _robust(found: pl.DataFrame, confidence: float) -> Limits:
    """Limits of a ratio of sums over agencies, from their residuals (linearised, on the log)."""
    from scipy.special import stdtrit

    known = found.select(
        pl.when(pl.col("spread") >= LEAST, pl.col("count") > 0)
        .then(pl.col("before", "count", "square", "spread"))
        .cast(pl.Float64)
    )
    before, count, square, agencies = (column.to_numpy() for column in known)
    width = stdtrit(agencies - 1, (1 + level(confidence)) / 2) * np.sqrt(square) / count
    return count / before * np.exp(-width), count / before * np.exp(width)


def spread(cases: pl.Expr) -> pl.Expr:
    """How many agencies of equal size would have the cases as little in few hands (Kish 1965)."""
    cases = cases.cast(pl.Float64)
    return (cases.sum() ** 2 / (cases**2).sum()).fill_nan(None)


def _frame(rows: pl.DataFrame, unit: str) -> pl.DataFrame:
    """Every agency in every year from the first to the last."""
    years = rows.select(pl.int_ranges(pl.col("year").min(), pl.col("year").max() + 1).explode())
    units = rows.select(pl.col(unit).drop_nulls().unique())
    return units.join(years.select(pl.all().alias("year").cast(pl.Int32)), how="cross").drop_nulls()
