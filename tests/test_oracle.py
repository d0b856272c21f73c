"""Every annotated program: blockcov's count of each instruction, edge, line and call equals the oracle's."""

import copy
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.annotations import read_header
from tests.oracle import compare, run, validate
from tests.project import FREE_THREADED

pytestmark = pytest.mark.once("minor")

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
Sample = tuple[list[run.RecordedUnit], dict[str, dict[int, int]], list[dict[str, Any]]]
VERSION = (sys.version_info.major, sys.version_info.minor)
# The oracle's trace function adds up in one thread at a time; test_threads.py compares the counts of threads.
AT_A_TIME = {"threads"} if FREE_THREADED else set()


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_program(path: Path) -> None:
    header = read_header(path)
    if not header.runs_on(VERSION):
        pytest.skip(f"{path.name} requires Python {header.requires}")
    if path.stem in AT_A_TIME:
        pytest.skip("the oracle needs a GIL for threads")
    totals = compare.compare_program(path)
    assert not totals.differences, "\n".join(map(str, totals.differences[:20]))
    assert totals.executed > 0


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_oracle_itself(path: Path, tmp_path: Path) -> None:
    if not read_header(path).runs_on(VERSION):
        pytest.skip("requires another version")
    if path.stem in AT_A_TIME:
        pytest.skip("the oracle needs a GIL for threads")
    verdict = validate.validate(run.script(path), tmp_path)
    assert not verdict.problems, "\n".join(verdict.problems[:20])
    assert verdict.steps > 0


SAMPLE = """
def f(n):
    for i in range(n):
        if i == 1:
            try:
                raise ValueError(i)
            except ValueError:
                continue
    return n

def g():
    yield f(3)

print(f(2), list(g()), sum(i for i in range(4) if i % 2))
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    scratch = tmp_path_factory.mktemp("sample")
    path = scratch / "sample.py"
    path.write_text(SAMPLE, encoding="utf-8")
    program = run.script(path)
    recorded, _ = run.record_opcodes(program, scratch)
    lines, _ = run.record_lines(program, scratch)
    units, _ = compare.measure(program, scratch)
    return recorded, lines, units


def differences(sample: Sample, change: Callable[[list[dict[str, Any]]], object]) -> list[str]:
    recorded, lines, units = sample
    changed = copy.deepcopy(units)
    change(changed)
    comparison = compare.Comparison("sample")
    comparison.compare(compare.derive_files(recorded), lines, changed)
    return [each.what for each in comparison.totals.differences]


def raise_count(code: int, table: str, index: int, units: list[dict[str, Any]]) -> None:
    entries = units[0]["codes"][code][table]
    *rest, count = entries[index]
    entries[index] = (*rest, count + 1)


def set_line(code: int, line: int, units: list[dict[str, Any]]) -> None:
    units[0]["codes"][code]["lines"][line] = 77


def lose_edge(code: int, index: int, units: list[dict[str, Any]]) -> None:
    del units[0]["codes"][code]["edges"][index]


def test_comparison_of_equals(sample: Sample) -> None:
    assert differences(sample, lambda units: None) == []


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_each_wrong_figure_is_found(sample: Sample, code: int) -> None:
    shown = sample[2][0]["codes"][code]
    for index in range(len(shown["instructions"])):
        assert differences(sample, partial(raise_count, code, "instructions", index)) == ["count"]
    for index in range(len(shown["edges"])):
        found = differences(sample, partial(raise_count, code, "edges", index))
        assert [what.split()[0] for what in found] == ["edge"]
    for line in shown["lines"]:
        found = differences(sample, partial(set_line, code, line))
        assert found == ["line count"]


def test_each_lost_edge_is_found(sample: Sample) -> None:
    for code, shown in enumerate(sample[2][0]["codes"]):
        for index, (_, _, _, count) in enumerate(shown["edges"]):
            found = differences(sample, partial(lose_edge, code, index))
            assert bool(found) == bool(count)


def test_lost_code_is_found(sample: Sample) -> None:
    assert "calls" in differences(sample, lambda units: units[0]["codes"][1].update(calls=9))
    assert differences(sample, lambda units: units[0]["codes"][1].update(refused="too odd"))[0] == "refused"
    assert differences(sample, lambda units: units.clear())[0] == "units of this code"
    assert differences(sample, lambda units: units.append(copy.deepcopy(units[0])))[0] == "units of this code"
