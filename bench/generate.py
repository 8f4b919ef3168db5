"""A corpus of any size: ``python -m bench.generate OUT --reports N --seed S``.

Agencies report year after year, each year taking over what the last one carried forward;
layouts are mixed as in the wild and a share of the reports is damaged. The same seed makes
the same files. ``OUT/.manifest.csv`` says what is in each of them.
"""

import argparse
import csv
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.render import DAMAGES, Rendered, Values, realistic, render
from tests.render.values import Edition, agency_number, seeded

YEARS = range(2019, 2026)
# How reports come, roughly: most are web pages, some text that was taken out of files.
LIGHT = {
    "html_site": 45,
    "html_word": 20,
    "html_clean": 5,
    "tabs": 4,
    "tabs_shifted": 7,
    "tabs_ragged": 3,
    "pipes": 6,
    "lines_indented": 4,
    "lines_spaced": 2,
    "spaces": 2,
    "markdown": 2,
}
HEAVY = {"docx": 1, "pdf": 1}
NEW_FORM, LATE = 2021, 0.05
MULTIPLE = 4  # the heavy-handed damages are rarer than those of every day
RARE = ("lost_table", "lost_column", "swapped_columns", "lost_head", "fused_cells", "words")
LATER = ("cut_heads",)
"""Damages not drawn, so that what was generated from a seed stays as it was."""


class Entry(NamedTuple):
    """One generated document; the manifest's columns."""

    file: str
    agency: str
    year: int
    edition_proactive: str
    edition_applications: str
    layout: str
    damages: str
    printed: int


def corpus(reports: int, seed: int, damaged: float, heavy: float) -> Iterator[tuple[Entry, bytes]]:
    """Make documents one by one; memory does not grow with their number."""
    made = 0
    for number in range(-(-reports // len(YEARS))):
        rng = seeded(seed * 1_000_003 + number)
        previous: Values | None = None
        for year in YEARS:
            if made == reports:
                return
            made += 1
            # A few are late to take up the new form's single rows.
            late = year == NEW_FORM and rng.random() < LATE
            edition: Edition | None = "2019" if late else None
            values = realistic(
                rng, agency_number(number), year, applications=edition, previous=previous
            )
            previous = values
            kinds = HEAVY if rng.random() < heavy else LIGHT
            layout = rng.choices(list(kinds), list(kinds.values()))[0]
            names = _damages(rng) if rng.random() < damaged else []
            document = render(values, layout, names, seed=rng.randrange(2**32))
            yield _entry(document, names), document.data


def _damages(rng: Random) -> list[str]:
    kinds = [name for name in DAMAGES if name not in LATER]
    weights = [1 if name in RARE else MULTIPLE for name in kinds]
    return list(dict.fromkeys(rng.choices(kinds, weights, k=rng.choice((1, 1, 2)))))


def _entry(made: Rendered, damages: list[str]) -> Entry:
    values = made.values
    name = f"{values.year}/{values.agency}_{values.year}{made.layout.suffix}"
    return Entry(
        name,
        values.agency,
        values.year,
        values.proactive,
        values.applications,
        made.layout.name,
        "+".join(damages),
        sum(there.value is not None for there in made.printed.values()),
    )


def write(folder: Path, reports: int, seed: int, damaged: float, heavy: float) -> int:
    """Write a corpus; return the number of bytes."""
    size = 0
    for year in YEARS:
        (folder / str(year)).mkdir(parents=True, exist_ok=True)
    with (folder / ".manifest.csv").open("w", encoding="utf-8", newline="") as text:
        manifest = csv.writer(text)
        manifest.writerow(Entry._fields)
        for entry, data in corpus(reports, seed, damaged, heavy):
            (folder / entry.file).write_bytes(data)
            manifest.writerow(entry)
            size += len(data)
    return size


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="OUT")
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--damaged", type=float, default=0.2, help="share of damaged reports")
    parser.add_argument("--heavy", type=float, default=0.01, help="share of DOCX and PDF")
    options = parser.parse_args()
    start = time.perf_counter()
    size = write(options.folder, options.reports, options.seed, options.damaged, options.heavy)
    spent = time.perf_counter() - start
    rate = options.reports / spent
    print(f"{options.reports:,} reports, {size / 1e6:,.1f} MB, {rate:,.0f} a second")


if __name__ == "__main__":
    main()
