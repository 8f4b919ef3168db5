"""A long look for what breaks a reader: ``python -m bench.fuzz TARGET --seconds N``.

Drives one of ``tests.fuzzing.TARGETS`` by coverage (atheris). What raises is kept once for each
place in the code, with the input that did it; what kills the process, hangs or swells is kept
too, and the run goes on. Prints executions, coverage and what was found.
"""

import argparse
import hashlib
import re
import subprocess
import sys
import time
import traceback
from pathlib import Path

SECONDS_EACH = 30
MEGABYTES = 2048
SLICE = 600
"""Seconds for which one process plays: of one that hangs nobody learns how far it came."""
HUNG = 70
"""What a process that hung ends with."""
NOT_FOLLOWED = ["toolkit.read.pdfium"]
"""Modules whose branches are not counted: with these atheris keeps each picture of a page."""


def play(name: str, folder: Path, seconds: int) -> None:
    """Fuzz a target in this process until the time is over; never returns."""
    import atheris

    with atheris.instrument_imports(include=["toolkit"], exclude=NOT_FOLLOWED):
        from tests.fuzzing import TARGETS, words

    target = TARGETS[name]

    def one(data: bytes) -> None:
        try:
            target.run(data)
        except Exception as error:  # noqa: BLE001  whatever it is, it is what is looked for
            _keep(folder, data, error)

    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    for seed in target.seeds():
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    lines = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words())
    (folder / "words.txt").write_text("".join(f'"{line}"\n' for line in lines), encoding="ascii")
    options = {
        "max_total_time": seconds,
        "timeout": SECONDS_EACH,
        "rss_limit_mb": MEGABYTES,
        "max_len": target.longest,
        "artifact_prefix": f"{folder}/",
        "dict": folder / "words.txt",
    }
    atheris.Setup(
        [sys.argv[0], *(f"-{key}={value}" for key, value in options.items()), str(corpus)], one
    )
    atheris.Fuzz()


def _keep(folder: Path, data: bytes, error: Exception) -> None:
    """Keep the shortest input for each place that raises."""
    cause = error.__cause__ or error
    frame = traceback.extract_tb(cause.__traceback__)[-1]
    path = folder / f"raised-{type(cause).__name__}-{Path(frame.filename).stem}-{frame.lineno}"
    if not path.exists() or len(data) < path.stat().st_size:
        path.write_bytes(data)
        told = "".join(traceback.format_exception(error))
        path.with_suffix(".txt").write_text(told, encoding="utf-8", errors="replace")


def watch(target: str, folder: Path, seconds: int) -> None:
    """Play in a process of its own, again if that dies, and tell what came of it."""
    start, runs, coverage = time.monotonic(), 0, 0
    while (left := seconds - int(time.monotonic() - start)) > 0:
        command = [sys.executable, "-m", "bench.fuzz", target, "--inside"]
        command += ["--folder", str(folder.parent), "--seconds", str(min(left, SLICE))]
        ended = subprocess.run(
            command, stderr=subprocess.PIPE, encoding="utf-8", errors="replace", check=False
        )
        told = ended.stderr
        done = [int(number) for number in re.findall(r"^#(\d+)", told, re.MULTILINE)]
        if not done and ended.returncode != HUNG:
            sys.exit(told)
        runs += max(done, default=0)
        coverage = max([coverage, *(int(number) for number in re.findall(r"cov: (\d+)", told))])
    spent = time.monotonic() - start
    print(f"{target}: {runs:,} inputs in {spent:,.0f} s, coverage {coverage:,}")
    for path in sorted(p for p in folder.iterdir() if p.is_file() and not p.suffix):
        print(f"  {path} ({path.stat().st_size} bytes)")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", help="a reader by its format, zip, encoding or extract")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--folder", type=Path, default=Path("fuzz"), help="for what is found")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = (options.folder / options.target).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (play if options.inside else watch)(options.target, folder, options.seconds)


if __name__ == "__main__":
    main()
