#!/usr/bin/env python3
"""Measures what instrumenting costs beside importing: modules of the standard library, their code already compiled.

    bench/import_bench.py                      every supported minor version found
    bench/import_bench.py --python 3.12

Importing here is marshal.loads, as from a .pyc file, and executing the module, all that it imports being there. What is
instrumented is new to the data directory, so the coverage maps are written. Each round is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harness import parts, tables

import interpreters

MOST_SHARE = 0.25


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> list[parts.Row]:
    """Give one row."""
    python = parts.blockcov_python(interpreter, options)
    command: list[str | Path] = [python, "-W", "ignore", parts.INTERPRETER_DIR / "import_cost.py"]
    rounds = [
        json.loads(parts.run([*command, parts.scratch("import", interpreter)], {"PYTHONHASHSEED": "0"}))
        for _ in range(options.rounds)
    ]
    return [{name: statistics.median(each[name] for each in rounds) for name in rounds[0]}]


def section(everything: Sequence[parts.Part]) -> str:
    """Show a row for each version."""
    rows = []
    for part in everything:
        for row in part.rows:
            imported = row["load"] + row["execute"]
            rows.append(
                [
                    part.python,
                    str(row["modules"]),
                    f"{row['instructions']:,}",
                    *(f"{1000 * row[name]:.1f}" for name in ("load", "execute", "instrument", "again")),
                    *(
                        f"{share:.0%}" if share <= MOST_SHARE else f"**{share:.0%}**"
                        for share in (row[name] / imported for name in ("instrument", "again"))
                    ),
                    f"{row['copy'] / imported:.0%}",
                    f"{row['instructions'] / row['instrument'] / 1e6:.1f}",
                ]
            )
    head = [
        "",
        "modules",
        "instructions",
        "marshal.loads, ms",
        "execute, ms",
        "instrument, ms",
        "again, ms",
        "share",
        "again",
        "copy",
        "M instr./s",
    ]
    return "\n\n".join(
        [
            "`bench/import_bench.py`: CPU time to load, to execute and to instrument modules of the standard library. "
            "*Again*: with the compiled code of an earlier run or process in the data directory. "
            f"*Share*: instrumenting, of loading and executing; the goal is at most {MOST_SHARE:.0%}. "
            "*Copy*: the share that CPython itself takes to read `co_code` and to make a new code object of each with "
            "nothing changed (`code.replace()`). " + tables.machines(part.machine for part in everything),
            tables.table(head, rows),
        ]
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what only this script has."""
    parser.add_argument("--rounds", type=int, default=7, help="processes, of which the median counts (default: 7)")


if __name__ == "__main__":
    sys.exit(parts.Script("import_bench", __doc__ or "", measure, section, add_options).main())
