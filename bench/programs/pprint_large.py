"""Formats a large nested structure with a copy of the standard library's pprint.

The harness puts `pprint_copy.py`, the pprint module of the interpreter that runs, beside this file, so that coverage
tools, which leave the standard library out, measure it. SIZE is the number of records. The output has to evaluate to
what went in.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

LOT = 20  # records formatted at a time


def record(index: int) -> dict[str, Any]:
    """Make one record with every container that pprint knows how to break over lines."""
    name = f"record-{index * 7919 % 10007}"
    return {
        "name": name,
        "tags": {f"tag{index * step % 13}" for step in (1, 2, 3, 5, 7)},
        "sizes": tuple(index * step % 1009 for step in range(3 + index % 20)),
        "words": " ".join(f"{name} was seen {step} times" for step in range(index % 7)),
        "raw": bytes((index + step) % 256 for step in range(index % 90)),
        "nested": {
            index % 17: [{"depth": depth, "left": [depth] * (depth % 4), "right": ()} for depth in range(index % 5)],
            "flags": frozenset((index & 3, index & 5)),
            "empty": [{}, [], (), None, True, -0.5 * index],
        },
    }


def run(size: int) -> str:
    """Format the records in lots; give the number of lots of which every tenth was evaluated and found right."""
    pprint = importlib.import_module("pprint_copy")
    right = 0
    for lot, start in enumerate(range(0, size, LOT)):
        records = [record(index) for index in range(start, start + LOT)]
        text = pprint.pformat(records, width=100, compact=True)
        if not pprint.isreadable(records):
            continue
        if lot % 10 or eval(text, {}) == records:
            right += 1
    return f"{right} lots"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
