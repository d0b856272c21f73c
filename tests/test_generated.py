"""Random programs: same output, same exceptions, and the oracle's counts, in both modes. `make generated` runs more."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.generated.__main__ import judge
from tests.generated.grammar import FUNCTIONS, program

pytestmark = pytest.mark.once("minor")

MODULES = 50
"""Of ten programs each."""
AT_A_TIME = 5


@pytest.mark.parametrize("first", range(0, MODULES, AT_A_TIME))
def test_counts_are_the_oracles(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + AT_A_TIME):
        judged = judge(seed, tmp_path)
        assert not isinstance(judged, str), judged
        assert not judged.differences, "\n".join(map(str, judged.differences[:20]))
        assert judged.codes > FUNCTIONS


def test_programs_are_what_they_should_be() -> None:
    """The same seed gives the same program, and all kinds of statements come."""
    text = "".join(program(seed) for seed in range(20))
    assert text == "".join(program(seed) for seed in range(20))
    words = "if elif else for while try except except* finally with match case async await yield assert class nonlocal"
    missing = [word for word in words.split() if f" {word} " not in text and f" {word}:" not in text]
    assert not missing
