"""Measurements of a part, one interpreter after the other: probes, placement, memory, specialisation.

Such a script has a function that measures one interpreter and gives rows, and one that makes a section of
docs/benchmarks.md of all that was measured. `main` does the rest: the command line, bench/results/NAME-VERSION.json,
the document.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import builder
import interpreters
from harness import document
from harness.machine import machine
from harness.results import compact

Row = dict[str, Any]
INTERPRETER_DIR = builder.ROOT / "bench" / "interpreter"


@dataclass
class Part:
    """What was measured on one interpreter."""

    python: str
    rows: list[Row]
    machine: dict[str, str] = field(default_factory=machine)
    started: str = ""

    def to_json(self) -> str:
        """Give the file's text, a line for each row."""
        head = compact({key: value for key, value in dataclasses.asdict(self).items() if key != "rows"})
        rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in self.rows)
        return f'{head[:-2]},\n  "rows": [\n{rows}\n  ]\n}}\n'


def load_all(name: str, directory: Path) -> list[Part]:
    """Read all results of the script `name`, oldest Python first; ValueError for a file of another kind."""
    found = []
    for path in directory.glob(f"{name}-[0-9]*.json"):
        try:
            found.append(Part(**json.loads(path.read_text(encoding="utf-8"))))
        except (TypeError, ValueError) as error:
            raise ValueError(f"{path}: not results of this benchmark: {error}") from error
    return sorted(found, key=lambda part: [int(number.rstrip("t")) for number in part.python.split(".")])


@dataclass(frozen=True)
class Script:
    """A benchmark: its name (bench/NAME.py), its help text, how it measures and how it shows what it measured."""

    name: str
    description: str
    measure: Callable[[interpreters.Interpreter, argparse.Namespace], list[Row]]
    section: Callable[[Sequence[Part]], str]
    options: Callable[[argparse.ArgumentParser], None] = lambda parser: None

    def main(self, arguments: Sequence[str] | None = None) -> int:
        """Measure, write the results and the document; 0 when nothing failed."""
        options = self.parse(arguments)
        target = builder.ROOT / "docs" / "benchmarks.md"
        try:
            names = [name for each in options.python or () for name in each.split(",")]
            found = [interpreters.named(name) for name in names] or [
                each for each in interpreters.find()[0] if each.first
            ]
            for interpreter in () if options.document else found:
                print(f"CPython {interpreter.version}", file=sys.stderr, flush=True)
                started = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
                part = Part(interpreter.version, self.measure(interpreter, options), started=started)
                options.results.mkdir(parents=True, exist_ok=True)
                (options.results / f"{self.name}-{interpreter.version}.json").write_text(
                    part.to_json(), encoding="utf-8"
                )
            everything = load_all(self.name, options.results)
            text = self.section(everything)
            if options.print:
                print(text)
            else:
                document.replace(target, f"bench/{self.name}.py", text)
        except (builder.BuildError, interpreters.UnusableError, OSError, ValueError) as error:
            print(f"{self.name}.py: {error}", file=sys.stderr)
            return 1
        return 0

    def parse(self, arguments: Sequence[str] | None) -> argparse.Namespace:
        """Read the command line."""
        parser = argparse.ArgumentParser(
            description=self.description, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        add = parser.add_argument
        add("--python", metavar="V,..", action="append", help="versions, commands or paths (default: each minor found)")
        add(
            "--results",
            metavar="DIR",
            type=Path,
            default=builder.ROOT / "bench" / "results",
            help="where results are kept",
        )
        add("--no-build", action="store_true", help="take the blockcov that an earlier `make build` installed")
        add("--print", action="store_true", help="print the section instead of writing it into docs/benchmarks.md")
        add("--document", action="store_true", help="measure nothing, only show the results there are")
        self.options(parser)
        return parser.parse_args(arguments)


def blockcov_python(interpreter: interpreters.Interpreter, options: argparse.Namespace) -> Path:
    """Give the Python of the environment that `make build` makes, after a build unless that was switched off."""
    if options.no_build:
        return builder.ROOT / "build" / "release" / f"cpython-{interpreter.version}" / "venv" / "bin" / "python"
    builder.build_core("release", *builder.LIBRARIES)
    return builder.install("release", interpreter)


def run(
    command: Sequence[str | Path], variables: Mapping[str, str] | None = None, directory: Path | None = None
) -> str:
    """Run a command and give what it prints; BuildError with its messages when it fails."""
    done = subprocess.run(
        [str(word) for word in command],
        env={**builder.environment(), **(variables or {})},
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise builder.BuildError(f"{' '.join(map(str, command))}\n{done.stderr}\nfailed with status {done.returncode}")
    return done.stdout


def scratch(name: str, interpreter: interpreters.Interpreter) -> Path:
    """Give an empty directory under build/bench/."""
    place = builder.ROOT / "build" / "bench" / f"cpython-{interpreter.version}" / name
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place
