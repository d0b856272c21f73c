"""No way to start a process and no way to end it loses a count."""

from __future__ import annotations

import pytest

from tests.lossless import ENDS, STARTS, Way, cannot, measure
from tests.project import UNDER_ASAN, Project


@pytest.mark.parametrize("way", [*STARTS, *ENDS], ids=lambda way: way.name)
def test_way(project: Project, way: Way) -> None:
    if reason := cannot(way):
        pytest.skip(reason)
    if UNDER_ASAN and way.name in ("segmentation fault", "`MemoryError`"):
        pytest.skip("AddressSanitizer ends it in another way")
    found = measure(way, project)
    assert (found.loops, found.lines) == (way.loops, way.lines), found.errors
    assert way.status is None or found.status == way.status, found.errors
