"""The JSON of llvm-cov export: against what llvm-cov itself writes, and read by its rule for the counts of lines."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests import sample
from tests.project import Project
from tests.test_report_lcov import records

pytestmark = pytest.mark.once("run")


def document(project: Project, *options: str) -> dict[str, Any]:
    result = project.blockcov("llvm", "-o", "-", *options)
    assert result.status == 0, result.errors
    found = json.loads(result.text)
    assert isinstance(found, dict)
    return found


def shape(value: object) -> object:
    """Give what a reader relies on: keys, kinds of values, and the different kinds of rows in a table."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        shapes = [shape(each) for each in value]
        rows = [each for index, each in enumerate(shapes) if each not in shapes[:index]]
        return rows if value and isinstance(value[0], dict | list) else shapes
    return "flag" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"


def test_shape_is_that_of_llvm_cov(project: Project) -> None:
    tools = {name: shutil.which(name) for name in ("clang", "llvm-profdata", "llvm-cov")}
    missing = [name for name, path in tools.items() if path is None]
    if missing:
        pytest.skip(f"not there: {', '.join(missing)}")
    project.write("a.c", "int main(int n, char **a) { return n > 9 && a ? 1 : 0; }\n")
    build = ["clang", "-fprofile-instr-generate", "-fcoverage-mapping", "a.c", "-o", "a.out"]
    merge = ["llvm-profdata", "merge", "default.profraw", "-o", "a.profdata"]
    export = ["llvm-cov", "export", "-instr-profile", "a.profdata", "./a.out"]
    for command in (build, ["./a.out"], merge):
        subprocess.run(command, cwd=project.path, check=True)
    theirs = json.loads(subprocess.run(export, cwd=project.path, check=True, capture_output=True).stdout)
    project.write("app.py", "def f(n):\n    return 1 if n > 9 and n else 0\nf(1)\n")
    project.run("app.py")
    ours = document(project)
    for file in theirs["data"][0]["files"]:  # MC/DC: not measured here, and not there before LLVM 18
        file.pop("mcdc_records", None)
    for function in theirs["data"][0]["functions"]:
        function.pop("mcdc_records", None)
    theirs["data"][0]["totals"].pop("mcdc", None)
    for file in theirs["data"][0]["files"]:
        file["summary"].pop("mcdc", None)
    assert shape(ours) == shape(theirs)
    assert ours["type"] == theirs["type"]


def test_places(project: Project) -> None:
    project.write(
        "app.py",
        """\
        def f(a, b):
            _ = "é"; return 1 if a and b else (
                2)
        f(1, 1); f(0, 0); f(1, 0)
        assert f
        """,
    )
    project.run("app.py")
    data = document(project)["data"][0]
    (file,) = data["files"]
    assert file["filename"] == str(project.path / "app.py")
    assert file["branches"] == [[2, 27, 2, 28, 2, 1, 0, 0, 4], [2, 33, 2, 34, 1, 1, 0, 0, 4]]
    assert file["segments"] == [
        *([1, 1, 1, True, True, False], [1, 13, 0, False, False, False]),
        *([2, 5, 5, True, True, False], [3, 11, 0, False, False, False]),
        *([4, 1, 1, True, True, False], [4, 26, 0, False, False, False]),
        *([5, 1, 1, True, True, False], [5, 9, 0, False, False, False]),
    ]
    (function,) = data["functions"]
    assert (function["name"], function["count"], function["regions"]) == ("f", 3, [[2, 5, 3, 11, 5, 0, 0, 0]])
    assert function["branches"] == file["branches"]
    assert data["totals"]["lines"] == {"count": 5, "covered": 5, "percent": 100}
    assert data["totals"]["branches"] == {"count": 4, "covered": 4, "notcovered": 0, "percent": 100}


def line_counts(segments: list[list[int]], lines: int) -> dict[int, int]:
    """Count lines as llvm-cov does (LineCoverageStats): the most of what begins on it and what goes on."""
    counts = {}
    wrapped: list[int] | None = None
    for line in range(1, lines + 1):
        here = [segment for segment in segments if segment[0] == line]
        starts = [segment for segment in here if segment[3] and segment[4]]
        active = [segment[2] for segment in starts] + ([wrapped[2]] if wrapped and wrapped[3] else [])
        if active:
            counts[line] = max(active)
        wrapped = here[-1] if here else wrapped
    return counts


def test_counts_of_lines(project: Project) -> None:
    sample.run(project)
    files = document(project)["data"][0]["files"]
    expected = records(project)
    assert len(files) == len(expected)
    for file in files:
        name = file["filename"].removeprefix(f"{project.path}/")
        counts = line_counts(file["segments"], 1000)
        counted = {int(line): int(count) for line, count in _data(expected[name])}
        assert {line: counts[line] for line in counted} == counted
        assert file["summary"]["lines"]["count"] == len(counts)
        assert file["summary"]["lines"]["covered"] == sum(map(bool, counts.values()))


def _data(lines: list[str]) -> list[list[str]]:
    return [line.removeprefix("DA:").split(",") for line in lines if line.startswith("DA:")]
