"""blockcov: exact execution counts and intraline branch coverage for Python, by rewriting its bytecode.

Every measured child process imports this package at start-up, so it imports nothing itself.

PYTEST_DONT_REWRITE: pytest would complain that it cannot rewrite the assertions of a plugin that is imported already.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    __version__: str

__all__ = ["__version__"]


def __getattr__(name: str) -> str:
    """Give `__version__`, which the extension module knows, without loading the extension at import."""
    if name == "__version__":
        from blockcov import _blockcov

        return _blockcov.VERSION
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
