"""CPython's `test` package: which files it has, and the outcome of every case of one file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

from tests.project import clean_environment

PLAIN = "plain"
MODES = ("counts", "hits")

# Case names under which a whole file is reported.
FILE_STATUS = "(exit status)"


@dataclass
class Outcomes:
    """How one run of one test file went.

    `cases` maps a case's name to passed, failed, error, skipped or expected; FILE_STATUS to how the process ended.
    """

    cases: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    output: str = ""


def test_files() -> list[str]:
    """Give the names of all test files of this interpreter, as `python -m test` takes them."""
    command = [sys.executable, "-m", "test", "--list-tests"]
    listed = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=True)
    return sorted(listed.stdout.split())


def command_of(variant: str, name: str, report: Path, data: Path) -> list[str]:
    """Give the command for the file `name`, plain or in a mode of blockcov; standard library and tests are measured."""
    run = ["-m", "test", "--junit-xml", str(report), name]
    if variant == PLAIN:
        return [sys.executable, *run]
    library = sysconfig.get_path("stdlib")
    options = ["--mode", variant, "--source", library, "--data-dir", str(data), "--rcfile", os.devnull]
    return [sys.executable, "-m", "blockcov", "run", *options, *run]


def outcome_of(case: ElementTree.Element) -> str:
    """Give the outcome of a <testcase> of regrtest's JUnit file."""
    for tag in ("error", "failure", "skipped"):
        if case.find(tag) is not None:
            return {"failure": "failed"}.get(tag, tag)
    if case.get("status") == "notrun":
        return "skipped"
    return "passed" if case.get("result") == "completed" else str(case.get("result"))


def run_file(variant: str, name: str, limit: float) -> Outcomes:
    """Run one test file in a process and a directory of its own; it is killed after `limit` seconds."""
    outcomes = Outcomes()
    with tempfile.TemporaryDirectory(prefix="blockcov-transparency-", ignore_cleanup_errors=True) as place:
        report = Path(place, "report.xml")
        work = Path(place, "work")
        work.mkdir()
        environment = clean_environment({"TMPDIR": str(work)})
        start = time.monotonic()
        process = subprocess.Popen(
            command_of(variant, name, report, Path(place, "data")),
            cwd=work,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            output, _ = process.communicate(timeout=limit)
            status = str(process.returncode)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
            status = "timed out"
        outcomes.seconds = time.monotonic() - start
        outcomes.output = output.decode(errors="replace")
        outcomes.cases[FILE_STATUS] = status
        if report.exists() and report.stat().st_size:
            for case in ElementTree.parse(report).iter("testcase"):
                if name_of_case := case.get("name"):  # a subtest that fails has none; its case fails as well
                    outcomes.cases[name_of_case] = outcome_of(case)
    return outcomes
