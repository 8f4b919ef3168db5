"""What the brief says of the year as a whole and of its data: paragraphs and tables.

The other half of :mod:`analysis.words.prose`, which words the statistics.
"""

from typing import Any, Final

import polars as pl

from analysis.observations import Frames
from analysis.shares import OUTCOMES
from analysis.words import state
from analysis.words.markdown import Markdown, cited, table
from analysis.words.prose import (
    FLOW,
    agency,
    case,
    code_label,
    joined,
    level,
    paragraphs,
    percent,
    say,
    sentence,
    whole,
)
from analysis.words.prose import agencies as listed
from toolkit.agency import invented
from toolkit.form import Language

MOST: Final = 12
"""Rows of a table of agencies; a brief is to be read."""


def subtitle(reports: pl.DataFrame, language: Language) -> Markdown:
    """On how many reports of how many agencies the brief rests."""
    agencies = reports["agency"].n_unique()
    return say("subtitle", language, agencies=agencies, reports=reports.height)


def year(
    corpus: state.Selection,
    requesters: pl.DataFrame,
    outcomes: pl.DataFrame,
    language: Language,
    *,
    year: int,
) -> Markdown:
    """Tell the year in a paragraph, and in another what does not follow from it."""
    if corpus.reports.is_empty():
        return say("nothing", language, year=str(year))
    flow = state.counts(corpus, "applications", FLOW).filter(column="total")
    return paragraphs(
        sentence(
            language,
            _flow(corpus.reports, flow, language, year),
            _requester(requesters.row(0, named=True), language),
            _outcome(outcomes.filter(denominator="resolved"), language),
        ),
        sentence(
            language,
            _missing(flow, language),
            _largest(corpus, language),
            _scope(corpus.reports, language),
            say("year.no_sample", language),
        ),
    )


def _flow(reports: pl.DataFrame, flow: pl.DataFrame, language: Language, year: int) -> Markdown:
    totals = dict(flow.select("item", "count").iter_rows())
    known = None not in totals.values() and len(totals) == len(FLOW)
    values = {item: cited(totals.get(item), "flow", item) for item in FLOW}
    key = "year.flow" if known else "year.flow_partial"
    agencies = reports["agency"].n_unique()
    return say(key, language, agencies=agencies, year=str(year), **values)


def _requester(top: dict[str, Any], language: Language) -> Markdown:
    if not top["n"]:
        return Markdown()
    if top["small"]:
        return say("year.requester_few", language, n=whole(top), count=case(top))
    return say("year.requester", language, share=percent(top, language, "share"))


def _outcome(shares: pl.DataFrame, language: Language) -> Markdown:
    rows_of = {row["outcome"]: row for row in shares.to_dicts()}
    granted = rows_of["granted"]
    if not granted["n"]:
        return Markdown()
    values: dict[str, object] = {name: case(rows_of[name]) for name in ("denied", "unable")}
    if granted["small"]:
        values |= {"n": whole(granted), "count": case(granted)}
        return say("year.outcome_few", language, **values)
    return say("year.outcome", language, share=percent(granted, language, "share"), **values)


def _missing(flow: pl.DataFrame, language: Language) -> Markdown:
    lacking = flow.filter(pl.col("n_left_out") > 0)
    if lacking.is_empty():
        return Markdown()
    items = (
        say("year.left_out.item", language, name=code_label(item, language), n=n)
        for item, n in lacking.select("item", "n_left_out").iter_rows()
    )
    return say("year.left_out", language, items=joined(items, language))


def _largest(corpus: state.Selection, language: Language) -> Markdown:
    """Say if one report makes up most of what was received."""
    received = state.counts(corpus, "applications", ["received"], by="report_id")
    each = received.filter(column="total").drop_nulls("count").sort("count", descending=True)
    n = each["count"].sum()
    if each.height <= 1 or 2 * each["count"][0] <= n:
        return Markdown()
    name = corpus.reports.filter(report_id=each["report_id"][0])["agency"][0]
    share = Markdown(f"{each['count'][0] / n:.1%}")
    alone = corpus.reports["agency"].eq_missing(name).sum() == 1  # else its evidence is a sum
    count = cited(each["count"][0], "flow", "received", name) if alone else each["count"][0]
    values = {"agency": agency(name, language), "n": cited(int(n), "flow", "received")}
    return say("year.largest", language, count=count, share=share, **values)


def _scope(reports: pl.DataFrame, language: Language) -> Markdown:
    region = reports.filter(scope="region")["agency"]
    names = listed(region, language)
    unknown = reports["scope"].null_count()
    return sentence(
        language,
        say("year.region", language, agencies=names) if len(region) else "",
        say("year.scope_unknown", language, n=unknown) if unknown and reports.height > 1 else "",
    )


def busiest(corpus: Frames, most: int = MOST) -> list[str | None]:
    """Agencies that received most, as the table of agencies lists them."""
    return _received(corpus)["agency"].head(most).to_list()


def _received(corpus: Frames) -> pl.DataFrame:
    """What agencies received and resolved, by the printed totals, the busiest first."""
    flow = state.counts(corpus, "applications", ["received", "resolved"], by="agency")
    totals = flow.filter(column="total").pivot("item", index="agency", values="count")
    if totals.is_empty():
        return totals
    return totals.sort("received", "agency", descending=[True, False], nulls_last=True)


def agencies(corpus: Frames, outcomes: pl.DataFrame, language: Language) -> Markdown:
    """Table of what each agency received and what became of it, the busiest first.

    Parameters
    ----------
    corpus
        The reports of the brief.
    outcomes
        :func:`analysis.outcomes` of these reports by agency.
    language
        Language of the table.
    """
    kinds = OUTCOMES["resolved"]
    wide = outcomes.filter(denominator="resolved").pivot("outcome", index="agency", values="count")
    totals = _received(corpus)
    if wide.is_empty() or totals.is_empty():
        return Markdown()
    shown = totals.join(wide, on="agency", how="left", nulls_equal=True, maintain_order="left")
    flows = ("received", "resolved")
    body = [
        {"agency": agency(row["agency"], language)}
        | {item: cited(row[item], "flow", item, row["agency"]) for item in flows}
        | {kind: cited(row[kind], "resolved", kind, row["agency"]) for kind in kinds}
        for row in shown.head(MOST).iter_rows(named=True)
    ]
    heads = {name: say(f"head.{name}", language) for name in ("agency", *flows)}
    heads |= {kind: Markdown(code_label(kind, language)) for kind in kinds}
    cut = shown.height > MOST
    return paragraphs(
        table(body, heads),
        sentence(
            language,
            say("outcomes.table", language),
            say("outcomes.most", language, shown=MOST, all=shown.height) if cut else "",
        ),
    )


def method(language: Language, *, confidence: float, min_n: int, strict: bool) -> Markdown:
    """How the numbers were made, and what the intervals cover."""
    return paragraphs(
        say("method.cells", language),
        say("method.shares", language, level=level(confidence), min_n=min_n),
        sentence(
            language,
            say("method.chance", language),
            say("method.strict", language) if strict else "",
        ),
    )


def generated(reports: pl.DataFrame, language: Language) -> Markdown:
    """Say that data are generated, if any are, where nobody can overlook it."""
    n = _generated(reports)
    key = "generated.all" if n == reports.height else "generated.some"
    return Markdown(f"> {say(key, language, n=n)}") if n else Markdown()


def note(reports: pl.DataFrame, language: Language) -> str:
    """Words for the source line of a figure: that its data are generated, if any are."""
    return say("generated.caption", language) if _generated(reports) else ""


def _generated(reports: pl.DataFrame) -> int:
    names = reports.group_by("agency").len()
    return sum(n for name, n in names.iter_rows() if invented(name))


def cite(reports: pl.DataFrame, language: Language, *, title: str) -> Markdown:
    """How to cite a page, with a fingerprint of the documents."""
    from importlib.metadata import version

    if reports.height == _generated(reports):
        return say("cite.none", language)
    return say(
        "cite.text",
        language,
        title=Markdown(title.removeprefix("# ")),
        reports=reports.height,
        fingerprint=state.fingerprint(reports),
        version=version("ogi-toolkit"),
    )


__all__ = ["agencies", "busiest", "cite", "generated", "method", "note", "subtitle", "year"]
