"""Checks the committed opcode tables against every supported interpreter, of this machine and in the testing root.

The testing root (testing_root.py) is made for it if the machine lacks a supported version.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import run_tests
import testing_root
from summary import Summary


def main() -> int:
    """Runs the generator's --check with each interpreter; 0 when every table agrees."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--no-root", action="store_true", help="only the interpreters of this machine")
    parser.add_argument("--results", metavar="FILE", type=Path, help="save the results in place of the summary")
    options = parser.parse_args()
    summary = Summary()
    usable, missing = run_tests.choose(summary)
    if usable:
        summary.run("dialect tables", run_tests.dialect_tables(usable))
    if options.results:
        summary.save(options.results)
        return 0 if summary.good() else 1
    if not options.no_root and not testing_root.inside() and (missing or testing_root.ready()):
        try:
            run_tests.run_in_root("check_dialects.py", [], summary)
        except testing_root.TestingRootError as error:
            summary.not_run.append(f"the testing root: {error}")
    inside = ["{}.{}".format(*minor) for minor in testing_root.minors()]
    summary.not_run += [f"CPython {name}: not on this machine" for name in missing if name not in inside]
    return 0 if summary.show() else 1


if __name__ == "__main__":
    sys.exit(main())
