"""Counts of code that `code.replace()` copied, `types.coroutine` for instance.

blockcov measures a copy as a unit of its own, and reports add it to what stands at the same place of the source. A
trace function sees the code of both as one, so their counts are put together before they are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Any

Key = tuple[tuple[str, int, tuple[str, ...]], ...]
"""Name, first line and instructions of each code object of a unit."""
Unit = dict[str, Any]
"""As `_blockcov.read(..., detail=True)` gives it."""


def key_of(unit: Unit) -> Key:
    """Tell units apart by their code."""
    return tuple(
        (c["name"], c["first_line"], tuple(i[1] for i in c["instructions"] if i[1] != "EXTENDED_ARG"))
        for c in unit["codes"]
    )


def put_together(
    units: dict[Key, list[Unit]], executed: Set[Key], figure: Callable[[int], int]
) -> dict[Key, list[Unit]]:
    """Add units that are copies of code inside of those that were executed; give what there is then.

    `figure` is what a mode makes of a sum. The argument stays as it is. A copy that fits two places is left alone.
    """
    result = {key: [dict(unit, codes=list(unit["codes"])) for unit in same] for key, same in units.items()}
    for key in [key for key in result if key not in executed]:
        places = [
            (unit, start)
            for other in executed
            for unit in result.get(other, [])
            for start in range(1, len(other) - len(key) + 1)
            if other[start : start + len(key)] == key
        ]
        if len(places) != 1:
            continue
        unit, start = places[0]
        for copy in result.pop(key):
            for index, code in enumerate(copy["codes"], start):
                unit["codes"][index] = _sum(unit["codes"][index], code, figure)
    return result


def _sum(left: dict[str, Any], right: dict[str, Any], figure: Callable[[int], int]) -> dict[str, Any]:
    return {
        **left,
        "calls": figure(left["calls"] + right["calls"]),
        "instructions": [
            (offset, name, line, figure(count + more))
            for (offset, name, line, count), (_, _, _, more) in zip(
                left["instructions"], right["instructions"], strict=True
            )
        ],
        "edges": [*left["edges"], *right["edges"]],
    }
