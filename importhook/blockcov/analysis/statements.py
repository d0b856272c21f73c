"""Statements and excluded lines, as coverage.py counts them.

A statement is a line that the compiler gives to some instruction, moved to the first line of its (logical) line;
docstrings and excluded lines are none. A line is excluded when it matches a pattern; a clause whose colon line is
excluded goes with all its lines, a function or class when its decorators or signature do.
"""

from __future__ import annotations

import ast
import re
import token
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from types import CodeType

from .source import Source

EXCLUDE = (
    r"#\s*(pragma|PRAGMA)[:\s]?\s*(no|NO)\s*(cover|COVER)",
    r"^\s*(((async )?def .*?)?[\])]+(\s*->.*?)?:\s*)?\.\.\.\s*(#|$)",
    r"^\s*if (typing\.)?TYPE_CHECKING:",
)
"""coverage.py's default for lines that are not counted."""

PARTIAL = (
    r"#\s*(pragma|PRAGMA)[:\s]?\s*(no|NO)\s*(branch|BRANCH)",
    r"^\s*while (True|1|False|0):",
    r"^\s*if (True|1|False|0):",
)
"""coverage.py's defaults for lines whose missing branches do not count."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def bodies(node: ast.AST) -> Iterator[ast.AST]:
    """The statements, handlers and cases directly in `node`."""
    for name in ("body", "orelse", "handlers", "finalbody", "cases"):
        children = getattr(node, name, None)
        if isinstance(children, list):
            yield from children


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

    def __init__(self, source: Source, exclude: Sequence[str] = EXCLUDE) -> None:
        """Find them. Raises SourceError, and re.error for a pattern that is none."""
        self._source = source
        tokens = source.tokens()
        self.first: dict[int, int] = _first_lines(tokens)
        """The first line of each line of a statement on several lines; other lines are not in it."""
        self.excluded = self.matching(exclude)
        self._exclude_suites(tokens)
        empty = not any(one.string.strip() and one.type != tokenize.COMMENT for one in tokens)
        self.raw: set[int] = set() if empty else _code_lines(source.compile())
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
        if not patterns:
            return set()
        found: set[int] = set()
        text = self._source.text
        line, position = 1, 0
        for match in re.finditer("|".join(f"(?:{pattern})" for pattern in patterns), text, re.MULTILINE):
            start, end = match.span()
            line += text.count("\n", position, start)
            position = start
            for one in range(line, line + text.count("\n", start, end) + 1):
                found.add(self.first.get(one, one))
        return found

    def _exclude_suites(self, tokens: list[tokenize.TokenInfo]) -> None:
        """Extend the excluded lines over the clauses that begin on one."""
        indent = nesting = first = 0
        excluding_from: int | None = None
        for kind, text, (line, _), (end_line, _), _ in tokens:
            if kind == token.INDENT:
                indent += 1
            elif kind == token.DEDENT:
                indent -= 1
            elif kind == token.NEWLINE:
                first = 0
            elif kind == token.OP:
                if text == ":" and nesting == 0:
                    if excluding_from is None and not self.excluded.isdisjoint(range(first, end_line + 1)):
                        self.excluded.add(end_line)
                        excluding_from = indent
                elif text in ("(", "[", "{"):
                    nesting += 1
                elif text in (")", "]", "}"):
                    nesting -= 1
            if not first and kind != tokenize.COMMENT and text.strip():
                first = line
                if excluding_from is not None and indent <= excluding_from:
                    excluding_from = None
                if excluding_from is not None:
                    self.excluded.add(end_line)

    def _docstrings_and_definitions(self) -> set[int]:
        """The lines of docstrings; excludes the bodies of excluded definitions and default cases on the way."""
        docstrings: set[int] = set()
        for node in statement_nodes(self._source.tree):
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


def _is_string(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
        return False
    return isinstance(node.value.value, str)


def _end(node: ast.stmt) -> int:
    return node.lineno if node.end_lineno is None else node.end_lineno


def _first_lines(tokens: list[tokenize.TokenInfo]) -> dict[int, int]:
    """For each line of a statement on several lines, the first of them."""
    first_lines: dict[int, int] = {}
    first = 0
    for kind, text, (line, _), (end_line, _), _ in tokens:
        if kind == token.NEWLINE:
            if first and end_line != first:
                first_lines.update(dict.fromkeys(range(first, end_line + 1), first))
            first = 0
        if not first and kind != tokenize.COMMENT and text.strip():
            first = line
    return first_lines
