"""Reports for other programs: each is written to where the options say, by a command and by a method of the API."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable

from blockcov import contexts
from blockcov.analysis import FileAnalysis
from blockcov.config import Options
from blockcov.data import FileCoverage, Measurements
from blockcov.errors import USAGE, Failure, warn
from blockcov.loading import check_limit, held_status, load, load_contexts, status_of
from blockcov.report import annotate as annotated
from blockcov.report import (
    gocover_report,
    json_report,
    lcov_report,
    llvm_report,
    sonar_report,
    sqlite_report,
    xml_report,
)
from blockcov.report.numbers import Numbers
from blockcov.report.output import make_directory, write_bytes, write_file, write_stdout


def write_json(options: Options, measured: Measurements) -> None:
    """Write coverage.py's JSON."""
    ran_in = load_contexts(options).by_line if options.json_show_contexts else None
    document = json_report.render(measured.files, options.json_pretty_print, measured.branch, ran_in)
    write_file(options.json_output, document)


def write_xml(options: Options, measured: Measurements) -> None:
    """Write Cobertura's XML."""
    sources = [source for source in (*options.source, *options.source_dirs) if os.path.isdir(source)]
    settings = xml_report.XmlSettings(
        sources, options.xml_package_depth, options.xml_branches, options.xml_missing_branches, measured.branch
    )
    write_file(options.xml_output, xml_report.render(measured.files, settings))


def write_lcov(options: Options, measured: Measurements) -> None:
    """Write lcov's tracefile."""
    settings = lcov_report.LcovSettings(options.lcov_branches, options.lcov_line_checksums, measured.branch)
    write_file(options.lcov_output, lcov_report.render(measured.files, settings))


def write_sonar(options: Options, measured: Measurements) -> None:
    """Write SonarQube's generic coverage."""
    document = sonar_report.render(measured.files, options.sonar_branches, measured.branch)
    write_file(options.sonar_output, document)


def write_gocover(options: Options, measured: Measurements) -> None:
    """Write a cover profile of the Go tools."""
    write_file(options.gocover_output, gocover_report.render(measured.files))


def write_llvm(options: Options, measured: Measurements) -> None:
    """Write the JSON of llvm-cov export."""
    write_file(options.llvm_output, llvm_report.render(measured.files, measured.branch))


def write_sqlite(options: Options, measured: Measurements) -> None:
    """Write coverage.py's data file."""
    if options.sqlite_output == "-":
        raise Failure(USAGE, "sqlite: a database is no text for stdout; -o names a file")
    found = load_contexts(options)

    def split(file: FileCoverage) -> list[tuple[str, FileAnalysis]]:
        return [(each.name, each.analysis) for each in found.of_file(file)]

    database = sqlite_report.render(
        measured.files, options.relative_files, split if found.names else sqlite_report.without_contexts
    )
    write_bytes(options.sqlite_output, database)


def write_annotate(options: Options, measured: Measurements) -> None:
    """Write one .cover file for each source file."""
    directory = options.annotate_directory or None
    if directory is not None:
        make_directory(directory)
    for file in measured.files:
        if directory is None and not os.path.isfile(file.path):
            warn(f"{file.name}: lies in an archive; annotate -d DIR writes it elsewhere")
            continue
        write_file(annotated.target(file, directory), annotated.render(file))


def write_html(options: Options, measured: Measurements, since: str = "") -> str:
    """Write pages for a browser, and give the path of the first; `since` is a git revision, or empty."""
    from blockcov.report.html import Settings, write  # much code, which no other report needs

    skip_covered, skip_empty = options.html_skip_covered, options.html_skip_empty
    settings = Settings(
        options.html_directory,
        options.html_title,
        since,
        options.html_extra_css,
        options.skip_covered if skip_covered is None else skip_covered,
        options.skip_empty if skip_empty is None else skip_empty,
    )
    found = contexts.load(options) if options.html_show_contexts else None
    return write(measured, settings, options.data_dir, found)


def html(options: Options, given: argparse.Namespace) -> int:
    """Write pages for a browser, and say where they are."""
    check_limit(options, "html")
    measured = load(options)
    index = write_html(options, measured, given.since or "")
    if not given.quiet:
        write_stdout(f"HTML report: {index}\n")
    return held_status(options, measured, total_of(measured))


WRITERS: dict[str, Callable[[Options, Measurements], object]] = {
    "json": write_json,
    "xml": write_xml,
    "lcov": write_lcov,
    "sonar": write_sonar,
    "gocover": write_gocover,
    "llvm": write_llvm,
    "sqlite": write_sqlite,
    "annotate": write_annotate,
    "html": write_html,
}


HELD = ("json", "xml", "lcov", "sonar", "gocover", "llvm", "html")
"""The reports whose total is held against the limit."""


def total_of(measured: Measurements) -> float:
    """Give the total in percent."""
    return sum((file.numbers for file in measured.files), Numbers()).percent_covered


def command_of(name: str) -> Callable[[Options, argparse.Namespace], int]:
    """Give the command that writes a report."""

    def command(options: Options, given: argparse.Namespace) -> int:
        check_limit(options, name)
        measured = load(options)
        WRITERS[name](options, measured)
        return held_status(options, measured, total_of(measured)) if name in HELD else status_of(options, measured)

    return command
