"""coverage.py's data file: coverage.py reads it, and its reports have our numbers."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests import sample
from tests.annotations import read_header
from tests.project import Project
from tests.test_report_json import without_exact

pytestmark = pytest.mark.once("run")

coverage = pytest.importorskip("coverage")
PROGRAMS = Path(__file__).parent / "programs"


def coverage_json(project: Project, *options: str) -> dict[str, Any]:
    done = project.python("-W", "ignore", "-m", "coverage", "json", "-q", "-o", "-", *options)
    assert done.status == 0, done.errors
    assert not done.errors
    document: dict[str, Any] = json.loads(done.out)
    return document


def coverage_text(project: Project, *arguments: str) -> str:
    done = project.python("-m", "coverage", *arguments)
    assert done.status == 0, done.errors
    return done.text


def test_report_is_ours(project: Project) -> None:
    sample.run(project)
    assert project.blockcov("sqlite").out == b""
    assert coverage_text(project, "report") == project.blockcov("report").text.partition("\n\n")[0] + "\n"
    assert without_exact(coverage_json(project)) == without_exact(project.json())


def test_data_is_that_of_coverage_py(project: Project) -> None:
    sample.run(project)
    project.blockcov("sqlite", "-o", "ours")
    sample.run_coverage(project)
    ours, theirs = (
        coverage.CoverageData(str(project.path / "ours")),
        coverage.CoverageData(str(project.path / ".coverage")),
    )
    ours.read()
    theirs.read()
    assert ours.has_arcs()
    assert ours.measured_files() == theirs.measured_files()
    assert ours.measured_contexts() == {""}
    for name in theirs.measured_files():
        assert arcs(ours, name) == arcs(theirs, name), name


def arcs(data: Any, name: str) -> set[tuple[int, int]]:
    """Give those with a line: what a module without one has is the interpreter's secret."""
    return {arc for arc in data.arcs(name) if max(arc) > 0}


def test_html_and_annotate(project: Project) -> None:
    sample.run(project)
    project.blockcov("sqlite")
    coverage_text(project, "html", "-q")
    index = (project.path / "htmlcov/index.html").read_text()
    assert f'<span class="pc_cov">{project.blockcov("report", "--format", "total").text.strip()}%</span>' in index


def test_combine_with_a_run_of_coverage_py(project: Project) -> None:
    sample.run(project)
    project.blockcov("sqlite", "-o", ".coverage.blockcov")
    before = without_exact(project.json())
    project.python("-m", "coverage", "run", "--branch", "-p", "main.py", "a", "b", "c")
    coverage_text(project, "combine")
    assert not (project.path / ".coverage.blockcov").exists()
    document = without_exact(coverage_json(project))
    assert document["files"] == before["files"]
    project.blockcov("sqlite", "-o", ".coverage.blockcov")
    project.python("-m", "coverage", "run", "--branch", "-p", "main.py", "--all", "b", "c")
    coverage_text(project, "combine")
    combined = coverage_json(project)["files"]["main.py"]
    assert combined["missing_lines"] == []
    assert combined["missing_branches"] == []


def test_relative_files(project: Project) -> None:
    sample.run(project)
    project.blockcov("sqlite", "--relative-files")
    with sqlite3.connect(project.path / ".coverage") as database:
        paths = {path for (path,) in database.execute("SELECT path FROM file")}
    assert paths == set(sample.FILES)


def test_schema_is_that_of_coverage_py(project: Project) -> None:
    sample.run(project)
    project.blockcov("sqlite", "-o", "ours")
    sample.run_coverage(project)

    def tables(name: str) -> dict[str, list[tuple[object, ...]]]:
        with sqlite3.connect(project.path / name) as database:
            names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {each: list(database.execute(f"PRAGMA table_info({each})")) for each in names}

    assert tables("ours") == tables(".coverage")
    with sqlite3.connect(project.path / "ours") as database:
        assert list(database.execute("PRAGMA foreign_key_check")) == []
        assert list(database.execute("PRAGMA integrity_check")) == [("ok",)]


def test_files_that_never_ran(project: Project) -> None:
    sample.write(project)
    project.write("shop/spare.py", "def f(a):\n    if a:\n        return 1\n")
    project.run("--source", ".", "main.py")
    project.blockcov("sqlite")
    document = coverage_json(project)
    assert document["files"]["shop/spare.py"]["summary"]["covered_lines"] == 0
    assert without_exact(document) == without_exact(project.json())


def test_not_for_stdout(project: Project) -> None:
    sample.run(project)
    result = project.blockcov("sqlite", "-o", "-")
    assert (result.status, result.out) == (64, b"")


def test_programs(project: Project) -> None:
    """All annotated programs that coverage.py can compile: its analysis of our arcs is our analysis."""
    import sys

    version = (sys.version_info.major, sys.version_info.minor)
    names = [
        path.name
        for path in sorted(PROGRAMS.glob("*.py"))
        if path.name != "source_form_feed.py" and read_header(path).runs_on(version)
    ]
    for name in names:
        project.write(f"programs/{name}", (PROGRAMS / name).read_bytes())
    project.write(
        "all.py",
        """
        import contextlib, pathlib, runpy
        for path in sorted(pathlib.Path("programs").glob("*.py")):
            with contextlib.suppress(BaseException):
                runpy.run_path(str(path), run_name="__main__")
        """,
    )
    project.blockcov("run", "all.py")
    assert project.blockcov("sqlite").status == 0
    ours, theirs = without_exact(project.json()), without_exact(coverage_json(project))
    assert len(ours["files"]) > 50
    for name, file in ours["files"].items():
        assert theirs["files"][name] == file, name
