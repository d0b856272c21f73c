#!/usr/bin/env python3
"""Measures one probe in each form, and a landing pad, in the interpreter: nanoseconds and instructions.

    bench/probe_bench.py                      every supported minor version found
    bench/probe_bench.py --python 3.12        one
    bench/probe_bench.py --document           the table again, from the results there are

A probe is a constant of a type that counts in one slot, and the instructions that lead to that slot. A loop of twelve
probes is run in turn with the same loop without them; the median of the differences is one probe's time. Since it
depends on addresses, which no two processes have in common, the median of several processes is taken. Instructions are
counted by callgrind. The constants are those of bench/interpreter/probe_slots.cc, an extension module that this
script compiles; the landing pad is blockcov's own.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harness import parts, tables

import builder
import interpreters

ITERATIONS_COUNTED = 2000
ITERATIONS_TIMED = 1000
PROBES = 12  # of a loop in bench/interpreter/probe_forms.py


def build_slots(interpreter: interpreters.Interpreter) -> Path:
    """Compile the extension module; give the directory it is in."""
    place = parts.scratch("probe_slots", interpreter)
    include = parts.run([interpreter.path, "-c", "import sysconfig; print(sysconfig.get_path('include'))"]).strip()
    command = ["g++", "-std=c++20", "-O2", "-fPIC", "-shared", f"-I{include}", "-o", str(place / "probe_slots.so")]
    builder.call([*command, parts.INTERPRETER_DIR / "probe_slots.cc"])
    return place


def callgrind(command: Sequence[str | Path], variables: dict[str, str], place: Path) -> dict[str, int]:
    """Run under callgrind; give the instructions for each name under which the program had them written."""
    valgrind = ["valgrind", "-q", "--tool=callgrind", f"--callgrind-out-file={place}/callgrind"]
    parts.run([*valgrind, *command], variables, place)
    counts = {}
    for path in place.glob("callgrind.*"):
        text = path.read_text(errors="replace")
        name = re.search(r"^desc: Trigger: Client Request: (\S+)$", text, re.MULTILINE)
        count = re.search(r"^(?:summary|totals): (\d+)$", text, re.MULTILINE)
        if name and count:
            counts[name[1]] = int(count[1])
    return counts


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> list[parts.Row]:
    """Give a row for each form, with `ns` and `instructions` of one probe, and one for the landing pad."""
    if shutil.which("valgrind") is None:
        raise OSError("valgrind is not installed")
    place = build_slots(interpreter)
    rows: list[parts.Row] = []
    for script, python, per_iteration in (
        ("probe_forms.py", Path(interpreter.path), PROBES),
        ("landing_pads.py", parts.blockcov_python(interpreter, options), 1),
    ):
        command: list[str | Path] = [python, "-P", parts.INTERPRETER_DIR / script]
        variables = {"PYTHONPATH": str(place), "PYTHONHASHSEED": "0"}
        timing = [*command, "time", str(options.rounds), str(ITERATIONS_TIMED)]
        runs = [json.loads(parts.run(timing, variables)) for _ in range(options.processes)]
        counting = place / Path(script).stem
        counting.mkdir()
        counts = callgrind([*command, "callgrind", "0", str(ITERATIONS_COUNTED)], variables, counting)
        for number, row in enumerate(runs[0]):
            more = counts[f"{number}-with"] - counts[f"{number}-without"]
            row["ns"] = round(statistics.median(run[number]["ns"] for run in runs), 2)
            rows.append({**row, "instructions": round(more / ITERATIONS_COUNTED / per_iteration, 1)})
    return rows


def section(everything: Sequence[parts.Part]) -> str:
    """Show the forms as rows, the versions as columns."""
    names: dict[str, None] = {}
    for part in everything:
        names.update(dict.fromkeys(row["form"] for row in part.rows))
    found = {(part.python, row["form"]): row for part in everything for row in part.rows}
    rows = []
    for name in names:
        cells = [name]
        shipped = {row["shipped"] for part in everything if (row := found.get((part.python, name)))}
        cells.append("" if shipped == {None} else "yes" if shipped <= {True, None} else "no")
        for part in everything:
            row = found.get((part.python, name))
            cells += ["-", "-"] if row is None else [f"{row['ns']:.1f}", f"{row['instructions']:.0f}"]
        rows.append(cells)
    head = ["form", 'harmless as b""', *(f"{part.python} {unit}" for part in everything for unit in ("ns", "instr."))]
    return "\n\n".join(
        [
            "`bench/probe_bench.py`: one probe, in nanoseconds and in machine instructions (callgrind). "
            "*Test of truth*: `LOAD_CONST POP_JUMP_IF_FALSE` up to 3.12, `LOAD_CONST TO_BOOL POP_TOP` from 3.13 on. "
            "Behind `LOAD_FAST`: where 3.11 and 3.12 fuse it with the `LOAD_CONST`. *Harmless*: nothing is raised "
            'where the code was marshalled and the constant has become `b""`. '
            + tables.machines(part.machine for part in everything),
            tables.table(head, rows),
        ]
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what only this script has."""
    add = parser.add_argument
    add("--rounds", type=int, default=21, help="pairs of runs in a process, of which the median counts (default: 21)")
    add("--processes", type=int, default=15, help="processes, of which the median counts (default: 15)")


if __name__ == "__main__":
    sys.exit(parts.Script("probe_bench", __doc__ or "", measure, section, add_options).main())
