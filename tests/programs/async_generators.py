"""Async generators and comprehensions: exhausted, broken off, closed, thrown into, with await inside."""  #: 1

import asyncio                                                #: 1


async def numbers(limit):                                     #: 1
    try:                                                      #: 7
        for n in range(limit):                                #: 20 next=16 done=4
            await asyncio.sleep(0)                            #: 16
            yield n                                           #: 16 raise=3
    except ValueError as error:                               #: 3 caught=1 passed=2
        yield str(error)                                      #: 1
    finally:
        print("closed", limit)                                #: 7


async def double(n):                                          #: 1
    return n * 2                                              #: 5


async def comprehensions():                                   #: 1
    a = [n async for n in numbers(3)]                         #: next=3 done=1
    b = {n async for n in numbers(4) if n % 2}                #: [next=4 done=1] [true=2 false=2]
    c = {n: await double(n) for n in range(2)}                #: next=2 done=1
    d = [await double(n) async for n in numbers(2) if await double(n)]  #: [next=2 done=1] [true=1 false=1]
    e = [n async for n in (m + 1 async for m in numbers(3) if m)]  #: [next=2 done=1] [next=3 done=1] [true=2 false=1]
    return a, b, c, d, e                                      #: 1


async def broken_off():                                       #: 1
    generator = numbers(5)                                    #: 1
    async for n in generator:                                 #: 2 next=2 done=0
        if n:                                                 #: 2 true=1 false=1
            break                                             #: 1
    await generator.aclose()                                  #: 1
    return n                                                  #: 1


async def thrown():                                           #: 1
    generator = numbers(6)                                    #: 1
    print(await anext(generator))                             #: 1
    print(await generator.athrow(ValueError("thrown")))       #: 1
    try:                                                      #: 1
        await anext(generator)                                #: 1 raise=1
    except StopAsyncIteration:                                #: 1 caught=1 passed=0
        print("stopped")                                      #: 1


async def raises():                                           #: 1
    failing = numbers(2)                                      #: 1
    try:                                                      #: 1
        return [10 // n async for n in failing]               #: 2 next=1 done=0; raise=2 @<3.12; raise=1 @>=3.12
    finally:
        await failing.aclose()                                #: 1


async def send():                                             #: 1
    async def echo():                                         #: 1
        got = yield "start"                                   #: 1
        while got:                                            #: 3 true=2 false=1
            got = yield got * 2                               #: 2

    generator = echo()                                        #: 1
    print(await generator.asend(None), await generator.asend(1), await generator.asend(2))  #: 1
    print(await anext(generator, "default"))                  #: 1


print(asyncio.run(comprehensions()))                          #: 1
print(asyncio.run(broken_off()))                              #: 1
asyncio.run(thrown())                                         #: 1
asyncio.run(send())                                           #: 1
try:                                                          #: 1
    asyncio.run(raises())                                     #: 1 raise=1
except ZeroDivisionError as error:                            #: 1 caught=1 passed=0
    print(error)                                              #: 1
