"""Exit statuses, and the one exception that ends a command with one line on stderr.

The statuses are those of sysexits.h, so that a script can tell them from what most programs return themselves.
This module has to be importable on Python 3.8, up to the check that says that the interpreter is not supported.
"""

import os
import sys

OK = 0
FAIL_UNDER = 2  # `report --fail-under`: the total is lower
USAGE = 64  # unknown command, option or mode
DATA = 65  # damaged measurements, or a source file that is not the one that ran
NO_INPUT = 66  # no script, no measurements, no source file
UNAVAILABLE = 69  # this interpreter is not supported
INTERNAL = 70  # a defect of blockcov
CANNOT_CREATE = 73  # a data directory or an output file cannot be written
CONFIG = 78  # a configuration file is wrong

FIRST_SUPPORTED = (3, 11)


class NotMainInterpreterError(Exception):
    """This is a subinterpreter: it runs unmeasured, beside the main one."""


class Failure(Exception):
    """Ends a command: `message` (one line: what and where) goes to stderr, `status` to the shell."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def write_line(text: str) -> None:
    """Write one line to file descriptor 2.

    Not to `sys.stderr`: the measured program may have replaced it, and what it captures is not ours to change.
    """
    line = "blockcov: " + text.replace("\n", " ") + "\n"
    try:
        os.write(2, line.encode("utf-8", "backslashreplace"))
    except OSError:
        pass  # stderr is closed: there is nobody to tell


def warn(text: str) -> None:
    """Write one warning line."""
    write_line("warning: " + text)


def check_version() -> None:
    """Raise Failure(UNAVAILABLE) on an interpreter for which no blockcov is made."""
    if sys.implementation.name != "cpython" or sys.version_info < FIRST_SUPPORTED:
        raise Failure(UNAVAILABLE, "blockcov needs CPython 3.11 or later, this is " + _interpreter())


def check_interpreter() -> None:
    """Raise Failure(UNAVAILABLE) unless this interpreter has a dialect and the extension module is built for it.

    NotMainInterpreterError in a subinterpreter, where the extension module does not load.
    """
    check_version()
    try:
        from blockcov import _blockcov
    except ImportError as error:
        if "subinterpreters" in str(error):
            raise NotMainInterpreterError from None
        raise Failure(UNAVAILABLE, f"the extension module does not load in {_interpreter()}: {error}") from None
    if not _blockcov.DIALECT:
        raise Failure(UNAVAILABLE, "this version of Python is not supported yet: " + _interpreter())


def _interpreter() -> str:
    return "{} {}.{} ({})".format(sys.implementation.name, *sys.version_info[:2], sys.executable)
