"""What notebooks say of comparisons: of groups, of requesters, of requesters within agencies.

The other half of :mod:`analysis.words.stories`.
"""

from typing import Final

import polars as pl

from analysis.figures.captions import group_columns, row_name
from analysis.wording import label
from analysis.words.markdown import Markdown, Row
from analysis.words.prose import (
    bullets,
    category,
    joined,
    mention,
    nothing,
    paragraphs,
    say,
    sentence,
    share,
)
from analysis.words.stories import MOST
from toolkit.form import Language

PAIRS: Final = 12
"""Groups up to which all their pairs are compared."""

EXPECTED: Final = 5
APART: Final = 2.0
"""Cases expected, and residual, from which a cell is said to stand apart."""

BY_CHANCE: Final = 0.0455
"""Part of the cells whose residual is so far by chance (normal distribution)."""


def tested(tests: pl.DataFrame, language: Language) -> Markdown:
    """Whether the groups of :func:`analysis.homogeneity` share one composition, and how nearly."""
    row = tests.row(0, named=True)
    if row["p"] is None:
        return say("test.nothing", language)
    key = "test.differ" if row["p"] < 1 - row["confidence"] else "test.alike"
    return sentence(
        language,
        say(key, language, **row),
        say("test.drawn", language) if row["method"] == "monte_carlo" else "",
        say("test.v", language, **row) if row["v"] is not None else "",
        say("test.caution", language),
    )


def standing_apart(cells: pl.DataFrame, language: Language) -> Markdown:
    """Cells of :func:`analysis.residuals` that are furthest from all groups; empty if none."""
    by, size = group_columns(cells), pl.col("residual").abs()
    count, code, rest = pl.col("count"), category(cells), pl.col("count").sum() - pl.col("n")
    told = cells.with_columns(
        others=(count.sum().over(code) - count) / rest,
        small=pl.col("small") | (rest < pl.col("min_n")),
    ).filter(pl.col("expected") >= EXPECTED)
    far = told.filter(size >= APART)
    top = far.sort(size, descending=True, maintain_order=True).head(MOST // 2)
    each = [
        say(
            "furthest.few" if row["small"] else "furthest.one",
            language,
            **row,
            group=row_name(row, by, language),
            name=label(row[code], language),
        )
        for row in top.iter_rows(named=True)
    ]
    numbers = {"n": told.height, "odd": far.height, "chance": BY_CHANCE * told.height}
    return mention("furthest", language, **numbers, list=joined(each, language))


def paired(pairs: pl.DataFrame | None, groups: int, language: Language) -> Markdown:
    """How many ``pairs`` of :func:`analysis.homogeneity` differ, and which most.

    They are None where there are too many ``groups``.
    """
    if pairs is None:
        return say("pairs.many", language, n=groups)
    tests = pairs.drop_nulls(("p", "v"))
    if tests.is_empty():
        return say("pairs.none", language)
    differ = tests.filter(pl.col("p_holm") < 1 - pl.col("confidence"))
    said = say("pairs", language, n=tests.height, differ=differ.height)
    if differ.is_empty():
        return said
    most = differ.sort("v", descending=True, maintain_order=True).row(0, named=True)
    by = group_columns(pairs)
    first, second = by[: len(by) // 2], by[len(by) // 2 :]
    other = {name: most[f"{name}_2"] for name in first}
    values = most | {
        "first": row_name(most, first, language),
        "second": row_name(other, first, language) if second else "",
    }
    return sentence(language, said, say("pairs.most", language, **values))


def shrunken(shares: pl.DataFrame, language: Language) -> Markdown:
    """What the shrunken shares of one category show."""
    known = shares.filter(pl.col("n") > 0)
    if known.height < 2:  # noqa: PLR2004
        return say("shrunken.none", language)
    row = known.row(0, named=True)
    return say("shrunken", language, **row, name=label(row["category"], language))


def rates(frame: pl.DataFrame, language: Language) -> Markdown:
    """How often each kind of requester is granted, and how far that is from the reference."""
    rows = {row["requester"]: row for row in frame.to_dicts()}
    reference = rows.pop(frame["reference"][0])
    if reference["n"] is None:
        return nothing(reference, language)
    texts = [say("rates.reference", language, **_rate(reference, language))]
    for row in rows.values():
        if row["n"]:
            compared = not (row["small"] or reference["small"])
            key = _direction(row) if compared else "few"
            texts.append(say(f"rates.{key}", language, **_rate(row, language)))
    none = joined((label(n, language) for n, row in rows.items() if not row["n"]), language)
    unit = say(f"unit.{reference['denominator']}", language)
    return paragraphs(bullets(texts), mention("rates.none", language, unit=unit, list=none))


def odds(frame: pl.DataFrame, language: Language) -> Markdown:
    """Whether the difference between requesters is the same within agencies as over all."""
    known = frame.drop_nulls(("odds_ratio", "mh_odds_ratio"))
    if known.is_empty():
        return say("odds.none", language)
    texts = []
    for row in known.filter(~pl.col("small")).to_dicts():
        unequal = row["p_equal_odds"] is not None and row["p_equal_odds"] < 1 - row["confidence"]
        name = label(row["requester"], language)
        texts.append(
            sentence(
                language,
                say(f"odds.{_turn(row)}", language, **row, name=name),
                say("odds.unequal", language, **row) if unequal else "",
            )
        )
    few = joined((label(n, language) for n in known.filter("small")["requester"]), language)
    return paragraphs(bullets(texts), mention("odds.few", language, list=few))


def _rate(row: Row, language: Language) -> Row:
    """Values of a sentence on a rate and its difference to the reference."""
    points = None if row["difference"] is None else abs(100 * row["difference"])
    told = {"name": label(row["requester"], language), "share": share(row, language)}
    return row | told | {"points": points}


def _direction(row: Row) -> str:
    if row["difference_low"] > 0:
        return "higher"
    return "lower" if row["difference_high"] < 0 else "alike"


def _turn(row: Row) -> str:
    """Whether the ratio within agencies points the way the crude one does."""
    if row["mh_low"] <= 1 <= row["mh_high"]:
        return "open"
    return "alike" if (row["odds_ratio"] > 1) == (row["mh_odds_ratio"] > 1) else "reversed"
