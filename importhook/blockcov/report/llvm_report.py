"""The JSON of `llvm-cov export`: regions and conditions where they stand, with their counts.

The schema is that of llvm/tools/llvm-cov/CoverageExporterJson.cpp, version 2.0.1. A statement is a region. A condition
of which only one outcome has to come is no branch, since a reader would expect both.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from blockcov.analysis import Function, required
from blockcov.data import FileCoverage
from blockcov.report.extents import Extents
from blockcov.report.output import one_line
from blockcov.report.regions import Region
from blockcov.report.statements import statements_of

TYPE = "llvm.coverage.json.export"
VERSION = "2.0.1"
_CODE, _BRANCH = 0, 4
"""Kinds of regions."""
_KINDS = ("branches", "functions", "instantiations", "lines", "regions")

Place = list[int]
Totals = dict[str, tuple[int, int]]
"""For each kind, how many there are and how many of them are covered."""


@dataclass
class _File:
    """What the document says of one file; regions and branches by the line of their statement."""

    name: str
    regions: dict[int, Place]
    branches: dict[int, list[Place]]
    functions: list[tuple[Function, set[int]]]


def render(files: list[FileCoverage], branch: bool = True) -> str:
    """Give the whole document in one line. `branch`: whether branches are counted."""
    described, functions = [], []
    everything: Totals = {}
    for file in files:
        found = _file(file, branch)
        totals = _totals(found)
        everything = {kind: _add(everything.get(kind, (0, 0)), totals[kind]) for kind in _KINDS}
        described.append(_describe(found, totals))
        functions += [_function(found, function, lines) for function, lines in found.functions]
        file.forget()
    summary = _summary(everything or dict.fromkeys(_KINDS, (0, 0)))
    data = {"files": described, "functions": functions, "totals": summary}
    return json.dumps({"data": [data], "type": TYPE, "version": VERSION}, separators=(",", ":")) + "\n"


def _file(file: FileCoverage, branch: bool) -> _File:
    extents = Extents(file)
    regions: dict[int, Place] = {}
    branches: dict[int, list[Place]] = {}
    for statement in statements_of(file.analysis):
        regions[statement.line] = [*extents.of(statement), statement.count, 0, 0, _CODE]
        for condition in statement.conditions if branch else ():
            counts = list(required(condition).values())
            if len(counts) == 2:
                place = [*extents.of_span(condition.span), *counts, 0, 0, _BRANCH]
                branches.setdefault(statement.line, []).append(place)
    lines = {region.start: region for region in file.regions if region.kind == "function"}
    functions = [
        (function, _lines_of(lines[function["line"]], regions))
        for function in file.analysis.functions
        if function["line"] in lines and "<lambda>" not in function["name"]
    ]
    return _File(one_line(file.path), regions, branches, [(each, its) for each, its in functions if its])


def _lines_of(region: Region, regions: dict[int, Place]) -> set[int]:
    return {line for line in region.lines if line in regions}


def _totals(file: _File) -> Totals:
    def of(counts: Sequence[int]) -> tuple[int, int]:
        return len(counts), sum(map(bool, counts))

    regions = of([place[4] for place in file.regions.values()])
    lines = of([place[4] for place in file.regions.values() for _ in range(place[0], place[2] + 1)])
    functions = of([function["calls"] for function, _ in file.functions])
    outcomes = of([count for places in file.branches.values() for place in places for count in place[4:6]])
    return {
        "branches": outcomes,
        "functions": functions,
        "instantiations": functions,
        "lines": lines,
        "regions": regions,
    }


def _add(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def _summary(totals: Totals) -> dict[str, dict[str, float]]:
    summary: dict[str, dict[str, float]] = {}
    for kind, (count, covered) in totals.items():
        summary[kind] = {"count": count, "covered": covered}
        if kind in ("branches", "regions"):
            summary[kind]["notcovered"] = count - covered
        summary[kind]["percent"] = 100 * covered / count if count else 0
    return summary


def _describe(file: _File, totals: Totals) -> dict[str, Any]:
    return {
        "branches": [place for _, places in sorted(file.branches.items()) for place in places],
        "expansions": [],
        "filename": file.name,
        "segments": _segments(list(file.regions.values())),
        "summary": _summary(totals),
    }


def _segments(regions: list[Place]) -> list[list[int | bool]]:
    """Give where a region begins, and where one ends with no other behind it: line, column, count, whether it counts,
    whether a region begins, whether it is a gap.
    """
    segments: list[list[int | bool]] = []
    for line, column, end_line, end_column, count, *_ in regions:
        segments.append([line, column, count, True, True, False])
        segments.append([end_line, end_column, 0, False, False, False])
    return segments


def _function(file: _File, function: Function, lines: set[int]) -> dict[str, Any]:
    return {
        "branches": [place for line in sorted(lines) for place in file.branches.get(line, ())],
        "count": function["calls"],
        "filenames": [file.name],
        "name": function["name"].replace(".<locals>", ""),
        "regions": [file.regions[line] for line in sorted(lines)],
    }
