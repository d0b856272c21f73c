"""Starts blockcov in children where it is on PYTHONPATH but not installed.

`blockcov run` puts this directory in front of PYTHONPATH then. It takes itself off `sys.path`, and hands over to the
sitecustomize module that it hides. Any version of Python may meet it, so it is written for all of them.
"""

import os
import sys


def _start():
    # type: () -> None
    if "BLOCKCOV_START" not in os.environ:
        return
    if sys.version_info < (3, 8):
        sys.stderr.write(
            "blockcov: warning: %s is not supported: process %d is not measured\n" % (sys.executable, os.getpid())
        )
        return
    top = os.path.dirname(os.path.dirname(_here))
    sys.path.insert(0, top)
    try:
        __import__("blockcov.autostart")
    except ImportError as error:
        sys.stderr.write("blockcov: warning: process %d is not measured: %s\n" % (os.getpid(), error))
    finally:
        sys.path.remove(top)


_here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or ".") != _here]
_start()
_own = sys.modules.pop("sitecustomize")
try:
    __import__("sitecustomize")
except ImportError as _error:
    if getattr(_error, "name", "sitecustomize") != "sitecustomize":
        raise
    sys.modules["sitecustomize"] = _own  # there is no other; the import system wants to find one
