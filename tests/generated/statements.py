"""Random statements."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

from tests.generated.expressions import Expressions
from tests.generated.writer import Context

VERSION = sys.version_info[:2]


class Statements(Expressions):
    """Writes statements that fit where they stand, and functions."""

    def body(self, context: Context, most: int = 4) -> None:
        """Write some statements."""
        context = replace(context, depth=context.depth + 1)
        for _ in range(self.random.randrange(1, most + 1)):
            self.size -= 1
            self.statement(context)

    def statement(self, context: Context) -> None:
        """Write a statement."""
        simple: list[tuple[int, Callable[[Context], None]]] = [
            (10, self.assignment),
            (4, self.expression),
            (2, self.assertion),
            (2, self.raising),
            (3 if context.loop else 0, self.loop_exit),
            (2 if context.leave and context.kind != "class" else 0, self.returning),
            (1, self.deletion),
            (1, self.several),
        ]
        compound: list[tuple[int, Callable[[Context], None]]] = [
            (12, self.conditional),
            (6, self.for_loop),
            (6, self.while_loop),
            (9, self.trying),
            (5, self.with_block),
            (4, self.matching),
            (1, self.class_body),
            (2, self.nested),
        ]
        choices = simple if self.size <= 0 or context.depth > 5 else simple + compound
        make = self.random.choices([each for _, each in choices], [weight for weight, _ in choices])[0]
        make(context)

    def assignment(self, context: Context) -> None:
        """Write an assignment of some kind."""
        name, other = self.name(context), self.name(context)
        if self.chance(8):
            self.add(f"{name} += bit(3)")
            return
        forms = (f"{name} = ", f"{name} = {other} = ", f"{name}, *{other} = ", f"{name}: int = ")
        form = self.random.choices(forms, (20, 2, 1, 0 if context.kind != "class" else 1))[0]
        self.add(form + self.value(context))

    def expression(self, context: Context) -> None:
        """Write an expression for what it does."""
        self.add(self.value(context))

    def assertion(self, context: Context) -> None:
        """Write an assertion."""
        message = f", {self.value(context, 2)}" if self.chance(40) else ""
        self.add(f"assert {self.test(context)}{message}")

    def raising(self, context: Context) -> None:
        """Raise something."""
        cause = f" from {self.random.choice(['None', 'KeyError(2)'])}" if self.chance(25) else ""
        errors = (
            "Oops(1)",
            "ValueError(a)",
            "KeyError",
            "ExceptionGroup('g', [Oops(2), ValueError(3)])",
            "StopIteration(4)",
        )
        again = "raise" if self.chance(15) else f"raise {self.random.choice(errors)}{cause}"
        self.add(again)

    def loop_exit(self, context: Context) -> None:
        """Leave or repeat the loop."""
        self.add(self.random.choice(["break", "continue"]))

    def returning(self, context: Context) -> None:
        """Return."""
        self.add("return" if context.kind == "asynchronous generator" else f"return {self.value(context)}")

    def deletion(self, context: Context) -> None:
        """Delete a variable, and mostly set it again."""
        name = self.name(context)
        self.add(f"del {name}")
        if self.chance(80):
            self.add(f"{name} = {self.random.randrange(4)}")

    def several(self, context: Context) -> None:
        """Write several statements on one line."""
        name = self.name(context)
        self.add(f"{name} = {self.value(context, 2)}; {self.value(context, 2)}; pass")

    def conditional(self, context: Context) -> None:
        """Write an if."""
        if self.chance(10):
            self.add(f"if {self.test(context)}: {self.name(context)} = {self.value(context, 2)}")
            return
        with self.block(f"if {self.test(context)}:"):
            self.body(context)
        while self.chance(25):
            with self.block(f"elif {self.test(context)}:"):
                self.body(context, 2)
        if self.chance(50):
            with self.block("else:"):
                self.body(context)

    def for_loop(self, context: Context) -> None:
        """Write a for."""
        target = self.random.choice([self.name(context), "_", f"({self.name(context)})"])
        # Not over a list itself: its loop may make it longer.
        over = f"items({self.random.randrange(4)})" if self.chance(80) else f"tuple({self.value(context, 2)})"
        keyword = "for"
        if context.awaits and self.chance(40):
            keyword, over = "async for", f"Later({self.random.randrange(4)})"
        with self.block(f"{keyword} {target} in {over}:"):
            self.body(replace(context, loop=True))
        self.otherwise(context)

    def while_loop(self, context: Context) -> None:
        """Write a while."""
        tests = (f"left() and {self.test(context)}", "left()", f"{self.test(context, 2)} and left()")
        with self.block(f"while {self.random.choice(tests)}:"):
            self.body(replace(context, loop=True))
        self.otherwise(context)

    def otherwise(self, context: Context) -> None:
        """Write the else of a loop, or none."""
        if self.chance(30):
            with self.block("else:"):
                self.body(context, 2)

    def trying(self, context: Context) -> None:
        """Write a try."""
        with self.block("try:"):
            self.body(context)
        groups = self.chance(15)
        handlers = self.random.randrange(3) if not groups else self.random.randrange(1, 3)
        for number in range(handlers):
            caught = [
                "Oops",
                "ValueError",
                "(KeyError, Oops)",
                "Exception",
                "TypeError",
                "(bit() and Oops or ValueError)",
            ]
            if VERSION >= (3, 14) and self.chance(20):
                caught = ["KeyError, Oops"]
            head = f"except{'*' if groups else ''} {self.random.choice(caught)}"
            if self.chance(40) and head[-6:] != ", Oops":
                head += f" as {self.name(context)}"
            elif not groups and number == handlers - 1 and self.chance(30):
                head = "except"
            inner = replace(context, loop=False, leave=False) if groups else context
            with self.block(head + ":"):
                self.body(inner, 3)
        if handlers and self.chance(30):
            with self.block("else:"):
                self.body(context, 2)
        if not handlers or self.chance(30):
            with self.block("finally:"):
                self.body(context, 2)

    def with_block(self, context: Context) -> None:
        """Write a with."""
        items = [f"Manager({self.random.choice(['0', '1', 'bit()'])})" for _ in range(self.random.choice([1, 1, 2]))]
        items = [f"{item} as {self.name(context)}" if self.chance(30) else item for item in items]
        keyword = "async with" if context.awaits and self.chance(60) else "with"
        if len(items) > 1 and self.chance(40):
            text = "(\n" + ",\n".join("    " * (self.indent + 2) + item for item in items) + ")"
        else:
            text = ", ".join(items)
        with self.block(f"{keyword} {text}:"):
            self.body(context)

    def matching(self, context: Context) -> None:
        """Write a match."""
        name = self.name(context)
        subjects = (
            name,
            "items(2)",
            "bit(3)",
            f"({name}, bit())",
            f"[{name}, 1, *items(2)]",
            "{'k': bit(), 'l': 2}",
            f"Truth({name})",
        )
        patterns = (
            *("0", "1 | 2", "None", "True", "'x' | ''", "-1", "(1 | 2) as a", "int()", "int() | str()"),
            *("[]", "[_]", f"[{name}, *_]", f"({name}, 1)", "[0, [*_], *_]", f"int() as {name}"),
            *("Truth(value=0)", "Truth(1)", f"Truth({name})", "{'k': 1}", f"{{'k': {name}, **rest}}"),
        )
        with self.block(f"match {self.random.choice(subjects)}:"):
            for _ in range(self.random.randrange(1, 4)):
                guard = f" if {self.test(context, 2)}" if self.chance(35) else ""
                with self.block(f"case {self.random.choice(patterns)}{guard}:"):
                    self.body(context, 2)
            if self.chance(40):
                with self.block(f"case {self.random.choice(['_', name])}:"):
                    self.body(context, 2)

    def class_body(self, context: Context) -> None:
        """Write a class, and call its method."""
        name = self.fresh("K")
        with self.block(f"class {name}:"):
            self.body(replace(context, kind="class", loop=False, leave=False), 3)
            with self.block("def method(self, a, b, c=1):"):
                self.body(Context("def", depth=context.depth + 1), 3)
        self.add(f"{self.name(context)} = {name}().method({self.name(context)}, 2)")

    def nested(self, context: Context) -> None:
        """Write a function inside, and call it."""
        name = self.fresh("g")
        own = self.fresh("x")
        kind = self.random.choices(("def", "generator", "coroutine"), (5, 2, 2 if context.awaits else 0))[0]
        if self.chance(30):
            self.add("@wrapped")
        with self.block(f"{'async ' if kind == 'coroutine' else ''}def {name}({own}=1):"):
            if context.kind != "class" and self.chance(40):
                self.add(f"nonlocal {self.name(context)}")
            self.body(Context(kind, (own, *context.names), context.depth + 1), 3)
            if kind == "generator":
                self.add(f"yield {own}")
        call = {"def": f"{name}(2)", "generator": f"list({name}(bit()))", "coroutine": f"await {name}()"}[kind]
        self.add(f"{self.name(context)} = {call}")

    def function(self, name: str, kind: str, size: int) -> None:
        """Write a function."""
        parameters = "[T](a, b)" if VERSION >= (3, 12) and self.chance(5) else "(a, b)"
        prefix = "async " if kind in ("coroutine", "asynchronous generator") else ""
        self.size = size
        with self.block(f"{prefix}def {name}{parameters}:"):
            self.add("c = bit(3)")
            while self.size > 0:
                self.size -= 1
                self.statement(Context(kind))
            if kind in ("generator", "asynchronous generator"):
                self.add(f"yield {self.value(Context(kind))}")
            elif self.chance(60):
                self.add(f"return {self.value(Context(kind))}")
