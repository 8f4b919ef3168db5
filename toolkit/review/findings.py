"""Checks that fail, each with what is printed and where, and what would mend it.

For ``ogi check``: as lines for people, with what was not read; as JSON, or as CSV.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import polars as pl

from toolkit.check import PROSE
from toolkit.corpus import Corpus
from toolkit.form import Language, label_of
from toolkit.review.suggest import among, ranked, vicinity
from toolkit.schema import CELL, CHECK, STATES
from toolkit.storage.store import harmless
from toolkit.telling import name_of, say, told

_SHOWN: Final = 3
_REPORT: Final = ("source", "agency", "year")
_SIDES: Final = ("lhs", "rhs", "delta")

Finding = dict[str, Any]
"""A failing check: its report, both sides, ``cells`` and ``quotes`` as printed with their
place, and ``suggestions``."""


def findings(
    corpus: Corpus[Any], *, year: int | None = None, most: int | None = None
) -> list[Finding]:
    """Every check that fails, in the order of the reports and the form.

    Parameters
    ----------
    corpus
        The reports.
    year
        Keep checks of the reports on this year; by default of all.
    most
        Look up ``cells``, ``quotes`` and ``suggestions`` of so many checks of the form, and of
        the prose, alone; those of the others are empty. By default of all.

    Returns
    -------
    list of dict
        One for each failing check: ``report_id``, agency, year and source of its report,
        ``identity`` and ``subject``, ``lhs``, ``rhs`` and ``delta``; ``cells`` and ``quotes`` as
        printed, each with its place; ``suggestions``, the likeliest first.
    """
    failing = corpus.checks.lazy().filter(verdict="fails").collect()
    if year is not None:
        dated = corpus.reports.lazy().filter(year=year).select("report_id").collect()
        failing = failing.join(dated, on="report_id", how="semi", maintain_order="left")
    if failing.is_empty():
        return []
    said = pl.col("identity").str.starts_with(PROSE)
    shown = failing if most is None else failing.filter(pl.int_range(pl.len()).over(said) < most)
    here = vicinity(shown, corpus.checks, corpus.cells, corpus.reports)
    named = pl.concat(frame.select("report_id") for frame in (failing, here.cells))
    reports = among(corpus.reports, named)
    about = {row["report_id"]: row for row in reports.iter_rows(named=True)}
    printed = _grouped(_cells(here.crossing.drop("sign"), corpus.regions, here.cells), shown)
    told = among(corpus.claims, shown).with_columns(identity=PROSE + pl.col("claim"))
    by_subject = shown.select(CHECK)
    quotes = _grouped(told.join(by_subject, on=CHECK[:2], maintain_order="left"), shown)
    suggested = _grouped(ranked(shown, here, reports), shown)
    found = []
    for row in failing.iter_rows(named=True):
        key = tuple(row[name] for name in CHECK)
        found.append(
            _some(about[row["report_id"]], "report_id", *_REPORT)
            | _some(row, *CHECK[1:], *_SIDES)
            | {
                "cells": [_cell(one, about, "raw", "locator") for one in printed[key]],
                "quotes": [_some(one, "quote", "locator") for one in quotes[key]],
                "suggestions": [
                    _cell(one, about, "suggested", "mends", "breaks", "doubtful")
                    for one in suggested[key][:_SHOWN]
                ],
            }
        )
    return found


def _some(row: Finding, *names: str) -> Finding:
    return {name: row[name] for name in names}


def as_text(found: list[Finding], corpus: Corpus[Any], language: Language = "en") -> str:
    """Lines for people: under each report what was not read and what fails; three that count."""
    lost = corpus.unread.rows_by_key("report_id", named=True, include_key=True)
    failing: defaultdict[str, list[str]] = defaultdict(list)
    for one in found:
        failing[one["report_id"]] += _lines(one, language)
    lines: list[str] = []
    reports = corpus.reports.lazy().select("report_id", *_REPORT, "notes", "^n_.*$").collect()
    for about in reports.iter_rows(named=True):
        own = [*_unread(lost.get(about["report_id"], ()), about["notes"], language)]
        if own := own + failing[about["report_id"]]:
            what = f"{about['agency'] or '?'} {about['year'] or '?'}"
            lines.append(_placed(what, about["source"], language))
            lines += (f"  {line}" for line in own)
    by = dict(
        corpus.checks.lazy().group_by(pl.col("verdict").cast(pl.String)).len().collect().iter_rows()
    )
    states = {state: reports[f"n_{state}"].sum() for state in STATES}
    verdicts = {name: by.get(name, 0) for name in ("fails", "holds", "unknown")}
    seen = {name: corpus.account[name] for name in ("reports", "failures", "duplicates")}
    counts = {"documents": seen, "cells": states, "checks": verdicts}
    return "\n".join((*lines, *(_counted(of, counts[of], language) for of in counts)))


def _counted(of: str, counts: Mapping[str, int], language: Language) -> str:
    each = (
        say("{n:,} {what}", language, n=n, what=name_of(name, language))
        for name, n in counts.items()
    )
    total = say("{n:,} {what}", language, n=sum(counts.values()), what=name_of(of, language))
    return say("{what}: {why}", language, what=total, why=say(", ", language).join(each))


def _placed(what: str, place: str | None, language: Language) -> str:
    return (
        say("{what} ({place})", language, what=what, place=told(place, language)) if place else what
    )


def _unread(rows: Iterable[Finding], notes: Iterable[str], language: Language) -> Iterator[str]:
    """Tell what was not read, with all that is printed at its place, and what is noted."""
    found: defaultdict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in rows:
        column = f".{row['columns'][0]}" if len(row["columns"]) == 1 else ""
        where = row["table"], row["state"], row["raw"], row["locator"]
        name = name_of(f"{row['item']}{column}", language, table=row["table"])
        found[where].append(name)
    for (table, state, raw, locator), names in found.items():
        what = say(", ", language).join(names[:_SHOWN])
        if len(names) > _SHOWN:
            what = say("{what} and {n} more", language, what=what, n=len(names) - _SHOWN)
        if raw:
            what = say("{what}, printed “{raw}”", language, what=what, raw=" ".join(raw.split()))
        of, why = name_of(table, language), name_of(state, language)
        of = say("{table} {state}", language, table=of, state=why)
        yield say("{what}: {why}", language, what=of, why=_placed(what, locator, language))
    yield from (told(note, language) for note in notes if found)


def as_json(found: list[Finding]) -> str:
    """JSON array of the findings."""
    return json.dumps(found, ensure_ascii=False, indent=1)


def as_csv(found: list[Finding]) -> str:
    """CSV, one line per failing check; cells and quotes are joined by semicolons."""
    head = (*_REPORT, *CHECK[1:], *_SIDES)
    lines = [
        _some(one, *head)
        | {
            "cells": "; ".join(map(_printed, one["cells"])),
            "quotes": "; ".join(f"{told['quote']} ({told['locator']})" for told in one["quotes"])
            or None,
            "suggestion": next(map(_mended, one["suggestions"]), None),
        }
        for one in found
    ]
    columns = (*head, "cells", "quotes", "suggestion")
    frame = pl.DataFrame(lines, dict.fromkeys(columns), infer_schema_length=None)
    return frame.with_columns(harmless()).write_csv().rstrip("\n")


def _lines(one: Finding, language: Language) -> Iterator[str]:
    code, label = one["identity"], label_of("identities", one["identity"], language)
    sides = f"{one['lhs']:,} {'<' if code == 'region' else '≠'} {one['rhs']:,}"
    if language != "en":
        claim = label_of("claims", code.removeprefix(PROSE), language)
        code, label = label or say("prose: {claim}", language, claim=claim), None
    about = say(" + ", language).join(name_of(s, language) for s in one["subject"].split("+"))
    line = say("{what}: {why}", language, what=f"{code} · {about}", why=sides)
    yield _placed(line, label, language)
    for quote in one["quotes"]:
        yield "  " + say(
            "“{quote}”, {place}",
            language,
            quote=quote["quote"],
            place=told(quote["locator"], language),
        )
    zeros = sum(cell["value"] == 0 for cell in one["cells"])
    for cell in one["cells"]:
        if cell["value"] or len(one["cells"]) <= 1 + zeros:
            yield f"  {_printed(cell, language)}"
    if zeros and len(one["cells"]) > 1 + zeros:
        one_zero = say("and {n} that is 0", language, n=zeros)
        yield f"  {say('and {n} that are 0', language, n=zeros) if zeros > 1 else one_zero}"
    for cell in one["suggestions"]:
        yield f"  ? {_mended(cell, language)}"


def _printed(cell: Finding, language: Language = "en") -> str:
    what = f"{name_of(cell['cell'], language)} = {cell['value']}"
    what = say("{what}, printed “{raw}”", language, what=what, raw=cell["raw"])
    place = told(cell["locator"], language)
    where = filter(None, (cell["source"], place))
    return say("{what} ({place})", language, what=what, place=say(", ", language).join(where))


def _mended(cell: Finding, language: Language = "en") -> str:
    why = "the reading is in doubt" if cell["doubtful"] else "plainly printed"
    what = say(
        "{cell} {value} → {suggested} would mend {mends} ({why})",
        language,
        **cell | {"cell": name_of(cell["cell"], language), "why": name_of(why, language)},
    )
    if not (breaks := cell["breaks"]):
        return what
    return say("{what}, but then {breaks} that hold would not", language, what=what, breaks=breaks)


def _cell(row: Finding, about: Mapping[str, Finding], *names: str) -> Finding:
    """Name and number of a cell, and more of it; its ``source`` only if in another report."""
    elsewhere = row["cell_report_id"] != row["report_id"]
    return {
        "cell": ".".join(row[name] for name in CELL),
        "source": about[row["cell_report_id"]]["source"] if elsewhere else None,
        **_some(row, "value", *names),
    }


def _cells(crossing: pl.DataFrame, regions: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """Cells of checks, in the form's order; of a region's, its own."""
    own = regions.select(
        *CHECK[:1], *CELL, identity=pl.lit("region"), subject="item", cell_report_id="report_id"
    )
    wanted = pl.concat([crossing, own.select(crossing.columns)])
    read_as = cells.rename({"report_id": "cell_report_id"}).with_row_index("place")
    return wanted.join(read_as, on=("cell_report_id", *CELL)).sort("place")


def _grouped(frame: pl.DataFrame, shown: pl.DataFrame) -> Mapping[tuple[str, ...], list[Finding]]:
    """Rows of a frame by the check that they are of."""
    rows = frame.join(shown, on=CHECK, how="semi", maintain_order="left")
    found = rows.rows_by_key(CHECK, named=True, include_key=True)
    return defaultdict(list, found)
