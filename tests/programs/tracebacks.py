"""Tracebacks as text, with line numbers and carets, from many forms: the same as without measurement."""  #: 1

import traceback                                              #: 1


def show(function, *arguments):                               #: 1
    try:                                                      #: 7
        function(*arguments)                                  #: 7 raise=7
    except Exception:                                         #: 7 caught=7 passed=0
        print(traceback.format_exc().replace(__file__, "FILE"))  #: 7


def middle(a, b):                                             #: 1
    return (a + 1) * (b["key"] or 5) + (b["missing"] and a)   #: 2 [true=1 false=0] [true=0 false=0] raise=2


def reraised():                                               #: 1
    try:                                                      #: 1
        [].pop()                                              #: 1 raise=1
    except IndexError as error:                               #: 1 caught=1 passed=0
        error.add_note("a note")                              #: 1
        raise                                                 #: 1 raise=1
    finally:
        print("finally")                                      #: 1


def chained():                                                #: 1
    try:                                                      #: 1
        middle(1, {"key": 2})                                 #: 1 raise=1
    except KeyError as error:                                 #: 1 caught=1 passed=0
        raise RuntimeError("chained") from error              #: 1 raise=1


def generator():                                              #: 1
    with open(__file__) as source:                            #: 2
        yield source.read(0)                                  #: 1
        yield 1 / len(source.read(0))                         #: 1 raise=1


def several_lines():                                          #: 1
    return max(                                               #: 2 raise=1
        [1, 2],                                               #: 1
        key=lambda n:                                         #: 1
            n.missing,                                        #: 1 raise=1
    )


def group():                                                  #: 1
    try:                                                      #: 1
        raise ExceptionGroup("group", [ValueError(1), TypeError(2)])  #: 1 raise=1
    except* ValueError:                                       #: 1 caught=1 passed=0
        assert not group, "failed"                            #: 1 true=1 false=0 raise=1


show(chained)                                                 #: 1
show(reraised)                                                #: 1
show(list, generator())                                       #: 1
show(several_lines)                                           #: 1
show(group)                                                   #: 1
show(lambda: middle(1, 5))                                    #: 2 raise=1
show(lambda: middle())                                        #: 2 raise=1
