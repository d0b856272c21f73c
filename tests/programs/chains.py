"""Chained comparisons in a test, as a value, negated, and inside and and or."""  #: 1


def in_test(a, b, c):                                         #: 1
    if a < b < c:                                             #: 28 [true=9 false=18] [true=1 false=8] raise=1
        return 1                                              #: 1
    elif a <= b <= c <= 1:                                    #: 26 [true=17 false=9] [true=9 false=8] [true=4 false=5]
        return 2                                              #: 4
    return 3                                                  #: 22


def as_value(a, b, c):                                        #: 1
    return a < b < c                                          #: 27 true=9 false=18


def negated(a, b, c):                                         #: 1
    if not a < b < c:                                         #: 27 [true=9 false=18] [true=1 false=8]
        return 1                                              #: 26
    return not a == b == c                                    #: 1 [true=0 false=1]


def in_and(a, b, c):                                          #: 1
    if a and a < b < c and c:                                 #: 27 [true=18 false=9] [true=3 false=15] [true=0 false=3] [true=0 false=0]
        return 1                                              #: never
    return a or a < b < c or c                                #: 27 [true=18 false=9] [true=6 false=3] [true=1 false=5]


def in_ternary(a, b, c):                                      #: 1
    return "in" if 0 < a < 2 else "out"                       #: 27 [true=18 false=9] [true=9 false=9]


def mixed_operators(a, b, c):                                 #: 1
    return a in (0, 1) is not b != c                          #: 27 [true=18 false=9] [true=18 false=0]


def in_while(a):                                              #: 1
    n = 0                                                     #: 3
    while 0 <= n < a:                                         #: 6 [true=6 false=0] [true=3 false=3]
        n += 1                                                #: 3
    return n                                                  #: 3


def evaluates_once(log):                                      #: 1
    return log.append(1) is None is not log.append(2) is log.append(3)  #: 1 [true=1 false=0] [true=0 false=1]


total = 0                                                     #: 1
for a in range(3):                                            #: 4 next=3 done=1
    total += in_while(a)                                      #: 3
    for b in range(3):                                        #: 12 next=9 done=3
        for c in range(3):                                    #: 36 next=27 done=9
            total += in_test(a, b, c) + as_value(a, b, c) + negated(a, b, c) + in_and(a, b, c)  #: 27
            total += len(in_ternary(a, b, c)) + mixed_operators(a, b, c)  #: 27
log = []                                                      #: 1
print(total, evaluates_once(log), log)                        #: 1
try:                                                          #: 1
    print(in_test(1, "x", 2))                                 #: 1 raise=1
except TypeError as error:                                    #: 1 caught=1 passed=0
    print(error)                                              #: 1
