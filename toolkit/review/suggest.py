"""What probably happened: single cells whose change would mend the checks that fail.

Nothing here is ever applied. An identity is a sum of cells with signs; if it misses by some
amount, each of its cells could mend it by changing by that amount. A cell that enters several
failing identities is a candidate only if the same change mends all of them.
"""

from functools import cache
from typing import Final

import polars as pl
from rapidfuzz.distance import DamerauLevenshtein

from toolkit.check import SINGLE, instances
from toolkit.claims import PROSE, claim_terms
from toolkit.form import forms
from toolkit.review.coverage import placed
from toolkit.schema import SUGGESTIONS, Frame
from toolkit.years import pairs, year_terms

_CELL: Final = ["table", "item", "column"]
_CHECK: Final = ["report_id", "identity", "subject"]
_PLACE: Final = ["cell_report_id", *_CELL]
_PLAIN: Final = r"^\s*(?:\d+|\d{1,3}(?:,\d{3})+)\s*$"
_PICTURE: Final = "scan"


def suggest(
    checks: Frame, cells: Frame, reports: Frame, *, between: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Single cells whose change would mend the checks that fail, likeliest first.

    Ranked by what would hold in all if the cell were changed, then doubtful readings first,
    then by how many keystrokes lie between the two numbers. A number below zero is never
    suggested. What a region's report has less than its organs' has no suggestion.

    Parameters
    ----------
    checks, cells, reports
        Frames of :data:`toolkit.schema.CHECKS`, :data:`toolkit.schema.CELLS` and
        :data:`toolkit.schema.REPORTS`.
    between
        :func:`toolkit.years.pairs` of the corpus, if the frames are a part of it.

    Returns
    -------
    polars.DataFrame
        Frame of :data:`toolkit.schema.SUGGESTIONS`.
    """
    failing = checks.lazy().filter(verdict="fails").collect()
    if failing.is_empty():
        return SUGGESTIONS.to_frame()
    between = pairs(placed(reports, cells)) if between is None else between
    near = nearby(failing, between)
    checks, cells = among(checks, near), among(cells, read_with(near, between))
    layouts = reports.lazy().select("layout", cell_report_id="report_id").collect()
    order = failing.select(_CHECK).with_row_index("order")
    crossing = terms(near, between, cells).join(
        checks.filter(pl.col("verdict") != "unknown").select(*_CHECK, "delta", "verdict"),
        on=_CHECK,
    )
    fails = pl.col("verdict") == "fails"
    candidates = crossing.filter(fails).with_columns(change=-pl.col("delta") * pl.col("sign"))
    own = pl.col("change").filter(~pl.col("identity").str.starts_with(PROSE))
    agreed = (own.n_unique() == 0) | ((own.n_unique() == 1) & (own.first() == pl.col("change")))
    broken = crossing.filter(~fails).group_by(_PLACE).agg(breaks=pl.len().cast(pl.Int64))
    read_as = cells.rename({"report_id": "cell_report_id"}).with_row_index("place")
    plain = pl.col("raw").fill_null("").str.normalize("NFKC").str.contains(_PLAIN)
    made = (
        candidates.filter(agreed.over(_PLACE))
        .with_columns(mends=pl.len().over(*_PLACE, "change").cast(pl.Int64))
        .join(broken, on=_PLACE, how="left")
        .join(read_as, on=_PLACE)
        .join(layouts, on="cell_report_id")
        .join(order, on=_CHECK)
        .with_columns(
            pl.col("breaks").fill_null(0),
            suggested=pl.col("value") + pl.col("change"),
            doubtful=~plain | (pl.col("layout") == _PICTURE),
        )
        .filter(pl.col("suggested") >= 0)
    )
    return (
        made.with_columns(pl.Series("keystrokes", _keystrokes(made), dtype=pl.Int64))
        .sort(
            "order",
            pl.col("breaks") - pl.col("mends"),
            ~pl.col("doubtful"),
            "keystrokes",
            "place",
        )
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("order"))
        .select(SUGGESTIONS.names())
        .cast(SUGGESTIONS)
    )


def _keystrokes(made: pl.DataFrame) -> list[int]:
    """Count the keys by which the two numbers differ; two that change places are one."""
    numbers = made.select("value", "suggested").iter_rows()
    return [DamerauLevenshtein.distance(str(value), str(other)) for value, other in numbers]


def nearby(failing: pl.DataFrame, between: pl.DataFrame) -> pl.DataFrame:
    """``report_id`` of every report whose checks a cell of these checks can enter."""
    near = read_with(failing, between)
    after = between.join(near, left_on="last_id", right_on="report_id", how="semi")
    return pl.concat([near, after.select("report_id")]).unique()


def read_with(some: pl.DataFrame, between: pl.DataFrame) -> pl.DataFrame:
    """``report_id`` of these reports and of last year's."""
    ids = some.select("report_id").unique()
    last = between.join(ids, on="report_id", how="semi").select(report_id="last_id")
    return pl.concat([ids, last]).unique()


def among(frame: Frame, ids: pl.DataFrame) -> pl.DataFrame:
    """Rows of these reports, in memory."""
    kept = frame.lazy().join(ids.lazy(), on="report_id", how="semi", maintain_order="left")
    return kept.collect(engine="streaming")


def terms(near: pl.DataFrame, between: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Cells, with their sign, of every check of these reports."""
    single = (pl.col("table") == SINGLE[0]) & (pl.col("item") == SINGLE[1])
    old = cells.filter(single)["report_id"].unique().implode()
    own = near.with_columns(old=pl.col("report_id").is_in(old))
    fixed = own.join(_own_terms(), on="old").with_columns(cell_report_id="report_id")
    years = pl.concat(
        between.join(near, on="report_id", how="semi")
        .select("report_id", cell_report_id=column)
        .join(_year_terms().filter(back=back), how="cross")
        for back, column in enumerate(("report_id", "last_id"))
    )
    said = near.with_columns(cell_report_id="report_id").join(_prose_terms(), how="cross")
    columns = [*_CHECK, *_PLACE, "sign"]
    return pl.concat([fixed.select(columns), years.select(columns), said.select(columns)])


@cache
def _own_terms() -> pl.DataFrame:
    """Cells of the identities within a report, by whether its table 3 is of the old edition."""
    found = [
        (
            made.item(*SINGLE).role == "row",
            instance.identity,
            instance.subject,
            sign,
            *cell.split("."),
        )
        for made in forms()
        for instance in instances(made)
        for sign, side in ((1, instance.lhs), (-1, instance.rhs))
        for cell in side
    ]
    return pl.DataFrame(found, schema=["old", *_CHECK[1:], "sign", *_CELL], orient="row")


@cache
def _year_terms() -> pl.DataFrame:
    side = pl.when(pl.col("side") == "lhs").then(1).otherwise(-1)
    return year_terms().with_columns(sign=side.cast(pl.Int64) * pl.col("sign"))


@cache
def _prose_terms() -> pl.DataFrame:
    return claim_terms().select(
        "subject",
        *_CELL[:2],
        identity=PROSE + pl.col("claim"),
        column=pl.lit("total"),
        sign=pl.lit(-1, pl.Int64),
    )
