"""What the notebooks on reasons, requesters and enforcement say, written from frames by template.

Every function takes frames and a language and returns :class:`analysis.words.markdown.Markdown`; it
has words for few cases, which are told as counts, for none, and for numbers that no report has.
Wording is in stories.csv.
"""

import csv
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

import polars as pl

from analysis.figures.captions import group_columns, row_name, split
from analysis.observations import REASONS
from analysis.wording import label
from analysis.wording import say as say_on_figures
from analysis.words.markdown import Markdown, fill, safe
from analysis.words.prose import joined, level, paragraphs, ratio, sentence
from toolkit.form import LANGUAGES, Language

MOST: Final = 8
"""Rows that a text goes through; more are for the table."""

FIRST: Final = 3
"""Categories of a composition that are told with their shares."""

Row = dict[str, Any]


@cache
def sentences() -> dict[str, dict[Language, str]]:
    """Every sentence by key, in both languages."""
    file = resources.files("analysis.words") / "stories.csv"
    with file.open(encoding="utf-8") as text:
        return {row["key"]: {lang: row[lang] for lang in LANGUAGES} for row in csv.DictReader(text)}


def say(key: str, language: Language, **values: object) -> Markdown:
    """Sentence in a language; numbers get separators, text that is not ours is escaped."""
    return fill(sentences()[key][language], values)


def title(story: str, corpus_reports: pl.DataFrame | pl.LazyFrame, language: Language) -> Markdown:
    """Title of a notebook, and that there is no report if there is none."""
    none = corpus_reports.lazy().select(pl.len()).collect().item() == 0
    text = say("nothing", language) if none else ""
    return paragraphs(f"# {say(f'{story}.title', language)}", text)


def heading(section: str, language: Language) -> Markdown:
    """Heading of a section."""
    return Markdown(f"## {say(f'heading.{section}', language)}")


def about(story: str, language: Language) -> Markdown:
    """What a notebook counts, what that can say and what it cannot."""
    texts = (say(f"{story}.{part}", language) for part in ("what", "can", "cannot"))
    return paragraphs(heading("what", language), *texts)


def advice(story: str, language: Language) -> Markdown:
    """What to change next."""
    return paragraphs(heading("next", language), say(f"{story}.next", language))


def ranking(shares: pl.DataFrame, language: Language) -> Markdown:
    """Categories of a composition of one group, the most frequent first."""
    top = shares.row(0, named=True)
    unit = say_on_figures(f"unit.{top['denominator']}", language)
    if not top["n"]:
        return nothing(top, unit, language)
    given = shares.filter(pl.col("count") > 0).sort("count", descending=True, maintain_order=True)
    rows = given.to_dicts()
    never = shares.filter(count=0)[category(shares)].to_list()
    zero = say("ranking.never", language, list=labels(never, language)) if never else ""
    key = "ranking.few" if top["small"] else "ranking" if len(rows) > 1 else "ranking.single"
    said = [_share(row, language) for row in rows]
    counted = [_counted(row, language) for row in rows]
    values = {"n": top["n"], "unit": unit, "min_n": top["min_n"], "first": said[0]}
    lists = {"others": joined(said[1:FIRST], language), "list": joined(counted, language)}
    return sentence(language, say(key, language, **values, **lists), zero)


def ratios(frame: pl.DataFrame, language: Language) -> Markdown:
    """Penalties and compulsory measures per licensing decision, the largest groups first."""
    by = group_columns(frame)
    size = {"descending": True, "nulls_last": True, "maintain_order": True}
    groups = split(frame.sort("n", **size)) if frame.height else []
    texts, without = [], {"no_licensing": list[str](), "not_reported": list[str]()}
    for group in groups:
        rows = {row["measure"]: row for row in group.to_dicts()}
        first = rows["penalties"]
        name = row_name(first, by, language)
        if first["reason"]:
            without[first["reason"]].append(name)
            continue
        a, b = rows["penalties"], rows["compulsory_measures"]
        values = {
            "name": name,
            "n": a["n"],
            "level": level(a["confidence"]),
            "penalties": a["count"],
        }
        values |= {"measures": b["count"], "a": ratio(a["ratio"]), "b": ratio(b["ratio"])}
        values |= {f"a_{end}": ratio(a[end]) for end in ("low", "high")}
        values |= {f"b_{end}": ratio(b[end]) for end in ("low", "high")}
        few = say("ratio.few", language, min_n=a["min_n"]) if a["small"] else ""
        texts.append(sentence(language, say("ratio", language, **values), few))
    rest = len(texts) - MOST
    return paragraphs(
        Markdown("\n".join(f"- {text}" for text in texts[:MOST])),
        say("ratio.more", language, n=rest) if rest > 0 else "",
        "" if texts else say("ratio.none", language),
        *(
            say(f"ratio.{reason}", language, list=_cut(names, language))
            for reason, names in without.items()
            if names
        ),
    )


def moved(parts: pl.DataFrame, language: Language) -> Markdown:
    """What makes up each pooled ratio of :func:`analysis.contributions`, kept apart by scope."""
    known = parts.drop_nulls("excess")
    if known.is_empty():
        return say("moved.none", language)
    texts = []
    by = [name for name in group_columns(parts) if name != "scope"]
    for part in known.partition_by("scope", maintain_order=True):
        size = pl.col("excess").abs()
        top = part.sort(size, descending=True, maintain_order=True).row(0, named=True)
        values = {
            "scope": row_name(top, ["scope"], language),
            "agencies": part.height,
            "count": int(part["count"].sum()),
            "n": int(part["n"].sum()),
            "pooled": ratio(top["pooled"]),
        }
        text = say("moved", language, **values)
        if top["excess"] and top["pooled_without"] is not None:
            one = {
                "name": row_name(top, by, language),
                "weight": Markdown(f"{top['weight']:.0%}"),
                "part": Markdown(f"{top['contribution'] / top['pooled']:.0%}"),
                "without": ratio(top["pooled_without"]),
            }
            text = sentence(language, text, say("moved.one", language, **one))
        texts.append(f"- {text}")
    return Markdown("\n".join(texts))


def rests(by_report: pl.DataFrame, language: Language, *, strict: bool = False) -> Markdown:
    """On which reports a statistic rests, and which were left out and why.

    Parameters
    ----------
    by_report
        The statistic by ``agency`` and ``year``.
    language
        Language of the text.
    strict
        Whether it used only reports whose identities hold.
    """
    own = by_report.unique(("agency", "year"), keep="first", maintain_order=True)
    used, out = own.filter(pl.col("n_reports") > 0), own.filter(pl.col("n_left_out") > 0)
    n, lost = int(own["n_reports"].sum()), int(own["n_left_out"].sum())
    years = sorted({*used["first_year"].drop_nulls(), *used["last_year"].drop_nulls()})
    said = "–".join(dict.fromkeys(f"{year}" for year in (*years[:1], *years[-1:])))
    named = [
        say(
            "rests.out.one",
            language,
            agency=safe(row["agency"]) or say("agency.unknown", language),
            year=str(row["year"] or say("year.unknown", language)),
            reasons=_reasons(row, language),
        )
        for row in out.head(MOST).to_dicts()
    ]
    more = [say("rests.more", language)] if out.height > MOST else []
    several = used.drop_nulls("agency")["agency"].is_duplicated().any()
    return sentence(
        language,
        say("rests.used", language, n=n, years=said or say("year.unknown", language))
        if n
        else say("rests.none", language),
        say("rests.years", language) if several else "",
        say("rests.strict", language) if strict else "",
        say("rests.out", language, n=lost, list=joined([*named, *more], language))
        if lost
        else say("rests.all", language)
        if n
        else "",
    )


def nothing(row: Row, unit: str, language: Language) -> Markdown:
    """Why there are no shares: nothing happened, or it is not known what did."""
    if row["n"] == 0:
        return say("zero", language, unit=unit)
    left = _reasons(row, language) or say("left_out.none", language)
    return say("unknown", language, left_out=left)


def _reasons(row: Row, language: Language) -> Markdown:
    each = (
        say_on_figures(f"reason.{reason}", language, n=row[f"left_out_{reason}"])
        for reason in REASONS.categories
        if row[f"left_out_{reason}"]
    )
    return joined(each, language)


def category(frame: pl.DataFrame) -> str:
    return next(name for name in ("ground", "requester", "outcome") if name in frame.columns)


def _share(row: Row, language: Language) -> Markdown:
    """Name of a category with its share and interval."""
    code = next(row[name] for name in ("ground", "requester", "outcome") if name in row)
    values = {name: Markdown(f"{row[name]:.1%}") for name in ("share", "low", "high")}
    counts = {"count": row["count"], "n": row["n"], "level": level(row["confidence"])}
    return say("share", language, name=label(code, language), **values, **counts)


def _counted(row: Row, language: Language) -> Markdown:
    code = next(row[name] for name in ("ground", "requester", "outcome") if name in row)
    return say("count", language, name=label(code, language), count=row["count"])


def labels(codes: Iterable[str], language: Language) -> Markdown:
    return joined((label(code, language) for code in codes), language)


def _cut(names: Sequence[str], language: Language) -> Markdown:
    more = [say("rests.more", language)] if len(names) > MOST else []
    return joined([*names[:MOST], *more], language)


__all__ = ["about", "advice", "heading", "moved", "ranking", "ratios", "rests", "title"]
