"""Leaving with blocks by return, also with a value that is computed, and from inside try and loops."""  #: 1

from contextlib import contextmanager, suppress, ExitStack    #: 1


@contextmanager                                               #: 2
def manager(name):                                            #: 2
    print("enter", name)                                      #: 11
    try:                                                      #: 11
        yield name                                            #: 11 raise=2
    finally:
        print("exit", name)                                   #: 11


def value(flag):                                              #: 1
    with manager("value") as name:                            #: 4
        if flag:                                              #: 2 true=1 false=1
            return name.upper()                               #: 1
    return "after"                                            #: 1


def two(flag):                                                #: 1
    with manager("outer"):                                    #: 6
        with manager("inner") as inner:                       #: 6
            if flag == 1:                                     #: 3 true=1 false=2
                return inner                                  #: 1
        if flag == 2:                                         #: 2 true=1 false=1
            return "second"                                   #: 1
    return "third"                                            #: 1


def in_try():                                                 #: 1
    for n in range(3):                                        #: 1 next=1 done=0
        try:                                                  #: 1
            with manager(n):                                  #: 2
                return n                                      #: 1
        finally:
            print("finally")                                  #: 1


def fails():                                                  #: 1
    with suppress(ZeroDivisionError), manager("fails"):       #: 3
        return 1 // 0                                         #: 1 raise=1
    return "suppressed"                                       #: 1


def stack():                                                  #: 1
    with ExitStack() as exits:                                #: 2
        exits.callback(print, "callback")                     #: 1
        exits.enter_context(suppress(KeyError))               #: 1
        return {}["missing"]                                  #: 1 raise=1
    return "stack"                                            #: 1


print(value(True), value(False))                              #: 1
print(two(1), two(2), two(3))                                 #: 1
print(in_try(), fails(), stack())                             #: 1
try:                                                          #: 1
    with manager("raises"):                                   #: 2
        value(*range(5))                                      #: 1 raise=1
except TypeError as error:                                    #: 1 caught=1 passed=0
    print(error)                                              #: 1
