"""The commands other than `run`: each takes the options and the parsed command line, and gives an exit status."""

from __future__ import annotations

import argparse
import os

from blockcov import _blockcov, analysis_cache, asked, code_cache, copies, rounds, settings_cache, unimported
from blockcov.combine import combine
from blockcov.config import Options
from blockcov.data import Measurements
from blockcov.errors import CANNOT_CREATE, OK, Failure, warn
from blockcov.exports import command_of, html
from blockcov.loading import check_limit, held_status, load
from blockcov.questions import diff, tests, why
from blockcov.report import table
from blockcov.report.numbers import display_percent
from blockcov.report.output import write_stdout

__all__ = [
    "annotate",
    "combine",
    "diff",
    "erase",
    "gocover",
    "html",
    "json",
    "lcov",
    "llvm",
    "report",
    "sonar",
    "sqlite",
    "tests",
    "why",
    "xml",
]


json = command_of("json")
xml = command_of("xml")
lcov = command_of("lcov")
sonar = command_of("sonar")
gocover = command_of("gocover")
llvm = command_of("llvm")
sqlite = command_of("sqlite")
annotate = command_of("annotate")


def report(options: Options, given: argparse.Namespace) -> int:
    """Print the table, or the total alone."""
    check_limit(options, "report")
    measured = load(options, everything=options.show_missing or options.skip_covered)
    text, percent = render_report(options, measured)
    write_stdout(text)
    return held_status(options, measured, percent)


def render_report(options: Options, measured: Measurements) -> tuple[str, float]:
    """Give the table, or the total alone, and the total in percent."""
    show, covered, empty = options.show_missing, options.skip_covered, options.skip_empty
    result = table.build(measured.files, show, covered, options.sort, empty, measured.branch)
    percent = result.total.percent_covered
    if options.format == "total":
        return display_percent(percent, options.precision) + "\n", percent
    return result.markdown() if options.format == "markdown" else result.text(), percent


def erase(options: Options, given: argparse.Namespace) -> int:
    """Remove the measurements; it is not an error if there are none."""
    for name in remove(options):
        warn(f"{name} is kept: its process still runs")
    return OK


def remove(options: Options) -> list[str]:
    """Remove the measurements and give the names of those that are kept. Raises Failure."""
    if not os.path.isdir(options.data_dir):
        return []
    try:
        analysis_cache.forget(options.data_dir)
        code_cache.forget(options.data_dir)
        copies.forget(options.data_dir)
        rounds.forget(options.data_dir)
        _, kept = _blockcov.erase(options.data_dir)
        asked.forget(options.data_dir)
        settings_cache.forget(options.data_dir)
        unimported.forget(options.data_dir)
    except OSError as error:
        raise Failure(CANNOT_CREATE, f"erase: {options.data_dir}: {error.strerror or error}") from None
    return kept
