"""Compares blockcov with coverage.py over the test suites of real projects, both judging the very same run.

`python -m tests.oracle.projects_compared [--into FILE] [PROJECT..]` runs each suite under blockcov, and coverage.py
inside of that, once in each mode. Suites that draw random numbers, or that follow the order of sets of objects, take
another way in each run; the two tools must agree about each of them all the same. Then coverage.py runs by itself, for
whether blockcov has changed what it sees. Where that differs, it runs by itself once more: what differs then too is the
suite's doing.

Prints what differs and writes the figures as JSON, see `Figures`; the status is 1 if a difference between the tools is
not in `differences.toml`. `make compare` does this with several interpreters and writes the table of docs/accuracy.md.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.oracle import against_coverage, projects, run
from tests.oracle.against_coverage import Difference


@dataclass(frozen=True)
class Figures:
    """What came of one suite.

    `different` counts, by mode, the lines and branches on which the tools disagree about one run, `listed` those of
    them that are in differences.toml, in all modes. `beside` counts those on which coverage.py beside blockcov and
    coverage.py alone differ; `again` those on which two runs of coverage.py alone do, if it was run twice.
    """

    project: str
    python: str
    tests: int
    compared: int
    different: dict[str, int]
    listed: int
    beside: int
    again: int | None


def compare(project: projects.Project, scratch: Path) -> Figures:
    """Run the suite as often as it takes, and print what differs. Raises Unavailable, RunError."""
    label, entries = against_coverage.project_labels(project), against_coverage.known()

    def differing(ours: dict[str, Any], theirs: dict[str, Any], title: str) -> tuple[list[Difference], int]:
        found, compared = against_coverage.differences(ours, theirs, label, scratch)
        for each in found:
            print(f"    {title}: {each}")
        return found, compared

    different, listed, beside, compared = {}, 0, [], 0
    for mode in against_coverage.MODES:
        ours, theirs, outcomes = against_coverage.both_at_once(project, scratch, mode)
        found, compared = differing(ours, theirs, mode)
        different[mode] = len(found)
        listed += sum(against_coverage.is_known(each, entries) for each in found)
        beside.append((theirs, outcomes))
    alone, plain = against_coverage.coverage_alone(project, scratch, "alone")
    changed: set[tuple[str, int, int]] = set()
    for theirs, outcomes in beside:
        if outcomes != plain:
            names = [name for name in sorted({*plain, *outcomes}) if plain.get(name) != outcomes.get(name)]
            raise run.RunError(f"{project.id}: {len(names)} tests ended otherwise: {', '.join(names[:5])}")
        found, _ = differing(theirs, alone, "coverage.py beside blockcov (first) and alone")
        changed.update((each.file, each.line, each.target) for each in found)
    again = None
    if changed:
        once_more, _ = against_coverage.coverage_alone(project, scratch, "again")
        again = len(differing(once_more, alone, "coverage.py alone, twice")[0])
    name = f"{project.name} {project.version}"
    return Figures(name, platform.python_version(), len(plain), compared, different, listed, len(changed), again)


def main() -> int:
    """Compare, print, and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", metavar="FILE", type=Path, help="where the figures go")
    parser.add_argument("project", nargs="*", help="names; default: all")
    options = parser.parse_args()
    chosen = [each for each in projects.COMPARED if not options.project or each.name in options.project]
    found, failed = [], len(chosen) < len(options.project)
    for project in chosen:
        print(f"{project.id} {project.version}, CPython {platform.python_version()}", flush=True)
        start = time.monotonic()
        try:
            with tempfile.TemporaryDirectory(prefix="blockcov-compare-") as scratch:
                figures = compare(project, Path(scratch))
        except (projects.Unavailable, run.RunError, subprocess.TimeoutExpired) as error:
            failed = True
            print(f"  failed: {error}", flush=True)
            continue
        found.append(figures)
        failed |= sum(figures.different.values()) > figures.listed
        print(f"  {asdict(figures)}, {time.monotonic() - start:.0f} s", flush=True)
        if options.into:
            options.into.write_text(json.dumps([asdict(each) for each in found], indent=1), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
