"""How fast each format is read, beside what a user would write instead, on the same files.

``python -m bench.reading`` renders reports in every format, reads them with the toolkit and
with the usual library, each in a process of its own, and prints reports per second of one
core and the process's peak memory. The library only has to give up its tables: making cells of
the form out of them would be more work still.
"""

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

from tests.render import agency, realistic, render
from tests.render.values import seeded

Reader = Callable[[Path], object]


def toolkit_parse(path: Path) -> object:
    """Cells of the form, as ``toolkit.load`` gets them."""
    from toolkit.report import parse

    return parse(path.read_bytes(), str(path))


def pandas_read_html(path: Path) -> object:
    """All tables of a page."""
    import pandas as pd

    return pd.read_html(path)


def pdfplumber_extract_tables(path: Path) -> object:
    """All tables of all pages."""
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        return [page.extract_tables() for page in pdf.pages]


def docx_cell_by_cell(path: Path) -> object:
    """Texts of all cells, row by row."""
    import docx

    tables = docx.Document(str(path)).tables
    return [[[cell.text for cell in row.cells] for row in table.rows] for table in tables]


def pandas_read_excel(path: Path) -> object:
    """Cells of the first sheet."""
    import pandas as pd

    return pd.read_excel(path, header=None)


USUAL: dict[str, tuple[Reader, float | None]] = {
    "html_site": (pandas_read_html, 4),
    "html_word": (pandas_read_html, 4),
    "docx": (docx_cell_by_cell, 8),
    "pdf": (pdfplumber_extract_tables, 8),
    "xlsx": (pandas_read_excel, None),
}
ALONE = ("tabs", "tabs_shifted", "pipes", "lines_indented", "spaces", "markdown", "csv")
ROUNDS = 3


class Speed(NamedTuple):
    """Files per second of one core, the best of three rounds, and peak memory in MB."""

    rate: float
    memory: float


def measure(reader: Reader, paths: list[Path], least: float) -> Speed:
    """Time a reader in this process, which should be its own."""
    reader(paths[0])  # imports and caches are not what is measured
    rates = []
    for _ in range(ROUNDS):
        done, start = 0, time.process_time()
        while time.process_time() - start < least:
            reader(paths[done % len(paths)])
            done += 1
        rates.append(done / (time.process_time() - start))
    return Speed(max(rates), peak_memory())


def peak_memory() -> float:
    """Peak memory of this process in MB; getrusage would count its parent's in (Linux only)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes.split()[1]) / 1024


def apart(reader: Reader, paths: list[Path], least: float) -> Speed:
    """Time a reader in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(measure, reader, paths, least).result()


def documents(folder: Path, layout: str, count: int) -> list[Path]:
    """Render some reports to read."""
    paths = []
    for seed in range(count):
        rng = seeded(seed)
        made = render(realistic(rng, agency(rng), 2022), layout, seed=seed)
        path = folder / f"{layout}_{seed}{made.layout.suffix}"
        path.write_bytes(made.data)
        paths.append(path)
    return paths


def lines(folder: Path, layouts: list[str], count: int, least: float) -> Iterator[str]:
    """Lines of the table, one for each layout."""
    head = f"{'':<16}{'KB':>6}{'reports/s':>11}{'MB':>6}"
    yield f"{head}   {'instead':<27}{'/s':>8}{'MB':>6}{'times':>8}"
    for layout in layouts:
        paths = documents(folder, layout, count)
        size = sum(path.stat().st_size for path in paths) / len(paths) / 1024
        ours = apart(toolkit_parse, paths, least)
        line = f"{layout:<16}{size:>6.0f}{ours.rate:>11,.0f}{ours.memory:>6.0f}"
        if layout in USUAL:
            reader, target = USUAL[layout]
            usual = apart(reader, paths, least)
            line += f"   {reader.__name__:<27}{usual.rate:>8,.1f}{usual.memory:>6.0f}"
            line += f"{ours.rate / usual.rate:>8.1f}"
            line += f" (at least {target:g} wanted)" if target else ""
        yield line


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = [*ALONE, *USUAL]
    parser.add_argument("--layouts", nargs="*", choices=known, default=known, metavar="LAYOUT")
    parser.add_argument("--reports", type=int, default=20, help="different files of each format")
    parser.add_argument("--seconds", type=float, default=1.0, help="of each of three rounds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for line in lines(Path(folder), options.layouts, options.reports, options.seconds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
