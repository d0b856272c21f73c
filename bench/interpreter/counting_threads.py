"""Times a function that counts in a number of threads at once: plain and instrumented.

    python counting_threads.py DATA_DIR THREADS TURNS ROUNDS

Prints a JSON object: nanoseconds of one turn of the loop, the median of the rounds, for the plain function (`plain`)
and the instrumented one (`counts`). The count of a line of the loop is checked.
"""

from __future__ import annotations

import json
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import blockcov._blockcov as engine

SOURCE = """\
def work(turns):
    total = 0
    for i in range(turns):
        if i & 1:
            total += i
        else:
            total -= i
    return total
"""


def together(work: Callable[[int], int], threads: int, turns: int) -> float:
    """Processor seconds of the thread that needs most; what other processes do on the machine counts less so."""
    barrier = threading.Barrier(threads)
    seconds: list[float] = []

    def job() -> None:
        barrier.wait()
        start = time.thread_time()
        work(turns)
        seconds.append(time.thread_time() - start)

    running = [threading.Thread(target=job) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return max(seconds)


def main() -> None:
    """Measures and prints."""
    data, (threads, turns, rounds) = Path(sys.argv[1]), map(int, sys.argv[2:])
    code = compile(SOURCE, "work.py", "exec")
    functions: dict[str, Callable[[int], int]] = {}
    engine.start(str(data), "counts", lambda name: False, lambda *reason: sys.exit(f"not measured: {reason}"))
    for name, version in (("plain", code), ("counts", engine.instrument(code))):
        names: dict[str, Callable[[int], int]] = {}
        exec(version, names)
        functions[name] = names["work"]
    times: dict[str, list[float]] = {name: [] for name in functions}
    for _ in range(rounds):
        for name, work in functions.items():
            times[name].append(together(work, threads, turns) / turns * 1e9)
    engine.finish()
    units, errors = engine.read([str(data)])
    counted = sum(code["lines"][4] for unit in units for code in unit["codes"] if 4 in code["lines"])
    if errors or counted != threads * turns * rounds:
        sys.exit(f"counted {counted} of {threads * turns * rounds} {errors}")
    print(json.dumps({name: statistics.median(found) for name, found in times.items()}))


if __name__ == "__main__":
    main()
