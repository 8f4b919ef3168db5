"""What was not read: each row of the form, or cell of it, with what is printed there."""

import polars as pl

from toolkit.schema import CELL, UNREAD, Frame


def unread(cells: Frame, reports: Frame) -> pl.DataFrame:
    """What is not known of each report, row by row; a frame of :data:`toolkit.schema.UNREAD`.

    A cell whose number a correction gives is known.
    """
    of_row = ("report_id", *CELL[:2], "state", "raw", "locator")
    names = reports.lazy().select("report_id", "source", "agency", "year").collect()
    lost = (
        cells.lazy()
        .filter(pl.col("value").is_null(), pl.col("state").is_in(["unreadable", "absent"]))
        .group_by(of_row, maintain_order=True)
        .agg(columns=pl.col("column"))
        .collect()
    )
    return (
        names.join(lost, on="report_id", maintain_order="left_right")
        .select(UNREAD.names())
        .cast(UNREAD)
    )
