"""What probably happened: single cells whose change would mend the checks that fail.

Nothing here is ever applied. An identity is a sum of cells with signs; if it misses by some
amount, each of its cells could mend it by changing by that amount. A cell that enters several
failing identities is a candidate only if the same change mends all of them.
"""

from typing import Final, NamedTuple

import polars as pl
from rapidfuzz.distance import DamerauLevenshtein

from toolkit.check import PROSE, editions, prose_terms, report_terms
from toolkit.schema import CELL, CHECK, SUGGESTIONS, Frame
from toolkit.standing import placed
from toolkit.years import pairs, year_terms

_PLACE: Final = ["cell_report_id", *CELL]
_PLAIN: Final = r"^\s*(?:\d+|\d{1,3}(?:,\d{3})+)\s*$"
_PICTURE: Final = "scan"


class Vicinity(NamedTuple):
    """Checks, and the cells they are of, in memory: those some checks share cells with.

    ``crossing`` has one row per check and cell, with the cell's ``sign`` in the check.
    """

    checks: pl.DataFrame
    cells: pl.DataFrame
    crossing: pl.DataFrame


def suggest(checks: Frame, cells: Frame, reports: Frame) -> pl.DataFrame:
    """Single cells whose change would mend the checks that fail, likeliest first.

    Ranked by what would hold in all if the cell were changed, then doubtful readings first,
    then by how many keystrokes lie between the two numbers. A number below zero is never
    suggested. What a region's report has less than its organs' has no suggestion. The result is
    a frame of :data:`toolkit.schema.SUGGESTIONS`.
    """
    failing = checks.lazy().filter(verdict="fails").collect()
    if failing.is_empty():
        return SUGGESTIONS.to_frame()
    return ranked(failing, vicinity(failing, checks, cells, reports), reports)


def vicinity(failing: pl.DataFrame, checks: Frame, cells: Frame, reports: Frame) -> Vicinity:
    """Look up what a change of a cell of these checks would touch."""
    between = pairs(placed(reports, cells))
    near = _with_last(failing, between)  # whose cells these checks have: next year's have them too
    after = between.join(near, left_on="last_id", right_on="report_id", how="semi")
    near = pl.concat([near, after.select("report_id")]).unique()
    held = among(cells, _with_last(near, between))
    return Vicinity(among(checks, near), held, _crossing(near, between, held))


def ranked(failing: pl.DataFrame, here: Vicinity, reports: Frame) -> pl.DataFrame:
    """Suggestions for failing checks whose vicinity this is."""
    layouts = reports.lazy().select("layout", cell_report_id="report_id").collect()
    order = failing.select(CHECK).with_row_index("order")
    crossing = here.crossing.join(
        here.checks.filter(pl.col("verdict") != "unknown").select(*CHECK, "delta", "verdict"),
        on=CHECK,
    )
    fails = pl.col("verdict") == "fails"
    candidates = crossing.filter(fails).with_columns(change=-pl.col("delta") * pl.col("sign"))
    own = pl.col("change").filter(~pl.col("identity").str.starts_with(PROSE))
    agreed = (own.n_unique() == 0) | ((own.n_unique() == 1) & (own.first() == pl.col("change")))
    broken = crossing.filter(~fails).group_by(_PLACE).agg(breaks=pl.len().cast(pl.Int64))
    read_as = here.cells.rename({"report_id": "cell_report_id"}).with_row_index("place")
    plain = pl.col("raw").fill_null("").str.normalize("NFKC").str.contains(_PLAIN)
    made = (
        candidates.filter(agreed.over(_PLACE))
        .with_columns(mends=pl.len().over(*_PLACE, "change").cast(pl.Int64))
        .join(broken, on=_PLACE, how="left")
        .join(read_as, on=_PLACE)
        .join(layouts, on="cell_report_id")
        .join(order, on=CHECK)
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
            "order", pl.col("breaks") - pl.col("mends"), ~pl.col("doubtful"), "keystrokes", "place"
        )
        .with_columns(rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("order"))
        .select(SUGGESTIONS.names())
        .cast(SUGGESTIONS)
    )


def _keystrokes(made: pl.DataFrame) -> list[int]:
    """Count the keys by which the two numbers differ; two that change places are one."""
    numbers = made.select("value", "suggested").iter_rows()
    return [DamerauLevenshtein.distance(str(value), str(other)) for value, other in numbers]


def among(frame: Frame, some: pl.DataFrame) -> pl.DataFrame:
    """Rows of the reports that these rows are of, in memory."""
    ids = some.lazy().select("report_id")
    kept = frame.lazy().join(ids, on="report_id", how="semi", maintain_order="left")
    return kept.collect(engine="streaming")


def _with_last(some: pl.DataFrame, between: pl.DataFrame) -> pl.DataFrame:
    """``report_id`` of these reports and of last year's."""
    ids = some.select("report_id")
    last = between.join(ids, on="report_id", how="semi").select(report_id="last_id")
    return pl.concat([ids, last]).unique()


def _crossing(near: pl.DataFrame, between: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Cells, with their sign, of every check of these reports."""
    own = editions(cells).join(near, on="report_id", how="semi").join(report_terms(), on="old")
    own = own.with_columns(cell_report_id="report_id")
    years = pl.concat(
        between.join(near, on="report_id", how="semi")
        .select("report_id", cell_report_id=column)
        .join(year_terms().filter(back=back), how="cross")
        for back, column in enumerate(("report_id", "last_id"))
    )
    said = near.join(prose_terms(), how="cross").with_columns(cell_report_id="report_id")
    columns = [*CHECK, *_PLACE, "sign"]
    return pl.concat(frame.select(columns) for frame in (own, years, said))
