"""Runs a program in processes of its own: under the oracle's recorders, and under blockcov."""

import ast
import hashlib
import marshal
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any

BLOCKCOV = (sys.executable, "-m", "blockcov")
RECORD = Path(__file__).with_name("record.py")
STDLIB = Path(sysconfig.get_path("stdlib"))
NOT_COPIED = shutil.ignore_patterns("__pycache__", "test", "tests", "*.exe")
TIMEOUT_S = 300


class RunError(Exception):
    """A program could not be run or recorded; says which and prints its stderr."""


@dataclass(frozen=True)
class Program:
    """A script with its arguments, and the files in it that are measured."""

    path: Path
    files: tuple[Path, ...]
    arguments: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.path.stem


@dataclass
class RecordedCode:
    """The log of one code object, see `record`."""

    starts: dict[int, int]
    steps: dict[int, int]
    lines: dict[int, int]


@dataclass
class RecordedUnit:
    """One executed module: its code objects in pre-order and their logs."""

    filename: str
    root: CodeType
    codes: list[RecordedCode] = field(default_factory=list)


@dataclass
class Outcome:
    """What a program's process gave."""

    status: int
    stdout: bytes
    stderr: bytes


def environment() -> dict[str, str]:
    """An environment in which two runs of a program take the same way."""
    ours = ("PYTHON", "BLOCKCOV", "COVERAGE")
    kept = {key: value for key, value in os.environ.items() if key == "PYTHON_JIT" or not key.startswith(ours)}
    return {**kept, "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def script(path: Path) -> Program:
    """A program that is its own measured file."""
    return Program(path.resolve(), (path.resolve(),))


def modules(path: Path) -> tuple[str, ...]:
    """The names in the constant MODULES of the driver `path`."""
    for node in ast.parse(path.read_bytes()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MODULES":
            return tuple(ast.literal_eval(node.value))
    return ()


def driver(path: Path, copies: Path) -> Program:
    """A driver: it names the standard library's modules that it measures in a constant MODULES.

    Their files are copied to `copies`, packages as a whole, so that the copies' counts are the driver's alone.
    """
    files = [path.resolve()]
    for name in modules(path):
        top, base = name.partition(".")[0], copies.joinpath(*name.split("."))
        if (STDLIB / top).is_dir():
            shutil.copytree(STDLIB / top, copies / top, ignore=NOT_COPIED, dirs_exist_ok=True)
        elif (STDLIB / f"{top}.py").is_file():
            copies.mkdir(exist_ok=True)
            shutil.copy(STDLIB / f"{top}.py", copies)
        files += [each for each in (base.with_suffix(".py"), base / "__init__.py") if each.is_file()]
    return Program(path.resolve(), tuple(files), (str(copies),))


def run(
    command: Sequence[str], cwd: Path | None = None, timeout: float = TIMEOUT_S, extra: dict[str, str] | None = None
) -> Outcome:
    """Run `command` in the reproducible environment, with the variables `extra` added."""
    env = {**environment(), **(extra or {})}
    done = subprocess.run(
        command, cwd=cwd, env=env, capture_output=True, stdin=subprocess.DEVNULL, timeout=timeout, check=False
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def _record(program: Program, mode: str, scratch: Path) -> tuple[Any, Outcome]:
    listing, out = scratch / f"{mode}.files", scratch / f"{mode}.out"
    listing.write_text("\n".join(map(str, program.files)), encoding="utf-8")
    work = Path(tempfile.mkdtemp(dir=scratch))
    outcome = run(
        [sys.executable, str(RECORD), mode, str(out), str(listing), str(program.path), *program.arguments], cwd=work
    )
    if not out.exists():
        raise RunError(f"{program.path}: recorder ({mode}) ended with {outcome.status}: {outcome.stderr.decode()}")
    return marshal.loads(out.read_bytes()), outcome


def record_opcodes(program: Program, scratch: Path) -> tuple[list[RecordedUnit], Outcome]:
    """Log the program's steps."""
    units, outcome = _record(program, "opcodes", scratch)
    return [
        RecordedUnit(filename, marshal.loads(code), [RecordedCode(*log) for log in logs])
        for filename, code, logs in units
    ], outcome


def record_lines(program: Program, scratch: Path) -> tuple[dict[str, dict[int, int]], Outcome]:
    """Line counts by the standard library's `trace`: {file: {line: count}}."""
    return _record(program, "lines", scratch)


def record_monitor(program: Program, scratch: Path) -> list[tuple[str, CodeType, dict[int, int]]]:
    """Instruction counts by `sys.monitoring` (3.12+)."""
    found, _ = _record(program, "monitor", scratch)
    return [(filename, marshal.loads(code), counts) for filename, code, counts in found]


def digest(*parts: bytes) -> str:
    """Name for a cached result."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:24]
