"""What the prose of a report claims in figures, and whether its tables say the same."""

from collections.abc import Iterable
from functools import cache
from typing import Final

import polars as pl

from toolkit.check import verdict
from toolkit.form import forms, rows
from toolkit.prose import Claim
from toolkit.schema import CLAIMS, VERDICT

PROSE: Final = "prose_"
_POWERS: Final = 10


def claims_frame(claimed: Iterable[tuple[str, Iterable[Claim]]]) -> pl.DataFrame:
    """Claims of many reports, by report_id, as one frame of :data:`toolkit.schema.CLAIMS`."""
    flat = [(report_id, *claim) for report_id, made in claimed for claim in made]
    return pl.DataFrame(flat, schema=CLAIMS, orient="row")


def prose_checks(claimed: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Verdicts on what the prose claims against the totals of tables 3 and 4.

    One row per report and claim that has a counterpart in the tables: ``lhs`` is the prose's
    figure, ``rhs`` the table's, null where a term of it is not reported; ``subject`` names the
    rows it was compared with. An approximate figure holds up to the next step of its last
    digit and is unknown beyond. Received may be said with or without what was carried in;
    either agreeing counts. Where the prose states several figures for the same thing, one
    agreeing counts, and none agreeing is unknown, for they may be of different things.

    Parameters
    ----------
    claimed
        Frame of :data:`toolkit.schema.CLAIMS`.
    cells
        Frame of :data:`toolkit.schema.CELLS`, with every cell of the reports' editions.
    """
    terms = claim_terms()
    ids = claimed.select("report_id").unique(maintain_order=True).with_row_index("order")
    totals = (
        cells.filter(column="total")
        .join(terms, on=["table", "item"])
        .group_by("report_id", "claim", "subject")
        .agg(pl.when(pl.col("value").null_count() == 0).then(pl.col("value").sum()).alias("rhs"))
    )
    judged = (
        claimed.select("report_id", "claim", pl.col("value").alias("lhs"), "approximate")
        .unique()
        .join(totals, on=["report_id", "claim"])
        .with_columns(_agreement())
        .sort(pl.col("verdict").to_physical(), pl.col("subject").str.len_chars(), "lhs")
    )
    alike = (pl.struct("lhs", "approximate").n_unique() == 1) & (
        pl.col("verdict") != "unknown"
    ).all()
    best = judged.group_by("report_id", "claim").agg(pl.all().first(), alike.alias("alike"))
    return (
        best.join(ids, on="report_id")
        .sort("order", pl.col("claim").cast(pl.Enum(terms["claim"].unique(maintain_order=True))))
        .select(
            "report_id",
            (pl.lit(PROSE) + pl.col("claim")).alias("identity"),
            "subject",
            "lhs",
            "rhs",
            (pl.col("lhs") - pl.col("rhs")).alias("delta"),
            pl.when(pl.col("alike") | (pl.col("verdict") == "holds"))
            .then("verdict")
            .otherwise(pl.lit("unknown", VERDICT)),
        )
    )


def _agreement() -> pl.Expr:
    """Verdict on the prose's ``lhs`` against the table's ``rhs``."""
    lhs, rhs = pl.col("lhs"), pl.col("rhs")
    steps = (pl.when(lhs % 10**n == 0).then(10**n).otherwise(1) for n in range(_POWERS))
    beyond = pl.col("approximate") & (rhs >= lhs + pl.max_horizontal(*steps))
    within = pl.col("approximate") & (rhs > lhs) & ~beyond
    return (
        pl.when(within)
        .then(pl.lit("holds", VERDICT))
        .when(~beyond)
        .then(verdict(lhs, rhs))
        .otherwise(pl.lit("unknown", VERDICT))
        .alias("verdict")
    )


@cache
def claim_terms() -> pl.DataFrame:
    """Rows of the tables whose totals a claim is compared with: claim, subject, table, item."""
    compared = [(r["claim"], r["table"], r["items"].split()) for r in rows("claims") if r["table"]]
    # Applications received may be said with or without those carried in.
    table = {claim: table for claim, table, _ in compared}
    compared.insert(1, ("received", table["received"], ["received", "carried_in"]))
    return pl.DataFrame(
        [
            (claim, "+".join(items), table, row)
            for claim, table, items in compared
            for row in dict.fromkeys(
                row for made in forms() for item in items for row in made.children(table, item)
            )
        ],
        schema=["claim", "subject", "table", "item"],
        orient="row",
    )
