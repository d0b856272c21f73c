#!/usr/bin/env python3
"""Measures `combine`: shards and megabytes a second, and its peak memory, at 100, 1,000 and 10,000 shards.

    bench/combine_bench.py --python 3.12
    bench/combine_bench.py --python 3.12 --shards 100 --shards 1000 --modules 500

The shards are those of one program with many modules, each with all of them: a process that makes snapshots. They lie
in the page cache when they are combined; a warm-up run sees to that. Each time is the least of three.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harness import parts, tables

import builder
import interpreters

FUNCTIONS = 6
MODULE = "".join(
    f"def f{n}(a):\n    if a and a > {n}:\n        return [x for x in range(a)]\n    return None\n"
    for n in range(FUNCTIONS)
)
APP = """\
import blockcov, importlib, sys
modules = [importlib.import_module(f"mods.m{n}") for n in range(int(sys.argv[1]))]
for turn in range(int(sys.argv[2])):
    for n in range(turn % 50, len(modules), 50):
        modules[n].f1(n)
    blockcov.snapshot()
"""
MEASURED = """\
import json, resource, subprocess, sys, time
began = time.perf_counter()
subprocess.run(sys.argv[1:], check=True)
seconds = time.perf_counter() - began
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]))
"""
REPEATS = 3


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> list[parts.Row]:
    """Make shards and combine them; a row for each number of shards."""
    python = parts.blockcov_python(interpreter, options)
    place = parts.scratch("combine", interpreter)
    try:
        (place / "mods").mkdir()
        for n in range(options.modules):
            (place / f"mods/m{n}.py").write_text(MODULE)
        (place / "app.py").write_text(APP)
        return [combine(python, place, options.modules, shards) for shards in options.shards or (100, 1000, 10000)]
    finally:
        shutil.rmtree(place)


def combine(python: Path, place: Path, modules: int, shards: int) -> parts.Row:
    """Make so many shards and combine them: seconds, MB and peak MB."""
    shutil.rmtree(place / ".blockcov", ignore_errors=True)
    run: list[str | Path] = [
        python,
        "-m",
        "blockcov",
        "run",
        "app.py",
        str(modules),
        str(shards - 1),
    ]  # the process has one more
    parts.run(run, directory=place)
    files = list((place / ".blockcov/shards").glob("*.shard"))
    if len(files) != shards:
        raise builder.BuildError(f"{len(files)} shards were made, {shards} were wanted")
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    best = (float("inf"), 0.0)
    for turn in range(REPEATS + 1):
        command: list[str | Path] = [python, "-m", "blockcov", "combine", "--keep", "--data-dir", "out", ".blockcov"]
        seconds, kilobytes = json.loads(parts.run([sys.executable, "-c", MEASURED, *command], directory=place))
        shutil.rmtree(place / "out")
        if turn:
            best = min(best, (seconds, kilobytes / 1e3))
    return {
        "shards": shards,
        "modules": modules,
        "MB": round(megabytes, 2),
        "seconds": round(best[0], 3),
        "peak": round(best[1], 1),
    }


def section(everything: Sequence[parts.Part]) -> str:
    """Show a row for each number of shards."""
    rows = [
        [
            f"{part.python}, {row['modules']:,} modules",
            f"{row['shards']:,}",
            f"{row['MB']:,.0f}",
            f"{row['seconds']:.2f}",
            f"{row['shards'] / row['seconds']:,.0f}",
            f"{row['MB'] / row['seconds']:,.0f}",
            f"{row['peak']:.0f}",
        ]
        for part in everything
        for row in part.rows
    ]
    return "\n\n".join(
        [
            "`bench/combine_bench.py`: `blockcov combine` of shards that each have all modules of one program, in the "
            "page cache. *Peak*: the largest resident size of the process. "
            + tables.machines(part.machine for part in everything),
            tables.table(["", "shards", "MB", "seconds", "shards/s", "MB/s", "peak, MB"], rows),
        ]
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what only this script has."""
    parser.add_argument("--shards", type=int, action="append", help="how many (default: 100, 1000 and 10000)")
    parser.add_argument("--modules", type=int, default=2000, help="default: %(default)s")


if __name__ == "__main__":
    sys.exit(parts.Script("combine_bench", __doc__ or "", measure, section, add_options).main())
