#!/usr/bin/env python3
"""Measures `combine`: shards and megabytes a second, and its peak memory, at 100, 1,000 and 10,000 shards.

    bench/combine_bench.py
    bench/combine_bench.py --shards 100 1000 --modules 500 --python 3.12

The shards are those of one program with many modules, each with all of them: a process that makes snapshots. They lie
in the page cache when they are combined; a warm-up run sees to that. Each time is the least of three.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
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


def main() -> int:
    """Make shards, combine them, print a row for each number of shards."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shards", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--modules", type=int, default=2000)
    parser.add_argument("--python", default="3.12")
    options = parser.parse_args()
    builder = [sys.executable, ROOT / "tools/builder.py", "--preset", "release", "--python", options.python]
    python = subprocess.run(builder, check=True, capture_output=True, text=True).stdout.split()[-1]
    top = Path(tempfile.mkdtemp(prefix="blockcov-combine-"))
    try:
        (top / "mods").mkdir()
        for n in range(options.modules):
            (top / f"mods/m{n}.py").write_text(MODULE)
        (top / "app.py").write_text(APP)
        print("shards  MB each  seconds  shards/s   MB/s  peak MB")
        for shards in options.shards:
            print(row(python, top, options.modules, shards), flush=True)
    finally:
        shutil.rmtree(top)
    return 0


def row(python: str, top: Path, modules: int, shards: int) -> str:
    """Make so many shards and combine them."""
    run = [python, "-m", "blockcov", "run", "app.py", str(modules), str(shards - 1)]  # the process has one more
    subprocess.run(run, cwd=top, check=True)
    files = list((top / ".blockcov/shards").glob("*.shard"))
    assert len(files) == shards, (len(files), shards)
    megabytes = sum(file.stat().st_size for file in files) / 1e6
    best = (float("inf"), 0)
    for turn in range(REPEATS + 1):
        combine = [python, "-m", "blockcov", "combine", "--keep", "--data-dir", "out", ".blockcov"]
        done = subprocess.run([sys.executable, "-c", MEASURED, *combine], cwd=top, check=True, capture_output=True)
        seconds, kilobytes = json.loads(done.stdout)
        shutil.rmtree(top / "out")
        if turn:
            best = min(best, (seconds, kilobytes))
    seconds, kilobytes = best
    rates = f"{shards / seconds:8.0f}  {megabytes / seconds:5.0f}"
    return f"{shards:6}  {megabytes / shards:7.2f}  {seconds:7.2f}  {rates}  {kilobytes / 1e3:7.0f}"


if __name__ == "__main__":
    sys.exit(main())
