"""Settings out of a file: our own (`blockcov.toml`, `[tool.blockcov]`), or coverage.py's, read as they are."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Any

from blockcov import config_keys
from blockcov.config import Options
from blockcov.config_keys import Key
from blockcov.config_text import Setting, ini_settings, parse_toml, read_text, toml_settings
from blockcov.errors import CONFIG, Failure
from blockcov.run_words import split_commas

OWN_TABLE = ("tool", "blockcov")
COVERAGE_TABLE = ("tool", "coverage")
COVERAGE_TOML = ".coveragerc.toml"
_COVERAGE_PREFIX = "coverage:"


def read_candidate(path: str, word: str, options: Options) -> bool:
    """Read a file that nobody named; whether it has settings. `word` as in config.CANDIDATES: whose, "" for all."""
    text = read_text(path)
    if not path.endswith(".toml"):
        prefixes = (_COVERAGE_PREFIX,) if word else (_COVERAGE_PREFIX, "")
        return _take_coverage(path, ini_settings(path, text, prefixes), options, always=not word)
    table = parse_toml(path, text)
    if word:
        name = ("tool", word)
        inner = _lookup(table, name)
        if inner is None:
            return False
        if name == OWN_TABLE:
            return _take_own(path, toml_settings(path, text, inner, name), options)
        return _take_coverage(path, toml_settings(path, text, inner, name), options, always=False)
    return _read_whole_toml(path, text, table, options)


def read_file(path: str, options: Options) -> None:
    """Read the file that was named; what it is follows from its name and what it has."""
    text = read_text(path)
    if os.path.splitext(path)[1] != ".toml":
        _take_coverage(path, ini_settings(path, text, (_COVERAGE_PREFIX, "")), options)
        return
    _read_whole_toml(path, text, parse_toml(path, text), options)


def _read_whole_toml(path: str, text: str, table: dict[str, Any], options: Options) -> bool:
    """Take `[tool.blockcov]`, or else `[tool.coverage]`, or else all of a TOML file that is for settings alone."""
    own, coverage = _lookup(table, OWN_TABLE), _lookup(table, COVERAGE_TABLE)
    if own is not None:
        return _take_own(path, toml_settings(path, text, own, OWN_TABLE), options)
    if coverage is not None:
        return _take_coverage(path, toml_settings(path, text, coverage, COVERAGE_TABLE), options)
    if os.path.basename(path) == COVERAGE_TOML:
        return _take_coverage(path, toml_settings(path, text, table, ()), options)
    if os.path.basename(path) == "pyproject.toml":
        return False
    return _take_own(path, toml_settings(path, text, table, ()), options)


def _lookup(table: object, names: Iterable[str]) -> object | None:
    for name in names:
        table = table.get(name) if isinstance(table, dict) else None
    return table


# -- our own -------------------------------------------------------------------------------------------------------


def _take_own(path: str, settings: Iterable[Setting], options: Options) -> bool:
    options.file = path
    top = os.path.dirname(os.path.abspath(path))
    for setting in settings:
        place = f"{path}:{setting.line}"
        if setting.section == "paths":
            _add_paths(place, setting, options)
            continue
        keys = config_keys.OWN.get(setting.section)
        if keys is None:
            raise Failure(CONFIG, f"{place}: unknown section {setting.section!r}{_nearest(setting.section, SECTIONS)}")
        name = setting.key.replace("-", "_")
        if name not in keys:
            where = f" in [{setting.section}]" if setting.section else ""
            raise Failure(CONFIG, f"{place}: unknown key {setting.key!r}{where}{_nearest(name, keys, SECTIONS)}")
        key = keys[name]
        options.put(key.field, _anchored(key, convert(options, place, setting, key), top), place)
    return True


SECTIONS = [*(name for name in config_keys.OWN if name), "paths"]


def _anchored(key: Key, value: Any, top: str) -> Any:
    """Have relative paths in the value count from the directory `top`."""
    if top == os.path.abspath(os.curdir):
        return os.path.join(top, value) if key.field == "data_dir" else value
    if key.kind == "file":
        return os.path.join(top, value) if value and value != "-" else value
    if key.kind == "sources":
        return [os.path.join(top, item) if os.path.exists(os.path.join(top, item)) else item for item in value]
    if key.kind == "globs":
        return [item if item.startswith(("*", "?", "/")) or "/" not in item else f"{top}/{item}" for item in value]
    return value


# -- coverage.py's -------------------------------------------------------------------------------------------------


def _take_coverage(path: str, settings: Iterable[Setting], options: Options, always: bool = True) -> bool:
    """Take what coverage.py would; its relative paths count from the current directory. Whether there was any.

    A file that is for coverage.py `always` counts as read without a setting, too.
    """
    settings = list(settings)
    if not always and not any(setting.section in (*config_keys.COVERAGE, "paths") for setting in settings):
        return False
    options.file = path
    options.put("branch", False, f"{path}: coverage.py's default")
    for setting in settings:
        place = f"{path}:{setting.line}"
        if setting.section == "paths":
            if not setting.is_inherited:
                _add_paths(place, setting, options)
            continue
        keys = config_keys.COVERAGE.get(setting.section)
        if keys is None:  # a plugin's
            options.unused.append((_full_name(setting), place))
            continue
        if setting.key not in keys and setting.is_inherited:
            continue
        if setting.key not in keys and not setting.key.startswith("_"):
            nearest = _nearest(setting.key, keys)
            raise Failure(CONFIG, f"{place}: unknown key {setting.key!r} in [{setting.section}]{nearest}")
        key = keys.get(setting.key)
        if key is None or not key.field:
            options.unused.append((_full_name(setting), place))
            continue
        value = convert(options, place, setting, key, lenient=True)
        options.put(key.field, value, place)
        if setting.key == "data_file":
            options.put("data_dir", data_dir_for(value), place)
    if options.include and (options.source or options.source_pkgs or options.source_dirs):
        options.unused.append(("[run] include", options.origin.pop("include")))  # so says coverage.py
        options.include = []
    return True


def _full_name(setting: Setting) -> str:
    return f"[{setting.section}] {setting.key}"


def data_dir_for(data_file: str) -> str:
    """Give the directory in which to measure what coverage.py would into `data_file`: another one for each name."""
    head, name = os.path.split(data_file)
    name = name.replace(".coverage", ".blockcov") if ".coverage" in name else name + ".blockcov"
    return os.path.join(head, name)


# -- values --------------------------------------------------------------------------------------------------------


def _add_paths(place: str, setting: Setting, options: Options) -> None:
    value = convert(options, place, setting, Key("paths", "list"))
    options.put("paths", {**options.paths, setting.key: [os.path.expanduser(item) for item in value]}, place)


_NOUNS = {
    "flag": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "text": "a string",
    "file": "a string",
    "list": "a list of strings",
    "globs": "a list of strings",
    "sources": "a list of strings",
    "regexes": "a list of strings",
}
_OF_STRINGS = ("list", "globs", "sources", "regexes")
_FLAGS = {"1": True, "yes": True, "true": True, "on": True, "0": False, "no": False, "false": False, "off": False}


def convert(options: Options, place: str, setting: Setting, key: Key, lenient: bool = False) -> Any:
    """Make the value of a setting what its key takes. Raises Failure(CONFIG).

    A string stands for a flag or a number in an INI file, where `lenient`, and where it has a variable; for a list in
    an INI file and where not `lenient`, as coverage.py has it.
    """
    value = setting.value
    try:
        if isinstance(value, str):
            value = with_variables(value, options.variables)
        elif isinstance(value, list):
            value = [with_variables(item, options.variables) if isinstance(item, str) else item for item in value]
    except KeyError as error:
        raise Failure(CONFIG, f"{place}: {setting.key}: the environment variable {error.args[0]} is not set") from None
    converted = None
    if not isinstance(value, str):
        converted = _typed(value, key.kind)
    elif key.kind in _OF_STRINGS:
        converted = _from_string(value, key.kind) if setting.is_ini or not lenient else None
    elif key.kind in ("text", "file") or setting.is_ini or lenient or value != setting.value:
        converted = _from_string(value, key.kind)
    if converted is None:
        raise Failure(CONFIG, f"{place}: {setting.key} must be {_NOUNS[key.kind]}, not {value!r}")
    wrong = config_keys.check_value(key, converted)
    if wrong:
        more = "" if wrong.startswith("has") else f", not {value!r}"
        raise Failure(CONFIG, f"{place}: {setting.key} {wrong}{more}")
    return converted


def _typed(value: Any, kind: str) -> Any:
    """Check a value other than a string; None when it is not of its kind."""
    if kind == "number" and type(value) is int:
        return float(value)
    if kind in _OF_STRINGS:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return None
        return [item.strip() for item in value if item.strip()] if kind == "regexes" else value
    return value if type(value) is {"flag": bool, "integer": int, "number": float}.get(kind) else None


def _from_string(value: str, kind: str) -> Any:
    """Read a value out of a string; None when it is not of its kind."""
    if kind == "text":
        return value
    if kind == "file":
        return os.path.expanduser(value)
    if kind == "flag":
        return _FLAGS.get(value.lower())
    if kind in ("integer", "number"):
        try:
            return int(value) if kind == "integer" else float(value)
        except ValueError:
            return None
    if kind == "regexes":
        return [line.strip() for line in value.splitlines() if line.strip()]
    return [item for line in value.splitlines() for item in split_commas(line)]


_VARIABLE = re.compile(
    r"\$(?:(?P<dollar>\$)|(?P<plain>\w+)|\{(?P<braced>\w+)(?:(?P<strict>\?)|-(?P<default>[^}]*))?\})"
)


def with_variables(text: str, used: set[str] | None = None) -> str:
    """Put in environment variables: `$NAME`, `${NAME}`, `${NAME?}` which must be set, `${NAME-default}`; `$$` is `$`.

    The names are added to `used`. Raises KeyError with the name of a variable that must be set and is not.
    """

    def value(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        name = found["plain"] or found["braced"]
        if used is not None:
            used.add(name)
        if found["strict"]:
            return os.environ[name]
        return os.environ.get(name, found["default"] or "")

    return _VARIABLE.sub(value, text) if "$" in text else text


def _nearest(name: str, *known: Iterable[str]) -> str:
    """Give what was probably meant, as a part of a message; all that is known where nothing is near."""
    import difflib  # takes long to import

    names = sorted({each for group in known for each in group if each})
    near = difflib.get_close_matches(name, names, 1, 0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(names)}"
