"""Cases that need not run on every interpreter are shared out among those of one run.

What hangs on the interpreter (how code is read, changed, counted and looked at) is tested on each of them, and carries
no mark. `once("run")` is for what is the same Python program everywhere: reports, commands, settings, other people's
projects; with `below="3.14"`, only for versions before that. `once("minor")` is for long judges of what may differ
between two minor versions, not between two releases of one. Each case goes to one interpreter, by a hash of its name:
none is left out, and each interpreter gets some of each file. A `judge` takes minutes for one case, and is left to the
make target that it has (`make compare`). pytest by itself, and `run_tests.py --everywhere`, run all on all.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pytest

SCOPES = ("run", "minor")


def numbers(version: str) -> tuple[int, ...]:
    """Give (3, 12, 1) of "3.12.1"; the letter of a free-threaded or debug build does not count."""
    return tuple(int(part) for part in version.rstrip("td").split("."))


def chosen(name: str, scope: str, among: Sequence[str], below: str | None = None) -> frozenset[str]:
    """Give the versions of `among` that run the case `name`: one of all, or one of each minor version.

    Where none is below `below`, all do: it is for them to say why they cannot.
    """
    groups: dict[tuple[int, ...], list[str]] = {}
    able = [version for version in among if below is None or numbers(version) < numbers(below)]
    for version in able or among:
        groups.setdefault(() if scope == "run" else numbers(version)[:2], []).append(version)
    return frozenset(group[zlib.crc32(name.encode()) % len(group)] for group in groups.values())


def runs_on(item: pytest.Item, own: str, among: Sequence[str]) -> bool:
    """Whether the interpreter `own` runs this case. Judges none does; what may be skipped on some interpreters, all do.

    pytest.UsageError for a mark that is none of SCOPES.
    """
    if item.get_closest_marker("judge"):
        return False
    mark = item.get_closest_marker("once")
    if mark is None or item.get_closest_marker("skip") or item.get_closest_marker("skipif"):
        return True
    if mark.args not in [(scope,) for scope in SCOPES]:
        raise pytest.UsageError(f"{item.nodeid}: once() takes one of {', '.join(SCOPES)}")
    return own in chosen(item.nodeid, mark.args[0], among, **mark.kwargs)


def split(items: Sequence[pytest.Item], own: str, among: Sequence[str]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Give the cases that the interpreter `own` runs, and those that others of `among` do."""
    mine: list[pytest.Item] = []
    theirs: list[pytest.Item] = []
    for item in items:
        (mine if runs_on(item, own, among) else theirs).append(item)
    return mine, theirs
