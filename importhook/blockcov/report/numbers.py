"""The figures of a file or of a whole report, with coverage.py's definitions and rounding."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from blockcov.analysis import FileAnalysis, required


@dataclass(frozen=True)
class Numbers:
    """Counts of statements, of line-to-line branches and of outcomes that have to come; they add up over files.

    `precision` is how many digits behind the decimal point a percentage is shown with.
    """

    statements: int = 0
    missing: int = 0
    excluded: int = 0
    branches: int = 0
    partial_branches: int = 0
    missing_branches: int = 0
    outcomes: int = 0
    missing_outcomes: int = 0
    precision: int = 0

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(
            self.statements + other.statements,
            self.missing + other.missing,
            self.excluded + other.excluded,
            self.branches + other.branches,
            self.partial_branches + other.partial_branches,
            self.missing_branches + other.missing_branches,
            self.outcomes + other.outcomes,
            self.missing_outcomes + other.missing_outcomes,
            self.precision,
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
    def percent_outcomes(self) -> float:
        """Outcomes that came, in percent; 100 where there is none."""
        return percent(self.outcomes - self.missing_outcomes, self.outcomes)

    @property
    def percent_covered(self) -> float:
        """Statements and branches together, in percent: the figure of the Cover column."""
        total = self.statements + self.branches
        return percent(total - self.missing - self.missing_branches, total)


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Give a key that sorts names with the numbers in them as numbers: `m9`, `m10`."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name)]


def percent(part: int, whole: int) -> float:
    """Give `part` of `whole` in percent; 100 of nothing."""
    return 100.0 * part / whole if whole else 100.0


def display_percent(value: float, precision: int = 0) -> str:
    """Round to `precision` digits behind the point, but to 0 and 100 only what is exactly that."""
    least = 10**-precision
    if 0 < value < least:
        value = least
    elif 100 - least < value < 100:
        value = 100 - least
    return f"{round(value, precision):.{precision}f}"


def falls_under(percent: float, limit: float, precision: int) -> str:
    """Say that a percentage is less than `limit`; empty when it is not.

    As with coverage.py it is rounded to `precision` digits, or to those of the limit if that has more, but nothing is
    rounded to 100.
    """
    digits = max(precision, len(f"{limit:.10f}".rstrip("0").partition(".")[2]))
    if percent >= limit if limit == 100 else round(percent, digits) >= limit:
        return ""
    return f"total of {display_percent(percent, digits)} is less than --fail-under {limit:.{digits}f}"


def numbers_of(file: FileAnalysis, lines: Collection[int] | None = None, precision: int = 0) -> Numbers:
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
    wanted = [count for branch in file.branches if here(branch.span[0]) for count in required(branch).values()]
    return Numbers(
        statements=len(executed) + len(missing),
        missing=len(missing),
        excluded=sum(here(line) for line in file.excluded_lines),
        branches=len(missing_branches) + sum(here(arc[0]) for arc in covered),
        partial_branches=sum(arc[0] not in missing for arc in missing_branches),
        missing_branches=len(missing_branches),
        outcomes=len(wanted),
        missing_outcomes=wanted.count(0),
        precision=precision,
    )
