"""Says how much memory instrumented code takes: the modules of the standard library, instrumented in this process.

    python size_counts.py MODE DIRECTORY       DIRECTORY: where stdlib_corpus.py is

bench/size_bench.py starts it. It writes a JSON object with sums of bytes over all code objects: "code" is co_code,
"tables" the location and exception tables, each also after instrumentation; "probes_bytes" and "pads_bytes" what the
constants of the engine take, with their slots in tuples, "counter_bytes" what is behind the probes.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections import Counter
from types import CodeType
from typing import Any

import blockcov._blockcov as engine

COUNTER_BYTES = 8
SLOT_BYTES = 8  # of a tuple, for each constant


def in_pre_order(code: CodeType) -> list[CodeType]:
    """Give `code` and all that nest in it."""
    nested = [each for each in code.co_consts if isinstance(each, CodeType)]
    return [code, *(inner for each in nested for inner in in_pre_order(each))]


def is_engine_object(constant: Any) -> bool:
    """Say if a constant is a probe, a landing pad or whatever else the engine puts there."""
    return type(constant).__module__.startswith("blockcov")


def allocated(constant: Any) -> int:
    """Give the bytes that are spent on an object: multiples of 16, but for probes that lie in one piece."""
    size = sys.getsizeof(constant)
    return size if type(constant).__name__ == "Probe" else (size + 15) // 16 * 16


def sizes(module: CodeType) -> Counter[str]:
    """Instrument a module and weigh it."""
    total: Counter[str] = Counter()
    rewritten = engine.instrument(module)
    for old, new in zip(in_pre_order(module), in_pre_order(rewritten), strict=True):
        total["codes"] += 1
        total["code"] += len(old.co_code)
        total["tables"] += len(old.co_linetable) + len(old.co_exceptiontable)
        runs = engine.internals(new)
        total["code_instrumented"] += len(runs["co_code"])
        total["tables_instrumented"] += len(runs["co_linetable"]) + len(runs["co_exceptiontable"])
        for constant in runs["co_consts"]:
            if is_engine_object(constant):
                kind = "pads" if "Pad" in type(constant).__name__ else "probes"
                total[kind] += 1
                total[f"{kind}_bytes"] += allocated(constant) + SLOT_BYTES
    return total


def main() -> None:
    """Weigh the library."""
    mode, directory = sys.argv[1:]
    sys.path.insert(0, directory)
    import stdlib_corpus

    total: Counter[str] = Counter()
    refused: list[str] = []
    with tempfile.TemporaryDirectory() as data:
        engine.start(
            data, mode, lambda name: False, lambda name, qualname, reason: refused.append(f"{name} {qualname}")
        )
        for module in stdlib_corpus.modules():
            if not stdlib_corpus.is_test(module):
                total.update(sizes(module))
                total["modules"] += 1
        total["counter_bytes"] = COUNTER_BYTES * total["probes"]
        total["refused"] = len(refused)
    json.dump(total, sys.stdout)


if __name__ == "__main__":
    main()
