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
from analysis.wording import Value, percent, value_label
from analysis.words.evidence import FLOW
from analysis.words.markdown import Markdown, Row
from analysis.words.prose import Words, paragraphs
from analysis.words.state import failing, short_sources
from toolkit.errors import one_of
from toolkit.form import Language

PARTICULARS: Final = ("kind", "field", "level", "province", "prefecture", "scope")


def title(name: str, language: Language) -> Markdown:
    """Title of the page: the agency."""
    return Markdown(f"# {Words(language).agency(name)}")


def lead(every: pl.DataFrame, name: str, language: Language) -> Markdown:
    """Say which reports there are of an agency and what is known of it."""
    words = Words(language)
    own = every.filter(agency=name)
    if own.is_empty():
        return words.say("none.reports")
    years = own["year"].drop_nulls()
    there = sorted(set(years))
    gaps = [y for y in range(there[0], there[-1]) if y not in there] if there else []
    twice = years.filter(years.is_duplicated()).unique().sort()
    return words.sentence(
        words.say("profile.lead", n=own.height, years=words.span(years)),
        words.mention("profile.known", list=particulars(own, settled(own, PARTICULARS), language)),
        words.mention("profile.gaps", years=words.joined(map(str, gaps))),
        words.mention("profile.twice", years=words.joined(map(str, twice))),
        words.other_scopes(own),
    )


def settled(own: pl.DataFrame, columns: Sequence[str]) -> list[str]:
    """Columns that are known of an agency, and the same in all its reports."""
    for name in columns:
        one_of("same", name, own.columns)
    return [name for name in columns if len(set(own[name])) == 1 and own[name][0] is not None]


def particulars(own: pl.DataFrame, columns: Sequence[str], language: Language) -> Markdown:
    """What the agency is in these columns."""
    words = Words(language)
    known = (
        words.say(
            "profile.particular",
            name=words.say(f"head.{name}"),
            value=value_label(name, own[name][0], language),
        )
        for name in columns
    )
    return words.joined(known)


def reports(own: Selection, language: Language) -> Markdown:
    """Table of the agency's reports: edition, cells without a number, checks that fail."""
    words = Words(language)
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
    return words.listing(shown.to_dicts())


def flow(own: Frames, language: Language, *, strict: bool) -> Markdown:
    """Table of what the agency received, resolved and carried over, year by year."""
    words = Words(language)
    frames = [panel(own, of=f"applications.{item}.total", strict=strict) for item in FLOW]
    numbers = [dict(rows.drop_nulls("year").select("year", "count").iter_rows()) for rows in frames]
    lines = [
        {"year": str(year)} | {item: by.get(year) for item, by in zip(FLOW, numbers, strict=True)}
        for year in numbers[0]
    ]
    gaps = any(None in line.values() for line in lines)
    return paragraphs(
        words.listing(lines, heads={item: words.code_label(item) for item in FLOW}),
        words.say("profile.dash") if gaps else "",
    )


def history(rows: pl.DataFrame, language: Language) -> Markdown:
    """Say which of the agency's years are beyond the limits that its other years set."""
    words = Words(language)
    if rows.is_empty():
        return words.say("history.nothing")
    odd = rows.filter(pl.col("position") != "inside").to_dicts()
    said = (words.say(f"history.{row['position']}", **row) for row in odd)
    found = words.sentence(*said) if odd else words.say("history.inside", n=rows.height)
    return paragraphs(found, words.say("outliers.caution") if odd else "")


def peers(
    shares: pl.DataFrame, own: pl.DataFrame, same: Sequence[str], language: Language
) -> Markdown:
    """Where the agency's share stands by :func:`analysis.peers`, and who these are.

    ``same`` are the columns in which peers were meant to be alike. One whose value is not known, or
    changes, cannot tell who is a peer; see :func:`settled`.
    """
    words = Words(language)
    used = settled(own, same)
    unknown = words.joined(words.say(f"head.{n}") for n in same if n not in used)
    if shares.is_empty():
        return words.say("peers.undefined", list=unknown)
    top = shares.row(0, named=True)
    return paragraphs(
        words.sentence(
            words.say("peers.who", n=top["n_peers"], list=particulars(own, used, language)),
            words.mention("peers.unknown", list=unknown),
        ),
        words.sentence(*_place(top, words)),
        words.say("peers.caution") if top["n_peers"] else "",
    )


def _place(top: Row, words: Words) -> Sequence[Markdown]:
    """Sentences on the agency's own share, the peers', and the place among them."""
    name = words.code_label(top["category"])
    if not top["n"]:
        return [words.say("peers.no_cases")]
    said = words.say("peers.own", name=name, share=words.share(top))
    if top["small"]:
        return [said]
    if not top["n_peers"]:
        return [said, words.say("peers.alone")]
    end = {0: "lowest", 100: "highest"}.get(top["percentile"], "among")
    top |= {"place": words.say(f"peers.{end}", lower=top["percentile"] / 100)}
    return [said, *(words.say(f"peers.{key}", **top) for key in ("level", top["position"]))]


def peers_by_year(shares: pl.DataFrame, language: Language) -> Markdown:
    """Table of the agency's share and place in each year."""
    words = Words(language)
    own = shares.filter(rank_near=0)
    if own.height < 2:  # noqa: PLR2004, one year is what the paragraph says
        return Markdown()
    lines = [_year(row) for row in own.iter_rows(named=True)]
    few = any(line["share"] == "" for line in lines)
    return paragraphs(
        words.listing(lines), words.say("few_each", min_n=own["min_n"][0]) if few else ""
    )


def _year(row: Row) -> Row:
    large = row["share"] is not None and not row["small"]
    among = large and row["n_peers"] > 0
    return {
        "year": str(row["year"]),
        "value": row["count"],
        "of": row["n"],
        "share": Markdown(f"{Value(row['share']):%}" if large else ""),
        "target": Markdown(f"{Value(row['target']):%}" if among else ""),
        "percentile": Markdown(percent(row["percentile"] / 100)) if among else None,
        "n_peers": row["n_peers"],
    }


def difference(shares: pl.DataFrame, first: str, second: str, language: Language) -> Markdown:
    """How far two agencies' shares lie apart, with the interval of the difference.

    ``shares`` has one row for each agency: a category of a composition by agency.
    """
    words = Words(language)
    found = {row["agency"]: row for row in shares.to_dicts()}
    missing = [name for name in (first, second) if not found.get(name, {}).get("n")]
    if missing:
        return words.say("difference.none", list=words.joined(missing))
    one, other = found[first], found[second]
    if one["small"] or other["small"]:
        pairs = words.joined(words.say("difference.cases", **row) for row in (one, other))
        few = words.say("few_in_either", **one)
        return words.sentence(words.say("difference.few", list=pairs), few)
    counts = (row[name] for row in (one, other) for name in ("count", "n"))
    low, high = map(float, interval(*counts, confidence=one["confidence"]))
    return words.sentence(
        words.say(
            "difference.points",
            first=words.say("difference.share", **one),
            second=words.say("difference.share", **other),
            confidence=one["confidence"],
            difference=one["share"] - other["share"],
            low=low,
            high=high,
        ),
        words.say("difference.rounding"),
        words.say("difference.same" if low <= 0 <= high else "difference.apart"),
    )
