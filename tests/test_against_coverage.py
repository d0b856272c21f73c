"""Executed and missing lines and branches of `blockcov json` equal those of coverage.py, but for those differences that
are listed with the verdict of the oracle in tests/oracle/differences.toml and explained in docs/accuracy.md."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.annotations import read_header
from tests.oracle import against_coverage, projects

TESTS = Path(__file__).parent
DRIVERS = sorted((TESTS / "drivers").glob("drive_*.py"))
PROGRAMS = sorted((TESTS / "programs").glob("*.py"))
ACCURACY = TESTS.parent / "docs" / "accuracy.md"
VERSION = (sys.version_info.major, sys.version_info.minor)
QUICK = ("click", "jinja2")
RANDOM = ("networkx",)  # what differs there has not been told from what its random graphs do in each run
ONLY_ON_312 = pytest.mark.skipif(VERSION != (3, 12), reason="compared on CPython 3.12 alone")
NOT_READ = {
    "source_form_feed.py": "coverage.py cannot compile a form feed before an indented line",
}


def check(path: Path) -> None:
    found, lines = against_coverage.compare_program(path)
    assert lines > 0
    assert_known(found)


def assert_known(found: Sequence[against_coverage.Difference]) -> None:
    entries = against_coverage.known()
    unexplained = [each for each in found if not against_coverage.is_known(each, entries)]
    assert not unexplained, "\n".join(map(str, unexplained))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_program(path: Path) -> None:
    header = read_header(path)
    if not header.runs_on(VERSION):
        pytest.skip(f"{path.name} requires Python {header.requires}")
    if path.name in NOT_READ:
        pytest.skip(NOT_READ[path.name])
    check(path)


@pytest.mark.parametrize("path", DRIVERS, ids=lambda path: path.stem.removeprefix("drive_"))
def test_driver(path: Path) -> None:
    check(path)


@pytest.mark.timeout(3 * projects.TIMEOUT_S)
@pytest.mark.parametrize(
    "project",
    [
        pytest.param(each, id=each.id, marks=[pytest.mark.slow] * (each.name not in QUICK))
        for each in projects.PROJECTS
        if not each.slow and each.name not in RANDOM
    ],
)
def test_project(project: projects.Project, tmp_path: Path) -> None:
    try:
        projects.source(project)
        found, lines = against_coverage.compare_project(project, tmp_path)
    except projects.Unavailable as error:
        pytest.skip(f"not available: {error}")
    assert lines > 1500
    assert_known(found)


def test_every_difference_is_documented() -> None:
    text = ACCURACY.read_text(encoding="utf-8")
    for entry in against_coverage.known():
        assert entry.file in text, f"{entry.file} is not in docs/accuracy.md"
        assert entry.reason in " ".join(text.split()), f"docs/accuracy.md does not give the reason for {entry.file}"
