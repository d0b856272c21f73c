"""Options: defaults, overridden by `[tool.blockcov]` of a TOML file, overridden by the command line."""

from __future__ import annotations

import dataclasses
import os
import re
import tomllib
from dataclasses import dataclass, field
from typing import Any

from blockcov.errors import CONFIG, NO_INPUT, Failure

MODES = ("counts", "hits")
FORMATS = ("text", "markdown", "total")
DEFAULT_FILE = "pyproject.toml"
TABLE = ("tool", "blockcov")


@dataclass
class Options:
    """Every setting; `data_dir` is absolute. `origin` says for each one that was set where it was."""

    data_dir: str = ".blockcov"
    mode: str = "counts"
    source: list[str] = field(default_factory=list)
    include: list[str] = field(default_factory=list)
    omit: list[str] = field(default_factory=list)
    append: bool = False
    format: str = "text"
    show_missing: bool = False
    skip_covered: bool = False
    sort: str = "name"
    fail_under: float = 0.0
    ignore_errors: bool = False
    origin: dict[str, str] = field(default_factory=dict)


_LISTS = ("source", "include", "omit")
_CHOICES = {"mode": MODES, "format": FORMATS}
_KEYS = {f.name: f for f in dataclasses.fields(Options) if f.name != "origin"}


def split_commas(text: str) -> list[str]:
    """Split a comma-separated command line value; blanks around items do not count."""
    return [item.strip() for item in text.split(",") if item.strip()]


def load(rcfile: str | None, given: dict[str, Any]) -> Options:
    """Read the configuration file and lay the options given on the command line over it.

    `rcfile` None means `pyproject.toml` in the current directory, if there is one. Paths in a file count from the
    file's directory. `given` maps field names to values, None for what was not given. Raises Failure(CONFIG) with
    file and line.
    """
    options = Options()
    if rcfile is not None or os.path.exists(DEFAULT_FILE):
        _read_file(rcfile or DEFAULT_FILE, options)
    for name, value in given.items():
        if name in _KEYS and value is not None:
            setattr(options, name, value)
            options.origin[name] = "command line"
    options.data_dir = os.path.abspath(options.data_dir)
    return options


def _read_file(path: str, options: Options) -> None:
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
        if key not in _KEYS:
            known = ", ".join(_KEYS)
            raise Failure(CONFIG, f"{path}:{line}: unknown key {name!r} in [tool.blockcov]; known are {known}")
        setattr(options, key, _convert(f"{path}:{line}", key, value, top))
        options.origin[key] = f"{path}:{line}"


def _convert(place: str, key: str, value: Any, top: str) -> Any:
    """Check the type of a value from the file; relative directories become absolute."""
    if key in _LISTS:
        items = split_commas(value) if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise Failure(CONFIG, f"{place}: {key} must be a list of strings, not {value!r}")
        if key == "source":
            return [_from(top, item) if os.path.exists(os.path.join(top, item)) else item for item in items]
        return [item if item.startswith(("*", "?", "/")) or "/" not in item else _from(top, item) for item in items]
    kind = {"bool": bool, "float": float}.get(str(_KEYS[key].type), str)
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
