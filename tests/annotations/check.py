"""Compares a program's annotations with what the JSON report says of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from tests.annotations.language import KINDS, AnnotationError, Branch, Expectation, Version
from tests.annotations.program import Program


class _Measured:
    """The ``blockcov`` object of one file of the JSON report, by line."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        self.counts = {int(line): int(count) for line, count in report["lines"].items()}
        self.raises = {int(line): int(count) for line, count in report["raises"].items() if count}
        self.calls: dict[int, list[int]] = defaultdict(list)
        for function in report["functions"]:
            self.calls[int(function["line"])].append(int(function["calls"]))
        by_line: dict[int, list[tuple[tuple[int, ...], Branch]]] = defaultdict(list)
        for branch in report["branches"]:
            outcomes = branch["outcomes"]
            names = KINDS[branch["kind"]]
            if set(outcomes) != set(names):
                raise ValueError(f"a {branch['kind']} with the outcomes {sorted(outcomes)}")
            counts = (int(outcomes[names[0]]), int(outcomes[names[1]]))
            by_line[int(branch["span"][0])].append((tuple(branch["span"]), Branch(branch["kind"], counts)))
        self.branches = {
            line: [branch for _, branch in sorted(found, key=lambda entry: entry[0])] for line, found in by_line.items()
        }

    def lines(self) -> set[int]:
        return {*self.counts, *self.raises, *self.branches}


def _shown(branches: list[Branch]) -> str:
    return " ".join(map(str, branches)) or "no branch"


def _compare(expected: Expectation, measured: _Measured, line: int) -> list[str]:
    """What differs on one line, in words."""
    found: list[str] = []
    count = measured.counts.get(line)
    if expected.count is not None and count != expected.count:
        found.append(f"line count {expected.count} expected, {count} measured")
    branches = measured.branches.get(line, [])
    if expected.never:
        if any(any(branch.counts) for branch in branches):
            found.append(f"never expected, {_shown(branches)} measured")
    elif branches != list(expected.branches):
        found.append(f"{_shown(list(expected.branches))} expected, {_shown(branches)} measured")
    raises = measured.raises.get(line, 0)
    if raises != expected.raises:
        found.append(f"raise={expected.raises} expected, raise={raises} measured")
    if expected.calls is not None and measured.calls.get(line) != [expected.calls]:
        found.append(f"calls={expected.calls} expected, {measured.calls.get(line)} measured")
    return found


def check_file(program: Program, report: Mapping[str, Any], version: Version, mode: str = "counts") -> list[str]:
    """All differences between a program and the ``blockcov`` object of its report, each with ``file:line``; empty when
    they agree. In mode hits every figure is 0 or 1. Raises AnnotationError when clauses clash on this version."""
    measured = _Measured(report)
    problems: list[str] = []
    for line in sorted({*program.annotations, *measured.lines()}):
        annotation = program.annotations.get(line)
        try:
            expected = None if annotation is None else annotation.on(version)
        except AnnotationError as error:
            raise AnnotationError(f"{program.path}:{line}: {error}") from None
        if expected is None:
            if line in measured.lines():
                what = f"count {measured.counts.get(line)}, {_shown(measured.branches.get(line, []))}"
                problems.append(f"{program.path}:{line}: executable line without annotation ({what})")
        elif line not in measured.lines():
            problems.append(f"{program.path}:{line}: annotation on a line that has nothing")
        else:
            if mode == "hits":
                expected = expected.clipped()
            problems += [f"{program.path}:{line}: {what}" for what in _compare(expected, measured, line)]
    return problems
