"""What the notebooks on reasons, requesters and enforcement say, written from frames by template.

Every function takes frames and a language and returns :class:`analysis.words.markdown.Markdown`; it
has words for few cases, which are told as counts, for none, and for numbers that no report has.
"""

from typing import Final

import polars as pl

from analysis.figures.captions import each_group, group_columns, row_name
from analysis.shares import category_of
from analysis.wording import label
from analysis.words.answers import without_ratio
from analysis.words.markdown import Markdown, Row
from analysis.words.page import heading
from analysis.words.prose import (
    agency,
    bullets,
    by_size,
    joined,
    mention,
    nothing,
    paragraphs,
    reasons_left_out,
    say,
    sentence,
    share,
    side,
    some,
    span,
)
from toolkit.form import Language

MOST: Final = 8
"""Rows that a text goes through; more are for the table."""

FIRST: Final = 3
"""Categories of a composition that are told with their shares."""

PAIRS: Final = 12
"""Groups up to which all their pairs are compared."""

EXPECTED: Final = 5
APART: Final = 2.0
"""Cases expected, and residual, from which a cell is said to stand apart."""

BY_CHANCE: Final = 0.0455
"""Part of the cells whose residual is so far by chance (normal distribution)."""


def title(story: str, corpus_reports: pl.DataFrame | pl.LazyFrame, language: Language) -> Markdown:
    """Title of a notebook, and that there is no report if there is none."""
    none = corpus_reports.lazy().select(pl.len()).collect().item() == 0
    text = say("none.reports", language) if none else ""
    return paragraphs(f"# {say(f'{story}.title', language)}", text)


def about(story: str, language: Language) -> Markdown:
    """What a notebook counts, what that can say and what it cannot."""
    return paragraphs(
        heading("what", language),
        say(f"{story}.what", language),
        say(f"{story}.can", language),
        say(f"{story}.cannot", language),
    )


def advice(story: str, language: Language) -> Markdown:
    """What to change next."""
    return paragraphs(heading("next", language), say(f"{story}.next", language))


def ranking(shares: pl.DataFrame, language: Language) -> Markdown:
    """Categories of a composition of one group, the most frequent first."""
    of, top = category_of(shares), shares.row(0, named=True)
    if not top["n"]:
        return nothing(top, language)
    rows = [{**row, "name": label(row[of], language)} for row in shares.iter_rows(named=True)]
    given = by_size(rows)
    never = joined((row["name"] for row in rows if row["count"] == 0), language)
    key = "ranking.few" if top["small"] else "ranking" if len(given) > 1 else "ranking.single"
    first, *others = (say("ranking.share", language, **row) for row in given[:FIRST])
    counted = joined((say("label.ground", language, **row) for row in given), language)
    unit = say(f"unit.{top['denominator']}", language)
    values = top | {"unit": unit, "first": first, "list": counted}
    return sentence(
        language,
        say(key, language, **values, others=joined(others, language)),
        mention("ranking.never", language, list=never),
    )


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
    count, code, rest = pl.col("count"), category_of(cells), pl.col("count").sum() - pl.col("n")
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
    texts, rounding = [say("rates.reference", language, **_rate(reference, language))], ""
    for row in rows.values():
        if row["n"]:
            compared = not (row["small"] or reference["small"])
            key = side(row["difference_low"], row["difference_high"], 0) if compared else "few"
            rounding = say("difference.rounding", language) if compared else rounding
            texts.append(say(f"rates.{key}", language, **_rate(row, language)))
    none = joined((label(n, language) for n, row in rows.items() if not row["n"]), language)
    unit = say(f"unit.{reference['denominator']}", language)
    none = mention("rates.none", language, unit=unit, list=none)
    return paragraphs(bullets(texts), sentence(language, rounding, none))


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


def ratios(frame: pl.DataFrame, language: Language) -> Markdown:
    """Penalties and compulsory measures per licensing decision, the largest groups first."""
    by = group_columns(frame)
    size = {"descending": True, "nulls_last": True, "maintain_order": True}
    texts = []
    sized = frame.sort("n", **size)
    known = sized.filter(pl.col("reason").is_null())
    for group in each_group(known) if known.height else []:
        rows = {row["measure"]: row for row in group.to_dicts()}
        a, b = rows["penalties"], rows["compulsory_measures"]
        name = row_name(a, by, language)
        values = {"name": name, "penalties": a["count"], "measures": b["count"]}
        for key, row in (("a", a), ("b", b)):
            values |= {key: row["ratio"], f"{key}_low": row["low"], f"{key}_high": row["high"]}
        few = say("ratio.few", language, **a) if a["small"] else ""
        texts.append(sentence(language, say("ratio", language, **a, **values), few))
    return paragraphs(
        bullets(texts[:MOST]),
        mention("ratio.more", language, n=len(texts) - MOST),
        "" if texts else say("ratio.none", language),
        *without_ratio(sized.filter(measure="penalties"), language),
    )


def moved(parts: pl.DataFrame, language: Language) -> Markdown:
    """What makes up each pooled ratio of :func:`analysis.contributions` within ``scope``."""
    known = parts.drop_nulls("excess")
    if known.is_empty():
        return say("moved.none", language)
    texts = []
    by = [name for name in group_columns(parts) if name != "scope"]
    for part in known.partition_by("scope", maintain_order=True):
        size = pl.col("excess").abs()
        top = part.sort(size, descending=True, maintain_order=True).row(0, named=True)
        values = top | {
            "scope": row_name(top, ["scope"], language),
            "name": row_name(top, by, language),
            "agencies": part.height,
            "count": int(part["count"].sum()),
            "n": int(part["n"].sum()),
        }
        said = [say("moved", language, **values)]
        if top["excess"] and top["pooled_without"] is not None:
            values["part"] = top["contribution"] / top["pooled"]
            said.append(say("moved.one", language, **values))
        texts.append(sentence(language, *said))
    return bullets(texts)


def rests(by_report: pl.DataFrame, language: Language, *, strict: bool = False) -> Markdown:
    """On which reports a statistic by ``agency`` and ``year`` rests, and why not on others."""
    own = by_report.unique(("agency", "year"), keep="first", maintain_order=True)
    used, out = own.filter(pl.col("n_reports") > 0), own.filter(pl.col("n_left_out") > 0)
    n, lost = int(own["n_reports"].sum()), int(own["n_left_out"].sum())
    years = span([*used["first_year"], *used["last_year"]], language)
    named = [
        say(
            "rests.out.one",
            language,
            agency=agency(row["agency"], language),
            year=span([row["year"]], language),
            reasons=reasons_left_out(row, language),
        )
        for row in out.iter_rows(named=True)
    ]
    several = used.drop_nulls("agency")["agency"].is_duplicated().any()
    whole = say("rests.all", language) if n else ""
    return sentence(
        language,
        say("rests.used" if n else "rests.none", language, n=n, years=years),
        say("rests.years", language) if several else "",
        say("rests.strict", language) if strict else "",
        mention("rests.out", language, n=lost, list=some(named, language, MOST)) or whole,
    )


def _rate(row: Row, language: Language) -> Row:
    """Values of a sentence on a rate and its difference to the reference."""
    points = None if row["difference"] is None else abs(100 * row["difference"])
    told = {"name": label(row["requester"], language), "share": share(row, language)}
    return row | told | {"points": points}


def _turn(row: Row) -> str:
    """Whether the ratio within agencies points the way the crude one does."""
    if side(row["mh_low"], row["mh_high"], 1) == "same":
        return "open"
    return "alike" if (row["odds_ratio"] > 1) == (row["mh_odds_ratio"] > 1) else "reversed"
