"""Managers made with contextlib: generators that yield, swallow, replace, forget to stop; async ones; as decorators."""  #: 1

import asyncio                                                #: 1
from contextlib import asynccontextmanager, contextmanager, nullcontext  #: 1


@contextmanager                                               #: 2
def swallows(kind):                                           #: 2
    try:                                                      #: 3
        yield kind.__name__                                   #: 3 raise=2
    except kind as error:                                     #: 2 caught=1 passed=1
        print("swallowed", error)                             #: 1
    else:
        print("quiet")                                        #: 1


@contextmanager                                               #: 2
def replaces():                                               #: 2
    try:                                                      #: 1
        yield                                                 #: 1 raise=1
    except KeyError as error:                                 #: 1 caught=1 passed=0
        raise ValueError("replaced") from error               #: 1 raise=1


@contextmanager                                               #: 2
def yields_twice():                                           #: 2
    yield 1                                                   #: 1
    yield 2                                                   #: 1; raise=1 @<3.13


@contextmanager                                               #: 2
def never_yields(flag):                                       #: 2
    if flag:                                                  #: 1 true=0 false=1
        yield                                                 #: never


@swallows(LookupError)                                        #: 2
def decorated(table, key):                                    #: 2
    return table[key]                                         #: 2 raise=1


@asynccontextmanager                                          #: 2
async def asynchronous(n):                                    #: 2
    print("enter", n)                                         #: 2
    try:                                                      #: 2
        await asyncio.sleep(0)                                #: 2
        yield n                                               #: 2
    finally:
        print("exit", n)                                      #: 2


async def main():                                             #: 1
    async with asynchronous(1) as one, asynchronous(2):       #: 2
        return one or 1 // 0                                  #: 1 true=1 false=0


print(decorated({"a": 1}, "a"), decorated({}, "b"))           #: 1
with nullcontext(5) as five:                                  #: 2
    print(five)                                               #: 1
for manager in (swallows(IndexError), replaces(), yields_twice(), never_yields(0)):  #: 5 next=4 done=1
    try:                                                      #: 4
        with manager:                                         #: 7 raise=3
            if manager.gen.__name__ != "yields_twice":        #: 3 true=2 false=1
                {}["key"]                                     #: 2 raise=2
    except (LookupError, ValueError, RuntimeError) as error:  #: 4 caught=4 passed=0
        print(repr(error), repr(error.__cause__))             #: 4
print(asyncio.run(main()))                                    #: 1
