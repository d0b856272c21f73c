"""Packages for tests that need other programs than those that every test environment has: pytest plugins, tox, IPython.

They are installed into directories under build/projects, one for each set, to be put on PYTHONPATH; a second run needs
no network.
"""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

import pytest

from tests.oracle import projects


def directory(*requirements: str) -> Path:
    """Give a directory with these packages and what they need; the test is skipped where they cannot be had."""
    made = projects.SITE / "+".join(requirements)
    if not made.is_dir():
        partial = made.with_name(f".{made.name}-{os.getpid()}")
        try:
            projects._pip(", ".join(requirements), ["install", "--target", str(partial), *requirements])
        except projects.Unavailable as error:
            pytest.skip(f"not available: {error}")
        try:
            partial.rename(made)
        except OSError:
            shutil.rmtree(partial, ignore_errors=True)
            if not made.is_dir():
                raise
    return made


def python_path(*requirements: str) -> str:
    """Give a PYTHONPATH with these packages and what they need, in front of what is installed beside blockcov."""
    return f"{directory(*requirements)}{os.pathsep}{sysconfig.get_path('purelib')}"
