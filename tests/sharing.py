"""Cases that need not run on every interpreter are shared out among those of one run.

What hangs on the interpreter (how code is read, changed, counted and looked at) is tested on each of them, and carries
no mark. `once("run")` is for what is the same Python program everywhere: reports, commands, settings, other people's
projects. `once("minor")` is for long judges of what may differ between two minor versions, not between two releases
of one. Each case goes to one interpreter, by a hash of its name: none is left out, and each interpreter gets some of
each file. pytest by itself, and `run_tests.py --everywhere`, run them all.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pytest

SCOPES = ("run", "minor")


def minor(version: str) -> tuple[str, ...]:
    """Give what the releases of one minor version have in common: ("3", "12") of "3.12.1"."""
    return tuple(version.split(".")[:2])


def chosen(name: str, scope: str, among: Sequence[str]) -> frozenset[str]:
    """Give the versions of `among` that run the case `name`: one of all, or one of each minor version."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for version in among:
        groups.setdefault(() if scope == "run" else minor(version), []).append(version)
    return frozenset(group[zlib.crc32(name.encode()) % len(group)] for group in groups.values())


def scope_of(item: pytest.Item) -> str | None:
    """Give the scope of a case; None if it runs everywhere, as all do that are skipped on some interpreters.

    pytest.UsageError for a mark that is none of SCOPES.
    """
    mark = item.get_closest_marker("once")
    if mark is None:
        return None
    if mark.args not in [(scope,) for scope in SCOPES]:
        raise pytest.UsageError(f"{item.nodeid}: once() takes one of {', '.join(SCOPES)}")
    if item.get_closest_marker("skip") or item.get_closest_marker("skipif"):
        return None
    return str(mark.args[0])


def split(items: Sequence[pytest.Item], own: str, among: Sequence[str]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Give the cases that the interpreter `own` runs, and those that others of `among` do."""
    mine: list[pytest.Item] = []
    theirs: list[pytest.Item] = []
    for item in items:
        scope = scope_of(item)
        (mine if scope is None or own in chosen(item.nodeid, scope, among) else theirs).append(item)
    return mine, theirs
