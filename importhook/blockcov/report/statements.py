"""What formats that go by lines say of a statement: how often it ran, where it went on, how its conditions came out.

A statement on several lines is known by its first one, as coverage.py has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from blockcov.analysis import Branch, FileAnalysis, required

LINES, OUTCOMES = "lines", "outcomes"
BRANCHES = (LINES, OUTCOMES)
"""What a format calls a branch: a way from line to line, as coverage.py, or one outcome of a condition."""


@dataclass
class Statement:
    """One statement. `taken`, `accepted` and `missing` are the lines it may go on to, negative for leaving the code
    object; `accepted` ones were not taken and need not be. `conditions` are in source order, without excluded ones.
    """

    line: int
    count: int
    taken: list[int] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    conditions: list[Branch] = field(default_factory=list)

    def ways(self, branches: str) -> tuple[int, int]:
        """Give how many branches were taken, and of how many; `branches` is LINES or OUTCOMES."""
        if branches == LINES:
            covered = len(self.taken) + len(self.accepted)
            return covered, covered + len(self.missing)
        wanted = [count for condition in self.conditions for count in required(condition).values()]
        return (sum(map(bool, wanted)) if self.count else 0), len(wanted)


def statements_of(file: FileAnalysis) -> list[Statement]:
    """Give the statements of a file in order, excluded ones left out."""
    counts = _counts(file)
    found = {line: Statement(line, counts.get(line) or 1) for line in file.executed_lines}
    found.update((line, Statement(line, 0)) for line in file.missing_lines)
    excluded = set(file.excluded_lines)
    for line, target in file.executed_branches:
        if line in found and target not in excluded:
            found[line].taken.append(target)
    for line, target in file.accepted_branches:
        if line in found:
            found[line].accepted.append(target)
    for line, target in file.missing_branches:
        if line in found:
            found[line].missing.append(target)
    for branch in sorted(file.branches, key=lambda branch: branch.span):
        statement = found.get(file.first_line.get(branch.span[0], branch.span[0]))
        if statement is not None and required(branch):
            statement.conditions.append(branch)
    return [found[line] for line in sorted(found)]


def _counts(file: FileAnalysis) -> dict[int, int]:
    """Give the count of each statement: that of its first line, or of its most frequent one if that has none."""
    counts: dict[int, int] = {}
    for line, count in file.lines.items():
        first = file.first_line.get(line, line)
        if not file.lines.get(first):
            counts[first] = max(count, counts.get(first, 0))
        elif line == first:
            counts[first] = count
    return counts
