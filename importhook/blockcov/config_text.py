"""Configuration files as text: their settings with the line that each stands on.

Parsing is left to tomllib and configparser. They do not tell lines, so a second look at the text finds those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from blockcov.errors import CONFIG, NO_INPUT, Failure

if TYPE_CHECKING:
    import configparser


class Setting(NamedTuple):
    """One key of a file. `value` is a string in an INI file, and what TOML makes of it in a TOML file."""

    section: str
    key: str
    value: Any
    line: int
    is_ini: bool = False
    is_inherited: bool = False
    """From [DEFAULT], which gives keys to all sections."""


def read_text(path: str) -> str:
    """Read a file. Raises Failure."""
    try:
        with open(path, "rb") as file:
            return file.read().decode("utf-8-sig")
    except OSError as error:
        raise Failure(NO_INPUT, f"cannot read configuration file {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise Failure(CONFIG, f"{path}: not UTF-8 at byte {error.start}") from None


# -- TOML ----------------------------------------------------------------------------------------------------------


def parse_toml(path: str, text: str) -> dict[str, Any]:
    """Parse TOML. Raises Failure(CONFIG) with the line."""
    import tomllib

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = place[1] if place else text.count("\n") + 1
        reason = re.sub(r" \(at .*\)$", "", str(error))
        raise Failure(CONFIG, f"{path}:{line}: {reason}") from None


def toml_settings(path: str, text: str, table: object, top: tuple[str, ...]) -> Iterator[Setting]:
    """Give the settings in `table`, which is named `top` in the file; its tables are the sections."""
    if not isinstance(table, dict):
        raise Failure(CONFIG, f"{path}:{_toml_line(text, top)}: {'.'.join(top)} must be a table")
    for name, value in table.items():
        if isinstance(value, dict):
            for key, inner in value.items():
                yield Setting(name, key, inner, _toml_line(text, (*top, name, key)))
        else:
            yield Setting("", name, value, _toml_line(text, (*top, name)))


_TOML_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_TOML_NAME = rf"{_TOML_PART}(?:\s*\.\s*{_TOML_PART})*"
_TOML_LINE = re.compile(rf"\s*(?:\[\[?\s*({_TOML_NAME})\s*\]|({_TOML_NAME})\s*=)")


def _toml_line(text: str, wanted: tuple[str, ...]) -> int:
    """Find the line that sets `wanted`; where it is spelled in an unusual way, that of the table it is in."""
    table: tuple[str, ...] = ()
    best, best_line = 0, 1
    for number, line in enumerate(text.splitlines(), start=1):
        found = _TOML_LINE.match(line)
        if not found:
            continue
        parts = tuple(part.strip("\"'") for part in re.findall(_TOML_PART, found[1] or found[2]))
        if found[1]:
            table = parts
        else:
            parts = table + parts
        if len(parts) > best and parts == wanted[: len(parts)]:
            best, best_line = len(parts), number
    return best_line


# -- INI -----------------------------------------------------------------------------------------------------------


def ini_settings(path: str, text: str, prefixes: tuple[str, ...]) -> Iterator[Setting]:
    """Give the settings of an INI file, of sections with one of `prefixes`, which is taken off."""
    import configparser

    parser = configparser.ConfigParser(interpolation=None, default_section="")
    try:
        parser.read_string(text, path)
    except configparser.Error as error:
        line, reason = _ini_error(error)
        raise Failure(CONFIG, f"{path}:{line}: {reason}") from None
    defaults = dict(parser.items("DEFAULT")) if parser.has_section("DEFAULT") else {}
    seen: set[tuple[str, str]] = set()
    for prefix in prefixes:
        for header in parser.sections():
            section = header[len(prefix) :]
            if header == "DEFAULT" or not header.startswith(prefix) or ":" in section:
                continue
            own = dict(parser.items(header))
            for key, value in {**defaults, **own}.items():
                if (section, key) not in seen:
                    seen.add((section, key))
                    place = header if key in own else "DEFAULT"
                    yield Setting(section, key, value, _ini_line(text, place, key), True, key not in own)


def _ini_error(error: configparser.Error) -> tuple[int, str]:
    import configparser

    if isinstance(error, configparser.MissingSectionHeaderError):
        return error.lineno, "a setting before the first [section]"
    if isinstance(error, configparser.ParsingError):
        number, line = error.errors[0]
        return number, f"cannot be parsed: {line.strip()}"
    if isinstance(error, configparser.DuplicateOptionError):
        return error.lineno or 1, f"{error.option!r} stands in [{error.section}] twice"
    if isinstance(error, configparser.DuplicateSectionError):
        return error.lineno or 1, f"there are two sections [{error.section}]"
    return 1, str(error)


def _ini_line(text: str, header: str, key: str) -> int:
    """Find the line of `key` in a section; that of the section when it is spelled in an unusual way."""
    found, section = 1, ""
    for number, line in enumerate(text.splitlines(), start=1):
        heading = re.match(r"\[(.+)\]", line)
        if heading:
            section = heading[1]
            found = number if section == header else found
        elif section == header and re.match(rf"\s*{re.escape(key)}\s*[=:]", line, re.IGNORECASE):
            return number
    return found
