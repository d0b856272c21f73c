"""Formats a large nested structure with a copy of the standard library's pprint.

The harness puts `pprint_copy.py`, the pprint module of the interpreter that runs, beside this file, so that coverage
tools, which leave the standard library out, measure it. SIZE is the number of records. The output has to evaluate to
what went in.
"""

from __future__ import annotations

import ast
import importlib
import sys
from typing import Any


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
    """Give the number of records that came back as they were."""
    pprint = importlib.import_module("pprint_copy")
    records = [record(index) for index in range(size)]
    text = pprint.pformat(records, width=100, compact=True)
    # One record in ten goes through the parser, which is not what is measured.
    sample = ast.literal_eval(text)[::10] if size < 100 else records[::10]
    right = sum(1 for left, back in zip(records[::10], sample, strict=True) if left == back)
    return f"{right} {pprint.isreadable(records)} {max(map(len, text.splitlines())) <= 100 or 'wide'}"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
