"""async for with else, break and continue; async with that suppresses, raises and is left early."""  #: 1

import asyncio                                                #: 1


class Ticker:                                                 #: 2
    def __init__(self, limit, fail=False):                    #: 1
        self.n, self.limit, self.fail = 0, limit, fail        #: 4

    def __aiter__(self):                                      #: 1
        return self                                           #: 4

    async def __anext__(self):                                #: 1
        await asyncio.sleep(0)                                #: 13
        if self.n == self.limit:                              #: 13 true=3 false=10
            if self.fail:                                     #: 3 true=1 false=2
                raise OSError("ticker")                       #: 1 raise=1
            raise StopAsyncIteration                          #: 2 raise=2
        self.n += 1                                           #: 10
        return self.n                                         #: 10


class Manager:                                                #: 2
    def __init__(self, suppress=False):                       #: 1
        self.suppress = suppress                              #: 5

    async def __aenter__(self):                               #: 1
        await asyncio.sleep(0)                                #: 5
        return self                                           #: 5

    async def __aexit__(self, kind, error, traceback):        #: 1
        await asyncio.sleep(0)                                #: 5
        print("exit", repr(error))                            #: 5
        return self.suppress                                  #: 5


async def loop(limit, fail=False):                            #: 1
    seen = []                                                 #: 4
    async for n in Ticker(limit, fail):                       #: 13 next=10 done=2 raise=1
        if n == 2:                                            #: 10 true=3 false=7
            continue                                          #: 3
        if n == 5:                                            #: 7 true=1 false=6
            break                                             #: 1
        seen.append(n)                                        #: 6
    else:
        seen.append("else")                                   #: 2
    return seen                                               #: 3


async def managed():                                          #: 1
    async with Manager() as manager:                          #: 2
        print("body", manager.suppress)                       #: 1
    async with Manager(True):                                 #: 2
        print(1 // 0)                                         #: 1 raise=1
        print("never")                                        #: never
    async with Manager() as first, Manager(True):             #: 2
        return "returned"                                     #: 1
    return "unreachable"                                      #: never


async def raises():                                           #: 1
    async with Manager():                                     #: 2
        raise KeyError("through")                             #: 1 raise=1


async def not_managed():                                      #: 1
    async with 5:                                             #: 1 raise=1
        pass                                                  #: never


async def not_iterable():                                     #: 1
    async for _ in [1]:                                       #: 1 next=0 done=0 raise=1
        pass                                                  #: never


print(asyncio.run(loop(3)))                                   #: 1
print(asyncio.run(loop(0)))                                   #: 1
print(asyncio.run(loop(9)))                                   #: 1
print(asyncio.run(managed()))                                 #: 1
for coroutine in (loop(2, True), raises(), not_managed(), not_iterable()):  #: 5 next=4 done=1
    try:                                                      #: 4
        asyncio.run(coroutine)                                #: 4 raise=4
    except (OSError, KeyError, TypeError) as error:           #: 4 caught=4 passed=0
        print(repr(error))                                    #: 4
