"""Runs the fuzzers of tests/fuzz, each for so many seconds, from the committed corpus on.

    tools/py tools/fuzz.py --seconds 3600 data_files
    tools/py tools/fuzz.py --keep

What they find on the way stays in build/fuzz/corpus, for the next run. --keep adds what reaches code that the committed
corpus does not reach, smallest first, up to so many bytes a file. An input that crashes, hangs or takes too much memory
is left in build/fuzz, and the status is 1.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import builder

TARGETS = {"data_files": 8192, "compiler": 4096}
"""What there is, and the longest input of each in bytes."""
COMMITTED = builder.ROOT / "tests" / "fuzz" / "corpus"
SCRATCH = builder.ROOT / "build" / "fuzz"
LIMITS = ["-timeout=10", "-rss_limit_mb=2048", "-malloc_limit_mb=256"]
INTERRUPTED = 72  # libFuzzer's status after SIGINT or SIGTERM


def binary(target: str) -> Path:
    """The libFuzzer program of a target."""
    return builder.core_dir("fuzz") / "tests" / "fuzz" / f"{target}_fuzz"


def run(target: str, seconds: int) -> bool:
    """Fuzz one target; true when nothing was found."""
    grown = SCRATCH / "corpus" / target
    grown.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [binary(target), f"-max_total_time={seconds}", f"-max_len={TARGETS[target]}", *LIMITS]
    command += [f"-artifact_prefix={SCRATCH}/{target}-", "-print_final_stats=1", grown, COMMITTED / target]
    log = SCRATCH / f"{target}.log"
    print(f"{target}: {seconds} s, see {log}", file=sys.stderr, flush=True)
    started = time.monotonic()
    with log.open("wb") as file:
        status = subprocess.run(command, stdout=file, stderr=file, env=environment(), check=False).returncode
    taken = round(time.monotonic() - started)
    text = log.read_text(errors="replace")
    executions = re.findall(r"stat::number_of_executed_units: (\d+)", text)
    coverage = re.findall(r" cov: (\d+) ", text)
    result = {0: "no finding", INTERRUPTED: "no finding up to where it was stopped"}.get(
        status, f"FINDING, status {status}, see {log}"
    )
    reached = coverage[-1] if coverage else "?"
    print(f"{target}: {taken} s, {executions[-1] if executions else '?'} inputs, {reached} edges reached, {result}")
    return status == 0


def keep(target: str, most: int) -> None:
    """Copy to the committed corpus what adds to it."""
    added = SCRATCH / "added" / target
    shutil.rmtree(added, ignore_errors=True)
    added.mkdir(parents=True)
    small = SCRATCH / "small" / target
    shutil.rmtree(small, ignore_errors=True)
    small.mkdir(parents=True)
    for file in (SCRATCH / "corpus" / target).iterdir():
        if file.stat().st_size <= most:
            shutil.copy(file, small)
    for file in (COMMITTED / target).iterdir():
        shutil.copy(file, added)
    known = {file.name for file in added.iterdir()}
    builder.call([binary(target), "-merge=1", f"-max_len={TARGETS[target]}", added, small])
    for file in added.iterdir():
        if file.name not in known:
            shutil.copy(file, COMMITTED / target)
    print(f"{target}: {sum(1 for _ in (COMMITTED / target).iterdir())} inputs")


def environment() -> dict[str, str]:
    """A clean one, in which the sanitizer's reports have names."""
    symbolizers = sorted(Path("/usr/bin").glob("llvm-symbolizer*"))
    return {**builder.environment(), **({"ASAN_SYMBOLIZER_PATH": str(symbolizers[-1])} if symbolizers else {})}


def main() -> int:
    """Build the fuzzers and run them; 0 when nothing was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="*", help=f"which ({', '.join(TARGETS)}); default: all")
    parser.add_argument("--seconds", type=int, default=60, help="for each; default: 60")
    parser.add_argument("--keep", action="store_true", help="add to the committed corpus instead")
    parser.add_argument("--bytes", type=int, default=512, help="with --keep: of the largest file; default: 512")
    options = parser.parse_args()
    if unknown := set(options.target) - set(TARGETS):
        parser.error(f"no such fuzzer: {', '.join(sorted(unknown))}")
    try:
        builder.build_core("fuzz")
        targets = options.target or list(TARGETS)
        if options.keep:
            for target in targets:
                keep(target, options.bytes)
            return 0
        good = [run(target, options.seconds) for target in targets]
    except builder.BuildError as error:
        print(f"fuzz.py: {error}", file=sys.stderr)
        return 1
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
