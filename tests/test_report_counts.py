"""What the extension counts for reports equals what `analyse` finds in the resolved units, one file at a time."""

from __future__ import annotations

import io
import re
import sys
import tokenize
import warnings
from pathlib import Path

import pytest

from blockcov import _blockcov, data
from blockcov.analysis import Source, SourceError, analyse
from blockcov.analysis.source import LogicalLine, logical_lines
from blockcov.config import Options
from blockcov.report.numbers import numbers_of
from blockcov.report.regions import find_regions
from blockcov.select import canonical
from blockcov.unmeasured import leave_out_unmeasured
from tests.project import Project

PROGRAMS = Path(__file__).parent / "programs"
STDLIB = Path(io.__file__).parent
RUN_ALL = """
import contextlib, pathlib, runpy, sys
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    with contextlib.suppress(BaseException):
        runpy.run_path(str(path), run_name="__main__")
"""


def join(units: list[_blockcov.Unit]) -> list[_blockcov.Code]:
    codes: list[_blockcov.Code] = []
    for unit in units:
        base = len(codes)
        codes += [{**code, "parent": code["parent"] + base if code["parent"] >= 0 else -1} for code in unit["codes"]]
    return codes


def check(data_dir: Path, least: int) -> None:
    """Compare all files of a data directory, loaded in both ways, with `analyse`."""
    units, errors = _blockcov.read([str(data_dir)], detail=True)
    assert not errors
    options = Options()
    options.data_dir = str(data_dir)
    loaded = data.load(options)
    assert not loaded.damaged
    assert not loaded.stale
    assert len(loaded.files) >= least
    brief = {file.path: file for file in data.load(options, everything=False).files}
    for file in loaded.files:
        codes = join([unit for unit in units if canonical(unit["filename"]) == file.path])
        expected = analyse(file.path, file.source, codes)
        leave_out_unmeasured(expected, file.tree, codes)
        if "hits" in file.modes:
            data.keep_hits(expected)
        assert file.analysis == expected
        assert file.numbers == brief[file.path].numbers == numbers_of(expected)
        assert file.unmeasured == brief[file.path].unmeasured == expected.unmeasured
        assert file.regions == find_regions(file.tree)


@pytest.mark.parametrize("mode", ["counts", "hits"])
def test_programs(project: Project, mode: str) -> None:
    directory = project.path / "programs"
    directory.mkdir()
    for path in PROGRAMS.glob("*.py"):
        source = path.read_bytes()
        try:
            compile(source, path.name, "exec", dont_inherit=True)
        except SyntaxError:
            continue  # for a later version
        (directory / path.name).write_bytes(source)
    project.write("run_all.py", RUN_ALL)
    project.blockcov("run", "--mode", mode, "run_all.py", directory)
    check(project.path / ".blockcov", least=20)


def test_several_units_of_a_file(project: Project) -> None:
    project.write("app.py", "def f(n):\n    return n and [i for i in n if i] or (lambda: 0)\n\n\nf([0, 1])\n")
    project.write(
        "other.py", "import app\nexec(compile(open(app.__file__).read()[:-10], app.__file__, 'exec'))\nf([])\n"
    )
    project.write("main.py", "import app, other\napp.f([1])\n")
    project.run("main.py")
    check(project.path / ".blockcov", least=2)
    project.run("--append", "main.py")
    check(project.path / ".blockcov", least=2)


@pytest.mark.slow
def test_standard_library(project: Project) -> None:
    drivers = Path(__file__).parent / "drivers"
    for driver in sorted(drivers.glob("drive_*.py")):
        project.blockcov("run", "--append", f"--source={STDLIB}", driver)
    shards = list((project.path / ".blockcov/shards").glob("*.shard"))
    assert shards
    (project.path / ".blockcov/sources.json").unlink(missing_ok=True)  # only what was imported
    check(project.path / ".blockcov", least=20)


# -- logical lines -------------------------------------------------------------------------------------------

ODD = [
    "",
    "\n\n",
    "# only a comment",
    "x = 1",
    "x = (1,\n     2)  # end\ny = [\n\n]\n",
    'def f():\n    """Doc\n    string"""\n    return """a\nb""", {\n  1: 2}\n',
    "if x: y = 1; z = lambda a: a\nelif (y :=\n   3): pass\nelse:\n\tpass\n",
    "x = 'a\\\nb'\ny = 1 + \\\n    2\n",
    "class A:\n  # comment\n    # another\n  def f(self): return self[1:2, ::3]\n\n  x: int = 3\nz = 0\n",
    "if 1:\n\tif 2:\n\t    x\n\ty\n",
    "x = r'\\a' + rb'\\\\' + b'\\'' + u''\ny = ''''''\n",
    "x = f'{a}' f\"{b!r:>{w}}\" + f'''{\nc\n}''' + F'{{}}' + rf'\\{d}'\n",
    "x = f'{a:{b}}:{c}' ; y: str = f\"{d['e']}\"\n",
    "match x:\n  case {'a': [1, *_]}: y\n  case A(b=1) if c: z\n",
    "x = 1if 1else 2\né = 'ü'; π: float\n",
    "\f\nx = 1\n\f    # comment\ndef f():\n\f    return 1\n" if sys.version_info >= (3, 12) else "\f\nx = 1\n",
    "@a(\n)\ndef f(\n a: b\n) -> c: pass\n",
    "async def f():\n    async with a as b, c: await d\n    async for e in f: pass\n",
]
if sys.version_info >= (3, 12):
    ODD += [
        'x = f\'{a[\'b\']}\' + f"{"c" + f"{d:"}"\n'[:0] + "x = f'{a['b']}' + f\"{\"c\"}\"\n",
        "x = f'{f'{f'{1}'}'}'\ny = f'{x:{'>' + '5'}}'\n",
        "x = f'''{\n  a  # comment '''\n  ['b']:\n}'''\ny = 1\n",
        "x = f'\\N{LATIN SMALL LETTER A}{b}' + fr'\\N{c}' + f'\\{d}'\n",
        "f'''a\nb{c}\n''' ; d = 1\ne\n",
        "def f[T: int](a: T) -> T: return {b: c for b in a}\ntype A[B] = B\n",
    ]


def by_tokens(source: Source) -> list[LogicalLine]:
    return logical_lines(tokenize.generate_tokens(io.StringIO(source.text).readline))


@pytest.mark.parametrize("text", ODD)
def test_logical_lines_of_odd_sources(text: str) -> None:
    source = Source("odd.py", text.encode())
    assert source.logical_lines() == by_tokens(source)


def test_the_scanner_is_used() -> None:
    assert _blockcov.logical_lines("if x:\n  y = (\n1)\n") == [(1, 1, 1, 0, (1,)), (2, 3, 2, 1, ())]


def test_a_scanner_that_gives_up_is_replaced() -> None:
    for text in ("if x:\n\\\n  y = 1\nz = 0\n", "if 1:\n    x = 1\n    \\\n\ny = 0\n"):
        assert _blockcov.logical_lines(text) is None
        source = Source("odd.py", text.encode())
        assert source.logical_lines() == by_tokens(source)


def test_broken_sources_do_no_harm() -> None:
    whole = "def f(a):\n  x = f'{a:{b}} {c!r}' + '''d\n''' ; y = {1: [2]}  # e\n  return '\\\\', b'\\''\n"
    for size in range(len(whole)):
        _blockcov.logical_lines(whole[:size])
        _blockcov.logical_lines(whole[size:])
        _blockcov.logical_lines(whole[:size] + "\0" + whole[size:])
    _blockcov.logical_lines("f'" + "{f'" * 10_000)
    _blockcov.logical_lines("(" * 100_000)


def test_logical_lines_of_the_standard_library() -> None:
    scanned = 0
    files = [path for path in sorted(STDLIB.rglob("*.py")) if "site-packages" not in path.parts]
    files = [path for path in files if not re.search("lib2to3.tests|badsyntax", str(path))]
    for path in files[:: 1 if len(files) < 100 else 3]:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                source = Source(str(path), path.read_bytes())
        except SourceError:
            continue
        scanned += _blockcov.logical_lines(source.text) is not None
        try:
            expected = by_tokens(source)
        except (tokenize.TokenError, SyntaxError):
            continue
        assert source.logical_lines() == expected, path
    assert scanned > 200
