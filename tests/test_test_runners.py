"""Test suites that are not run by pytest, or by something around it: unittest, tox, nox."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import pytest

import blockcov
from tests.packages import directory
from tests.project import Project

pytestmark = pytest.mark.once("run")

TOX = "tox==4.67.15"
NOX = "nox==2026.10.20"
COUNTS = {1: 1, 2: 3, 3: 0, 4: 3}


@pytest.fixture
def project(project: Project) -> Project:
    project.write(
        "src/shop.py",
        """\
        def price(n, vip=False):
            if n > 3 and vip:
                return n * 2
            return n
        """,
    )
    project.write(
        "tests/test_shop.py",
        """
        import os, sys, unittest
        sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "src"))
        from shop import price

        class ShopTest(unittest.TestCase):
            def test_price(self):
                for n in (1, 2, 5):
                    with self.subTest(n):
                        self.assertEqual(price(n), n)
        """,
    )
    return project


@pytest.mark.parametrize(
    "words", ["discover -s tests", "tests/test_shop.py", "-v tests.test_shop", "tests.test_shop.ShopTest.test_price"]
)
def test_unittest(project: Project, words: str) -> None:
    result = project.run("--source=src", "-m", "unittest", *words.split())
    assert "Ran 1 test" in result.errors
    assert project.counts("src/shop.py") == COUNTS


def test_unittest_that_fails(project: Project) -> None:
    project.write(
        "tests/test_bad.py", "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.fail()\n"
    )
    plain = project.python("-m", "unittest", "discover", "-s", "tests")
    result = project.blockcov("run", "--source=src", "-m", "unittest", "discover", "-s", "tests")
    assert result.status == plain.status == 1
    assert project.counts("src/shop.py") == COUNTS


@pytest.mark.parametrize(
    "command", ["blockcov run --source=src -m unittest discover -s tests", "pytest --blockcov=src"]
)
def test_nox_session(project: Project, command: str) -> None:
    """blockcov inside of a session."""
    project.write("noxfile.py", _noxfile(command))
    result = project.python("-m", "nox", PYTHONPATH=str(directory(NOX)))
    assert result.status == 0, result.errors
    assert project.counts("src/shop.py") == COUNTS


@pytest.mark.parametrize("command", ["unittest discover -s tests", "pytest -q tests"])
def test_nox_measured_from_outside(project: Project, command: str) -> None:
    project.write("noxfile.py", _noxfile(command))
    result = project.run("--source=src", "-m", "nox", PYTHONPATH=str(directory(NOX)))
    assert "was successful" in result.errors
    assert project.counts("src/shop.py") == COUNTS


def _noxfile(command: str) -> str:
    return f"""
        import nox
        @nox.session(venv_backend="none")
        def tests(session):
            session.run({sys.executable!r}, "-m", *{command.split()!r}, external=True)
        """


def _tox_ini(project: Project, command: str, before: str = "") -> str:
    blockcov_site = Path(blockcov.__file__).parents[1]
    return f"""
        [tox]
        env_list = tests
        [testenv]
        skip_install = true
        base_python = {sys.executable}
        pass_env = BLOCKCOV_*
        set_env = PYTHONPATH = {blockcov_site}
        commands_pre = {before}
        commands = {command}
        """


def test_tox_environment(project: Project) -> None:
    """blockcov inside of the environment, as it would be with `deps = blockcov`."""
    project.write("tox.ini", _tox_ini(project, "python -m blockcov run --source=src -m unittest discover -s tests"))
    result = project.python("-m", "tox", "-v", PYTHONPATH=str(directory(TOX)))
    assert result.status == 0, result.text + result.errors
    assert project.counts("src/shop.py") == COUNTS


def test_tox_measured_from_outside(project: Project) -> None:
    """The environment has blockcov, and lets its variables in."""
    site = sysconfig.get_path("purelib")
    project.write(
        "install.py",
        f"""
        import shutil, sysconfig
        shutil.copy({site + "/blockcov.pth"!r}, sysconfig.get_path("purelib"))
        """,
    )
    command = "python -m unittest discover -s tests"
    project.write("tox.ini", _tox_ini(project, command, "python install.py"))
    project.run("--source=src", "-m", "tox", PYTHONPATH=str(directory(TOX)))
    assert project.counts("src/shop.py") == COUNTS
