"""From a source file and its resolved code objects to everything that a report says about it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .excluded import accepted_arcs, exclude_outcomes
from .exclusion import DEFAULT_EXCLUSION, Exclusion
from .join import Joined, Joiner
from .line_arcs import executed_arcs
from .line_branches import LineBranches
from .model import OUTCOMES, Arc, Branch, FileAnalysis, Function, Remark
from .source import Source, deep_recursion
from .spans import CharacterColumns
from .statements import Statements, bodies
from .tested import Counted, enumerate_tests

if TYPE_CHECKING:
    from blockcov._blockcov import Code


def analyse(
    filename: str,
    source: bytes,
    codes: Sequence[Code],
    exclusion: Exclusion = DEFAULT_EXCLUSION,
) -> FileAnalysis:
    """Analyse one file.

    `codes` are the code objects of all units of the file, one unit after the other; none for a file that never
    ran. With their instructions and edges (`read(..., detail=True)`) they give the line-to-line branches too,
    without them no such branch counts as executed. `exclusion` is what the user leaves out. Raises SourceError when
    `source` is not Python.
    """
    parts = take_apart(filename, source, codes, exclusion)
    statements = parts.statements
    result = FileAnalysis(filename, statements=statements.statements, first_line=statements.first)
    _add_lines(result, statements, codes)
    arcs = executed_arcs(codes)
    result.arcs = sorted(arcs)
    _add_line_branches(result, parts, arcs)
    result.branches = parts.branches
    result.remarks = parts.remarks
    result.functions = parts.functions
    result.unmeasured = unmeasured(codes)
    return result


@dataclass
class Parts:
    """What a file is made of. The counts in `branches` and `functions` are those of the code objects."""

    source: Source
    statements: Statements
    possible: LineBranches
    branches: list[Branch]
    functions: list[Function]
    remarks: list[Remark]
    """What is wrong with the user's pragmas, whatever the counts are."""
    accepted: set[Arc]
    """Those of the possible arcs that do not count as missing."""


def take_apart(filename: str, source: bytes, codes: Sequence[Code], exclusion: Exclusion) -> Parts:
    """Find statements, arcs, branches and functions of a file. Raises SourceError."""
    with deep_recursion():
        text = Source(filename, source, ran=bool(codes))
        statements = Statements(text, exclusion.lines)
        possible = LineBranches(statements)
        joined = Joiner(enumerate_tests(text.tree)).run(codes)
        columns = CharacterColumns(text.lines)
        lines = statements.matching(exclusion.partial)
        complete = bool(codes) and all(code["refused"] is None for code in codes)
        found = _branches(joined, columns, statements)
        branches, remarks = exclude_outcomes(text, statements, lines, found, complete)
        accepted = {arc for arc in possible.arcs if arc[0] in lines}
        accepted |= accepted_arcs(statements, branches, columns, possible.arcs)
    return Parts(text, statements, possible, branches, _functions(text.tree, codes), remarks, accepted)


def unmeasured(codes: Sequence[Code]) -> list[tuple[str, str]]:
    """Give the qualified name of each code object that was not rewritten, and why."""
    return [(code["qualname"], code["refused"]) for code in codes if code["refused"] is not None]


def _add_lines(result: FileAnalysis, statements: Statements, codes: Sequence[Code]) -> None:
    lines, raises = result.lines, result.raises
    for line in statements.raw:
        lines[line] = 0
    for code in codes:
        for line, count in code["lines"].items():
            if line > 0:
                lines[line] = lines.get(line, 0) + count
        for line, count in code["raises"].items():
            raises[line] = raises.get(line, 0) + count
    executed = statements.first_of(line for line, count in lines.items() if count) & statements.statements
    result.lines = dict(sorted(lines.items()))
    result.raises = dict(sorted((line, count) for line, count in raises.items() if count and line > 0))
    result.executed_lines = sorted(executed)
    result.missing_lines = sorted(statements.statements - executed)
    result.excluded_lines = sorted(statements.excluded)


def _add_line_branches(result: FileAnalysis, parts: Parts, executed: set[Arc]) -> None:
    possible = parts.possible
    goals: dict[int, set[int]] = {}
    for start, end in possible.arcs:
        goals.setdefault(start, set()).add(end)
    taken: set[Arc] = set()
    for start, end in possible.fix(executed):
        if start != end:
            taken.add((start, end))
        elif len(goals.get(start, ())) == 1:
            taken.add((start, next(iter(goals[start]))))
    taken = possible.fix(taken)
    several = possible.branching_lines()
    result.executed_branches = sorted(arc for arc in taken & possible.arcs if arc[0] in several)
    never = {arc for arc in possible.arcs - taken if arc[0] in several and arc[1] not in parts.statements.excluded}
    result.missing_branches = sorted(never - parts.accepted)
    result.accepted_branches = sorted(never & parts.accepted)


def _branches(joined: Joined, columns: CharacterColumns, statements: Statements) -> list[Branch]:
    branches = [_branch(counted, columns, statements) for counted in joined.program.counted if counted.sites]
    branches.sort(key=lambda branch: (branch.span[:2], branch.span[2:], branch.kind))
    return branches


def _branch(counted: Counted, columns: CharacterColumns, statements: Statements) -> Branch:
    hit, other = OUTCOMES[counted.kind]
    return Branch(
        counted.kind,
        columns.span(counted.span),
        columns.span(counted.decision),
        {hit: counted.hit, other: counted.other},
        statements.first_line(counted.span[0]) in statements.excluded or counted.span[0] in statements.excluded,
        frozenset({other}) if counted.optional else frozenset(),
    )


def _functions(tree: ast.Module, codes: Sequence[Code]) -> list[Function]:
    """Every function and lambda; the calls of several units add up."""
    calls: dict[tuple[int, str], int] = {}
    lambdas: dict[tuple[int, str], int] = {}
    for code in codes:
        key = (code["first_line"], code["name"])
        calls[key] = calls.get(key, 0) + code["calls"]
        if code["name"] == "<lambda>":
            key = (code["first_line"], code["qualname"])
            lambdas[key] = lambdas.get(key, 0) + code["calls"]
    functions: list[Function] = [
        {"name": name, "line": line, "calls": count} for (line, name), count in lambdas.items()
    ]
    todo: list[tuple[ast.AST, str]] = [(tree, "")]
    while todo:
        node, prefix = todo.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            count = calls.get((first, node.name), 0)
            functions.append({"name": prefix + node.name, "line": node.lineno, "calls": count})
            prefix += f"{node.name}.<locals>."
        elif isinstance(node, ast.ClassDef):
            prefix += f"{node.name}."
        todo.extend((child, prefix) for child in bodies(node))
    return sorted(functions, key=lambda function: (function["line"], function["name"]))
