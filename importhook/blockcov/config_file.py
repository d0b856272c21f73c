"""`[tool.blockcov]` of a TOML file."""

from __future__ import annotations

import os
import re
import tomllib
from typing import Any

from blockcov.config import DEFAULTS, Options
from blockcov.errors import CONFIG, NO_INPUT, Failure
from blockcov.run_words import LISTS, MODES, split_commas

FORMATS = ("text", "markdown", "total")
TABLE = ("tool", "blockcov")
_CHOICES = {"mode": MODES, "format": FORMATS}


def read_file(path: str, options: Options) -> None:
    """Lay the settings of one TOML file over `options`."""
    try:
        with open(path, "rb") as file:
            text = file.read().decode("utf-8")
    except OSError as error:
        raise Failure(NO_INPUT, f"cannot read configuration file {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Failure(CONFIG, f"{path}: not UTF-8 at byte {error.start}") from None
    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = place[1] if place else text.count("\n") + 1
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise Failure(CONFIG, f"{path}:{line}: {reason}") from None
    for name in TABLE:
        table = table.get(name, {})
        if not isinstance(table, dict):
            raise Failure(CONFIG, f"{path}: {'.'.join(TABLE)} must be a table")
    top = os.path.dirname(os.path.abspath(path))
    for name, value in table.items():
        line = _line_of(text, name)
        key = name.replace("-", "_")
        if key not in DEFAULTS:
            known = ", ".join(DEFAULTS)
            raise Failure(CONFIG, f"{path}:{line}: unknown key {name!r} in [tool.blockcov]; known are {known}")
        setattr(options, key, _convert(f"{path}:{line}", key, value, top))
        options.origin[key] = f"{path}:{line}"


def _convert(place: str, key: str, value: Any, top: str) -> Any:
    """Check the type of a value from the file; relative directories become absolute."""
    if key in LISTS:
        items = split_commas(value) if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise Failure(CONFIG, f"{place}: {key} must be a list of strings, not {value!r}")
        if key == "source":
            return [_from(top, item) if os.path.exists(os.path.join(top, item)) else item for item in items]
        return [item if item.startswith(("*", "?", "/")) or "/" not in item else _from(top, item) for item in items]
    kind = type(DEFAULTS[key])
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        noun = {bool: "true or false", float: "a number", str: "a string"}[kind]
        raise Failure(CONFIG, f"{place}: {key} must be {noun}, not {value!r}")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise Failure(CONFIG, f"{place}: {key} must be one of {', '.join(_CHOICES[key])}, not {value!r}")
    return os.path.join(top, str(value)) if key == "data_dir" else value


def _from(top: str, path: str) -> str:
    """Give `path` as counted from the directory `top`; unchanged where that is the current one."""
    return path if top == os.path.abspath(os.curdir) else os.path.join(top, path)


def _line_of(text: str, key: str) -> int:
    """Find the line of `key` in `[tool.blockcov]`; the line of the table when the key is written in another way."""
    table = 1
    inside = False
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if stripped.startswith("["):
            inside = re.sub(r"[\s\"']", "", stripped).startswith("[tool.blockcov]")
            table = number if inside else table
        elif inside and re.match(rf"[\"']?{re.escape(key)}[\"']?\s*=", stripped):
            return number
    return table
