"""The corpus in data/generated: ``python -m bench.example`` makes it anew, from a seed.

Fifty agencies of a city that does not exist, over the years 2019 to 2024. What is planted in
them is named here, so that a test can ask whether the statistics find it.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final

from tests.render import Rendered, Values, keys, render
from tests.render.values import (
    OUTCOME_WEIGHTS,
    REQUESTER_WEIGHTS,
    REQUESTERS,
    Edition,
    balance,
    edition_of,
    outcomes,
    seeded,
)

ARCHIVE: Final = Path(__file__).parents[1] / "data" / "generated" / "reports.zip"
SEED: Final = 1
YEARS: Final = range(2019, 2025)
PLACES: Final = "甲乙丙丁戊己庚辛壬癸"
BODIES: Final = {
    "人民政府办公室": (15, 0, 0),
    "教育局": (12, 30, 3),
    "公安局": (25, 4000, 2500),
    "自然资源局": (70, 600, 60),
    "市场监督管理局": (30, 5000, 300),
}
"""Applications, licensing decisions and penalties of a year that such a body has on average."""

GROWTH: Final = 1.1
"""Planted: applications grow by a tenth each year, in every agency."""

SPREAD: Final = 0.04
"""Planted: variance of an agency's year beyond chance, in units of its mean squared."""

ODD: Final = ("示例市丁县教育局", 2022, 5)
"""Planted: an agency that in one year receives so many times what it otherwise would."""

CLOSED: Final = "示例市丙县自然资源局"
"""Planted: an agency that grants a quarter as readily as the others."""

REVISED: Final = ("示例市己县教育局", 2023)
"""Planted: a year for which an agency publishes two reports that differ in one number."""

LAYOUTS: Final = ("tabs", "pipes", "html_clean", "markdown", "tabs_shifted", "lines_indented")
MISSING, TORN, MISPRINTED, LATE = 0.03, 0.02, 0.02, 0.06
DATE: Final = (2025, 2, 1, 0, 0, 0)


def documents(seed: int = SEED) -> Iterator[tuple[str, Rendered]]:
    """Name and content of every document, agency by agency."""
    for number, (place, body) in enumerate((p, b) for p in PLACES for b in BODIES):
        rng = seeded(seed * 1_009 + number)
        name, layout = f"示例市{place}县{body}", rng.choice(LAYOUTS)
        size, ease = rng.lognormvariate(0, 0.6), rng.lognormvariate(0, 0.25)
        previous: Values | None = None
        for year in YEARS:
            previous = year_values(rng, name, year, size=size, ease=ease, previous=previous)
            damage = rng.random()
            if name not in (ODD[0], CLOSED, REVISED[0]) and damage < MISSING:
                continue
            damages = ["lost_table"] * (damage < MISSING + TORN)
            damages = damages or ["wrong_total"] * (damage > 1 - MISPRINTED)
            made = render(previous, layout, damages, seed=rng.randrange(2**32))
            yield f"{year}/{name}_{year}{made.layout.suffix}", made
            if (name, year) == REVISED:
                previous.cells["proactive", "penalties", "decisions"] += 1
                yield f"{year}/{name}_{year}_2{made.layout.suffix}", render(previous, layout)


def year_values(
    rng: Random, name: str, year: int, *, size: float, ease: float, previous: Values | None
) -> Values:
    """Figures of a year that go on from those of the year before."""
    late = year == 2021 and rng.random() < LATE  # noqa: PLR2004
    two = edition_of(year)
    three: Edition = "2019" if late else two
    cells = dict.fromkeys(keys(two, three), 0)
    before = previous.cells if previous else {}
    received, licensing, penalties = BODIES[name[5:]]
    mean = (
        size * received * GROWTH ** (year - YEARS[0]) * (ODD[2] if (name, year) == ODD[:2] else 1)
    )
    asked = poisson(rng, mean * rng.gammavariate(1 / SPREAD, SPREAD))
    rows = outcomes(three)
    easy = ease * (0.25 if name == CLOSED else 1)
    odds = [OUTCOME_WEIGHTS[row] * (easy if row == "granted" else 1) for row in rows]
    table = "applications"
    columns = rng.choices(REQUESTERS, REQUESTER_WEIGHTS, k=asked)
    for column in REQUESTERS:
        here = cells[table, "carried_in", column] = before.get(
            (table, "carried_forward", column), 0
        )
        new = columns.count(column)
        later = sum(rng.random() < 0.06 for _ in range(new))  # noqa: PLR2004
        cells[table, "carried_forward", column] = later
        for row in rng.choices(rows, odds, k=here + new - later):
            cells[table, row, column] += 1
    for block in ("reconsideration", "litigation_direct", "litigation_after_reconsideration"):
        for column in ("upheld", "corrected", "other", "pending"):
            cells["challenges", block, column] = poisson(rng, mean / 150)
    for item, usual in (("licensing", licensing), ("penalties", penalties)):
        varied = usual * size * rng.gammavariate(20, 1 / 20)
        cells["proactive", item, "decisions"] = poisson(rng, varied)
    _documents(cells, rng, before, two)
    balance(cells, three)
    return Values(name, year, two, three, cells)


def _documents(
    cells: dict[tuple[str, str, str], int],
    rng: Random,
    before: dict[tuple[str, str, str], int],
    edition: Edition,
) -> None:
    """Normative documents: what either edition asks for."""
    row, new = ("proactive", "normative_documents"), poisson(rng, 4)
    if edition == "2019":
        cells[*row, "made"] = cells[*row, "disclosed"] = new
        cells[*row, "disclosed_total"] = new + before.get((*row, "disclosed_total"), 20)
        return
    stock = before.get((*row, "in_force"), 20)
    gone = min(stock, poisson(rng, 3))
    cells[*row, "issued"], cells[*row, "repealed"] = new, gone
    cells[*row, "in_force"] = stock + new - gone


def poisson(rng: Random, mean: float) -> int:
    """Draw a Poisson count; Python's own chance is the same in every version."""
    if mean > 500:  # noqa: PLR2004 - above, the normal distribution is as good
        return max(0, round(rng.gauss(mean, mean**0.5)))
    count, spent = -1, 0.0
    while mean and spent < mean:
        spent += rng.expovariate(1)
        count += 1
    return max(0, count)


def main() -> None:
    """Write the archive."""
    ARCHIVE.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(ARCHIVE, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, made in documents():
            archive.writestr(zipfile.ZipInfo(name, DATE), made.data, zipfile.ZIP_DEFLATED, 9)
    print(f"{len(archive.namelist())} documents, {ARCHIVE.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
