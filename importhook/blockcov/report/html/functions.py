"""The functions of a file with their calls, and how much of each one ran."""

from __future__ import annotations

from dataclasses import dataclass

from blockcov.data import FileCoverage


@dataclass(frozen=True)
class FunctionRow:
    """A function by its name in the source; `line` is that of its `def`. `calls` is None where nothing counted them."""

    name: str
    line: int
    calls: int | None
    statements: int
    missing: int


def functions(file: FileCoverage) -> list[FunctionRow]:
    """Give the functions in the order of the source. Lambdas and comprehensions are lines of what they stand in."""
    regions = [region for region in file.regions if region.kind == "function"]
    owner = {line: index for index, region in enumerate(regions) for line in region.lines}
    statements, missing = [0] * len(regions), [0] * len(regions)
    for lines, counters in (
        (file.analysis.executed_lines, (statements,)),
        (file.analysis.missing_lines, (statements, missing)),
    ):
        for line in lines:
            if (index := owner.get(line)) is not None:
                for counter in counters:
                    counter[index] += 1
    calls = _calls(file)
    rows = []
    for index, region in enumerate(regions):
        known = [(line, count) for line, count in calls.get(region.name, ()) if line <= region.start]
        count = max(known)[1] if known else None  # decorators stand before the `def`
        rows.append(FunctionRow(region.name, region.start, count, statements[index], missing[index]))
    return sorted(rows, key=lambda row: row.line)


def _calls(file: FileCoverage) -> dict[str, list[tuple[int, int]]]:
    """Give first line and calls of the code objects of each name, written as in regions: `f.g`, not `f.<locals>.g`."""
    found: dict[str, list[tuple[int, int]]] = {}
    for function in file.analysis.functions:
        name = function["name"].replace(".<locals>", "")
        found.setdefault(name, []).append((function["line"], function["calls"]))
    return found
