#!/usr/bin/env python3
"""Checks that instrumented code specialises like the original, over the compute programs, in both modes.

    bench/specialisation.py --python 3.12

Each program runs at its reduced size in one process, first plain and then instrumented; what the interpreter has made
of each instruction of the original is compared (dis with adaptive=True). Superinstructions, two in one, count for
themselves: a probe between the two keeps them apart.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harness import parts, tables
from harness.environments import copy_program
from harness.programs import COMPUTE

import interpreters


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> list[parts.Row]:
    """Give a row for each program and mode."""
    python = parts.blockcov_python(interpreter, options)
    rows = []
    for mode in ("counts", "hits"):
        for program in COMPUTE:
            place = parts.scratch("specialised", interpreter)
            file = copy_program(program, interpreter, place)[0]
            command = [python, parts.INTERPRETER_DIR / "specialised.py", mode, place / "data", file]
            found = json.loads(parts.run([*command, str(program.runs["reduced"][0])], {"PYTHONHASHSEED": "0"}))
            del found["names"]
            rows.append({"mode": mode, "program": program.name, **found})
    return rows


def section(everything: Sequence[parts.Part]) -> str:
    """Show a row for each version and mode, and below what was lost."""
    rows = []
    lost = []
    for part in everything:
        for mode in ("counts", "hits"):
            found = [row for row in part.rows if row["mode"] == mode]
            specialised, pairs = (sum(row[name] for row in found) for name in ("specialised", "pairs"))
            missing, apart = (sum(len(row[name]) for row in found) for name in ("lost", "pairs_lost"))
            kept = [f"{(all_ - gone) / all_:.1%}" for all_, gone in ((specialised, missing), (pairs, apart)) if all_]
            rows.append([f"{part.python} {mode}", f"{specialised:,}", kept[0], f"{pairs:,}", kept[1]])
            lost += [
                f"- {part.python} {mode}, {row['program']}.py, line {line}, `{name}`"
                for row in found
                for _, line, name, _ in row["lost"]
            ]
    head = ["", "specialised instructions", "the same", "superinstructions", "the same"]
    text = (
        "`bench/specialisation.py`: what is specialised in the compute programs after a plain run, and "
        "how much of it is the same in instrumented code."
    )
    return "\n\n".join([text, tables.table(head, rows), *(["Specialised no more:", "\n".join(lost)] if lost else [])])


if __name__ == "__main__":
    sys.exit(parts.Script("specialisation", __doc__ or "", measure, section).main())
