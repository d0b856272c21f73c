"""Whatever brings code, it is measured: one project, many doors."""

from __future__ import annotations

import json
import zipfile

import pytest

from tests.project import Project

MODULE = "def f(n):\n    while n:\n        n -= 1\nf(2)\n"
COUNTS = {1: 1, 2: 3, 3: 2, 4: 1}

DOORS = {
    "import": "import mod",
    "import_module": "import importlib; importlib.import_module('mod')",
    "run_path": "import runpy; runpy.run_path('mod.py')",
    "run_module": "import runpy; runpy.run_module('mod')",
    "spec_from_file_location": """
        import importlib.util
        spec = importlib.util.spec_from_file_location("other_name", "mod.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    """,
    "exec_compile": "exec(compile(open('mod.py').read(), 'mod.py', 'exec'), {})",
    "exec_in_a_function": """
        def run():
            namespace = {}
            exec(compile(open('mod.py').read(), 'mod.py', 'exec'), namespace)
        run()
    """,
    "in_a_thread": "import threading; t = threading.Thread(target=__import__, args=('mod',)); t.start(); t.join()",
}


@pytest.mark.parametrize("door", DOORS)
def test_door(project: Project, door: str) -> None:
    project.write("mod.py", MODULE)
    project.write("app.py", DOORS[door])
    project.run("app.py")
    assert project.counts("mod.py") == COUNTS


def test_main_script_and_module_and_import_add_up(project: Project) -> None:
    project.write("mod.py", MODULE)
    project.run("mod.py")
    project.run("--append", "-m", "mod")
    project.run("--append", "-c", "import mod")
    assert project.counts("mod.py") == {line: 3 * count for line, count in COUNTS.items()}


def test_run_starts_afresh_without_append(project: Project) -> None:
    project.write("mod.py", MODULE)
    project.run("mod.py")
    project.run("mod.py")
    assert project.counts("mod.py") == COUNTS


def test_from_pyc_in_the_cache(project: Project) -> None:
    project.write("mod.py", MODULE)
    project.write("app.py", "import mod")
    assert project.python("app.py", PYTHONDONTWRITEBYTECODE="").status == 0
    assert list((project.path / "__pycache__").glob("mod.*.pyc"))
    project.run("app.py")
    assert project.counts("mod.py") == COUNTS


def test_cache_stays_as_it_was(project: Project) -> None:
    """What blockcov rewrites does not get into __pycache__."""
    project.write("mod.py", MODULE)
    project.write("app.py", "import mod")
    project.run("app.py", PYTHONDONTWRITEBYTECODE="")
    (cached,) = (project.path / "__pycache__").glob("mod.*.pyc")
    first = cached.read_bytes()
    cached.unlink()
    project.python("app.py", PYTHONDONTWRITEBYTECODE="")
    assert cached.read_bytes() == first


def test_from_an_archive(project: Project) -> None:
    with zipfile.ZipFile(project.path / "lib.zip", "w") as archive:
        archive.writestr("mod.py", MODULE)
    project.write("app.py", "import sys; sys.path.append('lib.zip'); import mod; print(mod.__file__)")
    project.run("app.py")
    assert project.counts("lib.zip/mod.py") == COUNTS


def test_package_and_directory_as_program(project: Project) -> None:
    project.write("pkg/__init__.py", "")
    project.write("pkg/__main__.py", MODULE)
    project.run("-m", "pkg")
    assert project.counts("pkg/__main__.py") == COUNTS
    project.run("pkg")
    assert project.counts("pkg/__main__.py") == COUNTS


def test_exec_keeps_its_meaning(project: Project) -> None:
    """Defaults of exec come from the calling frame; strings, closures and wrong arguments are as ever."""
    project.write(
        "app.py",
        """
        import builtins, types
        x = "global"
        def f():
            x = "local"
            exec("print(x)")
            exec("y = 1")
            exec("print(x)", {"x": "given"})
            exec(compile("print(x)", "app.py", "exec"))
        f()
        exec("z = 3")
        print(z, exec.__name__, exec.__module__, exec.__doc__[:10], type(exec), builtins.exec is exec)
        for arguments in ((), (1,), ("x", 1), ("1 +",), (f.__code__, {}, {}, {})):
            try:
                exec(*arguments)
            except Exception as error:
                print(type(error), error)
        def outer():
            cell = 1
            def inner(): print("closure", cell)
            return inner
        inner = outer()
        exec(inner.__code__, {}, closure=inner.__closure__)
        """,
    )
    plain = project.python("app.py")
    assert plain.status == 0
    assert project.run("app.py") == plain


def test_pytest_rewritten_tests(project: Project) -> None:
    project.write("mod.py", "def f(x):\n    if x:\n        return 1\n    return 2\n")
    project.write(
        "test_mod.py",
        "import mod\ndef test_one():\n    assert mod.f(1) == 1\ndef test_two():\n    assert mod.f(1) == 2\n",
    )
    plain = project.python("-m", "pytest", "-q", "-p", "no:cacheprovider")
    measured = project.blockcov("run", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert measured.status == plain.status == 1
    assert b"1 failed, 1 passed" in measured.out
    assert project.counts("mod.py") == {1: 1, 2: 2, 3: 2, 4: 0}
    assert project.counts("test_mod.py") == {1: 1, 2: 1, 3: 1, 4: 1, 5: 1}


def test_hits_mode_covers_the_same(project: Project) -> None:
    project.write("mod.py", MODULE)
    project.run("mod.py")
    expected = {line for line, count in project.counts("mod.py").items() if count}
    project.run("--mode", "hits", "mod.py")
    assert {line for line, count in project.counts("mod.py").items() if count} == expected


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_two_sessions_on_the_same_code(project: Project, mode: str) -> None:
    """A code object that one session has rewritten is rewritten anew by the next, which has a directory of its own."""
    project.write("mod.py", MODULE)
    project.write(
        "app.py",
        f"""
        import gc, types
        import blockcov._blockcov as engine
        code = compile(open("mod.py").read(), "mod.py", "exec")
        for number in range(20):
            engine.start(f"data{{number}}", {mode!r}, lambda name: True, print)
            made = engine.instrument(code)
            assert made is engine.instrument(code) and made is not code
            engine.stop()
            exec(made, {{}})
            del made
            gc.collect()
        """,
    )
    assert project.python("app.py").status == 0
    for number in (0, 19):
        found = json.loads(project.blockcov("json", "-o", "-", "--data-dir", f"data{number}").text)
        lines = {int(line): hit for line, hit in found["files"]["mod.py"]["blockcov"]["lines"].items()}
        assert (lines == COUNTS) if mode == "counts" else all(lines.values())
