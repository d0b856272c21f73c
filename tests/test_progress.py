"""The line that shows how far long work is: on a terminal only, and only when it takes long."""

from __future__ import annotations

import sys

import pytest

from tests.project import Project
from tests.terminal import show

pytestmark = pytest.mark.once("run")

WORK = """
import types
from blockcov import progress
clock = iter({times})
progress.time = types.SimpleNamespace(monotonic=lambda: next(clock))
shown = progress.Progress("working", {steps})
for _ in range({steps}):
    shown.step()
shown.end()
print("done")
"""
WIPE = "\r\x1b[K"


def work(project: Project, *times: float) -> None:
    """Write a program whose steps are done at these times, in seconds from its beginning."""
    project.write("work.py", WORK.format(times=[0, *times], steps=len(times)))


def on_terminal(project: Project, **environment: str) -> str:
    return show([sys.executable, "work.py"], project.path, {**project.environment, "TERM": "xterm", **environment})


def test_long_work_on_a_terminal(project: Project) -> None:
    """From two seconds on, and ten times a second at most."""
    work(project, 0.1, 1.9, 2.0, 2.05, 2.09, 2.2, 2.25)
    lines = "".join(f"{WIPE}blockcov: working, {step} of 7 " for step in (3, 6))
    assert on_terminal(project) == lines + WIPE + "done\r\n"


def test_short_work(project: Project) -> None:
    work(project, 0.1, 1.9, 1.99)
    assert on_terminal(project) == "done\r\n"


def test_terminal_that_cannot_wipe_a_line(project: Project) -> None:
    work(project, 3, 4)
    assert on_terminal(project, TERM="dumb") == "done\r\n"


def test_no_terminal(project: Project) -> None:
    work(project, 3, 4)
    result = project.python("work.py", TERM="xterm")
    assert (result.out, result.err) == (b"done\n", b"")


@pytest.mark.parametrize("files", [3, 60])
def test_report(project: Project, files: int) -> None:
    """A first report analyses: in this process, or in several."""
    for number in range(files):
        project.write(f"m{number}.py", "x = 1\n")
    project.write("app.py", "".join(f"import m{number}\n" for number in range(files)))
    project.run("app.py")
    project.write("report.py", "from blockcov import cli, progress\nprogress.AFTER_S = 0\ncli.main(['report'])\n")
    first, second = (
        show([sys.executable, "report.py"], project.path, {**project.environment, "TERM": "xterm"}) for _ in range(2)
    )
    assert f"blockcov: analysing sources, 1 of {files + 1} " in first
    assert f"{WIPE}Name " in first
    assert "analysing" not in second
