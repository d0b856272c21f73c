"""Every annotated program: blockcov's count of each instruction, edge, line and call equals the oracle's."""

import sys
from pathlib import Path

import pytest

from tests.annotations import read_header
from tests.oracle import compare, run, validate

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
VERSION = (sys.version_info.major, sys.version_info.minor)


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_program(path: Path) -> None:
    header = read_header(path)
    if not header.runs_on(VERSION):
        pytest.skip(f"{path.name} requires Python {header.requires}")
    totals = compare.compare_program(path)
    assert not totals.differences, "\n".join(map(str, totals.differences[:20]))
    assert totals.executed > 0


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_oracle_itself(path: Path, tmp_path: Path) -> None:
    if not read_header(path).runs_on(VERSION):
        pytest.skip("requires another version")
    verdict = validate.validate(run.script(path), tmp_path)
    assert not verdict.problems, "\n".join(verdict.problems[:20])
    assert verdict.steps > 0
