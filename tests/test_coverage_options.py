"""Options under which a team calls coverage.py: taken as they are, with the same exit status."""

from __future__ import annotations

import json

import pytest

from tests.project import Project
from tests.test_cli import refused

pytestmark = pytest.mark.once("run")

APP = "import sys\nif len(sys.argv) > 5:\n    x = 1\n"  # 67 % of the lines


@pytest.fixture
def app(project: Project) -> Project:
    project.write("app.py", APP)
    project.write(".coveragerc", "[run]\nbranch = false\n")
    return project


def both(project: Project, *words: str) -> tuple[int, int]:
    """Give the status of coverage.py and ours."""
    return project.python("-m", "coverage", *words).status, project.blockcov(*words).status


def test_run(app: Project) -> None:
    app.run("--timid", "--concurrency", "thread,multiprocessing", "app.py", "-p")
    app.run("--concurrency=gevent", "-a", "--source=.", "--context=x", "app.py", "--timid")
    assert app.counts("app.py") == {1: 2, 2: 2, 3: 0}


@pytest.mark.parametrize("how", ["-p", "parallel = true"])
def test_several_runs_that_are_combined(app: Project, how: str) -> None:
    """As tox with several environments has it: runs add up, `combine` ends a round, and the next one begins anew."""
    words = ["-p"] if how == "-p" else []
    app.write(".coveragerc", f"[run]\nbranch = false\n{'' if words else how}\n")
    app.run(*words, "app.py")
    app.run(*words, "app.py", "1", "2", "3", "4", "5")
    assert app.blockcov("combine").status == 0
    assert app.counts("app.py") == {1: 2, 2: 2, 3: 1}
    app.run(*words, "app.py")
    app.run(*words, "app.py")
    assert app.counts("app.py") == {1: 2, 2: 2, 3: 0}
    if how == "-p":
        app.run("app.py")
        assert app.counts("app.py") == {1: 1, 2: 1, 3: 0}


def test_data_file(app: Project) -> None:
    app.run("--data-file=build/.coverage.unit", "app.py")
    assert (app.path / "build/.blockcov.unit").is_dir()
    assert "app.py" in app.blockcov("report", "--data-file", "build/.coverage.unit").text
    assert app.blockcov("sqlite", "--data-file=build/.coverage.unit").status == 0
    assert (app.path / "build/.coverage.unit").is_file()
    refused(app.blockcov("report"), 66)
    app.write("blockcov.toml", "data_dir = 'own'\n")
    assert "app.py" in app.blockcov("report", "--data-file", "build/.coverage.unit").text


def test_limits_of_all_reports(app: Project) -> None:
    """67 % is shown, 66.67 % compared with a limit that has digits."""
    pytest.importorskip("coverage")
    app.run("app.py")
    app.python("-m", "coverage", "run", "app.py")
    for limit, status in (("66.67", 0), ("67", 0), ("67.1", 2)):
        assert both(app, "xml", "-q", f"--fail-under={limit}", "-o", "x.xml") == (status, status)
    refused(app.blockcov("json", "--fail-under=101"), 64, "101")
    assert app.blockcov("html", "--directory=other", "--fail-under=66.7", "--precision=1").status == 0
    app.write(".coveragerc", "[report]\nfail_under = 70\n[html]\ndirectory = pages\n")
    for command in ("html", "xml", "json", "lcov"):
        result = app.blockcov(command)
        assert (result.status, result.errors) == (2, "blockcov: total of 67 is less than --fail-under 70\n"), command
    assert app.blockcov("annotate").status == 0
    assert json.loads((app.path / "coverage.json").read_text())["totals"]["percent_covered_display"] == "67"


def test_plugins_are_said_not_to_run(app: Project) -> None:
    """They may set what is excluded (covdefaults does), so figures would change without a word."""
    app.write(".coveragerc", "[run]\nbranch = false\nplugins = covdefaults\n")
    assert app.run("app.py").errors == ""
    result = app.blockcov("report")
    assert (result.status, result.errors) == (
        0,
        "blockcov: warning: .coveragerc:3: coverage.py's plugins do not run here: "
        "what they measure, exclude or set is missing\n",
    )


def test_quiet(app: Project) -> None:
    app.run("app.py")
    assert app.blockcov("html").text == "HTML report: htmlcov/index.html\n"
    for command in ("html", "annotate", "combine"):
        assert app.blockcov(command, "-q").out == b""
