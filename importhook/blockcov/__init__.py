"""blockcov: exact execution counts and intraline branch coverage for Python, by rewriting its bytecode.

`context`, `snapshot`, `reset` and `active_contexts` are for the program that is measured (live.py). Every measured
child process imports this package at start-up, so it imports nothing itself.

PYTEST_DONT_REWRITE: pytest would complain that it cannot rewrite the assertions of a plugin that is imported already.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from blockcov.api import Coverage as Coverage
    from blockcov.api import CoverageWarning as CoverageWarning
    from blockcov.errors import Failure as Failure
    from blockcov.live import active_contexts, context, reset, snapshot
    from blockcov.notebook import load_ipython_extension as load_ipython_extension

    __version__: str

_LIVE = ("active_contexts", "context", "reset", "snapshot")
__all__ = ["Coverage", "CoverageWarning", "Failure", "__version__", "active_contexts", "context", "reset", "snapshot"]


def __getattr__(name: str) -> "Any":
    """Give what `__all__` names and what IPython asks for, without loading it when the package is imported."""
    if name == "__version__":
        from blockcov import _blockcov

        return _blockcov.VERSION
    if name in _LIVE:
        from blockcov import live

        return getattr(live, name)
    if name == "load_ipython_extension":
        from blockcov.notebook import load_ipython_extension

        return load_ipython_extension
    if name in ("Coverage", "CoverageWarning"):
        from blockcov import api

        return getattr(api, name)
    if name == "Failure":
        from blockcov.errors import Failure

        return Failure
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
