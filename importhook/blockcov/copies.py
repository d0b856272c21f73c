"""Copies of the measured sources in other directories, as xdist's `--rsyncdir` makes them for its workers.

Who runs such a copy notes in the data directory which directory it stands for; reports show its counts there. One file
for each copy, so that no process writes what another has written.
"""

import os

from blockcov import start_text
from blockcov.errors import CANNOT_CREATE, DATA, Failure
from blockcov.select import is_within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

SUFFIX = ".copy.json"


def note(data_dir: str, copy: str, original: str) -> None:
    """Say that the directory `copy` stands for `original`; both absolute. Raises Failure(CANNOT_CREATE)."""
    path = os.path.join(data_dir, f"{os.getpid()}{SUFFIX}")
    partial = path + ".tmp"
    try:
        with open(partial, "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(start_text.dumps([os.path.realpath(copy), os.path.realpath(original)]))
        os.replace(partial, path)
    except OSError as error:
        raise Failure(CANNOT_CREATE, f"cannot write {path}: {error.strerror}") from None


def carry(source: str, target: str) -> None:
    """Take the notes of one data directory along to another. Raises OSError."""
    for name in os.listdir(source):
        if name.endswith(SUFFIX):
            with open(os.path.join(source, name), "rb") as reader, open(os.path.join(target, name), "wb") as writer:
                writer.write(reader.read())


def forget(data_dir: str) -> None:
    """Remove all notes. Raises OSError."""
    for name in os.listdir(data_dir):
        if name.endswith(SUFFIX):
            os.unlink(os.path.join(data_dir, name))


def originals(data_dir: str) -> "Callable[[str], str]":
    """Give a function from canonical paths to those that they stand for. Raises Failure(DATA) for a damaged note."""
    pairs = []
    for name in sorted(os.listdir(data_dir)):
        if not name.endswith(SUFFIX):
            continue
        path = os.path.join(data_dir, name)
        try:
            with open(path, encoding="utf-8", errors="surrogatepass") as file:
                copy, original = start_text.loads(file.read())
            pairs.append((os.path.join(copy, ""), os.path.join(original, "")))
        except (OSError, ValueError, TypeError) as error:
            raise Failure(DATA, f"cannot read {path}: {error}") from None

    def original_of(path: str) -> str:
        for copy, original in pairs:
            if is_within(path, copy):
                return original + path[len(copy) :]
        return path

    return original_of
