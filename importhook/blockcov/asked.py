"""Whether `run --branch` was asked for: reports then count branches, whatever a file of settings says.

coverage.py's data file says whether it has branches. Here the data always has them, so what was asked for is noted.
"""

import os

from blockcov.errors import CANNOT_CREATE, Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from blockcov.config import Options

FILE_NAME = "branch"


def note(options: "Options") -> None:
    """Note it if the command line did. Raises Failure(CANNOT_CREATE)."""
    if options.branch and options.origin.get("branch") == "command line":
        path = os.path.join(options.data_dir, FILE_NAME)
        try:
            with open(path, "wb", 0):
                pass
        except OSError as error:
            raise Failure(CANNOT_CREATE, f"cannot write {path}: {error.strerror}") from None


def carry(source: str, target: str) -> None:
    """Note for one data directory what is noted for another. Raises OSError."""
    if os.path.exists(os.path.join(source, FILE_NAME)):
        with open(os.path.join(target, FILE_NAME), "wb", 0):
            pass


def counts_branches(options: "Options") -> bool:
    """Say whether reports count branches: the command line over what was noted over the file."""
    if options.origin.get("branch") == "command line":
        return options.branch
    return options.branch or os.path.exists(os.path.join(options.data_dir, FILE_NAME))


def forget(data_dir: str) -> None:
    """Remove the note. Raises OSError."""
    try:
        os.unlink(os.path.join(data_dir, FILE_NAME))
    except FileNotFoundError:
        pass
