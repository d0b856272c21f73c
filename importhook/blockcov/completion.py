"""Completion of the command line in bash, zsh and fish: scripts made from the parser, so that nothing is said twice.

A script is static: completing a word does not start Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

SHELLS = ("bash", "zsh", "fish")
_FILES = ("F", "FILE", "DIR|FILE", "P,..")
_DIRECTORIES = ("D", "DIR")
PROGRAM = "blockcov"


@dataclass(frozen=True)
class Word:
    """An option or a positional argument; `names` is empty for the latter."""

    names: tuple[str, ...]
    summary: str
    takes: str
    """What its value is: "" (it has none), "word", "file", "directory", or the choices, separated by blanks."""


@dataclass(frozen=True)
class Command:
    """A command with its options and arguments."""

    name: str
    summary: str
    words: tuple[Word, ...]

    @property
    def options(self) -> tuple[Word, ...]:
        """What begins with a dash."""
        return tuple(word for word in self.words if word.names)

    @property
    def arguments(self) -> tuple[Word, ...]:
        """What does not."""
        return tuple(word for word in self.words if not word.names)


def script(shell: str, parser: argparse.ArgumentParser) -> str:
    """Give the script for one of SHELLS."""
    writer = {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell]
    return "\n".join(writer(list(describe(parser)))) + "\n"


def describe(parser: argparse.ArgumentParser) -> Iterator[Command]:
    """Give the commands, the first one without a name: what stands before any."""
    yield Command("", "", tuple(_words(parser)))
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                yield Command(choice.dest, choice.help or "", tuple(_words(action.choices[choice.dest])))


def _words(parser: argparse.ArgumentParser) -> Iterator[Word]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) or action.help == argparse.SUPPRESS:
            continue
        takes = "word"
        if action.nargs == 0:
            takes = ""
        elif action.choices is not None:
            takes = " ".join(map(str, action.choices))
        elif action.metavar in _FILES:
            takes = "file"
        elif action.metavar in _DIRECTORIES:
            takes = "directory"
        summary = (action.help or "").replace("%(default)s", str(action.default)).replace("%%", "%")
        yield Word(tuple(action.option_strings), summary, takes)


def _is_choice(takes: str) -> bool:
    return takes not in ("", "word", "file", "directory")


def _bash(commands: list[Command]) -> Iterator[str]:
    yield f'# bash completion of {PROGRAM}: eval "$({PROGRAM} completion bash)"'
    yield from (
        f"_{PROGRAM}() {{",
        "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}",
    )
    yield "    local command= index"
    yield "    # readline takes --option=value for three words"
    yield "    [[ $current == = ]] && current="
    yield "    [[ $previous == = ]] && previous=${COMP_WORDS[COMP_CWORD - 2]}"
    yield "    for ((index = 1; index < COMP_CWORD; index++)); do"
    yield "        [[ ${COMP_WORDS[index]} != -* ]] && command=${COMP_WORDS[index]} && break"
    yield "    done"
    yield "    COMPREPLY=()"
    yield '    case "$command $previous" in'
    for command in commands:
        for word in command.options:
            if word.takes:
                pattern = " | ".join(f'"{command.name} {name}"' for name in word.names)
                yield f"        {pattern}) {_bash_reply(word.takes)}; return ;;"
    yield "    esac"
    yield "    case $command in"
    for command in commands:
        names = [name for word in command.options for name in word.names]
        if not command.name:
            names += [each.name for each in commands if each.name]
        yield f"        '{command.name}')"
        yield f"            [[ $current == -* || -z $command ]] && {_bash_reply(' '.join(names))}"
        choices = " ".join(word.takes for word in command.arguments if _is_choice(word.takes))
        if choices:
            yield f"            [[ $current == -* || $COMP_CWORD -gt $((index + 1)) ]] || {_bash_reply(choices)}"
        yield "            ;;"
    yield from ("    esac", "}", f"complete -o default -F _{PROGRAM} {PROGRAM}")


def _bash_reply(takes: str) -> str:
    if _is_choice(takes):
        return f"COMPREPLY=($(compgen -W '{takes}' -- \"$current\"))"
    if takes == "directory":
        return 'compopt -o filenames; COMPREPLY=($(compgen -d -- "$current"))'
    return ":"


def _zsh(commands: list[Command]) -> Iterator[str]:
    yield f"#compdef {PROGRAM}"
    yield f'# zsh completion of {PROGRAM}: eval "$({PROGRAM} completion zsh)"'
    yield from (f"_{PROGRAM}() {{", "    local -a commands", "    local state", "    commands=(")
    yield from (f"        {_quoted(each.name + ':' + each.summary)}" for each in commands if each.name)
    yield "    )"
    options = " ".join(_zsh_option(word) for word in commands[0].options)
    yield f"    _arguments -C {options} '1:command:->command' '*::argument:->argument'"
    yield from ("    case $state in", "        command) _describe command commands ;;", "        argument)")
    yield "            case $words[1] in"
    for command in commands:
        if command.name:
            words = [_zsh_option(word) for word in command.options]
            words += [
                _quoted(f"{number}:argument:({word.takes})")
                for number, word in enumerate(command.arguments, 1)
                if _is_choice(word.takes)
            ]
            yield f"                {command.name}) _arguments {' '.join(words)} '*:file:_files' ;;"
    yield from ("            esac", "            ;;", "    esac", "}", f"compdef _{PROGRAM} {PROGRAM}")


def _zsh_option(word: Word) -> str:
    summary = word.summary.replace("[", "(").replace("]", ")").replace(":", "\\:")
    action = {"": "", "word": ":value:", "file": ":file:_files", "directory": ":directory:_files -/"}.get(
        word.takes, f":value:({word.takes})"
    )
    others = " ".join(word.names)
    return " ".join(
        _quoted(f"({others}){name}{'=' * (bool(word.takes) and name.startswith('--'))}[{summary}]{action}")
        for name in word.names
    )


def _fish(commands: list[Command]) -> Iterator[str]:
    yield f"# fish completion of {PROGRAM}: {PROGRAM} completion fish | source"
    for command in commands:
        if command.name:
            before = "__fish_use_subcommand"
            yield f"complete -c {PROGRAM} -n {before} -f -a {command.name} -d {_quoted(command.summary)}"
        where = f"__fish_seen_subcommand_from {command.name}" if command.name else "__fish_use_subcommand"
        for word in command.options:
            names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in word.names)
            takes = {
                "": "",
                "word": " -x",
                "file": " -r -F",
                "directory": " -x -a '(__fish_complete_directories)'",
            }.get(word.takes, f" -x -a {_quoted(word.takes)}")
            yield f"complete -c {PROGRAM} -n {_quoted(where)} {names}{takes} -d {_quoted(word.summary)}"
        for word in command.arguments:
            if _is_choice(word.takes):
                yield f"complete -c {PROGRAM} -n {_quoted(where)} -a {_quoted(word.takes)}"


def _quoted(text: str) -> str:
    """Quote for zsh and fish."""
    return "'" + text.replace("'", "'\\''") + "'"
