"""Statements and excluded lines, as coverage.py counts them.

A statement is a line that the compiler gives to some instruction, moved to the first line of its (logical) line;
docstrings and excluded lines are none. A line is excluded when it matches a pattern; a clause whose colon line is
excluded goes with all its lines, a function or class when its decorators or signature do.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from types import CodeType

from blockcov.config import EXCLUDE_LINES, PARTIAL_BRANCHES, PARTIAL_BRANCHES_ALWAYS

from .source import LogicalLine, Source

_HINTS = {
    EXCLUDE_LINES[0]: ("pragma", "PRAGMA"),
    EXCLUDE_LINES[1]: ("...",),
    EXCLUDE_LINES[2]: ("TYPE_CHECKING:",),
    PARTIAL_BRANCHES[0]: ("pragma", "PRAGMA"),
    PARTIAL_BRANCHES_ALWAYS[0]: tuple(f"while {truth}:" for truth in ("True", "1", "False", "0")),
    PARTIAL_BRANCHES_ALWAYS[1]: tuple(f"if {truth}:" for truth in ("True", "1", "False", "0")),
}
"""What a text has to contain for a pattern to match: looking for that is much faster."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


_BODIES: dict[type[ast.AST], tuple[str, ...]] = {
    ast.Module: ("body",),
    ast.FunctionDef: ("body",),
    ast.AsyncFunctionDef: ("body",),
    ast.ClassDef: ("body",),
    ast.If: ("body", "orelse"),
    ast.For: ("body", "orelse"),
    ast.AsyncFor: ("body", "orelse"),
    ast.While: ("body", "orelse"),
    ast.With: ("body",),
    ast.AsyncWith: ("body",),
    ast.Try: ("body", "orelse", "handlers", "finalbody"),
    ast.TryStar: ("body", "orelse", "handlers", "finalbody"),
    ast.ExceptHandler: ("body",),
    ast.Match: ("cases",),
    ast.match_case: ("body",),
}


def bodies(node: ast.AST) -> list[ast.AST]:
    """The statements, handlers and cases directly in `node`."""
    names = _BODIES.get(type(node))
    if names is None:
        return []
    if len(names) == 1:
        only: list[ast.AST] = getattr(node, names[0])
        return only
    return [child for name in names for child in getattr(node, name)]


def statement_nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """`tree` and the statements, handlers and cases in it."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(bodies(node))


def is_irrefutable(case: ast.match_case) -> bool:
    """Whether a case without guard has a wildcard or a bare name for its pattern, or for its last alternative."""
    pattern: ast.pattern | None = case.pattern
    if case.guard is not None:
        return False
    while pattern is not None:
        if isinstance(pattern, ast.MatchOr):
            pattern = pattern.patterns[-1]
        elif isinstance(pattern, ast.MatchAs):
            pattern = pattern.pattern
        else:
            return False
    return True


def _code_lines(code: CodeType) -> set[int]:
    lines: set[int] = set()
    todo = [code]
    while todo:
        one = todo.pop()
        lines.update(line for _, _, line in one.co_lines() if line)
        todo.extend(
            constant
            for constant in one.co_consts
            if isinstance(constant, CodeType) and constant.co_name != "__annotate__"
        )
    return lines


class Statements:
    """The statements of one source file."""

    def __init__(self, source: Source, exclude: Sequence[str] = EXCLUDE_LINES) -> None:
        """Find them. Raises SourceError, and re.error for a pattern that is none."""
        self._source = source
        self.nodes = list(statement_nodes(source.tree))
        """The module and all statements, handlers and cases in it."""
        lines = source.logical_lines()
        self.spans = [(line.first, line.last) for line in lines if line.first != line.last]
        """First and last line of each statement, or head of one, on several lines; ascending."""
        self.first: dict[int, int] = {line: first for first, last in self.spans for line in range(first, last + 1)}
        """The first line of each line of a statement on several lines; other lines are not in it."""
        self.excluded = self.matching(exclude)
        if self.excluded:
            self._exclude_suites(lines)
        self.raw: set[int] = _code_lines(source.compile()) if lines else set()
        """Lines of instructions, not moved."""
        self.excluded = self.first_of(self.excluded)
        docstrings = self._docstrings_and_definitions()
        ignored = self.excluded | docstrings
        self.statements = self.first_of(self.raw - ignored) - ignored

    def first_line(self, line: int) -> int:
        """The first line of the statement that `line` is in; a negative line stays negative."""
        if line < 0:
            return -self.first.get(-line, -line)
        return self.first.get(line, line)

    def first_of(self, lines: Iterable[int]) -> set[int]:
        """`first_line` of each."""
        return {self.first_line(line) for line in lines}

    def matching(self, patterns: Sequence[str]) -> set[int]:
        """First lines of the statements in which a line matches one of `patterns`."""
        text = self._source.text
        patterns = [each for each in patterns if each not in _HINTS or any(hint in text for hint in _HINTS[each])]
        if not patterns:
            return set()
        found: set[int] = set()
        for pattern in _joined(patterns):
            found |= self._matching(pattern)
        return found

    def _matching(self, pattern: re.Pattern[str]) -> set[int]:
        text = self._source.text
        found: set[int] = set()
        line, position = 1, 0
        for match in pattern.finditer(text):
            start, end = match.span()
            line += text.count("\n", position, start)
            position = start
            for one in range(line, line + text.count("\n", start, end) + 1):
                found.add(self.first.get(one, one))
        return found

    def _exclude_suites(self, lines: list[LogicalLine]) -> None:
        """Extend the excluded lines over the clauses that begin on one."""
        excluding_from: int | None = None
        for line in lines:
            if excluding_from is not None and line.indent <= excluding_from:
                excluding_from = None
            if excluding_from is not None:
                self.excluded.add(line.first_token_end)
            for colon in line.colons:
                if excluding_from is None and not self.excluded.isdisjoint(range(line.first, colon + 1)):
                    self.excluded.add(colon)
                    excluding_from = line.indent

    def _docstrings_and_definitions(self) -> set[int]:
        """The lines of docstrings; excludes the bodies of excluded definitions and default cases on the way."""
        docstrings: set[int] = set()
        for node in self.nodes:
            if isinstance(node, Definition | ast.Module) and node.body:
                first = node.body[0]
                if _is_string(first):
                    docstrings.update(range(first.lineno, _end(first) + 1))
            if isinstance(node, Definition):
                start = min((decorator.lineno for decorator in node.decorator_list), default=node.lineno)
                if not self.excluded.isdisjoint(range(start, node.lineno + 1)):
                    self.excluded.update(range(start, _end(node) + 1))
            elif isinstance(node, ast.match_case) and is_irrefutable(node):
                body = self.raw & set(range(node.body[0].lineno, _end(node.body[-1]) + 1))
                if body and body <= self.excluded:
                    self.excluded.update(range(node.pattern.lineno, node.pattern.end_lineno + 1))
        return docstrings


@cache
def _joined_once(patterns: tuple[str, ...]) -> list[re.Pattern[str]]:
    """Join patterns into one, as coverage.py does; where that cannot be (flags of their own), they stay apart."""
    try:
        return [re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.MULTILINE)]
    except re.error:
        return [re.compile(pattern, re.MULTILINE) for pattern in patterns]


def _joined(patterns: Sequence[str]) -> list[re.Pattern[str]]:
    return _joined_once(tuple(patterns))


def _is_string(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
        return False
    return isinstance(node.value.value, str)


def _end(node: ast.stmt) -> int:
    return node.lineno if node.end_lineno is None else node.end_lineno
