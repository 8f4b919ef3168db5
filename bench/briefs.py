"""How long briefs take: ``python -m bench.briefs``, on a machine that does nothing else.

One brief, as a process of its own, over its floor: starting a kernel and importing polars,
seaborn and statsmodels. Then 34 briefs, of 31 provinces and the nation in Chinese, of the
nation and one kind of agency in English, one at a time and several.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.render import realistic, render
from tests.render.values import seeded
from toolkit.divisions import names
from toolkit.storage.ingest import ingest

FLOOR = """
import sys
sys.modules["rfc3987_syntax"] = None  # takes seconds to load, and the brief does without
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="python3")
client.execute_interactive("import polars, seaborn, statsmodels.api")
client.stop_channels()
manager.shutdown_kernel(now=True)
"""
OGI = "from toolkit.cli import main; main()"
ROOT = Path(__file__).parents[1]
YEARS = (2021, 2022)
BODIES = ("教育厅", "公安厅", "财政厅")
BRIEFS = (("nation,province", "zh"), ("nation,kind", "en"))
NUMBER = 31 + 1 + 1 + 1


def seconds(code: str, *arguments: str) -> float:
    """Time of a Python process."""
    start = time.perf_counter()
    command = [sys.executable, "-c", code, *arguments]
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True)
    return time.perf_counter() - start


def documents(folder: Path) -> None:
    """Reports of three departments of each province on two years."""
    codes = (f"{number}0000" for number in range(11, 66))
    places = [names().by_code[code][-1].name for code in codes if code in names().by_code]
    for seed, (place, body) in enumerate((p, b) for p in places for b in BODIES):
        before = None
        for year in YEARS:
            before = realistic(seeded(seed), place + body, year, previous=before)
            made = render(before, "tabs", [], seed=seed)
            (folder / f"{seed}_{year}{made.layout.suffix}").write_bytes(made.data)


def one(folder: Path, rounds: int) -> None:
    """One brief and its floor by turns, so that what else the machine does slows both."""
    output = ["--output", str(folder / "one")]
    pairs = [
        (seconds(FLOOR), seconds(OGI, "brief", "--year", "2022", *output)) for _ in range(rounds)
    ]
    floor, brief = (median(times) for times in zip(*pairs, strict=True))
    print(f"one brief: {brief:.1f} s, floor {floor:.1f} s, {brief / floor:.2f} times")


def many(folder: Path, jobs: int) -> None:
    """34 briefs, one at a time and several."""
    (folder / "documents").mkdir()
    documents(folder / "documents")
    store = ingest(folder / "documents", folder / "store", progress=False)
    spent = {}
    for width in (1, jobs):
        spent[width] = 0.0
        for by, language in BRIEFS:
            output = folder / f"{width}-{language}"
            options = f"--source {store.path} --output {output} --jobs {width}"
            what = f"briefs --year 2022 --by {by} --language {language} {options}"
            spent[width] += seconds(OGI, *what.split())
    made = len(list(folder.glob(f"{jobs}-*/*/brief.html")))
    serial, parallel = spent[1], spent[jobs]
    print(
        f"{made} of {NUMBER} briefs: {serial:.0f} s one by one, {parallel:.0f} s {jobs} at a time,"
        f" {serial / parallel:.2f} times the rate"
    )


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", choices=("one", "many"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.only != "many":
            one(Path(folder), options.rounds)
        if options.only != "one":
            many(Path(folder), options.jobs)


if __name__ == "__main__":
    main()
