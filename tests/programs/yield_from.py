"""yield from: values, results, send, throw and close passed on to the inner generator; plain iterators."""  #: 1


def inner(name):                                              #: 1
    received = []                                             #: 5
    try:                                                      #: 5
        while len(received) < 2:                              #: 9 true=7 false=2
            received.append((yield name))                     #: 7 raise=3
    except ValueError as error:                               #: 3 caught=1 passed=2
        return ["value", str(error)]                          #: 1
    finally:
        print("inner finally")                                #: 5
    return received                                           #: 2


def outer(name):                                              #: 1
    result = yield from inner(name)                           #: raise=2; 5 @==3.11; 6 @==3.12; 8 @>=3.13
    print("result", result)                                   #: 3
    return len(result)                                        #: 3


def twice():                                                  #: 1
    total = (yield from outer("first")) + (yield from outer("second"))  #: 1
    print("total", total)                                     #: 1


def iterators():                                              #: 1
    yield from (1, 2)                                         #: raise=1; 2 @<3.13; 3 @>=3.13
    yield from [n * 2 for n in range(2)]                      #: next=2 done=1
    yield from map(abs, [-1])                                 #: 1
    yield from 5                                              #: 1 raise=1


print(list(zip(range(2), iterators())))                       #: 1
generator = twice()                                           #: 1
print(next(generator), generator.send("a"), generator.send("b"), generator.send("c"))  #: 1
try:                                                          #: 1
    generator.send("d")                                       #: 1 raise=1
except StopIteration:                                         #: 1 caught=1 passed=0
    print("stopped")                                          #: 1
for error in (ValueError("v"), KeyError("k")):                #: 3 next=2 done=1
    generator = outer("thrown")                               #: 2
    next(generator)                                           #: 2
    try:                                                      #: 2
        generator.throw(error)                                #: 2 raise=2
    except (StopIteration, KeyError) as stop:                 #: 2 caught=2 passed=0
        print(repr(stop))                                     #: 2
generator = outer("closed")                                   #: 1
next(generator)                                               #: 1
generator.close()                                             #: 1
try:                                                          #: 1
    list(iterators())                                         #: 1 raise=1
except TypeError as error:                                    #: 1 caught=1 passed=0
    print(error)                                              #: 1
