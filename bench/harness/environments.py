"""Virtual environments, source distributions and working directories, all under build/bench/.

build/bench/sdists/attrs-25.1.0.tar.gz
build/bench/cpython-3.12.1/coverage/            the virtual environment of a distribution; one has nothing in it
build/bench/cpython-3.12.1/work/TOOL/PROGRAM/   where TOOL runs PROGRAM; nothing is shared, so no tool finds the
                                                bytecode caches of another
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import builder
import interpreters
from harness.programs import SUITE_REQUIREMENTS, SUITES, Compute, Program, Suite
from harness.tools import PLAIN, Tool

BUILD = builder.ROOT / "build" / "bench"
PROGRAM_DIR = builder.ROOT / "bench" / "programs"


class Environments:
    """What the tools need on one interpreter: the Python of each environment, and where each program runs."""

    def __init__(
        self, interpreter: interpreters.Interpreter, tools: Iterable[Tool], upgrade: bool, build: bool
    ) -> None:
        """Install everything. BuildError when that fails."""
        self.interpreter = interpreter
        self.root = BUILD / f"cpython-{interpreter.version}"
        self.pythons: dict[str, Path] = {}
        if upgrade:
            for name in {tool.environment for tool in (PLAIN, *tools)}:
                shutil.rmtree(self.root / name, ignore_errors=True)
        shared = [*SUITE_REQUIREMENTS, *(str(path) for path in source_distributions(interpreter, upgrade).values())]
        for tool in (PLAIN, *tools):
            if tool.environment not in self.pythons:
                place = self.root / tool.environment
                self.pythons[tool.environment] = builder.make_venv(place, interpreter, [*tool.requirements, *shared])
        if build and "blockcov" in self.pythons:
            install_blockcov(interpreter, self.pythons["blockcov"])

    def python(self, tool: Tool) -> Path:
        """Give the interpreter that has `tool`."""
        return self.pythons[tool.environment]

    def prepare(self, tool: Tool, program: Program | None) -> Path:
        """Make the directory where `tool` runs `program` (None: the empty one) and fill it afresh."""
        place = self.root / "work" / tool.name / (program.name if program else "empty")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        match program:
            case None:
                (place / "empty.py").touch()
            case Compute():
                copy_program(program, self.interpreter, place)
            case Suite():
                unpack(source_distributions(self.interpreter)[program.name], place)
        return place

    def versions(self) -> dict[str, str]:
        """Give the versions of all distributions installed, pip left out."""
        found: dict[str, str] = {}
        for python in self.pythons.values():
            for each in json.loads(
                output([python, "-m", "pip", "list", "--format=json", "--disable-pip-version-check"])
            ):
                if each["name"] not in ("pip", "setuptools"):
                    found[each["name"]] = each["version"]
        return dict(sorted(found.items()))


def output(command: list[str | Path]) -> str:
    """Run a command and give what it prints; BuildError when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=builder.environment())
    if done.returncode != 0:
        raise builder.BuildError(f"{' '.join(map(str, command))}\n{done.stderr}")
    return done.stdout


def copy_program(program: Compute, interpreter: interpreters.Interpreter, place: Path) -> list[Path]:
    """Copy a program and the modules of the standard library that it has a copy of; give the files, its own first."""
    sources = {f"{program.name}.py": PROGRAM_DIR / f"{program.name}.py"}
    sources |= {name: standard_module(interpreter, module) for name, module in program.copies.items()}
    return [Path(shutil.copyfile(source, place / name)) for name, source in sources.items()]


def standard_module(interpreter: interpreters.Interpreter, module: str) -> Path:
    """Give the source file of a standard library module."""
    return Path(output([interpreter.path, "-c", f"import {module}; print({module}.__file__)"]).strip())


def source_distributions(interpreter: interpreters.Interpreter, upgrade: bool = False) -> Mapping[str, Path]:
    """Give the source distribution of each suite; downloads what is not there, or with `upgrade` all."""
    directory = BUILD / "sdists"
    found: dict[str, Path] = {}
    for suite in SUITES:
        files = sorted(directory.glob(f"{suite.name}-*.tar.gz"))
        if upgrade or not files:
            for old in files:
                old.unlink()
            command = [interpreter.path, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
            builder.call([*command, "--no-binary", suite.name, "--dest", str(directory), suite.name])
            files = sorted(directory.glob(f"{suite.name}-*.tar.gz"))
        if not files:
            raise builder.BuildError(f"pip download brought no source distribution of {suite.name}")
        found[suite.name] = files[-1]
    return found


def unpack(archive: Path, place: Path) -> None:
    """Unpack a source distribution into `place`, without its top directory."""
    with tarfile.open(archive) as file:
        file.extractall(place, filter="data")
    (top,) = place.iterdir()
    for each in list(top.iterdir()):
        each.rename(place / each.name)
    top.rmdir()


def install_blockcov(interpreter: interpreters.Interpreter, python: Path) -> None:
    """Build the release wheel from the build tree that `make build` uses, and install it for `python`."""
    builder.build_core("release", *builder.LIBRARIES)
    release = builder.install("release", interpreter)
    settings = {
        "build-dir": release.parent.parent.parent / "wheel",
        "cmake.build-type": "Release",
        "cmake.define.BLOCKCOV_CORE": builder.core_dir("release") / "blockcov-core.cmake",
        "install.strip": "true",
    }
    wheels = BUILD / f"cpython-{interpreter.version}" / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    options = [f"--config-settings={name}={value}" for name, value in settings.items()]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps"]
    builder.call([release, "-m", "pip", "wheel", *quiet, "--no-build-isolation", "-w", wheels, *options, builder.ROOT])
    builder.call([python, "-m", "pip", "install", *quiet, "--no-index", "--force-reinstall", *wheels.glob("*.whl")])
