"""How fast each format is read, beside what a user would write instead, on the same files.

``python -m bench.reading`` renders reports in every format, reads them with the toolkit and
with the usual library, each in a process of its own, and prints reports per second of one
core and the process's peak memory. No report is read twice, and no two say the same in prose,
so that nothing can be remembered but what reports have in common: the form. The library only
has to give up its tables: making cells of the form out of them would be more work still.
"""

import argparse
import gc
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.render import LAYOUTS, agency, compose, realistic, style
from tests.render.model import Paragraph
from tests.render.values import seeded

Reader = Callable[[Path], object]
WORDS = "公开信息工作单位平台建设管理落实推进及时规范服务群众，"


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


USUAL: dict[str, tuple[Reader, float]] = {
    "html_site": (pandas_read_html, 4),
    "html_word": (pandas_read_html, 4),
    "docx": (docx_cell_by_cell, 8),
    "pdf": (pdfplumber_extract_tables, 8),
}
TEXT = ("tabs", "tabs_shifted", "pipes", "lines_indented", "spaces", "markdown", "csv")
ROUNDS = 3
SLOW_TO_RENDER = 5  # times: so many fewer files are rendered of a format that is not text
WARMING_UP = 8


class Speed(NamedTuple):
    """Files per second of one core, the best of three rounds, and peak memory in MB."""

    rate: float
    memory: float


def measure(reader: Reader, paths: list[Path]) -> Speed:
    """Time a reader in this process, which should be its own; no file is read twice."""
    for path in paths[:WARMING_UP]:  # imports are not what is measured
        reader(path)
    gc.freeze()  # as the toolkit's workers do
    rates = []
    for start in range(ROUNDS):
        chosen = paths[WARMING_UP + start :: ROUNDS]
        begun = time.process_time()
        for path in chosen:
            reader(path)
        rates.append(len(chosen) / (time.process_time() - begun))
    return Speed(max(rates), peak_memory())


def peak_memory() -> float:
    """Peak memory of this process in MB; getrusage would count its parent's in (Linux only)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(kilobytes.split()[1]) / 1024


def apart(reader: Reader, paths: list[Path]) -> Speed:
    """Time a reader in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(measure, reader, paths).result()


def documents(folder: Path, layout: str, count: int) -> list[Path]:
    """Render reports to read, of different agencies and figures and with prose of their own."""
    paths = []
    for seed in range(count):
        rng = seeded(seed)
        draft = compose(realistic(rng, agency(rng), 2022), style(rng))
        blocks = tuple(
            _own(block, rng) if isinstance(block, Paragraph) else block for block in draft.blocks
        )
        path = folder / f"{layout}_{seed}{LAYOUTS[layout].suffix}"
        path.write_bytes(LAYOUTS[layout].write(replace(draft, blocks=blocks), rng))
        paths.append(path)
    return paths


def _own(text: Paragraph, rng: Random) -> Paragraph:
    """Prose as no other report has it, or what was remembered of one would speed up the next."""
    if text.role != "prose":
        return text
    words = "".join(rng.choices(WORDS, k=len(text.text)))
    return text._replace(text=f"{text.text}{words}。")


def lines(folder: Path, layouts: list[str], count: int) -> Iterator[str]:
    """Lines of the table, one for each layout."""
    head = f"{'':<16}{'KB':>6}{'reports/s':>11}{'MB':>6}"
    yield f"{head}   {'instead':<27}{'/s':>8}{'MB':>6}{'times':>8}"
    for layout in layouts:
        paths = documents(folder, layout, count if layout in TEXT else count // SLOW_TO_RENDER)
        size = sum(path.stat().st_size for path in paths) / len(paths) / 1024
        ours = apart(toolkit_parse, paths)
        line = f"{layout:<16}{size:>6.0f}{ours.rate:>11,.0f}{ours.memory:>6.0f}"
        if layout in USUAL:
            reader, target = USUAL[layout]
            usual = apart(reader, paths)
            line += f"   {reader.__name__:<27}{usual.rate:>8,.1f}{usual.memory:>6.0f}"
            line += f"{ours.rate / usual.rate:>8.1f} (at least {target:g} wanted)"
        yield line


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    known = [*TEXT, *USUAL]
    parser.add_argument("--layouts", nargs="*", choices=known, default=known, metavar="LAYOUT")
    parser.add_argument("--reports", type=int, default=400, help="different files of a text layout")
    options = parser.parse_args()
    if options.reports < (least := SLOW_TO_RENDER * (WARMING_UP + ROUNDS)):
        parser.error(f"--reports: at least {least}, or nothing is left behind the warming up")
    with tempfile.TemporaryDirectory() as folder:
        for line in lines(Path(folder), options.layouts, options.reports):
            print(line, flush=True)


if __name__ == "__main__":
    main()
