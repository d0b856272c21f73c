"""Warm loops of each kind of instruction that CPython specialises; run by tests/test_specialisation.py.

Every outcome occurs: what `--mode hits` still waits for may keep two instructions apart.
"""

from __future__ import annotations

from collections.abc import Iterator

GLOBAL = 3


class Point:
    """Attributes in an instance, in slots of a class, a property and a method."""

    scale = 2

    def __init__(self, x: int) -> None:
        self.x = x

    def moved(self, by: int) -> int:
        """A method with an argument."""
        return self.x + by

    @property
    def double(self) -> int:
        """A property that is a Python function."""
        return self.x + self.x

    def __getitem__(self, index: int) -> int:
        return self.x if index else 0


class Slotted:
    """Attributes in slots."""

    __slots__ = ("x",)

    def __init__(self) -> None:
        self.x = 1


def add(a: int, b: int) -> int:
    """Two positional arguments."""
    return a + b


def with_default(a: int, b: int = 2) -> int:
    """A default value."""
    return a + b


def counted(n: int) -> Iterator[int]:
    """A generator."""
    for i in range(n):
        yield i


def delegated(n: int) -> Iterator[int]:
    """A generator that delegates."""
    yield from counted(n)


def loops(n: int) -> int:
    """FOR_ITER over what it is specialised for, and a while loop."""
    total = 0
    for i in range(n):
        if i % 2:
            total += i
    for item in [1, 2, 3] * n:
        total += item
    for pair in ((1, 2),) * n:
        total += pair[0]
    for key in dict.fromkeys(range(n)):
        if key > 1 and total > 0 or key == 0:
            total += key
    for each in counted(n):
        total += each
    for each in delegated(n):
        total += each
    while total > 1000:
        total -= 1000
    return total


def numbers(n: int) -> float:
    """BINARY_OP and COMPARE_OP with integers and floating-point numbers."""
    i, f = 1, 1.5
    for _ in range(n):
        i = i + 3
        i = i - 1
        i = i * 1
        f = f + 0.5
        f = f - 0.25
        f = f * 1.0
        if i < 100 and f > 2.0:
            i += 1
        elif i == 7:
            i = 8
        f = f if f < 100.0 else 1.0
    return i + f


def strings(n: int) -> str:
    """Concatenation, in place too, comparison, characters."""
    text = ""
    part = "ba"
    for _ in range(n):
        text = text + part
        text += part
        if text == "abab" or part != "ab":
            text = part
        part = "ab"
    return str(text)


def items(n: int) -> int:
    """Subscripts of all kinds, loaded and stored, and unpacking."""
    numbers, names, pair, point = [1, 2, 3], {"a": 1}, (4, 5), Point(3)
    total = 0
    for _ in range(n):
        total += numbers[1] + names["a"] + pair[0] + point[1]
        numbers[0] = total
        names["a"] = 1
        a, b = pair
        c, d, e = numbers
        total += a + b + c + d + e
        total %= 1000
    return total


def attributes(n: int) -> int:
    """LOAD_ATTR and STORE_ATTR of instances, slots, classes, modules; properties; globals and built-ins."""
    point, slotted = Point(1), Slotted()
    total = 0
    for _ in range(n):
        point.x = 2
        slotted.x = point.x
        total += point.x + slotted.x + point.scale + Point.scale + point.double + GLOBAL
        if point.x:
            total -= 1
    return total


def calls(n: int) -> int:
    """CALL of functions, methods, classes and built-ins."""
    point = Point(1)
    values = [3, 1, 2]
    total = 0
    for i in range(n):
        total += add(i, 1) + with_default(i) + point.moved(i) + len(values)
        total += Point(i).x + Slotted().x + abs(i) + max(i, 1) + ord("a")
        values.append(1)
        values.pop()
        if isinstance(i, int) and type(i) is int:
            total += int(str(i)) + values.index(3) + len("a b".split())
        values.count(1)
    return total


def tests_of_truth(n: int) -> int:
    """Tests of what has to be made a truth value first; each goes both ways."""
    total = 0
    for i in range(n):
        text = "x" if i > 3 else ""
        things = [1] if i == 2 else []
        nothing = 1 if i == 6 else None
        other = None if i == 7 else i
        if text:
            total += 1
        if i:
            total += 1
        if things:
            total += 1
        if nothing:
            total += 1
        if nothing is None and other is not None:
            total += 1
        while not (text or things or i):
            total += 1
            break
    return total


def caught(n: int) -> int:
    """What stands around and in a try statement."""
    total = 0
    names = {"a": 1}
    for i in range(n):
        try:
            try:
                total += names["a"]
                if i % 4 == 0:
                    total += names["b"]
                if i == 7:
                    total += int("x")
            except KeyError:
                total += i
            finally:
                total += 1
        except ValueError:
            total += 2
    return total


def comprehensions(n: int) -> int:
    """Comprehensions, which 3.12 and later inline."""
    values = [i * 2 for i in range(n) if i > 2]
    return sum(values) + len({i: i + 1 for i in values}) + sum(i + 1 for i in values)


def run(size: int) -> None:
    """Run each `size` times."""
    for _ in range(size):
        for function in (loops, numbers, strings, items, attributes, calls, tests_of_truth, caught, comprehensions):
            function(10)
