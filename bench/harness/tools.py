"""The coverage tools that are compared: how each is started, and how to see that it has measured something."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """Where one run takes place."""

    python: Path  # the interpreter of the tool's virtual environment
    scratch: Path  # an empty directory for the tool's data
    source: tuple[Path, ...] = ()  # directories to measure; without any, what the tool measures by itself

    @property
    def sources(self) -> str:
        """The directories, separated by commas."""
        return ",".join(map(str, self.source))

    @property
    def empty(self) -> str:
        """An empty configuration file, so that no other one is read."""
        path = self.scratch / "empty.toml"
        path.touch()
        return str(path)


Command = Callable[[Place], list[str]]
Lines = Callable[[Place, Mapping[str, str]], int]


@dataclass(frozen=True)
class Tool:
    """One way to run a program.

    `command` gives the words in front of the program's, without the interpreter. `lines` gives the number of lines that
    the data in `scratch` say were executed.
    """

    name: str
    title: str
    environment: str  # the virtual environment it is in; tools of one distribution share it
    requirements: tuple[str, ...]
    command: Command
    lines: Lines
    variables: Mapping[str, str] = field(default_factory=dict)
    since: tuple[int, int] = (3, 11)
    until: tuple[int, int] | None = None  # the last version that a release of it installs on
    suites: bool = True  # is also measured with the test suites
    reduced: bool = False  # is slow: measured at the reduced sizes
    most_pairs: int | None = None  # is slow, and far from 1: no more pairs than these

    def supports(self, minor: tuple[int, int]) -> bool:
        """Say if it works on Python `minor`."""
        return minor >= self.since and (self.until is None or minor <= self.until)


def plain_command(place: Place) -> list[str]:
    """Nothing."""
    return []


def blockcov_command(mode: str) -> Command:
    """`python -m blockcov run`."""

    def command(place: Place) -> list[str]:
        words = ["-m", "blockcov", "run", "--rcfile", place.empty, "--data-dir", str(place.scratch / "data")]
        return [*words, "--mode", mode, *(["--source", place.sources] if place.source else [])]

    return command


def coverage_command(*options: str) -> Command:
    """`python -m coverage run`."""

    def command(place: Place) -> list[str]:
        words = ["-m", "coverage", "run", f"--rcfile={place.empty}", f"--data-file={place.scratch / 'data'}", *options]
        return [*words, *([f"--source={place.sources}"] if place.source else [])]

    return command


def slipcover_command(*options: str) -> Command:
    """`python -m slipcover`."""

    def command(place: Place) -> list[str]:
        words = ["-m", "slipcover", "--json", "--out", str(place.scratch / "data.json"), *options]
        return [*words, *(["--source", place.sources] if place.source else [])]

    return command


def trace_command(place: Place) -> list[str]:
    """`python -m trace --count`, the standard library left out."""
    ignore = "--ignore-dir=$prefix/lib:$exec_prefix/lib"
    return ["-m", "trace", "--count", f"--coverdir={place.scratch / 'cover'}", ignore]


def executed(document: str) -> int:
    """Count the executed lines of a JSON report; coverage.py, SlipCover and blockcov agree on its form."""
    return sum(len(each["executed_lines"]) for each in json.loads(document)["files"].values())


def no_lines(place: Place, environment: Mapping[str, str]) -> int:
    """Plain Python measures nothing."""
    return 0


def reported(*command: str) -> Lines:
    """Ask the tool for its JSON report; `{scratch}` in `command` stands for the directory."""

    def lines(place: Place, environment: Mapping[str, str]) -> int:
        words = [word.format(scratch=place.scratch, empty=place.empty) for word in command]
        done = subprocess.run(
            [place.python, *words], capture_output=True, text=True, check=False, env=environment, cwd=place.scratch
        )
        try:
            return executed(done.stdout)
        except ValueError:
            return 0

    return lines


def slipcover_lines(place: Place, environment: Mapping[str, str]) -> int:
    """Read what SlipCover wrote."""
    path = place.scratch / "data.json"
    return executed(path.read_text()) if path.exists() else 0


def trace_lines(place: Place, environment: Mapping[str, str]) -> int:
    """Count the lines with a count in trace's .cover files."""
    files = (place.scratch / "cover").glob("*.cover")
    return sum(line[:5].strip().isdigit() for each in files for line in each.read_text().splitlines())


BLOCKCOV_LINES = reported(
    "-m", "blockcov", "json", "--rcfile", "{empty}", "--data-dir", "{scratch}/data", "-i", "-o", "-"
)
COVERAGE_LINES = reported(
    "-m", "coverage", "json", "--rcfile={empty}", "--data-file={scratch}/data", "-i", "-q", "-o", "-"
)
CTRACE = {"COVERAGE_CORE": "ctrace"}
SYSMON = {"COVERAGE_CORE": "sysmon"}

PLAIN = Tool("plain", "plain Python", "plain", (), plain_command, no_lines)


def _blockcov(mode: str) -> Tool:
    return Tool(f"blockcov-{mode}", f"blockcov {mode}", "blockcov", (), blockcov_command(mode), BLOCKCOV_LINES)


def _coverage(
    name: str, title: str, variables: Mapping[str, str], *options: str, since: int, pairs: int | None
) -> Tool:
    command = coverage_command(*options)
    return Tool(
        f"coverage-{name}",
        f"coverage.py {title}",
        "coverage",
        ("coverage",),
        command,
        COVERAGE_LINES,
        variables,
        since=(3, since),
        most_pairs=pairs,
    )


def _slipcover(kind: str, *options: str) -> Tool:
    return Tool(
        f"slipcover-{kind}",
        f"SlipCover {kind}",
        "slipcover",
        ("slipcover",),
        slipcover_command(*options),
        slipcover_lines,
        until=(3, 14),
    )


_ALL: Sequence[Tool] = (
    Tool("noise", "plain again", "plain", (), plain_command, no_lines),
    _blockcov("counts"),
    _blockcov("hits"),
    _slipcover("line"),
    _slipcover("branch", "--branch"),
    _coverage("sysmon-line", "sysmon line", SYSMON, since=12, pairs=None),
    _coverage("sysmon-branch", "sysmon branch", SYSMON, "--branch", since=14, pairs=None),
    _coverage("line", "C tracer line", CTRACE, since=11, pairs=1),
    _coverage("branch", "C tracer branch", CTRACE, "--branch", since=11, pairs=1),
    Tool(
        "trace",
        "trace --count",
        "plain",
        (),
        trace_command,
        trace_lines,
        suites=False,
        reduced=True,
        most_pairs=1,
    ),
)

TOOLS: Mapping[str, Tool] = {tool.name: tool for tool in _ALL}
