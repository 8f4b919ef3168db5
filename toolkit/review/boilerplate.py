"""How alike reports are in what they should say in their own words: parts five and six.

White space and figures are left out of the comparison, so that a text carried over with
another year's numbers is the same text. Every pair of years of one agency is compared. Pairs
of agencies are too many: those are compared whose sketches (the least hashes of their
five-character sequences; Broder 1997) have something in common.
"""

from heapq import nsmallest
from typing import Final
from zlib import crc32

import polars as pl
from rapidfuzz.distance import Indel

from toolkit.schema import Frame, text_columns
from toolkit.standing import join_agencies

PARTS: Final = ("problems", "other")
LIKENESS: Final = pl.Schema(
    {
        "part": pl.String(),
        "between": pl.Enum(("years", "agencies")),
        **text_columns("report_id", "other_id", "agency", "other_agency"),
        **dict.fromkeys(("year", "other_year"), pl.Int32()),
        "length": pl.Int64(),
        "score": pl.Float64(),
    }
)
"""One row per part and pair of reports, the earlier first; ``length`` is the shorter text's.

``score`` is the share of the two texts' characters that they have in common in their order, 1
where they are the same but for figures and white space.
"""

_LEFT_OUT: Final = r"[\s\d]+"
_SEQUENCE: Final = 5
_SKETCH: Final = 32
_COMMON: Final = 4


def boilerplate(
    texts: Frame, reports: Frame, *, least: float = 0.7, shortest: int = 60
) -> pl.DataFrame:
    """Likeness of parts five and six between years of one agency and between agencies.

    Parameters
    ----------
    texts
        Frame of :data:`toolkit.schema.TEXTS`.
    reports
        Frame of :data:`toolkit.schema.REPORTS`.
    least
        Pairs of agencies that score less are left out; years of one agency never are.
    shortest
        Characters that a text must have, figures and white space not counted: "none" is no
        boilerplate.

    Returns
    -------
    polars.DataFrame
        Frame of :data:`LIKENESS`, the most alike first.
    """
    dated = reports.lazy().select("report_id", "year")
    who = join_agencies(reports).lazy().join(dated, on="report_id")
    known = (
        texts.lazy()
        .filter(pl.col("part").is_in(PARTS))
        .select("report_id", "part", pl.col("text").str.replace_all(_LEFT_OUT, ""))
        .filter(pl.col("text").str.len_chars() >= shortest)
        .join(who.select("report_id", "agency", "agency_id", "year"), on="report_id")
        .sort("year", "report_id", "part", nulls_last=True)
        .with_row_index("row")
        .collect()
    )
    if known.is_empty():
        return LIKENESS.to_frame()
    same = known.join(known, on=("part", "agency_id"), suffix="_2").filter(
        pl.col("year") < pl.col("year_2")
    )
    years, agencies = (pl.lit(name).alias("between") for name in ("years", "agencies"))
    pairs = pl.concat([same.select("row", "row_2", years), _across(known).with_columns(agencies)])
    words = known["text"]
    scores = [
        Indel.normalized_similarity(words[one], words[other]) for one, other, _ in pairs.iter_rows()
    ]
    keep = (pl.col("between") == "years") | (pl.col("score") >= least)
    length = pl.min_horizontal(pl.col("text", "text_2").str.len_chars()).cast(pl.Int64)
    return (
        pairs.with_columns(score=pl.Series(scores, dtype=pl.Float64))
        .filter(keep)
        .join(known, on="row")
        .join(known, left_on="row_2", right_on="row", suffix="_2")
        .sort("score", "row", "row_2", descending=(True, False, False))
        .with_columns(length=length)
        .rename({"report_id_2": "other_id", "agency_2": "other_agency", "year_2": "other_year"})
        .select(LIKENESS.names())
        .cast(LIKENESS)
    )


def _across(known: pl.DataFrame) -> pl.DataFrame:
    """Pairs of rows of different agencies whose sketches have something in common."""
    sketches = known.select(
        "row",
        "part",
        "agency_id",
        pl.Series("hash", [_sketch(text) for text in known["text"]], dtype=pl.List(pl.UInt32)),
    ).explode("hash")
    return (
        sketches.join(sketches, on=("part", "hash"), suffix="_2")
        .filter(pl.col("row") < pl.col("row_2"), pl.col("agency_id") != pl.col("agency_id_2"))
        .group_by("row", "row_2")
        .len()
        .filter(pl.col("len") >= _COMMON)
        .select("row", "row_2")
    )


def _sketch(text: str) -> list[int]:
    """Return the least hashes of a text's sequences: a sample that alike texts share."""
    sequences = {text[n : n + _SEQUENCE] for n in range(len(text) - _SEQUENCE + 1)}
    return nsmallest(_SKETCH, {crc32(sequence.encode()) for sequence in sequences})
