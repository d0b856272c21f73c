"""Calls of any(), all() and tuple() with a generator expression, of which 3.14 makes loops."""  #: 1


def tested(items):                                            #: 1
    if any(item > 2 for item in items):                       #: [true=1 false=2] [next=6 done=2]; raise=1 @<3.13
        return "any"                                          #: 1
    elif all(item for item in items if item != 1):            #: [true=1 false=1] [next=4 done=1] [true=2 false=2]; raise=1 @<3.13
        return "all"                                          #: 1
    return "none"                                             #: 1


def valued(items):                                            #: 1
    x = any(not item for item in items) and items or None     #: [true=1 false=2] [next=4 done=2] [true=1 false=0]; raise=1 @<3.13
    y = not all(item or x for item in items) or tuple(i for i in items if i)  #: [true=3 false=0] [true=4 false=1] [next=5 done=3] [next=5 done=3] [true=4 false=1]
    return x, y                                               #: 3


def shadowed(items, any, all):                                #: 1
    if any(item for item in items) and not all(item for item in items):  #: 7 [true=1 false=0] [next=2 done=1] [true=0 false=1] [next=2 done=1]
        return tuple(item or all for item in items)           #: [true=1 false=1] [next=2 done=1]
    return None                                               #: never


print(tested([1, 3]), tested([1, 2]), tested([1, 0]))         #: 1
print(valued([1]), valued([0, 2]), valued([2, 1]))            #: 1
print(shadowed([1, 0], list, min))                            #: 1
