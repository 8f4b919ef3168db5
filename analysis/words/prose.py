"""The brief's sentences, written from frames by template, in Chinese and English.

Every function takes frames and a language and returns :class:`analysis.words.markdown.Markdown`;
a number that no frame has is not in the text. Wording is in prose.csv. Shares of few cases
(``small``) are told as counts, never as percentages.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from analysis.figures.captions import group_columns, row_name
from analysis.observations import REASONS, Frames, Part, observe, part
from analysis.shares import OUTCOMES
from analysis.wording import label, plain, value_label
from analysis.wording import say as say_on_figures
from analysis.words.markdown import Markdown, Row, cited, fill, safe, table
from toolkit.form import Language, form

FLOW: Final = ("received", "carried_in", "resolved", "carried_forward")
DISPUTES: Final = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
MOST: Final = 12
"""Names in a sentence, and rows of a table that is to be read."""

ROWS: Final = 4 * MOST
"""Rows of a table that is to be complete, if it can be."""

_CATEGORIES: Final = ("requester", "outcome", "ground")
_REPORTS: Final = ("n_", "left_out_")
_SETTINGS: Final = {"confidence", "min_n", "year"}
Told = dict[str, Any]
"""Row of a frame whose numbers link to their evidence."""


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Every sentence by key, in both languages."""
    file = resources.files("analysis.words") / "prose.csv"
    with file.open(encoding="utf-8") as text:
        return {row["key"]: row for row in csv.DictReader(text)}


def say(key: str, language: Language, **values: object) -> Markdown:
    """Sentence in a language; numbers are printed as it says, text not ours is escaped."""
    return fill(sentences()[key][language], values)


def title(year: int, language: Language, by: str = "", group: str = "") -> Markdown:
    """Title of the brief, with the group of agencies that it is about."""
    named = say("title", language, year=str(year))
    if by:
        named = say("group", language, title=named, group=value_label(by, group, language))
    return Markdown(f"# {named}")


def heading(section: str, language: Language) -> Markdown:
    """Heading of a section."""
    return Markdown(f"## {say(f'heading.{section}', language)}")


def agency(name: str | None, language: Language) -> Markdown:
    """Name of an agency, cut if it is very long, or that it is not known."""
    return safe(plain(name) or say_on_figures("unknown.agency", language))


def agency_names(names: pl.Series, language: Language) -> Markdown:
    """Names of agencies within a sentence, and how many there are if not all are named."""
    return some([agency(name, language) for name in names], language)


def some(names: Sequence[str], language: Language, most: int = MOST) -> Markdown:
    """Names within a sentence, and how many there are if not all are named."""
    said = joined(names[:most], language)
    return said if len(names) <= most else say("and_more", language, list=said, n=len(names))


def named(frame: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Replace the agencies' names, if any, by what a figure can show: one line, cut, not null."""
    if "agency" not in frame.columns:
        return frame
    names = [plain(n) or say_on_figures("unknown.agency", language) for n in frame["agency"]]
    return frame.with_columns(pl.Series("agency", names, dtype=pl.String))


def paragraphs(*texts: str) -> Markdown:
    """Paragraphs of what is not empty."""
    return Markdown("\n\n".join(filter(None, texts)))


def sentence(language: Language, *texts: str) -> Markdown:
    """One paragraph of several sentences."""
    return Markdown(("" if language == "zh" else " ").join(filter(None, texts)))


def bullets(texts: Iterable[str]) -> Markdown:
    """List of sentences, one below the other."""
    return Markdown("\n".join(f"- {text}" for text in texts))


def joined(names: Iterable[str], language: Language) -> Markdown:
    """List of names or of counts within a sentence."""
    return Markdown(say("comma", language).join(map(safe, names)))


def listing(
    lines: Sequence[Row],
    language: Language,
    *,
    none: str = "",
    lead: str = "",
    most: int = ROWS,
    heads: Mapping[str, str] = MappingProxyType({}),
) -> Markdown:
    """Rows as a table with the catalogue's heads, cut to a length that people read.

    Parameters
    ----------
    lines
        Rows by column.
    language
        Language of the heads.
    none, lead
        What to say if there is no row, and before them.
    most
        Rows to show.
    heads
        Heads that the catalogue does not have.
    """
    if not lines:
        return Markdown(none)
    above = {name: heads.get(name) or say(f"head.{name}", language) for name in lines[0]}
    rest = len(lines) - most
    more = say("state.more", language, n=rest) if rest > 0 else ""
    return paragraphs(lead, table(lines[:most], above), more)


def code_label(code: str, language: Language, table: str = "applications") -> str:
    """Wording of a code: ours, the figures', or the code itself if no edition has it."""
    if (ours := f"item.{code}") in sentences():
        return sentences()[ours][language]
    with suppress(KeyError):
        return label(code, language, table=table)
    return code


def span(years: Iterable[int | None], language: Language) -> Markdown:
    """First and last of some years, or that none is known."""
    known = sorted({year for year in years if year is not None})
    if not known:
        return say("span.unknown", language)
    ends = dict.fromkeys((known[0], known[-1]))
    return say("span.years", language, years="–".join(map(str, ends)))


def with_evidence(row: Row, basis: str, figure: str, *who: str | None, **others: str) -> Told:
    """Row of a statistic whose numbers link to their evidence.

    Parameters
    ----------
    row
        One row: counts, shares, limits, p-values.
    basis, figure, who
        What they rest on; see :func:`analysis.words.markdown.anchor`.
    others
        Columns that have evidence of their own, and which; numbers of reports have, anyway.
    """
    told: Told = dict(row)
    for name, value in row.items():
        if isinstance(value, int | float) and type(value) is not bool and name not in _SETTINGS:
            own = (basis, others.get(name, figure), *who)
            told[name] = cited(value, *((basis, "reports") if name.startswith(_REPORTS) else own))
    return told


def cases(shares: pl.DataFrame) -> list[Told]:
    """Rows of a composition whose numbers link to their evidence; ``code`` is the category."""
    column = category(shares)
    return [
        with_evidence(row, basis, row[column], n=row["denominator"]) | {"code": row[column]}
        for row in shares.iter_rows(named=True)
        for basis in ["resolved" if row["denominator"] in OUTCOMES else row["denominator"]]
    ]


def category(shares: pl.DataFrame) -> str:
    """Column of a composition's categories."""
    return next(name for name in _CATEGORIES if name in shares.columns)


def by_size(rows: Iterable[Told]) -> list[Told]:
    """Rows that have cases, those with most first."""
    return sorted((row for row in rows if row["count"]), key=lambda row: -row["count"])


def left_out(row: Told, language: Language) -> Markdown:
    """How many reports a statistic left out and why, and how many contradict themselves."""
    key = "left_out" if row["n_reports"] else "left_out.all"
    out = say(key, language, n=row["n_left_out"], reasons=reasons_left_out(row, language))
    return sentence(
        language,
        out if row["n_left_out"] else "",
        say("fails", language, n=row["n_fails"]) if row["n_fails"] else "",
    )


def reasons_left_out(row: Row, language: Language) -> Markdown:
    """For what reasons reports were left out, and how many for each."""
    lost = {reason: row[f"left_out_{reason}"] for reason in REASONS.categories}
    said = (say_on_figures(f"reason.{reason}", language, n=n) for reason, n in lost.items() if n)
    return joined(map(Markdown, said), language)


def requesters(shares: pl.DataFrame, language: Language) -> Markdown:
    """Who asked: the kinds of requester by number, and what the form does not tell."""
    rows = cases(shares)
    top = rows[0]
    if not top["n"]:
        return nothing(top, language)
    none = [code_label(row["code"], language).lower() for row in rows if row["count"] == 0]
    return paragraphs(
        sentence(
            language,
            say("requesters.list", language, n=top["n"], list=_counts("requester", rows, language)),
            say("few" if top["small"] else "requesters.share", language, **top),
            say("requesters.none", language, list=joined(none, language)) if none else "",
            left_out(top, language),
        ),
        say("requesters.caution", language),
    )


def outcomes(shares: pl.DataFrame, language: Language) -> Markdown:
    """Say what applicants got: the outcomes by number, and three shares that were granted."""
    rows = cases(shares)
    of_all = [row for row in rows if row["denominator"] == "resolved"]
    top = of_all[0]
    if not top["n"]:
        return nothing(top, language)
    shown = {
        row["denominator"]: say("interval.few" if row["small"] else "interval", language, **row)
        for row in rows
        if row["code"] == "granted"
    }
    # The denominator of all is the largest: if it is small, so are the others.
    key = "few" if top["small"] else "outcomes.granted"
    listed = joined(_labels("outcome", of_all, language), language)
    return paragraphs(
        sentence(
            language,
            say("outcomes.list", language, **top, list=listed),
            left_out(top, language),
        ),
        say(key, language, **top, **shown),
        say("outcomes.caution", language),
    )


def reasons(denied: pl.DataFrame, grounds: pl.DataFrame, language: Language) -> Markdown:
    """Why applications were denied, and on which grounds all others ended undisclosed."""
    rows = cases(denied)
    top, most = rows[0], max(cases(grounds), key=lambda row: row["count"] or 0)
    texts = [nothing(top, language)]
    if top["n"]:
        few = say("few", language, **top) if top["small"] else ""
        listed = _counts("ground", rows, language)
        first = say("reasons.list", language, n=top["n"], list=listed)
        texts = [sentence(language, first, few, left_out(top, language))]
    if most["n"]:
        key = "reasons.grounds_few" if most["small"] else "reasons.grounds"
        share = "" if most["small"] else say("interval", language, **most)
        name = code_label(most["code"], language)
        values = {"n": most["n"], "count": most["count"], "interval": share, "name": name}
        texts.append(say(key, language, **values))
    return paragraphs(*texts, say("reasons.caution", language) if top["n"] or most["n"] else "")


def enforcement(ratios: pl.DataFrame, language: Language) -> Markdown:
    """Ratios with their intervals; agencies without one by the reason; what it is not."""
    by = group_columns(ratios)
    texts = []
    for row in ratios.filter(pl.col("ratio").is_not_null()).head(MOST).iter_rows(named=True):
        who = [row[name] for name in by]
        values = with_evidence(row, "enforcement", "enforcement", *who, n="licensing")
        values |= {"agency": agency(who[0], language)} if who else {}
        texts.append(say(f"enforcement.{'ratio' if who else 'pooled'}", language, **values))
    rest = named(ratios.filter(pl.col("ratio").is_null()), language) if by else ratios.clear()
    return paragraphs(
        bullets(texts),
        "" if texts else say("ratio.none", language),
        sentence(language, *without_ratio(rest, language)),
        say("enforcement.caution", language) if texts else "",
    )


def without_ratio(groups: pl.DataFrame, language: Language) -> list[Markdown]:
    """Which groups have no ratio, by the reason."""
    by = group_columns(groups)
    names = {
        reason: [row_name(row, by, language) for row in groups.filter(reason=reason).to_dicts()]
        for reason in ("no_licensing", "not_reported")
    }
    return [
        say(f"ratio.{reason}", language, list=some(those, language))
        for reason, those in names.items()
        if those
    ]


def flow() -> dict[str, Part]:
    """Cells of the totals of applications: received, carried in, resolved, carried forward."""
    return {item: part("applications", item, "total") for item in FLOW}


def disputed(*items: str) -> dict[str, Part]:
    """Cells of each result of these kinds of dispute, and of their totals: ``ITEM-COLUMN``."""
    results = form().item("challenges", DISPUTES[0]).columns
    return {f"{i}-{c}": part("challenges", i, c) for i in items or DISPUTES for c in results}


def disputes(corpus: Frames, language: Language) -> Markdown:
    """Reconsiderations and lawsuits by result, and what they must not be divided by.

    Each number stands for itself: a report that lacks one of them counts in the others.
    """
    every = observe(corpus, disputed()).collect()
    rows = every.filter(pl.any_horizontal(pl.col(*disputed()).is_not_null()))
    if rows.is_empty():
        return say("none.number", language)
    blocks = say("disputes.next", language).join(_block(i, rows, language) for i in DISPUTES)
    numbers = {
        "reports": rows.height,
        "partly": rows.drop_nulls("left_out").height,
        "lacking": every.height - rows.height,
    }
    apart = [code_label(i, language, "challenges") for i in DISPUTES if _contradicts(i, rows)]
    return paragraphs(
        sentence(
            language,
            say("disputes.list", language, blocks=Markdown(blocks)),
            *(
                say(f"disputes.{name}", language, n=cited(n, "challenges", "reports"))
                for name, n in numbers.items()
                if n
            ),
            say("disputes.apart", language, list=joined(apart, language)) if apart else "",
        ),
        say("disputes.caution", language),
    )


def _block(item: str, rows: pl.DataFrame, language: Language) -> Markdown:
    """One of the three kinds of dispute: its total, and the results that occur."""
    known = {
        key.removeprefix(f"{item}-"): cited(int(rows[key].sum()), "challenges", key)
        for key in disputed(item)
        if rows[key].count()
    }
    total = known.pop("total", None)
    results = [{"code": code, "count": n} for code, n in known.items() if n]
    return say(
        f"disputes.{'block' if results else 'unknown' if total is None else 'zero'}",
        language,
        name=code_label(item, language, "challenges"),
        total=total,
        list=joined(_labels("column", results, language, "challenges"), language),
    )


def _contradicts(item: str, rows: pl.DataFrame) -> bool:
    """Whether some report prints a total that is not the sum of its results."""
    *results, total = disputed(item)
    whole = rows.drop_nulls([*results, total])
    return bool((whole[total] != whole.select(pl.sum_horizontal(results)).to_series()).any())


def _counts(category: str, rows: Iterable[Told], language: Language) -> Markdown:
    """Counts by name within a sentence, the largest first."""
    return joined(_labels(category, by_size(rows), language), language)


def _labels(
    category: str, rows: Iterable[Told], language: Language, of: str = "applications"
) -> Iterable[Markdown]:
    for row in rows:
        name = code_label(row["code"], language, of)
        name = name[:1].lower() + name[1:]
        yield say(f"label.{category}", language, name=name, count=row["count"])


def nothing(row: Told, language: Language) -> Markdown:
    """Why there are no shares: nothing happened, or it is not known what did."""
    unit = say_on_figures(f"unit.{row['denominator']}", language)
    found = say("unknown" if row["n"] is None else "zero", language, unit=unit)
    return sentence(language, found, left_out(row, language))
