"""Threads and stacks that `threading` knows nothing of: each counts exactly."""

from __future__ import annotations

import pytest

from tests.project import Project

WORK = """\
def work(n):
    total = 0
    for i in range(n):
        if i % 2 and i % 3:
            total += i
    return total
"""
TURNS = 30
"""Of the loop, for each call: 10 of them reach line 5."""


def expected(calls: int) -> dict[int, int]:
    return {1: 1, 2: calls, 3: calls * (TURNS + 1), 4: calls * TURNS, 5: calls * 10, 6: calls}


@pytest.mark.parametrize("number", [64])
def test_bare_threads(project: Project, number: int) -> None:
    """`_thread.start_new_thread`: nobody joins them, and `threading` never hears of them."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        f"""
        import _thread, mod, sys
        sys.setswitchinterval(1e-5)
        done = [_thread.allocate_lock() for _ in range({number})]
        def job(lock):
            for _ in range(20):
                mod.work({TURNS})
            lock.release()
        for lock in done:
            lock.acquire()
            _thread.start_new_thread(job, (lock,))
        for lock in done:
            lock.acquire()
        """,
    )
    project.run("app.py")
    assert project.counts("mod.py") == expected(20 * number)
    assert project.counts("app.py")[7] == 20 * number


def test_thread_pool_of_64(project: Project) -> None:
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        f"""
        import mod, sys, threading
        from concurrent.futures import ThreadPoolExecutor
        sys.setswitchinterval(1e-5)
        all_here = threading.Barrier(64)
        def job(_):
            all_here.wait()
            return sum(mod.work({TURNS}) for _ in range(20))
        with ThreadPoolExecutor(64) as pool:
            assert len(set(pool.map(job, range(64)))) == 1
        """,
    )
    project.run("app.py")
    assert project.counts("mod.py") == expected(20 * 64)


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_threads_of_a_c_library(project: Project, mode: str) -> None:
    """`pthread_create` of a callback: Python makes a thread state for each call, and drops it behind it."""
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        f"""
        import ctypes, mod
        libc = ctypes.CDLL(None)
        callback = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
        @callback
        def job(argument):
            for _ in range(5):
                mod.work({TURNS})
            return None
        for _ in range(4):
            threads = [ctypes.c_ulong() for _ in range(16)]
            for thread in threads:
                assert libc.pthread_create(ctypes.byref(thread), None, job, None) == 0
            for thread in threads:
                assert libc.pthread_join(thread, None) == 0
        """,
    )
    project.run("--mode", mode, "app.py")
    calls = 4 * 16 * 5
    counts = project.counts("mod.py")
    assert counts == (expected(calls) if mode == "counts" else dict.fromkeys(counts, 1))


def test_greenlets_that_switch_inside_of_blocks(project: Project) -> None:
    """Each switch leaves a frame in the middle of an expression; some frames are never resumed."""
    pytest.importorskip("greenlet")
    project.write(
        "mod.py",
        """\
        import greenlet
        def pause(value):
            greenlet.getcurrent().parent.switch(value)
            return value
        def work(n):
            total = 0
            for i in range(n):
                total += pause(i) + (pause(0) or 1) if i % 2 else pause(2)
            return total
        def fails(n):
            try:
                return n / pause(0)
            except ZeroDivisionError:
                return pause(-1)
        """,
    )
    project.write(
        "app.py",
        """
        import greenlet, mod
        workers = [greenlet.greenlet(mod.work) for _ in range(8)]
        failing = [greenlet.greenlet(mod.fails) for _ in range(8)]
        for each in workers + failing:
            each.switch(6)
        while any(workers) or any(failing):
            for each in workers + failing:
                if each:
                    each.switch()
        left = greenlet.greenlet(mod.work)  # stands in its first pause at the end
        left.switch(6)
        """,
    )
    project.run("app.py")
    pauses = 8 * (3 + 2 * 3) + 8 * 2
    assert project.counts("mod.py") == {
        1: 1,
        2: 1,
        3: pauses + 1,
        4: pauses,
        5: 1,
        6: 9,
        7: 8 * 7 + 1,
        8: 8 * 6 + 1,
        9: 8,
        10: 1,
        11: 8,
        12: 8,
        13: 8,
        14: 8,
    }


def test_greenlets_in_threads(project: Project) -> None:
    pytest.importorskip("greenlet")
    project.write("mod.py", WORK)
    project.write(
        "app.py",
        f"""
        import greenlet, mod, sys, threading
        sys.setswitchinterval(1e-5)
        def step():
            while True:
                mod.work({TURNS})
                greenlet.getcurrent().parent.switch()
        def job():
            hubs = [greenlet.greenlet(step) for _ in range(4)]
            for _ in range(10):
                for hub in hubs:
                    hub.switch()
        threads = [threading.Thread(target=job) for _ in range(16)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        """,
    )
    project.run("app.py")
    assert project.counts("mod.py") == expected(16 * 4 * 10)


def test_greenlets_that_are_made_after_the_first_walk(project: Project) -> None:
    """Whichever way: what stands behind the switch away is not counted. Also of the main greenlet of a thread."""
    pytest.importorskip("greenlet")
    project.write(
        "mod.py",
        """\
        import greenlet
        class Early(greenlet.greenlet): pass
        class Own(greenlet.greenlet):
            def __new__(cls, *arguments): return super().__new__(cls, *arguments)
        def stands():
            value = greenlet.getcurrent().parent.switch()
            return value
        def main(inner):
            value = inner.switch()
            return value
        """,
    )
    project.write(
        "app.py",
        """
        import blockcov, ctypes, greenlet, mod, os, threading
        api = ctypes.pythonapi
        api.PyCapsule_Import.restype = ctypes.POINTER(ctypes.c_void_p)
        functions = api.PyCapsule_Import(b"greenlet._C_API", 0)
        make = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.c_void_p)(functions[3])
        with blockcov.context("walks"):
            pass
        class Late(mod.Early): pass
        make = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object, ctypes.c_void_p)(functions[3])
        kinds = [greenlet.greenlet, mod.Early, mod.Own, Late, lambda run: make(run, None)]
        kept = [kind(mod.stands) for kind in kinds for _ in range(100)]
        for each in kept:
            each.switch()
        dropped = [greenlet.greenlet(len) for _ in range(10_000)]
        del dropped
        reached = threading.Event()
        def inner():
            reached.set()
            threading.Event().wait()
        threading.Thread(target=lambda: mod.main(greenlet.greenlet(inner)), daemon=True).start()
        reached.wait()
        assert type(kept[150]) is mod.Early and type(kept[-1]) is greenlet.greenlet
        os._exit(0)
        """,
    )
    project.run("--omit", "app.py", "app.py")
    assert project.counts("mod.py") == {1: 1, 2: 2, 3: 2, 4: 101, 5: 1, 6: 500, 7: 0, 8: 1, 9: 1, 10: 0}
