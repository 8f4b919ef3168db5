"""Figures for one report: any that the form allows, with the identities holding by default."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Literal

from hypothesis import strategies as st

from toolkit.form import CellKey, form

Edition = Literal["2021", "2019"]
EDITIONS: tuple[Edition, ...] = ("2021", "2019")
BACKGROUNDS = ("zeros", "realistic", "distinct")

REQUESTERS = form().item("applications", "received").columns[:-1]
# How often each kind of requester and each outcome occurs, roughly, in published reports.
REQUESTER_WEIGHTS = (80, 13, 1, 1, 3, 2)
OUTCOME_WEIGHTS = {
    "granted": 45,
    "granted_in_part": 8,
    "denied_state_secret": 0.2,
    "denied_other_law": 1,
    "denied_security": 0.3,
    "denied_third_party": 1,
    "denied_internal_affairs": 1,
    "denied_deliberative": 1,
    "denied_enforcement_file": 1,
    "denied_inquiry": 4,
    "unable_not_held": 22,
    "unable_not_existing": 4,
    "unable_unclear": 1,
    "unprocessed_complaint": 3,
    "unprocessed_repeat": 2,
    "unprocessed_published": 0.3,
    "unprocessed_mass": 0.3,
    "unprocessed_reissue": 0.3,
    "otherwise": 4,
    "otherwise_uncorrected": 2,
    "otherwise_unpaid": 0.1,
    "otherwise_other": 3,
}
HERE = Path(__file__).parent
REGIONS = (HERE / "regions.txt").read_text(encoding="utf-8").split()
BODIES = (HERE / "bodies.txt").read_text(encoding="utf-8").split()
TOWNS = "东西南北中上下大新金石龙河湖山溪桥塘林泉"
TOWNSHIPS = ("镇人民政府", "乡人民政府", "街道办事处")


@dataclass(frozen=True)
class Values:
    """What one agency has to report: a whole number for every cell of its form.

    ``proactive`` and ``applications`` are the editions of tables 2 and 3, which may differ.
    Amounts are in yuan, as in the codebook.
    """

    agency: str
    year: int
    proactive: Edition
    applications: Edition
    cells: dict[CellKey, int] = field(repr=False)

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001
        """Keep what Hypothesis prints of a failure short: 200 cells are no help."""
        some = {".".join(key): value for key, value in self.cells.items() if value}
        shown = dict(list(some.items())[:6])
        printer.text(f"{self!r} with {len(some)} cells not zero: {shown}")


@cache
def keys(proactive: Edition, applications: Edition) -> tuple[CellKey, ...]:
    """Every cell of a form whose table 2 is of one edition and table 3 of another."""
    two, three = form(proactive), form(applications)
    tail = (*three.cells("applications"), *three.cells("challenges"))
    return (*two.cells("proactive"), *tail)


@cache
def free_keys(proactive: Edition, applications: Edition) -> tuple[CellKey, ...]:
    """Cells that no identity determines: all but the totals and what was received."""
    return tuple(
        key
        for key in keys(proactive, applications)
        if key[2] != "total" and key[1] not in ("received", "resolved")
    )


@cache
def outcomes(applications: Edition) -> tuple[str, ...]:
    """Rows of table 3 that add up to its ``resolved``."""
    return form(applications).children("applications", "results")[:-1]


def balance(cells: dict[CellKey, int], applications: Edition) -> None:
    """Set every cell that an identity determines, in place."""
    table = "applications"
    for column in REQUESTERS:
        resolved = sum(cells[table, item, column] for item in outcomes(applications))
        carried_in = cells[table, "carried_in", column]
        forward = max(cells[table, "carried_forward", column], carried_in - resolved)
        cells[table, "carried_forward", column] = forward
        cells[table, "resolved", column] = resolved
        cells[table, "received", column] = resolved + forward - carried_in
    for row in form(applications).rows(table):
        cells[table, row.code, "total"] = sum(cells[table, row.code, c] for c in REQUESTERS)
    for block in form(applications).rows("challenges"):
        parts = (cells["challenges", block.code, column] for column in block.columns[:-1])
        cells["challenges", block.code, "total"] = sum(parts)


def edition_of(year: int) -> Edition:
    """Edition that a year's report should follow."""
    return "2019" if year <= 2020 else "2021"


def seeded(seed: int) -> Random:
    """Return a source of chance that is the same for every run."""
    return Random(seed)


def agency(rng: Random) -> str:
    """Name of some agency."""
    return rng.choice(REGIONS) + rng.choice(BODIES)


def agency_number(number: int) -> str:
    """Name of an agency that no other number has: first real kinds, then made-up townships."""
    return REGIONS[number % len(REGIONS)] + _kinds()[number // len(REGIONS)]


@cache
def _kinds() -> tuple[str, ...]:
    towns = (a + b + c for a in TOWNS for b in TOWNS if a != b for c in TOWNSHIPS)
    return (*BODIES, *towns)


def skewed(rng: Random, zero: float, mean: float) -> int:
    """Draw a count with many zeros and a heavy tail."""
    return 0 if rng.random() < zero else int(mean * (rng.paretovariate(1.1) - 0.9))


def realistic(
    rng: Random,
    name: str,
    year: int,
    *,
    proactive: Edition | None = None,
    applications: Edition | None = None,
    previous: Values | None = None,
) -> Values:
    """Figures with the zeros and the skew of real reports; follow the agency's previous year."""
    two, three = proactive or edition_of(year), applications or edition_of(year)
    cells = dict.fromkeys(keys(two, three), 0)
    before = previous.cells if previous else {}
    _fill_proactive(cells, rng, two, before)
    _fill_applications(cells, rng, three, before)
    return Values(name, year, two, three, cells)


def _fill_proactive(
    cells: dict[CellKey, int], rng: Random, edition: Edition, before: dict[CellKey, int]
) -> None:
    table = "proactive"
    for item, zero in (("rules", 0.95), ("normative_documents", 0.4)):
        new = skewed(rng, zero, 3)
        if edition == "2019":
            cells[table, item, "made"] = cells[table, item, "disclosed"] = new
            cells[table, item, "disclosed_total"] = new + skewed(rng, zero, 30)
            continue
        old = before.get((table, item, "in_force"))
        stock = skewed(rng, zero, 30) if old is None else old
        gone = min(stock, skewed(rng, zero, 3))
        cells[table, item, "issued"], cells[table, item, "repealed"] = new, gone
        cells[table, item, "in_force"] = stock + new - gone
    for _, item, column in form(edition).cells(table):
        if column == "decisions":
            cells[table, item, column] = skewed(rng, 0.5, 400)
        elif column in ("items_last_year", "projects"):
            cells[table, item, column] = skewed(rng, 0.6, 12)
        elif column == "items_change":
            cells[table, item, column] = rng.choice((0, 0, 0, 0, 1, 2, 13, -1, -3, -11))
        elif column == "amount":
            cells[table, item, column] = 100 * skewed(rng, 0.7, 4000)


def _fill_applications(
    cells: dict[CellKey, int], rng: Random, edition: Edition, before: dict[CellKey, int]
) -> None:
    table, rows = "applications", outcomes(edition)
    for column in REQUESTERS:
        cells[table, "carried_in", column] = before.get((table, "carried_forward", column), 0)
    total = skewed(rng, 0.25, 12)
    draws = min(total, 40)
    weights = [OUTCOME_WEIGHTS[row] for row in rows]
    columns = rng.choices(REQUESTERS, REQUESTER_WEIGHTS, k=draws)
    for row, column in zip(rng.choices(rows, weights, k=draws), columns, strict=True):
        cells[table, row, column] += total // draws
    if draws:
        cells[table, "granted", "natural_person"] += total % draws
        cells[table, "carried_forward", "natural_person"] = skewed(rng, 0.6, 1 + total // 40)
        for block in form(edition).rows("challenges"):
            for column in block.columns[:-1]:
                cells["challenges", block.code, column] = skewed(rng, 0.9, 1 + total // 60)
    balance(cells, edition)


def distinct(
    rng: Random, name: str, year: int, *, proactive: Edition, applications: Edition
) -> Values:
    """Figures of which no two are alike, so that a number in the wrong place shows."""
    cells = dict.fromkeys(keys(proactive, applications), 0)
    free = free_keys(proactive, applications)
    for key, value in zip(free, rng.sample(range(1, 5000), len(free)), strict=True):
        cells[key] = 100 * value if key[2] == "amount" else value
    balance(cells, applications)
    return Values(name, year, proactive, applications, cells)


@st.composite
def values(draw: st.DrawFn, editions: tuple[Edition, ...] = EDITIONS) -> Values:
    """Any figures: all zero, like real ones, or all different, with some set at will."""
    year = draw(st.integers(2019, 2025))
    two = draw(st.sampled_from(editions))
    three = draw(st.sampled_from(editions))
    background = draw(st.sampled_from(BACKGROUNDS))
    rng = seeded(draw(st.integers(0, 10_000)))
    name = agency(rng)
    if background == "zeros":
        drawn = Values(name, year, two, three, dict.fromkeys(keys(two, three), 0))
    elif background == "realistic":
        drawn = realistic(rng, name, year, proactive=two, applications=three)
    else:
        drawn = distinct(rng, name, year, proactive=two, applications=three)
    chosen = st.sampled_from(free_keys(two, three))
    for key, value in draw(st.dictionaries(chosen, st.integers(0, 10**7), max_size=4)).items():
        signed = key[2] == "items_change" and value % 2
        drawn.cells[key] = -value if signed else value
    balance(drawn.cells, three)
    return drawn
