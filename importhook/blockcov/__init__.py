"""blockcov: exact execution counts and intraline branch coverage for Python, by rewriting its bytecode.

Every measured child process imports this package at start-up, so it imports nothing itself.

PYTEST_DONT_REWRITE: pytest would complain that it cannot rewrite the assertions of a plugin that is imported already.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from blockcov.notebook import load_ipython_extension as load_ipython_extension

    __version__: str

__all__ = ["__version__"]


def __getattr__(name: str) -> "Any":
    """Give `__version__`, which the extension module knows, and what IPython asks for, when they are asked for."""
    if name == "__version__":
        from blockcov import _blockcov

        return _blockcov.VERSION
    if name == "load_ipython_extension":
        from blockcov.notebook import load_ipython_extension

        return load_ipython_extension
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
