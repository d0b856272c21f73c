"""What a program may ask of the process that measures it: contexts, snapshots, starting from zero.

Where the process is not measured, all of this does nothing, so that a program can say it always.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Protocol, Self

    class _Extension(Protocol):
        def switch_context(self, leave: "str | None", enter: "str | None") -> None: ...
        def active_contexts(self) -> tuple[str, ...]: ...
        def snapshot(self) -> "str | None": ...
        def reset(self) -> None: ...


def _extension() -> "_Extension | None":
    """Give the extension module, if it was loaded to measure this process."""
    return sys.modules.get("blockcov._blockcov")


class context:
    """Keeps separate counts of what is executed while it is active: `with blockcov.context("name"):`.

    A context is active in the whole process from entering to leaving it: what any thread executes meanwhile counts for
    it, and for every other one that is active then. So an outer context includes those that are nested in it, and one
    that is entered twice counts once. Entering and leaving need not be nested, nor happen in the same thread. A forked
    child begins with the contexts that are active at the fork.

    Raises ValueError for an empty name, and RuntimeError on entering it under `--mode hits`.
    """

    __slots__ = ("_entered", "name")

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise TypeError(f"a context is named by a str, not by {type(name).__name__}")
        if not name:
            raise ValueError("a context needs a name")
        self.name = name
        self._entered: list[str] = []

    def __enter__(self) -> "Self":
        """Enter it. One object may be entered again while it is active."""
        extension = _extension()
        if extension is not None:
            extension.switch_context(None, self.name)
        self._entered.append(self.name)
        return self

    def __exit__(
        self,
        kind: "type[BaseException] | None" = None,
        error: "BaseException | None" = None,
        trace: "TracebackType | None" = None,
    ) -> None:
        """Leave it; whatever was raised in it goes on."""
        name = self._entered.pop()
        extension = _extension()
        if extension is not None:
            extension.switch_context(name, None)

    def switch(self, name: str) -> None:
        """Leave this context and enter another in one step; leaving the block leaves that one."""
        other = context(name)
        extension = _extension()
        if extension is not None:
            extension.switch_context(self._entered[-1], name)
        self._entered[-1] = self.name = other.name


def active_contexts() -> tuple[str, ...]:
    """Give the names of the contexts that are active in this process, ascending."""
    extension = _extension()
    return () if extension is None else extension.active_contexts()


def snapshot() -> "str | None":
    """Make what this process has counted so far a shard of its own, which reports and `combine` can take at once.

    Counting goes on in another file, from zero; reports add the two up, so nothing is lost and nothing counts twice.
    Frames that run at that moment are accounted for in both. Gives the path of the finished shard, None where nothing
    is measured. Raises OSError if there is no room; then all is as before.
    """
    extension = _extension()
    return None if extension is None else extension.snapshot()


def reset() -> None:
    """Forget what this process has counted since it began, or since the last snapshot, also in contexts.

    Raises RuntimeError under `--mode hits`: probes that have fired would not fire again.
    """
    extension = _extension()
    if extension is not None:
        extension.reset()
