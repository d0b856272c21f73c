"""Whoever looks at measured code sees what CPython compiled, and what is made of it is measured."""

from __future__ import annotations

import sys

import pytest

from tests.odd_functions import SMALL
from tests.project import Project

MODULE = f"""{SMALL}\
def fails(items):
    return [item
            for item in items
            if item.missing]
def first(x):
    return x.y.z
def second(a):
    return a.b.c
"""

LOOKS = {
    "attributes": """
        for code in codes:
            print(code.co_code.hex(), len(code.co_consts), code.co_stacksize, code.co_linetable.hex())
            print(code.co_exceptiontable.hex(), list(code.co_lines()), list(code.co_positions()))
            print(list(getattr(code, "co_branches", list)()), sys.getsizeof(code), code.co_code is code.co_code)
            print([each.co_name for each in code.co_consts if isinstance(each, types.CodeType)])
            print([each.co_name for each in codes if each.co_linetable is code.co_linetable])
            print([each.co_name for each in codes if each.co_exceptiontable is code.co_exceptiontable])
    """,
    "dis": """
        import re
        for code in codes:
            out = io.StringIO()
            dis.dis(code, file=out, show_caches=True)
            print(re.sub("0x[0-9a-f]+", "", out.getvalue()))
    """,
    "equality": """
        fresh = compile(open("mod.py").read(), mod.__file__, "exec")
        made = [each for each in fresh.co_consts if isinstance(each, types.CodeType)]
        for one, other in zip(codes, made, strict=True):
            print(one == other, other == one, one != other, one.__eq__(other), {one: 1}.get(other))
            assert hash(one) == hash(other) and not one == codes[codes.index(one) - 1]
            nested = [{1: (one,)}]
            print(marshal.loads(marshal.dumps(one)) == one, marshal.loads(marshal.dumps(nested)) == nested)
    """,
    "merged_constants": """
        exec(compile("def f(): return 1 in {0}\\ndef g(): return 2 in {0}", "mod.py", "exec"))
        print(f.__code__.co_consts == g.__code__.co_consts, f.__code__.co_consts is g.__code__.co_consts)
    """,
    "places": """
        try:
            mod.fails([1])
        except AttributeError as error:
            trace = error.__traceback__.tb_next
            while trace:
                code, at = trace.tb_frame.f_code, trace.tb_lasti
                found = {each.offset: each.opname for each in dis.get_instructions(code)}
                print(code.co_name, at, trace.tb_frame.f_lasti, found.get(at, "a cache"))
                print(list(code.co_positions())[at // 2])
                made = types.TracebackType(None, trace.tb_frame, at, trace.tb_lineno)
                traceback.print_tb(made, file=sys.stdout)
                print(made.tb_lasti)
                trace = trace.tb_next
        generator = mod.steps(3)
        print(generator.gi_frame.f_lasti, next(generator), generator.gi_frame.f_lasti, sys.getsizeof(generator))
        print(sys.getsizeof(generator.gi_frame))
    """,
    "replace": """
        code = codes[0]
        other = code.replace(co_name="other", co_firstlineno=100)
        back = other.replace(co_name="work", co_firstlineno=1)
        print(other.co_name, other == code, list(other.co_lines()), back == code)
        print([each is one for each, one in zip(other.co_consts, code.co_consts)])
        mod.work.__code__ = other
        print(mod.work.__code__ is other, mod.work(9, 1))
        sliced = code.replace(co_consts=code.co_consts + ("more",), co_code=code.co_code)
        print(sliced.co_consts[-1], types.FunctionType(sliced, vars(mod), "f", (None,))(9))
        print(types.FunctionType(code=sliced, globals=vars(mod), argdefs=(1,), name="g")(9))
        for wrong in dict(co_code=b"x"), dict(co_nonsense=1), dict(co_consts=1):
            try:
                print(code.replace(**wrong))
            except (TypeError, ValueError) as error:
                print(error)
    """,
    "opcode_events": """
        events = []
        def trace(frame, event, argument):
            frame.f_trace_opcodes = True
            if event != "line":
                events.append((frame.f_code.co_name, event, frame.f_lasti, frame.f_lineno))
            return trace
        sys.settrace(trace)
        mod.work(7, 1), list(mod.steps(3))
        sys.settrace(None)
        print(sys.gettrace(), len(events))
        for event in events:
            print(*event)
    """,
    "all_events": """
        if not hasattr(sys, "monitoring"):
            sys.exit()
        monitoring, tool, seen = sys.monitoring, 4, []
        monitoring.use_tool_id(tool, "other")
        every = 0
        for name, bit in vars(monitoring.events).items():
            if name == "NO_EVENTS":
                continue
            def saw(code, *rest, name=name):
                if code.co_filename.endswith("mod.py"):
                    seen.append((name, code.co_name, *[each for each in rest if isinstance(each, int)]))
            monitoring.register_callback(tool, bit, saw)  # which gives another name's: some events have two
            assert monitoring.register_callback(tool, bit, saw) is saw
            every |= bit
        monitoring.set_events(tool, every)
        mod.work(7, 1), list(mod.steps(3))
        try:
            mod.fails([1])
        except AttributeError:
            pass
        monitoring.set_events(tool, 0)
        print(len(seen))
        for each in seen:
            print(*each)
    """,
}
HEAD = """
        import dis, io, marshal, mod, sys, traceback, types
        codes = [each.__code__ for each in (mod.work, mod.steps, mod.fails, mod.first, mod.second)]
"""


@pytest.mark.parametrize("warm", [False, True], ids=["at_first", "when_hit"])
@pytest.mark.parametrize("mode", ["counts", "hits"])
@pytest.mark.parametrize("look", LOOKS)
def test_looks_the_same(project: Project, look: str, mode: str, warm: bool) -> None:
    project.write("mod.py", MODULE)
    heat = "        for n in range(60): mod.work(9, n % 2), list(mod.steps(n))\n" if warm else ""
    project.write("app.py", HEAD + heat + LOOKS[look])
    plain = project.python("app.py")
    assert plain.status == 0, plain.errors
    assert plain.text or sys.version_info < (3, 12)
    assert project.run("--mode", mode, "app.py").text == plain.text


@pytest.mark.parametrize("mode", ["counts", "hits"])
@pytest.mark.parametrize("look", LOOKS)
def test_looks_the_same_where_no_original_was_made(project: Project, look: str, mode: str) -> None:
    """The module comes from its .pyc file: rewritten when the first process reads it, ready for the second one."""
    project.write_bytecode()
    project.write("mod.py", MODULE)
    project.write("app.py", HEAD + LOOKS[look])
    plain = project.python("app.py")
    assert plain.status == 0, plain.errors
    for _ in range(2):
        assert project.run("--mode", mode, "app.py").text == plain.text


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_what_is_made_of_measured_code_is_measured(project: Project, mode: str) -> None:
    """Each way to a function that did not pass exec() counts the lines that it runs, as those that did."""
    project.write("mod.py", "def f(x):\n    if x:\n        return 1\n    return 2\ndef g(x):\n    return f(x)\n")
    project.write(
        "app.py",
        """
        import marshal, mod, types
        copy = types.FunctionType(mod.f.__code__.replace(co_name="copy"), {})
        mod.f.__code__ = mod.f.__code__.replace(co_flags=mod.f.__code__.co_flags)
        shipped = types.FunctionType(marshal.loads(marshal.dumps(mod.f.__code__)), {})
        compiled = compile(open("mod.py").read(), mod.__file__, "exec").co_consts
        raw = types.FunctionType(next(each for each in compiled if hasattr(each, "co_code")), {})
        for function in copy, mod.f, shipped, raw:
            function(0), function(1), function(1)
        """,
    )
    project.run("--mode", mode, "app.py")
    counts = project.counts("mod.py")
    expected = {1: 1, 2: 12, 3: 8, 4: 4, 5: 1, 6: 0}
    assert counts == (expected if mode == "counts" else {line: min(1, count) for line, count in expected.items()})


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_damaged_code_runs_as_it_is(project: Project, mode: str) -> None:
    """It is refused with one warning, and does what it does without blockcov."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        """
        import dis, mod
        code = mod.work.__code__
        beyond = bytes([dis.opmap["JUMP_FORWARD"], 200])  # never reached, and leads out of the code
        mod.work.__code__ = code.replace(co_code=code.co_code + beyond)
        print(mod.work(3), mod.work(9, 1), len(mod.work.__code__.co_code) == len(code.co_code) + 2)
        """,
    )
    made = project.run("--mode", mode, "app.py")
    assert made.text == project.python("app.py").text
    assert made.errors.count("blockcov: warning") == 1
    assert "mod.py: work is not measured" in made.errors
