"""A representative part of CPython's own test suite goes as it does without blockcov, case by case."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project import clean_environment


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("test.test_dis"), reason="this interpreter came without its tests")
def test_representative_part() -> None:
    command = [sys.executable, "-m", "tests.transparency", "--part"]
    done = subprocess.run(
        command, cwd=Path(__file__).parent.parent, env=clean_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 cases" not in done.stdout
