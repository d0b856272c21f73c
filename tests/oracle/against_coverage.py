"""Runs a program under coverage.py and under blockcov and compares the lines, and the ways from line to line, that ran.

`python -m tests.oracle.against_coverage PROGRAM...` prints the differences in the form of `differences.toml`, where
those that are known are listed with the reason and the oracle's verdict.
"""

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.oracle import compare, projects, run

KNOWN = Path(__file__).with_name("differences.toml")
MODES = ("counts", "hits")
VERDICTS = frozenset({"blockcov", "coverage", "convention"})


@dataclass(frozen=True, order=True)
class Difference:
    """One line, or one branch to line `target` (0: none), that one tool calls `executed`, `missing` or not at all one
    (`absent`), and the other not.
    """

    file: str
    line: int
    target: int
    blockcov: str
    coverage: str

    def __str__(self) -> str:
        way = f"->{self.target}" if self.target else ""
        return f"{self.file}:{self.line}{way}: blockcov {self.blockcov}, coverage.py {self.coverage}"


@dataclass(frozen=True)
class Known:
    """An entry of differences.toml."""

    file: str
    lines: frozenset[int]
    branches: frozenset[tuple[int, int]]
    pythons: frozenset[str]
    reason: str
    verdict: str


def known() -> list[Known]:
    """Read differences.toml; raises ValueError for an unknown verdict."""
    entries = []
    for each in tomllib.loads(KNOWN.read_text(encoding="utf-8")).get("difference", []):
        if each["verdict"] not in VERDICTS:
            raise ValueError(f"{KNOWN}: {each['file']}: unknown verdict {each['verdict']!r}")
        entries.append(
            Known(
                each["file"],
                frozenset(each.get("lines", ())),
                frozenset((line, target) for line, target in each.get("branches", ())),
                frozenset(each["pythons"]),
                each["reason"],
                each["verdict"],
            )
        )
    return entries


def is_known(difference: Difference, entries: Sequence[Known]) -> bool:
    """Whether an entry for this interpreter's minor version names the line, or the branch or a line that it joins."""
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    way = (difference.line, difference.target)
    return any(
        each.file == difference.file
        and minor in each.pythons
        and (way in each.branches or not each.lines.isdisjoint(way))
        for each in entries
    )


def statuses(report: dict[str, Any], label: dict[str, str], cwd: Path) -> dict[tuple[str, int, int], str]:
    """{(label of the file, line, 0 or target of a branch): executed or missing} of a JSON report of coverage.py's."""
    found: dict[tuple[str, int, int], str] = {}
    for name, file in report["files"].items():
        key = label.get(os.path.realpath(cwd / name))
        if key is None:
            continue
        for status in ("executed", "missing"):
            for line in file[f"{status}_lines"]:
                found[key, line, 0] = status
            for line, target in file[f"{status}_branches"]:
                found[key, line, target] = status
    return found


def differences(
    ours: dict[str, Any], theirs: dict[str, Any], label: dict[str, str], cwd: Path
) -> tuple[list[Difference], int]:
    """The lines and branches that differ, and the number compared; files are named by `label` of their real path.

    `cwd` is where both reports were made: it is what their relative names start from.
    """
    mine, other = statuses(ours, label, cwd), statuses(theirs, label, cwd)
    lines = sorted({*mine, *other})
    found = [
        Difference(*line, mine.get(line, "absent"), other.get(line, "absent"))
        for line in lines
        if mine.get(line) != other.get(line)
    ]
    return found, len(lines)


#: The tracer that coverage.py's figures are known for. From 3.14 on it takes sysmon unasked, with which a line that an
#: exception kept from running reads as executed when it follows a comprehension.
TRACER = {"COVERAGE_CORE": "ctrace"}


def _json(command: Sequence[str], out: Path, cwd: Path) -> dict[str, Any]:
    done = run.run([*command, "-o", str(out)], cwd=cwd)
    if not out.exists():
        raise run.RunError(f"{' '.join(command)}: {done.stdout.decode()}{done.stderr.decode()}")
    report: dict[str, Any] = json.loads(out.read_bytes())
    return report


def _read(scratch: Path, mode: str) -> dict[str, Any]:
    """The report of the data directory that is named for the mode."""
    command = [*run.BLOCKCOV, "json", "--data-dir", str(scratch / mode)]
    return _json(command, scratch / f"{mode}.json", scratch)


def labels(program: run.Program, scratch: Path) -> dict[str, str]:
    """Names of the measured files that do not depend on the scratch directory: `json/decoder.py`, `loops.py`."""
    found = {}
    copies = scratch / "stdlib"
    for file in program.files:
        inside = file.is_relative_to(copies)
        found[os.path.realpath(file)] = str(file.relative_to(copies)) if inside else file.name
    return found


def compare_program(path: Path) -> tuple[list[Difference], int]:
    """The lines and branches that differ in one program or driver, in any mode, and the number compared."""
    with tempfile.TemporaryDirectory(prefix="blockcov-coverage-") as name:
        scratch = Path(name)
        program = compare.program_of(path, scratch)
        include = ",".join(map(str, program.files))
        coverage = [sys.executable, "-m", "coverage"]
        data = f"--data-file={scratch / 'coverage.data'}"
        measure = [*coverage, "run", "--branch", data, f"--include={include}", str(path), *program.arguments]
        run.run(measure, scratch, extra=TRACER)
        theirs = _json([*coverage, "json", "-q", data], scratch / "coverage.json", scratch)
        found, lines = [], 0
        for mode in MODES:
            compare.run_measured(program, scratch, mode, data=mode)
            ours = _read(scratch, mode)
            differing, compared = differences(ours, theirs, labels(program, scratch), scratch)
            found += differing
            lines += compared
        return found, lines


def compare_project(project: projects.Project, scratch: Path) -> tuple[list[Difference], int]:
    """The lines and branches that differ after the project's own test suite, in any mode, and the number compared.

    Each tool has a run of its own, so the suite has to do the same in each. Raises Unavailable.
    """
    theirs, _ = coverage_alone(project, scratch, "coverage")
    label = project_labels(project)
    found, lines = [], 0
    for mode in MODES:
        projects.run_suite(project, _under_blockcov(project, scratch, mode), scratch, mode)
        differing, compared = differences(_read(scratch, mode), theirs, label, scratch)
        found += differing
        lines += compared
    return found, lines


def project_labels(project: projects.Project) -> dict[str, str]:
    """Names of the project's files that do not depend on where they lie."""
    # Where the packages lie at the top of the distribution, the suite imports them from there.
    tops = (projects.site(project), projects.source(project))
    return {os.path.realpath(file): str(file.relative_to(each)) for each in tops for file in each.rglob("*.py")}


def coverage_alone(
    project: projects.Project, scratch: Path, name: str, prefix: Sequence[str] = ()
) -> tuple[dict[str, Any], projects.Outcomes]:
    """coverage.py's report after the suite, and the outcomes of the tests; its files in `scratch` begin with `name`.

    `prefix` are arguments for the interpreter that come before coverage.py's.
    """
    data = f"--data-file={scratch / f'{name}.data'}"
    command = ["-m", "coverage", "run", "--branch", data, f"--source={','.join(project.packages)}"]
    outcomes, _ = projects.run_suite(project, [*prefix, *command], scratch, name)
    report = [sys.executable, "-m", "coverage", "json", "-q", data]
    return _json(report, scratch / f"{name}.coverage.json", scratch), outcomes


def both_at_once(
    project: projects.Project, scratch: Path, mode: str
) -> tuple[dict[str, Any], dict[str, Any], projects.Outcomes]:
    """The reports of blockcov and of coverage.py about one and the same run of the suite, and the tests' outcomes."""
    theirs, outcomes = coverage_alone(project, scratch, mode, _under_blockcov(project, scratch, mode))
    return _read(scratch, mode), theirs, outcomes


def _under_blockcov(project: projects.Project, scratch: Path, mode: str) -> list[str]:
    options = ["--mode", mode, "--data-dir", str(scratch / mode), "--source", ",".join(project.packages)]
    return ["-m", "blockcov", "run", *options]


def main() -> int:
    """Print what differs and is not known."""
    entries, total, unknown = known(), 0, 0
    for argument in sys.argv[1:]:
        try:
            found, lines = compare_program(Path(argument).resolve())
        except (run.RunError, subprocess.TimeoutExpired) as error:
            print(f"{argument}: {error}")
            unknown += 1
            continue
        total += lines
        for each in found:
            if not is_known(each, entries):
                unknown += 1
                print(each)
    print(f"{total} lines and branches compared, {unknown} unexplained differences")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
