"""What `run` imports before the program starts, and that what it does without the rest means the same."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from blockcov import start_text
from blockcov.errors import Failure
from blockcov.parser import build_parser
from blockcov.run_words import scan
from tests.project import Project

HEADER = "import time: self [us] | cumulative | imported package\n"

# What the interpreter's own C code offers without a file to read.
BUILT_IN = {"_json", "_collections", "_functools", "atexit"}


def imported(errors: str) -> list[set[str]]:
    """Give the modules that each of the processes imported, from what `-X importtime` wrote."""
    return [
        {line.rpartition("|")[2].strip() for line in part.splitlines() if line.startswith("import time:")}
        for part in errors.split(HEADER)[1:]
    ]


def added(plain: set[str], measured: set[str]) -> set[str]:
    """Give the modules other than blockcov's own and built-in ones that only the measured process imported."""
    return {name for name in measured - plain - BUILT_IN if name.partition(".")[0] != "blockcov"}


@pytest.mark.parametrize(
    "options",
    [[], ["--mode=hits"], ["--data-dir", "d"], ["--append"], ["--source=."], ["--source", "app.py", "--append"]],
    ids=" ".join,
)
def test_run_imports_nothing_beyond_the_interpreter_and_itself(project: Project, options: list[str]) -> None:
    project.write("app.py", "print('ran')")
    project.write("module.py", "")
    project.write("pyproject.toml", "[project]\nname = 'app'\n")
    as_module = imported(project.python("-X", "importtime", "-m", "module").errors)[0]
    as_script = imported(project.python("-X", "importtime", "app.py").errors)[0]
    for _ in range(2):  # the second finds measurements to erase
        result = project.python("-X", "importtime", "-m", "blockcov", "run", *options, "app.py")
        assert result.text == "ran\n"
        command, program = imported(result.errors)
        assert "blockcov.run" in command
        assert added(as_module, command) == set()
        assert "blockcov.autostart" in program
        assert added(as_script, program) == set()


def test_program_finds_the_modules_of_plain_python(project: Project) -> None:
    project.write("app.py", "import sys; print(sorted(name for name in sys.modules if 'blockcov' not in name))")
    plain = set(eval(project.python("app.py").out))
    assert set(eval(project.run("app.py").out)) - plain <= BUILT_IN


WORDS = [
    "--mode",
    "--mode=hits",
    "--mode=",
    "--append",
    "--append=1",
    "--source",
    "--source=a, b,,c",
    "--include=*.py",
    "--omit",
    "--data-dir=d",
    "--data-dir",
    "--rcfile",
    "--rc",
    "-h",
    "--help",
    "-x",
    "hits",
    "counts",
    "",
    "-5",
    "--",
    "a b",
]


def test_plain_command_lines_mean_what_argparse_says(capsys: pytest.CaptureFixture[str]) -> None:
    parser = build_parser()
    plain = 0
    for length in range(4):
        for words in itertools.product(WORDS, repeat=length):
            found = scan(list(words))
            if found is None:
                continue
            plain += 1
            given = vars(parser.parse_args(["run", *words]))
            assert found == {
                name: value for name, value in given.items() if value is not None and name not in ("command", "version")
            }, words
    assert plain > 200
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "words", [["--mode", "guess"], ["--mode"], ["-h"], ["--append=1"], ["stray"], ["--source", "-x"]], ids=" ".join
)
def test_unusual_command_lines_are_left_to_argparse(words: list[str]) -> None:
    assert scan(words) is None
    with pytest.raises((Failure, SystemExit)):
        build_parser().parse_args(["run", *words])


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ('[tool.blockcov]\nmode = "hits"', "hits"),
        ('["to\\u006fl"."block\\u0063ov"]\nmode = "hits"', "hits"),
        ('["\\U00000074ool"."blockcov"]\nmode = "hits"', "hits"),
        ('tool = {"blockcov" = {mode = "hits"}}', "hits"),
        ('[tool.coverage]\nmode = "hits"', "counts"),
        ("[tool.other]\nbroken = ", "counts"),  # somebody else's
    ],
)
def test_configuration_is_looked_for_in_files_that_mention_it(project: Project, text: str, mode: str) -> None:
    project.write("pyproject.toml", text)
    assert f"mode: {mode} " in " ".join(project.blockcov("debug", "config").text.split())


VALUES: list[object] = [{}, {"a": ['é\udc80\x00"\\', "\u2028"], "b": [], "main": 1 << 40}, [[""], "x"], 5]


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_json_without_the_package(value: object) -> None:
    text = start_text.dumps(value)
    assert text == json.dumps(value, ensure_ascii=False)
    assert start_text.loads(f" {text}\n") == value


@pytest.mark.parametrize("text", ["", " ", "{", "{]", "[1] 2", "[1", "x", '"\n"'], ids=ascii)
def test_text_that_is_no_json(text: str) -> None:
    with pytest.raises(ValueError):
        start_text.loads(text)


def test_symbolic_links_to_directories_and_files(project: Project) -> None:
    outside = project.path.parent / "outside"
    for path in (outside / "linked.py", project.path / "real" / "inner.py"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("x = 1\n")
    (project.path / "linked.py").symlink_to(outside / "linked.py")
    (project.path / "other").symlink_to("real")
    (outside / "back.py").symlink_to(project.path / "real" / "inner.py")
    project.write("app.py", "import linked, other.inner, sys\nsys.path.append('../outside')\nimport back\n")
    project.run("app.py")
    assert project.measured() == {"app.py", str(Path("real") / "inner.py")}


def test_blank_configuration_file_needs_no_parser(project: Project) -> None:
    project.write("app.py", "print('here')")
    project.write("blank.toml", "\n  \n")
    result = project.python("-X", "importtime", "-m", "blockcov", "run", "--rcfile", "blank.toml", "app.py")
    assert result.text == "here\n"
    assert "tomllib" not in result.errors
