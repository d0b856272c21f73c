"""Data directories behind URLs, by fsspec: shards that share no disk. Used by `combine` alone.

What is there is copied and left as it is; running `combine` again counts nothing twice, since a merged shard knows the
processes in it.
"""

from __future__ import annotations

import os
from typing import Any

from blockcov.errors import NO_INPUT, UNAVAILABLE, Failure

_FOLDERS = {"shards": (".shard",), "maps": (".map",), "contexts": (".contexts",), "": (".json", "branch")}
_AT_ONCE = 1 << 20


def is_url(path: str) -> bool:
    """Is this `protocol://...` (and no file of that name)?"""
    return "://" in path and not os.path.exists(path)


def copy(url: str, target: str) -> None:
    """Copy the data directory at `url` into the directory `target`. Raises Failure."""
    try:
        import fsspec  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        raise Failure(UNAVAILABLE, f"combine: {url} needs the package fsspec: pip install fsspec") from None
    try:
        system, top = fsspec.core.url_to_fs(url)
        if not system.isdir(top):
            raise Failure(NO_INPUT, f"combine: there is no directory {url}")
        for folder, suffixes in _FOLDERS.items():
            source = f"{top.rstrip('/')}/{folder}".rstrip("/")
            if system.isdir(source):
                _copy_files(system, source, os.path.join(target, folder), suffixes)
    except Failure:
        raise
    except Exception as error:  # each file system has its own
        raise Failure(NO_INPUT, f"combine: cannot read {url}: {type(error).__name__}: {error}") from None


def _copy_files(system: Any, source: str, target: str, suffixes: tuple[str, ...]) -> None:
    os.makedirs(target, exist_ok=True)
    for path in sorted(system.ls(source, detail=False)):
        name = path.rstrip("/").rpartition("/")[2]
        if not name.endswith(suffixes) or system.isdir(path):
            continue
        with system.open(path, "rb") as reader, open(os.path.join(target, name), "wb") as writer:
            while block := reader.read(_AT_ONCE):
                writer.write(block)
