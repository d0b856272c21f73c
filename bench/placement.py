#!/usr/bin/env python3
"""Compares how often blockcov's probes run with placements that derive nothing: at each block or edge, on each line.

    bench/placement.py --python 3.12
    bench/placement.py --document

One run of each compute program under `blockcov run --mode counts` gives exact counts of all blocks and edges; what each
placement would have executed follows from them. Seconds are those of plain Python on the same size, start-up taken off.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harness import figures, parts, process, tables
from harness.environments import copy_program
from harness.programs import COMPUTE, Compute

import interpreters

PLACEMENTS = ("blocks", "lines", "probes")
RUNS = 5  # of plain Python


def seconds(python: str, arguments: Sequence[str], place: Path) -> float:
    """Give the median CPU time of RUNS runs."""
    taken = [process.run([python, *arguments], place, {"PYTHONHASHSEED": "0"}) for _ in range(RUNS)]
    return statistics.median(each.user + each.system for each in taken)


def measured(program: Compute, interpreter: interpreters.Interpreter, python: Path) -> parts.Row:
    """Give the executions of each placement, and what a plain run takes."""
    place = parts.scratch("placement", interpreter)
    files = copy_program(program, interpreter, place)
    (place / "empty.py").touch()
    argument, expected = program.runs["reduced"]
    command = ["-m", "blockcov", "run", "--data-dir", "data", "--mode", "counts", files[0].name, str(argument)]
    printed = parts.run([python, *command], {"PYTHONHASHSEED": "0"}, place).strip()
    if printed != expected:
        raise ValueError(f"{program.name} printed {printed!r}, not {expected!r}")
    script = parts.INTERPRETER_DIR / "placement_counts.py"
    counts = json.loads(parts.run([python, script, "run", str(place / "data"), *map(str, files)]))
    row: parts.Row = {"program": program.name}
    row.update({name: sum(each[name] for each in counts.values()) for name in PLACEMENTS})
    plain = seconds(str(interpreter.path), [files[0].name, str(argument)], place)
    row["seconds"] = plain - seconds(str(interpreter.path), ["empty.py"], place)
    return row


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> list[parts.Row]:
    """Give a row for each program, and one for the standard library."""
    python = parts.blockcov_python(interpreter, options)
    rows = [measured(program, interpreter, python) for program in COMPUTE]
    script = parts.INTERPRETER_DIR / "placement_counts.py"
    library = json.loads(parts.run([python, script, "static", str(Path(__file__).resolve().parent)]))
    return [*rows, {"program": "standard library", **library}]


def section(everything: Sequence[parts.Part]) -> str:
    """Show a table of executions for each version, and one of the static figures."""
    shown = [
        "`bench/placement.py`: probe executions, in millions a second of plain Python's time, at the reduced size. "
        "*Blocks*: one in each block, or one on each edge, which runs as often; *lines*: one whenever a line begins; "
        "*blockcov*: what it inserts in `counts`. " + tables.machines(part.machine for part in everything)
    ]
    for part in everything:
        rows = []
        ratios: dict[str, list[float]] = {"blocks": [], "lines": []}
        for row in part.rows:
            if "seconds" not in row:
                continue
            rates = [f"{row[name] / row['seconds'] / 1e6:.1f}" for name in PLACEMENTS]
            for name, found in ratios.items():
                found.append(row["probes"] / row[name])
            rows.append([row["program"].replace("_", " "), *rates, *(f"{found[-1]:.2f}" for found in ratios.values())])
        means = [tables.number(figures.geometric_mean(found)) for found in ratios.values()]
        rows.append(["geometric mean", "", "", "", *means])
        head = [f"CPython {part.python}", "blocks", "lines", "blockcov", "of blocks", "of lines"]
        shown.append(tables.table(head, rows))
    rows = []
    for part in everything:
        for row in part.rows:
            if "codes" in row:
                numbers = [f"{row[name]:,}" for name in ("codes", "instructions", "blocks", "edges", "probes")]
                share = [f"{row['probes'] / row['blocks']:.2f}", f"{row['probes'] / row['edges']:.2f}"]
                rows.append([f"CPython {part.python}", *numbers, *share])
    head = [
        "standard library without tests",
        "code objects",
        "instructions",
        "blocks",
        "edges",
        "probes",
        "a block",
        "an edge",
    ]
    shown.append(tables.table(head, rows))
    return "\n\n".join(shown)


if __name__ == "__main__":
    sys.exit(parts.Script("placement", __doc__ or "", measure, section).main())
