"""Modules that come from .pyc files are rewritten before they are unmarshalled; all else is as if they were not."""

from __future__ import annotations

import json
import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.project import Project

MODULE = """\
\"\"\"Constants of all kinds, some of them shared.\"\"\"
import sys

PAIR = (None,)
NAMES = ("first", "second")
def nothing(): pass
def nothing_else(): pass
def default(value=None): return value, 2.5, 10**30, 1j, b"", b"bytes", ..., "ä\\udc80", (1, (2, "x")), value in {3, 4}
def first(): return ("shared", 5.5, (7, 8.5))
def second(): return ("shared", 5.5, (7, 8.5))
class Word(str):
    @property
    def half(self):
        return [letter for letter in self if letter > "m" and letter != "x"] or (lambda: None)()
def risky(x):
    try:
        with open(__file__) as file:
            return 1 / x
    except ZeroDivisionError as error:
        return None
    finally:
        file.close()
async def agen():
    yield 1
"""
APP = """\
import mod, sys
for n in range(3):
    mod.risky(n), mod.default(n), mod.Word("abcxyz").half, mod.first(), mod.second()
"""
READS = """\
import sys
def hear(event, arguments):
    if event == "marshal.loads" and b"Constants of all kinds" in arguments[0]:
        print("bytes", len(arguments[0]))
sys.addaudithook(hear)
"""


@pytest.fixture
def module(project: Project) -> Project:
    """A project whose mod.py has a .pyc file."""
    project.write_bytecode()
    project.write("mod.py", MODULE)
    project.write("app.py", APP)
    assert project.python("app.py").status == 0
    return project


def pyc(project: Project) -> Path:
    (found,) = (project.path / "__pycache__").glob("mod.*.pyc")
    return found


def code_files(project: Project) -> list[Path]:
    return sorted((project.path / ".blockcov/code").glob("*.code"))


def report(project: Project) -> dict[str, Any]:
    return {name: file["blockcov"] for name, file in project.json()["files"].items()}


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_counts_are_those_of_code_that_was_copied(module: Project, mode: str) -> None:
    module.run("--mode", mode, "--data-dir", "copied", "app.py", PYTHONPYCACHEPREFIX="elsewhere")
    copied = module.blockcov("json", "--data-dir", "copied", "-o", "-")
    for _ in range(3):
        module.run("--mode", mode, "app.py")
        assert report(module) == {name: file["blockcov"] for name, file in json.loads(copied.out)["files"].items()}
    assert len(code_files(module)) == 1


def test_later_processes_read_what_the_first_prepared(module: Project) -> None:
    """CPython reads other bytes than the .pyc file has, and nothing is added to what is kept."""
    module.write("app.py", READS + APP)
    plain = int(re.sub(r"\D", "", module.python("app.py").text))
    sizes = [int(re.sub(r"\D", "", module.run("app.py").text)) for _ in range(3)]
    assert plain == pyc(module).stat().st_size - 16
    assert sizes[0] > plain
    assert sizes == [sizes[0]] * 3
    assert len(code_files(module)) == 1


def test_who_writes_the_pyc_file_prepares_it(project: Project) -> None:
    """The first process compiles the source; what it keeps is for those that load what it wrote."""
    project.write_bytecode()
    project.write("mod.py", MODULE)
    project.write("app.py", READS + APP)
    assert "bytes" not in project.run("app.py").text
    first = report(project)
    (kept,) = code_files(project)
    content = kept.read_bytes()
    for _ in range(2):
        assert int(re.sub(r"\D", "", project.run("app.py").text)) > pyc(project).stat().st_size
        assert report(project)["mod.py"] == first["mod.py"]
    assert code_files(project) == [kept]
    assert kept.read_bytes() == content


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_what_was_shared_is_shared(module: Project, mode: str) -> None:
    """The same objects are the same ones, and equal ones that were two are two."""
    module.write(
        "app.py",
        """
        import itertools, mod, types
        functions = [each for each in vars(mod).values() if isinstance(each, types.FunctionType)]
        found = [mod.PAIR, mod.NAMES, mod.default(1), mod.first(), mod.second()]
        for each in functions:
            code = each.__code__
            found += [code.co_names, *code.co_consts, code.co_name, code.co_filename, each.__defaults__]
        found += [item for each in found if isinstance(each, tuple) for item in each]
        for group in found, [each.__code__.co_consts for each in functions]:
            print(len(group))
            for (i, one), (j, other) in itertools.combinations(enumerate(group), 2):
                if one is other:
                    print(i, j, type(one).__name__)
        print(mod.default(1))
        """,
    )
    plain = module.python("app.py").text
    assert plain.count("\n") > 50
    for _ in range(2):
        assert module.run("--mode", mode, "app.py").text == plain


def test_what_was_moved_counts_where_it_is(module: Project) -> None:
    """The file name in a moved .pyc file is not the one that importlib gives it."""
    module.run("app.py")
    (module.path / "there").mkdir()
    for name in ("mod.py", "__pycache__"):
        (module.path / name).rename(module.path / "there" / name)
    for _ in range(2):
        module.run("app.py", PYTHONPATH="there")
        assert module.counts("there/mod.py")[4] == 1
        assert module.measured() == {"app.py", "there/mod.py"}


def test_another_source_of_the_same_code_is_another_file(module: Project) -> None:
    """A .pyc file that is not checked goes with any source; the report is about the one that was there."""
    compiled = "import py_compile; py_compile.compile('mod.py', invalidation_mode=%s)"
    module.python("-c", compiled % "py_compile.PycInvalidationMode.UNCHECKED_HASH")
    module.run("app.py")
    first = report(module)
    module.write("mod.py", MODULE + "# more\n")
    for _ in range(2):
        assert module.run("app.py").errors == ""
        shown = module.blockcov("report")
        assert (shown.status, shown.errors) == (0, "")
        assert report(module)["mod.py"]["lines"] == first["mod.py"]["lines"]


def test_what_is_damaged_is_made_again(module: Project) -> None:
    module.run("app.py")
    first = report(module)
    (kept,) = code_files(module)
    content = kept.read_bytes()
    for at in range(70, len(content), len(content) // 8):
        kept.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        done = module.run("app.py")
        assert done.errors == ""
        assert report(module) == first
        for other in code_files(module):
            if other != kept:
                other.unlink()
    kept.write_bytes(content[: len(content) // 2])
    assert module.run("app.py").errors == ""
    assert report(module) == first


def entries(path: Path) -> Iterator[tuple[bytes, int, int]]:
    """Name, begin and end of each entry of a file of maps or of code."""
    content, at = path.read_bytes(), 0
    while at < len(content):
        (size,) = struct.unpack_from("=Q", content, at + 24)
        yield content[at + 32 : at + 48], at + 64, at + 64 + size
        at += 64 + size


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_the_original_is_in_the_map(module: Project, mode: str) -> None:
    """Links find it in what is prepared, or, if that is damaged, where reports find it."""
    module.write("app.py", "import mod\nprint(mod.risky.__code__.co_code.hex(), list(mod.risky.__code__.co_lines()))\n")
    plain = module.python("app.py").text
    module.run("--mode", mode, "app.py")
    (kept,) = code_files(module)
    maps = {name for path in (module.path / ".blockcov/maps").iterdir() for name, _, _ in entries(path)}
    content = bytearray(kept.read_bytes())
    places = [(begin, end) for name, begin, end in entries(kept) if name in maps]
    assert len(places) == 1  # mod.py's: the main script is not loaded from a .pyc file
    for begin, end in places:
        content[begin:end] = bytes(end - begin)
    kept.write_bytes(content)
    for options in (["--append"], []):  # with the map of the first run, and without
        assert module.run("--mode", mode, *options, "app.py").text == plain
        assert code_files(module) == [kept]


def test_who_asks_a_loader_gets_what_compile_made(module: Project) -> None:
    """Code that is not on its way to exec() is not rewritten, and a module that did not run is not reported."""
    module.write(
        "app.py",
        """
        import importlib.util, marshal
        code = importlib.util.find_spec("mod").loader.get_code("mod")
        print(code == compile(open("mod.py", "rb").read(), code.co_filename, "exec"))
        with open(importlib.util.cache_from_source("mod.py"), "rb") as file:
            print(marshal.loads(file.read()[16:]) == code)
        """,
    )
    for _ in range(2):
        assert module.run("app.py").text == "True\nTrue\n"
        assert module.measured() == {"app.py"}


def test_reloading_and_forking_add_up(module: Project) -> None:
    module.write(
        "app.py",
        """
        import importlib, mod, os
        old = mod.first
        importlib.reload(mod)
        assert old.__code__ == mod.first.__code__ and old.__code__ is not mod.first.__code__
        old(), mod.first()
        if os.fork():
            os.wait()
        else:
            importlib.reload(mod).first()
        """,
    )
    for _ in range(2):
        module.run("app.py")
        counts = module.counts("mod.py")
        lines = {text: number for number, text in enumerate(MODULE.splitlines(), 1)}
        assert counts[lines["import sys"]] == 3
        first = next(number for text, number in lines.items() if text.startswith("def first"))
        assert counts[first] == 3 + 3  # the statement and, on the same line, the body


EVERY_MODULE = """
import builtins, gc, importlib.util, json, marshal, pathlib, sys, types
sys.path.insert(0, {bench!r})
import import_cost
from import_whole import FromMemory
from blockcov import _blockcov

taken = []
plain_exec = builtins.exec
_blockcov.start("data", {mode!r}, lambda name: True, print)
builtins.exec = lambda code, namespace: taken.append(code)

def shape(value):
    if isinstance(value, (tuple, frozenset)):
        items = map(shape, value)
        return type(value), list(items) if isinstance(value, tuple) else sorted(items, key=repr)
    return type(value), repr(value)

def rewritten(code):
    inner = _blockcov.internals(code)
    constants = [each if not isinstance(each, types.CodeType) else rewritten(each) for each in inner.pop("co_consts")]
    kinds = [type(each).__name__ for each in constants if type(each).__module__ == "blockcov._blockcov"]
    plain = [shape(each) for each in constants if type(each).__module__ != "blockcov._blockcov"]
    return inner, kinds, plain, code.co_names, code.co_varnames, code.co_cellvars, code.co_freevars

def places():
    return {{path.name: path.stat().st_size for path in pathlib.Path("data/maps").iterdir()}}

units = []
for name in import_cost.NAMES.split()[{part}::4]:
    spec = importlib.util.find_spec(name)
    if not spec or not spec.origin or not spec.origin.endswith(".py"):
        continue
    code = compile(pathlib.Path(spec.origin).read_bytes(), spec.origin, "exec", dont_inherit=True)
    loader = FromMemory(name, spec.origin)
    loader.pyc = importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code)
    loader.exec_module(types.ModuleType(name))
    units.append((code, taken.pop()))
maps = places()
for code, loaded in units:
    assert _blockcov.is_instrumented(loaded)
    copied = _blockcov.instrument(code)
    assert rewritten(copied) == rewritten(loaded), code.co_filename
    assert copied == loaded == code and hash(copied) == hash(loaded) == hash(code)
    assert marshal.loads(marshal.dumps(loaded)) == code
assert places() == maps, "the same unit has one map, however it was read"
print(len(units))
"""


@pytest.mark.parametrize("mode", ["counts", "hits"])
@pytest.mark.parametrize("part", range(2))
def test_it_is_the_same_code_as_a_copy(project: Project, mode: str, part: int) -> None:
    """Modules of the standard library; none is executed."""
    bench = str(Path(__file__).resolve().parent.parent / "bench/interpreter")
    project.write("app.py", EVERY_MODULE.format(bench=bench, mode=mode, part=part))
    (project.path / "data").mkdir()
    done = project.python("-W", "ignore", "app.py")
    assert done.status == 0, done.errors
    assert int(done.text) > 10, sys.version
