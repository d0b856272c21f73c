"""Probes of ``--mode hits`` take themselves out of the way, whoever else looks at the code or has a copy of it."""

from __future__ import annotations

import sys

import pytest

from tests.project import KEEPS_CODE, Project

patched_only = pytest.mark.skipif(KEEPS_CODE, reason="without a GIL, and in debug builds, the code stays as it is")

MODULE = """\
def f(n, rare=None):
    total = 0
    for i in range(n):
        if i % 2 and i != rare:
            total += i
        elif i == 1000 or i == rare:
            total -= 1
    return total
"""
WIDE = "def g(n):\n    x = 0\n" + "".join(
    f"    while n > {i} and x < {i + 9}:\n        x += n or {i}\n    if x == {i}:\n        x = -x\n" for i in range(40)
)
COVERED = {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1}


def covered(project: Project, name: str = "mod.py") -> dict[int, int]:
    """Give the lines of a module; every one must be 0 or 1."""
    found = project.counts(name)
    assert set(found.values()) <= {0, 1}
    return found


@patched_only
def test_nothing_is_left_of_what_has_fired(project: Project) -> None:
    """Every instruction of the functions runs as CPython compiled it; what did not run still waits."""
    project.write("mod.py", MODULE + WIDE)
    project.write(
        "app.py",
        """
        import dis, mod
        from blockcov import _blockcov
        jump = dis.opmap["JUMP_FORWARD"]
        def waiting(function):
            plain = {}
            exec(compile(open("mod.py").read(), "plain.txt", "exec"), plain)
            original = plain[function.__name__].__code__._co_code_adaptive
            pairs = zip(original[::2], _blockcov.internals(function.__code__)["_co_code_adaptive"][::2])
            return sum(theirs != ours == jump for theirs, ours in pairs)
        first = waiting(mod.f), waiting(mod.g)
        mod.f(20)
        then = waiting(mod.f)
        mod.f(20, 3), mod.f(1002), mod.f(0)
        for n in range(-60, 60):
            mod.g(n)
        print(first[0] > then > 0, waiting(mod.f), first[1] > 100, waiting(mod.g) < first[1] / 2)
        """,
    )
    assert project.run("--mode", "hits", "app.py").text == "True 0 True True\n"
    assert {line: covered(project)[line] for line in COVERED} == COVERED


def test_copies_work_and_count(project: Project) -> None:
    """What a copy hits is a hit, and a probe that is shipped is false."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import copy, marshal, mod, pickle, types
        from blockcov import _blockcov
        def made(code): return types.FunctionType(code, {}, "f", (None,))
        first = mod.f.__code__.replace(co_name="first")
        for _ in range(50):
            assert made(first)(20, 3) == mod.f(20, 3) == made(mod.f.__code__.replace(co_name="later"))(20, 3)
        shipped = marshal.loads(marshal.dumps(mod.f.__code__))
        armed = marshal.loads(marshal.dumps(first))
        for code in (shipped, armed, copy.copy(first), copy.deepcopy(first)):
            for _ in range(50):
                assert made(code)(20, 3) == mod.f(20, 3)
        print(pickle.loads(pickle.dumps(_blockcov.internals(first)["co_consts"][-2])), "done")
        """,
    )
    assert project.run("--mode", "hits", "app.py").text.split() == ["False", "done"]
    assert covered(project) == COVERED


def test_only_a_copy_runs(project: Project) -> None:
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import mod, types
        copies = [mod.f.__code__.replace(co_name=f"copy{i}") for i in range(3)]
        del mod.f
        for code in copies:
            for _ in range(20):
                assert types.FunctionType(code, {}, "f", (None,))(20, 3) == 96
        """,
    )
    project.run("--mode", "hits", "app.py")
    assert covered(project) == COVERED


def test_code_that_dies_early(project: Project) -> None:
    """Probes outlive their code object when somebody keeps its constants."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import gc, importlib, sys
        from blockcov import _blockcov
        kept = []
        for _ in range(20):
            mod = importlib.import_module("mod")
            kept.append(_blockcov.internals(mod.f.__code__)["co_consts"])
            mod.f(3)
            del sys.modules["mod"], mod
            gc.collect()
        for constants in kept:
            for constant in constants:
                bool(constant)
        """,
    )
    assert project.run("--mode", "hits", "app.py").status == 0
    assert covered(project)[5] == 1


def test_many_threads(project: Project) -> None:
    project.write("mod.py", MODULE + WIDE)
    project.write(
        "app.py",
        """
        import mod, sys, threading
        sys.setswitchinterval(1e-6)
        results = []
        def work():
            for n in range(200):
                results.append((n, mod.f(n, 3), mod.g(n % 50)))
        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(len(results), len(set(results)))
        """,
    )
    assert project.run("--mode", "hits", "app.py").text.split() == ["1600", "200"]
    assert {line: covered(project)[line] for line in COVERED if line != 7} == {line: 1 for line in COVERED if line != 7}


def test_forked_children_add_their_hits(project: Project) -> None:
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import mod, os
        mod.f(2)
        child = os.fork()
        mod.f(20, 3) if child == 0 else mod.f(1)
        if child:
            os.waitpid(child, 0)
        """,
    )
    project.run("--mode", "hits", "app.py")
    assert covered(project) == COVERED


def test_under_a_trace_function(project: Project) -> None:
    """A debugger that is there before, comes in between or goes again sees every line, and every line is a hit."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import mod, sys
        def lines(call):
            seen = set()
            def trace(frame, event, argument):
                if frame.f_code.co_name == "f":
                    seen.add(frame.f_lineno)
                return trace
            sys.settrace(trace)
            call()
            sys.settrace(None)
            return sorted(seen)
        print(lines(lambda: mod.f(2)))
        mod.f(1)
        print(lines(lambda: mod.f(20, 3)))
        print(lines(lambda: [mod.f(20, 3) for _ in range(30)]))
        mod.f(20, 3)
        """,
    )
    expected = "[1, 2, 3, 4, 5, 6, 8]\n[1, 2, 3, 4, 5, 6, 7, 8]\n[1, 2, 3, 4, 5, 6, 7, 8]\n"
    assert project.python("app.py").text == project.run("--mode", "hits", "app.py").text == expected
    assert covered(project) == COVERED


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_generators_under_a_trace_function(project: Project, mode: str) -> None:
    """3.11 crashes if anything is traced before a generator has its frame."""
    project.write(
        "mod.py",
        """
        def plain(n):
            yield from range(n)
        def closure(n):
            return (i + n for i in plain(n))
        async def coroutine(n):
            return [i async for i in ticks(n)]
        async def ticks(n):
            for i in closure(n):
                yield i
        """,
    )
    project.write(
        "app.py",
        """
        import asyncio, mod, sys
        frames = []
        def trace(frame, event, argument):
            frames.append((frame, event, frame.f_code.co_name, frame.f_lineno))
            return trace
        def lines():
            frames.clear()
            sys.settrace(trace)
            list(mod.closure(3))
            coroutine = mod.coroutine(2)
            try:
                coroutine.send(None)
            except StopIteration:
                pass
            mod.plain(1)
            sys.settrace(None)
            assert all(frame.f_code.co_name == name for frame, _, name, _ in frames)
            return [what for _, *what in frames if what[1] != "lines"]
        seen = [lines() for _ in range(20)]
        # In 3.11 going back from a stub begins a line once more: there, which lines and not how often.
        print(seen[0] if sys.version_info >= (3, 12) else {each[2] for each in seen[0]}, len(seen))
        """,
    )
    assert project.python("app.py").text == project.run("--mode", mode, "app.py").text


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is new in 3.12")
def test_under_sys_monitoring(project: Project) -> None:
    """Another tool's events for a code object are those it gets without blockcov's changes in between."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import mod, sys
        monitoring, tool = sys.monitoring, 3
        monitoring.use_tool_id(tool, "other")
        events = monitoring.events
        seen = set()
        monitoring.register_callback(tool, events.LINE, lambda code, line: seen.add(line))
        def watched(n, rare=None):
            seen.clear()
            monitoring.set_local_events(tool, mod.f.__code__, events.LINE)
            mod.f(n, rare)
            monitoring.set_local_events(tool, mod.f.__code__, 0)
            return sorted(seen)
        print(watched(2)); mod.f(1); print(watched(20, 3)); print(watched(20, 3)); mod.f(20, 3); print(watched(1002))
        """,
    )
    expected = project.python("app.py").text
    assert project.run("--mode", "hits", "app.py").text == expected
    assert covered(project) == COVERED


@patched_only
def test_co_code_stays_the_originals(project: Project) -> None:
    """Sites are put back in what runs; co_code shows the original before and after."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import dis, mod
        from blockcov import _blockcov
        def looks():
            runs = _blockcov.internals(mod.f.__code__)
            return mod.f.__code__.co_code, runs["co_code"], dis.opmap["JUMP_FORWARD"] in runs["co_code"][::2]
        before = looks()
        for _ in range(50):
            mod.f(20, 3)
        mod.f(0)
        after = looks()
        names = [i.opname for i in dis.get_instructions(mod.f, adaptive=True)]
        original = compile(open("mod.py").read(), mod.__file__, "exec").co_consts
        print(before[0] == after[0] and any(getattr(each, "co_code", 0) == after[0] for each in original))
        print(before[1] != after[1], len(names) > 20, before[2])
        """,
    )
    assert project.run("--mode", "hits", "app.py").text == "True\nTrue True True\n"


def test_code_objects_stay_in_sets(project: Project) -> None:
    """Since 3.12 a code object's hash depends on its instructions; for a program it does not change."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import mod
        code = mod.f.__code__
        first, kept = hash(code), {code}
        for n in range(5):
            mod.f(20, n)
        print(hash(code) == first, code in kept, code in dict.fromkeys([code]))
        """,
    )
    assert project.run("--mode", "hits", "app.py").text == "True True True\n"


RAISING = """\
def look(table, key):
    found = table[key]
    return found
def either(table, key):
    try:
        found = look(table, key)
        found += int(found)
    except KeyError:
        return "key"
    except ValueError:
        return "value"
    finally:
        table.get(key)
    return found
def items(table):
    for key in table:
        try:
            yield look(table, key)
        except ZeroDivisionError:
            yield None
"""


@patched_only
def test_what_has_raised_goes_past_the_pad(project: Project) -> None:
    """An instruction that was seen to raise is led through no landing pad again; others still are."""
    project.write("mod.py", RAISING)
    project.write(
        "app.py",
        """
        import mod, traceback
        from blockcov import _blockcov
        def tables():
            return [_blockcov.internals(f.__code__)["co_exceptiontable"] for f in (mod.look, mod.either)]
        def seen(table, key):
            try:
                return mod.look(table, key)
            except KeyError as error:
                return [(e.lineno, e.colno, e.end_colno) for e in traceback.extract_tb(error.__traceback__)][1:]
        first = tables()
        assert seen({}, 1) == seen({}, 1) == seen({}, 2)
        for _ in range(50):
            print(mod.either({}, 1), mod.either({1: "x"}, 1), mod.either({1: 2}, 1), end=" ")
        print(*(old != new for old, new in zip(first, tables())))
        for thrown in ZeroDivisionError, ZeroDivisionError, KeyError:
            generator = mod.items({1: 2, 2: 3})
            print(next(generator), end=" ")
            try:
                print(generator.throw(thrown), next(generator), end=" ")
            except KeyError:
                print("gone")
        """,
    )
    plain = project.python("app.py").text
    made = project.run("--mode", "hits", "app.py").text
    assert plain.replace("False False", "True True") == made
    hit = covered(project)
    assert [line for line in range(1, len(RAISING.splitlines()) + 1) if hit.get(line, 1) == 0] == []


def test_what_raises_only_later_is_seen(project: Project) -> None:
    """The line behind one that raised is no hit before it ran, however often that raised."""
    lines = "def f(table, keys):\n" + "".join(f"    table[keys[{n}]]\n" for n in range(9))
    project.write("mod.py", lines)
    app = """
        import mod, sys
        for last in range(int(sys.argv[1]) + 1):
            for _ in range(3):
                try:
                    mod.f({n: n for n in range(last)}, range(10))
                except KeyError:
                    pass
    """
    project.write("app.py", app)
    for last in (0, 1, 4, 7):
        project.run("--mode", "hits", "app.py", str(last))
        assert [number for number, hit in covered(project).items() if hit] == list(range(1, last + 3))
