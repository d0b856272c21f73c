#: requires >=3.15
"""Unpacking in comprehensions: what takes an element apart is no loop of the program's own."""  #: 1

import asyncio                                                #: 1


def lists(rows):                                              #: 1
    return [*row for row in rows if row]                      #: 6 [next=4 done=1] [true=3 false=1]; raise=1


def sets(rows):                                               #: 1
    return {*row for row in rows}                             #: 3 next=2 done=1


def dicts(maps):                                              #: 1
    return {**each for each in maps if each is not None}      #: 6 [next=4 done=1] [true=3 false=1]; raise=1


def generators(rows):                                         #: 1
    return (*row                                              #: 11 raise=1
            for row in rows                                   #: 7 next=4 done=1
            if row)                                           #: 4 true=3 false=1


async def items(rows):                                        #: 1
    for row in rows:                                          #: 6 next=4 done=2
        yield row                                             #: 4


async def asynchronous(rows):                                 #: 1
    return [*row async for row in items(rows)]                #: 3 next=2 done=1


async def generator(rows):                                    #: 1
    return [each async for each in (*row async for row in items(rows))]  #: 10 [next=3 done=1] [next=2 done=1]


print(lists([[1, 2], [], (3,)]))                              #: 1
print(sets([[1], [2, 3]]))                                    #: 1
print(dicts([{1: 2}, None, {3: 4}]))                          #: 1
print(list(generators([[1, 2], [], (3,)])))                   #: 1
print(asyncio.run(asynchronous([[1, 2], [3]])))               #: 1
print(asyncio.run(generator([[1, 2], [3]])))                  #: 1

for function, wrong in (lists, 1), (dicts, [1]), (generators, 1):  #: 4 next=3 done=1
    try:                                                      #: 3
        print(list(function([wrong])))                        #: 3 raise=3
    except TypeError as error:                                #: 3 caught=3 passed=0
        print(error)                                          #: 3
