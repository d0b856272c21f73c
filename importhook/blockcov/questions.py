"""The commands that answer a question; each takes the options and the parsed command line, and gives an exit status."""

from __future__ import annotations

import argparse
import difflib
import os
import re

from blockcov import affected
from blockcov.changes import changed_lines, changes_since
from blockcov.config import Options
from blockcov.data import FileCoverage
from blockcov.errors import FAIL_UNDER, NO_INPUT, OK, USAGE, Failure, write_line
from blockcov.loading import load, load_contexts, status_of
from blockcov.report import diff_report
from blockcov.report import why as explained
from blockcov.report.numbers import falls_under
from blockcov.report.output import printable, write_stdout
from blockcov.sources import display_names

_FORMATS = {"text": diff_report.text, "markdown": diff_report.in_markdown, "github": diff_report.for_github}
_PLACE = re.compile(r"(?P<file>.+):(?P<first>\d+)(-(?P<last>\d+))?")


def diff(options: Options, given: argparse.Namespace) -> int:
    """Show what of the changes since a revision is not covered."""
    limit = given.diff_fail_under
    if not 0 <= limit <= 100:
        raise Failure(USAGE, f"diff: --fail-under {limit:g} is not between 0 and 100")
    changed = changed_lines(given.revision)
    measured = load(options)
    known = {file.path for file in measured.files}
    others = sorted(path for path in changed if path not in known and path.endswith(".py"))
    changes = diff_report.build(measured.files, changed, display_names(others))
    write_stdout(_FORMATS[given.diff_format](changes, given.revision))
    status = status_of(options, measured)
    under = falls_under(changes.percent, limit, options.precision)
    if status == OK and under:
        write_line(under)
        return FAIL_UNDER
    return status


def why(options: Options, given: argparse.Namespace) -> int:
    """Say what is known of some lines."""
    places = []
    for place in given.places:
        found = _PLACE.fullmatch(place)
        if found is None:
            raise Failure(USAGE, f"why: {place!r} is not FILE:LINE or FILE:FIRST-LAST")
        first = int(found["first"])
        places.append((found["file"], first, int(found["last"] or first)))
    measured = load(options)
    measured_in = load_contexts(options)
    texts = []
    for name, first, last in places:
        file = _find(measured.files, name)
        try:
            contexts = list(measured_in.of_file(file)) if measured_in.names else []
            texts += [explained.explain(file, line, contexts) for line in range(first, last + 1)]
        except IndexError as error:
            raise Failure(NO_INPUT, f"why: {file.name} has no line {error}") from None
    write_stdout("".join(texts))
    return status_of(options, measured)


def tests(options: Options, given: argparse.Namespace) -> int:
    """List the contexts that executed what changed since a revision: of pytest's, the tests."""
    changes = changes_since(given.affected_by)
    measured = load(options, source_of=affected.version_that_ran)
    found = load_contexts(options)
    if not found.names:
        raise Failure(NO_INPUT, "tests: no contexts were measured; pytest --blockcov-context=test does")
    write_stdout("".join(f"{printable(name)}\n" for name in affected.tests(measured, found, changes)))
    return status_of(options, measured)


def _find(files: list[FileCoverage], name: str) -> FileCoverage:
    """Find a file by its name, or by the end of it if no other ends so. Raises Failure."""
    path = os.path.realpath(name)
    ends = os.sep + name.lstrip(os.sep)
    found = [file for file in files if file.path == path] or [file for file in files if file.path.endswith(ends)]
    if len(found) == 1:
        return found[0]
    if found:
        raise Failure(USAGE, f"why: {name} is one of {', '.join(file.name for file in found)}: which?")
    close = difflib.get_close_matches(name, [file.name for file in files], n=1)
    hint = f"; {close[0]} is" if close else ""
    raise Failure(NO_INPUT, f"why: {name} is not measured{hint}")
