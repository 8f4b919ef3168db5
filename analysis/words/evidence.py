"""What each number of the brief rests on: which cells of which reports add up to it.

:mod:`analysis.words.ledger` lists the figures; :func:`cells_csv` has every cell that any of them
rests on.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from analysis.decisions import ENFORCEMENT, ITEMS
from analysis.observations import USED, Frames, Part, leave_out, observe, part, printed
from analysis.panel import panel, quantity
from analysis.selection import Selection
from analysis.shares import OUTCOMES, composition
from analysis.words.state import short_sources
from toolkit.form import form
from toolkit.storage.store import harmless

FLOW: Final = ("received", "carried_in", "resolved", "carried_forward")
DISPUTES: Final = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
TOTALS: Final = tuple(f"{item}-total" for item in DISPUTES)

CHANGES: Final = {
    "received": "applications.received.total",
    "granted": "applications.granted.total",
    "denied": "applications.denied.total",
    "licensing": "proactive.licensing.decisions",
    "penalties": "proactive.penalties.decisions",
    "reconsideration": "challenges.reconsideration.total",
}
"""Quantities that the brief follows from last year to this."""

OWN: Final = {
    "flow": ("received", "resolved"),
    "resolved": OUTCOMES["resolved"],
    "denied": ("denied",),
    "unusual": ("granted", "held"),
    "enforcement": ("enforcement", "licensing"),
    "disputes": ("total",),
}
"""Figures that the brief prints of an agency, by basis."""

Parts = Mapping[str, Part]
REPORTS: Final[dict[str, Parts]] = {"reports": {}}
"""The figure that is no sum: how many reports there are, and which."""


class Figure(NamedTuple):
    """A sum that the brief may print, over all reports of its basis or over one agency's.

    ``rows`` has one row per report and one column per part, no part missing. Without ``parts`` the
    figure is the number of reports. ``who`` is the agency, if it is of one.
    """

    basis: str
    name: str
    parts: Parts
    rows: pl.DataFrame
    who: tuple[str | None, ...] = ()

    @property
    def value(self) -> int:
        """The number, added up anew."""
        return (
            sum(int(self.rows[one].sum()) for one in self.parts) if self.parts else len(self.rows)
        )

    @property
    def flag(self) -> str:
        """Column of the CSV that is 1 in the reports that count."""
        each = self.parts and self.basis in ("flow", "challenges")  # on whatever reports print it
        return f"used.{'once' if each else self.basis}"


def flow() -> dict[str, Part]:
    """Cells of the totals of applications: received, carried in, resolved, carried forward."""
    return {item: part("applications", item, "total") for item in FLOW}


def disputed(*items: str) -> dict[str, Part]:
    """Cells of each result of these kinds of dispute, and of their totals: ``ITEM-COLUMN``."""
    results = form().item("challenges", DISPUTES[0]).columns
    return {f"{i}-{c}": part("challenges", i, c) for i in items or DISPUTES for c in results}


def in_all(corpus: Frames) -> pl.DataFrame:
    """Totals of the three kinds of dispute: one row for each report that prints all of them."""
    every = observe(corpus, _totals(), by=("agency",)).collect()
    return every.drop_nulls(TOTALS)


def _totals() -> dict[str, Part]:
    return {name: cells for name, cells in disputed().items() if name in TOTALS}


def figures(
    chosen: Selection,
    once: Selection | None = None,
    agencies: Sequence[str | None] = (),
    *,
    strict: bool = False,
) -> list[Figure]:
    """Every figure of the year that the brief may print.

    Parameters
    ----------
    chosen
        The reports of the brief.
    once
        Those of them that are added up, by default all.
    agencies
        Agencies that the brief names, who have figures of their own: of all their reports, also of
        those that are not added up beside their region's.
    strict
        As in the statistics.
    """
    added = (once or chosen).reports
    made = [Figure("all", "reports", {}, chosen.reports), Figure("once", "reports", {}, added)]
    made += _each("flow", chosen, added, flow(), agencies)
    for of in ("received", "resolved", "denied", "grounds"):
        parts = composition(of)
        rows = _used(chosen, parts, strict=strict)
        # Of all grounds the prose names the most frequent.
        own = _among(rows, added)
        named = [max(parts, key=lambda name: own[name].sum())] if of == "grounds" else parts
        wholes = OUTCOMES if of == "resolved" else {of: tuple(parts)}
        sums = {name: (name,) for name in named} | wholes
        made += _figures(of, rows, added, _sums(sums, parts) | REPORTS, agencies)
    sums = {"enforcement": ENFORCEMENT, "licensing": ("licensing",)}
    rows = _used(chosen, ITEMS, strict=strict)
    made += _figures("enforcement", rows, added, _sums(sums, ITEMS) | REPORTS, agencies)
    challenges = _each("challenges", chosen, added, disputed())
    of_any = pl.concat(one.rows.select("report_id") for one in challenges)
    every = Figure("challenges", "reports", {}, of_any.unique(maintain_order=True))
    return [*made, *challenges, every]


def changed(both: Selection, year: int, *, strict: bool = False) -> list[Figure]:
    """Figures of the changes from the year before to ``year``: of each quantity, either year."""
    made: list[Figure] = []
    for name, of in CHANGES.items() if both.reports.height else ():
        years = panel(both, of=of, by="scope", strict=strict).drop_nulls(("agency", "count"))
        paired = years.filter(pl.len().over("agency") == 2).select("agency", "scope")  # noqa: PLR2004
        if paired.is_empty():
            continue
        on_scope = both.reports.join(paired, on=("agency", "scope"), how="semi", nulls_equal=True)
        rows, parts = _used(both, quantity(of), strict=strict), quantity(of)
        before, now = (rows.filter(year=one) for one in (year - 1, year))
        made += _figures(f"change-{name}", before, on_scope, {"before": parts})
        made += _figures(f"change-{name}", now, on_scope, {"now": parts} | REPORTS)
    return made


def unusual(chosen: Selection, agencies: Sequence[str | None]) -> list[Figure]:
    """Figures of the comparison of agencies, and of those that are said to stand out."""
    parts = composition("held")
    rows = _used(chosen, parts, strict=True)
    sums = _sums({"granted": ("granted",), "held": tuple(parts)}, parts)
    made = _figures("unusual", rows, chosen.reports, sums | REPORTS, agencies)
    return [figure for figure in made if figure.who or not figure.parts]


def disputes(once: Selection, agencies: Sequence[str | None]) -> list[Figure]:
    """Figures of all disputes together, if one of these agencies is said to have most of them."""
    sums = {"total": _totals()} | REPORTS
    found = _figures("disputes", in_all(once), once.reports, sums, agencies)
    return list(found) if agencies else []


def sound(chosen: Selection, once: Selection) -> list[Figure]:
    """Figures of the outcomes where identities hold, if other reports were used as well."""
    parts = composition("resolved")
    every, rows = (_used(chosen, parts, strict=strict) for strict in (False, True))
    if rows.height == every.height:
        return []
    sums = _sums({"granted": ("granted",), "resolved": OUTCOMES["resolved"]}, parts)
    return [*_figures("sound", rows, once.reports, sums | REPORTS)]


def _sums(of: Mapping[str, Sequence[str]], parts: Parts) -> dict[str, Parts]:
    """Parts of each sum, by its name."""
    return {name: {one: parts[one] for one in those} for name, those in of.items()}


def _figures(
    basis: str,
    rows: pl.DataFrame,
    added: pl.DataFrame,
    sums: Mapping[str, Parts],
    agencies: Sequence[str | None] = (),
) -> Iterator[Figure]:
    """Figures of a basis: of all its rows that are added up, and of each agency's."""
    whole = _among(rows, added)
    yield from (Figure(basis, name, parts, whole) for name, parts in sums.items())
    for agency in agencies:
        own = rows.filter(pl.col("agency").eq_missing(agency))
        names = [name for name in OWN.get(basis, ()) if name in sums and own.height]
        yield from (Figure(basis, name, sums[name], own, (agency,)) for name in names)


def _each(
    basis: str,
    corpus: Frames,
    added: pl.DataFrame,
    parts: Parts,
    agencies: Sequence[str | None] = (),
) -> list[Figure]:
    """Parts that each stand for themselves, on the reports that print that one."""
    found = observe(corpus, parts, by=("agency",)).collect()
    return [
        figure
        for name, cells in parts.items()
        for figure in _figures(
            basis, found.drop_nulls(name), added, {name: {name: cells}}, agencies
        )
    ]


def _used(corpus: Frames, parts: Parts, *, strict: bool) -> pl.DataFrame:
    """Reports that a statistic of these parts uses: one row each."""
    rows = observe(corpus, parts, by=("agency",), strict=strict).collect()
    return leave_out(rows, ("agency",)).filter(USED)


def _among(rows: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    return rows.join(reports, on="report_id", how="semi", maintain_order="left")


def cells_csv(found: Sequence[Figure], *corpora: Frames) -> str:
    """Cells behind all figures, as CSV: one row per report, one column per cell.

    A cell without a number has its state instead; ``used.NAME`` is 1 in the reports that the
    figures of that basis rest on; ``used.all`` in all reports of the brief, ``used.once`` in those
    that are added up.
    """
    parts = (one for figure in found for one in figure.parts.values())
    names = list(dict.fromkeys(cell for sets in parts for cells in sets for cell in cells))
    about = ("report_id", "agency", "year", "source")
    frame = pl.concat(printed(corpus, about, names).collect() for corpus in corpora).unique(
        "report_id", keep="first", maintain_order=True
    )
    ids: dict[str, set[str]] = {}
    for figure in found:
        if not figure.who:
            ids.setdefault(figure.flag, set()).update(figure.rows["report_id"])
    used = (pl.col("report_id").is_in([*some]).cast(pl.Int8).alias(f) for f, some in ids.items())
    either = {name: pl.col(f"value:{name}", f"state:{name}").cast(pl.String) for name in names}
    shown = (pl.coalesce(cell).alias(name) for name, cell in either.items())
    rows = frame.with_columns(short_sources(frame["source"]), *used)
    rows = rows.filter(pl.any_horizontal(pl.col(*ids) == 1)).select(*about, *ids, *shown)
    return rows.with_columns(harmless()).rename({"source": "document"}).write_csv()
