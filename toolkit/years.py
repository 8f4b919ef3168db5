"""What must hold between reports: from year to year, and between a region and its organs."""

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import polars as pl

from toolkit.check import verdict
from toolkit.form import form, rows
from toolkit.review.coverage import placed
from toolkit.schema import CHECKS, VERDICT, Frame

_CELL: Final = ("table", "item", "column")
_LAST: Final = "last."
_MINUS: Final = "-"
_EDITION: Final = "2021"

COMPARED: Final = (
    *(("applications", item, "total") for item in ("received", "carried_in")),
    *(("applications", item, "total") for item in ("resolved", "carried_forward")),
    ("challenges", "reconsideration", "total"),
    ("challenges", "litigation_direct", "total"),
    ("challenges", "litigation_after_reconsideration", "total"),
)
"""Cells in which a region's report is at least the sum of its organs'."""

REPORT_ELSEWHERE: Final = ("taxation", "customs", "meteorology")
"""Fields whose offices stand under the centre: a region's report leaves them out."""

REGIONS: Final = pl.Schema(
    {
        "report_id": pl.String(),
        **dict.fromkeys(_CELL, pl.String()),
        "value": pl.Int64(),
        "organs": pl.Int64(),
        "n_organs": pl.Int64(),
        "n_without": pl.Int64(),
        "verdict": VERDICT,
    }
)
"""One row per region's report and cell: its figure, and the sum of its organs' that are there.

``n_organs`` reports of organs are there, of which ``n_without`` print no such number and are
left out of ``organs``. The verdict is whether the region's figure is at least that sum.
"""


class Term(NamedTuple):
    """One cell's part in an identity between years; ``back`` is 1 for last year's report."""

    identity: str
    subject: str
    side: str
    sign: int
    back: int
    table: str
    item: str
    column: str


@cache
def year_terms() -> pl.DataFrame:
    """Every term of the identities between years: one row per :class:`Term`."""
    return pl.DataFrame(list(_terms()), schema=list(Term._fields), orient="row")


def _terms() -> Iterator[Term]:
    made = form(_EDITION)
    for row in rows("identities"):
        if row["span"] != "years":
            continue
        for side in ("lhs", "rhs"):
            for word in row[side].split():
                code = word.removeprefix(_MINUS).removeprefix(_LAST)
                sign = -1 if word.startswith(_MINUS) else 1
                for key in made.cells(row["table"]):
                    subject, term = key[2:0:-1] if row["subject"] == "column" else key[1:]
                    if term == code:
                        yield Term(row["identity"], subject, side, sign, int(_LAST in word), *key)


def pairs(reports: Frame, cells: Frame) -> pl.DataFrame:
    """Reports with last year's of the same agency: ``report_id``, ``last_id``, ``doubtful``.

    Not of the same agency's region, if one is on the agency alone; none if last year's report
    is not there, or if it cannot be told which of several to use.
    """
    known = placed(reports, cells).select(
        "report_id", "agency_id", "year", "scope", "doubtful", "preferred"
    )
    last = known.filter("preferred").with_columns(pl.col("year") + 1)
    apart = (pl.col("scope") != pl.col("scope_last")).fill_null(value=False)
    return (
        known.join(last, on=("agency_id", "year"), suffix="_last", maintain_order="left")
        .filter(~apart)
        .filter(pl.len().over("report_id") == 1)
        .select(
            "report_id",
            last_id="report_id_last",
            doubtful=pl.col("doubtful") | pl.col("doubtful_last"),
        )
    )


def check_years(cells: Frame, reports: Frame) -> pl.DataFrame:
    """Verdicts on the identities between a report and last year's of the same agency.

    Parameters
    ----------
    cells, reports
        Frames of :data:`toolkit.schema.CELLS` and :data:`toolkit.schema.REPORTS`.

    Returns
    -------
    polars.DataFrame
        Frame of :data:`toolkit.schema.CHECKS`; ``report_id`` is the later report. No row where
        last year's report is not there, or an edition has no such cells; ``unknown`` where a
        cell has no number, or where the sides differ and only the names, which nothing places,
        say that it is the same agency.
    """
    both = pairs(reports, cells).with_row_index("order")
    terms = year_terms()
    shown = _numbers(cells, terms).lazy()
    keys = ("identity", "subject")
    numbered = terms.join(
        terms.select(keys).unique(maintain_order=True).with_row_index("place"), on=keys
    ).with_columns(n=pl.len().over(keys))
    found = pl.concat(
        both.lazy()
        .select("order", here=column)
        .join(shown, left_on="here", right_on="report_id")
        .join(numbered.lazy().filter(back=back), on=_CELL)
        for back, column in enumerate(("report_id", "last_id"))
    )
    worth = pl.col("value") * pl.col("sign")
    sums = (
        found.group_by("order", "place", "n")
        .agg(
            pl.len().alias("there"),
            *(
                pl.when(worth.filter(side=side).null_count() == 0)
                .then(worth.filter(side=side).sum())
                .alias(side)
                for side in ("lhs", "rhs")
            ),
        )
        .filter(pl.col("there") == pl.col("n"))
        .collect(engine="streaming")
        .join(both.select("order", "report_id", "doubtful"), on="order")
        .join(numbered.select("place", *keys).unique(), on="place")
    )
    judged = verdict(pl.col("lhs"), pl.col("rhs"))
    shaky = pl.col("doubtful") & (judged == "fails")
    return (
        sums.sort("order", "place")
        .with_columns(
            delta=pl.col("lhs") - pl.col("rhs"),
            verdict=pl.when(shaky).then(pl.lit("unknown", VERDICT)).otherwise(judged),
        )
        .select(CHECKS.names())
        .cast(CHECKS)
    )


def _numbers(cells: Frame, wanted: pl.DataFrame) -> pl.DataFrame:
    """Numbers of these cells alone, whatever the size of the corpus."""
    keys = wanted.lazy().select(_CELL).unique()
    shown = cells.lazy().select("report_id", *_CELL, "value")
    return shown.join(keys, on=_CELL, how="semi", maintain_order="left").collect(engine="streaming")


def regions(cells: Frame, reports: Frame) -> pl.DataFrame:
    """Regions' figures against the sums of their organs' that are there.

    Organs are the reports of the same year and division that say they are on the agency alone;
    one for each agency. Offices that stand under the centre are left out.

    Parameters
    ----------
    cells, reports
        Frames of :data:`toolkit.schema.CELLS` and :data:`toolkit.schema.REPORTS`.

    Returns
    -------
    polars.DataFrame
        Frame of :data:`REGIONS`.
    """
    known = placed(reports, cells).drop_nulls("adcode").with_row_index("order")
    compared = pl.DataFrame(COMPARED, schema=list(_CELL), orient="row").with_row_index("place")
    shown = _numbers(cells, compared).join(compared, on=_CELL)
    on = ["adcode", "year"]
    elsewhere = pl.col("field").is_in(REPORT_ELSEWHERE).fill_null(value=False)
    value = pl.col("value")
    organs = (
        known.filter(pl.col("scope") == "own", pl.col("preferred"), ~elsewhere)
        .join(shown, on="report_id")
        .group_by(*on, *_CELL)
        .agg(
            organs=value.sum(),
            n_organs=pl.len().cast(pl.Int64),
            n_without=value.null_count().cast(pl.Int64),
        )
    )
    enough = pl.when(value.is_null()).then(pl.lit("unknown"))
    return (
        known.filter(scope="region")
        .select("order", "report_id", *on)
        .join(shown, on="report_id")
        .join(organs, on=[*on, *_CELL])
        .sort("order", "place")
        .with_columns(
            verdict=enough.when(value >= pl.col("organs"))
            .then(pl.lit("holds"))
            .otherwise(pl.lit("fails"))
        )
        .select(REGIONS.names())
        .cast(REGIONS)
    )


def check_regions(cells: Frame, reports: Frame) -> pl.DataFrame:
    """Verdicts of :func:`regions` as a frame of :data:`toolkit.schema.CHECKS`."""
    return regions(cells, reports).select(
        "report_id",
        identity=pl.lit("region"),
        subject="item",
        lhs="value",
        rhs="organs",
        delta=pl.col("value") - pl.col("organs"),
        verdict="verdict",
    )
