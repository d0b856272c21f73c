"""Times loops with probes of each form in this interpreter, or counts their instructions under callgrind.

    python probe_forms.py time ROUNDS ITERATIONS
    python probe_forms.py callgrind 0 ITERATIONS

bench/probe_bench.py starts it with the extension module probe_slots on its path. It writes a JSON list, an object for
each form: its name, whether it does nothing once its constant is b"", whether it is fused with the LOAD_FAST before it,
the nanoseconds of one probe, the bytes of its code.

Each form is a function `for _ in it: FILLER PROBE FILLER PROBE ...`; what the same function without the probes takes is
taken off. The filler is `LOAD_FAST a; POP_TOP`: before a probe nothing is fused, and after it nothing.
"""

from __future__ import annotations

import dis
import json
import opcode
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from types import CodeType, FunctionType
from typing import Any

import probe_slots

MINOR = sys.version_info[1]
PROBES = 12  # in the loop's body
ARGUMENT = 1  # local variables: it, a, _
Words = Sequence[tuple[str, "int | str"]]  # the argument "probe" stands for the index of the constant

# What a probe may cut in two: what stands before it, and behind it.
APART: tuple[Words, Words] = ((("LOAD_FAST", ARGUMENT), ("POP_TOP", 0)), ())
FUSED: tuple[Words, Words] = ((("LOAD_FAST", ARGUMENT),), (("POP_TOP", 0),))
SPLIT: tuple[Words, Words] = ((("STORE_FAST", 2),), (("LOAD_FAST", ARGUMENT),))


@dataclass(frozen=True)
class Form:
    """One way to write a probe: a slot of a type, and the instructions that lead to it."""

    name: str
    slot: str  # empty: no constant
    words: Words
    since: int = 11
    until: int = 15
    immortal: bool = False
    extended: bool = False  # the constant's index needs EXTENDED_ARG
    around: tuple[Words, Words] = APART
    counts: bool = True  # it is a probe: each execution counts


PROBE = ("LOAD_CONST", "probe")
POP = ("POP_TOP", 0)
JUMP = ("POP_JUMP_FORWARD_IF_FALSE" if MINOR == 11 else "POP_JUMP_IF_FALSE", 0)
JUMP_TRUE = ("POP_JUMP_FORWARD_IF_TRUE" if MINOR == 11 else "POP_JUMP_IF_TRUE", 0)
IN, EQUAL = ("CONTAINS_OP", 0), ("COMPARE_OP", {11: 2, 12: 40, 13: 72}.get(MINOR, 72))
TRUTH: Words = (PROBE, JUMP) if MINOR < 13 else (PROBE, ("TO_BOOL", 0), POP)
TRUTH_NAME = "test of truth"
CALL: Words = {
    11: (("PUSH_NULL", 0), PROBE, ("PRECALL", 0), ("CALL", 0), POP),
    12: (("PUSH_NULL", 0), PROBE, ("CALL", 0), POP),
}.get(MINOR, (PROBE, ("PUSH_NULL", 0), ("CALL", 0), POP))
END_FOR = {11: [], 12: [("END_FOR", 0)], 13: [("END_FOR", 0), POP]}.get(MINOR, [("END_FOR", 0), ("POP_ITER", 0)])
ITERATOR: Words = () if MINOR < 15 else (("PUSH_NULL", 0),)  # what a `for` has on the stack beside it
GET_ITER: Words = (PROBE, ("GET_ITER", 0), *[POP] * (1 if MINOR < 15 else 2))

FORMS = [
    Form(TRUTH_NAME, "bool", TRUTH),
    Form(f"{TRUTH_NAME}, immortal", "bool", TRUTH, since=12, immortal=True),
    Form(f"{TRUTH_NAME}, the counter in the object", "own", TRUTH),
    Form(f"{TRUTH_NAME}, EXTENDED_ARG", "bool", TRUTH, extended=True),
    Form(f"{TRUTH_NAME}, behind LOAD_FAST", "bool", TRUTH, around=FUSED),
    Form(f"{TRUTH_NAME}, behind LOAD_FAST, immortal", "bool", TRUTH, since=12, immortal=True, around=FUSED),
    Form(f"{TRUTH_NAME}, between STORE_FAST and LOAD_FAST", "bool", TRUTH, around=SPLIT),
    Form("LOAD_CONST POP_JUMP_IF_TRUE", "bool", (PROBE, JUMP_TRUE), until=12),
    Form("LOAD_CONST JUMP_IF_TRUE_OR_POP", "bool", (PROBE, ("JUMP_IF_TRUE_OR_POP", 0)), until=11),
    Form("LOAD_CONST UNARY_NOT POP_TOP", "bool", (PROBE, ("UNARY_NOT", 0), POP), until=12),
    Form("LOAD_CONST TO_BOOL POP_JUMP_IF_FALSE", "bool", (PROBE, ("TO_BOOL", 0), JUMP), since=13),
    Form("LOAD_CONST GET_ITER POP_TOP", "iter", GET_ITER),
    Form("LOAD_CONST GET_ITER POP_TOP, immortal", "iter", GET_ITER, since=12, immortal=True),
    Form("LOAD_CONST GET_LEN POP_TOP POP_TOP", "length", (PROBE, ("GET_LEN", 0), POP, POP)),
    Form("LOAD_CONST GET_LEN END_FOR", "length", (PROBE, ("GET_LEN", 0), ("END_FOR", 0)), since=12, until=12),
    Form("LOAD_CONST UNPACK_SEQUENCE", "next", (PROBE, ("UNPACK_SEQUENCE", 0))),
    Form("LOAD_CONST UNPACK_SEQUENCE, immortal", "next", (PROBE, ("UNPACK_SEQUENCE", 0)), since=12, immortal=True),
    Form("LOAD_CONST POP_TOP (tp_dealloc)", "dealloc", (PROBE, POP)),
    Form("LOAD_CONST POP_TOP (tp_dealloc), behind LOAD_FAST", "dealloc", (PROBE, POP), around=FUSED),
    Form("LOAD_CONST LOAD_CONST CONTAINS_OP POP_TOP", "contains", (PROBE, PROBE, IN, POP)),
    Form("LOAD_CONST LOAD_CONST COMPARE_OP POP_TOP", "compare", (PROBE, PROBE, EQUAL, POP)),
    Form("LOAD_CONST LOAD_ATTR POP_TOP", "attribute", (PROBE, ("LOAD_ATTR", 0), POP)),
    Form("LOAD_CONST FOR_ITER", "next", (PROBE, *ITERATOR, ("FOR_ITER", 0), *END_FOR)),
    Form(
        "LOAD_CONST FOR_ITER, immortal", "next", (PROBE, *ITERATOR, ("FOR_ITER", 0), *END_FOR), since=12, immortal=True
    ),
    Form("LOAD_CONST UNARY_NEGATIVE POP_TOP", "negative", (PROBE, ("UNARY_NEGATIVE", 0), POP)),
    Form("LOAD_CONST UNARY_INVERT POP_TOP", "invert", (PROBE, ("UNARY_INVERT", 0), POP)),
    Form("CALL of a vectorcall object", "vectorcall", CALL),
    Form("CALL of a C function", "function", CALL),
    Form("no probe: LOAD_CONST POP_TOP", "bool", (PROBE, POP), counts=False),
    Form("no probe: NOP", "", (("NOP", 0),), counts=False),
    Form("no probe: JUMP_FORWARD over two units", "", (("JUMP_FORWARD", 2), ("NOP", 0), ("NOP", 0)), counts=False),
]


def caches(name: str) -> int:
    """Count the inline cache entries behind an instruction."""
    table: Any = opcode._inline_cache_entries  # type: ignore[attr-defined]
    return int(table.get(name, 0) if isinstance(table, dict) else table[dis.opmap[name]])


def units(words: Words, constants: Iterator[int] | None = None) -> bytes:
    """Assemble; each probe takes the next of `constants`."""
    out = bytearray()
    index = 0
    if any(argument == "probe" for _, argument in words):
        index = next(constants) if constants else 0
    for name, argument in words:
        value = index if argument == "probe" else argument
        assert isinstance(value, int)
        if value > 255:
            out += bytes([dis.opmap["EXTENDED_ARG"], value >> 8])
        out += bytes([dis.opmap[name], value & 255]) + bytes(2 * caches(name))
    return bytes(out)


def template(it: Any, a: Any) -> None:
    """Give its code object to be changed."""
    for _ in it:
        a.__doc__  # noqa: B018


def function(body: bytes, constants: Sequence[Any]) -> Callable[[Any, Any], None]:
    """Make `for _ in it: BODY` of the bytes of the body."""
    start = units((("RESUME", 0), ("LOAD_FAST", 0), ("GET_ITER", 0)))
    store = units((("STORE_FAST", 2),))
    back = caches("JUMP_BACKWARD")

    def loop(forward: int) -> bytes:
        head = units((("FOR_ITER", forward),))
        backward = (len(head) + len(store) + len(body)) // 2 + 1 + back
        return head + store + body + units((("JUMP_BACKWARD", backward + (backward > 255)),))

    size = len(loop(0)) - len(units((("FOR_ITER", 0),)))
    code = start + loop(size // 2) + units((*END_FOR, ("LOAD_CONST", 0), ("RETURN_VALUE", 0)))
    assert size // 2 < 255, "FOR_ITER would need EXTENDED_ARG"
    made: CodeType = template.__code__.replace(
        co_code=code, co_consts=tuple(constants), co_stacksize=8, co_linetable=b"", co_exceptiontable=b""
    )
    return FunctionType(made, {})


def build(form: Form, probe: Callable[[], Any]) -> Callable[[Any, Any], None]:
    """Make the form's loop with constants that `probe` gives; without any for a form without words."""
    first = 300 if form.extended else 1
    constants = [None] * first + [probe() for _ in range(PROBES)]
    index = iter(range(first, first + PROBES))
    before, behind = form.around
    body = b"".join(units(before) + units(form.words, index) + units(behind) for _ in range(PROBES))
    if form.around == SPLIT:  # what was stored and loaded has to be there
        body = units((("LOAD_FAST", ARGUMENT),)) + body + units((POP,))
    return function(body, constants)


def harmless(form: Form, constant: Any) -> bool:
    """Say if the form raises nothing with another constant; a child tries it, for it may crash."""
    child = os.fork()
    if child == 0:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            build(form, lambda: constant)(repeat(None, 100), 1)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def fused(code: Callable[[Any, Any], None]) -> bool:
    """Say if a probe's LOAD_CONST is one with the instruction before it."""
    return any(each.opname == "LOAD_FAST__LOAD_CONST" for each in dis.get_instructions(code, adaptive=True))


def prepared() -> list[tuple[Form, Callable[[Any, Any], None], Callable[[Any, Any], None]]]:
    """Make of each form the loop with and without probes, warm."""
    made = []
    for form in FORMS:
        if not form.since <= MINOR <= form.until:
            continue
        with_probes = build(form, lambda form=form: form.slot and probe_slots.make(form.slot, form.immortal))  # type: ignore[misc]
        without = build(Form(form.name, "", (), around=form.around), lambda: None)
        probe_slots.disown(with_probes.__code__.co_consts)
        before = probe_slots.total()
        with_probes(repeat(None, 100), 1)
        without(repeat(None, 100), 1)
        expected = 100 * PROBES if form.counts and form.slot != "own" else 0
        counted = probe_slots.total() - before
        if counted != expected:
            raise AssertionError(f"{form.name}: counted {counted}, not {expected}")
        made.append((form, with_probes, without))
    return made


def run(what: str, rounds: int, iterations: int) -> list[dict[str, Any]]:
    """Take the samples, one dictionary for each form; under callgrind its instructions are in files instead."""
    forms = prepared()
    if what == "callgrind":
        for number, (_, with_probes, without) in enumerate(forms):
            for name, each in (("with", with_probes), ("without", without)):
                each(repeat(None, 100), 1)
                probe_slots.collect("")
                each(repeat(None, iterations), 1)
                probe_slots.collect(f"{number}-{name}")
        return []
    samples: list[list[float]] = [[] for _ in forms]
    for _ in range(rounds):
        for each_samples, (_, with_probes, without) in zip(samples, forms, strict=True):
            start = time.thread_time_ns()
            with_probes(repeat(None, iterations), 1)
            middle = time.thread_time_ns()
            without(repeat(None, iterations), 1)
            end = time.thread_time_ns()
            each_samples.append(((middle - start) - (end - middle)) / iterations / PROBES)
    return [
        {
            "form": form.name,
            "shipped": harmless(form, b"") if form.counts else None,
            "fused": fused(with_probes),
            "ns": statistics.median(each_samples),
            "bytes": len(units(form.words)),
        }
        for each_samples, (form, with_probes, _) in zip(samples, forms, strict=True)
    ]


if __name__ == "__main__":
    json.dump(run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
