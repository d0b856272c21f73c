"""Helpers for tests that run real processes with the interpreter that runs pytest."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import sysconfig
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# Without a GIL: threads run Python code at the same time.
FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
DEBUG_BUILD = hasattr(sys, "gettotalrefcount")
# `--mode hits` leaves the code as it is: without a GIL nothing may change it, and a debug build asserts how it looks.
KEEPS_CODE = FREE_THREADED or DEBUG_BUILD
# AddressSanitizer takes terabytes of addresses, keeps freed memory, and ends a process itself that has a fatal signal.
UNDER_ASAN = "libasan" in os.environ.get("LD_PRELOAD", "")


def needs_no_assertion(status: int, errors: str) -> None:
    """Skip the test if plain CPython, a debug build, ended so because an assertion of its own failed."""
    if DEBUG_BUILD and status == -signal.SIGABRT and "Assertion" in errors:
        import pytest  # judges that run without it import this module

        pytest.skip(f"CPython alone: {errors.splitlines()[-1]}")


# What would make a child of a test behave otherwise than one of a clean shell.
_LEFT_OUT = ("PYTHON", "BLOCKCOV", "COVERAGE", "COV_", "PYTEST")


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the environment without what steers Python, pytest or a coverage tool."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    environment.update(PYTHONDONTWRITEBYTECODE="1", **(extra or {}))
    return environment


@dataclass(frozen=True)
class Result:
    """How a process ended: `status` as subprocess gives it, -N for signal N."""

    status: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """The standard output, decoded."""
        return self.out.decode()

    @property
    def errors(self) -> str:
        """The standard error, decoded."""
        return self.err.decode()


@dataclass
class Project:
    """A directory with a program in it, and the ways to run it."""

    path: Path
    environment: dict[str, str] = field(default_factory=clean_environment)

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file, dedented; its directories are made."""
        target = self.path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            target.write_bytes(text)
        else:
            target.write_text(textwrap.dedent(text), encoding="utf-8")
        return target

    def python(self, *arguments: str | Path, input: bytes = b"", **environment: str) -> Result:
        """Run this interpreter in the project."""
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=self.path,
            env={**self.environment, **environment},
            input=input,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def write_bytecode(self) -> None:
        """Let the processes of this project write .pyc files from now on, as Python does by itself."""
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def blockcov(self, *arguments: str | Path, input: bytes = b"", **environment: str) -> Result:
        """Run `python -m blockcov`."""
        return self.python("-m", "blockcov", *arguments, input=input, **environment)

    def run(self, *arguments: str | Path, input: bytes = b"", **environment: str) -> Result:
        """Run `blockcov run`, which has to succeed."""
        result = self.blockcov("run", *arguments, input=input, **environment)
        assert result.status == 0, result.errors
        return result

    def json(self, *options: str) -> dict[str, Any]:
        """Give the whole JSON report."""
        result = self.blockcov("json", "-o", "-", *options)
        assert result.status == 0, result.errors
        document: dict[str, Any] = json.loads(result.out)
        return document

    def counts(self, name: str) -> dict[int, int]:
        """Give the count of each line of a file; {} if the file is not in the report."""
        file = self.json()["files"].get(name)
        return {} if file is None else {int(line): count for line, count in file["blockcov"]["lines"].items()}

    def measured(self) -> set[str]:
        """Give the names of the files in the report."""
        return set(self.json()["files"])
