#!/usr/bin/env python3
"""Measures what the pytest plugin costs on two real suites, attrs' and networkx', without and with contexts.

    bench/pytest_bench.py                      every supported minor version found
    bench/pytest_bench.py --python 3.12 --rounds 9
    bench/pytest_bench.py --instructions       for a machine that does other things meanwhile: needs perf

Plain pytest and each way to measure run in turn; the ratio of neighbours in user and system CPU time is taken, and the
median over the rounds. No report is made, so what counts is the tests' own time. pytest-cov stands beside.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

from harness import parts, process, tables  # noqa: E402
from harness.environments import BUILD, install_blockcov  # noqa: E402

import builder  # noqa: E402
import interpreters  # noqa: E402
from tests.oracle import projects  # noqa: E402

MOST_CONTEXTS = 1.05
"""What `--blockcov-context=test` may take, as a ratio to the same without."""
PACKAGES = ("pytest==8.3.5", "pytest-cov==7.1.0")
SUITES = [project for project in projects.PROJECTS if project.name in ("attrs", "networkx") and not project.slow]
WAYS: Mapping[str, Sequence[str]] = {
    "plain": ("-p", "no:blockcov"),
    "installed": (),
    "blockcov": ("--blockcov={}", "--blockcov-report="),
    "blockcov, contexts": ("--blockcov={}", "--blockcov-report=", "--blockcov-context=test"),
    "pytest-cov": ("-p", "no:blockcov", "--cov={}", "--cov-branch", "--cov-report="),
    "pytest-cov, contexts": ("-p", "no:blockcov", "--cov={}", "--cov-branch", "--cov-report=", "--cov-context=test"),
}


@dataclass(frozen=True)
class Place:
    """Where one suite runs: the interpreter that has all it needs, and its directory."""

    project: projects.Project
    python: Path
    directory: Path
    instructions: bool = False

    def run(self, way: str) -> tuple[float, str]:
        """Give the CPU time in seconds, or the instructions, and how many tests passed and failed.

        BuildError when none could.
        """
        words = [word.format(package) for word in WAYS[way] for package in self._packages(word)]
        plugins = ("-q", "-p", "no:cacheprovider", "-c", "pyproject.toml")
        command: list[str | Path] = [
            self.python,
            "-m",
            "pytest",
            *plugins,
            *words,
            *self.project.options,
            *self.project.tests,
        ]
        if self.instructions:
            command[:0] = ["perf", "stat", "-x,", "-e", "instructions:u"]
        scratch = BUILD / "pytest" / self.project.name
        scratch.mkdir(parents=True, exist_ok=True)
        environment = {
            **builder.environment(),
            "CI": "true",
            "PYTHONHASHSEED": "0",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(scratch),
            "COVERAGE_FILE": str(scratch / ".coverage"),
        }
        done = process.run(command, self.directory, environment)
        outcomes = re.search(r"^(.*\d+ passed.*) in [0-9.]+s", done.out, re.MULTILINE)
        if done.status not in (0, 1) or outcomes is None:
            raise builder.BuildError(f"{' '.join(map(str, command))}\n{done.out[-2000:]}\n{done.err[-2000:]}")
        cost = done.user + done.system
        if self.instructions:
            counted = re.search(r"^(\d+),.*instructions", done.err, re.MULTILINE)
            if counted is None:
                raise builder.BuildError(f"perf counts no instructions: {done.err[-500:]}")
            cost = float(counted[1])
        return cost, re.sub(r", \d+ warnings?", "", outcomes[1])

    def _packages(self, word: str) -> Sequence[str]:
        return self.project.packages if "{}" in word else ("",)


def places(interpreter: interpreters.Interpreter, instructions: bool) -> list[Place]:
    """Install what the suites need."""
    needs = {f"{suite.name}=={suite.version}" for suite in SUITES} | {need for suite in SUITES for need in suite.needs}
    venv = BUILD / f"cpython-{interpreter.version}" / "pytest"
    python = builder.make_venv(venv, interpreter, [*PACKAGES, *sorted(needs)])
    install_blockcov(interpreter, python)
    return [Place(suite, python, projects.source(suite), instructions) for suite in SUITES]


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> list[parts.Row]:
    """Give a row for each suite: seconds of plain pytest, and the ratio of each way."""
    rows = []
    for place in places(interpreter, options.instructions):
        first = {way: place.run(way)[1] for way in WAYS}  # also fills caches
        if len(set(first.values())) > 1:
            raise builder.BuildError(f"{place.project.name}: the outcomes of the tests differ: {first}")
        ratios: dict[str, list[float]] = {way: [] for way in WAYS if way != "plain"}
        seconds: list[float] = []
        between: dict[str, list[float]] = {}
        for number in range(options.rounds):
            print(f"{place.project.name}: round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
            took: dict[str, float] = {}
            for way in ratios:
                seconds.append(place.run("plain")[0])
                took[way] = place.run(way)[0]
                ratios[way].append(took[way] / seconds[-1])
            for tool in ("blockcov", "pytest-cov"):
                between.setdefault(tool, []).append(took[f"{tool}, contexts"] / took[tool])
        seconds = seconds if not options.instructions else [0.0]
        row: parts.Row = {"suite": place.project.name, "tests": first["plain"], "seconds": statistics.median(seconds)}
        row["ratios"] = {way: round(statistics.median(found), 4) for way, found in ratios.items()}
        row["contexts"] = {tool: round(statistics.median(found), 4) for tool, found in between.items()}
        row["instructions"] = options.instructions
        rows.append(row)
    return rows


def section(everything: Sequence[parts.Part]) -> str:
    """Show a row for each version and suite."""
    ways = [way for way in WAYS if way != "plain"]
    rows = []
    for part in everything:
        for row in part.rows:
            plain = "instructions" if row["instructions"] else f"{row['seconds']:.1f}"
            cells = [part.python, row["suite"], row["tests"], plain]
            cells += [f"{row['ratios'][way]:.2f}" for way in ways]
            ratio = row["contexts"]["blockcov"]
            cells.append(f"{ratio:.3f}" if ratio <= MOST_CONTEXTS else f"**{ratio:.3f}**")
            rows.append(cells)
    head = ["", "suite", "tests", "plain, s", *ways, "contexts / without"]
    text = (
        "`bench/pytest_bench.py`: CPU time of a test suite under pytest, as a ratio to pytest without a plugin "
        "(where it says so, instructions executed in user mode instead). "
        "*Installed*: the plugin is there and not asked for. "
        "*Contexts*: `--blockcov-context=test`, `--cov-context=test`; "
        f"the last column is blockcov's own ratio of with to without, the goal at most {MOST_CONTEXTS}. "
    )
    return "\n\n".join([text + tables.machines(part.machine for part in everything), tables.table(head, rows)])


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what only this script has."""
    parser.add_argument("--instructions", action="store_true", help="count instructions in place of CPU time")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median counts (default: 5)")


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(parts.Script("pytest_bench", __doc__ or "", measure, section, add_options).main())
