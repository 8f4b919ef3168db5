"""What the notebook on one agency says of it alone: its reports and its years.

Frames in, Markdown out; wording is in prose.csv.
"""

from difflib import get_close_matches
from typing import Final

import polars as pl

from analysis.figures.captions import p_value
from analysis.observations import Frames
from analysis.panel import panel
from analysis.wording import value_label
from analysis.words.chronicle import span
from analysis.words.markdown import Markdown, table
from analysis.words.prose import (
    FLOW,
    agency,
    code_label,
    joined,
    paragraphs,
    say,
    sentence,
)
from analysis.words.state import short_sources
from toolkit.form import Language

SUGGESTED: Final = 8
PARTICULARS: Final = ("kind", "field", "level", "province", "prefecture", "scope")


def title(name: str, language: Language) -> Markdown:
    """Title of the page: the agency."""
    return Markdown(f"# {say('profile.title', language, agency=agency(name, language))}")


def lead(every: pl.DataFrame, name: str, language: Language) -> Markdown:
    """Say which reports there are of the agency and what is known of it; or whom one may mean.

    Parameters
    ----------
    every
        Reports of the whole source.
    name
        The agency.
    language
        Language of the sentence.
    """
    own = every.filter(agency=name)
    if own.is_empty():
        return _nobody(every, name, language)
    known = (
        say("profile.particular", language, name=say(f"head.{column}", language), value=value)
        for column in PARTICULARS
        if (value := _value(own, column, language))
    )
    years = own["year"].drop_nulls()
    there = sorted(set(years))
    gaps = [y for y in range(there[0], there[-1]) if y not in there] if there else []
    twice = own.filter(pl.col("year").is_duplicated())["year"].unique().sort()
    return sentence(
        language,
        say("profile.lead", language, n=own.height, years=span(years, language)),
        say("profile.known", language, list=joined(known, language)),
        say("profile.gaps", language, years=joined(map(str, gaps), language)) if gaps else "",
        say("profile.twice", language, years=joined(map(str, twice), language))
        if len(twice)
        else "",
    )


def _nobody(every: pl.DataFrame, name: str, language: Language) -> Markdown:
    names = every["agency"].drop_nulls().unique().sort().to_list()
    if not names:
        return say("profile.nothing", language)
    near = get_close_matches(name, names, n=SUGGESTED, cutoff=0.5)
    key = "near" if near else "some"
    cut = ["…"] if len(names) > SUGGESTED else []
    shown = joined(near or [*names[:SUGGESTED], *cut], language)
    return sentence(
        language,
        say("profile.nobody", language, agency=name),
        say(f"profile.{key}", language, list=shown),
    )


def _value(own: pl.DataFrame, column: str, language: Language) -> str:
    """What all of an agency's reports have in a column; empty if they differ or lack it."""
    values = own[column].unique()
    return value_label(column, values[0], language) if len(values) == 1 and values[0] else ""


def reports(own: pl.DataFrame, checks: pl.DataFrame, language: Language) -> Markdown:
    """Table of the agency's reports: edition, cells without a number, checks that fail."""
    if own.is_empty():
        return Markdown()
    fails = checks.filter(verdict="fails").group_by("report_id").len("fails")
    without = pl.sum_horizontal("n_blank", "n_not_applicable", "n_unreadable", "n_absent")
    shown = (
        own.with_columns(*short_sources(own["source"]))
        .join(fails, on="report_id", how="left", maintain_order="left")
        .sort("year", "source", nulls_last=True)
        .select(
            pl.col("year").cast(pl.String),
            "edition",
            pl.col("n_reported").alias("reported"),
            without.alias("without"),
            pl.col("fails").fill_null(0),
            "source",
        )
    )
    return table(shown, {name: say(f"head.{name}", language) for name in shown.columns})


def flow(own: Frames, language: Language, *, strict: bool) -> Markdown:
    """Table of what the agency received, resolved and carried over, year by year."""
    years: pl.DataFrame | None = None
    for item in FLOW:
        rows = panel(own, of=f"applications.{item}.total", strict=strict).drop_nulls("year")
        one = rows.select("year", pl.col("count").alias(item))
        years = one if years is None else years.join(one, on="year", maintain_order="left")
    if years is None or years.is_empty():
        return Markdown()
    heads: dict[str, str] = {"year": say("head.year", language)}
    heads |= {item: code_label(item, language) for item in FLOW}
    gaps = any(years[item].null_count() for item in FLOW)
    return paragraphs(
        table(years.with_columns(pl.col("year").cast(pl.String)), heads),
        say("profile.dash", language) if gaps else "",
    )


def history(rows: pl.DataFrame, language: Language) -> Markdown:
    """Say which of the agency's years are beyond the limits that its other years set."""
    if rows.is_empty():
        return say("history.nothing", language)
    odd = rows.filter(pl.col("position") != "inside").to_dicts()
    said = (
        say(
            f"history.{row['position']}",
            language,
            year=str(row["year"]),
            count=row["count"],
            expected=Markdown(f"{row['expected']:.1f}"),
            p=p_value(row["p_bh"]),
        )
        for row in odd
    )
    found = sentence(language, *said) if odd else say("history.inside", language, n=rows.height)
    return paragraphs(found, say("outliers.caution", language) if odd else "")


__all__ = ["flow", "history", "lead", "reports", "title"]
