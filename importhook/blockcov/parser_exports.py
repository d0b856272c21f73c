"""The command line's grammar for reports that other programs read, or people in a browser.

Importable on Python 3.8, as cli.py is.
"""

from __future__ import annotations

from blockcov.run_words import split_commas

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable

BRANCHES = ("lines", "outcomes")


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
    _output(json, "json", "coverage.json")
    json.add_argument("--pretty-print", dest="json_pretty_print", action="store_true", default=None, help="indent it")
    json.add_argument(
        "--show-contexts",
        dest="json_show_contexts",
        action="store_true",
        default=None,
        help="name with each line the contexts that ran it",
    )
    add_limit(json)
    add_quiet(json)
    reported(json)

    xml = command(
        "xml",
        "write Cobertura's XML, with counts and conditions",
        """
blockcov xml
blockcov xml -o build/cobertura.xml --branches outcomes
""",
    )
    _output(xml, "xml", "coverage.xml")
    _branches(xml, "xml", "lines")
    xml.add_argument(
        "--package-depth",
        dest="xml_package_depth",
        type=int,
        metavar="N",
        help="directories that name a package (default: all)",
    )
    xml.add_argument(
        "--missing-branches",
        dest="xml_missing_branches",
        action="store_true",
        default=None,
        help="add coverage.py's attribute of that name, which Cobertura's DTD has not",
    )
    add_limit(xml)
    add_quiet(xml)
    reported(xml)

    lcov = command(
        "lcov",
        "write lcov's tracefile, with counts of lines, functions and outcomes",
        """
blockcov lcov
blockcov lcov -o - | genhtml --branch-coverage -o lcov-html -
""",
    )
    _output(lcov, "lcov", "coverage.lcov")
    _branches(lcov, "lcov", "outcomes")
    lcov.add_argument(
        "--line-checksums", dest="lcov_line_checksums", action="store_true", default=None, help="hash each line"
    )
    add_limit(lcov)
    add_quiet(lcov)
    reported(lcov)

    sonar = command(
        "sonar",
        "write SonarQube's generic coverage, of lines and outcomes",
        """
blockcov sonar && sonar-scanner -Dsonar.coverageReportPaths=sonar-coverage.xml
""",
    )
    _output(sonar, "sonar", "sonar-coverage.xml")
    _branches(sonar, "sonar", "outcomes")
    add_limit(sonar)
    add_quiet(sonar)
    reported(sonar)

    gocover = command(
        "gocover",
        "write a cover profile of the Go tools, with counts of statements",
        """
blockcov gocover && go tool cover -html coverage.out
""",
    )
    _output(gocover, "gocover", "coverage.out")
    add_limit(gocover)
    add_quiet(gocover)
    reported(gocover)

    llvm = command(
        "llvm",
        "write the JSON of llvm-cov export, with places and counts of statements and conditions",
        """
blockcov llvm
blockcov llvm -o - | jq '.data[0].totals.branches'
""",
    )
    _output(llvm, "llvm", "coverage.llvm.json")
    add_limit(llvm)
    add_quiet(llvm)
    reported(llvm)

    sqlite = command(
        "sqlite",
        "write coverage.py's data file, for its reports and for what reads them",
        """
blockcov sqlite && coverage html
blockcov sqlite -o .coverage.blockcov && coverage combine --append
""",
    )
    sqlite.add_argument("-o", dest="sqlite_output", metavar="F", help="where to write (default: .coverage)")
    sqlite.add_argument(
        "--relative-files", action="store_true", default=None, help="name files from the current directory on"
    )
    add_quiet(sqlite)
    reported(sqlite)

    annotate = command(
        "annotate",
        "write each source file with the counts in the margin",
        """
blockcov annotate
blockcov annotate -d listings
""",
    )
    annotate.add_argument(
        "-d",
        "--directory",
        dest="annotate_directory",
        metavar="DIR",
        help="where to write (default: beside the sources)",
    )
    add_quiet(annotate)
    reported(annotate)

    html = command(
        "html",
        "write pages to read in a browser: an index, and each source with its counts",
        """
blockcov html && open htmlcov/index.html
blockcov html -d public --title "Orders" --skip-covered
blockcov html --since origin/main
""",
    )
    html.add_argument(
        "-d", "--directory", dest="html_directory", metavar="DIR", help="where to write (default: htmlcov)"
    )
    html.add_argument("--title", dest="html_title", metavar="T", help="title of the report")
    html.add_argument(
        "--since", metavar="REV", help="mark the lines that changed since a git revision, to filter by them"
    )
    html.add_argument(
        "--show-contexts",
        dest="html_show_contexts",
        action="store_true",
        default=None,
        help="say at each line which tests or other contexts ran it",
    )
    html.add_argument("--extra-css", dest="html_extra_css", metavar="F", help="a style sheet to add to the pages")
    html.add_argument(
        "--skip-covered",
        dest="html_skip_covered",
        action="store_true",
        default=None,
        help="no pages of files that miss nothing",
    )
    html.add_argument(
        "--skip-empty", dest="html_skip_empty", action="store_true", default=None, help="no pages of files without code"
    )
    html.add_argument("--precision", type=int, metavar="N", help="digits of the total for --fail-under (default: 0)")
    add_limit(html)
    add_quiet(html)
    reported(html)


def _output(parser: ArgumentParser, report: str, default: str) -> None:
    parser.add_argument(
        "-o", dest=f"{report}_output", metavar="F", help=f"where to write, - for stdout (default: {default})"
    )


def _branches(parser: ArgumentParser, report: str, default: str) -> None:
    parser.add_argument(
        "--branches",
        dest=f"{report}_branches",
        choices=BRANCHES,
        help="a branch is a way from line to line, as coverage.py has it, or one outcome of a condition "
        f"(default: {default})",
    )


def add_limit(parser: ArgumentParser) -> None:
    """Add the option that holds a report's total against a limit."""
    parser.add_argument("--fail-under", type=float, metavar="N", help="exit with status 2 if the total is lower")


def add_quiet(parser: ArgumentParser) -> None:
    """Add the option to say nothing of what is done."""
    parser.add_argument("-q", "--quiet", action="store_true", help="do not say what was done")


def add_data_file(parser: ArgumentParser) -> None:
    """Add coverage.py's option for where the measurements are."""
    parser.add_argument(
        "--data-file",
        metavar="F",
        help="as coverage.py's: for a file .coverage.unit the data directory is .blockcov.unit",
    )


def reported(parser: ArgumentParser) -> None:
    """Add the options that all reports have."""
    add_data_file(parser)
    parser.add_argument(
        "--branch", action="store_true", default=None, help="count branches too (default, but for a coverage.py's file)"
    )
    parser.add_argument("--no-branch", dest="branch", action="store_false", default=None, help="count lines only")
    parser.add_argument(
        "--include", dest="report_include", type=split_commas, metavar="G,..", help="only files that match a glob"
    )
    parser.add_argument(
        "--omit", dest="report_omit", type=split_commas, metavar="G,..", help="without files that match a glob"
    )
    parser.add_argument(
        "--contexts",
        type=split_commas,
        metavar="P,..",
        help="only what ran in contexts (tests, say) in whose names a regular expression is found",
    )
    parser.add_argument(
        "-i",
        "--ignore-errors",
        action="store_true",
        default=None,
        help="status 0 even if source files changed or vanished since the run; they are left out either way",
    )
