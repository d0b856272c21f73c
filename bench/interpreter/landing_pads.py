"""Times exceptions that are raised and caught, as they are and instrumented, or counts their instructions.

    python landing_pads.py time ROUNDS ITERATIONS
    python landing_pads.py callgrind 0 ITERATIONS

bench/probe_bench.py starts it. It writes a JSON list like probe_forms.py's; what is given is the difference: the
landing pad that records where the exception came from, and the probes that are passed on the way.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import repeat
from types import FunctionType
from typing import Any

import probe_slots

import blockcov._blockcov as engine


def caught_here(it: Any, missing: dict[int, int]) -> None:
    """Raise and catch in one frame."""
    for _ in it:
        try:
            missing[0]
        except KeyError:
            pass


def lookup(missing: dict[int, int]) -> int:
    """Raise."""
    return missing[0]


def caught_by_caller(it: Any, missing: dict[int, int], lookup: Callable[[dict[int, int]], int]) -> None:
    """Raise in one frame and catch in its caller's."""
    for _ in it:
        try:
            lookup(missing)
        except KeyError:
            pass


def instrumented(function: Any) -> Any:
    """Give the function with the rewritten code."""
    return FunctionType(engine.instrument(function.__code__), function.__globals__)


def main() -> None:
    """Measure."""
    what, rounds, iterations = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    pairs: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as directory:
        for mode in ("counts", "hits"):
            engine.start(f"{directory}/{mode}", mode, lambda name: False, lambda *text: None)
            pairs |= {
                f"an exception caught in the frame that raised it, {mode}": (
                    (instrumented(caught_here), ({},)),
                    (caught_here, ({},)),
                ),
                f"an exception caught one frame further up, {mode}": (
                    (instrumented(caught_by_caller), ({}, instrumented(lookup))),
                    (caught_by_caller, ({}, lookup)),
                ),
            }
            engine.stop()
        samples: dict[str, list[float]] = {name: [] for name in pairs}
        for number, (with_pads, without) in enumerate(pairs.values()):
            for label, (function, arguments) in (("with", with_pads), ("without", without)):
                function(repeat(None, 100), *arguments)
                if what == "callgrind":
                    probe_slots.collect("")
                    function(repeat(None, iterations), *arguments)
                    probe_slots.collect(f"{number}-{label}")
        for _ in range(rounds):
            for name, (with_pads, without) in pairs.items():
                spent = []
                for function, arguments in (with_pads, without):
                    start = time.thread_time_ns()
                    function(repeat(None, iterations), *arguments)
                    spent.append(time.thread_time_ns() - start)
                samples[name].append((spent[0] - spent[1]) / iterations)
        if what == "time":
            rows = [{"form": name, "shipped": None, "ns": statistics.median(each)} for name, each in samples.items()]
            json.dump(rows, sys.stdout)


if __name__ == "__main__":
    main()
