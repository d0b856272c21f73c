#!/usr/bin/env python3
"""Measures what instrumented code takes in memory, over the standard library without its tests, in both modes.

    bench/size_bench.py                      every supported minor version found
    bench/size_bench.py --python 3.12

The modules are compiled and instrumented in one process by the extension itself. Objects count as their allocator
rounds them, constants with their slot in the tuple, counters with eight bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harness import parts, tables

import interpreters

MOST_BYTES_A_PROBE = 64
MOST_GROWTH = 2.0


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> list[parts.Row]:
    """Give a row for each mode."""
    python = parts.blockcov_python(interpreter, options)
    script = parts.INTERPRETER_DIR / "size_counts.py"
    return [
        {"mode": mode, **json.loads(parts.run([python, script, mode, Path(__file__).resolve().parent]))}
        for mode in ("counts", "hits")
    ]


def section(everything: Sequence[parts.Part]) -> str:
    """Show a row for each version and mode."""
    rows = []
    for part in everything:
        for row in part.rows:
            behind = row["probes_bytes"] + row["counter_bytes"]
            whole, grown = (row[f"code{suffix}"] + row[f"tables{suffix}"] for suffix in ("", "_instrumented"))
            rows.append(
                [
                    f"{part.python} {row['mode']}",
                    f"{row['codes']:,}",
                    f"{row['probes']:,}",
                    f"{behind / row['probes']:.1f}",
                    f"{(behind + row['pads_bytes']) / row['probes']:.1f}",
                    f"{row['code_instrumented'] / row['code']:.2f}",
                    f"{grown / whole:.2f}",
                ]
            )
    head = ["", "code objects", "probes", "bytes a probe", "landing pads included", "code, ratio", "with tables, ratio"]
    return "\n\n".join(
        [
            "`bench/size_bench.py`: memory, over the standard library without its tests. *Bytes a probe*: its "
            "constant, the slot in the tuple of constants, and its counter; the goal is at most "
            f"{MOST_BYTES_A_PROBE}. In `hits` the extension keeps 16 bytes more for each site, at most one a probe. "
            "*Code*: `co_code` of the instrumented code against the original's; *with tables*: "
            f"locations and exception tables too; the goal is at most {MOST_GROWTH:.0f}.",
            tables.table(head, rows),
        ]
    )


if __name__ == "__main__":
    sys.exit(parts.Script("size_bench", __doc__ or "", measure, section).main())
