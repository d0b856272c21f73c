"""Files under --source that no process imported: in every report, with nothing executed, and never executed for it."""

from __future__ import annotations

import pytest

from tests.project import Project

pytestmark = pytest.mark.once("run")


def write(project: Project) -> None:
    project.write("pkg/__init__.py", "")
    project.write("pkg/used.py", "x = 1\n")
    project.write("pkg/unused.py", "never_defined\nif x:\n    y = 2\n")
    project.write("pkg/data/not_a_package.py", "z = 3\n")
    project.write("app.py", "import pkg.used\n")


def test_listed_as_missing(project: Project) -> None:
    write(project)
    project.run("--source", "pkg", "app.py")
    files = project.json()["files"]
    assert set(files) == {"pkg/__init__.py", "pkg/used.py", "pkg/unused.py"}
    assert files["pkg/unused.py"]["missing_lines"] == [1, 2, 3]
    assert files["pkg/unused.py"]["missing_branches"] == [[2, -1], [2, 3]]
    assert b"pkg/unused.py" in project.blockcov("report").out


def test_only_what_was_asked_for(project: Project) -> None:
    write(project)
    project.run("app.py")
    assert project.measured() == {"app.py", "pkg/__init__.py", "pkg/used.py"}
    project.run("--source", "pkg", "--omit", "*/unused.py", "app.py")
    assert project.measured() == {"pkg/__init__.py", "pkg/used.py"}


def test_forgotten_with_the_measurements(project: Project) -> None:
    write(project)
    project.run("--source", "pkg", "app.py")
    project.run("app.py")
    assert "pkg/unused.py" not in project.measured()
    project.run("--source", "pkg", "--append", "app.py")
    assert "pkg/unused.py" in project.measured()
    assert project.blockcov("erase").status == 0
    assert not list((project.path / ".blockcov").glob("sources.json*"))


def test_one_that_is_no_python(project: Project) -> None:
    write(project)
    project.write("pkg/broken.py", "def f(:\n")
    project.run("--source", "pkg", "app.py")
    result = project.blockcov("report")
    assert "pkg/broken.py" in result.errors
    assert b"pkg/unused.py" in result.out


def test_damaged_note(project: Project) -> None:
    write(project)
    project.run("--source", "pkg", "app.py")
    (project.path / ".blockcov" / "sources.json").write_text("[1]")
    result = project.blockcov("report")
    assert (result.status, result.out) == (65, b"")
    assert "sources.json" in result.errors


def test_package_that_is_imported_from_elsewhere(project: Project) -> None:
    """A copy is installed, and the program imports that of its checkout."""
    for place in "installed", "src":
        for name in "__init__", "used", "unused":
            project.write(f"{place}/lib/{name}.py", "x = 1\n")
    project.write("app.py", "import sys\nsys.path.insert(0, 'src')\nimport lib.used\n")
    project.run("--source", "lib", "app.py", PYTHONPATH=str(project.path / "installed"))
    assert project.measured() == {"src/lib/__init__.py", "src/lib/used.py", "src/lib/unused.py"}
    project.write("app.py", "import lib.used\n")
    project.run("--source", "lib", "app.py", PYTHONPATH=str(project.path / "installed"))
    assert project.measured() == {"installed/lib/__init__.py", "installed/lib/used.py", "installed/lib/unused.py"}
