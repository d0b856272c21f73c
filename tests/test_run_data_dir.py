"""Runs that share a data directory."""

from __future__ import annotations

import subprocess
import sys

from tests.project import Project

SLEEPER = "import sys\nprint('ready', flush=True)\nsys.stdin.readline()\nx = 1\n"


def start_sleeper(project: Project) -> subprocess.Popen[bytes]:
    project.write("sleeper.py", SLEEPER)
    process = subprocess.Popen(
        [sys.executable, "-m", "blockcov", "run", "sleeper.py"],
        cwd=project.path,
        env=project.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def test_shard_of_a_living_process_is_kept(project: Project) -> None:
    sleeper = start_sleeper(project)
    project.write("app.py", "y = 2\n")
    run = project.run("app.py")
    assert "still runs" in run.errors
    assert f"{sleeper.pid}-" in run.errors
    erase = project.blockcov("erase")
    assert erase.status == 0
    assert "still runs" in erase.errors
    sleeper.communicate(b"\n", timeout=20)
    assert sleeper.returncode == 0
    assert project.counts("sleeper.py") == {1: 1, 2: 1, 3: 1, 4: 1}
    assert project.blockcov("erase").errors == ""
    assert not list((project.path / ".blockcov").rglob("*.shard"))


def test_blockcov_running_blockcov(project: Project) -> None:
    project.write("app.py", "x = 1\n")
    assert project.run("-m", "blockcov", "run", "app.py").errors == ""
    assert project.counts("app.py") == {1: 1}


def test_parallel_runs_add_up(project: Project) -> None:
    project.write("app.py", "for i in range(10):\n    x = i\n")
    command = [sys.executable, "-m", "blockcov", "run", "--append", "app.py"]
    running = [subprocess.Popen(command, cwd=project.path, env=project.environment) for _ in range(6)]
    assert [process.wait(60) for process in running] == [0] * 6
    assert project.counts("app.py") == {1: 66, 2: 60}


def test_data_dir_is_made_with_its_parents(project: Project) -> None:
    project.write("app.py", "import os\nos.chdir('/')\nx = 1\n")
    project.run("--data-dir", "build/deep/cov", "app.py")
    assert project.json("--data-dir=build/deep/cov")["files"]["app.py"]["blockcov"]["lines"] == {"1": 1, "2": 1, "3": 1}


def test_odd_names(project: Project) -> None:
    """Blanks, quotes, non-ASCII and glob characters in paths reach the children and come back."""
    name = "it's [odd] %s ☃.py"
    project.write(name, "x = 1\n")
    project.write("app.py", f"import runpy, subprocess, sys\nsubprocess.run([sys.executable, {name!r}], check=True)\n")
    project.run("--source=.", "--data-dir", "data 'é", "app.py")
    assert project.json("--data-dir", "data 'é")["files"][name]["executed_lines"] == [1]


def test_file_name_that_is_not_utf_8(project: Project) -> None:
    import os

    name = os.fsdecode(b"caf\xe9.py")
    project.write(name, "x = 1\n")
    result = project.blockcov("run", name)
    assert (result.status, result.errors) == (0, "")
    report = project.blockcov("report")
    assert report.status == 0, report.errors
    assert "caf" in report.text
    assert project.json()["totals"]["covered_lines"] == 1
