"""Generators: exhausted, half consumed, never started, left suspended, returning a value, sending."""  #: 1


def count(limit):                                             #: 1
    n = 0                                                     #: 3
    while n < limit:                                          #: 8 true=7 false=1
        yield n                                               #: 7; raise=2 @<3.13
        n += 1                                                #: 5
    return "done"                                             #: 1


def echo():                                                   #: 1
    received = []                                             #: 1
    while True:                                               #: 3
        value = yield len(received)                           #: 3
        if value is None:                                     #: 3 true=1 false=2
            break                                             #: 1
        received.append(value)                                #: 2
    return received                                           #: 1


def never_started():                                          #: 1
    print("never")                                            #: never
    yield 1                                                   #: never


def empty():                                                  #: 1
    return                                                    #: 2
    yield  


def expression():                                             #: 1
    total = (yield 1) + (yield 2) if (yield 0) else (yield 3)  #: true=1 false=1; 2 @<3.12; 3 @>=3.12
    print("total", total)                                     #: 2


print(list(count(3)))                                         #: 1
half = count(10)                                              #: 1
print(next(half), next(half))                                 #: 1
suspended = count(5)                                          #: 1
print(next(suspended))                                        #: 1
generator = echo()                                            #: 1
print(next(generator), generator.send("a"), generator.send("b"))  #: 1
try:                                                          #: 1
    generator.send(None)                                      #: 1 raise=1
except StopIteration as stop:                                 #: 1 caught=1 passed=0
    print(stop.value)                                         #: 1
unused = never_started()                                      #: 1
del unused                                                    #: 1
print(list(empty()))                                          #: 1
for answers in ((None, True, 3, 4), (None, False, 5)):        #: 3 next=2 done=1
    generator = expression()                                  #: 2
    try:                                                      #: 2
        for answer in answers:                                #: 7 next=7 done=0
            print(generator.send(answer))                     #: 7 raise=2
    except StopIteration:                                     #: 2 caught=2 passed=0
        print("stopped")                                      #: 2
try:                                                          #: 1
    next(half), next(empty())                                 #: 1 raise=1
except StopIteration:                                         #: 1 caught=1 passed=0
    print("empty")                                            #: 1
