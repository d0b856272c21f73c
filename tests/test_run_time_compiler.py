"""Code that the interpreter compiles at run time (``PYTHON_JIT=1``, where its build can) counts as before."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from tests.project import Project

WORK = """\
def fails(n):
    for i in range(n):
        yield i
    raise KeyError


def divides(n):
    return map(lambda k: 1 // (n - k), range(n + 1))


def passes_on(items):
    n = 0
    for item in items:
        n += 1
    return n


def handles(items):
    n = 0
    try:
        for item in items:
            n += 1 if item else 2
    except (KeyError, ZeroDivisionError):
        n = -n
    else:
        n = 0
    return n


def converts(items):
    while items:
        try:
            int(items.pop())
        except ValueError:
            continue


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


for _ in range(4):
    for make in fails, divides:
        try:
            passes_on(make(20_000))
        except (KeyError, ZeroDivisionError):
            pass
        handles(make(20_000))
    passes_on(range(20_000))
    converts(["1", "x"] * 6_000)
    fibonacci(16)
"""


LOOK = """\
import _opcode, work
from blockcov import _blockcov

compiled = 0
for function in work.fails, work.passes_on, work.handles, work.converts, work.fibonacci:
    for offset in range(0, len(_blockcov.internals(function.__code__)["co_code"]), 2):
        try:
            compiled += _opcode.get_executor(function.__code__, offset) is not None
        except (ValueError, RuntimeError):
            pass
print(compiled)
"""


def available() -> bool:
    """Whether this interpreter can compile at run time."""
    compiler: Any = getattr(sys, "_jit", None)
    return compiler is not None and compiler.is_available()


@pytest.mark.skipif(not available(), reason="this interpreter has no compiler at run time")
@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_the_same_is_found(project: Project, mode: str) -> None:
    project.write("work.py", WORK)
    project.write("look.py", LOOK)
    found = []
    for use in "01":
        done = project.run("--mode", mode, "--data-dir", use, "look.py", PYTHON_JIT=use)
        assert (int(done.text) > 0) == (use == "1"), done.text
        found.append(project.json("--data-dir", use)["files"]["work.py"]["blockcov"])
    assert found[0]["lines"]
    assert found[1] == found[0]
