"""Fixtures and options of all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import sharing
from tests.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """An empty project directory whose path has a blank in it."""
    path = tmp_path / "the project"
    path.mkdir()
    return Project(path)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --pictures and --share."""
    parser.addoption("--pictures", action="store_true", help="make the pictures of HTML pages under docs/pictures")
    parser.addoption(
        "--share",
        metavar="OWN/ALL",
        help="run only this interpreter's share of the cases marked `once`; its version and all: 3.12.1/3.11.7,3.12.1",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the cases that other interpreters of the same run have."""
    share = config.getoption("--share")
    if share is None:
        return
    own, _, every = share.partition("/")
    among = every.split(",")
    if own not in among:
        raise pytest.UsageError(f"--share {share}: {own} is none of {every}")
    mine, theirs = sharing.split(items, own, among)
    config.hook.pytest_deselected(items=theirs)
    items[:] = mine
