"""Reports of some contexts (`--contexts`), and contexts in JSON: the same as coverage.py's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.project import Project
from tests.test_cli import refused

pytestmark = pytest.mark.once("run")

LIB = """\
def pick(n, vip=False):
    if n > 3 and vip:
        return (
            "many")
    for _ in range(n):
        n += 1
    return n

class Shop:
    def sell(self):
        return pick(1)
"""
SUITE = """\
import blockcov, lib
for name, call in {
    "test_a.py::test_one|run": lambda: lib.pick(1), "test_a.py::test_vip|run": lambda: lib.pick(5, True),
    "test_b.py::test_shop|run": lib.Shop().sell,
}.items():
    with blockcov.context(name):
        call()
"""
CHOICES = ["test_a", r"^$", "one|vip", "a.py,^$"]


@pytest.fixture
def suite(project: Project) -> Project:
    project.write("lib.py", LIB)
    project.write("suite.py", SUITE)
    project.run("--source=lib.py", "suite.py")
    return project


def without_ours(document: dict[str, Any]) -> dict[str, Any]:
    """Take out what is ours and what is not the same twice."""
    del document["meta"]["timestamp"], document["meta"]["version"], document["totals"]["blockcov"]
    for file in document["files"].values():
        del file["blockcov"]
    return document


def test_contexts_of_each_line(suite: Project) -> None:
    """What coverage.py writes of our data file."""
    pytest.importorskip("coverage")
    suite.blockcov("sqlite")
    assert suite.python("-m", "coverage", "json", "--show-contexts").status == 0
    theirs = json.loads((suite.path / "coverage.json").read_text())
    del theirs["meta"]["timestamp"], theirs["meta"]["version"]
    ours = without_ours(suite.json("--show-contexts"))
    assert ours["files"]["lib.py"]["contexts"]["7"] == ["test_a.py::test_one|run", "test_b.py::test_shop|run"]
    for document in (ours, theirs):
        file = document["files"]["lib.py"]
        parts = [file, *file["functions"].values(), *file["classes"].values()]
        for part in parts:
            part["contexts"] = {line: sorted(names) for line, names in part["contexts"].items()}
    assert ours == theirs
    assert suite.blockcov("json", "-o", "-").text.count('"contexts"') == 0


def test_same_figures_as_coverage_py(suite: Project) -> None:
    pytest.importorskip("coverage")
    suite.blockcov("sqlite")
    for choice in CHOICES:
        theirs = suite.python("-m", "coverage", "report", f"--contexts={choice}")
        ours = suite.blockcov("report", f"--contexts={choice}")
        assert (choice, ours.status, ours.errors) == (choice, 0, "")
        assert ours.text.partition("\n\n")[0] + "\n" == theirs.text


def test_all_reports_choose(suite: Project) -> None:
    choice = "--contexts=vip"
    assert " never ran" not in suite.blockcov("why", "lib.py:6").text
    assert "never ran" in suite.blockcov("why", choice, "lib.py:6").text
    assert suite.json(choice)["files"]["lib.py"]["executed_lines"] == [2, 3]
    assert "DA:3,1\n" in suite.blockcov("lcov", "-o", "-", choice).text
    assert "DA:7,0\n" in suite.blockcov("lcov", "-o", "-", choice).text
    assert '<line number="7" hits="0"' in suite.blockcov("xml", "-o", "-", choice).text
    assert suite.blockcov("annotate", choice).status == 0
    assert "\n>>>>>>     return n\n" in (suite.path / "lib.py.cover").read_text()
    assert suite.blockcov("html", "--show-contexts", choice).status == 0
    page = (suite.path / "htmlcov/files/lib.py.html").read_text()
    assert "test_vip" in page
    assert "test_one" not in page
    suite.write("blockcov.toml", "contexts = ['vip']\n")
    assert suite.json()["files"]["lib.py"]["executed_lines"] == [2, 3]


def test_wrong_choice(suite: Project) -> None:
    refused(suite.blockcov("report", "--contexts=(", "-m"), 64, "'('", "no regular expression")
    refused(suite.blockcov("report", "--contexts=nothing"), 66, "no context matches nothing", "test_a.py::test_one|run")
    suite.write("blockcov.toml", "\ncontexts = ['[']\n")
    refused(suite.blockcov("report"), 78, "blockcov.toml:2", "'['")
