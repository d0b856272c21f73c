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
    if found is None:
        return {}
    try:
        lines = found.by_line(file)
    except _blockcov.DataError as error:
        raise Failure(DATA, f"html: {file.name}: {error}") from None
    within = {line: [name for name in names if name != OUTSIDE] for line, names in lines.items()}
    return {line: names for line, names in within.items() if names}
