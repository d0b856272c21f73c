"""and and or as operands of each other, as values: operands that are the last of an inner but not of the outer one."""  #: 1


def inner_and(a, b, c):                                       #: 1
    return (a and b) or c                                     #: 8 [true=4 false=4] [true=2 false=2]


def inner_or(a, b, c):                                        #: 1
    return (a or b) and c                                     #: 8 [true=4 false=4] [true=2 false=2]


def inner_both(a, b, c, d):                                   #: 1
    return (a and b) or (c and d)                             #: 16 [true=8 false=8] [true=4 false=4] [true=6 false=6]


def inner_chain(a, b, c):                                     #: 1
    return ((a or b) and (b or c)) or (a and c)               #: 8 [true=4 false=4] [true=2 false=2] [true=4 false=2] [true=1 false=1] [true=1 false=2]


def depth_four(a, b, c, d):                                   #: 1
    return (((a and b) or c) and d) or "none"                 #: 16 [true=8 false=8] [true=4 false=4] [true=6 false=6] [true=5 false=5]


def negated(a, b, c):                                         #: 1
    return not (a and b) or c                                 #: 8 [true=4 false=4] [true=2 false=2]


def comparisons(a, b, c):                                     #: 1
    return a == b or b > c or a                               #: 8 [true=4 false=4] [true=1 false=3]


def none(a, b, c):                                            #: 1
    return a is None or b is not None and c                   #: 8 [true=0 false=8] [true=8 false=0]


values = (0, 1)                                               #: 1
results = []                                                  #: 1
for a in values:                                              #: 3 next=2 done=1
    for b in values:                                          #: 6 next=4 done=2
        for c in values:                                      #: 12 next=8 done=4
            for function in (inner_and, inner_or, inner_chain, negated, comparisons, none):  #: 56 next=48 done=8
                results.append(function(a, b, c))             #: 48
            for d in values:                                  #: 24 next=16 done=8
                results.append((inner_both(a, b, c, d), depth_four(a, b, c, d)))  #: 16
print(results)                                                #: 1
