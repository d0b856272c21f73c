"""What may be wrong with sources, measurements and directories: named in one line, with a status of its own.

Sources with odd encodings, line ends and names are in test_odd_sources.py, names on HTML pages in test_html_pages.py, a
browser without JavaScript in test_html_browser.py, damaged measurements in test_damage.py.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from blockcov.paths import PathMap
from tests import rights
from tests.project import Project
from tests.test_cli import refused
from tests.test_questions import git

pytestmark = pytest.mark.once("run")

REPORTS = ["report", "html", "json", "xml", "lcov", "sonar", "gocover", "llvm", "sqlite", "annotate"]


@pytest.fixture
def measured(project: Project) -> Project:
    project.write("app.py", "import other\n")
    project.write("other.py", "x = 1\n")
    project.run("app.py")
    return project


def test_source_changed(measured: Project) -> None:
    """test_report_text.py has more of it."""
    measured.write("other.py", "\n\nx = 1\n")
    for command in REPORTS:
        result = measured.blockcov(command)
        assert (command, result.status) == (command, 65)
        assert result.errors == (
            "blockcov: warning: other.py: the source file changed since it ran: its counts are left out\n"
        )


def test_source_moved(measured: Project) -> None:
    """What ran is not claimed of the file at the new place; `[paths]` says that it is the same."""
    (measured.path / "src").mkdir()
    (measured.path / "other.py").rename(measured.path / "src/other.py")
    result = measured.blockcov("report")
    assert (result.status, result.errors) == (65, "blockcov: warning: other.py: the source file is missing\n")
    assert "other.py" not in result.text
    measured.write("blockcov.toml", f"[paths]\nsource = ['src', '{measured.path}']\n")
    assert measured.blockcov("combine").status == 0
    result = measured.blockcov("report")
    assert (result.status, result.errors) == (0, "")
    assert "\nsrc/other.py " in result.text
    assert "\napp.py " in result.text


def test_source_is_a_directory_now(measured: Project) -> None:
    (measured.path / "other.py").unlink()
    (measured.path / "other.py").mkdir()
    result = measured.blockcov("report")
    assert result.status == 65
    assert result.errors == "blockcov: warning: other.py: the source file cannot be read\n"


def test_source_cannot_be_read(measured: Project) -> None:
    (measured.path / "other.py").chmod(0)
    result = rights.blockcov(measured, "report")
    assert result.status == 65
    assert result.errors == "blockcov: warning: other.py: the source file cannot be read\n"
    assert "app.py" in result.text


def test_windows_separators(project: Project) -> None:
    """Shards from elsewhere name files as the machine there did; a backslash separates, in names and in patterns."""
    elsewhere = Project(project.path / "elsewhere")
    elsewhere.path.mkdir()
    name = "C:\\agent\\_work\\7\\src\\pkg\\mod.py"
    text = "def f(a):\n    return a and 1\nf(1)\n"
    elsewhere.write(name, text)
    elsewhere.write("main.py", f"import runpy\nrunpy.run_path({name!r})\n")
    elsewhere.run("--include=*mod.py", "main.py")
    (elsewhere.path / name).unlink()
    project.write("src/pkg/mod.py", text)
    project.write("blockcov.toml", "[paths]\nsource = ['src', '*\\agent\\_work\\*\\src']\n")
    result = project.blockcov("combine", str(elsewhere.path / ".blockcov"))
    assert (result.status, result.errors) == (0, "")
    assert project.counts("src/pkg/mod.py") == {1: 1, 2: 1, 3: 1}


def test_windows_drives(tmp_path: Path) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg/mod.py").write_text("")
    mapped = PathMap({"source": [str(tmp_path), "C:\\agent\\_work\\*\\src"]})
    assert mapped("C:\\agent\\_work\\7\\src\\pkg\\mod.py") == str(tmp_path / "pkg/mod.py")
    assert mapped("C:/agent/_work/7/src/pkg/mod.py") == str(tmp_path / "pkg/mod.py")
    for other in ("C:\\agent\\_work\\7\\src\\pkg\\none.py", "D:\\agent\\_work\\7\\src\\pkg\\mod.py"):
        assert mapped(other) == other


def test_no_data(project: Project) -> None:
    project.write("app.py", "")
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "first")
    for command in (*REPORTS, "diff", "why", "tests"):
        words = ["app.py:1"] if command == "why" else []
        refused(project.blockcov(command, *words), 66, "no measurements")
    assert sorted(os.listdir(project.path)) == [".git", "app.py"]


@pytest.mark.parametrize("folder", ["shards", "maps"])
def test_data_of_a_newer_version(measured: Project, folder: str) -> None:
    for path in (measured.path / ".blockcov" / folder).iterdir():
        data = bytearray(path.read_bytes())
        data[12:14] = (7).to_bytes(2, "little")  # layout.h: Preamble::formatVersion
        path.write_bytes(data)
    result = measured.blockcov("report")
    assert result.status == 65
    assert f"/{folder}/" in result.errors
    assert "offset 12: format version 7, this is 1" in result.errors
    measured.run("--append", "app.py")
    result = measured.blockcov("report")
    assert result.status == (65 if folder == "shards" else 0)  # maps were written anew
    assert "app.py" in result.text


def test_directory_without_rights(measured: Project) -> None:
    closed = measured.path / "closed"
    closed.mkdir(mode=0o555)
    for words in (
        ["html", "-d", "closed/pages"],
        ["html", "-d", "closed"],
        ["annotate", "-d", "closed/listings"],
        ["annotate", "-d", "closed"],
        *([command, "-o", "closed/report"] for command in ("json", "sqlite")),
    ):
        refused(rights.blockcov(measured, *words), 73, "closed", "Permission denied")
        assert os.listdir(closed) == []


def test_style_sheet_without_rights(measured: Project) -> None:
    measured.write("own.css", "").chmod(0)
    refused(rights.blockcov(measured, "html", "--extra-css", "own.css"), 66, "own.css", "Permission denied")
    assert not (measured.path / "htmlcov").exists()


def test_data_directory_without_rights(measured: Project) -> None:
    for command, folder in (("report", ""), ("report", "shards"), ("combine", "maps")):
        directory = measured.path / ".blockcov" / folder
        directory.chmod(0)
        try:
            result = rights.blockcov(measured, command)
        finally:
            directory.chmod(0o755)
        refused(result, 66, f"cannot be read: {directory}: Permission denied")


def test_measuring_without_rights(measured: Project) -> None:
    shutil.rmtree(measured.path / ".blockcov")
    (measured.path / "data").mkdir(mode=0o555)
    refused(rights.blockcov(measured, "run", "--data-dir", "data", "app.py"), 73, "data", "ermission")


def test_script_without_rights(measured: Project) -> None:
    (measured.path / "app.py").chmod(0)
    refused(rights.blockcov(measured, "run", "app.py"), 66, "app.py", "ermission")


def test_settings_without_rights(measured: Project) -> None:
    for name in (".coveragerc", "pyproject.toml", "blockcov.toml"):
        measured.write(name, "").chmod(0)
        refused(rights.blockcov(measured, "report"), 66, f"cannot read configuration file {name}: Permission denied")
