"""What of the changed lines never ran, and which outcomes on them never came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from blockcov.analysis import Branch, required
from blockcov.changes import Lines
from blockcov.data import FileCoverage
from blockcov.report import markdown
from blockcov.report.excerpt import excerpt, line_excerpt
from blockcov.report.missing import describe, line_ranges, missing_outcomes
from blockcov.report.numbers import Numbers, display_percent, percent
from blockcov.report.output import one_line, printable
from blockcov.report.statements import statements_of


@dataclass(frozen=True)
class Gap:
    """Lines `first` to `last` that never ran, or, with `span`, outcomes of a branch that never came."""

    file: str
    first: int
    last: int
    what: str
    text: str
    """Its source, in one line and cut off where it is long."""
    span: tuple[int, int, int, int] | None = None

    @property
    def place(self) -> str:
        """Give where it is, in the file."""
        if self.span is None:
            return f"{self.first}" if self.first == self.last else f"{self.first}-{self.last}"
        return self.what.partition(" ")[0]

    @property
    def verdict(self) -> str:
        """Give what never happened."""
        return self.what if self.span is None else self.what.partition(" ")[2]


@dataclass(frozen=True)
class Changes:
    """The gaps of all changed files, and how many lines and outcomes were changed."""

    gaps: list[Gap]
    numbers: Numbers
    unmeasured: list[str]
    """Changed modules that no measurement knows."""

    @property
    def percent(self) -> float:
        """Changed lines and outcomes that are covered, in percent; 100 when nothing was changed."""
        n = self.numbers
        return percent(n.statements + n.outcomes - n.missing - n.missing_outcomes, n.statements + n.outcomes)

    def summary(self, since: str) -> str:
        """Give the totals in one line."""
        n = self.numbers
        if not n.statements:
            return f"no measured lines changed since {since}"
        covered, came = n.statements - n.missing, n.outcomes - n.missing_outcomes
        share = display_percent(self.percent)
        return (
            f"changed since {since}: {share}% covered,"
            f" {covered} of {n.statements} lines, {came} of {n.outcomes} outcomes"
        )


def build(files: list[FileCoverage], changed: dict[str, Lines], others: list[str]) -> Changes:
    """Look up the changed lines; `others` are the names of changed files that are not measured."""
    gaps: list[Gap] = []
    total = Numbers()
    for file in files:
        if file.path in changed:
            total += _look_up(file, changed[file.path], gaps)
            file.forget()
    return Changes(gaps, total, others)


def _look_up(file: FileCoverage, lines: Lines, gaps: list[Gap]) -> Numbers:
    """Add the gaps of one file and give its figures."""
    analysis = file.analysis
    firsts = None if lines is None else {analysis.first_line.get(line, line) for line in lines}

    def is_changed(branch: Branch) -> bool:
        return lines is None or any(line in lines for line in range(branch.span[0], branch.span[2] + 1))

    statements = [each for each in statements_of(analysis) if firsts is None or each.line in firsts]
    missing = [each.line for each in statements if not each.count]
    conditions = [each for statement in statements for each in statement.conditions if is_changed(each)]
    wanted = [count for condition in conditions for count in required(condition).values()]
    text = file.text_lines()
    found = [
        (first, -1, Gap(file.name, first, last, "never ran", line_excerpt(text, first)))
        for first, last in line_ranges(analysis.statements, missing)
    ]
    for branch, absent in missing_outcomes(analysis):
        if is_changed(branch):
            line, column, end, _ = branch.span
            gap = Gap(file.name, line, end, describe(branch, absent), excerpt(text, branch.span), branch.span)
            found.append((line, column, gap))
    gaps += [gap for _, _, gap in sorted(found, key=lambda item: item[:2])]
    return Numbers(
        statements=len(statements), missing=len(missing), outcomes=len(wanted), missing_outcomes=wanted.count(0)
    )


def text(changes: Changes, since: str) -> str:
    """Give the gaps, file by file, and the totals."""
    lines: list[str] = []
    width = max((len(gap.place) for gap in changes.gaps), default=0)
    verdict = max((len(gap.verdict) for gap in changes.gaps), default=0)
    for file, gaps in groupby(changes.gaps, key=lambda gap: gap.file):
        lines.append(printable(file))
        for gap in gaps:
            lines.append(f"  {gap.place:{width}}  {gap.verdict:{verdict}}  {printable(gap.text)}".rstrip())
        lines.append("")
    return "\n".join([*lines, changes.summary(since), *_unmeasured(changes)]) + "\n"


def in_markdown(changes: Changes, since: str) -> str:
    """Give the gaps as a table for a comment."""
    body = [
        (1 + 1000 * (gap.span is None), [printable(gap.file), gap.place, gap.verdict, printable(gap.text)])
        for gap in changes.gaps
    ]
    summary = "**" + markdown.escape(changes.summary(since)) + "**"
    if not body:
        return "\n".join([summary, *_unmeasured(changes)]) + "\n"
    return (
        "\n".join([summary, "", markdown.table(("File", "Place", "Gap", "Source"), body), *_unmeasured(changes)]) + "\n"
    )


def for_github(changes: Changes, since: str) -> str:
    """Give commands that make GitHub show each gap at its line of the pull request."""
    return "".join(line + "\n" for line in _commands(changes, since))


def _commands(changes: Changes, since: str) -> Iterator[str]:
    for gap in changes.gaps:
        where = f"file={_property(one_line(gap.file))},line={gap.first},endLine={gap.last}"
        if gap.span is not None and gap.first == gap.last:
            where += f",col={gap.span[1] + 1},endColumn={gap.span[3]}"
        yield f"::warning {where},title=blockcov::{_data(gap.verdict)}: {_data(one_line(gap.text))}"
    yield f"::notice title=blockcov::{_data(changes.summary(since))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _unmeasured(changes: Changes) -> list[str]:
    return [f"changed but not measured: {', '.join(map(printable, changes.unmeasured))}"] if changes.unmeasured else []
