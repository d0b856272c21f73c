"""Excluded outcomes: which branch a pragma means, and which ways from line to line it leaves impossible."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .model import NO_BRANCH, OUTCOMES, Arc, Branch, Pragma, Remark, Span
from .pragmas import REACHED, find_pragmas
from .source import Source
from .spans import CharacterColumns, span_of
from .statements import Statements


def exclude_outcomes(
    source: Source, statements: Statements, accepted: set[int], branches: Sequence[Branch], complete: bool
) -> tuple[list[Branch], list[Remark]]:
    """Give the branches with their excluded outcomes. `accepted` are the lines whose missing branches are accepted.

    Unless `complete`, the file has branches that are not known, so that a pragma may be about one of those.
    """
    found = [
        replace(branch, excluded_outcomes=dict.fromkeys(branch.outcomes, NO_BRANCH))
        if statements.first_line(branch.span[0]) in accepted
        else branch
        for branch in branches
    ]
    pragmas, remarks = find_pragmas(source)
    for pragma in pragmas:
        indices = [index for index, branch in enumerate(found) if _is_meant(pragma, branch, source, statements)]
        for index in indices:
            found[index] = with_pragma(found[index], pragma)
        if complete and not indices:
            remarks.append(Remark(pragma.line, f"{pragma} excludes nothing: {_why_not(pragma, found, statements)}"))
    return found, remarks


def with_pragma(branch: Branch, pragma: Pragma) -> Branch:
    """Give the branch with what the pragma excludes of it."""
    names = branch.outcomes if pragma.outcome == REACHED else (pragma.outcome,)
    reasons = {**branch.excluded_outcomes, **dict.fromkeys(names, pragma.reason)}
    return replace(branch, excluded_outcomes=reasons, pragmas=(*branch.pragmas, pragma))


def contradictions(branches: Sequence[Branch]) -> list[Remark]:
    """Give the pragmas that the counts contradict."""
    remarks: list[Remark] = []
    for branch in branches:
        for pragma in branch.pragmas:
            if pragma.outcome == REACHED:
                what = "was reached" if any(branch.outcomes.values()) else ""
            else:
                what = _came(branch, pragma.outcome)
            if what:
                remarks.append(Remark(pragma.line, f"{pragma}: {_place(branch)} {what}"))
    return remarks


_CAME = {
    "true": "came out true",
    "false": "came out false",
    "next": "had an item",
    "done": "was done",
    "match": "matched",
    "skip": "was skipped",
    "caught": "caught an exception",
    "passed": "let an exception pass",
}


def _came(branch: Branch, outcome: str) -> str:
    """Say how often an outcome came; empty when it did not."""
    count = branch.outcomes[outcome]
    if count > 1:
        return f"{_CAME[outcome]} {count} times"
    return _CAME[outcome] if count else ""


def _place(branch: Branch) -> str:
    line, column, end_line, end_column = branch.span
    return f"{line}:{column}-" + (f"{end_column}" if line == end_line else f"{end_line}:{end_column}")


def _is_meant(pragma: Pragma, branch: Branch, source: Source, statements: Statements) -> bool:
    """Is it this branch? One that begins or ends on the line; by its text, any in the same logical line."""
    if pragma.outcome not in (*branch.outcomes, REACHED) or branch.excluded:
        return False
    line, column, end_line, end_column = branch.span
    here = pragma.about in (line, end_line)
    if not pragma.selector:
        return here
    first, dash, last = pragma.selector.partition("-")
    if first.strip().isdigit() and (not dash or last.strip().isdigit()):
        return here and column == int(first) and (not dash or end_column == int(last))
    if statements.first_line(line) != statements.first_line(pragma.about):
        return False
    return _without_blanks(_text(source, branch.span)) == _without_blanks(pragma.selector)


def _text(source: Source, span: Span) -> str:
    line, column, end_line, end_column = span
    lines = source.lines[line - 1 : end_line]
    lines[-1] = lines[-1][:end_column]
    lines[0] = lines[0][column:]
    return "\n".join(lines)


def _without_blanks(text: str) -> str:
    return "".join(text.split())


def _why_not(pragma: Pragma, branches: Sequence[Branch], statements: Statements) -> str:
    """Say what there is instead of a branch that the pragma means."""
    if statements.first_line(pragma.about) in statements.excluded:
        return f"line {pragma.about} is excluded as a whole"
    here = [branch for branch in branches if pragma.about in (branch.span[0], branch.span[2])]
    if not here:
        return f"there is no branch on line {pragma.about}"
    if pragma.selector and any(pragma.outcome in (*branch.outcomes, REACHED) for branch in here):
        return f"the branches of line {pragma.about} are {', '.join(map(_place, here))}"
    kinds = sorted({branch.kind for branch in here})
    outcomes = [" and ".join(OUTCOMES[kind]) for kind in kinds]
    return f"the outcomes on line {pragma.about} are {', '.join(outcomes)}"


# -- line-to-line branches -----------------------------------------------------------------------------------------


def accepted_arcs(
    statements: Statements, branches: Sequence[Branch], columns: CharacterColumns, arcs: set[Arc]
) -> set[Arc]:
    """Give those of `arcs` that cannot be taken without an excluded outcome."""
    excluded = {branch.span: branch.excluded_outcomes for branch in branches if branch.pragmas}
    if not excluded:
        return set()
    found: set[Arc] = set()
    leaving: dict[int, list[Arc]] = {}
    for arc in arcs:
        leaving.setdefault(arc[0], []).append(arc)
    for node in statements.nodes:
        for start, body, (enters, passes) in _decisions(node, excluded, columns):
            inside = range(statements.first_line(body[0].lineno), (body[-1].end_lineno or body[-1].lineno) + 1)
            for arc in leaving.get(statements.first_line(start), ()):
                if not (enters if arc[1] in inside else passes):
                    found.add(arc)
    return found


_Ways = tuple[bool, bool]
"""Can a decision go into the body; can it pass the body by?"""


def _decisions(
    node: ast.AST, excluded: dict[Span, dict[str, str]], columns: CharacterColumns
) -> Iterator[tuple[int, list[ast.stmt], _Ways]]:
    """Give line, body and ways of each decision of a statement that has a body."""

    def left(part: ast.AST, hit: str, other: str) -> _Ways:
        gone = excluded.get(columns.span(span_of(part)), {})
        return hit not in gone, other not in gone

    def truth(test: ast.expr) -> _Ways:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            true, false = truth(test.operand)
            return false, true
        if isinstance(test, ast.BoolOp):
            ways = [truth(value) for value in test.values]
            if isinstance(test.op, ast.Or):
                false, true = _all_of([(false, true) for true, false in ways])
                return true, false
            return _all_of(ways)
        if isinstance(test, ast.Compare) and len(test.ops) > 1:
            return _all_of([left(link, *OUTCOMES["condition"]) for link in _links(test)])
        return left(test, *OUTCOMES["condition"])

    if isinstance(node, ast.If | ast.While):
        yield node.test.lineno, node.body, truth(node.test)
    elif isinstance(node, ast.For | ast.AsyncFor):
        yield node.iter.lineno, node.body, left(node.iter, *OUTCOMES["loop"])
    elif isinstance(node, ast.ExceptHandler) and node.type is not None:
        yield node.lineno, node.body, left(node.type, *OUTCOMES["except"])
    elif isinstance(node, ast.match_case):
        matches, skips = left(node.pattern, *OUTCOMES["case"])
        if node.guard is not None:
            matches, skips = _all_of([(matches, skips), truth(node.guard)])
        yield node.pattern.lineno, node.body, (matches, skips)


def _all_of(ways: list[_Ways]) -> _Ways:
    """Combine the operands of an `and`: true if all are, false if one is that is reached."""
    can_be_false = False
    for true, false in ways:
        can_be_false = can_be_false or false
        if not true:
            return False, can_be_false
    return True, can_be_false


def _links(test: ast.Compare) -> Iterator[ast.Compare]:
    """Give the comparisons of a chain."""
    operands = [test.left, *test.comparators]
    for left, op, right in zip(operands, test.ops, operands[1:], strict=False):
        link = ast.Compare(left, [op], [right])
        link.lineno, link.col_offset = left.lineno, left.col_offset
        link.end_lineno, link.end_col_offset = right.end_lineno, right.end_col_offset
        yield link
