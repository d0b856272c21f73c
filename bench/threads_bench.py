#!/usr/bin/env python3
"""Measures counting in several threads at once: time of a turn of a loop, plain and instrumented.

    bench/threads_bench.py --python 3.14t          a free-threaded build; with a GIL, threads take turns

One to as many threads as there are processors (at most 4) run the same function, whose loop passes three probes a turn.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harness import parts, tables

import interpreters

TURNS = 1_000_000
ROUNDS = 7


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> list[parts.Row]:
    """Give a row for each number of threads, with the nanoseconds of a turn, plain and instrumented."""
    python = parts.blockcov_python(interpreter, options)
    rows = []
    for threads in range(1, min(4, len(os.sched_getaffinity(0))) + 1):
        place = parts.scratch(f"threads{threads}", interpreter)
        command = [python, parts.INTERPRETER_DIR / "counting_threads.py", place / "data"]
        found = json.loads(parts.run([*command, str(threads), str(TURNS), str(ROUNDS)]))
        rows.append({"threads": threads, **{name: round(value, 2) for name, value in found.items()}})
    return rows


def section(everything: Sequence[parts.Part]) -> str:
    """Show a row for each version and number of threads."""
    rows = [
        [
            part.python,
            str(row["threads"]),
            f"{row['plain']:.1f}",
            f"{row['counts']:.1f}",
            f"{row['counts'] / row['plain']:.2f}",
        ]
        for part in everything
        for row in part.rows
    ]
    text = (
        "`bench/threads_bench.py`: processor nanoseconds of a turn of one loop in each of several threads at once. "
        "A version that ends in `t` is a free-threaded build."
    )
    return "\n\n".join([text, tables.table(["", "threads", "plain", "counts", "ratio"], rows)])


if __name__ == "__main__":
    sys.exit(parts.Script("threads_bench", __doc__ or "", measure, section).main())
