"""Functions and classes as sets of lines, with coverage.py's meaning of what belongs to which."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from blockcov.analysis.source import deep_recursion


@dataclass
class Region:
    """A function (its body's lines, without nested functions) or a class (the lines of its methods)."""

    kind: str
    name: str
    start: int
    lines: set[int] = field(default_factory=set)


def find_regions(tree: ast.Module) -> list[Region]:
    """Find all functions and classes, outer ones first."""
    regions: list[Region] = []
    with deep_recursion():
        _visit(tree, [], regions)
    return regions


def _visit(node: ast.AST, outer: list[Region], regions: list[Region]) -> None:
    """Visit the statements in `node`; `outer` are the regions around it, outermost first."""
    for statement in _statements(node):
        if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            _visit(statement, outer, regions)
            continue
        name = f"{outer[-1].name}.{statement.name}" if outer else statement.name
        if isinstance(statement, ast.ClassDef):
            region = Region("class", name, statement.lineno)
            regions.append(region)
            _visit(statement, [*outer, region], regions)
            for around in outer:
                if around.kind == "class":
                    around.lines -= region.lines
            continue
        last = statement.body[-1].end_lineno or statement.body[-1].lineno
        lines = set(range(statement.body[0].lineno, last + 1))
        if outer and outer[-1].kind == "class":
            outer[-1].lines |= lines
        for around in reversed(outer):
            if around.kind == "function":
                around.lines -= lines
                break
        region = Region("function", name, statement.lineno, lines)
        regions.append(region)
        _visit(statement, [*outer, region], regions)


def _statements(node: ast.AST) -> list[ast.AST]:
    """Give the statements, handlers and cases directly inside `node`."""
    found: list[ast.AST] = []
    for name in ("body", "orelse", "finalbody", "handlers", "cases"):
        value = getattr(node, name, None)
        if isinstance(value, list):
            found += value
    return found
