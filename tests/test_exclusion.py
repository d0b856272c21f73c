"""Lines and line branches that are excluded are those that coverage.py excludes, under the same configuration files.

tests/pragmas holds programs with pragmas and other excluded code in every position. Both tools run all of them once;
then they report with one configuration after the other.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.project import Project, clean_environment

PROGRAMS = Path(__file__).parent / "pragmas"
DRIVER = """\
import glob, runpy
for name in sorted(glob.glob("*.py")):
    if name != "driver.py":
        runpy.run_path(name)
"""

CONFIGURATIONS = {
    "defaults": ("rc", "[run]\nbranch = True\n"),
    "lines only": ("rc", "[report]\nprecision = 1\n"),
    "nothing is excluded": ("rc", "[run]\nbranch = True\n[report]\nexclude_lines =\npartial_branches =\n"),
    "other patterns": (
        "rc",
        r"""
        [run]
        branch = True
        [report]
        exclude_lines =
            # NOCOV
            (?i:# nocov)
            ^\s*raise AssertionError\b
            if __name__ == .never.:
            class .*\bProtocol\):
            @overload
            raise NotImplementedError
            if .* == 5:$
        partial_branches =
            if n:
            # pragma: no partial
        """,
    ),
    "further patterns": (
        "toml",
        r"""
        [tool.coverage.run]
        branch = true
        [tool.coverage.report]
        exclude_also = [
            "def __repr__",
            "raise AssertionError",
            "raise NotImplementedError",
            "# not covered: .*",
            '^\s*elif',
            'if sys.platform == "win32":',
            "@functools.cache",
        ]
        partial_also = ["for .* in", "while"]
        partial_branches_always = ["if 0:"]
        """,
    ),
    "patterns over several lines": (
        "toml",
        r"""
        [tool.coverage.run]
        branch = true
        [tool.coverage.report]
        exclude_also = [
            "# no cover: start(?s:.*?)# no cover: stop",
            'if logger:\n\s+print\(',
            'else:\n',
            '\A(?s:.*# coding: latin.*)\Z',
        ]
        """,
    ),
    "an anchored pattern": ("rc", "[run]\nbranch = 1\n[report]\nexclude_lines = ^x = \n    n = 7$\n    ^$\n"),
    "coverage's section": ("cfg", "[coverage:run]\nbranch = yes\n[coverage:report]\nexclude_also =\n  return\n"),
}
FILE_NAMES = {"rc": ".coveragerc", "toml": "pyproject.toml", "cfg": "setup.cfg"}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A directory in which the programs ran under both tools."""
    project = Project(tmp_path_factory.mktemp("pragmas"), clean_environment({"COVERAGE_CORE": "ctrace"}))
    for path in PROGRAMS.glob("*.py"):
        shutil.copy(path, project.path)
    project.write("driver.py", DRIVER)
    project.run("--rcfile", os.devnull, "driver.py")
    done = project.python("-m", "coverage", "run", "--branch", f"--rcfile={os.devnull}", "driver.py")
    assert done.status == 0, done.errors
    return project


COMPARED = ["executed_lines", "missing_lines", "excluded_lines"]
COMPARED_BRANCHES = ["executed_branches", "missing_branches"]
FIGURES = [
    "covered_lines", "num_statements", "percent_covered", "percent_covered_display", "missing_lines", "excluded_lines",
    "percent_statements_covered",
]  # fmt: skip
BRANCH_FIGURES = ["num_branches", "num_partial_branches", "covered_branches", "missing_branches"]


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_same_as_coverage(ran: Project, name: str) -> None:
    kind, text = CONFIGURATIONS[name]
    for each in FILE_NAMES.values():
        (ran.path / each).unlink(missing_ok=True)
    ran.write(FILE_NAMES[kind], text)
    has_branches = "branch = " in text
    if has_branches:
        measured = ran.python("-m", "coverage", "json", "-q")
    else:  # coverage.py reports what it measured, so lines alone have to be measured alone
        ran.python("-m", "coverage", "run", "--data-file=lines", f"--rcfile={os.devnull}", "driver.py")
        measured = ran.python("-m", "coverage", "json", "-q", "--data-file=lines")
    assert measured.status == 0, measured.errors
    theirs = json.loads((ran.path / "coverage.json").read_text())
    ours = ran.json()
    assert set(ours["files"]) == set(theirs["files"])
    wrong: dict[str, Any] = {}
    for file in sorted(ours["files"]):
        mine, other = ours["files"][file], theirs["files"][file]
        for key in COMPARED + COMPARED_BRANCHES * has_branches:
            if mine[key] != sorted(other[key]):
                wrong[f"{file} {key}"] = difference(mine[key], other[key])
        for key in FIGURES + BRANCH_FIGURES * has_branches:
            if mine["summary"][key] != other["summary"][key]:
                wrong[f"{file} {key}"] = (mine["summary"][key], other["summary"][key])
    assert wrong == {}
    for key in FIGURES + BRANCH_FIGURES * has_branches:
        assert ours["totals"][key] == theirs["totals"][key]
    assert ours["meta"]["branch_coverage"] is has_branches


def difference(ours: list[Any], theirs: list[Any]) -> str:
    """Show what only one of two lists has."""
    more = [each for each in ours if each not in theirs]
    less = [each for each in theirs if each not in ours]
    return f"only ours: {more}, only coverage.py's: {less}"
