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
from analysis.words.prose import Words, bullets, by_size, paragraphs, side
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

EQUAL: Final = 1e-9
"""Part of a number by which rounding may part two that are equal."""

BY_CHANCE: Final = 0.0455
"""Part of the cells whose residual is so far by chance (normal distribution)."""


def title(story: str, corpus_reports: pl.DataFrame | pl.LazyFrame, language: Language) -> Markdown:
    """Title of a notebook, and that there is no report if there is none."""
    words = Words(language)
    none = corpus_reports.lazy().select(pl.len()).collect().item() == 0
    text = words.say("none.reports") if none else ""
    return paragraphs(f"# {words.say(f'{story}.title')}", text)


def about(story: str, language: Language) -> Markdown:
    """What a notebook counts, what that can say and what it cannot."""
    words = Words(language)
    return paragraphs(
        heading("what", language),
        words.say(f"{story}.what"),
        words.say(f"{story}.can"),
        words.say(f"{story}.cannot"),
    )


def advice(story: str, language: Language) -> Markdown:
    """What to change next."""
    return paragraphs(heading("next", language), Words(language).say(f"{story}.next"))


def ranking(shares: pl.DataFrame, language: Language) -> Markdown:
    """Categories of a composition of one group, the most frequent first."""
    words = Words(language)
    of, top = category_of(shares), shares.row(0, named=True)
    if not top["n"]:
        return words.nothing(top)
    rows = [{**row, "name": label(row[of], language)} for row in shares.iter_rows(named=True)]
    given = by_size(rows)
    never = words.joined(row["name"] for row in rows if row["count"] == 0)
    most = sum(row["count"] == given[0]["count"] for row in given)
    told = [words.say("ranking.share", **row) for row in given[: max(FIRST, most + 1)]]
    first, others = words.joined(told[:most]), words.joined(told[most:])
    key = "ranking" if others else "ranking.alike" if most > 1 else "ranking.single"
    counted = words.joined(words.say("label.ground", **row) for row in given)
    unit = words.say(f"unit.{top['denominator']}")
    values = top | {"unit": unit, "first": first, "others": others, "list": counted}
    return words.sentence(
        words.say("ranking.few" if top["small"] else key, **values),
        words.mention("ranking.never", list=never),
    )


def tested(tests: pl.DataFrame, language: Language) -> Markdown:
    """Whether the groups of :func:`analysis.homogeneity` share one composition, and how nearly."""
    words = Words(language)
    row = tests.row(0, named=True)
    if row["p"] is None:
        return words.say("test.nothing")
    key = "test.differ" if row["p"] < 1 - row["confidence"] else "test.alike"
    return words.sentence(
        words.say(key, **row),
        words.say("test.drawn") if row["method"] == "monte_carlo" else "",
        words.say("test.v", **row) if row["v"] is not None else "",
        words.say("test.caution"),
    )


def standing_apart(cells: pl.DataFrame, language: Language) -> Markdown:
    """Cells of :func:`analysis.residuals` that are furthest from all groups; empty if none."""
    words = Words(language)
    by, size = group_columns(cells), pl.col("residual").abs()
    count, code, rest = pl.col("count"), category_of(cells), pl.col("count").sum() - pl.col("n")
    told = cells.with_columns(
        others=(count.sum().over(code) - count) / rest,
        small=pl.col("small") | (rest < pl.col("min_n")),
    ).filter(pl.col("expected") >= EXPECTED)
    far = told.filter(size >= APART)
    top = far.sort(size, descending=True, maintain_order=True).head(MOST // 2)
    each = [
        words.say(
            "furthest.few" if row["small"] else "furthest.one",
            **row,
            group=row_name(row, by, language),
            name=label(row[code], language),
        )
        for row in top.iter_rows(named=True)
    ]
    numbers = {"n": told.height, "odd": far.height, "chance": BY_CHANCE * told.height}
    return words.mention("furthest", **numbers, list=words.joined(each))


def paired(pairs: pl.DataFrame | None, groups: int, language: Language) -> Markdown:
    """How many ``pairs`` of :func:`analysis.homogeneity` differ, and which most.

    They are None where there are too many ``groups``.
    """
    words = Words(language)
    if pairs is None:
        return words.say("pairs.many", n=groups)
    tests = pairs.drop_nulls(("p", "v"))
    if tests.is_empty():
        return words.say("pairs.none")
    differ = tests.filter(pl.col("p_holm") < 1 - pl.col("confidence"))
    said = words.say("pairs", n=tests.height, differ=differ.height)
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
    return words.sentence(said, words.say("pairs.most", **values))


def shrunken(shares: pl.DataFrame, language: Language) -> Markdown:
    """What the shrunken shares of one category show."""
    words = Words(language)
    known = shares.filter(pl.col("n") > 0)
    if known.height < 2:  # noqa: PLR2004
        return words.say("shrunken.none")
    row = known.row(0, named=True)
    return words.say("shrunken", **row, name=label(row["category"], language))


def rates(frame: pl.DataFrame, language: Language) -> Markdown:
    """How often each kind of requester is granted, and how far that is from the reference."""
    words = Words(language)
    rows = {row["requester"]: row for row in frame.to_dicts()}
    reference = rows.pop(frame["reference"][0])
    if reference["n"] is None:
        return words.nothing(reference)
    texts, rounding = [words.say("rates.reference", **_rate(reference, words))], ""
    for row in rows.values():
        if row["n"]:
            compared = not (row["small"] or reference["small"])
            key = side(row["difference_low"], row["difference_high"], 0) if compared else "few"
            rounding = words.say("difference.rounding") if compared else rounding
            texts.append(words.say(f"rates.{key}", **_rate(row, words)))
    none = words.joined((label(n, language) for n, row in rows.items() if not row["n"]))
    unit = words.say(f"unit.{reference['denominator']}")
    none = words.mention("rates.none", unit=unit, list=none)
    return paragraphs(bullets(texts), words.sentence(rounding, none))


def odds(frame: pl.DataFrame, language: Language) -> Markdown:
    """Whether the difference between requesters is the same within agencies as over all."""
    words = Words(language)
    few = (
        pl.col("small") | pl.col("small").filter(pl.col("requester") == pl.col("reference")).first()
    )
    known = frame.with_columns(small=few).drop_nulls(("odds_ratio", "mh_odds_ratio"))
    if known.is_empty():
        return words.say("odds.none")
    texts = []
    for row in known.filter(~pl.col("small")).to_dicts():
        unequal = row["p_equal_odds"] is not None and row["p_equal_odds"] < 1 - row["confidence"]
        name = label(row["requester"], language)
        texts.append(
            words.sentence(
                words.say(f"odds.{_turn(row)}", **row, name=name),
                words.say("odds.unequal", **row) if unequal else "",
            )
        )
    scarce = words.joined(label(n, language) for n in known.filter("small")["requester"])
    return paragraphs(bullets(texts), words.mention("odds.few", list=scarce))


def ratios(frame: pl.DataFrame, language: Language) -> Markdown:
    """Penalties and compulsory measures per licensing decision, the largest groups first."""
    words = Words(language)
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
        few = words.say("ratio.few", **a) if a["small"] else ""
        texts.append(words.sentence(words.say("ratio", **a, **values), few))
    return paragraphs(
        bullets(texts[:MOST]),
        words.mention("ratio.more", n=len(texts) - MOST),
        "" if texts else words.say("ratio.none"),
        *without_ratio(sized.filter(measure="penalties"), language),
    )


def moved(parts: pl.DataFrame, language: Language) -> Markdown:
    """What makes up each pooled ratio of :func:`analysis.contributions` within ``scope``."""
    words = Words(language)
    known = parts.drop_nulls("excess")
    if known.is_empty():
        return words.say("moved.none")
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
        said = [words.say("moved", **values)]
        alone = part.filter(size > (1 - EQUAL) * abs(top["excess"])).height == 1
        if alone and top["pooled_without"] is not None:
            values["part"] = top["contribution"] / top["pooled"]
            said.append(words.say("moved.one", **values))
        texts.append(words.sentence(*said))
    return bullets(texts)


def rests(by_report: pl.DataFrame, language: Language, *, strict: bool = False) -> Markdown:
    """On which reports a statistic by ``agency`` and ``year`` rests, and why not on others."""
    words = Words(language)
    own = by_report.unique(("agency", "year"), keep="first", maintain_order=True)
    used, out = own.filter(pl.col("n_reports") > 0), own.filter(pl.col("n_left_out") > 0)
    n, lost = int(own["n_reports"].sum()), int(own["n_left_out"].sum())
    years = words.span([*used["first_year"], *used["last_year"]])
    named = [
        words.say(
            "rests.out.one",
            agency=words.agency(row["agency"]),
            year=words.span([row["year"]]),
            reasons=words.reasons_left_out(row),
        )
        for row in out.iter_rows(named=True)
    ]
    by_name = used.drop_nulls("agency").group_by("agency").agg(pl.col("n_reports").sum())
    several = (by_name["n_reports"] > 1).any()
    whole = words.say("rests.all") if n else ""
    return words.sentence(
        words.say("rests.used" if n else "rests.none", n=n, years=years),
        words.say("rests.years") if several else "",
        words.say("rests.strict") if strict else "",
        words.mention("rests.out", n=lost, list=words.some(named, MOST)) or whole,
    )


def _rate(row: Row, words: Words) -> Row:
    """Values of a sentence on a rate and its difference to the reference."""
    points = None if row["difference"] is None else abs(100 * row["difference"])
    told = {"name": label(row["requester"], words.language), "share": words.share(row)}
    return row | told | {"points": points}


def _turn(row: Row) -> str:
    """Whether the ratio within agencies points the way the crude one does."""
    if side(row["mh_low"], row["mh_high"], 1) == "same":
        return "open"
    if row["odds_ratio"] == 1:
        return "hidden"
    return "alike" if (row["odds_ratio"] > 1) == (row["mh_odds_ratio"] > 1) else "reversed"
