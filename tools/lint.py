"""Checks the style of all committed C++ and Python, or brings it into form with --fix.

clang-format is the version that pyproject.toml pins, from PyPI, so that every machine agrees. clang-tidy is the
system's, which can read the system's LLVM and C++ library headers; it takes its options from the compile commands of
build/test.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import builder
import interpreters

# Each layer may include itself and what stands before it.
LAYERS = ("instrument", "runtime", "importhook")


def committed(*patterns: str) -> list[str]:
    """Files that git knows or would add, matching `patterns`, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", *patterns],
        cwd=builder.ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [name for name in listed if (builder.ROOT / name).is_file()]


def layers() -> list[str]:
    """One message for each #include that points against the one-way order of the layers."""
    wrong = []
    for name in committed("*.cc", "*.h"):
        layer = name.split("/")[0]
        if layer not in LAYERS:
            continue
        above = LAYERS[LAYERS.index(layer) + 1 :]
        for number, line in enumerate((builder.ROOT / name).read_text().splitlines(), 1):
            words = line.split('"')
            if line.startswith("#include") and len(words) > 1 and words[1].startswith(tuple(f"{x}/" for x in above)):
                wrong.append(f"{name}:{number}: {layer}/ must not include {words[1]}")
            if line.startswith("#include <Python.h>") and layer != "importhook":
                wrong.append(f"{name}:{number}: only importhook/ may include Python.h")
    return wrong


def run(name: str, command: Sequence[str | Path]) -> bool:
    """Runs one checker in the project's root; true when it found nothing."""
    print(f"=== {name}", flush=True)
    return subprocess.run(command, cwd=builder.ROOT, env=builder.environment(), check=False).returncode == 0


def clang_tidy(python: Path) -> bool:
    """clang-tidy over the libraries, the tests and the extension."""
    print("=== clang-tidy", flush=True)
    wheel = python.parent.parent.parent / "wheel"
    good = True
    for database, patterns in (
        (builder.core_dir("test"), ["instrument/*.cc", "runtime/*.cc"]),
        (wheel, ["importhook/*.cc"]),
    ):
        files = committed(*patterns)
        if not files:
            continue
        command: list[str | Path] = ["xargs", "-P", builder.jobs(), "-n", "1", "clang-tidy", "--quiet", "-p", database]
        done = subprocess.run(
            command,
            cwd=builder.ROOT,
            env=builder.environment(),
            input="\n".join(files),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            good = False
            print(done.stdout, *(line for line in done.stderr.splitlines() if "warning" not in line), sep="\n")
    return good


def main() -> int:
    """Runs the checkers; 0 when none found anything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fix", action="store_true", help="format instead of checking")
    parser.add_argument("--no-tidy", action="store_true", help="leave clang-tidy out, which takes the longest")
    options = parser.parse_args()
    try:
        interpreter = interpreters.default()
        requirements = builder.project()["project"]["optional-dependencies"]["lint"]
        tools = builder.make_venv(builder.ROOT / "build" / "lint" / "venv", interpreter, requirements).parent
        cxx = committed("*.cc", "*.h")
        if options.fix:
            run("clang-format", [tools / "clang-format", "-i", *cxx])
            run("ruff", [tools / "ruff", "check", "--quiet", "--fix", "."])
            return 0 if run("ruff format", [tools / "ruff", "format", "."]) else 1

        print("=== layers", flush=True)
        wrong = layers()
        print("\n".join(wrong), end="\n" if wrong else "")
        good = not wrong
        good &= run("clang-format", [tools / "clang-format", "--dry-run", "--Werror", *cxx]) if cxx else True
        good &= run("ruff", [tools / "ruff", "check", "--quiet", "."])
        good &= run("ruff format", [tools / "ruff", "format", "--check", "--quiet", "."])
        good &= run("mypy --strict", [tools / "mypy"])
        if not options.no_tidy:
            builder.build_core("test", *builder.LIBRARIES)
            good &= clang_tidy(builder.install("test", interpreter, extras=["test"]))
    except (builder.BuildError, interpreters.UnusableError) as error:
        print(f"lint.py: {error}", file=sys.stderr)
        return 1
    print("no findings" if good else "lint found something", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
