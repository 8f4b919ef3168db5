"""What an ingest costs: ``python -m bench.ingest --reports 1000 10000 --jobs 1 2``.

Generates a corpus of each size (``bench.generate``: text, HTML, and one in a hundred DOCX or
PDF), reads it into a fresh store with each number of processes, then reads it again with
nothing new. Peak memory is the resident memory of the ingest, its workers apart. A process
pool's start counts, a Dask cluster's does not: it is there before the ingest and after it.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from toolkit.storage.crew import dask_executor
from toolkit.storage.ingest import ingest

SEED, DAMAGED = 0, 0.2


def once(source: str, store: str, jobs: int, *, dask: bool) -> None:
    """Ingest in a process of its own, so that its memory can be told; print what it took."""
    start = time.perf_counter()
    if dask:
        from distributed import LocalCluster

        os.environ["POLARS_MAX_THREADS"] = "1"
        with (
            LocalCluster(n_workers=jobs, threads_per_worker=1, dashboard_address=None) as cluster,
            dask_executor(cluster.scheduler_address) as executor,
        ):
            start = time.perf_counter()
            made = ingest(source, store, executor=executor, jobs=jobs, progress=False)
    else:
        made = ingest(source, store, jobs=jobs, progress=False)
    spent = time.perf_counter() - start
    own, workers = (
        resource.getrusage(who).ru_maxrss / 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    account = {name: made.account[name] for name in ("seen", "reports", "failures", "duplicates")}
    print(json.dumps({"seconds": spent, "own": own, "workers": workers} | account))


def measure(source: Path, store: Path, jobs: int, kind: str) -> dict[str, float]:
    """Ingest once; seconds, memory in megabytes and the account."""
    command = [sys.executable, "-m", "bench.ingest", "--once", str(source), str(store), kind]
    told = subprocess.run(
        [*command, "--jobs", str(jobs)], check=True, capture_output=True, text=True
    )
    result: dict[str, float] = json.loads(told.stdout.splitlines()[-1])
    if result["seen"] != result["reports"] + result["failures"] + result["duplicates"]:
        raise SystemExit(f"accounts do not balance: {result}")
    return result


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, nargs="+", default=[1000])
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--heavy", type=float, default=0.01, help="share of DOCX and PDF")
    parser.add_argument("--dask", action="store_true", help="also on a Dask cluster of processes")
    parser.add_argument("--folder", type=Path, help="where to work; default a temporary folder")
    parser.add_argument("--once", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        source, store, kind = options.once
        once(source, store, options.jobs[0], dask=kind == "dask")
        return
    from bench.generate import write  # what each worker need not import

    print(
        "| reports | workers | docs/s | again | peak MB | a worker's | store MB |\n"
        + "|---" * 7
        + "|"
    )
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for reports in options.reports:
            source = Path(folder, f"{reports}")
            write(source, reports, SEED, DAMAGED, options.heavy)
            runs = [("pool", jobs) for jobs in options.jobs]
            runs += [("dask", max(options.jobs))] if options.dask else []
            for kind, jobs in runs:
                store = Path(folder, "store")
                first = measure(source, store, jobs, kind)
                again = measure(source, store, jobs, "pool")["seconds"] / first["seconds"]
                size = sum(p.stat().st_size for p in store.rglob("*") if p.is_file()) / 1e6
                rate, own = reports / first["seconds"], first["own"]
                print(
                    f"| {reports:,} | {jobs} {kind} | {rate:,.0f} | {again:.1%} | {own:,.0f}"
                    f" | {first['workers']:,.0f} | {size:,.1f} |",
                    flush=True,
                )
                shutil.rmtree(store)
            shutil.rmtree(source)


if __name__ == "__main__":
    main()
