"""A directory of pages: written beside first, then moved into place, so that a run that fails leaves what was there.

    .blockcov-report.json       the manifest: which files are ours, what their pages were made from, earlier totals
    .new-<process>/             pages that are not in place yet

Only files that the manifest names are ever removed, and only files that a coverage report has written are replaced.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from blockcov.errors import CANNOT_CREATE, Failure
from blockcov.report.html.entry import Entry
from blockcov.report.html.history import Run
from blockcov.report.html.places import INDEX
from blockcov.report.output import make_directory

MANIFEST = ".blockcov-report.json"
_FORMAT = 1
_OURS = re.compile(rb"<meta name=generator content=.blockcov|^(//|/\*) blockcov|coverage\.readthedocs\.io")
IGNORE = ".gitignore"


@dataclass
class Manifest:
    """What an earlier run left: each page's key and entry by its place, all files by place, and the totals of runs."""

    pages: dict[str, tuple[str, Entry]] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    runs: list[Run] = field(default_factory=list)

    def dumps(self) -> str:
        """Give it as JSON."""
        pages = {place: [key, entry.as_json()] for place, (key, entry) in sorted(self.pages.items())}
        document = {
            "format": _FORMAT,
            "files": sorted(self.files),
            "pages": pages,
            "runs": [run.as_json() for run in self.runs],
        }
        return json.dumps(document, indent=0) + "\n"

    @classmethod
    def loads(cls, text: str) -> Manifest:
        """Read what dumps() gave. Raises ValueError, TypeError, KeyError or AttributeError for anything else."""
        document: Any = json.loads(text)
        if document["format"] != _FORMAT:
            raise ValueError("another format")
        pages = {place: (str(key), Entry.from_json(entry)) for place, (key, entry) in document["pages"].items()}
        files = {str(name) for name in document["files"] if _is_inside(str(name))}
        return cls(pages, files, [Run.from_json(run) for run in document["runs"]])


class Site:
    """The report's directory while it is being written; as a context manager it cleans up after a failure."""

    def __init__(self, directory: str) -> None:
        """Make the directory if need be. Raises Failure(CANNOT_CREATE) when nothing can be written there."""
        self.directory = directory
        is_new = not os.path.isdir(directory)
        make_directory(directory)
        self.before = self._read_manifest()
        self._staging = os.path.join(directory, f".new-{os.getpid()}")
        self._staged: set[str] = set()
        self._remove_abandoned()
        try:
            shutil.rmtree(self._staging, ignore_errors=True)
            os.mkdir(self._staging)
            if is_new:
                self.stage(IGNORE, "# Made by blockcov\n*\n")
        except OSError as error:
            raise self._failure(self._staging, error) from None

    def __enter__(self) -> Site:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._staging, ignore_errors=True)

    def has(self, place: str, key: str) -> Entry | None:
        """Give the entry of a page that is there and was made from what has this key."""
        known = self.before.pages.get(place)
        if known is None or known[0] != key or not os.path.isfile(os.path.join(self.directory, place)):
            return None
        return known[1]

    def check(self, places: Iterable[str]) -> None:
        """Raise Failure(CANNOT_CREATE) if one of these files is there and is not of a coverage report."""
        for place in places:
            path = os.path.join(self.directory, place)
            if place in self.before.files or not os.path.lexists(path):
                continue
            try:
                with open(path, "rb") as file:
                    ours = _OURS.search(file.read(4096)) is not None
            except OSError:
                ours = False
            if not ours:
                raise Failure(CANNOT_CREATE, f"html: {path} is not of a coverage report; -d DIR writes elsewhere")

    def write(self, place: str, text: str) -> None:
        """Write a file that waits to be moved; in any process. Raises Failure(CANNOT_CREATE)."""
        path = os.path.join(self._staging, place)
        data = text.encode("utf-8", "backslashreplace")
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(data)
        except OSError as error:
            raise self._failure(os.path.join(self.directory, place), error) from None

    def stage(self, place: str, text: str) -> None:
        """Write a file that waits to be moved, unless it is there already with this content."""
        try:
            with open(os.path.join(self.directory, place), "rb") as file:
                if file.read() == text.encode("utf-8", "backslashreplace"):
                    return
        except OSError:
            pass
        self.write(place, text)
        self._staged.add(place)

    def kept(self, place: str) -> list[str]:
        """Give the file, if it is one of ours."""
        return [place] if place in self._staged | self.before.files else []

    def add_written(self, place: str) -> None:
        """Note what a worker wrote."""
        self._staged.add(place)

    def commit(self, after: Manifest) -> None:
        """Move everything into place, the index last, and remove what is ours and no longer there.

        Should the process be killed in between, then the manifest knows no key of a page that was about to be replaced.
        """
        if not self._staged and after.dumps() == self.before.dumps():
            return
        stale = self.before.files - after.files
        known = {place: page for place, page in self.before.pages.items() if place not in self._staged | stale}
        path = self.directory
        try:
            self._move_text(Manifest(known, self.before.files | after.files, self.before.runs))
            for place in sorted(self._staged, key=lambda place: (place == INDEX, place)):
                path = os.path.join(self.directory, place)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                os.replace(os.path.join(self._staging, place), path)
            self._move_text(after)
        except OSError as error:
            raise self._failure(path, error) from None
        for place in stale:
            self._remove(place)

    def _move_text(self, manifest: Manifest) -> None:
        self.write(MANIFEST, manifest.dumps())
        os.replace(os.path.join(self._staging, MANIFEST), os.path.join(self.directory, MANIFEST))

    def _remove(self, place: str) -> None:
        """Remove a file of ours, and the directories that it leaves empty; what cannot be removed stays."""
        path = os.path.join(self.directory, place)
        try:
            os.unlink(path)
            while (path := os.path.dirname(path)) and len(path) > len(self.directory):
                os.rmdir(path)
        except OSError:
            pass

    def _read_manifest(self) -> Manifest:
        try:
            with open(os.path.join(self.directory, MANIFEST), encoding="utf-8") as file:
                return Manifest.loads(file.read())
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return Manifest()

    def _remove_abandoned(self) -> None:
        """Remove what processes left that were killed."""
        for name in os.listdir(self.directory):
            if match := re.fullmatch(r"\.new-(\d+)", name):
                try:
                    os.kill(int(match[1]), 0)
                except ProcessLookupError:
                    shutil.rmtree(os.path.join(self.directory, name), ignore_errors=True)
                except (OSError, OverflowError):
                    pass

    def _failure(self, path: str, error: OSError) -> Failure:
        return Failure(CANNOT_CREATE, f"html: cannot write {path}: {error.strerror or error}")


def _is_inside(place: str) -> bool:
    """Whether a name in the manifest is a plain path below the directory; a manifest can come from anywhere."""
    return not os.path.isabs(place) and ".." not in place.split("/") and place not in ("", ".", MANIFEST)
