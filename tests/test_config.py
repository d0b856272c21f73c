"""Settings: our own files, coverage.py's files read as coverage.py reads them, and what is wrong with them."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import pytest

from blockcov import config
from blockcov.config import Options
from blockcov.config_file import data_dir_for, with_variables
from blockcov.errors import CONFIG, NO_INPUT, Failure
from tests.project import Project

pytestmark = pytest.mark.once("run")

# -- coverage.py's files -------------------------------------------------------------------------------------------

SAME = {
    "branch": "branch",
    "source_pkgs": "source_pkgs",
    "source_dirs": "source_dirs",
    "include": "run_include",
    "omit": "run_omit",
    "dynamic_context": "dynamic_context",
    "context": "context",
    "relative_files": "relative_files",
    "source": "source",
    "sqlite_output": "data_file",
    "report_include": "report_include",
    "report_omit": "report_omit",
    "include_namespace_packages": "include_namespace_packages",
    "exclude_lines": "exclude_list",
    "partial_branches": "partial_list",
    "partial_branches_always": "partial_always_list",
    "contexts": "report_contexts",
    "fail_under": "fail_under",
    "precision": "precision",
    "skip_covered": "skip_covered",
    "skip_empty": "skip_empty",
    "ignore_errors": "ignore_errors",
    "format": "format",
    "show_missing": "show_missing",
    "sort": "sort",
    "html_directory": "html_dir",
    "html_title": "html_title",
    "html_extra_css": "extra_css",
    "html_skip_covered": "html_skip_covered",
    "html_skip_empty": "html_skip_empty",
    "html_show_contexts": "show_contexts",
    "xml_output": "xml_output",
    "xml_package_depth": "xml_package_depth",
    "json_output": "json_output",
    "json_pretty_print": "json_pretty_print",
    "json_show_contexts": "json_show_contexts",
    "parallel": "parallel",
    "lcov_output": "lcov_output",
    "lcov_line_checksums": "lcov_line_checksums",
    "paths": "paths",
}
"""Our fields, and the attributes of coverage.py's configuration that hold the same."""
ADDED = {"exclude_lines": "exclude_also", "partial_branches": "partial_also"}
"""coverage.py appends the second to the first; we do when they are used."""

FULL_INI = """\
[{0}run]
branch = {1}
source =
    src
    other, third
source_pkgs = pkg.sub
source_dirs = a,b
omit = */vendor/*
    test_*.py
parallel = true
concurrency = multiprocessing
data_file = ~/data/.coverage.${{NAME-unit}}
dynamic_context = test_function
context = static
relative_files = on
plugins = some.plugin
disable_warnings = no-data-collected
[{0}report]
exclude_lines =
    pragma: no cover
    def __repr__
    if self\\.debug, x
exclude_also = raise NotImplementedError
partial_branches =
    pragma: no branch
partial_also = if VERBOSE
fail_under = 87.5
precision = 2
show_missing = yes
skip_covered = 1
skip_empty: off
sort = -Cover
format = markdown
ignore_errors = True
include = a/*, b/*
omit =
    c/*
contexts = one
    two
include_namespace_packages = true
[{0}html]
directory = ~/html
title = The $$ title of ${{NAME}}
extra_css = own.css
show_contexts = true
skip_covered = true
skip_empty = false
[{0}xml]
output = out/cov.xml
package_depth = 3
[{0}json]
output = out.json
pretty_print = true
show_contexts = true
[{0}lcov]
output = out.lcov
line_checksums = true
[{0}paths]
source =
    src
    /other/checkout/src
    c:\\myproj\\src
docs = ~/doc, x
[{0}some.plugin]
option = value
"""

FULL_TOML = r"""
[{0}run]
branch = {1}
source = ["src", "${{NAME-unit}}"]
source_pkgs = ["pkg.sub"]
omit = ["*/vendor/*", 'test_*.py']
data_file = "build/.coverage"
parallel = true
[{0}report]
exclude_also = [
    "if TYPE_CHECKING:",
    '''^\s*\.\.\.$''',
    "a[,]b",
]
partial_also = ["if DEBUG"]
fail_under = 90
precision = "1"
skip_empty = "true"
sort = "Miss"
[{0}html]
title = "of $NAME"
skip_covered = false
[{0}xml]
package_depth = 5
[{0}paths]
source = ["src", "*/site-packages"]
"""

CASES = {
    ".coveragerc": FULL_INI.format("", "True"),
    ".coveragerc with prefixes": FULL_INI.format("coverage:", "no"),
    "setup.cfg": "[metadata]\nname = x\n" + FULL_INI.format("coverage:", "yes"),
    "tox.ini": "[tox]\nenvlist = py\n[run]\nnot = ours\n" + FULL_INI.format("coverage:", "0"),
    "pyproject.toml": "[project]\nname = 'x'\n" + FULL_TOML.format("tool.coverage.", "true"),
    ".coveragerc.toml": FULL_TOML.format("", "false"),
    ".coveragerc.toml with prefixes": FULL_TOML.format("tool.coverage.", "true"),
    "pyproject.toml in lines": "[tool]\ncoverage.run.branch = true\ncoverage.report.fail_under = 3.5\n",
    ".coveragerc that is empty": "",
    ".coveragerc with comments": "# one\n; two\n[run]\n# three\nbranch = true\n  # four\nomit = a\n  # five\n  b\n",
    ".coveragerc with defaults": "[DEFAULT]\nbranch = true\nstray = 1\n[run]\nsource = x\n",
    ".coveragerc of other case": "[run]\nBranch = TRUE\nSource = X\n",
    "setup.cfg of others": "[metadata]\nname = coverage\n[tool:pytest]\naddopts = coverage:run\n",
    "pyproject.toml of others": "[project]\nname = 'coverage'\n[tool.coverage-other]\nbranch = 1\n",
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", ["", "set"])
def test_read_as_coverage_does(case: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coverage_config = pytest.importorskip("coverage.config")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NAME", raising=False)
    for variable in ("COVERAGE_FILE", "COVERAGE_RCFILE", "COVERAGE_DEBUG", "COVERAGE_CORE", "COVERAGE_FORCE_CONFIG"):
        monkeypatch.delenv(variable, raising=False)
    if name:
        monkeypatch.setenv("NAME", name)
    Path(case.split()[0]).write_text(CASES[case])
    theirs = coverage_config.read_coverage_config(True, warnings.warn)
    ours = config.load(None, {})
    used = theirs.config_file is not None
    assert ours.file == (os.path.basename(theirs.config_file) if used else "")
    wrong = {}
    for field, attribute in SAME.items():
        mine, other = getattr(ours, field), getattr(theirs, attribute)
        if field in ADDED:
            mine = mine + getattr(ours, ADDED[field])
        if field == "branch" and not used:
            other = True  # without a file of coverage.py, branches count
        if other is None or (field == "sort" and isinstance(other, str)):
            other = getattr(Options(), field) if other is None else other
        if mine != other:
            wrong[field] = (mine, other)
    assert wrong == {}


def test_order_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own, coverage = "[tool.blockcov]\ncontext = '{0}'\n", "[tool.coverage.run]\ncontext = '{0}'\n"
    texts = [
        ("pyproject.toml", coverage),
        ("tox.ini", "[coverage:run]\ncontext = {0}\n"),
        ("setup.cfg", "[coverage:run]\ncontext = {0}\n"),
        (".coveragerc.toml", "[run]\ncontext = '{0}'\n"),
        (".coveragerc", "[run]\ncontext = {0}\n"),
        ("pyproject.toml", own + coverage),
        ("blockcov.toml", "context = '{0}'\n"),
    ]
    for number, (name, text) in enumerate(texts):
        Path(name).write_text(text.format(number))
        options = config.load(None, {})
        assert (options.file, options.context) == (name, str(number))
        assert options.branch is (number >= 5)


@pytest.mark.parametrize(
    ("name", "text", "context"),
    [
        ("other.toml", "context = 'a'\n", "a"),
        ("other.toml", "[tool.blockcov.run]\ncontext = 'a'\n", "a"),
        ("other.toml", "[tool.coverage.run]\ncontext = 'a'\n", "a"),
        ("sub/.coveragerc.toml", "[run]\ncontext = 'a'\n", "a"),
        ("rc", "[run]\ncontext = a\n", "a"),
        ("rc", "[coverage:run]\ncontext = a\n[run]\ncontext = b\n", "a"),
        ("sub/setup.cfg", "[coverage:run]\ncontext = a\n", "a"),
        ("sub/pyproject.toml", "[project]\n", ""),
        ("blank.toml", " \n", ""),
    ],
)
def test_named_file(name: str, text: str, context: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("blockcov.toml").write_text("context = 'not this one'\n")
    Path("sub").mkdir()
    Path(name).write_text(text)
    assert config.load(name, {}).context == context


@pytest.mark.parametrize(
    ("file", "directory"),
    [
        (".coverage", ".blockcov"),
        ("build/.coverage", "build/.blockcov"),
        ("/x/.coverage.unit", "/x/.blockcov.unit"),
        ("cov.db", "cov.db.blockcov"),
    ],
)
def test_data_file(file: str, directory: str) -> None:
    assert data_dir_for(file) == directory


# -- our own -------------------------------------------------------------------------------------------------------


def test_sections_of_our_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("blockcov.toml").write_text(
        """\
        mode = "hits"
        omit = ["a"]
        fail-under = 70
        exclude_also = ["def __repr__"]
        [run]
        source = "lib, app"
        [report]
        omit = ["b"]
        precision = 3
        [html]
        skip_covered = true
        [sqlite]
        output = "x.db"
        [annotate]
        directory = "listings"
        [paths]
        source = ["src", "~/src"]
        """
    )
    options = config.load(None, {"fail_under": 80.0, "omit": None})
    assert (options.mode, options.omit, options.report_omit, options.source) == ("hits", ["a"], ["b"], ["lib", "app"])
    assert (options.fail_under, options.precision, options.html_skip_covered) == (80, 3, True)
    assert (options.sqlite_output, options.annotate_directory) == ("x.db", "listings")
    assert options.paths == {"source": ["src", os.path.expanduser("~/src")]}
    assert options.branch
    assert options.origin["fail_under"] == "command line"
    assert options.origin["precision"] == "blockcov.toml:9"
    assert options.origin["paths"] == "blockcov.toml:17"


def test_paths_of_a_file_elsewhere_count_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub/lib").mkdir(parents=True)
    Path("sub/x.toml").write_text(
        "source = ['lib', 'json']\nomit = ['a/*', '*/b', 'c.py']\ndata_dir = 'd'\n[html]\ndirectory = 'h'\n"
        "[json]\noutput = '-'\n"
    )
    options = config.load("sub/x.toml", {})
    sub = str(tmp_path / "sub")
    assert options.source == [f"{sub}/lib", "json"]
    assert options.omit == [f"{sub}/a/*", "*/b", "c.py"]
    assert (options.data_dir, options.html_directory, options.json_output) == (f"{sub}/d", f"{sub}/h", "-")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$A", "1"),
        ("x$A/y", "x1/y"),
        ("${A}b", "1b"),
        ("${A-z}", "1"),
        ("${NONE-z z}", "z z"),
        ("${NONE-}", ""),
        ("$NONE|", "|"),
        ("$$A $$", "$A $"),
        ("$ ${ $} $A.", "$ ${ $} 1."),
        ("${A?}", "1"),
    ],
)
def test_variables(text: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A", "1")
    monkeypatch.delenv("NONE", raising=False)
    assert with_variables(text) == value
    misc = pytest.importorskip("coverage.misc")
    assert misc.substitute_variables(text, os.environ) == value


def test_variables_stand_for_numbers_and_flags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LIMIT", "75")
    Path("blockcov.toml").write_text("fail_under = '$LIMIT'\nappend = '${APPEND-true}'\nomit = ['${LIMIT}/*']\n")
    options = config.load(None, {})
    assert (options.fail_under, options.append, options.omit) == (75, True, ["75/*"])


# -- what is wrong -------------------------------------------------------------------------------------------------

WRONG: list[tuple[str, str, str]] = [
    ("blockcov.toml", "sorce = ['a']\n", "1: unknown key 'sorce'; did you mean 'source'?"),
    ("blockcov.toml", "qq = 1\n", "1: unknown key 'qq'; known are annotate, append, branch, "),
    ("blockcov.toml", "\n[html]\ntittle = 'a'\n", "3: unknown key 'tittle' in [html]; did you mean 'title'?"),
    ("blockcov.toml", "[htm]\ntitle = 'a'\n", "2: unknown section 'htm'; did you mean 'html'?"),
    ("blockcov.toml", "timid = true\n", "1: unknown key 'timid'"),
    ("blockcov.toml", "append = 1\n", "1: append must be true or false, not 1"),
    ("blockcov.toml", "fail_under = '9'\n", "1: fail_under must be a number, not '9'"),
    ("blockcov.toml", "fail_under = 101\n", "1: fail_under must be between 0 and 100, not 101"),
    ("blockcov.toml", "precision = -1\n", "1: precision must not be negative, not -1"),
    ("blockcov.toml", "precision = 1.5\n", "1: precision must be a whole number, not 1.5"),
    ("blockcov.toml", "omit = [1]\n", "1: omit must be a list of strings, not [1]"),
    ("blockcov.toml", "sort = 'size'\n", "1: sort must be one of name, stmts, miss, branch, brpart, cover, not 'size'"),
    ("blockcov.toml", "mode = 'fast'\n", "1: mode must be one of counts, hits, not 'fast'"),
    ("blockcov.toml", "exclude_also = ['ok', '(']\n", "1: exclude_also has '(', which is no regular expression: "),
    ("blockcov.toml", "[json]\noutput = '${NO_SUCH?}'\n", "2: output: the environment variable NO_SUCH is not set"),
    ("blockcov.toml", "a = \n", "1: Invalid value"),
    ("pyproject.toml", "[tool]\nblockcov = 3\n", "2: tool.blockcov must be a table"),
    ("pyproject.toml", "[tool.blockcov]\n\n[tool.blockcov.xml]\ndepth = 3\n", "4: unknown key 'depth' in [xml]"),
    (".coveragerc", "[run]\nbranch = true\nsorce = x\n", "3: unknown key 'sorce' in [run]; did you mean 'source'?"),
    (".coveragerc", "[report]\nfail_under = many\n", "2: fail_under must be a number, not 'many'"),
    (".coveragerc", "[report]\nskip_empty = perhaps\n", "2: skip_empty must be true or false, not 'perhaps'"),
    (".coveragerc", "[report]\nexclude_also =\n    ok\n    a(\n", "2: exclude_also has 'a(', which is no regular"),
    (".coveragerc", "branch = true\n", "1: a setting before the first [section]"),
    (".coveragerc", "[run]\n\nbranch\n", "3: cannot be parsed: "),
    (".coveragerc", "[run]\nbranch = 1\nbranch = 2\n", "3: 'branch' stands in [run] twice"),
    (".coveragerc", "[run]\n[report]\n[run]\n", "3: there are two sections [run]"),
    ("setup.cfg", "[x]\n[coverage:html]\ndir = a\n", "3: unknown key 'dir' in [html]; did you mean 'directory'?"),
    ("pyproject.toml", "[tool.coverage.run]\nomit = 'a'\n", "2: omit must be a list of strings, not 'a'"),
    ("pyproject.toml", "[tool.coverage.report]\nprecision = 'x'\n", "2: precision must be a whole number, not 'x'"),
]


@pytest.mark.parametrize(("name", "text", "message"), WRONG)
def test_wrong(name: str, text: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(text)
    for rcfile in (None, name):
        with pytest.raises(Failure) as caught:
            config.load(rcfile, {})
        assert caught.value.status == CONFIG
        assert caught.value.message.startswith(f"{name}:{message}")
        assert "\n" not in caught.value.message


@pytest.mark.parametrize("name", ["blockcov.toml", "pyproject.toml", ".coveragerc"])
def test_unreadable(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(b"\xff")
    with pytest.raises(Failure, match="not UTF-8 at byte 0"):
        config.load(None, {})
    Path(name).unlink()
    Path(name).mkdir()
    with pytest.raises(Failure, match="Is a directory") as caught:
        config.load(None, {})
    assert caught.value.status == NO_INPUT


def test_wrong_globs_name_their_file(project: Project) -> None:
    project.write("app.py", "")
    project.write("blockcov.toml", "omit = ['a**b']\n[report]\ninclude = ['x[']\n")
    result = project.blockcov("run", "app.py")
    assert (result.status, result.out) == (CONFIG, b"")
    assert result.errors == "blockcov: error: blockcov.toml:1: file pattern 'a**b' cannot include 'a**'\n"
    project.run("--rcfile", os.devnull, "app.py")
    result = project.blockcov("report")
    assert (result.status, result.out) == (CONFIG, b"")
    assert "blockcov.toml:3: file pattern 'x['" in result.errors


# -- in commands ---------------------------------------------------------------------------------------------------


def test_debug_config_shows_every_value_and_its_place(project: Project) -> None:
    project.write(".coveragerc", "[run]\nomit = a,\n    b\ntimid = 1\n[covdefaults]\nx = y\n[paths]\nsrc = a, b\n")
    text = project.blockcov("debug", "config", "--data-dir", "d").text
    shown = {name: value.strip() for name, value in (line.split(":", 1) for line in text.splitlines())}
    assert set(config.DEFAULTS) <= set(shown)
    assert shown["configuration file"] == ".coveragerc"
    assert shown["omit"] == "a, b  [.coveragerc:2]"
    assert shown["branch"] == "False  [.coveragerc: coverage.py's default]"
    assert shown["paths"] == "src = a, b  [.coveragerc:8]"
    assert shown["data_dir"] == f"{project.path}/d  [command line]"
    assert shown["html_title"] == "Coverage report  [default]"
    assert shown["[run] timid"] == "(means nothing here)  [.coveragerc:4]"
    assert shown["[covdefaults] x"] == "(means nothing here)  [.coveragerc:6]"


def layout(project: Project) -> None:
    project.write("app.py", "import pkg.a, pkg.b\nif pkg.a.x:\n    y = 1\n")
    project.write("pkg/__init__.py", "")
    project.write("pkg/a.py", "x = 1\n")
    project.write("pkg/b.py", "def f():\n    return 1\n")
    project.write("pkg/sub/c.py", "x = 1\n")


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        ("[run]\nsource = pkg\n", {"pkg/__init__.py", "pkg/a.py", "pkg/b.py"}),
        ("[run]\nsource = .\nomit = */a.py\n", {"app.py", "pkg/__init__.py", "pkg/b.py"}),
        ("[run]\nsource_pkgs = pkg.b\n", {"pkg/b.py"}),
        ("[run]\nsource_dirs = pkg\n", {"pkg/__init__.py", "pkg/a.py", "pkg/b.py"}),
        ("[run]\ninclude = */a.py\n", {"pkg/a.py"}),
        ("[run]\nsource_pkgs = pkg\ninclude = */a.py\n", {"pkg/__init__.py", "pkg/a.py", "pkg/b.py"}),
        ("[report]\ninclude = pkg/*\n", {"pkg/__init__.py", "pkg/a.py", "pkg/b.py"}),
        ("[report]\nomit =\n  pkg/*\n", {"app.py"}),
        (
            "[run]\nsource = pkg\n[report]\ninclude_namespace_packages = true\n",
            {"pkg/__init__.py", "pkg/a.py", "pkg/b.py", "pkg/sub/c.py"},
        ),
    ],
)
def test_same_files_as_coverage(project: Project, text: str, measured: set[str]) -> None:
    layout(project)
    project.write(".coveragerc", text)
    project.run("app.py")
    assert project.measured() == measured
    assert project.python("-m", "coverage", "run", "app.py").status == 0
    theirs = project.python("-m", "coverage", "report", "--format=markdown").text
    assert {line.split("|")[1].strip().replace("\\", "") for line in theirs.splitlines()[2:-1]} == measured


def test_source_directory_that_is_not_there(project: Project) -> None:
    project.write("app.py", "print('ran')")
    project.write(".coveragerc", "[run]\nsource_dirs = nowhere\n")
    result = project.blockcov("run", "app.py")
    assert (result.status, result.out) == (NO_INPUT, b"")
    assert ".coveragerc:2: source_dirs: there is no directory nowhere" in result.errors


def rows(table: str) -> list[list[str]]:
    """Give the words of each line but rules, blank lines and our line of totals."""
    lines = [line for line in table.splitlines() if "--" not in line and not line.startswith("lines ")]
    return [line.split() for line in lines if line]


@pytest.mark.parametrize("precision", [0, 1, 3])
@pytest.mark.parametrize("branch", [False, True])
def test_same_table_as_coverage(project: Project, branch: bool, precision: int) -> None:
    layout(project)
    project.write("half.py", "def f(n):\n    if n:\n        return 1\n    return 2\nf(1)\n")
    project.write("app.py", "import pkg.a, pkg.b, half\nif pkg.a.x:\n    y = 1\n")
    project.write(
        ".coveragerc", f"[run]\nbranch = {branch}\n[report]\nprecision = {precision}\nskip_empty = 1\nsort = -miss\n"
    )
    project.run("app.py")
    ours = project.blockcov("report")
    assert project.python("-m", "coverage", "run", "app.py").status == 0
    theirs = project.python("-m", "coverage", "report")
    assert rows(ours.text) == rows(theirs.text)
    for limit in ("89.4", "83.1", "82.4", "85.71", "100", "0"):
        ours = project.blockcov("report", "--fail-under", limit)
        theirs = project.python("-m", "coverage", "report", "--fail-under", limit)
        assert (ours.status, limit) == (theirs.status, limit)


def test_branches_that_were_asked_for_on_the_command_line(project: Project) -> None:
    project.write(".coveragerc", "[run]\n")
    project.write("app.py", "if print():\n    x = 1\n")

    def header() -> list[str]:
        return project.blockcov("report").text.split("\n")[0].split()

    project.run("app.py")
    assert header() == ["Name", "Stmts", "Miss", "Cover"]
    project.run("--branch", "app.py")
    assert header() == ["Name", "Stmts", "Miss", "Branch", "BrPart", "Cover"]
    project.run("--append", "app.py")
    assert "Branch" in header()
    project.run("app.py")
    assert "Branch" not in header()
    (project.path / ".coveragerc").unlink()
    assert "Branch" in header()


def test_outputs_of_the_file(project: Project) -> None:
    project.write(
        "blockcov.toml", "[json]\noutput = 'out.json'\npretty_print = true\n[annotate]\ndirectory = 'listings'\n"
    )
    project.write("app.py", "x = 1\n")
    project.run("app.py")
    assert project.blockcov("json").status == 0
    assert (project.path / "out.json").read_text().startswith('{\n    "meta"')
    assert project.blockcov("annotate").status == 0
    assert (project.path / "listings/app.py.cover").exists()
    assert project.blockcov("json", "-o", "other.json").status == 0
    assert (project.path / "other.json").exists()


def values_of(options: Options) -> dict[str, Any]:
    return {name: getattr(options, name) for name in config.DEFAULTS}


def test_every_field_can_be_set_in_a_file() -> None:
    from blockcov.config_keys import COVERAGE, OWN

    fields = {key.field for keys in OWN.values() for key in keys.values()} | {"paths"}
    assert fields == set(config.DEFAULTS)
    assert {key.field for keys in COVERAGE.values() for key in keys.values() if key.field} <= fields
    assert values_of(Options()) == config.DEFAULTS


GUIDE = Path(__file__).parents[1] / "docs" / "guide.md"


def test_every_key_is_in_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from blockcov.config_keys import OWN

    guide = GUIDE.read_text(encoding="utf-8")
    example = next(part for part in guide.split("```") if part.startswith("toml\n# blockcov.toml")).removeprefix(
        "toml\n"
    )
    monkeypatch.chdir(tmp_path)
    Path("blockcov.toml").write_text(example)
    options = config.load(None, {})
    assert options.report_omit == ["*/generated/*"]
    assert options.paths == {"source": ["src", "/ci/*/src"]}
    section = guide[guide.index("## Settings in a file") : guide.index("## Exit status")]
    assert [name for keys in OWN.values() for name in keys if name not in section] == []
