"""Projects that no one here wrote, and their own test suites, from their source distributions.

What is downloaded stays under build/projects, so that a second run needs no network. Each interpreter has a directory
of installed packages there; pytest comes from it too, in a version that all the suites are made for.
"""

import os
import shutil
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.oracle import run

CACHE = Path(__file__).parents[2] / "build" / "projects"
SITE = CACHE / f"site-{sys.implementation.cache_tag}-{sys.version_info.micro}"
PYTEST = "pytest==8.3.5"
# Other plugins of the environment would change the suites; so would what pytest remembers of an earlier run.
PYTEST_OPTIONS = ("-q", "-p", "seeded", "-p", "no:cacheprovider", "-p", "no:timeout", "-p", "no:xdist")
PLUGINS = Path(__file__).with_name("plugins")
TIMEOUT_S = 900
Outcomes = dict[str, Counter[str]]


class Unavailable(Exception):
    """A project cannot be had: says which, and what failed."""


@dataclass(frozen=True)
class Project:
    """A source distribution, the packages in it that are measured, and how its suite is run."""

    name: str
    version: str
    packages: tuple[str, ...]
    needs: tuple[str, ...] = ()
    tests: tuple[str, ...] = ("tests",)
    options: tuple[str, ...] = ()
    slow: bool = False

    @property
    def id(self) -> str:
        return f"{self.name}-slow" if self.slow else self.name


_ATTRS = ("hypothesis==6.131.0", "cloudpickle==3.1.1")
_NETWORKX = ("classes", "utils", "readwrite", "generators", "drawing")
PROJECTS = (
    Project("attrs", "25.3.0", ("attr", "attrs"), _ATTRS, options=("--hypothesis-seed=0",)),
    Project("click", "8.1.8", ("click",)),
    Project("jinja2", "3.1.6", ("jinja2",), ("trio==0.29.0",)),
    Project("packaging", "25.0", ("packaging",), ("pretend==1.0.9",)),
    Project("flask", "3.1.1", ("flask",), ("werkzeug==3.1.3",)),
    Project("networkx", "3.4.2", ("networkx",), tests=("--pyargs", *(f"networkx.{each}" for each in _NETWORKX))),
    Project("networkx", "3.4.2", ("networkx",), tests=("--pyargs", "networkx.algorithms"), slow=True),
)  # fmt: skip
#: Those whose figures are compared with coverage.py's (`make compare`).
COMPARED = (
    *(each for each in PROJECTS if not each.slow),
    Project("sqlparse", "0.5.3", ("sqlparse",)),
    Project(
        "werkzeug",
        "3.1.3",
        ("werkzeug",),
        ("ephemeral-port-reserve==1.1.4",),
        # Servers find only what is installed, and the tests wait for ever for them if that is not werkzeug.
        options=(
            *("-m", "not dev_server", "--ignore=tests/test_serving.py"),
            *("-W", "ignore::pytest.PytestUnknownMarkWarning"),
        ),
    ),
)


def _pip(what: str, arguments: Sequence[str]) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--retries", "1", "-q", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unavailable(f"{what}: {error}") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1]
        raise Unavailable(f"{what}: pip failed: {last}")


def source(project: Project) -> Path:
    """The unpacked source distribution, downloaded if it is not there. Raises Unavailable."""
    unpacked = CACHE / "source" / f"{project.name}-{project.version}"
    if not unpacked.is_dir():
        sdists = CACHE / "sdist"
        requirement = f"{project.name}=={project.version}"
        _pip(requirement, ["download", "--no-binary", ":all:", "--no-deps", "-d", str(sdists), requirement])
        archives = list(sdists.glob(f"{project.name}-{project.version}.tar.gz"))
        if not archives:
            raise Unavailable(f"{requirement}: no source distribution was downloaded")
        partial = unpacked.with_name(f".{unpacked.name}-{os.getpid()}")
        with tarfile.open(archives[0]) as archive:
            if hasattr(tarfile, "data_filter"):
                archive.extractall(partial, filter="data")
            else:  # Python before 3.11.4
                archive.extractall(partial)
        try:
            next(partial.iterdir()).rename(unpacked)
        except OSError as error:
            if not unpacked.is_dir():  # another process was faster
                raise Unavailable(f"{requirement}: {error}") from error
        shutil.rmtree(partial, ignore_errors=True)
    return unpacked


def site(project: Project) -> Path:
    """A directory for PYTHONPATH with the project and what its suite needs. Raises Unavailable."""
    made = SITE / project.name
    if not made.is_dir():
        partial = made.with_name(f".{made.name}-{os.getpid()}")
        wanted = [f"{project.name}=={project.version}", PYTEST, *project.needs]
        _pip(project.name, ["install", "--target", str(partial), *wanted])
        try:
            partial.rename(made)
        except OSError as error:
            shutil.rmtree(partial, ignore_errors=True)
            if not made.is_dir():
                raise Unavailable(f"{project.name}: {error}") from error
    return made


def environment(project: Project, scratch: Path) -> dict[str, str]:
    """What the suite's process finds: the packages, and settings under which two runs are alike."""
    return {
        "PYTHONPATH": f"{site(project)}{os.pathsep}{PLUGINS}",
        "COVERAGE_CORE": "ctrace",  # see against_coverage.TRACER
        "CI": "true",  # hypothesis: no deadlines, and the same examples each time
        "HYPOTHESIS_STORAGE_DIRECTORY": str(scratch / "hypothesis"),
    }


def run_suite(project: Project, prefix: Sequence[str], scratch: Path, name: str) -> tuple[Outcomes, run.Outcome]:
    """Run the suite with the interpreter's arguments `prefix` before `-m pytest`; give each test's outcomes.

    `name` distinguishes this run's files in `scratch`. Raises Unavailable, RunError if there is no report.
    """
    report = scratch / f"{name}.xml"
    # Without -c, the configuration of this repository would be found for a project that has none.
    pytest = [
        "-m",
        "pytest",
        "-c",
        "pyproject.toml",
        *PYTEST_OPTIONS,
        *project.options,
        f"--junit-xml={report}",
        *project.tests,
    ]
    outcome = run.run(
        [sys.executable, *prefix, *pytest], source(project), TIMEOUT_S, environment(project, scratch)
    )  # fmt: skip
    if not report.is_file():
        text = outcome.stdout.decode(errors="replace")[-2000:] + outcome.stderr.decode(errors="replace")[-2000:]
        raise run.RunError(f"{project.id} ({name}): no report, status {outcome.status}: {text}")
    return read_report(report), outcome


def read_report(report: Path) -> Outcomes:
    """Outcomes by test of a JUnit report: passed, failure, error, skipped."""
    found: Outcomes = {}
    for case in ET.parse(report).getroot().iter("testcase"):
        outcomes = [child.tag for child in case if child.tag in ("failure", "error", "skipped")] or ["passed"]
        found.setdefault(f"{case.get('classname')}::{case.get('name')}", Counter()).update(outcomes)
    return found
