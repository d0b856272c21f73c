"""Approximates the spectral norm of the infinite matrix a[i][j] = 1 / ((i+j)(i+j+1)/2 + i + 1) by the power method.

Challenge 3 of Lloyd N. Trefethen's "Hundred-Dollar, Hundred-Digit Challenge Problems" (2002), as the Computer Language
Benchmarks Game takes it. SIZE is the number of rows and columns kept.
"""

from __future__ import annotations

import math
import sys


def element(row: int, column: int) -> float:
    """Give one element of the matrix."""
    both = row + column
    return 1.0 / (both * (both + 1) // 2 + row + 1)


def times(vector: list[float]) -> list[float]:
    """Multiply the matrix by `vector`."""
    result = []
    for row in range(len(vector)):
        total = 0.0
        for column, value in enumerate(vector):
            total += element(row, column) * value
        result.append(total)
    return result


def transposed_times(vector: list[float]) -> list[float]:
    """Multiply the transposed matrix by `vector`."""
    size = len(vector)
    return [sum(element(row, column) * vector[row] for row in range(size)) for column in range(size)]


def spectral_norm(size: int, rounds: int = 10) -> float:
    """Give the norm after `rounds` rounds of the power method."""
    u = [1.0] * size
    v = u
    for _ in range(rounds):
        v = transposed_times(times(u))
        u = transposed_times(times(v))
    dot = sum(left * right for left, right in zip(u, v, strict=True))
    return math.sqrt(dot / sum(value * value for value in v))


def run(size: int) -> str:
    """Give the norm to nine digits."""
    return f"{spectral_norm(size):.9f}"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
