"""Runs one command and says what it cost; counts its instructions under valgrind."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Run:
    """How a process ended, and the CPU time in seconds of it and of all children that it waited for."""

    status: int  # -N: killed by signal N
    out: str
    err: str
    user: float
    system: float
    wall: float


def run(command: Sequence[str | Path], directory: Path, environment: Mapping[str, str], timeout: float = 900) -> Run:
    """Run `command` in `directory`; it is killed after `timeout` seconds."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=directory,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        timer = threading.Timer(timeout, process.kill)
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        finally:
            timer.cancel()
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)  # or Popen would wait for it again
        out.seek(0)
        err.seek(0)
        return Run(
            process.returncode,
            out.read().decode(errors="replace"),
            err.read().decode(errors="replace"),
            usage.ru_utime,
            usage.ru_stime,
            wall,
        )


def instructions(
    command: Sequence[str | Path], directory: Path, environment: Mapping[str, str], scratch: Path
) -> tuple[int, Run]:
    """Run `command` under callgrind; give the instructions executed, those of its children included.

    A process that replaces itself (exec) is counted from there. 0 when valgrind did not report anything.
    """
    for old in scratch.glob("callgrind.*"):
        old.unlink()
    valgrind = ["valgrind", "--tool=callgrind", "--trace-children=yes"]
    valgrind += [f"--callgrind-out-file={scratch}/callgrind.out.%p", f"--log-file={scratch}/callgrind.log.%p"]
    done = run([*valgrind, *command], directory, environment, timeout=7200)
    counts = [
        int(count)
        for log in scratch.glob("callgrind.log.*")
        for count in re.findall(r"Collected : (\d+)", log.read_text(errors="replace"))
    ]
    return sum(counts), done
