"""File globs of `--include` and `--omit`, with the meaning that coverage.py gives them."""

from __future__ import annotations

import os
import re

from blockcov.errors import CONFIG, USAGE, Failure

# What may follow at a position of a glob, and the regular expression for it; None: an error.
_TOKENS: list[tuple[re.Pattern[str], str | None]] = [
    (re.compile(r"\*\*\*+"), None),
    (re.compile(r"[^/]+\*\*+"), None),
    (re.compile(r"\*\*+[^/]+"), None),
    (re.compile(r"\*\*/\*\*"), None),
    (re.compile(r"^\*+/"), "(?s:.*/)?"),
    (re.compile(r"/\*+$"), "/(?s:.*)"),
    (re.compile(r"\*\*/"), "(?s:.*/)?"),
    (re.compile(r"\*"), "[^/]*"),
    (re.compile(r"\?"), "[^/]"),
    (re.compile(r"\[.*?\]"), "same"),
    (re.compile(r"[\[\]]"), None),
    (re.compile(r"[\s\S]"), "escape"),
]


def to_regex(glob: str) -> str:
    """Translate a glob: `*` and `?` stay within a directory, `**/` spans them, a bare name matches in any directory.

    Raises Failure for what coverage.py refuses too: `***`, `a**`, `**a`, `**/**`, a lone bracket.
    """
    pattern = glob if "/" in glob else "**/" + glob
    parts: list[str] = []
    position = 0
    while position < len(pattern):
        for token, meaning in _TOKENS:
            if token.pattern.startswith("^") and position:
                continue
            found = token.match(pattern, position)
            if not found:
                continue
            if meaning is None:
                raise Failure(USAGE, f"file pattern {glob!r} cannot include {found[0]!r}")
            parts.append({"same": found[0], "escape": re.escape(found[0])}.get(meaning, meaning))
            position = found.end()
            break
    return "".join(parts)


def compiled(globs: list[str], origin: str | None = None) -> re.Pattern[str] | None:
    """Give a pattern that matches a whole path if one of the globs does; None when there are none."""
    return re.compile("(?:" + "|".join(prepare(globs, origin)) + r")\Z") if globs else None


def prepare(globs: list[str], origin: str | None = None) -> list[str]:
    """Translate globs; one that does not begin with a wildcard also counts from the current directory.

    Raises Failure for what is none; `origin` is where they come from, if not from the command line.
    """
    try:
        return _prepare(globs)
    except Failure as failure:
        if origin in (None, "command line"):
            raise
        raise Failure(CONFIG, f"{origin}: {failure.message}") from None


def _prepare(globs: list[str]) -> list[str]:
    expressions: list[str] = []
    here = os.path.realpath(os.curdir)
    for glob in globs:
        expressions.append(to_regex(glob))
        if glob.startswith(("*", "?", "/")):
            continue
        absolute = os.path.normpath(os.path.join(here, glob))
        if absolute.startswith(here + "/"):  # the directory's own name is not a pattern
            expressions.append(re.escape(here) + to_regex(absolute[len(here) :]))
        else:
            expressions.append(to_regex(absolute))
    return expressions
