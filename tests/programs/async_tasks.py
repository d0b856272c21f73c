"""asyncio tasks: ordered by queues and events, cancelled, shielded, gathered with exceptions."""  #: 1

import asyncio                                                #: 1

log = []                                                      #: 1


async def worker(name, queue):                                #: 1
    while True:                                               #: 6
        item = await queue.get()                              #: 6
        if item is None:                                      #: 6 true=2 false=4
            return name                                       #: 2
        log.append((name, item))                              #: 4


async def pipeline():                                         #: 1
    queue = asyncio.Queue()                                   #: 1
    workers = [asyncio.create_task(worker(n, queue)) for n in range(2)]  #: next=2 done=1; 4 @<3.12; 3 @>=3.12
    for item in ("a", "b", "c", "d", None, None):             #: 7 next=6 done=1
        await queue.put(item)                                 #: 6
        await asyncio.sleep(0)                                #: 6
    return await asyncio.gather(*workers)                     #: 1


async def waits(event, swallow):                              #: 1
    try:                                                      #: 2
        await event.wait()                                    #: raise=2; 2 @<3.13; 4 @>=3.13
        log.append("never")                                   #: never
    except asyncio.CancelledError:                            #: 2 caught=2 passed=0
        log.append("cancelled")                               #: 2
        if not swallow:                                       #: 2 true=1 false=1
            raise                                             #: 1 raise=1
    finally:
        await asyncio.sleep(0)                                #: 2
    return "swallowed"                                        #: 1


async def cancellation():                                     #: 1
    event = asyncio.Event()                                   #: 1
    for swallow in (True, False):                             #: 3 next=2 done=1
        task = asyncio.create_task(waits(event, swallow))     #: 2
        await asyncio.sleep(0)                                #: 2
        task.cancel()                                         #: 2
        try:                                                  #: 2
            log.append(await task)                            #: raise=1; 2 @<3.13; 3 @>=3.13
        except asyncio.CancelledError:                        #: 1 caught=1 passed=0
            log.append(task.cancelled())                      #: 1
    unstarted = asyncio.create_task(waits(event, True))       #: 1
    unstarted.cancel()                                        #: 1
    return await asyncio.gather(unstarted, return_exceptions=True)  #: 1


async def divide(n):                                          #: 1
    await asyncio.sleep(0)                                    #: 5
    return 6 // n                                             #: 5 raise=2


async def groups():                                           #: 1
    print(await asyncio.gather(*(divide(n) for n in (3, 0, 2)), return_exceptions=True))  #: 5 next=3 done=1
    try:                                                      #: 1
        async with asyncio.TaskGroup() as group:              #: raise=1; 2 @<3.13; 3 @>=3.13
            group.create_task(divide(1))                      #: 1
            group.create_task(divide(0))                      #: 1
    except* ZeroDivisionError:                                #: 1 caught=1 passed=0
        print("a task failed")                                #: 1
    print("after the group")                                  #: 1


print(asyncio.run(pipeline()))                                #: 1
print(asyncio.run(cancellation()))                            #: 1
asyncio.run(groups())                                         #: 1
print(log)                                                    #: 1
