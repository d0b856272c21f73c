"""`pytest --blockcov-context=test`: which test executed what."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contexts import Read
from tests.packages import directory
from tests.project import Project, Result
from tests.test_pytest_plugin import run_pytest, table

pytestmark = pytest.mark.once("run")

MODULE = """\
def price(n, vip=False):
    if n > 3 and vip:
        return n * 2
    return n
"""
TESTS = """
import pytest
from module import price

@pytest.fixture(scope="module")
def paid():
    yield price(1)
    price(1)

def test_one(paid):
    assert price(1) == 1

@pytest.mark.parametrize("n", [4, 5])
def test_many(n):
    assert price(n) == n

class TestVip:
    def test_vip(self, paid):
        assert price(4, True) == 8
        assert price(5, True) == 10
"""
EXPECTED = {
    "tests/test_price.py::test_one": {2: 2, 4: 2},  # the fixture is set up for it
    "tests/test_price.py::test_many[4]": {2: 1, 4: 1},
    "tests/test_price.py::test_many[5]": {2: 1, 4: 1},
    "tests/test_price.py::TestVip::test_vip": {2: 3, 3: 2, 4: 1},  # and torn down behind the last test
}
WITH = ("--blockcov=src", "--blockcov-context=test")


@pytest.fixture
def project(project: Project) -> Project:
    project.write("src/module.py", MODULE)
    project.write("tests/test_price.py", TESTS)
    project.write("pytest.ini", "[pytest]\npythonpath = src\n")
    return project


def lines(project: Project) -> dict[str, dict[int, int]]:
    """Give for each context the lines of the module that ran in it, with their counts; "" is outside of all."""
    read = Read(project)
    assert not read.damaged, read.damaged
    return read.lines["src/module.py"]


def succeeded(result: Result) -> Result:
    assert result.status == 0, result.text + result.errors
    return result


def test_each_test_has_its_lines(project: Project) -> None:
    result = succeeded(run_pytest(project, *WITH))
    assert table(result)[0] == "src/module.py 4 0 2 0 100%"
    assert lines(project) == {"": {1: 1}, **EXPECTED}
    assert project.counts("src/module.py") == {1: 1, 2: 7, 3: 2, 4: 5}


def test_without_contexts_there_are_none(project: Project) -> None:
    succeeded(run_pytest(project, "--blockcov=src"))
    assert lines(project) == {"": {1: 1, 2: 7, 3: 2, 4: 5}}


@pytest.mark.parametrize("dist", ["load", "loadfile", "worksteal"])
def test_xdist(project: Project, dist: str) -> None:
    project.write("tests/test_price.py", TESTS.replace("    yield price(1)\n    price(1)", "    return 0"))
    succeeded(run_pytest(project, *WITH, "-n2", "--dist", dist))
    found = lines(project)
    assert list(found.pop("")) == [1]
    assert found == {
        "tests/test_price.py::test_one": {2: 1, 4: 1},
        "tests/test_price.py::test_many[4]": {2: 1, 4: 1},
        "tests/test_price.py::test_many[5]": {2: 1, 4: 1},
        "tests/test_price.py::TestVip::test_vip": {2: 2, 3: 2},
    }


def test_forked(project: Project) -> None:
    site = str(directory("pytest-forked==1.7.5", "pytest==8.3.5"))
    words = ["--forked", "-p", "no:xdist", "-p", "no:timeout"]
    succeeded(run_pytest(project, *WITH, *words, PYTHONPATH=site))
    found = lines(project)
    assert set(found) == {"", *EXPECTED}
    assert found["tests/test_price.py::test_many[4]"] == {2: 1, 4: 1}


def test_children(project: Project) -> None:
    """What a test starts belongs to it, however it is started."""
    project.write("src/child.py", "import module, sys\nmodule.price(int(sys.argv[1]))\n")
    project.write(
        "tests/test_price.py",
        """
        import multiprocessing, os, subprocess, sys
        import pytest
        from module import price
        CHILD = [sys.executable, "src/child.py"]

        def test_subprocess():
            subprocess.run([*CHILD, "1"], check=True)

        @pytest.mark.parametrize("method", ["fork", "spawn"])
        def test_multiprocessing(method):
            process = multiprocessing.get_context(method).Process(target=price, args=(4, True))
            process.start()
            process.join()
            assert process.exitcode == 0

        def test_none():
            assert "BLOCKCOV_START" in os.environ
        """,
    )
    succeeded(run_pytest(project, *WITH))
    found = lines(project)
    assert found.pop("tests/test_price.py::test_subprocess") == {1: 1, 2: 1, 4: 1}
    assert found.pop("tests/test_price.py::test_multiprocessing[fork]") == {2: 1, 3: 1}
    assert found.pop("tests/test_price.py::test_multiprocessing[spawn]") == {1: 1, 2: 1, 3: 1}
    assert set(found) == {""}


def test_crash(project: Project) -> None:
    project.write("tests/test_crash.py", "import os, module\ndef test_crash():\n    module.price(1)\n    os.abort()\n")
    result = run_pytest(project, *WITH, "-n1")
    assert result.status == 1
    found = lines(project)
    assert found["tests/test_crash.py::test_crash"][4] == 1
    assert found["tests/test_price.py::TestVip::test_vip"][3] == 2


def test_tests_that_end_early(project: Project) -> None:
    project.write("tests/test_price.py", TESTS.replace("assert price(n) == n", "assert price(n) == 5"))
    project.write("conftest.py", "def pytest_unconfigure():\n    import module\n    module.price(9)\n")
    assert run_pytest(project, *WITH, "-x").status == 1
    found = lines(project)
    assert set(found) == {"", "tests/test_price.py::test_one", "tests/test_price.py::test_many[4]"}
    assert found[""] == {1: 1, 2: 1, 4: 1}


def test_setting(project: Project) -> None:
    """coverage.py's name for it in a file."""
    project.write(".coveragerc", "[run]\nbranch = true\nsource = src\ndynamic_context = test_function\n")
    succeeded(run_pytest(project, "--blockcov"))
    assert lines(project) == {"": {1: 1}, **EXPECTED}


def test_mode_hits_is_refused(project: Project) -> None:
    project.write("blockcov.toml", "mode = 'hits'\n")
    result = run_pytest(project, *WITH)
    assert result.status == pytest.ExitCode.USAGE_ERROR
    assert "contexts of tests need mode counts" in result.errors
    assert not (project.path / ".blockcov").exists()


def test_names(project: Project, tmp_path: Path) -> None:
    """Node ids with whatever parameters put into them."""
    project.write(
        "tests/test_price.py",
        """
        import pytest
        from module import price
        @pytest.mark.parametrize("text", ["a b", "a/b::c", "\\u00e9", "", "x" * 300], ids=str)
        def test_text(text):
            price(1)
        """,
    )
    succeeded(run_pytest(project, *WITH))
    assert len(lines(project)) == 6
