"""A run that finds the settings of the last one unchanged needs no parser; whatever changed is read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.project import Project

pytestmark = pytest.mark.once("run")

PARSERS = {"tomllib", "configparser", "re", "blockcov.config_file", "blockcov.globs"}
FILES = {
    "blockcov.toml": "omit = ['${NAME-b}.py']\nfail_under = 12.5\n",
    "pyproject.toml": "[project]\nname = 'x'\n[tool.blockcov]\nomit = ['${NAME-b}.py']\nfail_under = 12.5\n",
    ".coveragerc": "[run]\nomit = ${NAME-b}.py\ntimid = 1\n[report]\nfail_under = 12.5\n[paths]\na = b, c\n",
    "setup.cfg": "[coverage:run]\nomit = ${NAME-b}.py\n[coverage:report]\nfail_under = 12.5\n",
}


def run(project: Project, *options: str, name: str = "") -> tuple[set[str], set[str]]:
    """Give the modules that the command imported before it became the program, and the files that were measured.

    `name` is the value of the environment variable NAME.
    """
    command = Project(project.path, {**project.environment, "NAME": name} if name else project.environment)
    result = command.python("-X", "importtime", "-m", "blockcov", "run", *options, "app.py")
    assert result.status == 0, result.errors
    first = result.errors.split("import time: self [us]")[1]
    modules = {line.rpartition("|")[2].strip() for line in first.splitlines()}
    return modules & PARSERS, project.measured()


def layout(project: Project, name: str) -> None:
    project.write("app.py", "import a, b\n")
    project.write("a.py", "")
    project.write("b.py", "")
    project.write(name, FILES[name])


@pytest.mark.parametrize("name", FILES)
def test_second_run_needs_no_parser(project: Project, name: str) -> None:
    layout(project, name)
    parsers, measured = run(project)
    assert "blockcov.config_file" in parsers
    assert measured == {"app.py", "a.py"}
    shown = project.blockcov("debug", "config").text
    assert f"12.5  [{name}:" in shown
    for _ in range(2):
        assert run(project) == (set(), {"app.py", "a.py"})
    assert project.blockcov("debug", "config").text == shown


def test_what_changed_is_read_again(project: Project) -> None:
    name = "pyproject.toml"
    layout(project, name)
    run(project)
    assert run(project, name="a") == (PARSERS - {"configparser"}, {"app.py", "b.py"})
    assert run(project, name="a") == (set(), {"app.py", "b.py"})
    assert run(project)[1] == {"app.py", "a.py"}
    project.write(name, FILES[name].replace("${NAME-b}", "a"))
    assert run(project)[1] == {"app.py", "b.py"}
    project.write("blockcov.toml", "omit = ['app.py']\n")
    assert run(project)[1] == {"a.py", "b.py"}
    (project.path / "blockcov.toml").unlink()
    assert run(project)[1] == {"app.py", "b.py"}
    (project.path / name).unlink()
    assert run(project)[1] == {"app.py", "a.py", "b.py"}
    project.write(".coveragerc", FILES[".coveragerc"])
    assert run(project)[1] == {"app.py", "a.py"}


def test_command_line_is_not_kept(project: Project) -> None:
    layout(project, "blockcov.toml")
    assert run(project, "--omit", "a.py", "--mode", "hits")[1] == {"app.py", "b.py"}
    assert run(project)[1] == {"app.py", "a.py"}
    assert run(project, "--omit", "a.py")[1] == {"app.py", "b.py"}
    assert "counts  [default]" in project.blockcov("debug", "config").text


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"place": 1}', "\0", "cut", "other place", "other variables"])
def test_damaged(project: Project, damage: str) -> None:
    layout(project, "blockcov.toml")
    run(project)
    path = project.path / ".blockcov/settings.json"
    text = path.read_text()
    kept = json.loads(text)
    if damage == "cut":
        damage = text[: len(text) // 2]
    elif damage == "other place":
        damage = json.dumps({**kept, "place": ["/", *kept["place"][1:]]})
    elif damage == "other variables":
        damage = json.dumps({**kept, "variables": {"NAME": "x"}})
    path.write_text(damage)
    assert run(project)[1] == {"app.py", "a.py"}
    assert json.loads(path.read_text()) == kept


def test_moved(project: Project) -> None:
    layout(project, "blockcov.toml")
    run(project)
    moved = Path(str(project.path) + " moved")
    project.path.rename(moved)
    assert run(Project(moved, project.environment))[1] == {"app.py", "a.py"}


def test_erased(project: Project) -> None:
    layout(project, "blockcov.toml")
    run(project)
    assert project.blockcov("erase").status == 0
    assert not (project.path / ".blockcov/settings.json").exists()


def test_data_directory_elsewhere(project: Project) -> None:
    layout(project, "blockcov.toml")
    project.write("blockcov.toml", "data_dir = 'data'\nomit = ['a.py']\n")
    for _ in range(2):
        assert run(project)[1] == {"app.py", "b.py"}
    assert not (project.path / ".blockcov").exists()
    assert not (project.path / "data/settings.json").exists()
