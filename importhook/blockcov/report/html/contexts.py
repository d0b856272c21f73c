"""Which contexts (tests, say) ran each line of a file."""

from __future__ import annotations

from blockcov import _blockcov
from blockcov.contexts import OUTSIDE, Contexts
from blockcov.data import FileCoverage
from blockcov.errors import DATA, Failure

LineContexts = dict[int, list[str]]
"""Names by line, ascending."""


def by_line(found: Contexts | None, file: FileCoverage) -> LineContexts:
    """Give the contexts in which each line ran; empty when none were asked for."""
    lines: LineContexts = {}
    if found is None:
        return lines
    try:
        for each in found.of_file(file):
            if each.name != OUTSIDE:
                for line in each.lines:
                    lines.setdefault(line, []).append(each.name)
    except _blockcov.DataError as error:
        raise Failure(DATA, f"html: {file.name}: {error}") from None
    return lines
