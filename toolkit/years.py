"""What must hold between reports: from year to year, and between a region and its organs."""

from collections.abc import Iterator
from functools import cache, reduce
from operator import add
from typing import Final

import polars as pl

from toolkit.agency import REGIONAL
from toolkit.check import STATE_SUFFIX, cell_name, verdict
from toolkit.form import form, patterns, rows
from toolkit.schema import CELL, CHECKS, VERDICT, Frame, text_columns

_LAST: Final = "last."
_MINUS: Final = "-"

_TOTALS: Final = {
    "applications": ("received", "carried_in", "resolved", "carried_forward"),
    "challenges": ("reconsideration", "litigation_direct", "litigation_after_reconsideration"),
}
COMPARED: Final = tuple((table, item, "total") for table in _TOTALS for item in _TOTALS[table])
"""Cells in which a region's report is at least the sum of its organs'."""

_ELSEWHERE: Final = patterns("agency_words")["elsewhere"]

AREAS: Final = (100, 10_000)
"""Places of an administrative division's code that are 0 in its prefecture's, its province's."""
PLACE: Final = pl.Schema({"area": pl.Int32(), "reach": pl.Int32()})
"""Whose report may have a report's cases, and whose it has; :func:`located` tells."""

REGIONS: Final = pl.Schema(
    {
        **text_columns("report_id", *CELL),
        **dict.fromkeys(("value", "organs", "n_organs", "n_without"), pl.Int64()),
        "verdict": VERDICT,
    }
)
"""One row per region's report and cell: its figure, and the sum of its organs' that are there.

``n_organs`` reports of organs are there, of which ``n_without`` print no such number and are
left out of ``organs``. The verdict is whether the region's figure is at least that sum.
"""


@cache
def year_terms() -> pl.DataFrame:
    """Every cell of the identities between years: one row each.

    ``sign`` is as in :func:`toolkit.check.report_terms`; ``back`` is 1 for last year's report.
    """
    names = ("identity", "subject", "side", "sign", "back", *CELL)
    return pl.DataFrame(list(_terms()), schema=names, orient="row")


def _terms() -> Iterator[tuple[str | int, ...]]:
    made = form()
    for row in rows("identities"):
        if row["span"] != "years":
            continue
        for side in ("lhs", "rhs"):
            for word in row[side].split():
                code = word.removeprefix(_MINUS).removeprefix(_LAST)
                sign = -1 if word.startswith(_MINUS) != (side == "rhs") else 1
                for key in made.cells(row["table"]):
                    subject, term = key[2:0:-1] if row["subject"] == "column" else key[1:]
                    if term == code:
                        yield row["identity"], subject, side, sign, int(_LAST in word), *key


def pairs(known: pl.DataFrame) -> pl.DataFrame:
    """Reports with last year's of the same agency: ``report_id``, ``last_id``, ``doubtful``.

    Not of the same agency's region, if one is on the agency alone; none if last year's report
    is not there, or if it cannot be told which of several to use. ``year`` is the report's;
    ``known`` is what :func:`toolkit.standing.placed` knows of the reports.
    """
    wanted = known.select("report_id", "agency_id", "year", "scope", "doubtful", "preferred")
    last = wanted.filter("preferred").with_columns(pl.col("year") + 1)
    both = pl.col("scope").drop_nulls().n_unique().over("agency_id", "year") > 1
    apart = (pl.col("scope") != pl.col("scope_last")).fill_null(both)
    return (
        wanted.join(last, on=("agency_id", "year"), suffix="_last", maintain_order="left")
        .filter(~apart)
        .filter(pl.len().over("report_id") == 1)
        .select(
            "report_id",
            "year",
            last_id="report_id_last",
            doubtful=pl.col("doubtful") | pl.col("doubtful_last"),
        )
    )


def check_years(both: pl.DataFrame, wide: Frame) -> pl.LazyFrame:
    """Verdicts on the identities between a report and last year's of the same agency.

    A frame of :data:`toolkit.schema.CHECKS` on :func:`pairs`, whose cells are in ``wide`` as in
    :attr:`toolkit.Store.wide`; ``report_id`` is the later report. No row where an edition has no
    such cells; ``unknown`` where a cell has no number, or where the sides differ and only the
    names, which nothing places, say that it is the same agency.
    """
    cells = dict.fromkeys(year_terms().select(CELL).iter_rows())
    names = [cell_name(*key) + mark for key in cells for mark in ("", STATE_SUFFIX)]
    here = wide.lazy().select("report_id", *names)
    last = here.select(last_id="report_id", **{f"{_LAST}{name}": name for name in names})
    judged = verdict(pl.col("lhs") == pl.col("rhs"))
    shaky = pl.col("doubtful") & (judged == "fails")
    return (
        both.lazy()
        .join(here, on="report_id", maintain_order="left")
        .join(last, on="last_id", maintain_order="left")
        .select("report_id", "doubtful", found=pl.concat_list(*_sides()))
        .explode("found")
        .unnest("found")
        .filter("there")
        .with_columns(
            delta=pl.col("lhs") - pl.col("rhs"),
            verdict=pl.when(shaky).then(pl.lit("unknown", VERDICT)).otherwise(judged),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in CHECKS.items())
    )


def _sides() -> Iterator[pl.Expr]:
    """Both sides of each identity's instances, and whether the editions have all its cells."""
    on = ("identity", "subject")
    for key, terms in year_terms().partition_by(on, as_dict=True, maintain_order=True).items():
        sides: dict[str, list[pl.Expr]] = {"lhs": [], "rhs": []}
        states = []
        for _, _, side, sign, back, *cell in terms.iter_rows():
            name = _LAST * back + cell_name(*cell)
            sides[side].append(pl.col(name) * (sign if side == "lhs" else -sign))
            states.append(pl.col(name + STATE_SUFFIX).is_not_null())
        yield pl.struct(
            *(pl.lit(code).alias(name) for name, code in zip(on, key, strict=True)),
            *(reduce(add, worth).alias(side) for side, worth in sides.items()),
            pl.all_horizontal(states).alias("there"),
        )


def reports_elsewhere() -> pl.Expr:
    """Whether a report is of an office under the centre, which no region's report includes."""
    return pl.col("agency_id").str.contains(_ELSEWHERE).fill_null(value=False)


def located(reports: Frame) -> pl.LazyFrame:
    """Add to reports ``area`` and ``reach``: whose report may have their cases, and whose it has.

    ``area`` is the code of the agency's division, null if its cases are in no region's report;
    ``reach`` is the kind's place in :data:`REGIONAL` (1 or 2) if the report is on all of its
    division, else 0.
    """
    area = pl.when(~reports_elsewhere()).then(pl.col("adcode").cast(pl.Int32, strict=False))
    ranks = [pl.col("area") % n != 0 for n in AREAS]
    levels = [pl.col("level") == level for level in ("county", "province")]
    fits = (ranks[0] == levels[0]) & (ranks[1] != levels[1])
    # Not with `replace`, for which the streaming engine would first hold all rows.
    whose = pl.sum_horizontal((pl.col("kind") == kind) * n for n, kind in enumerate(REGIONAL, 1))
    reach = pl.when(pl.col("scope") == "region", fits).then(whose).otherwise(0)
    return reports.lazy().with_columns(area=area).with_columns(reach=reach)


def regions(known: pl.DataFrame, wide: Frame) -> pl.DataFrame:
    """Regions' figures against the sums of their organs' that are there: :data:`REGIONS`.

    Regions' are the reports of governments and their offices. Organs are the reports of the same
    year and division that say they are on the agency alone; one for each agency. Offices that
    stand under the centre are left out. ``known`` and ``wide`` are as for :func:`check_years`.
    """
    cells = (
        pl.struct(
            *(pl.lit(code).alias(part) for part, code in zip(CELL, key, strict=True)),
            pl.col(cell_name(*key)).alias("value"),
            pl.col(cell_name(*key) + STATE_SUFFIX).is_not_null().alias("there"),
        )
        for key in COMPARED
    )
    on, value = ("adcode", "year", *CELL), pl.col("value")
    every = wide.lazy().select("report_id", found=pl.concat_list(*cells)).collect()
    shown = (
        known.drop_nulls("adcode")
        .join(every, on="report_id", maintain_order="left")
        .explode("found")
        .unnest("found")
        .filter("there")
    )
    organs = shown.filter(pl.col("scope") == "own", pl.col("preferred"), ~reports_elsewhere())
    sums = organs.group_by(on).agg(
        organs=value.sum(), n_organs=pl.len(), n_without=value.null_count()
    )
    return (
        shown.filter(pl.col("scope") == "region", pl.col("kind").is_in(REGIONAL))
        .join(sums, on=on, maintain_order="left")
        .with_columns(verdict=verdict(value >= pl.col("organs")))
        .select(REGIONS.names())
        .cast(REGIONS)
    )


def region_checks(found: pl.DataFrame) -> pl.DataFrame:
    """Verdicts of :func:`regions` as a frame of :data:`toolkit.schema.CHECKS`."""
    return found.select(
        "report_id",
        identity=pl.lit("region"),
        subject="item",
        lhs="value",
        rhs="organs",
        delta=pl.col("value") - pl.col("organs"),
        verdict="verdict",
    )


def between_names() -> list[str]:
    """Names of the cells of the identities between reports."""
    keys = dict.fromkeys((*year_terms().select(CELL).iter_rows(), *COMPARED))
    return [cell_name(*key) for key in keys]
