"""The lines of a file page: number, count, coloured source with every operand marked, and what is to say behind it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from blockcov.analysis import FileAnalysis
from blockcov.report.html.colours import coloured_lines
from blockcov.report.html.contexts import LineContexts
from blockcov.report.html.findings import Finding, find
from blockcov.report.html.markup import Html, escape, grouped, plural
from blockcov.report.html.operands import operand_marks

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
        marks = operand_marks(self.lines, self.file.branches, self.exact)
        markup = coloured_lines("\n".join(self.lines), marks)
        counts, cells = self.file.lines, {None: "<span class=c></span>", 0: "<span class=c>0</span>"}
        attributes = self._attributes()
        tails = {line: tail for line in self._with_tail() if (tail := self._tail(line))}
        parts: list[str] = []
        for number, line in enumerate(markup, start=1):
            if number % _BLOCK == 1:
                parts.append("<div class=b>\n" if number == 1 else "</div>\n<div class=b>\n")
            count = counts.get(number)
            if (cell := cells.get(count)) is None:
                assert count is not None
                cell = cells[count] = self._cell(count)
            code = f"<code>{line}</code>"
            if number in tails:
                code = f"<div>{code}{tails[number]}</div>"
            parts.append(
                f'<div id=L{number}{attributes.get(number, "")}><a href="#L{number}" tabindex=-1>{number}</a>'
                f"{cell}{code}</div>\n"
            )
        parts.append("</div>\n")
        return Html("".join(parts) if self.lines else "")

    def _attributes(self) -> dict[int, str]:
        """Give classes: x excluded, m missing, p partial, r ran, z did not in a statement that did; d changed."""
        words = {line: "r" if count else "z" for line, count in self.file.lines.items()}
        for word, lines in (("p", self.findings), ("m", self.missing), ("x", self.excluded)):
            words.update(dict.fromkeys(lines, word))
        found = {line: f" class={word}" for line, word in words.items()}
        for line in self.changed:
            found[line] = f' class="{words[line]} d"' if line in words else " class=d"
        return found

    def _cell(self, count: int) -> str:
        heat = max(1, math.ceil(_HEAT * math.log(count + 1) / self.hottest))
        shown = grouped(count) if self.exact else "✓"
        if count >= _LONG:
            return f'<span class="c h{heat}" title="{shown}">{count:.2e}</span>'
        return f'<span class="c h{heat}">{shown}</span>'

    def _with_tail(self) -> set[int]:
        return {*self.calls, *self.file.raises, *self.findings, *self.contexts}

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
