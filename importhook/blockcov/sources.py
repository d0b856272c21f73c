"""Source files: reading them, from archives too, decoding them, naming them in reports."""

from __future__ import annotations

import io
import os
import tokenize
import zipfile
from collections.abc import Sequence

from blockcov.select import archive_of


def decode(source: bytes) -> str:
    """Decode by coding cookie or byte order mark; undecodable bytes become U+FFFD, for such code never ran."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError:
        encoding = "utf-8"
    return source.decode(encoding, "replace")


def read_source(path: str) -> bytes | None:
    """Read a source file, which may lie in a zip archive; None when there is none."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        pass
    archive = archive_of(path)
    if archive is None:
        return None
    try:
        with zipfile.ZipFile(archive) as opened:
            return opened.read(os.path.relpath(path, archive).replace(os.sep, "/"))
    except (OSError, KeyError, zipfile.BadZipFile):
        return None


def display_names(paths: Sequence[str]) -> list[str]:
    """Give each of `paths` relative to the current directory if it is under it."""
    here = os.path.realpath(os.curdir).rstrip(os.sep) + os.sep
    return [path[len(here) :] if path.startswith(here) else path for path in paths]
