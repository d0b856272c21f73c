"""Profilers and other coverage tools beside blockcov: each says what it says alone, and blockcov's counts are right."""

from __future__ import annotations

import json
import re
import sys

import pytest

from tests.alike import MODES, alike, lines
from tests.odd_functions import MODULE
from tests.packages import directory, python_path
from tests.project import Project

PY_SPY = "py-spy==0.4.3"
SLIPCOVER = "slipcover==1.1.0"
CORES = ["ctrace", "pytrace", *(["sysmon"] if sys.version_info >= (3, 12) else [])]


def run_of_module(project: Project) -> dict[int, int]:
    """Write mod.py and app.py, which goes through it; give the counts of mod.py in a run by itself."""
    project.write("mod.py", MODULE)
    project.write("app.py", "import mod\nmod.run()\n")
    project.run("app.py")
    return project.counts("mod.py")


def test_cprofile(project: Project) -> None:
    """The same calls, callers and recursion; times differ from run to run."""
    expected = run_of_module(project)
    project.write(
        "show.py",
        """
        import cProfile, mod, profile, pstats, sys
        for kind in cProfile.Profile, profile.Profile:
            one = kind()
            one.runcall(mod.run)
            one.create_stats()
            for place, (calls, primitive, _, _, callers) in sorted(one.stats.items()):
                if "mod.py" in place[0]:
                    mine = [(name, each[0]) for name, each in callers.items() if "mod.py" in name[0]]
                    print(place, calls, primitive, sorted(mine))
            pstats.Stats(one).print_callees("branches")
        """,
    )
    plain = alike(project, "show.py", steady=lambda text: re.sub(rb"[0-9.]+\.[0-9]+", b"N", text))
    assert plain.text.count("mod.py") > 30
    counts = lines(project, "mod.py")
    inner = [line for line in counts if MODULE.splitlines()[line - 1].startswith(" ") and line not in range(18, 25)]
    assert {line: counts[line] for line in inner} == {line: 2 * expected[line] for line in inner}


def test_tracemalloc(project: Project) -> None:
    """Every block is the line's that made it. What blockcov needs for itself, once, is no line's of the program."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import mod, tracemalloc, sys
        def keep(n):
            kept = [bytearray(1000)
                    for _ in range(n)]
            kept += [bytearray(2000) if each % 2 else
                     bytearray(3000) for each in range(n)]
            return kept
        for _ in range(3): keep(4)
        tracemalloc.start(5)
        before = tracemalloc.take_snapshot()
        kept = keep(20), list(mod.numbers(3))
        after = tracemalloc.take_snapshot()
        for each in after.compare_to(before, "lineno"):
            frame = each.traceback[0]
            if frame.filename == __file__ and frame.lineno < 10:
                print(frame.lineno, each.count_diff, each.size_diff)
        print(*tracemalloc.get_object_traceback(kept[0][0]).format(), sep="\\n")
        print(*tracemalloc.get_object_traceback(kept[0][25]).format(), sep="\\n")
        try:
            x = None
            x.y
        except AttributeError: pass
        del kept
        """,
    )
    assert len(alike(project, "app.py").text.splitlines()) > 6


def test_tracemalloc_from_the_start(project: Project) -> None:
    """`-X tracemalloc` names where what a warning is about was made."""
    project.write("app.py", "def opens():\n    found = open(__file__)\n    return [\n        found]\nopens()\n")
    plain = alike(project, "app.py", interpreter=("-X", "tracemalloc=5", "-W", "always"))
    assert "Object allocated at" in plain.errors


@pytest.mark.parametrize("core", CORES)
def test_coverage_at_the_same_time(project: Project, core: str) -> None:
    """coverage.py's data are those of a run without blockcov, and blockcov's counts those of a run without it."""
    expected = run_of_module(project)
    branch = ["--branch"] if core != "sysmon" or sys.version_info >= (3, 14) else []
    words = ["-m", "coverage", "run", *branch, "--source=.", "app.py"]
    found = {}
    for mode in ("", *MODES):
        run = ["-m", "blockcov", "run", "--mode", mode, "--data-dir", mode] if mode else []
        result = project.python(*run, *words, COVERAGE_CORE=core)
        assert (result.status, result.errors) == (0, ""), mode
        assert project.python("-m", "coverage", "json", "-q", "-o", "c.json").status == 0
        report = json.loads((project.path / "c.json").read_bytes())
        found[mode] = {name: dict(file, functions=None, classes=None) for name, file in report["files"].items()}
    assert found["counts"] == found["hits"] == found[""]
    assert lines(project, "mod.py") == expected
    assert {line for line, count in lines(project, "mod.py", "hits").items() if count} == {
        line for line, count in expected.items() if count
    }


def test_coverage_inside(project: Project) -> None:
    """Started and stopped by the program, with contexts, in threads."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import coverage, sys, threading
        cov = coverage.Coverage(data_file=None, branch=True, include=["*/mod.py"])
        cov.start()
        import mod
        cov.switch_context("first")
        mod.run()
        cov.switch_context("second")
        thread = threading.Thread(target=mod.branches, args=(7,)); thread.start(); thread.join()
        cov.stop()
        mod.matches([])
        data = cov.get_data()
        for name in sorted(data.measured_contexts()):
            data.set_query_context(name)
            # On 3.11 C tracers hear of lines that go on: arcs from a line to itself, which no report has.
            print(name, sorted((a, b) for a, b in data.arcs(mod.__file__) if a != b))
        """,
    )
    assert alike(project, "app.py", COVERAGE_CORE="ctrace").text.count("first")


LINE_EVENTS_OF_SLIPCOVER = """
import collections, json, slipcover, sys, types
path = sys.argv[1]
with open(path) as source:
    code = slipcover.Slipcover().instrument(compile(source.read(), path, "exec"))
counts = collections.Counter()
def trace(frame, event, argument):
    if frame.f_code.co_filename == path:
        counts[frame.f_lineno] += event == "line"
        return trace
module = types.ModuleType("mod")
sys.settrace(trace)
exec(code, module.__dict__)
module.run()
sys.settrace(None)
print(json.dumps(counts))
"""


@pytest.mark.slow
@pytest.mark.parametrize("branch", [False, True], ids=["lines", "branches"])
def test_slipcover(project: Project, branch: bool) -> None:
    """SlipCover measures under blockcov what it measures alone, and blockcov counts the program that SlipCover made.

    Before 3.12 that one has calls at each line, and line events where the original has none; for branches its source is
    rewritten.
    """
    expected = run_of_module(project)
    path = python_path(SLIPCOVER)
    if sys.version_info < (3, 12):
        project.write("events.py", LINE_EVENTS_OF_SLIPCOVER)
        events = json.loads(project.python("events.py", "mod.py", PYTHONPATH=path).text)
        expected = {line: events.get(str(line), 0) for line in expected}
    words = [
        "-m",
        "slipcover",
        *(["--branch"] if branch else []),
        "--source",
        ".",
        "--json",
        "--out",
        "s.json",
        "app.py",
    ]
    found = {}
    for mode in ("", *MODES):
        run = ["-m", "blockcov", "run", "--mode", mode, "--data-dir", mode] if mode else []
        result = project.python(*run, *words, PYTHONPATH=path)
        assert result.status == 0, result.errors
        found[mode] = json.loads((project.path / "s.json").read_bytes())["files"]
    assert found["counts"] == found["hits"] == found[""]
    assert len(found[""]["mod.py"]["executed_lines"]) > 90
    counts = {line: count for line, count in lines(project, "mod.py").items() if line <= max(expected)}
    assert {line for line, count in counts.items() if count} == {line for line, count in expected.items() if count}
    assert branch or counts == expected


@pytest.mark.slow
def test_py_spy(project: Project) -> None:
    """A dump of a process that runs: functions and lines of all its threads and of a generator."""
    project.write(
        "app.py",
        """
        import os, subprocess, sys, threading
        def steps(n):
            while n:
                n -= 1
                yield waits(n)
        def waits(n):
            if n: return n
            with open("dump.txt", "wb") as out:
                return subprocess.run(
                    [sys.argv[1], "dump", "--pid", str(os.getpid())], stdout=out, stderr=subprocess.STDOUT).returncode
        stop = threading.Event()
        def parks():
            for _ in range(3):
                try:
                    stop.wait()
                finally:
                    pass
        threading.Thread(target=parks, name="parks", daemon=True).start()
        print(list(steps(3)))
        print(open("dump.txt").read())
        stop.set()
        """,
    )
    program = directory(PY_SPY) / "bin" / "py-spy"

    def steady(text: bytes) -> bytes:
        text = re.sub(rb"(?m)^(Process|Python v|    (?!.*app\.py)).*\n", b"", text)  # how the program waits may differ
        return re.sub(rb"Thread (0x)?[0-9A-Fa-f]+ \((active|idle)[^)]*\)", b"Thread", text)

    plain = alike(project, "app.py", program, steady=steady)
    if "[2, 1, 0]" not in plain.text:
        pytest.skip(f"py-spy cannot read this interpreter: {plain.text.strip().splitlines()[-1]}")
    assert re.search(r"waits \(.*app.py:10\)\s+steps \(.*app.py:6\)", plain.text), plain.text
