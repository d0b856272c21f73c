"""Fixtures of all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project directory whose path has a blank in it."""
    path = tmp_path / "the project"
    path.mkdir()
    return Project(path)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --pictures."""
    parser.addoption("--pictures", action="store_true", help="make the pictures of HTML pages under docs/pictures")
