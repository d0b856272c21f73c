"""An exception in each operand of and, or, a comparison and a chain; an exception inside __bool__."""  #: 1


class Odd:                                                    #: 2
    """Has no truth value."""                                 #: 1

    def __bool__(self):                                       #: 1
        raise ValueError("no truth")                          #: 7 raise=7


def t():                                                      #: 1
    return True                                               #: 6


def f():                                                      #: 1
    return False                                              #: 3


def boom():                                                   #: 1
    raise KeyError("boom")                                    #: 7 raise=7


odd = Odd()                                                   #: 1
cases = [                                                     #: 1
    lambda: 1 if boom() and t() else 2,                       #: 2 [true=0 false=0] [true=0 false=0] raise=1
    lambda: 1 if t() and boom() and t() else 2,               #: 2 [true=1 false=0] [true=0 false=0] [true=0 false=0] raise=1
    lambda: 1 if f() and boom() else 2,                       #: 2 [true=0 false=1] [true=0 false=0]
    lambda: 1 if f() or boom() or t() else 2,                 #: 2 [true=0 false=1] [true=0 false=0] [true=0 false=0] raise=1
    lambda: t() or boom(),                                    #: 2 [true=1 false=0]
    lambda: t() and boom(),                                   #: 2 [true=1 false=0] raise=1
    lambda: odd or t(),                                       #: 2 [true=0 false=0] raise=1
    lambda: (t() and odd) is odd,                             #: 2 [true=1 false=0]
    lambda: 1 if t() and odd and t() else 2,                  #: 2 [true=1 false=0] [true=0 false=0] [true=0 false=0] raise=1
    lambda: not odd,                                          #: 2 raise=1
    lambda: 1 if not odd else 2,                              #: 2 [true=0 false=0] raise=1
    lambda: 1 < boom() < 3,                                   #: 2 [true=0 false=0] raise=1
    lambda: 1 < 2 < boom(),                                   #: 2 [true=1 false=0] raise=1
    lambda: 3 < 2 < boom(),                                   #: 2 [true=0 false=1]
    lambda: 1 if 1 < 2 < "x" else 2,                          #: 2 [true=1 false=0] [true=0 false=0] raise=1
    lambda: [x for x in (1, odd, 2) if x],                    #: 4 [next=2 done=0] [true=1 false=0]; raise=2 @<3.12; raise=1 @>=3.12
    lambda: [x for x in (t(), f()) if x or boom()],           #: 4 [next=2 done=0] [true=1 false=1] [true=0 false=0]; raise=2 @<3.12; raise=1 @>=3.12
]
for case in cases:                                            #: 18 next=17 done=1
    try:                                                      #: 17
        print(case())                                         #: 17 raise=13
    except (KeyError, ValueError, TypeError) as error:        #: 13 caught=13 passed=0
        print(repr(error))                                    #: 13


def in_while():                                               #: 1
    while odd:                                                #: 1 true=0 false=0 raise=1
        pass                                                  #: never


def in_assert():                                              #: 1
    assert odd, "message"                                     #: 1 true=0 false=0 raise=1


for case in (in_while, in_assert):                            #: 3 next=2 done=1
    try:                                                      #: 2
        case()                                                #: 2 raise=2
    except ValueError:                                        #: 2 caught=2 passed=0
        print(case.__name__)                                  #: 2
