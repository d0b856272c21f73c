"""No way to start a process and no way to end it loses a count."""

from __future__ import annotations

import os

import pytest

from tests.lossless import ENDS, STARTS, Way, measure
from tests.project import Project


@pytest.mark.parametrize("way", [*STARTS, *ENDS], ids=lambda way: way.name)
def test_way(project: Project, way: Way) -> None:
    if way.needs:
        pytest.importorskip(way.needs)
    if way.root and os.geteuid() != 0:
        pytest.skip("only root may become another user")
    found = measure(way, project)
    assert (found.loops, found.lines) == (way.loops, way.lines), found.errors
    assert way.status is None or found.status == way.status, found.errors
