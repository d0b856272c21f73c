"""Exceptions, warnings and stacks read the same of measured code, byte for byte."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from tests.alike import alike
from tests.project import UNDER_ASAN, Project

MODULE = """\
import contextlib

def attribute(item):
    return (item
            .first
            .second)

def binary(a, b):
    return a + 1 + (a /
                    b) + 2

def call(f, *rest, **more):
    return [f(each, *rest,
              **more) for each in rest]

def subscript(table, key):
    with contextlib.nullcontext():
        for each in table:
            if each and key:
                return table[each][key]

def generator(n):
    try:
        yield from range(n)
        yield 1 // 0
    finally:
        n = None

async def later(n):
    async with contextlib.AsyncExitStack():
        async for each in ticks(n):
            assert each < 2, each

async def ticks(n):
    for each in range(n):
        yield each

def unpack(pair):
    while True:
        first, second = pair
        del first, second, missing

def matches(value):
    match value:
        case {"kind": kind, **rest} if rest[kind]:
            return kind
        case [_, *_] if value[0].missing:
            return value

class Body:
    fine = 1
    try:
        wrong = {}["key"]
    except KeyError as error:
        reason = error

def raising(n):
    try:
        try:
            raise ValueError(n)
        except ValueError as error:
            raise KeyError(n) from error
        finally:
            n += 1
    except KeyError:
        int("no number")

def without(n):
    try:
        1 / n
    except ZeroDivisionError:
        raise LookupError(n) from None

def again(n):
    try:
        without(n)
    except LookupError as error:
        error.add_note("a note")
        raise

def several():
    errors = []
    for n in range(3):
        try:
            (raising if n else again)(0)
        except Exception as error:
            errors.append(error)
    try:
        raise ExceptionGroup("several", errors)
    except* LookupError as group:
        raise TypeError from group

def lambdas():
    return sorted([1, "a", 2], key=lambda item: item <
                  3 and item)

def conditional(a, b):
    return (a.x if b else
            b.x) or a[0]
"""
FAIL = """
import asyncio, mod, sys, traceback
FAILING = [
    lambda: mod.attribute(1), lambda: mod.binary(1, 0), lambda: mod.binary("", 1), lambda: mod.call(int, "a", base=2),
    lambda: mod.subscript([0, 1], 1), lambda: list(mod.generator(3)), lambda: asyncio.run(mod.later(4)),
    lambda: mod.unpack((1,)), lambda: mod.unpack((1, 2)), lambda: mod.matches({"kind": 1}), lambda: mod.matches([1]),
    lambda: mod.raising(1), lambda: mod.again(0), mod.several, mod.lambdas, lambda: mod.conditional(1, 2),
    lambda: mod.conditional(0, 0), lambda: (_ for _ in ()).throw(mod.Body.reason),
]
def failures():
    for turn in range(3):
        for fail in FAILING:
            try:
                fail()
            except Exception as error:
                yield error
"""
LOOKS = {
    "printed": "for error in failures(): traceback.print_exception(error, file=sys.stdout)",
    "described": """
        import re
        def describe(found):
            if found is None:
                return
            print(found.exc_type, found.__notes__, found.__suppress_context__, "".join(found.format_exception_only()))
            for each in found.stack:
                print(each.filename, each.lineno, each.end_lineno, each.colno, each.end_colno, each.name, each.line)
                print(re.sub("0x[0-9a-f]+", "", str(each.locals)))
            for each in found.__cause__, found.__context__, *(found.exceptions or ()):
                describe(each)
        for error in failures():
            describe(traceback.TracebackException.from_exception(error, capture_locals=True))
    """,
    "chained": """
        def chain(error, depth=0):
            if error is not None:
                print(" " * depth, repr(error), error.__suppress_context__, getattr(error, "__notes__", None))
                trace = error.__traceback__
                while trace:
                    frame = trace.tb_frame
                    print(" " * depth, frame.f_code.co_qualname, trace.tb_lasti, trace.tb_lineno)
                    print(" " * depth, frame.f_lasti, frame.f_lineno)
                    trace = trace.tb_next
                chain(error.__cause__, depth + 1), chain(error.__context__, depth + 2)
        for error in failures(): chain(error)
    """,
    "from_c": """
        import ctypes, io
        show = ctypes.pythonapi.PyErr_Display
        show.argtypes, show.restype = [ctypes.py_object] * 3, None
        sys.stderr = sys.stdout
        for error in failures(): show(type(error), error, error.__traceback__)
    """,
}


@pytest.mark.parametrize("look", LOOKS)
def test_traceback(project: Project, look: str) -> None:
    """Carets, positions, notes, causes and contexts; at first and when probes have fired."""
    project.write("mod.py", MODULE)
    head = FAIL + ("for _ in range(60): list(failures())\n" if look == "chained" else "")
    project.write("app.py", head)
    with (project.path / "app.py").open("a") as file:
        file.write(dedent(LOOKS[look]))
    plain = alike(project, "app.py")
    assert plain.status == 0, plain.errors
    assert plain.text.count("ZeroDivisionError") >= 3


PROGRAMS = {
    "exception_state": """
        import sys
        def state(): print(sys.exc_info()[1], sys.exception(), sys._getframe().f_lineno, sys._getframe(1).f_lineno)
        def steps():
            try:
                1 / 0
            except ZeroDivisionError:
                state(); yield 1
                state()
                try:
                    {}[1]
                except KeyError:
                    yield state()
                state()
            state()
        try:
            raise ValueError("outer")
        except ValueError:
            each = steps()
            next(each); state(); next(each)
            try:
                raise TypeError("inner")
            except TypeError:
                state(); list(each); state()
            finally:
                state()
            state()
        state()
    """,
    "stack": """
        import inspect, sys, traceback
        def depth(n=0):
            try:
                while True:
                    sys._getframe(n); n += 1
            except ValueError:
                return n - 1
        class Deep:
            def __enter__(self): return depth()
            def __exit__(self, *_): print("exit", depth())
            def __iter__(self): yield depth()
            def __getattr__(self, name): return depth()
            def __lt__(self, other): return depth()
        def f():
            with Deep() as n:
                return n, [depth() for _ in "ab"], Deep().x, max(Deep(), Deep()), list(Deep()), (lambda: depth())()
        print(f(), depth(), list(map(lambda _: depth(), "a")))
        def look():
            here = inspect.currentframe()
            print(here.f_lineno, here.f_back.f_lineno, here.f_back.f_lasti, here.f_back.f_code.co_qualname)
            for each in inspect.stack():
                print(each.function, each.lineno, each.code_context, each.index, getattr(each, "positions", None))
            print(inspect.getframeinfo(here.f_back, context=3), traceback.extract_stack())
        def caller():
            for n in range(2):
                look() if n else (
                    look())
        caller()
        exec("look()")
        class Body: look()
    """,
    "sources": """
        import inspect, types, functools, linecache
        def plain(a, b=1, /, *c, d: int = 2, **e) -> str:
            '''Documented.'''
            return a
        @functools.wraps(plain)
        def wrapper(*a): return (lambda x:
                                 x + 1)
        class Thing:
            '''A thing.'''
            x = 1
            @property
            def prop(self):
                # a comment
                return self.x
            @classmethod
            def made(cls): yield cls
        for each in plain, wrapper, wrapper(), Thing, Thing.prop.fget, Thing.made:
            print(inspect.getsource(each), inspect.getsourcelines(each))
            print(inspect.getsourcefile(each), inspect.getfile(each))
            print(inspect.getdoc(each), inspect.getcomments(each), inspect.getmodule(each))
            if not isinstance(each, type):
                print(inspect.signature(each), inspect.getclosurevars(each), inspect.unwrap(each).__qualname__)
                print(inspect.getsource(each.__code__), inspect.isgeneratorfunction(each))
        one = Thing.made()
        print(inspect.getgeneratorstate(one), next(one), inspect.getgeneratorstate(one))
        print(inspect.getgeneratorlocals(one))
        print([(name, value) for name, value in inspect.getmembers(plain.__code__)
               if not callable(value) and name not in ("co_consts",)])
    """,
    "warnings": """
        import asyncio, sys, warnings
        def f(level): warnings.warn("deep",
                                    stacklevel=level)
        def g(): f(1); f(2); f(3)
        def h():
            for _ in range(2):
                g()
        warnings.simplefilter("always")
        h()
        async def never(): pass
        def forgets():
            never()
            x = open(__file__); x = None
        forgets()
        [f(2) for _ in range(2)]
        class C:
            def __del__(self): f(2)
        C()
        warnings.warn_explicit("explicit", UserWarning, "elsewhere.py", 7)
        with warnings.catch_warnings(record=True) as caught:
            g()
        print([(str(each.message), each.filename, each.lineno) for each in caught])
        warnings.simplefilter("once")
        h(), h()
        print(len(__warningregistry__))
        warnings.simplefilter("error")
        h()
    """,
    "unraisable": """
        import asyncio, gc, sys, traceback, weakref
        class Bad:
            def __init__(self): self.own = self
            def __del__(self):
                for n in 1, 0:
                    1 / n
        def hook(found):
            print(type(found.exc_value), found.err_msg, getattr(found.object, "__qualname__", None))
            traceback.print_tb(found.exc_traceback, file=sys.stdout)
        def steps():
            try:
                yield
            finally:
                raise KeyError("closing")
        def provoke():
            Bad(); gc.collect()
            each = steps(); next(each); del each
            weakref.ref(Bad, lambda _: 1 / 0)
            one = type("One", (), {})()
            ref = weakref.ref(one, lambda _: {}["gone"]); del one
        provoke()
        sys.unraisablehook = hook
        provoke()
        def ignored(): raise OSError("in atexit")
        import atexit; atexit.register(ignored)
    """,
    "faults": """
        import faulthandler, sys, threading
        def f(n):
            if n:
                return [f(n - 1)
                        for _ in "a"]
            faulthandler.dump_traceback(sys.stdout, all_threads=False)
        f(3)
        def steps():
            try:
                1 / 0
            except ZeroDivisionError:
                yield faulthandler.dump_traceback(sys.stdout, all_threads=False)
        list(steps())
        ready = threading.Event(); stop = threading.Event()
        def waits():
            ready.set()
            stop.wait()
        thread = threading.Thread(target=waits, name="waits"); thread.start(); ready.wait()
        import time; time.sleep(0.05)
        faulthandler.dump_traceback(sys.stdout)
        stop.set(); thread.join()
        faulthandler.enable()
        import os, signal
        faulthandler.register(signal.SIGUSR1, all_threads=False)
        def g(): os.kill(os.getpid(), signal.SIGUSR1)
        g()
        def crash():
            for _ in "a":
                faulthandler._sigsegv()
        crash()
    """,
    "later_dump": """
        import faulthandler, time
        faulthandler.dump_traceback_later(0.05, exit=False)
        def f():
            time.sleep(0.2)
        f()
        faulthandler.dump_traceback_later(0.05, exit=True)
        f()
    """,
    "syntax": """
        import traceback
        for text in "def f(:\\n pass", "x = 1\\n  y", "print(a b)", "f'{a b}'", "return":
            try:
                compile(text, "made.py", "exec")
            except SyntaxError:
                traceback.print_exc()
    """,
    "trace_from_frame": """
        import sys, traceback
        def walk(frame):
            return [(f.f_code.co_name, line) for f, line in traceback.walk_stack(frame)]
        def inner():
            print(walk(None), walk(sys._getframe()))
            traceback.print_stack(file=sys.stdout)
            traceback.print_stack(sys._getframe(1), file=sys.stdout)
        def outer():
            try:
                inner()
            finally:
                inner()
        outer()
        def steps():
            while True:
                yield walk(sys._getframe())
        one = steps()
        print(next(one), one.gi_frame.f_lineno, one.gi_frame.f_back, walk(one.gi_frame))
    """,
}


def steady(text: bytes) -> bytes:
    """Take out addresses, thread identifiers and the time."""
    text = re.sub(rb"0x[0-9a-f]+", b"0x", text)
    text = re.sub(rb"(?s)Current thread's C stack trace.*?(\n\n|$)", b"", text)
    text = re.sub(rb"\n\nExtension modules: .*", b"", text)  # which may be to blame; blockcov's is among them
    return re.sub(rb"Timeout \([0-9:.]+\)", b"Timeout", text)


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(project: Project, name: str) -> None:
    if UNDER_ASAN and name == "faults":
        pytest.skip("AddressSanitizer handles fatal signals")
    project.write("app.py", PROGRAMS[name])
    plain = alike(project, "app.py", steady=steady)
    assert plain.out or plain.err
