"""lcov's tracefile: record by record, and read by the genhtml and lcov that the machine has."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests import sample
from tests.project import Project

pytestmark = pytest.mark.once("run")


def records(project: Project, *options: str) -> dict[str, list[str]]:
    """Give the records of each source file."""
    result = project.blockcov("lcov", "-o", "-", *options)
    assert result.status == 0, result.errors
    found: dict[str, list[str]] = {}
    for part in result.text.split("end_of_record\n")[:-1]:
        test, source, *rest = part.splitlines()
        assert test == "TN:"
        found[source.removeprefix("SF:")] = rest
    return found


def test_records(project: Project) -> None:
    project.write(
        "app.py",
        """\
        def f(a, b):
            if a > 1 and b < 2:
                x = 1

                return (
                    x)
            return 1 if a or b else 0

        class C:
            def f(self): return lambda: 0
            def never(self):
                while self: pass

        f(3, 3); f(2, 1); f(0, 0)
        C().f()
        assert f
        """,
    )
    project.run("app.py")
    assert records(project)["app.py"] == [
        *("FN:1,f", "FN:10,C.f", "FN:11,C.never", "FNDA:3,f", "FNDA:1,C.f", "FNDA:0,C.never", "FNF:3", "FNH:2"),
        *("BRDA:2,0,0,2", "BRDA:2,0,1,1", "BRDA:2,0,2,1", "BRDA:2,0,3,1"),
        *("BRDA:7,0,0,1", "BRDA:7,0,1,1", "BRDA:7,0,2,0", "BRDA:7,0,3,1"),
        *("BRDA:12,0,0,-", "BRDA:12,0,1,-", "BRDA:16,0,0,1", "BRF:11", "BRH:8"),
        *("DA:1,1", "DA:2,3", "DA:3,1", "DA:5,1", "DA:7,2", "DA:9,2", "DA:10,2", "DA:11,1", "DA:12,0", "DA:14,1"),
        *("DA:15,1", "DA:16,1", "LF:12", "LH:11"),
    ]


def test_line_branches(project: Project) -> None:
    pytest.importorskip("coverage")
    sample.run(project)
    sample.run_coverage(project)
    theirs = project.python("-m", "coverage", "lcov", "-q", "-o", "-").text
    names = ("BRF", "BRH", "LF", "LH", "FNF", "FNH")

    def figures(text: str) -> list[str]:
        return [line for line in text.splitlines() if line.partition(":")[0] in (*names, "SF")]

    ours = project.blockcov("lcov", "-o", "-", "--branches", "lines").text
    # Empty files have LF and LH too, and the order of the groups is another.
    mine, other = figures(ours), figures(theirs)
    assert sorted(set(mine) - {"LF:0", "LH:0"}) == sorted(set(other))
    assert sum(int(line.partition(":")[2]) for line in mine if line.startswith("BRF")) == 14


def test_line_checksums_are_those_of_coverage_py(project: Project) -> None:
    pytest.importorskip("coverage")
    sample.write(project)
    project.write(".coveragerc", "[lcov]\nline_checksums = true\n")
    project.run("main.py")
    sample.run_coverage(project)
    theirs = project.python("-m", "coverage", "lcov", "-q", "-o", "-").text

    def checksums(text: str) -> list[str]:
        return [line.split(",")[-1] for line in text.splitlines() if line.startswith("DA:")]

    assert checksums(project.blockcov("lcov", "-o", "-").text) == checksums(theirs)


def test_names_on_one_line(project: Project) -> None:
    project.write("a\nSF:b.py", "x = 1\n")
    project.run("a\nSF:b.py")
    assert set(records(project)) == {"a\\nSF:b.py"}


def test_several_functions_of_one_name(project: Project) -> None:
    project.write("app.py", "def f(): pass\nif f():\n    pass\ndef f(): pass\ndef g():  # pragma: no cover\n    pass\n")
    project.run("app.py")
    assert [line for line in records(project)["app.py"] if line.startswith("FN")] == [
        *("FN:1,f", "FN:4,f@4", "FNDA:1,f", "FNDA:0,f@4", "FNF:2", "FNH:1")
    ]


@pytest.fixture
def genhtml() -> str:
    found = shutil.which("genhtml")
    if found is None:
        pytest.skip("genhtml is not installed")
    return found


@pytest.mark.parametrize("branches", ["lines", "outcomes"])
def test_genhtml(project: Project, genhtml: str, branches: str) -> None:
    sample.run(project)
    project.blockcov("lcov", "--branches", branches)
    done = subprocess.run(
        [genhtml, "--branch-coverage", "-o", "html", "coverage.lcov"],
        cwd=project.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
    lines = {name: figures(project, name, branches) for name in ("LF", "LH", "FNF", "FNH", "BRF", "BRH")}
    said = dict(re.findall(r"(\w+)\.+: [0-9.]+% \((\d+ of \d+)", done.stdout))
    assert said["lines"] == f"{lines['LH']} of {lines['LF']}"
    assert said["functions"] == f"{lines['FNH']} of {lines['FNF']}"
    assert said["branches"] == f"{lines['BRH']} of {lines['BRF']}"
    page = next((project.path / "html").rglob("orders.py.gcov.html")).read_text()
    assert "basket.add(of(name) if count" in page


def figures(project: Project, name: str, branches: str) -> int:
    return sum(
        int(line.partition(":")[2])
        for lines in records(project, "--branches", branches).values()
        for line in lines
        if line.startswith(name + ":")
    )


def test_lcov_adds_up(project: Project, genhtml: str) -> None:
    sample.run(project)
    project.blockcov("lcov", "-o", "one.info")
    lcov = shutil.which("lcov")
    assert lcov is not None
    version = subprocess.run([lcov, "--version"], capture_output=True, text=True, check=True).stdout
    option = "lcov_branch_coverage=1" if " version 1." in version else "branch_coverage=1"
    command = [lcov, "--rc", option, "-a", "one.info", "-a", "one.info", "-o", "two.info"]
    done = subprocess.run(command, cwd=project.path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    text = (project.path / "two.info").read_text()
    assert "DA:21,4" in text
