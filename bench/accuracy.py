"""How much is read, and how much of it rightly, for every layout and format.

``python -m bench.accuracy`` renders reports, whole and damaged, reads them back and prints
cells printed, right, missed, doubtful (not read, for a good reason), removed by the damage,
wrong and invented; then the same for real reports with hand-read figures.
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from random import Random

from tests.render import (
    DAMAGES,
    EDITIONS,
    LAYOUTS,
    Fault,
    Printed,
    Rendered,
    Score,
    Values,
    agency,
    distinct,
    fill_template,
    judge,
    realistic,
    render,
)
from tests.render.reading import read
from tests.render.values import seeded
from toolkit import DocumentError, read_report

OPTICAL = ("png", "scan")
COLUMNS = [field.name for field in fields(Score)]


def figures(rng: Random) -> Values:
    """Draw a report's figures: two in three all different, one like real ones."""
    make = rng.choice((realistic, distinct, distinct))
    two, three = rng.choice(EDITIONS), rng.choice(EDITIONS)
    return make(rng, agency(rng), rng.randrange(2019, 2026), proactive=two, applications=three)


def scored(made: Rendered, failures: Counter[str]) -> tuple[Score, list[Fault]]:
    """Read a document and judge it; one that cannot be read at all misses everything."""
    try:
        return judge(made.printed, read(made).cells)
    except DocumentError as error:
        failures[str(error)] += 1
        return judge(made.printed, {})


def trials(layout: str, damages: Iterable[str], reports: int) -> Iterator[tuple[str, Rendered]]:
    """Render ``reports`` documents for every damage (or combination, joined by ``+``)."""
    for damage in damages:
        for seed in range(reports):
            values = figures(seeded(seed))
            yield damage, render(values, layout, filter(None, damage.split("+")), seed=seed)


def combinations(reports: int) -> list[str]:
    """Draw combinations of two or three damages."""
    rng = seeded(0)
    return ["+".join(rng.sample(sorted(DAMAGES), rng.choice((2, 3)))) for _ in range(reports)]


def line(name: str, score: Score) -> str:
    """One line of the table."""
    share = 100 * score.right / score.printed if score.printed else 0.0
    counts = "".join(f"{getattr(score, column):>10,}" for column in COLUMNS)
    return f"{name:<28}{counts}{share:>9.2f}%"


def rendered(layouts: list[str], damages: list[str], reports: int, shown: int) -> None:
    """Print a line for every layout, whole and damaged, and what went wrong."""
    for layout in layouts:
        for kind, chosen in (("", [""]), (" damaged", damages)):
            total, by_damage = Score(), defaultdict[str, Score](Score)
            faults: list[tuple[str, int, Fault]] = []
            failures = Counter[str]()
            for n, (damage, made) in enumerate(trials(layout, chosen, reports)):
                score, found = scored(made, failures)
                total += score
                by_damage[damage] += score
                faults += [(damage, n % reports, fault) for fault in found]
            print(line(layout + kind, total))
            _print_faults(faults, shown)
            for message, count in failures.items():
                print(f"  not read, {count} times: {message}")
            for damage, score in by_damage.items():
                if damage and shown and score.missed > 0.01 * score.printed:
                    print(f"  {damage}: {score.missed} of {score.printed} missed")


def templates(reports: int, shown: int) -> None:
    """Print a line for the official template, filled in."""
    total, failures = Score(), Counter[str]()
    for seed in range(reports):
        rng = seeded(seed)
        values = distinct(rng, agency(rng), 2022, proactive="2021", applications="2021")
        score, faults = scored(fill_template(values), failures)
        total += score
        _print_faults([("", seed, fault) for fault in faults], shown)
    print(line("docx_template", total))


def _print_faults(faults: list[tuple[str, int, Fault]], shown: int) -> None:
    grave = [entry for entry in faults if entry[2].kind in ("wrong", "invented")]
    for damage, seed, fault in grave[:shown]:
        place = ".".join(fault.cell)
        print(
            f"  {damage} seed {seed}: {place}: {fault.text!r} read as {fault.read} ({fault.kind})"
        )


def real(folder: Path, expected: Path, shown: int) -> None:
    """Print a line for every document of a folder that has hand-read figures."""
    total = Score()
    for path in sorted(folder.iterdir()):
        truth = expected / f"{path.stem}.csv"
        if not truth.exists():
            continue
        with truth.open(encoding="utf-8", newline="") as text:
            printed = {
                (row["table"], row["item"], row["column"]): Printed(
                    int(row["value"]) if row["value"] else None, row["value"]
                )
                for row in csv.DictReader(text)
            }
        frame = read_report(path).cells.select("table", "item", "column", "value")
        found = {(t, i, c): value for t, i, c, value in frame.iter_rows()}
        score, faults = judge(printed, found)
        total += score
        print(line(path.name, score))
        _print_faults([("", 0, fault) for fault in faults], shown)
    print(line(f"all in {folder.name}", total))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=4, help="for each layout and damage")
    parser.add_argument("--layouts", nargs="*", choices=LAYOUTS, metavar="LAYOUT")
    parser.add_argument("--damages", nargs="*", metavar="DAMAGE", help="joined by + to combine")
    parser.add_argument("--combine", type=int, default=0, help="number of random combinations")
    parser.add_argument("--ocr", action="store_true", help="pictures and scans too (slow)")
    parser.add_argument("--faults", type=int, default=0, help="print so many of each")
    parser.add_argument("--folder", type=Path, default=Path("data/reports"))
    parser.add_argument("--expected", type=Path, default=Path("tests/expected"))
    options = parser.parse_args()
    print(f"{'':<28}{''.join(f'{column:>10}' for column in COLUMNS)}{'right of':>10}")
    known = [name for name in LAYOUTS if options.ocr or name not in OPTICAL]
    damages = options.damages or [*DAMAGES, *combinations(options.combine)]
    chosen = options.layouts if options.layouts is not None else known
    rendered(chosen, damages, options.reports, options.faults)
    templates(options.reports, options.faults)
    if options.folder.is_dir():
        real(options.folder, options.expected, options.faults)


if __name__ == "__main__":
    main()
