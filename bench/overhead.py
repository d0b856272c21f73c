#!/usr/bin/env python3
"""Measures what coverage tools cost: user CPU time of whole processes, as ratios to plain Python.

Plain Python and a tool run in turn; the ratio of each pair of neighbours is taken, then the median over the pairs, then
the geometric mean over the programs. A run whose result is wrong does not count. docs/benchmarks.md says more.

Results go to bench/results/cpython-VERSION.json after each step, and tables and a picture of all results found
there to docs/benchmarks.md and docs/benchmarks.svg; with --quick all of this goes to build/bench/quick/.
"""

from __future__ import annotations

import argparse
import datetime
import os
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tools")]

from harness import document, figures, results, tables  # noqa: E402
from harness.environments import BUILD, Environments  # noqa: E402
from harness.machine import machine  # noqa: E402
from harness.measure import Bench, Plan, WrongResultError  # noqa: E402
from harness.programs import PROGRAMS, Compute, Program  # noqa: E402
from harness.results import ProgramResults, Results  # noqa: E402
from harness.tools import TOOLS, Tool  # noqa: E402

import builder  # noqa: E402
import interpreters  # noqa: E402
import testing_root  # noqa: E402

EXAMPLES = """examples:
  bench/overhead.py                                        everything, on the newest supported Python of each minor
  bench/overhead.py --python 3.12 --repeat 9               one version, more pairs
  bench/overhead.py --quick                                does it all work? a few minutes, figures mean nothing
  bench/overhead.py --tools blockcov-hits,slipcover-line --programs sudoku,richards --json - --no-document
  bench/overhead.py --tools blockcov-counts --programs nbody --repeat 1 --instructions
  bench/overhead.py --document                             tables and picture again, from the results there are
"""


class Progress:
    """Says on stderr what is being done: one changing line on a terminal, else one line for each program."""

    def __init__(self) -> None:
        self.terminal = sys.stderr.isatty()
        self.start = time.monotonic()
        self.heading = ""

    def head(self, heading: str) -> None:
        """Begin something."""
        self.heading = heading
        if not self.terminal:
            print(f"{self.elapsed()} {heading}", file=sys.stderr, flush=True)

    def step(self, text: str) -> None:
        """Say what is done now."""
        if self.terminal:
            width = shutil.get_terminal_size().columns - 1
            line = f"{self.elapsed()} {self.heading}: {text}"[:width]
            print(f"\r{line:{width}}", end="", file=sys.stderr, flush=True)

    def done(self, text: str) -> None:
        """Say what came out."""
        end = "\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r" if self.terminal else ""
        print(f"{end}{self.elapsed()} {self.heading}: {text}", file=sys.stderr, flush=True)

    def elapsed(self) -> str:
        """Give the time since the start."""
        minutes, seconds = divmod(int(time.monotonic() - self.start), 60)
        return f"[{minutes:3}:{seconds:02}]"


def chosen(names: str | None, known: Sequence[str], what: str) -> list[str]:
    """Split a list of names; SystemExit when one is unknown. A name that ends in * stands for all that begin so."""
    if names is None:
        return list(known)
    found: list[str] = []
    for name in filter(None, names.split(",")):
        matching = [each for each in known if each == name or (name.endswith("*") and each.startswith(name[:-1]))]
        if not matching:
            raise SystemExit(f"overhead.py: no {what} {name!r}; there are: {', '.join(known)}")
        found += [each for each in matching if each not in found]
    return found


def measure(interpreter: interpreters.Interpreter, options: argparse.Namespace, progress: Progress) -> Results:
    """Measure one interpreter; the results are saved after each tool on each program."""
    tools: list[Tool] = [tool for tool in options.tools if tool.supports(interpreter.minor)]
    programs: list[Program] = options.programs
    progress.head(f"{interpreter.version} environments")
    environments = Environments(interpreter, tools, options.upgrade, not options.no_build)
    startups = 2 if options.quick else max(11, 3 * options.repeat)
    plan = Plan(tools, programs, options.repeat, "tiny" if options.quick else "full", startups)
    bench = Bench(environments, plan, progress.step)
    started = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    taken = {"repeat": options.repeat, "size": plan.size, "startups": startups, "pinned": options.cpu is not None}
    measured = Results(interpreter.version, machine(), started, taken, environments.versions(), bench.commands())
    target = options.results / f"cpython-{interpreter.version}.json"

    progress.head(f"{interpreter.version} start-up")
    bench.startup(measured)
    progress.done(", ".join(f"{tool} {1000 * figures.startup(measured, tool):.0f} ms" for tool in measured.startup))
    for program in programs:
        progress.head(f"{interpreter.version} {program.name}")

        def save(record: ProgramResults, name: str = program.name) -> None:
            measured.programs[name] = record
            measured.save(target)

        bench.program(program, save)
        ratios = []
        for tool, each in measured.programs[program.name].tools.items():
            found = figures.program_ratio(measured, program.name, tool)
            ratio = tables.number(found.median if found else None)
            ratios.append(f"{tool} FAILED ({each.error})" if each.error else f"{tool} {ratio}")
        progress.done(", ".join(ratios))
    for program in programs if options.instructions else ():
        if isinstance(program, Compute):
            progress.head(f"{interpreter.version} {program.name}, instructions")
            bench.instructions(program, measured.instructions.setdefault(program.name, {}))
            measured.save(target)
            counts = measured.instructions[program.name]
            progress.done(", ".join(f"{tool} {small:,} {large:,}" for tool, (small, large) in counts.items()))
    measured.finished = True
    measured.save(target)
    return measured


def write_document(options: argparse.Namespace) -> None:
    """Write tables and picture of all results there are."""
    everything = results.load_all(options.results)
    if not everything:
        raise SystemExit(f"overhead.py: no results in {options.results}")
    target = BUILD / "quick" / "benchmarks.md" if options.quick else ROOT / "docs" / "benchmarks.md"
    document.update(target, everything, "benchmarks.svg")
    python = builder.make_venv(BUILD / "plot", interpreters.default(), ["matplotlib"])
    files = [options.results / f"cpython-{each.python}.json" for each in everything]
    builder.call([python, Path(__file__).parent / "harness" / "plot.py", target.with_suffix(".svg"), *files])
    print(target)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--python", metavar="V,..", action="append", help="versions, commands or paths")
    add("--tools", metavar="T,..", help=f"of {', '.join(TOOLS)}; coverage* means all that begin so")
    add("--programs", metavar="P,..", help=f"of {', '.join(PROGRAMS)}")
    add("--repeat", metavar="N", type=int, help="pairs for each tool and program (default 5; 1 with --quick)")
    add("--quick", action="store_true", help="the tiny sizes, to see that everything works")
    add("--instructions", action="store_true", help="count instructions with valgrind --tool=callgrind as well (slow)")
    add("--json", metavar="FILE", help="write all results of this run to FILE as a list; - for stdout")
    add("--results", metavar="DIR", type=Path, help="where results are kept (default bench/results)")
    add("--cpu", metavar="N", type=int, help="run everything on one CPU")
    add("--upgrade", action="store_true", help="install the current releases of all tools anew")
    add("--no-build", action="store_true", help="measure the blockcov that was installed by an earlier run")
    add("--document", action="store_true", help="measure nothing, only write the document")
    add("--no-document", action="store_true", help="do not write the document")
    options = parser.parse_args(arguments)
    options.tools = [TOOLS[name] for name in chosen(options.tools, list(TOOLS), "tool")]
    options.programs = [PROGRAMS[name] for name in chosen(options.programs, list(PROGRAMS), "program")]
    options.repeat = options.repeat or (1 if options.quick else 5)
    options.results = options.results or (BUILD / "quick" if options.quick else ROOT / "bench" / "results")
    if options.repeat < 1:
        parser.error("--repeat: at least 1")
    if options.instructions and shutil.which("valgrind") is None:
        parser.error("--instructions needs valgrind")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, then write the document; 0 when every result was right."""
    options = parse(arguments)
    progress = Progress()
    everything: list[Results] = []
    try:
        if not options.document:
            names = [name for each in options.python or () for name in each.split(",")]
            testing_root.run_instead(names)
            found = [interpreters.named(name) for name in names]
            found = found or [each for each in interpreters.find()[0] if each.first]
            if options.cpu is not None:
                os.sched_setaffinity(0, {options.cpu})
            everything = [measure(each, options, progress) for each in found]
        if options.json:
            text = "[\n" + ",\n".join(each.to_json() for each in everything) + "]\n"
            if options.json == "-":
                print(text, end="")
            else:
                Path(options.json).write_text(text, encoding="utf-8")
        if not options.no_document:
            write_document(options)
    except (builder.BuildError, interpreters.UnusableError, WrongResultError, OSError, ValueError) as error:
        print(f"overhead.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\noverhead.py: broken off; what was measured is saved", file=sys.stderr)
        return 130
    return 1 if any(document.failures(each) for each in everything) else 0


if __name__ == "__main__":
    sys.exit(main())
