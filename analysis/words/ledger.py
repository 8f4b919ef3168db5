"""The brief's list of evidence: every figure with its formula, and its cells as printed."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from analysis.observations import Frames
from analysis.wording import messages, quantity_label
from analysis.words import state
from analysis.words.evidence import CHANGES, Figure
from analysis.words.markdown import Markdown, Row, anchor, safe
from analysis.words.prose import ROWS, Words, bullets, paragraphs
from analysis.words.state import short_sources
from toolkit.check import cell_name, instances
from toolkit.form import Language, form, forms
from toolkit.schema import CELL

MOST: Final = 12
"""Reports whose cells a figure lists, and cells; beyond, they are in the CSV alone."""

_OF_PROSE: Final = ("applications", "challenges")
_HEADS: Final = ("denied", "unable", "unprocessed", "otherwise")
_UNSAID: Final = ("received", "denied", "grounds", "challenges")
"""Bases of whose parts the prose names only those that are not 0."""

Printed = Mapping[tuple[str, str], Row]


def listing(
    found: Sequence[Figure], chosen: Frames, *others: Frames, language: Language
) -> Markdown:
    """Documents, and every figure and failing check with its cells as printed.

    Checks are those of the ``chosen`` reports; ``others`` are there for figures that rest on them.
    """
    words = Words(language)
    if all(figure.rows.is_empty() for figure in found):
        return words.say("evidence.none")
    figures = [figure for figure in found if _is_said(figure)]
    ids = {i for figure in figures if figure.rows.height <= MOST for i in figure.rows["report_id"]}
    failing = state.failing(chosen).head(ROWS)
    ids |= {*failing["report_id"], *state.lacking(chosen)["report_id"].head(MOST)}
    corpora = (chosen, *others)
    reports = pl.concat(corpus.reports.lazy() for corpus in corpora)
    named = (
        reports.filter(pl.col("report_id").is_in(list(ids)))
        .unique("report_id", keep="first", maintain_order=True)
        .collect()
    )
    number = {report: f"R{n}" for n, report in enumerate(named["report_id"], start=1)}
    cells = _printed(corpora, list(ids))
    lists: dict[tuple[str | None, ...], list[Markdown]] = {}
    for figure in figures:
        lists.setdefault(figure.who, []).append(_item(figure, cells, number, words))
    checks = bullets(_check(row, cells, number, words) for row in failing.to_dicts())
    parts = [
        (words.agency(who[0]) if who else words.say("evidence.all"), bullets(items))
        for who, items in lists.items()
    ]
    parts += [(words.say("evidence.checks"), checks)] if checks else []
    return paragraphs(
        words.say("evidence.text"),
        _documents(named, number, words),
        *(paragraphs(f"### {head}", items) for head, items in parts),
    )


def _is_said(figure: Figure) -> bool:
    """Whether a brief may print a figure: no sum of no report, and some only if they are not 0."""
    if figure.rows.is_empty() or not figure.parts:
        return not figure.parts
    unsaid = figure.basis in _UNSAID and not figure.name.endswith("-total")
    return not unsaid or figure.value > 0


def _item(figure: Figure, cells: Printed, number: Mapping[str, str], words: Words) -> Markdown:
    """Point of the list, at the figure's anchor."""
    said = words.say(
        "evidence.item",
        name=_name(figure, words),
        value=figure.value,
        formula=_formula(figure, words),
        cells=_terms(figure, cells, number, words),
    )
    return _at(anchor(figure.basis, figure.name, *figure.who), said)


def _check(row: Row, cells: Printed, number: Mapping[str, str], words: Words) -> Markdown:
    """Point of the list on a check that fails: the cells on either side, as far as known."""
    report, subject = row["report_id"], row["subject"]
    either = [
        [*one.lhs, *one.rhs]
        for made in forms()
        for one in instances(made)
        if (one.identity, one.subject) == (row["identity"], subject)
    ]
    totals = [[f"{of}.{code}.total" for code in subject.split("+")] for of in _OF_PROSE]
    known = (names for names in (*either, *totals) if all((report, n) in cells for n in names))
    names = next(known, [])
    said = words.say(
        "evidence.check",
        agency=words.agency(row["agency"]),
        identity=words.identity(row["identity"]),
        subject=words.subject(subject),
        cells=words.joined(
            [number[report], *(_term(report, n, set(names), cells, "", words) for n in names)]
        ),
        lhs=row["lhs"],
        rhs=row["rhs"],
    )
    return _at(anchor("check", row["identity"], f"{report} {subject}"), said)


def _at(name: str, said: str) -> Markdown:
    return Markdown(f'<a id="{name}"></a>{said}')


def _documents(named: pl.DataFrame, number: Mapping[str, str], words: Words) -> Markdown:
    """Reports by the number that the list has for them."""
    lines = {
        row["report_id"]: words.say(
            "evidence.document",
            number=number[row["report_id"]],
            agency=words.agency(row["agency"]),
            year=row["year"],
            source=row["source"],
            fingerprint=row["sha256"][:12],
        )
        for row in named.with_columns(short_sources(named["source"])).iter_rows(named=True)
    }
    return bullets(_at(anchor("report", report), line) for report, line in lines.items())


def _name(figure: Figure, words: Words) -> Markdown:
    """What a figure is."""
    basis, name = figure.basis, figure.name
    of = "resolved" if basis == "unusual" else basis
    if (whole := f"whole.{of}.{name}") in messages():
        return words.say(whole)
    if basis.startswith("change-"):
        return words.say(f"whole.{name}", name=quantity_label(CHANGES[basis[7:]], words.language))
    if name == "reports":
        return words.say("whole.reports", name=words.say(f"heading.{basis}"))
    of = {"challenges": "challenges", "enforcement": "proactive"}.get(basis, "applications")
    return safe(" · ".join(words.code_label(code, of) for code in name.split("-")))


def _formula(figure: Figure, words: Words) -> Markdown:
    """Columns of the CSV to add up, and over which of its rows."""
    flag = f"{figure.flag} = 1"
    if not figure.parts:
        return Markdown(f"`{flag}`")
    names = [cell.split(".") for sets in figure.parts.values() for cell in sets[0]]
    tables, items, columns = (list(dict.fromkeys(codes)) for codes in zip(*names, strict=True))
    for head in {code.partition("_")[0] for code in items}:
        inside = list(form().children(tables[0], head)) if head in _HEADS else []
        if inside and set(inside) <= set(items):
            items[items.index(inside[0])] = f"{head}_*"
            items = [code for code in items if code not in inside]
    of = ".".join(
        codes[0] if len(codes) == 1 else f"({' + '.join(codes)})"
        for codes in (tables, items, columns)
    )
    if figure.rows.height == 1:
        return Markdown(f"`{of}`")
    return words.say("evidence.formula", of=Markdown(f"{of}, {flag}"), n=figure.rows.height)


def _terms(figure: Figure, cells: Printed, number: Mapping[str, str], words: Words) -> Markdown:
    """Cells of a figure as printed, with their place; of many, those that are not 0."""
    if figure.rows.height > MOST:
        return words.say("evidence.many")
    if not figure.parts:
        return words.joined(number[report] for report in figure.rows["report_id"])
    every = [
        (report, name)
        for report in figure.rows["report_id"]
        for sets in figure.parts.values()
        for name in next(s for s in sets if all((report, one) in cells for one in s))
    ]
    names = {name for _, name in every}
    shown = [at for at in every if len(names) == 1 or cells[at]["value"]]
    several = figure.rows.height > 1 or not figure.who
    said = [
        _term(report, name, names, cells, number[report] if several else "", words)
        for report, name in shown[:MOST]
    ]
    zeros, cut = len(every) - len(shown), len(shown) - MOST
    said.append(words.mention("evidence.zeros" if said else "evidence.zero", n=zeros))
    said.append(words.mention("evidence.more", n=cut))
    return words.joined(filter(None, said))


def _term(
    report: str, name: str, among: set[str], cells: Printed, number: str, words: Words
) -> Markdown:
    """One cell as printed, with its place and what tells it from the others."""
    of, item, column = name.split(".")
    same_row = len({other.split(".")[1] for other in among}) == 1
    said = words.say(
        "evidence.term",
        report=number,
        item=words.code_label(column if same_row else item, of) if len(among) > 1 else "",
        raw=cells[report, name]["raw"],
        place=words.place(cells[report, name]["locator"]),
    )
    return Markdown(re.sub(" {2,}", " ", said).strip())


def _printed(corpora: Sequence[Frames], ids: Sequence[str]) -> Printed:
    """Cells of a few reports that have a number."""
    cells = pl.concat(corpus.cells.lazy() for corpus in corpora)
    found = cells.filter(pl.col("report_id").is_in(ids), pl.col("value").is_not_null())
    return {
        (row["report_id"], cell_name(*(row[name] for name in CELL))): row
        for row in found.collect().iter_rows(named=True)
    }
