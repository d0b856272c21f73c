"""Counts are exact however many threads count, whether a GIL lets in one at a time or not."""

from __future__ import annotations

import pytest

from tests.project import FREE_THREADED, Project

free_threaded_only = pytest.mark.skipif(not FREE_THREADED, reason="this build has a GIL")

WORK = """\
import contextlib
def loop(n):
    total = 0
    for i in range(n):
        if i % 3 == 0 and i != 6:
            total += i
        elif i % 3 == 1 or i == 5:
            total -= 1
    return total
def fail(n):
    caught = 0
    for i in range(n):
        try:
            if i % 2:
                raise KeyError(i)
            int("x" if i % 4 else "7")
        except ValueError:
            caught += 1
        except KeyError:
            caught += 2
        finally:
            caught += 0
    return caught
def numbers(n):
    for i in range(n):
        yield i if i % 2 else -i
def delegate(n):
    yield from numbers(n)
    with contextlib.suppress(ZeroDivisionError):
        1 / 0
async def later(n):
    return sum([i async for i in ticks(n)])
async def ticks(n):
    for i in range(n):
        yield i
def work(n):
    import asyncio
    return loop(n), fail(n), sum(delegate(n)), asyncio.run(later(n)), [i for i in range(n) if i % 2]
"""
THREADS = """\
import sys, threading, mod
def main(threads, n):
    barrier = threading.Barrier(threads)
    def job():
        barrier.wait()
        mod.work(n)
    running = [threading.Thread(target=job) for _ in range(threads)]
    for thread in running: thread.start()
    for thread in running: thread.join()
sys.setswitchinterval(1e-5)
main(int(sys.argv[1]), int(sys.argv[2]))
"""


def outcomes(project: Project, name: str) -> list[tuple[list[int], dict[str, int]]]:
    """Give the span of each branch of a file, and how often it went which way."""
    return [(each["span"], each["outcomes"]) for each in project.json()["files"][name]["blockcov"]["branches"]]


def times(project: Project, name: str, factor: int) -> dict[str, object]:
    """Give lines, raises, calls and outcomes of a file; all but what runs once, at import, times `factor`."""
    found = project.json()["files"][name]["blockcov"]
    once = {str(line) for line, text in enumerate(WORK.splitlines(), 1) if text[0] != " "}
    return {
        "lines": {line: count * (1 if line in once else factor) for line, count in found["lines"].items()},
        "raises": {line: count * factor for line, count in found["raises"].items()},
        "calls": {each["name"]: each["calls"] * factor for each in found["functions"]},
        "branches": [
            (each["span"], {way: count * factor for way, count in each["outcomes"].items()})
            for each in found["branches"]
        ],
    }


def test_sixteen_threads_in_the_same_functions(project: Project) -> None:
    """Everything that one thread counts, sixteen count sixteen times: branches, exceptions, generators, coroutines."""
    project.write("mod.py", WORK)
    project.write("app.py", THREADS)
    project.run("app.py", "1", "200")
    once = times(project, "mod.py", 16)
    project.run("app.py", "16", "200")
    assert times(project, "mod.py", 1) == once
    assert project.counts("mod.py")[5] == 16 * 200
    assert project.counts("app.py")[5] == 16


def test_hits_of_sixteen_threads(project: Project) -> None:
    project.write("mod.py", WORK)
    project.write("app.py", THREADS)
    project.run("--mode", "hits", "app.py", "16", "200")
    assert set(project.counts("mod.py").values()) == {1}


def test_thousands_of_short_threads(project: Project) -> None:
    """They count, and the shard grows no further than what runs at a time needs."""
    project.write("mod.py", "def work(n):\n    if n % 2:\n        return 1\n    return 0\n")
    project.write(
        "app.py",
        """
        import _thread, mod, threading
        from concurrent.futures import ThreadPoolExecutor
        for turn in range(250):
            running = [threading.Thread(target=mod.work, args=(n,)) for n in range(8)]
            for thread in running: thread.start()
            for thread in running: thread.join()
        done = threading.Semaphore(0)
        def bare(n):
            mod.work(n)
            done.release()
        for n in range(500):
            _thread.start_new_thread(bare, (n,))
            done.acquire()
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(mod.work, range(500))) == 250
        """,
    )
    project.run("app.py")
    assert project.counts("mod.py") == {1: 1, 2: 3000, 3: 1500, 4: 1500}
    assert outcomes(project, "mod.py") == [([2, 7, 2, 12], {"true": 1500, "false": 1500})]
    (shard,) = (project.path / ".blockcov" / "shards").glob("*.shard")
    assert shard.stat().st_size <= 64 * 1024


def test_threads_that_import_at_the_same_time(project: Project) -> None:
    """Each module is rewritten once, whoever comes first; code objects are rewritten while others count."""
    for number in range(40):
        project.write(f"pkg/mod{number}.py", f"X = {number}\ndef work(n):\n    for i in range(n):\n        yield X\n")
    project.write("shared.py", "COUNT = 1\nCOUNT += 1\n")
    project.write(
        "app.py",
        """
        import importlib, threading
        source = compile(open("shared.py").read(), "shared.py", "exec")
        barrier = threading.Barrier(16)
        def job(first):
            barrier.wait()
            for number in range(40):
                module = importlib.import_module(f"pkg.mod{(first + number) % 40}")
                sum(module.work(10))
                exec(source, {})
                exec(compile(open("shared.py").read(), "shared.py", "exec"), {})
        running = [threading.Thread(target=job, args=(first,)) for first in range(16)]
        for thread in running: thread.start()
        for thread in running: thread.join()
        """,
    )
    project.run("app.py")
    for number in range(40):
        assert project.counts(f"pkg/mod{number}.py") == {1: 1, 2: 1, 3: 16 * 11, 4: 16 * 10}
    assert project.counts("shared.py") == {1: 16 * 80, 2: 16 * 80}


def test_fork_while_threads_count(project: Project) -> None:
    """A child has the forking thread's frames, and nothing of the others, in its counts."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        import os, threading, mod, warnings
        warnings.simplefilter("ignore", DeprecationWarning)
        def turn():
            mod.loop(30)
        stop = False
        turns = [0] * 6
        def job(number):
            while not stop:
                turn()
                turns[number] += 1
        running = [threading.Thread(target=job, args=(number,)) for number in range(6)]
        for thread in running: thread.start()
        for child in range(20):
            pid = os.fork()
            if pid == 0:
                turn()
                helpers = [threading.Thread(target=turn) for _ in range(3)]
                for thread in helpers: thread.start()
                for thread in helpers: thread.join()
                os._exit(0)
            assert os.waitpid(pid, 0)[1] == 0
        stop = True
        for thread in running: thread.join()
        print(sum(turns))
        """,
    )
    turns = int(project.run("app.py").text) + 20 * 4
    lines = project.counts("mod.py")
    assert lines[4] == turns * 31
    assert [lines[line] for line in (3, 5, 6, 7, 9)] == [turns, turns * 30, turns * 9, turns * 21, turns]


@pytest.mark.parametrize("end", ["os._exit(0)", "os.execv(sys.executable, [sys.executable, '-c', ''])"])
def test_threads_that_run_when_the_process_ends(project: Project, end: str) -> None:
    """Whatever the others are doing, flow is conserved: each call has come as far as its frame."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        f"""
        import os, sys, threading, time, mod
        def job():
            while True:
                mod.loop(50)
        for _ in range(8):
            threading.Thread(target=job, daemon=True).start()
        time.sleep(0.2)
        {end}
        """,
    )
    project.run("app.py")
    lines = project.counts("mod.py")
    assert lines[3] > 0, "no thread came to run"
    assert 0 <= lines[3] - lines[9] <= 8
    assert 0 <= lines[5] - lines[6] - lines[7] <= 8
    assert lines[9] > 8


def test_exits_that_fail(project: Project) -> None:
    """The process counts on."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        import os, sys, mod
        for fail in (
            lambda: os._exit("1"), lambda: os._exit(1 << 70), lambda: os._exit(1, 2), lambda: os.abort(1),
            lambda: os.execv("no such program", ["x"]),
        ):
            try:
                fail()
            except (TypeError, OverflowError, OSError):
                mod.loop(10)
        os._exit(0)
        """,
    )
    project.run("app.py")
    lines = project.counts("mod.py")
    assert [lines[line] for line in (3, 4, 5, 6)] == [5, 55, 50, 15]


@free_threaded_only
def test_the_gil_stays_off(project: Project) -> None:
    project.write("mod.py", WORK)
    project.write("app.py", "import sys, mod\nmod.work(3)\nprint(sys._is_gil_enabled())\n")
    assert project.run("app.py").text == "False\n"
    assert project.python("-c", "import blockcov._blockcov, sys; print(sys._is_gil_enabled())").text == "False\n"


@free_threaded_only
def test_probes_are_immortal_and_few(project: Project) -> None:
    """No reference count is contended for, and code that is compiled over and over brings no new probes."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        import sys, types
        def constants(code):
            for each in _blockcov.internals(code)["co_consts"]:
                yield each
                if isinstance(each, types.CodeType):
                    yield from constants(each)
        from blockcov import _blockcov
        def probes():
            code = _blockcov.instrument(compile(open("mod.py").read(), "mod.py", "exec"))
            return [each for each in constants(code) if type(each).__name__ == "Probe"]
        first, second = probes(), probes()
        print(len(first) > 10, all(one is other for one, other in zip(first, second, strict=True)))
        before = [sys.getrefcount(each) for each in first]
        held = first * 10
        print(before == [sys.getrefcount(each) for each in first])
        """,
    )
    assert project.run("app.py").text == "True True\nTrue\n"


def test_originals_are_found_in_all_threads(project: Project) -> None:
    """An equal of the original is made once, while another thread drops the original."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        import threading
        from blockcov import _blockcov
        text = open("mod.py").read()
        def look(code, start, found):
            start.wait()
            for _ in range(200):
                found.add(id(_blockcov.original(code)))
                assert code.co_code is code.co_code and code.co_consts is code.co_consts
        for _ in range(20):
            original = compile(text, "mod.py", "exec")
            rewritten = _blockcov.instrument(original)
            start, found = threading.Barrier(3), set()
            running = [threading.Thread(target=look, args=(rewritten, start, found)) for _ in range(2)]
            for thread in running: thread.start()
            start.wait()
            del original
            for thread in running: thread.join()
            again = compile(text, "mod.py", "exec")
            assert len(found) == 1 and _blockcov.original(rewritten) == rewritten == again
            assert hash(rewritten) == hash(again) and not _blockcov.is_instrumented(_blockcov.original(rewritten))
        """,
    )
    project.run("app.py")
