"""Runs the example program under blockcov and prints the report with its intraline findings."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import builder
import interpreters
import testing_root

EXAMPLES = builder.ROOT / "examples"


def show(python: Path, *arguments: str) -> int:
    """Runs `python -m blockcov` with `arguments` in examples/, as a user would, and returns its status."""
    print(f"\n$ python -m blockcov {shlex.join(arguments)}", flush=True)
    return subprocess.run(
        [python, "-m", "blockcov", *arguments], cwd=EXAMPLES, env=builder.environment(), check=False
    ).returncode


def main() -> int:
    """Builds, runs the example and reports on it; the status of the first command that failed."""
    try:
        name = sys.argv[1] if len(sys.argv) > 1 else ""
        testing_root.run_instead([name] if name else [])
        interpreter = interpreters.named(name) if name else interpreters.default()
        print(f"building blockcov for CPython {interpreter.version} (build/release)", flush=True)
        builder.build_core("release", *builder.LIBRARIES)
        python = builder.install("release", interpreter)
    except (builder.BuildError, interpreters.UnusableError) as error:
        print(f"demo.py: {error}", file=sys.stderr)
        return 1
    print("cd examples")
    return show(python, "run", "-m", "orders", "orders.csv") or show(python, "report", "-m")


if __name__ == "__main__":
    sys.exit(main())
