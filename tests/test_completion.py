"""`blockcov completion`: what real shells make of it, with words typed into them."""

from __future__ import annotations

import re
import shutil

import pytest

from tests.project import Project
from tests.terminal import show

pytestmark = pytest.mark.once("run")

SHELLS = {
    "bash": ("bash --norc --noprofile -i", "PS1='$ '; source ./script"),
    "zsh": ("zsh -f -i", "PS1='$ '; autoload -U compinit; compinit -u -D; source ./script"),
    "fish": ("fish --no-config -i", "source ./script"),
}
CASES = [
    ("rep", "report"),
    ("--ver", "--version"),
    ("report --fo", "report --format"),
    ("report --format mark", "report --format markdown"),
    ("report --format=mark", "report --format=markdown"),
    ("report --skip-c", "report --skip-covered"),
    ("run --mode hi", "run --mode hits"),
    ("run scr", "run script"),
    ("debug sy", "debug sys"),
    ("completion z", "completion zsh"),
    ("json -o oth", "json -o other.json"),
    ("report --data-dir dat", "report --data-dir data"),
]


@pytest.mark.parametrize("name", SHELLS)
def test_words_are_completed(project: Project, name: str) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    command, setup = SHELLS[name]
    script = project.blockcov("completion", name)
    assert script.status == 0
    assert not script.errors
    project.write("script", script.out)
    project.write("other.json", "")
    project.write("data/file", "")
    project.write("data2", "a file, not a directory")
    lines = [setup]
    # The line is completed, then made an argument of echo: Ctrl-A goes to its beginning.
    lines += [f"blockcov {typed}\t\x01echo '<{number}' \x05'>'" for number, (typed, _) in enumerate(CASES)]
    environment = {**project.environment, "TERM": "xterm", "HOME": str(project.path), "INPUTRC": "/dev/null"}
    for variable in ("HISTFILE", "ZDOTDIR"):
        environment.pop(variable, None)
    shown = show(command.split(), project.path, environment, "\n".join([*lines, "exit", ""]).encode())
    printed = dict(re.findall(r"<(\d+) blockcov ([^'\n]*?)[ =/]*>", shown))
    assert {number: printed.get(str(number)) for number in range(len(CASES))} == {
        number: completed for number, (_, completed) in enumerate(CASES)
    }


def test_every_command_and_option_is_there(project: Project) -> None:
    commands = re.findall(r"^ {4}([a-z]+)\b", project.blockcov("--help").text, re.MULTILINE)
    assert {"run", "report", "json", "completion"} <= set(commands)
    for shell in SHELLS:
        script = project.blockcov("completion", shell).text
        for command in commands:
            assert re.search(rf"\b{command}\b", script)
            for option in re.findall(r"--[a-z-]+", project.blockcov(command, "--help").text.partition("examples:")[0]):
                assert option in script or f"-l {option[2:]}" in script, (shell, command, option)


def test_unknown_shell(project: Project) -> None:
    result = project.blockcov("completion", "tcsh")
    assert result.status == 64
    assert "invalid choice: 'tcsh'" in result.errors
    assert project.blockcov("completion").status == 64


def test_wrong_settings_do_not_matter(project: Project) -> None:
    project.write("pyproject.toml", "[tool.blockcov]\nsauce = 1\n")
    assert project.blockcov("completion", "bash").status == 0
