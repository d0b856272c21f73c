"""Running commands for which the permissions of files hold, also where the tests run as root.

Root stays root, so that it still may enter the directories in which interpreter and tests lie, but without the
capabilities by which it reads and writes everything.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from tests.project import Project, Result

_CAPABILITIES = "--bounding-set=-dac_override,-dac_read_search"


def blockcov(project: Project, *arguments: str) -> Result:
    """Run `python -m blockcov`; the test is skipped where root's rights cannot be taken away."""
    without: list[str] = []
    if os.geteuid() == 0:
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            pytest.skip("root may do anything, and there is no setpriv (Debian: util-linux)")
        without = [setpriv, _CAPABILITIES]
    command = [*without, sys.executable, "-m", "blockcov", *arguments]
    done = subprocess.run(
        command, cwd=project.path, env=project.environment, capture_output=True, timeout=120, check=False
    )
    return Result(done.returncode, done.stdout, done.stderr)
