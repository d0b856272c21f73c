"""The cover profile of the Go tools: where each statement stands, and how often it ran.

    mode: count
    ./app.py:4.5,4.20 1 7       from line 4, column 5 to line 4, column 20: one statement, seven times

`go tool cover -html` shows it on the Python sources. A name without a directory would be a Go package's, so that files
that are named from the current directory on begin with `./`.
"""

from __future__ import annotations

from collections.abc import Iterator

from blockcov.data import FileCoverage
from blockcov.report.extents import Extents
from blockcov.report.output import one_line
from blockcov.report.statements import statements_of


def render(files: list[FileCoverage]) -> str:
    """Give the whole profile."""
    lines = ["mode: count"]
    for file in files:
        lines += _blocks(file)
        file.forget()
    return "\n".join([*lines, ""])


def _blocks(file: FileCoverage) -> Iterator[str]:
    name = one_line(file.name)
    name = name if name.startswith(("/", "../")) else "./" + name
    extents = Extents(file)
    for statement in statements_of(file.analysis):
        line, column, end_line, end_column = extents.of(statement)
        yield f"{name}:{line}.{column},{end_line}.{end_column} 1 {statement.count}"
