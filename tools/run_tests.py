"""Builds blockcov and runs all of its tests: GoogleTest, then pytest on every supported CPython found.

The quick tests go first, on all interpreters; those marked `slow` follow, on the newest interpreter of each minor
version. A summary names what ran, what did not and why. The last line is `N passed, N failed, N skipped`, and the
exit status is 0 only when nothing failed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import builder
import interpreters


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
        return f"  {self.name:28}{counts}{'  ' + self.note if self.note else ''}"


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
        return passed > 0 and failed == 0


def googletest(preset: str, filters: str = "*") -> Callable[[Result], None]:
    """The C++ unit tests of `preset`."""

    def job(result: Result) -> None:
        core = builder.build_core(preset)
        report = core / "googletest.json"
        report.unlink(missing_ok=True)
        binary = core / "tests" / "unit" / "blockcov_unit_tests"
        done = subprocess.run(
            [binary, "--gtest_brief=1", f"--gtest_filter={filters}", f"--gtest_output=json:{report}"],
            cwd=builder.ROOT,
            env=builder.environment(),
            check=False,
        )
        if not report.is_file():
            result.failed, result.note = 1, f"ended with status {done.returncode} before its report"
            return
        counts = json.loads(report.read_text())
        tests = [case for suite in counts["testsuites"] for case in suite["testsuite"]]
        result.skipped = sum(case["result"] == "SKIPPED" for case in tests)
        result.skipped += sum(case["status"] == "NOTRUN" and case["result"] != "SKIPPED" for case in tests)
        result.failed = counts["failures"] + counts.get("errors", 0)
        result.passed = len(tests) - result.failed - result.skipped
        if done.returncode != 0 and result.failed == 0:
            result.failed, result.note = 1, f"ended with status {done.returncode}"

    return job


def pytest(
    python: Path, report: Path, arguments: Sequence[str], preload: dict[str, str] | None = None
) -> Callable[[Result], None]:
    """pytest with `python` (of a virtual environment) and `arguments`; `preload` adds to its environment."""

    def job(result: Result) -> None:
        report.unlink(missing_ok=True)
        command = [str(python), "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", f"--junitxml={report}"]
        done = subprocess.run(
            [*command, *arguments],
            cwd=builder.ROOT,
            env={**builder.environment(), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", **(preload or {})},
            stdin=subprocess.DEVNULL,
            check=False,
        )
        if not report.is_file():
            result.failed, result.note = 1, f"ended with status {done.returncode} before its report"
            return
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            result.failed += failed
            result.skipped += skipped
            result.passed += max(0, int(suite.get("tests", 0)) - failed - skipped)
        if done.returncode not in (0, 1, 5) or (done.returncode == 1 and result.failed == 0):
            result.failed += 1
            result.note = f"ended with status {done.returncode}"

    return job


def dialect_tables(usable: Sequence[interpreters.Interpreter]) -> Callable[[Result], None]:
    """The generated opcode tables against each interpreter."""

    def job(result: Result) -> None:
        generator = builder.ROOT / "instrument" / "dialect" / "gen_opcodes.py"
        for each in usable:
            done = subprocess.run([each.path, generator, "--check"], env=builder.environment(), check=False)
            if done.returncode == 0:
                result.passed += 1
            else:
                print(f"the opcode table differs from CPython {each.version}", flush=True)
                result.failed += 1

    return job


def choose(names: Sequence[str], summary: Summary) -> list[interpreters.Interpreter]:
    """The interpreters to test: those named, or all that are found; the others go into the summary with the reason."""
    if names:
        return [interpreters.named(name) for name in names]
    usable, passed = interpreters.find()
    minors = {each.minor for each in usable}
    for minor in interpreters.SUPPORTED:
        if minor not in minors:
            summary.not_run.append("CPython {}.{}: not found on this machine".format(*minor))
    unsupported = [each for each in passed if each.reason.startswith("is not supported")]
    summary.not_run += [
        f"Python {each.version} ({each.path}): {each.reason}" for each in passed if each not in unsupported
    ]
    if unsupported:
        versions = ", ".join(each.version for each in unsupported)
        summary.not_run.append(f"Python {versions}: blockcov supports {interpreters.supported_text()}")
    return usable


def run_all(chosen: Sequence[interpreters.Interpreter], summary: Summary, quick: bool, extra: Sequence[str]) -> None:
    """Everything, fast ones first."""
    parallel = ["-n", builder.jobs()]
    ready: list[tuple[interpreters.Interpreter, Path]] = []
    summary.run("GoogleTest", googletest("test"))
    summary.run("dialect tables", dialect_tables(chosen))
    for each in chosen:
        name = f"CPython {each.version}"
        try:
            builder.build_core("test", *builder.LIBRARIES)
            python = builder.install("test", each, extras=["test"])
        except builder.BuildError as error:
            print(error, flush=True)
            summary.results.append(Result(name, failed=1, note="could not be built"))
            continue
        ready.append((each, python))
        report = python.parent.parent.parent / "pytest.xml"
        summary.run(name, pytest(python, report, [*parallel, "-m", "not slow", *extra]))
    for each, python in ready:
        name = f"CPython {each.version}, slow tests"
        if quick:
            summary.not_run.append(f"{name}: --quick")
        elif not each.first:
            summary.not_run.append(f"{name}: a newer {'{}.{}'.format(*each.minor)} ran them")
        else:
            report = python.parent.parent.parent / "pytest-slow.xml"
            summary.run(name, pytest(python, report, [*parallel, "-m", "slow", *extra]))


def run_sanitized(preset: str, interpreter: interpreters.Interpreter, summary: Summary, extra: Sequence[str]) -> None:
    """The C++ tests and the quick Python tests under a sanitizer, whose runtime must be loaded before Python's."""
    summary.run(f"GoogleTest, {preset}", googletest(preset))
    libraries = {"asan": ["libasan.so", "libubsan.so"], "tsan": ["libtsan.so"]}[preset]
    paths = [
        subprocess.run(["g++", f"-print-file-name={name}"], capture_output=True, text=True, check=True).stdout.strip()
        for name in libraries
    ]
    settings = {
        "LD_PRELOAD": ":".join(paths),
        "PYTHONMALLOC": "malloc",  # so that each object is a block that the sanitizer knows
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=0:exitcode=99",  # an interpreter leaves its own behind
        "TSAN_OPTIONS": "exitcode=99:ignore_noninstrumented_modules=1:die_after_fork=0",
    }
    if interpreter.version.endswith("t"):
        del settings["PYTHONMALLOC"]  # a free-threaded build has its own allocator only

    def job(result: Result) -> None:
        builder.build_core(preset, *builder.LIBRARIES)
        python = builder.install(preset, interpreter, extras=["test"])
        report = python.parent.parent.parent / "pytest.xml"
        pytest(python, report, ["-n", builder.jobs(), "-m", "not slow", *extra], settings)(result)

    summary.run(f"CPython {interpreter.version}, {preset}", job)


def main() -> int:
    """Runs the tests."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", default=[], help="only this interpreter (may be repeated)")
    parser.add_argument("--quick", action="store_true", help="leave the slow tests out")
    parser.add_argument("--sanitizer", choices=["asan", "tsan"], help="run under a sanitizer, on one interpreter")
    parser.add_argument("pytest", nargs="*", help="further arguments for pytest, after --")
    options = parser.parse_args()
    summary = Summary()
    try:
        if options.sanitizer:
            one = interpreters.named(options.python[0]) if options.python else interpreters.default()
            run_sanitized(options.sanitizer, one, summary, options.pytest)
            return 0 if summary.show() else 1
        chosen = choose(options.python, summary)
    except interpreters.UnusableError as error:
        print(f"run_tests.py: {error}", file=sys.stderr)
        return 1
    if not chosen:
        summary.results.append(Result("CPython", failed=1, note="no supported interpreter was found"))
    run_all(chosen, summary, options.quick, options.pytest)
    return 0 if summary.show() else 1


if __name__ == "__main__":
    sys.exit(main())
