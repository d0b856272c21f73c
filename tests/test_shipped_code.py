"""Instrumented code that leaves its process is the original there."""

from __future__ import annotations

import pytest

from tests.project import Project

MODULE = """\
def work(n):
    done = []
    try:
        done.append([1 / (i - 3) for i in range(n)])
    except ZeroDivisionError as error:
        done.append(str(error))
    finally:
        done.append("finally")
    try:
        try:
            {}[n]
        finally:
            done.append("inner")
    except KeyError as error:
        done.append(error.args)
    with open("mod.py") as first, open("mod.py") as second:
        done.append(first.name == second.name)
    def deeper(k):
        try:
            return deeper(k + 1)
        except RecursionError:
            raise
    try:
        deeper(0)
    except RecursionError as error:
        done.append(type(error).__name__)
    return done + list(steps(n))

def steps(n):
    for i in range(n):
        yield i if i % 2 else -i
"""
SHIP = """
import marshal, mod
for function in (mod.work, mod.steps):
    function.__code__ and open(function.__name__ + ".code", "wb").write(marshal.dumps(function.__code__))
print(mod.work(6))
for function in (mod.work, mod.steps):
    open(function.__name__ + ".later", "wb").write(marshal.dumps(function.__code__))
"""
LOAD = """
import marshal, sys, types
for suffix in ("code", "later"):
    names = {}
    for name in ("work", "steps"):
        names[name] = types.FunctionType(marshal.loads(open(name + "." + suffix, "rb").read()), names)
    assert not any(isinstance(each, bytes) for each in names["work"].__code__.co_consts)
    for _ in range(3):
        print(names["work"](6))
"""


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_shipped_code_runs_elsewhere(project: Project, mode: str) -> None:
    project.write("mod.py", MODULE)
    project.write("ship.py", SHIP)
    project.write("load.py", LOAD)
    first = project.run("--mode", mode, "ship.py").text
    assert "RecursionError" in first
    loaded = project.python("-bb", "-W", "ignore::ResourceWarning", "load.py")
    assert loaded.errors == ""
    assert loaded.text == 6 * first
