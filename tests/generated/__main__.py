"""`python -m tests.generated [--programs N] [--seed S] [--jobs J]`: judge random programs, and print the figures.

Each module has ten programs. A module whose figures differ from the oracle's is left in --keep, and the status is 1.
Modules in which CPython itself goes astray (`MisguidedError` of tests/oracle/derive.py) are named, and are no failures.
`--show SEED` prints the module of a seed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.generated.grammar import FUNCTIONS, program
from tests.oracle import compare, run
from tests.oracle.derive import MisguidedError, OracleError

MOST_MEMORY = 4 << 30
"""Bytes of address space for each process: a program without an end is to harm nobody."""


class Astray(str):
    """Why nothing can be said of a module: where CPython itself went wrong in it."""


def judge(seed: int, keep: Path) -> compare.Totals | str:
    """Compare one module, in both modes; a string says why that failed. What differs stays in `keep`."""
    with tempfile.TemporaryDirectory(prefix="blockcov-generated-") as scratch:
        path = Path(scratch) / f"seed{seed}.py"
        path.write_text(program(seed), encoding="utf-8")
        try:
            judged: compare.Totals | str = compare.compare_program(path)
        except MisguidedError as error:
            return Astray(f"seed {seed}: CPython goes astray: {error}")
        except (run.RunError, OracleError) as error:
            judged = f"seed {seed}: {type(error).__name__}: {error}"
        if isinstance(judged, str) or judged.differences:
            keep.mkdir(parents=True, exist_ok=True)
            (keep / path.name).write_bytes(path.read_bytes())
    return judged


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 1 if anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.generated", description=__doc__)
    parser.add_argument("--programs", type=int, default=500, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the first module (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=1, metavar="J", help="processes (default: %(default)s)")
    parser.add_argument("--limit", type=int, default=4, metavar="N", help="differences to print for each module")
    parser.add_argument("--keep", type=Path, default=Path("build/generated"), metavar="DIR", help="for what differs")
    parser.add_argument("--show", type=int, metavar="SEED", help="print this module, and do nothing else")
    options = parser.parse_args(arguments)
    if options.show is not None:
        print(program(options.show), end="")
        return 0
    began, failures, astray, totals = time.monotonic(), 0, 0, compare.Totals()
    seeds = range(options.seed, options.seed + -(-options.programs // FUNCTIONS))
    with ProcessPoolExecutor(options.jobs, multiprocessing.get_context("fork"), _limit) as pool:
        for done, judged in enumerate(pool.map(partial(judge, keep=options.keep), seeds), start=1):
            if isinstance(judged, str):
                failures += not isinstance(judged, Astray)
                astray += isinstance(judged, Astray)
                print(judged, flush=True)
                continue
            for difference in judged.differences[: options.limit]:
                print(difference, flush=True)
            totals.add(judged)
            if sys.stderr.isatty():
                print(f"\r{done} of {len(seeds)} modules ", end="", file=sys.stderr)
    took = f"{time.monotonic() - began:.0f} s"
    ended = f"{failures} failed, {astray} where CPython goes astray"
    print(f"{len(seeds) * FUNCTIONS} programs in {len(seeds)} modules, {took}, {ended}")
    print(totals)
    return 1 if failures or totals.differences else 0


if __name__ == "__main__":
    sys.exit(main())
