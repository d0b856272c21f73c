"""Writes random programs that terminate.

`program(seed)` gives the source of one module: helpers, then some functions of all kinds (plain ones, generators,
coroutines, asynchronous generators) with nested control flow, exceptions, `match`, comprehensions, classes and
closures, and calls of all of them. What may repeat asks for fuel first, and functions call earlier ones only. The same
seed gives the same source on the same minor version of Python; newer ones know more syntax.
"""

from __future__ import annotations

import random
import warnings

from tests.generated.helpers import SOURCE
from tests.generated.statements import Statements

ARGUMENTS = ("0, 1", "2, 0", "5, 3", "1, None", "7, 7", "4, 'x'", "3, 2", "[1, 2], 6")
KINDS = ("def", "generator", "coroutine", "asynchronous generator")


FUNCTIONS = 10
"""How many functions a module has: each is one program."""


def program(seed: int, functions: int = FUNCTIONS) -> str:
    """Give the source of a module with so many functions, each called with some arguments."""
    writer = Statements(random.Random(seed))
    text = [SOURCE]
    calls = []
    for number in range(functions):
        name = f"f{number}"
        kind = writer.random.choices(KINDS, (6, 3, 2, 1))[0]
        source = _function(writer, name, kind)
        text.append(source + "\n\n\n")
        calls += [f"attempt({name}, {arguments})\n" for arguments in ARGUMENTS]
        if kind == "def":
            writer.functions.append(name)
    return "".join(text + calls)


def _function(writer: Statements, name: str, kind: str) -> str:
    """Write functions until one compiles: what the grammar knows of scopes is less than what the compiler does."""
    while True:
        writer.lines, writer.indent = [], 0
        writer.function(name, kind, writer.random.choice((4, 8, 12, 20)))
        source = "\n".join(writer.lines)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(source, "<generated>", "exec")
            return source
        except SyntaxError:
            continue
