"""Text on its way: where a random program's next line goes, and what may stand there."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Context:
    """What may stand at a place."""

    kind: str = "def"  # "def", "generator", "coroutine", "asynchronous generator", or "class": a class's body
    names: tuple[str, ...] = ("a", "b", "c")
    depth: int = 0
    loop: bool = False  # break and continue may stand here
    leave: bool = True  # and return
    scope: bool = True  # outside of a comprehension or lambda: yield and := may stand here

    @property
    def awaits(self) -> bool:
        """Whether await may stand here."""
        return self.kind in ("coroutine", "asynchronous generator") and self.scope

    @property
    def yields(self) -> bool:
        """Whether yield may stand here."""
        return self.kind in ("generator", "asynchronous generator") and self.scope


@dataclass
class Writer:
    """One module on its way."""

    random: random.Random
    functions: list[str] = field(default_factory=list)  # plain ones, to be called
    lines: list[str] = field(default_factory=list)
    indent: int = 0
    number: int = 0
    size: int = 0  # statements left for the function

    def add(self, text: str) -> None:
        """Add a line."""
        self.lines.append("    " * self.indent + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Add a head; what is added inside is its body."""
        self.add(head)
        self.indent += 1
        yield
        self.indent -= 1

    def fresh(self, prefix: str) -> str:
        """Give a name that was not used before."""
        self.number += 1
        return f"{prefix}{self.number}"

    def chance(self, percent: int) -> bool:
        """Decide."""
        return self.random.randrange(100) < percent

    def pick(self, *choices: tuple[int, Callable[[], str]]) -> str:
        """Make one of several expressions, by weight; those of weight 0 never."""
        weights = [weight for weight, _ in choices]
        return self.random.choices([make for _, make in choices], weights)[0]()

    def joined(self, parts: list[str], operator: str) -> str:
        """Join operands in brackets, in one line or several."""
        split = "\n" + "    " * (self.indent + 2) if self.chance(15) else " "
        return "(" + f"{split}{operator} ".join(parts) + ")"
