"""The command line: bad input, exit statuses, configuration."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.options_page import REPORTS
from tests.project import KEEPS_CODE, Project, Result, clean_environment

COMMANDS = ["run", "combine", *REPORTS, "erase", "debug"]


def refused(result: Result, status: int, *words: str) -> None:
    """Check: this status, nothing on stdout, one line on stderr, which has these words."""
    assert result.status == status, result.errors
    assert result.out == b""
    assert result.errors.startswith("blockcov: error: ")
    assert result.errors.count("\n") == 1
    for word in words:
        assert word in result.errors


def measured(project: Project, text: str = "x = 1\n") -> None:
    project.write("app.py", text)
    project.run("app.py")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(project: Project, command: str) -> None:
    result = project.blockcov(command, "--help")
    assert result.status == 0
    assert f"  blockcov {command}" in result.text.partition("examples:")[2]
    assert "--data-dir" in result.text


def test_help_lists_commands_and_statuses(project: Project) -> None:
    text = project.blockcov("--help").text
    assert all(f"    {command} " in text for command in COMMANDS)
    assert "  66  no such script" in text


def test_version(project: Project) -> None:
    text = project.blockcov("--version").text
    assert text.startswith("blockcov ")
    assert text.endswith(f"dialect {sys.version_info[0]}.{sys.version_info[1]}\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["no command"]),
        (["frobnicate"], ["frobnicate"]),
        (["--frobnicate"], ["--frobnicate"]),
        (["run"], ["no program"]),
        (["run", "--append"], ["no program"]),
        (["run", "-m"], ["-m"]),
        (["run", "-c"], ["-c"]),
        (["run", "--mode", "guess", "app.py"], ["--mode", "guess"]),
        (["run", "--frobnicate", "app.py"], ["--frobnicate"]),
        (["run", "--mode"], ["--mode"]),
        (["run", "--placement", "guess", "app.py"], ["--placement", "guess"]),
        (["run", "--omit", "a[", "app.py"], ["a["]),
        (["report", "--format", "poem"], ["poem"]),
        (["report", "--fail-under", "x"], ["--fail-under"]),
        (["report", "--fail-under", "101"], ["101"]),
        (["report", "stray"], ["stray"]),
        (["debug"], ["topic"]),
        (["debug", "dis"], ["needs a file"]),
        (["debug", "sys", "app.py"], ["takes no file"]),
    ],
    ids=" ".join,
)
def test_wrong_usage(project: Project, arguments: list[str], words: list[str]) -> None:
    project.write("app.py", "print('ran')")
    refused(project.blockcov(*arguments), 64, *words)


def test_unknown_sort_column(project: Project) -> None:
    measured(project)
    refused(project.blockcov("report", "--sort", "size"), 64, "size", "brpart")


def test_missing_script(project: Project) -> None:
    refused(project.blockcov("run", "nothing.py"), 66, "nothing.py")
    assert not (project.path / ".blockcov").exists()


def test_directory_without_main(project: Project) -> None:
    project.write("folder/other.py", "")
    refused(project.blockcov("run", "folder"), 66, "folder", "__main__")


def test_nothing_of_the_sources_ran(project: Project) -> None:
    project.write("app.py", "")
    project.run("--source=other", "app.py")
    refused(project.blockcov("report"), 66, "no measurements")


def test_combine_what_is_not_there(project: Project) -> None:
    refused(project.blockcov("combine", "nothing"), 66, "nothing")


def test_erase(project: Project) -> None:
    assert project.blockcov("erase") == Result(0, b"", b"")
    measured(project)
    assert project.blockcov("erase") == Result(0, b"", b"")
    refused(project.blockcov("report"), 66)
    assert (project.path / "app.py").exists()


def test_data_dir_cannot_be_created(project: Project) -> None:
    project.write("app.py", "print('ran')")
    project.write("file", "text")
    refused(project.blockcov("run", "--data-dir", "file", "app.py"), 73, "file")
    refused(project.blockcov("run", "--data-dir", "file/sub", "app.py"), 73, "file/sub")
    refused(project.blockcov("run", "--data-dir", "/proc/blockcov", "app.py"), 73, "/proc/blockcov")


def test_shards_cannot_be_created(project: Project) -> None:
    project.write("app.py", "print('ran')")
    project.write("data/shards", "a file where a directory belongs")
    refused(project.blockcov("run", "--append", "--data-dir", "data", "app.py"), 73, "data")


def test_output_cannot_be_written(project: Project) -> None:
    measured(project)
    refused(project.blockcov("json", "-o", "no/such/dir.json"), 73, "no/such/dir.json")
    refused(project.blockcov("annotate", "-d", "app.py"), 73, "app.py")
    assert not (project.path / "no").exists()


def test_output_replaces_the_old_file_at_once(project: Project) -> None:
    measured(project)
    old = project.write("out.json", "old")
    (project.path / "link.json").symlink_to("out.json")
    assert project.blockcov("json", "-o", "link.json").status == 0
    assert (project.path / "link.json").is_symlink()
    assert old.read_text().startswith("{")
    assert not list(project.path.glob("*.tmp"))


def test_python_without_site(project: Project) -> None:
    project.write("app.py", "print('ran')")
    import blockcov

    assert blockcov.__file__
    top = str(Path(blockcov.__file__).parents[1])
    refused(project.python("-S", "-m", "blockcov", "run", "app.py", PYTHONPATH=top), 69, "-S")


def other_interpreters() -> list[str]:
    """Find interpreters that blockcov does not support, through pyenv and on the path."""
    found = [path for name in ("python3.8", "python3.9", "python3.10", "pypy3") if (path := shutil.which(name))]
    pyenv = shutil.which("pyenv")
    if pyenv:
        root = subprocess.run([pyenv, "root"], capture_output=True, text=True, check=False).stdout.strip()
        found += [str(path) for path in sorted(Path(root).glob("versions/3.*/bin/python"))]
    unsupported = []
    for path in found:
        check = "import sys; print(sys.version_info >= (3, 8) and not (3, 11) <= sys.version_info < (3, 15))"
        done = subprocess.run([path, "-c", check], capture_output=True, text=True, check=False)
        if done.stdout.strip() == "True":
            unsupported.append(path)
    return unsupported


def test_unsupported_interpreter(project: Project) -> None:
    import blockcov

    interpreters = other_interpreters()
    if not interpreters:
        pytest.skip("no unsupported interpreter is installed")
    assert blockcov.__file__
    environment = clean_environment({"PYTHONPATH": str(Path(blockcov.__file__).parents[1])})
    project.write("app.py", "print('ran')")
    for interpreter in interpreters:
        for arguments in (["run", "app.py"], ["report"], ["--version"]):
            done = subprocess.run(
                [interpreter, "-m", "blockcov", *arguments],
                cwd=project.path,
                env=environment,
                capture_output=True,
                check=False,
            )
            refused(Result(done.returncode, done.stdout, done.stderr), 69, "CPython 3.11", interpreter)


def test_unsupported_interpreter_as_a_child_runs_unmeasured(project: Project) -> None:
    import blockcov

    interpreters = other_interpreters()
    if not interpreters:
        pytest.skip("no unsupported interpreter is installed")
    assert blockcov.__file__
    package = Path(blockcov.__file__).parent
    paths = os.pathsep.join([str(package / "site"), str(package.parent)])
    for interpreter in interpreters:
        done = subprocess.run(
            [interpreter, "-c", "print('ran')"],
            env=clean_environment({"PYTHONPATH": paths, "BLOCKCOV_START": '{"data_dir": "x"}'}),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, "ran\n")
        assert done.stderr.count("\n") == 1
        assert "is not measured" in done.stderr


@pytest.mark.parametrize("value", ["", "{", "[]", "{}", "nonsense", '{"data_dir": "/proc/x", "mode": "counts"}'])
def test_broken_start_variable_does_not_break_the_child(project: Project, value: str) -> None:
    result = project.python("-c", "print('ran')", BLOCKCOV_START=value)
    assert (result.status, result.out) == (0, b"ran\n")
    assert result.errors.count("\n") == (1 if value else 0)


def test_configuration_file(project: Project) -> None:
    project.write(
        "pyproject.toml",
        """
        [tool.other]
        mode = 3
        [tool.blockcov]
        data_dir = "build/cov"
        source = ["lib", "app"]
        omit = "a.py, b.py"
        append = true
        fail-under = 80
        """,
    )
    (project.path / "lib").mkdir()
    text = project.blockcov("debug", "config").text
    rows = {line.split(":")[0]: line.split(None, 1)[1] for line in text.splitlines()}
    assert rows["data_dir"] == f"{project.path}/build/cov  [pyproject.toml:5]"
    assert rows["source"] == "lib, app  [pyproject.toml:6]"
    assert rows["omit"] == "a.py, b.py  [pyproject.toml:7]"
    assert rows["fail_under"] == "80.0  [pyproject.toml:9]"
    assert rows["mode"] == "counts  [default]"
    other = project.blockcov("debug", "config", "--data-dir", "x").text
    assert f"{project.path}/x  [command line]" in other


def test_configuration_is_used_by_the_commands(project: Project) -> None:
    project.write("conf/my.toml", "[tool.blockcov]\ndata_dir = 'data'\nomit = ['helper.py']\n")
    project.write("app.py", "import helper")
    project.write("helper.py", "")
    project.run("--rcfile", "conf/my.toml", "app.py")
    assert (project.path / "conf/data/shards").is_dir()
    assert "app.py" in project.blockcov("report", "--rcfile=conf/my.toml").text
    assert "helper.py" not in project.blockcov("report", "--rcfile=conf/my.toml").text
    assert project.blockcov("report").status == 66


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[tool.blockcov]\nsource = [1\n", 3, []),
        ("x = 1\n\n[tool.blockcov]\n\nsorce = ['a']\n", 5, ["sorce", "source"]),
        ("[tool.blockcov]\nmode = 'fast'\n", 2, ["fast", "counts, hits"]),
        ("[tool.blockcov]\nappend = 1\n", 2, ["append", "true or false"]),
        ("[tool.blockcov]\nomit = [1]\n", 2, ["omit"]),
        ("[tool.blockcov]\nfail_under = '9'\n", 2, ["fail_under", "a number"]),
        ("[tool]\nblockcov = 1\n", None, ["tool.blockcov"]),
        (b"# \xff\n", None, ["UTF-8"]),
    ],
)
def test_wrong_configuration(project: Project, text: str | bytes, line: int | None, words: list[str]) -> None:
    project.write("pyproject.toml", text)
    place = "pyproject.toml" if line is None else f"pyproject.toml:{line}:"
    refused(project.blockcov("debug", "config"), 78, place, *words)


def test_configuration_file_is_not_there(project: Project) -> None:
    refused(project.blockcov("debug", "config", "--rcfile", "no.toml"), 66, "no.toml")


def test_reader_of_the_output_goes_away(project: Project) -> None:
    measured(project)
    command = f"'{sys.executable}' -m blockcov debug dis app.py | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=project.path, env=project.environment, capture_output=True, check=False
    )
    assert done.returncode in (0, 141)
    assert done.stderr == b""


def test_debug_shows_each_mode(project: Project) -> None:
    project.write("app.py", "x = 1 if len('a') else 2\n")
    counts, hits = (project.blockcov("debug", "dis", "--mode", mode, "app.py").text for mode in ("counts", "hits"))
    # Without a GIL the code stays as it is: hits are measured with the probes of counts.
    assert ("until its probe" in hits) != KEEPS_CODE
    assert "until its probe" not in counts
    assert project.blockcov("debug", "dis", "app.py").text == counts


@pytest.mark.parametrize("topic", ["dis", "map"])
def test_debug_shows_nested_code(project: Project, topic: str) -> None:
    project.write("app.py", "class C:\n    def f(self):\n        return [x for x in self if x]\ndef g(): pass\n")
    text = project.blockcov("debug", topic, "app.py").text
    for title in "<module>, app.py:1", "C, app.py:1", "C.f, app.py:2", "g, app.py:4":
        assert f"{title}\n" in text
