"""Headline statistics by province and year from Parquet: ours, beside pandas and DuckDB.

Every figure is made up; the files are a store's, and each reads them once. All three add up the
cells of the reports used, leave out those with a blank and those that the report of their region
includes, count both, and how many of the used rest on failing identities; at the end their numbers
are compared. Ours makes shares and intervals as well. "Apart" are the same statistics, each asked
for by itself; the last line is what adding up alone costs.

    python -m bench.analysis [--reports 300000] [--folder /somewhere]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl

from analysis import denial_reasons, enforcement, headlines, outcomes, requester_mix
from analysis.shares import composition
from tests.analysis_frames import TYPES
from toolkit.agency import REGIONAL
from toolkit.check import instances, verdict_columns, verdict_mask
from toolkit.form import form
from toolkit.schema import STATES
from toolkit.storage.disk import digest, write_manifest
from toolkit.storage.journal import ROWS as ROW_GROUP
from toolkit.storage.store import LAYOUT, open_store, schemas
from toolkit.years import AREAS, located

BY = ("province", "year")
YEARS = range(2021, 2026)
RUNS = 5
APART = (denial_reasons, requester_mix, outcomes, enforcement)
ROWS = form().children("applications", "results")
LEAVES = tuple(row for row in ROWS if row != "resolved")
DECISIONS = ("licensing", "penalties", "compulsory_measures")
COMPOSED = ("denied", "received", "resolved")
FAILS = verdict_columns()[1]
ACCOUNT = ("n", "n_reports", "n_fails", "left_out_blank", "left_out_included")
Row = tuple[str | int, ...]
"""Denominator, group, and :data:`ACCOUNT`."""


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


def ours(folder: Path) -> list[Row]:
    """All headlines, with shares, intervals and the account of reports."""
    found = headlines(open_store(folder), by=BY)
    return found.select("denominator", *BY, *ACCOUNT).unique().rows()


def apart(folder: Path) -> None:
    """Each headline by itself."""
    store = open_store(folder)
    for statistic in APART:
        statistic(store, by=BY)


def jobs() -> Iterator[tuple[str, list[str], list[str], int]]:
    """Denominator, cells, their states and the bits of the verdicts each headline rests on."""
    cells = {of: [c for sets in composition(of).values() for c in sets[0]] for of in COMPOSED}
    cells["licensing"] = [f"proactive.{item}.decisions" for item in DECISIONS]
    for of, own in cells.items():
        yield of, own, [f"{c}:state" for c in own], verdict_mask(own)


def below(denominator: str, cells: list[str]) -> list[str]:
    """Cells that add up to a denominator."""
    return cells if denominator in COMPOSED else cells[:1]


def pandas(folder: Path) -> list[Row]:
    """Sums of the same cells, with the same account, as one would write it in pandas."""
    import pandas as pd

    read = dict.fromkeys(name for _, cells, states, _ in jobs() for name in (*cells, *states))
    frame = pd.read_parquet(folder / "data", columns=[*BY, "area", "reach", *read, FAILS])
    area = frame["area"].fillna(0).astype("int64")
    year, reach = frame["year"] * 1_000_000, frame["reach"]
    # A report is inside one of its own division with a longer reach, or of a division above.
    places = [(year + area) * 3 + reach]
    places += [((year + area // n * n) * 3).where(area % n != 0, -1) for n in AREAS]
    rows: list[Row] = []
    for denominator, cells, states, verdicts in jobs():
        reported = frame[states].max(axis=1) == 0
        held = [
            (year + area)[reported & (area > 0) & (reach > lesser)] * 3 + lesser
            for lesser in range(len(REGIONAL))
        ]
        regions = pd.concat(held).unique()
        inside = reported & pd.concat([place.isin(regions) for place in places], axis=1).any(axis=1)
        used = frame[reported & ~inside]
        sums = used.groupby(list(BY))[cells].sum()
        account = frame[list(BY)].assign(
            n_reports=reported & ~inside,
            n_fails=reported & ~inside & ((frame[FAILS] & verdicts) != 0),
            left_out_blank=~reported,
            left_out_included=inside,
        )
        told = account.groupby(list(BY)).sum().join(sums)
        told["n"] = told[below(denominator, cells)].sum(axis=1).astype("int64")
        told = told[list(ACCOUNT)].reset_index()
        rows += [(denominator, *row) for row in told.itertuples(index=False)]
    return rows


def duckdb(folder: Path) -> list[Row]:
    """Sums of the same cells, with the same account, as one would write it in SQL."""
    import duckdb

    base, asked = duckdb.connect(), [*enumerate(jobs())]
    told = ", ".join(
        f'greatest({quoted(states)}) = 0 as reported{k}, "{FAILS}" & {verdicts} <> 0 as fails{k}'
        for k, (_, _, states, verdicts) in asked
    )
    held = ", ".join(f"bool_or(reported{k}) as held{k}" for k, _ in asked)
    place = "(year::bigint * 1000000 + {}) * 3 + {}"
    places = {"own": place.format("area", "reach")} | {
        f"above{n}": f"case when area % {n} <> 0 then {place.format(f'area // {n} * {n}', 0)} end"
        for n in AREAS
    }
    joins = " ".join(f"left join held {one} on {one}.place = {at}" for one, at in places.items())
    inside = ", ".join(
        f"reported{k} and ({' or '.join(f'coalesce({one}.held{k}, false)' for one in places)})"
        f" as inside{k}"
        for k, _ in asked
    )
    used = ", ".join(f"reported{k} and not inside{k} as used{k}" for k, _ in asked)
    sums = ", ".join(
        f"count_if(used{k}), count_if(used{k} and fails{k}), count_if(not reported{k}),"
        f" count_if(inside{k}), "
        + ", ".join(f'sum(case when used{k} then "{cell}" end)' for cell in cells)
        for k, (_, cells, _, _) in asked
    )
    base.sql(f"create view reports as select *, {told} from '{folder}/data/*.parquet'")  # noqa: S608
    base.sql(
        f"create table held as select {place.format('area', 'lesser')} as place, {held}"  # noqa: S608
        f" from (select *, unnest(range(reach)) as lesser from reports where reach > 0) group by 1"
    )
    found = base.sql(
        f"select {', '.join(BY)}, {sums} from (select *, {used} from (select reports.*, {inside}"  # noqa: S608
        f" from reports {joins})) group by {', '.join(BY)}"
    ).fetchall()
    rows: list[Row] = []
    for row in found:
        group, numbers = row[: len(BY)], iter(row[len(BY) :])
        for denominator, cells, _, _ in jobs():
            account, counts = list(islice(numbers, 4)), list(islice(numbers, len(cells)))
            n = sum(counts[: len(below(denominator, cells))])
            rows.append((denominator, *group, n, *account))
    return rows


def quoted(names: Iterable[str]) -> str:
    """Names of columns as SQL has them."""
    return ", ".join(f'"{name}"' for name in names)


def columns() -> list[str]:
    """Cells that the headlines add up."""
    return list(dict.fromkeys(cell for _, cells, _, _ in jobs() for cell in cells))


def sums_only(folder: Path) -> None:
    """Sums of the same cells by group in DuckDB, in one pass, with no account of anything."""
    import duckdb

    sums = ", ".join(f'sum("{name}")' for name in columns())
    keys = ", ".join(BY)
    duckdb.sql(f"select {keys}, {sums} from '{folder}/data/*.parquet' group by {keys}").fetchall()  # noqa: S608


SUBJECTS: dict[str, Callable[[Path], list[Row] | None]] = {
    "ours": ours,
    "ours, apart": apart,
    "pandas": pandas,
    "duckdb": duckdb,
    "duckdb, sums alone": sums_only,
}


def once(name: str, folder: Path) -> None:
    """In a process of its own: warm up, then the best of a few runs and the peak of memory."""
    subject = SUBJECTS[name]
    rows = subject(folder)
    times = []
    for _ in range(RUNS):
        start = time.perf_counter(), time.process_time()
        subject(folder)
        times.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    wall, busy = (min(each) for each in zip(*times, strict=True))
    # What getrusage tells includes the parent, which wrote the files (Linux only).
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(f"{wall:.3f} s ({busy:.3f} s of processors), process at its peak {peak:.0f} MB", end="")
    print("" if {*(rows or ours(folder))} == {*ours(folder)} else ", WITH OTHER NUMBERS")


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
