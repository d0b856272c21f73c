"""and, or and not as values: the last operand is not tested."""  #: 1


def two(a, b):                                                #: 1
    return a and b, a or b                                    #: 4 [true=2 false=2] [true=2 false=2]


def three(x, y, z):                                           #: 1
    return x or y or z                                        #: 8 [true=4 false=4] [true=2 false=2]


def three_and(x, y, z):                                       #: 1
    return x and y and z                                      #: 8 [true=4 false=4] [true=2 false=2]


def mixed(x, y, z):                                           #: 1
    p = x and y or z                                          #: 8 [true=4 false=4] [true=2 false=2]
    q = x or y and z                                          #: 8 [true=4 false=4] [true=2 false=2]
    r = (x or y) and z                                        #: 8 [true=4 false=4] [true=2 false=2]
    s = x and (y or z)                                        #: 8 [true=4 false=4] [true=2 false=2]
    return p, q, r, s                                         #: 8


def negated(x, y):                                            #: 1
    p = not x                                                 #: 4
    q = not (x and y)                                         #: 4 [true=2 false=2]
    r = not x or y                                            #: 4 [true=2 false=2]
    s = x and not y                                           #: 4 [true=2 false=2]
    t = not not x                                             #: 4
    return p, q, r, s, t                                      #: 4


def deep(a, b, c, d):                                         #: 1
    return a and (b or (c and (d or "end")))                  #: 16 [true=8 false=8] [true=4 false=4] [true=2 false=2] [true=1 false=1]


def as_argument(a, b):                                        #: 1
    return max(a or 1, b and 2, key=a and abs)                #: 4 [true=2 false=2] [true=2 false=2] [true=2 false=2] raise=2


def default(a, b=None):                                       #: 1
    b = b or []                                               #: 4 true=2 false=2
    a = (                                                     #: 4
        a                                                     #: 4 true=2 false=2
        or "default"                                          #: 2
    )
    return a, b                                               #: 4


values = (0, 1)                                               #: 1
for a in values:                                              #: 3 next=2 done=1
    for b in values:                                          #: 6 next=4 done=2
        print(two(a, b), negated(a, b), default(a, b))        #: 4
        try:                                                  #: 4
            print(as_argument(a, b))                          #: 4 raise=2
        except TypeError:                                     #: 2 caught=2 passed=0
            print("key")                                      #: 2
        for c in values:                                      #: 12 next=8 done=4
            print(three(a, b, c), three_and(a, b, c), mixed(a, b, c))  #: 8
            for d in values:                                  #: 24 next=16 done=8
                deep(a, b, c, d)                              #: 16
