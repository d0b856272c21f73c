"""Finds the CPython interpreters on this machine that blockcov supports.

Looks for `python3` and `python3.N` in PATH and at what `pyenv versions` lists. Run as a script it prints one line for
each interpreter: version, path, and `first` when it is the newest of its minor version; then, on stderr, each one that
was passed over and why.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUPPORTED = ((3, 11), (3, 12), (3, 13), (3, 14), (3, 15))
FREE_THREADED_FROM = 13  # minor version
KINDS = "td"  # letters of builds: free-threaded, debug

_PROBE = """
import json, os, sys
try:
    import sysconfig
    include = sysconfig.get_paths()["include"]
except Exception:
    include = ""
try:
    import ensurepip, venv
    pip = True
except Exception:
    pip = False
try:
    implementation = sys.implementation.name
except AttributeError:
    implementation = "cpython"
print(json.dumps({
    "version": "%d.%d.%d" % sys.version_info[:3],
    "level": sys.version_info[3],
    "implementation": implementation,
    "executable": os.path.realpath(sys.executable),
    "venv": sys.prefix != getattr(sys, "base_prefix", sys.prefix),
    "headers": os.path.exists(os.path.join(include, "Python.h")),
    "pip": pip,
    "kind": "".join(letter for letter in getattr(sys, "abiflags", "") if letter in "td"),
}))
"""


@dataclass(frozen=True)
class Interpreter:
    """One CPython: `version` such as "3.12.1", and `first` when no newer patch of its minor version was found.

    The version of a free-threaded build ends in "t", as the names of its commands do, and that of a debug build in "d".
    """

    version: str
    path: str
    first: bool = True

    @property
    def minor(self) -> tuple[int, int]:
        """Major and minor version, such as (3, 12); the same for all kinds of builds."""
        major, minor, *_ = self.version.split(".")
        return int(major), int(minor)


@dataclass(frozen=True)
class Passed:
    """An interpreter that was found and cannot be used, with the reason."""

    version: str
    path: str
    reason: str


class UnusableError(Exception):
    """str() says which interpreter was named, and why blockcov cannot use it."""


def supported_text() -> str:
    """The supported versions for messages: "CPython 3.11 to 3.15"."""
    (low_major, low), (high_major, high) = SUPPORTED[0], SUPPORTED[-1]
    return f"CPython {low_major}.{low} to {high_major}.{high}"


def _candidates() -> Iterator[str]:
    names = ["python3", *(f"python{major}.{minor}" for major, minor in SUPPORTED)]
    names += [f"python{major}.{minor}t" for major, minor in SUPPORTED if minor >= FREE_THREADED_FROM]
    for directory in os.get_exec_path():
        if Path(directory).name == "shims":
            continue  # pyenv's shims start an interpreter that pyenv lists below
        for name in names:
            path = Path(directory) / name
            if os.access(path, os.X_OK) and path.is_file():
                yield str(path)
    pyenv = shutil.which("pyenv")
    if pyenv is None:
        return
    root = subprocess.run([pyenv, "root"], capture_output=True, text=True, check=False).stdout.strip()
    listed = subprocess.run([pyenv, "versions", "--bare"], capture_output=True, text=True, check=False).stdout
    for name in listed.split():
        path = Path(root) / "versions" / name / "bin" / "python"
        if os.access(path, os.X_OK):
            yield str(path)


def _examine(path: str) -> Interpreter | Passed | None:
    """What `path` is; None when it does not run or is a virtual environment."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "BLOCKCOV"))}
    try:
        done = subprocess.run(
            [path, "-c", _PROBE], capture_output=True, text=True, check=False, timeout=60, cwd="/", env=clean
        )
        found = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    version, executable = found["version"], found["executable"]
    if found["venv"]:
        return None
    if found["implementation"] != "cpython":
        return Passed(version, executable, f"is {found['implementation']}; blockcov supports {supported_text()}")
    if tuple(map(int, version.split(".")[:2])) not in SUPPORTED:
        return Passed(version, executable, f"is not supported; blockcov supports {supported_text()}")
    version += found["kind"]
    if not found["headers"]:
        return Passed(version, executable, "has no Python.h (Debian: python3-dev)")
    if not found["pip"]:
        return Passed(version, executable, "has no venv and ensurepip modules (Debian: python3-venv)")
    return Interpreter(version, executable)


def _key(version: str) -> tuple[tuple[int, ...], bool]:
    # Of the same version, the build with a GIL comes last: it is the one to take when none is named.
    return tuple(int(part) for part in version.rstrip(KINDS).split(".")), not _kind(version)


def _kind(version: str) -> str:
    """Give the letters behind the number, or nothing."""
    return version[len(version.rstrip(KINDS)) :]


def find() -> tuple[list[Interpreter], list[Passed]]:
    """All usable interpreters, one for each version number, oldest first; and those passed over."""
    usable: dict[str, Interpreter] = {}
    passed: dict[str, Passed] = {}
    seen: set[str] = set()
    for candidate in _candidates():
        real = os.path.realpath(candidate)
        if real in seen:
            continue
        seen.add(real)
        match _examine(candidate):
            case Interpreter() as interpreter:
                usable.setdefault(interpreter.version, interpreter)
            case Passed() as other:
                passed.setdefault(other.path, other)
    ordered = sorted(usable.values(), key=lambda each: _key(each.version))
    newest = {(each.minor, _kind(each.version)): each.version for each in ordered}
    return (
        [Interpreter(each.version, each.path, first=each.version in newest.values()) for each in ordered],
        sorted(passed.values(), key=lambda each: _key(each.version)),
    )


def named(name: str) -> Interpreter:
    """The interpreter that `name` (a path, a command, a version: 3.12, 3.13t) stands for, or UnusableError."""
    path = shutil.which(name) or shutil.which(f"python{name}")
    if path is None or Path(path).parent.name == "shims":
        usable, passed = find()
        known: list[Interpreter | Passed] = [*reversed(usable), *reversed(passed)]
        for each in known:
            wanted = name.removeprefix("python")
            if _kind(each.version) == _kind(name) and f"{each.version.rstrip(KINDS)}.".startswith(
                f"{wanted.rstrip(KINDS)}."
            ):
                path = each.path
                break
    if path is None:
        raise UnusableError(f"{name}: no such interpreter")
    examined = _examine(path)
    if examined is None and (base := _base_of_venv(path)):
        examined = _examine(base)
    if examined is None:
        raise UnusableError(f"{name}: does not run as a Python interpreter")
    if isinstance(examined, Passed):
        raise UnusableError(f"{name}: Python {examined.version} {examined.reason}")
    return examined


def _base_of_venv(path: str) -> str | None:
    code = "import sys; print(getattr(sys, '_base_executable', ''))"
    done = subprocess.run([path, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() or None


def default() -> Interpreter:
    """`python3` when it is supported, else the newest supported interpreter found; UnusableError without any."""
    try:
        return named("python3")
    except UnusableError:
        usable, _ = find()
        if not usable:
            raise UnusableError(f"no supported interpreter found; blockcov supports {supported_text()}") from None
        return next((each for each in reversed(usable) if not _kind(each.version)), usable[-1])


def main() -> int:
    """Prints the interpreters found."""
    usable, passed = find()
    for each in usable:
        print(each.version, each.path, *(["first"] if each.first else []))
    for other in passed:
        print(f"{other.version} {other.path}: {other.reason}", file=sys.stderr)
    return 0 if usable else 1


if __name__ == "__main__":
    sys.exit(main())
