"""What the brief says of its year as a whole: a paragraph, and a table of its agencies."""

from typing import Any, Final

import polars as pl

from analysis.observations import Frames, observe
from analysis.selection import Selection
from analysis.shares import OUTCOMES
from analysis.words.evidence import FLOW, flow
from analysis.words.markdown import Markdown, cited, table
from analysis.words.prose import (
    MOST,
    agency,
    agency_names,
    cases,
    code_label,
    joined,
    known,
    of_all,
    paragraphs,
    say,
    sentence,
    share,
)
from analysis.words.state import failing
from toolkit.form import Language

_FLOWS: Final = ("received", "resolved")


def subtitle(reports: pl.DataFrame, language: Language) -> Markdown:
    """On how many reports of how many agencies the brief rests."""
    n = of_all(known(reports["agency"]))
    return say("subtitle", language, agencies=n, reports=of_all(reports.height))


def year(
    corpus: Selection,
    requesters: pl.DataFrame,
    outcomes: pl.DataFrame,
    language: Language,
    *,
    year: int,
    included: int = 0,
) -> Markdown:
    """Tell the year in a paragraph, and in another what does not follow from it."""
    if corpus.reports.is_empty():
        return say("nothing", language, year=str(year))
    printed = _totals(corpus)
    return paragraphs(
        sentence(
            language,
            _flow(corpus.reports, printed, language, year),
            _missing(printed, language),
            _requester(cases(requesters)[0], language),
            _outcome(cases(outcomes.filter(denominator="resolved")), language),
        ),
        sentence(
            language,
            _contradicting(corpus, language),
            _largest(printed, language),
            _scope(corpus.reports, language),
            say("year.included", language, n=of_all(included)) if included else "",
            say("year.no_sample", language),
        ),
    )


def _totals(corpus: Frames) -> pl.DataFrame:
    """Totals of applications as printed: one row per report, null where it prints none."""
    return observe(corpus, flow(), by=("agency",)).collect()


def _added(*items: str) -> list[pl.Expr]:
    """Sums of what is printed; null where no report prints it."""
    return [pl.when(pl.col(item).is_not_null().any()).then(pl.col(item).sum()) for item in items]


def _flow(reports: pl.DataFrame, printed: pl.DataFrame, language: Language, year: int) -> Markdown:
    totals = printed.select(_added(*FLOW)).row(0, named=True)
    values = {item: cited(total, "flow", item) for item, total in totals.items()}
    key = "year.flow_partial" if None in totals.values() else "year.flow"
    n = of_all(known(reports["agency"]))
    return say(key, language, agencies=n, year=str(year), **values)


def _requester(top: dict[str, Any], language: Language) -> Markdown:
    return say("year.requester", language, share=share(top, language)) if top["n"] else Markdown()


def _outcome(shares: list[dict[str, Any]], language: Language) -> Markdown:
    by = {row["code"]: row for row in shares}
    granted = by["granted"]
    others = {name: by[name]["count"] for name in ("denied", "unable")}
    said = say("year.outcome", language, share=share(granted, language), **others)
    return said if granted["n"] else Markdown()


def _missing(printed: pl.DataFrame, language: Language) -> Markdown:
    items = [
        say(
            "year.left_out.item",
            language,
            name=code_label(item, language),
            n=cited(n, "flow", item) if n < printed.height else n,
        )
        for item, n in printed.select(FLOW).null_count().row(0, named=True).items()
        if n
    ]
    return say("year.left_out", language, items=joined(items, language)) if items else Markdown()


def _contradicting(corpus: Frames, language: Language) -> Markdown:
    n = failing(corpus)["report_id"].n_unique()
    return say("fails", language, n=of_all(n)) if n else Markdown()


def _largest(printed: pl.DataFrame, language: Language) -> Markdown:
    """Say if one report makes up most of what was received."""
    each = printed.drop_nulls("received").sort("received", descending=True)
    n = each["received"].sum()
    if each.height <= 1 or 2 * each["received"][0] <= n:
        return Markdown()
    name, count = each["agency"][0], each["received"][0]
    alone = printed["agency"].eq_missing(name).sum() == 1  # else its evidence is a sum
    numbers = {
        "count": cited(count, "flow", "received", *([name] if alone else [])),
        "n": cited(int(n), "flow", "received"),
    }
    return say("year.largest", language, agency=agency(name, language), **numbers)


def _scope(reports: pl.DataFrame, language: Language) -> Markdown:
    region = reports.filter(scope="region")["agency"]
    unknown = reports["scope"].null_count() if reports.height > 1 else 0
    unnamed = reports["agency"].null_count()
    return sentence(
        language,
        say("year.region", language, agencies=agency_names(region, language))
        if len(region)
        else "",
        say("year.scope_unknown", language, n=of_all(unknown)) if unknown else "",
        say("year.unnamed", language, n=of_all(unnamed)) if unnamed else "",
    )


def busiest(corpus: Frames) -> list[str | None]:
    """Agencies that received most, as the table of agencies lists them."""
    return _received(corpus)["agency"].head(MOST).to_list()


def _received(corpus: Frames) -> pl.DataFrame:
    """What agencies received and resolved, by the printed totals, the busiest first."""
    totals = _totals(corpus).group_by("agency").agg(_added(*_FLOWS))
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
    resolved = outcomes.filter(denominator="resolved")
    wide = resolved.pivot("outcome", index="agency", values="count")
    doubtful = resolved.filter(pl.col("n_fails") > 0)["agency"].unique(maintain_order=True)
    totals = _received(corpus)
    if totals.is_empty():
        return Markdown()
    shown = totals.join(wide, on="agency", how="left", nulls_equal=True, maintain_order="left")
    body = [
        {"agency": agency(row["agency"], language)}
        | {item: cited(row[item], "flow", item, row["agency"]) for item in _FLOWS}
        | {kind: cited(row[kind], "resolved", kind, row["agency"]) for kind in kinds}
        for row in shown.head(MOST).iter_rows(named=True)
    ]
    heads = {name: say(f"head.{name}", language) for name in ("agency", *_FLOWS)}
    heads |= {kind: Markdown(code_label(kind, language)) for kind in kinds}
    cut = say("outcomes.most", language, shown=MOST, all=of_all(shown.height))
    return paragraphs(
        table(body, heads),
        sentence(
            language,
            say("outcomes.table", language),
            cut if shown.height > MOST else "",
            say("outcomes.fails", language, agencies=agency_names(doubtful, language))
            if len(doubtful)
            else "",
        ),
    )
