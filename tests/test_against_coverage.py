"""Executed and missing lines and branches of `blockcov json` equal those of coverage.py, but for those differences that
are listed with the verdict of the oracle in tests/oracle/differences.toml and explained in docs/accuracy.md."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import sample
from tests.annotations import read_header
from tests.oracle import against_coverage, projects
from tests.project import Project

TESTS = Path(__file__).parent
sys.path[:0] = [str(TESTS.parent / "tools")]

import compare_projects  # noqa: E402

pytestmark = pytest.mark.once("run")

DRIVERS = sorted((TESTS / "drivers").glob("drive_*.py"))
PROGRAMS = sorted((TESTS / "programs").glob("*.py"))
ACCURACY = TESTS.parent / "docs" / "accuracy.md"
VERSION = (sys.version_info.major, sys.version_info.minor)
QUICK = ("click", "jinja2")
COMPARED_AT_ONCE = ("networkx",)  # a seed from the clock: `make compare` has both tools judge the same run
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
        pytest.param(each, id=each.id, marks=[pytest.mark.slow, pytest.mark.judge] * (each.name not in QUICK))
        for each in projects.PROJECTS
        if not each.slow and each.name not in COMPARED_AT_ONCE
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


@pytest.mark.parametrize("mode", against_coverage.MODES)
def test_both_in_one_process(project: Project, mode: str) -> None:
    sample.write(project)
    words = ("-m", "coverage", "run", "--branch", "--source=.", "main.py")
    project.run("--mode", mode, "--source", ".", *words, COVERAGE_CORE="ctrace")
    assert project.python("-m", "coverage", "json", "-q").status == 0
    theirs = json.loads((project.path / "coverage.json").read_bytes())
    label = {str((project.path / name).resolve()): name for name in sample.FILES}
    found, compared = against_coverage.differences(project.json(), theirs, label, project.path)
    assert not found, "\n".join(map(str, found))
    assert compared > 50


def test_every_difference_is_documented() -> None:
    text = ACCURACY.read_text(encoding="utf-8")
    for entry in against_coverage.known():
        assert entry.file in text, f"{entry.file} is not in docs/accuracy.md"
        assert entry.reason in " ".join(text.split()), f"docs/accuracy.md does not give the reason for {entry.file}"


def test_the_table_of_projects() -> None:
    """What `make compare` has written: six suites and more on each version, and nothing that is not listed."""
    suites: dict[str, set[str]] = {}
    for figures in compare_projects.rows(ACCURACY.read_text(encoding="utf-8")):
        assert figures.different <= figures.listed, figures
        assert figures.compared > 1500
        assert figures.tests > 100
        suites.setdefault(figures.minor, set()).add(figures.suite)
    assert suites.keys() == set(compare_projects.VERSIONS)
    for minor, names in suites.items():
        assert len(names) >= 6, f"{minor}: {names}"


def test_rows_take_the_place_of_their_like() -> None:
    def row(project: str, python: str, compared: int) -> str:
        different = {"counts": 1, "hits": 0}
        return compare_projects.row(
            {"project": project, "python": python, "tests": 5, "compared": compared, "different": different}
            | {"listed": 1, "beside": 0, "again": None}
        )

    empty = f"before\n{compare_projects.BEGIN}{compare_projects.END}after\n"
    first = compare_projects.with_rows(empty, [row("a 1.0", "3.12.1", 1000), row("b 2", "3.11.2", 7)])
    page = compare_projects.with_rows(first, [row("a 1.1", "3.12.3", 2000), row("a 1.1", "3.11.2", 30)])
    found = compare_projects.rows(page)
    assert [(each.suite, each.minor, each.compared) for each in found] == [
        ("a 1.1", "3.11", 30),
        ("a 1.1", "3.12", 2000),
        ("b 2", "3.11", 7),
    ]
    assert [(each.different, each.listed) for each in found] == [(1, 1)] * 3
    assert page.startswith("before\n")
    assert page.endswith("after\n")
