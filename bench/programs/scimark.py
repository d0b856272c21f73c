"""Runs the five kernels of SciMark 2 on lists: FFT, SOR, Monte Carlo, sparse matrix product, LU.

Written from the description of Roldan Pozo and Bruce R. Miller, "SciMark 2.0" (NIST). SIZE is how often each kernel is
repeated. Each result is checked by what it must be: the inverse FFT gives the input back, relaxation
keeps the boundary and converges, the points in the circle give pi, the sparse product agrees with the dense one,
L times U is the permuted matrix.
"""

from __future__ import annotations

import math
import sys


class Random:
    """The generator of Lehmer, Park and Miller: 16807 x mod 2**31 - 1."""

    def __init__(self, seed: int) -> None:
        self.state = seed

    def next(self) -> float:
        """Give the next number in [0, 1)."""
        self.state = self.state * 16807 % 0x7FFFFFFF
        return self.state / 0x7FFFFFFF

    def vector(self, size: int) -> list[float]:
        """Give `size` numbers."""
        return [self.next() for _ in range(size)]

    def matrix(self, rows: int, columns: int) -> list[list[float]]:
        """Give `rows` vectors."""
        return [self.vector(columns) for _ in range(rows)]


def transform(data: list[float], direction: int) -> None:
    """Do a radix-2 FFT in place on real and imaginary parts in turn; `direction` is -1, or 1 for the inverse."""
    size = len(data) // 2
    reverse_bits(data)
    span = 1
    while span < size:
        angle = direction * math.pi / span
        sine, half_sine = math.sin(angle), math.sin(angle / 2)
        versine = 2.0 * half_sine * half_sine
        real, imaginary = 1.0, 0.0
        for offset in range(span):
            for start in range(offset, size, 2 * span):
                here, there = 2 * start, 2 * (start + span)
                x, y = data[there], data[there + 1]
                moved_real = real * x - imaginary * y
                moved_imaginary = real * y + imaginary * x
                data[there] = data[here] - moved_real
                data[there + 1] = data[here + 1] - moved_imaginary
                data[here] += moved_real
                data[here + 1] += moved_imaginary
            real, imaginary = (
                real - versine * real - sine * imaginary,
                imaginary - versine * imaginary + sine * real,
            )
        span *= 2
    if direction > 0:
        for index in range(len(data)):
            data[index] /= size


def reverse_bits(data: list[float]) -> None:
    """Swap each complex number with the one at the bit-reversed index."""
    size = len(data) // 2
    other = 0
    for index in range(size - 1):
        if index < other:
            here, there = 2 * index, 2 * other
            data[here], data[there] = data[there], data[here]
            data[here + 1], data[there + 1] = data[there + 1], data[here + 1]
        bit = size // 2
        while bit <= other:
            other -= bit
            bit //= 2
        other += bit


def fft(size: int, rounds: int) -> bool:
    """Transform there and back; right when the input comes back."""
    original = Random(101).vector(2 * size)
    data = original[:]
    for _ in range(rounds):
        transform(data, -1)
        transform(data, 1)
    return max(abs(left - right) for left, right in zip(original, data, strict=True)) < 1e-9


def relax(grid: list[list[float]], omega: float, rounds: int) -> float:
    """Do `rounds` of successive over-relaxation; give the largest change in the last one."""
    quarter, rest = omega * 0.25, 1.0 - omega
    change = 0.0
    for _ in range(rounds):
        change = 0.0
        for row in range(1, len(grid) - 1):
            above, here, below = grid[row - 1], grid[row], grid[row + 1]
            for column in range(1, len(here) - 1):
                old = here[column]
                new = quarter * (above[column] + below[column] + here[column - 1] + here[column + 1]) + rest * old
                here[column] = new
                if abs(new - old) > change:
                    change = abs(new - old)
    return change


def sor(size: int, rounds: int) -> bool:
    """Relax a random grid; right when the boundary stays and the changes shrink."""
    grid = Random(101).matrix(size, size)
    boundary = grid[0][:]
    first = relax(grid, 1.25, 1)
    last = relax(grid, 1.25, 10 * rounds)
    return grid[0] == boundary and last < first


def monte_carlo(points: int, rounds: int) -> bool:
    """Count random points in the quarter circle; right when they give pi."""
    random = Random(113)
    inside = 0
    for _ in range(points * rounds):
        x = random.next()
        y = random.next()
        if x * x + y * y <= 1.0:
            inside += 1
    return abs(4.0 * inside / (points * rounds) - math.pi) < 0.1


def sparse(size: int, filled: int, rounds: int) -> bool:
    """Multiply a compressed-row matrix by a vector; right when the dense product is the same."""
    random = Random(101)
    vector = random.vector(size)
    values = random.vector(size * filled)
    starts = [row * filled for row in range(size + 1)]
    columns = [(row + step * (row // filled + 1)) % size for row in range(size) for step in range(filled)]
    result = [0.0] * size
    for _ in range(rounds):
        for row in range(size):
            total = 0.0
            for index in range(starts[row], starts[row + 1]):
                total += vector[columns[index]] * values[index]
            result[row] = total
    row = size - 1
    dense = [0.0] * size
    for index in range(starts[row], starts[row + 1]):
        dense[columns[index]] += values[index]
    expected = math.fsum(left * right for left, right in zip(dense, vector, strict=True))
    return abs(expected - result[row]) < 1e-9


def factorise(matrix: list[list[float]]) -> list[int]:
    """Replace `matrix` by its LU factors, with partial pivoting; give the order of the rows. Needs a regular matrix."""
    size = len(matrix)
    order = list(range(size))
    for column in range(size):
        pivot = column
        for row in range(column + 1, size):
            if abs(matrix[row][column]) > abs(matrix[pivot][column]):
                pivot = row
        if matrix[pivot][column] == 0.0:
            raise ZeroDivisionError("the matrix is singular")
        if pivot != column:
            matrix[pivot], matrix[column] = matrix[column], matrix[pivot]
            order[pivot], order[column] = order[column], order[pivot]
        inverse = 1.0 / matrix[column][column]
        upper = matrix[column]
        for row in range(column + 1, size):
            lower = matrix[row]
            factor = lower[column] = lower[column] * inverse
            for index in range(column + 1, size):
                lower[index] -= factor * upper[index]
    return order


def lu(size: int, rounds: int) -> bool:
    """Factorise a random matrix; right when the product of the factors is that matrix, rows permuted."""
    original = Random(101).matrix(size, size)
    for _ in range(rounds):
        factors = [row[:] for row in original]
        order = factorise(factors)
    worst = 0.0
    for row in range(0, size, 7):
        for column in range(size):
            product = sum(
                (1.0 if index == row else factors[row][index]) * factors[index][column]
                for index in range(min(row, column) + 1)
            )
            worst = max(worst, abs(product - original[order[row]][column]))
    return worst < 1e-9


def run(size: int) -> str:
    """Run all kernels; name those whose result is right."""
    results = {
        "fft": fft(512, 2 * size),
        "sor": sor(60, size),
        "montecarlo": monte_carlo(20000, size),
        "sparse": sparse(1000, 5, 8 * size),
        "lu": lu(50, size),
    }
    return " ".join(name for name, right in results.items() if right)


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
