"""What one data directory covers that another does not, or what both do: lines and the outcomes of branches."""

from __future__ import annotations

import os
from collections.abc import Iterator
from copy import copy

from blockcov.analysis import FileAnalysis, Span
from blockcov.config import Options
from blockcov.data import FileCoverage, Measurements
from blockcov.errors import NO_INPUT, Failure
from blockcov.loading import load, status_of
from blockcov.report.output import write_stdout

Outcome = tuple[Span, str]


def report(options: Options, how: str, first: str, second: str) -> int:
    """Print what `first` covers and `second` does not (`subtract`), or what both cover (`intersect`)."""
    left, right = _load(options, first), _load(options, second)
    others = {file.path: file for file in right.files}
    rows = [row for file in left.files if (row := _row(how, file, others.get(file.path)))]
    title = f"covered by {first} and not by {second}" if how == "subtract" else f"covered by {first} and {second}"
    write_stdout("".join(_table(title, rows)))
    return max(status_of(options, left), status_of(options, right))


def _load(options: Options, data_dir: str) -> Measurements:
    if not os.path.isdir(data_dir):
        raise Failure(NO_INPUT, f"combine: there is no data directory {data_dir}")
    of_this = copy(options)
    of_this.data_dir = os.path.abspath(data_dir)
    return load(of_this)


def _row(how: str, file: FileCoverage, other: FileCoverage | None) -> tuple[str, int, int, str] | None:
    """Give name, number of statements, number of outcomes, and where they are; None when there are none."""
    lines, outcomes = _covered(file.analysis)
    other_lines, other_outcomes = _covered(other.analysis) if other else (set[int](), set[Outcome]())
    if how == "subtract":
        lines, outcomes = lines - other_lines, outcomes - other_outcomes
    else:
        lines, outcomes = lines & other_lines, outcomes & other_outcomes
    if not lines and not outcomes:
        return None
    statements = sorted(file.analysis.statements)
    places = [(first, 0, text) for first, text in _ranges(lines, statements)]
    if how == "subtract":  # what stands on a line that is listed says nothing more
        places += [(span[0], span[1], f"{_span(span)} {way}") for span, way in outcomes if span[0] not in lines]
    return file.name, len(lines), len(outcomes), ", ".join(text for *_, text in sorted(places))


def _covered(analysis: FileAnalysis) -> tuple[set[int], set[Outcome]]:
    outcomes = {
        (branch.span, way)
        for branch in analysis.branches
        if not branch.excluded
        for way, count in branch.outcomes.items()
        if count
    }
    return set(analysis.executed_lines), outcomes


def _ranges(lines: set[int], statements: list[int]) -> Iterator[tuple[int, str]]:
    """Give first line and text of each run of statements that stand one behind the other."""
    run: list[int] = []
    for line in [*statements, -1]:
        if line in lines:
            run.append(line)
        elif run:
            yield run[0], str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}"
            run = []


def _span(span: Span) -> str:
    line, column, end_line, end_column = span
    return f"{line}:{column}-{end_column}" if line == end_line else f"{line}:{column}-{end_line}:{end_column}"


def _table(title: str, rows: list[tuple[str, int, int, str]]) -> Iterator[str]:
    width = max([len(name) for name, *_ in rows] + [len("TOTAL")])
    yield f"{title}\n{'Name':{width}}  Stmts  Outcomes  Where\n"
    for name, lines, outcomes, where in rows:
        yield f"{name:{width}}  {lines:5}  {outcomes:8}  {where}\n"
    yield f"{'TOTAL':{width}}  {sum(row[1] for row in rows):5}  {sum(row[2] for row in rows):8}\n"
