"""A slow, plain producer of what the engine resolves: code objects with branching sites, edges and exact counts.

It reads uninstrumented code with `dis` and, when asked to run a program, counts every instruction and every
transition with an opcode tracer. The analysis is tested against it, so it shares no code with the engine.
"""

from __future__ import annotations

import dis
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from types import CodeType, FrameType
from typing import Any

TRAIL = 6

Span = tuple[int, int, int, int]
Transitions = Counter[tuple[int, int]]
"""``(from offset, to offset)``; -1 as the source is an entry, as the target an exit. A raise is not in it."""

_UNCONDITIONAL = {"JUMP_FORWARD", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP"}
_ENDS = {"RETURN_VALUE", "RETURN_CONST", "RERAISE", "RAISE_VARARGS"} | _UNCONDITIONAL
_SUSPENDS = {"YIELD_VALUE", "RETURN_GENERATOR"}


def code_objects(code: CodeType, parent: int = -1) -> Iterator[tuple[CodeType, int]]:
    """`code` and all code objects in it, in pre-order, each with the index of its parent."""
    found: list[tuple[CodeType, int]] = []

    def walk(one: CodeType, above: int) -> None:
        index = len(found)
        found.append((one, above))
        for constant in one.co_consts:
            if isinstance(constant, CodeType):
                walk(constant, index)

    walk(code, parent)
    return iter(found)


@dataclass
class Instruction:
    offset: int
    op: str
    span: Span | None
    line: int | None
    target: int | None
    following: int = -1


@dataclass
class Recording:
    """What the tracer saw in one code object."""

    transitions: Transitions = field(default_factory=Counter)
    executed: Counter[int] = field(default_factory=Counter)
    raised: Counter[int] = field(default_factory=Counter)
    raise_edges: Transitions = field(default_factory=Counter)
    lines: Counter[int] = field(default_factory=Counter)
    """Line events."""
    calls: int = 0


def decode(code: CodeType) -> list[Instruction]:
    """The instructions of `code` without its EXTENDED_ARGs; a jump to one of those goes to what it extends."""
    instructions: list[Instruction] = []
    moved: dict[int, int] = {}
    pending: list[int] = []
    jumps = set(dis.hasjrel) | set(dis.hasjabs)
    for raw in dis.get_instructions(code):
        if raw.opname == "EXTENDED_ARG":
            pending.append(raw.offset)
            continue
        for offset in pending:
            moved[offset] = raw.offset
        pending.clear()
        positions = raw.positions
        span: Span | None = None
        if positions is not None:
            lineno, end_lineno, col, end_col = positions
            if lineno is not None and end_lineno is not None and col is not None and end_col is not None:
                span = (lineno, col, end_lineno, end_col)
        line = None if positions is None else positions.lineno
        target = raw.argval if raw.opcode in jumps else None
        instructions.append(Instruction(raw.offset, raw.opname, span, line, target))
    for instruction, following in pairwise(instructions):
        instruction.following = following.offset
    for instruction in instructions:
        if instruction.target is not None:
            instruction.target = moved.get(instruction.target, instruction.target)
    return instructions


def handler_offsets(code: CodeType) -> set[int]:
    """Offsets of the exception handlers of `code`."""
    return {entry.target for entry in dis._parse_exception_table(code)}  # type: ignore[attr-defined]


def is_site(op: str) -> bool:
    return op in ("FOR_ITER", "END_ASYNC_FOR") or "_IF_" in op


def resolve(code: CodeType, record: Callable[[CodeType], Recording] | None = None) -> list[dict[str, Any]]:
    """`code` with all nested code objects as the engine resolves a unit; counts are zero without `record`."""
    return [
        _resolve_one(one, parent, record(one) if record is not None else Recording())
        for one, parent in code_objects(code)
    ]


def _resolve_one(code: CodeType, parent: int, seen: Recording) -> dict[str, Any]:
    instructions = decode(code)
    leaders = {instructions[0].offset} | handler_offsets(code)
    for instruction in instructions:
        if instruction.target is not None:
            leaders.add(instruction.target)
        if instruction.target is not None or instruction.op in _ENDS | _SUSPENDS:
            leaders.add(instruction.following)
    block_of: dict[int, int] = {}
    start = 0
    for instruction in instructions:
        if instruction.offset in leaders:
            start = instruction.offset
        block_of[instruction.offset] = start
    inflow: dict[int, list[tuple[int, str, int]]] = {}
    edges = _edges(instructions, leaders, seen)
    for source, target, kind, count in edges:
        inflow.setdefault(target, []).append((source, kind, count))
    sites = []
    for position, instruction in enumerate(instructions):
        if is_site(instruction.op):
            site = _site(instructions, position, block_of, seen)
            site["inflow"] = inflow.get(block_of[instruction.offset], [])
            sites.append(site)
    lines = {instruction.line: seen.lines[instruction.line] for instruction in instructions if instruction.line}
    raises: Counter[int] = Counter()
    at = {instruction.offset: instruction for instruction in instructions}
    for offset, count in seen.raised.items():
        if (line := at[offset].line) is not None:
            raises[line] += count
    return {
        "name": code.co_name,
        "qualname": code.co_qualname,
        "first_line": code.co_firstlineno,
        "flags": code.co_flags,
        "parent": parent,
        "refused": None,
        "calls": seen.calls,
        "lines": lines,
        "raises": dict(raises),
        "sites": sites,
        "instructions": [(one.offset, one.op, one.line, seen.executed[one.offset]) for one in instructions],
        "edges": edges,
    }


def _edges(instructions: list[Instruction], leaders: set[int], seen: Recording) -> list[tuple[int, int, str, int]]:
    edges: list[tuple[int, int, str, int]] = []
    for one in instructions:
        ends_block = one.following in leaders or one.following == -1
        if one.target is not None:
            target = one.target
            count = seen.transitions[one.offset, target]
            if one.op == "FOR_ITER":  # 3.12 and later: the END_FOR that it jumps to is stepped over
                count = sum(
                    number
                    for (source, to), number in seen.transitions.items()
                    if source == one.offset and to != one.following
                )
            edges.append((one.offset, target, "jump", count))
        if one.op in _SUSPENDS:
            edges.append((one.offset, one.following, "suspend", seen.transitions[one.offset, one.following]))
        elif ends_block and one.op not in _ENDS and one.following != -1:
            edges.append((one.offset, one.following, "fall", seen.transitions[one.offset, one.following]))
        elif one.op in ("RETURN_VALUE", "RETURN_CONST"):
            edges.append((one.offset, -1, "fall", seen.executed[one.offset]))
    for (source, target), count in seen.raise_edges.items():
        edges.append((source, target, "raise", count))
    return edges


def _site(instructions: list[Instruction], position: int, block_of: dict[int, int], seen: Recording) -> dict[str, Any]:
    one = instructions[position]
    start = position
    if one.op == "END_ASYNC_FOR":
        start = _anext_of(instructions, position)
    trail = []
    for before in reversed(instructions[max(0, start - TRAIL) : start]):
        if block_of[before.offset] != block_of[instructions[start].offset]:
            break
        trail.append((before.op, before.span))
    leaving = {to: count for (source, to), count in seen.transitions.items() if source == one.offset}
    fall = leaving.pop(one.following, 0)
    away = sum(leaving.values())
    if one.op == "FOR_ITER":
        test, true, false = "iter", fall, away
    elif one.op == "END_ASYNC_FOR":
        test, true, false = "aiter", _items(instructions, start, seen), fall
    elif one.op.endswith("NOT_NONE"):
        test, true, false = "none", fall, away
    elif one.op.endswith("NONE"):
        test, true, false = "none", away, fall
    else:
        test = "bool"
        true, false = (away, fall) if "IF_TRUE" in one.op else (fall, away)
    return {
        "offset": one.offset,
        "op": one.op,
        "test": test,
        "span": one.span,
        "trail": trail,
        "true": true,
        "false": false,
        "inflow": [],
    }


def _anext_of(instructions: list[Instruction], position: int) -> int:
    """The GET_ANEXT of the loop that the END_ASYNC_FOR at `position` ends: its exception handler is that place."""
    depth = 0
    for index in range(position - 1, -1, -1):
        if instructions[index].op == "END_ASYNC_FOR":
            depth += 1
        elif instructions[index].op == "GET_ANEXT":
            if depth == 0:
                return index
            depth -= 1
    raise AssertionError("END_ASYNC_FOR without GET_ANEXT")


def _items(instructions: list[Instruction], anext: int, seen: Recording) -> int:
    send = next(one for one in instructions[anext:] if one.op == "SEND")
    return seen.executed[send.target if send.target is not None else -1]


class Tracer:
    """Counts every instruction and transition of the code objects of one file name while a program runs."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.recordings: dict[CodeType, Recording] = {}
        self._last: dict[FrameType, int] = {}
        self._raised: set[FrameType] = set()
        self._prefix: dict[CodeType, dict[int, int]] = {}
        self._targets: dict[CodeType, set[int]] = {}

    def record(self, code: CodeType) -> Recording:
        return self.recordings.setdefault(code, Recording())

    def run(self, code: CodeType, names: Callable[[], dict[str, Any]]) -> None:
        """Execute `code` with fresh `names`; an exception ends it quietly.

        It runs twice, and the first time does not count: from 3.12 on an interpreter sends opcode events for a
        code object only some time after they were first asked for.
        """
        before = sys.gettrace()
        for _ in range(2):
            self.recordings.clear()
            self._last.clear()
            self._raised.clear()
            sys._getframe().f_trace_opcodes = True
            sys.settrace(self._enter)
            try:
                exec(code, names())
            except Exception:
                pass
            finally:
                sys.settrace(before)

    def _enter(self, frame: FrameType, event: str, arg: object) -> Any:
        if frame.f_code.co_filename != self.filename:
            return None
        if event == "call" and frame not in self._last:
            self.record(frame.f_code).calls += 1
        frame.f_trace_opcodes = True
        return self._step

    def _offset(self, code: CodeType, offset: int) -> int:
        """`offset` of an instruction for that of its EXTENDED_ARG."""
        moved = self._prefix.get(code)
        if moved is None:
            moved = self._prefix[code] = {}
            pending: list[int] = []
            for raw in dis.get_instructions(code):
                if raw.opname == "EXTENDED_ARG":
                    pending.append(raw.offset)
                else:
                    moved.update(dict.fromkeys(pending, raw.offset))
                    pending.clear()
        return moved.get(offset, offset)

    def _step(self, frame: FrameType, event: str, arg: object) -> Any:
        seen = self.record(frame.f_code)
        if event == "opcode":
            offset = self._offset(frame.f_code, frame.f_lasti)
            last = self._last.get(frame, -1)
            if last == offset:  # again, for the line that begins here or the instruction after an EXTENDED_ARG
                return self._step
            if frame in self._raised and offset in self._handlers(frame.f_code):
                seen.raise_edges[last, offset] += 1
                seen.raised[last] += 1
            else:  # no exception, or one that the instruction itself dealt with, such as a StopIteration in SEND
                seen.transitions[last, offset] += 1
            self._raised.discard(frame)
            seen.executed[offset] += 1
            self._last[frame] = offset
        elif event == "line":
            seen.lines[frame.f_lineno] += 1
        elif event == "exception":
            self._raised.add(frame)
        elif event == "return" and frame in self._raised:
            last = self._last.get(frame, 0)
            seen.raise_edges[last, -1] += 1
            seen.raised[last] += 1
        return self._step

    def _handlers(self, code: CodeType) -> set[int]:
        known = self._targets.get(code)
        if known is None:
            known = self._targets[code] = handler_offsets(code)
        return known
