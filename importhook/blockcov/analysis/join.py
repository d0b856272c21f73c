"""Joins the branching instructions of the code objects with what the programmer wrote.

    site: POP_JUMP_IF_FALSE, trail [LOAD_FAST 3:7-3:8]   ->   the condition at 3:7-3:8

A site is found by the span of the instruction that produced the tested value. Where nothing stands before the test in
its basic block (several paths join there), by the `and`/`or` that it belongs to and its place in the order of
evaluation. Copies that the compiler made have the same spans, so they add up by themselves.

Three corrections make joined tests exact:

- a value that is known on arrival: in ``x = (a and b) or c`` the false `a` jumps to the test of the `or`. Those
  arrivals are taken off, what remains are the outcomes of `b`;
- a comparison of a chain that fails goes to the end of the chain, where the last comparison is tested;
- on Python 3.11 the compiler threads jumps, so that a known value of a ternary's body passes its test by: added.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING

from .linear import at_least_zero
from .model import Span
from .patterns import Patterns
from .spans import within
from .tested import BoolOp, Chain, Counted, Program, Ternary, Value

if TYPE_CHECKING:
    from blockcov._blockcov import Code, Site

_TRANSPARENT = frozenset({"COPY", "TO_BOOL", "SWAP", "NOP", "CACHE", "EXTENDED_ARG", "NOT_TAKEN"})
_HIDES_SECOND = frozenset(
    {"LOAD_FAST_LOAD_FAST", "STORE_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW", "STORE_FAST_STORE_FAST"}
)
"""Two instructions in one, of Python 3.13 and later; it has the span of the first."""

_ARTEFACTS = {
    "WITH_EXCEPT_START": "exit of a with statement",
    "PREP_RERAISE_STAR": "end of try with except*",
    "CALL_INTRINSIC_2": "end of try with except*",
}


_FORMAT_LOADS = (["LOAD_FAST", "RESUME"], ["LOAD_FAST_BORROW", "RESUME"])
"""How such a function loads its argument, last instruction first."""


@dataclass(slots=True)
class Claim:
    """What a site turned out to be."""

    code: int
    offset: int
    counted: Counted | None = None
    reason: str = ""
    """Why it is nothing that the programmer wrote, or how it was found."""
    pattern: Span | None = None


@dataclass(slots=True)
class _Test:
    """A site that tests a `Value`."""

    code: int
    site: Site
    value: Value

    @property
    def jumps_if(self) -> bool:
        """The truth of a value that jumps here."""
        return "IF_TRUE" in self.site["op"]


@dataclass(slots=True)
class Joined:
    """The result: `program.counted` has its counts, and what became of every site."""

    program: Program
    patterns: Patterns
    claims: list[Claim] = field(default_factory=list)


class Joiner:
    """One run over the sites of all code objects of a file."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.patterns = Patterns(program.cases)
        self.claims: list[Claim] = []
        self._tests: list[_Test] = []
        self._joined_orders = [value.order for value in program.joined]
        self._recent: Value | None = None
        self._next_loop: dict[Counted, int] = {}
        self._by_iterable = True
        self._by_end: dict[tuple[int, int], list[Value]] = {}
        self._by_line: dict[int, list[Value]] = {}

    def run(self, codes: Sequence[Code]) -> Joined:
        """Claim every site of `codes`, then settle all counts."""
        self._by_iterable = self._loops_have_iterable_spans(codes)
        for index, code in enumerate(codes):
            self._recent = None
            self._next_loop.clear()
            for site in code["sites"]:
                self.claims.append(self._claim(index, code, site))
        self._settle()
        self.patterns.settle()
        return Joined(self.program, self.patterns, self.claims)

    # -- what is this site? ----------------------------------------------------------------------------------

    def _claim(self, index: int, code: Code, site: Site) -> Claim:
        claim = Claim(index, site["offset"])
        if site["span"] is not None:
            claim.reason = _made_by_compiler(site) or self.program.artefacts.get(site["span"], "")
            if claim.reason:
                return claim
        if site["test"] == "iter" or site["test"] == "aiter":
            claim.counted = self._loop(code, site)
            if claim.counted is not None:
                _count(claim.counted, site["true"], site["false"])
            return claim
        producer, producer_span, names = _producer(site)
        if producer in _ARTEFACTS:
            claim.reason = _ARTEFACTS[producer]
        elif self._ends_async_with(site, producer):
            claim.reason = _ARTEFACTS["WITH_EXCEPT_START"]
        elif producer in ("CHECK_EXC_MATCH", "CHECK_EG_MATCH"):
            self._handler(claim, site, producer_span)
        elif (value := self._value(site, producer, producer_span)) is not None:
            self._take(claim, site, value)
        elif site["span"] is not None and self.patterns.add(
            site["span"], site["test"], names, site["true"], site["false"]
        ):
            claim.pattern = site["span"]
        elif (value := self._nearby(site, producer, producer_span)) is not None:
            claim.reason = "by place"
            self._take(claim, site, value)
        return claim

    def _ends_async_with(self, site: Site, producer: str) -> bool:
        """Whether this tests the awaited result of ``__aexit__``."""
        own = site["span"]
        if producer == "END_SEND":
            return own in self.program.async_withs or own in self.program.async_managers
        return not producer and own in self.program.async_withs

    def _take(self, claim: Claim, site: Site, value: Value) -> None:
        claim.counted = value.counted
        self._recent = value
        self._tests.append(_Test(claim.code, site, value))

    def _handler(self, claim: Claim, site: Site, span: Span | None) -> None:
        counted = None if span is None else self.program.handlers.get(span)
        if counted is not None:
            caught, passed = site["true"], site["false"]
            if site["test"] == "none":  # except*: the part of the group that matches, or None
                caught, passed = passed, caught
            _count(counted, caught, passed)
        claim.counted = counted

    def _value(self, site: Site, producer: str, span: Span | None) -> Value | None:
        """The value by what produced it."""
        if producer and producer not in _HIDES_SECOND and span is not None:
            if site["test"] == "none":
                return self.program.nones.get(span) or self._none_by_own_span(site)
            comparisons = self.program.chains.get(span)
            if comparisons is not None and producer in ("COMPARE_OP", "IS_OP", "CONTAINS_OP"):
                return self._link(comparisons, site)
            value = self.program.values.get(span)
            if value is not None:
                return value
        own = site["span"]
        if producer and site["trail"][0][0] == "TO_BOOL":
            own = site["trail"][0][1]  # the jump itself may have the span of what comes after it
        if own is None:
            return None
        if site["test"] == "none":
            return self._none_by_own_span(site)
        operation = self.program.bool_ops.get(own)
        if operation is not None:
            return self._operand(operation, span if producer not in _HIDES_SECOND else None, bool(producer))
        if producer:
            value = self.program.values.get(own)
            if value is not None and value.jump and (span is None or producer in _HIDES_SECOND or within(span, own)):
                return value
        return None

    def _none_by_own_span(self, site: Site) -> Value | None:
        own = site["span"]
        value = None if own is None else self.program.values.get(own)
        return value if value is not None and value.jump and value.none_is is not None else None

    def _operand(self, operation: BoolOp, producer: Span | None, has_producer: bool) -> Value | None:
        """The operand that a test of `operation` belongs to, when its value does not tell."""
        operands = operation.tests()
        if not operands:
            return None
        if has_producer and producer is None:
            return operands[0]  # a fused pair stands only where the evaluation begins
        if producer is not None:
            for value in operands:
                if within(producer, value.span):
                    return value
            return None
        first = 0
        recent = self._recent
        if recent is not None and within(recent.span, operation.span):
            for first, value in enumerate(operands):
                if within(recent.span, value.span):
                    first += recent is value
                    break
            else:
                first = len(operands)
        for turn in (operands[first:], operands[:first]):
            for value in turn:
                if value.joined:
                    return value
        return None

    def _link(self, comparisons: Chain, site: Site) -> Value | None:
        """The comparison of a chain: told by its right operand, which stands before it."""
        between = False
        seen = False
        for op, span in site["trail"]:
            if op in ("COMPARE_OP", "IS_OP", "CONTAINS_OP") and not seen:
                seen = True
            elif op in ("SWAP", "COPY"):
                between = between or seen
            elif op not in _TRANSPARENT and seen:
                if op in _HIDES_SECOND:
                    return comparisons.links[0]
                link = None if span is None else _link_around(comparisons, span)
                if link is not None:
                    return link
                break
        recent = self._recent
        if not between and len(comparisons.links) == len(comparisons.rights):
            return comparisons.links[-1]
        if recent is not None:  # the right operand comes from several places: the order of evaluation tells
            link = None if recent.span == comparisons.span else _link_around(comparisons, recent.span)
            if link is not None:
                return link
            if recent in comparisons.links and recent.index + 1 < len(comparisons.links):
                return comparisons.links[recent.index + 1]
        return comparisons.links[0] if comparisons.links else None

    def _nearby(self, site: Site, op: str, producer: Span | None) -> Value | None:
        """The next value in the order of evaluation that may have nothing before its test."""
        own = site["span"]
        if producer is not None:
            return self._after(producer, site) if op in _HIDES_SECOND else self._around(producer, site)
        joined = self.program.joined
        none = site["test"] == "none"
        start = 0 if self._recent is None else bisect_right(self._joined_orders, self._recent.order)
        if own is not None:
            for value in chain(islice(joined, start, None), islice(joined, start)):
                if value.jump and within(value.span, own) and (not none or value.none_is is not None):
                    return value
        following = joined[start] if start < len(joined) else None
        return following if following is not None and following.jump else None

    def _index(self) -> None:
        if not self._by_end:
            for value in self.program.ordered:
                self._by_end.setdefault(value.span[2:], []).append(value)
                self._by_line.setdefault(value.span[0], []).append(value)

    def _after(self, store: Span, site: Site) -> Value | None:
        """The first value after a target on the same line: its load is fused with the store."""
        self._index()
        following = [
            value
            for value in self._by_line.get(store[2], ())
            if value.span[1] >= store[3] and (site["test"] != "none" or value.none_is is not None)
        ]
        return min(following, key=lambda value: value.span, default=None)

    def _around(self, producer: Span, site: Site) -> Value | None:
        """The smallest tested value that ends where its producer ends: the compiler cuts spans at the last line."""
        best: Value | None = None
        self._index()
        for value in self._by_end.get(producer[2:], ()):
            fits = within(producer, value.span) and (site["test"] != "none" or value.none_is is not None)
            if fits and (best is None or within(value.span, best.span)):
                best = value
        return best

    # -- loops -----------------------------------------------------------------------------------------------

    def _loops_have_iterable_spans(self, codes: Sequence[Code]) -> bool:
        """Whether a FOR_ITER has the span of the iterable, as in Python 3.13, or that of the whole statement."""
        whole, iterable = self.program.loops_by_whole, self.program.loops_by_iterable
        for code in codes:
            for site in code["sites"]:
                span = site["span"]
                if site["test"] == "iter" and span is not None and (span in whole) != (span in iterable):
                    return span in iterable
        return True

    def _loop(self, code: Code, site: Site) -> Counted | None:
        span = site["span"]
        if span is None:
            return None
        step = 1
        if site["test"] == "iter":
            tables = (self.program.loops_by_iterable, self.program.loops_by_whole)
            loops = tables[not self._by_iterable].get(span) or tables[self._by_iterable].get(span)
        else:
            whole, iterable = self.program.async_by_whole.get(span), self.program.async_by_iterable.get(span)
            loops = whole if iterable is None or (whole and code["name"] == "<genexpr>") else iterable
            if loops is None:  # 3.11: the span of the comprehension's last `if`
                around = [outer for outer in self.program.async_by_whole if within(span, outer)]
                loops = self.program.async_by_whole[max(around)] if around else None
            step = -1  # the instruction stands at the end of its loop, so inner loops come first
        if not loops:
            return None
        turn = self._next_loop.get(loops[0], 0)
        self._next_loop[loops[0]] = turn + 1
        return loops[::step][turn % len(loops)]

    # -- counts ----------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        arrivals: dict[tuple[int, int], list[tuple[Value, int]]] = {}
        tests = {(test.code, test.site["offset"]): test for test in self._tests}
        for test in self._tests:
            known = {True: 0, False: 0}
            for predecessor, kind, count in () if _evaluates(test.site) else test.site["inflow"]:
                source = tests.get((test.code, predecessor))
                if source is None or kind != "jump" or source.value.bool_op is None:
                    continue
                arrivals.setdefault((test.code, predecessor), []).append((test.value, count))
                if _arrives_known(source.value, test.value):
                    nots = sum(op == "UNARY_NOT" for op, _ in test.site["trail"])
                    known[source.jumps_if != (nots % 2 == 1)] += count
            _count_value(test, known)
        by_operation: dict[Span, list[tuple[_Test, int]]] = {}
        for test in self._tests:
            operation = test.value.bool_op
            if operation is not None:
                taken = test.site["true"] if test.jumps_if else test.site["false"]
                by_operation.setdefault(operation.span, []).append((test, taken))
        for value in self.program.ordered:
            for span, opposite in value.behind:
                self._take_off_exits(value, span, opposite, by_operation, arrivals)
        self._add_threaded(by_operation, arrivals)
        for comparisons in self.program.chains.values():
            if comparisons.by_value and comparisons.tested:
                links = comparisons.links
                links[-1].counted.other -= sum(link.counted.other for link in links[:-1])
        for counted in self.program.counted:
            counted.hit, counted.other = at_least_zero(counted.hit), at_least_zero(counted.other)

    def _take_off_exits(
        self,
        value: Value,
        span: Span,
        opposite: bool,
        by_operation: dict[Span, list[tuple[_Test, int]]],
        arrivals: dict[tuple[int, int], list[tuple[Value, int]]],
    ) -> None:
        """Tests under a ``not`` that leave their `and`/`or` early reach `value`'s test through the negation."""
        for inner, tests in by_operation.items():
            if not within(inner, span):
                continue
            for test, taken in tests:
                if not _leaves(test, span) or (value.result and within(test.value.span, value.result)):
                    continue
                left = taken - _arrived(test, value, span, arrivals)
                if test.jumps_if != opposite:
                    value.counted.hit -= left
                else:
                    value.counted.other -= left

    def _add_threaded(
        self,
        by_operation: dict[Span, list[tuple[_Test, int]]],
        arrivals: dict[tuple[int, int], list[tuple[Value, int]]],
    ) -> None:
        """Known values of a ternary's bodies that jump past the test of the ternary."""
        ternaries = {value.result: value for value in self.program.ordered if value.result is not None}
        for tests in by_operation.values():
            for test, taken in tests:
                for holder in _holders(test):
                    value = ternaries.get(holder.span) if isinstance(holder, Ternary) else None
                    if value is None or value.result is None:
                        continue
                    past = taken - _arrived(test, value, value.result, arrivals)
                    if test.jumps_if:
                        value.counted.hit += past
                    else:
                        value.counted.other += past


def _made_by_compiler(site: Site) -> str:
    """Why the compiler made this test, or nothing: the functions that evaluate annotations look at their format."""
    names = [op for op, _ in site["trail"][:4]]
    if names[:2] != ["COMPARE_OP", "LOAD_SMALL_INT"] or names[2:] not in _FORMAT_LOADS:
        return ""
    return "format of annotations" if all(span == site["span"] for _, span in site["trail"][:3]) else ""


def _link_around(comparisons: Chain, span: Span) -> Value | None:
    """The comparison whose right operand has `span` in it."""
    for link, right in zip(comparisons.links, comparisons.rights, strict=False):
        if within(span, right):
            return link
    return None


def _producer(site: Site) -> tuple[str, Span | None, list[str]]:
    """Name and span of the instruction that left the tested value, and the names of all before the site."""
    names = [op for op, _ in site["trail"]]
    for op, span in site["trail"]:
        if op not in _TRANSPARENT:
            return op, span, names
    return "", None, names


def _count(counted: Counted, hit: int, other: int) -> None:
    counted.hit += hit
    counted.other += other
    counted.sites += 1


def _count_value(test: _Test, known: dict[bool, int]) -> None:
    """Count the outcomes of a test less those `known` on arrival."""
    site, value = test.site, test.value
    true, false = site["true"] - known[True], site["false"] - known[False]
    if site["test"] == "none":
        flip = value.none_is is False
    else:
        flip = value.flip
    _count(value.counted, *((false, true) if flip else (true, false)))


def _evaluates(site: Site) -> bool:
    """Whether the tested value is made in the site's own block, so that none arrives with a jump to the block."""
    return any(op not in _TRANSPARENT and op != "UNARY_NOT" for op, _ in site["trail"])


def _arrives_known(source: Value, target: Value) -> bool:
    """Whether a jump from the test of `source` brings the value that `target` tests."""
    if target.result is None or not within(source.span, target.span) or source is target:
        return False
    return not within(source.span, target.result)


def _holders(test: _Test) -> list[BoolOp | Ternary]:
    """The operations and ternaries that have the value of a jumping test for their own value, inner ones first."""
    holders: list[BoolOp | Ternary] = []
    holder: BoolOp | Ternary | None = test.value.bool_op
    while holder is not None:
        holders.append(holder)
        parent = holder.parent
        if parent is not None:
            if not holder.last_of_parent and parent.is_or != test.jumps_if:
                break  # the next operand is evaluated
            holder = parent
        else:
            holder = holder.ternary
    return holders


def _leaves(test: _Test, span: Span) -> bool:
    """Whether a jumping test gives the operation at `span` its value."""
    return any(holder.span == span for holder in _holders(test))


def _arrived(test: _Test, value: Value, span: Span, arrivals: dict[tuple[int, int], list[tuple[Value, int]]]) -> int:
    """How often a jump from `test` came to the test of `value`, or to one inside `span`, and was counted there."""
    return sum(
        count
        for target, count in arrivals.get((test.code, test.site["offset"]), ())
        if target is value or within(target.span, span)
    )
