"""The arcs between lines that are possible, as coverage.py derives them from the syntax tree.

Only arcs that can be part of a line-to-line branch are found: those out of tests, loops, cases, handlers, jumps and
definitions. An arc to a negative line leaves the code object that starts there.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .model import Arc
from .statements import Definition, Statements, is_irrefutable

_WITH_EXITS_AT_ITEM = sys.version_info >= (3, 12, 6)
"""Leaving a ``with`` visits the lines of its context managers, not that of the keyword."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class _Loop:
    start: int
    breaks: set[int] = field(default_factory=set)


@dataclass
class _Function:
    start: int


@dataclass
class _Try:
    handler: int | None


def constant_truth(node: ast.expr) -> bool | None:
    """The truth of a test that is constant for coverage.py, else None."""
    match node:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Name(id="__debug__"):
            return __debug__
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = constant_truth(operand)
            return None if inner is None else not inner
        case ast.BoolOp(op=op, values=values):
            truths = [constant_truth(value) for value in values]
            if any(truth is None for truth in truths):
                return None
            return any(truths) if isinstance(op, ast.Or) else all(truths)
    return None


class LineBranches:
    """All possible arcs of one file, in `arcs`; `fix` maps executed arcs the same way."""

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._lines = statements.first_of(statements.raw)
        self._arcs: set[Arc] = set()
        self._stack: list[_Loop | _Function | _Try] = []
        self._open_withs: set[int] = set()
        self._with_starts: set[int] = set()
        self._with_entries: set[Arc] = set()
        self._with_exits: set[Arc] = set()
        for node in statements.nodes:
            if isinstance(node, Function):
                self._stack.append(_Function(self._line(node)))
                self._leave(self._body(node.body))
                self._stack.pop()
            elif isinstance(node, ast.ClassDef):
                start = self._line(node)
                self._arcs.update((line, -start) for line in self._body(node.body))
            elif isinstance(node, ast.Module):
                self._arcs.update((line, -1) for line in self._body(node.body) if node.body)
                if not node.body:
                    self._arcs.add((1, -1))
        self.jumps = self._with_jumps()
        """What `fix` puts in place of an arc; None: nothing."""
        self.arcs: set[Arc] = {(a, b) for a, b in self.fix(self._arcs) if a != b}

    def fix(self, arcs: set[Arc]) -> set[Arc]:
        """`arcs` without the detours over the start of a ``with``, from first line to first line."""
        first = self._statements.first_line
        fixed = (self.jumps.get(arc, arc) for arc in arcs)
        return {(first(arc[0]), first(arc[1])) for arc in fixed if arc is not None}

    def exits(self) -> dict[int, int]:
        """For each line, how many arcs leave it; none to or from excluded lines."""
        excluded = self._statements.excluded
        counts: dict[int, int] = {}
        for start, end in self.arcs:
            if start not in excluded and end not in excluded:
                counts[start] = counts.get(start, 0) + 1
        return counts

    def branching_lines(self) -> set[int]:
        """The lines that several arcs leave: their arcs are line branches."""
        return {line for line, count in self.exits().items() if count > 1}

    def _with_jumps(self) -> dict[Arc, Arc | None]:
        """Before: body -> with -> next   After: body -> next."""
        onward: dict[int, int] = {}
        for start, end in self._arcs:
            if start in self._with_starts and (start, end) not in self._with_entries:
                onward[start] = end

        def landing(start: int) -> int:
            end = onward[start]
            while (start, end) in self._with_exits and end in onward:
                start, end = end, onward[end]
            return end

        jumps: dict[Arc, Arc | None] = {}
        for end, start in self._with_exits:
            if start in onward:
                jumps[end, start] = (end, landing(start))
        for start, end in onward.items():
            if (start, start) not in self._with_exits:
                jumps[start, end] = None
        return jumps

    # -- lines -----------------------------------------------------------------------------------------------

    def _line(self, node: ast.AST) -> int:
        """The line on which the program reaches `node`."""
        line: int
        if isinstance(node, Definition):
            line = node.decorator_list[0].lineno if node.decorator_list else node.lineno
        elif isinstance(node, ast.Assign):
            line = self._line(node.value)
        elif isinstance(node, ast.Dict) and node.keys:
            key = node.keys[0]
            line = node.values[0].lineno if key is None else key.lineno
        elif isinstance(node, ast.List) and node.elts:
            line = self._line(node.elts[0])
        else:
            line = node.lineno  # type: ignore[attr-defined]
        return self._statements.first.get(line, line)

    def _add(self, start: int, end: int) -> None:
        self._arcs.add((start, end))
        if start in self._open_withs:
            self._with_entries.add((start, end))

    # -- statements: each returns the lines from which the next statement is reached --------------------------

    def _body(self, body: Sequence[ast.stmt], entries: set[int] | None = None) -> set[int]:
        before = set() if entries is None else entries
        for node in body:
            line = self._line(node)
            if line not in self._lines:
                continue
            for start in before:
                self._add(start, line)
            handler = _HANDLERS.get(type(node))
            before = {line} if handler is None else handler(self, node)
        return before

    def _definition(self, node: Definition) -> set[int]:
        last: int | None = None
        for decorator in node.decorator_list:
            line = self._line(decorator)
            if last is not None and line != last:
                self._add(last, line)
            last = line
        if last is not None:
            self._add(last, node.lineno)
        return {node.lineno}

    def _if(self, node: ast.If) -> set[int]:
        start = self._line(node.test)
        truth = constant_truth(node.test)
        exits: set[int] = set()
        if truth is not False:
            exits |= self._body(node.body, {start})
        if truth is not True:
            exits |= self._body(node.orelse, {start})
        return exits

    def _loop(self, start: int, body: Sequence[ast.stmt]) -> set[int]:
        loop = _Loop(start)
        self._stack.append(loop)
        for line in self._body(body, {start}):
            self._add(line, start)
        self._stack.pop()
        return loop.breaks

    def _for(self, node: ast.For | ast.AsyncFor) -> set[int]:
        start = self._line(node.iter)
        breaks = self._loop(start, node.body)
        return breaks | self._body(node.orelse, {start})

    def _while(self, node: ast.While) -> set[int]:
        start = self._line(node.test)
        breaks = self._loop(start, node.body)
        if node.orelse:
            return breaks | self._body(node.orelse, {start})
        return breaks | ({start} if constant_truth(node.test) is None else set())

    def _match(self, node: ast.Match) -> set[int]:
        last = self._line(node)
        exits: set[int] = set()
        for case in node.cases:
            line = self._line(case.pattern)
            self._add(last, line)
            exits |= self._body(case.body, {line})
            last = line
        if not is_irrefutable(node.cases[-1]):
            exits.add(last)
        return exits

    def _try(self, node: ast.Try | ast.TryStar) -> set[int]:
        block = _Try(self._line(node.handlers[0]) if node.handlers else None)
        self._stack.append(block)
        exits = self._body(node.body, {self._line(node)})
        if node.finalbody:
            block.handler = None  # it stays, to take what leaves the handlers and the else clause
        else:
            self._stack.pop()
        handled: set[int] = set()
        for handler in node.handlers:
            handled |= self._body(handler.body, {self._line(handler)})
        if node.orelse:
            exits = self._body(node.orelse, exits)
        exits = exits | handled
        if node.finalbody:
            self._stack.pop()
            after = self._body(node.finalbody, exits)
            exits = after if exits else exits
        return exits

    def _with(self, node: ast.With | ast.AsyncWith) -> set[int]:
        if _WITH_EXITS_AT_ITEM:
            starts = [self._line(item.context_expr) for item in node.items]
        else:
            starts = [self._line(node)]
        self._open_withs.update(starts)
        self._with_starts.update(starts)
        start = starts[-1]
        exits = self._body(node.body, {start})
        self._open_withs.discard(start)
        for line in exits:
            self._add(line, start)
            self._with_exits.add((line, start))
        return {start} if exits else exits

    def _break(self, node: ast.Break) -> set[int]:
        for block in reversed(self._stack):
            if isinstance(block, _Loop):
                block.breaks.add(self._line(node))
                break
        return set()

    def _continue(self, node: ast.Continue) -> set[int]:
        for block in reversed(self._stack):
            if isinstance(block, _Loop):
                self._add(self._line(node), block.start)
                break
        return set()

    def _raise(self, node: ast.Raise) -> set[int]:
        line = self._line(node)
        for block in reversed(self._stack):
            if isinstance(block, _Function):
                self._add(line, -block.start)
                break
            if isinstance(block, _Try):
                if block.handler is not None:
                    self._add(line, block.handler)
                break
        return set()

    def _return(self, node: ast.Return) -> set[int]:
        self._leave({self._line(node)})
        return set()

    def _leave(self, lines: set[int]) -> None:
        for block in reversed(self._stack):
            if isinstance(block, _Function):
                for line in lines:
                    self._add(line, -block.start)
                break


_HANDLERS: dict[type[ast.AST], Callable[..., set[int]]] = {
    ast.FunctionDef: LineBranches._definition,
    ast.AsyncFunctionDef: LineBranches._definition,
    ast.ClassDef: LineBranches._definition,
    ast.If: LineBranches._if,
    ast.For: LineBranches._for,
    ast.AsyncFor: LineBranches._for,
    ast.While: LineBranches._while,
    ast.Match: LineBranches._match,
    ast.Try: LineBranches._try,
    ast.TryStar: LineBranches._try,
    ast.With: LineBranches._with,
    ast.AsyncWith: LineBranches._with,
    ast.Break: LineBranches._break,
    ast.Continue: LineBranches._continue,
    ast.Raise: LineBranches._raise,
    ast.Return: LineBranches._return,
}
