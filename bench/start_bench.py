#!/usr/bin/env python3
"""Measures what blockcov adds to the start of a Python: CPU time of whole processes, user and system.

    bench/start_bench.py                       every supported minor version found
    bench/start_bench.py --python 3.12 --rounds 40

Each round starts one process of each kind, in turn, so that what disturbs one disturbs the others. The program is
empty. *.pth*: a virtual environment with nothing in it but `blockcov.pth`, beside one that is empty, without blockcov's
variable. *run*: `python -m blockcov run`, all of it. *child*: a process that a measured program starts, beside one that
an unmeasured program starts. The data directory is there already.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from harness import parts, tables

import builder
import interpreters

MOST = {"pth": 0.5, "run": 15.0, "child": 8.0}
"""Milliseconds of CPU that each may take more."""
SPAWNER = """\
import os, sys
pid = os.posix_spawn(sys.executable, [sys.executable, "empty.py"], os.environ)
_, _, usage = os.wait4(pid, 0)
print(usage.ru_utime + usage.ru_stime)
"""


def cpu(command: Sequence[str | Path], place: Path) -> float:
    """Run a process; its CPU time in milliseconds."""
    process = subprocess.Popen([str(word) for word in command], cwd=place, env=builder.environment())
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise builder.BuildError(f"{' '.join(map(str, command))}: status {process.returncode}")
    return 1e3 * (usage.ru_utime + usage.ru_stime)


def child(command: Sequence[str | Path], place: Path) -> float:
    """Run SPAWNER; the CPU time of its child in milliseconds."""
    return 1e3 * float(parts.run(command, directory=place))


def bare_environments(interpreter: interpreters.Interpreter, python: Path, place: Path) -> tuple[Path, Path]:
    """Make two virtual environments with nothing in them, but for `blockcov.pth` in the second; their Pythons."""
    made = []
    for name in ("bare", "pth"):
        builder.call([interpreter.path, "-m", "venv", "--without-pip", place / name])
        made.append(place / name / "bin" / "python")
    (source,) = (python.parent.parent / "lib").glob("python3*/site-packages/blockcov.pth")
    (target,) = (place / "pth" / "lib").glob("python3*/site-packages")
    shutil.copy(source, target)
    return made[0], made[1]


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> list[parts.Row]:
    """Give a row for each kind: median milliseconds without and with, and of the differences."""
    python = parts.blockcov_python(interpreter, options)
    place = parts.scratch("start", interpreter)
    bare, with_pth = bare_environments(interpreter, python, place)
    (place / "empty.py").write_text("")
    (place / "spawner.py").write_text(SPAWNER)
    run: list[str | Path] = [python, "-m", "blockcov", "run"]
    pairs: Mapping[str, tuple[list[str | Path], list[str | Path]]] = {
        "pth": ([bare, "empty.py"], [with_pth, "empty.py"]),
        "run": ([python, "empty.py"], [*run, "empty.py"]),
        "child": ([python, "spawner.py"], [*run, "spawner.py"]),
    }
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in pairs}
    for turn in range(options.rounds + 2):
        for name, (without, with_it) in pairs.items():
            timed = child if name == "child" else cpu
            for _ in range(4 if name == "pth" else 1):  # the smallest difference of all
                sample = timed(without, place), timed(with_it, place)
                if turn >= 2:
                    samples[name].append(sample)
            shutil.rmtree(place / ".blockcov" / "shards", ignore_errors=True)
    return [
        {
            "kind": name,
            "without": round(statistics.median(before for before, _ in taken), 3),
            "with": round(statistics.median(after for _, after in taken), 3),
            "more": round(statistics.median(after - before for before, after in taken), 3),
            "samples": len(taken),
        }
        for name, taken in samples.items()
    ]


def section(everything: Sequence[parts.Part]) -> str:
    """Show a row for each version and kind."""
    titles = {"pth": "the `.pth` line", "run": "`blockcov run`", "child": "a measured child"}
    rows = []
    for part in everything:
        for row in part.rows:
            most = MOST[row["kind"]]
            more = f"{row['more']:.2f}"
            rows.append(
                [
                    f"{part.python} {titles[row['kind']]}",
                    f"{row['without']:.2f}",
                    f"{row['with']:.2f}",
                    more if row["more"] <= most else f"**{more}**",
                    f"{most:g}",
                    f"{row['with'] / row['without']:.2f}",
                ]
            )
    return "\n\n".join(
        [
            "`bench/start_bench.py`: CPU time of a whole process with an empty program, user and system, milliseconds: "
            "medians, *more* of the differences between processes that ran one after the other. The `.pth` line: "
            "without blockcov's variable. " + tables.machines(part.machine for part in everything),
            tables.table(["", "without", "with", "more", "goal", "ratio"], rows),
        ]
    )


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what only this script has."""
    parser.add_argument("--rounds", type=int, default=100, help="of each, after two to warm up (default: 100)")


if __name__ == "__main__":
    sys.exit(parts.Script("start_bench", __doc__ or "", measure, section, add_options).main())
