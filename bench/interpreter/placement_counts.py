"""Says how often probes run: blockcov's, and those of placements that derive nothing.

    python placement_counts.py run DATA_DIR FILE...      of the files that DATA_DIR has exact counts of
    python placement_counts.py static DIRECTORY          how many there are, over the modules of the standard library

bench/placement.py starts it. It writes a JSON object with "lines", "blocks", "edges", "probes" and "probes of blocks"
(those of `--placement blocks`) for each file; `static` one for all together, with "instructions" too.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from pathlib import Path
from types import CodeType
from typing import Any

import blockcov._blockcov as engine

BLOCK = re.compile(r"^B(\d+)\b")
INSTRUCTION = re.compile(r"^ +(\d+)  [A-Z]")
EDGE = re.compile(r"^ +e(\d+) (\w+) -> (B(\d+)|exit)(?:  probe (\d+))?")
HEAD = re.compile(r", line -?\d+: (\d+) blocks?, (\d+) edges?, (\d+) counters?")


def in_pre_order(code: CodeType) -> list[CodeType]:
    """Give `code` and all that nest in it."""
    nested = [each for each in code.co_consts if isinstance(each, CodeType)]
    return [code, *(inner for each in nested for inner in in_pre_order(each))]


def executed(code: CodeType, counts: Any, placement: str = "fewest") -> Counter[str]:
    """Sum up the executions of one code object: `counts` is its part of what the engine read."""
    text = engine.dump(code, "map", "counts", placement)
    blocks: dict[int, list[int]] = {}  # first and last instruction
    edges: list[tuple[int, int | None, bool]] = []  # from, to, has a probe
    current = 0
    for line in text.splitlines():
        if match := BLOCK.match(line):
            current = int(match[1])
        elif match := INSTRUCTION.match(line):
            blocks.setdefault(current, [int(match[1])]).append(int(match[1]))
        elif match := EDGE.match(line):
            edges.append((current, int(match[4]) if match[4] else None, match[5] is not None))
    instructions = counts["instructions"]
    head = HEAD.search(text)
    assert head is not None, text
    # Of the edges in the counts, those that a landing pad recorded stand first; the entry edge is not among them.
    shown = [edge for edge in edges if edge[0] in blocks]
    measured = counts["edges"][len(counts["edges"]) - len(shown) :]
    total = Counter(
        lines=sum(counts["lines"].values()),
        blocks=sum(instructions[first][3] for first, *_ in blocks.values()),
        edges=counts["calls"],
        probes=counts["calls"] if "counter 0: exit -> B0" in text else 0,
    )
    for (origin, target, probed), (start, end, _, count) in zip(shown, measured, strict=True):
        assert start == instructions[blocks[origin][-1]][0], (code, text)
        assert target is None or target not in blocks or end == instructions[blocks[target][0]][0], (code, text)
        total["edges"] += count if target is not None else 0
        total["probes"] += count if probed else 0
    for origin, target, probed in edges:
        # An empty block (3.11: where a SEND ends) has no instruction, so its way out is not among the counts. A probe
        # on it stands at the head of the next block, which has no other way in.
        if origin not in blocks and probed and target is not None:
            total["probes"] += instructions[blocks[target][0]][3]
    probes = sum(probed for *_, probed in edges) + ("counter 0: exit -> B0" in text)
    assert probes == int(head[3]), f"{code}: {probes} of {head[3]} probes stand where this script sees them"
    return total


def run(data_dir: str, files: list[str]) -> dict[str, dict[str, int]]:
    """Sum up the executions of each file."""
    units, errors = engine.read([data_dir], detail=True)
    if errors:
        raise SystemExit("\n".join(errors))
    found = {unit["filename"]: unit for unit in units}
    result = {}
    for file in files:
        codes = in_pre_order(compile(Path(file).read_bytes(), file, "exec", dont_inherit=True))
        unit = found[file]
        total: Counter[str] = Counter()
        for code, counts in zip(codes, unit["codes"], strict=True):
            assert code.co_qualname == counts["qualname"]
            total += executed(code, counts)
            total["probes of blocks"] += executed(code, counts, "blocks")["probes"]
        result[file] = dict(total)
    return result


def static(directory: str) -> dict[str, int]:
    """Count blocks, edges, probes and instructions of the standard library without its tests."""
    sys.path.insert(0, directory)
    import stdlib_corpus

    total: Counter[str] = Counter()
    for module in stdlib_corpus.modules():
        if stdlib_corpus.is_test(module):
            continue
        for code in in_pre_order(module):
            text = engine.dump(code, "map")
            head = HEAD.search(text)
            assert head is not None, text
            total.update(dict(zip(("blocks", "edges", "probes"), map(int, head.groups()), strict=True)))
            total["instructions"] += sum(INSTRUCTION.match(line) is not None for line in text.splitlines())
            total["codes"] += 1
    return dict(total)


if __name__ == "__main__":
    json.dump(run(sys.argv[2], sys.argv[3:]) if sys.argv[1] == "run" else static(sys.argv[2]), sys.stdout)
