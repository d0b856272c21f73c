"""Outcome counts are exact: compared with programs that record the truth of everything they test themselves.

``python -m tests.test_analysis_counts FIRST LAST`` tries the generated programs of other seeds.
"""

from __future__ import annotations

import sys
import warnings
from typing import Any

import pytest

from blockcov.analysis import FileAnalysis, analyse
from tests.analysis_reference import Tracer, resolve
from tests.analysis_truth import Key, evaluate, generate, names

SEEDS = range(60)

SNIPPETS = [
    "x = (a and b) or c",
    "x = (a or b) and c",
    "x = ((a or b) or c) or d",
    "x = ((a and b) or c) and d",
    "x = (a and (b or c)) or d",
    "x = (a and not (b and c)) or d",
    "x = not (a and b) or c",
    "x = not (not a or (b and not c)) and d",
    "x = (not a) or (not b in (1, None)) or d",
    "x = a if b else c",
    "x = (a if b else c) or d",
    "x = (d if a else (b or c)) or 5",
    "x = ((b or c) if a else d) or 5",
    "x = (d if a else (b and c)) and (a or b)",
    "x = a and (b if c else (d or a)) and b",
    "x = not (a and (d if b else (c or a))) or c",
    "x = (a == b == c) or d",
    "x = (a == b != c and d) or c",
    "x = not (a == b == c) and d",
    "x = (d and a == b == c) or a",
    "x = a == b == c == d",
    "if a == b == c: x = 1",
    "if not a == b != c is not None: x = 1",
    "if a == (b or c) == (d if a else b) != d: x = 1",
    "if a and b or not c and (d or a): x = 1",
    "if (a if b else c and d): x = 1",
    "if not (a if not b else not c): x = 1",
    "if a is None or not b is None or c is not None: x = 1",
    "if (a or b) is None: x = 1",
    "if (x := a or b) and (y := c): x = y",
    "x = (y := a and b) or c",
    "if not a in (1, 2) and not not b in (1, 2): x = 1",
    "n = 3\nwhile n and (a or b):\n    n -= 1\nelse:\n    x = n",
    "n = 4\nwhile not n == 0 == 0 and (a if b else c):\n    n -= 1\n    if n == 2: continue\n    if d: break",
    "x = [i or 0 for i in (a, b, c) if i is not None if i or d]",
    "x = [(i, j) for i in (a, b) for j in (c, d) if i if j and (i or a)]",
    "x = {i: j or a for i, j in [(1, b), (2, c)] if j}",
    "x = sum(1 for i in (a, b, c, d) if i and not i == 2)",
    "for i in [a, b, c]:\n    if i: break\nelse:\n    x = a or b",
    "assert a or b, c and d",
    "assert not (a and b)",
    "x = f'{a or b}' + f'{c if d else a}'",
    "if f'{a}' and f'{b}' == f'{c}': x = 1",
    """try:
    x = a[0]
except TypeError:
    x = a or b
except (KeyError, IndexError) as e:
    x = b and c""",
    """try:
    if a: raise KeyError
    if b: x = c[0]
finally:
    x = a and b or c""",
    """for i in (a, b, c):
    try:
        if i: continue
        if d: break
    finally:
        if a and i or d: x = 1""",
    """try:
    raise ExceptionGroup('', [KeyError(), ValueError()])
except* KeyError:
    x = a or b""",
    """match a:
    case 0 | None: x = 1
    case [1, *r] if b or c: x = 2
    case {'k': 1 | 2}: x = 3
    case _: x = 4""",
    """match [a, b]:
    case [None | 1, [] | 0]: x = 1
    case [str(), y] | [y, str()] if not y: x = 2
    case [int(real=0 | 1), *_]: x = 3""",
    """match (a, [b, c]):
    case (1 | 2) as x, [y, (None | 0) as z]: pass
    case x, [y, *_] if x is y is not None: pass
    case {}: pass""",
    """match d:
    case [x, [y]]: pass
    case True | False: pass
    case {'k': v, **rest} if v: pass
    case str(x) | int(x): pass""",
    "x = (lambda p: p and a or b)(c)\ny = lambda: a or b",
    "x = same(a or b, c and d) and (a + 1 if isinstance(a, int) else b) or d",
    "x = (\n    a\n    and b\n    or not (\n        c and\n        d)\n) or (a if b else (\n    c or d))",
    "if box.a or (box\n    .b) and same(\n        c).real: x = 1",
    "x = (a\n    < b\n    < c) or d",
]


def program(body: str) -> str:
    """A program that runs `body` in a function for every row of arguments."""
    lines = "\n".join("    " + line for line in body.split("\n"))
    return (
        f"def f(a, b, c, d):\n{lines}\n"
        "for row in ROWS:\n    try:\n        f(*row)\n    except Exception:\n        pass\n"
    )


def measure(source: str, values: Any) -> FileAnalysis:
    """Analyse `source` with the counts of a traced run."""
    tracer = Tracer("program.py")
    code = compile(source, "program.py", "exec", dont_inherit=True)
    tracer.run(code, values)
    codes: Any = resolve(code, tracer.record)
    return analyse("program.py", source.encode(), codes)


def differences(source: str, seed: int) -> list[str]:
    """Every branch whose outcomes are not those that the program recorded itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        analysis = measure(source, lambda: names(seed))
        truth = evaluate(source, names(seed))
    measured: dict[Key, list[int]] = {
        (branch.kind, branch.span): list(branch.outcomes.values()) for branch in analysis.branches
    }
    found = []
    for key, expected in truth.counts.items():
        cannot_fail = key[0] == "case" and key not in measured and not expected[1]
        if key not in truth.constants and not cannot_fail and measured.get(key) != expected:
            found.append(f"{key}: {expected} recorded, {measured.get(key)} measured")
    surplus = [(key, got) for key, got in measured.items() if key not in truth.counts and any(got)]
    return found + [f"{key}: nothing recorded, {got} measured" for key, got in surplus]


@pytest.mark.parametrize("body", SNIPPETS)
def test_snippet(body: str) -> None:
    source = program(body)
    found = differences(source, 1)
    assert not found, source + "\n".join(found)


@pytest.mark.parametrize("seed", SEEDS)
def test_generated(seed: int) -> None:
    source = generate(seed)
    found = differences(source, seed)
    assert not found, source + "\n".join(found)


ASYNC = """\
import asyncio
class Items:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        await asyncio.sleep(0)
        if not self.n: raise StopAsyncIteration
        self.n -= 1
        return self.n
    async def __aenter__(self): return self
    async def __aexit__(self, *e): return True
async def value(x): return x
async def main():
    async for i in Items(3):
        if await value(i) and await value(1): pass
    async for i in Items(3):
        if i: break
    async with Items(1) as a:
        x = (await value(0)) or (await value(2) and await value(3)) or 4
        raise KeyError
    return [i async for i in Items(2) if i async for j in Items(3) if await value(j)]
asyncio.run(main())
"""


def test_asynchronous() -> None:
    analysis = measure(ASYNC, dict)
    lines = ASYNC.split("\n")
    found = [
        (branch.kind, lines[branch.span[0] - 1][branch.span[1] : branch.span[3]], *branch.outcomes.values())
        for branch in analysis.branches
        if branch.span[0] > 12
    ]
    assert found == [
        ("loop", "Items(3)", 3, 1),
        ("condition", "await value(i)", 2, 1),
        ("condition", "await value(1)", 2, 0),
        ("loop", "Items(3)", 1, 0),
        ("condition", "i", 1, 0),
        ("condition", "await value(0)", 0, 1),
        ("condition", "await value(2)", 1, 0),
        ("condition", "await value(3)", 1, 0),
        ("loop", "Items(2)", 2, 1),
        ("condition", "i", 1, 1),
        ("loop", "Items(3)", 3, 1),
        ("condition", "await value(j)", 2, 1),
    ]


if __name__ == "__main__":
    failed = {seed: differences(generate(seed), seed) for seed in range(int(sys.argv[1]), int(sys.argv[2]))}
    for number, problems in failed.items():
        for problem in problems:
            print(f"seed {number}: {problem}")
    print(f"{len(failed)} programs, {sum(map(bool, failed.values()))} differ")
