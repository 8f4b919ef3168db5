"""What each number of the brief rests on: which cells of which reports add up to it.

A figure is a sum of parts over the reports of a basis. :mod:`analysis.words.ledger` lists them;
:func:`cells_csv` has every cell that any of them rests on.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from analysis.observations import Frames, Part, observe, part, printed
from analysis.panel import panel, quantity
from analysis.ratios import ENFORCEMENT
from analysis.shares import OUTCOMES, composition
from analysis.words.prose import DISPUTES, FLOW
from analysis.words.state import short_sources
from toolkit.form import form
from toolkit.storage.export import harmless

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
_NOT_OF_ZERO: Final = ("received", "denied", "grounds", "challenges")


class Basis(NamedTuple):
    """Reports that figures rest on together, and the figures: sums of some of their parts."""

    name: str
    parts: Mapping[str, Part]
    sums: Mapping[str, tuple[str, ...]]
    rows: pl.DataFrame

    @property
    def alone(self) -> bool:
        """Whether each figure is of one cell, so that no flag has to say which reports count."""
        return self.name in ("flow", "challenges")

    @property
    def flag(self) -> str:
        """Column of the CSV that is 1 in the reports that count."""
        return f"used.{self.name}"


def bases(chosen: Frames, *, strict: bool = False) -> list[Basis]:
    """What the year's figures rest on; ``rows`` has one row per report that is used.

    Parameters
    ----------
    chosen
        The reports of the brief.
    strict
        As in the statistics.
    """
    flow = {item: part("applications", item, "total") for item in FLOW}
    made = _each("flow", chosen, flow)
    for of in ("received", "resolved", "denied", "grounds"):
        parts = composition(of)
        wholes = OUTCOMES if of == "resolved" else {of: tuple(parts)}
        basis = _basis(of, chosen, parts, {}, strict=strict)
        # Of all grounds the prose names the most frequent.
        named = [max(parts, key=lambda name: basis.rows[name].sum())] if of == "grounds" else parts
        made.append(basis._replace(sums={name: (name,) for name in named} | wholes))
    items = {item: part("proactive", item, "decisions") for item in (*ENFORCEMENT, "licensing")}
    sums = {"enforcement": ENFORCEMENT, "licensing": ("licensing",)}
    made.append(_basis("enforcement", chosen, items, sums, strict=strict))
    results = form().item("challenges", DISPUTES[0]).columns
    ends = {f"{i}-{c}": part("challenges", i, c) for i in DISPUTES for c in results}
    return made + _each("challenges", chosen, ends)


def _each(name: str, corpus: Frames, parts: Mapping[str, Part]) -> list[Basis]:
    """Parts that each stand for themselves, on the reports that print that one."""
    found = observe(corpus, parts, by=("agency",)).collect()
    return [
        Basis(name, {key: parts[key]}, {key: (key,)}, found.filter(pl.col(key).is_not_null()))
        for key in parts
    ]


def _basis(
    name: str,
    corpus: Frames,
    parts: Mapping[str, Part],
    sums: Mapping[str, tuple[str, ...]],
    *,
    strict: bool,
) -> Basis:
    rows = observe(corpus, parts, by=("agency",), strict=strict)
    return Basis(name, parts, sums, rows.filter(pl.col("left_out").is_null()).collect())


def change_bases(both: Frames, year: int, *, strict: bool = False) -> list[Basis]:
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
    made = []
    for name, of in CHANGES.items():
        years = panel(both, of=of, strict=strict).drop_nulls(("agency", "count"))
        paired = years.filter(pl.len().over("agency") == 2).select("agency").unique()  # noqa: PLR2004
        parts = {name: quantity(of)[of]}
        basis = _basis(f"change-{name}", both, parts, {}, strict=strict)
        rows = basis.rows.join(paired, on="agency", how="semi", maintain_order="left")
        for when, which in (("before", year - 1), ("now", year)):
            made.append(basis._replace(sums={when: (name,)}, rows=rows.filter(year=which)))
    return made


def unusual(chosen: Frames, agencies: Sequence[str | None]) -> Basis:
    """What is said of agencies that stand out rests on: their reports whose identities hold."""
    parts = composition("held")
    sums = {"granted": ("granted",), "held": tuple(parts)}
    basis = _basis("unusual", chosen, parts, sums, strict=True)
    named = pl.Series("agency", agencies, dtype=pl.String).to_frame()
    rows = basis.rows.join(named, on="agency", how="semi", nulls_equal=True, maintain_order="left")
    return basis._replace(rows=rows)


class Figure(NamedTuple):
    """A sum that the brief prints: of all reports of a basis, or of one agency's."""

    basis: Basis
    name: str
    who: tuple[str | None, ...]
    rows: pl.DataFrame

    @property
    def value(self) -> int:
        """The number, added up anew."""
        return int(self.rows.select(self.basis.sums[self.name]).sum().sum_horizontal().item())

    @property
    def sets(self) -> list[Part]:
        """Cells of each of its parts."""
        return [self.basis.parts[part] for part in self.basis.sums[self.name]]


def figures(found: Sequence[Basis], agencies: Sequence[str | None]) -> Iterator[Figure]:
    """Every figure that the brief may print; what is 0 is printed of some bases only."""
    for basis in found:
        for name in basis.sums:
            figure = Figure(basis, name, (), basis.rows)
            if basis.name == "unusual" or basis.rows.is_empty():
                continue
            if basis.name not in _NOT_OF_ZERO or figure.value:
                yield figure
    for agency_name in agencies:
        for basis in found:
            rows = basis.rows.filter(pl.col("agency").eq_missing(agency_name))
            names = [name for name in basis.sums if name in OWN.get(basis.name, ())]
            yield from (Figure(basis, name, (agency_name,), rows) for name in names if rows.height)


def cells_csv(found: Sequence[Basis], *corpora: Frames) -> str:
    """Cells behind all figures, as CSV: one row per report, one column per cell.

    A cell without a number has its state instead; ``used.NAME`` is 1 in the reports that the
    figures of that basis rest on. Of corpora after the first, only such reports are listed.
    """
    names = list(
        dict.fromkeys(
            cell for b in found for sets in b.parts.values() for cells in sets for cell in cells
        )
    )
    about = ("report_id", "agency", "year", "source")
    frame = pl.concat(
        printed(corpus, about, names).collect().with_columns(place=pl.lit(n))
        for n, corpus in enumerate(corpora)
    ).unique("report_id", keep="first", maintain_order=True)
    flags = {
        b.flag: [c.rows["report_id"] for c in found if c.name == b.name]
        for b in found
        if not b.alone
    }
    shown = frame.with_columns(
        *short_sources(frame["source"]),
        *(
            pl.col("report_id").is_in(pl.concat(ids).implode()).cast(pl.Int8).alias(flag)
            for flag, ids in flags.items()
        ),
    )
    used = pl.any_horizontal(pl.col(flag) == 1 for flag in flags)
    return (
        shown.filter((pl.col("place") == 0) | used)
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


__all__ = ["CHANGES", "Basis", "Figure", "bases", "cells_csv", "change_bases", "figures", "unusual"]
