"""Nothing is kept that the program has let go of: code objects, frames, functions, probes, memory, data files."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

import pytest

from tests.alike import MODES, alike, lines
from tests.odd_functions import MODULE
from tests.project import FREE_THREADED, UNDER_ASAN, Project

GROWTH_KIB = 1024
"""What memory may grow by in the second half of many turns: less than a tenth of a KiB a turn would show."""

IMMORTAL_CODE = FREE_THREADED and sys.version_info < (3, 14)
"""Whether this interpreter keeps code objects for ever."""
COLLECTED_CODE = FREE_THREADED and not IMMORTAL_CODE
"""Whether code objects go by garbage collection alone: what was compiled in one, what it became in the next."""

TURNS = """
import gc, importlib, json, os, sys, weakref
def resident():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))
def data():
    top = sys.argv[2] if len(sys.argv) > 2 else ""
    paths = [os.path.join(root, name) for root, _, names in os.walk(top) for name in names] if top else []
    return sum(map(os.path.getsize, paths))
turns = int(sys.argv[1])
refs, at = [], []
for turn in range(turns):
    body(turn, refs)
    if turn in (turns // 10, turns // 2, turns - 1):
        for _ in range(COLLECTIONS): gc.collect()
        counted = {"objects": len(gc.get_objects()), "blocks": sys.getallocatedblocks()}
        at.append({"kib": resident(), **counted, "data": data()})
gc.collect()
print(json.dumps({"alive": sum(ref() is not None for ref in refs), "refs": len(refs), "at": at}))
"""
BODIES = {
    "module_imported_and_dropped": """
        def body(turn, refs):
            import mod
            mod.branches(5)
            list(mod.numbers(2))
            if turn % 100 == 0:
                refs += map(weakref.ref, [mod, mod.branches, mod.Manager])
            del sys.modules["mod"]
            if turn % 50 == 0: gc.collect()
        """,
    "code_compiled_and_executed": """
        source = open("mod.py").read()
        path = os.path.abspath("mod.py")
        def body(turn, refs):
            names = {}
            code = compile(source, path, "exec")
            exec(code, names)
            names["branches"](4)
            if turn % 100 == 0:
                refs += [weakref.ref(code), weakref.ref(names["run"].__code__), weakref.ref(names["run"])]
            if turn % 50 == 0: gc.collect()
        """,
    "code_replaced": """
        import mod, types
        def body(turn, refs):
            code = mod.branches.__code__.replace(co_name=f"other{turn % 7}")
            function = types.FunctionType(code, vars(mod))
            function(3, 1)
            refs += [weakref.ref(code), weakref.ref(function)] if turn % 100 == 0 else []
        """,
    "exceptions_and_frames": """
        import mod
        class Held: pass
        def fails(held):
            try:
                int("x")
            except ValueError as error:
                raise KeyError(held) from error
        def body(turn, refs):
            held = Held()
            refs += [weakref.ref(held)] if turn % 100 == 0 else []
            try:
                fails(held)
            except KeyError as error:
                assert error.__traceback__.tb_next.tb_frame.f_locals["held"] is held
                error.__traceback__.tb_next.tb_lasti, error.__traceback__.tb_frame.f_lasti
            [mod.raises(n) for n in range(4)]
        """,
    "suspended_generators": """
        import mod, asyncio
        async def waits():
            async with mod.Manager(0):
                await asyncio.sleep(0)
        def body(turn, refs):
            one, other = mod.delegate(9), mod.numbers(5)
            next(one), next(one), next(other)
            task = waits()
            task.send(None) if turn % 2 else task.close()
            refs += [weakref.ref(one), weakref.ref(other), weakref.ref(task)] if turn % 100 == 0 else []
        """,
    "introspection": """
        import dis, marshal, mod, copy
        codes = [each.__code__ for each in (mod.run, mod.branches, mod.raises, mod.later)]
        def body(turn, refs):
            for code in codes:
                code.co_code, code.co_consts, list(code.co_lines()), code.co_exceptiontable
                hash(code), code == codes[0]
                list(code.co_positions()), marshal.loads(marshal.dumps(code)) == code, sys.getsizeof(code)
                made = code.replace(co_firstlineno=turn % 5 + 1)
            refs += [weakref.ref(made)] if turn % 100 == 0 else []
        """,
    "tracing": """
        import mod
        def trace(frame, event, argument):
            frame.f_trace_opcodes = True
            return trace
        def body(turn, refs):
            sys.settrace(trace)
            mod.branches(4), list(mod.numbers(3)), mod.raises(2)
            sys.settrace(None)
            if hasattr(sys, "monitoring"):
                monitoring = sys.monitoring
                monitoring.use_tool_id(3, "other")
                monitoring.register_callback(3, monitoring.events.LINE, lambda *_: None)
                monitoring.register_callback(3, monitoring.events.JUMP, lambda *_: None)
                monitoring.set_local_events(3, mod.branches.__code__, monitoring.events.LINE | monitoring.events.JUMP)
                mod.branches(3)
                monitoring.set_local_events(3, mod.branches.__code__, 0)
                monitoring.free_tool_id(3)
        """,
}


@dataclass(frozen=True)
class Found:
    """What a program prints: weak references that are alive, of how many; its size after a tenth, half, all turns."""

    alive: int
    refs: int
    at: list[dict[str, int]]


def turn(project: Project, name: str, turns: int, mode: str) -> Found:
    """Run the body so many times; give what is alive afterwards, and how large the process was on the way."""
    project.write("mod.py", MODULE)
    path = project.write("app.py", BODIES[name])
    program = TURNS.replace("turns = int", path.read_text() + "turns = int", 1)
    path.write_text(program.replace("COLLECTIONS", str(1 + COLLECTED_CODE)))
    words = ["-m", "blockcov", "run", "--mode", mode, "--data-dir", mode] if mode else []
    result = project.python(*words, "app.py", str(turns), *([mode] if mode else []))
    assert result.status == 0, result.errors
    return Found(**json.loads(result.text))


def check(found: Found, plain: Found | None = None) -> None:
    """`plain`: where CPython itself, a free-threaded one, keeps memory of each code object that is made."""
    _, half, end = found.at
    growth_kib = GROWTH_KIB + (8 * max(0, plain.at[2]["kib"] - plain.at[1]["kib"]) if plain else 0)
    assert UNDER_ASAN or end["kib"] - half["kib"] < growth_kib, found
    assert end["blocks"] - half["blocks"] < 1000, found
    assert abs(end["objects"] - half["objects"]) < 20 + found.refs, found
    assert end["data"] == half["data"], found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", BODIES)
def test_nothing_is_kept(project: Project, name: str, mode: str) -> None:
    """Weak references die, and 300 turns need what 150 need, in memory and in data files."""
    if IMMORTAL_CODE and name in ("module_imported_and_dropped", "code_compiled_and_executed"):
        pytest.skip("the free-threaded build of 3.13 keeps code objects for ever")
    found = turn(project, name, 300, mode)
    plain = turn(project, name, 300, "")
    assert (found.alive, found.refs) == (plain.alive, plain.refs), (found, plain)
    check(found, plain if COLLECTED_CODE else None)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES)
def test_module_imported_and_dropped_10000_times(project: Project, mode: str) -> None:
    found = turn(project, "module_imported_and_dropped", 10_000, mode)
    print(f"{mode}: {found}")
    assert found.alive == 3 * IMMORTAL_CODE
    check(found)
    if mode == "counts":
        assert lines(project, "mod.py")[5] == 10_000 * 3


def test_counts_of_code_that_is_gone(project: Project) -> None:
    """What dropped code counted stays, in one place however often it was compiled."""
    turn(project, "code_compiled_and_executed", 60, "counts")
    counts = lines(project, "mod.py")
    assert (counts[1], counts[50], counts[51], counts[63]) == (60, 60, 60, 60)


SHUTDOWN = {
    "live_generators": """
        import mod, sys
        def held():
            try:
                with mod.Manager(0):
                    yield 1
                    yield 2
            finally:
                print("closed", sys.is_finalizing())
        kept = held(); next(kept)
        other = mod.delegate(9); next(other), next(other)
        class Cycle: pass
        cycle = Cycle(); cycle.me = cycle; cycle.held = held(); next(cycle.held)
        sys.kept_here = held(); next(sys.kept_here)
        import builtins; builtins.kept_there = held(); next(builtins.kept_there)
    """,
    "coroutines_never_run_to_their_end": """
        import asyncio, mod
        async def waits(n):
            try:
                await asyncio.sleep(3600)
            finally:
                print("end", n)
        async def main():
            kept = [asyncio.create_task(waits(n)) for n in range(3)]
            await asyncio.sleep(0)
            for one in kept[1:]: one.cancel()
        asyncio.run(main())
        left = waits(9); left.send(None) if False else None
    """,
    "daemon_threads": """
        import mod, threading, time
        started = threading.Barrier(5)
        def spins():
            started.wait()
            while True: mod.branches(6)
        def sleeps():
            started.wait()
            try:
                time.sleep(3600)
            finally:
                print("never")
        for target in spins, spins, sleeps, sleeps:
            threading.Thread(target=target, daemon=True).start()
        started.wait(); time.sleep(0.05)
        print("end")
    """,
    "finalizers": """
        import atexit, mod, weakref, sys, threading
        class Thing:
            def __init__(self, name): self.name = name
            def __del__(self):
                try:
                    print("del", self.name, mod and mod.branches and mod.branches(3))
                except TypeError as error: print(error)
        one = Thing("global"); cycle = Thing("cycle"); cycle.me = cycle
        weakref.finalize(one, print, "finalize", mod.raises(1))
        atexit.register(lambda: print("atexit", mod.branches(3)))
        def late(): threading.Thread(target=lambda: print("thread", mod.branches(2))).start()
        threading._register_atexit(late) if False else None
        sys.stdout.flush()
    """,
    "daemon_thread_in_a_generator": """
        import itertools, mod, threading, time
        def endless():
            for n in itertools.count():
                try:
                    yield from mod.numbers(3)
                except GeneratorExit:
                    print("closed"); raise
        def job():
            for _ in endless(): pass
        threading.Thread(target=job, daemon=True).start()
        time.sleep(0.05)
    """,
}


@pytest.mark.parametrize("name", SHUTDOWN)
def test_shutdown(project: Project, name: str) -> None:
    project.write("mod.py", MODULE)
    project.write("app.py", SHUTDOWN[name])
    plain = alike(project, "app.py", interpreter=("-X", "faulthandler"))
    assert plain.status == 0, plain.errors


WEAK = """
    import gc, mod, sys, weakref
    def note(name): return lambda _: print("gone", name)
    def f(): return 1
    def g(n):
        def inner(): return n
        return inner
    refs = [weakref.ref(f, note("f")), weakref.ref(f.__code__, note("code of f"))]
    inner = g(1)
    refs += [weakref.ref(inner, note("inner")), weakref.ref(inner.__code__, note("code of inner"))]
    print(sys.getrefcount(f), sys.getrefcount(inner))
    del inner
    print("now f")
    del f
    print("now g")
    del g
    gc.collect()
    code = compile("def made(): return 2", "app.py", "exec")
    names = {}
    exec(code, names)
    refs += [weakref.ref(code, note("module")), weakref.ref(names["made"], note("made"))]
    del names
    print("now the module's code")
    del code
    held = mod.numbers(3); next(held)
    refs += [weakref.ref(held, note("generator")), weakref.ref(mod.Manager(1), note("instance"))]
    print(len(gc.get_referrers(held)), [type(each).__name__ for each in gc.get_referents(held)][:1])
    del held
    keys = weakref.WeakKeyDictionary(); values = weakref.WeakValueDictionary()
    def h(): pass
    keys[h] = 1; values["h"] = h; print(len(keys), len(values)); del h; print(len(keys), len(values))
    print(mod.branches in weakref.WeakSet([mod.branches]))
"""


def test_weak_references(project: Project) -> None:
    """Functions, generators, instances and code objects die when they die without blockcov."""
    project.write("mod.py", MODULE)
    program = WEAK
    if COLLECTED_CODE:  # code dies one collection later, and this is at the end, where there is none
        program = program.replace('note("code of f")', "None").replace('note("code of inner")', "None")
    project.write("app.py", program)
    plain = alike(project, "app.py")
    assert plain.text.count("gone") >= (6 if COLLECTED_CODE else 8)
