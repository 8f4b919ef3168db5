"""What the notebook on one agency says: its reports, its years, its place among others.

Frames in, Markdown out. Shares of few cases are told as counts.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from analysis.intervals import difference as interval
from analysis.observations import NO_NUMBER, Frames
from analysis.panel import panel
from analysis.selection import Selection
from analysis.wording import Value, value_label
from analysis.words.evidence import FLOW
from analysis.words.markdown import Markdown, Row
from analysis.words.prose import (
    agency,
    code_label,
    joined,
    listing,
    mention,
    other_scopes,
    paragraphs,
    say,
    sentence,
    share,
    span,
)
from analysis.words.state import failing, short_sources
from toolkit.errors import one_of
from toolkit.form import Language

PARTICULARS: Final = ("kind", "field", "level", "province", "prefecture", "scope")


def title(name: str, language: Language) -> Markdown:
    """Title of the page: the agency."""
    return Markdown(f"# {agency(name, language)}")


def lead(every: pl.DataFrame, name: str, language: Language) -> Markdown:
    """Say which reports there are of an agency and what is known of it."""
    own = every.filter(agency=name)
    if own.is_empty():
        return say("none.reports", language)
    years = own["year"].drop_nulls()
    there = sorted(set(years))
    gaps = [y for y in range(there[0], there[-1]) if y not in there] if there else []
    twice = own.filter(pl.col("year").is_duplicated())["year"].unique().sort()
    return sentence(
        language,
        say("profile.lead", language, n=own.height, years=span(years, language)),
        mention("profile.known", language, list=told(own, settled(own, PARTICULARS), language)),
        mention("profile.gaps", language, years=joined(map(str, gaps), language)),
        mention("profile.twice", language, years=joined(map(str, twice), language)),
        other_scopes(own, language),
    )


def settled(own: pl.DataFrame, columns: Sequence[str]) -> list[str]:
    """Columns that are known of an agency, and the same in all its reports."""
    for name in columns:
        one_of("same", name, own.columns)
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


def reports(own: Selection, language: Language) -> Markdown:
    """Table of the agency's reports: edition, cells without a number, checks that fail."""
    fails = failing(own).group_by("report_id").len("fails")
    shown = (
        own.reports.with_columns(short_sources(own.reports["source"]))
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


def peers(
    shares: pl.DataFrame, own: pl.DataFrame, same: Sequence[str], language: Language
) -> Markdown:
    """Where the agency's share stands by :func:`analysis.peers`, and who these are.

    ``same`` are the columns in which peers were meant to be alike. One whose value is not known, or
    changes, cannot tell who is a peer; see :func:`settled`.
    """
    used = settled(own, same)
    unknown = joined((say(f"head.{n}", language) for n in same if n not in used), language)
    if shares.is_empty():
        return say("peers.undefined", language, list=unknown)
    top = shares.row(0, named=True)
    return paragraphs(
        sentence(
            language,
            say("peers.who", language, n=top["n_peers"], list=told(own, used, language)),
            mention("peers.unknown", language, list=unknown),
        ),
        sentence(language, *_place(top, language)),
        say("peers.caution", language) if top["n_peers"] else "",
    )


def _place(top: Row, language: Language) -> Sequence[Markdown]:
    """Sentences on the agency's own share, the peers', and the place among them."""
    name = code_label(top["category"], language)
    if not top["n"]:
        return [say("peers.no_cases", language)]
    said = say("peers.own", language, name=name, share=share(top, language))
    if top["small"]:
        return [said]
    if not top["n_peers"]:
        return [said, say("peers.alone", language)]
    end = {0: "lowest", 100: "highest"}.get(top["percentile"], "among")
    top |= {"place": say(f"peers.{end}", language, **top)}
    return [said, *(say(f"peers.{key}", language, **top) for key in ("level", top["position"]))]


def peers_by_year(shares: pl.DataFrame, language: Language) -> Markdown:
    """Table of the agency's share and place in each year."""
    own = shares.filter(rank_near=0)
    if own.height < 2:  # noqa: PLR2004, one year is what the paragraph says
        return Markdown()
    lines = [_year(row) for row in own.iter_rows(named=True)]
    few = any(line["share"] == "" for line in lines)
    return paragraphs(
        listing(lines, language, most=len(lines)),
        say("few_each", language, min_n=own["min_n"][0]) if few else "",
    )


def _year(row: Row) -> Row:
    large = row["share"] is not None and not row["small"]
    return {
        "year": str(row["year"]),
        "value": row["count"],
        "of": row["n"],
        "share": Markdown(f"{Value(row['share']):%}" if large else ""),
        "target": Markdown(f"{Value(row['target']):%}" if large else ""),
        "percentile": round(row["percentile"]) if large and row["n_peers"] else None,
        "n_peers": row["n_peers"],
    }


def difference(shares: pl.DataFrame, first: str, second: str, language: Language) -> Markdown:
    """How far two agencies' shares lie apart, with the interval of the difference.

    ``shares`` has one row for each agency: a category of a composition by agency.
    """
    found = {row["agency"]: row for row in shares.to_dicts()}
    missing = [name for name in (first, second) if not found.get(name, {}).get("n")]
    if missing:
        return say("difference.none", language, list=joined(missing, language))
    one, other = found[first], found[second]
    if one["small"] or other["small"]:
        pairs = joined((say("difference.cases", language, **row) for row in (one, other)), language)
        few = say("few_in_either", language, **one)
        return sentence(language, say("difference.few", language, list=pairs), few)
    counts = (row[name] for row in (one, other) for name in ("count", "n"))
    low, high = map(float, interval(*counts, confidence=one["confidence"]))
    return sentence(
        language,
        say(
            "difference.points",
            language,
            first=say("difference.share", language, **one),
            second=say("difference.share", language, **other),
            confidence=one["confidence"],
            difference=one["share"] - other["share"],
            low=low,
            high=high,
        ),
        say("difference.rounding", language),
        say("difference.same" if low <= 0 <= high else "difference.apart", language),
    )
