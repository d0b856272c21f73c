"""assert: true and failing, with and without a message, with several conditions, a message that raises."""  #: 1


def check(value, message=None):                               #: 1
    assert value, message                                     #: 3 true=2 false=1 raise=1
    assert value                                              #: 2 true=2 false=0
    return value                                              #: 2


def several(a, b):                                            #: 1
    assert a and not b, (                                     #: 7 [true=3 false=1] [true=2 false=1] raise=3
        "a"                                                   #: 9 @<3.12; 6 @>=3.12
        f"{a}{b}"                                             #: 6 @<3.12; 3 @>=3.12
    )
    assert a > 0 or b                                         #: 1 [true=1 false=0] [true=0 false=0]


def chained(a, b, c):                                         #: 1
    assert a < b < c, "order"                                 #: 3 [true=2 false=1] [true=1 false=1] raise=2


def message_raises(a):                                        #: 1
    assert a, {}["missing"]                                   #: 1 true=0 false=1 raise=1


def never_fails():                                            #: 1
    assert (1, "a tuple is true")                             #: 1; true=1 false=0 @>=3.14
    assert True                                               #: 1


def always_fails():                                           #: 1
    assert False, "always"                                    #: 1 raise=1
    print("unreachable")


def attempt(function, *arguments):                            #: 1
    try:                                                      #: 13
        print(function.__name__, function(*arguments))        #: 13 raise=8
    except (AssertionError, KeyError) as error:               #: 8 caught=8 passed=0
        print(function.__name__, "raised", repr(error))       #: 8


attempt(check, 1)                                             #: 1
attempt(check, [0])                                           #: 1
attempt(check, 0, "zero")                                     #: 1
attempt(several, 1, 0)                                        #: 1
attempt(several, 0, 0)                                        #: 1
attempt(several, 1, 1)                                        #: 1
attempt(several, 2, 2)                                        #: 1
attempt(chained, 1, 2, 3)                                     #: 1
attempt(chained, 2, 1, 3)                                     #: 1
attempt(chained, 1, 3, 2)                                     #: 1
attempt(message_raises, 0)                                    #: 1
attempt(never_fails)                                          #: 1
attempt(always_fails)                                         #: 1
