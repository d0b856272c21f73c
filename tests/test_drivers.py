"""Drivers over the standard library: blockcov's counts of its modules equal the oracle's."""

from pathlib import Path

import pytest

from tests.oracle import compare, run

pytestmark = pytest.mark.once("minor")

DRIVERS = sorted((Path(__file__).parent / "drivers").glob("drive_*.py"))


def test_enough_modules() -> None:
    modules = {name for path in DRIVERS for name in run.modules(path)}
    assert len(modules) >= 30


@pytest.mark.parametrize("path", DRIVERS, ids=lambda path: path.stem.removeprefix("drive_"))
def test_driver(path: Path) -> None:
    totals = compare.compare_program(path)
    assert not totals.differences, "\n".join(map(str, totals.differences[:20]))
    assert totals.executed > 0
