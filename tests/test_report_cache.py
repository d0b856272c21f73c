"""Prepared analyses in the data directory: they make reports faster, and never make a difference."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.project import Project

pytestmark = pytest.mark.once("run")

APP = """\
import sys

def f(n):
    if n > 2 and n % 2:
        return "odd"  # as it should
    for i in range(n):
        try:
            n / (i - 1)
        except ZeroDivisionError:
            pass
    return "other" if n else lambda: n

class C:
    def method(self): return [x for x in range(3) if x]

def excluded():  # pragma: no cover
    return 1

print(f(0), f(1), f(4), f(5), len(sys.argv))
"""
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("report",),
    ("report", "-m"),
    ("report", "--skip-covered"),
    ("report", "--format=total"),
    ("json", "-o", "-"),
)


@pytest.fixture
def measured(project: Project) -> Project:
    project.write("app.py", APP)
    project.write("pkg/__init__.py", "")
    project.write("pkg/mod.py", "def g():\n    return 1\n\n\ng()\n")
    project.write("main.py", "import app, pkg.mod\n")
    project.run("--source=.", "main.py")
    return project


def entries(project: Project) -> list[Path]:
    return sorted((project.path / ".blockcov/analysis").glob("*.prepared"))


def reports(project: Project) -> list[Any]:
    """All forms of the report; the time of a JSON report is left out."""
    found: list[Any] = []
    for command in COMMANDS:
        result = project.blockcov(*command)
        if command[0] == "json":
            document = json.loads(result.out)
            del document["meta"]["timestamp"]
            found.append(document)
        else:
            found.append((result.status, result.out, result.err))
    return found


def test_reports_are_the_same_with_and_without(measured: Project) -> None:
    cold = []
    for command in COMMANDS:
        shutil.rmtree(measured.path / ".blockcov/analysis", ignore_errors=True)
        assert not entries(measured)
        result = measured.blockcov(*command)
        assert result.status == 0, result.errors
        assert len(entries(measured)) == 4
        cold.append(result.out)
    before = entries(measured)
    times = [path.stat().st_mtime_ns for path in before]
    for command, expected in zip(COMMANDS, cold, strict=True):
        if command[0] != "json":
            assert measured.blockcov(*command).out == expected
    assert entries(measured) == before
    assert [path.stat().st_mtime_ns for path in before] == times, "they were read, not made again"


def test_a_new_run_uses_what_is_kept(measured: Project) -> None:
    first = reports(measured)
    kept = {path: path.stat().st_mtime_ns for path in entries(measured)}
    measured.write("main.py", "import app, pkg.mod\napp.f(7)\n")
    measured.run("--source=.", "main.py")
    second = reports(measured)
    assert second != first
    now = {path: path.stat().st_mtime_ns for path in entries(measured)}
    assert len(set(kept.items()) & set(now.items())) == 3, "only main.py is new"
    assert len(now) == 4, "the entry of the old main.py is gone"
    assert second[-1]["files"]["app.py"]["blockcov"]["lines"]["5"] == 2


def test_a_changed_source_is_analysed_again(measured: Project) -> None:
    reports(measured)
    measured.write("pkg/mod.py", "def g():\n    return 1\n\n\ng()\ng()\n")
    stale = measured.blockcov("report")
    assert stale.status == 65
    assert "changed since it ran" in stale.errors
    measured.run("--source=.", "main.py")
    assert measured.counts("pkg/mod.py") == {1: 1, 2: 2, 5: 1, 6: 1}


def test_another_interpreter_setting_is_another_analysis(measured: Project) -> None:
    measured.blockcov("report")
    before = set(entries(measured))
    assert measured.python("-O", "-m", "blockcov", "report").status == 0
    assert not before & set(entries(measured))


def test_another_blockcov_is_another_analysis(measured: Project, tmp_path: Path) -> None:
    measured.blockcov("report")
    before = set(entries(measured))
    import blockcov

    copy = tmp_path / "copy"
    shutil.copytree(os.path.dirname(blockcov.__file__), copy / "blockcov")
    with open(copy / "blockcov/analysis/spans.py", "a") as file:
        file.write("# changed\n")
    assert measured.blockcov("report", PYTHONPATH=str(copy)).status == 0
    assert not before & set(entries(measured))


@pytest.mark.parametrize("damage", ["truncated", "empty", "flipped", "header", "foreign", "another's", "directory"])
def test_damaged_entries_are_made_again(measured: Project, damage: str) -> None:
    expected = reports(measured)
    whole = {path: path.read_bytes() for path in entries(measured)}
    for path, data in whole.items():
        if damage == "truncated":
            path.write_bytes(data[: len(data) // 2])
        elif damage == "empty":
            path.write_bytes(b"")
        elif damage == "flipped":
            path.write_bytes(data[:-9] + bytes([data[-9] ^ 4]) + data[-8:])
        elif damage == "header":
            path.write_bytes(b"\x00" + data[1:])
        elif damage == "foreign":
            path.write_bytes(b"not blockcov's\n" * 100)
        elif damage == "another's":
            path.write_bytes(next(other for name, other in whole.items() if name != path))
        else:
            path.unlink()
            path.mkdir()
    assert reports(measured) == expected
    if damage != "directory":
        assert {path: path.read_bytes() for path in entries(measured)} == whole


def test_every_byte_of_an_entry_is_guarded(measured: Project) -> None:
    from blockcov.analysis_cache import Cache

    measured.blockcov("report")
    cache = Cache(str(measured.path / ".blockcov"))
    path = min(entries(measured), key=lambda each: each.stat().st_size)
    data = path.read_bytes()
    assert cache.read(path.stem) is not None
    for index in range(len(data)):
        path.write_bytes(data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :])
        assert cache.read(path.stem) is None, index


def test_an_analysis_that_does_not_fit_is_refused(measured: Project) -> None:
    from blockcov import _blockcov
    from blockcov.analysis_cache import Cache

    measured.blockcov("report")
    handle, heads, _ = _blockcov.gather([str(measured.path / ".blockcov")])
    cache = Cache(str(measured.path / ".blockcov"))
    prepared = [data for path in entries(measured) if (data := cache.read(path.stem)) is not None]
    app = max(prepared, key=len)
    unit = next(index for index, head in enumerate(heads) if head[0].endswith("app.py"))
    results = _blockcov.count(handle, [(data, [unit]) for data in prepared], True)
    assert [data for data, result in zip(prepared, results, strict=True) if not isinstance(result, str)] == [app]
    for size in range(0, len(app), 7):  # whatever it says, nothing is read beyond its end
        _blockcov.count(handle, [(app[:size], [unit])], True)
    for at in range(0, len(app) - 4, 4):
        for value in (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80"):
            _blockcov.count(handle, [(app[:at] + value + app[at + 4 :], [unit])], True)


def test_where_nothing_can_be_written(measured: Project) -> None:
    expected = reports(measured)
    shutil.rmtree(measured.path / ".blockcov/analysis")
    (measured.path / ".blockcov/analysis").write_text("a file is in the way")
    assert reports(measured) == expected
    assert (measured.path / ".blockcov/analysis").read_text() == "a file is in the way"


def test_concurrent_reports(measured: Project) -> None:
    expected = measured.blockcov("report", "-m").out
    for _ in range(3):
        shutil.rmtree(measured.path / ".blockcov/analysis", ignore_errors=True)
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "blockcov", "report", "-m"],
                cwd=measured.path,
                env=measured.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for _ in range(4)
        ]
        for process in processes:
            out, err = process.communicate(timeout=60)
            assert (process.returncode, out, err) == (0, expected, b"")
        assert len(entries(measured)) == 4
        assert not list((measured.path / ".blockcov/analysis").glob("*.tmp"))


def test_erase_removes_it_and_run_keeps_it(measured: Project) -> None:
    measured.blockcov("report")
    kept = entries(measured)
    measured.run("--source=.", "main.py")
    assert entries(measured) == kept
    assert measured.blockcov("erase").status == 0
    assert not (measured.path / ".blockcov/analysis").exists()


def test_many_files_are_prepared_in_processes(project: Project) -> None:
    names = [f"m{number}" for number in range(60)]
    for number, name in enumerate(names):
        project.write(f"{name}.py", f"def f(n):\n    return n if n > {number} or n else 0\n\n\nf({number % 3})\n")
    project.write("bad.py", "def f(:\n")
    project.write("main.py", "\n".join(f"import {name}" for name in names))
    project.run("--source=.", "main.py")
    program = "from blockcov import processes, cli; processes.IN_PROCESSES = {}; "
    program += "raise SystemExit(cli.main(['report', '-m']))"
    alone = project.python("-c", program.format(10**9))
    shutil.rmtree(project.path / ".blockcov/analysis")
    together = project.python("-c", "import os; os.sched_getaffinity = lambda _: set(range(3)); " + program.format(4))
    assert together == alone
    assert alone.status == 65
    assert "bad.py" in alone.errors
    assert len(entries(project)) == 61


def test_a_worker_that_dies_costs_time_only(project: Project) -> None:
    for number in range(40):
        project.write(f"m{number}.py", f"x = {number}\n")
    project.write("main.py", "\n".join(f"import m{number}" for number in range(40)))
    project.run("--source=.", "main.py")
    expected = project.blockcov("report").out
    shutil.rmtree(project.path / ".blockcov/analysis")
    program = """
        import os
        from blockcov import cli, prepare_all, processes
        os.sched_getaffinity = lambda _: {0, 1}
        processes.IN_PROCESSES = 4
        parent, whole = os.getpid(), prepare_all.prepare_one
        def dies(handle, job):
            if os.getpid() != parent and job.path.endswith("m17.py"):
                os._exit(1)
            return whole(handle, job)
        prepare_all.prepare_one = dies
        raise SystemExit(cli.main(["report"]))
    """
    project.write("../dies.py", program)
    result = project.python(str(project.path.parent / "dies.py"))
    assert (result.status, result.out, result.err) == (0, expected, b"")
