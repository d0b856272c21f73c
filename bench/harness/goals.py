"""What must be reached, beside what was measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from harness import figures
from harness.results import Results
from harness.tables import number, table

Measure = Callable[[Results], float | None]


def mean_of(tool: str, kind: str = "compute") -> Measure:
    """Give the geometric mean of a tool."""

    def measure(results: Results) -> float | None:
        found = figures.summary(results, tool, kind)
        return found.mean if found else None

    return measure


def worst_of(tool: str, kind: str = "compute") -> Measure:
    """Give the worst program of a tool."""

    def measure(results: Results) -> float | None:
        found = figures.summary(results, tool, kind)
        return found.worst if found else None

    return measure


def startup_of(tool: str) -> Measure:
    """Give the milliseconds of CPU time that start-up takes more than plain Python's."""

    def measure(results: Results) -> float | None:
        more = figures.startup_more(results, tool)
        return None if more is None else 1000 * more

    return measure


@dataclass(frozen=True)
class Goal:
    """What must be reached: `measure` at most the limit, a number or the figure of another tool in the same run."""

    name: str
    measure: Measure
    limit: float | Measure

    def cell(self, results: Results) -> str:
        """Format what was measured, in bold where the goal is missed; beside it a limit that was measured too."""
        limit = self.limit if isinstance(self.limit, float) else self.limit(results)
        value = self.measure(results)
        if value is None or limit is None:
            return "-"
        shown = number(value) if isinstance(self.limit, float) else f"{number(value)} (<= {number(limit)})"
        return shown if value <= limit else f"**{shown}**"


COUNTS, HITS = "blockcov-counts", "blockcov-hits"
GOALS = (
    Goal("counts, geometric mean", mean_of(COUNTS), 1.15),
    Goal("hits, geometric mean", mean_of(HITS), 1.02),
    Goal("counts, worst program", worst_of(COUNTS), 1.35),
    Goal("hits, worst program", worst_of(HITS), 1.05),
    Goal("test suites, counts, worst", worst_of(COUNTS, "suite"), 1.10),
    Goal("test suites, hits, worst", worst_of(HITS, "suite"), 1.10),
    Goal("start-up, counts, ms more", startup_of(COUNTS), 15.0),
    Goal("start-up, hits, ms more", startup_of(HITS), 15.0),
    Goal("hits against SlipCover line", mean_of(HITS), mean_of("slipcover-line")),
    Goal("counts against coverage.py's C tracer branch", mean_of(COUNTS), mean_of("coverage-branch")),
)


def goals(everything: Sequence[Results]) -> str:
    """Format the goals beside what was measured."""
    rows = [
        [
            goal.name,
            f"{goal.limit:g}" if isinstance(goal.limit, float) else "theirs",
            *(goal.cell(results) for results in everything),
        ]
        for goal in GOALS
    ]
    return table(["at most", "goal", *(results.python for results in everything)], rows)
