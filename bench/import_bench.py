#!/usr/bin/env python3
"""Measures what instrumenting costs beside importing: modules of the standard library, their code already compiled.

    bench/import_bench.py                      every supported minor version found
    bench/import_bench.py --python 3.12

Importing here is marshal.loads, as from a .pyc file, and executing the module, all that it imports being there. Two
ways are measured, each round in processes of its own:

- the whole (bench/interpreter/import_whole.py): all modules pass through importlib, plain and measured, the first time
  and with what an earlier process left in the data directory;
- the parts (bench/interpreter/import_cost.py): code that is there already is instrumented, by making copies, as for
  code that no .pyc file has.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harness import parts, tables

import interpreters

MOST_SHARE = 0.25


WHOLE = ("bare", "plain", "first", "next", "child")
"""Kinds of processes: marshal.loads and exec; importlib, plain; measured for the first time; a later run, and a process
of the same one, by the compiled code that the first one left, or by all that it left."""


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> list[parts.Row]:
    """Give one row."""
    python = parts.blockcov_python(interpreter, options)
    place = parts.scratch("import", interpreter)

    def ask(script: str, *arguments: str | Path) -> parts.Row:
        command: list[str | Path] = [python, "-W", "ignore", parts.INTERPRETER_DIR / script, *arguments]
        row: parts.Row = json.loads(parts.run(command, {"PYTHONHASHSEED": "0"}))
        return row

    corpus = parts.scratch("import-corpus", interpreter) / "corpus"
    command: list[str | Path] = [python, "-W", "ignore", parts.INTERPRETER_DIR / "import_whole.py", corpus, "prepare"]
    parts.run(command, {"PYTHONHASHSEED": "0"})
    rounds = []
    for number in range(options.rounds):
        directories = {kind: place / f"{number}-{kind}" for kind in ("parts", "first", "next")}
        for directory in directories.values():
            directory.mkdir()
        row = ask("import_cost.py", directories["parts"])
        whole = {
            kind: ask("import_whole.py", corpus, "bare" if kind == "bare" else "importlib")
            for kind in ("bare", "plain")
        }
        whole["first"] = ask("import_whole.py", corpus, "importlib", directories["first"])
        whole["child"] = ask("import_whole.py", corpus, "importlib", directories["first"])
        shutil.copytree(directories["first"] / "code", directories["next"] / "code")
        whole["next"] = ask("import_whole.py", corpus, "importlib", directories["next"])
        for kind in WHOLE:
            row |= {f"{kind}_seconds": whole[kind]["seconds"], f"{kind}_instructions": whole[kind]["instructions"]}
        rounds.append(row)
        shutil.rmtree(place)
        place.mkdir()
    return [{name: of_rounds(name, [each[name] for each in rounds]) for name in rounds[0]}]


def of_rounds(name: str, values: list[float | None]) -> float | None:
    """The least CPU time of whole processes, which differ in what disturbed them; else the median."""
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return min(known) if name.endswith("_seconds") else statistics.median_low(known)


def share(row: parts.Row, kind: str, unit: str) -> str:
    """What measuring adds to importing, of marshal.loads and executing the modules."""
    bare, plain, measured = (row.get(f"{name}_{unit}") for name in ("bare", "plain", kind))
    if bare is None or plain is None or measured is None:
        return "-"
    return marked((measured - plain) / bare)


def marked(value: float) -> str:
    """Bold if it misses the goal."""
    return f"{value:.0%}" if value <= MOST_SHARE else f"**{value:.0%}**"


def section(everything: Sequence[parts.Part]) -> str:
    """Show two rows for each version."""
    whole, apart = [], []
    for part in everything:
        for row in part.rows:
            imported = row["load"] + row["execute"]
            times = [f"{1000 * row[f'{kind}_seconds']:.1f}" if f"{kind}_seconds" in row else "-" for kind in WHOLE]
            shares = [share(row, kind, unit) for unit in ("seconds", "instructions") for kind in WHOLE[2:]]
            whole.append([part.python, *times, *shares])
            apart.append(
                [
                    part.python,
                    str(row["modules"]),
                    f"{row['instructions']:,}",
                    *(f"{1000 * row[name]:.1f}" for name in ("load", "execute", "instrument", "again")),
                    *(marked(row[name] / imported) for name in ("instrument", "again")),
                    f"{row['copy'] / imported:.0%}",
                    f"{row['instructions'] / row['instrument'] / 1e6:.1f}",
                ]
            )
    whole_head = ["", "loads + exec, ms", "importlib, ms", "first, ms", "next run, ms", "child, ms"]
    whole_head += ["first", "next run", "child", "first, instr.", "next run, instr.", "child, instr."]
    apart_head = ["", "modules", "instructions", "marshal.loads, ms", "execute, ms", "instrument, ms", "again, ms"]
    apart_head += ["share", "again", "copy", "M instr./s"]
    return "\n\n".join(
        [
            "`bench/import_bench.py`: what measuring adds when modules of the standard library come from their `.pyc` "
            "files, as a share of what `marshal.loads` and executing them take; the goal is at most "
            f"{MOST_SHARE:.0%}. *First*: with an empty data directory. *Next run*: with the compiled code of an "
            "earlier run in it, as `run` leaves it. *Child*: another process of the same run. CPU time, the least of "
            "several processes, and, under *instr.*, instructions in user mode. "
            + tables.machines(part.machine for part in everything),
            tables.table(whole_head, whole),
            "Code objects that are there already, so that copies of them are made (what was compiled just now, "
            "`__main__`, pytest's rewritten tests). *Again*: with the compiled code of an earlier run or process in "
            "the data directory. *Copy*: the share that CPython itself takes to read `co_code` and to make a new code "
            "object of each with nothing changed (`code.replace()`).",
            tables.table(apart_head, apart),
        ]
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what only this script has."""
    parser.add_argument("--rounds", type=int, default=7, help="processes of each kind (default: 7)")


if __name__ == "__main__":
    sys.exit(parts.Script("import_bench", __doc__ or "", measure, section, add_options).main())
