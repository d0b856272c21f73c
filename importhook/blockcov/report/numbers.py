"""The figures of a file or of a whole report, with coverage.py's definitions and rounding."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from blockcov.analysis import FileAnalysis


@dataclass(frozen=True)
class Numbers:
    """Counts of statements and of line-to-line branches; they add up over files."""

    statements: int = 0
    missing: int = 0
    excluded: int = 0
    branches: int = 0
    partial_branches: int = 0
    missing_branches: int = 0

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(
            self.statements + other.statements,
            self.missing + other.missing,
            self.excluded + other.excluded,
            self.branches + other.branches,
            self.partial_branches + other.partial_branches,
            self.missing_branches + other.missing_branches,
        )

    @property
    def percent_statements(self) -> float:
        """Executed statements, in percent; 100 where there is none."""
        return percent(self.statements - self.missing, self.statements)

    @property
    def percent_branches(self) -> float:
        """Executed branches, in percent; 100 where there is none."""
        return percent(self.branches - self.missing_branches, self.branches)

    @property
    def percent_covered(self) -> float:
        """Statements and branches together, in percent: the figure of the Cover column."""
        total = self.statements + self.branches
        return percent(total - self.missing - self.missing_branches, total)


def percent(part: int, whole: int) -> float:
    """Give `part` of `whole` in percent; 100 of nothing."""
    return 100.0 * part / whole if whole else 100.0


def display_percent(value: float) -> str:
    """Round to a whole number, but to 0 and 100 only what is exactly that."""
    if 0 < value < 1:
        return "1"
    if 99 < value < 100:
        return "99"
    return f"{round(value)}"


def numbers_of(file: FileAnalysis, lines: Collection[int] | None = None) -> Numbers:
    """Count a file, or only what begins on one of `lines`.

    A way to an excluded line is no branch; one that was never taken and need not be counts as covered.
    """

    def here(line: int) -> bool:
        return lines is None or line in lines

    executed = [line for line in file.executed_lines if here(line)]
    missing = {line for line in file.missing_lines if here(line)}
    missing_branches = [arc for arc in file.missing_branches if here(arc[0])]
    excluded = set(file.excluded_lines)
    covered = [arc for arc in file.executed_branches if arc[1] not in excluded] + file.accepted_branches
    return Numbers(
        statements=len(executed) + len(missing),
        missing=len(missing),
        excluded=sum(here(line) for line in file.excluded_lines),
        branches=len(missing_branches) + sum(here(arc[0]) for arc in covered),
        partial_branches=sum(arc[0] not in missing for arc in missing_branches),
        missing_branches=len(missing_branches),
    )
