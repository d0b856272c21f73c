"""Conditions inside of every statement that holds an expression: return, yield, raise, del, with, for, assert, default."""  #: 1

from contextlib import nullcontext                            #: 1


def statements(a, b):                                         #: 1
    table = {0: "zero", 1: "one", 2: "two"}                   #: 2
    table[a and b] = b or a                                   #: 2 [true=1 false=1] [true=1 false=1]
    table[a or 2] += "more" if b else "less"                  #: 2 [true=1 false=1] [true=1 false=1]
    del table[2 if a else a], table[1 if a and b else 1]      #: 2 [true=1 false=1] [true=1 false=1] [true=1 false=0]
    with nullcontext(a or b) as c, nullcontext(b and c):      #: 4 [true=1 false=1] [true=1 false=1]
        yield (a and [a]) or (yield b and "b")                #: [true=1 false=1] [true=1 false=0] [true=0 false=1]; 2 @<3.12; 3 @>=3.12
    for x in [a, b] if a else ():                             #: 4 [next=2 done=2] [true=1 false=1]
        yield x if not x else -x                              #: 2 true=2 false=0
    yield from a and [b] or "?"                               #: 2 [true=1 false=1] [true=1 false=0]
    a, b = b or 5, a and 6                                    #: 2 [true=1 false=1] [true=1 false=1]
    global kept
    kept = [*(a and [a] or []), *(() if b else (b,))]         #: 2 [true=2 false=0] [true=2 false=0] [true=1 false=1]
    assert a or b, "never" if a else b                        #: 2 [true=2 false=0] [true=0 false=0] [true=0 false=0]
    return a if a is b else (a, b)                            #: 2 true=0 false=2


def raises(kind, cause):                                      #: 1
    raise (ValueError if kind else KeyError)("x") from cause or None  #: 3 [true=2 false=1] [true=1 false=2] raise=3


def defaults(a, b=1 if statements else 2, *, c=None or raises, d=not statements):  #: 1 true=1 false=0
    return b if a else c and d                                #: 2 [true=1 false=1] [true=1 false=0]


print(list(statements(0, 0)), kept)                           #: 1
print(list(statements(1, 3)), kept)                           #: 1
print(defaults(1), defaults(0))                               #: 1
for kind, cause in ((1, 0), (0, OSError("cause")), (1, None)):  #: 4 next=3 done=1
    try:                                                      #: 3
        raises(kind, cause)                                   #: 3 raise=3
    except (ValueError if kind else KeyError) as error:       #: 3 [caught=3 passed=0] [true=2 false=1]
        print(repr(error), repr(error.__cause__))             #: 3
