"""`pytest --blockcov` with tests in several processes: xdist, pytest-forked, multiprocessing."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.packages import directory
from tests.project import Project
from tests.test_pytest_plugin import run_pytest, table

pytestmark = pytest.mark.once("run")

XDIST = "pytest-xdist==3.8.0"
FORKED = "pytest-forked==1.7.5"

MODULE = """\
def work(n):
    total = 0
    for i in range(n):
        total += i
    return total
"""
TESTS = """\
import pytest
from module import work

@pytest.mark.parametrize("n", range(10))
def test_work(n):
    assert work(n) == n * (n - 1) // 2

class TestGroup:
    @pytest.mark.xdist_group("one")
    def test_one(self):
        work(1)

    @pytest.mark.xdist_group("one")
    def test_two(self):
        work(2)
"""
CALLS, TURNS = 12, sum(range(10)) + 3


@pytest.fixture
def project(project: Project) -> Project:
    project.write("src/module.py", MODULE)
    project.write("tests/test_work.py", TESTS)
    project.write("pytest.ini", "[pytest]\npythonpath = src\n")
    return project


def check(project: Project, processes: int) -> None:
    """Is everything counted once? Each of the processes has imported the module."""
    expected = {1: processes, 2: CALLS, 3: CALLS + TURNS, 4: TURNS, 5: CALLS}
    assert project.counts("src/module.py") == expected


@pytest.mark.parametrize("dist", ["load", "loadscope", "loadfile", "loadgroup", "worksteal", "each"])
def test_xdist(project: Project, dist: str) -> None:
    result = run_pytest(project, "--blockcov=src", "-n2", "--dist", dist)
    assert result.status == 0, result.text + result.errors
    assert table(result) == ["src/module.py 5 0 2 0 100%", "TOTAL 5 0 2 0 100%"]
    assert result.text.count("coverage (blockcov)") == 1
    assert "blockcov" not in result.errors
    if dist == "each":
        assert project.counts("src/module.py")[2] == 2 * CALLS
    else:
        check(project, 2)


@pytest.mark.parametrize("option", ["-n0", "-n1", "-nauto", "-dn2", "--tx=2*popen"])
def test_ways_to_ask_for_workers(project: Project, option: str) -> None:
    words = [option] + ["-d"] * option.startswith("--tx")
    result = run_pytest(project, "--blockcov=src", *words, PYTEST_XDIST_AUTO_NUM_WORKERS="2")
    assert result.status == 0, result.text + result.errors
    check(project, 1 if option[2:] in ("0", "1") else 2)


def test_fail_under_with_workers(project: Project) -> None:
    project.write("src/unused.py", "x = 1\ny = 2\n")
    result = run_pytest(project, "--blockcov=src", "-n2", "--blockcov-fail-under=100", "--blockcov-report=json")
    assert result.status == 1
    assert "is less than --fail-under 100" in result.text
    assert json.loads((project.path / "coverage.json").read_text())["totals"]["missing_lines"] == 2


@pytest.mark.parametrize("end", ["os._exit(3)", "os.kill(os.getpid(), 9)", "ctypes.string_at(0)"])
def test_crashing_worker(project: Project, end: str) -> None:
    """What it has counted stands; its test fails, the others run in a new worker."""
    project.write(
        "src/module.py", MODULE + f"def crash():\n    before = 1\n    import ctypes, os; {end}\n    after = 1\n"
    )
    project.write("tests/test_crash.py", "import module\ndef test_crash():\n    module.crash()\n")
    result = run_pytest(project, "--blockcov=src", "--blockcov-report=term-missing", "-n2")
    assert result.status == 1
    assert f"1 failed, {CALLS} passed" in result.text
    assert "crashed while running 'tests/test_crash.py::test_crash'" in result.text
    counts = project.counts("src/module.py")
    assert {line: counts[line] for line in (2, 3, 4, 5, 7, 8)} == {2: 12, 3: 60, 4: 48, 5: 12, 7: 1, 8: 1}
    assert counts[1] == counts[6] == 3  # two workers and the one that came after
    assert counts[9] == 0 or end != "os._exit(3)"  # after SIGKILL the rest of a block may count once
    assert table(result)[0].startswith("src/module.py 9 ")


def test_workers_that_stop_early(project: Project) -> None:
    project.write("tests/test_bad.py", "import module\ndef test_bad():\n    module.work(3)\n    assert False\n")
    result = run_pytest(project, "--blockcov=src", "-n2", "--maxfail=1")
    assert result.status in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED)
    assert "1 failed" in result.text
    assert project.counts("src/module.py")[1] == 2


def test_plugin_of_the_project_in_workers(project: Project) -> None:
    """The controller begins again; a worker is measured from its start on."""
    project.write("src/plugin.py", "import module\nX = module.work(1)\n")
    result = run_pytest(project, "--blockcov=src", "-n2", "-p", "plugin")
    assert result.status == 0, result.text + result.errors
    assert project.counts("src/plugin.py") == {1: 3, 2: 3}


def test_forked(project: Project) -> None:
    site = str(directory(FORKED, "pytest==8.3.5"))
    result = run_pytest(project, "--blockcov=src", "--forked", "-p", "no:xdist", "-p", "no:timeout", PYTHONPATH=site)
    assert result.status == 0, result.text + result.errors
    assert table(result) == ["src/module.py 5 0 2 0 100%", "TOTAL 5 0 2 0 100%"]
    check(project, 1)


def test_forked_test_that_crashes(project: Project) -> None:
    site = str(directory(FORKED, "pytest==8.3.5"))
    project.write(
        "tests/test_crash.py",
        "import module, os\ndef test_crash():\n    module.work(1)\n    os.kill(os.getpid(), 11)\n",
    )
    words = ["--forked", "-p", "no:xdist", "-p", "no:timeout"]
    result = run_pytest(project, "--blockcov=src", *words, PYTHONPATH=site)
    assert result.status == 1
    assert f"1 failed, {CALLS} passed" in result.text
    assert project.counts("src/module.py")[2] == CALLS + 1


def test_forked_workers(project: Project) -> None:
    site = str(directory(FORKED, XDIST, "pytest==8.3.5"))
    result = run_pytest(project, "--blockcov=src", "-n2", "--forked", "-p", "no:timeout", PYTHONPATH=site)
    assert result.status == 0, result.text + result.errors
    check(project, 2)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_in_a_test(project: Project, method: str) -> None:
    project.write(
        "tests/test_work.py",
        f"""
        import multiprocessing
        from module import work
        def test_pool():
            with multiprocessing.get_context({method!r}).Pool(2) as pool:
                assert pool.map(work, range(4)) == [0, 0, 1, 3]
                pool.close()
                pool.join()
        """,
    )
    assert run_pytest(project, "--blockcov=src").status == 0
    counts = project.counts("src/module.py")
    assert {line: counts[line] for line in (2, 3, 4, 5)} == {2: 4, 3: 10, 4: 6, 5: 4}


def test_suspended_frames_at_the_report(project: Project) -> None:
    """The report at the end shows a generator and a thread where they stand, not where they would go."""
    project.write(
        "src/module.py",
        """\
        import threading
        def numbers():
            yield 1
            print("never")
        def wait(event, started):
            started.set()
            event.wait()
            print("never")
        """,
    )
    project.write(
        "tests/test_work.py",
        """
        import threading, module
        KEPT = []
        def test_frames():
            KEPT.append(module.numbers())
            assert next(KEPT[0]) == 1
            started = threading.Event()
            threading.Thread(target=module.wait, args=(threading.Event(), started), daemon=True).start()
            started.wait()
        """,
    )
    result = run_pytest(project, "--blockcov=src", "--blockcov-report=term-missing")
    assert table(result)[0] == "src/module.py 8 2 0 0 75% 4, 8"


def test_workers_in_another_directory(project: Project, tmp_path: Path) -> None:
    """`--tx popen//chdir=...`: workers run a copy of the project, and are reported as if they had run the project."""
    project.write("tests/conftest.py", "import module\nX = module.work(1)\n")
    copy = tmp_path / "copy"
    words = ["--blockcov=src", "--dist=load", f"--rsyncdir={project.path}", f"--tx=2*popen//chdir={copy}"]
    result = run_pytest(project, *words, project.path / "tests")
    assert result.status == 0, result.text + result.errors
    assert (copy / project.path.name / "src/module.py").is_file()
    assert table(result) == ["src/module.py 5 0 2 0 100%", "TOTAL 5 0 2 0 100%"]
    processes = 3  # the controller loads conftest.py from the project itself
    counts = project.counts("src/module.py")
    assert {line: counts[line] for line in (2, 4)} == {2: CALLS + processes, 4: TURNS + processes}
    assert run_pytest(project, "--blockcov=src").status == 0
    assert project.counts("src/module.py")[2] == CALLS + 1
    assert not list((project.path / ".blockcov").glob("*.copy.json"))


def test_worker_that_does_not_know_of_the_measurement(project: Project) -> None:
    """As on another machine: it says so, and leaves nothing behind there."""
    far = project.write("../far", f'#!/bin/sh\nunset BLOCKCOV_START\nexec {sys.executable} "$@"\n')
    far.chmod(0o755)
    words = ["--blockcov=src", "--dist=load", f"--tx=popen//id=far//python={far.resolve()}", "--tx=popen//id=near"]
    result = run_pytest(project, *words, "tests")
    assert result.status == 1
    assert f"{CALLS} passed" in result.text
    assert "blockcov: error: not measured, since on another machine: far\n" in result.text
    assert table(result)
    assert project.counts("src/module.py")[1] == 1
