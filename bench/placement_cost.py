#!/usr/bin/env python3
"""Compares `--placement blocks` with the default: how often probes run, and how many instructions the processor does.

    bench/placement_cost.py --python 3.12
    bench/placement_cost.py --document

Instructions are those of user mode, counted by `perf stat` over whole processes at the reduced size; those of an empty
program are taken off. They are the same on a machine that does other things meanwhile.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harness import figures, parts, tables
from harness.environments import copy_program
from harness.programs import COMPUTE, Compute

import interpreters

PLACEMENTS = ("fewest", "blocks")
HASHES = {"PYTHONHASHSEED": "0"}


def instructions(command: Sequence[str | Path], place: Path, printed: str) -> int:
    """Count the instructions of a process, which has to print `printed`. ValueError where perf cannot count."""
    counted = place / "perf"
    counting: list[str | Path] = ["perf", "stat", "-x,", "-e", "instructions:u", "-o", counted]
    found = parts.run([*counting, *command], HASHES, place).strip()
    if found != printed:
        raise ValueError(f"{command} printed {found!r}, not {printed!r}")
    figure = next(line for line in counted.read_text().splitlines() if "instructions" in line).partition(",")[0]
    if not figure.isdigit():
        raise ValueError(f"perf cannot count instructions here: {figure}")
    return int(figure)


def commands(interpreter: interpreters.Interpreter, python: Path) -> dict[str, list[str | Path]]:
    """Give what comes in front of a program: plain, and with each placement."""
    run: list[str | Path] = [python, "-m", "blockcov", "run", "--data-dir", "data", "--placement"]
    return {"plain": [interpreter.path], **{name: [*run, name] for name in PLACEMENTS}}


def measured(program: Compute, interpreter: interpreters.Interpreter, python: Path) -> parts.Row:
    """Give the executions of probes and the instructions, start-up taken off."""
    place = parts.scratch("placement_cost", interpreter)
    files = copy_program(program, interpreter, place)
    (place / "empty.py").touch()
    argument, expected = program.runs["reduced"]
    row: parts.Row = {"program": program.name}
    for kind, command in commands(interpreter, python).items():
        parts.run([*command, files[0].name, str(argument)], HASHES, place)  # fills caches
        own = instructions([*command, "empty.py"], place, "")
        row[kind] = instructions([*command, files[0].name, str(argument)], place, expected) - own
        if kind == "fewest":
            script = parts.INTERPRETER_DIR / "placement_counts.py"
            counts = json.loads(parts.run([python, script, "run", str(place / "data"), *map(str, files)]))
    row["probes"] = {
        "fewest": sum(each["probes"] for each in counts.values()),
        "blocks": sum(each["probes of blocks"] for each in counts.values()),
    }
    return row


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> list[parts.Row]:
    """Give a row for each program."""
    python = parts.blockcov_python(interpreter, options)
    return [measured(program, interpreter, python) for program in COMPUTE]


def section(everything: Sequence[parts.Part]) -> str:
    """Show a table for each version."""
    shown = [
        "`bench/placement_cost.py`: what it costs to pass a probe on every way from a basic block to another "
        "(`--placement blocks`), against the fewest that determine all counts. *Probes*: how often they run, against "
        "the default. *Instructions*: of the processor, against plain Python, start-up taken off (reduced size, "
        "`--mode counts`). " + tables.machines(part.machine for part in everything)
    ]
    for part in everything:
        rows = []
        ratios: dict[str, list[float]] = {"probes": [], **{name: [] for name in PLACEMENTS}}
        for row in part.rows:
            ratios["probes"].append(row["probes"]["blocks"] / row["probes"]["fewest"])
            for name in PLACEMENTS:
                ratios[name].append(row[name] / row["plain"])
            rows.append([row["program"].replace("_", " "), *(f"{found[-1]:.2f}" for found in ratios.values())])
        means = [tables.number(figures.geometric_mean(found)) for found in ratios.values()]
        rows.append(["geometric mean", *means])
        head = [f"CPython {part.python}", "probes, blocks", "instructions, fewest", "instructions, blocks"]
        shown.append(tables.table(head, rows))
    return "\n\n".join(shown)


if __name__ == "__main__":
    sys.exit(parts.Script("placement_cost", __doc__ or "", measure, section).main())
