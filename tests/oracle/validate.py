"""Judges the oracle: its counts against what else is known, without blockcov.

1. Flow: every execution of an instruction leaves it by one edge.
2. Lines: `line_rule`, applied to the logged steps, gives the line events that came with them; and summed up they are
   what the standard library's `trace` counts in another run of the program.
3. 3.12+: the counts of instructions equal those of `sys.monitoring`'s INSTRUCTION events, in a third run.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType

from tests.oracle import line_rule, run
from tests.oracle.derive import Counts, derive
from tests.oracle.record import LEFT, RESUMED, SHIFT
from tests.oracle.shape import Shape, shape, walk

Place = tuple[str, str, int, bytes]


@dataclass
class Verdict:
    """What was checked, and what does not hold."""

    instructions: int = 0
    steps: int = 0
    lines: int = 0
    by_lasti: int = 0  # steps whose `prev` only the interpreter's stack knows, see line_rule
    problems: list[str] = field(default_factory=list)


def validate(program: run.Program, scratch: Path) -> Verdict:
    """Run `program` two or three times and compare what the runs say."""
    verdict = Verdict()
    recorded, _ = run.record_opcodes(program, scratch)
    counted, _ = run.record_lines(program, scratch)
    lines: Counter[tuple[str, int]] = Counter()
    surplus: Counter[tuple[str, int]] = Counter()
    executed: Counter[tuple[Place, int]] = Counter()
    for unit in recorded:
        for code, log in zip(walk(unit.root), unit.codes, strict=True):
            made = shape(code)
            counts = derive(made, log.starts, log.steps)
            _check_flow(made, counts, verdict)
            _check_lines(made, log, lines, surplus, verdict)
            for start, count in counts.instructions.items():
                executed[_place(unit.filename, code), start] += count
    _check_trace(lines, surplus, counted, verdict)
    if sys.version_info >= (3, 12):
        _check_monitor(executed, recorded, run.record_monitor(program, scratch), verdict)
    return verdict


def _place(filename: str, code: CodeType) -> Place:
    return filename, code.co_qualname, code.co_firstlineno, code.co_linetable


def _check_flow(made: Shape, counts: Counts, verdict: Verdict) -> None:
    out: Counter[int] = Counter()
    for (origin, _, _), count in counts.edges.items():
        out[origin] += count
        if count < 0:
            verdict.problems.append(f"{made.code.co_qualname}: edge from {origin} has {count}")
    for here in made.instructions:
        verdict.instructions += 1
        if counts.instructions[here.start] != out[here.start]:
            verdict.problems.append(
                f"{made.code.co_qualname}: {here.name} at {here.start}: "
                f"{counts.instructions[here.start]} in, {out[here.start]} out"
            )


def _check_lines(
    made: Shape,
    log: run.RecordedCode,
    lines: Counter[tuple[str, int]],
    surplus: Counter[tuple[str, int]],
    verdict: Verdict,
) -> None:
    for packed, count in log.steps.items():
        before, after = packed >> SHIFT, packed & ((1 << SHIFT) - 1)
        if after & (RESUMED | LEFT) or made.start_of[after] != after:
            continue
        prev, here = made.at[made.start_of[before >> 2]], made.at[after]
        events = log.lines.get(packed, 0)
        verdict.steps += 1
        if here.line is None:
            if events:
                verdict.problems.append(f"{made.code.co_qualname}: line event at {after}, which has no line")
            continue
        place = made.code.co_filename, here.line
        lines[place] += events
        if line_rule.call_surplus(made.code, prev.start, after):
            surplus[place] += count
        elif prev.name == "RERAISE" and prev.arg:
            verdict.by_lasti += 1
        elif events != count * line_rule.line_events(made.code, prev.start, after):
            verdict.problems.append(
                f"{made.code.co_qualname}: {prev.name} at {prev.start} (line {prev.line}) to {here.name} at {after} "
                f"(line {here.line}): {events} line events in {count} steps"
            )


def _check_trace(
    lines: Counter[tuple[str, int]],
    surplus: Counter[tuple[str, int]],
    counted: dict[str, dict[int, int]],
    verdict: Verdict,
) -> None:
    theirs = {(name, line): count for name, found in counted.items() for line, count in found.items()}
    for place in sorted({*lines, *theirs}):
        verdict.lines += 1
        # How often a call's surplus shows depends on specialisation, which opcode events prevent.
        if abs(lines[place] - theirs.get(place, 0)) > surplus[place]:
            verdict.problems.append(f"{place}: {lines[place]} line events, trace has {theirs.get(place, 0)}")


def _untraceable(made: Shape) -> Iterator[int]:
    """What INSTRUCTION events leave out: the prefix, RESUME, and what an exhausted FOR_ITER skips."""
    for here in made.instructions:
        if here.start <= made.first_resume or here.name in ("RESUME", "END_FOR"):
            yield here.start
        if here.name == "FOR_ITER":
            yield from made.exhausted(here.start)


def _check_monitor(
    executed: Counter[tuple[Place, int]],
    recorded: Sequence[run.RecordedUnit],
    monitored: Sequence[tuple[str, CodeType, dict[int, int]]],
    verdict: Verdict,
) -> None:
    theirs: Counter[tuple[Place, int]] = Counter()
    for filename, code, counts in monitored:
        for offset, count in counts.items():
            theirs[_place(filename, code), offset] += count
    for unit in recorded:
        for code in walk(unit.root):
            made, place = shape(code), _place(unit.filename, code)
            skipped = set(_untraceable(made))
            for here in made.instructions:
                ours, other = executed[place, here.start], theirs[place, here.start]
                if here.start not in skipped and ours != other:
                    verdict.problems.append(
                        f"{code.co_qualname}: {here.name} at {here.start}: {ours} by settrace, {other} by monitoring"
                    )
