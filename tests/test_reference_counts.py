"""On a debug build of CPython: whatever blockcov does again and again leaves as many references as before."""

from __future__ import annotations

import sys

import pytest

from tests.odd_functions import MODULE
from tests.project import DEBUG_BUILD, Project

pytestmark = pytest.mark.skipif(not DEBUG_BUILD, reason="counts of references take a debug build: make debug-build")

ACTIONS = {
    "calls": "mod.run()",
    "compiled_code": "exec(compile('def f(x):\\n    return x and [x for _ in (1,)]\\nf(1)', mod.__file__, 'exec'), {})",
    "imports": "del sys.modules['mod']; importlib.import_module('mod')",
    "looks": """
        for code in codes:
            code.co_code, code.co_consts, list(code.co_lines()), list(code.co_positions()), hash(code), code == codes[0]
            code.replace(co_name="x"), marshal.loads(marshal.dumps(code)), dis.Bytecode(code).dis()
    """,
    "functions": """
        made = types.FunctionType(mod.branches.__code__, vars(mod), argdefs=(1,)); made(3)
        mod.raises.__code__ = mod.raises.__code__.replace()
    """,
    "tracebacks": """
        try: mod.unknown(mod.raises(1), [each for each in mod.numbers(3)])
        except AttributeError as error: traceback.format_exception(error); error.__traceback__.tb_lasti
    """,
    "suspended": "one = mod.delegate(3); next(one); one.close(); two = mod.numbers(2); next(two); del two",
    "traced": "sys.settrace(lambda *_: None); mod.branches(4); sys.settrace(None)",
    "profiled": "sys.setprofile(lambda *_: None); mod.branches(4); sys.setprofile(None)",
    "monitored": """
        sys.monitoring.use_tool_id(3, "test")
        sys.monitoring.register_callback(3, sys.monitoring.events.LINE, lambda *_: None)
        sys.monitoring.register_callback(3, sys.monitoring.events.JUMP, lambda *_: None)
        sys.monitoring.set_local_events(3, mod.branches.__code__, sys.monitoring.events.LINE)
        sys.monitoring.set_events(3, sys.monitoring.events.JUMP)
        mod.branches(4)
        sys.monitoring.set_events(3, 0)
        sys.monitoring.register_callback(3, sys.monitoring.events.LINE, None)
        sys.monitoring.register_callback(3, sys.monitoring.events.JUMP, None)
        sys.monitoring.free_tool_id(3)
    """,
    "contexts": "with blockcov.context('a'): mod.branches(3)",
    "snapshots": "blockcov.snapshot(); blockcov.reset()",
    "threads": "one = threading.Thread(target=mod.branches, args=(3,)); one.start(); one.join()",
    "children": "subprocess.run(['true']); pid = os.fork(); pid or os._exit(0); os.waitpid(pid, 0)",
    "signals": "signal.signal(signal.SIGTERM, print); signal.signal(signal.SIGTERM, signal.SIG_DFL)",
    "failing_exits": """
        try: os.execv("/no/such/program", ["x"])
        except OSError: pass
    """,
}


@pytest.mark.parametrize("mode", ["counts", "hits"])
@pytest.mark.parametrize("name", ACTIONS)
def test_references(project: Project, name: str, mode: str) -> None:
    """One that is lost each time shows in each round of fifty; the interpreter's own caches fill ever more slowly."""
    if name == "monitored" and sys.version_info < (3, 12):
        pytest.skip("sys.monitoring is new in 3.12")
    project.write_bytecode()
    project.write("mod.py", MODULE)
    project.write("unmeasured.py", f"def act():\n{_indented(ACTIONS[name])}")
    path = project.write(
        "app.py",
        """
        import blockcov, gc, mod, sys, unmeasured
        vars(unmeasured).update((each, __import__(each)) for each in words)
        unmeasured.codes = [each.__code__ for each in (mod.numbers, mod.branches, mod.nested, mod.raises)]
        def left():
            gc.collect()
            return sys.gettotalrefcount()
        def times(count):
            for _ in range(count): unmeasured.act()
        times(150)
        rounds = [left()]
        for _ in range(5):
            times(50)
            rounds.append(left())
        print(min(later - before for before, later in zip(rounds, rounds[1:])))
        """,
    )
    words = [
        "blockcov",
        "dis",
        "importlib",
        "marshal",
        "mod",
        "os",
        "signal",
        "subprocess",
        "sys",
        "threading",
        "traceback",
        "types",
    ]
    path.write_text(f"words = {words}\n" + path.read_text())
    assert abs(int(project.run("--mode", mode, "--omit", "unmeasured.py", "app.py").text)) < 40


def _indented(text: str) -> str:
    return "".join(f"    {line.removeprefix(' ' * 8)}\n" for line in text.strip("\n").splitlines())
