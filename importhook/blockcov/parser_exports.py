"""The command line's grammar for reports that other programs read.

Importable on Python 3.8, as cli.py is.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable

BRANCHES = ("lines", "outcomes")  # report/statements.py says what they mean


def add_exports(command: Callable[[str, str, str], ArgumentParser]) -> None:
    """Describe the commands; `command` takes name, summary and examples of one and gives its parser."""
    json = command(
        "json",
        "write coverage.py's JSON, with exact counts for each line and branch",
        """
blockcov json
blockcov json -o - | jq .totals.percent_covered
""",
    )
    json.add_argument("-o", dest="output", metavar="F", default="coverage.json", help="default: %(default)s; -: stdout")
    ignore_errors(json)

    xml = command(
        "xml",
        "write Cobertura's XML, with counts and conditions",
        """
blockcov xml
blockcov xml -o build/cobertura.xml --branches outcomes
""",
    )
    _output(xml, "coverage.xml")
    _branches(xml, "lines")
    xml.add_argument(
        "--package-depth", type=int, default=99, metavar="N", help="directories that name a package (default: all)"
    )
    xml.add_argument(
        "--missing-branches",
        action="store_true",
        help="add coverage.py's attribute of that name, which Cobertura's DTD has not",
    )
    ignore_errors(xml)

    lcov = command(
        "lcov",
        "write lcov's tracefile, with counts of lines, functions and outcomes",
        """
blockcov lcov
blockcov lcov -o - | genhtml --branch-coverage -o lcov-html -
""",
    )
    _output(lcov, "coverage.lcov")
    _branches(lcov, "outcomes")
    ignore_errors(lcov)

    sqlite = command(
        "sqlite",
        "write coverage.py's data file, for its reports and for what reads them",
        """
blockcov sqlite && coverage html
blockcov sqlite -o .coverage.blockcov && coverage combine --append
""",
    )
    sqlite.add_argument("-o", dest="output", metavar="F", default=".coverage", help="default: %(default)s")
    sqlite.add_argument("--relative-files", action="store_true", help="name files from the current directory on")
    ignore_errors(sqlite)

    annotate = command(
        "annotate",
        "write each source file with the counts in the margin",
        """
blockcov annotate
blockcov annotate -d listings
""",
    )
    annotate.add_argument("-d", dest="directory", metavar="DIR", help="where to write (default: beside the sources)")
    ignore_errors(annotate)


def _output(parser: ArgumentParser, name: str) -> None:
    parser.add_argument("-o", dest="output", metavar="F", default=name, help="default: %(default)s; -: stdout")


def _branches(parser: ArgumentParser, default: str) -> None:
    parser.add_argument(
        "--branches",
        choices=BRANCHES,
        default=default,
        help="a branch is a way from line to line, as coverage.py has it, or one outcome of a condition "
        "(default: %(default)s)",
    )


def ignore_errors(parser: ArgumentParser) -> None:
    """Add the option -i."""
    parser.add_argument(
        "-i",
        "--ignore-errors",
        action="store_true",
        default=None,
        help="status 0 even if source files changed or vanished since the run; they are left out either way",
    )
