"""COVERAGE_RCFILE and COVERAGE_FILE, which mean what they mean to coverage.py."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from blockcov import config
from tests.project import Project
from tests.test_cli import refused

pytestmark = pytest.mark.once("run")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COVERAGE_FILE", raising=False)
    monkeypatch.delenv("COVERAGE_RCFILE", raising=False)


def theirs() -> tuple[str, str]:
    """Give context and data file as coverage.py sees them here."""
    coverage = pytest.importorskip("coverage").Coverage(config_file=os.environ.get("COVERAGE_RCFILE", True))
    return coverage.get_option("run:context") or "", os.path.relpath(coverage.get_option("run:data_file"))


def ours() -> tuple[str, str]:
    options = config.load(None, {})
    return options.context, os.path.relpath(options.sqlite_output)


def test_file_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".coveragerc").write_text("[run]\ncontext = here\n")
    Path("elsewhere").write_text("[run]\ncontext = named\ndata_file = x\n")
    assert ours() == theirs() == ("here", ".coverage")
    monkeypatch.setenv("COVERAGE_RCFILE", "elsewhere")
    assert ours() == theirs() == ("named", "x")
    assert config.load(".coveragerc", {}).context == "here"
    assert config.load(os.devnull, {}).context == ""


@pytest.mark.parametrize(("name", "text"), [("blockcov.toml", ""), ("pyproject.toml", "[tool.blockcov]\n")])
def test_our_own_file_comes_first(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    Path("elsewhere").write_text("[run]\ncontext = named\n")
    Path(name).write_text(text + "context = 'own'\n")
    monkeypatch.setenv("COVERAGE_RCFILE", "elsewhere")
    assert config.load(None, {}).context == "own"


def test_data_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COVERAGE_FILE", "build/.coverage.unit")
    Path(".coveragerc").write_text("[run]\ndata_file = x\n")
    assert ours() == theirs() == ("", "build/.coverage.unit")
    options = config.load(None, {})
    assert options.data_dir == os.path.abspath("build/.blockcov.unit")
    assert options.origin["data_dir"] == options.origin["sqlite_output"] == "COVERAGE_FILE"
    assert config.load(None, {"data_dir": "d", "sqlite_output": "f"}).data_dir == os.path.abspath("d")
    Path("blockcov.toml").write_text("data_dir = 'own'\n")
    assert config.load(None, {}).data_dir == os.path.abspath("own")


def test_in_commands(project: Project) -> None:
    project.write("app.py", "print('ran')\n")
    project.write("rc", "[run]\nomit = other.py\n")
    project.run("app.py", COVERAGE_FILE=".coverage.unit", COVERAGE_RCFILE="rc")
    assert (project.path / ".blockcov.unit").is_dir()
    assert not (project.path / ".blockcov").exists()
    assert "app.py" in project.blockcov("report", COVERAGE_FILE=".coverage.unit").text
    shown = project.blockcov("debug", "config", COVERAGE_FILE=".coverage.unit", COVERAGE_RCFILE="rc").text
    assert f"{project.path}/.blockcov.unit  [COVERAGE_FILE]\n" in shown
    assert "other.py  [rc:2]\n" in shown
    refused(project.blockcov("report", COVERAGE_RCFILE="nowhere"), 66, "nowhere")
    project.write("rc", "[run]\nomitt = other.py\n")
    refused(project.blockcov("run", "app.py", COVERAGE_RCFILE="rc"), 78, "rc:2", "omit")
