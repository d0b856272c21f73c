"""Marking every operand where it stands, as nested elements in the coloured source."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from itertools import accumulate
from typing import NamedTuple

from blockcov.analysis import Branch
from blockcov.report.html.colours import Marks
from blockcov.report.html.findings import counts, state
from blockcov.report.html.markup import Html, escape


class Piece(NamedTuple):
    """Columns `start` to `end` of one line that belong to an operand. Sorts outer before inner ones."""

    start: int
    minus_end: int
    number: int
    branch: Branch

    @property
    def end(self) -> int:
        """Where it ends, exclusive."""
        return -self.minus_end


def operand_marks(lines: list[str], branches: Iterable[Branch], exact: bool) -> Marks:
    """Give the marks of all operands in the text of these lines, joined by newlines."""
    by_line: dict[int, list[Piece]] = {}
    for index, branch in enumerate(branches):
        line, column, end_line, end_column = branch.span
        for number in range(max(line, 1), min(end_line, len(lines)) + 1):
            text = lines[number - 1]
            start = column if number == line else len(text) - len(text.lstrip())
            end = min(end_column if number == end_line else len(text.rstrip()), len(text))
            if start < end:
                by_line.setdefault(number, []).append(Piece(start, -end, index, branch))
    marks = Marks()
    bases = list(accumulate(map(len, lines), lambda base, length: base + length + 1, initial=0))
    for number in sorted(by_line):
        _mark(marks, bases[number - 1], by_line[number], exact)
    return marks


def _mark(marks: Marks, base: int, pieces: list[Piece], exact: bool) -> None:
    """Mark the operands of a line that begins at `base`.

    In a chain `a < b < c` the operands share `b`: the second one is marked from where the first one ends.
    """
    inside: list[tuple[Piece, int]] = []  # and the place of its tag
    heapify(pieces)
    while pieces:
        piece = heappop(pieces)
        while inside and inside[-1][0].end <= piece.start:
            marks.end(base + inside.pop()[0].end)
        if inside:
            outer, index = inside[-1]
            if outer.end < piece.end:
                heappush(pieces, piece._replace(start=outer.end))
                continue
            marks.tags[index] = _tag(outer.branch, exact, " n")
        inside.append((piece, len(marks.tags)))
        marks.begin(base + piece.start, _tag(piece.branch, exact))
    while inside:
        marks.end(base + inside.pop()[0].end)


def _tag(branch: Branch, exact: bool, more: str = "") -> Html:
    """Give the tag that begins an operand, with `more` classes: n if other operands are nested in it."""
    return Html(f'<span class="o {state(branch)}{more}" title="{escape(counts(branch, exact))}">')
