"""Builds blockcov and installs it into a virtual environment of one interpreter.

The libraries of instrument/ and runtime/ do not depend on Python.h. They are built once for each preset of
CMakePresets.json, and every interpreter's wheel is built from them:

    build/<preset>/core                  the CMake build of the libraries and of the C++ tests
    build/<preset>/cpython-3.12.1/wheel  the CMake build of the extension, through pip and scikit-build-core
    build/<preset>/cpython-3.12.1/venv   where the wheel is installed

Run as a script it prints one line: the path of the virtual environment's Python.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import interpreters
import testing_root

LIBRARIES = ("blockcov_instrument", "blockcov_runtime")
ROOT = Path(__file__).resolve().parent.parent


class BuildError(Exception):
    """str() is the command that failed and its output."""


def environment() -> dict[str, str]:
    """This process's environment without what would change how a Python or blockcov under test behaves."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "BLOCKCOV", "COVERAGE", "PYTEST", "VIRTUAL_ENV", "PYENV_VERSION"))
    }


def call(command: Sequence[str | Path], verbose: bool = False) -> None:
    """Runs `command` in the project's root; BuildError, with all that it printed, when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr if verbose else subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildError(f"{' '.join(words)}\n{done.stdout or ''}\nfailed with status {done.returncode}")


def jobs() -> str:
    """How many compilers to run at a time."""
    return str(len(os.sched_getaffinity(0)))


def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def preset_variables(preset: str) -> dict[str, str]:
    """The CMake cache variables of a preset, those that it inherits included."""
    presets = {each["name"]: each for each in json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]}
    variables: dict[str, str] = {}
    name: str | None = preset
    while name:
        variables = {**presets[name].get("cacheVariables", {}), **variables}
        name = presets[name].get("inherits")
    return variables


def preset_names() -> list[str]:
    """The presets that can be built."""
    presets = json.loads((ROOT / "CMakePresets.json").read_text())["configurePresets"]
    return [each["name"] for each in presets if not each.get("hidden")]


def core_dir(preset: str) -> Path:
    """Where the libraries of `preset` are built."""
    return ROOT / "build" / preset / "core"


def build_core(preset: str, *targets: str, define: Mapping[str, str] | None = None, verbose: bool = False) -> Path:
    """Builds `targets` (all if none is named) of `preset` with the cache variables `define`; returns the directory."""
    options = [f"-D{name}={value}" for name, value in (define or {}).items()]
    call(["cmake", "--preset", preset, *options], verbose)
    call(["cmake", "--build", core_dir(preset), "-j", jobs(), "--target", *(targets or ["all"])], verbose)
    return core_dir(preset)


def make_venv(directory: Path, interpreter: interpreters.Interpreter, requirements: Sequence[str]) -> Path:
    """A virtual environment with `requirements` in it, made or brought up to date; returns its Python."""
    python = directory / "bin" / "python"
    stamp = directory / "requirements.txt"
    wanted = "\n".join([f"# {interpreter.path}", *requirements]) + "\n"
    if stamp.is_file() and stamp.read_text() == wanted:
        return python
    call([interpreter.path, "-m", "venv", "--clear", directory])
    call([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements])
    stamp.write_text(wanted)
    return python


def install(
    preset: str, interpreter: interpreters.Interpreter, extras: Sequence[str] = (), verbose: bool = False
) -> Path:
    """Builds the wheel for `interpreter` and installs it; returns the Python of the virtual environment."""
    place = ROOT / "build" / preset / f"cpython-{interpreter.version}"
    config = project()
    requirements = list(config["build-system"]["requires"])
    for extra in extras:
        requirements += config["project"]["optional-dependencies"][extra]
    python = make_venv(place / "venv", interpreter, requirements)

    variables = preset_variables(preset)
    settings = {
        "build-dir": place / "wheel",
        "cmake.build-type": variables.pop("CMAKE_BUILD_TYPE"),
        "cmake.define.BLOCKCOV_CORE": core_dir(preset) / "blockcov-core.cmake",
        "install.strip": "true" if preset == "release" else "false",
    }
    for name, value in variables.items():
        if name not in ("BLOCKCOV_BUILD_EXTENSION", "BLOCKCOV_BUILD_TESTS", "BLOCKCOV_BUILD_BENCH"):
            settings[f"cmake.define.{name}"] = value
    command: list[str | Path] = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-build-isolation"]
    command += ["--no-deps", "--force-reinstall", *(["--verbose"] if verbose else ["--quiet"])]
    command += [f"--config-settings={name}={value}" for name, value in settings.items()]
    call([*command, ROOT], verbose)
    return python


def main() -> int:
    """Builds the libraries and, unless --core, installs the package for one interpreter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", choices=preset_names(), default="release")
    parser.add_argument("--python", metavar="PATH", help="path, command or version; default: python3, or the newest")
    parser.add_argument("--extra", action="append", default=[], help="optional dependencies to install: test, lint")
    parser.add_argument("--bench", action="store_true", help="build the benchmarks too")
    parser.add_argument(
        "--core", action="store_true", help="build the libraries and C++ tests, and print their directory"
    )
    parser.add_argument("--verbose", action="store_true", help="show what CMake and pip print")
    options = parser.parse_args()
    try:
        testing_root.run_instead([options.python] if options.python else [])
        define = {"BLOCKCOV_BUILD_BENCH": "ON"} if options.bench else {}
        if options.core:
            print(build_core(options.preset, define=define, verbose=options.verbose))
            return 0
        interpreter = interpreters.named(options.python) if options.python else interpreters.default()
        build_core(options.preset, *LIBRARIES, define=define, verbose=options.verbose)
        print(install(options.preset, interpreter, options.extra, options.verbose))
        if testing_root.inside():
            print("builder.py: that path is inside: tools/py tools/testing_root.py run PATH ...", file=sys.stderr)
    except (BuildError, interpreters.UnusableError) as error:
        print(f"builder.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
