"""Headline statistics by province and year from Parquet: ours, beside pandas and DuckDB.

Every figure is made up; the columns and their number are those of a store. Ours reads states and
checks identities as well, so that each result says what it rests on; the others only add up.

    python -m bench.analysis [--reports 300000] [--folder /somewhere]
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from analysis import denial_reasons, enforcement_to_licensing, outcomes, requester_mix
from toolkit.check import instances
from toolkit.form import form
from toolkit.schema import STATE
from toolkit.store import schemas

BY = ("province", "year")
CHUNK = 30_000
RUNS = 5
HEADLINES = (denial_reasons, requester_mix, outcomes, enforcement_to_licensing)
ROWS = form().children("applications", "results")
LEAVES = tuple(row for row in ROWS if row != "resolved")
KINDS = (
    "natural_person",
    "enterprise",
    "research",
    "public_interest",
    "legal_service",
    "other_org",
)
DECISIONS = ("licensing", "penalties", "compulsory_measures")


@dataclass
class Wide:
    """A store's wide frame, and nothing else: reading anything long would fail."""

    path: Path

    @property
    def wide(self) -> pl.LazyFrame:
        """One row a report, two columns a cell."""
        return pl.scan_parquet(self.path / "*.parquet")

    reports = cells = checks = None


def write(folder: Path, reports: int) -> None:
    """Write a store's wide files of made-up reports whose sums are right."""
    for start in range(0, reports, CHUNK):
        size = min(CHUNK, reports - start)
        chance = np.random.default_rng(start)
        values: dict[str, np.ndarray] = {}
        for kind in KINDS:
            rate = 3 if kind == "natural_person" else 0.1
            for row in LEAVES:
                values[f"applications.{row}.{kind}"] = chance.poisson(rate, size)
            values[f"applications.carried_in.{kind}"] = chance.poisson(rate, size)
            values[f"applications.carried_forward.{kind}"] = chance.poisson(rate, size)
            done = sum(values[f"applications.{row}.{kind}"] for row in LEAVES)
            values[f"applications.resolved.{kind}"] = done
            values[f"applications.received.{kind}"] = (
                done
                + values[f"applications.carried_forward.{kind}"]
                - values[f"applications.carried_in.{kind}"]
            )
        for row in (*LEAVES, "resolved", "received", "carried_in", "carried_forward"):
            values[f"applications.{row}.total"] = sum(
                values[f"applications.{row}.{kind}"] for kind in KINDS
            )
        printed = {".".join(key) for key in form().cells()}
        values |= {name: chance.poisson(40, size) for name in printed - values.keys()}
        frame = pl.DataFrame({k: v.astype(np.int64) for k, v in values.items()}).with_columns(
            *(pl.lit("reported", STATE).alias(f"{name}:state") for name in printed),
            report_id=pl.Series([f"{k:016x}" for k in range(start, start + size)]),
            province=pl.Series([f"province {k}" for k in chance.integers(0, 31, size)]),
            year=pl.Series(chance.integers(2021, 2026, size), dtype=pl.Int32),
            edition=pl.lit("2021"),
        )
        wide = frame.match_to_schema(schemas()["wide"], missing_columns="insert")
        wide.write_parquet(folder / f"{start:09}.parquet", compression="zstd")


def ours(folder: Path) -> None:
    """All headlines with shares, intervals and the account of reports."""
    for statistic in HEADLINES:
        statistic(Wide(folder), by=BY)


def columns() -> list[str]:
    """Cells that the headlines add up."""
    names = [f"applications.{row}.total" for row in LEAVES]
    names += [f"applications.received.{kind}" for kind in KINDS]
    return names + [f"proactive.{item}.decisions" for item in DECISIONS]


def pandas(folder: Path) -> None:
    """Sums of the same cells by the same groups, in one pass."""
    import pandas as pd

    frame = pd.read_parquet(folder, columns=[*BY, *columns()])
    frame.groupby(list(BY), dropna=False)[columns()].sum(min_count=1)


def duckdb(folder: Path) -> None:
    """Sums of the same cells by the same groups, in one pass."""
    import duckdb

    sums = ", ".join(f'sum("{name}")' for name in columns())
    keys = ", ".join(BY)
    duckdb.sql(f"select {keys}, {sums} from '{folder}/*.parquet' group by {keys}").fetchall()  # noqa: S608


SUBJECTS: dict[str, Callable[[Path], None]] = {"ours": ours, "pandas": pandas, "duckdb": duckdb}


def once(name: str, folder: Path) -> None:
    """In a process of its own: warm up, then the median of a few runs and the peak of memory."""
    subject = SUBJECTS[name]
    subject(folder)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subject(folder)
        times.append(time.perf_counter() - start)
    print(f"{np.median(times):.3f} s, process at its peak {before / 1024:.0f} MB")


def main() -> None:
    """Time each subject on a hundredth, a tenth and all of the reports."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=300_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--only", choices=SUBJECTS)
    options = parser.parse_args()
    if options.only:
        once(options.only, options.folder)
        return
    print(f"{len(HEADLINES)} headlines, {len(instances(form()))} identities a report, by {BY}")
    for reports in (options.reports // 100, options.reports // 10, options.reports):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            write(Path(folder), reports)
            size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1e6
            print(f"{reports:,} reports, {size:.0f} MB of Parquet")
            for name in SUBJECTS:
                command = [
                    sys.executable,
                    "-m",
                    "bench.analysis",
                    "--only",
                    name,
                    "--folder",
                    folder,
                ]
                found = subprocess.run(command, capture_output=True, text=True, check=False)
                print(f"  {name:7}{found.stdout.strip() or found.stderr.strip().splitlines()[-1]}")


if __name__ == "__main__":
    main()
