"""blockcov: exact execution counts and intraline branch coverage for Python, by rewriting its bytecode.

`context`, `snapshot`, `reset` and `active_contexts` are for the program that is measured (live.py). Every measured
child process imports this package at start-up, so it imports nothing itself.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from blockcov.live import active_contexts, context, reset, snapshot

    __version__: str

__all__ = ["__version__", "active_contexts", "context", "reset", "snapshot"]


def __getattr__(name: str) -> object:
    """Give what `__all__` names, without loading it when the package is imported."""
    if name == "__version__":
        from blockcov import _blockcov

        return _blockcov.VERSION
    if name in __all__:
        from blockcov import live

        return getattr(live, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
