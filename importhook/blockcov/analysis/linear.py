"""Counts that are not known yet: sums of places, so that one join of a file serves every run of it.

A *place* is a number that a run fills in: how often a site came out true, or false, or was reached from one of its
predecessors. All that `join` does with counts is adding and subtracting, so it can do it with sums as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

Terms = dict[int, int]
"""Coefficient by place."""


class Linear:
    """A sum of places; behaves like the int that it will be."""

    __slots__ = ("terms",)

    def __init__(self, terms: Terms) -> None:
        self.terms = terms

    def _plus(self, other: Linear | int, sign: int) -> Linear:
        if isinstance(other, int):
            if other:
                raise ValueError(f"a sum of places has no constant term, such as {other}")
            return self
        terms = self.terms.copy()
        for place, coefficient in other.terms.items():
            terms[place] = terms.get(place, 0) + sign * coefficient
        return Linear(terms)

    def __add__(self, other: Linear | int) -> Linear:
        return self._plus(other, 1)

    __radd__ = __add__

    def __sub__(self, other: Linear | int) -> Linear:
        return self._plus(other, -1)

    def __rsub__(self, other: Linear | int) -> Linear:
        return Linear({place: -coefficient for place, coefficient in self.terms.items()})._plus(other, 1)


def at_least_zero(count: Any) -> Any:
    """Give the count, or 0 for a negative one; a sum is cut off when it is known."""
    return count if isinstance(count, Linear) else max(count, 0)


def terms_of(count: Linear | int) -> Terms:
    """Give the terms that count; 0 has none."""
    return {} if isinstance(count, int) else {place: factor for place, factor in count.terms.items() if factor}


def with_places(codes: Iterable[Any]) -> tuple[list[Any], list[int]]:
    """Put places in for the counts of all sites of code objects; also give how many places each code object has.

    They are numbered as runtime/summary.h says: of each site true, false, then each of its ways in.
    """
    result: list[Any] = []
    sizes: list[int] = []
    place = 0
    for code in codes:
        first = place
        sites = []
        for site in code["sites"]:
            inflow = []
            for index, (predecessor, kind, _) in enumerate(site["inflow"], start=place + 2):
                inflow.append((predecessor, kind, Linear({index: 1})))
            sites.append({**site, "true": Linear({place: 1}), "false": Linear({place + 1: 1}), "inflow": inflow})
            place += 2 + len(inflow)
        result.append({**code, "sites": sites})
        sizes.append(place - first)
    return result, sizes
