"""What SIGKILL leaves uncertain, with each placement: never a count too low, and none too high beyond the bound.

The program says in its comments in which basic block of which loop each line is. What plain Python does, one line after
the other, is the truth; a process is killed at each call of `tick`, or at random moments.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import pytest

from blockcov import _blockcov
from tests.project import KEEPS_CODE, Project

# `# a 1`: block 1 of a function outside of its loops; `# ab 2`: block 2 of a loop in it; functions without a loop have
# two letters. What a loop goes over is found in the block before; a `while` is tested once more at the loop's end.
WALK = """
from ticks import tick

def plain(n):
    total = n * 7 + 3            # pa 1
    tick()                       # pa 1
    low = total % 5              # pa 1
    if low == 2:                 # pa 1
        total += low             # pa 2
        tick()                   # pa 2
        total += 1               # pa 2
    elif low == 3:               # pa 3
        total -= tick()          # pa 4
        total -= 1               # pa 4
    else:
        total += 2               # pa 5
        tick()                   # pa 5
    total += 1                   # pa 6
    tick()                       # pa 6
    high = low > 1 and tick() == 0 and n > 3  # pa 6
    total += high                # pa 7
    if high or n % 2:            # pa 7
        total += 3               # pa 8
    return total                 # pa 9

def tried(n):
    value = 0                    # ta 1
    try:                         # ta 1
        value = 12 // (n % 4)    # ta 1
        tick()                   # ta 1
        value += 1               # ta 1
    except ZeroDivisionError:    # ta 2
        value = tick()           # ta 3
        value -= 1               # ta 3
    tick()                       # ta 4
    return value                 # ta 4

def items(n):
    for i in range(n % 4 + 1):   # i 1, ib 1
        tick()                   # ib 2
        yield i                  # ib 2
        tick()                   # ib 3
        i += 1                   # ib 3

def looped(n):
    total = n                    # a 1
    tick()                       # a 1
    total += plain(n)            # a 1
    for i in range(n % 5):       # a 1, ab 1
        total += i               # ab 2
        tick()                   # ab 2
        if total % 3 == 0:       # ab 2
            total += tick()      # ab 3
            continue             # ab 3
        for k in range(i):       # ab 4, abc 1
            total ^= k           # abc 2
            tick()               # abc 2
            total += tried(k)    # abc 2
            total += 1           # abc 2
        total += 2               # ab 5
        tick()                   # ab 5
    total += 5                   # a 2
    tick()                       # a 2
    while total % 7:             # a 2, ad 3
        total += 1               # ad 1
        tick()                   # ad 1
        if total % 2:            # ad 1
            total += 3           # ad 2
    for i in items(n):           # a 3, ae 1
        total += i               # ae 2
        tick()                   # ae 2
    return total                 # a 4

def main(n):
    total = 0                    # m 1
    for i in range(n):           # m 1, mb 1
        total += looped(i)       # mb 2
        tick()                   # mb 2
        total %= 1000            # mb 2
    return total                 # m 2
"""
TICKS = """
import os, signal
left = 0
def stop():
    os.kill(os.getpid(), signal.SIGKILL)
def tick():
    global left
    left -= 1
    if left == 0:
        stop()
    return 0
"""
# What is forked has counted nothing of its own.
APP = """
import json, os, random, signal, sys, time
import ticks, walk
def child(ticks_left, turns):
    here, there = os.pipe()
    pid = os.fork()
    if not pid:
        ticks.left = ticks_left
        os.write(there, b"x")
        walk.main(turns)
        os._exit(0)
    os.read(here, 1)
    os.close(here)
    os.close(there)
    return pid
turns, moments, until = json.loads(sys.argv[1])
for tick in range(1, until):
    assert os.waitpid(child(tick, turns), 0)[1] == 9
for moment in moments:
    pid = child(0, turns)
    end = time.perf_counter() + moment
    while time.perf_counter() < end:
        pass
    os.kill(pid, 9)
    os.waitpid(pid, 0)
"""
LINES = WALK.splitlines()
PLACES = [[tuple(place.split()) for place in line.partition("# ")[2].split(", ") if place] for line in ["", *LINES]]
"""Of each line: loop and block."""


def is_in_tail(line: int, standing: int) -> bool:
    """Is a line behind the one that a frame stands in, in the same basic block?"""
    return line > standing and not set(PLACES[line]).isdisjoint(PLACES[standing])


def is_near(line: int, standing: int) -> bool:
    """Is a line in the same loop, or one in that, or in the same function if that has no loop?"""
    loops = [loop for loop, _ in PLACES[standing] if loop[1:]]
    return is_in_tail(line, standing) or any(there.startswith(tuple(loops)) for there, _ in PLACES[line] if loops)


BOUNDS = {"fewest": is_near, "blocks": is_in_tail}


@dataclass
class Truth:
    """The lines that ran, in order; of each, the lines that the frames stood in then."""

    lines: list[int] = field(default_factory=list)
    stacks: list[tuple[int, ...]] = field(default_factory=list)

    @classmethod
    def of(cls, turns: int) -> Truth:
        """Run the program in this process, traced."""
        truth = cls()
        stack: list[int] = []

        def trace(frame: FrameType, event: str, _: object) -> Any:
            if frame.f_code.co_filename != "walk.py":
                return None
            if event == "call":
                stack.append(frame.f_lineno if frame.f_lasti > 4 else 0)
            elif event == "return":
                stack.pop()
            elif event == "line":
                stack[-1] = frame.f_lineno
                truth.lines.append(frame.f_lineno)
                truth.stacks.append(tuple(stack))
            return trace

        names: dict[str, Any] = {}
        exec(compile(WALK.replace("from ticks import tick", "def tick(): return 0"), "walk.py", "exec"), names)
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            names["main"](turns)
        finally:
            sys.settrace(before)
        tick = names["tick"].__code__.co_firstlineno
        kept = [index for index, line in enumerate(truth.lines) if line != tick]
        return cls([truth.lines[index] for index in kept], [truth.stacks[index] for index in kept])

    def fits_hits(self, found: Counter[int]) -> bool:
        """Is there a moment with just these lines, and perhaps the rest of blocks that frames stood in?"""
        more = {line for line, count in found.items() if count}  # that did not run yet
        for line, stack in zip(self.lines, self.stacks, strict=True):
            more.discard(line)
            if not found[line]:
                return False
            if all(any(is_in_tail(each, standing) for standing in stack) for each in more):
                return True
        return False

    def fits(self, found: Counter[int], placement: str) -> bool:
        """Is there a moment at which the process can have been killed?"""
        most = sum(found.values())
        ran = Counter(self.lines[:most])
        for moment in range(min(most, len(self.lines)), max(most - len(PLACES), 0), -1):
            stack = self.stacks[moment - 1]
            if all(
                0 <= found[line] - ran[line] <= sum(BOUNDS[placement](line, standing) for standing in stack)
                for line in range(len(PLACES))
            ):
                return True
            ran[self.lines[moment - 1]] -= 1
        return False


def counts_of(project: Project) -> Iterator[Counter[int]]:
    """Give the counts of the functions of walk.py of each shard of a forked child."""
    shards = project.path / ".blockcov" / "shards"
    for shard in sorted(shards.iterdir()):
        units, errors = _blockcov.read([str(shard)])
        assert not errors
        counts: Counter[int] = Counter()
        for unit in units:
            for code in unit["codes"]:
                if code["qualname"] != "<module>":
                    counts.update(code["lines"])
        if any(counts.values()):  # the parent runs none of these
            yield counts


def kill(project: Project, how: list[str], turns: int, moments: list[float], until: int) -> list[Counter[int]]:
    """Run `main(turns)` in forked children, and kill each; give the counts of each that got into it."""
    project.write("walk.py", WALK)
    project.write("ticks.py", TICKS)
    project.write("app.py", APP)
    settings = repr([turns, moments, until])
    project.blockcov("erase")
    project.run(*how, "--omit", "ticks.py,app.py", "app.py", settings)
    return list(counts_of(project))


def test_killed_at_each_call(project: Project) -> None:
    truth = Truth.of(turns=6)
    found = {name: kill(project, ["--placement", name], 6, [], until=90) for name in BOUNDS}
    assert [len(each) for each in found.values()] == [89, 89]
    for placement, each in found.items():
        assert all(truth.fits(counts, placement) for counts in each), placement
    assert not all(truth.fits(counts, "blocks") for counts in found["fewest"])


def test_hits_are_exact_to_the_block(project: Project) -> None:
    truth = Truth.of(turns=6)
    how = ["--placement", "blocks"] if KEEPS_CODE else []  # where code must not change, the plan is that of counts
    found = kill(project, ["--mode", "hits", *how], 6, [], until=90)
    assert len(found) == 89
    assert all(map(truth.fits_hits, found))


def test_both_placements_add_up(project: Project) -> None:
    """A child has the placement of its parent; two of one source are two maps."""
    project.write("lib.py", "def f(n):\n    for i in range(n):\n        if i % 2:\n            n += 1\n    return n\n")
    project.write(
        "app.py", "import lib, subprocess, sys\nsubprocess.run([sys.executable, '-c', 'import lib; lib.f(4)'])\n"
    )
    project.write("blockcov.toml", "placement = 'blocks'\n")

    def maps() -> int:
        units, errors = _blockcov.read([str(project.path / ".blockcov")])
        assert not errors
        return sum(unit["filename"].endswith("lib.py") for unit in units)

    project.run("app.py")
    assert maps() == 1
    once = project.counts("lib.py")
    assert once == {1: 2, 2: 5, 3: 4, 4: 2, 5: 1}
    project.run("--append", "--placement", "fewest", "app.py")
    assert maps() == 2
    assert project.blockcov("combine").status == 0
    assert project.counts("lib.py") == {line: 2 * count for line, count in once.items()}


@pytest.mark.parametrize("placement", BOUNDS)
def test_killed_at_random_moments(project: Project, placement: str) -> None:
    truth = Truth.of(turns=1500)
    moments = [random.uniform(0, 0.02) for _ in range(30)]
    found = kill(project, ["--placement", placement], 1500, moments, until=1)
    assert found
    for each in found:
        assert truth.fits(each, placement), (each, moments)
