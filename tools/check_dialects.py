"""Checks the committed opcode tables against every supported interpreter found."""

from __future__ import annotations

import sys

import interpreters
import run_tests


def main() -> int:
    """Runs the generator's --check with each interpreter; 0 when every table agrees."""
    usable, _ = interpreters.find()
    summary = run_tests.Summary()
    summary.run("dialect tables", run_tests.dialect_tables(usable))
    return 0 if summary.show() else 1


if __name__ == "__main__":
    sys.exit(main())
