"""Leaves frames in every way but by a plain return: generators, exceptions, context managers.

A parser that backtracks by exceptions, walks over trees by delegating generators, a round-robin scheduler of
coroutines (after David Beazley's "A Curious Course on Coroutines and Concurrency", 2009), and transactions that are
rolled back by exceptions through `with` and `finally`. SIZE is the number of rounds.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager


class NoMatchError(Exception):
    """The input does not go on as a rule wants; backtrack."""


class Parser:
    """Evaluates sums, products, negation and parentheses by recursive descent; alternatives are tried in turn."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.failures = 0

    def expect(self, characters: str) -> str:
        """Take one of `characters`, or raise NoMatchError."""
        try:
            found = self.text[self.position]
        except IndexError:
            raise NoMatchError("end of input") from None
        if found not in characters:
            raise NoMatchError(found)
        self.position += 1
        return found

    def first_of(self, *rules: Callable[[], int]) -> int:
        """Give the value of the first rule that matches."""
        start = self.position
        for rule in rules:
            try:
                return rule()
            except NoMatchError:
                self.failures += 1
                self.position = start
        raise NoMatchError

    def number(self) -> int:
        """Match digits."""
        digits = self.expect("0123456789")
        try:
            while True:
                digits += self.expect("0123456789")
        except NoMatchError:
            return int(digits)

    def negated(self) -> int:
        """Match a minus sign and a factor."""
        self.expect("-")
        return -self.factor()

    def parenthesised(self) -> int:
        """Match a sum in parentheses."""
        self.expect("(")
        value = self.sum()
        self.expect(")")
        return value

    def factor(self) -> int:
        """Match the smallest unit."""
        return self.first_of(self.parenthesised, self.negated, self.number)

    def product(self) -> int:
        """Match factors with * between them."""
        value = self.factor()
        while True:
            start = self.position
            try:
                self.expect("*")
                value *= self.factor()
            except NoMatchError:
                self.position = start
                return value

    def sum(self) -> int:
        """Match products with + or - between them."""
        value = self.product()
        while True:
            start = self.position
            try:
                if self.expect("+-") == "+":
                    value += self.product()
                else:
                    value -= self.product()
            except NoMatchError:
                self.position = start
                return value


def expressions(rounds: int) -> int:
    """Parse `rounds` expressions; give how many came out as Python says."""
    right = 0
    for index in range(rounds):
        text = f"({index}+3)*-(2*{index % 7}-1)-{index % 11}*(4-(-{index}+1))"
        parser = Parser(text)
        right += parser.sum() == eval(text) and parser.position == len(text) and parser.failures > 0
    return right


class Tree:
    """A binary search tree."""

    def __init__(self, key: int) -> None:
        self.key = key
        self.left: Tree | None = None
        self.right: Tree | None = None

    def insert(self, key: int) -> None:
        """Add a leaf; a key that is there already is left alone."""
        if key == self.key:
            return
        side = "left" if key < self.key else "right"
        child = getattr(self, side)
        if child is None:
            setattr(self, side, Tree(key))
        else:
            child.insert(key)

    def __iter__(self) -> Iterator[int]:
        if self.left is not None:
            yield from self.left
        yield self.key
        if self.right is not None:
            yield from self.right


class FoundError(Exception):
    """Carries a result out of nested calls."""


def find_first(tree: Tree | None, wanted: Callable[[int], bool]) -> None:
    """Raise FoundError with the smallest key that is wanted."""
    if tree is None:
        return
    find_first(tree.left, wanted)
    if wanted(tree.key):
        raise FoundError(tree.key)
    find_first(tree.right, wanted)


def trees(rounds: int) -> int:
    """Walk two trees of other shapes in step; give how many pairs of keys were equal, and searches right."""
    keys = [index * 37 % 101 for index in range(101)]
    one, other = Tree(50), Tree(3)
    for key in keys:
        one.insert(key)
        other.insert(100 - key)
    right = 0
    for index in range(rounds):
        right += sum(left == right for left, right in zip(one, other, strict=True))
        try:
            find_first(one, (index % 101).__le__)
        except FoundError as found:
            right += found.args[0] == index % 101
    return right


Coroutine = Generator[tuple[str, int], int, None]


def producer(count: int) -> Coroutine:
    """Send the numbers below `count`."""
    for number in range(count):
        yield "put", number


def consumer(count: int, received: list[int]) -> Coroutine:
    """Receive `count` numbers, or until closed."""
    try:
        for _ in range(count):
            received.append((yield "get", 0))
    finally:
        received.append(-1)


def schedule(tasks: list[Coroutine]) -> int:
    """Run `tasks` in turn until all are done or wait for ever; give the number of steps."""
    channel: deque[int] = deque()
    ready: deque[tuple[Coroutine, int | None]] = deque((task, None) for task in tasks)
    steps = idle = 0
    while ready and idle <= len(ready):
        task, answer = ready.popleft()
        try:
            action, value = task.send(answer)  # type: ignore[arg-type]
        except StopIteration:
            idle = 0
            continue
        steps += 1
        if action == "put":
            channel.append(value)
            ready.append((task, 0))
            idle = 0
            continue
        try:
            ready.append((task, channel.popleft()))
            idle = 0
        except IndexError:
            idle += 1
            task.close()
    return steps


def coroutines(rounds: int) -> int:
    """Give how many numbers were received."""
    total = 0
    for _ in range(rounds):
        received: list[int] = []
        schedule([producer(30), producer(20), consumer(25, received), consumer(25, received)])
        total += sum(1 for number in received if number >= 0)
    return total


class RollBackError(Exception):
    """A transaction is not allowed."""


@contextmanager
def transaction(accounts: dict[str, int], log: list[str]) -> Iterator[dict[str, int]]:
    """Give a copy to work on, and keep it unless an exception comes."""
    copy = dict(accounts)
    try:
        yield copy
    except RollBackError:
        log.append("rolled back")
    else:
        accounts.update(copy)
    finally:
        log.append("done")


def transfer(accounts: dict[str, int], source: str, target: str, amount: int) -> None:
    """Move `amount`; RollBackError when there is not enough, or no such account."""
    try:
        accounts[source] -= amount
        accounts[target] += amount
    except KeyError as missing:
        raise RollBackError("no such account") from missing
    if accounts[source] < 0:
        raise RollBackError("not enough")


def transactions(rounds: int) -> int:
    """Make transfers of which some fail; give the number of those that were rolled back. The total must stay."""
    accounts = dict.fromkeys("abcd", 100)
    log: list[str] = []
    for index in range(20 * rounds):
        with transaction(accounts, log) as work:
            transfer(work, "abcd"[index % 4], "abcde"[index % 5], 7 * index % 90)
    if sum(accounts.values()) != 400 or log.count("done") != 20 * rounds:
        raise AssertionError("a transaction was half done")
    return log.count("rolled back")


def run(size: int) -> str:
    """Give the results of the four parts."""
    return f"{expressions(size)} {trees(size)} {coroutines(size)} {transactions(size)}"


if __name__ == "__main__":
    print(run(int(sys.argv[1])))
