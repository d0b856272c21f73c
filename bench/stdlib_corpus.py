#!/usr/bin/env python3
"""Writes all code objects of an interpreter's standard library to a file for instrument_bench, or times marshal.loads.

    python3.12 bench/stdlib_corpus.py build/stdlib-3.12.corpus
    BLOCKCOV_CORPUS=build/stdlib-3.12.corpus build/release/core/bench/blockcov_bench

    python3.12 bench/stdlib_corpus.py --time-marshal     # what importing costs anyway, in the same unit

The file is a sequence of records: a length (8 bytes, little-endian) and a coverage map's payload, which is a module's
code object with all that nest in it (instrument/coverage_map.cc says how it is laid out). Modules that do not compile
are left out. Instructions are counted as the compiler counts them: without EXTENDED_ARG and inline caches.
"""

from __future__ import annotations

import argparse
import dis
import marshal
import sys
import sysconfig
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import CodeType


def uleb128(value: int) -> bytes:
    """`value` in groups of seven bits, the low ones first."""
    out = bytearray()
    while True:
        byte = value & 0x7F
        value >>= 7
        out.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(out)


def counted(data: bytes) -> bytes:
    """A length and the bytes."""
    return uleb128(len(data)) + data


def in_pre_order(code: CodeType, parent: int, into: list[tuple[CodeType, int]]) -> list[tuple[CodeType, int]]:
    """`code` and all that nest in it, each with its parent's index."""
    index = len(into)
    into.append((code, parent))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            in_pre_order(constant, index, into)
    return into


def encode(module: CodeType) -> bytes:
    """The payload of the module's coverage map; no code object has a probe yet."""
    codes = in_pre_order(module, -1, [])
    out = bytearray([sys.version_info.minor, 0]) + bytes(16)
    out += counted(module.co_filename.encode()) + uleb128(len(codes))
    for code, parent in codes:
        out += uleb128(parent + 1) + counted(code.co_name.encode()) + counted(code.co_qualname.encode()) + counted(b"")
        numbers = (0, code.co_firstlineno & 0xFFFFFFFF, code.co_flags, code.co_stacksize, len(code.co_consts))
        out += b"".join(map(uleb128, numbers))
        out += counted(code.co_code) + counted(code.co_linetable) + counted(code.co_exceptiontable)
    return bytes(out)


def modules() -> Iterator[CodeType]:
    """The code objects of the standard library's modules, tests included, in order of their paths."""
    root = Path(sysconfig.get_path("stdlib"))
    warnings.simplefilter("ignore")
    for path in sorted(root.rglob("*.py")):
        if "site-packages" in path.parts:
            continue
        try:
            yield compile(path.read_bytes(), path.relative_to(root).as_posix(), "exec", dont_inherit=True)
        except (SyntaxError, ValueError, UnicodeDecodeError):
            continue  # some tests hold what must not compile


def is_test(module: CodeType) -> bool:
    """Whether the module belongs to a test suite, by its path."""
    return any(part in ("test", "tests", "idle_test") for part in Path(module.co_filename).parts[:-1])


def instructions(module: CodeType) -> int:
    """Instructions of the module with all that nest in it."""
    return sum(
        instruction.opname not in ("EXTENDED_ARG", "CACHE")
        for code, _ in in_pre_order(module, -1, [])
        for instruction in dis.get_instructions(code)
    )


def time_marshal(rounds: int) -> None:
    """Prints how many instructions a second marshal.loads brings back, in the best of `rounds`."""
    count = 0
    dumps = []
    for module in modules():
        count += instructions(module)
        dumps.append(marshal.dumps(module))
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        for data in dumps:
            marshal.loads(data)
        best = min(best, time.perf_counter() - start)
    print(
        f"marshal.loads on {sys.version.split()[0]}: {len(dumps)} modules, {count} instructions "
        f"in {best * 1000:.0f} ms, {count / best / 1e6:.1f}M instructions/s"
    )


def main() -> int:
    """Writes or times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", nargs="?", type=Path, help="the corpus file to write")
    parser.add_argument("--time-marshal", action="store_true", help="time marshal.loads of the same modules")
    parser.add_argument("--rounds", type=int, default=5, help="of which the best counts (default: 5)")
    options = parser.parse_args()
    if options.output is None and not options.time_marshal:
        parser.error("name a file to write, or give --time-marshal")
    if options.output is not None:
        with options.output.open("wb") as out:
            for module in modules():
                payload = encode(module)
                out.write(len(payload).to_bytes(8, "little") + payload)
    if options.time_marshal:
        time_marshal(options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
