"""What the notebooks on reasons, requesters and enforcement say, written from frames by template.

Every function takes frames and a language and returns :class:`analysis.words.markdown.Markdown`; it
has words for few cases, which are told as counts, for none, and for numbers that no report has.
"""

from typing import Final

import polars as pl

from analysis.figures.captions import each_group, group_columns, row_name
from analysis.wording import label
from analysis.words.answers import without_ratio
from analysis.words.markdown import Markdown
from analysis.words.page import heading
from analysis.words.prose import (
    agency,
    bullets,
    by_size,
    category,
    joined,
    mention,
    nothing,
    paragraphs,
    reasons_left_out,
    say,
    sentence,
    some,
    span,
)
from toolkit.form import Language

MOST: Final = 8
"""Rows that a text goes through; more are for the table."""

FIRST: Final = 3
"""Categories of a composition that are told with their shares."""


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
    of, top = category(shares), shares.row(0, named=True)
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
        sums = {name: int(part[name].sum()) for name in ("count", "n")}
        one = {
            "scope": row_name(top, ["scope"], language),
            "name": row_name(top, by, language),
            "agencies": part.height,
        }
        values = top | sums | one
        said = [say("moved", language, **values)]
        if top["excess"] and top["pooled_without"] is not None:
            share = top["contribution"] / top["pooled"]
            said.append(say("moved.one", language, **values, part=share))
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
    key = "used" if n else "none"
    left_out = "rests.out" if lost else "rests.all" if n else ""
    return sentence(
        language,
        say(f"rests.{key}", language, n=n, years=years),
        say("rests.years", language) if several else "",
        say("rests.strict", language) if strict else "",
        say(left_out, language, n=lost, list=some(named, language, MOST)) if left_out else "",
    )
