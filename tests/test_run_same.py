"""A program under `blockcov run` is the program under `python`: output, traceback and status, byte for byte."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
import zipfile

import pytest

from tests.alike import alike
from tests.project import Project

LOOK_AROUND = """
    import sys
    print(sys.argv, sys.orig_argv[-len(sys.argv):], sys.path, sys.flags, sys.warnoptions, sys._xoptions)
    for name, value in list(globals().items()):
        if name not in ("__builtins__", "__loader__"):
            print(name, __import__("re").sub("0x[0-9a-f]+", "", repr(value)))
    print(__builtins__ is sys.modules["builtins"], type(__loader__), vars(__loader__) if __spec__ is None else "")
    print(sys.modules["__main__"].__dict__ is globals(), "runpy" in sys.modules, "argparse" in sys.modules)
    print([hook.__name__ for hook in sys.path_hooks], sys.meta_path[:0])
    print(sys.stdout.write_through, sys.stdin.read(), sys.gettrace(), sys.getprofile())
    try:
        print(sys._getframe(1).f_code.co_filename)
    except ValueError as error:
        print(error)
"""

PROGRAMS: dict[str, str | bytes] = {
    "look_around": LOOK_AROUND,
    "exit_none": "raise SystemExit",
    "exit_zero": "import sys; sys.exit(0)",
    "exit_three": "import sys; sys.exit(3)",
    "exit_minus_one": "import sys; sys.exit(-1)",
    "exit_256": "import sys; sys.exit(256)",
    "exit_huge": "import sys; sys.exit(1 << 70)",
    "exit_true": "import sys; sys.exit(True)",
    "exit_text": "import sys; sys.exit('the reason \\u00e9')",
    "exit_tuple": "import sys; sys.exit((1, 2))",
    "exit_object": "import sys; sys.exit({'a': 1})",
    "exit_float": "import sys; sys.exit(0.5)",
    "exit_subclass": """
        class Stop(SystemExit):
            code = 7
        raise Stop
    """,
    "exit_in_atexit": """
        import atexit, sys
        atexit.register(print, "at exit")
        atexit.register(sys.exit, 9)
        sys.exit(4)
    """,
    "os_exit": "import os; print('lost?', flush=True); os._exit(5)",
    "abort": "import os; os.abort()",
    "uncaught": """
        def f(x):
            return g(
                x, 1 / x)
        def g(a, b): ...
        f(0)
    """,
    "chained": """
        def f():
            try:
                {}["key"]
            except KeyError as error:
                raise ValueError("value") from error
        try:
            f()
        except ValueError:
            raise TypeError("type \\udc80 \\u2603")
    """,
    "suppressed": """
        try:
            1 / 0
        except ZeroDivisionError:
            raise OSError(2, "No such file", "x") from None
    """,
    "group": """
        def f(n):
            raise ValueError(n)
        errors = []
        for n in range(3):
            try:
                f(n)
            except ValueError as error:
                error.add_note(f"note {n}")
                errors.append(error)
        raise ExceptionGroup("several", errors)
    """,
    "recursion": """
        import sys
        sys.setrecursionlimit(100)
        def f(): f()
        f()
    """,
    "base_exception": "class Odd(BaseException): pass\nraise Odd('odd')",
    "name_hint": "import sys\nprnt(sys.maxsiz)",
    "excepthook": """
        import sys, traceback
        def hook(kind, value, trace):
            print(kind, value, [frame.name for frame in traceback.extract_tb(trace)], trace.tb_frame.f_back)
        sys.excepthook = hook
        def f(): raise LookupError("here")
        f()
    """,
    "excepthook_raises": """
        import sys
        def hook(kind, value, trace): raise RuntimeError("in the hook")
        sys.excepthook = hook
        1 / 0
    """,
    "excepthook_exits": """
        import sys
        sys.excepthook = lambda *rest: sys.exit(11)
        1 / 0
    """,
    "excepthook_gone": "import sys; del sys.excepthook; 1 / 0",
    "last_exception": """
        import atexit, sys
        atexit.register(lambda: print(sys.last_type, sys.last_value, sys.last_traceback.tb_lineno))
        1 / 0
    """,
    "stderr_gone": "import sys; sys.stderr = None; 1 / 0",
    "thread": """
        import threading
        def work(): raise ValueError("in the thread")
        thread = threading.Thread(target=work, name="worker")
        thread.start()
        thread.join()
        print(threading.current_thread().name, threading.active_count())
    """,
    "thread_outlives_main": """
        import threading, time
        def work():
            time.sleep(0.2)
            print("later")
        threading.Thread(target=work).start()
        print("sooner")
    """,
    "exit_order": """
        import atexit, threading, weakref
        class Thing:
            def __del__(self): print("deleted", __name__)
        thing = Thing()
        atexit.register(print, "one")
        atexit.register(print, "two")
        threading.Thread(target=print, args=("thread",)).start()
    """,
    "keyboard_interrupt": "raise KeyboardInterrupt",
    "keyboard_interrupt_deep": """
        import atexit, signal
        atexit.register(print, "at exit")
        def f(): signal.raise_signal(signal.SIGINT)
        f()
    """,
    "term": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "signal_handlers": """
        import signal
        for number in sorted(signal.valid_signals()):
            print(number, signal.getsignal(number))
        print(signal.pthread_sigmask(signal.SIG_BLOCK, []))
    """,
    "warnings": r"""
        import warnings
        warnings.warn("own", stacklevel=1)
        warnings.warn("outer", stacklevel=2)
        print("\d", 1 is 1)
    """,
    "stack": """
        import inspect, traceback
        def f(): traceback.print_stack()
        f()
        print([frame.function for frame in inspect.stack()])
    """,
    "future": "from __future__ import annotations\ndef f(x: undefined): ...\nprint(f.__annotations__)",
    "asyncio_error": """
        import asyncio
        async def f():
            await asyncio.sleep(0)
            raise ValueError("async")
        asyncio.run(f())
    """,
    "own_import_error": "import nothing_of_that_name",
    "syntax_error": "print('never')\ndef f(:\n    pass\n",
    "indentation": "if 1:\n    a\n  b\n",
    "tabs": "if 1:\n\ta = 1\n        b = 2\n",
    "warning_and_error": "print('\\d')\nreturn 1\n",
    "late_syntax_error": "def f():\n    nonlocal x\n",
    "crlf": b"print(1)\r\n1/0\r\n",
    "latin_1": b"# coding: latin-1\nprint(ascii('\xe9'))\n1/0  # \xe9\n",
    "not_utf_8": b"print('\xe9')\n",
    "bad_cookie": b"# coding: nonsense\nprint(1)\n",
    "null_byte": b"print(1)\n\0\n",
    "bom": b"\xef\xbb\xbfprint(__file__)\n1/0\n",
    "empty": b"",
    "no_newline": b"print(1)",
    "form_feed": b"x = 1\n\x0c\ny = 2\n1/0\n",
}


def depth_left_out(text: bytes) -> bytes:
    """On 3.11 calls in C count against the recursion limit, and the way into the main program takes a few."""
    return re.sub(rb"repeated \d+ more", b"repeated more", text) if sys.version_info < (3, 12) else text


def same(project: Project, program: list[str], options: list[str] | None = None, input: bytes = b"input") -> None:
    """Run a program both ways, with options for the interpreter, and compare everything."""
    options = options or []
    plain = project.python(*options, *program, input=input)
    measured = project.python(*options, "-m", "blockcov", "run", *program, input=input)
    assert measured.out == plain.out
    assert depth_left_out(measured.err) == depth_left_out(plain.err)
    assert measured.status == plain.status


@pytest.mark.parametrize("name", PROGRAMS)
def test_script(project: Project, name: str) -> None:
    project.write("app.py", PROGRAMS[name])
    same(project, ["app.py", "one", "--two", "-m", "--mode"])


@pytest.mark.parametrize(
    "name", ["look_around", "exit_text", "uncaught", "keyboard_interrupt", "syntax_error", "stack"]
)
def test_module(project: Project, name: str) -> None:
    project.write("package/__init__.py", "")
    project.write("package/app.py", PROGRAMS[name])
    same(project, ["-m", "package.app", "--data-dir", "x"])


@pytest.mark.parametrize("name", ["look_around", "exit_three", "group", "excepthook", "syntax_error"])
def test_package(project: Project, name: str) -> None:
    project.write("package/__init__.py", "print('package', __name__)")
    project.write("package/__main__.py", PROGRAMS[name])
    same(project, ["-m", "package", "x"])


@pytest.mark.parametrize("name", ["look_around", "exit_three", "uncaught", "keyboard_interrupt", "syntax_error"])
def test_directory_and_archive(project: Project, name: str) -> None:
    source = project.write("folder/__main__.py", PROGRAMS[name])
    project.write("folder/other.py", "1 / 0")
    same(project, ["folder", "x"])
    with zipfile.ZipFile(project.path / "app.pyz", "w") as archive:
        archive.write(source, "__main__.py")
    same(project, ["app.pyz", "x"])


@pytest.mark.parametrize(
    "code",
    ["import sys; print(sys.argv, sys.path, globals().keys())", "def f(): 1/0\nf()", "1 +", "raise SystemExit(3)"],
)
def test_code(project: Project, code: str) -> None:
    same(project, ["-c", code, "x", "-c"])


@pytest.mark.parametrize(
    "program",
    [["-m", "nothing"], ["-m", "nothing.at.all"], ["-m", "json"], ["-m", "sys"], ["-m", ".relative"], ["-m", "app.py"]],
    ids=lambda program: program[1],
)
def test_module_that_cannot_run(project: Project, program: list[str]) -> None:
    project.write("app.py", "print(1)")
    same(project, program)


@pytest.mark.parametrize(
    "options",
    [
        "-u",
        "-B",
        "-OO",
        "-X dev",
        "-Xutf8=0",
        "-W error",
        "-Wignore -bb",
        "-P",
        "-I",
        "-E",
        "-Bs",
        "-X tracemalloc -sq",
    ],
)
def test_interpreter_options_reach_the_program(project: Project, options: str) -> None:
    project.write("app.py", LOOK_AROUND)
    same(project, ["app.py"], options.split())


def test_program_from_standard_input(project: Project) -> None:
    same(
        project, ["-", "x"], input=b"import sys; print(sys.argv, __file__ if '__file__' in globals() else None)\n1/0\n"
    )


def test_symlinked_script(project: Project) -> None:
    project.write("real/app.py", LOOK_AROUND)
    (project.path / "links").mkdir()
    (project.path / "links/app.py").symlink_to("../real/app.py")
    (project.path / "second.py").symlink_to("links/app.py")
    same(project, ["second.py"])
    same(project, [str(project.path / "links/app.py")])
    same(project, ["./links/../links/app.py"])


def test_compiled_script(project: Project) -> None:
    project.write("app.py", LOOK_AROUND)
    project.python("-c", "import py_compile; py_compile.compile('app.py', 'app.pyc')")
    assert (project.path / "app.pyc").exists()
    same(project, ["app.pyc"])


def test_script_without_suffix_and_script_called_like_a_command(project: Project) -> None:
    project.write("tool", LOOK_AROUND)
    project.write("run", LOOK_AROUND)
    same(project, ["tool"])
    same(project, ["run"])


def test_joined_module_option_and_end_of_options(project: Project) -> None:
    project.write("app.py", "import sys; print(sys.argv)")
    plain = project.python("app.py", "x")
    assert project.blockcov("run", "-mapp", "x").out == plain.out.replace(
        b"'app.py'", f"'{project.path}/app.py'".encode()
    )
    assert project.blockcov("run", "--", "app.py", "x").out == plain.out


def test_interrupt_from_outside_ends_by_the_signal(project: Project) -> None:
    project.write("app.py", "import time\nprint('ready', flush=True)\ntime.sleep(60)\n")
    for number in (signal.SIGINT, signal.SIGTERM):
        process = subprocess.Popen(
            [sys.executable, "-m", "blockcov", "run", "app.py"],
            cwd=project.path,
            env=project.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A shell without job control has its background processes ignore it.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(0.05)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        assert process.returncode == -number
        assert out == b""
        assert (b"KeyboardInterrupt" in err) == (number == signal.SIGINT)


def test_output_arrives_unbuffered(project: Project) -> None:
    project.write("app.py", "import sys\nprint('first')\nsys.stdin.readline()\nprint('second')\n")
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "blockcov", "run", "app.py"],
        cwd=project.path,
        env=project.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"first\n"  # would wait for ever if it were held back
    out, _ = process.communicate(b"\n", timeout=20)
    assert out == b"second\n"


def test_no_surprise_files(project: Project) -> None:
    project.write("app.py", "print(1)")
    project.run("app.py")
    assert sorted(path.name for path in project.path.iterdir()) == [".blockcov", "app.py"]


def test_all_open_files_are_the_programs(project: Project) -> None:
    """blockcov's own are above the limit: they take no number, and who closes all does not meet them."""
    project.write(
        "app.py",
        """
        import resource, subprocess, sys
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (50, hard))
        sys.exit(subprocess.call([sys.executable, "greedy.py"]))
        """,
    )
    project.write(
        "greedy.py",
        """
        import os, resource
        opened = []
        try:
            while True:
                opened.append(os.open(os.devnull, os.O_RDONLY))
        except OSError as error:
            print(opened, error.errno, resource.getrlimit(resource.RLIMIT_NOFILE))
        os.closerange(3, 50)
        import late
        """,
    )
    functions = "".join(f"def f{n}(x):\n    return x if x else -x\n" for n in range(3000))
    project.write("late.py", f"{functions}for n in range(3000):\n    globals()[f'f{{n}}'](n)\n")  # the shard grows
    measured = project.run("app.py")
    assert measured.text == project.python("app.py").text
    counts = project.counts("late.py")
    assert [counts[2 * n + 2] for n in range(3000)] == [1] * 3000
    assert counts[6002] == 3000


def test_trace_functions_do_not_see_blockcov(project: Project) -> None:
    """What decides about a file runs while the program imports it, and is not the program's."""
    project.write("mod.py", "x = 1\n")
    project.write(
        "app.py",
        """
        import sys, threading
        seen = set()
        def trace(frame, event, argument):
            seen.add(frame.f_code.co_filename)
            return trace
        sys.settrace(trace), sys.setprofile(lambda frame, *_: seen.add(frame.f_code.co_filename))
        import mod
        exec(compile("y = 2", "other.py", "exec"))
        sys.settrace(None), sys.setprofile(None)
        print([name for name in seen if "blockcov" in name.rpartition("site-packages")[2]], len(seen) > 2)
        """,
    )
    assert project.run("app.py").text == "[] True\n"


def test_subinterpreters_are_left_alone(project: Project) -> None:
    """They run unmeasured and unharmed; the main interpreter is measured."""
    project.write(
        "app.py",
        """
        import os, sys
        try:
            import _interpreters as interpreters
        except ImportError:
            import _xxsubinterpreters as interpreters
        reader, writer = os.pipe()
        made = interpreters.create()
        interpreters.run_string(made, f"import os, colorsys; os.write({writer}, b'there')")
        interpreters.destroy(made)
        print(os.read(reader, 99), "here")
        """,
    )
    assert project.run("app.py").text == project.python("app.py").text == "b'there' here\n"
    assert set(project.counts("app.py").values()) >= {1}


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_debuggers_jump_out_of_deep_blocks(project: Project, mode: str) -> None:
    """Assigning `frame.f_lineno` makes CPython model the stack; what is inserted does not get into its way."""
    loops = 4 if sys.version_info < (3, 15) else 1  # with five, 3.15 crashes by itself
    heads = "".join("    " * depth + f"for x{depth} in [1]:\n" for depth in range(1, loops + 1))
    inner = "    " * (loops + 1)
    body = f"{inner}async with Manager():\n{inner}    out.append(4)\n{inner}out.append(5)\n    out.append(6)\n"
    project.write(
        "mod.py",
        "class Manager:\n    async def __aenter__(self): return self\n    async def __aexit__(self, *a): pass\n"
        f"async def f(out):\n{heads}{body}",
    )
    project.write(
        "app.py",
        f"""
        import mod, sys
        target = mod.f.__code__.co_firstlineno + {loops} + 3
        def trace(frame, event, argument):
            if frame.f_code is mod.f.__code__:
                if event == "line" and frame.f_lineno == target - 1:
                    frame.f_lineno = target
                return trace
        sys.settrace(trace)
        out = []
        try:
            mod.f(out).send(None)
        except StopIteration:
            pass
        sys.settrace(None)
        print(out)
        """,
    )
    assert project.run("--mode", mode, "app.py").text == project.python("app.py").text == "[5, 6]\n"


def test_replaced_functions_are_the_same_objects(project: Project) -> None:
    """What `os` says of its functions holds of those that blockcov calls its own in front of."""
    project.write(
        "app.py",
        """
        import _signal, marshal, os, posix, sys
        functions = os._exit, os.abort, os.execv, os.execve, marshal.dumps, marshal.loads, _signal.signal, sys.settrace
        for function in functions:
            print(repr(function).split(" at ")[0], function.__module__, function.__text_signature__, function.__doc__)
        print(os.execve is posix.execve, [each in os.supports_fd for each in (os.execve, os.execv, os.stat)])
        """,
    )
    plain = alike(project, "app.py")
    assert "True [True, False, True]" in plain.text
