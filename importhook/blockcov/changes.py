"""What differs from a revision of git: in the working tree, and between what ran and what is there now."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Collection, Iterator
from typing import NamedTuple

from blockcov.errors import NO_INPUT, UNAVAILABLE, Failure

_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_AS_IT_IS = ("--no-color", "--no-ext-diff", "--no-textconv", "--unified=0")
_DIFF = ("-c", "core.quotePath=off", "diff", *_AS_IT_IS, "--find-renames", "--diff-filter=d", "--ignore-submodules")
_AT_ONCE = 64
"""Versions of a file that are looked at together."""

Lines = set[int] | None
"""Lines of a file, from 1; None for all, of a file that git does not know yet."""


class Hunk(NamedTuple):
    """`old_count` lines from `old` on became `new_count` from `new` on. Of no lines, the number is the one before."""

    old: int
    old_count: int
    new: int
    new_count: int

    @property
    def old_lines(self) -> range:
        """The lines that went."""
        return range(self.old, self.old + self.old_count)

    @property
    def new_lines(self) -> range:
        """The lines that came."""
        return range(self.new, self.new + self.new_count)


class Changes(NamedTuple):
    """What is not as in a revision, by canonical path: the hunks of each file, None if git does not know it yet."""

    files: dict[str, list[Hunk] | None]
    gone: set[str]
    """Files that the revision has under a name that is not there any more."""


def changes_since(revision: str) -> Changes:
    """Compare the working tree with a revision.

    On a branch, what counts is where it left `revision`: changes that were made there since are not ours. Raises
    Failure where there is no git, no repository, or no such revision.
    """
    top = os.fsdecode(_git("rev-parse", "--show-toplevel").rstrip(b"\n"))
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}", of=revision)
    base = _git("merge-base", commit.strip().decode(), "HEAD", may_fail=True) or commit
    start = base.strip().decode()

    def names(*command: str) -> Iterator[str]:
        for name in _git(*command, directory=top).split(b"\0")[:-1]:
            yield os.path.realpath(os.path.join(top, os.fsdecode(name)))

    patches = re.split(rb"^diff --git .*\n", _git(*_DIFF, start, "--", directory=top), flags=re.M)[1:]
    files: dict[str, list[Hunk] | None] = {}
    for path, patch in zip(names(*_DIFF, "--name-only", "-z", start, "--"), patches, strict=True):
        files[path] = _hunks(patch)
    for path in names("ls-files", "--others", "--exclude-standard", "-z"):
        files[path] = None
    gone = names("diff", "--no-renames", "--diff-filter=D", "--ignore-submodules", "--name-only", "-z", start, "--")
    return Changes(files, set(gone))


def changed_lines(revision: str) -> dict[str, Lines]:
    """Give the changed lines of each file, by canonical path. Files that are gone are left out. Raises Failure."""
    changed: dict[str, Lines] = {}
    for path, hunks in changes_since(revision).files.items():
        changed[path] = None if hunks is None else {line for hunk in hunks for line in hunk.new_lines}
    return changed


def hunks_between(old: bytes, path: str) -> list[Hunk]:
    """Compare an older text of a file with the one that is there now. Raises Failure."""
    return _hunks(_git("diff", "--no-index", *_AS_IT_IS, "--text", "--", "-", path, text=old, fine=(0, 1)))


def earlier_versions(path: str) -> Iterator[bytes]:
    """Give what git has known a file to be, on any branch, newest first. Raises Failure."""
    directory, name = os.path.split(path)
    while not os.path.isdir(directory):
        directory, below = os.path.split(directory)
        name = os.path.join(below, name)
    log = ("log", "--all", "HEAD", "-m", "--format=", "--raw", "--no-abbrev", "--no-renames", "--", f":(literal){name}")
    blobs: dict[bytes, None] = {}
    for line in _git(*log, directory=directory, may_fail=True).split(b"\n"):
        if line.startswith(b":"):
            _, _, old, new, _ = line.split(maxsplit=4)
            blobs.update({blob: None for blob in (new, old) if blob.strip(b"0")})
    names = list(blobs)
    for first in range(0, len(names), _AT_ONCE):
        asked = b"".join(name + b"\n" for name in names[first : first + _AT_ONCE])
        rest = _git("cat-file", "--batch", directory=directory, text=asked)
        while rest:
            head, _, rest = rest.partition(b"\n")
            size = int(head.split()[-1])
            yield rest[:size]
            rest = rest[size + 1 :]


def _hunks(patch: bytes) -> list[Hunk]:
    """Read the hunks of one file."""
    hunks = []
    for line in patch.split(b"\n"):
        if found := _HUNK.match(line):
            hunks.append(Hunk(*(1 if number is None else int(number) for number in found.groups())))
    return hunks


def _git(
    *arguments: str,
    directory: str | None = None,
    may_fail: bool = False,
    of: str = "",
    text: bytes = b"",
    fine: Collection[int] = (0,),
) -> bytes:
    """Run git with `text` as its input and give what it prints; raises Failure with what it complains of."""
    try:
        done = subprocess.run(["git", *arguments], cwd=directory, input=text, capture_output=True, check=False)
    except OSError as error:
        raise Failure(UNAVAILABLE, f"git cannot be run: {error.strerror}") from None
    if done.returncode in fine:
        return done.stdout
    if may_fail:
        return b""
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    reason = said[0].removeprefix("fatal: ") if said else f"there is no revision {of}" if of else "git failed"
    raise Failure(NO_INPUT, f"git: {reason}")
