"""Random expressions."""

from __future__ import annotations

from dataclasses import replace

from tests.generated.writer import Context, Writer


class Expressions(Writer):
    """Writes expressions that fit where they stand."""

    def name(self, context: Context) -> str:
        """Give a variable."""
        return self.random.choice(context.names)

    def value(self, context: Context, deep: int = 0) -> str:
        """Write an expression."""
        if deep > 3:
            return self.pick((3, lambda: self.name(context)), (2, lambda: str(self.random.randrange(6))))
        few = self.random.randrange(3)
        plain = ("0", "1", "2", "None", "True", "''", "'x'", "[]", "(1, 2)", "bit(3)")

        def name() -> str:
            return self.name(context)

        def value() -> str:
            return self.value(context, deep + 1)

        def test() -> str:
            return self.test(context, deep + 1)

        def call() -> str:
            return self.random.choice(self.functions)

        return self.pick(
            (8, name),
            (6, lambda: self.random.choice(plain)),
            (5, test),
            (4, lambda: f"({value()} if {test()} else {value()})"),
            (4, lambda: self.joined([value(), value()], self.random.choice(["and", "or"]))),
            (3, lambda: f"({value()}, {few})"),  # not twice a value: hashing such a pair of pairs takes for ever
            (2, lambda: f"[{value()}, *items({few})]"),
            (2 if deep < 2 else 0, lambda: f"{{{value()}: 1}}.get({value()})"),
            (2, lambda: f"f'{{type({name()})!r:>4}}{{bit()}}'"),
            (3, lambda: f"probably({value()})"),
            (1, lambda: f"({name()} // {name()})"),
            (1, lambda: f"{name()}[{few}]"),
            (1, lambda: f"(lambda *z: {self.value(self.within(context), deep + 1)})(1)"),
            (3, lambda: self.comprehension(context, deep + 1)),
            (2 if context.scope and context.kind != "class" else 0, lambda: f"({name()} := {value()})"),
            (
                2 if self.functions else 0,
                lambda: f"({self.random.choice(self.functions)}({value()}, 1) if left() else 7)",
            ),
            (4 if context.yields else 0, lambda: f"(yield {value()})"),
            (2 if context.yields and context.kind == "generator" else 0, lambda: f"(yield from items({few}))"),
            (4 if context.awaits else 0, lambda: "(await Pause())"),
        )

    def test(self, context: Context, deep: int = 0) -> str:
        """Write an expression that is good as a test."""
        if deep > 3:
            return self.pick((2, lambda: "bit()"), (2, lambda: self.name(context)))
        number = self.random.randrange(4)
        several = self.random.randrange(2, 4)
        equal = ("==", "!=", "is", "<")
        order = ("<", "==", "!=", ">=")

        def name() -> str:
            return self.name(context)

        def test() -> str:
            return self.test(context, deep + 1)

        def one_of(words: tuple[str, ...]) -> str:
            return self.random.choice(words)

        return self.pick(
            (6, lambda: "bit()"),
            (2, lambda: "bit(4)"),
            (5, name),
            (2, lambda: f"{name()} is {one_of(('None', 'not None'))}"),
            (3, lambda: f"(not {test()})"),
            (6, lambda: self.joined([test() for _ in range(several)], "and")),
            (6, lambda: self.joined([test() for _ in range(several)], "or")),
            (2, lambda: f"({test()} if {test()} else {test()})"),
            (3, lambda: f"({name()} {one_of(equal)} {number})"),
            (2, lambda: f"(bit(3) < bit(4) {one_of(order)} {self.value(context, deep + 1)} != 2)"),
            (1, lambda: f"({name()} {one_of((*order, 'is', 'is not', 'in', 'not in'))} {name()})"),
            (2, lambda: f"Truth({name()})"),
            (1, lambda: one_of(("True", "False", "None", "1", "__debug__"))),
            (2, lambda: f"{one_of(('any', 'all'))}({self.clauses(context, deep + 1, False)})"),
        )

    def within(self, context: Context) -> Context:
        """Give the context inside of a comprehension or a lambda."""
        return replace(context, scope=False)

    def clauses(self, context: Context, deep: int, asynchronous: bool) -> str:
        """Write what stands between the brackets of a comprehension."""
        inside = self.within(context)
        text = ""
        for number in range(1 if self.chance(75) else 2):
            target = self.fresh("i")
            over = f"items({self.random.randrange(4)})"
            keyword = "for"
            if asynchronous and number == 0:
                over, keyword = f"Later({self.random.randrange(3)})", "async for"
            text += f" {keyword} {target} in {over}"
            inside = replace(inside, names=(*inside.names, target))
            while self.chance(40):
                text += f" if {self.test(inside, deep + 1)}"
        return self.value(inside, deep + 1) + text

    def comprehension(self, context: Context, deep: int) -> str:
        """Write a comprehension."""
        kind = self.random.randrange(4)
        clauses = self.clauses(context, deep, kind < 3 and context.awaits and self.chance(30))
        if kind == 0 or " async " in clauses:
            return f"[{clauses}]"
        if kind == 1:
            return f"list({clauses})"
        return f"len({{id: {clauses}}})" if kind == 2 else f"len([*({clauses})])"
