"""Conditions counted by the program itself: the AST is rewritten so that everything that is tested records its truth.

This follows the definition of a branch (docs, "what is a branch") on the syntax tree alone and knows nothing of
bytecode, so that it can judge the join. `generate` makes random programs to compare the two on.
"""

from __future__ import annotations

import ast
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

Span = tuple[int, int, int, int]
Key = tuple[str, Span]


def span_of(node: Any) -> Span:
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


class Truth:
    """Counts by kind and span; its methods are what a rewritten program calls."""

    def __init__(self) -> None:
        self.counts: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
        self.reached: defaultdict[Span, int] = defaultdict(int)
        self.cases: list[list[Span]] = []
        self.constants: set[Key] = set()

    def test(self, span: Span, value: Any) -> Any:
        self.counts["condition", span][not value] += 1
        return value

    def loop(self, span: Span, items: Iterable[Any]) -> Iterator[Any]:
        return self._items(span, iter(items))

    def _items(self, span: Span, items: Iterator[Any]) -> Iterator[Any]:
        while True:
            try:
                item = next(items)
            except StopIteration:
                self.counts["loop", span][1] += 1
                return
            self.counts["loop", span][0] += 1
            yield item

    def handler(self, span: Span, kinds: Any) -> Any:
        self.counts["except", span][not isinstance(sys.exc_info()[1], kinds)] += 1
        return kinds

    def star(self, span: Span, kinds: Any) -> Any:
        error = sys.exc_info()[1]
        matched = error.subgroup(kinds) if isinstance(error, BaseExceptionGroup) else isinstance(error, kinds)
        self.counts["except", span][not matched] += 1
        return kinds

    def subject(self, span: Span, value: Any) -> Any:
        self.reached[span] += 1
        return value

    def matched(self, span: Span) -> bool:
        self.counts["case", span][0] += 1
        return True

    def passed_by(self, span: Span) -> bool:
        self.reached[span] += 1
        return False

    def finish(self) -> None:
        """Derive how often each pattern failed from how often its case was reached."""
        for spans in self.cases:
            reached = self.reached[spans[0]]
            for span in spans[1:]:
                failed = reached - self.counts["case", span][0]
                self.counts["case", span][1] += failed
                reached = failed + self.reached[span]


class Rewriter(ast.NodeTransformer):
    """Wraps what is tested. Visiting an expression gives it in a value context."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self._temporaries = 0
        self._handler = "handler"

    def _call(self, method: str, span: Span, *arguments: ast.expr) -> ast.expr:
        function = ast.Attribute(ast.Name("__truth", ast.Load()), method, ast.Load())
        place = ast.Tuple([ast.Constant(number) for number in span], ast.Load())
        return ast.Call(function, [place, *arguments], [])

    def _record(self, node: ast.expr, value: ast.expr) -> ast.expr:
        if isinstance(node, ast.Constant):
            self.truth.constants.add(("condition", span_of(node)))
        return self._call("test", span_of(node), value)

    def _chain(self, node: ast.Compare, all_tested: bool) -> ast.expr:
        """Before: a < b < c   After: test((l := a) < (m := b)) and test(m < c)."""
        links: list[ast.expr] = []
        left_node, left = node.left, self._value(node.left)
        for index, (op, right_node) in enumerate(zip(node.ops, node.comparators, strict=True)):
            right = self._value(right_node)
            following: ast.expr = right
            last = index + 1 == len(node.ops)
            if not last:
                self._temporaries += 1
                name = f"__t{self._temporaries}"
                right = ast.NamedExpr(ast.Name(name, ast.Store()), right)
                following = ast.Name(name, ast.Load())
            link: ast.expr = ast.Compare(left, [op], [right])
            if all_tested or not last:
                link = self._call("test", span_of(left_node)[:2] + span_of(right_node)[2:], link)
            links.append(link)
            left_node, left = right_node, following
        return ast.BoolOp(ast.And(), links)

    def _value(self, node: ast.expr) -> ast.expr:
        value: ast.expr = self.visit(node)
        return value

    def _jump(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ast.UnaryOp(ast.Not(), self._jump(node.operand))
        if isinstance(node, ast.BoolOp):
            return ast.BoolOp(node.op, [self._jump(value) for value in node.values])
        if isinstance(node, ast.IfExp):
            return ast.IfExp(self._jump(node.test), self._jump(node.body), self._jump(node.orelse))
        if isinstance(node, ast.Compare) and len(node.ops) > 1:
            return self._chain(node, all_tested=True)
        return self._record(node, self._value(node))

    def _operand(self, node: ast.expr) -> ast.expr:
        """An operand of `and`/`or` in a value context, tested for its truth, with its value."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return ast.UnaryOp(ast.Not(), self._operand(node.operand))
        if isinstance(node, ast.BoolOp):
            return ast.BoolOp(node.op, [self._operand(value) for value in node.values])
        if isinstance(node, ast.Compare) and len(node.ops) > 1:
            return self._chain(node, all_tested=True)
        return self._record(node, self._value(node))

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        values = [self._operand(value) for value in node.values[:-1]]
        return ast.BoolOp(node.op, [*values, self._value(node.values[-1])])

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        return ast.IfExp(self._jump(node.test), self._value(node.body), self._value(node.orelse))

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        if len(node.ops) > 1:
            return self._chain(node, all_tested=False)
        self.generic_visit(node)
        return node

    def _visit_tested(self, node: Any) -> Any:
        node.test = self._jump(node.test)
        for name in ("body", "orelse"):
            if isinstance(getattr(node, name, None), list):
                setattr(node, name, [self.visit(one) for one in getattr(node, name)])
        if isinstance(node, ast.Assert) and node.msg is not None:
            node.msg = self._value(node.msg)
        return node

    visit_If = visit_While = visit_Assert = _visit_tested

    def visit_comprehension(self, node: ast.comprehension) -> ast.comprehension:
        node.iter = self._call("loop", span_of(node.iter), self._value(node.iter))
        node.ifs = [self._jump(test) for test in node.ifs]
        return node

    def visit_For(self, node: ast.For) -> ast.For:
        span = span_of(node.iter)
        self.generic_visit(node)
        node.iter = self._call("loop", span, node.iter)
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.ExceptHandler:
        kinds = node.type
        self.generic_visit(node)
        if kinds is not None and node.type is not None:
            node.type = self._call(self._handler, span_of(kinds), node.type)
        return node

    def visit_TryStar(self, node: ast.TryStar) -> ast.TryStar:
        before, self._handler = self._handler, "star"
        self.generic_visit(node)
        self._handler = before
        return node

    def visit_Match(self, node: ast.Match) -> ast.Match:
        match_span = span_of(node)
        self.truth.cases.append([match_span] + [span_of(case.pattern) for case in node.cases])
        node.subject = self._call("subject", match_span, self._value(node.subject))
        for case in node.cases:
            span = span_of(case.pattern)
            guard = self._call("matched", span)
            if case.guard is not None:
                tested = ast.BoolOp(ast.Or(), [self._jump(case.guard), self._call("passed_by", span)])
                guard = ast.BoolOp(ast.And(), [guard, tested])
            case.guard = guard
            case.body = [self.visit(one) for one in case.body]
        return node


def evaluate(source: str, names: dict[str, Any]) -> Truth:
    """Run `source` with every test recorded; an exception ends it quietly."""
    truth = Truth()
    tree = ast.fix_missing_locations(Rewriter(truth).visit(ast.parse(source)))
    try:
        exec(compile(tree, "<truth>", "exec"), {**names, "__truth": truth})
    except Exception:
        pass
    truth.finish()
    return truth


class _Generator:
    """Random functions full of nested tests over four arguments."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.walrus = True

    def atom(self) -> str:
        names = ["a", "b", "c", "d"]
        kinds = ["{0}"] * 4 + ["same({0})", "box.{0}", "[{0}]", "f'{{{0}}}'", "{0}.real", "~{0}", "({0}, {1})[0]"]
        text = self.random.choice(kinds)
        return text.format(*self.random.sample(names, 2))

    def expression(self, depth: int) -> str:
        pick = self.random.random()
        if depth <= 0 or pick < 0.12:
            return self.atom()
        down = depth - 1
        if pick < 0.38:
            op = self.random.choice([" and ", " or "])
            return "(" + op.join(self.expression(down) for _ in range(self.random.choice([2, 2, 2, 3]))) + ")"
        if pick < 0.50:
            return f"(not {self.expression(down)})"
        if pick < 0.62:
            return f"({self.expression(down)} if {self.expression(down)} else {self.expression(down)})"
        if pick < 0.74:
            ops = [" < ", " <= ", " == ", " != ", " is ", " is not "]
            count = self.random.choice([2, 2, 3])
            text = self.expression(down)
            for _ in range(count):
                text += self.random.choice(ops) + self.expression(down - 1)
            return f"({text})"
        if pick < 0.80:
            tests = ["{} is None", "{} is not None", "not {} is None", "not {} in (1, None)", "{} not in [0]"]
            test = self.random.choice(tests)
            return "(" + test.format(self.expression(down)) + ")"
        if pick < 0.86:
            return f"({self.expression(down)} {self.random.choice(['<', '==', '+', '|'])} {self.expression(down)})"
        if pick < 0.91 and self.walrus:
            return f"(w{self.random.randrange(3)} := {self.expression(down)})"
        if pick < 0.95 and self.walrus:
            self.walrus = False
            made = self.random.choice(["i", "i", "i or {}", "i if {} else 0", "(i, {})"]).format(self.atom())
            inner = f"[{made} for i in ({self.atom()}, {self.atom()}) if {self.comparison()}]"
            self.walrus = True
            return inner
        return f"same({self.expression(down)})"

    def comparison(self) -> str:
        texts = ["i", "i and {}", "not i or {}", "i is None or {}", "i is not None", "(i if {} else {})"]
        texts.append("i == {} == {}")
        return self.random.choice(texts).format(self.atom(), self.atom())

    def block(self, depth: int, indent: str) -> list[str]:
        lines = []
        for _ in range(self.random.choice([1, 1, 2])):
            lines += self.statement(depth, indent)
        return lines

    def statement(self, depth: int, indent: str) -> list[str]:
        pick = self.random.random()
        test = self.expression(3)
        inner = indent + "    "
        if depth <= 0 or pick < 0.25:
            forms = ["x = {}", "{}", "return {}", "x = [{}, 1]", "assert {}", "same({}, 2)", "x = {}[0]"]
            return [indent + self.random.choice(forms).format(test)]
        if pick < 0.45:
            lines = [f"{indent}if {test}:", *self.block(depth - 1, inner)]
            if self.random.random() < 0.6:
                lines += [f"{indent}elif {self.expression(2)}:", *self.block(depth - 1, inner)]
            if self.random.random() < 0.5:
                lines += [f"{indent}else:", *self.block(depth - 1, inner)]
            return lines
        if pick < 0.55:
            jump = self.random.choice(["break", "continue", "x = 1"])
            return [
                f"{indent}n{depth} = 3",
                f"{indent}while n{depth} and {test}:",
                f"{inner}n{depth} -= 1",
                f"{inner}if {self.expression(2)}: {jump}",
                *self.block(depth - 1, inner),
                f"{indent}else:",
                f"{inner}x = {self.expression(2)}",
            ]
        if pick < 0.66:
            return [
                f"{indent}for e in [{self.atom()}, {self.atom()}, 0]:",
                f"{inner}if {test}: {self.random.choice(['break', 'continue', 'return e', 'pass'])}",
                *self.block(depth - 1, inner),
            ]
        if pick < 0.84:
            kinds = self.random.choice(["TypeError", "(AttributeError, ValueError)", "AssertionError"])
            return [
                f"{indent}try:",
                *self.block(depth - 1, inner),
                f"{indent}except {kinds}:",
                *self.block(depth - 1, inner),
                f"{indent}{self.random.choice(['finally', 'except Exception'])}:",
                f"{inner}x = {self.expression(2)}",
                f"{inner}if {self.expression(2)}: x = 2",
            ]
        patterns = ["0", "1 | 2", "None", "[]", "[_, *_]", "str()", "[1 | None, *r]", "{'k': 1 | 2}"]
        patterns += ["int(real=0 | 1)", "[x, [y]] | (x, y)"]
        lines = [f"{indent}match {self.expression(1)}:"]
        for pattern in self.random.sample(patterns, 3):
            guard = f" if {self.expression(2)}" if self.random.random() < 0.4 else ""
            lines += [f"{inner}case {pattern}{guard}:", *self.block(depth - 1, inner + "    ")]
        return lines


def generate(seed: int) -> str:
    """A program that calls a random function with every row of `ROWS`."""
    maker = _Generator(seed)
    body = []
    for _ in range(3):
        body += maker.statement(2, "    ")
    return "\n".join(
        [
            "def f(a, b, c, d):",
            "    w0 = w1 = w2 = 0",
            *body,
            "for row in ROWS:",
            "    try:",
            "        f(*row)",
            "    except Exception:",
            "        pass",
            "",
        ]
    )


class Box:
    """Something with attributes."""

    a, b, c, d = 0, 1, None, [1]


def same(value: Any, *_: Any) -> Any:
    return value


VALUES: list[Any] = [0, 1, 2, None, "", "s", [], [1], [1, [2]], {"k": 2}, True]


def names(seed: int, rows: int = 60) -> dict[str, Any]:
    """The globals that a generated program needs."""
    maker = random.Random(seed)
    return {
        "ROWS": [tuple(maker.choice(VALUES) for _ in range(4)) for _ in range(rows)],
        "same": same,
        "box": Box(),
    }
