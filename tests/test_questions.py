"""`diff` and `why`: what of the changes is not covered, and what is known of a line."""

from __future__ import annotations

import subprocess

import pytest

from tests import sample
from tests.project import Project
from tests.test_cli import refused

pytestmark = pytest.mark.once("run")


def git(project: Project, *arguments: str) -> str:
    who = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=project.path, env=project.environment, check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def repository(project: Project) -> Project:
    sample.write(project)
    project.write(".gitignore", ".blockcov/\n__pycache__/\n")
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "first")
    return project


def change(project: Project, name: str, old: str, new: str) -> None:
    path = project.path / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_nothing_changed(repository: Project) -> None:
    repository.run("main.py")
    assert repository.blockcov("diff").text == "no measured lines changed since HEAD\n"


def test_changed_lines_and_outcomes(repository: Project) -> None:
    change(repository, "shop/orders.py", "if not name or count < 0:", "if not name or count < -1:")
    change(
        repository,
        "shop/orders.py",
        "            return a\n",
        "            a = a + 1\n            return a\n",
    )
    change(repository, "main.py", '    print("all")\n', '    print("all of it")\n')
    repository.write("shop/new.py", "def f(a):\n    return a\n")
    repository.run("main.py")
    assert repository.blockcov("diff").text == (
        "main.py\n"
        '  16        never ran   print("all of it")\n'
        "\n"
        "shop/orders.py\n"
        "  19:19-29  never true  count < -1\n"
        "  33        never ran   a = a + 1\n"
        "\n"
        "changed since HEAD: 57% covered, 1 of 3 lines, 3 of 4 outcomes\n"
        "changed but not measured: shop/new.py\n"
    )


def test_formats(repository: Project) -> None:
    change(repository, "shop/orders.py", "if not name or count < 0:", "if not name or count < -1:  # 100%")
    repository.run("main.py")
    assert repository.blockcov("diff", "--format", "markdown").text == (
        "**changed since HEAD: 80% covered, 1 of 1 lines, 3 of 4 outcomes**\n"
        "\n"
        "| File | Place | Gap | Source |\n"
        "| --- | --- | --- | --- |\n"
        "| shop/orders.py | 19:19-29 | never true | count \\< -1 |\n"
        "\n"
    )
    assert repository.blockcov("diff", "--format", "github").text == (
        "::warning file=shop/orders.py,line=19,endLine=19,col=20,endColumn=29,title=blockcov::never true: count < -1\n"
        "::notice title=blockcov::changed since HEAD: 80%25 covered, 1 of 1 lines, 3 of 4 outcomes\n"
    )


def test_status_for_ci(repository: Project) -> None:
    change(repository, "shop/orders.py", "if not name or count < 0:", "if not name or count < -1:")
    repository.run("main.py")
    assert repository.blockcov("diff", "--fail-under", "80").status == 0
    result = repository.blockcov("diff", "--fail-under", "80.5")
    assert result.status == 2
    assert result.errors == "blockcov: total of 80.0 is less than --fail-under 80.5\n"


def test_a_branch_is_compared_with_where_it_began(repository: Project) -> None:
    git(repository, "checkout", "-qb", "feature")
    change(repository, "main.py", '    print("all")\n', '    print("everything")\n')
    git(repository, "commit", "-qam", "feature")
    git(repository, "checkout", "-q", "main")
    change(repository, "shop/orders.py", "return self", "return (self)")
    git(repository, "commit", "-qam", "meanwhile")
    git(repository, "checkout", "-q", "feature")
    repository.run("main.py")
    assert repository.blockcov("diff", "main").text == (
        'main.py\n  16  never ran  print("everything")\n\n'
        "changed since main: 0% covered, 0 of 1 lines, 0 of 0 outcomes\n"
    )


def test_moved_files_and_odd_names(repository: Project) -> None:
    git(repository, "mv", "shop/orders.py", "shop/the orders\té.py")
    change(
        repository,
        "main.py",
        "from shop import orders",
        "import importlib\norders = importlib.import_module('shop.the orders\\té')",
    )
    change(repository, "shop/the orders\té.py", "            return a\n", "            return a + 1\n")
    repository.run("main.py")
    result = repository.blockcov("diff")
    assert "shop/the orders\\té.py\n  33  never ran  return a + 1\n" in result.text
    assert "changed since HEAD: 67% covered, 2 of 3 lines" in result.text


def test_in_a_directory_below(repository: Project) -> None:
    change(repository, "main.py", '    print("all")\n', '    print("everything")\n')
    repository.run("main.py")
    inside = Project(repository.path / "shop")
    data_dir = str(repository.path / ".blockcov")
    assert f"{repository.path}/main.py\n  16  never ran" in inside.blockcov("diff", "--data-dir", data_dir).text


def test_bad_input(project: Project) -> None:
    sample.run(project)
    refused(project.blockcov("diff", GIT_CEILING_DIRECTORIES=str(project.path.parent)), 66, "not a git repository")
    git(project, "init", "-q")
    refused(project.blockcov("diff"), 66, "no revision HEAD")
    git(project, "add", ".")
    git(project, "commit", "-qm", "first")
    refused(project.blockcov("diff", "nonsense"), 66, "no revision nonsense")
    refused(project.blockcov("diff", "--", "-h"), 66, "no revision -h")
    refused(project.blockcov("diff", "--fail-under", "101"), 64, "101")
    refused(project.blockcov("diff", PATH="/nonexistent"), 69, "git")


def test_why(project: Project) -> None:
    sample.run(project)
    assert project.blockcov("why", "shop/orders.py:19").text == (
        "shop/orders.py:19: if not name or count < 0:\n"
        "  ran 3 times\n"
        "  in total (line 18), called 3 times\n"
        "  condition 11-15  name: true 2 times, false once\n"
        "  condition 19-28  count < 0: true never, false 2 times  <- never true\n"
        "  -> 20: taken\n"
        "  -> 21: taken\n"
    )
    assert project.blockcov("why", "orders.py:20").text == (
        'shop/orders.py:20: raise ValueError(f"<{name}> & {count}")\n'
        "  ran once\n"
        "  left by an exception once\n"
        "  in total (line 18), called 3 times\n"
    )
    assert project.blockcov("why", "main.py:14-15").text == (
        "main.py:14: prices.TABLE,\n"
        "  part of the statement that begins on line 13\n"
        "  never ran\n"
        "main.py:15: )\n"
        "  part of the statement that begins on line 13\n"
    )
    assert "\n  excluded\n" in project.blockcov("why", "prices.py:12").text
    assert "\n  no statement\n" in project.blockcov("why", "main.py:3").text


def test_why_of_what_is_not_there(project: Project) -> None:
    sample.run(project)
    refused(project.blockcov("why", "shop/order.py:3"), 66, "shop/order.py is not measured; shop/orders.py is")
    refused(project.blockcov("why", "__init__.py:1"), 64, "shop/__init__.py, shop/parts/__init__.py: which?")
    refused(project.blockcov("why", "main.py:900"), 66, "main.py has no line 900")
    refused(project.blockcov("why", "main.py"), 64, "FILE:LINE")


SUITE = {
    "lib.py": "def one():\n    return (\n        1)\n\n\ndef two():\n    return 2\n",
    "suite.py": """\
        import blockcov
        import lib
        for name in ("a.py::test_one|run", "a.py::test_one|teardown", "b.py::test_both|run", "c.py::test_none|run"):
            with blockcov.context(name):
                if "none" not in name:
                    lib.one()
                if "both" in name:
                    lib.two()
        """,
}


@pytest.fixture
def suite(project: Project) -> Project:
    for name, text in SUITE.items():
        project.write(name, text)
    project.write(".gitignore", ".blockcov/\n__pycache__/\n")
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-qm", "first")
    return project


def test_tests_affected_by_a_change(suite: Project) -> None:
    suite.run("suite.py")
    assert suite.blockcov("tests").text == ""
    change(suite, "lib.py", "return 2", "return 3")
    suite.run("suite.py")
    assert suite.blockcov("tests", "--affected-by", "HEAD").text == "b.py::test_both\n"
    change(suite, "lib.py", "        1)", "        2)")
    suite.run("suite.py")
    assert suite.blockcov("tests").text == "a.py::test_one\nb.py::test_both\n"


def test_tests_without_contexts(repository: Project) -> None:
    repository.run("main.py")
    refused(repository.blockcov("tests"), 66, "no contexts", "--blockcov-context=test")


def test_why_says_in_which_contexts(suite: Project) -> None:
    suite.run("suite.py")
    assert suite.blockcov("why", "lib.py:7").text == (
        "lib.py:7: return 2\n  ran once\n  in two (line 6), called once\n  by b.py::test_both|run: once\n"
    )
    assert "  by" not in suite.blockcov("why", "lib.py:6").text


def test_contexts_in_the_data_file_of_coverage_py(suite: Project) -> None:
    coverage = pytest.importorskip("coverage")
    suite.run("suite.py")
    suite.blockcov("sqlite")
    data = coverage.CoverageData(str(suite.path / ".coverage"))
    data.read()
    contexts = ["a.py::test_one|run", "a.py::test_one|teardown", "b.py::test_both|run"]
    assert data.measured_contexts() == {"", *contexts, "c.py::test_none|run"}
    by_line = data.contexts_by_lineno(str(suite.path / "lib.py"))
    assert by_line[7] == ["b.py::test_both|run"]
    assert sorted(by_line[3]) == contexts
    assert by_line[6] == [""]
    report = suite.python("-m", "coverage", "report")
    assert report.text == suite.blockcov("report").text.partition("\n\n")[0] + "\n"
