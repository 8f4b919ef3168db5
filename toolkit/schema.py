"""The frames: names, dtypes and keys, declared once and never inferred.

The empty corpus has the same columns as the full one. ``null`` always means "not known",
never zero.
"""

from typing import Final

import polars as pl

STATES: Final = ("reported", "blank", "not_applicable", "unreadable", "absent")
VERDICTS: Final = ("holds", "fails", "unknown")
STANDINGS: Final = ("counts", "repeated", "contested")

STATE: Final = pl.Enum(STATES)
VERDICT: Final = pl.Enum(VERDICTS)
STANDING: Final = pl.Enum(STANDINGS)

CELL: Final = ("table", "item", "column")
"""What names a cell of a report."""
CHECK: Final = ("report_id", "identity", "subject")
"""What names a check."""

Frame = pl.DataFrame | pl.LazyFrame
"""A frame in memory, of a :class:`toolkit.Corpus`, or on disk, of a :class:`toolkit.Store`."""


def text_columns(*names: str) -> dict[str, pl.DataType]:
    """Columns of text, by these names."""
    return dict.fromkeys(names, pl.String())


REPORTS: Final = pl.Schema(
    {
        **text_columns("report_id", "source", "sha256", "agency", "agency_id", "agency_from"),
        "year": pl.Int32(),
        **text_columns("year_from", "edition", "edition_proactive", "edition_applications"),
        **text_columns("kind", "field", "level", "province", "prefecture", "county", "adcode"),
        **text_columns("scope", "format", "layout"),
        **dict.fromkeys((f"n_{state}" for state in STATES), pl.Int32()),
        "notes": pl.List(pl.String()),
        "published": pl.Date(),
        "standing": STANDING,
    }
)
"""One row per report; key ``report_id``.

``standing`` says whether statistics use the report. A page and its PDF, or a report and its
correction, are two documents of one agency, year and scope: one ``counts``, and the others are
``repeated``; all are ``contested`` if their figures differ and no date says which is the last.

``published`` is the date that stands in front of part one, null if there is none or several.

``agency_from`` and ``year_from`` say where the two were found (``title``, ``text`` or
``file name``); ``notes`` holds what a careful reader should know: rows the agency added,
columns read in the form's order because the head was lost, and the like.
"""

CELLS: Final = pl.Schema(
    {
        **text_columns("report_id", *CELL),
        "value": pl.Int64(),
        "state": STATE,
        **text_columns("raw", "locator"),
        "corrected": pl.Boolean(),
        "printed": pl.Int64(),
    }
)
"""One row per (report_id, table, item, column); ``value`` in the codebook's unit.

``value`` is null unless ``state`` is ``reported``; ``raw`` is the text as printed, null
where none was found; ``locator`` is its place, or its row's label's. Where ``corrected``,
``value`` is the corrections file's, ``printed`` the number that was read, null if none was,
and ``state`` stays what it was.
"""

CHECKS: Final = pl.Schema(
    {
        **text_columns(*CHECK),
        **dict.fromkeys(("lhs", "rhs", "delta"), pl.Int64()),
        "verdict": VERDICT,
    }
)
"""One row per identity instance; ``lhs``, ``rhs`` and ``delta`` are null if a term is."""

SUGGESTIONS: Final = pl.Schema(
    {
        **text_columns(*CHECK),
        "rank": pl.Int64(),
        **text_columns("cell_report_id", *CELL),
        **dict.fromkeys(("value", "suggested", "mends", "breaks"), pl.Int64()),
        "doubtful": pl.Boolean(),
        **text_columns("raw", "locator"),
    }
)
"""One row per failing check (the first three columns) and single cell that would mend it.

If the cell read ``suggested`` instead of ``value``, it and every other failing check of the
form that the cell enters would hold; ``mends`` counts the failing checks, the prose's too, and
``breaks`` those that hold now and would not. ``cell_report_id`` differs from ``report_id``
where the cell is in last year's report. ``doubtful``: it was not printed as a plain number,
or was read from a picture, so that the reading may be wrong; else the source probably is.
"""

UNREAD: Final = pl.Schema(
    {
        **text_columns("report_id", "source", "agency"),
        "year": pl.Int32(),
        **text_columns("table", "item"),
        "columns": pl.List(pl.String()),
        "state": STATE,
        **text_columns("raw", "locator"),
    }
)
"""One row per report and row of the form, or cell of it, that is ``unreadable`` or ``absent``.

``columns`` are its cells. Where it is not certain which value is whose, a row's cells are
together, and ``raw`` has all that is printed in it, null if nothing was found; ``locator`` is its
place, or its label's, and null if the document does not name the row.
"""

CLAIMS: Final = pl.Schema(
    {
        **text_columns("report_id", "part", "claim"),
        "value": pl.Int64(),
        "approximate": pl.Boolean(),
        **text_columns("quote", "locator"),
    }
)
"""One row per figure stated in prose."""

TEXTS: Final = pl.Schema(text_columns("report_id", "part", "text"))
"""One row per report and part that has prose; ``preface`` is what stands before part one."""

FAILURES: Final = pl.Schema(text_columns("source", "sha256", "stage", "error", "message"))
"""One row per document that gave no report; ``sha256`` is null if it could not be opened."""

DUPLICATES: Final = pl.Schema(text_columns("source", "sha256", "report_id", "same_as"))
"""One row per document whose bytes were already read; ``same_as`` is the source kept."""
