"""What goes into the analysis of a file and what comes out of it.

A *span* is ``(line, column, end_line, end_column)``: lines from 1, columns from 0, end exclusive. Inside the
package columns are utf-8 byte offsets, as ``ast`` and code objects have them; in a `Branch` they are characters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypedDict

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
    """Never taken, on lines where the user accepts that (`# pragma: no branch`): they count as covered."""
    arcs: list[Arc] = field(default_factory=list)
    """All that were executed, between lines as the code objects have them, ascending."""
    first_line: dict[int, int] = field(default_factory=dict)
