"""Odd things where shards, maps and contexts should be: named in an error, and the others still merge."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import damage, rights
from tests.project import UNDER_ASAN, Project

pytestmark = pytest.mark.once("run")

KINDS = ("fifo", "directory", "socket", "sparse", "sparse tail", "random", "empty", "dangling")
APP = "import blockcov\nwith blockcov.context('a'):\n    x = 1\n"


def measured(project: Project) -> Path:
    project.write("app.py", APP)
    project.write("other.py", APP)
    project.run("app.py")
    project.run("--append", "other.py")
    return project.path / ".blockcov"


def bounded(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command with 2 GB of addresses and 30 seconds."""
    if UNDER_ASAN:
        pytest.skip("AddressSanitizer has no room in 2 GB of addresses")
    limited = 'ulimit -v 2000000; exec "$@"'
    command = ["sh", "-c", limited, "sh", sys.executable, "-m", "blockcov", *arguments]
    return subprocess.run(
        command, cwd=project.path, env=project.environment, capture_output=True, text=True, timeout=30, check=False
    )


@pytest.mark.parametrize("folder", ["shards", "maps", "contexts"])
@pytest.mark.parametrize(
    "kind", ["fifo", "directory", "socket", "sparse", "sparse tail", "random", "empty", "dangling"]
)
def test_what_is_no_file_of_ours(project: Project, folder: str, kind: str) -> None:
    directory = measured(project)
    good = sorted((directory / folder).iterdir())[0]
    odd = good.with_name("0-odd" + good.suffix)
    if kind == "fifo":
        os.mkfifo(odd)
    elif kind == "directory":
        odd.mkdir()
    elif kind == "socket":
        import socket

        here = os.getcwd()
        os.chdir(odd.parent)  # the names of sockets are short
        try:
            socket.socket(socket.AF_UNIX).bind(odd.name)
        finally:
            os.chdir(here)
    elif kind.startswith("sparse"):
        if kind == "sparse tail":
            shutil.copy(good, odd)
        with odd.open("ab") as file:
            file.truncate(100 << 30)
    elif kind == "dangling":
        odd.symlink_to("nothing")
    else:
        odd.write_bytes(os.urandom(100_000) if kind == "random" else b"")
    report = bounded(project, "report")
    assert "TOTAL" in report.stdout, report.stderr
    assert "app.py" in report.stdout
    assert "other.py" in report.stdout
    if folder == "shards" and kind != "sparse tail":
        assert report.returncode == 65
        assert odd.name in report.stderr
    combined = bounded(project, "combine", "--keep", "--data-dir", "sum", ".blockcov")
    assert combined.returncode == (65 if folder == "shards" else 0), combined.stderr
    assert bounded(project, "report", "--data-dir", "sum").returncode == 0


@pytest.mark.parametrize("folder", ["", "shards", "maps", "contexts", "shards/*", "maps/*"])
@pytest.mark.parametrize("command", ["report", "combine"])
def test_what_may_not_be_read(project: Project, command: str, folder: str) -> None:
    """A directory, or one file in it: named, with the reason; where that is possible the others are reported."""
    directory = measured(project)
    closed = sorted(directory.glob(folder))[0] if folder else directory
    closed.chmod(0)
    options = ["--keep", "--data-dir", "sum", ".blockcov"] if command == "combine" else []
    try:
        result = rights.blockcov(project, command, *options)
    finally:
        closed.chmod(0o700)
    assert "Traceback" not in result.errors
    if folder == "contexts" and command == "report":
        assert result.status == 0  # nobody asked for contexts
        return
    assert result.status in (65, 66, 74), result.errors
    assert "Permission denied" in result.errors
    assert closed.name in result.errors
    if folder in ("shards/*", "maps/*") and command == "report":
        assert "TOTAL" in result.text


def test_cut_off_and_flipped(project: Project) -> None:
    """Some of what `python -m tests.lossless` tries."""
    for kind, outcomes in damage.attempts(project, step=101):
        assert outcomes.tried > 20, kind
        assert outcomes.named > 5, (kind, outcomes)
