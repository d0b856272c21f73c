from __future__ import annotations
import typing
from typing import TYPE_CHECKING, Protocol, overload

if TYPE_CHECKING:
    from collections.abc import Sequence
    import never_there

if typing.TYPE_CHECKING:
    import never_there_either
else:
    there = 1

if not TYPE_CHECKING:
    here = 1

if TYPE_CHECKING or typing:
    both = 1


class Named(Protocol):
    name: str

    def rename(self, name: str) -> None: ...

    def long(
        self, name: str
    ) -> None: ...

    def on_next_line(self) -> None:
        ...

    async def later(self) -> int: ...

    @property
    def size(self) -> int:
        """Doc."""
        ...

    def commented(self) -> None: ...  # a stub

    def not_a_stub(self) -> None: ...; x = 1


@overload
def double(x: int) -> int: ...
@overload
def double(x: str) -> str: ...
@overload
def double(
    x: bytes,
) -> bytes: ...


def double(x):
    return x + x


class Base:
    def must(self):
        raise NotImplementedError

    def should(self):
        raise NotImplementedError("later")

    def __repr__(self):
        return "Base"


double(1)
x = ...
y = [...]
if x is not ...:
    ...
for i in range(0):
    ...
def empty(): ...
def returns() -> dict[str, list[int]]: ...
lambda: ...
