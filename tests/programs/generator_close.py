"""Generators closed and thrown into: with handlers, finally, with blocks, ignoring and replacing the exception."""  #: 1


class Manager:                                                #: 2
    def __enter__(self):                                      #: 1
        return self                                           #: 2

    def __exit__(self, kind, *rest):                          #: 1
        print("exit", kind.__name__)                          #: 2


def with_finally():                                           #: 1
    try:                                                      #: 2
        yield 1                                               #: 2 raise=2
        yield 2                                               #: never
    finally:
        print("finally")                                      #: 2


def with_block():                                             #: 1
    with Manager():                                           #: 4
        yield 1                                               #: 2 raise=2
    print("never")                                            #: never


def handles():                                                #: 1
    while True:                                               #: 3
        try:                                                  #: 3
            yield "waiting"                                   #: 3 raise=3
        except ValueError as error:                           #: 3 caught=1 passed=2
            print("handled", error)                           #: 1
        except KeyError:                                      #: 2 caught=1 passed=1
            yield "key"                                       #: 1
        print("again")                                        #: 2


def refuses():                                                #: 1
    try:                                                      #: 1
        yield 1                                               #: 1 raise=1
    except GeneratorExit:                                     #: 1 caught=1 passed=0
        yield 2                                               #: 1 raise=1


def replaces():                                               #: 1
    try:                                                      #: 1
        yield 1                                               #: 1 raise=1
    except GeneratorExit:                                     #: 1 caught=1 passed=0
        raise OSError("replaced")                             #: 1 raise=1


def plain():                                                  #: 1
    yield 1                                                   #: 1; raise=1 @<3.13
    yield 2                                                   #: never


def returns():                                                #: 1
    try:                                                      #: 1
        yield 1                                               #: 1 raise=1
    except ValueError:                                        #: 1 caught=1 passed=0
        return "returned"                                     #: 1


for function in (with_finally, with_block, plain):            #: 4 next=3 done=1
    generator = function()                                    #: 3
    next(generator)                                           #: 3
    generator.close()                                         #: 3
    generator.close()                                         #: 3
for function in (with_finally, with_block):                   #: 3 next=2 done=1
    generator = function()                                    #: 2
    next(generator)                                           #: 2
    try:                                                      #: 2
        generator.throw(ValueError("thrown"))                 #: 2 raise=2
    except ValueError as error:                               #: 2 caught=2 passed=0
        print(error)                                          #: 2
generator = handles()                                         #: 1
print(next(generator))                                        #: 1
print(generator.throw(ValueError("value")))                   #: 1
print(generator.throw(KeyError("key")))                       #: 1
print(next(generator))                                        #: 1
generator.close()                                             #: 1
for function in (refuses, replaces, returns):                 #: 4 next=3 done=1
    generator = function()                                    #: 3
    next(generator)                                           #: 3
    try:                                                      #: 3
        if function is returns:                               #: 3 true=1 false=2
            generator.throw(ValueError)                       #: 1 raise=1
        generator.close()                                     #: 2 raise=2
    except (RuntimeError, OSError, StopIteration) as error:   #: 3 caught=3 passed=0
        print(repr(error))                                    #: 3
generator = plain()                                           #: 1
try:                                                          #: 1
    generator.throw(LookupError("unstarted"))                 #: 1 raise=1
except LookupError as error:                                  #: 1 caught=1 passed=0
    print(repr(error), list(generator))                       #: 1
