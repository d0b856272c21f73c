"""The static view of one code object: its instructions, lines, successors and handlers.

An *instruction* here is what the compiler meant as one: `EXTENDED_ARG` prefixes, the operation, its inline caches.
It is named by its *start*: the byte offset of its first prefix, or of the operation if it has none. Whatever offset
an interpreter reports for it (prefix, operation, last cache) maps to the start with `start_of`.
"""

import dis
import opcode
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import CodeType

VERSION = sys.version_info[:2]

_CACHES = getattr(opcode, "_inline_cache_entries")  # noqa: B009  (3.13 keys it by name, 3.11 and 3.12 by opcode)


def cache_units(op: int) -> int:
    """Number of inline cache units behind the operation `op`."""
    if isinstance(_CACHES, list):
        return int(_CACHES[op])
    return int(_CACHES.get(opcode.opname[op], 0))


RETURNS = frozenset({"RETURN_VALUE", "RETURN_CONST"})
NEVER_FALLS = RETURNS | {
    "JUMP_FORWARD",
    "JUMP_BACKWARD",
    "JUMP_BACKWARD_NO_INTERRUPT",
    "RERAISE",
    "RAISE_VARARGS",
    "INTERPRETER_EXIT",
}
GENEXPR_START = 4  # argument of a RESUME, from 3.15 on (Include/internal/pycore_opcode_utils.h)
UNTRACED_AT_EXHAUSTION = {
    (3, 12): ("END_FOR",),
    (3, 13): ("END_FOR", "POP_TOP"),
    (3, 14): ("END_FOR",),
    (3, 15): ("END_FOR",),
}


@dataclass(frozen=True)
class Instruction:
    """One instruction; offsets are byte offsets into `co_code`."""

    start: int
    offset: int  # of the operation itself, after its prefixes
    end: int  # of what follows, after the caches
    name: str
    arg: int
    line: int | None
    target: int | None  # start of the jump target


@dataclass(frozen=True)
class Handler:
    """One entry of the exception table: [start, end) is covered, `target` is where it goes."""

    start: int
    end: int
    target: int
    depth: int
    lasti: bool


@dataclass
class Shape:
    """The instructions of one code object in order, and maps over them."""

    code: CodeType
    instructions: list[Instruction] = field(default_factory=list)
    start_of: dict[int, int] = field(default_factory=dict)
    at: dict[int, Instruction] = field(default_factory=dict)
    following: dict[int, int] = field(default_factory=dict)
    handlers: list[Handler] = field(default_factory=list)
    first_resume: int = 0  # start of the first RESUME of a frame that can be seen: nothing before it is traced

    def name(self, start: int) -> str:
        """Name of the operation of the instruction at `start`."""
        return self.at[start].name

    def prefix(self) -> list[int]:
        """The instructions before the first RESUME, which no interpreter traces."""
        return [each.start for each in self.instructions if each.start < self.first_resume]

    def exhausted(self, start: int) -> list[int]:
        """For a FOR_ITER: the instructions it lands on when exhausted and that the interpreter may skip."""
        found = []
        target = self.at[start].target
        for name in UNTRACED_AT_EXHAUSTION.get(VERSION, ()):
            if target is None or target not in self.at or self.at[target].name != name:
                break
            found.append(target)
            target = self.following.get(target)
        return found

    def after_exhaustion(self, start: int) -> set[int]:
        """For a FOR_ITER: where the interpreter may go on when it is exhausted."""
        target = self.at[start].target
        if target is None:
            return set()
        landed = {target}
        for skipped in self.exhausted(start):
            landed.add(self.following[skipped])
        return landed

    def successors(self, start: int) -> set[int]:
        """Where control may go from the instruction at `start` without an exception."""
        here = self.at[start]
        found: set[int] = set()
        if here.name not in NEVER_FALLS and start in self.following:
            found.add(self.following[start])
        if here.name == "FOR_ITER":
            found |= self.after_exhaustion(start)
        elif here.target is not None:
            found.add(here.target)
        return found


def _lines(code: CodeType) -> dict[int, int]:
    lines: dict[int, int] = {}
    for start, end, line in code.co_lines():
        if line is not None:
            lines.update(dict.fromkeys(range(start, end, 2), line))
    return lines


def _jump_target(name: str, arg: int, end: int) -> int | None:
    """Byte offset a jump goes to; `end` is what follows it."""
    if name == "JUMP_BACKWARD_NO_INTERRUPT" or "BACKWARD" in name:
        return end - 2 * arg
    if "JUMP" in name or name in ("FOR_ITER", "SEND"):
        return end + 2 * arg
    return None


def _shows(here: Instruction) -> bool:
    """Whether the frame can be seen from `here` on: not where 3.15 starts a generator expression's iterator."""
    return here.name == "RESUME" and (VERSION < (3, 15) or here.arg != GENEXPR_START)


def shape(code: CodeType) -> Shape:
    """Take `code` apart."""
    made = Shape(code)
    raw, lines = code.co_code, _lines(code)
    start = offset = arg = 0
    while offset < len(raw):
        op = raw[offset]
        name = opcode.opname[op]
        arg = arg << 8 | raw[offset + 1]
        offset += 2
        if name == "EXTENDED_ARG":
            continue
        end = offset + 2 * cache_units(op)
        target = _jump_target(name, arg, end) if op in dis.hasjrel else None
        found = Instruction(start, offset - 2, end, name, arg, lines.get(offset - 2), target)
        made.instructions.append(found)
        made.at[start] = found
        for unit in range(start, end, 2):
            made.start_of[unit] = start
        start, offset, arg = end, end, 0
    for before, after in zip(made.instructions, made.instructions[1:], strict=False):
        made.following[before.start] = after.start
    made.first_resume = next((each.start for each in made.instructions if _shows(each)), 0)
    for entry in dis._parse_exception_table(code):  # type: ignore[attr-defined]
        made.handlers.append(Handler(entry.start, entry.end, entry.target, entry.depth, entry.lasti))
    return made


def walk(code: CodeType) -> Iterator[CodeType]:
    """`code` and all code objects in it, in the pre-order that numbers them."""
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from walk(const)
