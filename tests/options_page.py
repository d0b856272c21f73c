"""`python -m tests.options_page` writes docs/options.md: every option of the command line and of files of settings."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from blockcov import config
from blockcov.config_keys import OWN, Key
from blockcov.parser import build_parser

PAGE = Path(__file__).resolve().parent.parent / "docs" / "options.md"
HEAD = """\
# Every option

`python -m tests.options_page` writes this page from the parser of the command line and the table of settings.
[The guide](guide.md) explains; `blockcov COMMAND --help` shows a command's options in the terminal.

All commands take `--data-dir D`, the directory of the measurements (default: `.blockcov`), `--rcfile F`, the file of
settings, and `-h`. The options of pytest are in [pytest.md](pytest.md).

## Options of all reports
"""
REPORTS = (
    "report",
    "json",
    "xml",
    "lcov",
    "sonar",
    "gocover",
    "llvm",
    "sqlite",
    "annotate",
    "html",
    "diff",
    "why",
    "tests",
)
IN_ALL = ("--help", "--data-dir", "--rcfile")


def render() -> str:
    """Give the page."""
    return "\n".join([HEAD, *_commands(), *_settings()]) + "\n"


def commands() -> dict[str, argparse.ArgumentParser]:
    """Give the parser of each command."""
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise AssertionError("there are no commands")


def _commands() -> Iterator[str]:
    rows = {name: [row for action in parser._actions if (row := _row(action))] for name, parser in commands().items()}
    common = [row for row in rows["report"] if all(row in rows[name] for name in REPORTS)]
    yield "Reports and questions take, beside their own:\n"
    yield from _table(common)
    for name, parser in commands().items():
        is_report = set(common) <= set(rows[name])
        yield f"## blockcov {name}\n\n{parser.description}\n"
        yield from _table([row for row in rows[name] if not (is_report and row in common)])
        if is_report:
            yield "And the [options of all reports](#options-of-all-reports).\n"
        examples = (parser.epilog or "").partition("examples:\n")[2]
        yield "```console"
        yield from (f"$ {line.strip()}" for line in examples.splitlines())
        yield "```\n"


def _table(rows: list[str]) -> Iterator[str]:
    if rows:
        yield "| option | meaning |\n|---|---|"
        yield from rows
        yield ""


def _row(action: argparse.Action) -> str:
    """Give the table's row of an option or argument; empty for those of all commands."""
    if set(action.option_strings) & set(IN_ALL):
        return ""
    choices = "{" + ",".join(map(str, action.choices or ())) + "}"
    value = action.metavar or (choices if action.choices else action.dest.upper())
    shown = " ".join(value) if isinstance(value, tuple) else str(value)
    if not action.option_strings:
        words = [shown]
    elif action.nargs == 0:
        words = list(action.option_strings)
    else:
        words = [f"{option} {shown}" for option in action.option_strings]
    meaning = (action.help or "").replace("%(default)s", str(action.default))
    return f"| {', '.join(f'`{_cell(word)}`' for word in words)} | {_cell(meaning)} |"


def _settings() -> Iterator[str]:
    yield "## Settings\n"
    yield "In `blockcov.toml`, or in `pyproject.toml` as `[tool.blockcov.run]` and so on."
    yield "[The guide](guide.md#settings-in-a-file) has the rules.\n"
    for section, keys in OWN.items():
        if not section:
            continue
        yield f"### [{section}]\n"
        if section in ("run", "report"):
            where = "" if section == "run" else ", but for `include` and `omit`, which are then those of `[run]`"
            yield f"These keys may also stand in front of all tables{where}.\n"
        yield "| key | takes | default |\n|---|---|---|"
        for name, key in keys.items():
            yield f"| `{name}` | {_takes(key)} | {_default(config.DEFAULTS[key.field])} |"
        yield ""
    yield "### [paths]\n"
    yield "Each key is a list of directories that are the same: [combine](guide.md#combine-and-erase)."


_KINDS = {
    "flag": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "text": "a string",
    "file": "a path",
    "list": "a list of strings",
    "globs": "a list of globs",
    "sources": "a list of directories, files or packages",
    "regexes": "a list of regular expressions",
}


def _takes(key: Key) -> str:
    return ", ".join(f"`{choice}`" for choice in key.choices) if key.choices else _KINDS[key.kind]


def _default(value: object) -> str:
    if value is None:
        return "that of `[report]`"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "<br>".join(f"`{_cell(item)}`" for item in value) or "none"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`" if value != "" else "none"


def _cell(text: str) -> str:
    """Give text that does not end the cell of a table."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
