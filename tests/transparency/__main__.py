"""Runs CPython's own test suite plain and under blockcov, and compares the outcome of every test case.

The standard library and the tests themselves are measured. A difference that is not in `accepted.toml` makes the exit
status 1; one that an entry expects and that did not come is named as well.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import sys
import time
import tomllib
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from tests.transparency import suite
from tests.transparency.compare import Compared, compare

HERE = Path(__file__).parent

EXAMPLES = """examples:
  python -m tests.transparency                                 everything, both modes: an hour or more
  python -m tests.transparency --part                          the representative part that `make test` runs
  python -m tests.transparency --modes hits test_generators    two files of the suite in one mode
"""


def accepted(version: str) -> dict[str, str]:
    """Give the cases that are known to differ on `version`, such as "3.12", each with its reason."""
    entries = tomllib.loads((HERE / "accepted.toml").read_text(encoding="utf-8")).get("case", [])
    return {each["name"]: each["reason"] for each in entries if version in each.get("versions", [version])}


def unexpected(result: Compared, known: dict[str, str]) -> dict[str, tuple[str, str]]:
    """Give the differences that are not accepted. Cases that fail make the exit status 2: that is none more."""
    new = {name: pair for name, pair in result.different.items() if name not in known}
    followed = len(new) < len(result.different) and new.get(suite.FILE_STATUS) == ("0", "2")
    return {name: pair for name, pair in new.items() if not (followed and name == suite.FILE_STATUS)}


def part() -> list[str]:
    """Give the files of the representative part."""
    return (HERE / "part.txt").read_text(encoding="utf-8").split()


def judge(files: Sequence[str], modes: Sequence[str], options: argparse.Namespace) -> Iterable[Compared]:
    """Run each file plain and in each mode; results come as they are ready."""

    def one(file: str) -> list[Compared]:
        plain = suite.run_file(suite.PLAIN, file, options.limit)
        limit = max(60.0, min(options.limit, 20 * plain.seconds))
        results = []
        for mode in modes:
            measured = suite.run_file(mode, file, limit)
            again = lambda variant: suite.run_file(variant, file, limit)  # noqa: E731
            results.append(compare(file, mode, plain, measured, again, options.repeats))
        return results

    with ThreadPoolExecutor(options.jobs) as pool:
        for results in pool.map(one, files):
            yield from results


def main() -> int:
    """Run it; 0 if nothing differs but what is accepted."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.transparency",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="of the test package, such as test_generators")
    parser.add_argument("--part", action="store_true", help="the representative part, minutes instead of an hour")
    parser.add_argument("--modes", default="counts,hits", help="which to compare with the plain run (default: both)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="files at a time (default: processors)")
    parser.add_argument("--limit", type=float, default=900, metavar="S", help="seconds for one file (default: 900)")
    parser.add_argument("--repeats", type=int, default=2, help="runs more where something differs (default: 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all results there")
    options = parser.parse_args()
    # A shell has these ignored in what it starts in the background; tests wait for them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
    if sys.flags.optimize:
        parser.error("run it without -O")
    modes = options.modes.split(",")
    if unknown := set(modes) - set(suite.MODES):
        parser.error(f"unknown mode {', '.join(sorted(unknown))}; there are {' and '.join(suite.MODES)}")
    every = suite.test_files()
    files = options.files or (part() if options.part else every)
    files = [file for file in files if file in every] if options.part else files
    if unknown := set(files) - set(every):
        parser.error(f"the test package has no {', '.join(sorted(unknown))}")
    known = accepted("{}.{}".format(*sys.version_info))

    start = time.monotonic()
    results: list[Compared] = []
    for result in judge(files, modes, options):
        results.append(result)
        new = unexpected(result, known)
        mark = f"{len(new)} DIFFERENT" if new else "same"
        print(
            f"[{time.monotonic() - start:6.0f} s, {len(results):4}/{len(files) * len(modes)}] "
            f"{result.file} {result.mode}: {result.cases} cases, {mark}",
            file=sys.stderr,
            flush=True,
        )
        for name in new:
            print(f"    {name}: {' -> '.join(new[name])}", file=sys.stderr, flush=True)
    if options.json:
        options.json.write_text(
            json.dumps({"python": platform.python_version(), "results": list(map(asdict, results))})
        )
    return summary(results, modes, known, whole=not options.files and not options.part)


def summary(results: Sequence[Compared], modes: Sequence[str], known: dict[str, str], whole: bool) -> int:
    """Print a line for each mode and every difference; give the exit status."""
    status = 0
    for mode in modes:
        ours = [result for result in results if result.mode == mode]
        different = {name: pair for result in ours for name, pair in result.different.items()}
        new = {name: pair for result in ours for name, pair in unexpected(result, known).items()}
        unsteady = [name for result in ours for name in result.unsteady]
        print(
            f"{platform.python_version()} {mode}: {len(ours)} files, {sum(result.cases for result in ours)} cases, "
            f"{len(different)} different, {len(new)} of them not accepted, {len(unsteady)} unsteady"
        )
        for name, (plain, measured) in new.items():
            print(f"  different: {name}: {plain} -> {measured}")
        for name in unsteady:
            print(f"  unsteady: {name}")
        if whole:
            for name in known.keys() - different.keys():
                print(f"  accepted, but the same: {name}")
        status |= bool(new)
    return status


if __name__ == "__main__":
    sys.exit(main())
