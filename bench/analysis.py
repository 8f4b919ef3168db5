"""Headline statistics by province and year from Parquet: ours, beside pandas and DuckDB.

Every figure is made up; the files are a store's, and each reads them once. All three add up the
cells of the reports used, and count how many rest on failing identities and how many are left out
for which reason; ours leaves out what a region's report includes as well, and makes shares and
intervals. "Apart" are the same statistics, each asked for by itself; the last line is what adding
up alone costs.

    python -m bench.analysis [--reports 300000] [--folder /somewhere]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import polars as pl

from analysis import denial_reasons, enforcement, headlines, outcomes, requester_mix
from analysis.shares import composition
from tests.analysis_frames import TYPES
from toolkit.check import instances, verdict_columns, verdict_mask
from toolkit.form import form
from toolkit.schema import STATES
from toolkit.storage.disk import digest, write_manifest
from toolkit.storage.journal import ROWS as ROW_GROUP
from toolkit.storage.store import LAYOUT, open_store, schemas
from toolkit.years import located

BY = ("province", "year")
YEARS = range(2021, 2026)
RUNS = 5
APART = (denial_reasons, requester_mix, outcomes, enforcement)
ROWS = form().children("applications", "results")
LEAVES = tuple(row for row in ROWS if row != "resolved")
DECISIONS = ("licensing", "penalties", "compulsory_measures")
FAILS = verdict_columns()[1]


def places(chance: np.random.Generator, size: int) -> list[pl.Series]:
    """Where reports are from; of every other division there is one on all of the region."""
    province, prefecture, county = (chance.integers(0, n, size) for n in (31, 12, 10))
    code = (province + 11) * 10_000 + np.where(prefecture > 0, prefecture * 100 + county, 0)
    ranks = [code % 10_000 == 0, code % 100 == 0]
    whole = np.isin(np.arange(size), np.unique(code, return_index=True)[1][::2])
    told = {
        "province": [f"province {k}" for k in province],
        "adcode": code.astype(str),
        "agency_id": [f"某省某市某区第{k}号行政机关办公室" for k in range(size)],
        "level": np.select(ranks, ["province", "prefecture"], "county"),
        "kind": np.where(whole, "government", "department"),
        "scope": np.where(whole, "region", "own"),
    }
    return [pl.Series(name, list(each), pl.String) for name, each in told.items()]


def write(folder: Path, reports: int) -> None:
    """Write a store of wide files alone, one a year, of made-up reports whose sums are right."""
    identities = verdict_mask(".".join(key) for key in form().cells())
    size = reports // len(YEARS)
    written = {}
    for year in YEARS:
        chance = np.random.default_rng(year)
        values: dict[str, np.ndarray] = {}
        for kind in TYPES:
            rate = 3 if kind == "natural_person" else 0.1
            for row in LEAVES:
                values[f"applications.{row}.{kind}"] = chance.poisson(rate, size)
            forward = chance.poisson(rate, size)
            values[f"applications.carried_forward.{kind}"] = forward
            done = sum(values[f"applications.{row}.{kind}"] for row in LEAVES)
            values[f"applications.resolved.{kind}"] = done
            values[f"applications.received.{kind}"] = chance.integers(
                0, done + forward, endpoint=True
            )
            values[f"applications.carried_in.{kind}"] = (
                done + forward - values[f"applications.received.{kind}"]
            )
        for row in (*LEAVES, "resolved", "received", "carried_in", "carried_forward"):
            values[f"applications.{row}.total"] = sum(
                values[f"applications.{row}.{kind}"] for kind in TYPES
            )
        printed = {".".join(key) for key in form().cells()}
        values |= {name: chance.poisson(40, size) for name in printed - values.keys()}
        blank, wrong = (pl.Series(chance.random(size) < share) for share in (0.03, 0.01))
        sets = zip(verdict_columns(), (~blank & ~wrong, ~blank & wrong, blank), strict=True)
        state = pl.Series(np.where(blank, STATES.index("blank"), 0), dtype=pl.UInt8)
        frame = pl.DataFrame({k: v.astype(np.int64) for k, v in values.items()}).with_columns(
            pl.when(~blank).then(pl.all()),
            *(state.alias(f"{name}:state") for name in printed),
            *(rows.cast(pl.UInt64).alias(verdict) * identities for verdict, rows in sets),
            *places(chance, size),
            report_id=pl.Series([f"{year:06x}{k:010x}" for k in range(size)]),
            year=pl.lit(year, pl.Int32),
            edition=pl.lit("2021"),
        )
        frame = located(frame).collect()
        wide = frame.match_to_schema(schemas()["wide"], missing_columns="insert")
        path = folder / "data" / f"{year}.parquet"
        wide.write_parquet(path, row_group_size=ROW_GROUP, mkdir=True)
        written[f"data/{path.name}"] = digest(path)
    # Nothing else is named: asking for anything long would fail.
    write_manifest(folder, {"layout": LAYOUT, "files": {"wide": written, "unused": {}}})


def ours(folder: Path) -> None:
    """All headlines, with shares, intervals and the account of reports."""
    headlines(open_store(folder), by=BY)


def apart(folder: Path) -> None:
    """Each headline by itself."""
    store = open_store(folder)
    for statistic in APART:
        statistic(store, by=BY)


def jobs() -> Iterator[tuple[list[str], list[str], int]]:
    """Cells, their states and the bits of the verdicts that each headline rests on."""
    decisions = [f"proactive.{item}.decisions" for item in DECISIONS]
    compositions = (composition(of) for of in ("denied", "received", "resolved"))
    for cells in (
        *([c for sets in one.values() for c in sets[0]] for one in compositions),
        decisions,
    ):
        yield cells, [f"{c}:state" for c in cells], verdict_mask(cells)


def pandas(folder: Path) -> None:
    """Sums of the same cells by group, reason to leave a report out, and failing identity."""
    import pandas as pd

    read = dict.fromkeys(name for cells, states, _ in jobs() for name in (*cells, *states))
    frame = pd.read_parquet(folder / "data", columns=[*BY, *read, FAILS])
    for cells, states, verdicts in jobs():
        frame["reason"] = frame[states].max(axis=1)
        frame["fails"] = (frame[FAILS] & verdicts) != 0
        groups = frame.groupby([*BY, "reason", "fails"], dropna=False)
        groups[cells].sum(min_count=1).join(groups.size().rename("n"))


def duckdb(folder: Path) -> None:
    """Sums of the same cells by group, reason to leave a report out, and failing identity."""
    import duckdb

    def quoted(names: Iterable[str], each: str = '"{}"') -> list[str]:
        return [each.format(name) for name in names]

    told = [
        f'greatest({", ".join(quoted(states))}) reason{k}, "{FAILS}" & {verdicts} <> 0 failing{k}'
        for k, (_, states, verdicts) in enumerate(jobs())
    ]
    keys = ", ".join((*BY, *(f"reason{k}, failing{k}" for k in range(len(told)))))
    sums = ", ".join(quoted(columns(), 'sum("{}")'))
    duckdb.sql(
        f"select {keys}, count(*), {sums}"  # noqa: S608
        f" from (select *, {', '.join(told)} from '{folder}/data/*.parquet') group by {keys}"
    ).fetchall()


def columns() -> list[str]:
    """Cells that the headlines add up."""
    return list(dict.fromkeys(cell for cells, _, _ in jobs() for cell in cells))


def sums_only(folder: Path) -> None:
    """Sums of the same cells by group in DuckDB, in one pass, with no account of anything."""
    import duckdb

    sums = ", ".join(f'sum("{name}")' for name in columns())
    keys = ", ".join(BY)
    duckdb.sql(f"select {keys}, {sums} from '{folder}/data/*.parquet' group by {keys}").fetchall()  # noqa: S608


SUBJECTS: dict[str, Callable[[Path], None]] = {
    "ours": ours,
    "ours, apart": apart,
    "pandas": pandas,
    "duckdb": duckdb,
    "duckdb, sums alone": sums_only,
}


def once(name: str, folder: Path) -> None:
    """In a process of its own: warm up, then the best of a few runs and the peak of memory."""
    subject = SUBJECTS[name]
    subject(folder)
    times = []
    for _ in range(RUNS):
        start = time.perf_counter(), time.process_time()
        subject(folder)
        times.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    wall, busy = (min(each) for each in zip(*times, strict=True))
    # What getrusage tells includes the parent, which wrote the files (Linux only).
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(f"{wall:.3f} s ({busy:.3f} s of processors), process at its peak {peak:.0f} MB")


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
    print(f"{len(APART)} headlines, {len(instances(form()))} identities a report, by {BY}")
    for reports in (options.reports // 100, options.reports // 10, options.reports):
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            write(Path(folder), reports)
            size = sum(file.stat().st_size for file in Path(folder, "data").iterdir()) / 1e6
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
                print(f"  {name:20}{found.stdout.strip() or found.stderr.strip().splitlines()[-1]}")


if __name__ == "__main__":
    main()
