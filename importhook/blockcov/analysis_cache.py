"""Prepared analyses kept in the data directory, so that a report does not parse again what has not changed.

    .blockcov/analysis/<key>.prepared

The key is a hash of everything that an analysis follows from: blockcov itself, the interpreter, what the settings
exclude, the source, the maps. So an entry is never wrong, only unused. One that is damaged, of another format or cannot
be read is made again; where nothing can be written, nothing is.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterable, Iterator
from functools import cache

from blockcov import _blockcov
from blockcov.analysis import DEFAULT_EXCLUSION, Exclusion

DIRECTORY = "analysis"
SUFFIX = ".prepared"
MAGIC = b"\x89BCP\r\n\x1a\n"
FORMAT = 2
_HEADER = struct.Struct("<8sI32s32s")
_OWN_FILES = ("analysis", "report/regions.py", "prepare.py", "unmeasured.py")


class Cache:
    """The entries of one data directory. None of its methods raises for the state of the files."""

    def __init__(self, data_dir: str, exclusion: Exclusion = DEFAULT_EXCLUSION) -> None:
        self.exclusion = exclusion
        self.directory = os.path.join(data_dir, DIRECTORY)
        self._used: set[str] = set()
        self._wrote = False

    def key(self, source_hash: str, maps: Iterable[str]) -> str:
        """Give the key of a file with this source, measured as these units in this order."""
        text = "\n".join([_fingerprint(), self.exclusion.key(), source_hash, *maps])
        return _blockcov.source_hash(text.encode("utf-8", "surrogatepass"))

    def read(self, key: str) -> bytes | None:
        """Give the entry of `key`; None when there is none that can be used."""
        try:
            with open(f"{self.directory}/{key}{SUFFIX}", "rb", buffering=0) as file:
                data = file.read()
        except OSError:
            return None
        if len(data) < _HEADER.size:
            return None
        magic, number, own_key, own_hash = _HEADER.unpack_from(data)
        payload = data[_HEADER.size :]
        if magic != MAGIC or number != FORMAT or own_key != key.encode():
            return None
        if own_hash != _blockcov.source_hash(payload).encode():
            return None
        self._used.add(key)
        return payload

    def write(self, key: str, payload: bytes) -> None:
        """Keep an entry, if that is possible; readers see the whole file or none."""
        self._used.add(key)
        header = _HEADER.pack(MAGIC, FORMAT, key.encode(), _blockcov.source_hash(payload).encode())
        temporary = f"{self.directory}/{key}.{os.getpid()}.tmp"
        try:
            os.makedirs(self.directory, exist_ok=True)
            with open(temporary, "wb", buffering=0) as file:
                if file.write(header + payload) != len(header) + len(payload):
                    raise OSError("the disk is full")
            os.replace(temporary, f"{self.directory}/{key}{SUFFIX}")
            self._wrote = True
        except OSError:
            _unlink(temporary)

    def clean(self) -> None:
        """After writing, remove the entries of older sources and versions: those that were neither read nor written."""
        if self._wrote:
            for name in _names(self.directory):
                if name.removesuffix(SUFFIX) not in self._used and name.endswith(SUFFIX):
                    _unlink(os.path.join(self.directory, name))


def forget(data_dir: str) -> None:
    """Remove all entries and the directory."""
    directory = os.path.join(data_dir, DIRECTORY)
    for name in _names(directory):
        if name.endswith((SUFFIX, ".tmp")):
            _unlink(os.path.join(directory, name))
    try:
        os.rmdir(directory)
    except OSError:
        pass  # not there, or something else lies in it


def _names(directory: str) -> list[str]:
    try:
        return os.listdir(directory)
    except OSError:
        return []


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass


@cache
def _fingerprint() -> str:
    """Name what makes an analysis: the code of blockcov that does, and the interpreter, whose parser and compiler do.

    Code is named by its content, so that a data directory may be carried from machine to machine.
    """
    top = os.path.dirname(os.path.abspath(__file__))
    parts = [_blockcov.VERSION, sys.version, str(sys.flags.optimize), str(__debug__)]
    for path in (_blockcov.__file__ or "", *_own_files(top)):
        try:
            with open(path, "rb") as file:
                parts.append(_blockcov.source_hash(file.read()))
        except OSError:
            parts.append("?")
    return "\n".join(parts)


def _own_files(top: str) -> Iterator[str]:
    for name in _OWN_FILES:
        path = os.path.join(top, name)
        if os.path.isdir(path):
            yield from sorted(os.path.join(path, each) for each in os.listdir(path) if each.endswith(".py"))
        else:
            yield path
