"""The JSON report: coverage.py's format 3, and the exact counts beside it."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest

from blockcov.analysis import FileAnalysis
from blockcov.data import FileCoverage
from blockcov.report.json_report import render
from blockcov.report.regions import find_regions
from tests.project import Project

pytestmark = pytest.mark.once("run")

APP = '''\
"""Docstring."""
import sys

class Outer:
    attribute = 1

    def method(self, n):
        def inner():
            return n
        if n:
            return inner()
        return None

    class Nested:
        def deep(self):
            return 1

    @property
    def method2(self):
        return 1

def function(items):
    total = 0
    for item in items:
        if item % 2 and item > 1:
            total += item
        else:
            continue
    try:
        raise KeyError(total)
    except (ValueError, TypeError):
        return 0
    except KeyError:
        return total

if len(sys.argv) > 5:
    def conditional():
        pass
else:
    def conditional():
        return 1

def never(): # pragma: no cover
    return 5

match function([1, 2, 3]):
    case 3 if Outer().method(1):
        conditional()
    case _:
        pass
'''


def without_exact(document: dict[str, Any]) -> dict[str, Any]:
    del document["meta"]["timestamp"], document["meta"]["version"]
    document["totals"].pop("blockcov", None)
    for file in document["files"].values():
        file.pop("blockcov", None)
        for part in [file, *file["functions"].values(), *file["classes"].values()]:
            part["executed_branches"].sort()
            part["missing_branches"].sort()
    return document


def test_equals_coverage_py(project: Project) -> None:
    pytest.importorskip("coverage")
    project.write("app.py", APP)
    project.run("app.py")
    project.python("-m", "coverage", "run", "--branch", "app.py")
    result = project.python("-m", "coverage", "json", "-q", "-o", "-")
    assert without_exact(project.json()) == without_exact(json.loads(result.out))


def test_accepted_branches_count_as_covered(project: Project) -> None:
    pytest.importorskip("coverage")
    project.write(
        "app.py",
        """
        def f(n):
            if n:  # pragma: no branch
                n = 1
            if n > 5:
                n = 2
            elif n > 4:  # pragma: no cover
                n = 3
            return n

        f(1)
        """,
    )
    project.run("app.py")
    project.python("-m", "coverage", "run", "--branch", "app.py")
    theirs = json.loads(project.python("-m", "coverage", "json", "-q", "-o", "-").out)
    assert theirs["totals"]["covered_branches"] == 2
    assert without_exact(project.json()) == without_exact(theirs)


def test_key_order_is_that_of_coverage_py(project: Project) -> None:
    pytest.importorskip("coverage")
    project.write("app.py", APP)
    project.run("app.py")
    project.python("-m", "coverage", "run", "--branch", "app.py")
    theirs = json.loads(project.python("-m", "coverage", "json", "-q", "-o", "-").out)
    ours = project.json()
    assert list(ours) == list(theirs)
    assert list(ours["meta"]) == list(theirs["meta"])
    assert list(ours["totals"]) == [*theirs["totals"], "blockcov"]
    assert list(ours["files"]["app.py"]) == [*theirs["files"]["app.py"], "blockcov"]


def test_exact_counts(project: Project) -> None:
    project.write("app.py", "def f(n):\n    return n and n > 1\n\nfor é in range(3):\n    if f(é) or é: x = é\n")
    project.run("app.py")
    exact = project.json()["files"]["app.py"]["blockcov"]
    assert exact["lines"] == {"1": 1, "2": 3, "4": 4, "5": 3}
    assert exact["functions"] == [{"name": "f", "line": 1, "calls": 3}]
    assert exact["raises"] == {}
    assert exact["branches"] == [
        {
            "kind": "condition",
            "span": [2, 11, 2, 12],
            "decision": [2, 11, 2, 22],
            "outcomes": {"true": 2, "false": 1},
            "excluded": False,
        },
        {
            "kind": "loop",
            "span": [4, 9, 4, 17],
            "decision": [4, 9, 4, 17],
            "outcomes": {"next": 3, "done": 1},
            "excluded": False,
        },
        {
            "kind": "condition",
            "span": [5, 7, 5, 11],
            "decision": [5, 7, 5, 16],
            "outcomes": {"true": 1, "false": 2},
            "excluded": False,
        },
        {
            "kind": "condition",
            "span": [5, 15, 5, 16],
            "decision": [5, 7, 5, 16],
            "outcomes": {"true": 1, "false": 1},
            "excluded": False,
        },
    ]


def test_raises_are_counted(project: Project) -> None:
    project.write(
        "app.py", "for i in range(4):\n    try:\n        1 / (i % 2)\n    except ZeroDivisionError:\n        pass\n"
    )
    project.run("app.py")
    assert project.json()["files"]["app.py"]["blockcov"]["raises"] == {"3": 2}


def test_files_outside_are_named_in_full(project: Project) -> None:
    project.write("a/app.py", "x = 1\n")
    (project.path / "b").mkdir()
    project.run("a/app.py")
    assert project.measured() == {"a/app.py"}
    inside = Project(project.path / "b")
    document = inside.json("--data-dir", str(project.path / ".blockcov"))
    assert set(document["files"]) == {str(project.path / "a/app.py")}


def test_default_output_file(project: Project) -> None:
    project.write("app.py", "x = 1\n")
    project.run("app.py")
    assert project.blockcov("json").out == b""
    assert json.loads((project.path / "coverage.json").read_text())["meta"]["format"] == 3


def test_regions() -> None:
    regions = {(region.kind, region.name): region for region in find_regions(ast.parse(APP))}
    assert regions["function", "Outer.method"].lines == {8, 10, 11, 12}
    assert regions["function", "Outer.method.inner"].lines == {9}
    assert regions["class", "Outer"].lines == {8, 9, 10, 11, 12, 20}
    assert regions["class", "Outer.Nested"].lines == {16}
    assert regions["function", "Outer.method2"].start == 19


def test_regions_of_one_name_are_told_apart() -> None:
    source = b"if x:\n    def f():\n        a\nelse:\n    def f():\n        b\n"
    analysis = FileAnalysis("a.py", executed_lines=[6], missing_lines=[3])
    text = render([FileCoverage("a.py", "/a.py", source, ast.parse(source), analysis, frozenset())])
    functions = json.loads(text)["files"]["a.py"]["functions"]
    assert list(functions) == ["f", "f@5", ""]
    assert functions["f"]["missing_lines"] == [3]
    assert functions["f@5"]["executed_lines"] == [6]
