"""A program on a terminal of its own, to type into it and to see what it shows there."""

from __future__ import annotations

import os
import pty
import select
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

TIMEOUT_S = 60.0


def show(command: Sequence[str | Path], directory: Path, environment: Mapping[str, str], typed: bytes = b"") -> str:
    """Run `command` on a terminal, type, and give all that it has shown when it ends. TimeoutError after TIMEOUT_S."""
    child, terminal = pty.fork()
    if child == 0:
        try:
            os.chdir(directory)
            os.execvpe(command[0], [str(word) for word in command], dict(environment))
        finally:
            os._exit(127)
    shown = b""
    end = time.monotonic() + TIMEOUT_S
    try:
        os.write(terminal, typed)
        while True:
            if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
                raise TimeoutError(shown.decode(errors="replace"))
            try:
                data = os.read(terminal, 65536)
            except OSError:  # what Linux says when the other end is closed
                data = b""
            if not data:
                return shown.decode(errors="replace")
            shown += data
    finally:
        os.close(terminal)
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(child, 0)
