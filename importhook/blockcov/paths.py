"""`[paths]`: the same sources in other places (a checkout of another machine, a container) get one name.

The rules are coverage.py's: each entry is a list of directories, the first of which is the one to use here. The others
may be globs. A file below one of these becomes the one at the same place below the first, if there is such a file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

from blockcov.errors import CONFIG, Failure


class PathMap:
    """Callable on an absolute file name: the name it has here."""

    def __init__(self, paths: Mapping[str, Iterable[str]]) -> None:
        self._rules: list[tuple[re.Pattern[str], str]] = []
        for key, places in paths.items():
            first, *others = list(places) or [""]
            if not first:
                raise Failure(CONFIG, f"paths: {key}: the directory to use is missing")
            target = os.path.join(os.path.realpath(first), "")
            for other in others:
                self._rules.append((_pattern(key, other), target))

    def __bool__(self) -> bool:
        """Whether there is a rule at all."""
        return bool(self._rules)

    def __call__(self, path: str) -> str:
        """Give the file that stands for `path` here; `path` itself if no rule leads to one that exists."""
        return self._map(path, os.path.isfile)

    def directory(self, path: str) -> str:
        """Give the same for a directory, or a file."""
        found = self._map(os.path.join(path, ""), os.path.isdir)
        return found.rstrip(os.sep) or os.sep if found != os.path.join(path, "") else self(path)

    def _map(self, path: str, exists: object) -> str:
        for pattern, target in self._rules:
            match = pattern.match(path.replace("\\", "/"))
            if match and callable(exists) and exists(mapped := target + path[match.end() :].replace("\\", "/")):
                return mapped
        return path


def _pattern(key: str, glob: str) -> re.Pattern[str]:
    """Compile a directory's glob: `*` and `?` do not match a slash, `**/` does, a leading `*` anything."""
    glob = glob.replace("\\", "/").rstrip("/")
    if not glob or glob.endswith("*"):
        raise Failure(CONFIG, f"paths: {key}: a pattern must end with a name, not {glob!r}")
    if not glob.startswith(("*", "/")) and not re.match(r"[A-Za-z]:/", glob):
        glob = os.path.abspath(glob)
    text = ""
    if glob.startswith("*/"):
        glob, text = glob[2:], r"(?:.*/)?"
    for part in re.split(r"(\*\*/|\*|\?)", glob):
        text += {"**/": r"(?:.*/)?", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part))
    return re.compile(text + "/")
