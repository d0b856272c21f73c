"""StopIteration inside a generator, a generator that runs itself, exceptions that cross generators."""  #: 1


def leaks():                                                  #: 1
    yield 1                                                   #: 1
    next(iter(()))                                            #: 1 raise=1
    yield 2                                                   #: never


def raises_stop():                                            #: 1
    yield 1                                                   #: 1
    raise StopIteration("early")                              #: 1 raise=1


def reenters():                                               #: 1
    yield 1                                                   #: 1
    next(generator)                                           #: 1 raise=1


def source(n):                                                #: 1
    for i in range(n, -1, -1):                                #: 3 next=3 done=0
        yield 6 // i                                          #: 3 raise=1


def doubles(items):                                           #: 1
    for item in items:                                        #: 3 next=2 done=0 raise=1
        yield item * 2                                        #: 2


def total(items):                                             #: 1
    return sum(item for item in items if item)                #: 4 [next=2 done=0] [true=2 false=0] raise=2


def handles(items):                                           #: 1
    iterator = iter(items)                                    #: 1
    while True:                                               #: 3
        try:                                                  #: 3
            yield next(iterator)                              #: 3 raise=1
        except StopIteration:                                 #: 1 caught=1 passed=0
            return                                            #: 1


for function in (leaks, raises_stop, reenters):               #: 4 next=3 done=1
    generator = function()                                    #: 3
    try:                                                      #: 3
        print(list(generator))                                #: 3 raise=3
    except (RuntimeError, ValueError) as error:               #: 3 caught=3 passed=0
        print(repr(error), repr(error.__cause__))             #: 3
try:                                                          #: 1
    total(doubles(source(2)))                                 #: 1 raise=1
except ZeroDivisionError as error:                            #: 1 caught=1 passed=0
    print(error)                                              #: 1
print(list(handles([1, 2])))                                  #: 1
