"""The reports at the end of a test run: each is a `blockcov` command in a process of its own.

So whatever the tests have done to this process, the report is right, and whatever goes wrong with the report, the
results of the tests stand. What a command prints goes to pytest's terminal.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blockcov.errors import OK, Failure
from blockcov.report.output import write_file

if TYPE_CHECKING:
    from blockcov.config import Options

TERMINAL = ("term", "term-missing")
SKIP_COVERED = "skip-covered"
FILES = {
    "markdown": ("report", "--format", "markdown"),
    "html": ("html", "-d"),
    "xml": ("xml", "-o"),
    "lcov": ("lcov", "-o"),
    "json": ("json", "-o"),
    "sonar": ("sonar", "-o"),
    "gocover": ("gocover", "-o"),
    "llvm": ("llvm", "-o"),
    "sqlite": ("sqlite", "-o"),
    "annotate": ("annotate", "-d"),
}
"""The command of each report that is not shown, and its option for where to write; markdown is written here."""
HELD = ("html", "xml", "lcov", "json", "sonar", "gocover", "llvm")
MARKDOWN_FILE = "coverage.md"


@dataclass(frozen=True)
class Wanted:
    """One `--blockcov-report`; `place` is what stands behind the colon, None without one."""

    kind: str
    place: str | None = None


def parse(word: str) -> Wanted | None:
    """Take `TYPE[:PLACE]` apart; None for an empty word, which asks for no report. Raises ArgumentTypeError."""
    if not word:
        return None
    kind, colon, place = word.partition(":")
    if kind not in (*TERMINAL, *FILES):
        known = ", ".join((*TERMINAL, *FILES))
        raise argparse.ArgumentTypeError(f"there is no report {kind!r}; there are {known}")
    if kind in TERMINAL and colon and place != SKIP_COVERED:
        raise argparse.ArgumentTypeError(f"{kind} takes :{SKIP_COVERED} and nothing else, not :{place}")
    if colon and not place:
        raise argparse.ArgumentTypeError(f"{word}: nothing stands behind the colon")
    return Wanted(kind, place if colon else None)


@dataclass(frozen=True)
class Outcome:
    """What a command printed, and its exit status."""

    status: int
    text: str
    errors: str


class Reporter:
    """Runs commands on one data directory, where and as the tests were started."""

    def __init__(self, options: Options, rcfile: str | None) -> None:
        self._common = ["--data-dir", options.data_dir]
        if rcfile:
            self._common += ["--rcfile", os.path.abspath(rcfile)]
        if _is_given(options, "branch"):
            self._common.append("--branch" if options.branch else "--no-branch")
        self._table = []
        for name in ("fail_under", "precision"):
            if _is_given(options, name):
                self._table += ["--" + name.replace("_", "-"), f"{getattr(options, name):.12g}"]
        self._python = sys.executable
        self._directory = os.getcwd()
        self._environment = {name: value for name, value in os.environ.items() if name != "BLOCKCOV_START"}
        self._environment["PYTHONIOENCODING"] = "utf-8"

    def table(self, wanted: Wanted) -> Outcome:
        """Make the table that is shown."""
        words = ["report", "--format", "text", *self._table]
        if wanted.kind == "term-missing":
            words.append("--show-missing")
        if wanted.place == SKIP_COVERED:
            words.append("--skip-covered")
        return self._run(words)

    def total(self) -> Outcome:
        """Hold the total against the limit."""
        return self._run(["report", "--format", "total", *self._table])

    def file(self, wanted: Wanted) -> Outcome:
        """Write a report that is not shown."""
        if wanted.kind == "markdown":
            return self._markdown(wanted.place or MARKDOWN_FILE)
        command, option = FILES[wanted.kind]
        no_limit = ["--fail-under", "0"] if command in HELD else []  # the table is held against it, or the total
        return self._run([command, *no_limit, *([option, wanted.place] if wanted.place else [])])

    def _markdown(self, place: str) -> Outcome:
        outcome = self._run([*FILES["markdown"], *self._table, "--fail-under", "0"])
        if outcome.status != OK:
            return outcome
        try:
            write_file(os.path.join(self._directory, place), outcome.text)
        except Failure as failure:
            return Outcome(failure.status, "", f"blockcov: error: {failure.message}\n")
        return Outcome(OK, "", outcome.errors)

    def _run(self, words: list[str]) -> Outcome:
        # -P: a module of the tests' directory must not stand for one of the standard library.
        command = [self._python, "-P", "-m", "blockcov", words[0], "--ignore-errors", *self._common, *words[1:]]
        done = subprocess.run(
            command,
            cwd=self._directory,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
        return Outcome(done.returncode, _text(done.stdout), _text(done.stderr))


def _is_given(options: Options, name: str) -> bool:
    """Was it given on the command line? What is in a file, the commands read themselves."""
    return options.origin.get(name) == "command line"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")
