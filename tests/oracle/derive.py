"""From the log of one code object to exact counts of its instructions, edges and calls.

Kinds of edges, as in `blockcov`'s detailed result: `fall` (to the next instruction, also when a frame suspended in
between), `jump`, `raise` (to a handler or, -1, out of the code), `return` (-1), and `suspend` (-1: from a YIELD_VALUE,
a frame that never went on).

Normalisations, each with its reason:
- The prefix (before the first RESUME) is never traced. It runs once a call; of a generator, RETURN_GENERATOR and what
  is before it run at the call, the POP_TOP and RESUME behind it when the generator is started. A generator that is
  never started leaves no event at all: its prefix is known as a lower bound only (`Counts.prefix_is_minimum`).
- RESUME is never traced; a `call` event at its offset says that it ran.
- 3.12 jumps past END_FOR, 3.13 past END_FOR and POP_TOP, when a FOR_ITER is exhausted, unless it was specialised for
  generators; and END_FOR is never traced. What they do is part of the exhaustion, so they count as executed.
- An `exception` event at FOR_ITER, SEND, END_SEND or END_FOR that is followed by the normal successor is the
  StopIteration that ended the iteration: no raise.
- RERAISE and END_ASYNC_FOR (and CLEANUP_THROW) raise without an `exception` event: a step that leads to no normal
  successor is a raise.
- throw() and close() at a yield: 3.13 reports the exception at the RESUME behind the YIELD_VALUE, 3.11 (through
  `yield from` and `await`) at the JUMP_BACKWARD_NO_INTERRUPT behind it. The RESUME did not run; it is the YIELD_VALUE
  that raises, as the exception table has it.
- A generator that is thrown into before it was started never runs: no handler can be where it waits. The exception is
  reported at RETURN_GENERATOR, on 3.13 at the POP_TOP behind it; it counts as suspended there for good. On 3.11 it
  leaves no trace: no probe can stand in front of RETURN_GENERATOR there, and a call is a start.
- throw() through `yield from` on 3.11, whose sub-iterator returns: the frame goes from YIELD_VALUE to SEND's target
  without a RESUME. That edge is a `jump`.
- A `return` event after anything but RETURN_VALUE, RETURN_CONST and YIELD_VALUE is an exception that leaves the frame.
- close() on 3.13 of a generator that is not inside a `try` does not run the frame: it stays suspended.
- PRECALL cannot raise while it is traced (3.11 runs the unspecialised CALL then); specialised, it does the call and
  raises. Comparison takes a raise at PRECALL as one at its CALL.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.oracle.record import LEFT, RAISED, RESUMED, SHIFT, SUSPENDED
from tests.oracle.shape import RETURNS, Instruction, Shape

Edge = tuple[int, int, str]
ENDS_ITERATION = frozenset({"FOR_ITER", "SEND", "END_SEND", "END_FOR"})
LEAVES = -1
KNOWS_UNSTARTED = sys.version_info >= (3, 12)
LOOKS_IN_FRONT_OF_CALLS = sys.version_info >= (3, 13)


@dataclass
class Counts:
    """Exact counts of one code object; instructions and edges are named by starts of instructions."""

    calls: int = 0
    instructions: Counter[int] = field(default_factory=Counter)
    edges: Counter[Edge] = field(default_factory=Counter)
    prefix_is_minimum: bool = False

    def add(self, other: "Counts") -> None:
        """Add the counts of the same code object from another unit."""
        self.calls += other.calls
        self.instructions.update(other.instructions)
        self.edges.update(other.edges)
        self.prefix_is_minimum |= other.prefix_is_minimum


class OracleError(Exception):
    """The log says something that this module has no explanation for."""


class MisguidedError(OracleError):
    """CPython left the way that its own exception table gives: nothing can be said of what the program does then.

    From 3.13 on, an exception that leaves a Python function is looked up one code unit in front of the call
    (`exit_unwind` in Python/bytecodes.c goes on with the call as the next instruction). That is another handler where
    the call begins a range of the table and what stands in front of it, and does not lead to it, ends another: behind
    an asynchronous comprehension, as in `f(a and [x async for x in y])`. Such a program may crash by itself.
    """


@dataclass(frozen=True)
class Step:
    """One logged step, offsets brought to starts of instructions. `after` is None if the frame left."""

    before: int
    raised: bool
    suspended: bool
    resumed: bool
    after: int | None
    count: int


def decode(made: Shape, steps: dict[int, int]) -> Iterable[Step]:
    """The steps of a log; those from an EXTENDED_ARG to its operation are no steps."""
    for packed, count in steps.items():
        before, after = packed >> SHIFT, packed & ((1 << SHIFT) - 1)
        flags, origin = before & 3, made.start_of[before >> 2]
        resumed = bool(after & RESUMED)
        if after == LEFT:
            yield Step(origin, bool(flags & RAISED), bool(flags & SUSPENDED), False, None, count)
            continue
        offset = after & ~RESUMED
        target = made.start_of[offset]
        if not resumed and target != offset:
            if target != origin:
                raise OracleError(f"step into the middle of an instruction: {origin} -> {offset}")
            continue
        yield Step(origin, bool(flags & RAISED), bool(flags & SUSPENDED), resumed, target, count)


def derive(made: Shape, starts: dict[int, int], steps: dict[int, int]) -> Counts:
    """Counts of one code object from its log."""
    return _Derivation(made).run(starts, decode(made, steps))


class _Derivation:
    def __init__(self, made: Shape) -> None:
        self.made = made
        self.counts = Counts()
        order = [each.start for each in made.instructions]
        self.preceding = dict(zip(order[1:], order, strict=False))

    def run(self, starts: dict[int, int], steps: Iterable[Step]) -> Counts:
        for offset, count in starts.items():
            self.enter(self.made.start_of[offset], count)
        for step in steps:
            if step.resumed:
                self.resume(step)
            elif step.after is None:
                self.leave(step)
            else:
                self.go(step, step.after)
        self.left_suspended()
        return self.counts

    def left_suspended(self) -> None:
        """What entered a YIELD_VALUE and did not go on is suspended for good."""
        out: Counter[int] = Counter()
        for (origin, _, _), count in self.counts.edges.items():
            out[origin] += count
        for start, count in self.counts.instructions.items():
            if self.made.name(start) == "YIELD_VALUE" and count != out[start]:
                self.counts.edges[start, LEAVES, "suspend"] = count - out[start]

    def enter(self, offset: int, count: int) -> None:
        """A frame's first event: at RESUME, or where a generator waits that is thrown into before it was started."""
        counts, made = self.counts, self.made
        started = made.name(offset) == "RESUME"
        if not started and not KNOWS_UNSTARTED:
            return
        counts.calls += count
        names = [made.name(start) for start in made.prefix()]
        counts.prefix_is_minimum |= "RETURN_GENERATOR" in names
        for start in [*made.prefix(), made.first_resume]:
            counts.instructions[start] += count
            if made.name(start) == "RETURN_GENERATOR" and not started:
                break
            if start != made.first_resume:
                counts.edges[start, made.following[start], "fall"] += count

    def resume(self, step: Step) -> None:
        """A frame that was suspended goes on, or is thrown into."""
        assert step.after is not None
        name = self.made.name(step.after)
        if name == "RESUME":
            if self.made.name(step.before) != "YIELD_VALUE":
                raise OracleError(f"resumed at {step.after} after {step.before}, which is no yield")
            self.counts.instructions[step.after] += step.count
            self.counts.edges[step.before, step.after, "fall"] += step.count
        elif self.origin(step.after) != step.before:
            raise OracleError(f"thrown into at {step.after} ({name}), but suspended at {step.before}")

    def origin(self, offset: int) -> int:
        """The instruction that an exception reported at `offset` belongs to."""
        name, made = self.made.name(offset), self.made
        if name == "RESUME" and offset in self.preceding:
            yielded = self.preceding[offset]
            if made.name(yielded) == "YIELD_VALUE":
                return yielded
        if name == "JUMP_BACKWARD_NO_INTERRUPT" and offset in self.preceding:
            return self.origin(self.preceding[offset])
        if name == "POP_TOP" and offset in self.preceding and offset < made.first_resume:
            return self.preceding[offset]
        return offset

    def fail(self, step: Step, target: int) -> None:
        """An exception goes from the step's instruction to a handler or out."""
        origin = self.origin(step.before)
        if origin != step.before and self.made.name(step.before) == "RESUME":
            # It was taken as resumed when the `call` event came.
            self.counts.instructions[step.before] -= step.count
            self.counts.edges[origin, step.before, "fall"] -= step.count
        if self.made.name(origin) == "RETURN_GENERATOR":
            if KNOWS_UNSTARTED:
                self.counts.edges[origin, LEAVES, "suspend"] += step.count
            return
        self.counts.edges[origin, target, "raise"] += step.count
        if target != LEAVES:
            self.counts.instructions[target] += step.count

    def leave(self, step: Step) -> None:
        """A `return` event: the frame returned, yielded, or an exception leaves it."""
        name = self.made.name(step.before)
        if step.raised or name not in (*RETURNS, "YIELD_VALUE"):
            self.fail(step, LEAVES)
        elif name != "YIELD_VALUE":
            self.counts.edges[step.before, LEAVES, "return"] += step.count

    def go(self, step: Step, target: int) -> None:
        """From one instruction to another in the same frame."""
        made, counts = self.made, self.counts
        here = made.at[step.before]
        normal = target in made.successors(step.before)
        if step.suspended and not step.raised:
            self.delegate(step, target)
            return
        if not normal or (step.raised and not self.ended(here, target)):
            self.check_raise(step, target)
            self.fail(step, target)
            return
        counts.instructions[target] += step.count
        if here.name == "FOR_ITER" and here.target is not None and target in made.after_exhaustion(here.start):
            self.exhaust(here.start, target, step.count)
        else:
            kind = "fall" if target == made.following.get(here.start) else "jump"
            counts.edges[here.start, target, kind] += step.count

    def delegate(self, step: Step, target: int) -> None:
        """A frame goes on although no `call` event said so: throw() on 3.11 whose sub-iterator returned."""
        sends = {each.target for each in self.made.instructions if each.name == "SEND"}
        if self.made.name(step.before) != "YIELD_VALUE" or target not in sends:
            raise OracleError(f"suspended at {step.before}, went on at {target}")
        self.counts.instructions[target] += step.count
        self.counts.edges[step.before, target, "jump"] += step.count

    def ended(self, here: Instruction, target: int) -> bool:
        """Whether the exception reported at `here` was the StopIteration that ended an iteration."""
        if here.name in ("END_SEND", "END_FOR"):
            return True
        return here.name in ENDS_ITERATION and target != self.made.following.get(here.start)

    def check_raise(self, step: Step, target: int) -> None:
        """A raise goes to the handler of its instruction; only throw() on 3.11 moves a frame elsewhere."""
        origin = self.origin(step.before)
        operation = self.made.at[origin].offset
        if any(each.start <= operation < each.end and each.target == target for each in self.made.handlers):
            return
        wrong = f"{self.made.name(origin)} at {origin} went to {target}, which is not its handler"
        in_front = (each for each in self.made.handlers if each.start <= operation - 2 < each.end)
        if LOOKS_IN_FRONT_OF_CALLS and any(each.target == target for each in in_front):
            raise MisguidedError(f"{wrong}, but that of the instruction in front")
        raise OracleError(wrong)

    def exhaust(self, loop: int, target: int, count: int) -> None:
        """The end of a `for`: count what the interpreter may have skipped between `loop` and `target`."""
        landed = self.made.at[loop].target
        assert landed is not None
        self.counts.edges[loop, landed, "jump"] += count
        at = landed
        while at != target:
            following = self.made.following[at]
            self.counts.instructions[at] += count
            self.counts.edges[at, following, "fall"] += count
            at = following
