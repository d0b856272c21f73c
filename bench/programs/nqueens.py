"""Counts the ways to put N queens on a board of N by N squares so that none attacks another.

Two classic ways, which have to agree: backtracking with sets of taken columns and diagonals, by a recursive generator,
and a filter over all permutations. SIZE is N.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

Taken = set[int]


def placements(size: int, row: int, columns: Taken, rising: Taken, falling: Taken) -> Iterator[tuple[int, ...]]:
    """Give the columns of the queens in `row` and all rows below it; the sets say what is taken."""
    if row == size:
        yield ()
        return
    for column in range(size):
        if column in columns or row + column in rising or row - column in falling:
            continue
        columns.add(column)
        rising.add(row + column)
        falling.add(row - column)
        for rest in placements(size, row + 1, columns, rising, falling):
            yield (column, *rest)
        columns.remove(column)
        rising.remove(row + column)
        falling.remove(row - column)


def permutations(items: list[int]) -> Iterator[list[int]]:
    """Give all permutations of `items` in lexicographic order of the indices."""
    if len(items) <= 1:
        yield items
        return
    for index, item in enumerate(items):
        for rest in permutations(items[:index] + items[index + 1 :]):
            yield [item, *rest]


def by_permutations(size: int) -> int:
    """Count by trying every arrangement with one queen a row and a column."""
    count = 0
    for queens in permutations(list(range(size))):
        if len({row + column for row, column in enumerate(queens)}) != size:
            continue
        if len({row - column for row, column in enumerate(queens)}) == size:
            count += 1
    return count


def run(size: int) -> str:
    """Count for SIZE by backtracking, and for three less by permutations."""
    count = sum(1 for _ in placements(size, 0, set(), set(), set()))
    return f"{count} {by_permutations(size - 3)}"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
