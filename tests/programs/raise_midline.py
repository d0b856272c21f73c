"""Exceptions raised in the middle of a line, after part of it was evaluated."""  #: 1

trace = []                                                    #: 1


def note(name):                                               #: 1
    trace.append(name)                                        #: 21
    return name                                               #: 21


def boom(name="boom"):                                        #: 1
    trace.append(name)                                        #: 7
    raise RuntimeError(name)                                  #: 7 raise=7


def call():                                                   #: 1
    note("a") + note("b") + boom() + note("c")                #: 1 raise=1
    note("after")                                             #: never


def arguments():                                              #: 1
    print(note("a"), note("b"), boom(), note("c"))            #: 1 raise=1
    note("after")                                             #: never


def several_lines():                                          #: 1
    print(                                                    #: 1
        note("a"),                                            #: 1
        boom(),                                               #: 1 raise=1
        note("b"),                                            #: never
    )
    note("after")                                             #: never


def display():                                                #: 1
    return {note("key"): note("value"), note("second"): boom()}  #: 1 raise=1


def subscript():                                              #: 1
    [note("a"), note("b")][boom()] = note("value")            #: 1 raise=1


def arithmetic(a, b):                                         #: 1
    return note(a) * b + a % (note(b) or 1) - a // b          #: 3 [true=1 false=1] raise=2


def attribute():                                              #: 1
    return note("a").missing.further + boom()                 #: 1 raise=1


def unpacking():                                              #: 1
    a, b, c = note("x"), note("y")                            #: 1 raise=1
    return a, b, c                                            #: never


def format():                                                 #: 1
    return f"{note('a')}{boom()!r:>{note('b')}}"              #: 1 raise=1


def keyword():                                                #: 1
    return dict(a=note("a"), **boom(), b=note("b"))           #: 1 raise=1


for function in (call, arguments, several_lines, display, subscript, attribute, unpacking, format, keyword):  #: 10 next=9 done=1
    try:                                                      #: 9
        function()                                            #: 9 raise=9
    except (RuntimeError, AttributeError, ValueError, TypeError) as error:  #: 9 caught=9 passed=0
        print(function.__name__, type(error).__name__, trace)  #: 9
    trace.clear()                                             #: 9
for pair in ((7, 2), (7, 0), ("x", None)):                    #: 4 next=3 done=1
    try:                                                      #: 3
        print(arithmetic(*pair), trace)                       #: 3 raise=2
    except (ZeroDivisionError, TypeError) as error:           #: 2 caught=2 passed=0
        print(error, trace)                                   #: 2
