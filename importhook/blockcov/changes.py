"""Which lines differ from a revision of git: those of the working tree that are new or changed."""

from __future__ import annotations

import os
import re
import subprocess

from blockcov.errors import NO_INPUT, UNAVAILABLE, Failure

_HUNK = re.compile(rb"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_DIFF = (
    *("-c", "core.quotePath=off", "diff", "--find-renames", "--diff-filter=d", "--ignore-submodules"),
    *("--no-color", "--no-ext-diff", "--no-textconv"),
)

Lines = set[int] | None
"""Lines of a file, from 1; None for all, of a file that git does not know yet."""


def changed_lines(revision: str) -> dict[str, Lines]:
    """Give the changed lines of each file, by canonical path. Files that are gone are left out.

    On a branch, what counts is where it left `revision`: changes that were made there since are not ours. Raises
    Failure where there is no git, no repository, or no such revision.
    """
    top = os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\n"))
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}", of=revision)
    base = _git("merge-base", commit.strip().decode(), "HEAD", may_fail=True) or commit
    start = base.strip().decode()
    names = _git(*_DIFF, "--name-only", "-z", start, "--", directory=top).split(b"\0")[:-1]
    patches = re.split(rb"^diff --git .*\n", _git(*_DIFF, "--unified=0", start, "--", directory=top), flags=re.M)[1:]
    changed: dict[str, Lines] = {}
    for name, patch in zip(names, patches, strict=True):
        changed[_path(top, name)] = _new_lines(patch)
    for name in _git("ls-files", "--others", "--exclude-standard", "-z", directory=top).split(b"\0")[:-1]:
        changed[_path(top, name)] = None
    return changed


def _path(top: str, name: bytes) -> str:
    return os.path.realpath(os.path.join(top, os.fsdecode(name)))


def _new_lines(patch: bytes) -> set[int]:
    """Give the lines that the hunks of one file add."""
    lines: set[int] = set()
    for line in patch.splitlines():
        if found := _HUNK.match(line):
            first, count = int(found[1]), int(found[2] or 1)
            lines.update(range(first, first + count))
    return lines


def _git(*arguments: str, directory: str | None = None, may_fail: bool = False, of: str = "") -> bytes:
    """Run git and give what it prints; raises Failure with what it complains of."""
    try:
        done = subprocess.run(["git", *arguments], cwd=directory, capture_output=True, check=False)
    except OSError as error:
        raise Failure(UNAVAILABLE, f"git cannot be run: {error.strerror}") from None
    if done.returncode == 0:
        return done.stdout
    if may_fail:
        return b""
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = said[0].removeprefix("fatal: ") if said else f"there is no revision {of}" if of else "git failed"
    raise Failure(NO_INPUT, f"git: {reason}")
