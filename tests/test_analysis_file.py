"""What else the analysis of a file says: spans in characters, decisions, lines, line branches, functions, errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from blockcov.analysis import FileAnalysis, SourceError, analyse
from tests.analysis_reference import Tracer, resolve

_STRING = "string " if sys.version_info < (3, 14) else ""


def run(source: bytes | str, filename: str = "program.py") -> FileAnalysis:
    """Analyse `source` with the counts of a traced run."""
    data = source.encode() if isinstance(source, str) else source
    tracer = Tracer(filename)
    code = compile(data, filename, "exec", dont_inherit=True)
    tracer.run(code, lambda: {"__name__": "__main__"})
    codes: Any = resolve(code, tracer.record)
    return analyse(filename, data, codes)


def spans(analysis: FileAnalysis) -> list[tuple[int, int, int, int]]:
    return [branch.span for branch in analysis.branches]


class TestSpans:
    @pytest.mark.parametrize(
        ("source", "expected"),
        [
            (b"x = 1\nif x: y = 2\n", (2, 3, 2, 4)),
            ("é = 'ää'; x = é or 1\n".encode(), (1, 14, 1, 15)),
            ("é = 'ää'; x = é or 1\n".encode("utf-8-sig"), (1, 14, 1, 15)),
            ("# coding: latin-1\né = 'ää'; x = é or 1\n".encode("latin-1"), (2, 14, 2, 15)),
            ("𝔸 = '𝔹𝔹'; x = 𝔸 or 1\n".encode(), (1, 14, 1, 15)),
            (b"x = 1\r\nif x:\r\n\ty = 2\r\n", (2, 3, 2, 4)),
            (b"x = 1\rif x: y = 2\r", (2, 3, 2, 4)),
            (b"if 1:\n\tx = 1\n\tif x: y = 2", (3, 4, 3, 5)),
            (b"x = 1\n\x0cif x: y = 2\n", (2, 4, 2, 5)),
            ("x = 'é' and (\n  'éé' + str(1)\n  or 2)\n".encode(), (2, 2, 2, 15)),
        ],
    )
    def test_columns_are_characters(self, source: bytes, expected: tuple[int, int, int, int]) -> None:
        assert expected in spans(run(source))

    def test_chain_has_one_span_for_each_comparison(self) -> None:
        assert spans(run("if 1 < 2 < 3: pass\n")) == [(1, 3, 1, 8), (1, 7, 1, 12)]

    def test_decision_is_the_whole_tested_expression(self) -> None:
        analysis = run("a = b = c = 1\nif a and not (b or c): pass\nx = (a and b) or c\nfor i in [a]: pass\n")
        assert {branch.span: branch.decision for branch in analysis.branches} == {
            (2, 3, 2, 4): (2, 3, 2, 21),
            (2, 14, 2, 15): (2, 3, 2, 21),
            (2, 19, 2, 20): (2, 3, 2, 21),
            (3, 5, 3, 6): (3, 4, 3, 18),
            (3, 11, 3, 12): (3, 4, 3, 18),
            (4, 9, 4, 12): (4, 9, 4, 12),
        }


class TestWhatIsABranch:
    @pytest.mark.parametrize(
        "source",
        [
            "while True:\n    break\n",
            "if __debug__: x = 1\n",
            "if not 0: x = 1\n",
            "if 0:\n    if f(): pass\n",
            "x = 1\ny = not x\n",
            "x = 1\nmatch x:\n    case y: pass\n",
            "x = 1\nmatch x:\n    case 1 | _: pass\n",
            "try: x = 1\nexcept: pass\n",
            "with open('/dev/null') as f: pass\n",
            "def f():\n    return 1\n    if x: pass\n",
        ],
    )
    def test_none(self, source: str) -> None:
        assert run(source).branches == []

    def test_inner_comprehension_over_one_item_is_an_assignment(self) -> None:
        branches = run("z = [2]\nx = [y for w in z for y in [w]]\n").branches
        assert [(branch.span, branch.outcomes) for branch in branches] == [((2, 16, 2, 17), {"next": 1, "done": 1})]

    def test_function_that_never_ran_has_its_branches(self) -> None:
        analysis = run("def f(a):\n    if a or b: return 1\n")
        assert [branch.outcomes for branch in analysis.branches] == [{"true": 0, "false": 0}] * 2

    def test_false_of_an_assertion_is_optional(self) -> None:
        branches = run("x = 1\nassert x and x\nif x: pass\n").branches
        assert [branch.optional for branch in branches] == [{"false"}, {"false"}, set()]

    def test_excluded(self) -> None:
        branches = run("x = 1\nif x:  # pragma: no cover\n    if x: pass\nif x: pass\n").branches
        assert [branch.excluded for branch in branches] == [True, True, False]

    def test_units_add_up(self) -> None:
        source = "x = 0\nif x: pass\ndef f(): pass\nf()\n"
        tracer = Tracer("program.py")
        code = compile(source, "program.py", "exec")
        tracer.run(code, dict)
        codes: Any = resolve(code, tracer.record)
        analysis = analyse("program.py", source.encode(), codes + codes)
        assert analysis.branches[0].outcomes == {"true": 0, "false": 2}
        assert analysis.lines == {1: 2, 2: 2 + 0, 3: 2 + 2, 4: 2}
        assert analysis.functions == [{"name": "f", "line": 3, "calls": 2}]


class TestLines:
    SOURCE = (
        '"""Doc."""\n'
        "import sys\n"
        "def f(a,\n"
        "      b=1):\n"
        '    """Doc."""\n'
        "    if a: return (1 +\n"
        "        b)\n"
        "    return 2\n"
        "class C:\n"
        "    @staticmethod\n"
        "    def m(): pass\n"
        "f(0)\n"
        "if sys is None:  # pragma: no cover\n"
        "    x = 1\n"
    )

    def test_lines(self) -> None:
        analysis = run(self.SOURCE)
        assert analysis.executed_lines == [2, 3, 6, 8, 9, 10, 11, 12]
        assert analysis.missing_lines == []
        assert analysis.excluded_lines == [13, 14]
        assert analysis.executed_branches == [(6, 8), (11, -9)]
        assert analysis.missing_branches == [(6, -3), (11, -10)]
        assert analysis.first_line[7] == 6

    def test_functions(self) -> None:
        assert run(self.SOURCE).functions == [
            {"name": "f", "line": 3, "calls": 1},
            {"name": "C.m", "line": 11, "calls": 0},
        ]

    def test_file_that_never_ran(self) -> None:
        analysis = analyse("program.py", self.SOURCE.encode(), [])
        assert analysis.executed_lines == []
        assert analysis.missing_lines == [2, 3, 6, 8, 9, 10, 11, 12]
        assert analysis.branches == []

    @pytest.mark.parametrize("source", [b"", b"\n\n", b"# only a comment", b"'''doc'''\n", b"\xef\xbb\xbf"])
    def test_nothing_to_run(self, source: bytes) -> None:
        analysis = analyse("program.py", source, [])
        assert (analysis.executed_lines, analysis.missing_lines, analysis.branches) == ([], [], [])


class TestErrors:
    @pytest.mark.parametrize(
        ("source", "message"),
        [
            (b"x = (\n", "bad.py:1: cannot be parsed: "),
            (b"x = 1\n y = 2\n", "bad.py:2: cannot be parsed: unexpected indent"),
            (b"# coding: klingon\n", "bad.py: cannot be parsed: unknown encoding: klingon"),
            (b"x = 1\0\n", f"cannot be parsed: source code {_STRING}cannot contain null bytes"),
            (b"return 1\n", "bad.py:1: cannot be parsed: 'return' outside function"),
        ],
    )
    def test_not_python(self, source: bytes, message: str) -> None:
        with pytest.raises(SourceError) as caught:
            analyse("bad.py", source, [])
        assert message in str(caught.value)
        assert "\n" not in str(caught.value)

    def test_deep_nesting(self) -> None:
        chain = "if x == 0: pass\n" + "".join(f"elif x == {n}: pass\n" for n in range(1, 1200))
        assert len(run("x = 5\n" + chain).branches) == 1200

    def test_sites_of_another_source_are_left_out(self) -> None:
        codes: Any = resolve(compile("if a and b: pass\nfor x in y: pass\n", "program.py", "exec"))
        assert analyse("program.py", b"z = 1\n", codes).branches == []


AGAINST_COVERAGE = '''\
import asyncio
def one(x): return x
class C: pass
class D:
    """doc"""
    @staticmethod
    def f(a,
          b=2):
        if a: return b
        for i in range(3):
            if i == a:
                continue
            elif i == 5:
                break
        else:
            a = 3
        while a:
            a -= 1
            if a == 1: break
        return (a
                or b)
def gen(n):
    try:
        for i in range(n):
            yield i
            if i: yield -i
    finally:
        x = 1
def exc(k):
    try:
        if k == 0: raise ValueError
        elif k == 1:
            raise TypeError(
                "x")
        return [1][k]
    except ValueError:
        x = 1
    except (TypeError,
            KeyError) as e:
        x = 2
    finally:
        y = 1
        if k: y = 2
    return x
def m(v):
    match v:
        case 1: return 1
        case [a, b] if a: r = 2
        case str() | None:
            r = 4
        case _:
            r = 5
    return r
for k in (1, 0):
    D.f(k); exc(k)
try: exc(5)
except IndexError: pass
for v in (1, [1,2], [0,2], "", 9): m(v)
list(gen(2)); next(gen(3))
class Swallow:
    def __enter__(self): pass
    def __exit__(self, *a):
        return True
def nested():
    with Swallow():
        with Swallow(), \\
             Swallow():
            a = 1
            raise KeyError
    for i in range(2):
        with Swallow():
            if i: continue
            a = 2
nested()
x = [i for i in range(3) if i
     ] if k else \\
    5
while True:
    if x: break
async def items():
    yield 1
    yield 2
async def main():
    async for i in items():
        if i > 1:
            await asyncio.sleep(0)
    return [j async for j in items()]
asyncio.run(main())
def recurse(n):
    if n: return recurse(n-1)
recurse(3)
'''


def test_lines_and_line_branches_are_those_of_coverage(tmp_path: Path) -> None:
    coverage = pytest.importorskip("coverage")
    if coverage.version_info < (7, 17):
        pytest.skip("an older coverage.py derives other line branches")
    path = tmp_path / "program.py"
    path.write_text(AGAINST_COVERAGE)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "BLOCKCOV"))}
    environment["COVERAGE_CORE"] = "ctrace"  # sysmon, from 3.14 on what is taken unasked, misses branches that raise
    for arguments in (["run", "--branch", "program.py"], ["json", "-q", "-o", "out.json"]):
        subprocess.run([sys.executable, "-m", "coverage", *arguments], cwd=tmp_path, env=environment, check=True)
    expected = json.loads((tmp_path / "out.json").read_text())["files"]["program.py"]
    analysis = run(AGAINST_COVERAGE)
    assert analysis.executed_lines == expected["executed_lines"]
    assert analysis.missing_lines == expected["missing_lines"]
    assert analysis.excluded_lines == expected["excluded_lines"]
    assert [list(arc) for arc in analysis.executed_branches] == sorted(expected["executed_branches"])
    assert [list(arc) for arc in analysis.missing_branches] == sorted(expected["missing_branches"])
