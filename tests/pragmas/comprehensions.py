import asyncio


def comprehensions(items):
    a = [i for i in items if i]  # pragma: no cover
    b = [
        i
        for i in items  # pragma: no cover
        if i
    ]
    c = {i: i
         for i in items}
    d = (i for i in items)  # pragma: no cover
    e = a if b else c  # pragma: no cover
    f = a and b or c  # pragma: no branch
    return a, b, c, d, e, f


async def later(n):
    async for i in items(n):  # pragma: no branch
        if i:
            break
    async for i in items(n):
        n = i
    else:  # pragma: no cover
        n = 2
    async with Manager() as m:  # pragma: no cover
        n = m
    return [i async for i in items(n)]


async def items(n):
    for i in range(n or 2):
        yield i


class Manager:
    async def __aenter__(self):
        return 1

    async def __aexit__(self, *args):  # pragma: no cover
        pass


comprehensions([0, 1])
asyncio.run(later(2))
