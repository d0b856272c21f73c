"""Writing a result: whole or not at all."""

from __future__ import annotations

import os
import re
import sys

from blockcov.errors import CANNOT_CREATE, Failure

_NO_TEXT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def write_file(path: str, text: str) -> None:
    """Write UTF-8 through a temporary file and a rename; `-` is stdout. Raises Failure(CANNOT_CREATE)."""
    if path == "-":
        sys.stdout.write(text)
    else:
        write_bytes(path, text.encode("utf-8", "backslashreplace"))


def write_bytes(path: str, data: bytes) -> None:
    """Write through a temporary file and a rename. Raises Failure(CANNOT_CREATE)."""
    try:
        if os.path.exists(path) and not os.path.isfile(path):  # a device or a pipe: nothing to rename over
            with open(path, "wb") as file:
                file.write(data)
            return
        temporary = f"{os.path.realpath(path)}.{os.getpid()}.tmp"
        try:
            with open(temporary, "xb") as file:
                file.write(data)
            os.replace(temporary, os.path.realpath(path))
        except BaseException:
            if os.path.exists(temporary):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise Failure(CANNOT_CREATE, f"cannot write {path}: {error.strerror}") from None


def make_directory(path: str) -> None:
    """Create a directory with its parents if it is not there. Raises Failure(CANNOT_CREATE)."""
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise Failure(CANNOT_CREATE, f"cannot create directory {path}: {error.strerror}") from None


def printable(text: str) -> str:
    """Replace what would move the cursor, end a line or cannot be encoded by escapes."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def one_line(text: str) -> str:
    """Replace only what no line of text and no XML document can hold, for names that programs read."""
    return _NO_TEXT.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def write_stdout(text: str) -> None:
    """Print; what the terminal's encoding lacks is written as an escape. Flushed, so that an error shows now."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()
