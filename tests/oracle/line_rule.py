"""When does `trace --count` see a line? The rule of each CPython, as a function of two consecutive instructions.

All versions: nothing before the first RESUME is traced, RESUME itself never starts a line. `prev` is what the *same
frame* executed before: calls in between do not matter, after an exception it is the instruction that raised, and if a
RERAISE with an argument raised, it is the `lasti` on the stack, that is, the instruction that raised in the first
place. An event of an instruction with EXTENDED_ARG comes at its first prefix.

3.11 (Python/ceval.c, maybe_call_line_trace) decides while running: an event if the instruction has a line and either
the line differs from that of `prev` (none counts as different; so does everything up to the first RESUME), or the
transfer goes backward, be it a jump or a handler, and does not go to a SEND.

3.12 and later (Python/instrumentation.c, initialize_lines) decide in two steps. Ahead of time, instructions become
*candidates*: (1) in code order, those whose line differs from that of the instruction before, where END_ASYNC_FOR,
END_FOR, END_SEND, POP_ITER (3.14) and RESUME are never candidates and do not count as "before"; (2) targets of jumps,
of FOR_ITER and SEND one unit after their target, unless that is a POP_ITER; (3) handlers, unless END_ASYNC_FOR; all
only if they have a line. While running, a candidate is an event if its line differs from that of `prev`, or `prev` is a
RESUME. Besides, a JUMP_BACKWARD (but not JUMP_BACKWARD_NO_INTERRUPT) to an instruction of its own line is an event
(Python/legacy_tracing.c, sys_trace_jump_func).

Only 3.13 has a shortcut: a candidate by (1) alone, whose line is too far from the code's first for a byte
(COMPUTED_LINE_LINENO_CHANGE), is an event without a look at `prev`.

3.12 has a flaw that makes its count depend on what was called: after a Python function that was run in the same
evaluation loop has returned, `prev` is the call's last inline cache, which has no line; so a jump target right behind
the call is an event even on the line of the call. `call_surplus` names these transitions. The other versions do not do
this, so the rule takes `prev` as the call itself, and the comparison with `trace --count` on 3.12 allows the surplus.

3.14 has another: since POP_ITER does not count as "before", what an exhausted loop goes on with is compared with what
stands in front of the loop's end. If that is a copy of the same statement (``break``, then ``return``), the statement
is never an event, though it runs. `lost_event` names these transitions. blockcov counts them.

And a function that evaluates annotations asks of each that stands under an ``if`` whether that was reached, on the line
of the annotation, which looks as if it had run. `phantom_event` names the steps on from there when it was not. blockcov
does not count these lines.
"""

from functools import lru_cache
from types import CodeType

from tests.oracle.shape import RETURNS, VERSION, Shape, shape

_NOT_CANDIDATES = frozenset({"END_ASYNC_FOR", "END_FOR", "END_SEND", "POP_ITER", "RESUME"})
_FORWARD = frozenset(
    {"POP_JUMP_IF_FALSE", "POP_JUMP_IF_TRUE", "POP_JUMP_IF_NONE", "POP_JUMP_IF_NOT_NONE", "JUMP_FORWARD"}
)
_BACKWARD = frozenset({"JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"})
_PAST_TARGET = frozenset({"FOR_ITER", "SEND"})
_DELTAS_IN_A_BYTE = range(-125, 128)  # of line - co_firstlineno; below are NO_LINE, LINENO_CHANGE, COMPUTED_LINE


@lru_cache(maxsize=4096)
def _shape(code: CodeType) -> Shape:
    return shape(code)


@lru_cache(maxsize=4096)
def candidates(code: CodeType) -> dict[int, bool]:
    """3.12+: starts of the instructions that can be an event; true if it is one whatever came before."""
    made = _shape(code)
    found: dict[int, bool] = {}
    before: int | None = None
    for here in made.instructions:
        if here.start < made.first_resume or here.name in _NOT_CANDIDATES:
            continue
        if here.line is not None and here.line != before:
            far = here.line - code.co_firstlineno not in _DELTAS_IN_A_BYTE
            found[here.start] = far and VERSION == (3, 13)
        before = here.line
    targets: list[int] = []
    for here in made.instructions:
        if here.target is None or here.start < made.first_resume:
            continue
        if here.name in _PAST_TARGET:
            targets.append(here.target + 2)
        elif here.name in _FORWARD or here.name in _BACKWARD:
            targets.append(here.target)
    targets += [each.target for each in made.handlers if made.at[each.target].name != "END_ASYNC_FOR"]
    for target in targets:
        # A target past the end of a code object cannot be: something always returns behind a loop.
        landed = made.at[made.start_of[target]]
        if landed.line is not None and landed.name != "POP_ITER":
            found[made.start_of[target]] = False
    return found


def line_events(code: CodeType, prev: int | None, offset: int, entered: bool = False) -> bool:
    """Whether the step from `prev` to `offset` (starts of instructions) counts a line.

    `entered`: the step is the first of a call (`prev` is the first RESUME or None).
    """
    made = _shape(code)
    here = made.at[offset]
    if here.line is None or here.name == "RESUME":
        return False
    first = entered or prev is None or prev <= made.first_resume
    before = None if prev is None else made.at[prev]
    if VERSION < (3, 12):
        if first or before is None or here.line != before.line:
            return True
        return offset < before.start and here.name != "SEND"
    if before is not None and before.name == "JUMP_BACKWARD" and here.line == before.line:
        return True
    always = candidates(code).get(offset)
    if always is None:
        return False
    return always or first or before is None or before.name == "RESUME" or here.line != before.line


def lost_event(code: CodeType, prev: int, offset: int) -> bool:
    """3.14: whether a line begins at this step although the rule says nothing (see above)."""
    made = _shape(code)
    here, before = made.at[offset], made.at[prev]
    if before.name != "POP_ITER" or here.line in (None, before.line) or offset in candidates(code):
        return False
    order = [each.start for each in made.instructions]
    return made.name(order[order.index(offset) - 3]) in {*RETURNS, "RERAISE", "RAISE_VARARGS"}


def phantom_event(code: CodeType, prev: int, offset: int) -> bool:
    """3.14: whether the step leads away from an annotation that was not reached."""
    made = _shape(code)
    test = made.at[prev]
    if test.name != "POP_JUMP_IF_FALSE" or test.target != offset or VERSION < (3, 14):
        return False
    order = [each.start for each in made.instructions]
    index = order.index(prev)
    before = [made.at[start] for start in order[index - 3 : index]]
    positions = list(code.co_positions())
    spans = {positions[each.offset // 2] for each in [*before, test]}
    return len(spans) == 1 and len(before) == 3 and before[2].name == "CONTAINS_OP"


def call_surplus(code: CodeType, prev: int, offset: int) -> bool:
    """3.12: whether the interpreter may count a line at this step although the rule does not (see above)."""
    if VERSION != (3, 12) or line_events(code, prev, offset):
        return False
    made = _shape(code)
    has_caches = made.at[prev].end > made.at[prev].offset + 2
    return has_caches and offset in candidates(code)
