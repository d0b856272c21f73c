"""The commands other than `run`: each takes the options and the parsed command line, and gives an exit status."""

from __future__ import annotations

import argparse
import os

from blockcov import _blockcov, analysis_cache, data, unimported
from blockcov.config import Options
from blockcov.errors import CANNOT_CREATE, DATA, FAIL_UNDER, NO_INPUT, OK, USAGE, Failure, warn, write_line
from blockcov.report import annotate as annotated
from blockcov.report import json_report, table
from blockcov.report.numbers import display_percent
from blockcov.report.output import make_directory, write_file, write_stdout

__all__ = ["annotate", "combine", "erase", "html", "json", "report"]


def report(options: Options, given: argparse.Namespace) -> int:
    """Print the table, or the total alone."""
    limit = options.fail_under
    if not 0 <= limit <= 100:
        raise Failure(USAGE, f"report: --fail-under {limit:g} is not between 0 and 100")
    measured = _load(options, everything=options.show_missing or options.skip_covered)
    result = table.build(measured.files, options.show_missing, options.skip_covered, options.sort)
    percent = result.total.percent_covered
    if options.format == "total":
        write_stdout(display_percent(percent) + "\n")
    else:
        write_stdout(result.markdown() if options.format == "markdown" else result.text())
    status = _status(options, measured)
    if status == OK and _is_under(percent, limit):
        write_line(f"total of {percent:.2f} is less than --fail-under {limit:g}")
        return FAIL_UNDER
    return status


def json(options: Options, given: argparse.Namespace) -> int:
    """Write coverage.py's JSON."""
    measured = _load(options)
    write_file(options.json_output, json_report.render(measured.files, options.json_pretty_print, measured.branch))
    return _status(options, measured)


def annotate(options: Options, given: argparse.Namespace) -> int:
    """Write one .cover file for each source file."""
    measured = _load(options)
    directory = options.annotate_directory or None
    if directory is not None:
        make_directory(directory)
    for file in measured.files:
        if directory is None and not os.path.isfile(file.path):
            warn(f"{file.name}: lies in an archive; annotate -d DIR writes it elsewhere")
            continue
        write_file(annotated.target(file, directory), annotated.render(file))
    return _status(options, measured)


def html(options: Options, given: argparse.Namespace) -> int:
    """Write the HTML report, and say where it is."""
    from blockcov.report.html import Settings, write

    skip_covered, skip_empty = options.html_skip_covered, options.html_skip_empty
    settings = Settings(
        options.html_directory,
        options.html_title,
        given.since or "",
        options.html_extra_css,
        options.skip_covered if skip_covered is None else skip_covered,
        options.skip_empty if skip_empty is None else skip_empty,
    )
    measured = _load(options)
    index = write(measured, settings, options.data_dir)
    write_stdout(f"HTML report: {index}\n")
    return _status(options, measured)


def combine(options: Options, given: argparse.Namespace) -> int:
    """Merge shards into the data directory."""
    paths = given.paths or [options.data_dir]
    for path in paths:
        if not os.path.exists(path):
            raise Failure(NO_INPUT, f"combine: there is no {path}")
    make_directory(options.data_dir)
    try:
        merged, damaged = _blockcov.combine(paths, options.data_dir, given.keep)
    except OSError as error:
        raise Failure(CANNOT_CREATE, f"combine: {options.data_dir}: {error.strerror or error}") from None
    except _blockcov.DataError as error:
        raise Failure(DATA, f"combine: {error}") from None
    for message in damaged:
        write_line("error: " + message)
    if not merged and not damaged:
        raise Failure(NO_INPUT, f"combine: no measurements in {', '.join(paths)}")
    return DATA if damaged else OK


def erase(options: Options, given: argparse.Namespace) -> int:
    """Remove the measurements; it is not an error if there are none."""
    if not os.path.isdir(options.data_dir):
        return OK
    try:
        analysis_cache.forget(options.data_dir)
        _, kept = _blockcov.erase(options.data_dir)
        unimported.forget(options.data_dir)
    except OSError as error:
        raise Failure(CANNOT_CREATE, f"erase: {options.data_dir}: {error.strerror or error}") from None
    for name in kept:
        warn(f"{name} is kept: its process still runs")
    return OK


def _load(options: Options, everything: bool = True) -> data.Measurements:
    """Read the measurements and say on stderr what of them is damaged or stale."""
    measured = data.load(options, everything)
    for message in measured.damaged:
        write_line("error: " + message)
    for message in measured.stale:
        warn(message)
    return measured


def _status(options: Options, measured: data.Measurements) -> int:
    """Give the exit status that tells whether the report is whole."""
    if measured.damaged or (measured.stale and not options.ignore_errors):
        return DATA
    return OK


def _is_under(percent: float, limit: float) -> bool:
    """Compare as coverage.py does: rounded to the digits that the limit has, but 100 means 100."""
    if limit == 100:
        return percent < 100
    digits = len(f"{limit:.10f}".rstrip("0").partition(".")[2])
    return round(percent, digits) < limit
