"""What the programmer wrote that can go two ways: enumerated from the AST, in the order of evaluation.

A `Counted` is one future branch. A `Value` is one expression whose truth the compiled program tests; it says which
`Counted` that test belongs to. Most conditions have one `Value`; in ``(a and b) or c``, evaluated for its value,
``a`` has one and the result of ``a and b`` has another, whose outcomes are those of ``b`` once the tests that
arrive from ``a`` are taken off.

The tables of `Program` name every value by the span that the compiler gives to the instruction producing it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from .model import Kind, Span
from .spans import span_of

Handler = ast.ExceptHandler
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(slots=True, eq=False)
class Counted:
    """One branch in the making. `hit` counts true, next, match, caught; `other` the opposite outcome."""

    kind: Kind
    span: Span
    decision: Span
    optional: bool = False
    hit: int = 0
    other: int = 0
    sites: int = 0


@dataclass(slots=True, eq=False)
class Value:
    """A tested value. `flip`: the tested value is the negation of what is counted."""

    counted: Counted
    span: Span
    """Of the whole tested expression, with its ``not`` in a value context."""
    order: int
    flip: bool = False
    none_is: bool | None = None
    """For ``x is None`` and ``x is not None``: the outcome when ``x`` is None. Else None."""
    joined: bool = False
    """The value may come from several places, so that nothing stands before the test in its basic block."""
    jump: bool = True
    """In a jump context: the test belongs to ``if``, ``while`` and the like, not to a value of ``and``/``or``."""
    result: Span | None = None
    """For an operand that joins: the span of the last operand in it, where its own evaluation ends."""
    behind: list[tuple[Span, bool]] = field(default_factory=list)
    """For each ``and``/``or`` under a ``not`` on the way to that last operand: its span, and whether its truth is the
    opposite of that operand's."""
    bool_op: BoolOp | None = None
    """For an operand in a value context: the operation that tests it."""
    index: int = 0
    """The place among the operands of `bool_op`, or among the comparisons of a chain."""


@dataclass(slots=True, eq=False)
class BoolOp:
    """An ``and`` or ``or`` in a value context. The last operand is not tested by it."""

    span: Span
    is_or: bool
    operands: list[Value] = field(default_factory=list)
    parent: BoolOp | None = None
    """The operation that has this one for an operand, without a ``not`` or a call in between."""
    last_of_parent: bool = False
    ternary: Ternary | None = None
    """The ternary that has this one for its second body, under the same rule."""
    threaded: list[BoolOp] = field(default_factory=list)
    """Operations in it whose jumps would lead to a test of its own that goes the same way. From Python 3.14 on the
    compiler lets them go on from there at once, and gives their tests the span of this operation."""

    def tests(self) -> list[Value]:
        """The operands that are tested with the span of this operation, in order of evaluation."""
        if not self.threaded:
            return self.operands
        inner = [value for operation in self.threaded for value in operation.tests()]
        return sorted([*self.operands, *inner], key=lambda value: value.order)


@dataclass(slots=True, eq=False)
class Ternary:
    """``a if c else b`` in a value context, as the holder of `BoolOp`s whose value is its value."""

    span: Span
    parent: BoolOp | None = None
    last_of_parent: bool = False
    ternary: Ternary | None = None


@dataclass(slots=True, eq=False)
class Chain:
    """``a < b < c``: its comparisons, and the spans of their right operands. They share one span in the bytecode."""

    span: Span
    rights: list[Span]
    links: list[Value] = field(default_factory=list)
    by_value: bool = False
    """In a value context: a comparison that fails goes to the end of the whole chain."""
    tested: bool = True
    """Its result is tested too, so that the last comparison is a condition."""


@dataclass(slots=True)
class Program:
    """All tables of one source file. A later value never replaces an earlier one of the same span."""

    values: dict[Span, Value] = field(default_factory=dict)
    nones: dict[Span, Value] = field(default_factory=dict)
    chains: dict[Span, Chain] = field(default_factory=dict)
    bool_ops: dict[Span, BoolOp] = field(default_factory=dict)
    joined: list[Value] = field(default_factory=list)
    """Values that may have nothing before their test, in order of evaluation."""
    ordered: list[Value] = field(default_factory=list)
    loops_by_whole: dict[Span, list[Counted]] = field(default_factory=dict)
    """By the span of the ``for`` statement or of the comprehension, which may have several, outer ones first."""
    loops_by_iterable: dict[Span, list[Counted]] = field(default_factory=dict)
    async_by_whole: dict[Span, list[Counted]] = field(default_factory=dict)
    async_by_iterable: dict[Span, list[Counted]] = field(default_factory=dict)
    handlers: dict[Span, Counted] = field(default_factory=dict)
    cases: list[tuple[Counted, ast.pattern]] = field(default_factory=list)
    async_withs: set[Span] = field(default_factory=set)
    async_managers: set[Span] = field(default_factory=set)
    """The context expressions of ``async with`` statements."""
    artefacts: dict[Span, str] = field(default_factory=dict)
    """Spans of tests that the compiler makes, and why it does."""
    counted: list[Counted] = field(default_factory=list)
    sharing: int = 0
    """Values that share their span with an earlier one: Python 3.11 misplaces what is inside an f-string."""


_FOLDED = (ast.Is, ast.IsNot, ast.In, ast.NotIn) if sys.version_info < (3, 14) else ()
"""Before: not (a in b)   After the compiler's folding: a not in b. From 3.14 on, only values are negated so."""

_THREADS = sys.version_info >= (3, 14)

_UNROLLED = frozenset({"all", "any", "list", "set", "tuple"})
"""Functions whose work the compiler does itself when they are called with a generator expression (3.14)."""


def _strip_not(node: ast.expr) -> tuple[ast.expr, int]:
    """`node` without the ``not`` in front of it, and how many there were."""
    nots = 0
    while isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node, nots = node.operand, nots + 1
    return node, nots


def producer_spans(node: ast.expr) -> tuple[Span, ...]:
    """The spans that the instruction may have which leaves the value of `node` on the stack."""
    if isinstance(node, ast.NamedExpr):
        return (span_of(node.target), span_of(node))
    return (span_of(node),)


def _is_chain(node: ast.expr) -> bool:
    return isinstance(node, ast.Compare) and len(node.ops) > 1


def _unrolled_name(node: ast.expr) -> ast.Name | None:
    """The name of the function in a call like ``any(x for x in y)``, which the compiler may turn into a loop."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in _UNROLLED:
        return None
    alone = len(node.args) == 1 and not node.keywords and isinstance(node.args[0], ast.GeneratorExp)
    return node.func if alone else None


def _may_join(node: ast.expr) -> bool:
    """Whether the value of `node` can arrive from several places at once."""
    if isinstance(node, ast.BoolOp | ast.IfExp | ast.Await | ast.YieldFrom) or _is_chain(node):
        return True
    return _unrolled_name(node) is not None


class Enumerator:
    """Walks a module and fills a `Program`."""

    def __init__(self) -> None:
        self.program = Program()
        self._order = 0

    # -- walking ---------------------------------------------------------------------------------------------

    def visit(self, node: ast.AST) -> None:
        """Enumerate what is in `node`, a statement or an expression in a value context."""
        kind = type(node)
        if kind in _LEAFS:
            return
        special = _SPECIAL.get(kind)
        if special is not None:
            special(self, node)
            return
        names = _FIELDS.get(kind)
        if names is None:
            names = _FIELDS[kind] = tuple(name for name in node._fields if name not in _WITHOUT_NODES)
        for name in names:
            child = getattr(node, name, None)
            if isinstance(child, list):
                for one in child:
                    if isinstance(one, ast.AST):
                        self.visit(one)
            elif isinstance(child, ast.AST):
                self.visit(child)

    def _visit_all(self, nodes: Sequence[ast.AST | None]) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)

    # -- making entries --------------------------------------------------------------------------------------

    def _count(self, kind: Kind, span: Span, decision: Span, optional: bool = False) -> Counted:
        counted = Counted(kind, span, decision, optional)
        self.program.counted.append(counted)
        return counted

    def _value(self, counted: Counted, span: Span, flip: bool = False) -> Value:
        value = Value(counted, span, self._order, flip)
        self._order += 1
        self.program.ordered.append(value)
        return value

    def _name(self, value: Value, spans: Sequence[Span]) -> None:
        """Find `value` by the spans of what may produce it."""
        for span in spans:
            if self.program.values.setdefault(span, value) is not value:
                self.program.sharing += 1

    def _none_test(self, value: Value, node: ast.expr) -> None:
        """Find ``x is None`` by ``x`` too: the compiler has an instruction of its own for it."""
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[-1], ast.Is | ast.IsNot):
            return
        right = node.comparators[-1]
        if not isinstance(right, ast.Constant) or right.value is not None:
            return
        value.none_is = isinstance(node.ops[-1], ast.Is)
        left = node.left if len(node.ops) == 1 else node.comparators[-2]
        bare, _ = _strip_not(left)
        if len(node.ops) > 1 or (bare is left and _may_join(left)):
            value.joined = True
        for span in producer_spans(left):
            self.program.nones.setdefault(span, value)

    def _join(self, value: Value) -> None:
        if value.joined:
            self.program.joined.append(value)

    # -- jump contexts ---------------------------------------------------------------------------------------

    def _test(self, node: ast.expr, decision: Span, optional: bool = False) -> None:
        """A tested expression. ``and``, ``or``, ``not`` and a ternary in it are control flow, not values."""
        node, nots = _strip_not(node)
        if isinstance(node, ast.BoolOp):
            for operand in node.values:
                self._test(operand, decision, optional)
        elif isinstance(node, ast.IfExp):
            for part in (node.test, node.body, node.orelse):
                self._test(part, decision, optional)
        elif isinstance(node, ast.Compare) and len(node.ops) > 1:
            self._chain(node, decision, by_value=False, optional=optional)
        else:
            self.visit(node)
            value = self._value(self._count("condition", span_of(node), decision, optional), span_of(node))
            value.flip = nots % 2 == 1 and isinstance(node, ast.Compare) and isinstance(node.ops[0], _FOLDED)
            value.joined = _may_join(node)
            self._none_test(value, node)
            self._join(value)
            self._name(value, producer_spans(node))

    def _chain(self, node: ast.Compare, decision: Span, by_value: bool, optional: bool = False) -> Chain:
        chain = Chain(span_of(node), [span_of(right) for right in node.comparators], by_value=by_value)
        chain.tested = not by_value
        self.program.chains.setdefault(chain.span, chain)
        left = node.left
        self.visit(left)
        for index, right in enumerate(node.comparators):
            self.visit(right)
            if not by_value or index + 1 < len(node.comparators):
                self._link(chain, left, right, decision, optional)
            left = right
        if chain.tested:
            self._none_test(chain.links[-1], node)
            self._join(chain.links[-1])
        return chain

    def _link(self, chain: Chain, left: ast.expr, right: ast.expr, decision: Span, optional: bool) -> Value:
        span = span_of(left)[:2] + span_of(right)[2:]
        value = self._value(self._count("condition", span, decision, optional), chain.span)
        value.index = len(chain.links)
        value.jump = not chain.by_value
        chain.links.append(value)
        return value

    # -- values of `and` and `or` ----------------------------------------------------------------------------

    def _bool_op(self, node: ast.BoolOp) -> None:
        self._operation(node, span_of(node), None, False, None)

    def _operation(
        self, node: ast.BoolOp, decision: Span, parent: BoolOp | None, last: bool, ternary: Ternary | None
    ) -> None:
        operation = BoolOp(span_of(node), isinstance(node.op, ast.Or), [], parent, last, ternary)
        self.program.bool_ops.setdefault(operation.span, operation)
        self._thread(operation)
        for index, operand in enumerate(node.values[:-1]):
            self._operand(operand, decision, operation, index)
        self._holder(node.values[-1], decision, operation, True, None)

    def _thread(self, operation: BoolOp) -> None:
        """Find the operation that tests the value of `operation` next, to go the same way."""
        holder: BoolOp | Ternary | None = operation
        while holder is not None and _THREADS:
            parent = holder.parent
            if parent is not None and not holder.last_of_parent:
                if parent.is_or == operation.is_or:
                    parent.threaded.append(operation)
                return
            holder = parent or holder.ternary

    def _holder(
        self, node: ast.expr, decision: Span, parent: BoolOp | None, last: bool, ternary: Ternary | None
    ) -> None:
        """Visit an operand, or a body of a ternary, whose value becomes the value of what it is in."""
        bare, nots = _strip_not(node)
        if nots:  # the value goes through an instruction of its own, so what is in it does not leave by itself
            parent, last, ternary = None, False, None
        if isinstance(bare, ast.BoolOp):
            self._operation(bare, decision, parent, last, ternary)
        elif isinstance(bare, ast.IfExp):
            self._ternary_value(bare, parent, last, ternary)
        elif isinstance(bare, ast.Compare) and len(bare.ops) > 1:
            self._chain(bare, decision, by_value=True)
        else:
            self.visit(bare)

    def _operand(self, node: ast.expr, decision: Span, operation: BoolOp, index: int) -> None:
        """An operand that `operation` tests, after what is evaluated in it."""
        self._holder(node, decision, operation, False, None)
        bare, nots = _strip_not(node)
        names = [] if bare is node else [span_of(node)]
        under = [(bare, nots)] if nots and isinstance(bare, ast.BoolOp) else []
        result = bare
        while isinstance(result, ast.BoolOp):  # its last operand is what this test counts
            last = result.values[-1]
            result, more = _strip_not(last)
            nots += more
            if more and not names:
                names = [span_of(last)]
            if more and isinstance(result, ast.BoolOp):
                under.append((result, nots))
        if isinstance(result, ast.Compare) and len(result.ops) > 1:
            chain = self.program.chains[span_of(result)]
            if not chain.tested:
                left = result.comparators[-2]
                value = self._link(chain, left, result.comparators[-1], decision, False)
                value.span, chain.tested = span_of(node), True
            else:  # an f-string of Python 3.11 with the same chain in it twice
                value = self._value(chain.links[-1].counted, span_of(node))
        else:
            value = self._value(self._count("condition", span_of(result), decision), span_of(node))
        value.flip = nots % 2 == 1
        value.joined = bare is node and _may_join(bare)
        value.jump = False
        value.bool_op, value.index = operation, index
        operation.operands.append(value)
        if _may_join(bare):
            value.result = span_of(result)
        value.behind = [(span_of(inner), (nots - above) % 2 == 1) for inner, above in under]
        self._join(value)
        if not names and not _is_chain(result):
            names.extend(producer_spans(result))
        self._name(value, names)

    # -- ternaries and comparisons ---------------------------------------------------------------------------

    def _ternary(self, node: ast.IfExp) -> None:
        self._ternary_value(node, None, False, None)

    def _ternary_value(self, node: ast.IfExp, parent: BoolOp | None, last: bool, outer: Ternary | None) -> None:
        self._test(node.test, span_of(node.test))
        ternary = Ternary(span_of(node), parent, last, outer)
        # The first body leaves by a jump without a line, which the compiler does not thread through: what is known
        # in it still comes to the test of the ternary. Only the second body can pass it by.
        for body, holder in ((node.body, None), (node.orelse, ternary)):
            self._holder(body, span_of(_strip_not(body)[0]), None, False, holder)

    def _compare(self, node: ast.Compare) -> None:
        if len(node.ops) > 1:
            self._chain(node, span_of(node), by_value=True)
        else:
            self.visit(node.left)
            self.visit(node.comparators[0])

    def _call(self, node: ast.Call) -> None:
        name = _unrolled_name(node)
        if name is not None:
            self.program.artefacts[span_of(name)] = "call with a generator expression"
        self.visit(node.func)
        self._visit_all(node.args)
        self._visit_all(node.keywords)

    # -- statements ------------------------------------------------------------------------------------------

    def _if(self, node: ast.If | ast.While) -> None:
        self._test(node.test, span_of(node.test))
        self._visit_all(node.body)
        self._visit_all(node.orelse)

    def _assert(self, node: ast.Assert) -> None:
        self._test(node.test, span_of(node.test), optional=True)
        self._visit_all([node.msg])

    def _annotated(self, node: ast.AnnAssign) -> None:
        self.program.artefacts[span_of(node)] = "annotation under a condition"
        self._visit_all([node.target, node.annotation, node.value])

    def _assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        self._visit_all(node.targets)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        span = span_of(node.iter)
        loop = self._count("loop", span, span)
        if isinstance(node, ast.For):
            self.program.loops_by_whole.setdefault(span_of(node), [loop])
            self.program.loops_by_iterable.setdefault(span, [loop])
        else:
            self.program.async_by_iterable.setdefault(span, [loop])
        self.visit(node.target)
        self._visit_all(node.body)
        self._visit_all(node.orelse)

    def _comprehension(self, node: Comprehension) -> None:
        sync: list[Counted] = []
        asynchronous: list[Counted] = []
        for generator in node.generators:
            self.visit(generator.iter)
            span = span_of(generator.iter)
            loop = self._count("loop", span, span)
            if generator.is_async:
                asynchronous.append(loop)
            else:
                sync.append(loop)
                self.program.loops_by_iterable.setdefault(span, [loop])
            self.visit(generator.target)
            for condition in generator.ifs:
                self._test(condition, span_of(condition))
        if sync:
            self.program.loops_by_whole.setdefault(span_of(node), sync)
        if asynchronous:
            self.program.async_by_whole.setdefault(span_of(node), asynchronous)
        if isinstance(node, ast.DictComp):
            self._visit_all([node.key, node.value])
        else:
            self.visit(node.elt)

    def _async_with(self, node: ast.AsyncWith) -> None:
        self.program.async_withs.add(span_of(node))
        self.program.async_managers.update(span_of(item.context_expr) for item in node.items)
        self._visit_all(node.items)
        self._visit_all(node.body)

    def _handler(self, node: Handler) -> None:
        if node.type is not None:
            self.visit(node.type)
            span = span_of(node.type)
            self.program.handlers.setdefault(span_of(node), self._count("except", span, span))
        self._visit_all(node.body)

    def _match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for case in node.cases:
            span = span_of(case.pattern)
            self.visit(case.pattern)
            counted = Counted("case", span, span)
            self.program.cases.append((counted, case.pattern))
            self.program.counted.append(counted)
            if case.guard is not None:
                self._test(case.guard, span_of(case.guard))
            self._visit_all(case.body)


_SPECIAL: dict[type[ast.AST], Callable[..., None]] = {
    ast.If: Enumerator._if,
    ast.While: Enumerator._if,
    ast.Assert: Enumerator._assert,
    ast.IfExp: Enumerator._ternary,
    ast.BoolOp: Enumerator._bool_op,
    ast.Compare: Enumerator._compare,
    ast.Call: Enumerator._call,
    ast.For: Enumerator._for,
    ast.AsyncFor: Enumerator._for,
    ast.AsyncWith: Enumerator._async_with,
    ast.Match: Enumerator._match,
    ast.ExceptHandler: Enumerator._handler,
    ast.ListComp: Enumerator._comprehension,
    ast.SetComp: Enumerator._comprehension,
    ast.DictComp: Enumerator._comprehension,
    ast.GeneratorExp: Enumerator._comprehension,
    ast.AnnAssign: Enumerator._annotated,
    ast.Assign: Enumerator._assign,
}
_LEAFS = frozenset({ast.Name, ast.Constant, ast.Pass, ast.Import, ast.ImportFrom, ast.alias})


_FIELDS: dict[type[ast.AST], tuple[str, ...]] = {}
"""The fields to look into, by kind of node."""

_WITHOUT_NODES = frozenset({"ctx", "op", "ops", "attr", "id", "name", "level", "module", "type_comment", "conversion"})
"""Fields whose value is a name, a number, an operator or nothing that contains an expression."""


def enumerate_tests(tree: ast.Module) -> Program:
    """Everything in `tree` that can go two ways."""
    enumerator = Enumerator()
    enumerator.visit(tree)
    return enumerator.program
