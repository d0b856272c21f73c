"""`blockcov debug`: the installation, the settings, and how a file is instrumented."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import types
from collections.abc import Iterator

from blockcov import _blockcov
from blockcov.config import DEFAULTS, Options
from blockcov.errors import DATA, NO_INPUT, OK, USAGE, Failure
from blockcov.report.output import write_stdout
from blockcov.select import PACKAGE_DIR, STDLIB_DIR
from blockcov.sources import read_source


def debug(options: Options, given: argparse.Namespace) -> int:
    """Show one topic."""
    if given.topic in ("sys", "config"):
        if given.file is not None:
            raise Failure(USAGE, f"debug {given.topic} takes no file")
        write_stdout(_system(options) if given.topic == "sys" else _settings(options))
        return OK
    if given.file is None:
        raise Failure(USAGE, f"debug {given.topic} needs a file")
    write_stdout(_dump(given.file, given.topic, options))
    return OK


def _system(options: Options) -> str:
    shards = os.path.join(options.data_dir, "shards")
    count = len(os.listdir(shards)) if os.path.isdir(shards) else 0
    rows = {
        "blockcov": _blockcov.VERSION,
        "dialect": _blockcov.DIALECT,
        "package": PACKAGE_DIR,
        "extension": str(_blockcov.__file__),
        "python": sys.version.replace("\n", ""),
        "implementation": platform.python_implementation(),
        "executable": sys.executable,
        "standard library": STDLIB_DIR,
        "platform": platform.platform(),
        "current directory": os.getcwd(),
        "data directory": options.data_dir,
        "shards": str(count),
        "BLOCKCOV_START": os.environ.get("BLOCKCOV_START", "(not set)"),
    }
    return _columns(rows)


def _settings(options: Options) -> str:
    rows = {"configuration file": options.file or "(none)"}
    for name in DEFAULTS:
        rows[name] = f"{_shown(getattr(options, name))}  [{options.origin.get(name, 'default')}]"
    for name, place in options.unused:
        rows[name] = f"(means nothing here)  [{place}]"
    return _columns(rows)


def _shown(value: object) -> str:
    """Give a value on one line."""
    if isinstance(value, dict):
        value = [f"{name} = {_shown(each)}" for name, each in value.items()]
        return "; ".join(value) or "(none)"
    text = ", ".join(value) if isinstance(value, list) else str(value)
    return "(none)" if value is None or not text else text


def _columns(rows: dict[str, str]) -> str:
    width = max(map(len, rows)) + 2
    return "".join(f"{name + ':':{width}}{value}\n" for name, value in rows.items())


def _dump(path: str, stage: str, options: Options) -> str:
    """Compile a source file and give the text of one stage. Raises Failure for a file that cannot be compiled."""
    if os.path.isdir(path):
        raise Failure(NO_INPUT, f"debug {stage}: {path} is a directory")
    source = read_source(path)
    if source is None:
        raise Failure(NO_INPUT, f"debug {stage}: cannot read {path}")
    try:
        code = compile(source, path, "exec", 0, True)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise Failure(DATA, f"debug {stage}: {path}:{line}: {getattr(error, 'msg', error)}") from None
    if stage == "cfg":  # one graph, as dot reads it
        return _blockcov.dump(code, stage, options.mode, options.placement)
    return "\n".join(
        f"{_title(each, path)}\n{_blockcov.dump(each, stage, options.mode, options.placement)}"
        for each in _nested(code)
    )


def _nested(code: types.CodeType) -> Iterator[types.CodeType]:
    """Yield `code` and the code objects in it, outer ones first, in the order of the source."""
    yield code
    for each in code.co_consts:
        if isinstance(each, types.CodeType):
            yield from _nested(each)


def _title(code: types.CodeType, path: str) -> str:
    return f"{code.co_qualname}, {path}:{code.co_firstlineno}"
