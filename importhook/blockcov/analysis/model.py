"""What goes into the analysis of a file and what comes out of it.

A *span* is ``(line, column, end_line, end_column)``: lines from 1, columns from 0, end exclusive. Inside the
package columns are utf-8 byte offsets, as ``ast`` and code objects have them; in a `Branch` they are characters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypedDict

Span = tuple[int, int, int, int]
Arc = tuple[int, int]
"""Two line numbers: a line event and the next one of the same frame; a negative number is the entry to, or the
exit from, the code object that starts on that line."""


Kind = Literal["condition", "loop", "case", "except"]

OUTCOMES: dict[Kind, tuple[str, str]] = {
    "condition": ("true", "false"),
    "loop": ("next", "done"),
    "case": ("match", "skip"),
    "except": ("caught", "passed"),
}


NO_BRANCH = "pragma: no branch"
"""The reason of outcomes that are excluded because their line accepts all missing branches."""


class Pragma(NamedTuple):
    """One excluded outcome, or with `reached` both."""

    line: int
    """Of the comment."""
    about: int
    """The line that it is about."""
    outcome: str
    selector: str
    """Which of the branches there: its text or its columns; empty for all."""
    reason: str

    def __str__(self) -> str:
        selector = f"[{self.selector}]" if self.selector else ""
        return f"never-{self.outcome}{selector}"


class Remark(NamedTuple):
    """What is wrong with a comment."""

    line: int
    text: str


@dataclass(frozen=True)
class Branch:
    """One place where the program decides, with the exact count of each outcome."""

    kind: Kind
    span: Span
    decision: Span
    outcomes: dict[str, int]
    excluded: bool = False
    """It starts on a line that the user excluded."""
    optional: frozenset[str] = frozenset()
    """Outcomes that may be missing without lowering the percentage: the ``false`` of an assertion."""
    excluded_outcomes: dict[str, str] = field(default_factory=dict)
    """Outcomes that the user excluded, each with the reason."""
    pragmas: tuple[Pragma, ...] = ()
    """The comments that excluded single ones."""

    @property
    def accepted(self) -> bool:
        """Whether its line excludes all of its outcomes."""
        return NO_BRANCH in self.excluded_outcomes.values()


def required(branch: Branch) -> dict[str, int]:
    """Give the outcomes, with their counts, that have to come: not excluded ones, nor the false of an assertion."""
    if branch.excluded:
        return {}
    left_out = {*branch.optional, *branch.excluded_outcomes}
    return {name: count for name, count in branch.outcomes.items() if name not in left_out}


class Function(TypedDict):
    """A code object other than a module, by qualified name; ``calls`` is how often it was entered."""

    name: str
    line: int
    calls: int


@dataclass
class FileAnalysis:
    """Everything a report says about one source file."""

    filename: str
    lines: dict[int, int] = field(default_factory=dict)
    branches: list[Branch] = field(default_factory=list)
    raises: dict[int, int] = field(default_factory=dict)
    functions: list[Function] = field(default_factory=list)
    unmeasured: list[tuple[str, str]] = field(default_factory=list)
    """Qualified name of each code object that was not rewritten, and why."""
    statements: set[int] = field(default_factory=set)
    executed_lines: list[int] = field(default_factory=list)
    missing_lines: list[int] = field(default_factory=list)
    excluded_lines: list[int] = field(default_factory=list)
    executed_branches: list[Arc] = field(default_factory=list)
    missing_branches: list[Arc] = field(default_factory=list)
    accepted_branches: list[Arc] = field(default_factory=list)
    """Never taken, where the user accepts that (`# pragma: no branch`): they count as covered."""
    arcs: list[Arc] = field(default_factory=list)
    """All that were executed, between lines as the code objects have them, ascending."""
    remarks: list[Remark] = field(default_factory=list)
    """What is wrong with the user's pragmas, whatever the counts are; `excluded.contradictions` has the rest."""
    first_line: dict[int, int] = field(default_factory=dict)
