"""The lines of a file page: number, count, coloured source with every operand marked, and what is to say behind it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from blockcov.analysis import FileAnalysis
from blockcov.report.html.colours import Coloured
from blockcov.report.html.contexts import LineContexts
from blockcov.report.html.findings import Finding, find
from blockcov.report.html.markup import Html, escape, grouped, plural
from blockcov.report.html.operands import marked_lines

_BLOCK = 50
"""Lines that the browser lays out together, when they come into view."""
_HEAT = 6
"""Steps of the heat strip; each is the same factor hotter than the one before."""
_NAMES = 50
"""Contexts of a line that are named."""
_LONG = 10**9
"""Counts from here on are shortened, and whole in their title."""


class Listing:
    """Renders the source of one file.

    `calls` says how often the function that is defined on a line was called. `exact` counts say how often, others only
    whether. `changed` are the lines that are not as they were in the revision that was asked for.
    """

    def __init__(
        self,
        file: FileAnalysis,
        text_lines: list[str],
        calls: Mapping[int, int],
        exact: bool,
        changed: Collection[int],
        contexts: LineContexts,
    ) -> None:
        self.contexts = contexts
        self.file = file
        self.calls = calls
        self.exact = exact
        self.changed = changed
        self.lines = [line.rstrip("\n") for line in text_lines]
        self.excluded = set(file.excluded_lines)
        self.missing = _never_ran(file)
        self.hottest = math.log(max([1, *file.lines.values()]) + 1)
        self.findings: dict[int, list[Finding]] = {}
        for finding in find(file, self.lines, exact):
            self.findings.setdefault(finding.line, []).append(finding)

    def render(self) -> Html:
        """Give the whole listing."""
        coloured = Coloured("\n".join(self.lines))
        markup = coloured.lines()
        for number, line in marked_lines(coloured, self.lines, self.file.branches, self.exact):
            markup[number - 1] = line
        parts: list[str] = []
        for first in range(0, len(self.lines), _BLOCK):
            parts.append("<div class=b>\n")
            for number, line in enumerate(markup[first : first + _BLOCK], start=first + 1):
                parts.append(self._line(number, line))
            parts.append("</div>\n")
        return Html("".join(parts))

    def _line(self, number: int, markup: str) -> str:
        count = self.file.lines.get(number)
        words = self._words(number, count)
        attributes = f"id=L{number}"
        if words:
            attributes += f' class="{" ".join(words)}"' if len(words) > 1 else f" class={words[0]}"
        code = f"<code>{markup}</code>"
        if tail := self._tail(number):
            code = f"<div>{code}{tail}</div>"
        return (
            f'<div {attributes}><a href="#L{number}" tabindex=-1>{number}</a>{self._count(number, count)}{code}</div>\n'
        )

    def _words(self, number: int, count: int | None) -> list[str]:
        """Give the classes: x excluded, m missing, p partial, r ran, z did not in a statement that did; d changed."""
        words = []
        if number in self.excluded:
            words.append("x")
        elif number in self.missing:
            words.append("m")
        elif number in self.findings:
            words.append("p")
        elif count is not None:
            words.append("r" if count else "z")
        if number in self.changed:
            words.append("d")
        return words

    def _count(self, number: int, count: int | None) -> str:
        if count is None:
            return "<span class=c></span>"
        if not count:
            return "<span class=c>0</span>"
        heat = max(1, math.ceil(_HEAT * math.log(count + 1) / self.hottest))
        shown = grouped(count) if self.exact else "✓"
        if count >= _LONG:
            return f'<span class="c h{heat}" title="{shown}">{count:.2e}</span>'
        return f'<span class="c h{heat}">{shown}</span>'

    def _tail(self, number: int) -> str:
        """Give what stands behind the source: calls, raises, and the findings."""
        tail = ""
        if (calls := self.calls.get(number)) is not None:
            text = (f"called {grouped(calls)}×" if self.exact else "called") if calls else "never called"
            tail += f" <span class=t>{text}</span>"
        if raised := self.file.raises.get(number):
            text = f"raised {grouped(raised)}×" if self.exact else "raised"
            tail += f' <span class="t e">{text}</span>'
        if findings := self.findings.get(number):
            labels = list(dict.fromkeys(finding.label for finding in findings))
            summary = ", ".join(labels[:2]) + (f", {len(labels) - 2} more" if len(labels) > 2 else "")
            reasons = "".join(f"<p>{finding.reason}</p>" for finding in findings)
            tail += f" <details><summary>{escape(summary)}</summary>{reasons}</details>"
        if names := self.contexts.get(number):
            shown = ", ".join(names[:_NAMES]) + (f" and {len(names) - _NAMES} more" if len(names) > _NAMES else "")
            summary = plural(len(names), "context")
            tail += f" <details class=contexts><summary>{summary}</summary><p>{escape(shown)}</p></details>"
        return tail


def _never_ran(file: FileAnalysis) -> set[int]:
    """Give all lines of statements that never ran, those that continue them too."""
    missing = set(file.missing_lines)
    return missing | {line for line, first in file.first_line.items() if first in missing}
