"""Compares the cases of a test file under blockcov with the plain run, and tells unsteady tests from differences."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.transparency.suite import PLAIN, Outcomes

MISSING = "missing"


@dataclass
class Compared:
    """One test file in one mode. `different` and `unsteady` map a case to its outcomes: plain, under blockcov."""

    file: str
    mode: str
    cases: int = 0
    seconds: tuple[float, float] = (0.0, 0.0)
    different: dict[str, tuple[str, str]] = field(default_factory=dict)
    unsteady: dict[str, tuple[str, str]] = field(default_factory=dict)
    output: str = ""


def differing(plain: Outcomes, measured: Outcomes) -> dict[str, tuple[str, str]]:
    """Give the cases whose outcomes are not the same."""
    names = [*plain.cases, *(name for name in measured.cases if name not in plain.cases)]
    pairs = {name: (plain.cases.get(name, MISSING), measured.cases.get(name, MISSING)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def compare(
    file: str, mode: str, plain: Outcomes, measured: Outcomes, run: Callable[[str], Outcomes], repeats: int
) -> Compared:
    """Compare; where something differs, run both `repeats` times more.

    A case is unsteady, and says nothing, if one outcome was seen both in a plain run and under blockcov.
    """
    result = Compared(file, mode, cases=len(plain.cases), seconds=(plain.seconds, measured.seconds))
    different = differing(plain, measured)
    result.output = measured.output if different else ""
    plains, measureds = [plain], [measured]
    still = dict(different)
    for _ in range(repeats):
        if not still:
            break
        plains.append(run(PLAIN))
        measureds.append(run(mode))
        for name in list(still):
            seen = {each.cases.get(name, MISSING) for each in plains}
            if seen & {each.cases.get(name, MISSING) for each in measureds}:
                result.unsteady[name] = still.pop(name)
    result.different = still
    return result
