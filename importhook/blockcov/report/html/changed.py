"""Which lines are not as they were in a git revision."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence

from blockcov.errors import NO_INPUT, USAGE, Failure

_HUNK = re.compile(rb"@@ -\S+ \+(\d+)(?:,(\d+))? @@")
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS = {b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r"}


def changed_lines(revision: str, directory: str = ".") -> dict[str, set[int]]:
    """Give the lines of each file (canonical path) in the work tree that are new or changed since `revision`.

    Files that git does not track and does not ignore are new as a whole: they have the line 0, which means all. Raises
    Failure when there is no git, no work tree or no such revision.
    """
    if revision.startswith("-"):
        raise Failure(USAGE, f"html: --since {revision} is not a revision")
    top = os.fsdecode(_git(directory, "rev-parse", "--show-toplevel").rstrip(b"\n"))
    _git(directory, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", missing=revision)
    diff = (
        "diff",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--no-renames",
        "--unified=0",
        "--src-prefix=a/",
        "--dst-prefix=b/",
    )
    found: dict[str, set[int]] = {}
    lines: set[int] = set()
    for line in _git(top, *diff, revision, "--").split(b"\n"):
        if line.startswith(b"+++ "):
            lines = set()
            if (name := _name(line[4:])) is not None:
                found[os.path.realpath(os.path.join(top, os.fsdecode(name)))] = lines
        elif match := _HUNK.match(line):
            first = int(match[1])
            lines.update(range(first, first + int(match[2] or 1)))
    for name in _git(top, "ls-files", "--others", "--exclude-standard", "-z").split(b"\0"):
        if name:
            found[os.path.realpath(os.path.join(top, os.fsdecode(name)))] = {0}
    return found


def _name(text: bytes) -> bytes | None:
    """Read a name as `git diff` writes it behind `+++ `: quoted where it has odd characters; None for /dev/null."""
    text = text.rstrip(b"\t")
    if text.startswith(b'"'):
        text = _ESCAPE.sub(_unescaped, text[1:-1])
    return text[2:] if text.startswith(b"b/") else None


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if len(code) == 3 else _LETTERS.get(code, code)


def _git(directory: str, *words: str, missing: str = "") -> bytes:
    """Run git, which has to succeed."""
    command: Sequence[str] = ("git", "-C", directory, *words)
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise Failure(NO_INPUT, f"html: --since needs git: {error.strerror}") from None
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        if missing:
            raise Failure(NO_INPUT, f"html: git knows no revision {missing}")
        raise Failure(NO_INPUT, f"html: --since: {reason[0] if reason else 'git failed'}")
    return done.stdout
