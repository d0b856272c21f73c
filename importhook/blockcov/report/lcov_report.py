"""lcov's tracefile, as genhtml of lcov 1 and 2 reads it: lines and functions with their counts, and branches.

    SF:app.py
    FN:3,f              the function f begins on line 3
    FNDA:5,f            and was called five times
    BRDA:4,0,1,2        line 4, first decision, second outcome: twice; `-` in place of the count: never reached
    DA:4,7              line 4 ran seven times

A branch is one outcome of an operand, and all operands of a decision make one block. The outcomes of operand N are
branches 2N and 2N+1, so that records about conditions (MC/DC) could be numbered alike.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from blockcov.analysis import FileAnalysis, Span, required
from blockcov.data import FileCoverage
from blockcov.report.output import one_line
from blockcov.report.statements import LINES, OUTCOMES, Statement, statements_of


@dataclass(frozen=True)
class LcovSettings:
    """`branches`: what counts as one, see statements.py. `checksums`: add a hash of its text to each line. `branch`:
    whether branches are counted at all.
    """

    branches: str = OUTCOMES
    checksums: bool = False
    branch: bool = True


def render(files: list[FileCoverage], settings: LcovSettings) -> str:
    """Give the whole tracefile."""
    records: list[str] = []
    for file in files:
        records += _record(file, settings)
        file.forget()
    return "".join(record + "\n" for record in records)


def _record(file: FileCoverage, settings: LcovSettings) -> Iterator[str]:
    statements = statements_of(file.analysis)
    yield "TN:"
    yield "SF:" + one_line(file.name)
    yield from _functions(file.analysis)
    found = hit = 0
    for statement in statements:
        for block, branch, count in _ways(statement, settings.branches) if settings.branch else ():
            found += 1
            hit += bool(count)
            yield f"BRDA:{statement.line},{block},{branch},{'-' if count is None else count}"
    if found:
        yield f"BRF:{found}"
        yield f"BRH:{hit}"
    text = file.text_lines() if settings.checksums else []
    for statement in statements:
        checksum = f",{line_checksum(text[statement.line - 1])}" if text else ""
        yield f"DA:{statement.line},{statement.count}{checksum}"
    yield f"LF:{len(statements)}"
    yield f"LH:{sum(statement.count > 0 for statement in statements)}"
    yield "end_of_record"


def line_checksum(line: str) -> str:
    """Give the hash that lcov compares a line with: MD5 in base64, without padding."""
    digest = hashlib.md5(line.rstrip("\n").encode("utf-8", "replace"), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode("ascii").rstrip("=")


def _functions(file: FileAnalysis) -> Iterator[str]:
    """Give the records of all functions but lambdas; of several with one name, the later ones get their line."""
    excluded = set(file.excluded_lines)
    counts: dict[str, int] = {}
    starts: list[str] = []
    for function in file.functions:
        line, name = function["line"], function["name"].replace(".<locals>", "")
        if "<lambda>" in name or line in excluded:
            continue
        if name in counts:
            name += f"@{line}"
        counts[name] = function["calls"]
        starts.append(f"FN:{line},{name}")
    if not counts:
        return
    yield from starts
    for name, calls in counts.items():
        yield f"FNDA:{calls},{name}"
    yield f"FNF:{len(counts)}"
    yield f"FNH:{sum(calls > 0 for calls in counts.values())}"


def _ways(statement: Statement, branches: str) -> Iterator[tuple[int, int, int | None]]:
    """Give block, branch and count of each branch; the count is None where the condition was never evaluated."""
    if branches == LINES:
        taken = {*statement.taken, *statement.accepted}
        targets = sorted([*taken, *statement.missing], key=lambda line: (line < 0, line))
        for branch, target in enumerate(targets):
            yield 0, branch, (int(target in taken) if taken else None)
        return
    blocks: dict[Span, int] = {}
    operands: dict[Span, int] = {}
    for condition in statement.conditions:
        block = blocks.setdefault(condition.decision, len(blocks))
        operand = operands[condition.decision] = operands.get(condition.decision, -1) + 1
        reached = statement.count and any(condition.outcomes.values())
        for branch, (name, count) in enumerate(condition.outcomes.items()):
            if name in required(condition):
                yield block, 2 * operand + branch, count if reached else None
