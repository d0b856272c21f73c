"""`tests --affected-by`: which tests a change concerns, also when the sources are not those that ran any more."""

from __future__ import annotations

import pytest

from tests.project import Project
from tests.test_cli import refused
from tests.test_questions import change, git

pytestmark = pytest.mark.once("run")

LIB = """\
def one():
    return (
        1)


def two(n):
    n = n + 1
    if n > 5:
        n = 5
    return n
"""
SUITE = """\
import blockcov
import lib
for name, call in {
    "test_a.py::test_one|run": lib.one, "test_a.py::test_one|teardown": lib.one,
    "test_b.py::test_two|run": lambda: lib.two(1), "test_b.py::test_many|run": lambda: lib.two(7),
    "test_c.py::test_none|run": int,
}.items():
    with blockcov.context(name):
        call()
"""
ONE, TWO, MANY = "test_a.py::test_one\n", "test_b.py::test_two\n", "test_b.py::test_many\n"


@pytest.fixture
def suite(project: Project) -> Project:
    """A suite that was measured at the first commit."""
    project.write("lib.py", LIB)
    project.write("suite.py", SUITE)
    project.write(".gitignore", ".blockcov/\n__pycache__/\n")
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "first")
    project.run("--source=lib.py", "suite.py")
    return project


def affected(project: Project, revision: str = "HEAD") -> str:
    result = project.blockcov("tests", "--affected-by", revision)
    assert (result.status, result.errors) == (0, "")
    return result.text


CHANGES = {
    "a line": (("n = n + 1", "n = n + 2"), MANY + TWO),
    "a line of one branch": (("n = 5", "n = 6"), MANY),
    "a part of a statement": (("        1)", "        2)"), ONE),
    "lines before all others": (("def one", "import sys\n\n\ndef one"), ""),
    "a new line": (("    n = n + 1\n", "    n = n + 1\n    n = abs(n)\n"), MANY + TWO),
    "a line that went": (("        n = 5\n", "        pass\n"), MANY),
    "lines that went": (("    if n > 5:\n        n = 5\n", ""), MANY + TWO),
    "the last line": (("    return n\n", "    return n or 1"), MANY + TWO),
}


def test_sources_changed_since_the_tests_ran(suite: Project) -> None:
    for name, ((old, new), tests) in CHANGES.items():
        suite.write("lib.py", LIB)
        change(suite, "lib.py", old, new)
        assert (name, affected(suite)) == (name, tests)
    git(suite, "commit", "-qam", "second")
    assert affected(suite) == ""
    assert affected(suite, "HEAD~1") == tests


def test_measured_between_the_revision_and_now(suite: Project) -> None:
    change(suite, "lib.py", "    return (\n", "    print()\n    return (\n")
    git(suite, "commit", "-qam", "second")
    suite.run("--source=lib.py", "suite.py")
    change(suite, "lib.py", "def one", "import sys\n\n\ndef one")
    change(suite, "lib.py", "n = 5", "n = 6")
    assert affected(suite) == MANY
    assert affected(suite, "HEAD~1") == ONE + MANY


def test_a_line_that_went_before_the_tests_ran(suite: Project) -> None:
    change(suite, "lib.py", "    n = n + 1\n", "")
    git(suite, "commit", "-qam", "second")
    suite.run("--source=lib.py", "suite.py")
    assert affected(suite, "HEAD~1") == MANY + TWO


def test_a_file_that_went(suite: Project) -> None:
    git(suite, "mv", "lib.py", "library.py")
    assert affected(suite) == ONE + MANY + TWO
    git(suite, "rm", "-qf", "library.py")
    git(suite, "commit", "-qam", "second")
    assert affected(suite, "HEAD~1") == ONE + MANY + TWO


def test_changed_test_files(suite: Project) -> None:
    """They are not measured here, so all their tests may be other ones; what is no name of a test means nothing."""
    suite.write("test_a.py", "")
    suite.write("test_c.py", "")
    git(suite, "add", ".")
    git(suite, "commit", "-qm", "second")
    suite.write("test_c.py", "# changed\n")
    git(suite, "rm", "-q", "test_a.py")
    change(suite, "lib.py", "        1)", "        2)")
    change(suite, "lib.py", "n = 5", "n = 6")
    assert affected(suite) == MANY + "test_c.py::test_none\n"


def test_on_another_branch(suite: Project) -> None:
    """What ran is on no way from the revision to here."""
    change(suite, "lib.py", "n > 5", "n > 6")
    git(suite, "checkout", "-qb", "other")
    git(suite, "commit", "-qam", "other")
    suite.run("--source=lib.py", "suite.py")
    git(suite, "checkout", "-q", "-")
    change(suite, "lib.py", "        1)", "        2)")
    assert affected(suite) == ONE + MANY + TWO


def test_what_ran_was_never_committed(suite: Project) -> None:
    change(suite, "lib.py", "n > 5", "n > 6")
    suite.run("--source=lib.py", "suite.py")
    change(suite, "lib.py", "n > 6", "n > 7")
    result = suite.blockcov("tests")
    assert (result.status, result.text) == (65, "")
    assert result.errors == (
        "blockcov: warning: lib.py: the source file changed since it ran: its counts are left out\n"
    )


def test_below_a_directory_that_went(project: Project) -> None:
    project.write("pkg/[x] y/lib.py", LIB)
    project.write("suite.py", "import sys\nsys.path.insert(0, 'pkg/[x] y')\n" + SUITE)
    git(project, "init", "-q")
    git(project, "add", "pkg", "suite.py")
    git(project, "commit", "-qm", "first")
    project.run("--source=pkg", "suite.py")
    git(project, "rm", "-rq", "pkg")
    assert affected(project) == ONE + MANY + TWO


def test_bad_input(suite: Project) -> None:
    refused(suite.blockcov("tests", "--affected-by", "nonsense"), 66, "no revision nonsense")
    suite.blockcov("erase")
    refused(suite.blockcov("tests"), 66, "no measurements")
