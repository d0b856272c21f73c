"""Compares blockcov with coverage.py over real projects' suites, and writes the table of docs/accuracy.md.

Builds and installs blockcov for each interpreter, runs `python -m tests.oracle.projects_compared` with it, and puts the
rows in place of those of the same suite and minor version. Long: an hour for each interpreter.

    tools/compare_projects.py                                   # CPython 3.11, 3.12 and 3.13
    tools/compare_projects.py --python 3.13 click flask         # these alone; the other rows stay
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import builder
import interpreters

PAGE = builder.ROOT / "docs" / "accuracy.md"
BEGIN, END = "<!-- make compare: begin -->\n", "<!-- make compare: end -->\n"
VERSIONS = ("3.11", "3.12", "3.13")
HEAD = (
    "| suite | Python | tests | lines and branches | differences in `counts` | in `hits` |"
    " of these listed below | coverage.py beside blockcov and alone | coverage.py alone, twice |\n"
    "|---|---|---:|---:|---:|---:|---:|---:|---:|\n"
)


def row(figures: Mapping[str, Any]) -> str:
    """Give the row of one suite, from `Figures` of projects_compared.py."""
    again = "" if figures["again"] is None else figures["again"]
    numbers = [*figures["different"].values(), figures["listed"], figures["beside"], again]
    cells = [figures["project"], figures["python"], f"{figures['tests']:,}", f"{figures['compared']:,}", *numbers]
    return f"| {' | '.join(map(str, cells))} |\n"


@dataclass(frozen=True)
class Row:
    """What a row says, without the runs of coverage.py alone; `minor` is that of Python."""

    suite: str
    minor: str
    tests: int
    compared: int
    different: int
    listed: int


def rows(page: str) -> list[Row]:
    """Read the table. Raises ValueError if the page has none, or if it has a row that is none of ours."""
    return [_read(line) for line in _lines(page)]


def with_rows(page: str, new: Iterable[str]) -> str:
    """Give the page with these rows in its table, in place of those about the same suite and minor version.

    Raises ValueError if the page has no place for the table.
    """
    kept = {}
    for line in (*_lines(page), *new):
        read = _read(line)
        kept[read.suite.split()[0], tuple(map(int, read.minor.split(".")))] = line
    start, end = page.index(BEGIN) + len(BEGIN), page.index(END)
    return page[:start] + HEAD + "".join(kept[key] for key in sorted(kept)) + page[end:]


def _lines(page: str) -> list[str]:
    return page[page.index(BEGIN) + len(BEGIN) : page.index(END)].splitlines(keepends=True)[HEAD.count("\n") :]


def _read(line: str) -> Row:
    suite, python, *numbers = (cell.strip() for cell in line.strip().strip("|").split("|"))
    tests, compared, counts, hits, listed = (int(number.replace(",", "")) for number in numbers[:5])
    return Row(suite, ".".join(python.split(".")[:2]), tests, compared, counts + hits, listed)


def main() -> int:
    """Compare and write. The status is 1 if something could not be compared or differs without being listed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", metavar="V", help=f"default: {', '.join(VERSIONS)}")
    parser.add_argument("project", nargs="*", help="names; default: all")
    options = parser.parse_args()
    status = 0
    for version in options.python or VERSIONS:
        into = builder.ROOT / "build" / "compare" / f"{version}.json"
        into.parent.mkdir(parents=True, exist_ok=True)
        into.unlink(missing_ok=True)
        try:
            interpreter = interpreters.named(version)
            builder.build_core("release", *builder.LIBRARIES)
            python = builder.install("release", interpreter, ["test"])
        except (builder.BuildError, interpreters.UnusableError) as error:
            print(f"compare_projects.py: {error}", file=sys.stderr)
            status = 1
            continue
        command: list[str | Path] = [python, "-m", "tests.oracle.projects_compared", "--into", into, *options.project]
        status |= subprocess.run(command, cwd=builder.ROOT, env=builder.environment(), check=False).returncode
        if into.is_file():
            new = map(row, json.loads(into.read_text(encoding="utf-8")))
            PAGE.write_text(with_rows(PAGE.read_text(encoding="utf-8"), new), encoding="utf-8")
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
