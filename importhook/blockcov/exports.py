"""The commands that write a report for other programs; each takes the options and the parsed command line."""

from __future__ import annotations

import argparse
import os

from blockcov.config import Options
from blockcov.errors import USAGE, Failure, warn
from blockcov.loading import load, status_of
from blockcov.report import annotate as annotated
from blockcov.report import json_report, lcov_report, sqlite_report, xml_report
from blockcov.report.output import make_directory, write_bytes, write_file


def json(options: Options, given: argparse.Namespace) -> int:
    """Write coverage.py's JSON."""
    measured = load(options)
    write_file(given.output, json_report.render(measured.files))
    return status_of(options, measured)


def xml(options: Options, given: argparse.Namespace) -> int:
    """Write Cobertura's XML."""
    measured = load(options)
    sources = [source for source in options.source if os.path.isdir(source)]
    settings = xml_report.XmlSettings(sources, given.package_depth, given.branches, given.missing_branches)
    write_file(given.output, xml_report.render(measured.files, settings))
    return status_of(options, measured)


def lcov(options: Options, given: argparse.Namespace) -> int:
    """Write lcov's tracefile."""
    measured = load(options)
    write_file(given.output, lcov_report.render(measured.files, given.branches))
    return status_of(options, measured)


def sqlite(options: Options, given: argparse.Namespace) -> int:
    """Write coverage.py's data file."""
    if given.output == "-":
        raise Failure(USAGE, "sqlite: a database is no text for stdout; -o names a file")
    measured = load(options)
    write_bytes(given.output, sqlite_report.render(measured.files, given.relative_files))
    return status_of(options, measured)


def annotate(options: Options, given: argparse.Namespace) -> int:
    """Write one .cover file for each source file."""
    measured = load(options)
    if given.directory is not None:
        make_directory(given.directory)
    for file in measured.files:
        if given.directory is None and not os.path.isfile(file.path):
            warn(f"{file.name}: lies in an archive; annotate -d DIR writes it elsewhere")
            continue
        write_file(annotated.target(file, given.directory), annotated.render(file))
    return status_of(options, measured)
