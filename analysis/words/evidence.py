"""What each number of the brief rests on: which cells of which reports add up to it.

A figure is a sum of parts over the reports of a basis, or how many these are.
:mod:`analysis.words.ledger` lists them; :func:`cells_csv` has every cell that any of them rests on.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from analysis.decisions import ENFORCEMENT
from analysis.observations import USED, Frames, Part, leave_out, observe, part, printed
from analysis.panel import panel, quantity
from analysis.selection import Selection
from analysis.shares import OUTCOMES, composition
from analysis.words.state import short_sources
from toolkit.form import form
from toolkit.storage.store import harmless

FLOW: Final = ("received", "carried_in", "resolved", "carried_forward")
DISPUTES: Final = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")

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
    "unusual": ("granted", "held"),
    "enforcement": ("enforcement", "licensing"),
}
"""Figures that the brief prints of an agency."""

HEADS: Final = ("denied", "unable", "unprocessed", "otherwise")
_EACH: Final = ("flow", "challenges")
_NOT_OF_ZERO: Final = ("received", "denied", "grounds", "challenges")

REPORTS: Final = {"reports": ()}
"""The figure that is no sum: how many reports there are, and which."""


class Basis(NamedTuple):
    """Reports that figures rest on together, and the figures: sums of some of their parts.

    ``rows`` has one row per report that is added up, ``own`` one per report that an agency's own
    figures rest on: those of organs are, beside their region's, in the second alone.
    """

    name: str
    parts: Mapping[str, Part]
    sums: Mapping[str, tuple[str, ...]]
    rows: pl.DataFrame
    own: pl.DataFrame

    @property
    def flag(self) -> str:
        """Column of the CSV that is 1 in the reports that count."""
        return f"used.{'once' if self.name in _EACH else self.name}"


def flow() -> dict[str, Part]:
    """Cells of the totals of applications: received, carried in, resolved, carried forward."""
    return {item: part("applications", item, "total") for item in FLOW}


def disputed(*items: str) -> dict[str, Part]:
    """Cells of each result of these kinds of dispute, and of their totals: ``ITEM-COLUMN``."""
    results = form().item("challenges", DISPUTES[0]).columns
    return {f"{i}-{c}": part("challenges", i, c) for i in items or DISPUTES for c in results}


def bases(chosen: Selection, once: Selection | None = None, *, strict: bool = False) -> list[Basis]:
    """What the year's figures rest on.

    Parameters
    ----------
    chosen
        The reports of the brief.
    once
        Those of them that are added up, by default all.
    strict
        As in the statistics.
    """
    every, one = (told.reports.select("report_id", "agency") for told in (chosen, once or chosen))
    added = one.select("report_id")
    made = [Basis("all", {}, REPORTS, every, every), Basis("once", {}, {}, one, one)]
    made += _each("flow", chosen, added, flow())
    for of in ("received", "resolved", "denied", "grounds"):
        parts = composition(of)
        wholes = OUTCOMES if of == "resolved" else {of: tuple(parts)}
        basis = _basis(of, chosen, parts, {}, added, strict=strict)
        # Of all grounds the prose names the most frequent.
        named = [max(parts, key=lambda name: basis.rows[name].sum())] if of == "grounds" else parts
        made.append(basis._replace(sums={name: (name,) for name in named} | wholes | REPORTS))
    items = {item: part("proactive", item, "decisions") for item in (*ENFORCEMENT, "licensing")}
    sums = {"enforcement": ENFORCEMENT, "licensing": ("licensing",)} | REPORTS
    made.append(_basis("enforcement", chosen, items, sums, added, strict=strict))
    each = _each("challenges", chosen, added, disputed())
    of_any = pl.concat(one.rows for one in each).unique("report_id", maintain_order=True)
    return [*made, *each, Basis("challenges", {}, REPORTS, of_any, of_any)]


def _each(name: str, corpus: Frames, added: pl.DataFrame, parts: Mapping[str, Part]) -> list[Basis]:
    """Parts that each stand for themselves, on the reports that print that one."""
    found = observe(corpus, parts, by=("agency",)).collect()
    printing = ((key, found.filter(pl.col(key).is_not_null())) for key in parts)
    return [
        Basis(name, {key: parts[key]}, {key: (key,)}, _among(own, added), own)
        for key, own in printing
    ]


def _basis(
    name: str,
    corpus: Frames,
    parts: Mapping[str, Part],
    sums: Mapping[str, tuple[str, ...]],
    added: pl.DataFrame,
    *,
    strict: bool,
) -> Basis:
    rows = observe(corpus, parts, by=("agency",), strict=strict).collect()
    own = leave_out(rows, ("agency",)).filter(USED)
    return Basis(name, parts, sums, _among(own, added), own)


def _among(rows: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    return rows.join(reports, on="report_id", how="semi", maintain_order="left")


def change_bases(both: Selection, year: int, *, strict: bool = False) -> list[Basis]:
    """What the changes since last year rest on: for each quantity, either year.

    Parameters
    ----------
    both
        The reports of both years.
    year
        The later one.
    strict
        As in the statistics.
    """
    made: list[Basis] = []
    for name, of in CHANGES.items() if both.reports.height else ():
        years = panel(both, of=of, by="scope", strict=strict).drop_nulls(("agency", "count"))
        paired = years.filter(pl.len().over("agency") == 2).select("agency", "scope")  # noqa: PLR2004
        if paired.is_empty():
            continue
        on_scope = both.reports.join(paired, on=("agency", "scope"), how="semi", nulls_equal=True)
        parts = {name: quantity(of)[of]}
        basis = _basis(f"change-{name}", both, parts, {}, on_scope, strict=strict)
        for which, sums in (
            (year - 1, {"before": (name,)}),
            (year, {"now": (name,)} | REPORTS),
        ):
            made.append(basis._replace(sums=sums, rows=basis.rows.filter(year=which)))
    return made


def unusual(chosen: Selection, agencies: Sequence[str | None]) -> list[Basis]:
    """What the comparison of agencies rests on, and what is said of those that stand out."""
    parts = composition("held")
    basis = _basis("unusual", chosen, parts, REPORTS, chosen.reports, strict=True)
    named = pl.Series("agency", agencies, dtype=pl.String).to_frame()
    rows = basis.rows.join(named, on="agency", how="semi", nulls_equal=True, maintain_order="left")
    sums = {"granted": ("granted",), "held": tuple(parts)}
    return [basis, basis._replace(sums=sums, rows=rows, own=rows)]


class Figure(NamedTuple):
    """A sum that the brief prints: of all reports of a basis, or of one agency's."""

    basis: Basis
    name: str
    who: tuple[str | None, ...]
    rows: pl.DataFrame

    @property
    def value(self) -> int:
        """The number, added up anew."""
        parts = self.basis.sums[self.name]
        return sum(int(self.rows[part].sum()) for part in parts) if parts else self.rows.height

    @property
    def sets(self) -> list[Part]:
        """Cells of each of its parts."""
        return [self.basis.parts[part] for part in self.basis.sums[self.name]]


def figures(found: Sequence[Basis], agencies: Sequence[str | None]) -> Iterator[Figure]:
    """Every figure that the brief may print; what is 0 is printed of some bases only."""
    if all(basis.rows.is_empty() for basis in found):
        return
    for basis in found:
        every = [Figure(basis, name, (), basis.rows) for name in basis.sums]
        yield from (figure for figure in every if _printed(figure))
    own = [basis for basis in found if set(basis.sums) & set(OWN.get(basis.name, ()))]
    each = [(basis, basis.own.partition_by("agency", as_dict=True)) for basis in own]
    for agency in agencies:
        for basis, by_agency in each:
            names = [name for name in basis.sums if name in OWN[basis.name]]
            if (rows := by_agency.get((agency,))) is not None:
                yield from (Figure(basis, name, (agency,), rows) for name in names)


def _printed(figure: Figure) -> bool:
    """Whether the brief may print a figure of all reports."""
    basis = figure.basis.name
    if figure.name == "reports" or figure.rows.is_empty() or basis == "unusual":
        return figure.name == "reports"
    return basis not in _NOT_OF_ZERO or figure.value > 0 or figure.name.endswith("-total")


def cells_csv(found: Sequence[Basis], *corpora: Frames) -> str:
    """Cells behind all figures, as CSV: one row per report, one column per cell.

    A cell without a number has its state instead; ``used.NAME`` is 1 in the reports that the
    figures of that basis rest on; ``used.all`` in all reports of the brief, ``used.once`` in those
    that are added up.
    """
    names = list(
        dict.fromkeys(
            cell for b in found for sets in b.parts.values() for cells in sets for cell in cells
        )
    )
    about = ("report_id", "agency", "year", "source")
    frame = pl.concat(printed(corpus, about, names).collect() for corpus in corpora).unique(
        "report_id", keep="first", maintain_order=True
    )
    flags: dict[str, list[pl.Series]] = {}
    for basis in found:
        if basis.name not in _EACH:
            flags.setdefault(basis.flag, []).append(basis.rows["report_id"])
    shown = frame.with_columns(
        short_sources(frame["source"]),
        *(
            pl.col("report_id").is_in(pl.concat(ids).implode()).cast(pl.Int8).alias(flag)
            for flag, ids in flags.items()
        ),
    )
    used = pl.any_horizontal(pl.col(flag) == 1 for flag in flags)
    return (
        shown.filter(used)
        .select(
            *about,
            *flags,
            *(
                pl.coalesce(
                    pl.col(f"value:{name}").cast(pl.String), pl.col(f"state:{name}").cast(pl.String)
                ).alias(name)
                for name in names
            ),
        )
        .with_columns(harmless())
        .rename({"source": "document"})
        .write_csv()
    )
