"""The totals of earlier reports in the same directory, and their picture."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import Any

from blockcov.report.html.markup import Html, escape
from blockcov.report.numbers import Numbers, display_percent

KEPT = 50
"""So many runs are kept; the oldest go first."""


@dataclass(frozen=True)
class Run:
    """The totals of one report; `when` is when its measurements were made, as `2026-01-31 15:04` in UTC."""

    when: str
    numbers: Numbers

    def as_json(self) -> list[Any]:
        """Give it for the manifest."""
        return [self.when, list(astuple(self.numbers))]

    @classmethod
    def from_json(cls, value: Any) -> Run:
        """Read what as_json() gave. Raises TypeError or ValueError for anything else."""
        when, numbers = value
        return cls(str(when), Numbers(*map(int, numbers)))


def extended(runs: list[Run], run: Run) -> list[Run]:
    """Add a run; one of the same measurements takes the place of the last one."""
    if runs and runs[-1].when == run.when:
        runs = runs[:-1]
    return [*runs, run][-KEPT:]


_WIDTH, _HEIGHT = 160, 28
_HEADS = "".join(f"<th scope=col>{name}</th>" for name in ("Measured (UTC)", "Cover", "Lines", "Branches", "Outcomes"))


def picture(runs: list[Run]) -> Html:
    """Give the runs as a line, with a table of them on demand; nothing for a single one."""
    if len(runs) < 2:
        return Html("")
    values = [run.numbers.percent_covered for run in runs]
    low, high = min(values), max(values)
    room = max(high - low, 1.0)
    step = _WIDTH / (len(values) - 1)
    points = [(index * step, _HEIGHT - (value - low) / room * _HEIGHT) for index, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    change = values[-1] - values[-2]
    said = f"{change:+.1f}" if round(change, 1) else "±0"
    rows = "".join(f"<tr><th scope=row>{escape(run.when)}</th>{_cells(run.numbers)}</tr>\n" for run in reversed(runs))
    last_x, last_y = points[-1]
    return Html(
        f'<details class=history><summary><svg viewBox="-3 -3 {_WIDTH + 6} {_HEIGHT + 6}" aria-hidden=true>'
        f'<polyline points="{line}" /><circle cx={last_x:.1f} cy={last_y:.1f} r=2.5 /></svg>'
        f"<span>{said}<span class=hidden> since the run before</span></span></summary>\n"
        f"<table><caption>The last {len(runs)} runs</caption><thead><tr>{_HEADS}</tr></thead>\n"
        f"<tbody>\n{rows}</tbody></table></details>\n"
    )


def _cells(n: Numbers) -> str:
    percents = (n.percent_covered, n.percent_statements, n.percent_branches, n.percent_outcomes)
    return "".join(f"<td>{display_percent(percent, n.precision)}%</td>" for percent in percents)
