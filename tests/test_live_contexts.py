"""`blockcov.context`: separate counts, exact to the line, whoever switches when."""

from __future__ import annotations

import json

import pytest

from tests.contexts import Read
from tests.project import KEEPS_CODE, UNDER_ASAN, Project

WORK = """\
def work(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += 1
    return total
"""


def lines(n: int, calls: int = 1) -> dict[int, int]:
    """Give the counts of WORK's lines, called `calls` times with `n` in all."""
    counts = {2: calls, 3: n + calls, 4: n, 5: n // 2, 6: calls}
    return {line: count for line, count in counts.items() if count}


def test_nested_and_repeated(project: Project) -> None:
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        import blockcov
        from mod import work
        work(2)
        with blockcov.context("outer"):
            work(10)
            with blockcov.context("inner") as inner:
                work(4)
                with blockcov.context("inner"), inner:
                    assert blockcov.active_contexts() == ("inner", "outer")
                    work(4)
                inner.switch("other ☃")
                work(6)
            assert blockcov.active_contexts() == ("outer",)
            work(8)
        with blockcov.context("inner"):
            work(2)
        assert blockcov.active_contexts() == ()
        work(12)
        """,
    )
    project.run("app.py")
    expected = {
        "": {1: 1, **lines(14, 2)},
        "outer": lines(32, 5),
        "inner": lines(10, 3),
        "other ☃": lines(6),
    }
    for _ in range(2):
        read = Read(project, ["inner", "other ☃"], ["", "outer"], [""])
        assert (read.names, read.damaged) == (["inner", "other ☃", "outer"], [])
        assert read.lines["mod.py"] == expected
        assert read.calls["mod.py"] == {
            "": {"work": 2},
            "outer": {"work": 5},
            "inner": {"work": 3},
            "other ☃": {"work": 1},
        }
        assert read.chosen[0]["mod.py"] == lines(16, 4)
        assert read.chosen[1]["mod.py"] == {1: 1, **lines(46, 7)}
        assert read.chosen[2]["mod.py"] == expected[""]
        assert project.counts("mod.py") == {1: 1, **lines(48, 8)}
        assert project.blockcov("combine").status == 0  # says the same


MARKED = """\
import asyncio, contextlib
from marks import mark
def loop(n):
    total = 0
    for i in range(n):
        mark(i % 3 == 0)
        if i % 3 == 0 and i != 6:
            total += mark()
        elif i % 3 == 1 or mark() or i == 5:
            total -= 1
    return total
def fail(n):
    caught = 0
    for i in range(n):
        try:
            if i % 2:
                raise KeyError(mark(i))
            int("x" if i % 4 else "7", mark(False) or 10)
        except ValueError:
            caught += 1
            mark()
        except KeyError:
            mark()
            caught += 2
        finally:
            mark(i == 3)
            caught += 0
    return caught
def numbers(n):
    for i in range(n):
        mark(i == 1)
        yield i if i % 2 else -i
        mark(i == 2)
    mark()
def delegate(n):
    yield from numbers(n)
    with contextlib.suppress(ZeroDivisionError):
        mark()
        1 / mark()
    mark()
async def later(n):
    async with manager():
        return sum([i async for i in ticks(n)])
@contextlib.asynccontextmanager
async def manager():
    mark()
    yield 1
    mark()
async def ticks(n):
    for i in range(n):
        await asyncio.sleep(mark())
        yield i
def deep(n):
    if n:
        deep(n - 1)
        mark(n == 3)
    mark(n in (0, 5))
    return n
class Thing:
    mark()
    x = [mark() for _ in range(2)]
    mark()
loop(8), fail(6), sum(delegate(4)), asyncio.run(later(3)), deep(6)
mark()
(mark(), 1)
print("done")
"""
MARKS = """
import json, sys
if sys.argv[1] == "oracle":
    now, seen = 0, {}
    def mark(really=True):
        global now
        now += bool(really)
        return 0
    def trace(frame, event, argument):
        if frame.f_code.co_filename.endswith("mod.py"):
            if event == "line":
                by_line = seen.setdefault(now, {})
                by_line[frame.f_lineno] = by_line.get(frame.f_lineno, 0) + 1
            return trace
    sys.settrace(trace)
    import mod
    sys.settrace(None)
    print(json.dumps(seen))
else:
    import blockcov
    context = blockcov.context("0")
    context.__enter__()
    def mark(really=True):
        if really:
            context.switch(str(int(context.name) + 1))
        return 0
    import mod
    context.__exit__()
"""


def test_switched_anywhere(project: Project) -> None:
    """In loops, handlers, generators, coroutines, operands: lines are counted where a tracer sees them."""
    project.write("mod.py", MARKED)
    project.write("marks.py", MARKS)
    project.write("app.py", "import sys\nsys.modules['marks'] = sys.modules['__main__']\n" + MARKS)
    out = project.python("app.py", "oracle").out.splitlines()[1]
    expected = {
        name: {int(line): count for line, count in by_line.items()} for name, by_line in json.loads(out).items()
    }
    assert len(expected) > 30
    project.run("--include", "mod.py", "app.py", "measure")
    for _ in range(2):
        read = Read(project)
        assert read.lines["mod.py"] == expected
        assert project.blockcov("combine").status == 0


def test_threads_count_for_what_is_active(project: Project) -> None:
    """A context is of the process: the other thread stands in the middle of its loop at each switch."""
    project.write(
        "mod.py",
        """\
        def steps(go, done):
            for n in range(6):
                go.acquire()
                m = n
                done.release()
        """,
    )
    project.write(
        "app.py",
        """
        import blockcov, mod, threading
        go, done = threading.Semaphore(0), threading.Semaphore(0)
        thread = threading.Thread(target=mod.steps, args=(go, done))
        thread.start()
        def step(count):
            for _ in range(count):
                go.release()
                done.acquire()
        step(1)
        first = blockcov.context("a")
        first.__enter__()
        step(2)
        with blockcov.context("b"):
            step(1)
            first.__exit__()  # not the last one entered
            step(1)
        step(1)
        thread.join()
        """,
    )
    project.run("app.py")
    read = Read(project)
    # The thread may or may not have come to its next acquire() when the context changes.
    counts = {name: by_line[4] for name, by_line in read.lines["mod.py"].items()}
    assert counts == {"": 2, "a": 3, "b": 2}
    total = project.counts("mod.py")
    assert total == {1: 1, 2: 7, 3: 6, 4: 6, 5: 6}


def test_many_threads(project: Project) -> None:
    """What they count is in one context or the other, and nothing is lost in between."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        import blockcov, mod, sys, threading
        sys.setswitchinterval(1e-5)
        threads = [threading.Thread(target=lambda: [mod.work(100) for _ in range(20)]) for _ in range(16)]
        with blockcov.context("0") as active:
            for thread in threads: thread.start()
            for n in range(1, 200): active.switch(str(n % 20))
            for thread in threads: thread.join()
        """,
    )
    project.run("app.py")
    read = Read(project, [str(n) for n in range(20)])
    assert read.chosen[0]["mod.py"] == lines(320 * 100, 320)
    sums: dict[int, int] = {}
    for name, by_line in read.lines["mod.py"].items():
        for line, count in by_line.items():
            sums[line] = sums.get(line, 0) + count
            assert name or line == 1
    assert sums == {1: 1, **lines(320 * 100, 320)} == project.counts("mod.py")


def test_forked_children_begin_in_the_contexts_of_their_parent(project: Project) -> None:
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        import blockcov, mod, os
        def child(function):
            pid = os.fork()
            if not pid:
                function()
                os._exit(0)
            os.waitpid(pid, 0)
        def changes():
            mod.work(4)
            with blockcov.context("child"): mod.work(6)
        def is_killed():
            mod.work(8)
            os.kill(os.getpid(), 9)
        with blockcov.context("parent"):
            child(changes)
            child(is_killed)
        child(lambda: mod.work(10))
        """,
    )
    project.run("app.py")
    assert Read(project).lines["mod.py"] == {"": {1: 1, **lines(10)}, "parent": lines(18, 3), "child": lines(6)}


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_multiprocessing(project: Project, method: str) -> None:
    """A forked pool counts for the context it was started in; spawned processes for that of the whole run."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        f"""
        import blockcov, mod, multiprocessing
        if __name__ == "__main__":
            with blockcov.context("pool"), multiprocessing.get_context({method!r}).Pool(2) as pool:
                pool.map(mod.work, [2, 4, 6], chunksize=1)
                pool.close()
                pool.join()
        """,
    )
    project.run("--context", "all of it", "app.py")
    read = Read(project)
    assert read.names == ["all of it", "pool"]
    assert read.lines["mod.py"]["all of it"].items() >= lines(12, 3).items()
    assert read.lines["mod.py"].get("pool", {}) == (lines(12, 3) if method == "fork" else {})
    assert "" not in read.lines["mod.py"]


def test_killed_in_a_context(project: Project) -> None:
    """Contexts that were left are whole; what the unfinished one counted until then belongs to it."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        import blockcov, mod, os
        with blockcov.context("whole"): mod.work(10)
        with blockcov.context("unfinished"):
            mod.work(4)
            os.kill(os.getpid(), 9)
        """,
    )
    assert project.blockcov("run", "app.py").status == -9
    for _ in range(2):
        read = Read(project)
        assert read.lines["mod.py"] == {"": {1: 1}, "whole": lines(10), "unfinished": lines(4)}
        assert project.blockcov("combine").status == 0


def test_not_measured(project: Project) -> None:
    """Programs may name contexts always; mistakes are seen there as well."""
    project.write(
        "app.py",
        """
        import blockcov, sys
        with blockcov.context("a") as a:
            a.switch("b")
            print(blockcov.active_contexts(), blockcov.snapshot(), blockcov.reset(), a.name)
        for wrong in ("", None, 3):
            try: blockcov.context(wrong)
            except (TypeError, ValueError) as error: print(error)
        print("blockcov._blockcov" in sys.modules)
        """,
    )
    text = "() None None b\na context needs a name\na context is named by a str, not by NoneType\n"
    assert project.python("app.py").text == text + "a context is named by a str, not by int\nFalse\n"


@pytest.mark.skipif(KEEPS_CODE, reason="without a GIL, and in debug builds, --mode hits counts as well")
def test_hits(project: Project) -> None:
    """Probes that have fired are gone: only a run as a whole can have a context."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        import blockcov, mod
        mod.work(3)
        for refused in (blockcov.context("a").__enter__, blockcov.reset):
            try: refused()
            except RuntimeError as error: print(error)
        """,
    )
    result = project.run("--mode", "hits", "--context", "all", "app.py")
    assert result.text == "a context needs --mode counts\nstarting from zero needs --mode counts\n"
    assert Read(project).lines["mod.py"] == {"all": {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1}}


def test_full_disk(project: Project) -> None:
    """What can no longer be written is said, and belongs to no context rather than to a wrong one."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        """
        import blockcov, mod, os, resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with blockcov.context("a"): mod.work(4)
        size = max(os.path.getsize(each.path) for each in os.scandir(".blockcov/contexts"))
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, limit[1]))
        with blockcov.context("b"): mod.work(6)
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        with blockcov.context("c"): mod.work(8)
        """,
    )
    result = project.run("app.py")
    assert "counts are incomplete" in result.errors
    assert ".contexts: cannot write: File too large" in result.errors
    read = Read(project)
    assert len(read.damaged) == 1
    assert "cannot hold every switch of contexts of its process: File too large" in read.damaged[0]
    assert read.lines["mod.py"] == {"": {1: 1, **lines(14, 2)}, "a": lines(4)}
    assert project.counts("mod.py") == {1: 1, **lines(18, 3)}


def test_damaged_and_missing_files(project: Project) -> None:
    """A shard whose contexts cannot be read is left out of reports of contexts, and of no other."""
    project.write("mod.py", WORK)
    project.write("app.py", "import blockcov, mod\nwith blockcov.context('a'): mod.work(4)\n")
    project.run("app.py")
    project.run("--append", "app.py")
    first = sorted((project.path / ".blockcov/contexts").iterdir())[0]
    whole = first.read_bytes()
    for content in (whole[:-1], whole[:80], b"", whole[:100] + b"\0" + whole[101:], None):
        first.unlink()
        if content is not None:
            first.write_bytes(content)
        read = Read(project)
        assert len(read.damaged) == 1
        assert str(first) in read.damaged[0]
        assert read.lines["mod.py"]["a"] == lines(4)
        assert project.counts("mod.py") == {1: 1, **lines(8, 2)} | {1: 2}
        combined = project.blockcov("combine", "--keep", "--data-dir", "out", ".blockcov")
        assert combined.status == 65
        assert f".blockcov/contexts/{first.name}" in combined.errors
        assert Read(project, data_dir="out").lines["mod.py"]["a"] == lines(4)
        project.blockcov("erase", "--data-dir", "out")
    first.write_bytes(whole + b"what a killed process was writing")
    assert Read(project).lines["mod.py"]["a"] == lines(8, 2)
    assert project.blockcov("erase").status == 0
    assert not (project.path / ".blockcov").exists()


def test_switching_is_quick_in_large_programs(project: Project) -> None:
    """Far below a millisecond where 2,000 modules are loaded, of which little runs in between."""
    body = "".join(f"def f{n}(a):\n    if a:\n        return {n}\n    return [x for x in a or ()]\n" for n in range(30))
    for n in range(2000):
        project.write(f"mods/m{n}.py", body)
    project.write(
        "app.py",
        """
        import blockcov, importlib, time
        modules = [importlib.import_module(f"mods.m{n}") for n in range(2000)]
        context = blockcov.context("start")
        context.__enter__()
        times = []
        for n in range(200):
            began = time.perf_counter()
            context.switch(f"test {n}")
            times.append(time.perf_counter() - began)
            modules[n].f3(n)
        context.__exit__()
        print(sorted(times)[len(times) // 2])
        """,
    )
    seconds = float(project.run("app.py").text)
    print(f"{seconds * 1e6:.0f} µs")
    assert UNDER_ASAN or seconds < 0.002
    files = list((project.path / ".blockcov/contexts").iterdir())
    assert len(files) == 1
    found = Read(project).lines["mods/m7.py"]["test 7"]
    assert found == {14: 1, 15: 1}
