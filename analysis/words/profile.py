"""What the notebook on one agency says of it alone: its reports and its years.

Frames in, Markdown out.
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

import polars as pl

from analysis.observations import NO_NUMBER, Frames
from analysis.panel import panel
from analysis.wording import value_label
from analysis.words.evidence import FLOW
from analysis.words.markdown import Markdown
from analysis.words.prose import (
    agency,
    code_label,
    joined,
    listing,
    other_scopes,
    paragraphs,
    say,
    sentence,
    span,
)
from analysis.words.state import short_sources
from toolkit.form import Language

SUGGESTED: Final = 8
PARTICULARS: Final = ("kind", "field", "level", "province", "prefecture", "scope")


def title(name: str, language: Language) -> Markdown:
    """Title of the page: the agency."""
    return Markdown(f"# {agency(name, language)}")


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
    years = own["year"].drop_nulls()
    there = sorted(set(years))
    gaps = [y for y in range(there[0], there[-1]) if y not in there] if there else []
    twice = own.filter(pl.col("year").is_duplicated())["year"].unique().sort()
    return sentence(
        language,
        say("profile.lead", language, n=own.height, years=span(years, language)),
        say("profile.known", language, list=told(own, settled(own, PARTICULARS), language)),
        say("profile.gaps", language, years=joined(map(str, gaps), language)) if gaps else "",
        say("profile.twice", language, years=joined(map(str, twice), language))
        if len(twice)
        else "",
        other_scopes(own, language),
    )


def _nobody(every: pl.DataFrame, name: str, language: Language) -> Markdown:
    names = every["agency"].drop_nulls().unique().sort().to_list()
    if not names:
        return say("none.reports", language)
    near = get_close_matches(name, names, n=SUGGESTED, cutoff=0.5)
    key = "near" if near else "some"
    cut = ["…"] if len(names) > SUGGESTED else []
    shown = joined(near or [*names[:SUGGESTED], *cut], language)
    return sentence(
        language,
        say("profile.nobody", language, agency=name),
        say(f"profile.{key}", language, list=shown),
    )


def settled(own: pl.DataFrame, columns: Sequence[str]) -> list[str]:
    """Columns that are known of an agency, and the same in all its reports."""
    return [name for name in columns if len(set(own[name])) == 1 and own[name][0] is not None]


def told(own: pl.DataFrame, columns: Sequence[str], language: Language) -> Markdown:
    """What the agency is in these columns."""
    known = (
        say(
            "profile.particular",
            language,
            name=say(f"head.{name}", language),
            value=value_label(name, own[name][0], language),
        )
        for name in columns
    )
    return joined(known, language)


def reports(own: pl.DataFrame, checks: pl.DataFrame, language: Language) -> Markdown:
    """Table of the agency's reports: edition, cells without a number, checks that fail."""
    if own.is_empty():
        return Markdown()
    fails = checks.filter(verdict="fails").group_by("report_id").len("fails")
    shown = (
        own.with_columns(short_sources(own["source"]))
        .join(fails, on="report_id", how="left", maintain_order="left")
        .sort("year", "source", nulls_last=True)
        .select(
            pl.col("year").cast(pl.String),
            "edition",
            pl.col("n_reported").alias("reported"),
            pl.sum_horizontal(f"n_{state}" for state in NO_NUMBER).alias("without"),
            pl.col("fails").fill_null(0),
            "source",
        )
    )
    return listing(shown.to_dicts(), language, most=shown.height)


def flow(own: Frames, language: Language, *, strict: bool) -> Markdown:
    """Table of what the agency received, resolved and carried over, year by year."""
    frames = [panel(own, of=f"applications.{item}.total", strict=strict) for item in FLOW]
    numbers = [dict(rows.drop_nulls("year").select("year", "count").iter_rows()) for rows in frames]
    lines = [
        {"year": str(year)} | {item: by.get(year) for item, by in zip(FLOW, numbers, strict=True)}
        for year in numbers[0]
    ]
    gaps = any(None in line.values() for line in lines)
    return paragraphs(
        listing(lines, language, heads={item: code_label(item, language) for item in FLOW}),
        say("profile.dash", language) if gaps else "",
    )


def history(rows: pl.DataFrame, language: Language) -> Markdown:
    """Say which of the agency's years are beyond the limits that its other years set."""
    if rows.is_empty():
        return say("history.nothing", language)
    odd = rows.filter(pl.col("position") != "inside").to_dicts()
    said = (say(f"history.{row['position']}", language, **row) for row in odd)
    found = sentence(language, *said) if odd else say("history.inside", language, n=rows.height)
    return paragraphs(found, say("outliers.caution", language) if odd else "")
