"""The arcs between lines that were executed, from the counts of the edges of a code object.

An arc is two consecutive line events of a frame. A transfer fires one when its target's line differs from its
source's or when it goes backward; the line of the last event is carried along the executed edges.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .model import Arc

if TYPE_CHECKING:
    from blockcov._blockcov import Code

_QUIET_BACKWARD = frozenset({"JUMP_BACKWARD_NO_INTERRUPT", "SEND"})


def executed_arcs(codes: Iterable[Code]) -> set[Arc]:
    """The executed arcs of all `codes` that came with their instructions and edges."""
    arcs: set[Arc] = set()
    for code in codes:
        if code["calls"] and "instructions" in code and "edges" in code:
            _arcs_of(code, arcs)
    return arcs


def _arcs_of(code: Code, arcs: set[Arc]) -> None:
    start = -code["first_line"]
    instructions = [one for one in code["instructions"] if one[1] not in ("CACHE", "EXTENDED_ARG")]
    position = {one[0]: index for index, one in enumerate(instructions)}
    leaving: dict[int, list[tuple[int, str]]] = {}
    targets: set[int] = set()
    for source, target, kind, count in code["edges"]:
        if count:
            leaving.setdefault(source, []).append((target, kind))
            targets.add(target)
    # A generator expression of 3.15 has a RESUME before it makes the generator, too.
    made = next((index for index, one in enumerate(instructions) if one[1] == "RETURN_GENERATOR"), 0)
    begin = next((index for index, one in enumerate(instructions) if one[1] == "RESUME" and index >= made), 0)
    seen: dict[int, set[int]] = {begin: {start}}
    todo = [begin]
    while todo:
        index = todo.pop()
        last = seen[index]
        while True:
            offset, op, line, _ = instructions[index]
            ends = False
            for target, kind in leaving.get(offset, ()):
                ends = ends or kind != "raise"
                if target == -1:
                    if kind != "suspend":
                        arcs.update((before, start) for before in last)
                    continue
                goal = position.get(target)
                if goal is None:
                    continue
                if instructions[goal][1] == "END_FOR":
                    goal = _behind_end_for(instructions, goal)
                carried = {line} if kind == "suspend" and line else last
                entered = _enter(op, line, offset, instructions[goal], carried, arcs)
                known = seen.setdefault(goal, set())
                if not entered <= known:
                    known |= entered
                    todo.append(goal)
            index += 1
            if ends or index >= len(instructions) or not instructions[index][3]:
                break
            following = instructions[index]
            if following[0] in targets:
                break
            last = _enter(op, line, offset, following, last, arcs)


def _behind_end_for(instructions: list[tuple[int, str, int | None, int]], index: int) -> int:
    """Where an exhausted FOR_ITER goes on: it steps over END_FOR, from 3.13 on over a POP_TOP behind that too."""
    while instructions[index][1] in ("END_FOR", "POP_TOP") and not instructions[index][3]:
        index += 1
    return index


def _enter(
    op: str,
    line: int | None,
    offset: int,
    target: tuple[int, str, int | None, int],
    last: set[int],
    arcs: set[Arc],
) -> set[int]:
    """The lines of the last event after going from one instruction to `target`."""
    to, target_op, target_line, _ = target
    if not target_line or target_op == "RESUME":
        return last
    if target_line == line and not (to < offset and op not in _QUIET_BACKWARD) and op != "RESUME":
        return last
    if op == "RESUME" and target_line == line and not all(one < 0 for one in last):
        return last
    arcs.update((before, target_line) for before in last)
    return {target_line}
