"""`python -m tests.oracle [--json] [--jobs N] PROGRAM...`: compare programs with the oracle and print the figures.

A PROGRAM named drive_*.py is a driver; one that requires another version of Python is left out. With --json the
oracle's counts are printed instead, without blockcov.
"""

import argparse
import multiprocessing
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.annotations import read_header
from tests.oracle import compare, run
from tests.oracle.derive import OracleError


def judge(path: Path) -> tuple[Path, compare.Totals | str, float]:
    """Compare one program; a string says why that failed."""
    began = time.monotonic()
    try:
        judged: compare.Totals | str = compare.compare_program(path)
    except (run.RunError, OracleError) as error:
        judged = f"{type(error).__name__}: {error}"
    return path, judged, time.monotonic() - began


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 1 if anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the oracle's counts")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--limit", type=int, default=20, help="differences to print for each program")
    parser.add_argument("program", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    if options.json:
        for path in options.program:
            print(compare.as_json(path))
        return 0
    totals, failures = compare.Totals(), 0
    version = (sys.version_info.major, sys.version_info.minor)
    programs = [path for path in options.program if read_header(path).runs_on(version)]
    # Forked children have this module as `__main__`; those that 3.14 makes unasked have not.
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork")) as pool:
        for path, judged, seconds in pool.map(judge, programs):
            if isinstance(judged, str):
                failures += 1
                print(f"{path.stem}: {judged}")
                continue
            totals.add(judged)
            print(
                f"{path.stem}: {len(judged.differences)} differences in {judged.executed} executions, {seconds:.1f} s"
            )
            for difference in judged.differences[: options.limit]:
                print(f"  {difference}")
    print(totals)
    return 1 if failures or totals.differences else 0


if __name__ == "__main__":
    sys.exit(main())
