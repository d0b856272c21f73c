"""Builds blockcov and runs all of its tests: GoogleTest, then pytest on every supported CPython found.

The quick tests go first, on all interpreters; those marked `slow` follow, on the newest of each minor version. Then the
same, GoogleTest included, in the testing root (testing_root.py) for the supported versions that this machine has not.
Cases that need not run on each interpreter are shared out among all of these (tests/sharing.py), unless --everywhere is
given. A summary names what ran, what did not and why. The last line is `N passed, N failed, N skipped`, and the exit
status is 0 only when nothing failed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from pathlib import Path

import builder
import interpreters
import testing_root
from summary import Result, Summary

ON_DEBUG_BUILDS = (
    "cli",
    "code_copies",
    "concurrency",
    "config",
    "damage",
    "damaged_code",
    "exclusion",
    "forked_children",
    "generated",
    "hits",
    "hook_children",
    "hook_code",
    "introspection",
    "leaks",
    "live_contexts",
    "live_snapshot",
    "odd_sources",
    "oracle",
    "prepared_code",
    "programs",
    "recursion_limit",
    "reference_counts",
    "run_same",
    "run_select",
    "run_time_compiler",
    "shipped_code",
    "specialisation",
    "threads",
    "trace_functions",
    "tracebacks",
)
"""Tests that need no compiled packages: the package index has none for debug builds."""

PARALLEL = ("-n", builder.jobs(), "--dist", "worksteal")
"""A process for each CPU; one that has nothing left takes of what waits for the others."""


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


def choose(summary: Summary) -> tuple[list[interpreters.Interpreter], list[str]]:
    """All interpreters of this machine, and the supported versions it has none of, such as "3.14".

    What was found and cannot be used goes into the summary with the reason.
    """
    usable, passed = interpreters.find()
    minors = {each.minor for each in usable}
    missing = ["{}.{}".format(*minor) for minor in interpreters.SUPPORTED if minor not in minors]
    unsupported = [each for each in passed if each.reason.startswith("is not supported")]
    summary.not_run += [
        f"Python {each.version} ({each.path}): {each.reason}" for each in passed if each not in unsupported
    ]
    if unsupported:
        versions = ", ".join(each.version for each in unsupported)
        summary.not_run.append(f"Python {versions}: blockcov supports {interpreters.supported_text()}")
    return usable, missing


def newest(among: Sequence[str]) -> list[str]:
    """The newest of each minor version of `among`."""
    found: dict[tuple[str, ...], str] = {}
    for name in sorted(among, key=lambda name: [int(part) for part in name.rstrip(interpreters.KINDS).split(".")]):
        found[tuple(name.split(".")[:2])] = name
    return list(found.values())


def share(each: interpreters.Interpreter, among: Sequence[str]) -> list[str]:
    """pytest's arguments for its part of the cases that need not run on all of `among`, "3.12.1" or "3.12" each."""
    own = next((name for name in among if each.version == name or each.version.startswith(f"{name}.")), None)
    return [f"--share={own}/{','.join(among)}"] if own and len(among) > 1 else []


def run_all(
    chosen: Sequence[interpreters.Interpreter], among: Sequence[str], summary: Summary, options: argparse.Namespace
) -> None:
    """Everything on `chosen`, fast ones first, but for what others of `among` run."""
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
        arguments = [*PARALLEL, "-m", "not slow", *share(each, among), *options.pytest]
        summary.run(name, pytest(python, report, arguments))
    for each, python in ready:
        name = f"CPython {each.version}, slow tests"
        if options.quick:
            summary.not_run.append(f"{name}: --quick")
        elif not each.first:
            summary.not_run.append(f"{name}: a newer {'{}.{}'.format(*each.minor)} ran them")
        else:
            report = python.parent.parent.parent / "pytest-slow.xml"
            arguments = [*PARALLEL, "-m", "slow", *share(each, newest(among)), *options.pytest]
            summary.run(name, pytest(python, report, arguments))


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
        pytest(python, report, [*PARALLEL, "-m", "not slow", *extra], settings)(result)

    summary.run(f"CPython {interpreter.version}, {preset}", job)


def run_debug_build(interpreter: interpreters.Interpreter, summary: Summary, extra: Sequence[str]) -> None:
    """The quick Python tests of ON_DEBUG_BUILDS, where CPython checks what it is given and counts all references."""

    def job(result: Result) -> None:
        builder.build_core("test", *builder.LIBRARIES)
        python = builder.install("test", interpreter, extras=["debug-build"])
        report = python.parent.parent.parent / "pytest.xml"
        files = [f"tests/test_{name}.py" for name in ON_DEBUG_BUILDS]
        pytest(python, report, [*PARALLEL, "-m", "not slow", *(extra or files)])(result)

    summary.run(f"CPython {interpreter.version}, a debug build", job)


def debug_build(name: str) -> interpreters.Interpreter:
    """The interpreter that `name` stands for; UnusableError if it is a release."""
    found = interpreters.named(name)
    if not found.version.endswith("d"):
        raise interpreters.UnusableError(f"{name}: CPython {found.version} is no debug build")
    return found


def run_in_root(tool: str, arguments: Sequence[str], summary: Summary) -> None:
    """Runs `tool` of this directory with `arguments` in the testing root, and adds its results to the summary."""
    saved = builder.ROOT / "build" / testing_root.SUITE / "results.json"
    saved.unlink(missing_ok=True)
    print(f"\n=== in the testing root ({testing_root.SUITE})", flush=True)
    tools = Path(__file__).parent
    status = testing_root.run([tools / "py", tools / tool, "--results", "build/results.json", *arguments])
    try:
        summary.add(saved, f"{testing_root.SUITE}: ")
    except (OSError, ValueError):
        summary.results.append(
            Result(testing_root.SUITE, failed=1, note=f"{tool} ended with status {status} before its results")
        )


def reachable(missing: Sequence[str], summary: Summary) -> list[str]:
    """Those of `missing` that the testing root has, which is made if need be; the summary says why others stay out."""
    try:
        testing_root.make()
    except testing_root.TestingRootError as error:
        summary.not_run += [f"CPython {name}: {testing_root.ABSENT}: {error}" for name in missing]
        return []
    for name in missing:
        if not testing_root.has(name):
            where = "made by `make free-threaded`" if name.endswith("t") else f"in Debian's {testing_root.SUITE}"
            summary.not_run.append(f"CPython {name}: neither on this machine nor {where}")
    return [name for name in missing if testing_root.has(name)]


def main() -> int:
    """Runs the tests."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", action="append", default=[], help="only this interpreter (may be repeated)")
    parser.add_argument("--quick", action="store_true", help="leave the slow tests out")
    parser.add_argument("--everywhere", action="store_true", help="all cases on all interpreters: hours")
    parser.add_argument("--among", metavar="VERSIONS", help=argparse.SUPPRESS)  # of the run that this one is part of
    parser.add_argument("--sanitizer", choices=["asan", "tsan"], help="run under a sanitizer, on one interpreter")
    parser.add_argument("--debug-build", action="store_true", help="run on a debug build (default: python3-dbg)")
    parser.add_argument("--no-root", action="store_true", help="leave out versions that only the testing root has")
    parser.add_argument("--results", metavar="FILE", type=Path, help="save the results in place of the summary")
    parser.add_argument("pytest", nargs="*", help="further arguments for pytest, after --")
    options = parser.parse_args()
    summary = Summary()
    try:
        if options.sanitizer:
            testing_root.run_instead(options.python[:1])
            one = interpreters.named(options.python[0]) if options.python else interpreters.default()
            run_sanitized(options.sanitizer, one, summary, options.pytest)
            return 0 if summary.show() else 1
        if options.debug_build:
            run_debug_build(debug_build((options.python or ["python3-dbg"])[0]), summary, options.pytest)
            return 0 if summary.show() else 1
        if options.python:
            missing = [] if testing_root.inside() else [name for name in options.python if testing_root.needed(name)]
            chosen = [interpreters.named(name) for name in options.python if name not in missing]
        else:
            chosen, missing = choose(summary)
    except interpreters.UnusableError as error:
        print(f"run_tests.py: {error}", file=sys.stderr)
        return 1
    inside: list[str] = []
    if testing_root.inside() or options.no_root:
        where = "in this testing root" if testing_root.inside() else "on this machine (--no-root)"
        summary.not_run += [f"CPython {name}: not {where}" for name in missing]
    elif missing:
        inside = reachable(missing, summary)
    among = options.among.split(",") if options.among else [*(each.version for each in chosen), *inside]
    if options.everywhere:
        among = []
    elif len(among) > 1 and not options.among:
        alike = f"what is alike on these {len(among)} ran on one, judges of minutes on none"
        summary.not_run.append(f"all cases on all: {alike} (--everywhere)")
    if chosen or not missing:
        run_all(chosen, among, summary, options)
    if not chosen and not missing:
        summary.results.append(Result("CPython", failed=1, note="no supported interpreter was found"))
    if inside:
        flags = [f"--{flag}" for flag in ("quick", "everywhere") if getattr(options, flag)]
        flags += [f"--python={name}" for name in inside] + [f"--among={','.join(among)}"] * bool(among)
        run_in_root("run_tests.py", [*flags, "--", *options.pytest], summary)
    if options.results:
        summary.save(options.results)
        return 0 if summary.good() else 1
    return 0 if summary.show() else 1


if __name__ == "__main__":
    sys.exit(main())
