"""yield inside except, finally, with, else and nested functions; generators that outlive their caller."""  #: 1

from contextlib import suppress                               #: 1


def everywhere(fail):                                         #: 1
    try:                                                      #: 2
        yield "try"                                           #: 2
        if fail:                                              #: 2 true=1 false=1
            raise OSError(fail)                               #: 1 raise=1
    except OSError as error:                                  #: 1 caught=1 passed=0
        yield "except"                                        #: 1
        yield error.args[0]                                   #: 1
    else:
        yield "else"                                          #: 1
    finally:
        yield "finally"                                       #: 2
        with suppress(KeyError):                              #: 4
            yield "with"                                      #: 2
            raise KeyError((yield "raise"))                   #: 2 raise=2
        yield "after"                                         #: 2
    return "returned"                                         #: 2


def delegates():                                              #: 1
    try:                                                      #: 1
        result = yield from everywhere("error")               #: 1
        yield result                                          #: 1
    finally:
        print("delegates done")                               #: 1


def returns_in_finally():                                     #: 1
    while True:                                               #: 1
        try:                                                  #: 1
            yield 1                                           #: 1 raise=1
        finally:
            return                                            #: 1


def abandoned():                                              #: 1
    for n in range(3):                                        #: 2 next=2 done=0
        try:                                                  #: 2
            yield n                                           #: 2 raise=1
        except GeneratorExit:                                 #: 1 caught=1 passed=0
            print("abandoned at", n)                          #: 1
            raise                                             #: 1 raise=1


print(list(everywhere(None)))                                 #: 1
print(list(delegates()))                                      #: 1
generator = returns_in_finally()                              #: 1
print(next(generator), generator.close(), next(generator, "ended"))  #: 1
generator = abandoned()                                       #: 1
print(next(generator), next(generator))                       #: 1
generator = None                                              #: 1
generator = (6 // n for n in (3, 0))                          #: 3 next=2 done=0 raise=1
try:                                                          #: 1
    print(next(generator), next(generator))                   #: 1 raise=1
except ZeroDivisionError:                                     #: 1 caught=1 passed=0
    print(list(generator))                                    #: 1
