"""Trace functions, profile functions and `sys.monitoring` tools see the events of the plain program, in their order."""

from __future__ import annotations

import json
import sys

import pytest

from tests.alike import alike, lines
from tests.odd_functions import MODULE
from tests.project import Project, needs_no_assertion

HEAD = """
import mod, sys, threading
events = []
def place(frame):
    return frame.f_code.co_name, frame.f_lasti, frame.f_lineno
def shown(argument):
    if isinstance(argument, tuple) and isinstance(argument[0], type):
        return argument[0].__name__, type(argument[1]).__name__, getattr(argument[2], "tb_lasti", None)
    return getattr(argument, "__name__", None) if callable(argument) else type(argument).__name__
def mine(frame):
    return frame.f_code.co_filename == mod.__file__
def show():
    print(len(events))
    for event in events: print(*event)
"""
TRACERS = {
    "line_events": """
        def trace(frame, event, argument):
            if mine(frame):
                events.append((event, *place(frame), shown(argument)))
                return trace
        sys.settrace(trace); mod.run(); sys.settrace(None)
    """,
    "opcode_events": """
        def trace(frame, event, argument):
            if mine(frame):
                frame.f_trace_opcodes = True
                events.append((event, *place(frame), shown(argument)))
                return trace
        sys._getframe().f_trace_opcodes = True
        sys.settrace(trace); mod.run(); sys.settrace(None)
    """,
    "opcodes_without_lines": """
        def trace(frame, event, argument):
            if mine(frame):
                frame.f_trace_opcodes, frame.f_trace_lines = True, False
                events.append((event, *place(frame), shown(argument)))
                return trace
        sys._getframe().f_trace_opcodes = True
        sys.settrace(trace); mod.run(); sys.settrace(None)
    """,
    "set_anew_at_each_event": """
        def trace(frame, event, argument):
            if mine(frame):
                events.append((event, *place(frame), shown(argument)))
                sys.settrace(None)
                sys.settrace(trace)
                return trace
        sys.settrace(trace); mod.run(); sys.settrace(None)
    """,
    "switched_on_inside": """
        def trace(frame, event, argument):
            events.append((event, *place(frame), shown(argument)))
            return trace
        def outside(frame, event, argument):
            if mine(frame) and event == "call" and frame.f_code.co_name in ("delegate", "raises", "later"):
                return trace
        sys.settrace(outside); mod.run(); sys.settrace(None)
        each = mod.delegate(4); next(each)
        sys.settrace(lambda *_: None); each.gi_frame.f_trace = trace; list(each); sys.settrace(None)
    """,
    "profile": """
        def profile(frame, event, argument):
            if mine(frame):
                events.append((event, *place(frame), shown(argument)))
        sys.setprofile(profile); mod.run(); sys.setprofile(None)
    """,
    "both_in_threads": """
        def trace(frame, event, argument):
            if mine(frame):
                events.append((event, *place(frame), shown(argument)))
                return trace
        def profile(frame, event, argument):
            if mine(frame): events.append(("profile", event, *place(frame), shown(argument)))
        threading.settrace(trace), threading.setprofile(profile)
        thread = threading.Thread(target=mod.run); thread.start(); thread.join()
    """,
    "trace_that_raises": """
        class Stop(Exception): pass
        def trace(frame, event, argument):
            if mine(frame):
                events.append((event, *place(frame), shown(argument)))
                if len(events) == stop: raise Stop(stop)
                return trace
        for stop in range(1, 120, 7):
            events.clear()
            sys.settrace(trace)
            try:
                mod.run()
            except Stop as error:
                traces, trace_now = [], error.__traceback__
                while trace_now:
                    traces.append((*place(trace_now.tb_frame), trace_now.tb_lasti, trace_now.tb_lineno))
                    trace_now = trace_now.tb_next
                print(stop, sys.gettrace(), [each for each in traces if each[0] != "trace"])
            sys.settrace(None)
    """,
}
if sys.version_info >= (3, 12):
    TRACERS["every_event_of_monitoring"] = """
        monitoring, tool = sys.monitoring, 3
        monitoring.use_tool_id(tool, "other")
        every = 0
        for name in dir(monitoring.events):
            bit = getattr(monitoring.events, name)
            if name.startswith("_") or name in ("NO_EVENTS", "BRANCH") and sys.version_info >= (3, 14) or not bit:
                continue
            def saw(code, *rest, name=name):
                if code.co_filename == mod.__file__:
                    shown = [each if isinstance(each, int) else type(each).__name__ for each in rest]
                    events.append((name, code.co_name, *shown))
            monitoring.register_callback(tool, bit, saw)
            every |= bit
        monitoring.set_events(tool, every)
        mod.run()
        monitoring.set_events(tool, 0)
    """
    TRACERS["local_events_switched_off_where_seen"] = """
        monitoring, tool = sys.monitoring, 3
        monitoring.use_tool_id(tool, "other")
        E = monitoring.events
        def line(code, number):
            events.append(("line", code.co_name, number))
            return monitoring.DISABLE
        def jump(code, *offsets):
            events.append(("jump", code.co_name, *offsets))
            return monitoring.DISABLE
        monitoring.register_callback(tool, E.LINE, line)
        monitoring.register_callback(tool, E.JUMP, jump)
        for function in mod.raises, mod.branches, mod.numbers, mod.nested:
            monitoring.set_local_events(tool, function.__code__, E.LINE | E.JUMP)
            print(monitoring.get_local_events(tool, function.__code__))
        mod.run(); mod.run()
        monitoring.restart_events()
        mod.run()
        monitoring.set_local_events(tool, mod.raises.__code__, 0)
        mod.run()
        monitoring.free_tool_id(tool)
    """


def test_counts_of_calls_that_a_trace_function_ends(project: Project) -> None:
    """It raises where a line begins, also where that is a probe: each call has come as far as its events say."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import collections, json, mod, sys
        class Stop(Exception): pass
        seen = collections.Counter()
        def trace(frame, event, argument):
            global left
            if frame.f_code.co_filename == mod.__file__:
                if event == "line":
                    seen[frame.f_lineno] += 1
                    left -= 1
                    if not left: raise Stop
                return trace
        for stop in range(1, 90):
            for function in mod.branches, mod.raises, mod.groups, mod.matches:
                left = stop
                sys.settrace(trace)
                try:
                    function(4) if function is not mod.branches else function(7, stop % 2)
                except (Stop, ExceptionGroup): pass  # 3.11.2 makes one of what is raised in an except*
                sys.settrace(None)
        print(json.dumps(seen))
        """,
    )
    seen = {int(line): count for line, count in json.loads(alike(project, "app.py").text).items()}
    counts = lines(project, "mod.py")
    assert {line: counts[line] for line in seen if 50 < line < 64} == {
        line: seen[line] for line in seen if 50 < line < 64
    }
    assert all(counts[line] >= seen[line] for line in seen)  # handlers go on untraced
    assert len(seen) > 30


def test_handlers_catch_what_a_trace_function_raises(project: Project) -> None:
    """Wherever it raises, the handlers and context managers around that line run."""
    project.write(
        "mod.py",
        """\
        class Stop(Exception): pass
        class Manager:
            def __init__(self, log): self.log = log
            def __enter__(self): self.log.append("enter")
            def __exit__(self, kind, *_): self.log.append(kind and kind.__name__)
        def f(n, log):
            try:
                if n == 1: raise ValueError(n)
                if n == 2: log.append("two")
                for i in range(2):
                    with Manager(log):
                        if i: continue
                        log.append(i)
                while n:
                    n -= 1
                    try:
                        if n == 1:
                            raise KeyError(n)
                        elif n:
                            log.append("elif")
                    except Stop:
                        log.append("inner")
                    except KeyError:
                        log.append("key")
                    else:
                        log.append("else")
            except ValueError:
                log.append("value")
            except Stop as error:
                log.append(("caught", error.args))
            finally:
                log.append("finally")
            yield "end"
            log.append("after")
        """,
    )
    project.write(
        "app.py",
        """
        import mod, sys
        def trace(frame, event, argument):
            global left
            if frame.f_code.co_filename == mod.__file__:
                left -= event == "line"
                if not left: raise mod.Stop(frame.f_lineno)
                return trace
        for n in range(4 if sys.version_info >= (3, 12) else 3):  # see docs/transparency.md
            for stop in range(1, 45):
                left, log = stop, []
                sys.settrace(trace)
                try:
                    found = list(mod.f(n, log))
                except mod.Stop as error:
                    found = error.args
                sys.settrace(None)
                print(n, stop, found, log)
        """,
    )
    plain = alike(project, "app.py")
    assert plain.text.count("caught") > 40


@pytest.mark.parametrize("warm", [False, True], ids=["at_first", "when_hit"])
@pytest.mark.parametrize("name", TRACERS)
def test_events(project: Project, name: str, warm: bool) -> None:
    if name.startswith("local_events") and sys.version_info >= (3, 14):
        pytest.skip("hits: a line of a jump that a site displaces may be reported once more; see docs/transparency.md")
    project.write("mod.py", MODULE)
    path = project.write("app.py", TRACERS[name])
    heat = "import asyncio\nmod.asyncio = asyncio\nfor _ in range(40): mod.run()\n" if warm else ""
    path.write_text(HEAD + heat + path.read_text() + "show()\n")
    plain = alike(project, "app.py")
    needs_no_assertion(plain.status, plain.errors)
    assert plain.status == 0, plain.errors
    assert len(plain.out) > 1000
    counts = lines(project, "mod.py")
    runs = (40 if warm else 0) + {"trace_that_raises": 0, "local_events_switched_off_where_seen": 4}.get(name, 1)
    assert counts[98] == 2 * runs or name == "trace_that_raises"
