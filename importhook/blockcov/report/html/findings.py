"""What a page says of each operand: its state, its counts, and in one sentence what no test has tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from blockcov.analysis import OUTCOMES, Branch, FileAnalysis, required
from blockcov.report.html.markup import Html, escape, grouped, plural
from blockcov.report.missing import missing_outcomes, untold_arcs

State = Literal["ok", "g1", "g2", "g0", "ex"]
"""Both outcomes came (or may be missing); the first never, the second never, neither; excluded by the user."""


@dataclass(frozen=True)
class Finding:
    """A gap: `label` is what stands behind the line ("never false"), `reason` the sentence on demand."""

    line: int
    label: str
    reason: Html


def state(branch: Branch) -> State:
    """Give the state of an operand."""
    if branch.excluded or branch.accepted:
        return "ex"
    wanted = required(branch)
    first, second = (branch.outcomes[name] or name not in wanted for name in OUTCOMES[branch.kind])
    if first and second:
        return "ok" if any(branch.outcomes.values()) or not wanted else "g0"
    if not any(branch.outcomes.values()):
        return "g0"
    return "g1" if second else "g2"


def counts(branch: Branch, exact: bool) -> str:
    """Give the counts in words: `true 16, false never`; without `exact` they say only whether."""
    if not any(branch.outcomes.values()) and not branch.excluded_outcomes:
        return "never evaluated" if branch.kind == "condition" else "never reached"
    words = []
    for name, count in branch.outcomes.items():
        word = f"{name} {(grouped(count) if exact else 'yes') if count else 'never'}"
        if name in branch.excluded_outcomes:
            word += f" (excluded: {branch.excluded_outcomes[name]})"
        elif name in branch.optional and not count:
            word += " (an assertion may do without)"
        words.append(word)
    return ", ".join(words)


def find(file: FileAnalysis, lines: list[str], exact: bool) -> list[Finding]:
    """Find all gaps on lines that ran, in source order. `lines` is the source, element 0 is line 1."""
    found: list[tuple[int, int, Finding]] = []
    for branch, absent in missing_outcomes(file):
        line, column = branch.span[:2]
        label = "never " + " or ".join(absent)
        if not any(branch.outcomes.values()):
            label = counts(branch, exact)
        found.append((line, column, Finding(line, label, _reason(branch, _excerpt(branch, lines), exact))))
    for line, target in untold_arcs(file):
        where = f"line {target}" if target > 0 else "the end of what it is in"
        text = f"Line {line} ran, but never went on to {where}."
        label = f"never to {target}" if target > 0 else "never to exit"
        found.append((line, -1, Finding(line, label, escape(text))))
    return [finding for _, _, finding in sorted(found, key=lambda item: item[:2])]


_EXCERPT = 60


def _excerpt(branch: Branch, lines: list[str]) -> Html:
    """Give the operand's text on one line, shortened."""
    line, column, end_line, end_column = branch.span
    if not 0 < line <= end_line <= len(lines):
        return Html("it")
    if line == end_line:
        text = lines[line - 1][column:end_column]
    else:
        middle = [text.strip() for text in lines[line : end_line - 1]]
        text = " ".join([lines[line - 1][column:].strip(), *middle, lines[end_line - 1][:end_column].strip()])
    if len(text) > _EXCERPT:
        text = text[: _EXCERPT - 1].rstrip() + "…"
    return Html(f"<code>{escape(text)}</code>")


def _reason(branch: Branch, operand: Html, exact: bool) -> Html:
    """Say in a sentence why the operand is partial."""
    first, second = branch.outcomes.values()
    times = first or second
    if branch.kind == "condition":
        if not times:
            before = branch.decision[:2] < branch.span[:2]
            cause = "what stands before it decided every time" if before else "an exception or a jump came before it"
            return Html(f"{operand} was never evaluated: {cause}.")
        value, other = ("false", "true") if second else ("true", "false")
        tested = "whenever it was tested"
        if exact:
            tested = "the one time it was tested" if times == 1 else f"all {grouped(times)} times it was tested"
        return Html(f"{operand} was {value} {tested}; nothing made it {other}.")
    if branch.kind == "loop":
        if not times:
            return Html(f"The loop over {operand} was never begun.")
        if second:
            each = ("the one time" if times == 1 else f"all {grouped(times)} times") if exact else "each time"
            return Html(f"{operand} had no items {each}: the body never ran.")
        items = f" after {plural(times, 'item')} in all" if exact else ""
        return Html(f"The loop over {operand} never came to its end: something left it early{items}.")
    if branch.kind == "case":
        if not times:
            return Html(f"No subject came to {operand}.")
        subjects = (
            f"{'the one subject' if times == 1 else f'all {grouped(times)} subjects'}" if exact else "every subject"
        )
        if second:
            return Html(f"{operand} did not match: {subjects} went on to the next case.")
        return Html(f"{operand} matched {subjects} that came to it; none went on.")
    if not times:
        return Html(f"No exception came to {operand}.")
    exceptions = (
        ("the one exception" if times == 1 else f"all {grouped(times)} exceptions") if exact else "every exception"
    )
    if second:
        return Html(f"{operand} caught nothing: {exceptions} passed by.")
    return Html(f"{operand} caught {exceptions} that came to it; none passed by.")
