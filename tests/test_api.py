"""`blockcov.Coverage`: measuring and reporting from inside a program."""

from __future__ import annotations

import json

import pytest

from tests import sample
from tests.project import Project

pytestmark = pytest.mark.once("run")

HEAD = """\
import sys
import blockcov

cov = blockcov.Coverage({arguments})
with cov.collect():
    import main
"""


def program(project: Project, tail: str = "", arguments: str = "", head: str = HEAD) -> str:
    """Run a program that measures main.py, and give what it printed behind the output of main.py."""
    sample.write(project)
    text = head.replace("{arguments}", arguments) + "print('---')\n" + tail
    project.write("embedding.py", text)
    result = project.python("embedding.py")
    assert result.status == 0, result.errors
    assert result.errors == ""
    return result.text.partition("---\n")[2]


def test_report_is_that_of_the_command(project: Project) -> None:
    shown = program(project, "percent = cov.report(show_missing=True)\nprint(round(percent, 2))\n")
    *table, percent = shown.splitlines()
    assert "\n".join(table) + "\n" == project.blockcov("report", "-m").text
    assert f"{float(percent):.2f}" == f"{project.json()['totals']['percent_covered']:.2f}"
    assert "embedding.py" not in shown


def test_counts_are_those_of_run(project: Project) -> None:
    program(project)
    embedded = project.json()
    project.run("main.py")
    files = project.json()["files"]
    assert set(files) == set(embedded["files"])
    for name, file in files.items():
        assert embedded["files"][name] == file, name


def test_reports_are_those_of_the_commands(project: Project) -> None:
    program(
        project,
        """
total = cov.json_report()
assert total == cov.xml_report() == cov.lcov_report() == cov.sqlite_report() == cov.annotate(directory="listing")
cov.json_report(["shop/orders.py", main], outfile="some.json", pretty_print=True)
""",
    )
    mine = json.loads((project.path / "coverage.json").read_text())
    assert mine["files"] == project.json()["files"]
    assert set(json.loads((project.path / "some.json").read_text())["files"]) == {"main.py", "shop/orders.py"}
    for name, command in (("coverage.lcov", "lcov"), (".coverage", "sqlite")):
        before = (project.path / name).read_bytes()
        assert project.blockcov(command).status == 0
        assert (project.path / name).read_bytes() == before
    assert (project.path / "coverage.xml").exists()
    assert (project.path / "listing/main.py.cover").exists()


def test_reports_choose_as_those_of_coverage_py(project: Project) -> None:
    program(
        project,
        """
import json
part = cov.json_report(outfile="part.json", include=["shop/*"], omit=["*/parts/*"], ignore_errors=True)
assert part == cov.report(include=["shop/*"], omit=["*/parts/*"], precision=2) == cov.xml_report(
    include=["shop/*"], omit=["*/parts/*"], contexts=None)
cov.html_report(directory="pages", include=["shop/*"], title="Shop", skip_covered=True, show_contexts=True)
cov.json_report(outfile="lines.json", branch=False, show_contexts=True)
try:
    cov.lcov_report(contexts=["nothing"])
except blockcov.Failure as failure:
    assert failure.status == 66, failure
else:
    raise AssertionError("no failure")
""",
    )
    part = json.loads((project.path / "part.json").read_text())
    assert {name.split("/")[0] for name in part["files"]} == {"shop"}
    assert "shop/parts/__init__.py" not in part["files"]
    assert "Shop</title>" in (project.path / "pages/index.html").read_text()
    assert json.loads((project.path / "lines.json").read_text())["meta"]["show_contexts"] is True


def test_analysis_is_that_of_coverage_py(project: Project) -> None:
    pytest.importorskip("coverage")
    names = ("main.py", "shop/orders.py", "shop/parts/prices.py")
    tail = f"import json\nprint(json.dumps([cov.analysis2(name) for name in {names}]))\n"
    ours = program(project, tail)
    (project.path / ".blockcov").rename(project.path / "other")
    theirs = program(
        project,
        tail,
        head="import coverage\ncov = coverage.Coverage(branch=True)\ncov.start()\nimport main\ncov.stop()\n",
    )
    assert json.loads(ours) == json.loads(theirs)


def test_starting_again_adds(project: Project) -> None:
    project.write("part.py", "def f():\n    return 1\n")
    project.write("other.py", "import part\npart.f()\n")
    project.write(
        "embedding.py",
        """
        import blockcov
        cov = blockcov.Coverage()
        for name in ("part", "other"):
            cov.start()
            assert blockcov.Coverage.current() is cov
            __import__(name)
            cov.stop()
            assert blockcov.Coverage.current() is None
        """,
    )
    for _ in range(2):  # the second process begins afresh
        assert project.python("embedding.py").status == 0
        assert project.counts("part.py") == {1: 1, 2: 1}
    project.write("again.py", "import blockcov\ncov = blockcov.Coverage()\ncov.load()\ncov.start()\nimport other\n")
    assert project.python("again.py").status == 0
    assert project.counts("part.py") == {1: 2, 2: 2}


def test_children_are_measured_while_it_is_on(project: Project) -> None:
    project.write("child.py", "x = 1\n")
    project.write(
        "embedding.py",
        """
        import os, subprocess, sys
        import blockcov
        before = dict(os.environ)
        with blockcov.Coverage(source=["."]).collect():
            subprocess.run([sys.executable, "child.py"], check=True)
        assert os.environ == before
        subprocess.run([sys.executable, "child.py"], check=True)
        """,
    )
    result = project.python("embedding.py")
    assert (result.status, result.errors) == (0, "")
    assert project.counts("child.py") == {1: 1}
    assert project.json()["files"]["embedding.py"]["summary"]["covered_lines"] == 0


def test_settings(project: Project) -> None:
    project.write("pyproject.toml", "[tool.blockcov]\nfail_under = 80\nomit = ['shop/*']\n")
    shown = program(
        project,
        """
assert cov.get_option("report:fail_under") == 80.0
cov.set_option("report:precision", 2)
cov.report()
print(blockcov.Coverage(config_file=False).get_option("report:fail_under"))
try:
    cov.get_option("report:nonsense")
except blockcov.Failure as failure:
    print(failure)
""",
    )
    assert "main.py" in shown
    assert "shop" not in shown
    assert "lines 83.33% (10 of 12)" in shown
    assert shown.endswith("0.0\nthere is no option 'report:nonsense'\n")


def test_erase_and_combine(project: Project) -> None:
    sample.run(project)
    project.write(
        "embedding.py",
        """
        import blockcov
        blockcov.Coverage("merged").combine([".blockcov"], keep=True)
        cov = blockcov.Coverage("merged")
        print(cov.why("shop/orders.py", 19), end="")
        cov.erase()
        try:
            cov.report()
        except blockcov.Failure as failure:
            print(failure.status, failure.message)
        """,
    )
    result = project.python("embedding.py")
    assert result.status == 0, result.errors
    assert "  ran 3 times\n" in result.text
    assert "66 no measurements" in result.text


def test_what_is_left_out_is_warned_of(project: Project) -> None:
    sample.run(project)
    project.write("main.py", "changed = 1\n")
    project.write("embedding.py", "import blockcov\nblockcov.Coverage().report(morfs=['shop/orders.py'])\n")
    result = project.python("embedding.py")
    assert result.status == 0
    assert "embedding.py:2: CoverageWarning: main.py: the source file changed since it ran" in result.errors
    assert "shop/orders.py" in result.text


def test_not_in_a_process_that_is_measured(project: Project) -> None:
    project.write(
        "embedding.py",
        """
        import blockcov
        one, two = blockcov.Coverage("one"), blockcov.Coverage("two")
        for cov in (one, two):
            try:
                cov.start()
            except blockcov.Failure as failure:
                print(failure)
        """,
    )
    assert project.python("embedding.py").text == "this process is measured already\n"
    assert project.blockcov("run", "embedding.py").text == 2 * "this process is measured already\n"


def test_wrong_arguments(project: Project) -> None:
    result = project.python("-c", "import blockcov; blockcov.Coverage(mode='guess').start()")
    assert result.status == 1
    assert "guess" in result.errors


def test_what_runs_after_stop_is_not_counted(project: Project) -> None:
    project.write("part.py", "def f():\n    return 1\n")
    project.write(
        "embedding.py",
        """
        import blockcov
        cov = blockcov.Coverage()
        with cov.collect():
            import part
            part.f()
        for _ in range(5):
            part.f()
        print(cov.why(part, 2))
        with cov.collect():
            part.f()
        part.f()
        """,
    )
    result = project.python("embedding.py")
    assert (result.status, result.errors) == (0, "")
    assert "  ran once\n" in result.text
    assert project.counts("part.py") == {1: 1, 2: 2}


def test_contexts(project: Project) -> None:
    project.write("part.py", "def f():\n    return 1\n")
    project.write(
        "embedding.py",
        """
        import blockcov
        cov = blockcov.Coverage()
        with cov.collect():
            import part
            cov.switch_context("one")
            part.f()
            cov.switch_context("two")
            part.f()
        """,
    )
    assert project.python("embedding.py").status == 0
    text = project.blockcov("why", "part.py:2").text
    assert text.endswith("  by one: once\n  by two: once\n")


def test_html(project: Project) -> None:
    program(project, "print(round(cov.html_report(directory='pages', title='Title here')))")
    assert "Title here" in (project.path / "pages/index.html").read_text()
