"""Coroutines driven without an event loop: send, throw, close, await in every place of an expression."""  #: 1


class Future:                                                 #: 2
    def __init__(self, name):                                 #: 1
        self.name = name                                      #: 11

    def __await__(self):                                      #: 1
        value = yield self.name                               #: 11; raise=2 @<3.13; raise=1 @>=3.13
        return value                                          #: 9


async def expression():                                       #: 1
    first = await Future("a") + await Future("b")             #: 2
    if await Future("c") and not await Future("d"):           #: 2 [true=1 false=1] [true=0 false=1]
        first += 1                                            #: 1
    return [first, await Future("e")] if first > 2 else await Future("f")  #: 2 true=1 false=1


async def handles():                                          #: 1
    try:                                                      #: 2
        return await Future("g")                              #: raise=2; 2 @<3.13; 4 @>=3.13
    except ValueError as error:                               #: 2 caught=1 passed=1
        return "handled " + str(error)                        #: 1
    finally:
        print("finally")                                      #: 2


def drive(coroutine, *answers):                               #: 1
    log = [coroutine.send(None)]                              #: 2
    try:                                                      #: 2
        for answer in answers:                                #: 9 next=9 done=0
            log.append(coroutine.send(answer))                #: 9 raise=2
    except StopIteration as stop:                             #: 2 caught=2 passed=0
        log.append(stop.value)                                #: 2
    return log                                                #: 2


print(drive(expression(), 1, 2, 3, 0, "end"))                 #: 1
print(drive(expression(), 1, 0, 0, "x"))                      #: 1
coroutine = handles()                                         #: 1
coroutine.send(None)                                          #: 1
try:                                                          #: 1
    coroutine.throw(ValueError("thrown"))                     #: 1 raise=1
except StopIteration as stop:                                 #: 1 caught=1 passed=0
    print(stop.value)                                         #: 1
coroutine = handles()                                         #: 1
print(coroutine.send(None))                                   #: 1
coroutine.close()                                             #: 1
unstarted = handles()                                         #: 1
unstarted.close()                                             #: 1
