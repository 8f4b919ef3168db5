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
from typing import Any, Final

import polars as pl

from analysis.figures.captions import group_columns
from analysis.observations import REASONS
from analysis.shares import OUTCOMES
from analysis.wording import label as short_label
from analysis.wording import number, plain, value_label
from analysis.wording import say as say_on_figures
from analysis.words.markdown import Count, Markdown, anchor, cited, fill, linked, safe
from toolkit.form import Language, forms

FLOW: Final = ("received", "carried_in", "resolved", "carried_forward")
DISPUTES: Final = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
CATEGORIES: Final = ("requester", "outcome", "ground")
Row = Mapping[str, Any]


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Every sentence by key, in both languages."""
    file = resources.files("analysis.words") / "prose.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    return {row["key"]: row for row in csv.DictReader(lines)}


def say(key: str, language: Language, **values: object) -> Markdown:
    """Sentence in a language; numbers get separators, text that is not ours is escaped."""
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


def agencies(names: pl.Series, language: Language, *, most: int = 12) -> Markdown:
    """Names of agencies within a sentence, and how many there are if not all are named."""
    said = joined((agency(name, language) for name in names.head(most)), language)
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


def joined(names: Iterable[str], language: Language) -> Markdown:
    """List of names or of counts within a sentence."""
    return Markdown(say("comma", language).join(map(safe, names)))


def code_label(code: str, language: Language, table: str = "applications") -> str:
    """Wording of a code: ours, the figures', or that of the newest edition that has it."""
    if (ours := f"item.{code}") in sentences():
        return sentences()[ours][language]
    if table == "applications":
        with suppress(KeyError):
            return short_label(code, language)
    for made in forms():
        with suppress(KeyError):
            return made.label(code, language, table=table)
    return code


def percent(row: Row, language: Language, key: str = "interval") -> Markdown:
    """Share with its numerator, denominator and, unless the key is ``share``, interval."""
    count, n = case(row), whole(row)
    return say(
        key,
        language,
        share=linked(f"{row['share']:.1%}", count.to),
        low=Markdown(f"{row['low']:.1%}"),
        high=Markdown(f"{row['high']:.1%}"),
        level=level(row["confidence"]),
        count=count,
        n=n,
    )


def case(row: Row) -> Count:
    """Cases of a category of a composition, with a link to their evidence."""
    category = next(row[name] for name in CATEGORIES if name in row)
    return _number(row, "count", category)


def whole(row: Row) -> Count:
    """Cases that a composition's shares are of, with a link to their evidence."""
    return _number(row, "n", row["denominator"])


def _number(row: Row, column: str, name: str) -> Count:
    number = Count(row[column])
    of = row["denominator"]
    number.to = anchor("resolved" if of in OUTCOMES else of, name)
    return number


def level(confidence: float) -> Markdown:
    """Level of an interval as a percentage."""
    return Markdown(f"{100 * confidence:.6g}%")


def ratio(value: float) -> Markdown:
    """Ratio with three significant digits and never in powers of ten."""
    return Markdown(number(value))


def left_out(row: Row, language: Language) -> Markdown:
    """How many reports a statistic left out and why, and how many contradict themselves."""
    reasons = (
        say_on_figures(f"reason.{reason}", language, n=row[f"left_out_{reason}"])
        for reason in REASONS.categories
        if row[f"left_out_{reason}"]
    )
    key = "left_out" if row["n_reports"] else "left_out.all"
    out = say(key, language, n=row["n_left_out"], reasons=joined(reasons, language))
    return sentence(
        language,
        out if row["n_left_out"] else "",
        say("fails", language, n=row["n_fails"]) if row["n_fails"] else "",
    )


def requesters(shares: pl.DataFrame, language: Language) -> Markdown:
    """Who asked: the kinds of requester by number, and what the form does not tell."""
    top = shares.row(0, named=True)
    if not top["n"]:
        return _nothing(top, language)
    given = shares.filter(pl.col("count") > 0).sort("count", descending=True, maintain_order=True)
    zero = shares.filter(count=0)["requester"]
    listed = _list(given, "requester", language)
    none = joined((code_label(code, language).lower() for code in zero), language)
    return paragraphs(
        sentence(
            language,
            say("requesters.list", language, n=whole(top), list=listed),
            _share(top, "requesters.share", language),
            say("requesters.none", language, list=none) if len(zero) else "",
            left_out(top, language),
        ),
        say("requesters.caution", language),
    )


def outcomes(shares: pl.DataFrame, language: Language) -> Markdown:
    """Say what applicants got: the outcomes by number, and three shares that were granted."""
    of_all = shares.filter(denominator="resolved")
    top = of_all.row(0, named=True)
    if not top["n"]:
        return _nothing(top, language)
    granted = {r["denominator"]: r for r in shares.filter(outcome="granted").to_dicts()}
    clear = not any(row["small"] for row in granted.values())
    shown = {name: percent(row, language) for name, row in granted.items()} if clear else {}
    return paragraphs(
        sentence(
            language,
            say(
                "outcomes.list",
                language,
                n=whole(top),
                n_reports=top["n_reports"],
                list=_list(of_all, "outcome", language),
            ),
            left_out(top, language),
        ),
        say("outcomes.granted", language, **shown)
        if clear
        else say("few", language, min_n=top["min_n"]),
        say("outcomes.caution", language),
    )


def reasons(denied: pl.DataFrame, grounds: pl.DataFrame, language: Language) -> Markdown:
    """Why applications were denied, and on which grounds all others ended undisclosed."""
    top, every = denied.row(0, named=True), grounds.row(0, named=True)
    given = denied.filter(pl.col("count") > 0).sort("count", descending=True, maintain_order=True)
    texts = [_nothing(top, language)]
    if top["n"]:
        few = say("few", language, min_n=top["min_n"]) if top["small"] else ""
        listed = _list(given, "ground", language)
        first = say("reasons.list", language, n=whole(top), list=listed)
        texts = [sentence(language, first, few, left_out(top, language))]
    if every["n"]:
        most = grounds.sort("count", descending=True, maintain_order=True).row(0, named=True)
        key = "reasons.grounds_few" if most["small"] else "reasons.grounds"
        share = "" if most["small"] else percent(most, language)
        name = code_label(most["ground"], language)
        values = {"n": whole(most), "count": case(most), "share": share, "name": name}
        texts.append(say(key, language, **values))
    caution = say("reasons.caution", language) if top["n"] or every["n"] else ""
    return paragraphs(*texts, caution)


def enforcement(ratios: pl.DataFrame, language: Language, *, most: int = 12) -> Markdown:
    """Ratios with their intervals; agencies without one by the reason; what it is not."""
    texts = []
    for row in ratios.filter(pl.col("ratio").is_not_null()).head(most).to_dicts():
        limits = {name: ratio(row[name]) for name in ("ratio", "low", "high")}
        of = [row[name] for name in group_columns(ratios)]
        values = limits | {
            "count": cited(row["count"], "enforcement", "enforcement", *of),
            "n": cited(row["n"], "enforcement", "licensing", *of),
            "level": level(row["confidence"]),
        }
        if of:
            who = agency(row["agency"], language)
            texts.append(say("enforcement.ratio", language, agency=who, **values))
        else:
            n_reports = row["n_reports"]
            texts.append(say("enforcement.pooled", language, n_reports=n_reports, **values))
    without = []
    for reason in ("no_licensing", "not_reported"):
        rest = ratios.filter(reason=reason)
        if "agency" in ratios.columns and rest.height:
            names = agencies(rest["agency"], language, most=most)
            without.append(say(f"enforcement.{reason}", language, agencies=names))
    bullets = Markdown("\n".join(f"- {text}" for text in texts))
    none = "" if texts else say("enforcement.none", language)
    caution = say("enforcement.caution", language) if texts else ""
    return paragraphs(bullets, none, sentence(language, *without), caution)


def disputes(challenges: pl.DataFrame, language: Language) -> Markdown:
    """Reconsiderations and lawsuits by result, and what they must not be divided by."""
    blocks = [
        _block(str(item), block, language)
        for (item,), block in challenges.group_by("item", maintain_order=True)
    ]
    if not challenges["count"].count():
        return say("disputes.none", language)
    used, lacking = challenges["n_reports"].max(), challenges["n_left_out"].max()
    return paragraphs(
        sentence(
            language,
            say(
                "disputes.list", language, blocks=Markdown(say("semicolon", language).join(blocks))
            ),
            say("disputes.reports", language, n_reports=used),
            say("disputes.lacking", language, n=lacking) if lacking else "",
        ),
        say("disputes.caution", language),
    )


def _block(item: str, block: pl.DataFrame, language: Language) -> Markdown:
    """One of the three kinds of dispute: its total, and the results that occur."""
    name = code_label(item, language, "challenges")
    numbers = [
        cited(row["count"], "challenges", f"{item}-{row['column']}")
        for row in block.iter_rows(named=True)
    ]
    by = dict(zip(block["column"], numbers, strict=True))
    total = by.pop("total", None)
    if total is None:
        return say("disputes.unknown", language, name=name)
    if total == 0:
        return say("disputes.zero", language, name=name)
    return say(
        "disputes.block",
        language,
        name=name,
        total=total,
        list=_named("column", {k: n for k, n in by.items() if n}, language, "challenges"),
    )


def _list(shares: pl.DataFrame, category: str, language: Language) -> Markdown:
    """List counts by name, within a sentence."""
    found = {row[category]: case(row) for row in shares.iter_rows(named=True)}
    return _named(category, found, language)


def _named(
    category: str, numbers: Mapping[str, Count], language: Language, of: str = "applications"
) -> Markdown:
    names = {code: code_label(code, language, of) for code in numbers}
    pairs = ((names[code][:1].lower() + names[code][1:], n) for code, n in numbers.items())
    return joined(
        (say(f"label.{category}", language, name=name, count=n) for name, n in pairs), language
    )


def _share(row: Row, key: str, language: Language) -> Markdown:
    if row["small"]:
        return say("few", language, min_n=row["min_n"])
    return say(key, language, share=percent(row, language))


def _nothing(row: Row, language: Language) -> Markdown:
    """Why there are no shares: nothing happened, or it is not known what did."""
    key = "zero" if row["n"] == 0 else "none"
    found = say(f"{key}.{row['denominator']}", language)
    return sentence(language, found, left_out(row, language))


__all__: Sequence[str] = [
    "agency",
    "disputes",
    "enforcement",
    "heading",
    "named",
    "outcomes",
    "paragraphs",
    "reasons",
    "requesters",
    "say",
    "sentence",
    "title",
]
