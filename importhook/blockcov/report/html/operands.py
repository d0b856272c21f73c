"""Marking every operand where it stands, as nested elements in the coloured source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush
from itertools import accumulate
from typing import NamedTuple

from blockcov.analysis import Branch
from blockcov.report.html.colours import Coloured
from blockcov.report.html.findings import counts, state
from blockcov.report.html.markup import escape


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


def marked_lines(
    coloured: Coloured, lines: list[str], branches: Iterable[Branch], exact: bool
) -> Iterator[tuple[int, str]]:
    """Give the number and the markup of each line that has an operand. Element 0 of `lines` is line 1."""
    by_line: dict[int, list[Piece]] = {}
    for index, branch in enumerate(branches):
        line, column, end_line, end_column = branch.span
        for number in range(max(line, 1), min(end_line, len(lines)) + 1):
            text = lines[number - 1]
            start = column if number == line else len(text) - len(text.lstrip())
            end = min(end_column if number == end_line else len(text.rstrip()), len(text))
            if start < end:
                by_line.setdefault(number, []).append(Piece(start, -end, index, branch))
    bases = list(accumulate((len(text) + 1 for text in lines), initial=0))
    for number, pieces in by_line.items():
        yield number, _marked(coloured, bases[number - 1], len(lines[number - 1]), pieces, exact)


def _marked(coloured: Coloured, base: int, length: int, pieces: list[Piece], exact: bool) -> str:
    """Give the markup of a line that begins at `base`.

    In a chain `a < b < c` the operands share `b`: the second one is marked from where the first one ends.
    """
    markup: list[str] = []
    position = 0
    inside: list[Piece] = []

    def advance(upto: int) -> None:
        nonlocal position
        while inside and inside[-1].end <= upto:
            piece = inside.pop()
            markup.append(coloured.part(base + position, base + piece.end) + "</span>")
            position = piece.end
        markup.append(coloured.part(base + position, base + upto))
        position = upto

    heapify(pieces)
    while pieces:
        piece = heappop(pieces)
        advance(piece.start)
        if inside and inside[-1].end < piece.end:
            heappush(pieces, piece._replace(start=inside[-1].end))
            continue
        title = escape(counts(piece.branch, exact))
        markup.append(f'<span class="o {state(piece.branch)}" title="{title}">')
        inside.append(piece)
    advance(length)
    return "".join(markup)
