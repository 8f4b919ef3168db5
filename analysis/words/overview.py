"""What the brief says of its year as a whole: a paragraph, and a table of its agencies."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from analysis.observations import USED, Frames, observe
from analysis.selection import Selection
from analysis.shares import OUTCOMES, composition
from analysis.words.answers import where_sound
from analysis.words.evidence import FLOW, flow
from analysis.words.markdown import Markdown, Row, cited
from analysis.words.prose import MOST, Words, linked, n_known, of_all, paragraphs
from analysis.words.state import failing
from toolkit.form import Language

_FLOWS: Final = ("received", "resolved")


def subtitle(reports: pl.DataFrame, language: Language) -> Markdown:
    """On how many reports of how many agencies the brief rests."""
    words = Words(language)
    n = of_all(n_known(reports["agency"]))
    return words.say("subtitle", agencies=n, reports=of_all(reports.height))


def year(
    corpus: Selection,
    requesters: pl.DataFrame,
    outcomes: pl.DataFrame,
    language: Language,
    *,
    year: int,
    included: int = 0,
    sound: pl.DataFrame | None = None,
) -> Markdown:
    """Tell the year in a paragraph, and in another what does not follow from it.

    ``sound`` are the outcomes of the reports alone whose identities hold.
    """
    words = Words(language)
    if corpus.reports.is_empty():
        return words.say("nothing", year=year)
    printed, most = _totals(corpus), linked(requesters)[0]
    results = {row["code"]: row for row in linked(outcomes.filter(denominator="resolved"))}
    return paragraphs(
        words.sentence(
            _flow(corpus.reports, printed, words, year),
            _missing(printed, words),
            *(_requester(corpus, most, words) if most["n"] else ""),
            *(_outcome(corpus, results, sound, words) if results["granted"]["n"] else ""),
        ),
        words.sentence(
            words.mention("fails", n=of_all(failing(corpus)["report_id"].n_unique())),
            *(words.say(f"year.differ.{of}") for of in _FLOWS if _differs(corpus, of)),
            _largest(printed, words),
            _scope(corpus.reports, words),
            words.mention("year.included", n=of_all(included)),
            words.say("year.no_sample"),
        ),
    )


def _differs(corpus: Frames, of: str) -> bool:
    """Whether the parts of a total add up to another number than the reports print for it."""
    parts = composition(of)
    rows = observe(corpus, {**parts, of: flow()[of]}).filter(USED)
    sums = rows.select(pl.sum_horizontal(*parts).sum(), pl.col(of).sum().alias("printed"))
    return len(set(sums.collect().row(0))) > 1


def _outside(corpus: Frames, of: str, words: Words) -> Markdown:
    """Say how many cases are in reports whose total is printed and one of its parts is not."""
    parts = composition(of)
    rows = observe(corpus, {**parts, "whole": flow()[of]}, bases={"fate": tuple(parts)})
    n = rows.filter(~USED).select(pl.col("whole").sum()).collect().item()
    return words.mention(f"year.outside.{of}", n=cited(n, "flow", of))


def _totals(corpus: Frames) -> pl.DataFrame:
    """Totals of applications as printed: one row per report, null where it prints none."""
    return observe(corpus, flow(), by=("agency",)).collect()


def _added(*items: str) -> list[pl.Expr]:
    """Sums of what is printed; null where no report prints it."""
    return [pl.when(pl.col(item).is_not_null().any()).then(pl.col(item).sum()) for item in items]


def _flow(reports: pl.DataFrame, printed: pl.DataFrame, words: Words, year: int) -> Markdown:
    totals = printed.select(_added(*FLOW)).row(0, named=True)
    values = {item: cited(total, "flow", item) for item, total in totals.items()}
    key = "year.flow_some" if sum(printed.select(FLOW).null_count().row(0)) else "year.flow"
    key = "year.flow_partial" if None in totals.values() else key
    n = of_all(n_known(reports["agency"]))
    return words.say(key, agencies=n, year=year, **values)


def _requester(corpus: Frames, most: Row, words: Words) -> Iterator[Markdown]:
    yield words.say("year.requester", share=words.share(most))
    yield _outside(corpus, "received", words)


def _outcome(
    corpus: Frames, results: Mapping[str, Row], sound: pl.DataFrame | None, words: Words
) -> Iterator[Markdown]:
    granted = results["granted"]
    others = {name: results[name]["count"] for name in ("denied", "unable")}
    yield words.say("year.outcome", share=words.share(granted), **others)
    yield _outside(corpus, "resolved", words)
    yield where_sound(granted, sound, words.language)


def _missing(printed: pl.DataFrame, words: Words) -> Markdown:
    lost = printed.select(FLOW).null_count().row(0, named=True)
    items = (
        words.say(
            "year.left_out.item",
            name=words.code_label(item),
            n=cited(n, "flow", item) if n < printed.height else n,
        )
        for item, n in lost.items()
        if n
    )
    return words.mention("year.left_out", items=words.joined(items))


def _largest(printed: pl.DataFrame, words: Words) -> Markdown:
    """Say if one report makes up most of what was received."""
    each = printed.drop_nulls("received").sort("received", descending=True)
    n = each["received"].sum()
    if each.height <= 1 or 2 * each["received"][0] <= n:
        return Markdown()
    name, count = each["agency"][0], each["received"][0]
    alone = printed["agency"].eq_missing(name).sum() == 1  # else its evidence is a sum
    return words.say(
        "year.largest",
        agency=words.agency(name),
        count=cited(count, "flow", "received", *([name] if alone else [])),
        n=cited(int(n), "flow", "received"),
    )


def _scope(reports: pl.DataFrame, words: Words) -> Markdown:
    region = reports.filter(scope="region")["agency"]
    unknown = reports["scope"].null_count() if reports.height > 1 else 0
    unnamed = reports["agency"].null_count()
    return words.sentence(
        words.mention("year.region", agencies=words.agency_names(region)),
        words.mention("year.scope_unknown", n=of_all(unknown)),
        words.mention("year.unnamed", n=of_all(unnamed)),
    )


def busiest(corpus: Frames) -> list[str | None]:
    """Agencies that received most, as the table of agencies lists them."""
    return _received(corpus)["agency"].head(MOST).to_list()


def _received(corpus: Frames) -> pl.DataFrame:
    """What agencies received and resolved, by the printed totals, the busiest first."""
    totals = _totals(corpus).group_by("agency").agg(_added(*_FLOWS))
    return totals.sort("received", "agency", descending=[True, False], nulls_last=True)


def agencies(
    corpus: Frames, outcomes: pl.DataFrame, language: Language, *, namesakes: int = 0
) -> Markdown:
    """Table of what each agency received, and its :func:`analysis.outcomes`, the busiest first.

    So many reports have ``namesakes``, and names that tell them apart.
    """
    words = Words(language)
    kinds = OUTCOMES["resolved"]
    resolved = outcomes.filter(denominator="resolved")
    wide = resolved.pivot("outcome", index="agency", values="count")
    doubtful = resolved.filter(pl.col("n_fails") > 0)["agency"].unique(maintain_order=True)
    totals = _received(corpus)
    if totals.is_empty():
        return Markdown()
    shown = totals.join(wide, on="agency", how="left", nulls_equal=True, maintain_order="left")
    body = [
        {"agency": words.agency(row["agency"])}
        | {item: cited(row[item], "flow", item, row["agency"]) for item in _FLOWS}
        | {kind: cited(row[kind], "resolved", kind, row["agency"]) for kind in kinds}
        for row in shown.head(MOST).iter_rows(named=True)
    ]
    heads = {kind: Markdown(words.code_label(kind)) for kind in kinds}
    cut = words.say("outcomes.most", shown=MOST, all=of_all(shown.height))
    return paragraphs(
        words.listing(body, heads=heads),
        words.sentence(
            words.say("outcomes.table"),
            cut if shown.height > MOST else "",
            words.mention("outcomes.namesakes", n=of_all(namesakes)),
            words.mention("outcomes.fails", agencies=words.agency_names(doubtful)),
        ),
    )
