"""coverage.py's JSON, format 3, with an object `blockcov` in each file that holds the exact counts."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Collection
from typing import Any

from blockcov import _blockcov
from blockcov.analysis import FileAnalysis
from blockcov.data import FileCoverage
from blockcov.report.numbers import Numbers, display_percent, numbers_of
from blockcov.report.regions import Region

FORMAT = 3

LineContexts = dict[int, list[str]]
ContextsOf = Callable[[FileCoverage], LineContexts]
"""Gives the names of the contexts in which each line of a file ran."""


def render(
    files: list[FileCoverage], pretty: bool = False, branch: bool = True, contexts: ContextsOf | None = None
) -> str:
    """Give the whole report as JSON, in one line unless `pretty`; files in order of their names.

    With `contexts`, files name with each line the contexts that ran it.
    """
    total = Numbers(precision=files[0].numbers.precision if files else 0)
    described: dict[str, Any] = {}
    for file in sorted(files, key=lambda file: file.name):
        total += file.numbers
        described[file.name] = _file(file, None if contexts is None else contexts(file))
        file.forget()
    document = {
        "meta": {
            "format": FORMAT,
            "version": _blockcov.VERSION,
            "timestamp": datetime.datetime.now().isoformat(),
            "branch_coverage": branch,
            "show_contexts": contexts is not None,
        },
        "files": described,
        "totals": {**_summary(total), "blockcov": _outcomes(total)},
    }
    return json.dumps(document, indent=4 if pretty else None) + "\n"


def _file(file: FileCoverage, contexts: LineContexts | None) -> dict[str, Any]:
    precision = file.numbers.precision
    result = _measured(file.analysis, None, precision)
    if contexts is not None:
        result["contexts"] = contexts
    regions = file.regions
    every_line = set(range(1, len(file.text_lines()) + 1))
    for kind, plural in (("function", "functions"), ("class", "classes")):
        chosen = [region for region in regions if region.kind == kind]
        result[plural] = _regions(file.analysis, chosen, every_line, precision)
        if contexts is not None:
            for region in result[plural].values():
                region["contexts"] = contexts  # of the whole file, as coverage.py has it
    result["blockcov"] = {**_exact(file.analysis), "summary": _outcomes(file.numbers)}
    return result


def _regions(file: FileAnalysis, regions: list[Region], every_line: set[int], precision: int) -> dict[str, Any]:
    """Describe regions by name; of several with one name, the first that has statements keeps it."""
    statements = set(file.executed_lines) | set(file.missing_lines)
    regions = sorted(regions, key=lambda region: region.start)
    claimed = {region.name for region in regions if region.lines & statements}
    result: dict[str, Any] = {}
    outside = set(every_line)
    for region in regions:
        outside -= region.lines
        name = region.name
        if name in result or (name in claimed and not region.lines & statements):
            name += f"@{region.start}"
        result[name] = {**_measured(file, region.lines, precision), "start_line": region.start}
    result[""] = {**_measured(file, outside, precision), "start_line": min(outside, default=1)}
    return result


def _measured(file: FileAnalysis, lines: Collection[int] | None, precision: int) -> dict[str, Any]:
    """Describe the compatible view of a file, or of some of its lines."""

    def of(values: list[int]) -> list[int]:
        return sorted(line for line in values if lines is None or line in lines)

    def arcs(values: list[tuple[int, int]]) -> list[list[int]]:
        return sorted([source, target] for source, target in values if lines is None or source in lines)

    return {
        "executed_lines": of(file.executed_lines),
        "summary": _summary(numbers_of(file, lines, precision)),
        "missing_lines": of(file.missing_lines),
        "excluded_lines": of(file.excluded_lines),
        "executed_branches": arcs(file.executed_branches),
        "missing_branches": arcs(file.missing_branches),
    }


def _summary(numbers: Numbers) -> dict[str, Any]:
    return {
        "covered_lines": numbers.statements - numbers.missing,
        "num_statements": numbers.statements,
        "percent_covered": numbers.percent_covered,
        "percent_covered_display": display_percent(numbers.percent_covered, numbers.precision),
        "missing_lines": numbers.missing,
        "excluded_lines": numbers.excluded,
        "percent_statements_covered": numbers.percent_statements,
        "percent_statements_covered_display": display_percent(numbers.percent_statements, numbers.precision),
        "num_branches": numbers.branches,
        "num_partial_branches": numbers.partial_branches,
        "covered_branches": numbers.branches - numbers.missing_branches,
        "missing_branches": numbers.missing_branches,
        "percent_branches_covered": numbers.percent_branches,
        "percent_branches_covered_display": display_percent(numbers.percent_branches, numbers.precision),
    }


def _outcomes(numbers: Numbers) -> dict[str, Any]:
    return {
        "num_outcomes": numbers.outcomes,
        "covered_outcomes": numbers.outcomes - numbers.missing_outcomes,
        "missing_outcomes": numbers.missing_outcomes,
        "percent_outcomes_covered": numbers.percent_outcomes,
    }


def _exact(file: FileAnalysis) -> dict[str, Any]:
    """Describe the exact counts, as the guide has them."""
    return {
        "lines": {str(line): count for line, count in sorted(file.lines.items())},
        "branches": [
            {
                "kind": branch.kind,
                "span": list(branch.span),
                "decision": list(branch.decision),
                "outcomes": branch.outcomes,
                "excluded": branch.excluded,
                **({"excluded_outcomes": branch.excluded_outcomes} if branch.excluded_outcomes else {}),
            }
            for branch in sorted(file.branches, key=lambda branch: (branch.span, branch.kind))
        ],
        "raises": {str(line): count for line, count in sorted(file.raises.items())},
        "functions": [dict(function) for function in file.functions],
    }
