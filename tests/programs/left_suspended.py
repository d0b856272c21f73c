"""Generators and coroutines that are still suspended when the program ends, some of them in the middle of a loop."""  #: 1


def numbers(n):                                               #: 1
    for i in range(n):                                        #: 2 next=2 done=0
        yield i * i if i else 0                               #: 2 true=1 false=1; raise=1 @<3.13
    print("never")                                            #: never


def outer(n):                                                 #: 1
    yield "start"                                             #: 1
    yield from numbers(n)                                     #: raise=1; 1 @<3.13; 2 @>=3.13
    yield "never"                                             #: never


async def waits(awaitable):                                   #: 1
    if awaitable:                                             #: 1 true=1 false=0
        return await awaitable or "never"                     #: true=0 false=0 raise=1; 1 @<3.13; 2 @>=3.13
    return "never"                                            #: never


class Forever:                                                #: 2
    def __await__(self):                                      #: 1
        while True:                                           #: 2
            yield self                                        #: 2; raise=1 @<3.13


suspended = outer(5)                                          #: 1
print(next(suspended), next(suspended), next(suspended))      #: 1
unstarted = outer(1)                                          #: 1
forever = Forever()                                           #: 1
coroutine = waits(forever)                                    #: 1
print(coroutine.send(None) is forever, coroutine.send(None) is forever)  #: 1
expression = ((a, b) for a in (1, 2) for b in (3, 4) if a or b)  #: 3 [next=1 done=0] [next=2 done=0] [true=2 false=0] [true=0 false=0]; raise=1 @<3.13
print(next(expression), next(expression))                     #: 1
try:                                                          #: 1
    suspended.send(*"too many")                               #: 1 raise=1
except TypeError:                                             #: 1 caught=1 passed=0
    print("suspended at the end")                             #: 1
