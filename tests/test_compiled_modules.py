"""Modules that are compiled ahead of time or while they run, beside measured Python ones."""

from __future__ import annotations

import pytest

from tests.alike import alike, lines
from tests.packages import python_path
from tests.project import Project

CYTHON = ("cython==3.3.1", "setuptools==84.2.1")
MYPYC = ("mypy==2.4.1", "setuptools==84.2.1")
NUMBA = ("numba==0.68.1",)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

FAST = """\
import helper

class Shape:
    def __init__(self, size: int) -> None:
        self.size = size

    def area(self) -> int:
        return self.size * helper.double(self.size)

def total(n: int) -> int:
    found = 0
    for i in range(n):
        found += helper.double(i) if i % 2 else Shape(i).area()
    return found

def fails(n: int) -> int:
    return helper.divide(1, n)

def calls(function: object, n: int) -> object:
    return helper.apply(function, n)
"""
HELPER = """\
def double(n):
    if n > 3:
        return n + n
    return 2 * n
def divide(a, b):
    try:
        return a // b
    except ZeroDivisionError:
        raise ValueError(b) from None
def apply(function, n):
    return [function(i) for i in range(n)]
"""
APP = """\
import fast, helper, sys, traceback
class Round(fast.Shape):
    def area(self):
        return super().area() + 1
print(fast.__file__.endswith(".so"), fast.total(9), Round(5).area(), fast.Shape(1).area(), Round(2).area())
try:
    fast.fails(0)
except ValueError:
    traceback.print_exc(file=sys.stdout)
print(fast.calls(lambda i: i if i else helper.double(9), 4), fast.fails(1))
def steps(n):
    for i in range(n):
        yield fast.total(i)
print(list(steps(4)))
"""


def _check(project: Project, plain_text: str) -> None:
    assert plain_text.startswith("True "), plain_text
    helper, app = lines(project, "helper.py"), lines(project, "app.py")
    assert (helper[7], helper[9], app[4], app[10], app[13]) == (2, 1, 2, 5, 4)
    assert helper[2] == helper[3] + helper[4] > 10


def test_cython(project: Project) -> None:
    """Compiled code calls measured code, is called by it, inherits and is inherited from."""
    path = python_path(*CYTHON)
    project.write("helper.py", HELPER)
    project.write("app.py", APP)
    project.write("fast.pyx", FAST)
    build = "from setuptools import setup; from Cython.Build import cythonize; setup(ext_modules=cythonize('fast.pyx'))"
    built = project.python("-c", build, "build_ext", "--inplace", "-q", PYTHONPATH=path)
    assert built.status == 0, built.errors
    plain = alike(project, "app.py", PYTHONPATH=path)
    assert plain.status == 0, plain.errors
    _check(project, plain.text)


def test_mypyc(project: Project) -> None:
    path = python_path(*MYPYC)
    project.write("helper.py", HELPER)
    project.write("app.py", APP)
    source = FAST.replace("import helper\n", "from typing import Any\nhelper: Any = __import__('helper')\n")
    attribute = "@mypyc_attr(allow_interpreted_subclasses=True)\n"
    source = "from mypy_extensions import mypyc_attr\n" + source.replace("class Shape", attribute + "class Shape")
    project.write("fast.py", source.replace("object", "Any"))
    build = "from setuptools import setup; from mypyc.build import mypycify; setup(ext_modules=mypycify(['fast.py']))"
    built = project.python("-c", build, "build_ext", "--inplace", "-q", PYTHONPATH=path)
    assert built.status == 0, built.errors
    plain = alike(project, "app.py", PYTHONPATH=path)
    assert plain.status == 0, plain.errors
    _check(project, plain.text)


def test_numba(project: Project) -> None:
    """It compiles from bytecode, and finds the original's: the same results and types. Compiled code counts nothing."""
    path = python_path(*NUMBA)
    probe = project.python("-c", "import numba", PYTHONPATH=path)
    if probe.status:
        pytest.skip(f"numba does not run here: {probe.errors.strip().splitlines()[-1]}")
    project.write(
        "app.py",
        """\
        import numba, numpy, warnings
        @numba.njit
        def total(values, limit):
            found = 0.0
            for i in range(len(values)):
                if values[i] > limit and i % 2 == 0:
                    found += values[i]
                elif values[i] < 0:
                    continue
                else:
                    found -= 1
            return found
        @numba.njit
        def collatz(n):
            steps = 0
            while n != 1:
                n = n // 2 if n % 2 == 0 else 3 * n + 1
                steps += 1
            return steps
        @numba.vectorize(["float64(float64, float64)"])
        def bigger(a, b):
            return a if a > b else b
        @numba.njit
        def closure(n):
            def inner(x):
                return x * n
            return [inner(i) for i in range(n) if i % 2]
        @numba.jit(forceobj=True, looplift=True)
        def objects(n):
            names = {"a": n}
            with_sum = 0
            for i in range(n):
                with_sum += i
            return names, with_sum
        def plain(n):
            return [collatz(i) for i in range(1, n)]
        values = numpy.arange(-3.0, 9.0)
        for _ in range(2):
            print(total(values, 2.0), collatz(27), bigger(values, values[::-1]).tolist())
            print(closure(6), objects(5), plain(9))
        print(total.nopython_signatures, total.py_func(values, 2.0), sorted(collatz.overloads))
        @numba.njit
        def fails(n):
            return n.missing
        try:
            fails(1)
        except numba.TypingError as error:
            print(str(error))
        """,
    )
    plain = alike(project, "app.py", PYTHONPATH=path)
    assert plain.status == 0, plain.errors
    counts = lines(project, "app.py")
    # Called as Python once, through py_func; the other times as machine code.
    assert (counts[4], counts[6], counts[15]) == (1, 12, 0)
