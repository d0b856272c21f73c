"""not in every place: seen through inside a test, an ordinary operator as a value."""  #: 1


def tests(a, b):                                              #: 1
    n = 0                                                     #: 4
    if not a:                                                 #: 4 true=2 false=2
        n += 1                                                #: 2
    if not not a:                                             #: 4 true=2 false=2
        n += 2                                                #: 2
    if not a and not b:                                       #: 4 [true=2 false=2] [true=1 false=1]
        n += 4                                                #: 1
    if not (a or b):                                          #: 4 [true=2 false=2] [true=1 false=1]
        n += 8                                                #: 1
    if not (not a or not (b and not a)):                      #: 4 [true=2 false=2] [true=1 false=1] [true=1 false=0]
        n += 16                                               #: never
    while not n > 3:                                          #: 7 true=4 false=3
        n += 4                                                #: 3
    assert not n < 0                                          #: 4 true=0 false=4
    n += 32 if not b else 64                                  #: 4 true=2 false=2
    return n                                                  #: 4


def values(a, b):                                             #: 1
    c = not a                                                 #: 4
    d = not (a and b)                                         #: 4 true=2 false=2
    e = not a or not b                                        #: 4 true=2 false=2
    f = not (not a)                                           #: 4
    g = (not a) == (not b)                                    #: 4
    h = [x for x in (a, b) if not x]                          #: [next=8 done=4] [true=4 false=4]; 16 @<3.12; 12 @>=3.12
    i = not (a if b else not a)                               #: 4 true=2 false=2
    j = not a in (b,), not a is b, not a < b                  #: 4
    return c, d, e, f, g, h, i, j                             #: 4


def inverted(a, b):                                           #: 1
    if not a in (b,):                                         #: 4 true=2 false=2
        return "not in"                                       #: 2
    if not a not in (b, 5):                                   #: 2 true=0 false=2
        a = 7                                                 #: 2
    if not a is not b:                                        #: 2 true=2 false=0
        return "is"                                           #: never
    return "in"                                               #: 2


class Refuses:                                                #: 2
    def __bool__(self):                                       #: 1
        return 5                                              #: 2


for a in (0, 1):                                              #: 3 next=2 done=1
    for b in (0, 1):                                          #: 6 next=4 done=2
        print(tests(a, b), values(a, b), inverted(a, b))      #: 4
for test in (lambda: not Refuses(), lambda: 1 if not Refuses() else 2):  #: 5 [next=2 done=1] [true=0 false=0] raise=2
    try:                                                      #: 2
        test()                                                #: 2 raise=2
    except TypeError as error:                                #: 2 caught=2 passed=0
        print(error)                                          #: 2
