"""Runs that add up until they are combined: coverage.py's `parallel`, as tox with several environments is set up.

coverage.py's runs then write a file each, and `combine` makes one of those that were written since the last time.
Here all runs write into one data directory, and `combine` notes that the next run of this kind begins anew.
"""

import os

from blockcov.errors import CANNOT_CREATE, Failure

FILE_NAME = "combined"


def close(data_dir: str) -> None:
    """Note that what is there was combined. Raises Failure(CANNOT_CREATE)."""
    path = os.path.join(data_dir, FILE_NAME)
    try:
        with open(path, "wb", 0):
            pass
    except OSError as error:
        raise Failure(CANNOT_CREATE, f"cannot write {path}: {error.strerror}") from None


def is_open(data_dir: str) -> bool:
    """Say whether a run that is one of several adds to what is there."""
    return not os.path.exists(os.path.join(data_dir, FILE_NAME))


def forget(data_dir: str) -> None:
    """Remove the note. Raises OSError."""
    try:
        os.unlink(os.path.join(data_dir, FILE_NAME))
    except FileNotFoundError:
        pass
