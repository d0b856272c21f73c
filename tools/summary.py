"""What the runs of the test runners came to, and the table of it that ends the output."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import builder


@dataclass
class Result:
    """What one run of one test runner came to; `note` says why it did not run, or what went wrong around it."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""

    def line(self) -> str:
        """The run's line in the summary."""
        counts = f"{self.passed:6} passed {self.failed:4} failed {self.skipped:4} skipped {self.seconds:7.0f} s"
        return f"  {self.name:34}{counts}{'  ' + self.note if self.note else ''}"


@dataclass
class Summary:
    """All runs, and the interpreters that had none."""

    results: list[Result] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)

    def run(self, name: str, job: Callable[[Result], None]) -> bool:
        """Times `job`, which fills in its Result. A step that could not be carried out counts as one failure."""
        print(f"\n=== {name}", flush=True)
        result = Result(name)
        start = time.monotonic()
        try:
            job(result)
        except (builder.BuildError, OSError, ValueError, subprocess.TimeoutExpired) as error:
            print(error, flush=True)
            result.failed += 1
            result.note = "could not be run" if not result.note else result.note
        result.seconds = time.monotonic() - start
        self.results.append(result)
        return result.failed == 0

    def good(self) -> bool:
        """Whether something passed and nothing failed."""
        return any(result.passed for result in self.results) and not any(result.failed for result in self.results)

    def show(self) -> bool:
        """Prints the summary; true when something passed and nothing failed."""
        print("\n=== summary")
        for result in self.results:
            print(result.line())
        for reason in self.not_run:
            print(f"  not run: {reason}")
        passed = sum(result.passed for result in self.results)
        failed = sum(result.failed for result in self.results)
        skipped = sum(result.skipped for result in self.results)
        print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
        return self.good()

    def save(self, target: Path) -> None:
        """Writes what add() reads."""
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(dataclasses.asdict(self)), encoding="utf-8")

    def add(self, source: Path, prefix: str) -> None:
        """Adds the runs that another process saved, their names with a prefix; OSError, ValueError if it did not."""
        saved = json.loads(source.read_text(encoding="utf-8"))
        self.results += [Result(**{**each, "name": f"{prefix}{each['name']}"}) for each in saved["results"]]
        self.not_run += saved["not_run"]
