"""A module in which every kind of control flow is, for whoever follows each step of a program, and a small one."""

from __future__ import annotations

SMALL = """\
import contextlib
def work(n, rare=None):
    def inner(x):
        return x + 1 if x else 0
    total = 0
    for i in range(n):
        if i % 2 and rare:
            total += inner(i)
        try:
            total += 6 // (i - 3)
        except ZeroDivisionError:
            total -= 1
        finally:
            total += 0
    with contextlib.suppress(KeyError):
        {}[n]
    return total
def steps(n):
    while n:
        n -= 1
        got = yield n
        if got:
            return got
"""
MODULE = """\
import asyncio, contextlib

def numbers(n):
    try:
        for i in range(n):
            got = yield i if i % 2 else -i
            if got:
                return got
    finally:
        n = None

def delegate(n):
    first = yield from numbers(n)
    with contextlib.suppress(ZeroDivisionError):
        yield 1 / (n - 2)
    return first

class Manager:
    quiet = property(lambda self: self.n > 1)
    def __init__(self, n): self.n = n
    def __enter__(self): return self
    def __exit__(self, *_): return self.quiet
    async def __aenter__(self): return self
    async def __aexit__(self, *_): return self.quiet

async def ticks(n):
    for i in range(n):
        await asyncio.sleep(0)
        yield i

async def later(n):
    found = [i async for i in ticks(n) if i % 2]
    async with Manager(n) as manager:
        async for i in ticks(n):
            if i == 2:
                raise KeyError(i)
            elif i == 1:
                continue
            found.append(i)
        else:
            found.append(await asyncio.gather(one(n), one(n + 1)))
    return found

async def one(n):
    try:
        return n // (n - 1)
    except ZeroDivisionError as error:
        return str(error)

def branches(n, rare=None):
    total = 0
    while n:
        n -= 1
        if n % 3 == 0 and not rare or n == 5:
            continue
        elif 1 < n < 4:
            total += (n if rare else -n)
        for key in ("a", n):
            if key == 2: break
        else:
            total += 1
    assert total is not None, "never"
    return total or rare

def matches(value):
    match value:
        case {"kind": kind, **rest} if rest:
            return kind
        case [first, *_, last] | (first, last):
            return first, last
        case str(text) | bytes(text):
            return text
        case _:
            return None

def raises(n):
    try:
        try:
            if n == 0: raise ValueError(n)
            if n == 1: return "early"
            with Manager(n):
                int("x" * n)
        except (KeyError, OSError):
            return "never"
        except ValueError as error:
            n = -n
            raise LookupError(n) from error
        else:
            n *= 2
        finally:
            n += 1
    except LookupError:
        n = -1
    return n

def groups(n):
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)][:n])
    except* ValueError:
        n += 1
    except* TypeError: n += 2
    return n

def nested(n):
    return [(i, j, {k: (lambda m=k: m + i)() for k in range(j)}) for i in range(n) if i
            for j in range(i) if j % 2 or i]

def run():
    found = [list(numbers(3)), list(delegate(3)), [branches(n, n % 2) for n in range(8)]]
    each = delegate(9)
    next(each); found.append(next(each))
    try:
        each.send("got"); each.throw(KeyError("thrown"))
    except KeyError as error:
        found.append(repr(error))
    left = numbers(3); next(left); left.close()
    found += [matches(value) for value in ({"kind": 1}, {"kind": 2, "x": 3}, [1, 2, 3], (4, 5), b"b", "c", 7)]
    found += [raises(n) for n in range(4)]
    found += [groups(n) for n in (1, 2)]
    for n in range(4):
        try:
            found.append(asyncio.run(later(n)))
        except KeyError as error:
            found.append(repr(error))
    return found + [nested(3)]
"""
"""`run()` goes through it."""
