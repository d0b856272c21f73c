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
    write_file(options.json_output, json_report.render(measured.files, options.json_pretty_print, measured.branch))
    return status_of(options, measured)


def xml(options: Options, given: argparse.Namespace) -> int:
    """Write Cobertura's XML."""
    measured = load(options)
    sources = [source for source in (*options.source, *options.source_dirs) if os.path.isdir(source)]
    settings = xml_report.XmlSettings(
        sources, options.xml_package_depth, options.xml_branches, options.xml_missing_branches, measured.branch
    )
    write_file(options.xml_output, xml_report.render(measured.files, settings))
    return status_of(options, measured)


def lcov(options: Options, given: argparse.Namespace) -> int:
    """Write lcov's tracefile."""
    measured = load(options)
    settings = lcov_report.LcovSettings(options.lcov_branches, options.lcov_line_checksums, measured.branch)
    write_file(options.lcov_output, lcov_report.render(measured.files, settings))
    return status_of(options, measured)


def sqlite(options: Options, given: argparse.Namespace) -> int:
    """Write coverage.py's data file."""
    if options.sqlite_output == "-":
        raise Failure(USAGE, "sqlite: a database is no text for stdout; -o names a file")
    measured = load(options)
    write_bytes(options.sqlite_output, sqlite_report.render(measured.files, options.relative_files))
    return status_of(options, measured)


def annotate(options: Options, given: argparse.Namespace) -> int:
    """Write one .cover file for each source file."""
    measured = load(options)
    directory = options.annotate_directory or None
    if directory is not None:
        make_directory(directory)
    for file in measured.files:
        if directory is None and not os.path.isfile(file.path):
            warn(f"{file.name}: lies in an archive; annotate -d DIR writes it elsewhere")
            continue
        write_file(annotated.target(file, directory), annotated.render(file))
    return status_of(options, measured)
