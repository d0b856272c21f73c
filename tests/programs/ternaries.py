"""Conditional expressions: nested, in tests, with and and or, raising in each part."""  #: 1


def simple(a):                                                #: 1
    return "yes" if a else "no"                               #: 2 true=1 false=1


def nested(a, b):                                             #: 1
    return 1 if a else 2 if b else 3                          #: 4 [true=2 false=2] [true=1 false=1]


def nested_test(a, b, c):                                     #: 1
    return "x" if (a if b else c) else "y"                    #: 8 [true=2 false=2] [true=4 false=4] [true=2 false=2]


def in_if(a, b, c):                                           #: 1
    if (a and b) if c else (a or b):                          #: 8 [true=2 false=2] [true=1 false=1] [true=4 false=4] [true=2 false=2] [true=1 false=1]
        return 1                                              #: 4
    return 0                                                  #: 4


def negated(a, b, c):                                         #: 1
    if not (a if b else not c):                               #: 8 [true=2 false=2] [true=4 false=4] [true=2 false=2]
        return 1                                              #: 4
    return 0                                                  #: 4


def with_and(a, b):                                           #: 1
    return a if a and b else b if a or b else None            #: 4 [true=2 false=2] [true=1 false=1] [true=1 false=2] [true=1 false=1]


def several_lines(a):                                         #: 1
    return (                                                  #: 2
        "long"                                                #: 2 @<3.12; 1 @>=3.12
        if a                                                  #: 2 true=1 false=1
        else "short"                                          #: 1
    )


def raising(a, b):                                            #: 1
    return 1 // b if 6 // a else {}[b]                        #: 4 [true=2 false=1] raise=3


for a in (0, 1):                                              #: 3 next=2 done=1
    print(simple(a), several_lines(a))                        #: 2
    for b in (0, 1):                                          #: 6 next=4 done=2
        print(nested(a, b), with_and(a, b))                   #: 4
        for c in (0, 1):                                      #: 12 next=8 done=4
            print(nested_test(a, b, c), in_if(a, b, c), negated(a, b, c))  #: 8
for a, b in ((0, 1), (1, 0), (1, 1), (9, 9)):                 #: 5 next=4 done=1
    try:                                                      #: 4
        print(raising(a, b))                                  #: 4 raise=3
    except (ZeroDivisionError, KeyError) as error:            #: 3 caught=3 passed=0
        print(repr(error))                                    #: 3
