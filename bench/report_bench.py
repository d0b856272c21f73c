#!/usr/bin/env python3
"""Measures what reports on many modules cost: CPU time, wall time and memory of whole processes.

Copies modules of the interpreter's standard library, its tests included, measures them with blockcov
(harness/report_modules.py says how they are run), and times `python -m blockcov report` and other commands:

  cold   nothing is kept from an earlier report: every source is analysed, as in the first report of a CI job
  again  the analyses are there, as they are whenever sources have not changed since the last report

`ast.parse` of the same sources stands beside, in as many processes: no report that needs syntax trees is faster cold.
Both print the same bytes, which is checked before a time counts. CPU time includes that of worker processes; memory
is the largest resident size of one process.

    bench/report_bench.py --python 3.12
    bench/report_bench.py --python 3.12 --modules 100 --rounds 1     # does it all work?
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tools")]

import builder  # noqa: E402
import interpreters  # noqa: E402
import testing_root  # noqa: E402

CORPUS = ROOT / "bench" / "harness" / "report_modules.py"
COMMANDS = (("report",), ("report", "-m"), ("json", "-o", "-"))


@dataclass(frozen=True)
class Cost:
    """What one process and its children cost: seconds, and MiB of the largest of them."""

    user: float
    system: float
    wall: float
    memory: float


def run(command: Sequence[str | Path], directory: Path) -> tuple[Cost, bytes]:
    """Run a command that has to succeed; give its cost and its output without the time that it was made."""
    with tempfile.TemporaryFile() as out:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command], cwd=directory, env=builder.environment(), stdout=out
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # or Popen would wait for it again
        if process.returncode:
            raise SystemExit(f"report_bench.py: {' '.join(map(str, command))}: status {process.returncode}")
        out.seek(0)
        text = re.sub(rb'"timestamp": "[^"]*"', b"", out.read())
        return Cost(usage.ru_utime, usage.ru_stime, wall, usage.ru_maxrss / 1024), text


def make(python: Path, place: Path, modules: int) -> None:
    """Measure the modules, unless an earlier call has done so with this many and the same engine."""
    stamp = place / "modules.txt"
    words = "import blockcov._blockcov as engine; print(engine.__file__)"
    engine = Path(subprocess.run([python, "-c", words], capture_output=True, text=True, check=True).stdout.strip())
    wanted = f"{modules} modules, engine {hashlib.sha256(engine.read_bytes()).hexdigest()}\n"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    print(f"running {modules} modules under blockcov ...", file=sys.stderr, flush=True)
    run([python, CORPUS, "make", place / "modules", str(modules)], place)
    run([python, "-m", "blockcov", "run", f"--source={place / 'modules'}", CORPUS, "run", place / "modules"], place)
    stamp.write_text(wanted)


def median(costs: Sequence[Cost]) -> str:
    """Give a row of the table."""
    user, system, wall, memory = (
        statistics.median(getattr(cost, name) for cost in costs) for name in ("user", "system", "wall", "memory")
    )
    return f"{user:7.2f} {system:7.2f} {wall:7.2f} {memory:7.0f}"


def main() -> int:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", metavar="V", help="version, command or path (default: python3, or the newest)")
    parser.add_argument("--modules", metavar="N", type=int, default=2000, help="default: %(default)s")
    parser.add_argument("--rounds", metavar="N", type=int, default=5, help="of each; the median counts")
    parser.add_argument("--cold-rounds", metavar="N", type=int, default=1, help="default: %(default)s")
    parser.add_argument("--all", action="store_true", help="cold for every command, not only for the first")
    options = parser.parse_args()
    try:
        testing_root.run_instead([options.python] if options.python else [])
        interpreter = interpreters.named(options.python) if options.python else interpreters.default()
        builder.build_core("release", *builder.LIBRARIES)
        python = builder.install("release", interpreter)
    except (builder.BuildError, interpreters.UnusableError) as error:
        print(f"report_bench.py: {error}", file=sys.stderr)
        return 1
    place = ROOT / "build" / "bench" / f"cpython-{interpreter.version}" / "report"
    make(python, place, options.modules)
    print(f"CPython {interpreter.version}, {options.modules} modules, {len(os.sched_getaffinity(0))} processors")
    print(f"{'':24}{'user s':>7} {'sys s':>7} {'wall s':>7} {'MiB':>7}")
    parsing = [run([python, CORPUS, "parse", place / "modules"], place)[0] for _ in range(options.rounds)]
    print(f"{'ast.parse alone':24}{median(parsing)}", flush=True)
    for number, words in enumerate(COMMANDS):
        command: list[str | Path] = [python, "-m", "blockcov", *words]
        title, expected = " ".join(words), None
        if number == 0 or options.all:
            costs = []
            for _ in range(options.cold_rounds):
                shutil.rmtree(place / ".blockcov" / "analysis", ignore_errors=True)
                cost, expected = run(command, place)
                costs.append(cost)
            print(f"{title + ', cold':24}{median(costs)}", flush=True)
        costs = []
        for _ in range(options.rounds):
            cost, text = run(command, place)
            costs.append(cost)
            if expected not in (None, text):
                raise SystemExit(f"report_bench.py: {title} prints something else when analyses are kept")
            expected = text
        print(f"{title + ', again':24}{median(costs)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
