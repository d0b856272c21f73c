"""Everything that is known of one line: how often it ran, how each operand came out, where it went on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blockcov.contexts import FileContext
from blockcov.data import FileCoverage
from blockcov.report.excerpt import excerpt
from blockcov.report.missing import missing_outcomes
from blockcov.report.output import printable
from blockcov.report.statements import statements_of

MOST_CONTEXTS = 20


def explain(file: FileCoverage, line: int, contexts: Iterable[FileContext] = ()) -> str:
    """Describe a line; `contexts` are those that something of the file ran in.

    Raises IndexError when the file has no such line.
    """
    text = file.text_lines()
    if not 0 < line <= len(text):
        raise IndexError(line)
    lines = [f"{printable(file.name)}:{line}: {printable(text[line - 1].strip())}"]
    lines += ["  " + each for each in _facts(file, line, text)]
    here = [(each.name, each.lines[line]) for each in contexts if line in each.lines]
    if any(name for name, _ in here):
        shown = [
            f"{printable(name) if name else '(no context)'}: {_times(count)}" for name, count in here[:MOST_CONTEXTS]
        ]
        left_out = len(here) - len(shown)
        lines += ["  by " + each for each in shown] + [f"  and by {left_out} more"] * bool(left_out)
    return "\n".join(lines) + "\n"


def _facts(file: FileCoverage, line: int, text: list[str]) -> Iterator[str]:
    analysis = file.analysis
    first = analysis.first_line.get(line, line)
    if first != line:
        yield f"part of the statement that begins on line {first}"
    if first in analysis.excluded_lines or line in analysis.excluded_lines:
        yield "excluded"
    elif first not in analysis.executed_lines and first not in analysis.missing_lines:
        yield "no statement"
    count = analysis.lines.get(line)
    if count is not None:
        yield f"ran {_times(count)}" if count else "never ran"
    if raised := analysis.raises.get(line):
        yield f"left by an exception {_times(raised)}"
    yield from _function(file, line)
    absent = {branch.span: names for branch, names in missing_outcomes(analysis)}
    for branch in analysis.branches:
        if branch.span[0] <= line <= branch.span[2]:
            outcomes = ", ".join(f"{name} {_times(count)}" for name, count in branch.outcomes.items())
            names = absent.get(branch.span)
            verdict = f"  <- never {' or '.join(names)}" if names else ""
            place = f"{branch.span[1]}-{branch.span[3]}"
            yield f"{branch.kind} {place}  {printable(excerpt(text, branch.span))}: {outcomes}{verdict}"
    for statement in statements_of(analysis):
        if statement.line == first:
            ways = [(line, "taken") for line in statement.taken]
            ways += [(line, "never taken, accepted") for line in statement.accepted]
            ways += [(line, "never taken") for line in statement.missing]
            for target, verdict in sorted(ways, key=lambda way: (way[0] < 0, way[0])):
                yield f"-> {target if target > 0 else 'exit'}: {verdict}"


def _function(file: FileCoverage, line: int) -> Iterator[str]:
    """Name the innermost function that the line is in, and how often it was called."""
    around = [region for region in file.regions if region.kind == "function" and line in region.lines]
    for region in around[-1:]:
        for function in file.analysis.functions:
            if function["line"] == region.start:
                yield f"in {region.name} (line {region.start}), called {_times(function['calls'])}"
                return


def _times(count: int) -> str:
    return "once" if count == 1 else "never" if not count else f"{count} times"
