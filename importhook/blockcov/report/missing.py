"""The Missing column: lines that never ran, outcomes that never came."""

from __future__ import annotations

from collections.abc import Iterable

from blockcov.analysis import Arc, Branch, FileAnalysis, required


def missing_outcomes(file: FileAnalysis) -> list[tuple[Branch, list[str]]]:
    """Give each branch on an executed line that has outcomes which never came, and these, in source order.

    Excluded branches and outcomes and optional ones (the false of an assertion) do not count as missing.
    """
    never_ran = set(file.missing_lines)
    found = []
    for branch in sorted(file.branches, key=lambda branch: branch.span):
        line = branch.span[0]
        if branch.excluded or line in never_ran or file.first_line.get(line, line) in never_ran:
            continue
        absent = [name for name, count in required(branch).items() if not count]
        if absent:
            found.append((branch, absent))
    return found


def describe(branch: Branch, absent: list[str]) -> str:
    """Describe missing outcomes as `12:8-14 never false`; the columns count from 0, the end is exclusive."""
    line, column, end_line, end_column = branch.span
    end = f"{end_column}" if end_line == line else f"{end_line}:{end_column}"
    if not any(branch.outcomes.values()):
        return f"{line}:{column}-{end} never reached"
    return f"{line}:{column}-{end} never {' or '.join(absent)}"


def line_ranges(statements: Iterable[int], missing: Iterable[int]) -> list[tuple[int, int]]:
    """Join missing statements into ranges: with statements 1, 2, 5 and 9, the missing 2, 5 give (2, 5)."""
    absent = set(missing)
    ranges: list[tuple[int, int]] = []
    joined = False
    for line in sorted(set(statements) | absent):
        if line not in absent:
            joined = False
        elif joined:
            ranges[-1] = (ranges[-1][0], line)
        else:
            ranges.append((line, line))
            joined = True
    return ranges


def untold_arcs(file: FileAnalysis) -> list[Arc]:
    """Give the line-to-line branches between executed lines that were never taken, where no outcome says it better."""
    told: set[int] = set()
    for branch, _ in missing_outcomes(file):
        line = branch.span[0]
        told.update((line, file.first_line.get(line, line), branch.decision[0]))
    told.update(file.missing_lines)
    never_ran = set(file.missing_lines)
    return [arc for arc in file.missing_branches if arc[0] not in told and arc[1] not in never_ran]


def format_missing(file: FileAnalysis) -> str:
    """Give the text of the Missing column, in source order."""
    items: list[tuple[int, int, str]] = []
    for first, last in line_ranges(file.statements, file.missing_lines):
        items.append((first, -1, f"{first}" if first == last else f"{first}-{last}"))
    for branch, absent in missing_outcomes(file):
        items.append((*branch.span[:2], describe(branch, absent)))
    for line, target in untold_arcs(file):
        items.append((line, -1, f"{line}->{target if target > 0 else 'exit'}"))
    return ", ".join(text for _, _, text in sorted(items))
