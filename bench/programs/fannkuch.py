"""Flips the prefixes of all permutations until 1 comes first, and takes the largest number of flips.

After Kenneth R. Anderson and Duane Rettig, "Performing Lisp Analysis of the FANNKUCH Benchmark" (1994), with the
checksum of the Computer Language Benchmarks Game. SIZE is the number of permutations of ten elements, in their order,
that are looked at.
"""

from __future__ import annotations

import sys


def fannkuch(length: int, count: int) -> tuple[int, int]:
    """Give the checksum and the most flips of the first `count` permutations of `length` elements."""
    permutation = list(range(length))
    rotations = [0] * length
    most = 0
    checksum = 0
    sign = 1
    width = length
    while True:
        while width > 1:
            rotations[width - 1] = width
            width -= 1

        flips = 0
        work = permutation[:]
        first = work[0]
        while first:
            low, high = 1, first - 1
            while low < high:
                work[low], work[high] = work[high], work[low]
                low += 1
                high -= 1
            work[first], first = first, work[first]
            flips += 1
        if flips > most:
            most = flips
        checksum += sign * flips
        sign = -sign
        count -= 1
        if count == 0:
            return checksum, most

        while True:
            if width == length:
                return checksum, most
            head = permutation[0]
            for index in range(width):
                permutation[index] = permutation[index + 1]
            permutation[width] = head
            rotations[width] -= 1
            if rotations[width] > 0:
                break
            width += 1


def run(size: int) -> str:
    """Give checksum and maximum."""
    checksum, most = fannkuch(10, size)
    return f"{checksum} {most}"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
