"""What is measured: the decision about one file name, made once per name in every process.

Imported by every measured child process, so it imports only what the interpreter has loaded anyway; globs arrive
as regular expressions (see globs.py) and `re` is imported when there is one.
"""

import os
import stat
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

THIRD_PARTY = ("site-packages", "dist-packages")
PACKAGE_DIR = os.path.dirname(os.path.realpath(__file__))
STDLIB_DIR = os.path.dirname(os.path.realpath(os.__file__))


def is_within(path: str, top: str) -> bool:
    """Is `path` the file or directory `top`, or under it? Both are canonical."""
    return path == top or path.startswith(top if top.endswith(os.sep) else top + os.sep)


def canonical(filename: str) -> str:
    """Give the absolute, symlink-free form of a code object's file name."""
    if not os.path.isabs(filename) and not os.path.exists(filename):
        for entry in sys.path:
            candidate = os.path.join(entry, filename)
            if entry and os.path.exists(candidate):
                filename = candidate
                break
    return os.path.realpath(filename)


class Canonical:
    """`canonical` for many files: each directory is looked up once."""

    def __init__(self) -> None:
        self._directories: dict[str, str] = {}

    def __call__(self, filename: str) -> str:
        """Give the absolute, symlink-free form of a code object's file name."""
        head, name = os.path.split(filename)
        if not os.path.isabs(filename) or name in ("", ".", "..") or os.path.islink(filename):
            return canonical(filename)
        directory = self._directories.get(head)
        if directory is None:
            directory = self._directories[head] = os.path.realpath(head)
        return os.path.join(directory, name)


def archive_of(path: str) -> str | None:
    """Give the file that `path` lies in, as `app.zip` for `app.zip/pkg/mod.py`; None when there is none."""
    head = os.path.dirname(path)
    while head and head != os.path.dirname(head):
        if os.path.isfile(head):
            return head
        if os.path.isdir(head):
            return None
        head = os.path.dirname(head)
    return None


class Selector:
    """Callable on a code object's file name: is it measured?

    `roots` are canonical directories or files that were asked for; `packages` are dotted names, looked up on
    `sys.path` at the moment of the decision; `base` is the default root, used when neither those nor `include` are
    given. `include` and `omit` are regular expressions that match a whole canonical path.
    """

    def __init__(
        self,
        base: str,
        roots: "Sequence[str]" = (),
        packages: "Sequence[str]" = (),
        include: "Sequence[str]" = (),
        omit: "Sequence[str]" = (),
    ) -> None:
        self.base = base
        self.roots = list(roots)
        self.packages = [name.replace(".", os.sep) for name in packages]
        self.include = self._compile(include)
        self.omit = self._compile(omit)
        self._venv: dict[str, bool] = {}
        self._directories: dict[str, str] = {}  # their canonical names, with a separator
        # Whether what is said of one file holds for all in its directory; found out when the first one is met.
        self._by_directory: bool | None = None
        self._reasons: dict[str, str | None] = {}  # of all regular files in a canonical directory, if so

    @staticmethod
    def _compile(patterns: "Sequence[str]") -> "re.Pattern[str] | None":
        if not patterns:
            return None
        import re

        return re.compile("(?:" + "|".join(patterns) + r")\Z")

    def __call__(self, filename: str) -> bool:
        """Decide; never raises, because it is called while the program runs."""
        try:
            return self.reason(filename) is None
        except (OSError, ValueError):
            return False  # a name that no file can have

    def reason(self, filename: str) -> str | None:
        """Give why `filename` is not measured; None when it is."""
        if not filename or filename.startswith("<"):
            return "not the name of a file"
        path, is_file = self._find(filename)
        if not is_file and archive_of(path) is None and not is_within(path, PACKAGE_DIR):
            return "no such file"
        if self._by_directory is None:
            patterns = self.include is not None or self.omit is not None
            self._by_directory = not (patterns or self.packages or any(map(os.path.isfile, self.roots)))
        if not is_file or not self._by_directory:
            return self._reason_for(path)
        directory = path[: path.rfind(os.sep)]
        if directory not in self._reasons:
            self._reasons[directory] = self._reason_for(path)
        return self._reasons[directory]

    def _reason_for(self, path: str) -> str | None:
        """Give why the file at a canonical path is not measured."""
        if is_within(path, PACKAGE_DIR):
            return "part of blockcov"
        reason = self._outside(path)
        if reason is not None:
            return reason
        if self.include is not None and not self.include.match(path):
            return "not included"
        if self.omit is not None and self.omit.match(path):
            return "omitted"
        return None

    def _find(self, filename: str) -> tuple[str, bool]:
        """Give `canonical(filename)`, and whether it is a regular file; a directory's name is looked up only once."""
        directory, _, name = filename.rpartition(os.sep)
        if directory.startswith(os.sep) and name not in ("", os.curdir, os.pardir):
            known = self._directories.get(directory)
            if known is None:
                known = self._directories[directory] = os.path.join(os.path.realpath(directory), "")
            path = known + name
            try:
                mode = os.lstat(path).st_mode
            except OSError:
                return path, False
            if not stat.S_ISLNK(mode):
                return path, stat.S_ISREG(mode)
        path = canonical(filename)
        return path, os.path.isfile(path)

    def _outside(self, path: str) -> str | None:
        """Give why `path` is outside of the sources."""
        if self.roots or self.packages:
            reason = "outside of the sources"
            for top in self._tops(path):
                why = self._not_own(path, top)
                if why is None:
                    return None
                reason = why
            return reason
        if self.include is not None:
            return self._not_own(path, os.sep)
        if not is_within(path, self.base):
            return "outside of the current directory"
        return self._not_own(path, self.base, asked=False)

    def _tops(self, path: str) -> list[str]:
        """Give the roots and package directories that `path` lies in."""
        tops = [top for top in self.roots if is_within(path, top)]
        for name in self.packages:
            if os.sep + name not in path:
                continue
            for entry in sys.path:
                if not isinstance(entry, str):
                    continue
                top = os.path.join(os.path.realpath(entry), name)
                if path == top + ".py" or is_within(path, top):
                    tops.append(top)
        return tops

    def _not_own(self, path: str, top: str, asked: bool = True) -> str | None:
        """Give why `path` under `top` is somebody else's: standard library, installed package, environment.

        What is named outright is measured: the check starts below `top`, unless `top` was not asked for.
        """
        if is_within(path, STDLIB_DIR) and not (asked and is_within(top, STDLIB_DIR)):
            in_site = any(os.sep + name + os.sep in path for name in THIRD_PARTY)
            if not in_site:
                return "standard library"
        below = path[len(top) :] if asked else path
        if any(os.sep + name + os.sep in below for name in THIRD_PARTY):
            return "installed package"
        if top != os.sep and self._in_venv(os.path.dirname(path), top):
            return "virtual environment"
        return None

    def _in_venv(self, directory: str, top: str) -> bool:
        """Is there a virtual environment between `directory` and `top`, `top` itself left out?"""
        if directory == top or len(directory) <= len(top):
            return False
        known = self._venv.get(directory)
        if known is None:
            known = os.path.exists(os.path.join(directory, "pyvenv.cfg")) or self._in_venv(
                os.path.dirname(directory), top
            )
            self._venv[directory] = known
        return known
