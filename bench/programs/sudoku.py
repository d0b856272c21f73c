"""Solves hard sudokus by constraint propagation and depth-first search, as Peter Norvig describes it.

After the essay "Solving Every Sudoku Puzzle" (2006). SIZE is the number of puzzles: the known ones below, with digits
renamed and rows and columns permuted in ways that keep a sudoku a sudoku.
"""

from __future__ import annotations

import random
import sys
import zlib

PUZZLES = (
    "85...24..72......9..4.........1.7..23.5...9...4...........8..7..17..........36.4.",  # Arto Inkala, 2006
    "..53.....8......2..7..1.5..4....53...1..7...6..32...8..6.5....9..4....3......97..",  # Arto Inkala, 2010
    "4.....8.5.3..........7......2.....6.....8.4......1.......6.3.7.5..2.....1.4......",
)
DIGITS = "123456789"
ROWS = [[9 * row + column for column in range(9)] for row in range(9)]
COLUMNS = [[9 * row + column for row in range(9)] for column in range(9)]
BOXES = [
    [9 * (3 * down + row) + 3 * right + column for row in range(3) for column in range(3)]
    for down in range(3)
    for right in range(3)
]
UNITS = [[unit for unit in ROWS + COLUMNS + BOXES if cell in unit] for cell in range(81)]
PEERS = [sorted({other for unit in units for other in unit} - {cell}) for cell, units in enumerate(UNITS)]

Grid = dict[int, str]


def parse(puzzle: str) -> Grid | None:
    """Give the candidates of each cell once the given digits have been propagated; None if they contradict."""
    grid = dict.fromkeys(range(81), DIGITS)
    for cell, digit in enumerate(puzzle):
        if digit in DIGITS and not assign(grid, cell, digit):
            return None
    return grid


def assign(grid: Grid, cell: int, digit: str) -> bool:
    """Leave only `digit` in `cell`; false on a contradiction."""
    others = grid[cell].replace(digit, "")
    return all(eliminate(grid, cell, other) for other in others)


def eliminate(grid: Grid, cell: int, digit: str) -> bool:
    """Remove `digit` from the candidates of `cell` and propagate; false on a contradiction."""
    if digit not in grid[cell]:
        return True
    left = grid[cell] = grid[cell].replace(digit, "")
    if not left:
        return False
    if len(left) == 1 and not all(eliminate(grid, peer, left) for peer in PEERS[cell]):
        return False
    for unit in UNITS[cell]:
        places = [place for place in unit if digit in grid[place]]
        if not places:
            return False
        if len(places) == 1 and not assign(grid, places[0], digit):
            return False
    return True


def search(grid: Grid | None) -> Grid | None:
    """Try the cell with the fewest candidates first; None when nothing fits."""
    if grid is None:
        return None
    if all(len(candidates) == 1 for candidates in grid.values()):
        return grid
    _, cell = min((len(candidates), cell) for cell, candidates in grid.items() if len(candidates) > 1)
    for digit in grid[cell]:
        attempt = dict(grid)
        if assign(attempt, cell, digit):
            solved = search(attempt)
            if solved is not None:
                return solved
    return None


def shuffled(count: int, generator: random.Random) -> list[int]:
    """Permute range(count)."""
    return sorted(range(count), key=lambda _: generator.random())


def disguise(puzzle: str, generator: random.Random) -> str:
    """Rename the digits, and permute bands, stacks, rows and columns."""
    names = dict(zip(DIGITS, (DIGITS[index] for index in shuffled(9, generator)), strict=True))
    rows = [3 * band + row for band in shuffled(3, generator) for row in shuffled(3, generator)]
    columns = [3 * stack + column for stack in shuffled(3, generator) for column in shuffled(3, generator)]
    return "".join(names.get(puzzle[9 * row + column], ".") for row in rows for column in columns)


def is_solution(puzzle: str, grid: Grid) -> bool:
    """Check the rules and the given digits."""
    complete = all(sorted(grid[cell] for cell in unit) == list(DIGITS) for unit in ROWS + COLUMNS + BOXES)
    return complete and all(given in (".", grid[cell]) for cell, given in enumerate(puzzle))


def run(size: int) -> str:
    """Solve `size` puzzles; give how many were solved and a checksum of the solutions."""
    generator = random.Random(9)
    solved = 0
    checksum = 0
    for index in range(size):
        puzzle = disguise(PUZZLES[index % len(PUZZLES)], generator)
        grid = search(parse(puzzle))
        if grid is not None and is_solution(puzzle, grid):
            solved += 1
            checksum = zlib.crc32("".join(grid[cell] for cell in range(81)).encode(), checksum)
    return f"{solved} {checksum:08x}"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
