"""Where statements and conditions stand, for formats that mark places in a source file and not its lines."""

from __future__ import annotations

from typing import NamedTuple

from blockcov.analysis import Span
from blockcov.data import FileCoverage
from blockcov.report.statements import Statement


class Extent(NamedTuple):
    """Lines and columns, both from 1; columns in bytes of UTF-8, the last one exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Extents:
    """The places in one file."""

    def __init__(self, file: FileCoverage) -> None:
        self._text = [line.rstrip("\n") for line in file.text_lines()]
        self._last: dict[int, int] = {}
        for line, first in file.analysis.first_line.items():
            self._last[first] = max(line, self._last.get(first, first))

    def of(self, statement: Statement) -> Extent:
        """Give the extent of a statement; of one with a body, that of its head."""
        first, last = self._line(statement.line), self._line(end := self._last.get(statement.line, statement.line))
        indented = len(first) - len(first.lstrip())
        return Extent(statement.line, indented + 1, end, _bytes(last.rstrip()) + 1)

    def of_span(self, span: Span) -> Extent:
        """Give the extent of a span in characters, as a `Branch` has it."""
        line, column, end_line, end_column = span
        return Extent(
            line,
            _bytes(self._line(line)[:column]) + 1,
            end_line,
            _bytes(self._line(end_line)[:end_column]) + 1,
        )

    def _line(self, number: int) -> str:
        """Give a line's text; of a file that became shorter since, an empty one."""
        return self._text[number - 1] if 0 < number <= len(self._text) else ""


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
