"""except* in generators, coroutines and loops: yield and await inside of try, handlers and finally."""  #: 1

import asyncio                                                #: 1


def generator():                                              #: 1
    try:                                                      #: 2
        received = yield "try"                                #: 2 raise=1
        if received:                                          #: 1 true=1 false=0
            raise ExceptionGroup("g", [received, TypeError()])  #: 1 raise=1
    except* ValueError as group:                              #: 2 caught=1 passed=1
        yield len(group.exceptions)                           #: 1
    except* KeyError:                                         #: 2 caught=1 passed=1
        yield "key"                                           #: 1
    finally:
        yield "finally"                                       #: 2


async def fails(kind):                                        #: 1
    await asyncio.sleep(0)                                    #: 3
    raise kind(kind.__name__)                                 #: 3 raise=3


async def tasks():                                            #: 1
    for kinds in ((ValueError, KeyError), (OSError,)):        #: 2 next=2 done=0
        try:                                                  #: 2
            async with asyncio.TaskGroup() as group:          #: raise=2; 4 @<3.13; 6 @>=3.13
                for kind in kinds:                            #: 5 next=3 done=2
                    group.create_task(fails(kind))            #: 3
        except* (ValueError, KeyError) as errors:             #: 2 caught=1 passed=1
            await asyncio.sleep(0)                            #: 1
            print(sorted(map(str, errors.exceptions)))        #: 1
        else:
            print("never")                                    #: never
        finally:
            await asyncio.sleep(0)                            #: 2


running = generator()                                         #: 1
print(next(running), running.send(ValueError(1)), next(running))  #: 1
try:                                                          #: 1
    next(running)                                             #: 1 raise=1
except ExceptionGroup as group:                               #: 1 caught=1 passed=0
    print(repr(group))                                        #: 1
running = generator()                                         #: 1
print(next(running), running.throw(KeyError("thrown")), list(running))  #: 1
try:                                                          #: 1
    asyncio.run(tasks())                                      #: 1 raise=1
except* OSError:                                              #: 1 caught=1 passed=0
    print("a task failed")                                    #: 1
print("after the group")                                      #: 1
